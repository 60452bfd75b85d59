//! Fixes that are checked before they are offered.
//!
//! ```text
//! findings → proposals → edits in memory → all stages once more
//!          → the finding gone, none new, no syntax error → offered, or applied
//! ```
//! Proposals are tried together, as many as do not touch the same text; only where that goes wrong
//! they are tried apart. Whoever applies fixes does so until none is left, so that doing it twice
//! changes nothing.

mod edit;
mod propose;
mod verify;

use std::collections::{BTreeMap, BTreeSet};

use hognose_finding::{Append, Edit, Finding, Level};

use crate::pipeline::{self, Examined};
use crate::{Fixes, Input, Measure, Report, Settings};

use edit::edited;
use propose::{Proposal, propose};
use verify::Verifier;

/// What repairing a program came to.
#[derive(Debug, Default)]
pub struct FixReport {
    /// On the program as it is now.
    pub report: Report,
    /// The changed files, sorted by path.
    pub files: Vec<FixedFile>,
    /// Lines for files beside the analysed ones, one entry a file.
    pub appends: Vec<Append>,
    /// The findings that are gone, with their fixes; their places are those of the text that the
    /// fix was made for.
    pub applied: Vec<Finding>,
    /// Findings without a fix, and why.
    pub rejected: Vec<Rejected>,
}

/// A file before and after.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FixedFile {
    pub path: String,
    pub before: Vec<u8>,
    pub after: Vec<u8>,
}

/// A finding that could not be repaired.
#[derive(Debug, Clone)]
pub struct Rejected {
    pub finding: Finding,
    /// One clause.
    pub reason: String,
}

/// How often fixes are looked for in what fixes have changed.
const ROUNDS_MAX: usize = 10;

/// The analysis of `inputs` with a fix at each finding that has one.
pub fn offer(inputs: &[Input], settings: &Settings) -> Report {
    let plain = without_extras(settings);
    let mut examined = match pipeline::examine(inputs.to_vec(), settings) {
        Ok(examined) => examined,
        Err(report) => return *report,
    };
    let wanted = |finding: &Finding| finding.confidence >= settings.min_confidence;
    let (mut proposals, _) = propose(&examined, inputs, settings, &wanted);
    let manual = take(&mut proposals, |it| it.fix.level == Level::Manual);
    let mut accepted = manual;
    let mut rounds = 0;
    while !proposals.is_empty() && rounds < ROUNDS_MAX {
        rounds += 1;
        let batch = compatible(&mut proposals);
        let mut verifier = Verifier::new(inputs, &examined, &plain);
        let verified = verifier.verify(batch);
        accepted.extend(verified.accepted);
        let rejected = verified.rejected.iter();
        proposals.extend(rejected.filter_map(|(proposal, _)| proposal.next()));
    }
    for finding in &mut examined.findings {
        finding.fix = None;
    }
    for proposal in accepted {
        examined.findings[proposal.finding].fix = Some(proposal.fix);
    }
    examined.report(settings)
}

