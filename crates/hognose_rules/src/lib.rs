//! The rules: which flows are findings of which rule, how bad, how sure, and what to say.
//!
//! ```text
//! Analysis → flows → findings      one rule a file in rules/
//!          → examined sinks → checks
//!          → names and literals → hardcoded secrets
//!          → functions → bugs
//!          → misuses and uses → wrong algorithms, switched-off checks, open settings
//! ```
//! A rule that rests on flows is a declaration: the weakness it speaks of, and words. What is
//! common to all (severity by source, one finding a sink, traces, fingerprints) is here.

mod bugs;
mod checks;
mod credential;
mod credential_names;
mod fingerprint;
mod flow_table;
mod flows;
mod formats;
mod misuse;
mod place;
pub mod routes;
mod rules;
mod slow_pattern;
mod url_secret;
mod validation;
mod words;

use hognose_dataflow::Analysis;
use hognose_finding::{Check, Finding, Rule};

pub use misuse::misuse_rule;

pub use fingerprint::{fingerprint, number_equals};
pub use rules::RULES;

/// What the rules make of an analysis.
#[derive(Debug, Default)]
pub struct Findings {
    pub findings: Vec<Finding>,
    pub checks: Vec<Check>,
}

/// Runs all rules. Findings and checks are sorted by file and offset.
pub fn run(analysis: &Analysis) -> Findings {
    let mut findings = flows::findings(analysis);
    findings.extend(credential::findings(analysis));
    findings.extend(url_secret::findings(analysis));
    findings.extend(slow_pattern::findings(analysis));
    findings.extend(bugs::findings(analysis));
    findings.extend(validation::findings(analysis));
    findings.extend(misuse::findings(analysis));
    findings.sort_by(|a, b| order(a).cmp(&order(b)));
    findings.dedup_by(|a, b| a.rule == b.rule && a.location == b.location);
    number_equals(&mut findings);
    let examined = validation::checks(analysis, &findings);
    let checks = checks::checks(analysis, &findings, examined);
    Findings { findings, checks }
}

fn order(finding: &Finding) -> (&str, u32, u32, &'static str) {
    let range = finding.location.range;
    (
        &finding.location.file,
        range.start().to_u32(),
        range.end().to_u32(),
        finding.rule.id,
    )
}

/// The rule with that id.
pub fn rule(id: &str) -> Option<&'static Rule> {
    RULES.iter().copied().find(|rule| rule.id == id)
}
