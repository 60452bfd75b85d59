//! What follows the findings in the full format: what is incomplete, the checklist, the totals.

use std::fmt::Write as _;

use annotate_snippets::renderer::{AnsiColor, Style};
use hognose_check::Incomplete;
use hognose_finding::Severity;

use crate::checklist::{ChecklistState, checklist, counted};
use crate::{Color, Subject, printable};

const NEVER_FAILS: &str = "writing to a String cannot fail";
const BOLD: Style = Style::new().bold();
const GREEN: Style = AnsiColor::Green.on_default();
const YELLOW: Style = AnsiColor::Yellow.on_default().bold();
const RED: Style = AnsiColor::BrightRed.on_default().bold();

pub fn render(subject: &Subject<'_>, color: Color) -> String {
    let mut output = String::new();
    push_incomplete(&mut output, &subject.report.incomplete, color);
    push_checklist(&mut output, subject, color);
    output.push('\n');
    output.push_str(&totals(subject));
    output.push('\n');
    output
}

fn push_incomplete(output: &mut String, incomplete: &[Incomplete], color: Color) {
    if incomplete.is_empty() {
        return;
    }
    writeln!(output, "{}", paint("Not fully analysed", YELLOW, color)).expect(NEVER_FAILS);
    for entry in incomplete {
        let line = entry
            .line
            .map_or_else(String::new, |line| format!(":{line}"));
        let path = printable(&entry.path);
        writeln!(output, "  {path}{line}: {}", printable(&entry.reason)).expect(NEVER_FAILS);
    }
    output.push('\n');
}

fn push_checklist(output: &mut String, subject: &Subject<'_>, color: Color) {
    writeln!(output, "{}", paint("Checklist", BOLD, color)).expect(NEVER_FAILS);
    let rows = checklist(subject);
    let width = rows
        .iter()
        .map(|row| row.class.title().len())
        .max()
        .unwrap_or(0);
    for row in rows {
        let style = match row.state {
            ChecklistState::Unsafe => RED,
            ChecklistState::Undecided => YELLOW,
            ChecklistState::Clean => GREEN,
            ChecklistState::NothingToCheck | ChecklistState::NotChecked => Style::new(),
        };
        let title = row.class.title();
        let text = row.text();
        let text = printable(&text);
        writeln!(output, "  {title:width$}  {}", paint(&text, style, color)).expect(NEVER_FAILS);
    }
}

/// `3 findings (2 high, 1 medium) in 14 files; 1 suppressed; 1 place not fully analysed`.
fn totals(subject: &Subject<'_>) -> String {
    let report = subject.report;
    let files = counted(
        report.statistics.files.max(report.files.len()),
        "file",
        "files",
    );
    let mut clauses = Vec::new();
    if report.findings.is_empty() {
        clauses.push(format!("No findings in {files}"));
    } else {
        let levels: Vec<String> = Severity::ALL
            .into_iter()
            .rev()
            .map(|level| {
                let count = report.findings.iter().filter(|it| it.severity == level);
                (level, count.count())
            })
            .filter(|(_, count)| *count > 0)
            .map(|(level, count)| format!("{count} {}", level.name()))
            .collect();
        let findings = counted(report.findings.len(), "finding", "findings");
        clauses.push(format!("{findings} ({}) in {files}", levels.join(", ")));
    }
    if !report.suppressed.is_empty() {
        clauses.push(format!("{} suppressed", report.suppressed.len()));
    }
    if !report.incomplete.is_empty() {
        let places = counted(report.incomplete.len(), "place", "places");
        clauses.push(format!("{places} not fully analysed"));
    }
    clauses.join("; ")
}

fn paint(text: &str, style: Style, color: Color) -> String {
    match color {
        Color::Plain => text.to_owned(),
        Color::Ansi => format!("{style}{text}{style:#}"),
    }
}
