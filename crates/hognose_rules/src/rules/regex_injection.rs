//! `regex-injection`: untrusted data in a regular expression.
//!
//! ```python
//! re.search(request.args["pattern"], text)
//! ```

use hognose_finding::{Class, Confidence, Origin, Rule, Severity};

pub static REGEX_INJECTION: Rule = Rule {
    id: "regex-injection",
    title: "Untrusted data becomes part of a regular expression.",
    class: Class::Security,
    cwe: &[730, 400],
    owasp: &["A03:2021"],
    severity: Severity::Medium,
    confidence: Confidence::High,
    security_severity: "6.5",
    page: include_str!("../../../../docs/rules/regex-injection.md"),
    origin: Origin::Hognose,
};
