//! A model file as TOML: its tables, and where in the text everything stands.
//!
//! ```toml
//! library = "example"      # every file begins with it
//! [[sinks]]                # one table of the list `sinks`
//! sources = [{ path = "example.read()", kind = "file", example = "…" }]    # the same, shorter
//! ```

use std::sync::Arc;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::error::{ModelError, instead};

const LIBRARY: &str = "library";

/// Who wrote a file: the rows of users may replace ours.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Owner {
    Program,
    User,
}

/// A file before it is read as TOML.
#[derive(Debug)]
pub(super) struct ModelFile<'a> {
    pub name: Arc<str>,
    pub text: &'a str,
    pub owner: Owner,
    /// Offsets at which lines begin.
    line_starts: Vec<usize>,
}

impl<'a> ModelFile<'a> {
    pub fn new(name: Arc<str>, text: &'a str, owner: Owner) -> Self {
        let breaks = text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n');
        let line_starts = std::iter::once(0)
            .chain(breaks.map(|(offset, _)| offset + 1))
            .collect();
        Self {
            name,
            text,
            owner,
            line_starts,
        }
    }

    pub fn line(&self, offset: usize) -> u32 {
        let line = self.line_starts.partition_point(|start| *start <= offset);
        u32::try_from(line).unwrap_or(u32::MAX)
    }

    pub fn error(&self, offset: usize, message: String) -> ModelError {
        ModelError {
            file: Arc::clone(&self.name),
            line: self.line(offset),
            message,
        }
    }

    /// The file as TOML.
    pub fn parse(&self) -> Result<DeTable<'a>, Vec<ModelError>> {
        let (table, problems) = DeTable::parse_recoverable(self.text);
        if problems.is_empty() {
            return Ok(table.into_inner());
        }
        let described = |problem: &toml::de::Error| {
            let offset = problem.span().map_or(0, |span| span.start);
            self.error(offset, format!("TOML: {}", problem.message()))
        };
        Err(problems.iter().map(described).collect())
    }
}

/// The rows of a table: `[[sinks]]`, or `sinks = [{…}, …]`.
pub(super) fn table_rows<'a>(
    file: &ModelFile,
    name: &str,
    value: &'a Spanned<DeValue<'a>>,
    errors: &mut Vec<ModelError>,
) -> Vec<(usize, &'a DeTable<'a>)> {
    let DeValue::Array(items) = value.get_ref() else {
        let found = described(value.get_ref());
        errors.push(file.error(
            value.span().start,
            format!("`{name}` must be a list of tables, [[{name}]], not {found}"),
        ));
        return Vec::new();
    };
    let mut rows = Vec::with_capacity(items.len());
    for item in items {
        if let DeValue::Table(fields) = item.get_ref() {
            rows.push((item.span().start, fields));
        } else {
            let found = described(item.get_ref());
            errors.push(file.error(
                item.span().start,
                format!("a row of `{name}` must be a table, not {found}"),
            ));
        }
    }
    rows
}

pub(super) fn described(value: &DeValue) -> &'static str {
    match value {
        DeValue::String(_) => "a string",
        DeValue::Integer(_) => "an integer",
        DeValue::Float(_) => "a float",
        DeValue::Boolean(_) => "a boolean",
        DeValue::Datetime(_) => "a date",
        DeValue::Array(_) => "a list",
        DeValue::Table(_) => "a table",
    }
}

/// Checks that the file names what it describes and has no tables but `tables`.
pub(super) fn check_top_level(
    file: &ModelFile,
    document: &DeTable,
    tables: &[&str],
    errors: &mut Vec<ModelError>,
) {
    match document.get(LIBRARY).map(|value| (value.get_ref(), value)) {
        Some((DeValue::String(name), value)) if name.trim().is_empty() => {
            errors.push(file.error(value.span().start, "`library` is empty".to_owned()));
        }
        Some((DeValue::String(_), _)) => (),
        Some((other, value)) => {
            let message = format!("`library` must be a string, not {}", described(other));
            errors.push(file.error(value.span().start, message));
        }
        None => {
            let message = "a file begins with the name of what it describes, library = \"name\"";
            errors.push(file.error(0, message.to_owned()));
        }
    }
    for key in document.keys() {
        let name = key.get_ref().as_ref();
        let known = tables.iter().copied().chain([LIBRARY]);
        if !known.clone().any(|table| table == name) {
            let hint = instead(name, known);
            errors.push(file.error(key.span().start, format!("unknown table `{name}`{hint}")));
        }
    }
}
