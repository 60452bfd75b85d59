//! `redos`: a regular expression that takes exponential or polynomial time.
//!
//! ```python
//! re.match(r"^(\w+\s?)*$", request.args["name"])
//! ```

use hognose_finding::{Class, Confidence, Origin, Rule, Severity};

pub static REDOS: Rule = Rule {
    id: "redos",
    title: "A regular expression takes exponential or polynomial time on some texts.",
    class: Class::Security,
    cwe: &[1333, 400, 730],
    owasp: &["A06:2021"],
    severity: Severity::High,
    confidence: Confidence::High,
    security_severity: "7.5",
    page: include_str!("../../../../docs/rules/redos.md"),
    origin: Origin::Hognose,
};
