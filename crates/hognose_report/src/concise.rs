//! One line per finding: `path:line:column: severity[rule] message`.
//!
//! In a notebook the line counts from the start of the cell: `path:cell 3:line:column`. What
//! could not be analysed follows as `path:line: incomplete: reason`.

use std::borrow::Cow;
use std::fmt::Write as _;

use hognose_finding::Rule;

use crate::texts::Texts;
use crate::{Section, Subject, TextStyle, printable, statistics};

const NEVER_FAILS: &str = "writing to a String cannot fail";

/// `undefined-name F821`, or the id alone.
fn name(rule: &Rule) -> Cow<'static, str> {
    match rule.code() {
        Some(code) => Cow::Owned(format!("{} {code}", rule.id)),
        None => Cow::Borrowed(rule.id),
    }
}

pub fn render(subject: &Subject<'_>, style: &TextStyle) -> String {
    let report = subject.report;
    let texts = Texts::new(report, subject.secrets);
    let mut output = String::new();
    for finding in report.findings.iter().filter(|it| style.lists(it)) {
        let span = texts.span(&finding.location);
        let (line, column) = span.map_or((1, 1), |span| (span.start.line, span.start.column));
        let place = Texts::place(&finding.location, span);
        writeln!(
            output,
            "{}:{line}:{column}: {}[{}] {}",
            printable(&place),
            finding.severity.name(),
            name(finding.rule),
            printable(&texts.message(finding, &finding.message)),
        )
        .expect(NEVER_FAILS);
    }
    if style.summary == Section::Show {
        for entry in &report.incomplete {
            let line = entry
                .line
                .map_or_else(String::new, |line| format!(":{line}"));
            writeln!(
                output,
                "{}{line}: incomplete: {}",
                printable(&entry.path),
                printable(&entry.reason)
            )
            .expect(NEVER_FAILS);
        }
    }
    if style.statistics == Section::Show {
        output.push_str(&statistics::render(&report.statistics));
    }
    output
}
