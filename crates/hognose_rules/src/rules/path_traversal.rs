//! `path-traversal`: untrusted data decides which file is accessed.
//!
//! ```python
//! open(os.path.join(UPLOADS, name))           # name = "../../etc/passwd"
//! ```

use hognose_finding::{Class, Confidence, Origin, Rule, Severity};

pub static PATH_TRAVERSAL: Rule = Rule {
    id: "path-traversal",
    title: "Untrusted data decides which file is accessed.",
    class: Class::PathTraversal,
    cwe: &[22],
    owasp: &["A01:2021"],
    severity: Severity::High,
    confidence: Confidence::High,
    security_severity: "7.5",
    page: include_str!("../../../../docs/rules/path-traversal.md"),
    origin: Origin::Hognose,
};
