//! `unbounded-resource-use`: an amount of work that a request chooses.
//!
//! ```python
//! range(int(request.args["n"]))
//! ```

use hognose_finding::{Class, Confidence, Origin, Rule, Severity};

pub static UNBOUNDED_RESOURCE_USE: Rule = Rule {
    id: "unbounded-resource-use",
    title: "A request decides how much work or memory is spent.",
    class: Class::InputValidation,
    cwe: &[770, 400],
    owasp: &["A04:2021"],
    severity: Severity::Medium,
    confidence: Confidence::High,
    security_severity: "6.5",
    page: include_str!("../../../../docs/rules/unbounded-resource-use.md"),
    origin: Origin::Hognose,
};
