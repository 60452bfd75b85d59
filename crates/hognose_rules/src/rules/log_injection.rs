//! `log-injection`: untrusted data with line breaks in a log.
//!
//! ```python
//! logger.info("login of %s", request.args["user"])
//! ```

use hognose_finding::{Class, Confidence, Origin, Rule, Severity};

pub static LOG_INJECTION: Rule = Rule {
    id: "log-injection",
    title: "Untrusted data can add lines to a log.",
    class: Class::Security,
    cwe: &[117],
    owasp: &["A09:2021"],
    severity: Severity::Low,
    confidence: Confidence::Medium,
    security_severity: "5.3",
    page: include_str!("../../../../docs/rules/log-injection.md"),
    origin: Origin::Hognose,
};
