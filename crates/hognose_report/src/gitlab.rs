//! GitLab's code quality report: a list of findings by fingerprint.
//!
//! ```json
//! [{ "description": "…", "check_name": "sql-injection", "fingerprint": "0123456789abcdef",
//!    "severity": "critical", "location": { "path": "app.py", "lines": { "begin": 14, "end": 14 } } }]
//! ```

use hognose_finding::{Group, Severity};
use serde::Serialize;

use crate::Subject;
use crate::shown::{self, UniqueIds};
use crate::texts::Texts;

#[derive(Serialize)]
struct Issue {
    #[serde(rename = "type")]
    kind: &'static str,
    description: String,
    check_name: &'static str,
    fingerprint: String,
    severity: &'static str,
    categories: [&'static str; 1],
    location: Place,
}

#[derive(Serialize)]
struct Place {
    path: String,
    lines: Lines,
}

#[derive(Serialize)]
struct Lines {
    begin: u32,
    end: u32,
}

pub fn render(subject: &Subject<'_>) -> String {
    let texts = Texts::new(subject.report, subject.secrets);
    let mut ids = UniqueIds::default();
    let findings = shown::all(subject.report, &texts, |_| true).into_iter();
    let issues: Vec<Issue> = findings
        .map(|it| Issue {
            kind: "issue",
            fingerprint: ids.of(it.finding),
            check_name: it.finding.rule.id,
            severity: severity(it.finding.severity),
            categories: [category(it.finding.rule.class.group())],
            location: Place {
                path: it.path.into_owned(),
                lines: Lines {
                    begin: it.start.line,
                    end: it.end.line.max(it.start.line),
                },
            },
            description: it.message,
        })
        .collect();
    let mut output = serde_json::to_string_pretty(&issues)
        .expect("the list holds only strings, numbers and structs");
    output.push('\n');
    output
}

fn severity(severity: Severity) -> &'static str {
    match severity {
        Severity::Critical => "blocker",
        Severity::High => "critical",
        Severity::Medium => "major",
        Severity::Low => "minor",
        Severity::Info => "info",
    }
}

fn category(group: Group) -> &'static str {
    match group {
        Group::Security => "Security",
        Group::Bugs => "Bug Risk",
        Group::Quality => "Style",
    }
}
