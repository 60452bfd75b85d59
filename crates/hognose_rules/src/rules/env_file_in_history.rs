//! `env-file-in-history`: a file with settings of one machine was committed once.
//!
//! ```text
//! git rm .env && git commit         the commit before still has it
//! ```

use hognose_finding::{Class, Confidence, Origin, Rule, Severity};

pub static ENV_FILE_IN_HISTORY: Rule = Rule {
    id: "env-file-in-history",
    title: "A file with settings of one machine is in the history of the repository.",
    class: Class::HardcodedSecrets,
    cwe: &[538],
    owasp: &["A05:2021"],
    severity: Severity::High,
    confidence: Confidence::High,
    security_severity: "7.5",
    origin: Origin::Hognose,
    page: include_str!("../../../../docs/rules/env-file-in-history.md"),
};
