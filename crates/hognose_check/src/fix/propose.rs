//! Proposals for the findings of an analysis: each file with findings is parsed once more, because
//! the analysis keeps no trees.
//!
//! ```text
//! findings by file → tree + facts → one proposal a finding, or the reason why there is none
//! ```

use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};

use hognose_finding::{Finding, Fix, SourceText};
use hognose_fix::{Facts, Project, is_faithful};
use hognose_python::lower_file_with;
use rayon::prelude::*;

use crate::pipeline::Examined;
use crate::{Input, Settings};

use super::Rejected;

/// What is proposed for a finding, the best first, or why nothing is.
type Fixes = Result<Vec<Fix>, String>;

/// A fix that has not been checked.
#[derive(Debug, Clone)]
pub struct Proposal {
    /// The index of the finding.
    pub finding: usize,
    pub fix: Fix,
    /// What to try where it fails its checks, the best first.
    pub others: Vec<Fix>,
}

impl Proposal {
    fn of(finding: usize, fixes: Vec<Fix>) -> Option<Self> {
        let mut fixes = fixes.into_iter();
        Some(Self {
            finding,
            fix: fixes.next()?,
            others: fixes.collect(),
        })
    }

    /// The next thing to try.
    pub fn next(&self) -> Option<Self> {
        Self::of(self.finding, self.others.clone())
    }
}

/// The proposals for those of the findings that are selected and wanted, in their order.
pub fn propose(
    examined: &Examined,
    inputs: &[Input],
    settings: &Settings,
    is_wanted: &dyn Fn(&Finding) -> bool,
) -> (Vec<Proposal>, Vec<Rejected>) {
    let ignores = settings.selection.path_ignores();
    let mut by_file: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for (index, finding) in examined.findings.iter().enumerate() {
        let is_selected = settings.selection.includes(finding.rule)
            && !ignores.ignores(&finding.location.file, finding.rule);
        if is_selected && is_wanted(finding) {
            by_file
                .entry(&finding.location.file)
                .or_default()
                .push(index);
        }
    }
    let all: Vec<&Finding> = by_file
        .values()
        .flatten()
        .map(|index| &examined.findings[*index])
        .collect();
    let facts = Facts::new(&examined.analysis, &all);
    let bytes: BTreeMap<&str, &[u8]> = inputs
        .iter()
        .map(|input| (input.path.as_str(), input.bytes.as_slice()))
        .collect();
    let modules = &examined.analysis.program.modules;
    let sources: BTreeMap<&str, &SourceText> = modules
        .iter()
        .map(|module| (&*module.file.source.path, &module.file.source))
        .collect();
    let files: Vec<(&str, Vec<usize>)> = by_file.into_iter().collect();
    let results: Vec<Vec<(usize, Fixes)>> = files
        .into_par_iter()
        .map(|(path, indices)| {
            let findings: Vec<&Finding> = indices
                .iter()
                .map(|index| &examined.findings[*index])
                .collect();
            let source = sources.get(path).copied();
            let fixes = of_file(
                source,
                bytes.get(path).copied(),
                &findings,
                &facts,
                settings,
            );
            indices.into_iter().zip(fixes).collect()
        })
        .collect();
    let mut proposals = Vec::new();
    let mut rejected = Vec::new();
    for (finding, result) in results.into_iter().flatten() {
        match result {
            Ok(fixes) => proposals.extend(Proposal::of(finding, fixes)),
            Err(reason) => rejected.push(Rejected {
                finding: examined.findings[finding].clone(),
                reason,
            }),
        }
    }
    (proposals, rejected)
}

/// The fixes of one file's findings, in their order.
fn of_file(
    source: Option<&SourceText>,
    bytes: Option<&[u8]>,
    findings: &[&Finding],
    facts: &Facts,
    settings: &Settings,
) -> Vec<Fixes> {
    let none = |reason: &str| findings.iter().map(|_| Err(reason.to_owned())).collect();
    let (Some(source), Some(bytes)) = (source, bytes) else {
        return none("the text of the file is not at hand");
    };
    if !source.cells().is_empty() {
        return none("notebooks are not repaired");
    }
    if !is_faithful(source, bytes) {
        return none("the file is not encoded as UTF-8");
    }
    let project = project(&source.path, settings);
    let look = |syntax: hognose_python::Syntax<'_>| {
        if !syntax.parsed.has_valid_syntax() {
            return None;
        }
        let mut fixes = hognose_fix::propose(syntax, findings, facts, &project);
        for (finding, fix) in findings.iter().zip(&mut fixes) {
            // Where nothing of ours is known, what the finding came with.
            if fix.is_err()
                && let Some(known) = &finding.fix
            {
                *fix = Ok(vec![known.clone()]);
            }
        }
        Some(fixes)
    };
    // A mistake in a repair costs the fixes of the file.
    let work = || lower_file_with(&source.path, bytes, look).1;
    let Ok(fixes) = catch_unwind(AssertUnwindSafe(work)) else {
        return none("the repair failed inside the program; please report it");
    };
    match fixes.flatten() {
        Some(fixes) => fixes
            .into_iter()
            .map(|fix| fix.map_err(str::to_owned))
            .collect(),
        None => none("the file has syntax errors, or is nested too deep"),
    }
}

fn project(path: &str, settings: &Settings) -> Project {
    let ruff = &settings.ruff;
    let configuration = ruff
        .by_path
        .get(path)
        .map(|index| &ruff.configurations[*index]);
    Project {
        python_minor: configuration.and_then(|it| it.python_minor),
        root: String::new(),
    }
}
