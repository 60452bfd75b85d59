//! Findings, the traces that explain them, and the checks that show what was examined.

use std::sync::Arc;

use ruff_text_size::TextRange;

use crate::{Class, Fix, Rule};

/// How bad it is if the finding is true.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    Info,
    Low,
    Medium,
    High,
    Critical,
}

impl Severity {
    pub const ALL: [Self; 5] = [
        Self::Info,
        Self::Low,
        Self::Medium,
        Self::High,
        Self::Critical,
    ];

    pub const fn name(self) -> &'static str {
        match self {
            Self::Info => "info",
            Self::Low => "low",
            Self::Medium => "medium",
            Self::High => "high",
            Self::Critical => "critical",
        }
    }

    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|level| level.name() == name)
    }
}

/// How sure the analysis is that the finding is true.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Confidence {
    Low,
    Medium,
    High,
}

impl Confidence {
    pub const ALL: [Self; 3] = [Self::Low, Self::Medium, Self::High];

    pub const fn name(self) -> &'static str {
        match self {
            Self::Low => "low",
            Self::Medium => "medium",
            Self::High => "high",
        }
    }

    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|level| level.name() == name)
    }
}

/// A range in a file. `file` is the path of the [`crate::SourceText`].
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Location {
    pub file: Arc<str>,
    pub range: TextRange,
}

/// What happens at one step of a trace.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum StepKind {
    Source,
    /// The value is assigned, combined or stored.
    Propagate,
    /// The value enters a function as an argument.
    Call,
    /// The value comes back from a call.
    Return,
    /// A check was seen that does not make the value safe here.
    Guard,
    Sink,
}

impl StepKind {
    pub const fn name(self) -> &'static str {
        match self {
            Self::Source => "source",
            Self::Propagate => "propagate",
            Self::Call => "call",
            Self::Return => "return",
            Self::Guard => "guard",
            Self::Sink => "sink",
        }
    }
}

/// One step on the way of the data.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Step {
    pub kind: StepKind,
    pub location: Location,
    /// A short sentence fragment: "`request.args` is read from the query string".
    pub message: String,
}

/// The way of the data from source to sink; empty for findings without one.
pub type Trace = Vec<Step>;

/// A weakness at a place. Plain data: no pointer into any tree.
#[derive(Debug, Clone)]
pub struct Finding {
    pub rule: &'static Rule,
    pub severity: Severity,
    pub confidence: Confidence,
    /// The sink, for data-flow findings.
    pub location: Location,
    /// What happens here, with the code's own names; why it matters; what to do. One to three sentences.
    pub message: String,
    /// The dotted name of the enclosing function, such as `app.views.download`; empty in a file that
    /// is no Python, where `location` of a credential is its value.
    pub function: String,
    pub trace: Trace,
    /// 16 hexadecimal digits; survives inserted lines, reformatting and renamed files.
    pub fingerprint: String,
    /// Only where fixes were asked for, and only one that passed its checks or is for a person.
    pub fix: Option<Fix>,
}

/// What an examination of a site came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Verdict {
    Safe,
    Unsafe,
    Unknown,
}

impl Verdict {
    pub const fn name(self) -> &'static str {
        match self {
            Self::Safe => "safe",
            Self::Unsafe => "unsafe",
            Self::Unknown => "unknown",
        }
    }
}

/// A site that was examined for a class: a query, a command, a path, a credential.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Check {
    pub class: Class,
    pub location: Location,
    pub verdict: Verdict,
    /// A noun phrase that can be counted: "bound parameters", "constant", "no untrusted data".
    pub reason: String,
}
