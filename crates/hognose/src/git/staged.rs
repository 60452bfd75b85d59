//! What is staged: the files of the index that differ from HEAD.
//!
//! ```text
//! HEAD    app.py 1f3…, settings.py 9a0…
//! index   app.py 1f3…, settings.py 77c…, .env 5d2…      → settings.py 77c…, .env 5d2…
//! ```
//! The index is what a commit takes, not the work tree: a file may be staged in part. During a
//! commit of single files git names another index, which is followed (`GIT_INDEX_FILE`).

use std::collections::HashMap;

use anyhow::{Result, anyhow};
use gix::ObjectId;
use gix::bstr::{BStr, BString};
use gix::index::entry::Mode;
use rustc_hash::FxBuildHasher;

use super::trees::all_files;

/// A file of the index.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct IndexFile {
    pub path: BString,
    pub id: ObjectId,
}

/// What a commit would take.
#[derive(Debug, Default)]
pub struct Staged {
    /// New or changed, sorted by path. A file in conflict counts with each of its versions.
    pub files: Vec<IndexFile>,
    /// How many files the index holds.
    pub total: usize,
    /// Another process holds the lock of the index: what it is staging is not seen yet.
    pub is_locked: bool,
    /// Directories of a sparse index that differ from HEAD and are not looked into.
    pub closed: Vec<BString>,
}

pub fn staged(repository: &gix::Repository) -> Result<Staged> {
    let head = head_files(repository)?;
    let mut staged = Staged {
        is_locked: is_locked(repository),
        ..Staged::default()
    };
    for_each(repository, |path, id, mode| {
        staged.total += 1;
        if head.get(path).is_some_and(|known| *known == id) {
            return;
        }
        if mode.contains(Mode::FILE) {
            let path = path.to_owned();
            staged.files.push(IndexFile { path, id });
        } else if mode == Mode::DIR {
            staged.closed.push(path.to_owned());
        }
    })?;
    staged.files.sort();
    staged.files.dedup();
    Ok(staged)
}

/// The files of the index whose names `is_wanted`.
pub fn tracked(
    repository: &gix::Repository,
    is_wanted: impl Fn(&BStr) -> bool,
) -> Result<Vec<IndexFile>> {
    let mut files = Vec::new();
    for_each(repository, |path, id, mode| {
        if mode.contains(Mode::FILE) && is_wanted(path) {
            let path = path.to_owned();
            files.push(IndexFile { path, id });
        }
    })?;
    files.sort();
    files.dedup();
    Ok(files)
}

fn for_each(
    repository: &gix::Repository,
    mut visit: impl FnMut(&BStr, ObjectId, Mode),
) -> Result<()> {
    // Without an index nothing has ever been staged.
    let index = repository.try_index().map_err(|error| {
        anyhow!(
            "the index `{}` cannot be read: {error}; `git status` repairs or explains it",
            repository.index_path().display()
        )
    })?;
    let Some(index) = index else {
        return Ok(());
    };
    for entry in index.entries() {
        visit(entry.path(&index), entry.id, entry.mode);
    }
    Ok(())
}

/// git itself holds the lock while it runs a hook, and then names the index that counts.
fn is_locked(repository: &gix::Repository) -> bool {
    let mut lock = repository.index_path().into_os_string();
    lock.push(".lock");
    std::env::var_os("GIT_INDEX_FILE").is_none() && std::path::Path::new(&lock).exists()
}

/// The files of HEAD; none before the first commit.
fn head_files(repository: &gix::Repository) -> Result<HashMap<BString, ObjectId, FxBuildHasher>> {
    let mut files = HashMap::default();
    let head = repository.head()?;
    if head.is_unborn() {
        return Ok(files);
    }
    let tree = repository
        .head_tree_id()
        .map_err(|error| anyhow!("the commit of HEAD cannot be read: {error}; run `git fsck`"))?;
    all_files(repository, tree.detach(), |path, id| {
        files.insert(path, id);
    })
    .map_err(|error| anyhow!("a directory of HEAD cannot be read: {error}; run `git fsck`"))?;
    Ok(files)
}
