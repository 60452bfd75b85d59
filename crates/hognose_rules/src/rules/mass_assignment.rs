//! `mass-assignment`: names of fields that a request chooses.
//!
//! ```python
//! User(**request.json)
//! ```

use hognose_finding::{Class, Confidence, Origin, Rule, Severity};

pub static MASS_ASSIGNMENT: Rule = Rule {
    id: "mass-assignment",
    title: "A request decides which fields of an object are set.",
    class: Class::InputValidation,
    cwe: &[915],
    owasp: &["A08:2021"],
    severity: Severity::High,
    confidence: Confidence::High,
    security_severity: "8.1",
    page: include_str!("../../../../docs/rules/mass-assignment.md"),
    origin: Origin::Hognose,
};
