//! The line the data takes, from bytes to a report. Read this first.
//!
//! ```text
//! (path, bytes) → File (text, tree, IR) + lint   per file, parallel
//!        + models → Program                      imports, names
//!        → Analysis                              summaries, flows, examined sinks
//!        → findings + checks                     rules
//!        → suppressions, selection → Report      or, where fixes are wanted, `fix` and once more
//! ```
//! Data only moves downward. A panic costs the file or function it happened in.

use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, OnceLock};

use hognose_dataflow::models::{ModelError, Models};
use hognose_dataflow::{Analysis, Detail, Openness, Program, solve};
use hognose_finding::{Check, Class, Finding, Location, Verdict};
use hognose_lint::Linted;
use hognose_python::{File, Syntax, lower_file_with};
use rayon::prelude::*;
use rustc_hash::FxHashSet;

use crate::lint::{self, LintStage};
use crate::{
    Fixes, Incomplete, Input, Measure, Metrics, Report, Settings, Statistics, Suppressed,
    SyntaxError, Threat, fix, suppress,
};

/// All stages.
pub fn run(inputs: Vec<Input>, settings: &Settings) -> Report {
    match settings.fixes {
        Fixes::Skip => match examine(inputs, settings) {
            Ok(examined) => examined.report(settings),
            Err(report) => *report,
        },
        Fixes::Offer => fix::offer(&inputs, settings),
    }
}

/// What all stages but the selection come to.
pub struct Examined {
    pub analysis: Analysis,
    /// Whatever their confidence; not suppressed. A fix in it is a proposal.
    pub findings: Vec<Finding>,
    pub suppressed: Vec<Suppressed>,
    pub incomplete: Vec<Incomplete>,
    checks: Vec<Check>,
    statistics: Statistics,
}

/// All stages but the selection. The error is the report on broken models.
pub fn examine(inputs: Vec<Input>, settings: &Settings) -> Result<Examined, Box<Report>> {
    let models = models(settings).map_err(|errors| Box::new(broken_models(&errors)))?;
    let stage = LintStage::new(settings);
    let (files, linted, mut incomplete) = read(inputs, &stage);
    let lines = files.iter().map(line_count).sum();
    let analysis = analyse(files, models, settings, Detail::Findings);
    incomplete.extend(failures(&analysis));
    let mut found = hognose_rules::run(&analysis);
    found
        .findings
        .extend(lint::findings(&analysis.program, linted));
    let mut statistics = statistics(&analysis, lines);
    let files = analysis.program.modules.iter().map(|module| &module.file);
    // Before the selection: a comment on a finding of low confidence is not unused.
    let outcome = suppress::apply(files, found.findings, &settings.selection);
    statistics.foreign_suppressions = outcome.foreign;
    if settings.measure == Measure::Code {
        let files = analysis.program.modules.iter().map(|module| &module.file);
        statistics.metrics = Some(Metrics::of(files));
    }
    incomplete.sort();
    incomplete.dedup();
    Ok(Examined {
        analysis,
        findings: outcome.findings,
        suppressed: outcome.suppressed,
        incomplete,
        checks: found.checks,
        statistics,
    })
}

impl Examined {
    /// What the settings ask for of it.
    pub fn report(self, settings: &Settings) -> Report {
        let mut findings = select(self.findings, settings, |finding| finding);
        let mut suppressed = select(self.suppressed, settings, |suppressed| &suppressed.finding);
        // What nobody has checked is not offered.
        for entry in &mut suppressed {
            entry.finding.fix = None;
        }
        if settings.fixes == Fixes::Skip {
            for finding in &mut findings {
                finding.fix = None;
            }
        }
        let shown: Vec<&Finding> = findings
            .iter()
            .chain(suppressed.iter().map(|suppressed| &suppressed.finding))
            .collect();
        Report {
            checks: select_checks(self.checks, &shown, settings),
            findings,
            suppressed,
            syntax_errors: syntax_errors(&self.analysis.program),
            files: self
                .analysis
                .program
                .modules
                .into_iter()
                .map(|module| module.file.source)
                .collect(),
            histories: BTreeMap::new(),
            incomplete: self.incomplete,
            statistics: self.statistics,
        }
    }
}

/// The embedded models, read once in a process, or these and the user's.
pub fn models(settings: &Settings) -> Result<Arc<Models>, Vec<ModelError>> {
    static EMBEDDED: OnceLock<Result<Arc<Models>, Vec<ModelError>>> = OnceLock::new();
    if settings.models.is_empty() {
        return EMBEDDED
            .get_or_init(|| Models::embedded().map(Arc::new))
            .clone();
    }
    let files: Vec<(Arc<str>, Arc<str>)> = settings
        .models
        .iter()
        .map(|model| {
            (
                Arc::from(model.path.as_str()),
                Arc::from(model.text.as_str()),
            )
        })
        .collect();
    Models::load(&files).map(Arc::new)
}

fn broken_models(errors: &[ModelError]) -> Report {
    Report {
        incomplete: errors
            .iter()
            .map(|error| Incomplete {
                path: error.file.to_string(),
                line: Some(error.line),
                reason: format!("model row: {}", error.message),
            })
            .collect(),
        ..Report::default()
    }
}

