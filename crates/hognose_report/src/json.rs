//! The report as JSON, for scripts and other programs.
//!
//! The schema is `schema/report-v1.schema.json` beside this crate's sources. Within a version,
//! fields are only added. Lines and columns count from 1, columns in Unicode characters; the end
//! is exclusive; in a notebook `cell` is set and lines count from the start of the cell.

use std::borrow::Cow;

use hognose_check::{Incomplete, Metrics, Report, Statistics, Suppressed};
use hognose_finding::{Check, Finding, Location, SourceText, Step};
use serde::Serialize;

use crate::checklist::{ChecklistRow, checklist};
use crate::history::{JsonHistory, history};
use crate::json_fix::{self, JsonFix};
use crate::texts::{Span, Texts};
use crate::{Subject, VERSION};

/// Changes when a field changes its meaning or goes away.
const SCHEMA_VERSION: u32 = 1;

/// The whole document, for who puts it into another one.
#[derive(Serialize)]
pub struct JsonReport<'a> {
    version: u32,
    tool: JsonTool,
    findings: Vec<JsonFinding<'a>>,
    suppressed: Vec<JsonSuppressed<'a>>,
    checks: Vec<JsonCheck<'a>>,
    incomplete: Vec<JsonIncomplete<'a>>,
    summary: Vec<JsonClass>,
    statistics: JsonStatistics<'a>,
}

#[derive(Serialize)]
struct JsonTool {
    name: &'static str,
    version: &'static str,
}

#[derive(Serialize)]
struct JsonFinding<'a> {
    rule: &'static str,
    /// Ruff's code, where the rule is Ruff's.
    code: Option<&'static str>,
    title: &'static str,
    class: &'static str,
    group: &'static str,
    cwe: &'static [u16],
    severity: &'static str,
    confidence: &'static str,
    message: Cow<'a, str>,
    location: JsonLocation<'a>,
    function: &'a str,
    trace: Vec<JsonStep<'a>>,
    fingerprint: &'a str,
    fix: Option<JsonFix<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    history: Option<JsonHistory<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct JsonLocation<'a> {
    path: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    commit: Option<&'a str>,
    cell: Option<u32>,
    line: u32,
    column: u32,
    end_line: u32,
    end_column: u32,
}

#[derive(Serialize)]
struct JsonStep<'a> {
    kind: &'static str,
    message: Cow<'a, str>,
    location: JsonLocation<'a>,
}

#[derive(Serialize)]
struct JsonSuppressed<'a> {
    comment: &'a str,
    reason: Option<&'a str>,
    finding: JsonFinding<'a>,
}

#[derive(Serialize)]
struct JsonCheck<'a> {
    class: &'static str,
    verdict: &'static str,
    reason: &'a str,
    location: JsonLocation<'a>,
}

#[derive(Serialize)]
struct JsonIncomplete<'a> {
    path: &'a str,
    line: Option<u32>,
    reason: &'a str,
}

#[derive(Serialize)]
struct JsonClass {
    class: &'static str,
    state: &'static str,
    sites: usize,
    #[serde(rename = "unsafe")]
    unsafe_sites: usize,
    undecided: usize,
    findings: usize,
    suppressed: usize,
    reasons: Vec<JsonReason>,
    text: String,
}

#[derive(Serialize)]
struct JsonReason {
    reason: String,
    count: usize,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct JsonStatistics<'a> {
    files: usize,
    lines: usize,
    functions: usize,
    calls: usize,
    resolved_calls: usize,
    largest_component: usize,
    limits: Vec<JsonCounter>,
    foreign_suppressions: Vec<JsonCounter>,
    metrics: Option<JsonMetrics<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct JsonMetrics<'a> {
    health: String,
    functions: usize,
    complicated: usize,
    long: usize,
    code_lines: usize,
    duplicated_lines: usize,
    most_complicated: Vec<JsonFunction<'a>>,
}

#[derive(Serialize)]
struct JsonFunction<'a> {
    path: &'a str,
    line: u32,
    name: &'a str,
    complexity: usize,
    lines: usize,
}

#[derive(Serialize)]
struct JsonCounter {
    name: &'static str,
    count: usize,
}

pub fn render(subject: &Subject<'_>) -> String {
    let mut output = serde_json::to_string_pretty(&JsonReport::new(subject))
        .expect("the document holds only strings, numbers, lists and structs");
    output.push('\n');
    output
}

impl<'a> JsonReport<'a> {
    pub(crate) fn findings(&self) -> &[impl Serialize + use<'a>] {
        &self.findings
    }

    pub(crate) fn suppressed(&self) -> &[impl Serialize + use<'a>] {
        &self.suppressed
    }

    pub(crate) fn incomplete(&self) -> &[impl Serialize + use<'a>] {
        &self.incomplete
    }

