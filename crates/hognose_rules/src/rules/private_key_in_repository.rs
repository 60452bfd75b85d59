//! `private-key-in-repository`: a private key is kept with the source code.
//!
//! ```text
//! -----BEGIN … KEY-----
//! ```

use hognose_finding::{Class, Confidence, Origin, Rule, Severity};

pub static PRIVATE_KEY_IN_REPOSITORY: Rule = Rule {
    id: "private-key-in-repository",
    title: "A private key is kept with the source code.",
    class: Class::HardcodedSecrets,
    cwe: &[321, 798],
    owasp: &["A07:2021"],
    severity: Severity::High,
    confidence: Confidence::High,
    security_severity: "8.1",
    origin: Origin::Hognose,
    page: include_str!("../../../../docs/rules/private-key-in-repository.md"),
};
