//! From a named path to the Python files below it.
//!
//! ```text
//! project/app.py             taken
//! project/bin/deploy         taken if its first line is `#!/usr/bin/env python3`
//! project/.venv/lib/x.py     skipped: hidden
//! project/env/lib/x.py       skipped: the directory has a pyvenv.cfg
//! project/link.py -> app.py  skipped: links are followed only where they are named
//! ```
//!
//! A path that is named is always taken, whatever it is called.

use std::fs::{self, File};
use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use hognose_check::Incomplete;
use ignore::{DirEntry, WalkBuilder, WalkState};

use crate::options::{FileFilter, IgnoreFiles};
use crate::paths::WorkingDirectory;

const EXTENSIONS: [&str; 4] = ["py", "pyi", "pyw", "ipynb"];

/// Directories that hold no code of the project; one that is named, or that is a package of its
/// own, is searched all the same.
const SKIPPED_DIRECTORIES: [&str; 12] = [
    ".git",
    ".hg",
    ".mypy_cache",
    ".nox",
    ".ruff_cache",
    ".tox",
    "__pycache__",
    "build",
    "dist",
    "node_modules",
    "site-packages",
    "venv",
];

/// How much of a file without extension is read to see whether it is a Python script, in bytes.
const FIRST_LINE_MAX: u64 = 256;

/// Which files of a directory are taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wanted {
    Python,
    /// Of any kind, hidden ones too.
    Everything,
}

/// A file to analyse.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Found {
    /// One for all names of a file.
    pub canonical: PathBuf,
    /// For the report.
    pub shown: String,
}

/// What is below a path.
#[derive(Debug, Default)]
pub struct Walk {
    pub files: Vec<Found>,
    /// Directories that could not be read.
    pub incomplete: Vec<Incomplete>,
}

/// A path of the command line that exists.
#[derive(Debug, Clone)]
pub struct Root {
    pub named: PathBuf,
    pub canonical: PathBuf,
    pub is_directory: bool,
}

impl Root {
    pub fn new(path: &Path) -> std::io::Result<Self> {
        let metadata = fs::metadata(path)?;
        // The pipe of a shell's `<(…)` can be opened but has no canonical name.
        let canonical = path.canonicalize().or_else(|_| std::path::absolute(path))?;
        Ok(Self {
            named: path.to_owned(),
            canonical,
            is_directory: metadata.is_dir(),
        })
    }

    /// Where the search for a configuration begins.
    pub fn directory(&self) -> &Path {
        if self.is_directory {
            &self.canonical
        } else {
            self.canonical.parent().unwrap_or(&self.canonical)
        }
    }
}

/// The wanted files at and below `root`, sorted.
pub fn walk(
    root: &Root,
    filter: &FileFilter,
    directory: &WorkingDirectory,
    wanted: Wanted,
) -> Walk {
    if !root.is_directory {
        let file = Found {
            canonical: root.canonical.clone(),
            shown: directory.shown(&root.named),
        };
        return Walk {
            files: vec![file],
            incomplete: Vec::new(),
        };
    }
    let found = Mutex::new(Walk::default());
    builder(root, filter, wanted).build_parallel().run(|| {
        Box::new(|entry| {
            let mut part = Walk::default();
            match entry {
                Ok(entry) => part.files.extend(file(&entry, root, directory, wanted)),
                Err(error) => part.incomplete.push(unreadable(&error, root, directory)),
            }
            let mut found = found
                .lock()
                .expect("no thread panics while it holds the lock");
            found.files.append(&mut part.files);
            found.incomplete.append(&mut part.incomplete);
            WalkState::Continue
        })
    });
    let mut found = found
        .into_inner()
        .expect("no thread panics while it holds the lock");
    found.files.sort();
    found.incomplete.sort();
    found
}

fn builder(root: &Root, filter: &FileFilter, wanted: Wanted) -> WalkBuilder {
    let follow = filter.ignore_files == IgnoreFiles::Follow;
    let filter = Arc::new(filter.clone());
    let place = root.clone();
    let mut builder = WalkBuilder::new(&root.named);
    builder
        .follow_links(false)
        .hidden(wanted == Wanted::Python)
        .parents(follow)
        .ignore(follow)
        .git_ignore(follow)
        .git_global(follow)
        .git_exclude(follow)
        .filter_entry(move |entry| {
            entry.depth() == 0
                || !(is_skipped_directory(entry)
                    || filter.excludes(&canonical(entry.path(), &place)))
        });
    builder
}

