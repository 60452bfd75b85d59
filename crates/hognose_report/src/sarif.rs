//! The report as SARIF 2.1.0, for GitHub, GitLab, `DefectDojo` and editors.
//!
//! Decisions that are not in the standard:
//!
//! - columns count UTF-16 code units, because viewers assume that whatever `columnKind` says;
//! - the first tag of a rule is its one CWE tag; further CWE numbers stand only in the property
//!   `cwe`, because scorers and viewers read the first;
//! - in a notebook a region's lines count from the start of the cell, and the location's property
//!   `cell` names it: lines of the concatenated text would point at nothing a viewer shows;
//! - a snippet shows credentials masked.

use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap, HashSet};

use hognose_check::{Incomplete, Report};
use hognose_finding::{Confidence, Finding, History, Location, Rule, Severity, Step, StepKind};
use ruff_text_size::{TextRange, TextSize};
use serde_json::{Map, Value, json};

use crate::history::history;
use crate::line_hash::line_hashes;
use crate::sarif_fix;
use crate::sarif_model::{
    ArtifactLocation, CellProperties, CodeFlow, Driver, Invocation, Log, LogicalLocation, Message,
    Notification, PhysicalLocation, Region, ResultProperties, Run, SCHEMA, SarifLocation,
    SarifResult, Snippet, Suppression, ThreadFlow, ThreadFlowLocation, Tool,
    VERSION as SARIF_VERSION,
};
use crate::sarif_rule::descriptor;
use crate::texts::{ShownFile, Texts};
use crate::uri::Uri;
use crate::{Subject, VERSION};

const BASE_ID: &str = "%SRCROOT%";
const FINGERPRINT: &str = "hognose/v1";
/// A longer snippet is cut to whole characters within this many bytes.
const SNIPPET_BYTES_MAX: u32 = 2000;
/// GitHub shows no more steps of a flow than this, and rejects more than ten times as many.
const FLOW_STEPS_MAX: usize = 1000;

pub fn render(subject: &Subject<'_>) -> String {
    let writer = Writer::new(subject);
    let log = Log {
        schema: SCHEMA,
        version: SARIF_VERSION,
        runs: [writer.run(subject)],
    };
    let mut output = serde_json::to_string_pretty(&log)
        .expect("the document holds only strings, numbers, lists and structs");
    output.push('\n');
    output
}

/// All rules of ours, and those of Ruff that found something: the rest would be most of the file.
fn described_rules(subject: &Subject<'_>) -> Vec<&'static Rule> {
    let found: HashSet<&str> = all_findings(subject.report)
        .map(|finding| finding.rule.id)
        .collect();
    let rules = subject.rules.iter().copied();
    rules
        .filter(|rule| rule.code().is_none() || found.contains(rule.id))
        .collect()
}

/// What all results need to look up.
struct Writer<'a> {
    texts: Texts<'a>,
    rules: Vec<&'static Rule>,
    histories: &'a BTreeMap<String, History>,
    rule_index: HashMap<&'static str, usize>,
    /// By path; only for files with findings, and not for notebooks, whose text is not the file's.
    line_hashes: HashMap<&'a str, Vec<String>>,
}

impl<'a> Writer<'a> {
    fn new(subject: &Subject<'a>) -> Self {
        let report = subject.report;
        let texts = Texts::new(report, subject.secrets);
        let mut hashes = HashMap::new();
        for finding in all_findings(report) {
            let path = &*finding.location.file;
            let Some(file) = texts.get(path) else {
                continue;
            };
            let is_notebook = file
                .source
                .position(finding.location.range.start())
                .cell
                .is_some();
            if !is_notebook && !hashes.contains_key(path) {
                hashes.insert(path, line_hashes(&file.source.text));
            }
        }
        let rules = described_rules(subject);
        let rule_index = rules
            .iter()
            .enumerate()
            .map(|(index, rule)| (rule.id, index))
            .collect();
        Self {
            texts,
            rules,
            histories: &report.histories,
            rule_index,
            line_hashes: hashes,
        }
    }

