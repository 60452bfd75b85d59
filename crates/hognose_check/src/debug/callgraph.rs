//! `hognose debug callgraph`: what each function calls, and the order in which functions are
//! solved.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use hognose_dataflow::callgraph::{call_edges, levels};
use hognose_dataflow::program::FuncId;
use hognose_dataflow::{Analysis, Target};
use hognose_python::ir::{Op, ValueId};

use super::{DebugOutput, DebugRecord, heading, one_line, record, source};

pub(super) fn print(analysis: &Analysis) -> DebugOutput {
    let mut output = DebugOutput::default();
    for function in analysis.program.function_ids() {
        let calls = calls(analysis, function);
        if calls.is_empty() {
            continue;
        }
        writeln!(output.text, "{}", heading(analysis, function)).expect("writing to a string");
        for (id, target) in calls {
            let record = describe(analysis, function, id, target);
            writeln!(
                output.text,
                "  {:>4}  {:<8}  {}",
                record.line, record.kind, record.symbol
            )
            .expect("writing to a string");
            output.records.push(record);
        }
    }
    order(analysis, &mut output.text);
    output
}

/// The calls of a function by place, with each target or none. Implicit calls (properties, `with`,
/// iteration) are among them where a target is known.
fn calls(analysis: &Analysis, function: FuncId) -> Vec<(ValueId, Option<Target>)> {
    let program = &analysis.program;
    let targets: BTreeSet<(ValueId, Target)> = analysis.functions[function.index()]
        .targets
        .iter()
        .copied()
        .collect();
    let mut calls: Vec<(ValueId, Option<Target>)> = targets
        .iter()
        .map(|(id, target)| (*id, Some(*target)))
        .collect();
    for (number, inst) in (0..).zip(&program.function(function).insts) {
        let id = ValueId(number);
        let resolved = targets.iter().any(|(known, _)| *known == id);
        if matches!(inst.op, Op::Call { .. }) && !resolved {
            calls.push((id, None));
        }
    }
    calls.sort_by_key(|(id, target)| {
        let range = program.range(function, *id);
        (range.start(), range.end(), *id, *target)
    });
    calls
}

fn describe(
    analysis: &Analysis,
    function: FuncId,
    id: ValueId,
    target: Option<Target>,
) -> DebugRecord {
    let program = &analysis.program;
    let snippet = one_line(program.snippet(function, id));
    let (kind, symbol) = match target {
        Some(Target::Function(function)) => ("function", program.qualified_name(function)),
        Some(Target::Library(node)) => ("library", analysis.models.path(node)),
        None => ("unknown", snippet.clone()),
    };
    DebugRecord {
        kind: kind.to_owned(),
        symbol,
        detail: snippet,
        ..record(
            source(analysis, function),
            program.range(function, id),
            "call",
        )
    }
}

/// The components by level, callees first.
fn order(analysis: &Analysis, text: &mut String) {
    let program = &analysis.program;
    let mut edges = call_edges(program, &analysis.hierarchy, &analysis.state);
    for (caller, solved) in edges.iter_mut().zip(&analysis.functions) {
        for (_, target) in &solved.targets {
            match target {
                Target::Function(callee) if !caller.contains(&callee.0) => caller.push(callee.0),
                Target::Function(_) | Target::Library(_) => {}
            }
        }
    }
    text.push_str("order\n");
    for (level, components) in levels(&edges).levels.iter().enumerate() {
        for component in components {
            let names: Vec<String> = component
                .iter()
                .map(|function| program.qualified_name(FuncId(*function)))
                .collect();
            writeln!(text, "  {level:>4}  {}", names.join(", ")).expect("writing to a string");
        }
    }
}
