//! `hognose secrets --staged`, `--history`, `--since REF` and `--stdin`.
//!
//! ```text
//! staged     index → files that differ from HEAD → findings, without what HEAD has already
//! history    references → commits → versions of files → values → findings
//! since      the same for the commits that REF does not have, without what was there before
//! stdin      the same for what a push brings, as git tells its hooks
//! ```

use std::path::PathBuf;
use std::sync::Arc;

use anyhow::{Context as _, Result, bail};
use gix::ObjectId;
use hognose_check::{Allow, Report, Settings};
use hognose_finding::{Class, Confidence};
use hognose_report::{Format, Section};

use super::history::{self, Wanted};
use super::staged;
use crate::arguments::{CheckArguments, CommonArguments};
use crate::commands::check::{Listed, visibility, write_all};
use crate::commands::secrets::allow_lists;
use crate::discovery::{Discovery, Lookup};
use crate::exit::Exit;
use crate::gather::{Gathered, GatheredFile};
use crate::git::{self, Notes, Tips, push};
use crate::options::FileFilter;
use crate::paths::WorkingDirectory;
use crate::policy::Policies;
use crate::progress::Progress;
use crate::terminal::{self, Verbosity};
use crate::walk::Found;
use crate::{read, threads};

/// Which part of what git holds is looked at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Source {
    Staged,
    History(Notes),
    /// The commits that HEAD has and this name does not.
    Since(String),
    /// What a push to the remote of this name, if it is known, brings.
    Push(Option<String>),
}

/// What everything that follows needs.
pub struct Context<'a> {
    pub repository: &'a gix::Repository,
    /// The top of the work tree, or the repository itself where there is none; canonical.
    pub root: PathBuf,
    pub directory: &'a WorkingDirectory,
    pub filter: &'a FileFilter,
    pub settings: &'a Settings,
    /// What other scanners were told to leave alone.
    pub allow: &'a Allow,
    pub progress: &'a Progress,
}

/// A report, and what to say beside it.
#[derive(Default)]
pub struct Outcome {
    pub report: Report,
    /// For each file in the report: its path there, and its path from the root.
    pub paths: Vec<(String, String)>,
    pub notes: Vec<String>,
    /// What makes the absence of findings mean less than it seems to.
    pub warnings: Vec<String>,
}

pub fn run(
    source: &Source,
    arguments: &CheckArguments,
    common: &CommonArguments,
    shown: Section,
) -> Result<Exit> {
    let verbosity = common.verbosity();
    let directory = WorkingDirectory::current().context("cannot find the working directory")?;
    let discovery = Arc::new(Discovery::new(Lookup::from_arguments(arguments)?));
    let repository = git::open(&directory.canonical)?;
    let root = repository.workdir().unwrap_or(repository.git_dir());
    let root = root
        .canonicalize()
        .with_context(|| format!("cannot find `{}`", root.display()))?;
    let config = discovery.of_directory(&root)?;
    let mut gathered = Gathered::of(config.clone());
    let policies = Policies::new(arguments, &gathered, &directory, Confidence::Medium)?;
    let settings = Settings {
        selection: policies.selection(),
        min_confidence: policies.min_confidence(),
        ..Settings::default()
    };
    let allow = allow_lists(&root)?;
    let configured = config.as_ref().and_then(|config| config.threads);
    let named = arguments.threads.map(std::num::NonZeroUsize::get);
    threads::start(named.or(configured))?;
    let filter = FileFilter::new(
        &arguments.files,
        config.as_deref(),
        Arc::clone(&discovery),
        &directory,
    )?;
    let progress = Progress::start(visibility(arguments, verbosity));
    let mut outcome = outcome(
        source,
        &Context {
            repository: &repository,
            root: root.clone(),
            directory: &directory,
            filter: &filter,
            settings: &settings,
            allow: &allow,
            progress: &progress,
        },
    )?;
    drop(progress);
    announce(&outcome, verbosity);
    for (shown, path) in &outcome.paths {
        let canonical = root.join(path);
        let config = discovery.of_directory(canonical.parent().unwrap_or(&root))?;
        let config = gathered.config_index(config);
        let shown = shown.clone();
        let found = Found { canonical, shown };
        gathered.files.push(GatheredFile { found, config });
    }
    let policies = Policies::new(arguments, &gathered, &directory, Confidence::Medium)?;
    policies.apply(&mut outcome.report);
    let format = arguments
        .output
        .output_format
        .or(config.as_ref().and_then(|config| config.output_format))
        .unwrap_or(Format::Full);
    let mut examined = policies.examined();
    examined.retain(|class| *class == Class::HardcodedSecrets);
    let listed = Listed {
        groups: policies.groups(arguments, config.as_deref()),
        examined,
    };
    write_all(&outcome.report, &listed, arguments, common, format, shown)?;
    if arguments.rules.exit_zero {
        return Ok(Exit::Clean);
    }
    Ok(policies.exit(&outcome.report))
}

