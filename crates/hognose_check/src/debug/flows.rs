//! `hognose debug flows`: every source that met a sink, before any rule looks at it.

use std::fmt::Write as _;

use hognose_dataflow::models::rows::RowConfidence;
use hognose_dataflow::print::{Printer, labels};
use hognose_dataflow::{Analysis, Flow, Weakness};

use super::{DebugOutput, DebugRecord, one_line, record, source};

pub(super) fn print(analysis: &Analysis) -> DebugOutput {
    let mut output = DebugOutput::default();
    for flow in analysis.flows() {
        let record = describe(analysis, flow);
        writeln!(
            output.text,
            "{}:{} {} at {}\n  {}",
            record.path,
            record.line,
            record.kind,
            record.symbol,
            record.detail.replace('\n', "\n  ")
        )
        .expect("writing to a string");
        output.records.push(record);
    }
    output
}

fn describe(analysis: &Analysis, flow: &Flow) -> DebugRecord {
    let program = &analysis.program;
    let printer = Printer::new(analysis);
    let sink = flow.sink.site;
    let snippet = |function, value| one_line(program.snippet(function, value));
    let mut detail = format!(
        "from    {} at {} `{}`",
        flow.source_kind.map_or("constant", |kind| kind.name()),
        printer.site(flow.source),
        snippet(flow.source.function, flow.source.value)
    );
    let mut add = |line: String| {
        detail.push('\n');
        detail.push_str(&line);
    };
    add(format!(
        "to      `{}` in {}",
        snippet(sink.function, flow.sink.argument),
        printer.function(sink.function)
    ));
    if let Some((_, callee)) = flow.via {
        add(format!(
            "met in  {} calling {}",
            printer.function(flow.apex),
            printer.function(callee)
        ));
    }
    if !flow.labels.is_empty() {
        add(format!("known   {}", labels(flow.labels)));
    }
    add(format!("sure    {}", confidence(flow.confidence)));
    DebugRecord {
        kind: format!("{} {}", flow.sink.kind.name(), weakness(flow.weakness)),
        argument: Some(snippet(sink.function, flow.sink.argument)),
        symbol: analysis.models.origin(flow.sink.row).subject.to_string(),
        detail,
        ..record(
            source(analysis, sink.function),
            program.range(sink.function, sink.value),
            "flow",
        )
    }
}

fn weakness(weakness: Weakness) -> &'static str {
    match weakness {
        Weakness::Injection => "injection",
        Weakness::Program => "program",
        Weakness::Option => "option",
        Weakness::PrefixOnly => "prefix-only",
        Weakness::Archive => "archive",
        Weakness::UrlPart => "part of a URL",
        Weakness::Slow => "slow",
        Weakness::Constant => "constant",
    }
}

fn confidence(confidence: RowConfidence) -> &'static str {
    match confidence {
        RowConfidence::High => "high",
        RowConfidence::Medium => "medium",
        RowConfidence::Low => "low",
    }
}
