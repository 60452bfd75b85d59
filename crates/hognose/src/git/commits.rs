//! The commits of a history, in one line: each after its parents, the older ones first.
//!
//! ```text
//! a ── b ──── d (main)        a, b, c, d
//!  └── c ────┘
//! ```
//! In this order the first commit with a file is the first one that meets it, and in the reverse
//! order the last one is.

use std::cmp::Reverse;
use std::collections::{BinaryHeap, HashMap};

use gix::ObjectId;
use gix::hashtable::HashSet;
use gix::objs::FindExt as _;
use gix::objs::commit::ref_iter::Token;
use gix::revision::walk::Sorting;
use gix::traverse::commit::simple::CommitTimeOrder;
use rustc_hash::FxBuildHasher;

use super::tips::Tips;

/// A commit, as far as its place and its files matter.
#[derive(Debug, Clone)]
pub struct Commit {
    pub id: ObjectId,
    pub tree: ObjectId,
    /// Of the committer, in seconds since 1970.
    seconds: i64,
    parents: Vec<ObjectId>,
}

/// The commits that are looked through.
#[derive(Debug, Default)]
pub struct Commits {
    /// Parents first.
    pub list: Vec<Commit>,
    /// The trees of the commits that these follow on without belonging to them: their files are
    /// not new.
    pub before: Vec<ObjectId>,
    /// Commits that are named but cannot be read, with the reason; sorted.
    pub lost: Vec<(ObjectId, String)>,
}

/// What is asked for.
pub enum Span<'a> {
    /// Everything the tips reach.
    Whole(&'a Tips),
    /// What they reach and `known` does not.
    Since { tips: &'a Tips, known: &'a Tips },
}

impl Commits {
    pub fn new(repository: &gix::Repository, span: &Span<'_>) -> gix::Result<Self> {
        let (tips, included) = match span {
            Span::Whole(tips) => (tips, None),
            Span::Since { tips, known } => (tips, Some(included(repository, tips, known)?)),
        };
        let mut reading = Reading {
            repository,
            included,
            cut: repository
                .shallow_commits()?
                .map(|commits| commits.iter().copied().collect())
                .unwrap_or_default(),
            read: HashMap::default(),
            before: HashSet::default(),
            lost: Vec::new(),
        };
        for tip in &tips.commits {
            reading.from(*tip);
        }
        Ok(reading.finish())
    }
}

/// The ids of the commits that `tips` reach and `known` do not.
fn included(
    repository: &gix::Repository,
    tips: &Tips,
    known: &Tips,
) -> gix::Result<HashSet<ObjectId>> {
    let walk = repository
        .rev_walk(tips.commits.iter().copied())
        .sorting(Sorting::ByCommitTime(CommitTimeOrder::NewestFirst))
        .with_hidden(known.commits.iter().copied())
        .all()?;
    walk.map(|info| Ok(info?.id)).collect()
}

struct Reading<'a> {
    repository: &'a gix::Repository,
    /// `None` for all.
    included: Option<HashSet<ObjectId>>,
    /// Commits of a shallow clone, whose parents are not there.
    cut: HashSet<ObjectId>,
    read: HashMap<ObjectId, Commit, FxBuildHasher>,
    before: HashSet<ObjectId>,
    lost: Vec<(ObjectId, String)>,
}

impl Reading<'_> {
    /// Reads `tip` and what it follows on.
    fn from(&mut self, tip: ObjectId) {
        let mut waiting = vec![tip];
        let mut buffer = Vec::new();
        while let Some(id) = waiting.pop() {
            if self.read.contains_key(&id) {
                continue;
            }
            let is_included = self.included.as_ref().is_none_or(|it| it.contains(&id));
            let mut commit = match commit(self.repository, id, &mut buffer) {
                Ok(commit) => commit,
                Err(reason) => {
                    self.lost.push((id, reason));
                    continue;
                }
            };
            if !is_included {
                self.before.insert(id);
                commit.parents.clear();
            } else if self.cut.contains(&id) {
                commit.parents.clear();
            }
            waiting.extend(&commit.parents);
            self.read.insert(id, commit);
        }
    }

    fn finish(mut self) -> Commits {
        let mut before: Vec<ObjectId> = self
            .before
            .iter()
            .filter_map(|id| Some(self.read.remove(id)?.tree))
            .collect();
        before.sort_unstable();
        self.lost.sort();
        self.lost.dedup();
        Commits {
            list: ordered(self.read),
            before,
            lost: self.lost,
        }
    }
}

fn commit(
    repository: &gix::Repository,
    id: ObjectId,
    buffer: &mut Vec<u8>,
) -> Result<Commit, String> {
    let tokens = repository
        .objects
        .find_commit_iter(&id, buffer)
        .map_err(|error| error.to_string())?;
    let mut commit = Commit {
        id,
        tree: id,
        seconds: 0,
        parents: Vec::new(),
    };
    for token in tokens {
        match token.map_err(|error| error.to_string())? {
            Token::Tree { id } => commit.tree = id,
            Token::Parent { id } => commit.parents.push(id),
            Token::Author { .. } => {}
            Token::Committer { signature } => {
                commit.seconds = signature.seconds();
                break;
            }
            Token::Encoding(_) | Token::ExtraHeader(_) | Token::Message(_) => break,
        }
    }
    Ok(commit)
}

/// Parents first; among those that can come next, the oldest.
fn ordered(read: HashMap<ObjectId, Commit, FxBuildHasher>) -> Vec<Commit> {
    let mut waiting: HashMap<ObjectId, usize, FxBuildHasher> = HashMap::default();
    let mut children: HashMap<ObjectId, Vec<ObjectId>, FxBuildHasher> = HashMap::default();
    let mut ready = BinaryHeap::new();
    for commit in read.values() {
        let mut parents = commit.parents.clone();
        parents.sort_unstable();
        parents.dedup();
        parents.retain(|parent| read.contains_key(parent));
        for parent in &parents {
            children.entry(*parent).or_default().push(commit.id);
        }
        if parents.is_empty() {
            ready.push(Reverse((commit.seconds, commit.id)));
        } else {
            waiting.insert(commit.id, parents.len());
        }
    }
    let mut read = read;
    let mut list = Vec::with_capacity(read.len());
    while let Some(Reverse((_, id))) = ready.pop() {
        for child in children.remove(&id).unwrap_or_default() {
            let Some(count) = waiting.get_mut(&child) else {
                continue;
            };
            *count -= 1;
            if *count == 0 {
                ready.push(Reverse((read[&child].seconds, child)));
            }
        }
        list.extend(read.remove(&id));
    }
    list
}
