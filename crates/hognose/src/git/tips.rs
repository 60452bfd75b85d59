//! Where a history begins: what the references of a repository point at.
//!
//! ```text
//! refs/heads/main, refs/tags/1.0, refs/remotes/origin/main, refs/stash and stash@{1}, HEAD
//! ```
//! A reference or a tag may also name a tree or a single file; these are taken as well. Notes are
//! texts about commits and are left out unless asked for.

use gix::ObjectId;
use gix::objs::{FindExt as _, Kind};

/// Whether `refs/notes/` is taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Notes {
    Include,
    LeaveOut,
}

/// What references point at, tags followed; sorted and without repetitions.
#[derive(Debug, Default)]
pub struct Tips {
    pub commits: Vec<ObjectId>,
    pub trees: Vec<ObjectId>,
    pub blobs: Vec<ObjectId>,
    /// References that cannot be followed: name and reason.
    pub broken: Vec<(String, String)>,
}

impl Tips {
    /// Of all references, all stashes, and the HEAD of each work tree.
    pub fn all(repository: &gix::Repository, notes: Notes) -> gix::Result<Self> {
        let mut tips = Self::default();
        for reference in repository.references()?.all()? {
            match reference {
                Ok(reference) => tips.add_reference(repository, &reference, notes),
                Err(error) => tips.broken.push(("refs".to_owned(), error.to_string())),
            }
        }
        tips.add_heads(repository);
        Ok(tips.sorted())
    }

    /// Of objects that are named by their ids.
    pub fn of(repository: &gix::Repository, ids: impl IntoIterator<Item = ObjectId>) -> Self {
        let mut tips = Self::default();
        for id in ids {
            tips.add(repository, id, &id.to_string());
        }
        tips.sorted()
    }

    fn add_reference(
        &mut self,
        repository: &gix::Repository,
        reference: &gix::Reference<'_>,
        notes: Notes,
    ) {
        let name = reference.name().as_bstr().to_string();
        if notes == Notes::LeaveOut && name.starts_with("refs/notes/") {
            return;
        }
        if name == "refs/stash" {
            self.add_log(repository, reference, &name);
        }
        // A name for another name: what it means is listed itself, or does not exist yet.
        if let Some(id) = reference.try_id() {
            self.add(repository, id.detach(), &name);
        }
    }

    /// All stashes but the last one are only in the log of the reference.
    fn add_log(
        &mut self,
        repository: &gix::Repository,
        reference: &gix::Reference<'_>,
        name: &str,
    ) {
        let mut log = reference.log_iter();
        let Ok(Some(lines)) = log.all() else {
            return;
        };
        let ids: Vec<ObjectId> = lines
            .filter_map(Result::ok)
            .map(|line| line.new_oid())
            .filter(|id| !id.is_null())
            .collect();
        for id in ids {
            self.add(repository, id, name);
        }
    }

    fn add_heads(&mut self, repository: &gix::Repository) {
        // A HEAD without a commit belongs to a repository without one.
        if let Ok(id) = repository.head_id() {
            self.add(repository, id.detach(), "HEAD");
        }
        let Ok(worktrees) = repository.worktrees_including_main() else {
            return;
        };
        for worktree in worktrees.flatten() {
            if let Ok(id) = worktree.head_id() {
                self.add(repository, id.detach(), "HEAD");
            }
        }
    }

    fn add(&mut self, repository: &gix::Repository, id: ObjectId, name: &str) {
        let mut id = id;
        let mut buffer = Vec::new();
        loop {
            let kind = match repository.try_find_header(id) {
                Ok(Some(header)) => header.kind(),
                Ok(None) => {
                    let reason = format!("the object {id} is not in this clone");
                    return self.broken.push((name.to_owned(), reason));
                }
                Err(error) => return self.broken.push((name.to_owned(), error.to_string())),
            };
            match kind {
                Kind::Commit => return self.commits.push(id),
                Kind::Tree => return self.trees.push(id),
                Kind::Blob => return self.blobs.push(id),
                Kind::Tag => match repository.objects.find_tag_iter(&id, &mut buffer) {
                    Ok(tag) => match tag.target_id() {
                        Ok(target) => id = target,
                        Err(error) => {
                            return self.broken.push((name.to_owned(), error.to_string()));
                        }
                    },
                    Err(error) => return self.broken.push((name.to_owned(), error.to_string())),
                },
            }
        }
    }

    fn sorted(mut self) -> Self {
        for ids in [&mut self.commits, &mut self.trees, &mut self.blobs] {
            ids.sort_unstable();
            ids.dedup();
        }
        self.broken.sort();
        self.broken.dedup();
        self
    }
}
