//! `secret-default-fallback`: a setting that is a credential has a default in the source code.
//!
//! ```python
//! os.environ.get("SECRET_KEY", "…")
//! ```

use hognose_finding::{Class, Confidence, Origin, Rule, Severity};

pub static SECRET_DEFAULT_FALLBACK: Rule = Rule {
    id: "secret-default-fallback",
    title: "A setting that is a credential has a default in the source code.",
    class: Class::HardcodedSecrets,
    cwe: &[798, 1188],
    owasp: &["A07:2021"],
    severity: Severity::High,
    confidence: Confidence::High,
    security_severity: "7.5",
    origin: Origin::Hognose,
    page: include_str!("../../../../docs/rules/secret-default-fallback.md"),
};
