//! `timing-unsafe-comparison`: a message authentication code is compared with `==`.
//!
//! ```python
//! if hmac.new(KEY, body, "sha256").hexdigest() == request.headers["X-Signature"]: …
//! ```
//! The engine follows the code from where it is computed to the comparison, through helpers too. A
//! comparison with one of the program's own constants tells nobody anything.

use std::collections::BTreeMap;

use hognose_dataflow::Analysis;
use hognose_dataflow::misuse::{Use, UseRole};
use hognose_dataflow::models::rows::SourceKind;
use hognose_dataflow::value::Site;
use hognose_finding::{Finding, Step, StepKind};
use hognose_python::ir::Op;

use super::crypto::TIMING_UNSAFE_COMPARISON;
use super::{Judgement, confidence, misuse_rule, said};
use crate::place;

pub(super) fn findings(analysis: &Analysis, root: &str) -> Vec<Finding> {
    let mut sites: BTreeMap<Site, &Use> = BTreeMap::new();
    for solved in &analysis.functions {
        for found in &solved.uses {
            let is_meant = found.kind == SourceKind::Mac && found.role == UseRole::Compared;
            if is_meant && !compares_with_constant(analysis, found.site) {
                sites.entry(found.site).or_insert(found);
            }
        }
    }
    let rule = &TIMING_UNSAFE_COMPARISON;
    let why = misuse_rule(rule.id).map_or("", |known| known.why);
    sites
        .into_values()
        .map(|found| {
            let text = place::snippet(analysis, found.site.function, found.site.value);
            let judgement = Judgement {
                severity: rule.severity,
                confidence: confidence(found.confidence),
            };
            let trace = vec![
                Step {
                    kind: StepKind::Source,
                    location: place::location(analysis, found.source),
                    message: "the signature is computed here".to_owned(),
                },
                Step {
                    kind: StepKind::Sink,
                    location: place::location(analysis, found.site),
                    message: "is compared here".to_owned(),
                },
            ];
            let message = format!(
                "`{text}` compares a signature and stops at the first byte that differs. {why}"
            );
            said(analysis, rule, judgement, found.site, &message, trace, root)
        })
        .collect()
}

fn compares_with_constant(analysis: &Analysis, site: Site) -> bool {
    let ir = analysis.program.function(site.function);
    match ir.op(site.value) {
        Op::Compare(_, left, right) => [left, right]
            .iter()
            .any(|value| matches!(ir.op(**value), Op::Constant(_))),
        _ => true,
    }
}
