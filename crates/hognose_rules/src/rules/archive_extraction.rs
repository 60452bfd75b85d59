//! `archive-extraction`: members of an untrusted archive are unpacked where they say.
//!
//! ```python
//! tarfile.open(upload).extractall("/srv/in")  # a member "../../etc/cron.d/x"
//! ```

use hognose_finding::{Class, Confidence, Origin, Rule, Severity};

pub static ARCHIVE_EXTRACTION: Rule = Rule {
    id: "archive-extraction",
    title: "An untrusted archive is unpacked without checking where its members go.",
    class: Class::PathTraversal,
    cwe: &[22],
    owasp: &["A01:2021", "A08:2021"],
    severity: Severity::High,
    confidence: Confidence::High,
    security_severity: "7.5",
    page: include_str!("../../../../docs/rules/archive-extraction.md"),
    origin: Origin::Hognose,
};
