//! What a rule is, apart from its code: names, numbers and the page that documents it.

use crate::{Confidence, Severity};

/// The group a finding is counted under, in the checklist and in the outputs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Class {
    HardcodedSecrets,
    CommandInjection,
    SqlInjection,
    PathTraversal,
    InputValidation,
    /// Weaknesses outside the five classes.
    Security,
    /// Findings about the analysis itself, such as an unused suppression.
    Hygiene,
}

impl Class {
    /// The five classes of the checklist, in its order.
    pub const CHECKLIST: [Self; 5] = [
        Self::HardcodedSecrets,
        Self::CommandInjection,
        Self::SqlInjection,
        Self::PathTraversal,
        Self::InputValidation,
    ];

    /// The kebab-case name used in JSON and configuration.
    pub const fn id(self) -> &'static str {
        match self {
            Self::HardcodedSecrets => "hardcoded-secrets",
            Self::CommandInjection => "command-injection",
            Self::SqlInjection => "sql-injection",
            Self::PathTraversal => "path-traversal",
            Self::InputValidation => "input-validation",
            Self::Security => "security",
            Self::Hygiene => "hygiene",
        }
    }

    /// The name in headings and in the checklist.
    pub const fn title(self) -> &'static str {
        match self {
            Self::HardcodedSecrets => "Hardcoded secrets",
            Self::CommandInjection => "Command injection",
            Self::SqlInjection => "SQL injection",
            Self::PathTraversal => "Path traversal",
            Self::InputValidation => "Input validation",
            Self::Security => "Other weaknesses",
            Self::Hygiene => "Analysis",
        }
    }

    /// What the checklist counts for this class, as (one, many).
    pub const fn unit(self) -> (&'static str, &'static str) {
        match self {
            Self::HardcodedSecrets => ("credential", "credentials"),
            Self::CommandInjection => ("command", "commands"),
            Self::SqlInjection => ("query", "queries"),
            Self::PathTraversal => ("file access", "file accesses"),
            Self::InputValidation => ("endpoint", "endpoints"),
            Self::Security | Self::Hygiene => ("site", "sites"),
        }
    }
}

/// The registered description of a rule. The page is user documentation, SARIF help and an
/// executed test in one file.
#[derive(Debug)]
pub struct Rule {
    /// Kebab-case name of the bad pattern.
    pub id: &'static str,
    /// One sentence without the code's data.
    pub title: &'static str,
    pub class: Class,
    /// CWE numbers; the first is the one that scorers and SARIF viewers read.
    pub cwe: &'static [u16],
    /// OWASP Top 10 categories, such as `A03:2021`.
    pub owasp: &'static [&'static str],
    /// The impact where the worst source reaches the sink.
    pub severity: Severity,
    /// The highest confidence a finding of this rule can have.
    pub confidence: Confidence,
    /// GitHub's `security-severity`, 0.0 to 10.0, as text.
    pub security_severity: &'static str,
    /// The Markdown of `docs/rules/<id>.md`.
    pub page: &'static str,
}

impl PartialEq for Rule {
    fn eq(&self, other: &Self) -> bool {
        self.id == other.id
    }
}

impl Eq for Rule {}
