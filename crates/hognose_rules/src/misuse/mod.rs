//! Wrong by its own arguments: weak algorithms, checks that are switched off, open settings.
//!
//! ```python
//! hashlib.md5(password)                      # a row of `[[misuses]]` names the rule …
//! requests.get(url, verify=False)            # … and what the code does
//! token = str(random.random())               # a use of a value, under a name that says secret
//! ```
//! What is wrong is data (`models/misuses`); here is what it means to a person, and where it does not
//! matter. Each rule is a registered [`Rule`] and a sentence, by topic in the files beside this one.

mod comparison;
mod cookies;
mod crypto;
mod deployment;
mod hashing;
mod randomness;
mod sites;
mod system;
mod transport;

use std::collections::BTreeMap;

use hognose_dataflow::Analysis;
use hognose_dataflow::misuse::Misuse;
use hognose_dataflow::models::misuse::{MisuseRow, RowSeverity};
use hognose_dataflow::models::rows::RowConfidence;
use hognose_dataflow::value::Site;
use hognose_finding::{Class, Confidence, Finding, Origin, Rule, Severity, Step, StepKind, Trace};

use crate::fingerprint::fingerprint;
use crate::place;

pub use crypto::{
    FIXED_IV_OR_SALT, TIMING_UNSAFE_COMPARISON, WEAK_CIPHER, WEAK_CIPHER_MODE, WEAK_HASH,
    WEAK_KEY_SIZE, WEAK_PASSWORD_HASH, WEAK_RANDOM,
};
pub use deployment::{ANY_HOST, DEBUG_MODE, GRAPHQL_INTROSPECTION, UNSAFE_FRAMEWORK_SETTING};
pub use sites::{
    AUTOESCAPE_DISABLED, COOKIE_WITHOUT_HTTP_ONLY, COOKIE_WITHOUT_SAME_SITE, CORS_ANY_ORIGIN,
    CSRF_DISABLED, INSECURE_COOKIE, JWT_NOT_VERIFIED,
};
pub use system::{DANGEROUS_DEFAULT, INSECURE_TEMPORARY_FILE, WORLD_WRITABLE_PERMISSIONS};
pub use transport::{
    CLEARTEXT_PROTOCOL, SSH_HOST_KEY_NOT_CHECKED, TLS_VERIFICATION_DISABLED,
    UNVERIFIED_PACKAGE_INDEX, WEAK_TLS_VERSION,
};

/// A rule whose bad pattern is a row.
#[derive(Debug)]
pub struct MisuseRule {
    pub rule: &'static Rule,
    /// What the code does, where the row does not say it: "does not verify the certificate".
    pub does: &'static str,
    /// What comes of it, and what to do instead.
    pub why: &'static str,
}

/// Severity and confidence of one misuse.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Judgement {
    severity: Severity,
    confidence: Confidence,
}

/// The rules of all topics.
fn all() -> impl Iterator<Item = &'static MisuseRule> {
    crypto::RULES
        .iter()
        .chain(transport::RULES)
        .chain(sites::RULES)
        .chain(deployment::RULES)
        .chain(system::RULES)
}

/// The rule that rows name.
pub fn misuse_rule(id: &str) -> Option<&'static MisuseRule> {
    all().find(|known| known.rule.id == id)
}