fn announce(outcome: &Outcome, verbosity: Verbosity) {
    if verbosity == Verbosity::Quiet {
        return;
    }
    outcome.warnings.iter().for_each(|it| terminal::warning(it));
    outcome.notes.iter().for_each(|it| terminal::note(it));
}

fn outcome(source: &Source, context: &Context<'_>) -> Result<Outcome> {
    let repository = context.repository;
    match source {
        Source::Staged => staged::look(context),
        Source::History(notes) => {
            context.progress.stage("Reading references".to_owned());
            let tips = Tips::all(repository, *notes)?;
            history::look(context, &tips, &Wanted::Everything)
        }
        Source::Since(name) => {
            let known = commit(repository, name)?;
            let tips = match repository.head_id() {
                Ok(head) => Tips::of(repository, [head.detach()]),
                Err(_) => Tips::default(),
            };
            let known = Tips::of(repository, [known]);
            history::look(context, &tips, &Wanted::NewSince(known))
        }
        Source::Push(remote) => {
            let bytes = read::read_stdin().map_err(|reason| {
                anyhow::anyhow!("standard input, where git says what is pushed, {reason}")
            })?;
            let pushes = push::parse(&String::from_utf8_lossy(&bytes))?;
            let (tips, known) = pushed(repository, &pushes, remote.as_deref())?;
            history::look(context, &tips, &Wanted::NewSince(known))
        }
    }
}

/// The commit that the user names.
fn commit(repository: &gix::Repository, name: &str) -> Result<ObjectId> {
    // `^{commit}` follows tags.
    let spec = format!("{name}^{{commit}}");
    match repository.rev_parse_single(spec.as_str()) {
        Ok(id) => Ok(id.detach()),
        Err(error) => bail!(
            "--since: `{name}` names no commit of this repository ({error}); a branch, a tag or an \
             id does, and in a shallow clone only what was fetched"
        ),
    }
}

/// What a push brings, and what is there already.
fn pushed(
    repository: &gix::Repository,
    pushes: &[push::Push],
    remote: Option<&str>,
) -> Result<(Tips, Tips)> {
    let tips = Tips::of(repository, pushes.iter().filter_map(|push| push.new));
    let old = pushes.iter().filter_map(|push| push.old);
    // What somebody else has pushed meanwhile is not here.
    let mut known: Vec<ObjectId> = old.filter(|id| repository.has_object(id)).collect();
    let prefix = remote.map_or_else(
        || "refs/remotes/".to_owned(),
        |remote| format!("refs/remotes/{remote}/"),
    );
    for reference in repository.references()?.all()?.flatten() {
        let is_known = reference.name().as_bstr().starts_with(prefix.as_bytes());
        if let Some(id) = reference.try_id().filter(|_| is_known) {
            known.push(id.detach());
        }
    }
    Ok((tips, Tips::of(repository, known)))
}
