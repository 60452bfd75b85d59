//! What `hognose debug` prints: each stage of the pipeline as stable text and as records.

use crate::{Input, Settings};

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
    let _ = (stage, files, settings);
    todo!()
}
