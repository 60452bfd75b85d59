//! `trust-boundary-violation`: untrusted data is put among data that is trusted.
//!
//! ```python
//! session["role"] = request.args["role"]
//! ```

use hognose_finding::{Class, Confidence, Origin, Rule, Severity};

pub static TRUST_BOUNDARY_VIOLATION: Rule = Rule {
    id: "trust-boundary-violation",
    title: "Untrusted data is stored in the session, which is trusted later.",
    class: Class::Security,
    cwe: &[501],
    owasp: &["A04:2021"],
    severity: Severity::Low,
    confidence: Confidence::High,
    security_severity: "4.3",
    page: include_str!("../../../../docs/rules/trust-boundary-violation.md"),
    origin: Origin::Hognose,
};
