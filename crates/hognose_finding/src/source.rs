//! The text of one analysed file and the way from an offset to what a person reads: line, column
//! and, in a notebook, the cell.

use std::sync::Arc;

use ruff_source_file::{LineIndex, OneIndexed, PositionEncoding};
use ruff_text_size::{TextRange, TextSize};

/// A decoded file. For a notebook the text is the concatenation of its Python cells.
#[derive(Debug, Clone)]
pub struct SourceText {
    /// As the user named it: relative to the working directory where possible, with `/`. For a
    /// file of a commit as git names it: `1f0c2ab93d10:app/settings.py`.
    pub path: Arc<str>,
    pub text: Arc<str>,
    /// Where the text is not that of the work tree.
    pub revision: Option<Revision>,
    lines: LineIndex,
    /// Empty for anything but a notebook; otherwise sorted by offset.
    cells: Vec<CellStart>,
}

/// The commit that a text is taken from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Revision {
    /// Its id in full.
    pub commit: Arc<str>,
    /// From the root of the repository, with `/`.
    pub path: Arc<str>,
}

impl Revision {
    /// The digits of a commit's id that are shown.
    const DIGITS: usize = 12;

    /// The short form of an id.
    pub fn short(commit: &str) -> &str {
        commit.get(..Self::DIGITS).unwrap_or(commit)
    }

    /// As git names the file: `1f0c2ab93d10:app/settings.py`.
    pub fn name(&self) -> String {
        format!("{}:{}", Self::short(&self.commit), self.path)
    }
}

/// Where a notebook's cell begins in the concatenated text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CellStart {
    pub offset: TextSize,
    /// The number a person counts in the notebook, from 1, Markdown cells included.
    pub cell: u32,
}

/// A place for a person: all numbers from 1; the column counts Unicode characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Position {
    /// `None` outside notebooks; within one, `line` counts from the start of the cell.
    pub cell: Option<u32>,
    pub line: u32,
    pub column: u32,
}

impl SourceText {
    pub fn new(path: Arc<str>, text: Arc<str>, cells: Vec<CellStart>) -> Self {
        let lines = LineIndex::from_source_text(&text);
        Self {
            path,
            text,
            revision: None,
            lines,
            cells,
        }
    }

    /// The text of a file as it is in a commit.
    #[must_use]
    pub fn at(self, revision: Revision) -> Self {
        Self {
            path: revision.name().into(),
            revision: Some(revision),
            ..self
        }
    }

    /// The path for a program that looks for the file: without the commit.
    pub fn plain_path(&self) -> &str {
        self.revision
            .as_ref()
            .map_or(&self.path, |revision| &revision.path)
    }

    /// Where `offset` is, counted the way a person does; an offset past the end is the end.
    pub fn position(&self, offset: TextSize) -> Position {
        let offset = self.clamp(offset);
        let place = self
            .lines
            .source_location(offset, &self.text, PositionEncoding::Utf32);
        let line = u32::try_from(place.line.get()).unwrap_or(u32::MAX);
        let column = u32::try_from(place.character_offset.get()).unwrap_or(u32::MAX);
        let index = self.cells.partition_point(|cell| cell.offset <= offset);
        match index.checked_sub(1).and_then(|index| self.cells.get(index)) {
            Some(start) => {
                let first = self.line_of(start.offset);
                Position {
                    cell: Some(start.cell),
                    line: line - first + 1,
                    column,
                }
            }
            None => Position {
                cell: None,
                line,
                column,
            },
        }
    }

    /// Where the Python cells of a notebook begin; empty for anything else.
    pub fn cells(&self) -> &[CellStart] {
        &self.cells
    }

    /// The line of the (concatenated) text that holds `offset`, from 1.
    pub fn line_of(&self, offset: TextSize) -> u32 {
        let line = self.lines.line_index(self.clamp(offset));
        u32::try_from(line.get()).unwrap_or(u32::MAX)
    }

    /// The text of the given line (from 1), without its line ending; empty past the end.
    pub fn line_text(&self, line: u32) -> &str {
        match OneIndexed::new(line as usize) {
            Some(line) if line.get() <= self.lines.line_count() => {
                let range = self.lines.line_range(line, &self.text);
                self.text[range].trim_end_matches(['\n', '\r'])
            }
            _ => "",
        }
    }

    /// The byte range of the given line (from 1) including its line ending.
    pub fn line_range(&self, line: u32) -> TextRange {
        match OneIndexed::new(line as usize) {
            Some(line) if line.get() <= self.lines.line_count() => {
                self.lines.line_range(line, &self.text)
            }
            _ => TextRange::empty(self.end()),
        }
    }

    pub fn line_count(&self) -> u32 {
        u32::try_from(self.lines.line_count()).unwrap_or(u32::MAX)
    }

    /// The text under `range`, cut to the file.
    pub fn slice(&self, range: TextRange) -> &str {
        let range = TextRange::new(self.clamp(range.start()), self.clamp(range.end()));
        &self.text[range]
    }

    fn end(&self) -> TextSize {
        TextSize::of(&*self.text)
    }

    fn clamp(&self, offset: TextSize) -> TextSize {
        offset.min(self.end())
    }
}
