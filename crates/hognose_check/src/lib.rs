//! The facade: files and settings in, a [`Report`] out. The only public API of the analysis.
//!
//! Nothing here touches the file system, the environment or the clock: the program crate reads
//! the files and hands their bytes over.

mod debug;
mod fix;
mod lint;
mod metrics;
mod outputs;
mod pipeline;
mod routes;
mod secrets;
mod settings;
mod suppress;

pub use debug::{DebugOutput, DebugRecord, DebugStage, debug};
pub use fix::{FixReport, FixedFile, Rejected};
pub use hognose_finding as finding;
pub use hognose_lint::RuffConfiguration;
pub use hognose_rules::fingerprint;
pub use hognose_rules::routes::{Required, Route, RouteField, Where};
pub use hognose_secrets::{Allow, AllowError};
pub use metrics::{FunctionMetrics, Metrics};
pub use routes::{Routes, routes};
pub use secrets::{Secrets, env_file_finding, is_binary, is_python};
pub use settings::{
    Fixes, Measure, ModelText, RuffConfigurations, Selection, SelectionError, Settings, Threat,
};
pub use suppress::BANDIT_TESTS;

use std::collections::BTreeMap;
use std::sync::OnceLock;

use hognose_finding::{Check, Finding, History, Location, Rule, SourceText};

/// One file to analyse.
#[derive(Debug, Clone)]
pub struct Input {
    /// As it shall appear in the report: relative, with `/`.
    pub path: String,
    pub bytes: Vec<u8>,
}

/// What the analysis came to. Every list is sorted by file and offset.
#[derive(Debug, Default)]
pub struct Report {
    /// At or above the minimal confidence, selected, and not suppressed.
    pub findings: Vec<Finding>,
    /// Findings that a comment in the code silences, with the comment's reason.
    pub suppressed: Vec<Suppressed>,
    pub checks: Vec<Check>,
    /// The texts of all analysed files, for excerpts and positions.
    pub files: Vec<SourceText>,
    /// For findings in the commits of a repository, by fingerprint: where their values were.
    pub histories: BTreeMap<String, History>,
    /// What could not be analysed, in whole or in part.
    pub incomplete: Vec<Incomplete>,
    /// Of these, the places where a file is broken.
    pub syntax_errors: Vec<SyntaxError>,
    pub statistics: Statistics,
}

/// Where a file is no Python; also listed as [`Incomplete`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SyntaxError {
    pub location: Location,
    pub message: String,
}

/// A finding that a suppression comment covers.
#[derive(Debug)]
pub struct Suppressed {
    pub finding: Finding,
    /// The comment as written: `# hognose: ignore[sql-injection] reason="…"` or `# nosec B608`.
    pub comment: String,
    pub reason: Option<String>,
}

/// A file or a part of one that was not analysed.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Incomplete {
    pub path: String,
    /// From 1; `None` when it is the whole file.
    pub line: Option<u32>,
    /// What is wrong and what to do about it.
    pub reason: String,
}

/// Counters for `--statistics`.
#[derive(Debug, Default, Clone)]
pub struct Statistics {
    pub files: usize,
    pub lines: usize,
    pub functions: usize,
    pub calls: usize,
    /// Calls for which at least one target (project function or model row) is known.
    pub resolved_calls: usize,
    /// Functions in the largest cycle of the call graph.
    pub largest_component: usize,
    /// Limits that were hit: name, how often.
    pub limits: Vec<(&'static str, usize)>,
    /// Foreign suppression comments that were honoured: marker, how often.
    pub foreign_suppressions: Vec<(&'static str, usize)>,
    /// Only where the settings ask for it.
    pub metrics: Option<Metrics>,
}

/// Every rule there is, sorted by id: ours and Ruff's, those that are off by default among them.
pub fn rules() -> &'static [&'static Rule] {
    static ALL: OnceLock<Vec<&'static Rule>> = OnceLock::new();
    ALL.get_or_init(|| {
        let mut rules = hognose_rules::RULES.to_vec();
        rules.extend(hognose_lint::rules());
        rules.sort_by_key(|rule| rule.id);
        rules
    })
}

/// Analyses `files` as one program.
pub fn check(files: Vec<Input>, settings: &Settings) -> Report {
    pipeline::run(files, settings)
}

/// Analyses `files` as one program and repairs it as far as `level` allows, in memory: what is
/// given back has been analysed again. Only findings that `is_wanted` are repaired.
pub fn fix(
    files: Vec<Input>,
    settings: &Settings,
    level: hognose_finding::Level,
    is_wanted: &dyn Fn(&Finding) -> bool,
) -> FixReport {
    fix::apply(files, settings, level, is_wanted)
}

/// Looks for secrets in `files` of any kind; those in `allow` count as suppressed.
pub fn secrets(files: Vec<Input>, settings: &Settings, allow: &Allow) -> Secrets {
    secrets::run(files, settings, allow)
}

impl Report {
    /// Adds `findings` that the settings ask for, and the texts they lie in.
    pub fn add(
        &mut self,
        findings: &mut Vec<Finding>,
        files: Vec<SourceText>,
        settings: &Settings,
    ) {
        let wanted = pipeline::select(std::mem::take(findings), settings, |finding| finding);
        self.findings.extend(wanted);
        for file in files {
            if !self.files.iter().any(|known| known.path == file.path) {
                self.files.push(file);
            }
        }
        self.sort();
    }

    /// Puts every list into the order of file and offset.
    fn sort(&mut self) {
        let order = |finding: &Finding| {
            let range = finding.location.range;
            let file = std::sync::Arc::clone(&finding.location.file);
            (file, range.start(), range.end(), finding.rule.id)
        };
        self.findings.sort_by_cached_key(order);
        self.suppressed
            .sort_by_cached_key(|entry| order(&entry.finding));
        self.files.sort_by(|a, b| a.path.cmp(&b.path));
    }
}
