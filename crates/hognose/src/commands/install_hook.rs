//! `hognose install-hook`: puts the git hooks in place, or takes them away.

use anyhow::{Context as _, Result, bail};

use crate::arguments::{CommonArguments, InstallHookArguments};
use crate::exit::Exit;
use crate::git::hooks::{self, Change, Hook};
use crate::paths::{WorkingDirectory, near};
use crate::terminal::{self, Verbosity};
use crate::{git, output};

pub fn run(arguments: &InstallHookArguments, common: &CommonArguments) -> Result<Exit> {
    let directory = WorkingDirectory::current().context("cannot find the working directory")?;
    let repository = git::open(&directory.canonical)?;
    if repository.is_bare() {
        bail!(
            "`{}` is a bare repository, where nobody commits and git calls neither pre-commit nor \
             pre-push; install the hooks in the clones",
            repository.git_dir().display()
        );
    }
    let folder = hooks::folder(&repository)?;
    let program = std::env::current_exe().context("cannot find the path of this program")?;
    let hooks: &[Hook] = if arguments.hook.is_empty() {
        &Hook::ALL
    } else {
        &arguments.hook
    };
    for hook in hooks {
        let change = if arguments.remove {
            hooks::remove(&folder, *hook)?
        } else {
            hooks::install(&folder, *hook, &program)?
        };
        let path = near(&folder.join(hook.name()));
        let line = format!("{}: {}\n", path.display(), words(change));
        if common.verbosity() != Verbosity::Quiet {
            output::to_stdout(&line)?;
        }
    }
    let is_own = folder.starts_with(repository.common_dir());
    let is_in_work_tree = repository
        .workdir()
        .is_some_and(|it| folder.starts_with(it));
    if !is_own && common.verbosity() != Verbosity::Quiet {
        terminal::note(if is_in_work_tree {
            "git takes its hooks from a folder of the work tree (core.hooksPath): commit the \
             change if others shall have it too, and see that no other program writes there"
        } else {
            "git takes its hooks from a folder outside of this repository (core.hooksPath), which \
             may serve other repositories too"
        });
    }
    Ok(Exit::Clean)
}

const fn words(change: Change) -> &'static str {
    match change {
        Change::Installed => "installed",
        Change::InstalledBefore => "installed; the hook that was there is called first",
        Change::Renewed => "renewed",
        Change::AlreadyThere => "is installed already",
        Change::Removed => "removed",
        Change::Restored => "removed; the hook that was there before is back",
        Change::NotThere => "there is no such hook",
        Change::Foreign => "not from Hognose, and left alone",
    }
}
