//! `hognose debug summaries`: what each function does, as its callers see it.

use std::fmt::Write as _;

use hognose_dataflow::Analysis;
use hognose_dataflow::print::Printer;

use super::{DebugOutput, DebugRecord, heading, record, source};

pub(super) fn print(analysis: &Analysis) -> DebugOutput {
    let printer = Printer::new(analysis);
    let mut output = DebugOutput::default();
    for function in analysis.program.function_ids() {
        let Some(summary) = analysis.state.summary(function) else {
            continue;
        };
        let lines = printer.summary(summary);
        if lines.is_empty() {
            continue;
        }
        writeln!(output.text, "{}", heading(analysis, function)).expect("writing to a string");
        for line in &lines {
            writeln!(output.text, "  {line}").expect("writing to a string");
        }
        let ir = analysis.program.function(function);
        output.records.push(DebugRecord {
            kind: "summary".to_owned(),
            symbol: analysis.program.qualified_name(function),
            detail: lines.join("\n"),
            ..record(source(analysis, function), ir.range, "function")
        });
    }
    output
}
