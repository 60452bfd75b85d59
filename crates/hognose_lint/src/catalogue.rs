//! Every rule of Ruff as a rule of ours: the tables of `models/lint` joined with what the library
//! says of itself.
//!
//! ```text
//! F821  undefined-name  bugs, high, on      D100  undocumented-public-module  quality, off
//! ```

use std::collections::BTreeMap;
use std::sync::OnceLock;

use hognose_finding::{Class, Confidence, Fixable, Origin, RuffOrigin, Rule, Severity, Standing};
use ruff_linter::codes::RuleStatus;
use ruff_linter::registry::Rule as RuffRule;
use ruff_linter::{FixAvailability, RuleSelector};
use rustc_hash::FxHashMap;

use crate::page::{page, title};
use crate::table::{Row, Table, off, tables};

/// A rule with what the adapter needs to run it.
#[derive(Debug)]
pub struct Known {
    pub rule: &'static Rule,
    pub ruff: RuffRule,
    pub why: String,
    pub in_notebooks: bool,
}

/// All of them.
#[derive(Debug)]
pub struct Catalogue {
    /// Sorted by id.
    pub rules: Vec<&'static Rule>,
    pub known: Vec<Known>,
    by_code: FxHashMap<&'static str, usize>,
}

/// Ruff has no code for it; its name stands for one.
const SYNTAX: &str = "invalid-syntax";

/// What Ruff finds where the tree is no valid program: what Python refuses to compile.
pub static INVALID_SYNTAX: Rule = Rule {
    id: SYNTAX,
    title: "Python refuses to compile this.",
    class: Class::Bugs,
    cwe: &[],
    owasp: &[],
    severity: Severity::High,
    confidence: Confidence::High,
    security_severity: "0.0",
    page: "# invalid-syntax\n\nPython refuses to compile this.\n\nThe file can be parsed, but Python \
           does not accept it as a program: a name is declared `global` after its use, `return` \
           stands outside a function, a pattern binds one name twice. Nothing of the file runs \
           until it is repaired.\n",
    origin: Origin::Ruff(RuffOrigin {
        code: SYNTAX,
        standing: Standing::On,
        fixable: Fixable::Never,
    }),
};

/// Every rule of Ruff that exists, sorted by id.
pub fn rules() -> &'static [&'static Rule] {
    &catalogue().rules
}

/// The rule with that code or name of Ruff's.
pub fn find(name: &str) -> Option<&'static Rule> {
    let by_code = catalogue().of_code(name).map(|known| known.rule);
    by_code.or_else(|| rules().iter().copied().find(|rule| rule.id == name))
}

/// The codes of the rules that are off unless somebody asks for them, and why.
pub fn off_reasons() -> BTreeMap<String, String> {
    let groups = off().groups.into_iter();
    groups
        .flat_map(|group| {
            let reason = group.reason;
            group
                .rules
                .into_iter()
                .map(move |code| (code, reason.clone()))
        })
        .collect()
}

pub fn catalogue() -> &'static Catalogue {
    static CATALOGUE: OnceLock<Catalogue> = OnceLock::new();
    CATALOGUE.get_or_init(build)
}

impl Catalogue {
    pub fn of_code(&self, code: &str) -> Option<&Known> {
        self.by_code.get(code).map(|index| &self.known[*index])
    }
}

fn build() -> Catalogue {
    let tables = tables();
    let mut rows: FxHashMap<&str, (&Table, &Row)> = FxHashMap::default();
    for table in &tables {
        rows.extend(table.rules.iter().map(|row| (&*row.code, (table, row))));
    }
    let mut known = Vec::new();
    for ruff in RuleSelector::All.all_rules() {
        if matches!(ruff.status(), RuleStatus::Removed { .. }) || needs_files(ruff) {
            continue;
        }
        let code: &'static str = Box::leak(ruff.noqa_code().to_string().into_boxed_str());
        known.push(match rows.get(code) {
            Some((table, row)) => on(ruff, code, table, row),
            None => off_by_default(ruff, code),
        });
    }
    let mut rules: Vec<&'static Rule> = known.iter().map(|known| known.rule).collect();
    rules.push(&INVALID_SYNTAX);
    rules.sort_by_key(|rule| rule.id);
    let by_code = known
        .iter()
        .enumerate()
        .filter_map(|(index, known)| Some((known.rule.code()?, index)))
        .collect();
    Catalogue {
        rules,
        known,
        by_code,
    }
}

/// Rules about files instead of their text; nothing here may look at a disk.
fn needs_files(rule: RuffRule) -> bool {
    let source = rule.lint_source();
    source.is_filesystem() || source.is_io() || source.is_toml() || is_executable_rule(rule)
}

/// These ask the file system whether the file can be run.
fn is_executable_rule(rule: RuffRule) -> bool {
    matches!(
        rule,
        RuffRule::ShebangNotExecutable | RuffRule::ShebangMissingExecutableFile
    )
}

