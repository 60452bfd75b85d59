//! `command-injection`: untrusted data in a command that a shell interprets, or as the program.
//!
//! ```python
//! subprocess.run(f"cat {name}", shell=True)
//! ```

use hognose_finding::{Class, Confidence, Origin, Rule, Severity};

pub static COMMAND_INJECTION: Rule = Rule {
    id: "command-injection",
    title: "Untrusted data becomes part of an operating-system command.",
    class: Class::CommandInjection,
    cwe: &[78],
    owasp: &["A03:2021"],
    severity: Severity::Critical,
    confidence: Confidence::High,
    security_severity: "9.8",
    page: include_str!("../../../../docs/rules/command-injection.md"),
    origin: Origin::Hognose,
};
