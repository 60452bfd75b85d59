//! `unused-suppression`, `malformed-suppression`: comments that silence nothing or say it wrongly.
//!
//! ```python
//! x = 1  # hognose: ignore[sql-injection]     # nothing to ignore here
//! ```

use hognose_finding::{Class, Confidence, Origin, Rule, Severity};

pub static UNUSED_SUPPRESSION: Rule = Rule {
    id: "unused-suppression",
    title: "A suppression comment silences no finding.",
    class: Class::Hygiene,
    cwe: &[],
    owasp: &[],
    severity: Severity::Info,
    confidence: Confidence::High,
    security_severity: "0.0",
    page: include_str!("../../../../docs/rules/unused-suppression.md"),
    origin: Origin::Hognose,
};

pub static MALFORMED_SUPPRESSION: Rule = Rule {
    id: "malformed-suppression",
    title: "A suppression comment cannot be understood.",
    class: Class::Hygiene,
    cwe: &[],
    owasp: &[],
    severity: Severity::Low,
    confidence: Confidence::High,
    security_severity: "0.0",
    page: include_str!("../../../../docs/rules/malformed-suppression.md"),
    origin: Origin::Hognose,
};
