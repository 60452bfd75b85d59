//! What a run does, after arguments, environment and configuration have been put together.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context as _, Result};
use hognose_check::{ModelText, Threat};

use crate::arguments::{CommonArguments, FileSelection};
use crate::config::{Config, ConfigError};
use crate::discovery::{Discovery, Lookup};
use crate::glob::Globs;
use crate::paths::{WorkingDirectory, near};
use crate::terminal::Verbosity;

impl CommonArguments {
    pub fn verbosity(&self) -> Verbosity {
        match (self.quiet, self.verbose) {
            (true, _) => Verbosity::Quiet,
            (false, true) => Verbosity::Verbose,
            (false, false) => Verbosity::Normal,
        }
    }
}

pub fn threat(is_snippet: bool) -> Threat {
    if is_snippet {
        Threat::Snippet
    } else {
        Threat::Project
    }
}

/// The user's model files: those of the arguments, then those of the configurations.
pub fn models(named: &[PathBuf], configs: &[Option<Arc<Config>>]) -> Result<Vec<ModelText>> {
    let mut models = Vec::new();
    for path in named.iter().filter(|path| !path.as_os_str().is_empty()) {
        models.push(model(path).context("--models")?);
    }
    for config in configs.iter().flatten() {
        for name in &config.models {
            let path = config.directory().join(&name.text);
            let text = model(&path).map_err(|error| ConfigError {
                file: config.file.clone(),
                place: Some(name.place),
                what: format!("{error:#}"),
            })?;
            models.push(text);
        }
    }
    models.dedup_by(|left, right| left.path == right.path);
    Ok(models)
}

fn model(path: &Path) -> Result<ModelText> {
    let text = std::fs::read_to_string(path)
        .with_context(|| format!("cannot read the model file `{}`", path.display()))?;
    Ok(ModelText {
        path: near(path).display().to_string(),
        text,
    })
}

/// Which files of a directory are taken.
#[derive(Debug, Clone)]
pub struct FileFilter {
    /// Of the command line.
    excludes: Globs,
    /// For the excludes of the configurations.
    discovery: Arc<Discovery>,
    pub ignore_files: IgnoreFiles,
}

/// Whether `.gitignore` and `.ignore` files are followed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum IgnoreFiles {
    Follow,
    Disregard,
}

impl FileFilter {
    /// `config` is that of the named path below which files are looked for.
    pub fn new(
        arguments: &FileSelection,
        config: Option<&Config>,
        discovery: Arc<Discovery>,
        directory: &WorkingDirectory,
    ) -> Result<Self> {
        let named = arguments.exclude.iter().map(String::as_str);
        let named: Vec<&str> = named.filter(|glob| !glob.is_empty()).collect();
        let excludes = Globs::new(&directory.canonical, named.iter().copied());
        let excludes = excludes.map_err(|(index, what)| {
            anyhow::anyhow!("--exclude: `{}` is no glob: {what}", named[index])
        })?;
        let configured = config.and_then(|config| config.respect_gitignore);
        let ignore_files = if arguments.no_gitignore || configured == Some(false) {
            IgnoreFiles::Disregard
        } else {
            IgnoreFiles::Follow
        };
        Ok(Self {
            excludes,
            discovery,
            ignore_files,
        })
    }

    /// No exclusions, ignore files followed.
    pub fn plain() -> Self {
        Self {
            excludes: Globs::default(),
            discovery: Arc::new(Discovery::new(Lookup::Isolated)),
            ignore_files: IgnoreFiles::Follow,
        }
    }

    /// `path` is canonical. The configuration of the directory it stands in decides.
    pub fn excludes(&self, path: &Path) -> bool {
        // A broken configuration is reported once the files are known.
        let config = path
            .parent()
            .and_then(|parent| self.discovery.of_directory(parent).ok().flatten());
        self.excludes.matches(path) || config.is_some_and(|config| config.exclude.matches(path))
    }
}
