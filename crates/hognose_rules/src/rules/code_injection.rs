//! `code-injection`: untrusted data becomes part of code that is run.
//!
//! ```python
//! eval(request.args["formula"])
//! ```

use hognose_finding::{Class, Confidence, Origin, Rule, Severity};

pub static CODE_INJECTION: Rule = Rule {
    id: "code-injection",
    title: "Untrusted data becomes part of code that is run.",
    class: Class::Security,
    cwe: &[94, 95],
    owasp: &["A03:2021"],
    severity: Severity::Critical,
    confidence: Confidence::High,
    security_severity: "9.8",
    page: include_str!("../../../../docs/rules/code-injection.md"),
    origin: Origin::Hognose,
};
