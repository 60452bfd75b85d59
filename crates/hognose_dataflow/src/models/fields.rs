//! One row of a model file: its form, its paths, and its fields by name, each checked for its type.
//!
//! ```toml
//! [[sinks]]
//! path = "os.{system,popen}"    # subject: the form of the row; two alternatives
//! argument = "0"                # a string, or a list of strings
//! kind = "shell"                # a word
//! example = "import os\nos.$1(x)"
//! ```
//! What a table's fields mean is not decided here but in the table's file. Nothing stops at the
//! first mistake: it is noted, and the next field is read.

use std::ops::Range;
use std::sync::Arc;

use toml::de::{DeTable, DeValue};

use super::error::{ModelError, instead, quoted};
use super::expand::{expand, fill};
use super::parse::{ModelFile, described};
use super::place::{Role, is_identifier, parse_condition, parse_place};
use super::rows::{Condition, Place};
use super::words::Words;
use crate::names::Names;

/// One way to write a row of a table: its subject's key and the keys that go with it.
#[derive(Debug)]
pub(super) struct Form<S> {
    pub subject: S,
    pub key: &'static str,
    pub shape: Shape,
    pub with: &'static [&'static str],
}

/// What a subject looks like once its braces are expanded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Shape {
    /// `os.path.join`
    Path,
    /// `os.environ`, `os.getenv()`
    PathOrCall,
    /// `execute`
    Name,
}

/// One path of a row.
#[derive(Debug)]
pub(super) struct Alternative {
    /// As expanded, with `()` where it had them.
    pub subject: Arc<str>,
    pub example: Arc<str>,
}

/// A string of a file.
#[derive(Debug, Clone, Copy)]
pub(super) struct Text<'a> {
    pub text: &'a str,
    pub offset: usize,
}

/// A row that is being read.
#[derive(Debug)]
pub(super) struct Row<'a, 'e> {
    pub file: &'a ModelFile<'a>,
    /// `sinks`
    pub table: &'static str,
    /// Of the header, from 1.
    pub line: u32,
    fields: &'a DeTable<'a>,
    errors: &'e mut Vec<ModelError>,
    errors_before: usize,
}

impl Alternative {
    /// The subject without `()`.
    pub fn path(&self) -> &str {
        self.subject.strip_suffix("()").unwrap_or(&self.subject)
    }

    pub fn is_call(&self) -> bool {
        self.subject.ends_with("()")
    }
}

impl<'a, 'e> Row<'a, 'e> {
    pub fn new(
        file: &'a ModelFile<'a>,
        table: &'static str,
        header: usize,
        fields: &'a DeTable<'a>,
        errors: &'e mut Vec<ModelError>,
    ) -> Self {
        Self {
            file,
            table,
            line: file.line(header),
            fields,
            errors_before: errors.len(),
            errors,
        }
    }

    /// Notes a mistake that concerns the row as a whole.
    pub fn complain(&mut self, message: String) {
        self.errors.push(ModelError {
            file: Arc::clone(&self.file.name),
            line: self.line,
            message,
        });
    }

    pub fn complain_at(&mut self, offset: usize, message: String) {
        self.errors.push(self.file.error(offset, message));
    }

    /// Whether any mistake was found in the row so far.
    pub fn has_failed(&self) -> bool {
        self.errors.len() > self.errors_before
    }

    pub fn has(&self, key: &str) -> bool {
        self.fields.get(key).is_some()
    }

    /// The row's form and paths, after a check that its keys go together.
    pub fn subject<S: Copy>(&mut self, forms: &[Form<S>]) -> Option<(S, Vec<Alternative>)> {
        let present: Vec<&Form<S>> = forms.iter().filter(|form| self.has(form.key)).collect();
        self.check_keys(forms, &present);
        let form = match present.as_slice() {
            [form] => *form,
            [] => {
                let keys = quoted(forms.iter().map(|form| form.key));
                self.complain(format!("a row of [[{}]] needs {keys}", self.table));
                return None;
            }
            [first, second, ..] => {
                self.complain(format!(
                    "`{}` and `{}` do not go together: write two rows",
                    first.key, second.key
                ));
                return None;
            }
        };
        let pattern = self.required_text(form.key);
        let example = self.required_text("example");
        let alternatives = self.alternatives(form.shape, pattern?, example?)?;
        Some((form.subject, alternatives))
    }

