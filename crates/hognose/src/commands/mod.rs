//! The commands, one file each.

pub mod check;
mod debug;
mod explain;
mod fix;
mod install_hook;
mod routes;
pub mod rules;
pub mod secrets;
mod serve;

use anyhow::Result;
use clap::CommandFactory as _;

use crate::arguments::{Arguments, Command};
use crate::exit::Exit;
use crate::output;

/// Runs what the arguments ask for.
pub fn run(arguments: Arguments) -> Result<Exit> {
    match arguments.command {
        Some(Command::Check(check)) => check::run(&check, &arguments.common),
        Some(Command::Fix(fix)) => fix::command(*fix, &arguments.common),
        Some(Command::Secrets(secrets)) => secrets::run(*secrets, &arguments.common),
        Some(Command::Explain(explain)) => explain::run(&explain),
        Some(Command::InstallHook(hook)) => install_hook::run(&hook, &arguments.common),
        Some(Command::Routes(routes)) => routes::run(&routes),
        Some(Command::Rules(rules)) => rules::run(&rules),
        Some(Command::Serve(serve)) => serve::run(serve, &arguments.common),
        Some(Command::Debug(debug)) => debug::run(&debug),
        None => {
            let help = Arguments::command().render_help().to_string();
            output::to_stdout(&help)?;
            Ok(Exit::Clean)
        }
    }
}
