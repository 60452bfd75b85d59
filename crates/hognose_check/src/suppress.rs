//! Comments that silence findings, and findings about such comments.
//!
//! ```python
//! run(x)  # hognose: ignore[command-injection] reason="x is one of ours"
//! # hognose: ignore[sql-injection]          covers the statement below
//! cur.execute(
//!     q,  # hognose: ignore[sql-injection]  covers the whole statement
//! )
//! # hognose: disable[hardcoded-secret]      … up to the next enable[hardcoded-secret]
//! ```
//! A comment that silences nothing is a finding, and so is one that cannot be read. Comments of
//! other tools are honoured and counted (`foreign`).

mod directive;
mod foreign;

use std::collections::BTreeMap;
use std::sync::Arc;

use hognose_finding::{Confidence, Finding, Location, Rule};
use hognose_python::File;
use hognose_rules::{fingerprint, number_equals, rule};
use ruff_text_size::{TextRange, TextSize};

use self::directive::{Directive, Verb};
pub use self::foreign::TESTS as BANDIT_TESTS;
use self::foreign::{Foreign, Reach};
use crate::{Selection, Suppressed};

/// What the comments left.
#[derive(Debug, Default)]
pub struct Outcome {
    /// Sorted by file and offset, those about comments among them.
    pub findings: Vec<Finding>,
    pub suppressed: Vec<Suppressed>,
    /// Comments of other tools: marker, and how many findings they silenced.
    pub foreign: Vec<(&'static str, usize)>,
}

/// One of our comments, for one of the names in its brackets.
#[derive(Debug)]
struct Scope {
    name: String,
    /// Lines from 1, both ends included.
    first: u32,
    last: u32,
    /// Index into [`Comments::ours`].
    comment: usize,
    used: Used,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Used {
    Yes,
    No,
}

/// One of our comments.
#[derive(Debug)]
struct Ours {
    range: TextRange,
    text: String,
    reason: Option<String>,
}

/// The comments of one file.
#[derive(Debug, Default)]
struct Comments {
    ours: Vec<Ours>,
    scopes: Vec<Scope>,
    /// With their first and last line.
    foreign: Vec<(Foreign, u32, u32)>,
    malformed: Vec<(TextRange, String)>,
}

/// Takes away what comments silence, and adds what is wrong with comments. `findings` are all that
/// were made; a comment for a rule that is not in `selection` is not called unused.
pub fn apply<'a>(
    files: impl IntoIterator<Item = &'a File>,
    findings: Vec<Finding>,
    selection: &Selection,
) -> Outcome {
    let mut by_file: BTreeMap<Arc<str>, Vec<Finding>> = BTreeMap::new();
    for finding in findings {
        let file = Arc::clone(&finding.location.file);
        by_file.entry(file).or_default().push(finding);
    }
    let mut outcome = Outcome::default();
    let mut counts: BTreeMap<&'static str, usize> = BTreeMap::new();
    for file in files {
        let found = by_file.remove(&file.source.path).unwrap_or_default();
        let mut comments = Comments::read(file);
        comments.silence(file, found, &mut outcome, &mut counts);
        let hygiene = comments.hygiene(file, selection);
        comments.silence(file, hygiene, &mut outcome, &mut counts);
    }
    // A finding in no file that was handed over cannot be silenced.
    outcome.findings.extend(by_file.into_values().flatten());
    outcome.findings.sort_by(|a, b| order(a).cmp(&order(b)));
    outcome
        .suppressed
        .sort_by(|a, b| order(&a.finding).cmp(&order(&b.finding)));
    outcome.foreign = counts.into_iter().collect();
    outcome
}

fn order(finding: &Finding) -> (&str, TextSize, TextSize, &'static str) {
    let range = finding.location.range;
    (
        &finding.location.file,
        range.start(),
        range.end(),
        finding.rule.id,
    )
}

impl Comments {
    fn read(file: &File) -> Self {
        let mut comments = Self::default();
        // Name and first line of the ranges that are open.
        let mut open: Vec<(String, u32, usize)> = Vec::new();
        for range in &file.comments {
            let text = file.source.slice(*range);
            for foreign in foreign::find(text) {
                let (first, last) = match foreign.reach {
                    Reach::File => (1, u32::MAX),
                    Reach::Statement => lines_of_statement(file, *range),
                    Reach::StatementOrNext => lines_of_statement_or_next(file, *range),
                };
                comments.foreign.push((foreign, first, last));
            }
            if let Some((start, text)) = directive::find(text) {
                let start = range.start() + TextSize::try_from(start).unwrap_or_default();
                let range = TextRange::at(start, TextSize::of(text));
                match directive::parse(text) {
                    Ok(directive) => comments.add(file, range, text, directive, &mut open),
                    Err(mistake) => comments.malformed.push((range, mistake)),
                }
            }
        }
        for (name, first, comment) in open {
            comments.scope(name, (first, u32::MAX), comment);
        }
        comments
    }