    fn run(&self, subject: &Subject<'a>) -> Run<'a> {
        let report = subject.report;
        // The standard wants either all results to have the property or none.
        let unsuppressed = || (!report.suppressed.is_empty()).then(Vec::new);
        let mut results: Vec<SarifResult<'a>> = report
            .findings
            .iter()
            .map(|finding| self.result(finding, unsuppressed()))
            .collect();
        results.extend(report.suppressed.iter().map(|entry| {
            let suppression = Suppression {
                kind: "inSource",
                justification: entry.reason.as_deref().unwrap_or(&entry.comment),
            };
            self.result(&entry.finding, Some(vec![suppression]))
        }));
        Run {
            tool: Tool {
                driver: Driver {
                    name: "Hognose",
                    semantic_version: VERSION,
                    version: VERSION,
                    rules: self.rules.iter().map(|rule| descriptor(rule)).collect(),
                },
            },
            invocations: [Invocation {
                execution_successful: true,
                tool_execution_notifications: report.incomplete.iter().map(notification).collect(),
            }],
            original_uri_base_ids: base_ids(),
            column_kind: "utf16CodeUnits",
            results,
        }
    }

    fn result(
        &self,
        finding: &'a Finding,
        suppressions: Option<Vec<Suppression<'a>>>,
    ) -> SarifResult<'a> {
        let mut location = self.location(&finding.location);
        if !finding.function.is_empty() {
            location.logical_locations.push(LogicalLocation {
                fully_qualified_name: &finding.function,
                kind: "function",
            });
        }
        let source = finding
            .trace
            .iter()
            .find(|step| step.kind == StepKind::Source);
        let related_locations = source
            .map(|step| SarifLocation {
                id: Some(1),
                message: Some(message(self.texts.message(finding, &step.message))),
                ..self.location(&step.location)
            })
            .into_iter()
            .collect();
        SarifResult {
            rule_id: finding.rule.id,
            rule_index: self.rule_index.get(finding.rule.id).copied(),
            level: level(finding.severity),
            rank: rank(finding),
            message: message(self.texts.message(finding, &finding.message)),
            locations: [location],
            related_locations,
            code_flows: self.code_flow(finding).into_iter().collect(),
            fingerprints: Map::from_iter([fingerprint(finding)]),
            partial_fingerprints: self.partial_fingerprints(finding),
            suppressions,
            fixes: self.fix(finding).into_iter().collect(),
            properties: ResultProperties {
                severity: finding.severity.name(),
                confidence: finding.confidence.name(),
                history: self.histories.get(&finding.fingerprint).map(history),
            },
        }
    }

    /// None in a notebook, where lines count from the start of a cell.
    fn fix(&self, finding: &Finding) -> Option<sarif_fix::SarifFix> {
        let place = |path: &str, range| {
            let file = self.texts.get(path)?;
            let is_notebook = !file.source.cells().is_empty();
            (!is_notebook).then(|| region(file, range))
        };
        sarif_fix::fix(finding.fix.as_ref()?, artifact, place)
    }

    fn partial_fingerprints(&self, finding: &Finding) -> Map<String, Value> {
        let mut map = Map::from_iter([fingerprint(finding)]);
        let path = &*finding.location.file;
        if let (Some(hashes), Some(file)) = (self.line_hashes.get(path), self.texts.get(path)) {
            let line = file.source.line_of(finding.location.range.start());
            if let Some(hash) = hashes.get(line as usize - 1) {
                map.insert("primaryLocationLineHash".to_owned(), json!(hash));
            }
        }
        map
    }

    fn code_flow(&self, finding: &'a Finding) -> Option<CodeFlow<'a>> {
        if finding.trace.is_empty() {
            return None;
        }
        let steps = finding.trace.iter().take(FLOW_STEPS_MAX).enumerate();
        Some(CodeFlow {
            thread_flows: [ThreadFlow {
                locations: steps
                    .map(|(index, step)| self.flow_location(finding, index, step))
                    .collect(),
            }],
        })
    }

    fn flow_location(
        &self,
        finding: &Finding,
        index: usize,
        step: &'a Step,
    ) -> ThreadFlowLocation<'a> {
        let (kinds, importance): (&'static [&'static str], _) = match step.kind {
            StepKind::Source => (&["source", "taint"], "essential"),
            StepKind::Propagate => (&["taint"], "important"),
            StepKind::Call => (&["call", "taint"], "important"),
            StepKind::Return => (&["return", "taint"], "important"),
            StepKind::Guard => (&["branch", "caution"], "important"),
            StepKind::Sink => (&["sink", "danger"], "essential"),
        };
        ThreadFlowLocation {
            location: SarifLocation {
                message: Some(message(self.texts.message(finding, &step.message))),
                ..self.location(&step.location)
            },
            kinds,
            execution_order: index + 1,
            importance,
        }
    }

    fn location(&self, location: &'a Location) -> SarifLocation<'a> {
        let file = self.texts.get(&location.file);
        let span = self.texts.span(location);
        SarifLocation {
            physical_location: PhysicalLocation {
                artifact_location: artifact(
                    file.map_or(&*location.file, |file| file.source.plain_path()),
                ),
                region: file.map(|file| region(file, location.range)),
            },
            properties: span
                .and_then(|span| span.start.cell)
                .map(|cell| CellProperties { cell }),
            ..SarifLocation::default()
        }
    }
}

