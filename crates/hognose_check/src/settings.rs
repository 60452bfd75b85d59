//! What a user can choose about an analysis.

use std::collections::HashMap;

use hognose_finding::{Class, Confidence, Rule};
use hognose_lint::RuffConfiguration;

/// Everything that changes what an analysis says.
#[derive(Debug, Clone)]
pub struct Settings {
    pub selection: Selection,
    /// Findings below this confidence are dropped.
    pub min_confidence: Confidence,
    /// Further model files, in the format of `models/`.
    pub models: Vec<ModelText>,
    pub threat: Threat,
    pub ruff: RuffConfigurations,
    pub measure: Measure,
    pub fixes: Fixes,
}

/// Whether the code is measured as well.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Measure {
    Code,
    Nothing,
}

/// Whether findings come with fixes. Checking them analyses the program again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fixes {
    Offer,
    Skip,
}

/// What the analysed projects say to Ruff, file by file.
#[derive(Debug, Clone, Default)]
pub struct RuffConfigurations {
    pub configurations: Vec<RuffConfiguration>,
    /// By the path in the report: an index into `configurations`. A file that is not here has none.
    pub by_path: HashMap<String, usize>,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            selection: Selection::default(),
            min_confidence: Confidence::Medium,
            models: Vec::new(),
            threat: Threat::Project,
            ruff: RuffConfigurations::default(),
            measure: Measure::Nothing,
            fixes: Fixes::Skip,
        }
    }
}

/// A user's model file.
#[derive(Debug, Clone)]
pub struct ModelText {
    /// For error messages.
    pub path: String,
    pub text: String,
}

/// Which values are taken for the attacker's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Threat {
    /// A project: what its entry points and libraries read.
    Project,
    /// A pasted piece of code without callers: also names it does not define and the parameters
    /// of its functions, with low confidence.
    Snippet,
}

/// Which rules run, on which files.
#[derive(Debug, Clone, Default)]
pub struct Selection {
    /// Names of rules, classes, and codes of Ruff or beginnings of them; empty means what is on by
    /// default.
    pub select: Vec<String>,
    pub ignore: Vec<String>,
    /// Glob on the reported path, and the names that are ignored there.
    pub per_file_ignores: Vec<(String, Vec<String>)>,
}

/// A name in a selection that is no rule and no class.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SelectionError {
    pub name: String,
    /// The closest registered name, if any is close.
    pub nearest: Option<String>,
}

impl std::fmt::Display for SelectionError {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "unknown rule `{}`", self.name)?;
        match &self.nearest {
            Some(nearest) => write!(formatter, "; did you mean `{nearest}`?"),
            None => write!(formatter, "; `hognose rules` lists all rules"),
        }
    }
}

impl std::error::Error for SelectionError {}

impl Selection {
    /// Fails on the first name that is neither a rule nor a class.
    pub fn verify(&self) -> Result<(), SelectionError> {
        let names = self.select.iter().chain(&self.ignore).chain(
            self.per_file_ignores
                .iter()
                .flat_map(|(_, names)| names.iter()),
        );
        for name in names {
            if !is_known(name) {
                return Err(SelectionError {
                    name: name.clone(),
                    nearest: nearest(name),
                });
            }
        }
        Ok(())
    }

    /// The path patterns, compiled; an invalid one matches nothing ([`Selection::verify`] and the
    /// configuration's reader refuse it before).
    pub fn path_ignores(&self) -> PathIgnores<'_> {
        PathIgnores(
            self.per_file_ignores
                .iter()
                .filter_map(|(pattern, names)| {
                    let glob = globset::Glob::new(pattern).ok()?;
                    Some((glob.compile_matcher(), names.as_slice()))
                })
                .collect(),
        )
    }

    /// Whether findings of `rule` are wanted, leaving paths aside.
    ///
    /// Where nothing is selected this holds for every rule: which of Ruff's run then is decided file
    /// by file, before anything is found.
    pub fn includes(&self, rule: &Rule) -> bool {
        let selected = || self.select.iter().any(|name| rule.is_named(name));
        (self.select.is_empty() || selected()) && !self.ignores(rule)
    }

    pub(crate) fn ignores(&self, rule: &Rule) -> bool {
        self.ignore.iter().any(|name| rule.is_named(name))
    }
}

/// The compiled form of [`Selection::per_file_ignores`].
pub struct PathIgnores<'a>(Vec<(globset::GlobMatcher, &'a [String])>);

impl PathIgnores<'_> {
    /// Whether findings of `rule` in the file at `path` are ignored.
    pub fn ignores(&self, path: &str, rule: &Rule) -> bool {
        self.0.iter().any(|(glob, names)| {
            glob.is_match(path) && names.iter().any(|name| rule.is_named(name))
        })
    }
}

/// Whether the name means a rule, a class, or rules of Ruff.
pub(crate) fn is_known(name: &str) -> bool {
    Class::ALL.iter().any(|class| class.id() == name)
        || crate::rules().iter().any(|rule| rule.is_named(name))
}

fn known_names() -> impl Iterator<Item = &'static str> {
    let rules = crate::rules().iter();
    rules
        .flat_map(|rule| [Some(rule.id), rule.code()].into_iter().flatten())
        .chain(Class::ALL.iter().map(|class| class.id()))
}

pub(crate) fn nearest(name: &str) -> Option<String> {
    known_names()
        .map(|known| (strsim::damerau_levenshtein(name, known), known))
        .filter(|(distance, known)| *distance <= known.len() / 2)
        .min()
        .map(|(_, known)| known.to_owned())
}
