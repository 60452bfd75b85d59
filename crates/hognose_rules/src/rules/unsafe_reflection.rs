//! `unsafe-reflection`: untrusted data names the code that is run.
//!
//! ```python
//! importlib.import_module(request.args["plugin"])
//! ```

use hognose_finding::{Class, Confidence, Origin, Rule, Severity};

pub static UNSAFE_REFLECTION: Rule = Rule {
    id: "unsafe-reflection",
    title: "Untrusted data names the module, class or function that is used.",
    class: Class::Security,
    cwe: &[470],
    owasp: &["A03:2021"],
    severity: Severity::High,
    confidence: Confidence::High,
    security_severity: "8.1",
    page: include_str!("../../../../docs/rules/unsafe-reflection.md"),
    origin: Origin::Hognose,
};
