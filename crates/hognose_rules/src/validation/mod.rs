//! Input validation: what endpoints do with input that nobody has looked at.
//!
//! ```python
//! data = request.json
//! if not data["amount"]: abort(400)          # presence is all that is known
//! account.balance -= data["amount"]          # missing-input-validation
//! ```
//! The engine notes each use of a request's data with what is known of it there. Here uses are
//! judged and gathered: one finding for each handler, source object and rule, at its worst use.
//! Sinks of injections are not looked at: those rules report them.

mod checks;
mod decorators;
mod fields;
mod judge;
mod report;
mod source;

use std::collections::{BTreeMap, BTreeSet};

use hognose_dataflow::Analysis;
use hognose_dataflow::demand::{Demand, Usage, is_amount};
use hognose_dataflow::models::rows::SourceKind;
use hognose_dataflow::program::FuncId;
use hognose_dataflow::trace::Replays;
use hognose_finding::{Confidence, Finding};
use hognose_python::ir::Op;

pub use self::checks::checks;
use self::decorators::{Trust, trust};
pub use self::fields::{Need, of as handler_fields};
pub use self::judge::state;
use self::judge::{Lack, Named, judge};
use crate::place;

/// A use with what is missing for it.
struct Found<'a> {
    usage: &'a Usage,
    lack: Lack,
}

/// What is gathered into one finding: the handler, the object, the rule.
type Key = (FuncId, String, &'static str);

pub fn findings(analysis: &Analysis) -> Vec<Finding> {
    let mut replays = Replays::default();
    let mut groups: BTreeMap<Key, Vec<Found<'_>>> = BTreeMap::new();
    let usages = || analysis.functions.iter().flat_map(|solved| &solved.usages);
    // Objects that a schema has looked at, under whatever name they are read again.
    let validated: BTreeSet<(FuncId, String)> = usages()
        .filter(|usage| usage.at.demand == Demand::Schema)
        .map(|usage| {
            let object = source::object(analysis, usage.source);
            (usage.source.function, object)
        })
        .collect();
    for usage in usages() {
        let Some(lack) = look(analysis, usage, &mut replays) else {
            continue;
        };
        let object = source::object(analysis, usage.source);
        let by_schema = validated.contains(&(usage.source.function, object.clone()));
        if by_schema && usage.at.demand != Demand::Authority {
            continue;
        }
        groups
            .entry((usage.source.function, object, lack.rule.id))
            .or_default()
            .push(Found { usage, lack });
    }
    let mut findings = Vec::new();
    for ((handler, object, _), group) in groups {
        findings.extend(gather(analysis, handler, &object, group, &mut replays));
    }
    findings
}

/// What a use lacks, where it is one that is looked at.
fn look(analysis: &Analysis, usage: &Usage, replays: &mut Replays) -> Option<Lack> {
    if !source::is_input(analysis, usage) {
        return None;
    }
    if usage.at.demand == Demand::Read {
        return unused(analysis, usage, replays);
    }
    let is_meant = match usage.at.demand {
        Demand::Authority => decides_rights(analysis, usage),
        Demand::Choice => source::is_called(analysis, usage.at.site),
        Demand::Amount
        | Demand::Increment
        | Demand::Fields
        | Demand::Size
        | Demand::Conversion
        | Demand::Schema
        | Demand::Read => true,
    };
    if !is_meant {
        return None;
    }
    let named = match name(analysis, usage) {
        Some(name) if is_amount(name) => Named::Amount,
        _ if is_amount_place(analysis, usage) => Named::Amount,
        _ => Named::Other,
    };
    judge(usage, named)
}

/// The field, or the parameter.
fn name<'a>(analysis: &'a Analysis, usage: &Usage) -> Option<&'a str> {
    let program = &analysis.program;
    if let Some(field) = usage.field {
        return Some(program.names.text(field));
    }
    let function = program.function(usage.source.function);
    match function.op(usage.source.value) {
        Op::Param(index) => {
            let param = function.params.get(*index as usize)?;
            Some(program.names.text(param.name))
        }
        _ => None,
    }
}

