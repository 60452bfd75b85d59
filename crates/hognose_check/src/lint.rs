//! The stage that runs Ruff's rules: which of them on which file, and findings out of what they hit.
//!
//! ```python
//! def f(x=[]):       # a rule of Ruff's, run on the tree of the file while it is there
//!     return y
//! ```
//! A file's own Ruff configuration corrects our choice of rules; names that the user of Hognose
//! selects win over both.

use std::collections::HashMap;

use hognose_dataflow::Program;
use hognose_finding::{Finding, Location, Rule};
use hognose_lint::{Linted, Linter, Profile, RuffConfiguration};
use hognose_python::{File, Syntax};
use hognose_rules::{fingerprint, number_equals};
use std::sync::Arc;

use crate::suppress::enclosing_function;
use crate::{Incomplete, Selection, Settings};

/// The rules of a run, ready to look at files.
pub struct LintStage {
    linter: Linter,
    by_path: HashMap<String, usize>,
    /// The profile of files without a configuration.
    default: usize,
}

impl LintStage {
    pub fn new(settings: &Settings) -> Self {
        let ruff = &settings.ruff;
        let mut profiles: Vec<Profile> = ruff
            .configurations
            .iter()
            .map(|configuration| profile(configuration, &settings.selection))
            .collect();
        let default = profiles.len();
        profiles.push(profile(&RuffConfiguration::default(), &settings.selection));
        Self {
            linter: Linter::new(&profiles),
            by_path: ruff.by_path.clone(),
            default,
        }
    }

    /// For stages that want no findings.
    pub fn idle() -> Self {
        Self {
            linter: Linter::new(&[]),
            by_path: HashMap::new(),
            default: 0,
        }
    }

    pub fn lint(&self, path: &str, syntax: Syntax<'_>) -> Linted {
        let profile = self.by_path.get(path).copied().unwrap_or(self.default);
        self.linter.lint(profile, syntax)
    }
}

/// A rule that is named itself runs whatever the project says; of a class run those that the
/// project leaves on.
fn profile(configuration: &RuffConfiguration, selection: &Selection) -> Profile {
    let mut profile = Profile::of_project(configuration.clone());
    if !selection.select.is_empty() {
        let of_class = |rule: &Rule| selection.select.iter().any(|name| name == rule.class.id());
        let named = |rule: &Rule| {
            let mut names = selection.select.iter();
            names.any(|name| rule.is_named_itself(name))
        };
        let mut rules = profile.rules;
        rules.retain(|rule| of_class(rule));
        let known = hognose_lint::rules().iter().copied();
        let named: Vec<&'static Rule> = known
            .filter(|rule| named(rule) && !rules.contains(rule))
            .collect();
        rules.extend(named);
        profile = Profile::of_rules(rules, configuration.clone());
    }
    profile.without(|rule| selection.ignores(rule));
    profile
}

/// What is incomplete about a file on which a rule failed, or whose tree nobody may look at.
pub fn failure(file: &File, linted: Option<&Linted>) -> Option<Incomplete> {
    let reason = match linted {
        Some(linted) => {
            let message = linted.failure.as_ref()?;
            format!(
                "the search for bugs and quality failed inside Ruff's library ({message}); please \
                 report it"
            )
        }
        // Of these the whole is reported as incomplete.
        None if file.problems.iter().any(|problem| problem.range.is_none()) => return None,
        None => "an expression is nested too deep to search the file for bugs and quality; split \
                 it, or exclude the file if it is data or generated"
            .to_owned(),
    };
    Some(Incomplete {
        path: file.source.path.to_string(),
        line: None,
        reason,
    })
}

/// `linted` is in the order of the program's modules.
pub fn findings(program: &Program, linted: Vec<Linted>) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (module, linted) in program.modules.iter().zip(linted) {
        let file = &module.file;
        for hit in linted.hits {
            let inner = enclosing_function(file, hit.range);
            let function = match (module.name.is_empty(), inner.is_empty()) {
                (_, true) => module.name.to_string(),
                (true, false) => inner,
                (false, false) => format!("{}.{inner}", module.name),
            };
            let text = file.source.slice(hit.range);
            // A range may be a whole function; its beginning tells it apart as well.
            let text = text.lines().next().unwrap_or("");
            findings.push(Finding {
                rule: hit.rule,
                severity: hit.rule.severity,
                confidence: hit.rule.confidence,
                fingerprint: fingerprint(hit.rule, &[&function, text]),
                location: Location {
                    file: Arc::clone(&file.source.path),
                    range: hit.range,
                },
                message: hit.message,
                function,
                trace: Vec::new(),
                fix: hit.fix,
            });
        }
    }
    number_equals(&mut findings);
    findings
}
