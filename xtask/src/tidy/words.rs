//! Words that have no place in finished code, and the `//!` that opens every file.

use crate::files::RepositoryFile;
use crate::rust_text::{Strings, code, line_of};
use crate::tidy::Problem;

/// What is looked for outside comments and strings, and what to write instead.
const UNWANTED: [(&str, &str); 4] = [
    (".unwrap()", "`expect` says why it holds"),
    ("todo!", "finish it"),
    ("unimplemented!", "finish it"),
    ("dbg!", "remove it"),
];

pub fn check(files: &[RepositoryFile]) -> Vec<Problem> {
    let mut problems = Vec::new();
    for file in files.iter().filter(|file| file.is_rust()) {
        if !file.text.starts_with("//!") {
            problems.push(Problem::new(&file.path, 1, "the file must open with `//!`"));
        }
        let code = code(&file.text, Strings::Blank);
        for (word, instead) in UNWANTED {
            for (offset, _) in code.match_indices(word) {
                let what = format!("`{word}`: {instead}");
                problems.push(Problem::new(&file.path, line_of(&code, offset), what));
            }
        }
    }
    problems
}

#[cfg(test)]
mod tests {
    use super::check;
    use crate::files::RepositoryFile;

    #[test]
    fn unwanted_words_are_found_in_code_only() {
        let file = RepositoryFile {
            path: "a.rs".to_owned(),
            text: "//! todo!\nfn f() { x.unwrap(); \"dbg!\"; }\n".to_owned(),
        };
        assert_eq!(check(&[file]).len(), 1);
    }
}
