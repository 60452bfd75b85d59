//! The project's own chores: `cargo xtask <command>`.
//!
//! ```text
//! tidy                                     the house rules that a program can check
//! score owasp --path DIR [--renamed]       accuracy on a public benchmark
//! bench --path DIR                         time and memory on real projects
//! ecosystem BASE HEAD --path DIR           findings gained and lost between two versions
//! ```
//!
//! Benchmarks and projects are never part of the repository: `corpus.toml` names them, and
//! `--path` says where they lie.

#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "the result of a chore is what it prints"
)]

mod arguments;
mod bench;
mod binary;
mod ecosystem;
mod files;
mod rust_text;
mod sarif;
mod score;
mod table;
mod tidy;

use std::process::ExitCode;

use anyhow::{Result, bail};

use crate::arguments::Arguments;

const USAGE: &str = "\
usage: cargo xtask <command>
  tidy                                              check the house rules
  score owasp --path DIR [--renamed] [--binary F]   accuracy on the OWASP Benchmark for Python
              [--min-score PERCENT] [--wrong CATEGORY]
  bench --path DIR [--binary F] [--runs N]          time and memory on the projects below DIR
  ecosystem BASE HEAD --path DIR                    findings gained and lost; BASE and HEAD are
                                                    binaries or git revisions";

fn main() -> ExitCode {
    match run() {
        Ok(Outcome::Good) => ExitCode::SUCCESS,
        Ok(Outcome::Bad) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::from(2)
        }
    }
}

/// What a chore came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    Good,
    /// It ran, and what it measures is not as it should be.
    Bad,
}

fn run() -> Result<Outcome> {
    let mut arguments = Arguments::from_environment();
    match arguments.command().as_deref() {
        Some("tidy") => tidy::run(arguments),
        Some("score") => score::run(arguments),
        Some("bench") => bench::run(arguments),
        Some("ecosystem") => ecosystem::run(arguments),
        Some("help" | "--help" | "-h") | None => {
            println!("{USAGE}");
            Ok(Outcome::Good)
        }
        Some(other) => bail!("unknown command `{other}`\n{USAGE}"),
    }
}
