//! Regular expressions that take exponential time on some text, whoever sends it.
//!
//! ```python
//! NAME = re.compile(r"^(\w+\s?)*$")     # reported here, less sure, where no flow shows a sender
//! NAME.match(request.args["name"])      # reported here where one does
//! ```
//! Polynomial ones are reported with a flow only: half of all patterns are.

use std::collections::BTreeMap;
use std::sync::Arc;

use hognose_dataflow::models::rows::SinkKind;
use hognose_dataflow::redos::{Attack, Growth, Use};
use hognose_dataflow::summary::Examined;
use hognose_dataflow::value::{Alternative, Atom, Site};
use hognose_dataflow::{Analysis, Weakness};
use hognose_finding::{Confidence, Finding};

use crate::fingerprint::fingerprint;
use crate::rules::REDOS;
use crate::{place, words};

/// One finding for each literal.
pub fn findings(analysis: &Analysis) -> Vec<Finding> {
    let reported: Vec<&Arc<Attack>> = analysis
        .flows()
        .into_iter()
        .filter(|flow| flow.weakness == Weakness::Slow)
        .filter_map(|flow| flow.sink.attack.as_ref())
        .collect();
    let mut slow: BTreeMap<Site, Arc<Attack>> = BTreeMap::new();
    for solved in &analysis.functions {
        for examined in &solved.examined {
            for (site, attack) in attacks(analysis, examined) {
                let is_reported = reported.iter().any(|known| known.word == attack.word);
                if attack.growth == Growth::Exponential && !is_reported {
                    slow.entry(site).or_insert(attack);
                }
            }
        }
    }
    let directory = place::common_directory(analysis);
    slow.into_iter()
        .map(|(site, attack)| finding(analysis, &directory, site, &attack))
        .collect()
}

/// The slow patterns that arrive at a sink, with the literal or, where it is put together, the sink.
fn attacks(analysis: &Analysis, examined: &Examined) -> Vec<(Site, Arc<Attack>)> {
    if examined.sink.kind != SinkKind::Regex {
        return Vec::new();
    }
    let path = &analysis.models.origin(examined.sink.row).subject;
    let usage = Use::of_function(path);
    let alternatives = examined.value.text().alternatives().iter();
    alternatives
        .filter_map(|alternative| {
            let Alternative::Constant(Atom::Str(text), literal) = alternative else {
                return None;
            };
            let program = &analysis.program;
            let (patterns, limits) = (&analysis.patterns, &analysis.limits);
            let attack = patterns.attack(program, text, *literal, usage, limits)?;
            Some((literal.unwrap_or(examined.sink.site), attack))
        })
        .collect()
}

fn finding(analysis: &Analysis, directory: &str, site: Site, attack: &Attack) -> Finding {
    let location = place::location(analysis, site);
    let text = place::snippet(analysis, site.function, site.value);
    let function = analysis.program.qualified_name(site.function);
    let path = location
        .file
        .strip_prefix(directory)
        .unwrap_or(&location.file);
    let confidence = if place::is_test_path(path) {
        Confidence::Low
    } else {
        Confidence::Medium
    };
    Finding {
        rule: &REDOS,
        severity: REDOS.severity,
        confidence,
        location,
        message: format!("`{text}` is slow to fail. {}", words::attack(attack)),
        fingerprint: fingerprint(&REDOS, &[&function, &text]),
        trace: Vec::new(),
        function,
        fix: None,
    }
}
