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
    /// Code that fails, or does something else than it says.
    Bugs,
    /// Code that is hard to live with: complexity, dead code, outdated idioms.
    Quality,
    /// Findings about the analysis itself, such as an unused suppression.
    Hygiene,
}

impl Class {
    pub const ALL: [Self; 9] = [
        Self::HardcodedSecrets,
        Self::CommandInjection,
        Self::SqlInjection,
        Self::PathTraversal,
        Self::InputValidation,
        Self::Security,
        Self::Bugs,
        Self::Quality,
        Self::Hygiene,
    ];

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
            Self::Bugs => "bugs",
            Self::Quality => "quality",
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
            Self::Bugs => "Bugs",
            Self::Quality => "Quality",
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
            Self::Security | Self::Bugs | Self::Quality | Self::Hygiene => ("site", "sites"),
        }
    }

    /// The group that summaries count the class under.
    pub const fn group(self) -> Group {
        match self {
            Self::Bugs => Group::Bugs,
            Self::Quality => Group::Quality,
            Self::HardcodedSecrets
            | Self::CommandInjection
            | Self::SqlInjection
            | Self::PathTraversal
            | Self::InputValidation
            | Self::Security
            | Self::Hygiene => Group::Security,
        }
    }
}

/// What a person wants to see apart: what an attacker could do, what will break, what is hard to
/// live with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Group {
    /// With the findings about the analysis itself.
    Security,
    Bugs,
    Quality,
}

impl Group {
    pub const ALL: [Self; 3] = [Self::Security, Self::Bugs, Self::Quality];

    pub const fn name(self) -> &'static str {
        match self {
            Self::Security => "security",
            Self::Bugs => "bugs",
            Self::Quality => "quality",
        }
    }

    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|group| group.name() == name)
    }
}

/// Who looks for a rule's bad pattern.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Origin {
    /// Hognose itself. Such a rule is always on.
    Hognose,
    /// Ruff's linter.
    Ruff(RuffOrigin),
}

/// What is particular to a rule that was taken over from Ruff.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RuffOrigin {
    /// Such as `F821`.
    pub code: &'static str,
    pub standing: Standing,
    pub fixable: Fixable,
}

/// Whether a rule runs where nobody names it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    On,
    Off,
}

/// Whether Ruff can repair what it finds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fixable {
    Always,
    Sometimes,
    Never,
}

impl Fixable {
    pub const fn name(self) -> &'static str {
        match self {
            Self::Always => "always",
            Self::Sometimes => "sometimes",
            Self::Never => "never",
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
    pub origin: Origin,
}

impl Rule {
    /// Ruff's code, for a rule that was taken over from it.
    pub const fn code(&self) -> Option<&'static str> {
        match self.origin {
            Origin::Hognose => None,
            Origin::Ruff(ruff) => Some(ruff.code),
        }
    }

    /// Whether the rule runs where nobody names it.
    pub const fn is_default(&self) -> bool {
        match self.origin {
            Origin::Hognose => true,
            Origin::Ruff(ruff) => matches!(ruff.standing, Standing::On),
        }
    }

    /// Whether `name` is the rule's id, its class, its code or the beginning of its code.
    pub fn is_named(&self, name: &str) -> bool {
        name == self.class.id() || self.is_named_itself(name)
    }

    /// As [`Rule::is_named`], without the class.
    pub fn is_named_itself(&self, name: &str) -> bool {
        name == self.id || self.code().is_some_and(|code| code_begins(code, name))
    }
}

/// Whether `name` is `code`, or a beginning of it as Ruff understands one: all letters of the code
/// (or `PL` for the four groups of Pylint) and some of its digits.
fn code_begins(code: &str, name: &str) -> bool {
    let split = |text: &'_ str| {
        text.find(|it: char| it.is_ascii_digit())
            .unwrap_or(text.len())
    };
    let (letters, digits) = code.split_at(split(code));
    let (name_letters, name_digits) = name.split_at(split(name));
    (name_letters == letters && digits.starts_with(name_digits))
        || (name == "PL" && letters.starts_with("PL"))
        || name == "ALL"
}

impl PartialEq for Rule {
    fn eq(&self, other: &Self) -> bool {
        self.id == other.id
    }
}

impl Eq for Rule {}

#[cfg(test)]
mod tests {
    use super::code_begins;

    #[test]
    fn a_code_begins_with_all_its_letters() {
        for name in ["E711", "E71", "E7", "E", "ALL"] {
            assert!(code_begins("E711", name), "{name}");
        }
        for name in ["F", "E72", "ER", "e711", ""] {
            assert!(!code_begins("E711", name), "{name}");
        }
        assert!(!code_begins("ERA001", "E"));
        assert!(code_begins("PLE0101", "PL"));
        assert!(code_begins("PLE0101", "PLE01"));
        assert!(!code_begins("PLE0101", "P"));
    }
}
