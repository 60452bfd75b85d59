//! A repair of what a finding is about, as plain edits of texts.
//!
//! ```python
//! cur.execute(f"SELECT * FROM t WHERE a = '{a}'")        # before
//! cur.execute("SELECT * FROM t WHERE a = ?", (a,))       # after: one edit
//! ```
//! Who offers a fix has checked it: see [`Level`]. How one is made is not known here.

use std::sync::Arc;

use ruff_text_size::{TextRange, TextSize};

/// What a fix promises.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Level {
    /// Parsed, analysed again, the finding gone, none new, twice the same; honest input is treated
    /// as before.
    Verified,
    /// The same checks hold, but the behaviour may change in ways the analysis cannot rule out.
    Unsafe,
    /// A proposal for a person, never applied.
    Manual,
}

impl Level {
    pub const ALL: [Self; 3] = [Self::Verified, Self::Unsafe, Self::Manual];

    pub const fn name(self) -> &'static str {
        match self {
            Self::Verified => "verified",
            Self::Unsafe => "unsafe",
            Self::Manual => "manual",
        }
    }

    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|level| level.name() == name)
    }
}

/// See the module documentation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fix {
    /// What it does, as a command: "Pass the values as bound parameters".
    pub title: String,
    pub level: Level,
    /// Sorted by file and start; they do not overlap.
    pub edits: Vec<Edit>,
    /// Lines of files beside the analysed ones.
    pub appends: Vec<Append>,
}

/// Text in place of a range; an empty range is an insertion.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Edit {
    /// The path of the [`crate::SourceText`].
    pub file: Arc<str>,
    pub start: TextSize,
    pub end: TextSize,
    pub replacement: String,
}

/// Lines at the end of a file that is made where there is none; lines it has already are left out.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Append {
    /// As paths of reports are: relative, with `/`.
    pub file: String,
    pub lines: Vec<String>,
}

impl Edit {
    pub fn new(file: &Arc<str>, range: TextRange, replacement: impl Into<String>) -> Self {
        Self {
            file: Arc::clone(file),
            start: range.start(),
            end: range.end(),
            replacement: replacement.into(),
        }
    }

    pub fn range(&self) -> TextRange {
        TextRange::new(self.start, self.end)
    }

    /// Whether both change the same text, or insert at the same place.
    pub fn overlaps(&self, other: &Self) -> bool {
        if self.file != other.file {
            return false;
        }
        let same_start = self.start == other.start;
        same_start || (self.start < other.end && other.start < self.end)
    }
}

/// `text` after `edits` of it, which are sorted and do not overlap. Line ends of the replacements
/// become those of the text.
pub fn apply_edits<'a>(text: &str, edits: impl IntoIterator<Item = &'a Edit>) -> String {
    let line_end = line_end(text);
    let mut result = String::with_capacity(text.len() + 256);
    let mut done = 0;
    for edit in edits {
        let start = edit.start.to_usize().clamp(done, text.len());
        result.push_str(&text[done..start]);
        if line_end == "\n" {
            result.push_str(&edit.replacement);
        } else {
            let plain = edit.replacement.replace("\r\n", "\n");
            result.push_str(&plain.replace('\n', line_end));
        }
        done = edit.end.to_usize().clamp(start, text.len());
    }
    result.push_str(&text[done..]);
    result
}

/// How the lines of `text` end: as the first does.
pub fn line_end(text: &str) -> &'static str {
    match text.find('\n') {
        Some(at) if text[..at].ends_with('\r') => "\r\n",
        _ => "\n",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn edit(start: u32, end: u32, replacement: &str) -> Edit {
        let range = TextRange::new(start.into(), end.into());
        Edit::new(&Arc::from("a.py"), range, replacement)
    }

    #[test]
    fn edits_keep_what_is_between_them() {
        let edits = [edit(0, 1, "x"), edit(2, 2, "yy"), edit(4, 6, "")];
        assert_eq!(apply_edits("abcdefg", &edits), "xbyycdg");
    }

    #[test]
    fn inserted_lines_end_as_the_others_do() {
        let edits = [edit(0, 0, "import os\n")];
        assert_eq!(apply_edits("x\r\ny\n", &edits), "import os\r\nx\r\ny\n");
        assert_eq!(apply_edits("x\n", &edits), "import os\nx\n");
    }

    #[test]
    fn neighbours_do_not_overlap_and_insertions_at_one_place_do() {
        assert!(!edit(0, 2, "").overlaps(&edit(2, 4, "")));
        assert!(edit(0, 3, "").overlaps(&edit(2, 4, "")));
        assert!(edit(2, 2, "a").overlaps(&edit(2, 2, "b")));
    }
}
