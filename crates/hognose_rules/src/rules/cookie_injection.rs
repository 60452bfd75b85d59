//! `cookie-injection`: a cookie made of untrusted data.
//!
//! ```python
//! response.set_cookie(request.args["name"], request.args["value"])
//! ```

use hognose_finding::{Class, Confidence, Origin, Rule, Severity};

pub static COOKIE_INJECTION: Rule = Rule {
    id: "cookie-injection",
    title: "A cookie is made of untrusted data.",
    class: Class::Security,
    cwe: &[20, 565],
    owasp: &["A03:2021"],
    severity: Severity::Low,
    confidence: Confidence::Medium,
    security_severity: "5.0",
    page: include_str!("../../../../docs/rules/cookie-injection.md"),
    origin: Origin::Hognose,
};
