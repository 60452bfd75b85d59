//! Hardcoded secrets: constants that reach a credential parameter, and constants under names that
//! say what they are.
//!
//! ```python
//! connect(password="hunter2")                    # a parameter of a library
//! DB_PASSWORD = "supersecret123"                 # a name
//! {"api_key": "…"}, f(token="…"), x.secret = …   # keys, keywords, attributes
//! os.environ.get("SECRET_KEY", "s3cr3t-k3y")     # a default
//! if password == "letmein1": …                   # a comparison
//! create_engine("postgresql://app:s3cret@db/x")  # the password of a connection URL
//! ```
//! A literal is reported once, at the literal.

use std::collections::{BTreeMap, BTreeSet};

use hognose_dataflow::models::rows::RowConfidence;
use hognose_dataflow::program::ModuleId;
use hognose_dataflow::value::Site;
use hognose_dataflow::{Analysis, Weakness};
use hognose_finding::{Confidence, Finding, Rule, Severity, Step, StepKind};

use crate::credential_names::Names;
use crate::fingerprint::fingerprint;
use crate::formats;
use crate::place;
use crate::rules::{HARDCODED_SECRET, SECRET_DEFAULT_FALLBACK, WEAK_SECRET_KEY};
use hognose_secrets::Formats;
use hognose_secrets::names::{self, Strength, is_password};
use hognose_secrets::texts::credential_inside;
use hognose_secrets::values::{
    ChosenBy, credibility, is_identifier_like, is_thought_up, is_used, is_well_known,
};

/// What makes a literal a credential.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Role {
    /// A name, a comparison, a text such as a URL.
    Named,
    /// What a setting is where the environment does not say it.
    Fallback,
    /// It reaches what signs or encrypts, and is one that everybody guesses.
    WeakKey,
    /// It reaches a credential parameter.
    Used,
}

/// A literal that is taken for a credential.
#[derive(Debug)]
pub struct Candidate {
    pub site: Site,
    pub text: String,
    pub confidence: Confidence,
    /// "the database password", "the value of `DB_PASSWORD`"
    pub what: String,
    /// The name it is given, where that is what tells.
    pub name: Option<String>,
    /// The call that uses it, for flows.
    pub sink: Option<Site>,
    pub role: Role,
}

pub fn findings(analysis: &Analysis) -> Vec<Finding> {
    let stand_ins = stand_ins(analysis);
    let mut candidates = used_constants(analysis);
    candidates.retain(|candidate| !stand_ins.contains(&candidate.site));
    for function in analysis.program.function_ids() {
        Names {
            analysis,
            id: function,
            function: analysis.program.function(function),
            found: &mut candidates,
        }
        .collect();
    }
    drop_columns(analysis, &mut candidates);
    candidates.sort_by(|a, b| (a.site, b.confidence).cmp(&(b.site, a.confidence)));
    let root = place::common_directory(analysis);
    let findings = candidates
        .chunk_by(|a, b| a.site == b.site)
        .filter_map(|of_one_literal| finding(analysis, of_one_literal, &root))
        .collect();
    formats::add(analysis, findings, &root)
}

/// Constants whose name says that they stand in for a credential, such as one that is checked so
/// that an unknown user takes as long as a known one.
fn stand_ins(analysis: &Analysis) -> BTreeSet<Site> {
    let program = &analysis.program;
    program
        .function_ids()
        .flat_map(|id| {
            let bindings = program.function(id).bindings.iter();
            bindings.filter_map(move |(name, value)| {
                names::is_stand_in(program.names.text(*name)).then_some(Site {
                    function: id,
                    value: *value,
                })
            })
        })
        .collect()
}

