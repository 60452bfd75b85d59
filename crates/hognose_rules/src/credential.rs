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
use hognose_finding::{Confidence, Finding, Step, StepKind};

use crate::credential_names::Names;
use crate::fingerprint::fingerprint;
use crate::place;
use crate::rules::HARDCODED_SECRET;
use hognose_secrets::names::is_password;
use hognose_secrets::texts::credential_inside;
use hognose_secrets::values::{ChosenBy, is_identifier_like, is_used};

/// A literal that is taken for a credential.
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
}

pub fn findings(analysis: &Analysis) -> Vec<Finding> {
    let mut candidates = used_constants(analysis);
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
    candidates
        .chunk_by(|a, b| a.site == b.site)
        .map(|of_one_literal| finding(analysis, of_one_literal, &root))
        .collect()
}

/// Many values under one name in one file that all read like names are fields of something: the
/// name means another key than one that opens. Passwords are what users choose, and read like
/// anything.
fn drop_columns(analysis: &Analysis, candidates: &mut Vec<Candidate>) {
    const VALUES_MIN: usize = 5;
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
                text.len() <= 8 && text.chars().all(|character| character.is_ascii_lowercase());
            let confidence = match chosen_by(what) {
                ChosenBy::Others if plain_word => Confidence::Low,
                ChosenBy::Others | ChosenBy::Program => confidence,
            };
            Some(Candidate {
                site: flow.source,
                text: text.to_owned(),
                confidence,
                what: format!("the {what}"),
                name: None,
                sink: Some(flow.sink.site),
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

/// `create_engine("sqlite://")`: a place without a credential.
fn is_url_without(text: &str) -> bool {
    text.contains("://") && credential_inside(text).is_none()
}

/// One finding for a literal, by the surest of what was seen of it.
fn finding(analysis: &Analysis, of_one_literal: &[Candidate], root: &str) -> Finding {
    let candidate = of_one_literal
        .first()
        .expect("a chunk holds at least one candidate");
    let location = place::location(analysis, candidate.site);
    let mut confidence = candidate.confidence;
    // Tests, examples and documentation make up their credentials.
    if place::is_test_path(location.file.strip_prefix(root).unwrap_or(&location.file)) {
        confidence = Confidence::Low;
    }
    let function = analysis.program.qualified_name(candidate.site.function);
    let message = format!(
        "{} is written in the source. Everybody who can read the code or its history has it. \
         Replace it with a new one that is read at run time, from the environment or a secret store.",
        capitalised(&candidate.what)
    );
    // The text itself must not be guessable from the fingerprint of a report.
    let shape = candidate.text.chars().count().to_string();
    Finding {
        rule: &HARDCODED_SECRET,
        severity: HARDCODED_SECRET.severity,
        confidence,
        location,
        message,
        fingerprint: fingerprint(&HARDCODED_SECRET, &[&function, &candidate.what, &shape]),
        trace: uses(analysis, of_one_literal),
        function,
    }
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
