//! `secret-in-url`: a credential is sent in a URL.
//!
//! ```python
//! requests.get(f"https://…?api_key={key}")
//! ```

use hognose_finding::{Class, Confidence, Origin, Rule, Severity};

pub static SECRET_IN_URL: Rule = Rule {
    id: "secret-in-url",
    title: "A credential is sent in a URL.",
    class: Class::HardcodedSecrets,
    cwe: &[598],
    owasp: &["A04:2021"],
    severity: Severity::Medium,
    confidence: Confidence::Medium,
    security_severity: "5.3",
    origin: Origin::Hognose,
    page: include_str!("../../../../docs/rules/secret-in-url.md"),
};