/// Many values under one name in one file that all read like names are fields of something: the
/// name means another key than one that opens. Passwords are what users choose, and read like
/// anything.
fn drop_columns(analysis: &Analysis, candidates: &mut Vec<Candidate>) {
    const VALUES_MIN: usize = 3;
    let mut groups: BTreeMap<(ModuleId, Option<String>), BTreeSet<String>> = BTreeMap::new();
    let group = |candidate: &Candidate| {
        let module = analysis.program.module_of(candidate.site.function);
        (module, candidate.name.clone())
    };
    let may_be_column = |candidate: &Candidate| {
        let is_wide = |name: &str| !is_password(name);
        candidate.name.as_deref().is_some_and(is_wide) && is_identifier_like(&candidate.text)
    };
    for candidate in candidates.iter() {
        if may_be_column(candidate) {
            let values = groups.entry(group(candidate)).or_default();
            values.insert(candidate.text.clone());
        }
    }
    candidates.retain(|candidate| {
        let is_column = may_be_column(candidate)
            && groups
                .get(&group(candidate))
                .is_some_and(|values| values.len() >= VALUES_MIN);
        !is_column
    });
}

/// Constants that reach a credential parameter, attribute or setting of a library.
fn used_constants(analysis: &Analysis) -> Vec<Candidate> {
    analysis
        .flows()
        .into_iter()
        .filter(|flow| flow.weakness == Weakness::Constant)
        .filter_map(|flow| {
            let text = flow.constant.as_deref()?;
            let what = flow.sink.what.as_deref().unwrap_or("credential");
            if !is_used(text, chosen_by(what)) || is_url_without(text) {
                return None;
            }
            let confidence = match flow.confidence {
                RowConfidence::High => Confidence::High,
                RowConfidence::Medium => Confidence::Medium,
                RowConfidence::Low => Confidence::Low,
            };
            // A plain word is what an account is delivered or tested with.
            let plain_word =
                is_well_known(text) || text.len() <= 8 && (is_thought_up(text) || is_letters(text));
            let (confidence, role) = match chosen_by(what) {
                ChosenBy::Others if plain_word => (Confidence::Low, Role::Used),
                // A word as the key of a hash keeps the uses of the hash apart, more often than not.
                ChosenBy::Program if is_guessable(text) && is_mac(what) => {
                    (Confidence::Low, Role::WeakKey)
                }
                ChosenBy::Program if is_guessable(text) => (confidence, Role::WeakKey),
                ChosenBy::Others | ChosenBy::Program => (confidence, Role::Used),
            };
            Some(Candidate {
                site: flow.source,
                text: text.to_owned(),
                confidence,
                what: format!("the {what}"),
                name: None,
                sink: Some(flow.sink.site),
                role,
            })
        })
        .collect()
}

/// Keys with which the program signs and encrypts are its own.
fn chosen_by(what: &str) -> ChosenBy {
    let own = [
        "signing key",
        "session key",
        "encryption key",
        "HMAC key",
        "MAC key",
        "hash key",
        "key material",
    ];
    if own.iter().any(|own| what.ends_with(own)) {
        ChosenBy::Program
    } else {
        ChosenBy::Others
    }
}

/// Letters of one case.
fn is_letters(text: &str) -> bool {
    text.chars().all(|character| character.is_ascii_lowercase())
        || text.chars().all(|character| character.is_ascii_uppercase())
}

fn is_mac(what: &str) -> bool {
    ["HMAC key", "MAC key", "hash key"]
        .iter()
        .any(|own| what.ends_with(own))
}

/// `create_engine("sqlite://")`: a place without a credential.
fn is_url_without(text: &str) -> bool {
    text.contains("://") && credential_inside(text).is_none()
}