    fn add(
        &mut self,
        file: &File,
        range: TextRange,
        text: &str,
        directive: Directive,
        open: &mut Vec<(String, u32, usize)>,
    ) {
        let line = file.source.line_of(range.start());
        let comment = self.ours.len();
        self.ours.push(Ours {
            range,
            text: text.to_owned(),
            reason: directive.reason,
        });
        for name in directive.names {
            match directive.verb {
                Verb::Ignore => {
                    let lines = lines_of_statement_or_next(file, range);
                    self.scope(name, lines, comment);
                }
                Verb::Disable => open.push((name, line, comment)),
                Verb::Enable => match open.iter().rposition(|(known, _, _)| *known == name) {
                    Some(index) => {
                        let (name, first, comment) = open.remove(index);
                        self.scope(name, (first, line), comment);
                    }
                    None => self.malformed.push((
                        range,
                        format!("no `disable[{name}]` stands before this `enable[{name}]`"),
                    )),
                },
            }
        }
    }

    fn scope(&mut self, name: String, (first, last): (u32, u32), comment: usize) {
        self.scopes.push(Scope {
            name,
            first,
            last,
            comment,
            used: Used::No,
        });
    }

    /// Sorts `findings` into those that a comment silences and the rest.
    fn silence(
        &mut self,
        file: &File,
        findings: Vec<Finding>,
        outcome: &mut Outcome,
        counts: &mut BTreeMap<&'static str, usize>,
    ) {
        for finding in findings {
            let line = file.source.line_of(finding.location.range.start());
            let mut ours = None;
            for scope in &mut self.scopes {
                let covers = (scope.first..=scope.last).contains(&line)
                    && finding.rule.is_named(&scope.name);
                if covers {
                    scope.used = Used::Yes;
                    ours = ours.or(Some(scope.comment));
                }
            }
            let foreign = self.foreign.iter().find(|(foreign, first, last)| {
                (*first..=*last).contains(&line) && foreign.covers(finding.rule)
            });
            match (ours, foreign) {
                (Some(comment), _) => outcome.suppressed.push(Suppressed {
                    finding,
                    comment: self.ours[comment].text.clone(),
                    reason: self.ours[comment].reason.clone(),
                }),
                (None, Some((foreign, _, _))) => {
                    *counts.entry(foreign.marker.name()).or_default() += 1;
                    outcome.suppressed.push(Suppressed {
                        finding,
                        comment: foreign.text.clone(),
                        reason: None,
                    });
                }
                (None, None) => outcome.findings.push(finding),
            }
        }
    }

