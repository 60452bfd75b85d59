//! What stands around the findings: totals, checklist, suppressed findings, gaps, counters.
//!
//! ```html
//! <table class="checklist"> <tr class="clean"><th scope="row">SQL injection</th> <td>✓ clean: …
//! ```

use std::fmt::Write as _;

use hognose_check::{Incomplete, Metrics, Report, Statistics};
use hognose_finding::{Group, Severity};

use super::NEVER_FAILS;
use super::escape::{sentence, text};
use crate::Subject;
use crate::checklist::{ChecklistState, checklist, counted};
use crate::shown::Shown;
use crate::texts::Texts;

pub fn push_header(output: &mut String, subject: &Subject<'_>) {
    let report = subject.report;
    let count = |group: Group| {
        let findings = report.findings.iter();
        findings.filter(|it| it.rule.class.group() == group).count()
    };
    let files = report.statistics.files.max(report.files.len());
    let worst = report.findings.iter().map(|finding| finding.severity).max();
    let verdict = match worst {
        None => "No findings".to_owned(),
        Some(worst) => {
            let all = counted(report.findings.len(), "finding", "findings");
            format!("{all}, the worst of severity {}", Severity::name(worst))
        }
    };
    writeln!(
        output,
        "<header>\n<h1>Hognose report</h1>\n<p class=\"verdict\">{verdict}</p>\n\
         <ul class=\"totals\">\n<li><a href=\"#security\"><strong>{}</strong> security</a></li>\n\
         <li><a href=\"#bugs\"><strong>{}</strong> bugs</a></li>\n\
         <li><a href=\"#quality\"><strong>{}</strong> quality</a></li>\n\
         <li>{}, {} lines</li>\n</ul>\n</header>",
        count(Group::Security),
        count(Group::Bugs),
        count(Group::Quality),
        counted(files, "file", "files"),
        report.statistics.lines,
    )
    .expect(NEVER_FAILS);
}

pub fn push_checklist(output: &mut String, subject: &Subject<'_>) {
    output.push_str(
        "<section id=\"checklist\" aria-labelledby=\"checklist-title\">\n\
         <h2 id=\"checklist-title\">Checklist</h2>\n<table class=\"checklist\">\n<tbody>\n",
    );
    for row in checklist(subject) {
        let sign = match row.state {
            ChecklistState::Unsafe => "✕",
            ChecklistState::Undecided => "?",
            ChecklistState::Clean => "✓",
            ChecklistState::NothingToCheck | ChecklistState::NotChecked => "–",
        };
        writeln!(
            output,
            "<tr><th scope=\"row\">{}</th><td class=\"{}\"><span class=\"sign\" \
             aria-hidden=\"true\">{sign}</span> {}</td></tr>",
            row.class.title(),
            row.state.name(),
            sentence(&row.text()),
        )
        .expect(NEVER_FAILS);
    }
    output.push_str("</tbody>\n</table>\n</section>\n");
}

pub fn push_suppressed(output: &mut String, report: &Report, texts: &Texts<'_>) {
    if report.suppressed.is_empty() {
        return;
    }
    let count = report.suppressed.len();
    write!(
        output,
        "<section aria-labelledby=\"suppressed-title\">\n<h2 id=\"suppressed-title\">Suppressed \
         <span class=\"count\">{count}</span></h2>\n<table>\n<thead><tr><th scope=\"col\">rule</th>\
         <th scope=\"col\">place</th><th scope=\"col\">reason</th></tr></thead>\n<tbody>\n"
    )
    .expect(NEVER_FAILS);
    for entry in &report.suppressed {
        let it = Shown::new(&entry.finding, texts);
        let reason = entry.reason.as_deref().unwrap_or(&entry.comment);
        writeln!(
            output,
            "<tr><td>{}</td><td><code>{}</code></td><td>{}</td></tr>",
            text(entry.finding.rule.id),
            text(&it.place()),
            text(reason),
        )
        .expect(NEVER_FAILS);
    }
    output.push_str("</tbody>\n</table>\n</section>\n");
}

pub fn push_incomplete(output: &mut String, incomplete: &[Incomplete]) {
    if incomplete.is_empty() {
        return;
    }
    let count = incomplete.len();
    write!(
        output,
        "<section aria-labelledby=\"incomplete-title\">\n<h2 id=\"incomplete-title\">Not fully \
         analysed <span class=\"count\">{count}</span></h2>\n<ul>\n"
    )
    .expect(NEVER_FAILS);
    for entry in incomplete {
        let line = entry
            .line
            .map_or_else(String::new, |line| format!(":{line}"));
        let place = format!("{}{line}", entry.path);
        let (place, reason) = (text(&place), sentence(&entry.reason));
        writeln!(output, "<li><code>{place}</code> {reason}</li>").expect(NEVER_FAILS);
    }
    output.push_str("</ul>\n</section>\n");
}

pub fn push_statistics(output: &mut String, statistics: &Statistics) {
    output.push_str(
        "<section aria-labelledby=\"statistics-title\">\n\
         <h2 id=\"statistics-title\">Statistics</h2>\n<table>\n<tbody>\n",
    );
    for (name, value) in [
        ("files", statistics.files),
        ("lines", statistics.lines),
        ("functions", statistics.functions),
        ("calls", statistics.calls),
        ("resolved calls", statistics.resolved_calls),
    ] {
        push_row(output, name, value);
    }
    for (name, count) in &statistics.limits {
        push_row(output, &format!("limit reached: {name}"), *count);
    }
    for (marker, count) in &statistics.foreign_suppressions {
        push_row(output, &format!("honoured: {marker}"), *count);
    }
    output.push_str("</tbody>\n</table>\n");
    if let Some(metrics) = &statistics.metrics {
        push_metrics(output, metrics);
    }
    output.push_str("</section>\n");
}

fn push_row(output: &mut String, name: &str, value: usize) {
    let name = text(name);
    writeln!(
        output,
        "<tr><th scope=\"row\">{name}</th><td>{value}</td></tr>"
    )
    .expect(NEVER_FAILS);
}

fn push_metrics(output: &mut String, metrics: &Metrics) {
    writeln!(
        output,
        "<h3>Health</h3>\n<p>{}</p>",
        text(&metrics.health())
    )
    .expect(NEVER_FAILS);
    if metrics.functions.is_empty() {
        return;
    }
    output.push_str(
        "<h3>Most complicated functions</h3>\n<table>\n<thead><tr><th scope=\"col\">function</th>\
         <th scope=\"col\">place</th><th scope=\"col\">complexity</th><th scope=\"col\">lines</th>\
         </tr></thead>\n<tbody>\n",
    );
    for function in &metrics.functions {
        let place = format!("{}:{}", function.path, function.line);
        writeln!(
            output,
            "<tr><td><code>{}</code></td><td><code>{}</code></td><td>{}</td><td>{}</td></tr>",
            text(&function.name),
            text(&place),
            function.complexity,
            function.lines,
        )
        .expect(NEVER_FAILS);
    }
    output.push_str("</tbody>\n</table>\n");
}
