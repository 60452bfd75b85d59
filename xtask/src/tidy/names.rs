//! No library or framework is named in Rust code outside tests: what Hognose knows about one is a
//! row in `models/`.
//!
//! The names are those of the model files. Comments may name a library in their Python examples.
//! Names that are ordinary words of our own code, such as `string` or `json`, cannot be told from
//! it and are not looked for.

use std::collections::BTreeSet;

use crate::files::RepositoryFile;
use crate::rust_text::{Strings, code, line_of, without_tests};
use crate::tidy::Problem;
use crate::tidy::models::model_files;

/// Names of model files that are words of their own, or belong to what Hognose itself uses.
const ORDINARY: [&str; 52] = [
    "channels",
    "click",
    "codecs",
    "compression",
    "cryptography",
    "csv",
    "dash",
    "databases",
    "dbapi",
    "docker",
    "example",
    "files",
    "fire",
    "glob",
    "http",
    "importing",
    "invoke",
    "io",
    "json",
    "jwt",
    "logging",
    "mail",
    "marshal",
    "numbers",
    "numpy",
    "os",
    "panel",
    "platform",
    "pony",
    "pty",
    "python",
    "random",
    "re",
    "requests",
    "resource",
    "robyn",
    "rq",
    "secrets",
    "select",
    "signal",
    "socket",
    "ssl",
    "string",
    "struct",
    "sys",
    "tempfile",
    "threading",
    "time",
    "tortoise",
    "typing",
    "uuid",
    "xml",
];

/// Words that mean something else where they stand: path, word, meaning.
const OTHERWISE: [(&str, &str, &str); 10] = [
    (
        "crates/hognose_python/src/notebook.rs",
        "pyspark",
        "the name of a notebook's kernel",
    ),
    (
        "crates/hognose_check/src/suppress/foreign.rs",
        "subprocess",
        "part of the names that other tools give their rules",
    ),
    (
        "crates/hognose_check/src/suppress/foreign.rs",
        "tarfile",
        "part of the names that other tools give their rules",
    ),
    (
        "crates/hognose_check/src/suppress/foreign.rs",
        "hashlib",
        "part of the names that other tools give their rules",
    ),
    (
        "crates/hognose_check/src/suppress/foreign.rs",
        "pickle",
        "part of the names that other tools give their rules",
    ),
    (
        "crates/hognose_check/src/suppress/foreign.rs",
        "yaml",
        "part of the names that other tools give their rules",
    ),
    (
        "crates/hognose_secrets/src/files/kind.rs",
        "yaml",
        "the ending of a file",
    ),
    (
        "crates/hognose_secrets/src/files/kind.rs",
        "Yaml",
        "a kind of file",
    ),
    (
        "crates/hognose_secrets/src/files/settings.rs",
        "Yaml",
        "a kind of file",
    ),
    (
        "crates/hognose_secrets/src/named.rs",
        "Yaml",
        "a kind of file",
    ),
];

pub fn check(files: &[RepositoryFile]) -> Vec<Problem> {
    let names = names(files);
    let mut problems = Vec::new();
    let is_ours = |file: &&RepositoryFile| file.is_source() && file.path.starts_with("crates/");
    for file in files.iter().filter(is_ours) {
        let code = without_tests(&code(&file.text, Strings::Keep));
        for (offset, word) in words(&code) {
            // A path of the repository such as "models/flask.toml" names a file, not a fact.
            let is_file = code[offset + word.len()..].starts_with(".toml");
            let means_otherwise = OTHERWISE
                .iter()
                .any(|(path, other, _)| *path == file.path && *other == word);
            let is_known = names.contains(&word.to_ascii_lowercase());
            if is_known && !is_file && !means_otherwise {
                let what = format!("`{word}` is a library; what is known of it belongs in models/");
                problems.push(Problem::new(&file.path, line_of(&code, offset), what));
            }
        }
    }
    problems
}

/// The first parts of the libraries' names, in lower case.
fn names(files: &[RepositoryFile]) -> BTreeSet<String> {
    // Those are called by their topics.
    let of_libraries = |file: &&RepositoryFile| !file.path.starts_with("models/misuses/");
    model_files(files)
        .filter(of_libraries)
        .filter_map(|file| {
            let table = file.text.parse::<toml::Table>().ok()?;
            let library = table.get("library")?.as_str()?.to_ascii_lowercase();
            Some(library.split('.').next()?.to_owned())
        })
        .filter(|name| !ORDINARY.contains(&name.as_str()))
        .collect()
}

/// The words of `code` with their offsets.
fn words(code: &str) -> impl Iterator<Item = (usize, &str)> {
    let is_part = |character: char| character.is_alphanumeric() || character == '_';
    code.split(move |character| !is_part(character))
        .filter(|word| !word.is_empty())
        .map(move |word| (word.as_ptr() as usize - code.as_ptr() as usize, word))
}

#[cfg(test)]
mod tests {
    use super::{ORDINARY, check};
    use crate::files::RepositoryFile;

    #[test]
    fn a_library_in_code_is_found_and_one_in_a_comment_is_not() {
        let file = |path: &str, text: &str| RepositoryFile {
            path: path.to_owned(),
            text: text.to_owned(),
        };
        let source = "// flask here\nfn f() { if name == \"flask\" {} }\n";
        let files = [
            file("models/flask.toml", "library = 'flask'\n"),
            file("crates/hognose_rules/src/a.rs", source),
            file("crates/hognose_rules/tests/a.rs", source),
        ];
        let problems = check(&files);
        assert_eq!(problems.len(), 1);
        assert_eq!(problems[0].line, 2);
    }

    #[test]
    fn the_list_can_be_searched_by_eye() {
        assert!(ORDINARY.is_sorted());
    }
}