    /// The findings about the comments themselves.
    fn hygiene(&self, file: &File, selection: &Selection) -> Vec<Finding> {
        let ignores = selection.path_ignores();
        let path = &file.source.path;
        let wanted = |rule: &Rule| selection.includes(rule) && !ignores.ignores(path, rule);
        let mut findings = Vec::new();
        let malformed = rule("malformed-suppression").expect("a registered rule");
        for (range, mistake) in self.malformed.iter().filter(|_| wanted(malformed)) {
            let message = format!("This comment silences nothing: {mistake}.");
            findings.push(finding(file, malformed, *range, message));
        }
        let unused = rule("unused-suppression").expect("a registered rule");
        for (index, comment) in self.ours.iter().enumerate().filter(|_| wanted(unused)) {
            let names: Vec<String> = self
                .scopes
                .iter()
                .filter(|scope| scope.comment == index && scope.used == Used::No)
                .filter(|scope| is_judged(&scope.name, wanted))
                .map(|scope| format!("`{}`", scope.name))
                .collect();
            if !names.is_empty() {
                let message = format!(
                    "No finding of {} is silenced by this comment. Delete it, or take the name out \
                     of its brackets.",
                    names.join(" or ")
                );
                findings.push(finding(file, unused, comment.range, message));
            }
        }
        findings.sort_by_key(|finding| finding.location.range.start());
        number_equals(&mut findings);
        findings
    }
}

/// Whether it can be said that nothing is silenced: all rules of the name have run. The rules
/// about comments come after that question.
fn is_judged(name: &str, wanted: impl Fn(&Rule) -> bool) -> bool {
    crate::rules()
        .iter()
        .filter(|rule| rule.is_named(name))
        .all(|rule| rule.class != hognose_finding::Class::Hygiene && wanted(rule))
}

fn finding(file: &File, rule: &'static Rule, range: TextRange, message: String) -> Finding {
    let function = enclosing_function(file, range);
    Finding {
        rule,
        severity: rule.severity,
        confidence: Confidence::High,
        fingerprint: fingerprint(rule, &[&function, file.source.slice(range)]),
        location: Location {
            file: Arc::clone(&file.source.path),
            range,
        },
        message,
        function,
        trace: Vec::new(),
        fix: None,
    }
}

/// The innermost function around `range`, empty for the module's body.
pub(crate) fn enclosing_function(file: &File, range: TextRange) -> String {
    file.module
        .functions
        .iter()
        .filter(|function| function.range.contains_range(range))
        .min_by_key(|function| function.range.len())
        .map_or_else(String::new, |function| function.qualified.to_string())
}

/// The lines of the statement that a comment stands in or behind.
fn lines_of_statement(file: &File, comment: TextRange) -> (u32, u32) {
    let line = file.source.line_of(comment.start());
    statement_at(file, line).unwrap_or((line, line))
}

/// As [`lines_of_statement`]; a comment alone on its line speaks of the statement below as well,
/// further comments in between passed over.
fn lines_of_statement_or_next(file: &File, comment: TextRange) -> (u32, u32) {
    let line = file.source.line_of(comment.start());
    if let Some(lines) = statement_at(file, line) {
        return lines;
    }
    if !is_comment_only(file, line) {
        return (line, line);
    }
    let mut next = line + 1;
    while is_comment_only(file, next) {
        next += 1;
    }
    let (_, last) = statement_at(file, next).unwrap_or((next, next));
    (line, last)
}

fn is_comment_only(file: &File, line: u32) -> bool {
    let text = file.source.line_text(line).trim_start();
    // A text that is no Python has no statements.
    let is_text = file.statements.is_empty() && !file.comments.is_empty();
    text.starts_with('#')
        || is_text
            && ["//", ";", "--", "<!--", "/*"]
                .iter()
                .any(|mark| text.starts_with(mark))
}

/// First and last line of the statements that `line` holds or is part of.
fn statement_at(file: &File, line: u32) -> Option<(u32, u32)> {
    let range = file.source.line_range(line);
    file.statements
        .iter()
        .filter(|statement| statement.start() < range.end() && range.start() < statement.end())
        .map(|statement| {
            let first = file.source.line_of(statement.start());
            (first, file.source.line_of(statement.end()))
        })
        .reduce(|(first, last), (start, end)| (first.min(start), last.max(end)))
}
