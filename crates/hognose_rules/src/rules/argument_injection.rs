//! `argument-injection`: untrusted data that a program may read as an option.
//!
//! ```python
//! subprocess.run(["git", "clone", url])      # url = "--upload-pack=…"
//! ```

use hognose_finding::{Class, Confidence, Origin, Rule, Severity};

pub static ARGUMENT_INJECTION: Rule = Rule {
    id: "argument-injection",
    title: "Untrusted data becomes an argument that the program may read as an option.",
    class: Class::CommandInjection,
    cwe: &[88],
    owasp: &["A03:2021"],
    severity: Severity::High,
    confidence: Confidence::High,
    security_severity: "7.3",
    page: include_str!("../../../../docs/rules/argument-injection.md"),
    origin: Origin::Hognose,
};
