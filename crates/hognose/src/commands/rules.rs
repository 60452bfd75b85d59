//! `hognose rules`: what Hognose can find.

use std::fmt::Write as _;

use anyhow::Result;
use hognose_finding::Rule;
use serde::Serialize;

use crate::arguments::{ListFormat, RulesArguments};
use crate::exit::Exit;
use crate::output;

#[derive(Serialize)]
struct RuleRecord {
    id: &'static str,
    title: &'static str,
    class: &'static str,
    cwe: &'static [u16],
    owasp: &'static [&'static str],
    severity: &'static str,
    confidence: &'static str,
}

pub fn run(arguments: &RulesArguments) -> Result<Exit> {
    let rules = hognose_check::rules();
    let text = match arguments.output_format {
        ListFormat::Text => table(rules),
        ListFormat::Json => {
            let records: Vec<RuleRecord> = rules.iter().map(|rule| record(rule)).collect();
            serde_json::to_string_pretty(&records)? + "\n"
        }
    };
    output::to_stdout(&text)?;
    Ok(Exit::Clean)
}

/// One line per rule: id, severity, class, title.
pub fn table(rules: &[&'static Rule]) -> String {
    let width =
        |length: fn(&Rule) -> usize| rules.iter().map(|rule| length(rule)).max().unwrap_or(0);
    let ids = width(|rule| rule.id.len());
    let severities = width(|rule| rule.severity.name().len());
    let classes = width(|rule| rule.class.id().len());
    let mut table = String::new();
    for rule in rules {
        writeln!(
            table,
            "{:ids$}  {:severities$}  {:classes$}  {}",
            rule.id,
            rule.severity.name(),
            rule.class.id(),
            rule.title,
        )
        .expect("writing to a String cannot fail");
    }
    table
}

fn record(rule: &'static Rule) -> RuleRecord {
    RuleRecord {
        id: rule.id,
        title: rule.title,
        class: rule.class.id(),
        cwe: rule.cwe,
        owasp: rule.owasp,
        severity: rule.severity.name(),
        confidence: rule.confidence.name(),
    }
}
