//! The repository's own files.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};

/// Directories that hold nothing of ours.
const SKIPPED: [&str; 3] = [".git", "node_modules", "target"];

/// The repository, wherever the chore is run. Cargo names it; a binary that is started by itself
/// remembers where it was built.
pub fn root() -> Result<PathBuf> {
    let named = std::env::var_os("CARGO_MANIFEST_DIR");
    let xtask = named.map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")), PathBuf::from);
    xtask
        .parent()
        .map(Path::to_owned)
        .context("xtask lies in the repository")
}

/// A file of the repository.
#[derive(Debug)]
pub struct RepositoryFile {
    /// From the root, with `/`.
    pub path: String,
    pub text: String,
}

/// All text files, sorted by path. What is not UTF-8 is no text.
pub fn repository_files(root: &Path) -> Result<Vec<RepositoryFile>> {
    let mut paths = Vec::new();
    collect(root, &mut paths)?;
    paths.sort();
    let files = paths.into_iter().filter_map(|path| {
        let text = String::from_utf8(fs::read(&path).ok()?).ok()?;
        let relative = path.strip_prefix(root).ok()?;
        let path = relative.to_string_lossy().replace('\\', "/");
        Some(RepositoryFile { path, text })
    });
    Ok(files.collect())
}

fn collect(directory: &Path, paths: &mut Vec<PathBuf>) -> Result<()> {
    let entries =
        fs::read_dir(directory).with_context(|| format!("cannot read {}", directory.display()))?;
    for entry in entries {
        let entry = entry?;
        let kind = entry.file_type()?;
        let is_skipped = SKIPPED.iter().any(|name| entry.file_name() == *name);
        if kind.is_dir() && !is_skipped {
            collect(&entry.path(), paths)?;
        } else if kind.is_file() {
            paths.push(entry.path());
        }
    }
    Ok(())
}

impl RepositoryFile {
    pub fn is_rust(&self) -> bool {
        self.has_extension("rs")
    }

    pub fn has_extension(&self, extension: &str) -> bool {
        Path::new(&self.path)
            .extension()
            .is_some_and(|it| it == extension)
    }

    /// Whether the file is part of a program or library, not of its tests.
    pub fn is_source(&self) -> bool {
        self.is_rust() && (self.path.contains("/src/") || self.path.starts_with("src/"))
    }
}
