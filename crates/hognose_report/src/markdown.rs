//! Markdown for a comment on a change or the summary of a build.
//!
//! ```text
//! ## Hognose: 2 findings
//! | class | result |
//! #### high: SQL injection … (`sql-injection`)
//! `app.py:14:46`
//! ```
//! What comes from the code is escaped: it cannot become markup, a link, a mention or HTML.

use std::fmt::Write as _;

use hognose_finding::{Finding, Severity};

use crate::checklist::{checklist, counted};
use crate::shown::{self, Shown};
use crate::texts::Texts;
use crate::{Subject, TextStyle, patch, printable};

const NEVER_FAILS: &str = "writing to a String cannot fail";

/// Findings that are written out; a comment has a limited size. The others are counted.
const FINDINGS_MAX: usize = 100;

pub fn render(subject: &Subject<'_>, style: &TextStyle) -> String {
    let report = subject.report;
    let texts = Texts::new(report, subject.secrets);
    let mut findings = shown::all(report, &texts, |finding| style.lists(finding));
    // The worst first, where only the beginning is read.
    findings.sort_by_key(|it| std::cmp::Reverse(it.finding.severity));
    let count = counted(findings.len(), "finding", "findings");
    let mut output = format!("## Hognose: {count}\n\n| class | result |\n|---|---|\n");
    for row in checklist(subject) {
        let text = row.text();
        writeln!(output, "| {} | {} |", row.class.title(), plain(&text)).expect(NEVER_FAILS);
    }
    for it in findings.iter().take(FINDINGS_MAX) {
        push_finding(&mut output, it, &texts);
    }
    let more = findings.len().saturating_sub(FINDINGS_MAX);
    if more > 0 {
        let more = counted(more, "more finding", "more findings");
        writeln!(output, "\n{more}; `hognose check` lists all of them.").expect(NEVER_FAILS);
    }
    let unlisted = report.findings.len() - findings.len();
    if unlisted > 0 {
        writeln!(output, "\nNot listed here: {unlisted} of bugs or quality.").expect(NEVER_FAILS);
    }
    if !report.incomplete.is_empty() {
        output.push_str("\n### Not fully analysed\n\n");
        for entry in &report.incomplete {
            let line = entry
                .line
                .map_or_else(String::new, |line| format!(":{line}"));
            let place = code(&format!("{}{line}", entry.path));
            writeln!(output, "- {place}: {}", prose(&entry.reason)).expect(NEVER_FAILS);
        }
    }
    output
}

fn push_finding(output: &mut String, it: &Shown<'_>, texts: &Texts<'_>) {
    let finding = it.finding;
    let (severity, rule) = (finding.severity.name(), finding.rule);
    let sign = match finding.severity {
        Severity::Critical | Severity::High => "🔴",
        Severity::Medium => "🟠",
        Severity::Low | Severity::Info => "🔵",
    };
    write!(
        output,
        "\n#### {sign} {severity}: {} (`{}`)\n\n{} · confidence {}",
        plain(rule.title),
        rule.id,
        code(&it.place()),
        finding.confidence.name(),
    )
    .expect(NEVER_FAILS);
    for number in rule.cwe {
        let place = format!("https://cwe.mitre.org/data/definitions/{number}.html");
        write!(output, " · [CWE-{number}]({place})").expect(NEVER_FAILS);
    }
    writeln!(output, "\n\n{}", prose(&it.message)).expect(NEVER_FAILS);
    push_trace(output, finding, texts);
    if let Some(fix) = &finding.fix {
        let (level, title) = (fix.level.name(), prose(&fix.title));
        writeln!(output, "\nFix ({level}): {title}").expect(NEVER_FAILS);
        let diff = patch::of_fix(fix, texts);
        if !diff.is_empty() {
            push_block(output, "diff", &diff);
        }
    }
}

fn push_trace(output: &mut String, finding: &Finding, texts: &Texts<'_>) {
    if finding.trace.is_empty() {
        return;
    }
    output.push('\n');
    for (number, step) in (1..).zip(&finding.trace) {
        let (start, _) = shown::span(&step.location, texts);
        let place = shown::place(&shown::path(&step.location, texts), start);
        let message = texts.message(finding, &step.message);
        writeln!(output, "{number}. {} {}", code(&place), prose(&message)).expect(NEVER_FAILS);
    }
}

/// A fenced block, whatever `text` holds.
fn push_block(output: &mut String, language: &str, text: &str) {
    let fence = "`".repeat(longest_ticks(text).max(2) + 1);
    writeln!(output, "\n{fence}{language}").expect(NEVER_FAILS);
    for line in text.lines() {
        writeln!(output, "{}", printable(line)).expect(NEVER_FAILS);
    }
    writeln!(output, "{fence}").expect(NEVER_FAILS);
}

/// `text` as a span of code, whatever it holds.
fn code(text: &str) -> String {
    let text = printable(text);
    let fence = "`".repeat(longest_ticks(&text) + 1);
    if text.starts_with('`') || text.ends_with('`') {
        format!("{fence} {text} {fence}")
    } else {
        format!("{fence}{text}{fence}")
    }
}

fn longest_ticks(text: &str) -> usize {
    let others = text.split(|character| character != '`');
    others.map(str::len).max().unwrap_or(0)
}

/// A sentence of ours, in which names of the code stand between backticks.
fn prose(text: &str) -> String {
    let text = printable(text);
    let parts: Vec<&str> = text.split('`').collect();
    // An odd number of backticks: one belongs to the code.
    if parts.len().is_multiple_of(2) {
        return plain(&text);
    }
    let mut result = String::with_capacity(text.len() + 8);
    for (index, part) in parts.into_iter().enumerate() {
        if index % 2 == 0 {
            result.push_str(&plain(part));
        } else if !part.is_empty() {
            write!(result, "`{part}`").expect(NEVER_FAILS);
        }
    }
    result
}

/// `text` as nothing but text: no markup, no HTML, no mention.
fn plain(text: &str) -> String {
    let mut safe = String::with_capacity(text.len() + 8);
    for character in printable(text).chars() {
        match character {
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '&' => safe.push_str("&amp;"),
            '@' => safe.push_str("&#64;"),
            '\\' | '`' | '*' | '_' | '[' | ']' | '#' | '|' | '!' | '~' | '$' => {
                safe.push('\\');
                safe.push(character);
            }
            other => safe.push(other),
        }
    }
    safe
}

#[cfg(test)]
mod tests {
    use super::{code, plain, prose, push_block};

    #[test]
    fn names_of_the_code_stay_code() {
        assert_eq!(prose("`a_b` is *not* <b>"), "`a_b` is \\*not\\* &lt;b&gt;");
        assert_eq!(prose("one ` only"), "one \\` only");
        assert_eq!(code("a`b"), "``a`b``");
        assert_eq!(code("`"), "`` ` ``");
    }

    #[test]
    fn nothing_becomes_markup() {
        assert_eq!(
            plain("[x](javascript:1) | @all"),
            "\\[x\\](javascript:1) \\| &#64;all"
        );
        let mut block = String::new();
        push_block(&mut block, "diff", "+ ```\n+ <script>\n");
        assert_eq!(block, "\n````diff\n+ ```\n+ <script>\n````\n");
    }
}
