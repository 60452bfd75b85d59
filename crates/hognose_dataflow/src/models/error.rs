//! What is wrong with a model file: where, and what to write instead.
//!
//! ```toml
//! [[sinks]]
//! paths = "os.system"     # mine.toml:2: unknown key `paths`; did you mean `path`?
//! ```

use std::fmt;
use std::sync::Arc;

/// The longest misspelling that is compared, in characters; longer words are no misspellings.
const WORD_LENGTH_MAX: usize = 40;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ModelError {
    /// As given to the loader.
    pub file: Arc<str>,
    /// From 1.
    pub line: u32,
    pub message: String,
}

impl fmt::Display for ModelError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: {}", self.file, self.line, self.message)
    }
}

impl std::error::Error for ModelError {}

/// A sentence's end that says what may stand instead of `word`: the nearest of `known`, or all.
pub(super) fn instead<'a>(word: &str, known: impl Iterator<Item = &'a str> + Clone) -> String {
    match nearest(word, known.clone()) {
        Some(near) => format!("; did you mean `{near}`?"),
        None => format!("; known are {}", quoted(known)),
    }
}

/// `` `a`, `b`, `c` ``
pub(super) fn quoted<'a>(words: impl Iterator<Item = &'a str>) -> String {
    let words: Vec<String> = words.map(|word| format!("`{word}`")).collect();
    words.join(", ")
}

/// The known word that `word` probably stands for: at most a third of it is wrong.
fn nearest<'a>(word: &str, known: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let length = word.chars().count();
    if length > WORD_LENGTH_MAX {
        return None;
    }
    known
        .map(|candidate| (edit_distance(word, candidate), candidate))
        .filter(|(distance, _)| *distance <= length.div_ceil(3))
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, candidate)| candidate)
}

/// Levenshtein's distance: insertions, deletions and replacements of one character each.
fn edit_distance(left: &str, right: &str) -> usize {
    let right: Vec<char> = right.chars().collect();
    let mut row: Vec<usize> = (0..=right.len()).collect();
    for (index, left_char) in left.chars().enumerate() {
        let mut diagonal = row[0];
        row[0] = index + 1;
        for (column, right_char) in right.iter().enumerate() {
            let replaced = diagonal + usize::from(left_char != *right_char);
            diagonal = row[column + 1];
            row[column + 1] = replaced.min(row[column] + 1).min(diagonal + 1);
        }
    }
    row[right.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn distance_counts_single_edits() {
        assert_eq!(edit_distance("", "abc"), 3);
        assert_eq!(edit_distance("paths", "path"), 1);
        assert_eq!(edit_distance("kitten", "sitting"), 3);
        assert_eq!(edit_distance("größe", "grösse"), 2);
    }

    #[test]
    fn a_misspelling_names_one_word_and_nonsense_names_all() {
        let known = ["read", "write", "delete"];
        assert_eq!(
            instead("writes", known.into_iter()),
            "; did you mean `write`?"
        );
        assert_eq!(
            instead("banana", known.into_iter()),
            "; known are `read`, `write`, `delete`"
        );
    }
}
