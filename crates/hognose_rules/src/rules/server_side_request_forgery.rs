//! `server-side-request-forgery`: untrusted data decides where the program sends a request.
//!
//! ```python
//! requests.get(request.args["url"])            # http://169.254.169.254/…
//! ```

use hognose_finding::{Class, Confidence, Origin, Rule, Severity};

pub static SERVER_SIDE_REQUEST_FORGERY: Rule = Rule {
    id: "server-side-request-forgery",
    title: "Untrusted data decides where the program sends a request.",
    class: Class::Security,
    cwe: &[918],
    owasp: &["A10:2021"],
    severity: Severity::High,
    confidence: Confidence::High,
    security_severity: "8.6",
    page: include_str!("../../../../docs/rules/server-side-request-forgery.md"),
    origin: Origin::Hognose,
};
