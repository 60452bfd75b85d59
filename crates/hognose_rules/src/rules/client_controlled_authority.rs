//! `client-controlled-authority`: a decision about rights that rests on what the client says.
//!
//! ```python
//! if request.json["is_admin"]: …
//! ```

use hognose_finding::{Class, Confidence, Origin, Rule, Severity};

pub static CLIENT_CONTROLLED_AUTHORITY: Rule = Rule {
    id: "client-controlled-authority",
    title: "What a person may do is decided by what the request says.",
    class: Class::InputValidation,
    cwe: &[807, 639],
    owasp: &["A01:2021", "A04:2021"],
    severity: Severity::High,
    confidence: Confidence::Medium,
    security_severity: "8.1",
    page: include_str!("../../../../docs/rules/client-controlled-authority.md"),
    origin: Origin::Hognose,
};
