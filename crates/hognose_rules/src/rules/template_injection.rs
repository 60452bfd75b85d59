//! `template-injection`: untrusted data becomes part of the text of a template.
//!
//! ```python
//! render_template_string("Hello " + name)      # name = "{{ config }}"
//! ```

use hognose_finding::{Class, Confidence, Origin, Rule, Severity};

pub static TEMPLATE_INJECTION: Rule = Rule {
    id: "template-injection",
    title: "Untrusted data becomes part of the text of a template.",
    class: Class::Security,
    cwe: &[1336, 94],
    owasp: &["A03:2021"],
    severity: Severity::Critical,
    confidence: Confidence::High,
    security_severity: "9.8",
    page: include_str!("../../../../docs/rules/template-injection.md"),
    origin: Origin::Hognose,
};
