//! `xml-entity-bomb`: untrusted XML is read by a parser that expands entities without limit.
//!
//! ```python
//! ElementTree.fromstring(request.data)         # a billion laughs
//! ```

use hognose_finding::{Class, Confidence, Origin, Rule, Severity};

pub static XML_ENTITY_BOMB: Rule = Rule {
    id: "xml-entity-bomb",
    title: "Untrusted XML is read by a parser that expands entities without limit.",
    class: Class::Security,
    cwe: &[776, 400],
    owasp: &["A05:2021"],
    severity: Severity::Medium,
    confidence: Confidence::High,
    security_severity: "5.3",
    page: include_str!("../../../../docs/rules/xml-entity-bomb.md"),
    origin: Origin::Hognose,
};
