//! `hognose secrets`: secrets in files of any kind.
//!
//! ```text
//! hognose secrets .            code, settings, notebooks, documents; git's ignored files are not read
//! ```
//! Outputs and exit codes are those of `check`. What git knows (history, index) is elsewhere.

use std::io::ErrorKind;
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context as _, Result, bail};
use hognose_check::{Allow, AllowError, Report, Secrets, Settings, secrets};
use hognose_finding::{Class, Confidence};
use hognose_report::{Format, Section};

use crate::arguments::{CommonArguments, SecretsArguments};
use crate::commands::check::{Listed, visibility, write_all};
use crate::discovery::{Discovery, Lookup};
use crate::exit::Exit;
use crate::gather::{self, Gathered};
use crate::paths::WorkingDirectory;
use crate::policy::Policies;
use crate::progress::Progress;
use crate::terminal::{self, Verbosity};
use crate::walk::{Found, Wanted};
use crate::{env_file, git_secrets, read, threads};

pub fn run(arguments: SecretsArguments, common: &CommonArguments) -> Result<Exit> {
    let verbosity = common.verbosity();
    let shown = if arguments.show_secrets {
        Section::Show
    } else {
        Section::Hide
    };
    let source = arguments.git.source();
    let arguments = arguments.into_check();
    if let Some(source) = source {
        return git_secrets::run(&source, &arguments, common, shown);
    }
    if arguments.paths.iter().any(|path| path == Path::new("-")) {
        bail!("`secrets` reads files; name a file or a directory instead of `-`");
    }
    let directory = WorkingDirectory::current().context("cannot find the working directory")?;
    let discovery = Arc::new(Discovery::new(Lookup::from_arguments(&arguments)?));
    let progress = Progress::start(visibility(&arguments, verbosity));
    progress.stage("Looking for files".to_owned());
    let mut gathered = gather::files(&arguments, &directory, &discovery, Wanted::Everything)?;
    let policies = Policies::new(&arguments, &gathered, &directory, Confidence::Low)?;
    let settings = Settings {
        selection: policies.selection(),
        min_confidence: policies.min_confidence(),
        ..Settings::default()
    };
    let allow = allow_lists(&directory.canonical)?;
    let run_config = gathered.configs[0].clone();
    let configured = run_config.as_ref().and_then(|config| config.threads);
    let named = arguments.threads.map(NonZeroUsize::get);
    threads::start(named.or(configured))?;
    let Secrets {
        mut report,
        binary,
        searched,
    } = search(
        &mut gathered,
        &settings,
        &allow,
        &progress,
        &arguments.paths,
        &directory,
    );
    drop(progress);
    announce(searched, &binary, verbosity);
    policies.apply(&mut report);
    let format = arguments
        .output
        .output_format
        .or(run_config.as_ref().and_then(|config| config.output_format))
        .unwrap_or(Format::Full);
    let examined: Vec<Class> = policies
        .examined()
        .into_iter()
        .filter(|class| *class == Class::HardcodedSecrets)
        .collect();
    let listed = Listed {
        groups: policies.groups(&arguments, run_config.as_deref()),
        examined,
    };
    write_all(&report, &listed, &arguments, common, format, shown)?;
    if arguments.rules.exit_zero {
        return Ok(Exit::Clean);
    }
    Ok(policies.exit(&report))
}

type Reader = fn(&str) -> Result<Allow, AllowError>;

/// What other scanners were told to leave alone, from the files that they keep at the top of a project.
pub fn allow_lists(directory: &Path) -> Result<Allow> {
    let mut allow = Allow::default();
    let readers: [(&str, Reader); 2] = [
        (".gitleaks.toml", Allow::gitleaks),
        (".secrets.baseline", Allow::baseline),
    ];
    for (name, parse) in readers {
        let path = directory.join(name);
        match std::fs::read_to_string(&path) {
            Ok(text) => allow.extend(parse(&text).with_context(|| {
                format!("cannot read the allow-list in `{name}`; correct it or move it away")
            })?),
            Err(error) if error.kind() == ErrorKind::NotFound => {}
            Err(error) => {
                return Err(error).with_context(|| format!("cannot read `{name}`"));
            }
        }
    }
    Ok(allow)
}

fn search(
    gathered: &mut Gathered,
    settings: &Settings,
    allow: &Allow,
    progress: &Progress,
    paths: &[PathBuf],
    directory: &WorkingDirectory,
) -> Secrets {
    let found: Vec<&Found> = gathered.files.iter().map(|file| &file.found).collect();
    progress.stage(format!("Reading files: {}", found.len()));
    let (inputs, unread) = read::read_all(&found);
    let mut env_files = env_file::not_ignored(&found, &inputs);
    progress.stage(format!("Searching files: {}", inputs.len()));
    let mut outcome = secrets(inputs, settings, allow);
    let report: &mut Report = &mut outcome.report;
    git_secrets::add_tracked_env_files(&mut env_files, report, paths, directory);
    report.add(&mut env_files.findings, env_files.files, settings);
    report.incomplete.append(&mut gathered.incomplete);
    report.incomplete.extend(unread);
    report.incomplete.sort();
    outcome
}

/// Says what was not looked into; a run that searched nothing has found nothing.
fn announce(searched: usize, binary: &[String], verbosity: Verbosity) {
    if verbosity == Verbosity::Quiet {
        return;
    }
    if searched == 0 {
        terminal::warning("nothing was searched: no text files found");
    }
    match (binary.len(), verbosity) {
        (0, _) => {}
        (_, Verbosity::Verbose) => {
            for path in binary {
                terminal::note(&format!("binary, not searched: {path}"));
            }
        }
        (1, _) => terminal::note("1 binary file was not searched (`--verbose` names it)"),
        (count, _) => terminal::note(&format!(
            "{count} binary files were not searched (`--verbose` names them)"
        )),
    }
}
