//! `cargo xtask score <benchmark>`: accuracy on public benchmarks, from the program's normal output.

mod labels;
mod owasp;
mod rename;

use anyhow::{Result, bail};

use crate::Outcome;
use crate::arguments::Arguments;

pub fn run(mut arguments: Arguments) -> Result<Outcome> {
    match arguments.positional("the benchmark")?.as_str() {
        "owasp" => owasp::run(arguments),
        other => bail!("unknown benchmark `{other}`; there is `owasp`"),
    }
}
