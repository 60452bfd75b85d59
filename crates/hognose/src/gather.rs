//! From the paths of the command line to the files of a run, each with its configuration.

use std::collections::BTreeMap;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Result, bail};
use hognose_check::{Incomplete, Input};

use crate::arguments::CheckArguments;
use crate::config::Config;
use crate::discovery::Discovery;
use crate::options::FileFilter;
use crate::paths::WorkingDirectory;
use crate::read;
use crate::walk::{Found, Root, Wanted, walk};

/// The name of code from standard input where the user gives none.
const STDIN_NAME: &str = "<stdin>";

/// The files of a run.
#[derive(Debug)]
pub struct Gathered {
    /// All configurations that apply, without repetitions. The first one is that of the first
    /// named path and decides what concerns the run as a whole.
    pub configs: Vec<Option<Arc<Config>>>,
    /// Sorted by the path in the report.
    pub files: Vec<GatheredFile>,
    /// What has been read already.
    pub inputs: Vec<Input>,
    pub incomplete: Vec<Incomplete>,
}

#[derive(Debug)]
pub struct GatheredFile {
    pub found: Found,
    /// The index of its configuration.
    pub config: usize,
}

impl Gathered {
    /// No file yet; `config` decides what concerns the run as a whole.
    pub fn of(config: Option<Arc<Config>>) -> Self {
        Self {
            configs: vec![config],
            files: Vec::new(),
            inputs: Vec::new(),
            incomplete: Vec::new(),
        }
    }

    pub fn config_index(&mut self, config: Option<Arc<Config>>) -> usize {
        let file = |config: &Option<Arc<Config>>| config.as_ref().map(|it| it.file.clone());
        let wanted = file(&config);
        let known = self.configs.iter().position(|it| file(it) == wanted);
        known.unwrap_or_else(|| {
            self.configs.push(config);
            self.configs.len() - 1
        })
    }
}

/// Standard input as the only file.
pub fn stdin(
    arguments: &CheckArguments,
    directory: &WorkingDirectory,
    discovery: &Discovery,
) -> Result<Gathered> {
    let name = arguments.stdin_filename.as_deref().unwrap_or(STDIN_NAME);
    let beside = directory.canonical.join(name);
    let beside = beside.parent().filter(|parent| parent.is_dir());
    let config = discovery.of_directory(beside.unwrap_or(&directory.canonical))?;
    let mut gathered = Gathered::of(config);
    match read::read_stdin() {
        Ok(bytes) => gathered.inputs.push(Input {
            path: name.replace('\\', "/"),
            bytes,
        }),
        Err(reason) => gathered.incomplete.push(Incomplete {
            path: name.to_owned(),
            line: None,
            reason,
        }),
    }
    Ok(gathered)
}

/// The named paths that can be searched, and those that exist but cannot.
pub struct Roots {
    pub existing: Vec<Root>,
    pub incomplete: Vec<Incomplete>,
}

/// Fails if one of `paths` does not exist. No path at all is the working directory.
pub fn roots(paths: &[PathBuf], directory: &WorkingDirectory) -> Result<Roots> {
    let default = [PathBuf::from(".")];
    let paths = if paths.is_empty() { &default } else { paths };
    let mut missing = Vec::new();
    let mut roots = Roots {
        existing: Vec::new(),
        incomplete: Vec::new(),
    };
    for path in paths {
        match Root::new(path) {
            Ok(root) => roots.existing.push(root),
            Err(error)
                if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) =>
            {
                missing.push(format!("`{}`", path.display()));
            }
            Err(error) => roots.incomplete.push(Incomplete {
                path: directory.shown(path),
                line: None,
                reason: format!("cannot be read: {error}"),
            }),
        }
    }
    match missing.as_slice() {
        [] => Ok(roots),
        [one] => bail!("no such file or directory: {one}"),
        several => bail!("no such files or directories: {}", several.join(", ")),
    }
}

/// The files of all paths. A file with several names is taken once, under the first of them.
pub fn files(
    arguments: &CheckArguments,
    directory: &WorkingDirectory,
    discovery: &Arc<Discovery>,
    wanted: Wanted,
) -> Result<Gathered> {
    let Roots {
        existing,
        incomplete,
    } = roots(&arguments.paths, directory)?;
    let first = existing
        .first()
        .map_or(&*directory.canonical, Root::directory);
    let mut gathered = Gathered::of(discovery.of_directory(first)?);
    gathered.incomplete = incomplete;
    let mut shown_by_file: BTreeMap<PathBuf, String> = BTreeMap::new();
    for root in &existing {
        let config = discovery.of_directory(root.directory())?;
        let discovery = Arc::clone(discovery);
        let filter = FileFilter::new(&arguments.files, config.as_deref(), discovery, directory)?;
        let found = walk(root, &filter, directory, wanted);
        gathered.incomplete.extend(found.incomplete);
        for file in found.files {
            shown_by_file.entry(file.canonical).or_insert(file.shown);
        }
    }
    for (canonical, shown) in shown_by_file {
        let config = discovery.of_directory(canonical.parent().unwrap_or(Path::new("/")))?;
        let config = gathered.config_index(config);
        let found = Found { canonical, shown };
        gathered.files.push(GatheredFile { found, config });
    }
    gathered
        .files
        .sort_by(|left, right| left.found.shown.cmp(&right.found.shown));
    Ok(gathered)
}