/// Reads all files, in parallel and in the order of their paths. What was linted is in the order of
/// the files.
pub fn read(
    mut inputs: Vec<Input>,
    stage: &LintStage,
) -> (Vec<File>, Vec<Linted>, Vec<Incomplete>) {
    inputs.sort_by(|a, b| a.path.cmp(&b.path));
    inputs.dedup_by(|a, b| a.path == b.path);
    let results: Vec<Result<(File, Option<Linted>), Incomplete>> = inputs
        .into_par_iter()
        .map(|input| {
            let look = |syntax: Syntax<'_>| stage.lint(&input.path, syntax);
            let file = catch_unwind(AssertUnwindSafe(|| {
                lower_file_with(&input.path, &input.bytes, look)
            }));
            file.map_err(|_| Incomplete {
                path: input.path,
                line: None,
                reason: "reading the file failed inside the program; please report it".to_owned(),
            })
        })
        .collect();
    let mut files = Vec::with_capacity(results.len());
    let mut linted = Vec::with_capacity(results.len());
    let mut incomplete = Vec::new();
    for result in results {
        match result {
            Ok((file, hits)) => {
                incomplete.extend(problems(&file));
                incomplete.extend(lint::failure(&file, hits.as_ref()));
                let hits = hits.unwrap_or_default();
                files.push(file);
                linted.push(hits);
            }
            Err(failure) => incomplete.push(failure),
        }
    }
    (files, linted, incomplete)
}

fn problems(file: &File) -> Vec<Incomplete> {
    let path = &file.source.path;
    let mut incomplete: Vec<Incomplete> = file
        .problems
        .iter()
        .map(|problem| Incomplete {
            path: path.to_string(),
            line: problem
                .range
                .map(|range| file.source.line_of(range.start())),
            reason: problem.message.clone(),
        })
        .collect();
    let too_deep = file.module.depth_limit_hits;
    if too_deep > 0 {
        incomplete.push(Incomplete {
            path: path.to_string(),
            line: None,
            reason: format!(
                "{too_deep} expressions or statements are nested too deep to be followed"
            ),
        });
    }
    incomplete
}

fn syntax_errors(program: &Program) -> Vec<SyntaxError> {
    let files = program.modules.iter().map(|module| &module.file);
    let errors = files.flat_map(|file| {
        file.problems.iter().filter_map(|problem| {
            Some(SyntaxError {
                location: Location {
                    file: Arc::clone(&file.source.path),
                    range: problem.range?,
                },
                message: problem.message.clone(),
            })
        })
    });
    errors.collect()
}

fn line_count(file: &File) -> usize {
    file.source.line_count() as usize
}

/// Links and solves.
pub fn analyse(
    files: Vec<File>,
    models: Arc<Models>,
    settings: &Settings,
    detail: Detail,
) -> Analysis {
    let openness = match settings.threat {
        Threat::Project => Openness::Closed,
        Threat::Snippet => Openness::Open,
    };
    let program = Program::new(files, &models);
    solve(program, models, openness, detail)
}

fn failures(analysis: &Analysis) -> Vec<Incomplete> {
    analysis
        .failed
        .iter()
        .map(|(function, message)| {
            let program = &analysis.program;
            let module = program.module(program.module_of(*function));
            let range = program.function(*function).name_range;
            Incomplete {
                path: module.file.source.path.to_string(),
                line: Some(module.file.source.line_of(range.start())),
                reason: format!(
                    "the analysis of `{}` failed inside the program ({message}); please report it",
                    program.qualified_name(*function)
                ),
            }
        })
        .collect()
}

/// Those of `items` whose finding the settings ask for.
pub fn select<T>(items: Vec<T>, settings: &Settings, finding: impl Fn(&T) -> &Finding) -> Vec<T> {
    let ignores = settings.selection.path_ignores();
    items
        .into_iter()
        .filter(|item| {
            let finding = finding(item);
            finding.confidence >= settings.min_confidence
                && settings.selection.includes(finding.rule)
                && !ignores.ignores(&finding.location.file, finding.rule)
        })
        .collect()
}

/// The checks of the selected classes. Where the finding is not shown, the verdict is open: the
/// analysis is not sure enough to report the site, and not sure that it is safe.
fn select_checks(checks: Vec<Check>, shown: &[&Finding], settings: &Settings) -> Vec<Check> {
    let sites: FxHashSet<(Class, &Location)> = shown
        .iter()
        .map(|finding| (finding.rule.class, &finding.location))
        .collect();
    checks
        .into_iter()
        .map(|check| {
            let is_shown = sites.contains(&(check.class, &check.location));
            if check.verdict == Verdict::Unsafe && !is_shown {
                return Check {
                    verdict: Verdict::Unknown,
                    reason: "not sure enough to report".to_owned(),
                    ..check
                };
            }
            check
        })
        .filter(|check| {
            crate::rules()
                .iter()
                .any(|rule| rule.class == check.class && settings.selection.includes(rule))
        })
        .collect()
}

fn statistics(analysis: &Analysis, lines: usize) -> Statistics {
    Statistics {
        files: analysis.program.modules.len(),
        lines,
        functions: analysis.program.function_count(),
        calls: analysis.functions.iter().map(|solved| solved.calls).sum(),
        resolved_calls: analysis
            .functions
            .iter()
            .map(|solved| solved.resolved_calls)
            .sum(),
        largest_component: analysis.largest_component,
        limits: analysis.limits.hits(),
        foreign_suppressions: Vec::new(),
        metrics: None,
    }
}
