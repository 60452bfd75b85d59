//! `hognose debug models`: every row that was recognised, and where; how coverage is measured.
//!
//! ```text
//! app.py:8  source  remote         flask.Request.args
//! app.py:9  sink    sql argument 0  sqlite3.Cursor.execute
//! ```
//! Rows that only say what a thing is (`types`) are left out: they show in what others recognise.

use std::collections::HashSet;
use std::fmt::Write as _;

use hognose_dataflow::Analysis;
use hognose_dataflow::eval::Match;
use hognose_dataflow::models::Models;
use hognose_dataflow::models::rows::{Node, Propagation, RowId, RowOrigin};
use hognose_dataflow::print::labels;
use hognose_dataflow::program::FuncId;
use hognose_dataflow::summary::Entry;
use hognose_python::ir::{ArgumentKind, Op, ValueId};

use super::{DebugOutput, DebugRecord, one_line, record, source};

pub(super) fn print(analysis: &Analysis) -> DebugOutput {
    let mut records = Vec::new();
    for function in analysis.program.function_ids() {
        let matches = &analysis.functions[function.index()].matches;
        let ir = analysis.program.function(function);
        // Reading a method is recognised as well as calling it; the call says it all.
        let called: HashSet<(RowId, ValueId)> = matches
            .iter()
            .filter_map(|matched| match ir.op(matched.value) {
                Op::Call { callee, .. } => Some((matched.row, *callee)),
                _ => None,
            })
            .collect();
        records.extend(
            matches
                .iter()
                .filter(|matched| !called.contains(&(matched.row, matched.value)))
                .filter_map(|matched| recognised(analysis, function, matched)),
        );
        if let Some(entry) = analysis.state.entry(function) {
            records.push(entry_point(analysis, entry));
        }
    }
    records.sort_by(|a, b| order(a).cmp(&order(b)));
    records.dedup();
    let mut text = String::new();
    for record in &records {
        let argument = record
            .argument
            .as_ref()
            .map_or_else(String::new, |argument| format!(" argument {argument}"));
        writeln!(
            text,
            "{}:{}:{} {} {}{argument} {} `{}`",
            record.path,
            record.line,
            record.column,
            record.role,
            record.kind,
            record.symbol,
            record.detail
        )
        .expect("writing to a string");
    }
    DebugOutput { text, records }
}

type Order<'a> = (
    &'a str,
    u32,
    u32,
    &'static str,
    &'a str,
    &'a str,
    Option<&'a str>,
);

fn order(record: &DebugRecord) -> Order<'_> {
    (
        &record.path,
        record.line,
        record.column,
        record.role,
        &record.symbol,
        &record.kind,
        record.argument.as_deref(),
    )
}

fn recognised(analysis: &Analysis, function: FuncId, matched: &Match) -> Option<DebugRecord> {
    let origin = analysis.models.origin(matched.row);
    let role = match origin.table {
        "sources" => "source",
        "sinks" => "sink",
        "sanitizers" => "sanitizer",
        "guards" => "guard",
        "propagators" => "propagator",
        // Entry points are listed where they are defined; types are no roles.
        _ => return None,
    };
    let program = &analysis.program;
    Some(DebugRecord {
        kind: kind(&analysis.models, matched.row, origin),
        argument: argument(analysis, function, matched),
        symbol: origin.subject.to_string(),
        detail: one_line(program.snippet(function, matched.value)),
        ..record(
            source(analysis, function),
            program.range(function, matched.value),
            role,
        )
    })
}

fn entry_point(analysis: &Analysis, entry: &Entry) -> DebugRecord {
    let program = &analysis.program;
    let origin = analysis.models.origin(entry.row);
    let ir = program.function(entry.function);
    DebugRecord {
        kind: entry.kind.map_or("none", |kind| kind.name()).to_owned(),
        symbol: origin.subject.to_string(),
        detail: program.qualified_name(entry.function),
        ..record(source(analysis, entry.function), ir.name_range, "entry")
    }
}