/// `account.balance -= x`: the name of what is changed.
fn is_amount_place(analysis: &Analysis, usage: &Usage) -> bool {
    let function = analysis.program.function(usage.at.site.function);
    match function.op(usage.at.site.value) {
        Op::StoreAttribute { name, .. } => is_amount(analysis.program.names.text(*name)),
        Op::StoreItem { object, .. } => {
            let text = analysis.program.snippet(usage.at.site.function, *object);
            is_amount(text.rsplit('.').next().unwrap_or(text))
        }
        _ => false,
    }
}

/// An amount that is read and then not used at all: nothing can have looked at it.
fn unused(analysis: &Analysis, usage: &Usage, replays: &mut Replays) -> Option<Lack> {
    let field = usage.field?;
    let is_dead = source::readers(analysis, usage.at.site) == 0;
    if !is_dead || !is_amount(analysis.program.names.text(field)) {
        return None;
    }
    // Another read of the field may be the one that counts.
    let reads = fields::of(analysis, usage.source.function, replays);
    let is_known = reads
        .iter()
        .any(|read| read.name == field && judge::is_validated(read.labels));
    if is_known {
        return None;
    }
    let amount = Usage {
        at: hognose_dataflow::demand::Use {
            demand: Demand::Amount,
            ..usage.at
        },
        ..usage.clone()
    };
    let lack = judge(&amount, Named::Amount)?;
    Some(Lack {
        confidence: lack.confidence.min(Confidence::Medium),
        ..lack
    })
}

/// Whether a comparison is about rights: `role == "admin"`, not `role == "student"`.
fn decides_rights(analysis: &Analysis, usage: &Usage) -> bool {
    const POWERFUL: [&str; 8] = [
        "admin",
        "root",
        "super",
        "staff",
        "owner",
        "manager",
        "moderator",
        "true",
    ];
    let function = analysis.program.function(usage.at.site.function);
    let name = name(analysis, usage)
        .unwrap_or_default()
        .to_ascii_lowercase();
    let Op::Compare(_, left, right) = function.op(usage.at.site.value) else {
        // By itself, `role` says that one was given.
        return ["is_", "admin", "super", "staff", "priv", "author", "authen"]
            .iter()
            .any(|word| name.contains(word));
    };
    let is_powerful = |text: &str| {
        let text = text.to_ascii_lowercase();
        POWERFUL.iter().any(|word| text.contains(word))
    };
    [*left, *right].into_iter().any(|side| {
        let text = analysis.program.snippet(usage.at.site.function, side);
        side != usage.at.argument && is_powerful(text)
    })
}

/// One finding of all that was found for one rule.
fn gather(
    analysis: &Analysis,
    handler: FuncId,
    object: &str,
    mut group: Vec<Found<'_>>,
    replays: &mut Replays,
) -> Option<Finding> {
    let most = match trust(analysis, handler, replays) {
        Trust::Validated => return None,
        Trust::Unknown => Confidence::Low,
        Trust::Plain => Confidence::High,
    };
    let module = analysis.program.module(analysis.program.module_of(handler));
    let common = place::common_directory(analysis).len();
    let path = &module.file.source.path;
    let most = if place::is_test_path(path.get(common..).unwrap_or(path)) {
        Confidence::Low
    } else {
        most
    };
    for found in &mut group {
        found.lack.confidence = found.lack.confidence.min(most);
    }
    group.sort_by_key(|found| {
        let rank = (found.lack.confidence, found.lack.severity);
        (
            std::cmp::Reverse(rank),
            found.usage.at.site,
            found.usage.at.argument,
        )
    });
    report::finding(analysis, handler, object, &group, replays)
}

/// Data of a request, as far as the engine knows or must assume.
fn is_of_request(kind: SourceKind) -> bool {
    matches!(kind, SourceKind::Remote | SourceKind::Possible)
}
