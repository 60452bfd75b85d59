//! Whether fixes do what they say: the program with them is analysed as a whole.
//!
//! ```text
//! all together: fine → done.  else: those whose finding stays go; then halves, then single ones
//! ```

use std::collections::BTreeSet;

use hognose_finding::{Edit, Finding};
use ruff_text_size::TextRange;

use crate::pipeline::{self, Examined};
use crate::{Input, Settings};

use super::all_edits;
use super::edit::{edited, moved};
use super::propose::Proposal;

/// How often a program is analysed to check one batch of fixes.
const ANALYSES_MAX: usize = 40;

pub struct Verifier<'a> {
    inputs: &'a [Input],
    before: &'a Examined,
    settings: &'a Settings,
    analyses: usize,
}

/// What came of a batch.
#[derive(Default)]
pub struct Verified {
    pub accepted: Vec<Proposal>,
    /// With the reason, one clause.
    pub rejected: Vec<(Proposal, String)>,
    /// The program with all accepted fixes, where it was analysed last.
    pub examined: Option<Examined>,
}

/// What an analysis with fixes says against them.
struct Trial {
    examined: Examined,
    /// For each proposal, whether its finding is still there.
    stays: Vec<bool>,
    /// Findings that were not there before, in words, and their files.
    new: Vec<(String, String)>,
}

impl<'a> Verifier<'a> {
    pub fn new(inputs: &'a [Input], before: &'a Examined, settings: &'a Settings) -> Self {
        Self {
            inputs,
            before,
            settings,
            analyses: 0,
        }
    }

    /// Checks proposals that can be made together.
    pub fn verify(&mut self, batch: Vec<Proposal>) -> Verified {
        let mut verified = Verified::default();
        let mut batch = batch;
        while !batch.is_empty() {
            let Some(trial) = self.attempt(&batch, &mut verified) else {
                return verified;
            };
            let is_clean = trial.new.is_empty() && !trial.stays.contains(&true);
            if is_clean {
                verified.accepted = batch;
                verified.examined = Some(trial.examined);
                return verified;
            }
            if trial.stays.contains(&true) {
                let all = std::mem::take(&mut batch).into_iter().zip(trial.stays);
                for (proposal, stays) in all {
                    if stays {
                        let reason = "the finding was still there with it".to_owned();
                        verified.rejected.push((proposal, reason));
                    } else {
                        batch.push(proposal);
                    }
                }
                continue;
            }
            self.bisect(batch, &trial.new, &mut verified);
            return verified;
        }
        verified
    }

    /// Finds out which of several fixes bring new findings. Those that touch other files than the
    /// new findings lie in are tried first.
    fn bisect(&mut self, batch: Vec<Proposal>, new: &[(String, String)], verified: &mut Verified) {
        let files: BTreeSet<&str> = new.iter().map(|(_, file)| file.as_str()).collect();
        let (suspects, others): (Vec<Proposal>, Vec<Proposal>) =
            batch.into_iter().partition(|proposal| {
                let mut edits = proposal.fix.edits.iter();
                edits.any(|edit| files.contains(&*edit.file))
            });
        let mut chunks = vec![suspects, others];
        while let Some(chunk) = chunks.pop() {
            if chunk.is_empty() {
                continue;
            }
            let mut together: Vec<Proposal> = verified.accepted.clone();
            together.extend(chunk.iter().cloned());
            let Some(trial) = self.attempt(&together, verified) else {
                for chunk in chunks.into_iter().chain([chunk]) {
                    let reason = || "there were too many fixes to check them all".to_owned();
                    verified
                        .rejected
                        .extend(chunk.into_iter().map(|it| (it, reason())));
                }
                return;
            };
            if trial.new.is_empty() && !trial.stays.contains(&true) {
                verified.accepted = together;
                verified.examined = Some(trial.examined);
                continue;
            }
            if chunk.len() == 1 {
                let reason = match trial.new.first() {
                    Some((what, _)) => format!("it would bring a new finding: {what}"),
                    None => "the finding was still there with it".to_owned(),
                };
                let rejected = chunk.into_iter().map(|it| (it, reason.clone()));
                verified.rejected.extend(rejected);
                continue;
            }
            let mut left = chunk;
            let right = left.split_off(left.len() / 2);
            chunks.push(right);
            chunks.push(left);
        }
    }

    /// `None` when the program has been analysed often enough; what was to be tried is rejected.
    fn attempt(&mut self, proposals: &[Proposal], verified: &mut Verified) -> Option<Trial> {
        self.analyses += 1;
        if self.analyses > ANALYSES_MAX {
            let known: BTreeSet<usize> = verified.accepted.iter().map(|it| it.finding).collect();
            let open = proposals.iter().filter(|it| !known.contains(&it.finding));
            let reason = "there were too many fixes to check them all";
            verified
                .rejected
                .extend(open.map(|it| (it.clone(), reason.to_owned())));
            return None;
        }
        let edits = all_edits(proposals);
        let inputs = edited(self.inputs, &edits);
        let examined = pipeline::examine(inputs, self.settings).ok()?;
        let stays = proposals
            .iter()
            .map(|proposal| self.stays(proposal, &examined, &edits))
            .collect();
        let new = self.added(&examined, &edits);
        Some(Trial {
            examined,
            stays,
            new,
        })
    }

    fn stays(&self, proposal: &Proposal, after: &Examined, edits: &[Edit]) -> bool {
        let finding = &self.before.findings[proposal.finding];
        let range = moved(&finding.location, edits);
        all(after).any(|other| is_at(other, finding, range))
    }

    /// What was not found before, and what cannot be read any more.
    fn added(&self, after: &Examined, edits: &[Edit]) -> Vec<(String, String)> {
        let before: Vec<(&Finding, TextRange)> = all(self.before)
            .map(|finding| (finding, moved(&finding.location, edits)))
            .collect();
        let selection = &self.settings.selection;
        let new = all(after).filter(|finding| {
            selection.includes(finding.rule)
                && !before
                    .iter()
                    .any(|(known, range)| is_at(finding, known, *range))
        });
        let mut found: Vec<(String, String)> = new
            .map(|finding| {
                let what = format!("{} ({})", finding.rule.id, finding.message);
                (what, finding.location.file.to_string())
            })
            .collect();
        for entry in &after.incomplete {
            let is_known = self
                .before
                .incomplete
                .iter()
                .any(|known| known.path == entry.path && known.reason == entry.reason);
            if !is_known {
                found.push((entry.reason.clone(), entry.path.clone()));
            }
        }
        found
    }
}

/// Those that a comment silences are found all the same.
fn all(examined: &Examined) -> impl Iterator<Item = &Finding> {
    let suppressed = examined.suppressed.iter().map(|entry| &entry.finding);
    examined.findings.iter().chain(suppressed)
}

/// Whether `found` is what `known` was, now at `range`.
fn is_at(found: &Finding, known: &Finding, range: TextRange) -> bool {
    found.rule == known.rule
        && found.location.file == known.location.file
        && found.location.range.intersect(range).is_some()
}
