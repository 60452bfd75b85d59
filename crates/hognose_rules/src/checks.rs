//! Checks: every sink that was examined, with a verdict and the reason for it.
//!
//! ```python
//! cur.execute("SELECT 1")                      # safe: constant
//! cur.execute("… WHERE id = ?", (id,))         # safe: bound parameters
//! cur.execute(f"… {int(x)}")                   # safe: typed or checked value
//! ```

use std::collections::BTreeMap;

use hognose_dataflow::Analysis;
use hognose_dataflow::models::rows::{Labels, SinkKind};
use hognose_dataflow::summary::{Binds, Examined};
use hognose_dataflow::value::Site;
use hognose_finding::{Check, Class, Finding, Verdict};

use crate::place;

/// One check for each site and class, and those of endpoints, sorted by file and offset.
pub fn checks(analysis: &Analysis, findings: &[Finding], endpoints: Vec<Check>) -> Vec<Check> {
    let mut sites: BTreeMap<(Site, Class), Check> = BTreeMap::new();
    for solved in &analysis.functions {
        for examined in &solved.examined {
            let Some(class) = class_of(examined.sink.kind) else {
                continue;
            };
            let site = examined.sink.site;
            let reason = reason(examined);
            let check = Check {
                class,
                location: place::location(analysis, site),
                verdict: Verdict::Safe,
                reason: reason.to_owned(),
            };
            sites.entry((site, class)).or_insert(check);
        }
    }
    let mut checks: Vec<Check> = sites.into_values().collect();
    checks.extend(endpoints);
    for finding in findings {
        let class = finding.rule.class;
        if !Class::CHECKLIST.contains(&class) {
            continue;
        }
        let known = checks
            .iter_mut()
            .find(|check| check.class == class && check.location == finding.location);
        let reason = finding.rule.id.replace('-', " ");
        match known {
            Some(check) => {
                check.verdict = Verdict::Unsafe;
                check.reason = reason;
            }
            None => checks.push(Check {
                class,
                location: finding.location.clone(),
                verdict: Verdict::Unsafe,
                reason,
            }),
        }
    }
    checks.sort_by(|a, b| {
        let key = |check: &Check| {
            (
                check.location.file.clone(),
                check.location.range.start(),
                check.location.range.end(),
                check.class,
            )
        };
        key(a).cmp(&key(b))
    });
    checks
}

fn class_of(kind: SinkKind) -> Option<Class> {
    match kind {
        SinkKind::Sql => Some(Class::SqlInjection),
        SinkKind::Shell | SinkKind::Argv | SinkKind::Program => Some(Class::CommandInjection),
        SinkKind::Path | SinkKind::ArchiveExtract => Some(Class::PathTraversal),
        SinkKind::Credential => Some(Class::HardcodedSecrets),
        SinkKind::Code
        | SinkKind::Template
        | SinkKind::Url
        | SinkKind::Html
        | SinkKind::Redirect
        | SinkKind::Deserialize
        | SinkKind::Xml
        | SinkKind::XmlBomb
        | SinkKind::Xpath
        | SinkKind::Ldap
        | SinkKind::LdapName
        | SinkKind::Nosql
        | SinkKind::NosqlCode
        | SinkKind::Session
        | SinkKind::Reflection
        | SinkKind::Log
        | SinkKind::Header
        | SinkKind::Cookie
        | SinkKind::Regex
        | SinkKind::Matched => None,
    }
}

/// Why a site without a finding is safe.
fn reason(examined: &Examined) -> &'static str {
    let value = &examined.value;
    if examined.sink.kind == SinkKind::Credential {
        return if value.is_marked() {
            "read at run time"
        } else {
            "not a constant"
        };
    }
    let marks = value.collapse(Labels::ALL);
    let sources: Vec<_> = marks
        .iter()
        .filter(|mark| mark.origin.is_untrusted())
        .collect();
    if sources.is_empty() {
        let constant = value.text().is_constant() && marks.is_empty();
        return match (examined.sink.kind, examined.sink.binds, constant) {
            (SinkKind::Sql, Binds::Parameters, true) => "bound parameters",
            (_, _, true) => "constant",
            (_, _, false) => "no untrusted data",
        };
    }
    let has = |label: Labels| sources.iter().all(|mark| mark.labels.has_any(label));
    if has(Labels::LITERAL) {
        "on an allow-list"
    } else if has(Labels::NUMBER) {
        "converted to a number"
    } else if has(Labels::PATH_CONTAINED) {
        "normalised and contained"
    } else if has(Labels::PATH_SECURED.with(Labels::NO_SEPARATOR)) {
        "safe file name"
    } else if has(Labels::SHELL_QUOTED
        .with(Labels::SQL_QUOTED)
        .with(Labels::SQL_IDENTIFIER))
    {
        "quoted"
    } else if has(Labels::WORD
        .with(Labels::SQL_INERT)
        .with(Labels::SHELL_INERT))
    {
        "checked characters"
    } else {
        "harmless in this place"
    }
}
