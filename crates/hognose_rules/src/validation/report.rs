//! The finding of one handler and source object, in words.
//!
//! ```text
//! `transfer` reads `amount`, `to` from `request.json`: `amount` is used in `account.balance -= …`.
//! Checked: presence only; text, negative and NaN amounts pass. …
//! ```

use hognose_dataflow::Analysis;
use hognose_dataflow::demand::{Demand, Usage};
use hognose_dataflow::program::FuncId;
use hognose_dataflow::trace::{Replays, trace_usage};
use hognose_finding::Finding;
use hognose_python::ir::Op;

use super::{Found, fields, judge, name};
use crate::fingerprint::fingerprint;
use crate::{place, words};

/// Fields that a message names.
const FIELDS_MAX: usize = 6;

pub fn finding(
    analysis: &Analysis,
    handler: FuncId,
    object: &str,
    group: &[Found<'_>],
    replays: &mut Replays,
) -> Option<Finding> {
    let worst = group.first()?;
    let usage = worst.usage;
    let rule = worst.lack.rule;
    let at = used_in(analysis, usage);
    let steps = trace_usage(analysis, usage, replays);
    let function = analysis.program.qualified_name(handler);
    let message = message(analysis, handler, object, group, &at, replays);
    let use_text = analysis
        .program
        .snippet(usage.at.site.function, usage.at.site.value);
    Some(Finding {
        rule,
        severity: worst.lack.severity,
        confidence: worst.lack.confidence,
        location: place::location(analysis, usage.at.site),
        message,
        fingerprint: fingerprint(rule, &[function.as_str(), object, use_text]),
        trace: words::steps(analysis, &steps, Some(usage.source_kind), &at),
        function,
        fix: None,
    })
}

fn message(
    analysis: &Analysis,
    handler: FuncId,
    object: &str,
    group: &[Found<'_>],
    at: &str,
    replays: &mut Replays,
) -> String {
    let usage = group[0].usage;
    let handler_name = &analysis.program.function(handler).qualified;
    let from = if object.is_empty() {
        String::new()
    } else {
        format!(" from `{object}`")
    };
    let subject =
        name(analysis, usage).map_or_else(|| format!("`{object}`"), |name| format!("`{name}`"));
    let unchecked = unchecked(analysis, handler, group, replays);
    let reads = if unchecked.is_empty() {
        subject.clone()
    } else {
        unchecked.join(", ")
    };
    let (does, advice) = match usage.at.demand {
        Demand::Amount | Demand::Increment => (
            format!("{subject} is used in {at}"),
            "Read the input through a schema that says type and bounds of each field.",
        ),
        Demand::Fields => (
            format!("its keys choose fields in {at}"),
            "Name the fields that may be set, or use a schema that does.",
        ),
        Demand::Size => (
            format!("{subject} says how much in {at}"),
            "Refuse numbers above a limit of your own, or cut them down to it.",
        ),
        Demand::Choice => (
            format!("{subject} names what is used in {at}"),
            "Look the name up in a dictionary of those that may be used.",
        ),
        Demand::Authority => (
            format!("{subject} decides in {at}"),
            "Decide by what the server knows of the person: the session, or a signed token.",
        ),
        Demand::Conversion | Demand::Schema | Demand::Read => (
            format!("{subject} is read in {at}"),
            "Read the input through a schema that says type and bounds of each field.",
        ),
    };
    let passes = group[0].lack.passes;
    let is_object = usage.at.demand == Demand::Fields || unchecked_is_object(&reads, object);
    let reads = if is_object && !object.is_empty() {
        format!("`{object}`")
    } else {
        format!("{reads}{from}")
    };
    format!("`{handler_name}` reads {reads}, and {does}. Checked: {passes}. {advice}")
}

/// Whether no field is named: the object itself is used.
fn unchecked_is_object(reads: &str, object: &str) -> bool {
    reads.trim_matches('`') == object
}

/// The fields of the object that nothing has validated, in the order in which they are read.
fn unchecked(
    analysis: &Analysis,
    handler: FuncId,
    group: &[Found<'_>],
    replays: &mut Replays,
) -> Vec<String> {
    let names = &analysis.program.names;
    let mut unchecked: Vec<String> = Vec::new();
    let is_of_object = |source| group.iter().any(|found| found.usage.source == source);
    for field in fields::of(analysis, handler, replays) {
        if is_of_object(field.source) && !judge::is_validated(field.labels) {
            unchecked.push(format!("`{}`", names.text(field.name)));
        }
    }
    for found in group {
        if let Some(name) = name(analysis, found.usage) {
            let name = format!("`{name}`");
            if !unchecked.contains(&name) {
                unchecked.push(name);
            }
        }
    }
    if unchecked.len() > FIELDS_MAX {
        let more = unchecked.len() - FIELDS_MAX;
        unchecked.truncate(FIELDS_MAX);
        unchecked.push(format!("{more} more"));
    }
    unchecked
}

/// The use as it stands in the source.
fn used_in(analysis: &Analysis, usage: &Usage) -> String {
    let site = usage.at.site;
    let function = analysis.program.function(site.function);
    let value = match function.op(site.value) {
        Op::Call { .. } | Op::Binary(..) | Op::Compare(..) | Op::StoreAttribute { .. } => {
            site.value
        }
        _ => site.value,
    };
    format!("`{}`", place::snippet(analysis, site.function, value))
}
