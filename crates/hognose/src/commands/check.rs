//! `hognose check`: from paths to a report.
//!
//! All files are analysed as one program; what is kept for each file is decided by its own
//! configuration (see `policy`).

use std::num::NonZeroUsize;
use std::path::Path;
use std::sync::Arc;

use anyhow::{Context as _, Result, bail};
use hognose_check::{
    Fixes, Input, Measure, Report, RuffConfigurations, Settings, Threat, check, rules,
};
use hognose_finding::{Class, Confidence, Group};
use hognose_report::{Format, Section, Subject, TextStyle, render};

use crate::arguments::{CheckArguments, CommonArguments};
use crate::discovery::{Discovery, Lookup};
use crate::exit::Exit;
use crate::gather::{self, Gathered};
use crate::options::{models, threat};
use crate::paths::WorkingDirectory;
use crate::policy::Policies;
use crate::progress::{Progress, Visibility};
use crate::terminal::{self, ColorChoice, Verbosity};
use crate::walk::{Found, Wanted};
use crate::{clock, output, read, ruff, threads};

use super::fix::{self, Apply};

pub fn run(arguments: &CheckArguments, common: &CommonArguments) -> Result<Exit> {
    run_with(arguments, common, Apply::All)
}

/// As [`run`]; `apply` decides what is done with the fixes, where fixes are asked for.
pub fn run_with(
    arguments: &CheckArguments,
    common: &CommonArguments,
    apply: Apply,
) -> Result<Exit> {
    let verbosity = common.verbosity();
    let directory = WorkingDirectory::current().context("cannot find the working directory")?;
    let discovery = Arc::new(Discovery::new(Lookup::from_arguments(arguments)?));
    let is_stdin = reads_stdin(arguments)?;
    let progress = Progress::start(visibility(arguments, verbosity));
    progress.stage("Looking for files".to_owned());
    let mut gathered = if is_stdin {
        gather::stdin(arguments, &directory, &discovery)?
    } else {
        gather::files(arguments, &directory, &discovery, Wanted::Python)?
    };
    let threat = threat(is_stdin || arguments.snippet);
    let confidence_default = match threat {
        Threat::Snippet => Confidence::Low,
        Threat::Project => Confidence::Medium,
    };
    let policies = Policies::new(arguments, &gathered, &directory, confidence_default)?;
    let settings = Settings {
        selection: policies.selection(),
        min_confidence: policies.min_confidence(),
        models: models(&arguments.models, &gathered.configs)?,
        threat,
        ruff: ruff_configurations(arguments, &gathered),
        measure: if arguments.output.statistics {
            Measure::Code
        } else {
            Measure::Nothing
        },
        fixes: Fixes::Skip,
    };
    // What concerns the run as a whole comes from the configuration of the first path.
    let run_config = gathered.configs[0].clone();
    let configured = run_config.as_ref().and_then(|config| config.threads);
    let named = arguments.threads.map(NonZeroUsize::get);
    threads::start(named.or(configured))?;
    announce(&gathered, verbosity);
    let mode = fix::Mode::of(&arguments.fixes, apply);
    let inputs = inputs(&mut gathered, &progress);
    let groups = policies.groups(arguments, run_config.as_deref());
    let run = Run {
        arguments,
        common,
        settings: &settings,
        policies: &policies,
        gathered: &gathered,
        is_stdin,
        groups: &groups,
    };
    let (mut report, changes) = match mode {
        fix::Mode::Nothing => (check(inputs, &settings), fix::Changes::default()),
        fix::Mode::Offer => {
            let settings = Settings {
                fixes: Fixes::Offer,
                ..settings.clone()
            };
            (check(inputs, &settings), fix::Changes::default())
        }
        fix::Mode::Apply | fix::Mode::Ask | fix::Mode::Diff => {
            fix::run(&run, mode, inputs, progress)?
        }
    };
    report.incomplete.append(&mut gathered.incomplete);
    report.incomplete.sort();
    reject_broken_models(&report, &settings)?;
    policies.apply(&mut report);
    if let Some(exit) = changes.exit(arguments) {
        return Ok(exit);
    }
    let format = arguments
        .output
        .output_format
        .or(run_config.as_ref().and_then(|config| config.output_format))
        .unwrap_or(Format::Full);
    let listed = Listed {
        groups: groups.clone(),
        examined: policies.examined(),
    };
    write_all(&report, &listed, arguments, common, format, Section::Hide)?;
    if arguments.rules.exit_zero {
        return Ok(Exit::Clean);
    }
    if changes.count > 0 && arguments.fixes.exit_non_zero_on_fix {
        return Ok(Exit::Findings);
    }
    Ok(policies.exit(&report))
}

