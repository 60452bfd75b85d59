//! `unsafe-deserialization`: untrusted data is turned into objects.
//!
//! ```python
//! pickle.loads(request.data)                   # runs what the data says
//! ```

use hognose_finding::{Class, Confidence, Origin, Rule, Severity};

pub static UNSAFE_DESERIALIZATION: Rule = Rule {
    id: "unsafe-deserialization",
    title: "Untrusted data is turned into objects, which can run code.",
    class: Class::Security,
    cwe: &[502],
    owasp: &["A08:2021"],
    severity: Severity::Critical,
    confidence: Confidence::High,
    security_severity: "9.8",
    page: include_str!("../../../../docs/rules/unsafe-deserialization.md"),
    origin: Origin::Hognose,
};
