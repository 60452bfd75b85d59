//! Reviewdog's diagnostic format (rdjson), for comments on a change under review.
//!
//! ```json
//! { "source": { "name": "hognose" }, "diagnostics": [{ "message": "…", "severity": "ERROR",
//!   "location": { "path": "app.py", "range": { "start": { "line": 14, "column": 46 }, … } } }] }
//! ```
//! Columns count bytes of UTF-8 from 1. A verified fix of one file comes as suggestions.

use hognose_finding::{Finding, Level, SourceText};
use ruff_text_size::{TextRange, TextSize};
use serde_json::{Value, json};

use crate::shown::{self, Shown, ThreeLevels};
use crate::texts::Texts;
use crate::{Subject, TextStyle, printable};

pub fn render(subject: &Subject<'_>, style: &TextStyle) -> String {
    let texts = Texts::new(subject.report, subject.secrets);
    let findings = shown::all(subject.report, &texts, |finding| style.lists(finding));
    let mut diagnostics: Vec<Value> = findings.iter().map(|it| diagnostic(it, &texts)).collect();
    diagnostics.extend(subject.report.incomplete.iter().map(|entry| {
        let mut location = json!({ "path": printable(&entry.path) });
        if let Some(line) = entry.line {
            location["range"] = json!({ "start": { "line": line } });
        }
        json!({
            "message": printable(&entry.reason),
            "location": location,
            "severity": "WARNING",
            "code": { "value": "incomplete" },
        })
    }));
    let document = json!({
        "source": { "name": "hognose" },
        "severity": "WARNING",
        "diagnostics": diagnostics,
    });
    let mut output = serde_json::to_string_pretty(&document)
        .expect("the document holds only strings, numbers, lists and objects");
    output.push('\n');
    output
}

fn diagnostic(it: &Shown<'_>, texts: &Texts<'_>) -> Value {
    let severity = match it.level() {
        ThreeLevels::Error => "ERROR",
        ThreeLevels::Warning => "WARNING",
        ThreeLevels::Note => "INFO",
    };
    let mut location = json!({ "path": it.path });
    let file = texts.get(&it.finding.location.file);
    // Lines of a notebook's cells are no lines of the file that is reviewed.
    if let Some(file) = file.filter(|_| it.start.cell.is_none()) {
        location["range"] = range(file.source, it.finding.location.range);
    }
    let mut diagnostic = json!({
        "message": it.message,
        "location": location,
        "severity": severity,
        "code": { "value": it.finding.rule.id },
    });
    let related: Vec<Value> = it
        .finding
        .trace
        .iter()
        .filter_map(|step| {
            let source = texts.get(&step.location.file)?.source;
            Some(json!({
                "message": printable(&texts.message(it.finding, &step.message)),
                "location": {
                    "path": shown::path(&step.location, texts),
                    "range": range(source, step.location.range),
                },
            }))
        })
        .collect();
    if !related.is_empty() {
        diagnostic["relatedLocations"] = Value::from(related);
    }
    let suggestions = suggestions(it.finding, texts);
    if !suggestions.is_empty() {
        diagnostic["suggestions"] = Value::from(suggestions);
    }
    diagnostic
}

/// Suggestions name no file: they are edits of the finding's own.
fn suggestions(finding: &Finding, texts: &Texts<'_>) -> Vec<Value> {
    let own = &finding.location.file;
    let (Some(fix), Some(file)) = (&finding.fix, texts.get(own)) else {
        return Vec::new();
    };
    let is_own = fix.edits.iter().all(|edit| edit.file == *own) && fix.appends.is_empty();
    if fix.level != Level::Verified || !is_own || !file.source.cells().is_empty() {
        return Vec::new();
    }
    let edits = fix.edits.iter();
    edits
        .map(|edit| json!({ "range": range(file.source, edit.range()), "text": edit.replacement }))
        .collect()
}

fn range(source: &SourceText, range: TextRange) -> Value {
    json!({ "start": position(source, range.start()), "end": position(source, range.end()) })
}

fn position(source: &SourceText, offset: TextSize) -> Value {
    let line = source.line_of(offset);
    let start = source.line_range(line).start();
    let column = offset.checked_sub(start).unwrap_or_default().to_u32() + 1;
    json!({ "line": line, "column": column })
}
