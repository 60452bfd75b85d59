//! `weak-random`: numbers that can be foretold become a secret.
//!
//! ```python
//! token = "".join(random.choice(LETTERS) for _ in range(20))      # a name that says secret
//! response.set_cookie("session", str(random.random()))            # a cookie
//! delay = random.uniform(0, 1)                                    # jitter: nothing
//! ```
//! The engine follows the numbers, through helpers too, to where they get a name, become part of a
//! session or are returned by a function that says what it makes.

use std::collections::BTreeMap;

use hognose_dataflow::Analysis;
use hognose_dataflow::misuse::{Use, UseRole};
use hognose_dataflow::models::rows::SourceKind;
use hognose_dataflow::value::Site;
use hognose_finding::{Confidence, Finding, Step, StepKind};
use hognose_python::ir::Op;
use hognose_secrets::names::{Strength, strength};

use super::crypto::WEAK_RANDOM;
use super::hashing::words;
use super::{Judgement, confidence, misuse_rule, said};
use crate::place;

/// Words that say secret beside those that name credentials.
const SECRETS: [&str; 13] = [
    "captcha",
    "csrf",
    "nonce",
    "otp",
    "passcode",
    "passphrase",
    "password",
    "passwd",
    "pwd",
    "salt",
    "secret",
    "sessionid",
    "totp",
];

/// Pairs of words that say secret together.
const PAIRS: [(&str, &str); 14] = [
    ("activation", "code"),
    ("auth", "code"),
    ("confirmation", "code"),
    ("invite", "code"),
    ("login", "code"),
    ("recovery", "code"),
    ("remember", "me"),
    ("reset", "code"),
    ("reset", "key"),
    ("session", "id"),
    ("session", "key"),
    ("sms", "code"),
    ("verification", "code"),
    ("verify", "code"),
];

/// Containers whose content signs somebody in.
const CONTAINERS: [&str; 3] = ["cookie", "cookies", "session"];

pub(super) fn findings(analysis: &Analysis, root: &str) -> Vec<Finding> {
    let mut by_source: BTreeMap<Site, (Confidence, &Use)> = BTreeMap::new();
    for solved in &analysis.functions {
        for found in &solved.uses {
            if found.kind != SourceKind::WeakRandom {
                continue;
            }
            let Some(sure) = judge(analysis, found) else {
                continue;
            };
            let sure = sure.min(confidence(found.confidence));
            let best = by_source.entry(found.source).or_insert((sure, found));
            if sure > best.0 {
                *best = (sure, found);
            }
        }
    }
    let mut reported: Vec<Site> = Vec::new();
    let mut findings = Vec::new();
    for (sure, found) in by_source.into_values() {
        // One secret of several numbers is one finding.
        if reported.contains(&found.site) && found.site != found.source {
            continue;
        }
        reported.push(found.site);
        findings.push(finding(analysis, sure, found, root));
    }
    findings
}

/// How sure it is that the use makes a secret of the number.
fn judge(analysis: &Analysis, found: &Use) -> Option<Confidence> {
    let words = words(&found.name);
    let of_credential = strength(&found.name);
    let says_secret = of_credential == Some(Strength::Strong)
        || words.iter().any(|word| SECRETS.contains(&word.as_str()))
        || words.windows(2).any(|pair| {
            PAIRS
                .iter()
                .any(|(first, second)| pair[0] == *first && pair[1] == *second)
        });
    match found.role {
        UseRole::Compared => None,
        UseRole::Container => words
            .iter()
            .any(|word| CONTAINERS.iter().any(|known| word.ends_with(known)))
            .then_some(Confidence::Medium),
        UseRole::Variable
        | UseRole::Attribute
        | UseRole::Key
        | UseRole::Keyword
        | UseRole::Returned => {
            if says_secret {
                Some(Confidence::High)
            } else if of_credential.is_some() && !is_one_of_many(analysis, found) {
                Some(Confidence::Medium)
            } else {
                None
            }
        }
    }
}

/// `token = random.choice(tokens)`: one of what there is, not a new one.
fn is_one_of_many(analysis: &Analysis, found: &Use) -> bool {
    let ir = analysis.program.function(found.source.function);
    let Op::Call { callee, .. } = ir.op(found.source.value) else {
        return false;
    };
    let Op::Attribute { name, .. } = ir.op(*callee) else {
        return false;
    };
    let picks = ["choice", "choices", "sample"];
    found.itself && picks.contains(&analysis.program.names.text(*name))
}

fn finding(analysis: &Analysis, sure: Confidence, found: &Use, root: &str) -> Finding {
    let rule = &WEAK_RANDOM;
    let why = misuse_rule(rule.id).map_or("", |known| known.why);
    let text = place::snippet(analysis, found.source.function, found.source.value);
    let name = &found.name;
    let becomes = match found.role {
        UseRole::Returned => format!("is returned by `{name}`"),
        UseRole::Container => format!("is stored in `{name}`"),
        UseRole::Variable
        | UseRole::Attribute
        | UseRole::Key
        | UseRole::Keyword
        | UseRole::Compared => format!("becomes `{name}`"),
    };
    let mut trace = Vec::new();
    if found.site != found.source {
        trace.push(Step {
            kind: StepKind::Source,
            location: place::location(analysis, found.source),
            message: "a number that can be foretold".to_owned(),
        });
        trace.push(Step {
            kind: StepKind::Sink,
            location: place::location(analysis, found.site),
            message: becomes.clone(),
        });
    }
    let judgement = Judgement {
        severity: rule.severity,
        confidence: sure,
    };
    let message = format!("`{text}`, a number that can be foretold, {becomes}. {why}");
    said(
        analysis,
        rule,
        judgement,
        found.source,
        &message,
        trace,
        root,
    )
}
