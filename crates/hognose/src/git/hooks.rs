//! The hooks that look for secrets before a commit and before a push.
//!
//! ```text
//! .git/hooks/pre-commit                      ours: first calls the one below, then `hognose secrets --staged`
//! .git/hooks/pre-commit.before-hognose       what was there before, under another name
//! ```
//! Another hook stays in force: it is moved aside, called first, and put back on removal. A hook
//! that stands beside it finds its neighbours still there, because it stays in the same folder.
//! Installing twice changes nothing.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail};

use crate::output;

/// A moment at which git calls a hook.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Hook {
    PreCommit,
    PrePush,
}

impl Hook {
    pub const ALL: [Self; 2] = [Self::PreCommit, Self::PrePush];

    pub const fn name(self) -> &'static str {
        match self {
            Self::PreCommit => "pre-commit",
            Self::PrePush => "pre-push",
        }
    }

    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|hook| hook.name() == name)
    }

    const fn template(self) -> &'static str {
        match self {
            Self::PreCommit => include_str!("pre-commit.sh"),
            Self::PrePush => include_str!("pre-push.sh"),
        }
    }
}

/// By this line a hook is known to be ours.
const MARK: &str = "# Installed by `hognose install-hook`";
/// Follows the name of a hook that was there before.
const KEPT: &str = ".before-hognose";
/// What the templates call the program.
const PROGRAM: &str = "@PROGRAM@";

/// What became of one hook.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Change {
    Installed,
    /// Another hook was there, which is called first from now on.
    InstalledBefore,
    /// Ours was there, from another version or another place of the program.
    Renewed,
    /// Nothing had to be done.
    AlreadyThere,
    Removed,
    /// The hook that was there before is back.
    Restored,
    /// There is no hook of ours.
    NotThere,
    /// There is a hook, but not ours.
    Foreign,
}

/// The folder from which git takes the hooks of `repository`.
pub fn folder(repository: &gix::Repository) -> Result<PathBuf> {
    let config = repository.config_snapshot();
    let configured = config
        .trusted_path("core.hooksPath")
        .map_err(|error| anyhow::anyhow!("`core.hooksPath` cannot be read: {error}"))?;
    let Some(configured) = configured else {
        return Ok(repository.common_dir().join("hooks"));
    };
    // Counted from where git runs the hooks.
    let base = repository.workdir().unwrap_or(repository.git_dir());
    Ok(base.join(configured))
}

/// Writes `hook` into `folder`, so that it calls `program`.
pub fn install(folder: &Path, hook: Hook, program: &Path) -> Result<Change> {
    let path = folder.join(hook.name());
    let kept = kept(&path);
    let script = script(hook, program)?;
    let change = match existing(&path)? {
        Existing::Nothing if exists(&kept) => Change::InstalledBefore,
        Existing::Nothing => Change::Installed,
        Existing::Ours(text) if text == script => return Ok(Change::AlreadyThere),
        Existing::Ours(_) => Change::Renewed,
        Existing::Foreign if exists(&kept) => bail!(
            "`{}` is not from Hognose, and `{}` is there already; remove the one that is no \
             longer needed, then install again",
            path.display(),
            kept.display()
        ),
        Existing::Foreign => {
            fs::rename(&path, &kept)
                .with_context(|| format!("cannot move `{}` aside", path.display()))?;
            Change::InstalledBefore
        }
    };
    fs::create_dir_all(folder).with_context(|| format!("cannot make `{}`", folder.display()))?;
    let written = output::to_script(&path, &script);
    if written.is_err() && change == Change::InstalledBefore {
        // Better the old hook alone than none.
        drop(fs::rename(&kept, &path));
    }
    written?;
    Ok(change)
}

/// Takes `hook` out of `folder` again.
pub fn remove(folder: &Path, hook: Hook) -> Result<Change> {
    let path = folder.join(hook.name());
    let kept = kept(&path);
    match existing(&path)? {
        Existing::Nothing => return Ok(Change::NotThere),
        Existing::Foreign => return Ok(Change::Foreign),
        Existing::Ours(_) => {}
    }
    let describe = || format!("cannot remove `{}`", path.display());
    if exists(&kept) {
        // One step: at no time is there no hook.
        fs::rename(&kept, &path).with_context(describe)?;
        return Ok(Change::Restored);
    }
    fs::remove_file(&path).with_context(describe)?;
    Ok(Change::Removed)
}

fn kept(path: &Path) -> PathBuf {
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(KEPT);
    path.with_file_name(name)
}

/// Also true for a link that points nowhere.
fn exists(path: &Path) -> bool {
    fs::symlink_metadata(path).is_ok()
}

enum Existing {
    Nothing,
    Ours(String),
    Foreign,
}

fn existing(path: &Path) -> Result<Existing> {
    match fs::read(path) {
        Ok(bytes) => Ok(match String::from_utf8(bytes) {
            Ok(text) if text.contains(MARK) => Existing::Ours(text),
            Ok(_) | Err(_) => Existing::Foreign,
        }),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(if exists(path) {
            Existing::Foreign
        } else {
            Existing::Nothing
        }),
        Err(error) => {
            Err(error).with_context(|| format!("cannot read the hook `{}`", path.display()))
        }
    }
}

fn script(hook: Hook, program: &Path) -> Result<String> {
    let Some(program) = program.to_str() else {
        bail!(
            "the path of the program, `{}`, is not text; install Hognose elsewhere",
            program.display()
        );
    };
    Ok(hook.template().replace(PROGRAM, &quoted(program)))
}

/// `text` as one word of a shell.
fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', r"'\''"))
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::{Hook, MARK, script};

    #[test]
    fn every_template_is_marked_and_names_the_program_once() {
        for hook in Hook::ALL {
            let script = script(hook, Path::new("/opt/it's/hognose")).expect("the path is text");
            assert!(script.starts_with("#!/bin/sh\n"), "{script}");
            assert!(script.contains(MARK), "{script}");
            assert!(script.contains(r"'/opt/it'\''s/hognose'"), "{script}");
            assert!(
                !script.contains('@') || script.contains("\"$@\""),
                "{script}"
            );
            assert!(script.contains(hook.name()), "{script}");
        }
    }
}
