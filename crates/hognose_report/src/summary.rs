//! What follows the findings in the full format: what is incomplete, the checklist, the totals.

use std::fmt::Write as _;

use annotate_snippets::renderer::{AnsiColor, Style};
use hognose_check::Incomplete;
use hognose_finding::{Class, Finding, Severity};

use crate::checklist::{ChecklistState, checklist, counted};
use crate::{Color, Section, Subject, TextStyle, printable};

const NEVER_FAILS: &str = "writing to a String cannot fail";
const BOLD: Style = Style::new().bold();
const GREEN: Style = AnsiColor::Green.on_default();
const YELLOW: Style = AnsiColor::Yellow.on_default().bold();
const RED: Style = AnsiColor::BrightRed.on_default().bold();

pub fn render(subject: &Subject<'_>, style: &TextStyle) -> String {
    let color = style.color;
    let mut output = String::new();
    push_incomplete(&mut output, &subject.report.incomplete, color);
    push_checklist(&mut output, subject, style);
    output.push('\n');
    output.push_str(&totals(subject, style));
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

fn push_checklist(output: &mut String, subject: &Subject<'_>, style: &TextStyle) {
    let color = style.color;
    writeln!(output, "{}", paint("Checklist", BOLD, color)).expect(NEVER_FAILS);
    let rows = checklist(subject);
    let width = rows
        .iter()
        .map(|row| row.class.title().len())
        .max()
        .unwrap_or(0);
    for row in rows {
        let paint_style = match row.state {
            ChecklistState::Unsafe => RED,
            ChecklistState::Undecided => YELLOW,
            ChecklistState::Clean => GREEN,
            ChecklistState::NothingToCheck | ChecklistState::NotChecked => Style::new(),
        };
        let title = row.class.title();
        let text = row.text();
        let text = printable(&text);
        writeln!(
            output,
            "  {title:width$}  {}",
            paint(&text, paint_style, color)
        )
        .expect(NEVER_FAILS);
    }
    for (class, section) in [(Class::Bugs, style.bugs), (Class::Quality, style.quality)] {
        let (text, paint_style) = group_row(subject, class, section);
        let title = class.title();
        let text = paint(&text, paint_style, color);
        writeln!(output, "  {title:width$}  {text}").expect(NEVER_FAILS);
    }
}

/// `12 findings (2 high, 10 low)`, and how to see them where they are not listed.
fn group_row(subject: &Subject<'_>, class: Class, section: Section) -> (String, Style) {
    let all = subject.report.findings.iter();
    let findings: Vec<&Finding> = all.filter(|finding| finding.rule.class == class).collect();
    if findings.is_empty() {
        return if subject.examined.contains(&class) {
            ("no findings".to_owned(), GREEN)
        } else {
            ("not checked".to_owned(), Style::new())
        };
    }
    let mut text = format!(
        "{} ({})",
        counted(findings.len(), "finding", "findings"),
        levels(&findings)
    );
    if section == Section::Hide {
        let id = class.id();
        write!(text, "; `hognose check --show {id}` lists them").expect(NEVER_FAILS);
    }
    (text, YELLOW)
}

/// `2 high, 1 medium`.
fn levels(findings: &[&Finding]) -> String {
    let levels: Vec<String> = Severity::ALL
        .into_iter()
        .rev()
        .map(|level| {
            let count = findings.iter().filter(|it| it.severity == level);
            (level, count.count())
        })
        .filter(|(_, count)| *count > 0)
        .map(|(level, count)| format!("{count} {}", level.name()))
        .collect();
    levels.join(", ")
}

/// `3 findings (2 high, 1 medium) in 14 files; 1 suppressed; 1 place not fully analysed`.
fn totals(subject: &Subject<'_>, style: &TextStyle) -> String {
    let report = subject.report;
    let files = counted(
        report.statistics.files.max(report.files.len()),
        "file",
        "files",
    );
    let mut clauses = Vec::new();
    let listed: Vec<&Finding> = report
        .findings
        .iter()
        .filter(|finding| style.lists(finding))
        .collect();
    let unlisted = report.findings.len() - listed.len();
    if listed.is_empty() {
        clauses.push(format!("No findings in {files}"));
    } else {
        let findings = counted(listed.len(), "finding", "findings");
        let levels = levels(&listed);
        clauses.push(format!("{findings} ({levels}) in {files}"));
    }
    if unlisted > 0 {
        clauses.push(format!("{unlisted} not listed"));
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
