//! Runs the rules of a profile on a tree.
//!
//! ```python
//! import os          # F401, unless a `# noqa` says otherwise
//! ```
//! The tree is the one that the rest of the analysis reads. A panic inside costs the file.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};

use hognose_finding::{Edit, Fix, Level, Rule};
use hognose_python::Syntax;
use ruff_db::diagnostic::Diagnostic;
use ruff_diagnostics::Applicability;
use ruff_linter::Locator;
use ruff_linter::directives::{Flags, extract_directives};
use ruff_linter::line_width::LineLength;
use ruff_linter::linter::check_path;
use ruff_linter::registry::Rule as RuffRule;
use ruff_linter::settings::types::PreviewMode;
use ruff_linter::settings::{LinterSettings, TargetVersion, flags};
use ruff_linter::source_kind::SourceKind;
use ruff_linter::suppression::Suppressions;
use ruff_python_ast::{PySourceType, PythonVersion};
use ruff_python_codegen::Stylist;
use ruff_python_index::Indexer;
use ruff_text_size::{Ranged as _, TextRange};

use crate::catalogue::{INVALID_SYNTAX, catalogue};
use crate::profile::{Profile, RuffConfiguration};

/// Something a rule found.
#[derive(Debug, Clone)]
pub struct Hit {
    pub rule: &'static Rule,
    pub range: TextRange,
    pub message: String,
    /// What Ruff would change; nobody has checked it yet.
    pub fix: Option<Fix>,
}

/// What came of one file.
#[derive(Debug, Default)]
pub struct Linted {
    /// In the order of the text.
    pub hits: Vec<Hit>,
    /// The message of a panic, which ended the work on this file.
    pub failure: Option<String>,
}

/// The compiled profiles of a run.
#[derive(Debug)]
pub struct Linter {
    profiles: Vec<Compiled>,
}

#[derive(Debug)]
struct Compiled {
    /// `None` where no rule runs.
    settings: Option<LinterSettings>,
    /// Without the rules that mean nothing in a notebook.
    notebooks: Option<LinterSettings>,
    reports_syntax: bool,
}

impl Linter {
    pub fn new(profiles: &[Profile]) -> Self {
        Self {
            profiles: profiles.iter().map(compile).collect(),
        }
    }

    /// Runs the profile of that number.
    pub fn lint(&self, profile: usize, syntax: Syntax<'_>) -> Linted {
        let Some(compiled) = self.profiles.get(profile) else {
            return Linted::default();
        };
        let is_notebook = syntax.source_type.is_ipynb();
        let settings = if is_notebook {
            &compiled.notebooks
        } else {
            &compiled.settings
        };
        let Some(settings) = settings else {
            return Linted::default();
        };
        let work = || run(settings, syntax);
        match catch_unwind(AssertUnwindSafe(work)) {
            Ok(diagnostics) => Linted {
                hits: hits(&diagnostics, syntax, compiled),
                failure: None,
            },
            Err(payload) => Linted {
                hits: Vec::new(),
                failure: Some(message_of(&*payload)),
            },
        }
    }
}

fn compile(profile: &Profile) -> Compiled {
    let known = || {
        let codes = profile.rules.iter().filter_map(|rule| rule.code());
        codes.filter_map(|code| catalogue().of_code(code))
    };
    let settings = |rules: Vec<RuffRule>| {
        let runs = !profile.rules.is_empty();
        runs.then(|| settings(rules.into_iter(), &profile.configuration))
    };
    Compiled {
        settings: settings(known().map(|known| known.ruff).collect()),
        notebooks: settings(
            known()
                .filter(|known| known.in_notebooks)
                .map(|known| known.ruff)
                .collect(),
        ),
        reports_syntax: profile.rules.contains(&&INVALID_SYNTAX),
    }
}

fn settings(
    rules: impl Iterator<Item = RuffRule>,
    configuration: &RuffConfiguration,
) -> LinterSettings {
    let mut settings = LinterSettings {
        // Nothing is looked for on a disk.
        src: Vec::new(),
        project_root: PathBuf::new(),
        builtins: configuration.builtins.clone(),
        preview: PreviewMode::from(configuration.preview),
        unresolved_target_version: TargetVersion(
            configuration
                .python_minor
                .map(|minor| PythonVersion { major: 3, minor }),
        ),
        ..LinterSettings::for_rules(rules)
    };
    if let Some(length) = configuration.line_length
        && let Ok(length) = LineLength::try_from(length)
    {
        settings.line_length = length;
        settings.pycodestyle.max_line_length = length;
    }
    let set = |target: &mut usize, value: Option<usize>| *target = value.unwrap_or(*target);
    set(
        &mut settings.mccabe.max_complexity,
        configuration.max_complexity,
    );
    set(&mut settings.pylint.max_args, configuration.max_arguments);
    set(
        &mut settings.pylint.max_branches,
        configuration.max_branches,
    );
    set(&mut settings.pylint.max_returns, configuration.max_returns);
    set(
        &mut settings.pylint.max_statements,
        configuration.max_statements,
    );
    settings
}

