//! `hognose rules`: what Hognose can find.

use std::fmt::Write as _;

use anyhow::Result;
use hognose_finding::{Origin, Rule};
use schemars::JsonSchema;
use serde::Serialize;

use crate::arguments::{ForeignTool, ListFormat, RulesArguments};
use crate::exit::Exit;
use crate::output;

/// A rule as JSON, here and in the web interface.
#[derive(Serialize, JsonSchema)]
pub struct RuleRecord {
    id: &'static str,
    title: &'static str,
    class: &'static str,
    /// What its findings are counted under: `security`, `bugs` or `quality`.
    group: &'static str,
    cwe: &'static [u16],
    owasp: &'static [&'static str],
    severity: &'static str,
    confidence: &'static str,
    /// Ruff's code, where the rule is Ruff's.
    code: Option<&'static str>,
    default: bool,
    /// Whether Ruff can repair it.
    fixable: Option<&'static str>,
}

/// A test of another tool, and which of our rules say what it says.
#[derive(Serialize)]
struct MapRecord {
    code: String,
    name: &'static str,
    rules: &'static [&'static str],
}

pub fn run(arguments: &RulesArguments) -> Result<Exit> {
    if let Some(tool) = arguments.map {
        output::to_stdout(&map(tool, arguments.output_format)?)?;
        return Ok(Exit::Clean);
    }
    let rules: Vec<&'static Rule> = hognose_check::rules()
        .iter()
        .copied()
        .filter(|rule| arguments.all || rule.is_default())
        .collect();
    let text = match arguments.output_format {
        ListFormat::Text => table(&rules),
        ListFormat::Json => {
            let records: Vec<RuleRecord> = rules.iter().map(|rule| RuleRecord::new(rule)).collect();
            serde_json::to_string_pretty(&records)? + "\n"
        }
    };
    output::to_stdout(&text)?;
    Ok(Exit::Clean)
}

/// One line per test: code, name, rules. A comment that silences the test silences these rules.
fn map(tool: ForeignTool, format: ListFormat) -> Result<String> {
    let letter = match tool {
        ForeignTool::Bandit => 'B',
        ForeignTool::Ruff => 'S',
    };
    let records: Vec<MapRecord> = hognose_check::BANDIT_TESTS
        .into_iter()
        .map(|(number, name, rules)| MapRecord {
            code: format!("{letter}{number}"),
            name,
            rules,
        })
        .collect();
    if format == ListFormat::Json {
        return Ok(serde_json::to_string_pretty(&records)? + "\n");
    }
    let names = records.iter().map(|record| record.name.len()).max();
    let names = names.unwrap_or(0);
    let mut table = String::new();
    for record in &records {
        let rules = record.rules.join(", ");
        writeln!(table, "{}  {:names$}  {rules}", record.code, record.name)
            .expect("writing to a String cannot fail");
    }
    Ok(table)
}

/// One line per rule: id, severity, class, Ruff's code and whether Ruff can repair it, title.
pub fn table(rules: &[&'static Rule]) -> String {
    let width =
        |length: fn(&Rule) -> usize| rules.iter().map(|rule| length(rule)).max().unwrap_or(0);
    let ids = width(|rule| rule.id.len());
    let severities = width(|rule| rule.severity.name().len());
    let classes = width(|rule| rule.class.id().len());
    let origins = rules.iter().map(|rule| origin(rule).len()).max();
    let origins = origins.unwrap_or(0);
    let mut table = String::new();
    for rule in rules {
        writeln!(
            table,
            "{:ids$}  {:severities$}  {:classes$}  {:origins$}  {}",
            rule.id,
            rule.severity.name(),
            rule.class.id(),
            origin(rule),
            rule.title,
        )
        .expect("writing to a String cannot fail");
    }
    table
}

fn fixable(rule: &Rule) -> Option<&'static str> {
    match rule.origin {
        Origin::Hognose => None,
        Origin::Ruff(ruff) => Some(ruff.fixable.name()),
    }
}

/// `F401, fix sometimes`; empty for a rule of ours.
fn origin(rule: &Rule) -> String {
    let off = if rule.is_default() { "" } else { ", off" };
    match (rule.code(), fixable(rule)) {
        (Some(code), Some("never")) => format!("{code}{off}"),
        (Some(code), Some(fix)) => format!("{code}{off}, fix {fix}"),
        (Some(code), None) => code.to_owned(),
        (None, _) => String::new(),
    }
}

impl RuleRecord {
    pub fn new(rule: &'static Rule) -> Self {
        Self {
            id: rule.id,
            title: rule.title,
            class: rule.class.id(),
            group: rule.class.group().name(),
            cwe: rule.cwe,
            owasp: rule.owasp,
            severity: rule.severity.name(),
            confidence: rule.confidence.name(),
            code: rule.code(),
            default: rule.is_default(),
            fixable: fixable(rule),
        }
    }
}
