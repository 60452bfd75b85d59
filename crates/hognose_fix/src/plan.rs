//! A fix while it is put together.
//!
//! ```text
//! plan.replace(range, "…")     plan.insert(offset, "…")     plan.import("os.environ") -> "os.environ"
//! ```
//! Edits may be added in any order; the same edit twice is one.

use std::sync::Arc;

use hognose_finding::{Append, Edit, Fix, Level};
use ruff_text_size::{TextRange, TextSize};

use crate::Look;

pub(crate) struct Plan<'a> {
    look: &'a Look<'a>,
    edits: Vec<Edit>,
    appends: Vec<Append>,
    /// Dotted paths whose imports are needed.
    wanted: Vec<String>,
    pub level: Level,
}

impl<'a> Plan<'a> {
    pub fn new(look: &'a Look<'a>) -> Self {
        Self {
            look,
            edits: Vec::new(),
            appends: Vec::new(),
            wanted: Vec::new(),
            level: Level::Verified,
        }
    }

    pub fn replace(&mut self, range: TextRange, replacement: impl Into<String>) {
        let file = &self.look.module.source.path;
        let edit = Edit::new(file, range, replacement);
        let changes = self.look.module.slice(range) != edit.replacement;
        if changes && !self.edits.contains(&edit) {
            self.edits.push(edit);
        }
    }

    pub fn insert(&mut self, offset: TextSize, text: impl Into<String>) {
        self.replace(TextRange::empty(offset), text);
    }

    pub fn delete(&mut self, range: TextRange) {
        self.replace(range, "");
    }

    pub fn append(&mut self, file: String, lines: Vec<String>) {
        self.appends.push(Append { file, lines });
    }

    /// No better than `level`.
    pub fn lower(&mut self, level: Level) {
        self.level = self.level.max(level);
    }

    /// The ranges that are changed so far.
    pub fn changed(&self) -> Vec<TextRange> {
        self.edits.iter().map(Edit::range).collect()
    }

    /// How the code names the thing at the dotted path, importing it if need be.
    pub fn import(&mut self, dotted: &str) -> String {
        let (text, is_new) = self.look.imports.reference(dotted);
        if is_new && !self.wanted.iter().any(|known| known == dotted) {
            self.wanted.push(dotted.to_owned());
        }
        text
    }

    /// The text of a template of a row: `<os.environ>["{name}"]`.
    pub fn fill(&mut self, template: &str, holes: &[(&str, &str)]) -> String {
        let mut text = String::new();
        let mut rest = template;
        while let Some((before, after)) = rest.split_once('<') {
            let is_path = |path: &str| {
                !path.is_empty()
                    && path
                        .chars()
                        .all(|it| it.is_alphanumeric() || "._".contains(it))
            };
            match after.split_once('>') {
                Some((path, behind)) if is_path(path) => {
                    text.push_str(before);
                    text.push_str(&self.import(path));
                    rest = behind;
                }
                Some(_) | None => {
                    text.push_str(before);
                    text.push('<');
                    rest = after;
                }
            }
        }
        text.push_str(rest);
        // One pass, so that what a hole brings is not taken for a hole.
        let mut filled = String::new();
        let mut rest = text.as_str();
        'pieces: while let Some((before, after)) = rest.split_once('{') {
            filled.push_str(before);
            for (name, value) in holes {
                let close = after.strip_prefix(name).and_then(|it| it.strip_prefix('}'));
                if let Some(behind) = close {
                    filled.push_str(value);
                    rest = behind;
                    continue 'pieces;
                }
            }
            filled.push('{');
            rest = after;
        }
        filled + rest
    }

    /// The fix, with the imports it needs and without those it makes useless.
    pub fn finish(mut self, title: impl Into<String>) -> Result<Fix, crate::Refusal> {
        let file = Arc::clone(&self.look.module.source.path);
        let imports = self
            .look
            .imports
            .edits(&self.wanted, &self.edits, &self.look.module);
        for (range, text) in imports {
            self.edits.push(Edit::new(&file, range, text));
        }
        self.edits.sort();
        self.edits.dedup();
        let collide = self.edits.windows(2).any(|pair| pair[0].overlaps(&pair[1]));
        if collide {
            return Err("two of its edits would change the same text");
        }
        if self.edits.is_empty() && self.appends.is_empty() {
            return Err("there is nothing left to change");
        }
        Ok(Fix {
            title: title.into(),
            level: self.level,
            edits: self.edits,
            appends: self.appends,
        })
    }
}
