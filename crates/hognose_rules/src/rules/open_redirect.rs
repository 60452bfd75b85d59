//! `open-redirect`: untrusted data decides where a visitor is sent.
//!
//! ```python
//! return redirect(request.args["next"])
//! ```

use hognose_finding::{Class, Confidence, Origin, Rule, Severity};

pub static OPEN_REDIRECT: Rule = Rule {
    id: "open-redirect",
    title: "Untrusted data decides where a visitor is sent.",
    class: Class::Security,
    cwe: &[601],
    owasp: &["A01:2021"],
    severity: Severity::Medium,
    confidence: Confidence::High,
    security_severity: "6.1",
    page: include_str!("../../../../docs/rules/open-redirect.md"),
    origin: Origin::Hognose,
};
