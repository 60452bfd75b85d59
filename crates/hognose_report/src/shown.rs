//! What the line-based formats say of a finding: where it is and what it says, safe to be written.
//!
//! ```text
//! app.py 14:46–14:51 high sql-injection "`request.args["name"]` reaches `execute` as SQL. …"
//! ```

use std::borrow::Cow;

use hognose_check::Report;
use hognose_finding::{Finding, Location, Position, Severity, SourceText};

use crate::printable;
use crate::texts::{Span, Texts};

/// A finding as it is shown.
pub struct Shown<'a> {
    pub finding: &'a Finding,
    /// As the user named the file, without `./`.
    pub path: Cow<'a, str>,
    pub start: Position,
    /// Exclusive.
    pub end: Position,
    /// On one line, credentials masked.
    pub message: String,
}

/// How bad a finding is in formats that know three levels.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ThreeLevels {
    Error,
    Warning,
    Note,
}

const NOWHERE: Position = Position {
    cell: None,
    line: 1,
    column: 1,
};

impl<'a> Shown<'a> {
    pub fn new(finding: &'a Finding, texts: &Texts<'a>) -> Self {
        let (start, end) = span(&finding.location, texts);
        Self {
            finding,
            path: path(&finding.location, texts),
            start,
            end,
            message: printable(&texts.message(finding, &finding.message)).into_owned(),
        }
    }

    pub fn level(&self) -> ThreeLevels {
        match self.finding.severity {
            Severity::Critical | Severity::High => ThreeLevels::Error,
            Severity::Medium => ThreeLevels::Warning,
            Severity::Low | Severity::Info => ThreeLevels::Note,
        }
    }

    /// `app.py:14:46`, in a notebook `notes.ipynb:cell 3:2:1`.
    pub fn place(&self) -> String {
        place(&self.path, self.start)
    }
}

/// Those that `lists` takes, in the order of the report.
pub fn all<'a>(
    report: &'a Report,
    texts: &Texts<'a>,
    lists: impl Fn(&Finding) -> bool,
) -> Vec<Shown<'a>> {
    let findings = report.findings.iter().filter(|finding| lists(finding));
    findings.map(|finding| Shown::new(finding, texts)).collect()
}

/// Where `location` begins and ends; the first character of a file whose text is not there.
pub fn span(location: &Location, texts: &Texts<'_>) -> (Position, Position) {
    match texts.span(location) {
        Some(Span { start, end }) => (start, end),
        None => (NOWHERE, NOWHERE),
    }
}

/// The path for programs that look for the file: without the commit, without `./`.
pub fn path<'a>(location: &'a Location, texts: &Texts<'a>) -> Cow<'a, str> {
    let source = texts.get(&location.file).map(|file| file.source);
    let path = source.map_or(&*location.file, SourceText::plain_path);
    printable(path.strip_prefix("./").unwrap_or(path))
}

pub fn place(path: &str, at: Position) -> String {
    let Position { cell, line, column } = at;
    match cell {
        Some(cell) => format!("{path}:cell {cell}:{line}:{column}"),
        None => format!("{path}:{line}:{column}"),
    }
}

/// Fingerprints as ids: what stands there twice gets a number, so that no reader drops it.
#[derive(Default)]
pub struct UniqueIds<'a>(std::collections::HashMap<(&'a str, &'a str), usize>);

impl<'a> UniqueIds<'a> {
    pub fn of(&mut self, finding: &'a Finding) -> String {
        let key = (finding.rule.id, &*finding.fingerprint);
        let count = self.0.entry(key).or_default();
        *count += 1;
        match count {
            1 => finding.fingerprint.clone(),
            more => format!("{}-{more}", finding.fingerprint),
        }
    }
}