fn is_skipped_directory(entry: &DirEntry) -> bool {
    if !entry.file_type().is_some_and(|kind| kind.is_dir()) {
        return false;
    }
    let name = entry.file_name();
    let is_listed = SKIPPED_DIRECTORIES.iter().any(|skipped| name == *skipped);
    (is_listed && !entry.path().join("__init__.py").exists())
        || entry.path().join("pyvenv.cfg").exists()
}

/// The entry's canonical path: links are not followed below the root.
fn canonical(path: &Path, root: &Root) -> PathBuf {
    match path.strip_prefix(&root.named) {
        Ok(below) if below.as_os_str().is_empty() => root.canonical.clone(),
        Ok(below) => root.canonical.join(below),
        Err(_) => path.to_owned(),
    }
}

fn file(
    entry: &DirEntry,
    root: &Root,
    directory: &WorkingDirectory,
    wanted: Wanted,
) -> Option<Found> {
    if !entry.file_type().is_some_and(|kind| kind.is_file()) {
        return None;
    }
    let path = entry.path();
    let is_wanted = match (wanted, path.extension()) {
        (Wanted::Everything, _) => true,
        (Wanted::Python, Some(extension)) => EXTENSIONS
            .iter()
            .any(|known| extension.eq_ignore_ascii_case(known)),
        (Wanted::Python, None) => is_script(path),
    };
    is_wanted.then(|| Found {
        canonical: canonical(path, root),
        shown: directory.shown(path),
    })
}

/// Whether the file's first line hands it to Python.
fn is_script(path: &Path) -> bool {
    let mut head = Vec::new();
    let read = File::open(path).and_then(|file| file.take(FIRST_LINE_MAX).read_to_end(&mut head));
    // A file that cannot be opened and is not called Python is none of ours.
    read.is_ok() && is_python_shebang(&head)
}

fn is_python_shebang(head: &[u8]) -> bool {
    let line = head.split(|byte| *byte == b'\n').next().unwrap_or_default();
    let line = String::from_utf8_lossy(line);
    let Some(command) = line.strip_prefix("#!") else {
        return false;
    };
    let mut words = command
        .split_whitespace()
        .map(|word| word.rsplit('/').next().unwrap_or(word));
    words.any(|word| word.starts_with("python") || word.starts_with("pypy"))
        || command.contains("uv run")
}

fn unreadable(error: &ignore::Error, root: &Root, directory: &WorkingDirectory) -> Incomplete {
    let path = path_of(error).map_or_else(
        || directory.shown(&root.named),
        |path| directory.shown(path),
    );
    let reason = match error.io_error() {
        Some(error) => format!("the directory cannot be read: {error}"),
        None => format!("the directory cannot be read: {error}"),
    };
    Incomplete {
        path,
        line: None,
        reason,
    }
}

fn path_of(error: &ignore::Error) -> Option<&Path> {
    match error {
        ignore::Error::WithPath { path, .. } => Some(path),
        ignore::Error::WithDepth { err, .. } | ignore::Error::WithLineNumber { err, .. } => {
            path_of(err)
        }
        ignore::Error::Loop { child, .. } => Some(child),
        ignore::Error::Partial(errors) => errors.iter().find_map(path_of),
        ignore::Error::Io(_)
        | ignore::Error::Glob { .. }
        | ignore::Error::UnrecognizedFileType(_)
        | ignore::Error::InvalidDefinition => None,
    }
}

#[cfg(test)]
mod tests {
    use super::is_python_shebang;

    #[test]
    fn scripts_are_known_by_their_first_line() {
        for line in [
            "#!/usr/bin/env python3\n",
            "#!/usr/bin/python\nimport os",
            "#! /usr/bin/env -S python3.12 -u\n",
            "#!/usr/bin/env -S uv run --script\n",
            "#!/opt/pypy3\n",
        ] {
            assert!(is_python_shebang(line.as_bytes()), "{line}");
        }
        for line in [
            "",
            "#!/bin/sh\npython3 x",
            "import os",
            "# python",
            "\u{7f}ELF",
        ] {
            assert!(!is_python_shebang(line.as_bytes()), "{line}");
        }
    }
}
