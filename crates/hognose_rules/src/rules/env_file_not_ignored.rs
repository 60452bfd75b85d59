//! `env-file-not-ignored`: a file with settings of this machine is not ignored by git.
//!
//! ```text
//! .env beside a .gitignore that does not name it
//! ```

use hognose_finding::{Class, Confidence, Origin, Rule, Severity};

pub static ENV_FILE_NOT_IGNORED: Rule = Rule {
    id: "env-file-not-ignored",
    title: "A file with settings of this machine is not ignored by git.",
    class: Class::HardcodedSecrets,
    cwe: &[538],
    owasp: &["A05:2021"],
    severity: Severity::Medium,
    confidence: Confidence::High,
    security_severity: "5.3",
    origin: Origin::Hognose,
    page: include_str!("../../../../docs/rules/env-file-not-ignored.md"),
};