/// What a run has found out before it analyses.
pub struct Run<'a> {
    pub arguments: &'a CheckArguments,
    pub common: &'a CommonArguments,
    pub settings: &'a Settings,
    pub policies: &'a Policies,
    pub gathered: &'a Gathered,
    pub is_stdin: bool,
    /// What is listed is what is repaired.
    pub groups: &'a [Group],
}

/// What the text formats show.
pub struct Listed {
    pub groups: Vec<Group>,
    pub examined: Vec<Class>,
}

/// What the projects say to Ruff; nothing with `--isolated`.
fn ruff_configurations(arguments: &CheckArguments, gathered: &Gathered) -> RuffConfigurations {
    if arguments.isolated {
        return RuffConfigurations::default();
    }
    let files = gathered.files.iter();
    let files = files.map(|file| (&*file.found.shown, &*file.found.canonical));
    let mut projects = ruff::Projects::default();
    let configurations = projects.configurations(files);
    for warning in &projects.warnings {
        terminal::warning(warning);
    }
    configurations
}

pub fn visibility(arguments: &CheckArguments, verbosity: Verbosity) -> Visibility {
    let wanted = !arguments.output.no_progress && verbosity != Verbosity::Quiet;
    if wanted && terminal::can_animate() {
        Visibility::Visible
    } else {
        Visibility::Hidden
    }
}

fn reads_stdin(arguments: &CheckArguments) -> Result<bool> {
    let is_stdin = arguments.paths.iter().any(|path| path == Path::new("-"));
    if is_stdin && arguments.paths.len() > 1 {
        bail!("`-` stands for standard input and cannot be combined with other paths");
    }
    Ok(is_stdin)
}

fn announce(gathered: &Gathered, verbosity: Verbosity) {
    let is_empty = gathered.files.is_empty() && gathered.inputs.is_empty();
    if is_empty && gathered.incomplete.is_empty() && verbosity != Verbosity::Quiet {
        terminal::warning("no Python files found");
    }
    if verbosity != Verbosity::Verbose {
        return;
    }
    for (index, config) in gathered.configs.iter().enumerate() {
        let name = config.as_ref().map_or_else(
            || "no configuration file".to_owned(),
            |config| format!("configuration {}", config.file.display()),
        );
        terminal::note(&name);
        for file in gathered.files.iter().filter(|file| file.config == index) {
            terminal::note(&format!("file {}", file.found.shown));
        }
    }
}

/// The bytes of all files; what cannot be read is noted as incomplete.
fn inputs(gathered: &mut Gathered, progress: &Progress) -> Vec<Input> {
    let found: Vec<&Found> = gathered.files.iter().map(|file| &file.found).collect();
    progress.stage(format!("Reading files: {}", found.len()));
    let (read, unread) = read::read_all(&found);
    let mut inputs = std::mem::take(&mut gathered.inputs);
    inputs.extend(read);
    gathered.incomplete.extend(unread);
    progress.stage(format!("Analysing files: {}", inputs.len()));
    inputs
}

/// A mistake in a model file of the user's is one of configuration: without its rows the analysis
/// would say something else.
fn reject_broken_models(report: &Report, settings: &Settings) -> Result<()> {
    let is_model = |path: &str| settings.models.iter().any(|model| model.path == path);
    let mistakes: Vec<String> = report
        .incomplete
        .iter()
        .filter(|entry| is_model(&entry.path))
        .map(|entry| {
            let line = entry.line.map(|line| format!(":{line}"));
            format!(
                "{}{}: {}",
                entry.path,
                line.unwrap_or_default(),
                entry.reason
            )
        })
        .collect();
    if mistakes.is_empty() {
        Ok(())
    } else {
        bail!("{}", mistakes.join("\n"))
    }
}

/// Report files first: they are wanted even if nobody reads standard output to its end.
pub fn write_all(
    report: &Report,
    listed: &Listed,
    arguments: &CheckArguments,
    common: &CommonArguments,
    format: Format,
    secrets: Section,
) -> Result<()> {
    let subject = Subject {
        report,
        rules: rules(),
        examined: &listed.examined,
        secrets,
        time: clock::run_time(),
    };
    let shown = |yes: bool| if yes { Section::Show } else { Section::Hide };
    let plain = TextStyle {
        summary: shown(!common.quiet),
        statistics: shown(arguments.output.statistics),
        bugs: shown(listed.groups.contains(&Group::Bugs)),
        quality: shown(listed.groups.contains(&Group::Quality)),
        ..TextStyle::default()
    };
    for target in &arguments.output.report {
        output::to_file(&target.path, &render(target.format, &subject, &plain))?;
    }
    let style = TextStyle {
        color: common.color.unwrap_or(ColorChoice::Auto).color(),
        decor: terminal::decor(),
        width: terminal::width(),
        ..plain
    };
    output::to_stdout(&render(format, &subject, &style))
}
