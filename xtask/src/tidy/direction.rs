//! Crates depend on those above them in the list of the design, never back; and what reads files,
//! the environment or the clock is the program alone.

use crate::files::RepositoryFile;
use crate::rust_text::{Strings, code, line_of, without_tests};
use crate::tidy::Problem;

/// From the top down. A crate may depend on any before it.
const ORDER: [&str; 10] = [
    "hognose_finding",
    "hognose_secrets",
    "hognose_python",
    "hognose_dataflow",
    "hognose_rules",
    "hognose_fix",
    "hognose_lint",
    "hognose_check",
    "hognose_report",
    "hognose",
];

/// What touches the outside.
const OUTSIDE: [&str; 7] = [
    "std::fs",
    "std::env::",
    "std::net",
    "std::process",
    "std::io::stdin",
    "SystemTime",
    "Instant::now",
];

pub fn crates(files: &[RepositoryFile]) -> Vec<Problem> {
    let manifests = files.iter().filter_map(|file| {
        let name = file.path.strip_prefix("crates/")?;
        Some((file, name.strip_suffix("/Cargo.toml")?))
    });
    manifests
        .flat_map(|(file, name)| dependencies(file, name))
        .collect()
}

fn dependencies(file: &RepositoryFile, name: &str) -> Vec<Problem> {
    let Some(own) = ORDER.iter().position(|known| *known == name) else {
        let what = format!("the crate `{name}` is not in the list of the design");
        return vec![Problem::new(&file.path, 0, what)];
    };
    let table = match file.text.parse::<toml::Table>() {
        Ok(table) => table,
        Err(error) => return vec![Problem::new(&file.path, 0, error.to_string())],
    };
    let listed = table.get("dependencies").and_then(toml::Value::as_table);
    let is_backward = |dependency: &&String| {
        let place = ORDER.iter().position(|known| known == *dependency);
        place.is_some_and(|place| place >= own)
    };
    listed
        .into_iter()
        .flat_map(toml::Table::keys)
        .filter(is_backward)
        .map(|dependency| {
            let what = format!("`{name}` must not depend on `{dependency}`");
            Problem::new(&file.path, 0, what)
        })
        .collect()
}

pub fn inputs(files: &[RepositoryFile]) -> Vec<Problem> {
    let mut problems = Vec::new();
    let is_below = |file: &&RepositoryFile| {
        let path = &file.path;
        file.is_source() && path.starts_with("crates/hognose_")
    };
    for file in files.iter().filter(is_below) {
        let code = without_tests(&code(&file.text, Strings::Blank));
        for name in OUTSIDE {
            for (offset, _) in code.match_indices(name) {
                let what = format!("`{name}` below the program crate");
                problems.push(Problem::new(&file.path, line_of(&code, offset), what));
            }
        }
    }
    problems
}

#[cfg(test)]
mod tests {
    use super::{crates, inputs};
    use crate::files::RepositoryFile;

    fn file(path: &str, text: &str) -> [RepositoryFile; 1] {
        [RepositoryFile {
            path: path.to_owned(),
            text: text.to_owned(),
        }]
    }

    #[test]
    fn a_dependency_that_points_back_is_found() {
        let back = "[dependencies]\nhognose_rules.workspace = true\n";
        assert_eq!(
            crates(&file("crates/hognose_python/Cargo.toml", back)).len(),
            1
        );
        assert_eq!(
            crates(&file("crates/hognose_check/Cargo.toml", back)).len(),
            0
        );
        assert_eq!(crates(&file("crates/other/Cargo.toml", "")).len(), 1);
    }

    #[test]
    fn only_the_program_reads_files() {
        let text = "fn f() { std::fs::read(x); }\n#[cfg(test)]\nmod tests { use std::fs; }\n";
        assert_eq!(
            inputs(&file("crates/hognose_check/src/lib.rs", text)).len(),
            1
        );
        assert_eq!(inputs(&file("crates/hognose/src/main.rs", text)).len(), 0);
    }
}
