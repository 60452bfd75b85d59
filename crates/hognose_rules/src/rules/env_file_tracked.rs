//! `env-file-tracked`: git keeps a file with settings of one machine.
//!
//! ```text
//! git add -f .env
//! ```

use hognose_finding::{Class, Confidence, Origin, Rule, Severity};

pub static ENV_FILE_TRACKED: Rule = Rule {
    id: "env-file-tracked",
    title: "A file with settings of one machine is kept by git.",
    class: Class::HardcodedSecrets,
    cwe: &[538],
    owasp: &["A05:2021"],
    severity: Severity::High,
    confidence: Confidence::High,
    security_severity: "7.5",
    origin: Origin::Hognose,
    page: include_str!("../../../../docs/rules/env-file-tracked.md"),
};
