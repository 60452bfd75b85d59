//! `xpath-injection`: untrusted data becomes part of an `XPath` expression.
//!
//! ```python
//! tree.xpath(f"//user[@name='{name}']")        # name = "' or '1'='1"
//! ```

use hognose_finding::{Class, Confidence, Origin, Rule, Severity};

pub static XPATH_INJECTION: Rule = Rule {
    id: "xpath-injection",
    title: "Untrusted data becomes part of an XPath expression.",
    class: Class::Security,
    cwe: &[643],
    owasp: &["A03:2021"],
    severity: Severity::High,
    confidence: Confidence::High,
    security_severity: "7.5",
    page: include_str!("../../../../docs/rules/xpath-injection.md"),
    origin: Origin::Hognose,
};
