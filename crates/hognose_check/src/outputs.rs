//! What a notebook keeps besides its code: the outputs of its cells, and its texts.
//!
//! ```text
//! [3]: client.token
//!      'ghp_…'          reported at cell 3, whose output it is
//! ```
//! Pictures are left out. The texts are no part of the analysed source, so a finding lies at the
//! beginning of the cell and says that it is about its output.

use std::sync::Arc;

use hognose_finding::{Finding, Location, SourceText};
use hognose_rules::{fingerprint, rule};
use hognose_secrets::{Hit, Scanner};
use ruff_text_size::{TextRange, TextSize};
use serde_json::Value;

use crate::Input;

/// The texts of one notebook that are no code.
#[derive(Debug)]
pub struct Texts {
    path: String,
    /// The number that a person counts, from 1, and the text.
    cells: Vec<(u32, String)>,
}

/// The outputs and texts of `input`, if it is a notebook that can be read; the engine reports one
/// that cannot.
pub fn of(input: &Input) -> Option<Texts> {
    let is_notebook = input
        .path
        .rsplit_once('.')
        .is_some_and(|(_, ending)| ending.eq_ignore_ascii_case("ipynb"));
    if !is_notebook {
        return None;
    }
    let notebook: Value = serde_json::from_slice(&input.bytes).ok()?;
    let cells = notebook.get("cells")?.as_array()?;
    let mut texts = Vec::new();
    for (number, cell) in (1..).zip(cells) {
        let mut add = |text: String| {
            if !text.trim().is_empty() {
                texts.push((number, text));
            }
        };
        if cell.get("cell_type").and_then(Value::as_str) != Some("code") {
            add(joined(cell.get("source")));
        }
        let outputs = cell.get("outputs").and_then(Value::as_array);
        for output in outputs.into_iter().flatten() {
            for key in ["text", "traceback", "evalue"] {
                add(joined(output.get(key)));
            }
            let data = output.get("data").and_then(Value::as_object);
            for (kind, value) in data.into_iter().flatten() {
                if !kind.starts_with("image/") {
                    add(joined(Some(value)));
                }
            }
        }
    }
    Some(Texts {
        path: input.path.clone(),
        cells: texts,
    })
}

/// A text, or the lines of one.
fn joined(value: Option<&Value>) -> String {
    match value {
        Some(Value::String(text)) => text.clone(),
        Some(Value::Array(lines)) => lines.iter().filter_map(Value::as_str).collect(),
        Some(Value::Object(_) | Value::Null | Value::Bool(_) | Value::Number(_)) | None => {
            String::new()
        }
    }
}

impl Texts {
    /// One finding for each value; `source` is the notebook's code.
    pub fn findings(&self, scanner: &Scanner, source: &SourceText) -> Vec<Finding> {
        let mut seen = Vec::new();
        let mut findings = Vec::new();
        for (cell, text) in &self.cells {
            // By the rules for prose, and what its place says of the notebook.
            let name = format!("{}.txt", self.path);
            for hit in scanner.scan(&name, text) {
                if !seen.contains(&hit.identity) {
                    seen.push(hit.identity);
                    findings.push(finding(*cell, &hit, source));
                }
            }
        }
        findings
    }

    pub fn is_of(&self, source: &SourceText) -> bool {
        *source.path == *self.path
    }
}

fn finding(cell: u32, hit: &Hit, source: &SourceText) -> Finding {
    let rule = rule(hit.rule).expect("the scanner names registered rules");
    let start = source
        .cells()
        .iter()
        .find(|start| start.cell == cell)
        .map_or(TextSize::new(0), |start| start.offset);
    let length = hit.range.len().to_u32().to_string();
    Finding {
        rule,
        severity: hit.severity,
        confidence: hit.confidence,
        location: Location {
            file: Arc::clone(&source.path),
            range: TextRange::empty(start),
        },
        fingerprint: fingerprint(rule, &["output", hit.format, &length]),
        message: format!(
            "In what cell {cell} shows: {} {} Clear the outputs before the notebook is shared.",
            hit.message, hit.advice
        ),
        function: "output".to_owned(),
        trace: Vec::new(),
        fix: None,
    }
}
