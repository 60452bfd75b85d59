//! The exit codes. They are part of the interface: builds branch on them.

use std::process::ExitCode;

use hognose_finding::Severity;

/// How a run ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exit {
    Clean,
    /// Findings at or above `--fail-on`.
    Findings,
    /// A wrong argument, a wrong configuration, a path that does not exist.
    Usage,
    /// Something could not be analysed, and nothing else was found.
    Incomplete,
    Panic,
    Interrupted,
}

impl Exit {
    pub const fn code(self) -> u8 {
        match self {
            Self::Clean => 0,
            Self::Findings => 1,
            Self::Usage => 2,
            Self::Incomplete => 3,
            Self::Panic => 101,
            Self::Interrupted => 130,
        }
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit.code())
    }
}

/// From which severity on findings fail the run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FailOn {
    AtLeast(Severity),
    Never,
}

impl FailOn {
    /// The names in the order of strictness.
    pub const NAMES: [&str; 6] = ["info", "low", "medium", "high", "critical", "never"];

    pub fn from_name(name: &str) -> Option<Self> {
        match name {
            "never" => Some(Self::Never),
            level => Severity::from_name(level).map(Self::AtLeast),
        }
    }

    pub fn fails(self, severity: Severity) -> bool {
        match self {
            Self::AtLeast(least) => severity >= least,
            Self::Never => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use hognose_finding::Severity;

    use super::FailOn;

    #[test]
    fn every_name_is_known_and_stricter_ones_fail_less() {
        let failing = |name: &str| {
            let fail_on = FailOn::from_name(name).expect("the name is listed");
            let levels = Severity::ALL.into_iter();
            levels.filter(|level| fail_on.fails(*level)).count()
        };
        assert_eq!(FailOn::NAMES.map(failing), [5, 4, 3, 2, 1, 0]);
        assert_eq!(FailOn::from_name("severe"), None);
    }
}