fn run(settings: &LinterSettings, syntax: Syntax<'_>) -> Vec<Diagnostic> {
    let Syntax { source, parsed, .. } = syntax;
    let path = Path::new(&*source.path);
    let source_type = if path.extension().is_some_and(|ending| ending == "pyi") {
        PySourceType::Stub
    } else {
        syntax.source_type
    };
    let locator = Locator::new(&source.text);
    let stylist = Stylist::from_tokens(parsed.tokens(), locator.contents());
    let indexer = Indexer::from_tokens(parsed.tokens(), locator.contents());
    let directives = extract_directives(
        parsed.tokens(),
        Flags::from_settings(settings),
        &locator,
        &indexer,
    );
    let suppressions =
        Suppressions::from_tokens(locator.contents(), parsed.tokens(), &indexer, settings);
    // Only a notebook's cells are looked at in it, and those are not known here.
    let kind = SourceKind::Python {
        code: String::new(),
        is_stub: source_type.is_stub(),
    };
    check_path(
        path,
        None,
        &locator,
        &stylist,
        &indexer,
        &directives,
        settings,
        flags::Noqa::Enabled,
        &kind,
        source_type,
        parsed,
        settings.unresolved_target_version,
        &suppressions,
    )
}

fn hits(diagnostics: &[Diagnostic], syntax: Syntax<'_>, compiled: &Compiled) -> Vec<Hit> {
    // The parser's own errors are problems of the file, and reported as such.
    let reports_syntax = compiled.reports_syntax && syntax.parsed.has_valid_syntax();
    let mut hits: Vec<Hit> = diagnostics
        .iter()
        .filter_map(|diagnostic| {
            let range = diagnostic.range()?;
            let headline = diagnostic.headline_message();
            match diagnostic.secondary_code() {
                Some(code) => {
                    let known = catalogue().of_code(code.as_str())?;
                    Some(Hit {
                        rule: known.rule,
                        range,
                        message: sentences(headline, &known.why),
                        fix: fix(diagnostic, syntax),
                    })
                }
                None if diagnostic.is_invalid_syntax() && reports_syntax => Some(Hit {
                    rule: &INVALID_SYNTAX,
                    range,
                    message: sentences(headline, "Nothing of the file runs."),
                    fix: None,
                }),
                None => None,
            }
        })
        .collect();
    hits.sort_by_key(|hit| (hit.range.start(), hit.range.end(), hit.rule.id));
    hits.dedup_by_key(|hit| (hit.range, hit.rule.id));
    hits
}

/// Ruff's edits, and what it says of them.
fn fix(diagnostic: &Diagnostic, syntax: Syntax<'_>) -> Option<Fix> {
    let fix = diagnostic.fix()?;
    let level = match fix.applicability() {
        Applicability::Safe => Level::Verified,
        Applicability::Unsafe => Level::Unsafe,
        Applicability::DisplayOnly => Level::Manual,
    };
    let file = &syntax.source.path;
    let edits = fix.edits().iter();
    let mut edits: Vec<Edit> = edits
        .map(|edit| Edit::new(file, edit.range(), edit.content().unwrap_or_default()))
        .collect();
    edits.sort();
    let title = diagnostic.first_help_text();
    Some(Fix {
        title: title.unwrap_or("Repair it").to_owned(),
        level,
        edits,
        appends: Vec::new(),
    })
}

/// Ruff's message as a sentence, and what we have to add.
fn sentences(headline: &str, why: &str) -> String {
    let headline = headline.trim();
    let end = if headline.ends_with(['.', '?', '!']) {
        ""
    } else {
        "."
    };
    let gap = if why.is_empty() { "" } else { " " };
    format!("{headline}{end}{gap}{why}")
}

fn message_of(payload: &(dyn std::any::Any + Send)) -> String {
    let text = payload.downcast_ref::<String>().map(String::as_str);
    let text = text.or_else(|| payload.downcast_ref::<&str>().copied());
    text.unwrap_or("no message").to_owned()
}
