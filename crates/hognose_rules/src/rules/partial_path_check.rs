//! `partial-path-check`: a containment check by a prefix that lacks the separator.
//!
//! ```python
//! if not path.startswith("/srv/files"): …     # "/srv/files-private/x" passes
//! ```

use hognose_finding::{Class, Confidence, Origin, Rule, Severity};

pub static PARTIAL_PATH_CHECK: Rule = Rule {
    id: "partial-path-check",
    title: "A path is checked by a prefix without a separator at its end.",
    class: Class::PathTraversal,
    cwe: &[187, 22],
    owasp: &["A01:2021"],
    severity: Severity::Medium,
    confidence: Confidence::High,
    security_severity: "5.3",
    page: include_str!("../../../../docs/rules/partial-path-check.md"),
    origin: Origin::Hognose,
};
