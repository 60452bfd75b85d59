//! `.env` files that git does not ignore.
//!
//! ```text
//! .env            next to a .gitignore that does not name it: reported
//! .env.example    meant to be shared
//! ```
//! The walk has left out what git ignores; what it found in a repository, git would add.

use std::path::Path;
use std::sync::Arc;

use hognose_check::{Input, env_file_finding};
use hognose_finding::{Finding, SourceText};

use crate::walk::Found;

/// Endings of files that hold names and no values.
const SHARED: [&str; 12] = [
    "example", "examples", "sample", "template", "tmpl", "tpl", "dist", "default", "defaults",
    "schema", "test", "ci",
];

/// What was found, and the texts of the files.
#[derive(Debug, Default)]
pub struct EnvFiles {
    pub findings: Vec<Finding>,
    pub files: Vec<SourceText>,
}

/// A finding for each `.env` file among `found` that lies in a git repository.
pub fn not_ignored(found: &[&Found], inputs: &[Input]) -> EnvFiles {
    let mut env_files = EnvFiles::default();
    for file in found {
        if !is_env_file(&file.canonical) || !is_in_repository(&file.canonical) {
            continue;
        }
        let input = inputs.iter().find(|input| input.path == file.shown);
        let Some(text) = input.and_then(|input| std::str::from_utf8(&input.bytes).ok()) else {
            continue;
        };
        if !holds_settings(text) {
            continue;
        }
        let path: Arc<str> = Arc::from(file.shown.as_str());
        env_files.findings.push(env_file_finding(&path));
        env_files
            .files
            .push(SourceText::new(path, Arc::from(text), Vec::new()));
    }
    env_files
}

/// Whether the name is that of a file with settings of this machine.
pub fn is_env_file(path: &Path) -> bool {
    let name = path
        .file_name()
        .and_then(|name| name.to_str())
        .unwrap_or("");
    let lower = name.to_ascii_lowercase();
    match lower.strip_prefix(".env") {
        Some("") => true,
        Some(rest) => rest.strip_prefix(['.', '-', '_']).is_some_and(|rest| {
            !rest
                .split(['.', '-', '_'])
                .any(|part| SHARED.contains(&part))
        }),
        None => false,
    }
}

fn is_in_repository(path: &Path) -> bool {
    path.ancestors()
        .skip(1)
        .any(|directory| directory.join(".git").exists())
}

/// Whether a line of the file sets anything.
pub fn holds_settings(text: &str) -> bool {
    text.lines().any(is_setting)
}

/// `NAME=value`
fn is_setting(line: &str) -> bool {
    let line = line.trim_start();
    !line.starts_with('#')
        && line
            .split_once('=')
            .is_some_and(|(name, value)| !name.trim().is_empty() && !value.trim().is_empty())
}

#[cfg(test)]
mod tests {
    use super::is_env_file;
    use std::path::Path;

    #[test]
    fn names_of_env_files() {
        for name in [".env", ".env.local", ".env.production", ".env-prod"] {
            assert!(is_env_file(Path::new(name)), "{name}");
        }
        for name in [
            ".env.example",
            ".env.local.sample",
            ".envrc",
            "env",
            ".environment",
            ".env.test",
        ] {
            assert!(!is_env_file(Path::new(name)), "{name}");
        }
    }
}
