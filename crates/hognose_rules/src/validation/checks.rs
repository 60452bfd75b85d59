//! Checks: every endpoint that was examined, and what is known of the input it reads.
//!
//! ```text
//! POST /transfer    unsafe    missing input validation
//! POST /orders      safe      every field checked by a schema
//! GET  /search      safe      raw input, in no use that asks for more
//! ```
//! The weakest field of an endpoint says what its reason is.

use std::collections::BTreeMap;

use hognose_dataflow::Analysis;
use hognose_dataflow::models::rows::{Labels, SourceKind};
use hognose_dataflow::program::FuncId;
use hognose_finding::{Check, Class, Finding, Location, Verdict};
use hognose_python::ir::Symbol;

use super::{judge, name};

/// One check for each endpoint without a finding of the class; findings bring their own.
pub fn checks(analysis: &Analysis, findings: &[Finding]) -> Vec<Check> {
    let program = &analysis.program;
    let mut fields: BTreeMap<FuncId, BTreeMap<(Option<Symbol>, u32), Labels>> = BTreeMap::new();
    for usage in analysis.functions.iter().flat_map(|solved| &solved.usages) {
        if name(analysis, usage).is_none() {
            continue;
        }
        let of_function = fields.entry(usage.source.function).or_default();
        // A parameter is told from another by where it stands.
        let place = match usage.field {
            Some(_) => 0,
            None => usage.source.value.0,
        };
        let labels = of_function.entry((usage.field, place)).or_default();
        *labels = labels.with(usage.labels);
    }
    let mut checks = Vec::new();
    for entry in analysis.state.entries() {
        if entry.kind != Some(SourceKind::Remote) {
            continue;
        }
        let qualified = program.qualified_name(entry.function);
        let has_finding = findings.iter().any(|finding| {
            finding.rule.class == Class::InputValidation && finding.function == qualified
        });
        if has_finding {
            continue;
        }
        let module = program.module(program.module_of(entry.function));
        let weakest = fields
            .get(&entry.function)
            .into_iter()
            .flat_map(BTreeMap::values)
            .min_by_key(|labels| judge::rank(**labels));
        checks.push(Check {
            class: Class::InputValidation,
            location: Location {
                file: std::sync::Arc::clone(&module.file.source.path),
                range: program.function(entry.function).name_range,
            },
            verdict: Verdict::Safe,
            reason: reason(weakest).to_owned(),
        });
    }
    checks
}

fn reason(weakest: Option<&Labels>) -> &'static str {
    match weakest {
        None => "no field of the input is used",
        Some(labels) if judge::is_validated(*labels) => judge::state(*labels),
        Some(_) => "raw input, in no use that asks for more",
    }
}
