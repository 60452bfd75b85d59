//! The files of a history: every blob once, with the first commit that has it and its path there.
//!
//! ```text
//! commit a   app.py (1f3…), .env (9a0…)      1f3… since a at app.py, 9a0… since a at .env
//! commit b   app.py (77c…), .env (9a0…)      77c… since b at app.py
//! ```
//! A tree that has been walked holds nothing new, so each one is decoded once however many commits
//! share it. Walked from the newest commit back, the same way finds where a blob was last.

use std::collections::HashMap;

use gix::ObjectId;
use gix::bstr::{BStr, BString, ByteSlice as _};
use gix::hashtable::HashSet;
use gix::objs::tree::EntryKind;
use gix::objs::{FindExt as _, TreeRefIter};
use indexmap::IndexSet;
use rustc_hash::FxBuildHasher;

use super::commits::{Commit, Commits};
use super::tips::Tips;

/// A version of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Blob {
    pub id: ObjectId,
    /// Where it was first: the index in [`Files::paths`].
    pub path: u32,
    /// The index of the first commit with it; `None` if a reference names it without a commit.
    pub commit: Option<u32>,
}

/// The files of all commits.
#[derive(Debug, Default)]
pub struct Files {
    pub blobs: Vec<Blob>,
    pub paths: IndexSet<BString, FxBuildHasher>,
    /// The files with a name that was asked for, under each path they ever had.
    pub watched: Vec<Blob>,
    /// Other repositories that are linked as submodules: their paths.
    pub submodules: IndexSet<BString, FxBuildHasher>,
    /// Trees that cannot be read, with the reason; sorted.
    pub lost: Vec<(ObjectId, String)>,
}

impl Files {
    /// `is_watched` is asked for the name of each file.
    pub fn new(
        repository: &gix::Repository,
        commits: &Commits,
        tips: &Tips,
        is_watched: fn(&BStr) -> bool,
    ) -> Self {
        let mut walk = Walk {
            repository,
            seen: HashSet::default(),
            watched: std::collections::HashSet::default(),
            files: Self::default(),
            is_watched,
            buffer: Vec::new(),
        };
        for tree in &commits.before {
            walk.pass(*tree);
        }
        for (index, commit) in commits.list.iter().enumerate() {
            walk.tree(commit.tree, Some(index as u32));
        }
        for tree in &tips.trees {
            walk.tree(*tree, None);
        }
        for blob in &tips.blobs {
            walk.file(*blob, BString::from(blob.to_string()), None);
        }
        let mut files = walk.files;
        files.lost.sort();
        files
    }

    pub fn path(&self, blob: Blob) -> &BStr {
        self.paths[blob.path as usize].as_bstr()
    }
}

/// One entry of a tree.
enum Item {
    Tree,
    File,
    Submodule,
    /// Its content is the name of another file.
    Link,
}

fn item(kind: EntryKind) -> Item {
    match kind {
        EntryKind::Tree => Item::Tree,
        EntryKind::Blob | EntryKind::BlobExecutable => Item::File,
        EntryKind::Commit => Item::Submodule,
        EntryKind::Link => Item::Link,
    }
}

struct Walk<'a> {
    repository: &'a gix::Repository,
    /// Trees and blobs.
    seen: HashSet<ObjectId>,
    /// The paths and versions that are in `files.watched`.
    watched: std::collections::HashSet<(u32, ObjectId), FxBuildHasher>,
    files: Files,
    is_watched: fn(&BStr) -> bool,
    buffer: Vec<u8>,
}

