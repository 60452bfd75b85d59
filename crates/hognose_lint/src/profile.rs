//! Which rules of Ruff run: the choice of ours, corrected by the project's own.
//!
//! ```toml
//! [tool.ruff.lint]
//! select = ["E4", "F"]         # of style and quality the project wants these and no others
//! ignore = ["F841"]            # and this one it never wants
//! ```
//! A project's `select` stands in for our choice of quality rules. Our bug and security rules stay
//! on unless the project ignores them. Names are resolved as Ruff does: the longest wins.

use std::str::FromStr as _;

use hognose_finding::{Class, Rule};
use ruff_linter::RuleSelector;
use ruff_linter::registry::Rule as RuffRule;
use ruff_linter::rule_selector::PreviewOptions;
use ruff_linter::settings::types::PreviewMode;

use crate::catalogue::{INVALID_SYNTAX, Known, catalogue};

/// What a project's Ruff configuration says about one file. Selectors are codes, their
/// beginnings, or names Ruff used earlier; unknown ones are Ruff's business and have no effect.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RuffConfiguration {
    pub select: Option<Vec<String>>,
    pub extend_select: Vec<String>,
    /// With `extend-ignore`, and with what `per-file-ignores` says of the file.
    pub ignore: Vec<String>,
    pub preview: bool,
    /// Names the project takes for built in.
    pub builtins: Vec<String>,
    pub line_length: Option<u16>,
    /// The minor version: 11 is Python 3.11.
    pub python_minor: Option<u8>,
    pub max_complexity: Option<usize>,
    pub max_arguments: Option<usize>,
    pub max_branches: Option<usize>,
    pub max_returns: Option<usize>,
    pub max_statements: Option<usize>,
}

/// What runs on some files.
#[derive(Debug, Clone, Default)]
pub struct Profile {
    pub rules: Vec<&'static Rule>,
    pub configuration: RuffConfiguration,
}

impl Profile {
    /// What runs where the user of Hognose names no rules.
    pub fn of_project(configuration: RuffConfiguration) -> Self {
        let chosen = Chosen::new(&configuration);
        let rules = catalogue()
            .known
            .iter()
            .filter(|known| chosen.runs(known))
            .map(|known| known.rule)
            .chain([&INVALID_SYNTAX])
            .collect();
        Self {
            rules,
            configuration,
        }
    }

    /// What runs where the user names rules: those, whatever the project selects.
    pub fn of_rules(rules: Vec<&'static Rule>, configuration: RuffConfiguration) -> Self {
        Self {
            rules,
            configuration,
        }
    }

    /// Leaves out the rules for which `is_unwanted` holds.
    pub fn without(&mut self, is_unwanted: impl Fn(&Rule) -> bool) {
        self.rules.retain(|rule| !is_unwanted(rule));
    }
}

/// The resolved selectors of a project.
struct Chosen {
    /// `None` where the project has no `select`.
    selected: Option<Vec<(usize, RuffRule)>>,
    extended: Vec<(usize, RuffRule)>,
    ignored: Vec<(usize, RuffRule)>,
}

impl Chosen {
    fn new(configuration: &RuffConfiguration) -> Self {
        let preview = PreviewOptions {
            mode: PreviewMode::from(configuration.preview),
            require_explicit: false,
        };
        let resolve = |names: &[String], preview: &PreviewOptions| -> Vec<(usize, RuffRule)> {
            names
                .iter()
                .filter_map(|name| Some((name, RuleSelector::from_str(name).ok()?)))
                .flat_map(|(name, selector)| {
                    let length = if name == "ALL" { 0 } else { name.len() };
                    let rules: Vec<RuffRule> = selector.rules(preview).collect();
                    rules.into_iter().map(move |rule| (length, rule))
                })
                .collect()
        };
        // What is ignored is ignored, stable or not.
        let any = PreviewOptions {
            mode: PreviewMode::Enabled,
            require_explicit: false,
        };
        let select = configuration.select.as_ref();
        Self {
            selected: select.map(|names| resolve(names, &preview)),
            extended: resolve(&configuration.extend_select, &preview),
            ignored: resolve(&configuration.ignore, &any),
        }
    }

    fn runs(&self, known: &Known) -> bool {
        let longest = |list: &[(usize, RuffRule)]| {
            let lengths = list.iter().filter(|(_, rule)| *rule == known.ruff);
            lengths.map(|(length, _)| *length).max()
        };
        let selected = self.selected.as_deref().and_then(longest);
        let wanted = selected.max(longest(&self.extended));
        let is_ours = known.rule.is_default()
            && (self.selected.is_none() || known.rule.class != Class::Quality);
        match (longest(&self.ignored), wanted) {
            (Some(ignored), Some(wanted)) => wanted > ignored,
            (Some(_), None) => false,
            (None, Some(_)) => true,
            (None, None) => is_ours,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Profile, RuffConfiguration};

    fn runs(configuration: RuffConfiguration, code: &str) -> bool {
        let profile = Profile::of_project(configuration);
        profile.rules.iter().any(|rule| rule.code() == Some(code))
    }

    fn names(list: &[&str]) -> Vec<String> {
        list.iter().map(|name| (*name).to_owned()).collect()
    }

    #[test]
    fn without_a_configuration_our_choice_runs() {
        for code in ["F821", "F401", "S508"] {
            assert!(runs(RuffConfiguration::default(), code), "{code}");
        }
        for code in ["D100", "S608", "E501"] {
            assert!(!runs(RuffConfiguration::default(), code), "{code}");
        }
    }

    #[test]
    fn the_projects_select_stands_in_for_our_quality_rules() {
        let configuration = RuffConfiguration {
            select: Some(names(&["D1"])),
            ..RuffConfiguration::default()
        };
        assert!(runs(configuration.clone(), "D100"));
        assert!(!runs(configuration.clone(), "F401"), "quality");
        assert!(runs(configuration, "F821"), "a bug");
    }

    #[test]
    fn what_the_project_ignores_does_not_run() {
        let configuration = RuffConfiguration {
            select: Some(names(&["ALL"])),
            ignore: names(&["F", "D10"]),
            extend_select: names(&["F401", "D101"]),
            ..RuffConfiguration::default()
        };
        assert!(!runs(configuration.clone(), "F821"));
        assert!(!runs(configuration.clone(), "D100"));
        assert!(runs(configuration.clone(), "F401"), "the longer name wins");
        assert!(runs(configuration, "D101"));
    }

    #[test]
    fn names_of_earlier_versions_are_understood() {
        let configuration = RuffConfiguration {
            select: Some(names(&["TCH001", "no-such-rule"])),
            ..RuffConfiguration::default()
        };
        assert!(runs(configuration, "TC001"));
    }
}