/// Which argument of the call the row speaks of: its position, its keyword, `self`.
fn argument(analysis: &Analysis, function: FuncId, matched: &Match) -> Option<String> {
    let value = matched.argument?;
    let program = &analysis.program;
    let Op::Call { arguments, .. } = program.function(function).op(matched.value) else {
        return Some("value".to_owned());
    };
    let mut position = 0;
    for argument in arguments {
        let found = argument.value == value;
        match argument.kind {
            ArgumentKind::Keyword(name) if found => {
                return Some(program.names.text(name).to_owned());
            }
            ArgumentKind::Star if found => return Some("*".to_owned()),
            ArgumentKind::DoubleStar if found => return Some("**".to_owned()),
            ArgumentKind::Positional if found => return Some(position.to_string()),
            ArgumentKind::Positional => position += 1,
            ArgumentKind::Keyword(_) | ArgumentKind::Star | ArgumentKind::DoubleStar => {}
        }
    }
    Some("self".to_owned())
}

/// The kind of a source or sink, the labels of a sanitizer or guard, what a propagator does.
fn kind(models: &Models, row: RowId, origin: &RowOrigin) -> String {
    let path = origin.subject.trim_end_matches("()");
    let node = models.find(path).map(|node| models.node(node));
    let by_node = node.and_then(|node| kind_at(node, row));
    by_node
        .or_else(|| kind_of_method(models, row, path))
        .unwrap_or_default()
}

fn kind_at(node: &Node, row: RowId) -> Option<String> {
    let sources = node.attribute_sources.iter().chain(&node.call_sources);
    let sinks = node
        .sinks
        .iter()
        .chain(&node.attribute_sinks)
        .chain(&node.item_sinks);
    let source = sources.map(|known| (known.row, known.kind.name().to_owned()));
    let sink = sinks.map(|known| (known.row, known.kind.name().to_owned()));
    let sanitizers = node
        .sanitizers
        .iter()
        .map(|known| (known.row, known.labels));
    let guards = node.guards.iter().map(|known| (known.row, known.labels));
    let labelled = sanitizers
        .chain(guards)
        .map(|(row, known)| (row, labels(known)));
    let propagators = node.propagators.iter();
    source
        .chain(sink)
        .chain(labelled)
        .chain(propagators.map(|known| (known.row, propagation(&known.propagation))))
        .find(|(known, _)| *known == row)
        .map(|(_, kind)| kind)
}

/// Whether the result carries nothing, what it is made of, or what the engine knows by itself.
fn propagation(propagation: &Propagation) -> String {
    let name = match propagation {
        Propagation::Nothing => "nothing",
        Propagation::Copy { exact: true, .. } => "same",
        Propagation::Copy { exact: false, .. } => "copy",
        Propagation::Intrinsic(_) => "intrinsic",
    };
    name.to_owned()
}

/// For rows that name a method of whatever object.
fn kind_of_method(models: &Models, row: RowId, method: &str) -> Option<String> {
    let name = models.names.get(method)?;
    let sources = models.method_sources(name).iter();
    let source = sources.map(|(_, known)| (known.row, known.kind.name().to_owned()));
    let sinks = models.method_sinks(name).iter();
    let sink = sinks.map(|(_, known)| (known.row, known.kind.name().to_owned()));
    let sanitizers = models.method_sanitizers(name).iter();
    let sanitizer = sanitizers.map(|(_, known)| (known.row, known.labels));
    let guards = models.method_guards(name).iter();
    let guard = guards.map(|(_, known)| (known.row, known.labels));
    let labelled = sanitizer
        .chain(guard)
        .map(|(row, known)| (row, labels(known)));
    let propagators = models.method_propagators(name).iter();
    source
        .chain(sink)
        .chain(labelled)
        .chain(propagators.map(|(_, known)| (known.row, propagation(&known.propagation))))
        .find(|(known, _)| *known == row)
        .map(|(_, kind)| kind)
}
