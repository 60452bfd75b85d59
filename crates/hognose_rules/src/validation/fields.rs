//! The fields that a handler reads, with the best that is known of each anywhere in it.
//!
//! ```python
//! amount = data["amount"]          # raw here
//! if not 0 < amount <= 100: …      # bounded from here on: that is what counts
//! ```

use hognose_dataflow::Analysis;
use hognose_dataflow::models::rows::Labels;
use hognose_dataflow::program::FuncId;
use hognose_dataflow::trace::Replays;
use hognose_dataflow::value::{Mark, Origin, Site};
use hognose_python::ir::{Op, Symbol};

/// A field of a source object.
#[derive(Debug, Clone)]
pub struct Field {
    pub source: Site,
    pub name: Symbol,
    pub labels: Labels,
    pub need: Need,
}

/// What a read does where the field is missing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Need {
    /// It raises: `data["amount"]`.
    Required,
    /// It gives a default: `data.get("amount")`.
    Optional,
}

/// The fields that `function` reads itself, in the order of their first reads.
pub fn of(analysis: &Analysis, function: FuncId, replays: &mut Replays) -> Vec<Field> {
    let replay = replays.of(analysis, function);
    let (values, outcome) = &*replay;
    let ir = analysis.program.function(function);
    let mut fields: Vec<Field> = Vec::new();
    for usage in &outcome.usages {
        if usage.at.demand != hognose_dataflow::demand::Demand::Read {
            continue;
        }
        let Some(field) = usage.field else {
            continue;
        };
        let need = match ir.op(usage.at.site.value) {
            Op::Call { .. } => Need::Optional,
            _ => Need::Required,
        };
        match fields
            .iter_mut()
            .find(|known| known.name == field && known.source.function == usage.source.function)
        {
            Some(known) if need == Need::Required => known.need = Need::Required,
            Some(_) => {}
            None => fields.push(Field {
                source: usage.source,
                name: field,
                labels: usage.labels,
                need,
            }),
        }
    }
    let mut note = |mark: &Mark| {
        if let (Origin::Source(_, source), Some(field)) = (mark.origin, mark.field) {
            for known in &mut fields {
                if known.name == field && known.source.function == source.function {
                    known.labels = known.labels.with(mark.labels);
                }
            }
        }
    };
    for value in values {
        for mark in value.marks() {
            note(mark);
        }
        // What a check says of `data["amount"]` is kept in the version of `data` behind it.
        for (_, child) in value.children() {
            child.marks().iter().for_each(&mut note);
        }
    }
    fields
}