    pub fn text(&mut self, key: &str) -> Option<Text<'a>> {
        let value = self.fields.get(key)?;
        match value.get_ref() {
            DeValue::String(text) => Some(Text {
                text,
                offset: value.span().start,
            }),
            other => {
                self.wrong_type(key, "a string", other, value.span());
                None
            }
        }
    }

    pub fn required_text(&mut self, key: &str) -> Option<Text<'a>> {
        self.require(key);
        let text = self.text(key)?;
        if text.text.trim().is_empty() {
            self.complain_at(text.offset, format!("`{key}` is empty"));
            return None;
        }
        Some(text)
    }

    /// A list of strings; one string stands for a list of one. `None`: not given, or wrong.
    pub fn texts(&mut self, key: &str) -> Option<Vec<Text<'a>>> {
        const WANTED: &str = "a string or a list of strings";
        let value = self.fields.get(key)?;
        let items = match value.get_ref() {
            DeValue::String(_) => std::slice::from_ref(value),
            DeValue::Array(items) => items.iter().as_slice(),
            other => {
                self.wrong_type(key, WANTED, other, value.span());
                return None;
            }
        };
        let mut texts = Vec::with_capacity(items.len());
        for item in items {
            match item.get_ref() {
                DeValue::String(text) => texts.push(Text {
                    text,
                    offset: item.span().start,
                }),
                other => self.wrong_type(key, WANTED, other, item.span()),
            }
        }
        Some(texts)
    }

    pub fn required_texts(&mut self, key: &str) -> Option<Vec<Text<'a>>> {
        self.require(key);
        let texts = self.texts(key)?;
        if texts.is_empty() {
            self.complain(format!("`{key}` is an empty list"));
            return None;
        }
        Some(texts)
    }

    /// One word out of `words`. `None`: not given, or wrong.
    pub fn word<T: Copy>(&mut self, key: &str, words: &Words<T>) -> Option<T> {
        let text = self.text(key)?;
        self.look_up(key, text, words)
    }

    pub fn required_word<T: Copy>(&mut self, key: &str, words: &Words<T>) -> Option<T> {
        self.require(key);
        self.word(key, words)
    }

    /// Words out of `words`; empty where the key is not given.
    pub fn words<T: Copy>(&mut self, key: &str, words: &Words<T>) -> Vec<T> {
        let texts = self.texts(key).unwrap_or_default();
        texts
            .into_iter()
            .filter_map(|text| self.look_up(key, text, words))
            .collect()
    }

    /// A boolean that is written only where it holds.
    pub fn is_set(&mut self, key: &str) -> bool {
        match self.fields.get(key).map(|value| (value.get_ref(), value)) {
            None => false,
            Some((DeValue::Boolean(set), _)) => *set,
            Some((other, value)) => {
                self.wrong_type(key, "true or false", other, value.span());
                false
            }
        }
    }

    /// A table of strings; empty where the key is not given.
    pub fn table(&mut self, key: &str) -> Vec<(Text<'a>, Text<'a>)> {
        let Some(value) = self.fields.get(key) else {
            return Vec::new();
        };
        let DeValue::Table(table) = value.get_ref() else {
            self.wrong_type(key, "a table", value.get_ref(), value.span());
            return Vec::new();
        };
        let mut entries = Vec::with_capacity(table.len());
        for (name, value) in table {
            let DeValue::String(text) = value.get_ref() else {
                self.wrong_type(key, "a table of strings", value.get_ref(), value.span());
                continue;
            };
            let name = Text {
                text: name.get_ref(),
                offset: name.span().start,
            };
            let text = Text {
                text,
                offset: value.span().start,
            };
            entries.push((name, text));
        }
        entries
    }

    /// The places of a list.
    pub fn required_places(&mut self, key: &str, role: Role, names: &mut Names) -> Vec<Place> {
        let texts = self.required_texts(key).unwrap_or_default();
        self.each(texts, |text| parse_place(text, role, names))
    }

    /// Reads a place out of a text of the row.
    pub fn place(&mut self, text: Text<'a>, role: Role, names: &mut Names) -> Option<Place> {
        match parse_place(text.text, role, names) {
            Ok(place) => Some(place),
            Err(message) => {
                self.complain_at(text.offset, message);
                None
            }
        }
    }

    /// The conditions of `when`; empty where the key is not given.
    pub fn conditions(&mut self, names: &mut Names) -> Vec<Condition> {
        let texts = self.texts("when").unwrap_or_default();
        self.each(texts, |text| parse_condition(text, names))
    }

    /// Checks a path that stands in another field than the subject.
    pub fn path(&mut self, text: Text<'a>) -> Option<&'a str> {
        match check_path(text.text) {
            Ok(()) => Some(text.text),
            Err(message) => {
                self.complain_at(text.offset, message);
                None
            }
        }
    }

    /// Checks the name of a method or of a parameter.
    pub fn name(&mut self, text: Text<'a>) -> Option<&'a str> {
        if is_identifier(text.text) {
            return Some(text.text);
        }
        self.complain_at(text.offset, format!("`{}` is no name", text.text));
        None
    }

    /// Notes that a field is missing.
    pub fn require(&mut self, key: &str) {
        if !self.has(key) {
            self.complain(format!("a row of [[{}]] needs `{key}`", self.table));
        }
    }

    fn each<T>(
        &mut self,
        texts: Vec<Text<'a>>,
        mut parse: impl FnMut(&str) -> Result<T, String>,
    ) -> Vec<T> {
        let mut parsed = Vec::with_capacity(texts.len());
        for text in texts {
            match parse(text.text) {
                Ok(value) => parsed.push(value),
                Err(message) => self.complain_at(text.offset, message),
            }
        }
        parsed
    }

    fn look_up<T: Copy>(&mut self, key: &str, text: Text<'a>, words: &Words<T>) -> Option<T> {
        let known = words.iter().find(|(word, _)| *word == text.text);
        if known.is_none() {
            let hint = instead(text.text, words.iter().map(|(word, _)| *word));
            self.complain_at(text.offset, format!("unknown {key} `{}`{hint}", text.text));
        }
        known.map(|(_, value)| *value)
    }

    /// Complains about keys that nobody knows and about keys that belong to another form.
    fn check_keys<S>(&mut self, forms: &[Form<S>], present: &[&Form<S>]) {
        let all = || {
            let keys = forms
                .iter()
                .flat_map(|form| std::iter::once(&form.key).chain(form.with));
            keys.copied().chain(std::iter::once("example"))
        };
        for key in self.fields.keys() {
            let (name, offset) = (key.get_ref().as_ref(), key.span().start);
            if !all().any(|known| known == name) {
                let hint = instead(name, all());
                self.complain_at(
                    offset,
                    format!("unknown key `{name}` in [[{}]]{hint}", self.table),
                );
            } else if let [form] = present {
                let goes = name == form.key || name == "example" || form.with.contains(&name);
                if !goes {
                    self.complain_at(
                        offset,
                        format!(
                            "`{name}` does not go with `{}`, which takes {}",
                            form.key,
                            quoted(form.with.iter().copied())
                        ),
                    );
                }
            }
        }
    }

    fn alternatives(
        &mut self,
        shape: Shape,
        pattern: Text<'a>,
        example: Text<'a>,
    ) -> Option<Vec<Alternative>> {
        let expansions = match expand(pattern.text) {
            Ok(expansions) => expansions,
            Err(message) => {
                self.complain_at(pattern.offset, message);
                return None;
            }
        };
        let mut alternatives = Vec::with_capacity(expansions.len());
        for expansion in expansions {
            if let Err(message) = check_shape(shape, &expansion.text) {
                self.complain_at(pattern.offset, message);
                return None;
            }
            match fill(example.text, &expansion.chosen) {
                Ok(filled) => alternatives.push(Alternative {
                    subject: Arc::from(expansion.text),
                    example: Arc::from(filled),
                }),
                Err(message) => {
                    self.complain_at(example.offset, message);
                    return None;
                }
            }
        }
        Some(alternatives)
    }

    fn wrong_type(&mut self, key: &str, wanted: &str, found: &DeValue, span: Range<usize>) {
        let found = described(found);
        self.complain_at(span.start, format!("`{key}` must be {wanted}, not {found}"));
    }
}

fn check_shape(shape: Shape, text: &str) -> Result<(), String> {
    match shape {
        Shape::Path => check_path(text),
        Shape::PathOrCall => check_path(text.strip_suffix("()").unwrap_or(text)),
        Shape::Name if is_identifier(text) => Ok(()),
        Shape::Name => Err(format!("`{text}` must be one name, without dots or ()")),
    }
}

fn check_path(text: &str) -> Result<(), String> {
    if text.split('.').all(is_identifier) {
        return Ok(());
    }
    let hint = if text.ends_with("()") {
        "; the () belong to sources only"
    } else if text.contains(['{', '}']) {
        "; braces belong into the row's subject only"
    } else {
        "; write names with dots between them"
    };
    Err(format!("`{text}` is no path{hint}"))
}
