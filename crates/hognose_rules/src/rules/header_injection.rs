//! `header-injection`: untrusted data with line breaks in an HTTP header.
//!
//! ```python
//! self.send_header("X-Name", self.headers["X-Name"] + params["n"])
//! ```

use hognose_finding::{Class, Confidence, Origin, Rule, Severity};

pub static HEADER_INJECTION: Rule = Rule {
    id: "header-injection",
    title: "Untrusted data can add headers to an HTTP response.",
    class: Class::Security,
    cwe: &[113],
    owasp: &["A03:2021"],
    severity: Severity::Medium,
    confidence: Confidence::High,
    security_severity: "6.1",
    page: include_str!("../../../../docs/rules/header-injection.md"),
    origin: Origin::Hognose,
};
