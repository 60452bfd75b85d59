//! GitLab's SAST report (schema 15): vulnerabilities with their flow and a tracking signature.
//!
//! ```json
//! { "version": "15.0.7", "scan": { "type": "sast", "status": "success", … },
//!   "vulnerabilities": [{ "id": "…", "identifiers": […], "location": { "file": "app.py", … } }] }
//! ```
//! Bugs and quality are no vulnerabilities and are left out; the code quality report has them.

use hognose_finding::{Finding, Group, Severity, Step, StepKind};
use serde::Serialize;
use serde_json::{Value, json};

use crate::shown::{self, Shown, UniqueIds};
use crate::texts::Texts;
use crate::{RunTime, Subject, VERSION, printable};

/// The version of the schema; what is written is the same in all of its minor versions.
const SCHEMA_VERSION: &str = "15.0.7";

/// Limits of the schema, in characters.
const NAME_MAX: usize = 255;
const SOLUTION_MAX: usize = 7000;

#[derive(Serialize)]
struct Document<'a> {
    version: &'static str,
    scan: Value,
    vulnerabilities: Vec<Vulnerability<'a>>,
}

#[derive(Serialize)]
struct Vulnerability<'a> {
    id: String,
    /// Without the code's own names: GitLab compares it.
    name: String,
    description: &'a str,
    severity: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    solution: Option<String>,
    identifiers: Vec<Identifier>,
    location: Place<'a>,
    tracking: Value,
    #[serde(skip_serializing_if = "Option::is_none")]
    details: Option<Value>,
}

#[derive(Serialize)]
struct Identifier {
    #[serde(rename = "type")]
    kind: &'static str,
    name: String,
    value: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    url: Option<String>,
}

#[derive(Serialize)]
struct Place<'a> {
    file: &'a str,
    start_line: u32,
    /// Always there, although the schema does not ask for it: GitLab's page does.
    end_line: u32,
    #[serde(skip_serializing_if = "str::is_empty")]
    method: &'a str,
}

pub fn render(subject: &Subject<'_>) -> String {
    let texts = Texts::new(subject.report, subject.secrets);
    let is_security = |finding: &Finding| finding.rule.class.group() == Group::Security;
    let findings = shown::all(subject.report, &texts, is_security);
    let mut ids = UniqueIds::default();
    let document = Document {
        version: SCHEMA_VERSION,
        scan: scan(subject),
        vulnerabilities: findings
            .iter()
            .map(|it| vulnerability(it, ids.of(it.finding), &texts))
            .collect(),
    };
    let mut output = serde_json::to_string_pretty(&document)
        .expect("the document holds only strings, numbers, lists and structs");
    output.push('\n');
    output
}

fn scan(subject: &Subject<'_>) -> Value {
    let tool = json!({
        "id": "hognose",
        "name": "Hognose",
        "version": VERSION,
        "vendor": { "name": "Hognose" },
    });
    let incomplete = subject.report.incomplete.iter();
    let messages: Vec<Value> = incomplete
        .map(|entry| {
            let line = entry
                .line
                .map_or_else(String::new, |line| format!(":{line}"));
            let value = format!("{}{line}: {}", entry.path, entry.reason);
            json!({ "level": "warn", "value": printable(&value) })
        })
        .collect();
    let security = subject.rules.iter();
    let security = security.filter(|rule| rule.class.group() == Group::Security);
    let rules: Vec<Identifier> = security.map(|rule| rule_identifier(rule.id)).collect();
    let RunTime { start, end } = subject.time;
    json!({
        "analyzer": tool,
        "scanner": tool,
        "type": "sast",
        "start_time": start.text(),
        "end_time": end.text(),
        "status": "success",
        "messages": messages,
        "primary_identifiers": rules,
    })
}

fn rule_identifier(id: &str) -> Identifier {
    Identifier {
        kind: "hognose_rule_id",
        name: format!("Hognose {id}"),
        value: id.to_owned(),
        url: None,
    }
}

fn vulnerability<'a>(it: &'a Shown<'_>, id: String, texts: &Texts<'_>) -> Vulnerability<'a> {
    let finding = it.finding;
    let mut identifiers = vec![rule_identifier(finding.rule.id)];
    identifiers.extend(finding.rule.cwe.iter().map(|number| Identifier {
        kind: "cwe",
        name: format!("CWE-{number}"),
        value: number.to_string(),
        url: Some(format!(
            "https://cwe.mitre.org/data/definitions/{number}.html"
        )),
    }));
    let fix = finding.fix.as_ref();
    let end_line = it.end.line.max(it.start.line);
    Vulnerability {
        name: cut(finding.rule.title, NAME_MAX),
        description: &it.message,
        severity: severity(finding.severity),
        solution: fix.map(|fix| cut(&fix.title, SOLUTION_MAX)),
        identifiers,
        location: Place {
            file: &it.path,
            start_line: it.start.line,
            end_line,
            method: &finding.function,
        },
        tracking: json!({
            "type": "source",
            "items": [{
                "file": it.path,
                "start_line": it.start.line,
                "end_line": end_line,
                "signatures": [{ "algorithm": "hognose_flow_v1", "value": id }],
            }],
        }),
        details: details(finding, texts),
        id,
    }
}

/// The steps of the flow, as GitLab's page draws them.
fn details(finding: &Finding, texts: &Texts<'_>) -> Option<Value> {
    if finding.trace.is_empty() {
        return None;
    }
    let steps: Vec<Value> = finding.trace.iter().map(|it| step(it, texts)).collect();
    Some(json!({
        "code_flows": { "type": "code-flows", "name": "Data flow", "items": [steps] },
    }))
}

fn step(step: &Step, texts: &Texts<'_>) -> Value {
    let (start, end) = shown::span(&step.location, texts);
    let kind = match step.kind {
        StepKind::Source => "source",
        StepKind::Sink => "sink",
        StepKind::Propagate | StepKind::Call | StepKind::Return | StepKind::Guard => "propagation",
    };
    json!({
        "type": "code-flow-node",
        "node_type": kind,
        "file_location": {
            "type": "file-location",
            "file_name": shown::path(&step.location, texts),
            "line_start": start.line,
            "line_end": end.line.max(start.line),
        },
    })
}

fn severity(severity: Severity) -> &'static str {
    match severity {
        Severity::Critical => "Critical",
        Severity::High => "High",
        Severity::Medium => "Medium",
        Severity::Low => "Low",
        Severity::Info => "Info",
    }
}

fn cut(text: &str, characters_max: usize) -> String {
    text.chars().take(characters_max).collect()
}
