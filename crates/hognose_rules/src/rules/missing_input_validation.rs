//! `missing-input-validation`: input that is used as what nobody made sure it is.
//!
//! ```python
//! account.balance -= request.json["amount"]
//! ```

use hognose_finding::{Class, Confidence, Origin, Rule, Severity};

pub static MISSING_INPUT_VALIDATION: Rule = Rule {
    id: "missing-input-validation",
    title: "An endpoint uses input that nothing has validated.",
    class: Class::InputValidation,
    cwe: &[20],
    owasp: &["A04:2021"],
    severity: Severity::High,
    confidence: Confidence::High,
    security_severity: "7.5",
    page: include_str!("../../../../docs/rules/missing-input-validation.md"),
    origin: Origin::Hognose,
};