fn all_findings(report: &Report) -> impl Iterator<Item = &Finding> {
    let suppressed = report.suppressed.iter().map(|entry| &entry.finding);
    report.findings.iter().chain(suppressed)
}

fn region(file: &ShownFile<'_>, range: TextRange) -> Region {
    let source = file.source;
    let start = source.position(range.start());
    let end = source.position(range.end());
    let text = file.slice(range);
    let mut length = text.len().min(SNIPPET_BYTES_MAX as usize);
    while !text.is_char_boundary(length) {
        length -= 1;
    }
    Region {
        start_line: start.line,
        start_column: Some(utf16_column(file, range.start())),
        end_line: Some(end.line),
        end_column: Some(utf16_column(file, range.end())),
        snippet: Some(Snippet {
            text: text[..length].to_owned(),
        }),
    }
}

/// The column of `offset`, from 1, in UTF-16 code units.
fn utf16_column(file: &ShownFile<'_>, offset: TextSize) -> u32 {
    let line = file.source.line_range(file.source.line_of(offset));
    let before = TextRange::new(line.start(), offset.max(line.start()));
    let units = file.source.slice(before).encode_utf16().count();
    u32::try_from(units).unwrap_or(u32::MAX - 1) + 1
}

fn artifact(path: &str) -> ArtifactLocation {
    match Uri::from_path(path) {
        Uri::Relative(uri) => ArtifactLocation {
            uri,
            uri_base_id: Some(BASE_ID),
        },
        Uri::Absolute(uri) => ArtifactLocation {
            uri,
            uri_base_id: None,
        },
    }
}

fn base_ids() -> Map<String, Value> {
    let description = json!({
        "description": { "text": "The directory in which Hognose was run." }
    });
    Map::from_iter([(BASE_ID.to_owned(), description)])
}

fn notification(entry: &Incomplete) -> Notification<'_> {
    let region = entry.line.map(|line| Region {
        start_line: line,
        start_column: None,
        end_line: None,
        end_column: None,
        snippet: None,
    });
    Notification {
        level: if entry.line.is_some() {
            "warning"
        } else {
            "error"
        },
        message: Message {
            text: Cow::Borrowed(&entry.reason),
        },
        locations: [SarifLocation {
            physical_location: PhysicalLocation {
                artifact_location: artifact(&entry.path),
                region,
            },
            ..SarifLocation::default()
        }],
    }
}

/// A message; brackets are escaped where they would read as an embedded link `[text](1)`.
fn message(text: Cow<'_, str>) -> Message<'_> {
    if !text.contains("](") {
        return Message { text };
    }
    let escaped = text
        .replace('\\', "\\\\")
        .replace('[', "\\[")
        .replace(']', "\\]");
    Message {
        text: Cow::Owned(escaped),
    }
}

fn fingerprint(finding: &Finding) -> (String, Value) {
    (FINGERPRINT.to_owned(), json!(finding.fingerprint))
}

pub const fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Critical | Severity::High => "error",
        Severity::Medium => "warning",
        Severity::Low | Severity::Info => "note",
    }
}

/// From 0 to 100: what to look at first. Severity decides; confidence orders within it.
fn rank(finding: &Finding) -> f64 {
    let base = match finding.severity {
        Severity::Critical => 90.0,
        Severity::High => 70.0,
        Severity::Medium => 50.0,
        Severity::Low => 30.0,
        Severity::Info => 10.0,
    };
    let sure = match finding.confidence {
        Confidence::Low => 0.0,
        Confidence::Medium => 4.0,
        Confidence::High => 8.0,
    };
    base + sure
}