    pub fn new(subject: &Subject<'a>) -> Self {
        let report = subject.report;
        let texts = Texts::new(report, subject.secrets);
        Self {
            version: SCHEMA_VERSION,
            tool: JsonTool {
                name: "hognose",
                version: VERSION,
            },
            findings: report
                .findings
                .iter()
                .map(|it| finding(it, report, &texts))
                .collect(),
            suppressed: report
                .suppressed
                .iter()
                .map(|it| suppressed(it, report, &texts))
                .collect(),
            checks: report.checks.iter().map(|it| check(it, &texts)).collect(),
            incomplete: report.incomplete.iter().map(incomplete).collect(),
            summary: checklist(subject).into_iter().map(class).collect(),
            statistics: statistics(&report.statistics),
        }
    }
}

fn finding<'a>(finding: &'a Finding, report: &'a Report, texts: &Texts<'a>) -> JsonFinding<'a> {
    JsonFinding {
        rule: finding.rule.id,
        code: finding.rule.code(),
        title: finding.rule.title,
        class: finding.rule.class.id(),
        group: finding.rule.class.group().name(),
        cwe: finding.rule.cwe,
        severity: finding.severity.name(),
        confidence: finding.confidence.name(),
        message: texts.message(finding, &finding.message),
        location: location(&finding.location, texts),
        function: &finding.function,
        trace: finding
            .trace
            .iter()
            .map(|it| step(finding, it, texts))
            .collect(),
        fingerprint: &finding.fingerprint,
        fix: finding.fix.as_ref().map(|it| json_fix::fix(it, texts)),
        history: report.histories.get(&finding.fingerprint).map(history),
    }
}

fn location<'a>(location: &'a Location, texts: &Texts<'a>) -> JsonLocation<'a> {
    let source = texts.get(&location.file).map(|file| file.source);
    let path = source.map_or(&*location.file, SourceText::plain_path);
    let revision = source.and_then(|source| source.revision.as_ref());
    let commit = revision.map(|revision| &*revision.commit);
    match texts.span(location) {
        Some(Span { start, end }) => JsonLocation {
            path,
            commit,
            cell: start.cell,
            line: start.line,
            column: start.column,
            end_line: end.line,
            end_column: end.column,
        },
        None => JsonLocation {
            path,
            commit,
            cell: None,
            line: 1,
            column: 1,
            end_line: 1,
            end_column: 1,
        },
    }
}

fn step<'a>(finding: &Finding, step: &'a Step, texts: &Texts<'a>) -> JsonStep<'a> {
    JsonStep {
        kind: step.kind.name(),
        message: texts.message(finding, &step.message),
        location: location(&step.location, texts),
    }
}

fn suppressed<'a>(
    entry: &'a Suppressed,
    report: &'a Report,
    texts: &Texts<'a>,
) -> JsonSuppressed<'a> {
    JsonSuppressed {
        comment: &entry.comment,
        reason: entry.reason.as_deref(),
        finding: finding(&entry.finding, report, texts),
    }
}

fn check<'a>(check: &'a Check, texts: &Texts<'a>) -> JsonCheck<'a> {
    JsonCheck {
        class: check.class.id(),
        verdict: check.verdict.name(),
        reason: &check.reason,
        location: location(&check.location, texts),
    }
}

fn incomplete(entry: &Incomplete) -> JsonIncomplete<'_> {
    JsonIncomplete {
        path: &entry.path,
        line: entry.line,
        reason: &entry.reason,
    }
}

fn class(row: ChecklistRow) -> JsonClass {
    let text = row.text();
    let reasons = row
        .reasons
        .into_iter()
        .map(|(reason, count)| JsonReason { reason, count })
        .collect();
    JsonClass {
        class: row.class.id(),
        state: row.state.name(),
        sites: row.sites,
        unsafe_sites: row.unsafe_sites,
        undecided: row.unknown_sites,
        findings: row.findings,
        suppressed: row.suppressed,
        reasons,
        text,
    }
}

fn statistics(statistics: &Statistics) -> JsonStatistics<'_> {
    let counters = |list: &[(&'static str, usize)]| {
        list.iter()
            .map(|&(name, count)| JsonCounter { name, count })
            .collect()
    };
    JsonStatistics {
        files: statistics.files,
        lines: statistics.lines,
        functions: statistics.functions,
        calls: statistics.calls,
        resolved_calls: statistics.resolved_calls,
        largest_component: statistics.largest_component,
        limits: counters(&statistics.limits),
        foreign_suppressions: counters(&statistics.foreign_suppressions),
        metrics: statistics.metrics.as_ref().map(metrics),
    }
}

fn metrics(metrics: &Metrics) -> JsonMetrics<'_> {
    let functions = metrics.functions.iter();
    JsonMetrics {
        health: metrics.health(),
        functions: metrics.function_count,
        complicated: metrics.complicated,
        long: metrics.long,
        code_lines: metrics.code_lines,
        duplicated_lines: metrics.duplicated_lines,
        most_complicated: functions
            .map(|function| JsonFunction {
                path: &function.path,
                line: function.line,
                name: &function.name,
                complexity: function.complexity,
                lines: function.lines,
            })
            .collect(),
    }
}
