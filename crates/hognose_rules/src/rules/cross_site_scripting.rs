//! `cross-site-scripting`: untrusted data becomes part of a page.
//!
//! ```python
//! return f"<h1>Hello {name}</h1>"              # name = "<script>…"
//! ```

use hognose_finding::{Class, Confidence, Origin, Rule, Severity};

pub static CROSS_SITE_SCRIPTING: Rule = Rule {
    id: "cross-site-scripting",
    title: "Untrusted data becomes part of a page without being escaped.",
    class: Class::Security,
    cwe: &[79],
    owasp: &["A03:2021"],
    severity: Severity::High,
    confidence: Confidence::High,
    security_severity: "7.8",
    page: include_str!("../../../../docs/rules/cross-site-scripting.md"),
    origin: Origin::Hognose,
};