/// One finding for a literal, by the surest of what was seen of it.
fn finding(analysis: &Analysis, of_one_literal: &[Candidate], root: &str) -> Option<Finding> {
    let candidate = of_one_literal
        .first()
        .expect("a chunk holds at least one candidate");
    let location = place::location(analysis, candidate.site);
    // A value that anybody knows stays doubtful, however surely it is used.
    let mut confidence = if is_well_known(&candidate.text) && candidate.role != Role::WeakKey {
        Confidence::Low
    } else {
        candidate.confidence
    };
    // Tests, examples and documentation make up their credentials.
    if place::is_test_path(location.file.strip_prefix(root).unwrap_or(&location.file)) {
        if is_thought_up(&candidate.text) {
            return None;
        }
        confidence = Confidence::Low;
    }
    if Formats::embedded().is_public(&candidate.text) {
        return None;
    }
    let function = analysis.program.qualified_name(candidate.site.function);
    let role = of_one_literal
        .iter()
        .map(|candidate| candidate.role)
        .filter(|role| *role != Role::Used)
        .max()
        .unwrap_or(Role::Used);
    let (rule, message) = said(role, &candidate.what);
    let is_doubtful = candidate.confidence == Confidence::Low || is_well_known(&candidate.text);
    let severity = if is_doubtful && role != Role::WeakKey {
        Severity::Low
    } else {
        rule.severity
    };
    // The text itself must not be guessable from the fingerprint of a report.
    let shape = candidate.text.chars().count().to_string();
    Some(Finding {
        rule,
        severity,
        confidence,
        location,
        message,
        fingerprint: fingerprint(rule, &[&function, &candidate.what, &shape]),
        trace: uses(analysis, of_one_literal),
        function,
        fix: None,
    })
}

fn said(role: Role, what: &str) -> (&'static Rule, String) {
    let what = capitalised(what);
    match role {
        Role::Named | Role::Used => (
            &HARDCODED_SECRET,
            format!(
                "{what} is written in the source. Everybody who can read the code or its history has it. \
                 Replace it with a new one that is read at run time, from the environment or a secret store."
            ),
        ),
        Role::Fallback => (
            &SECRET_DEFAULT_FALLBACK,
            format!(
                "{what} is written in the source. Wherever the setting is forgotten the program runs with a \
                 credential that everybody who can read the code knows. Take the default away, so that the \
                 program stops instead."
            ),
        ),
        Role::WeakKey => (
            &WEAK_SECRET_KEY,
            format!(
                "{what} is one that everybody guesses: short, or a word that stands in examples. Whoever \
                 guesses it can sign or decrypt as the program does. Make a random one with \
                 `secrets.token_urlsafe(32)` and read it at run time."
            ),
        ),
    }
}

/// Whether a key is found by trying: a placeholder, a common word, or hardly longer than one.
fn is_guessable(text: &str) -> bool {
    const LENGTH_MIN: usize = 12;
    is_well_known(text)
        || text.chars().count() < LENGTH_MIN
        || credibility(text, Strength::Strong).is_none()
}

/// The calls that use a literal, behind the literal itself.
fn uses(analysis: &Analysis, of_one_literal: &[Candidate]) -> Vec<Step> {
    const USES_MAX: usize = 8;
    let mut uses: Vec<Step> = of_one_literal
        .iter()
        .filter_map(|candidate| {
            let sink = candidate.sink.filter(|sink| *sink != candidate.site)?;
            Some(Step {
                kind: StepKind::Propagate,
                location: place::location(analysis, sink),
                message: format!("is used as {}", candidate.what),
            })
        })
        .collect();
    uses.sort_by(|a, b| {
        let key = |step: &Step| {
            let range = step.location.range;
            (step.location.file.clone(), range.start(), range.end())
        };
        key(a).cmp(&key(b))
    });
    uses.dedup_by(|a, b| a.location == b.location);
    uses.truncate(USES_MAX);
    let Some(last) = uses.last_mut() else {
        return Vec::new();
    };
    last.kind = StepKind::Sink;
    let literal = of_one_literal.iter().map(|candidate| Step {
        kind: StepKind::Source,
        location: place::location(analysis, candidate.site),
        message: "the constant".to_owned(),
    });
    literal.take(1).chain(uses).collect()
}

fn capitalised(text: &str) -> String {
    let mut characters = text.chars();
    characters
        .next()
        .map(|first| first.to_uppercase().collect::<String>() + characters.as_str())
        .unwrap_or_default()
}