impl Walk<'_> {
    /// Takes in what is new in a tree.
    fn tree(&mut self, tree: ObjectId, commit: Option<u32>) {
        let mut waiting = vec![(tree, BString::default())];
        let mut buffer = std::mem::take(&mut self.buffer);
        while let Some((tree, directory)) = waiting.pop() {
            if !self.seen.insert(tree) {
                continue;
            }
            let outcome = each_entry(self.repository, tree, &mut buffer, |kind, name, id| {
                let path = || joined(&directory, name);
                match item(kind) {
                    Item::Tree if !self.seen.contains(&id) => waiting.push((id, path())),
                    Item::File => {
                        if (self.is_watched)(name) {
                            let path = path();
                            let blob = self.blob(id, path, commit);
                            if self.watched.insert((blob.path, id)) {
                                self.files.watched.push(blob);
                            }
                        }
                        if !self.seen.contains(&id) {
                            self.file(id, path(), commit);
                        }
                    }
                    Item::Submodule => {
                        self.files.submodules.insert(path());
                    }
                    Item::Tree | Item::Link => {}
                }
            });
            if let Err(reason) = outcome {
                self.files.lost.push((tree, reason));
            }
        }
        self.buffer = buffer;
    }

    fn file(&mut self, id: ObjectId, path: BString, commit: Option<u32>) {
        if self.seen.insert(id) {
            let blob = self.blob(id, path, commit);
            self.files.blobs.push(blob);
        }
    }

    fn blob(&mut self, id: ObjectId, path: BString, commit: Option<u32>) -> Blob {
        let path = self.files.paths.insert_full(path).0 as u32;
        Blob { id, path, commit }
    }

    /// Marks a tree and all in it as seen.
    fn pass(&mut self, tree: ObjectId) {
        let mut waiting = vec![tree];
        let mut buffer = std::mem::take(&mut self.buffer);
        while let Some(tree) = waiting.pop() {
            if !self.seen.insert(tree) {
                continue;
            }
            // If it cannot be read, its files are looked at once more.
            drop(each_entry(
                self.repository,
                tree,
                &mut buffer,
                |kind, _, id| match item(kind) {
                    Item::Tree => waiting.push(id),
                    Item::File => {
                        self.seen.insert(id);
                    }
                    Item::Submodule | Item::Link => {}
                },
            ));
        }
        self.buffer = buffer;
    }
}

fn joined(directory: &BString, name: &BStr) -> BString {
    let mut path = BString::from(Vec::with_capacity(directory.len() + name.len() + 1));
    if !directory.is_empty() {
        path.extend_from_slice(directory);
        path.push(b'/');
    }
    path.extend_from_slice(name);
    path
}

/// Calls `visit` for each entry of `tree`.
pub fn each_entry(
    repository: &gix::Repository,
    tree: ObjectId,
    buffer: &mut Vec<u8>,
    mut visit: impl FnMut(EntryKind, &BStr, ObjectId),
) -> Result<(), String> {
    let entries: TreeRefIter<'_> = repository
        .objects
        .find_tree_iter(&tree, buffer)
        .map_err(|error| error.to_string())?;
    for entry in entries {
        let entry = entry.map_err(|error| error.to_string())?;
        visit(entry.mode.kind(), entry.filename, entry.oid.to_owned());
    }
    Ok(())
}

/// Calls `visit` for the path and the id of each file of `tree`.
pub fn all_files(
    repository: &gix::Repository,
    tree: ObjectId,
    mut visit: impl FnMut(BString, ObjectId),
) -> Result<(), String> {
    let mut waiting = vec![(tree, BString::default())];
    let mut buffer = Vec::new();
    while let Some((tree, directory)) = waiting.pop() {
        each_entry(repository, tree, &mut buffer, |kind, name, id| {
            let path = joined(&directory, name);
            match item(kind) {
                Item::Tree => waiting.push((id, path)),
                Item::File | Item::Link => visit(path, id),
                Item::Submodule => {}
            }
        })?;
    }
    Ok(())
}

/// The last commit that has each of `blobs`, by its index in `commits`. The walk ends as soon as
/// all are found.
pub fn last_commits(
    repository: &gix::Repository,
    commits: &[Commit],
    blobs: &HashSet<ObjectId>,
) -> HashMap<ObjectId, u32, FxBuildHasher> {
    let mut last = HashMap::default();
    let mut seen: HashSet<ObjectId> = HashSet::default();
    let mut buffer = Vec::new();
    for (index, commit) in commits.iter().enumerate().rev() {
        if last.len() == blobs.len() {
            break;
        }
        let mut waiting = vec![commit.tree];
        while let Some(tree) = waiting.pop() {
            if !seen.insert(tree) {
                continue;
            }
            // What cannot be read has been reported by the walk that found the blobs.
            drop(each_entry(
                repository,
                tree,
                &mut buffer,
                |kind, _, id| match item(kind) {
                    Item::Tree => waiting.push(id),
                    Item::File if blobs.contains(&id) => {
                        last.entry(id).or_insert(index as u32);
                    }
                    Item::File | Item::Submodule | Item::Link => {}
                },
            ));
        }
    }
    last
}