pub fn findings(analysis: &Analysis) -> Vec<Finding> {
    let root = place::common_directory(analysis);
    // Of several rows that call one place wrong by one rule, the surest speaks.
    let mut by_place: BTreeMap<(Site, &'static str), (Judgement, &Misuse)> = BTreeMap::new();
    for solved in &analysis.functions {
        for misuse in &solved.misuses {
            let row = analysis.models.misuse(misuse.misuse);
            let Some(known) = misuse_rule(&row.rule) else {
                continue;
            };
            let Some(judgement) = judge(analysis, known.rule, row, misuse) else {
                continue;
            };
            let rank = |it: &Judgement| (it.confidence, it.severity);
            let entry = by_place.entry((misuse.site, known.rule.id));
            let best = entry.or_insert((judgement, misuse));
            if rank(&judgement) > rank(&best.0) {
                *best = (judgement, misuse);
            }
        }
    }
    let mut findings: Vec<Finding> = by_place
        .into_values()
        .map(|(judgement, misuse)| finding(analysis, judgement, misuse, &root))
        .collect();
    findings.extend(randomness::findings(analysis, &root));
    findings.extend(comparison::findings(analysis, &root));
    findings
}

/// How bad and how sure; `None` where the place says that it does not matter.
fn judge(
    analysis: &Analysis,
    rule: &'static Rule,
    row: &MisuseRow,
    misuse: &Misuse,
) -> Option<Judgement> {
    let judgement = Judgement {
        severity: row.severity.map_or(rule.severity, severity),
        confidence: confidence(misuse.confidence).min(rule.confidence),
    };
    match rule.id {
        "weak-hash" => hashing::of_hash(analysis, misuse, judgement),
        "weak-password-hash" => hashing::of_password_hash(analysis, row, misuse, judgement),
        "insecure-cookie" | "cookie-without-http-only" | "cookie-without-same-site" => {
            Some(cookies::of_cookie(analysis, misuse, judgement))
        }
        "debug-mode" | "any-host" => Some(deployment::of_setting(analysis, misuse, judgement)),
        _ => Some(judgement),
    }
}

fn severity(severity: RowSeverity) -> Severity {
    match severity {
        RowSeverity::Info => Severity::Info,
        RowSeverity::Low => Severity::Low,
        RowSeverity::Medium => Severity::Medium,
        RowSeverity::High => Severity::High,
        RowSeverity::Critical => Severity::Critical,
    }
}

fn confidence(confidence: RowConfidence) -> Confidence {
    match confidence {
        RowConfidence::High => Confidence::High,
        RowConfidence::Medium => Confidence::Medium,
        RowConfidence::Low => Confidence::Low,
    }
}

fn finding(analysis: &Analysis, judgement: Judgement, misuse: &Misuse, root: &str) -> Finding {
    let row = analysis.models.misuse(misuse.misuse);
    let known = misuse_rule(&row.rule).expect("the misuse was judged by its rule");
    let text = place::snippet(analysis, misuse.site.function, misuse.site.value);
    let does = row.what.as_deref().unwrap_or(known.does);
    said(
        analysis,
        known.rule,
        judgement,
        misuse.site,
        &format!("`{text}` {does}. {}", known.why),
        trace(analysis, misuse),
        root,
    )
}

/// A finding at a place; in tests nothing is sure.
fn said(
    analysis: &Analysis,
    rule: &'static Rule,
    judgement: Judgement,
    site: Site,
    message: &str,
    trace: Trace,
    root: &str,
) -> Finding {
    let location = place::location(analysis, site);
    let is_test = place::is_test_path(location.file.strip_prefix(root).unwrap_or(&location.file));
    let function = analysis.program.qualified_name(site.function);
    let text = analysis.program.snippet(site.function, site.value);
    Finding {
        rule,
        severity: judgement.severity,
        confidence: if is_test {
            Confidence::Low
        } else {
            judgement.confidence
        },
        fingerprint: fingerprint(rule, &[&function, text]),
        location,
        message: message.to_owned(),
        function,
        trace,
        fix: None,
    }
}

/// From the constant to the call, where they stand apart.
fn trace(analysis: &Analysis, misuse: &Misuse) -> Trace {
    let Some(constant) = misuse.constant else {
        return Vec::new();
    };
    let at = |site: Site| place::location(analysis, site);
    let inside = constant.function == misuse.site.function
        && at(misuse.site).range.contains_range(at(constant).range);
    if inside {
        return Vec::new();
    }
    vec![
        Step {
            kind: StepKind::Source,
            location: at(constant),
            message: "the constant".to_owned(),
        },
        Step {
            kind: StepKind::Sink,
            location: at(misuse.site),
            message: "is used here".to_owned(),
        },
    ]
}

/// What is the same for all rules of this kind.
const fn misuse(
    id: &'static str,
    title: &'static str,
    cwe: &'static [u16],
    owasp: &'static [&'static str],
    (severity, security_severity): (Severity, &'static str),
    page: &'static str,
) -> Rule {
    Rule {
        id,
        title,
        class: Class::Security,
        cwe,
        owasp,
        severity,
        confidence: Confidence::High,
        security_severity,
        page,
        origin: Origin::Hognose,
    }
}

const HIGH: (Severity, &str) = (Severity::High, "7.5");
const MEDIUM: (Severity, &str) = (Severity::Medium, "5.5");
const LOW: (Severity, &str) = (Severity::Low, "3.5");

const CRYPTO: &[&str] = &["A02:2021"];
const DESIGN: &[&str] = &["A04:2021"];
const CONFIGURATION: &[&str] = &["A05:2021"];
const AUTHENTICATION: &[&str] = &["A07:2021"];
const INTEGRITY: &[&str] = &["A08:2021"];
const ACCESS: &[&str] = &["A01:2021"];

#[cfg(test)]
mod tests {
    use hognose_dataflow::models::Models;

    use super::{all, misuse_rule};

    #[test]
    fn rows_name_rules_and_rules_have_rows() {
        let models = Models::embedded().expect("the embedded rows are right");
        let unknown: Vec<&str> = models
            .misuses()
            .iter()
            .map(|row| &*row.rule)
            .filter(|id| misuse_rule(id).is_none())
            .collect();
        assert!(unknown.is_empty(), "rows of unknown rules: {unknown:?}");
        // These two are found by what becomes of values.
        let by_use = ["weak-random", "timing-unsafe-comparison"];
        let idle: Vec<&str> = all()
            .map(|known| known.rule.id)
            .filter(|id| !models.misuses().iter().any(|row| *row.rule == **id))
            .filter(|id| !by_use.contains(id))
            .collect();
        assert!(idle.is_empty(), "rules without rows: {idle:?}");
    }
}