/// See [`crate::fix`].
pub fn apply(
    inputs: Vec<Input>,
    settings: &Settings,
    level: Level,
    is_wanted: &dyn Fn(&Finding) -> bool,
) -> FixReport {
    let plain = without_extras(settings);
    let before = inputs.clone();
    let mut inputs = inputs;
    let mut result = FixReport::default();
    let mut examined = match pipeline::examine(inputs.clone(), settings) {
        Ok(examined) => examined,
        Err(report) => {
            result.report = *report;
            return result;
        }
    };
    // Those whose every fix failed its checks.
    let mut failed: Vec<Rejected> = Vec::new();
    let mut refused: BTreeSet<(String, String)> = BTreeSet::new();
    // How many ways to repair a finding have failed.
    let mut refusals: BTreeMap<(String, String), usize> = BTreeMap::new();
    for _ in 0..ROUNDS_MAX {
        let wanted = |finding: &Finding| {
            finding.confidence >= settings.min_confidence
                && is_wanted(finding)
                && !refused.contains(&key(finding))
        };
        let (mut proposals, unproposed) = propose(&examined, &inputs, settings, &wanted);
        for proposal in &mut proposals {
            let known = refusals.get(&key(&examined.findings[proposal.finding]));
            for _ in 0..known.copied().unwrap_or(0) {
                if let Some(next) = proposal.next() {
                    *proposal = next;
                }
            }
        }
        let too_bold = take(&mut proposals, |it| it.fix.level > level);
        result.rejected.clone_from(&failed);
        result.rejected.extend(unproposed);
        result.rejected.extend(too_bold.into_iter().map(|proposal| {
            let finding = examined.findings[proposal.finding].clone();
            let reason = match proposal.fix.level {
                Level::Manual => "a person has to decide".to_owned(),
                Level::Verified | Level::Unsafe => {
                    "the fix may change behaviour; --unsafe-fixes applies it".to_owned()
                }
            };
            Rejected { finding, reason }
        }));
        let batch = compatible(&mut proposals);
        if batch.is_empty() {
            break;
        }
        let mut verifier = Verifier::new(&inputs, &examined, &plain);
        let verified = verifier.verify(batch);
        for (proposal, reason) in verified.rejected {
            let finding = examined.findings[proposal.finding].clone();
            *refusals.entry(key(&finding)).or_insert(0) += 1;
            if proposal.others.is_empty() {
                refused.insert(key(&finding));
                failed.push(Rejected { finding, reason });
            }
        }
        inputs = edited(&inputs, &all_edits(&verified.accepted));
        for proposal in verified.accepted {
            let mut finding = examined.findings[proposal.finding].clone();
            add_appends(&mut result.appends, &proposal.fix.appends);
            finding.fix = Some(proposal.fix);
            result.applied.push(finding);
        }
        examined = match verified.examined {
            Some(examined) => examined,
            None => match pipeline::examine(inputs.clone(), settings) {
                Ok(examined) => examined,
                Err(report) => {
                    result.report = *report;
                    return result;
                }
            },
        };
    }
    result.files = changed(&before, &inputs);
    let settings = Settings {
        fixes: Fixes::Skip,
        ..settings.clone()
    };
    result.report = finish(examined, &inputs, &settings);
    result
}

/// The report of the settings; figures about the code need the whole work once more.
fn finish(examined: Examined, inputs: &[Input], settings: &Settings) -> Report {
    if settings.measure == Measure::Nothing {
        return examined.report(settings);
    }
    match pipeline::examine(inputs.to_vec(), settings) {
        Ok(examined) => examined.report(settings),
        Err(report) => *report,
    }
}

/// The settings for checking: nothing that a check does not look at.
fn without_extras(settings: &Settings) -> Settings {
    Settings {
        fixes: Fixes::Skip,
        measure: Measure::Nothing,
        ..settings.clone()
    }
}

fn key(finding: &Finding) -> (String, String) {
    let rule = finding.rule.id.to_owned();
    (rule, finding.fingerprint.clone())
}

/// Takes the proposals that can be tried together out of the list, in its order.
fn compatible(proposals: &mut Vec<Proposal>) -> Vec<Proposal> {
    let mut batch: Vec<Proposal> = Vec::new();
    let mut rest = Vec::new();
    for proposal in std::mem::take(proposals) {
        let collides = batch
            .iter()
            .any(|known| edit::collide(&known.fix.edits, &proposal.fix.edits));
        if collides {
            rest.push(proposal);
        } else {
            batch.push(proposal);
        }
    }
    *proposals = rest;
    batch
}

fn take(proposals: &mut Vec<Proposal>, which: impl Fn(&Proposal) -> bool) -> Vec<Proposal> {
    let all = std::mem::take(proposals);
    let (taken, kept) = all.into_iter().partition(which);
    *proposals = kept;
    taken
}

fn all_edits(proposals: &[Proposal]) -> Vec<Edit> {
    let edits = proposals.iter().flat_map(|it| it.fix.edits.iter().cloned());
    edit::joined(edits.collect())
}

fn add_appends(all: &mut Vec<Append>, new: &[Append]) {
    for append in new {
        match all.iter_mut().find(|known| known.file == append.file) {
            Some(known) => {
                for line in &append.lines {
                    if !known.lines.contains(line) {
                        known.lines.push(line.clone());
                    }
                }
            }
            None => all.push(append.clone()),
        }
    }
    all.sort();
}

fn changed(before: &[Input], after: &[Input]) -> Vec<FixedFile> {
    let mut files: Vec<FixedFile> = before
        .iter()
        .zip(after)
        .filter(|(before, after)| before.bytes != after.bytes)
        .map(|(before, after)| FixedFile {
            path: before.path.clone(),
            before: before.bytes.clone(),
            after: after.bytes.clone(),
        })
        .collect();
    files.sort_by(|a, b| a.path.cmp(&b.path));
    files
}
