//! The checklist of the five classes: what was examined, and what it came to.
//!
//! A class without findings is called clean only where checks say why; where nothing was
//! examined the row says so, since silence is no evidence.

use std::collections::BTreeMap;

use hognose_check::Report;
use hognose_finding::{Class, Verdict};

use crate::Subject;

/// What the checks of a class came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ChecklistState {
    /// No rule of the class exists or is selected.
    NotChecked,
    /// The code has no site of this class.
    NothingToCheck,
    Clean,
    /// Nothing is unsafe, but the analysis could not decide every site.
    Undecided,
    Unsafe,
}

impl ChecklistState {
    /// The name used in JSON.
    pub const fn name(self) -> &'static str {
        match self {
            Self::NotChecked => "not-checked",
            Self::NothingToCheck => "nothing-to-check",
            Self::Clean => "clean",
            Self::Undecided => "undecided",
            Self::Unsafe => "unsafe",
        }
    }
}

/// One class of the checklist.
#[derive(Debug, Clone)]
pub struct ChecklistRow {
    pub class: Class,
    pub state: ChecklistState,
    /// Sites that were examined.
    pub sites: usize,
    pub unsafe_sites: usize,
    pub unknown_sites: usize,
    pub findings: usize,
    pub suppressed: usize,
    /// Why the safe sites are safe, with how many: the most frequent reason first.
    pub reasons: Vec<(String, usize)>,
}

/// The rows of all five classes, in the order of [`Class::CHECKLIST`].
pub fn checklist(subject: &Subject<'_>) -> Vec<ChecklistRow> {
    Class::CHECKLIST
        .into_iter()
        .map(|class| row(class, subject))
        .collect()
}

fn row(class: Class, subject: &Subject<'_>) -> ChecklistRow {
    let Report {
        findings,
        suppressed,
        checks,
        ..
    } = subject.report;
    let mut reasons: BTreeMap<&str, usize> = BTreeMap::new();
    let [mut safe_sites, mut unsafe_sites, mut unknown_sites] = [0; 3];
    for check in checks.iter().filter(|check| check.class == class) {
        match check.verdict {
            Verdict::Safe => {
                safe_sites += 1;
                *reasons.entry(&check.reason).or_default() += 1;
            }
            Verdict::Unsafe => unsafe_sites += 1,
            Verdict::Unknown => unknown_sites += 1,
        }
    }
    let mut reasons: Vec<(String, usize)> = reasons
        .into_iter()
        .map(|(reason, count)| (reason.to_owned(), count))
        .collect();
    reasons.sort_by(|(left, left_count), (right, right_count)| {
        right_count.cmp(left_count).then_with(|| left.cmp(right))
    });
    let findings = findings.iter().filter(|it| it.rule.class == class).count();
    let suppressed = suppressed
        .iter()
        .filter(|entry| entry.finding.rule.class == class)
        .count();
    let sites = safe_sites + unsafe_sites + unknown_sites;
    let state = if unsafe_sites > 0 || findings > 0 {
        ChecklistState::Unsafe
    } else if unknown_sites > 0 {
        ChecklistState::Undecided
    } else if sites > 0 {
        ChecklistState::Clean
    } else if subject.examined.contains(&class) {
        ChecklistState::NothingToCheck
    } else {
        ChecklistState::NotChecked
    };
    ChecklistRow {
        class,
        state,
        sites,
        unsafe_sites,
        unknown_sites,
        findings,
        suppressed,
        reasons,
    }
}

impl ChecklistRow {
    /// The row in words: `2 of 14 queries unsafe; 11 bound parameters, 1 constant`.
    pub fn text(&self) -> String {
        let (one, many) = self.class.unit();
        let unit = if self.sites == 1 { one } else { many };
        let sites = self.sites;
        let mut clauses = vec![match self.state {
            ChecklistState::NotChecked => "not checked".to_owned(),
            ChecklistState::NothingToCheck => "nothing to check".to_owned(),
            ChecklistState::Clean => format!("clean: {sites} {unit}"),
            ChecklistState::Undecided => {
                format!("{} of {sites} {unit} undecided", self.unknown_sites)
            }
            ChecklistState::Unsafe if self.unsafe_sites == 0 => {
                counted(self.findings, "finding", "findings")
            }
            ChecklistState::Unsafe => format!("{} of {sites} {unit} unsafe", self.unsafe_sites),
        }];
        let mut reasons: Vec<String> = self
            .reasons
            .iter()
            .map(|(reason, count)| format!("{count} {reason}"))
            .collect();
        if self.state == ChecklistState::Unsafe && self.unknown_sites > 0 {
            reasons.push(format!("{} undecided", self.unknown_sites));
        }
        if !reasons.is_empty() {
            clauses.push(reasons.join(", "));
        }
        if self.suppressed > 0 {
            clauses.push(format!("{} suppressed", self.suppressed));
        }
        clauses.join("; ")
    }
}

/// `1 finding`, `2 findings`.
pub(crate) fn counted(count: usize, one: &str, many: &str) -> String {
    format!("{count} {}", if count == 1 { one } else { many })
}
