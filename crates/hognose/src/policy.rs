//! What is wanted of each file: rules, confidence, and which findings fail the run.
//!
//! All files of a run are analysed as one program, because data flows across their borders. Their
//! configurations may differ, so the analysis runs with what any of them wants, and then each
//! file's own [`Policy`] decides what is kept of it.
//!
//! The command line wins: `--select`, `--min-confidence` and `--fail-on` replace what the
//! configuration says, `--ignore` and `--per-file-ignores` add to it.

use std::collections::HashMap;
use std::path::PathBuf;

use anyhow::{Context as _, Result};
use hognose_check::{Report, Selection, rules};
use hognose_finding::{Class, Confidence, Finding, Group, Rule, Severity};
use hognose_report::summarised_classes;

use crate::arguments::{CheckArguments, RuleSelection};
use crate::config::{Config, ConfigError};
use crate::config_value::Placed;
use crate::exit::{Exit, FailOn};
use crate::gather::Gathered;
use crate::glob::Globs;
use crate::paths::WorkingDirectory;

const GROUPS_DEFAULT: [Group; 2] = [Group::Security, Group::Bugs];

const FAIL_ON_DEFAULT: FailOn = FailOn::AtLeast(Severity::Low);

/// What is wanted of the files with one configuration.
#[derive(Debug)]
struct Policy {
    /// Without its `per_file_ignores`, which count from different directories.
    selection: Selection,
    per_file_ignores: Vec<(Globs, Selection)>,
    min_confidence: Confidence,
    fail_on: FailOn,
}

/// The policies of all files of a run.
#[derive(Debug)]
pub struct Policies {
    /// Never empty.
    policies: Vec<Policy>,
    /// By the path in the report: the index of the policy, and the canonical path.
    files: HashMap<String, (usize, PathBuf)>,
}

impl Policies {
    /// Fails on the first name that is no rule and no class, with where it stands.
    pub fn new(
        arguments: &CheckArguments,
        gathered: &Gathered,
        directory: &WorkingDirectory,
        confidence_default: Confidence,
    ) -> Result<Self> {
        verify(&arguments.rules)?;
        let mut policies = Vec::new();
        for config in &gathered.configs {
            let config = config.as_deref();
            if let Some(config) = config {
                verify_config(config)?;
            }
            policies.push(policy(arguments, config, directory, confidence_default)?);
        }
        let files = gathered
            .files
            .iter()
            .map(|file| {
                let value = (file.config, file.found.canonical.clone());
                (file.found.shown.clone(), value)
            })
            .collect();
        Ok(Self { policies, files })
    }

    /// What the analysis has to look for, so that every file gets its own.
    pub fn selection(&self) -> Selection {
        let mut selection = self.policies[0].selection.clone();
        for policy in &self.policies[1..] {
            let other = &policy.selection;
            if selection.select.is_empty() || other.select.is_empty() {
                selection.select.clear();
            } else {
                selection.select.extend(other.select.iter().cloned());
            }
            selection.ignore.retain(|name| other.ignore.contains(name));
        }
        selection
    }

    pub fn min_confidence(&self) -> Confidence {
        self.policies
            .iter()
            .map(|policy| policy.min_confidence)
            .min()
            .unwrap_or(Confidence::Low)
    }

    /// The classes of the checklist that are wanted of at least one file.
    pub fn examined(&self) -> Vec<Class> {
        let wanted = |class: &Class| {
            rules().iter().any(|rule| {
                rule.class == *class && self.policies.iter().any(|it| it.selection.includes(rule))
            })
        };
        summarised_classes().filter(wanted).collect()
    }

    /// The groups whose findings the text formats list: those that are asked for, else all where
    /// rules are selected by name, else what a person wants to see first.
    pub fn groups(&self, arguments: &CheckArguments, config: Option<&Config>) -> Vec<Group> {
        if !arguments.output.show.is_empty() {
            return arguments.output.show.clone();
        }
        if let Some(show) = config.and_then(|config| config.show.clone()) {
            return show;
        }
        if self.policies[0].selection.select.is_empty() {
            GROUPS_DEFAULT.to_vec()
        } else {
            Group::ALL.to_vec()
        }
    }

    /// Drops what the policies of the files do not want.
    pub fn apply(&self, report: &mut Report) {
        report.findings.retain(|finding| self.wants(finding));
        report.suppressed.retain(|entry| self.wants(&entry.finding));
        report.checks.retain(|check| {
            rules().iter().any(|rule| {
                rule.class == check.class && self.wants_rule(rule, &check.location.file)
            })
        });
    }