fn on(ruff: RuffRule, code: &'static str, table: &Table, row: &Row) -> Known {
    let severity = row.severity.as_deref().or(table.severity.as_deref());
    let confidence = row.confidence.as_deref().or(table.confidence.as_deref());
    let class = match table.class.as_str() {
        "bugs" => Class::Bugs,
        "security" => Class::Security,
        _ => Class::Quality,
    };
    let title = row.title.clone().unwrap_or_else(|| title(ruff));
    let standing = format!("It is on by default, in the class {}.", class.id());
    let severity = severity.and_then(Severity::from_name);
    let severity = severity.unwrap_or(Severity::Info);
    let rule = Rule {
        id: Box::leak(row.name.clone().into_boxed_str()),
        page: leak(page(ruff, code, &title, &row.why, &standing)),
        title: leak(title),
        class,
        cwe: Box::leak(row.cwe.clone().into_boxed_slice()),
        owasp: &[],
        severity,
        confidence: confidence
            .and_then(Confidence::from_name)
            .unwrap_or(Confidence::Medium),
        security_severity: security_severity(class, severity),
        origin: origin(ruff, code, Standing::On),
    };
    Known {
        rule: Box::leak(Box::new(rule)),
        ruff,
        why: row.why.clone(),
        in_notebooks: row.notebooks,
    }
}

/// A rule that runs only where somebody names it.
fn off_by_default(ruff: RuffRule, code: &'static str) -> Known {
    let title = title(ruff);
    let standing = "It is off unless it is selected, or the project's own Ruff configuration \
                    selects it.";
    let rule = Rule {
        id: leak(ruff.name().as_str().to_owned()),
        page: leak(page(ruff, code, &title, "", standing)),
        title: leak(title),
        class: Class::Quality,
        cwe: &[],
        owasp: &[],
        severity: Severity::Info,
        confidence: Confidence::High,
        security_severity: "0.0",
        origin: origin(ruff, code, Standing::Off),
    };
    Known {
        rule: Box::leak(Box::new(rule)),
        ruff,
        why: String::new(),
        in_notebooks: true,
    }
}

fn origin(ruff: RuffRule, code: &'static str, standing: Standing) -> Origin {
    Origin::Ruff(RuffOrigin {
        code,
        standing,
        fixable: match ruff.fixable() {
            FixAvailability::Always => Fixable::Always,
            FixAvailability::Sometimes => Fixable::Sometimes,
            FixAvailability::None => Fixable::Never,
        },
    })
}

const fn security_severity(class: Class, severity: Severity) -> &'static str {
    match (class, severity) {
        (Class::Security, Severity::Critical) => "9.1",
        (Class::Security, Severity::High) => "7.5",
        (Class::Security, Severity::Medium) => "5.5",
        (Class::Security, Severity::Low | Severity::Info) => "3.1",
        _ => "0.0",
    }
}

/// The catalogue is built once and lives as long as the program.
fn leak(text: String) -> &'static str {
    Box::leak(text.into_boxed_str())
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use hognose_finding::{Confidence, Severity};
    use ruff_linter::RuleSelector;
    use ruff_linter::codes::RuleStatus;
    use ruff_linter::registry::Rule as RuffRule;

    use super::{catalogue, off_reasons};
    use crate::table::tables;

    #[test]
    fn every_rule_of_ruff_is_decided_exactly_once() {
        let mut decided: Vec<String> = off_reasons().into_keys().collect();
        for table in tables() {
            decided.extend(table.rules.iter().map(|row| row.code.clone()));
        }
        let unique: BTreeSet<&String> = decided.iter().collect();
        assert_eq!(unique.len(), decided.len(), "a rule is decided twice");
        let existing: BTreeSet<String> = RuleSelector::All
            .all_rules()
            .map(|rule| rule.noqa_code().to_string())
            .collect();
        let undecided: Vec<&String> = existing
            .iter()
            .filter(|code| !unique.contains(code))
            .collect();
        assert!(undecided.is_empty(), "{undecided:?}");
        let unknown: Vec<&&String> = unique
            .iter()
            .filter(|code| !existing.contains(**code))
            .collect();
        assert!(unknown.is_empty(), "{unknown:?}");
    }

    #[test]
    fn the_rows_are_well_formed() {
        for table in tables() {
            assert!(["bugs", "security", "quality"].contains(&table.class.as_str()));
            for row in &table.rules {
                let code = &row.code;
                let rule = RuffRule::from_code(code).expect("a code of Ruff's");
                assert_eq!(rule.name().as_str(), row.name, "{code}");
                let removed = matches!(rule.status(), RuleStatus::Removed { .. });
                assert!(!removed, "{code} is gone");
                let severity = row.severity.as_ref().or(table.severity.as_ref());
                let severity = severity.expect("a severity in the row or the table");
                assert!(Severity::from_name(severity).is_some(), "{code}");
                let confidence = row.confidence.as_ref().or(table.confidence.as_ref());
                let confidence = confidence.expect("a confidence in the row or the table");
                assert!(Confidence::from_name(confidence).is_some(), "{code}");
                if table.class != "quality" {
                    assert!(row.title.is_some(), "{code} has no title");
                }
                for text in row.title.iter().chain([&row.why]) {
                    assert!(text.is_empty() || text.ends_with('.'), "{code}: {text}");
                }
            }
        }
    }

    #[test]
    fn rules_are_sorted_and_named_once() {
        let rules = &catalogue().rules;
        assert!(rules.windows(2).all(|pair| pair[0].id < pair[1].id));
        for rule in rules {
            assert!(rule.title.ends_with('.'), "{}: {}", rule.id, rule.title);
            assert!(rule.page.contains(rule.title), "{}", rule.id);
        }
    }
}
