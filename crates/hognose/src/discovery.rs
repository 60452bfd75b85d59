//! Which configuration applies to a file: the nearest one upward from it.
//!
//! The search starts in the file's directory, and the first directory that has one of the
//! configuration files wins; files further up are not merged. In one directory `hognose.toml` wins
//! over `.hognose.toml`, and both over `pyproject.toml`.

use std::collections::BTreeMap;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use anyhow::{Context as _, Result};

use crate::arguments::CheckArguments;
use crate::config::{self, Config};

const FILE_NAMES: [&str; 3] = ["hognose.toml", ".hognose.toml", "pyproject.toml"];

/// How configuration is looked for.
#[derive(Debug)]
pub enum Lookup {
    /// Upward from each file.
    Nearest,
    /// One configuration for all files.
    Fixed(Arc<Config>),
    /// None.
    Isolated,
}

/// Finds and remembers the configuration of directories; several threads may ask.
#[derive(Debug)]
pub struct Discovery {
    lookup: Lookup,
    by_directory: Mutex<BTreeMap<PathBuf, Option<Arc<Config>>>>,
}

impl Discovery {
    pub fn new(lookup: Lookup) -> Self {
        Self {
            lookup,
            by_directory: Mutex::new(BTreeMap::new()),
        }
    }

    /// The configuration for files in `directory`, which is canonical.
    pub fn of_directory(&self, directory: &Path) -> Result<Option<Arc<Config>>> {
        match &self.lookup {
            Lookup::Fixed(config) => Ok(Some(Arc::clone(config))),
            Lookup::Isolated => Ok(None),
            Lookup::Nearest => self.nearest(directory),
        }
    }

    fn nearest(&self, directory: &Path) -> Result<Option<Arc<Config>>> {
        // What is remembered is complete at any moment, so a panic elsewhere does no harm.
        let memory = || {
            self.by_directory
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
        };
        if let Some(known) = memory().get(directory) {
            return Ok(known.clone());
        }
        let found = match in_directory(directory)? {
            Some(config) => Some(Arc::new(config)),
            None => match directory.parent() {
                Some(parent) => self.nearest(parent)?,
                None => None,
            },
        };
        // Another thread may have been faster; all files must share one value.
        let mut memory = memory();
        let entry = memory.entry(directory.to_owned()).or_insert(found);
        Ok(entry.clone())
    }
}

impl Lookup {
    /// What `--config` and `--isolated` ask for.
    pub fn from_arguments(arguments: &CheckArguments) -> Result<Self> {
        Ok(match &arguments.config {
            Some(file) => Self::Fixed(Arc::new(read_named(file)?)),
            None if arguments.isolated => Self::Isolated,
            None => Self::Nearest,
        })
    }
}

fn in_directory(directory: &Path) -> Result<Option<Config>> {
    for name in FILE_NAMES {
        let file = directory.join(name);
        let text = match std::fs::read(&file) {
            Ok(bytes) => String::from_utf8_lossy(&bytes).into_owned(),
            Err(error) if is_absent(error.kind()) => continue,
            Err(error) => {
                let context = format!("cannot read the configuration `{}`", file.display());
                return Err(error).context(context);
            }
        };
        if let Some(config) = config::parse(&file, &text)? {
            return Ok(Some(config));
        }
    }
    Ok(None)
}

/// A directory we may not look into has no configuration for us.
fn is_absent(kind: ErrorKind) -> bool {
    matches!(
        kind,
        ErrorKind::NotFound | ErrorKind::NotADirectory | ErrorKind::IsADirectory
    )
}

fn read_named(file: &Path) -> Result<Config> {
    let describe = || format!("cannot read the configuration `{}`", file.display());
    let text = std::fs::read_to_string(file).with_context(describe)?;
    let file = file.canonicalize().with_context(describe)?;
    match config::parse(&file, &text)? {
        Some(config) => Ok(config),
        None => anyhow::bail!("{}: there is no section [tool.hognose]", file.display()),
    }
}
