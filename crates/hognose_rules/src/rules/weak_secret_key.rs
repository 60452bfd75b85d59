//! `weak-secret-key`: a key that signs or encrypts can be guessed.
//!
//! ```python
//! app.secret_key = "dev"
//! ```

use hognose_finding::{Class, Confidence, Origin, Rule, Severity};

pub static WEAK_SECRET_KEY: Rule = Rule {
    id: "weak-secret-key",
    title: "A key that signs or encrypts can be guessed.",
    class: Class::HardcodedSecrets,
    cwe: &[1391, 321],
    owasp: &["A02:2021"],
    severity: Severity::High,
    confidence: Confidence::High,
    security_severity: "7.5",
    origin: Origin::Hognose,
    page: include_str!("../../../../docs/rules/weak-secret-key.md"),
};