    /// How the run ends with `report`, to which the policies have been applied.
    pub fn exit(&self, report: &Report) -> Exit {
        let fails = report.findings.iter().any(|finding| {
            let policy = self.of_file(&finding.location.file).0;
            policy.fail_on.fails(finding.severity)
        });
        if fails {
            Exit::Findings
        } else if report.incomplete.is_empty() {
            Exit::Clean
        } else {
            Exit::Incomplete
        }
    }

    /// Whether the policy of its file wants the finding.
    pub fn wants(&self, finding: &Finding) -> bool {
        let file = &finding.location.file;
        finding.confidence >= self.of_file(file).0.min_confidence
            && self.wants_rule(finding.rule, file)
    }

    fn wants_rule(&self, rule: &Rule, file: &str) -> bool {
        let (policy, canonical) = self.of_file(file);
        let is_ignored = |path: &PathBuf| {
            policy
                .per_file_ignores
                .iter()
                .any(|(globs, names)| names.includes(rule) && globs.matches(path))
        };
        policy.selection.includes(rule) && !canonical.is_some_and(is_ignored)
    }

    /// Standard input has no path of its own and goes by the first policy.
    fn of_file(&self, file: &str) -> (&Policy, Option<&PathBuf>) {
        match self.files.get(file) {
            Some((index, canonical)) => (&self.policies[*index], Some(canonical)),
            None => (&self.policies[0], None),
        }
    }
}

fn policy(
    arguments: &CheckArguments,
    config: Option<&Config>,
    directory: &WorkingDirectory,
    confidence_default: Confidence,
) -> Result<Policy> {
    let named = &arguments.rules;
    let mut selection = Selection {
        select: filled(&named.select),
        ignore: filled(&named.ignore),
        per_file_ignores: Vec::new(),
    };
    let mut per_file_ignores = Vec::new();
    for (glob, name) in &named.per_file_ignores {
        let globs = Globs::new(&directory.canonical, [glob.as_str()]).map_err(|(_, what)| {
            anyhow::anyhow!("--per-file-ignores: `{glob}` is no glob: {what}")
        })?;
        per_file_ignores.push((globs, only(vec![name.clone()])));
    }
    if let Some(config) = config {
        if selection.select.is_empty() {
            selection.select = texts(&config.select);
        }
        selection.ignore.extend(texts(&config.ignore));
        // An empty list ignores nothing, and an empty selection would select everything.
        let filled = config.per_file_ignores.iter().filter(|it| !it.1.is_empty());
        per_file_ignores.extend(filled.map(|(globs, names)| (globs.clone(), only(texts(names)))));
    }
    Ok(Policy {
        selection,
        per_file_ignores,
        min_confidence: named
            .min_confidence
            .or(config.and_then(|config| config.min_confidence))
            .unwrap_or(confidence_default),
        fail_on: named
            .fail_on
            .or(config.and_then(|config| config.fail_on))
            .unwrap_or(FAIL_ON_DEFAULT),
    })
}

fn only(select: Vec<String>) -> Selection {
    Selection {
        select,
        ..Selection::default()
    }
}

fn texts(names: &[Placed]) -> Vec<String> {
    names.iter().map(|name| name.text.clone()).collect()
}

/// An option set to nothing, as in `HOGNOSE_IGNORE=`, is a list with one empty name.
fn filled(names: &[String]) -> Vec<String> {
    let filled = names.iter().filter(|name| !name.is_empty());
    filled.cloned().collect()
}

fn verify(arguments: &RuleSelection) -> Result<()> {
    let lists = [
        ("--select", &arguments.select),
        ("--ignore", &arguments.ignore),
    ];
    for (option, names) in lists {
        for name in filled(names) {
            verify_name(&name).context(option)?;
        }
    }
    for (_, name) in &arguments.per_file_ignores {
        verify_name(name).context("--per-file-ignores")?;
    }
    Ok(())
}

fn verify_config(config: &Config) -> Result<()> {
    let per_file = config.per_file_ignores.iter().flat_map(|(_, names)| names);
    for name in config.select.iter().chain(&config.ignore).chain(per_file) {
        verify_name(&name.text).map_err(|error| ConfigError {
            file: config.file.clone(),
            place: Some(name.place),
            what: error.to_string(),
        })?;
    }
    Ok(())
}

fn verify_name(name: &str) -> Result<()> {
    Ok(only(vec![name.to_owned()]).verify()?)
}
