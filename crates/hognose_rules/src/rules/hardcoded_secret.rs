//! `hardcoded-secret`: a credential that stands in the source.
//!
//! ```python
//! connect(password="…")
//! ```

use hognose_finding::{Class, Confidence, Origin, Rule, Severity};

pub static HARDCODED_SECRET: Rule = Rule {
    id: "hardcoded-secret",
    title: "A credential is written in the source code.",
    class: Class::HardcodedSecrets,
    cwe: &[798],
    owasp: &["A07:2021"],
    severity: Severity::High,
    confidence: Confidence::High,
    security_severity: "7.5",
    page: include_str!("../../../../docs/rules/hardcoded-secret.md"),
    origin: Origin::Hognose,
};
