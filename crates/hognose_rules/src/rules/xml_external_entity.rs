//! `xml-external-entity`: untrusted XML is read by a parser that fetches what it refers to.
//!
//! ```python
//! etree.fromstring(body, etree.XMLParser(resolve_entities=True))
//! ```

use hognose_finding::{Class, Confidence, Origin, Rule, Severity};

pub static XML_EXTERNAL_ENTITY: Rule = Rule {
    id: "xml-external-entity",
    title: "Untrusted XML is read by a parser that fetches files and addresses it refers to.",
    class: Class::Security,
    cwe: &[611],
    owasp: &["A05:2021"],
    severity: Severity::High,
    confidence: Confidence::High,
    security_severity: "8.2",
    page: include_str!("../../../../docs/rules/xml-external-entity.md"),
    origin: Origin::Hognose,
};
