//! The program: arguments and configuration in, files read, the analysis called, a report out.
//!
//! All contact with the outside lives in this crate: file system, environment, terminal, signals.
//! One file per concern; `commands/check.rs` is the line that ties them together.

mod arguments;
mod clock;
mod commands;
mod config;
mod config_value;
mod discovery;
mod env_file;
mod exit;
mod gather;
mod git;
mod git_secrets;
mod glob;
mod interrupt;
mod options;
mod output;
mod panics;
mod paths;
mod policy;
mod progress;
mod read;
mod ruff;
mod serve;
mod terminal;
mod threads;
mod walk;
mod write_back;

use std::process::ExitCode;
use std::thread;

use clap::Parser as _;

use crate::arguments::{Arguments, Command};
use crate::exit::Exit;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    clock::start();
    let arguments = Arguments::parse();
    // A server stops by itself, once its answers are out.
    if !matches!(arguments.command, Some(Command::Serve(_))) {
        interrupt::install();
    }
    panics::install();
    let worker = thread::Builder::new()
        .name("hognose".to_owned())
        .stack_size(threads::STACK_BYTES)
        .spawn(move || commands::run(arguments));
    match worker {
        Ok(worker) => exit_of(worker.join()),
        Err(error) => exit_of(Ok(Err(
            anyhow::Error::new(error).context("cannot start a thread")
        ))),
    }
    .into()
}

/// What the work came to; its error or panic is explained on standard error.
fn exit_of(outcome: thread::Result<anyhow::Result<Exit>>) -> Exit {
    match outcome {
        Ok(Ok(exit)) => exit,
        Ok(Err(error)) => {
            terminal::error(&format!("{error:#}"));
            Exit::Usage
        }
        Err(_) => {
            panics::report();
            Exit::Panic
        }
    }
}

#[cfg(test)]
mod tests {
    use super::exit_of;
    use crate::exit::Exit;

    #[test]
    fn errors_and_panics_have_codes_of_their_own() {
        assert_eq!(exit_of(Ok(Ok(Exit::Findings))).code(), 1);
        assert_eq!(exit_of(Ok(Err(anyhow::anyhow!("wrong usage")))).code(), 2);
        let panicked = std::thread::spawn(|| -> anyhow::Result<Exit> { panic!("a defect") });
        assert_eq!(exit_of(panicked.join()).code(), 101);
    }
}
