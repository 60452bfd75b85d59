//! Nothing names the machine it was written on, or a package registry of its own.

use std::path::Path;

use crate::files::{self, RepositoryFile};
use crate::rust_text::line_of;
use crate::tidy::Problem;

/// Where lock files may say that packages come from.
const REGISTRIES: [&str; 3] = [
    "registry+https://github.com/rust-lang/crates.io-index",
    "https://registry.npmjs.org/",
    "https://pypi.org/",
];

/// Keys of lock and configuration files whose value is a place of packages.
const KEYS: [&str; 6] = [
    "source = \"",
    "registry = \"",
    "index = \"",
    "\"resolved\": \"",
    "registry=",
    "index-url = ",
];

pub fn check(files: &[RepositoryFile]) -> Vec<Problem> {
    let mut machine = Vec::new();
    if let Ok(root) = files::root() {
        machine.push(root.to_string_lossy().into_owned());
    }
    if let Ok(home) = std::env::var("HOME") {
        machine.push(format!("{home}/.cargo"));
    }
    machine.retain(|path| Path::new(path).components().count() > 2);
    files
        .iter()
        .flat_map(|file| {
            let mut problems = paths(file, &machine);
            problems.extend(registries(file));
            problems
        })
        .collect()
}

fn paths(file: &RepositoryFile, machine: &[String]) -> Vec<Problem> {
    let mut problems = Vec::new();
    for path in machine {
        for (offset, _) in file.text.match_indices(path.as_str()) {
            let line = line_of(&file.text, offset);
            problems.push(Problem::new(&file.path, line, "a path of this machine"));
        }
    }
    problems
}

fn registries(file: &RepositoryFile) -> Vec<Problem> {
    let name = Path::new(&file.path).file_name().unwrap_or_default();
    let is_configuration = file.has_extension("lock")
        || ["package-lock.json", ".npmrc", "pip.conf"]
            .iter()
            .any(|it| name == *it)
        || file.path.ends_with(".cargo/config.toml");
    if !is_configuration {
        return Vec::new();
    }
    let mut problems = Vec::new();
    for (index, line) in file.text.lines().enumerate() {
        let value = KEYS
            .iter()
            .find_map(|key| line.trim_start().strip_prefix(key));
        let is_foreign = |value: &str| !REGISTRIES.iter().any(|known| value.starts_with(known));
        if value.is_some_and(is_foreign) {
            problems.push(Problem::new(&file.path, index + 1, "a registry of its own"));
        }
    }
    problems
}

#[cfg(test)]
mod tests {
    use super::{paths, registries};
    use crate::files::RepositoryFile;

    fn file(path: &str, text: &str) -> RepositoryFile {
        RepositoryFile {
            path: path.to_owned(),
            text: text.to_owned(),
        }
    }

    #[test]
    fn only_public_registries_are_named() {
        let public = "source = \"registry+https://github.com/rust-lang/crates.io-index\"\n";
        assert!(registries(&file("Cargo.lock", public)).is_empty());
        let own = "source = \"registry+https://mirror.example/index\"\n";
        assert_eq!(registries(&file("Cargo.lock", own)).len(), 1);
        assert!(registries(&file("README.md", own)).is_empty());
    }

    #[test]
    fn paths_of_the_machine_are_found() {
        let machine = ["/somewhere/hognose".to_owned()];
        let found = paths(&file("a.md", "see\n/somewhere/hognose/x\n"), &machine);
        assert_eq!(found[0].line, 2);
    }
}
