//! What `hognose debug` prints: each stage of the pipeline as stable text and as records.
//!
//! ```text
//! hognose debug flows app.py
//! app.py:9 sql injection, high confidence
//!   from  remote at app.py:8 `request.args["n"]`
//! ```
//! One file a stage. What a stage holds is the engine's; here it is put into words.

mod callgraph;
mod flows;
mod ir;
mod models;
mod summaries;

use hognose_dataflow::program::FuncId;
use hognose_dataflow::{Analysis, Detail};
use hognose_finding::SourceText;
use ruff_text_size::TextRange;

use crate::lint::LintStage;
use crate::{Input, Settings, pipeline};

/// A stage of the pipeline.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DebugStage {
    Ir,
    Callgraph,
    Summaries,
    Flows,
    Models,
}

/// One fact of a stage, for the JSON form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DebugRecord {
    pub path: String,
    /// From 1, in the whole file.
    pub line: u32,
    pub column: u32,
    pub end_line: u32,
    /// `source`, `sink`, `sanitizer`, `guard`, `propagator`, `entry`, `call`, `function`, `flow`.
    pub role: &'static str,
    /// The source or sink kind, the label, or the stage's own word.
    pub kind: String,
    /// Which argument of the call, where that matters: `0`, `sql`, `self`.
    pub argument: Option<String>,
    /// The canonical name of what was recognised.
    pub symbol: String,
    /// Free text: the source expression, the targets of a call.
    pub detail: String,
}

/// A stage's output.
#[derive(Debug, Default)]
pub struct DebugOutput {
    pub text: String,
    pub records: Vec<DebugRecord>,
}

/// Runs the pipeline on `files` up to `stage` and describes what it holds.
pub fn debug(stage: DebugStage, files: Vec<Input>, settings: &Settings) -> DebugOutput {
    let rows = match pipeline::models(settings) {
        Ok(rows) => rows,
        Err(errors) => {
            let lines = errors.iter().map(|error| format!("{error}\n"));
            return DebugOutput {
                text: lines.collect(),
                records: Vec::new(),
            };
        }
    };
    let (files, _, _) = pipeline::read(files, &LintStage::idle());
    if stage == DebugStage::Ir {
        return ir::print(&files);
    }
    let analysis = pipeline::analyse(files, rows, settings, Detail::All);
    match stage {
        DebugStage::Ir | DebugStage::Callgraph => callgraph::print(&analysis),
        DebugStage::Summaries => summaries::print(&analysis),
        DebugStage::Flows => flows::print(&analysis),
        DebugStage::Models => models::print(&analysis),
    }
}

/// A record at a range of a file, with nothing said about it yet.
fn record(source: &SourceText, range: TextRange, role: &'static str) -> DebugRecord {
    let start = source.position(range.start());
    DebugRecord {
        path: source.path.to_string(),
        line: source.line_of(range.start()),
        column: start.column,
        end_line: source.line_of(range.end()),
        role,
        kind: String::new(),
        argument: None,
        symbol: String::new(),
        detail: String::new(),
    }
}

fn source(analysis: &Analysis, function: FuncId) -> &SourceText {
    let program = &analysis.program;
    &program.module(program.module_of(function)).file.source
}

/// The heading of a function: its dotted name, parameters and place.
fn heading(analysis: &Analysis, function: FuncId) -> String {
    let program = &analysis.program;
    let ir = program.function(function);
    let params: Vec<&str> = ir
        .params
        .iter()
        .map(|param| program.names.text(param.name))
        .collect();
    let source = source(analysis, function);
    format!(
        "{}({}) at {}:{}",
        program.qualified_name(function),
        params.join(", "),
        source.path,
        source.line_of(ir.name_range.start())
    )
}

/// Text on one line, cut where it is long.
fn one_line(text: &str) -> String {
    const LENGTH_MAX: usize = 80;
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if line.chars().count() <= LENGTH_MAX {
        return line;
    }
    let start: String = line.chars().take(LENGTH_MAX).collect();
    format!("{start}…")
}
