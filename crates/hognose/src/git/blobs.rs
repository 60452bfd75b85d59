//! Reading blobs: each one once, from two or more threads, a version after the one it builds on.
//!
//! ```text
//! pack     settings.py@5 (whole) ← settings.py@4 (delta) ← settings.py@3 (delta) ← …
//! visits   @5 all of it, @4 with what is new against @5, @3 with what is new against @4, …
//! ```
//! The deltas of a pack form trees. Each tree is walked depth first, and the child with most
//! descendants last, when its base is no longer needed: so the texts held at a time are few (the
//! logarithm of the size of the tree), and no blob is inflated twice.

use std::collections::HashMap;
use std::ops::Range;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};

use gix::ObjectId;
use gix::objs::FindExt as _;
use gix::zlib::Inflate;
use rayon::prelude::*;
use rustc_hash::FxBuildHasher;

use super::delta;
use super::packs::{Packs, Place, Stored};
use crate::read::FILE_BYTES_MAX;

/// A blob above [`FILE_BYTES_MAX`] is not visited, but up to here others may build on it.
const BASE_BYTES_MAX: u64 = 64 * 1024 * 1024;

/// Why a blob was not visited.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Problem {
    /// It is not in this clone.
    Missing,
    Damaged(String),
    /// Its size in bytes.
    TooLarge(u64),
    /// Not itself, but what it builds on.
    BaseTooLarge,
}

/// A blob whose turn it is.
pub struct Visited<'a, R> {
    /// Its place in the list that was asked for.
    pub index: usize,
    pub data: &'a [u8],
    pub base: Option<Base<'a, R>>,
}

/// The blob that another one is stored as a change of.
pub struct Base<'a, R> {
    pub index: usize,
    /// What the visit of the base came to.
    pub result: &'a R,
    /// The parts of the visited blob that are not copied from the base, in order; an empty one
    /// where something was left out.
    pub fresh: &'a [Range<usize>],
}

/// Calls `visit` for each of `ids` that can be read. Returns the others with the reason, sorted.
pub fn read<R: Send>(
    repository: &gix::Repository,
    packs: &Packs,
    ids: &[ObjectId],
    visit: impl Fn(Visited<'_, R>) -> R + Sync,
) -> Vec<(usize, Problem)> {
    let forest = Forest::new(packs, ids);
    let reader = Reader {
        packs,
        forest: &forest,
        visit,
        done: ids.iter().map(|_| AtomicBool::new(false)).collect(),
        problems: Mutex::new(Vec::new()),
    };
    // The largest trees first, so that no thread is left with one at the end.
    forest.roots.par_iter().with_max_len(1).for_each_init(
        || (Inflate::default(), Buffers::default()),
        |(inflate, buffers), root| {
            let tree = || reader.tree(*root, inflate, buffers);
            if catch_unwind(AssertUnwindSafe(tree)).is_err() {
                // What has not been visited is reported below.
                *buffers = Buffers::default();
            }
        },
    );
    reader.unpacked(repository, ids);
    let Reader { done, problems, .. } = reader;
    let mut problems = problems.into_inner().expect("no thread panics with it");
    let mut known: Vec<bool> = done.into_iter().map(AtomicBool::into_inner).collect();
    for (index, _) in &problems {
        known[*index] = true;
    }
    let lost = known.iter().enumerate().filter(|(_, known)| !**known);
    let reason = "it cannot be decoded";
    problems.extend(lost.map(|(index, _)| (index, Problem::Damaged(reason.to_owned()))));
    problems.sort_by_key(|(index, _)| *index);
    problems
}

/// An object of a pack that is wanted, or that a wanted one builds on.
struct Node {
    place: Place,
    parent: Option<u32>,
    /// Its place in the list that was asked for.
    wanted: Option<u32>,
    /// Why nothing of the tree below can be read.
    failure: Option<String>,
}

/// All such objects, as trees of deltas.
struct Forest {
    nodes: Vec<Node>,
    /// By node: the range of its children in `children`.
    ranges: Vec<Range<usize>>,
    /// The child with most descendants last.
    children: Vec<u32>,
    /// The largest trees first.
    roots: Vec<u32>,
    /// The wanted ones that are in no pack.
    unpacked: Vec<usize>,
}

impl Forest {
    fn new(packs: &Packs, ids: &[ObjectId]) -> Self {
        let mut growth = Growth {
            packs,
            nodes: Vec::with_capacity(ids.len()),
            by_place: HashMap::with_capacity_and_hasher(ids.len(), FxBuildHasher),
        };
        let mut unpacked = Vec::new();
        for (index, id) in ids.iter().enumerate() {
            match packs.find(id) {
                Some(place) => {
                    let node = growth.node(place);
                    growth.nodes[node as usize].wanted = u32::try_from(index).ok();
                }
                None => unpacked.push(index),
            }
        }
        let nodes = growth.nodes;
        let (ranges, mut children) = children(&nodes);
        let weights = weights(&nodes, &ranges, &children);
        for range in &ranges {
            children[range.clone()].sort_by_key(|child| weights[*child as usize]);
        }
        let mut roots: Vec<u32> = (0..nodes.len() as u32)
            .filter(|node| nodes[*node as usize].parent.is_none())
            .collect();
        roots.sort_by_key(|root| {
            let place = nodes[*root as usize].place;
            (std::cmp::Reverse(weights[*root as usize]), place)
        });
        Self {
            nodes,
            ranges,
            children,
            roots,
            unpacked,
        }
    }

    fn children(&self, node: u32) -> &[u32] {
        &self.children[self.ranges[node as usize].clone()]
    }
}

struct Growth<'a> {
    packs: &'a Packs,
    nodes: Vec<Node>,
    by_place: HashMap<Place, u32, FxBuildHasher>,
}

impl Growth<'_> {
    /// The node at `place`; with it come those that it builds on.
    fn node(&mut self, place: Place) -> u32 {
        let mut place = place;
        let mut first = None;
        let mut child: Option<u32> = None;
        loop {
            let known = self.by_place.get(&place).copied();
            let node = known.unwrap_or_else(|| self.push(place));
            if let Some(child) = child {
                self.nodes[child as usize].parent = Some(node);
            }
            first = first.or(Some(node));
            if known.is_some() {
                break;
            }
            match self.packs.entry(place) {
                Ok((_, Stored::Whole)) => break,
                Ok((_, Stored::Delta(offset))) => place.offset = offset,
                Err(reason) => {
                    self.nodes[node as usize].failure = Some(reason);
                    break;
                }
            }
            child = Some(node);
        }
        first.expect("the loop has run at least once")
    }

    fn push(&mut self, place: Place) -> u32 {
        let node = self.nodes.len() as u32;
        self.by_place.insert(place, node);
        self.nodes.push(Node {
            place,
            parent: None,
            wanted: None,
            failure: None,
        });
        node
    }
}

fn children(nodes: &[Node]) -> (Vec<Range<usize>>, Vec<u32>) {
    let mut ranges = vec![0..0; nodes.len()];
    for node in nodes {
        if let Some(parent) = node.parent {
            ranges[parent as usize].end += 1;
        }
    }
    let mut start = 0;
    for range in &mut ranges {
        let count = range.end;
        *range = start..start;
        start += count;
    }
    let mut children = vec![0; start];
    for (index, node) in nodes.iter().enumerate() {
        if let Some(parent) = node.parent {
            let range = &mut ranges[parent as usize];
            children[range.end] = index as u32;
            range.end += 1;
        }
    }
    (ranges, children)
}

/// How many nodes stand at and below each; from the leaves up.
fn weights(nodes: &[Node], ranges: &[Range<usize>], children: &[u32]) -> Vec<u32> {
    let mut weights = vec![1; nodes.len()];
    let mut waiting: Vec<usize> = ranges.iter().map(ExactSizeIterator::len).collect();
    let mut ready: Vec<u32> = (0..nodes.len() as u32)
        .filter(|node| ranges[*node as usize].is_empty())
        .collect();
    while let Some(node) = ready.pop() {
        let below = &children[ranges[node as usize].clone()];
        weights[node as usize] = 1 + below.iter().map(|it| weights[*it as usize]).sum::<u32>();
        if let Some(parent) = nodes[node as usize].parent {
            waiting[parent as usize] -= 1;
            if waiting[parent as usize] == 0 {
                ready.push(parent);
            }
        }
    }
    weights
}

/// Memory that is used again.
#[derive(Default)]
struct Buffers {
    free: Vec<Vec<u8>>,
    delta: Vec<u8>,
    fresh: Vec<Range<usize>>,
}

impl Buffers {
    fn take(&mut self) -> Vec<u8> {
        self.free.pop().unwrap_or_default()
    }

    fn give(&mut self, buffer: Vec<u8>) {
        // A few are enough for a chain, and large ones are not worth keeping.
        if self.free.len() < 8 && (buffer.capacity() as u64) < FILE_BYTES_MAX / 8 {
            self.free.push(buffer);
        }
    }
}

/// A decoded object whose children come next.
struct Frame<R> {
    node: u32,
    data: Vec<u8>,
    result: Option<R>,
    next: usize,
}

struct Reader<'a, V> {
    packs: &'a Packs,
    forest: &'a Forest,
    visit: V,
    done: Vec<AtomicBool>,
    problems: Mutex<Vec<(usize, Problem)>>,
}

impl<V> Reader<'_, V> {
    /// Walks the tree of deltas at `root`.
    fn tree<R>(&self, root: u32, inflate: &mut Inflate, buffers: &mut Buffers)
    where
        V: Fn(Visited<'_, R>) -> R,
    {
        let mut stack: Vec<Frame<R>> = Vec::new();
        match self.whole(root, inflate, buffers) {
            Ok(data) => stack.push(self.frame(root, data, None, &[])),
            Err(problem) => self.lose(root, &problem),
        }
        while let Some(frame) = stack.last_mut() {
            let children = self.forest.children(frame.node);
            let Some(&child) = children.get(frame.next) else {
                let frame = stack.pop().expect("it has just been looked at");
                buffers.give(frame.data);
                continue;
            };
            frame.next += 1;
            let is_last = frame.next == children.len();
            let decoded = self.changed(child, &frame.data, inflate, buffers);
            let next = match decoded {
                Ok(data) => {
                    let base = self.forest.nodes[frame.node as usize].wanted;
                    let base = base.zip(frame.result.as_ref());
                    Some(self.frame(child, data, base, &buffers.fresh))
                }
                Err(problem) => {
                    self.lose(child, &problem);
                    None
                }
            };
            if is_last {
                let frame = stack.pop().expect("it has just been looked at");
                buffers.give(frame.data);
            }
            match next {
                Some(next) if self.forest.children(next.node).is_empty() => {
                    buffers.give(next.data);
                }
                Some(next) => stack.push(next),
                None => {}
            }
        }
    }

    /// Visits `node`, if it is wanted.
    fn frame<R>(
        &self,
        node: u32,
        data: Vec<u8>,
        base: Option<(u32, &R)>,
        fresh: &[Range<usize>],
    ) -> Frame<R>
    where
        V: Fn(Visited<'_, R>) -> R,
    {
        let wanted = self.forest.nodes[node as usize].wanted;
        let result = wanted.and_then(|index| {
            let index = index as usize;
            if data.len() as u64 > FILE_BYTES_MAX {
                self.problem(index, Problem::TooLarge(data.len() as u64));
                return None;
            }
            let base = base.map(|(index, result)| Base {
                index: index as usize,
                result,
                fresh,
            });
            let data = &data;
            Some(self.visit(Visited { index, data, base }))
        });
        Frame {
            node,
            data,
            result,
            next: 0,
        }
    }

    fn visit<R>(&self, visited: Visited<'_, R>) -> R
    where
        V: Fn(Visited<'_, R>) -> R,
    {
        let index = visited.index;
        let result = (self.visit)(visited);
        self.done[index].store(true, Ordering::Relaxed);
        result
    }

    /// The object at the root of a tree.
    fn whole(
        &self,
        node: u32,
        inflate: &mut Inflate,
        buffers: &mut Buffers,
    ) -> Result<Vec<u8>, Problem> {
        let Node { place, failure, .. } = &self.forest.nodes[node as usize];
        if let Some(reason) = failure {
            return Err(Problem::Damaged(reason.clone()));
        }
        let (entry, _) = self.packs.entry(*place).map_err(Problem::Damaged)?;
        if entry.decompressed_size > BASE_BYTES_MAX {
            return Err(Problem::TooLarge(entry.decompressed_size));
        }
        let mut data = buffers.take();
        self.packs
            .inflate(*place, &entry, inflate, &mut data)
            .map_err(Problem::Damaged)?;
        Ok(data)
    }

    /// The object at `node`, made of its base. What is new in it is in `buffers.fresh`.
    fn changed(
        &self,
        node: u32,
        base: &[u8],
        inflate: &mut Inflate,
        buffers: &mut Buffers,
    ) -> Result<Vec<u8>, Problem> {
        let place = self.forest.nodes[node as usize].place;
        let (entry, _) = self.packs.entry(place).map_err(Problem::Damaged)?;
        if entry.decompressed_size > BASE_BYTES_MAX {
            return Err(Problem::TooLarge(entry.decompressed_size));
        }
        self.packs
            .inflate(place, &entry, inflate, &mut buffers.delta)
            .map_err(Problem::Damaged)?;
        let damaged = |error| Problem::Damaged(format!("its delta is broken ({error:?})"));
        let length = delta::result_length(&buffers.delta).map_err(damaged)?;
        if length > BASE_BYTES_MAX {
            return Err(Problem::TooLarge(length));
        }
        let mut data = buffers.take();
        delta::apply(base, &buffers.delta, &mut data, &mut buffers.fresh).map_err(damaged)?;
        Ok(data)
    }

    /// Reports what cannot be read at and below `node`.
    fn lose(&self, node: u32, problem: &Problem) {
        let mut below = vec![node];
        while let Some(it) = below.pop() {
            if let Some(index) = self.forest.nodes[it as usize].wanted {
                let problem = match problem {
                    Problem::TooLarge(_) if it != node => &Problem::BaseTooLarge,
                    problem => problem,
                };
                self.problem(index as usize, problem.clone());
            }
            below.extend(self.forest.children(it));
        }
    }

    fn problem(&self, index: usize, problem: Problem) {
        let mut problems = self.problems.lock().expect("no thread panics with it");
        problems.push((index, problem));
    }

    /// Visits what is in no pack: loose objects.
    fn unpacked<R: Send>(&self, repository: &gix::Repository, ids: &[ObjectId])
    where
        V: Fn(Visited<'_, R>) -> R + Sync,
    {
        let shared = repository.clone().into_sync();
        self.forest.unpacked.par_iter().for_each_init(
            || (shared.to_thread_local(), Vec::new()),
            |(repository, buffer), &index| {
                let one = || self.loose(repository, ids[index], index, buffer);
                // A panic leaves it unvisited, which is reported in the end.
                if let Ok(Err(problem)) = catch_unwind(AssertUnwindSafe(one)) {
                    self.problem(index, problem);
                }
            },
        );
    }

    fn loose<R>(
        &self,
        repository: &gix::Repository,
        id: ObjectId,
        index: usize,
        buffer: &mut Vec<u8>,
    ) -> Result<(), Problem>
    where
        V: Fn(Visited<'_, R>) -> R,
    {
        let damaged = |error: gix::Error| Problem::Damaged(error.to_string());
        let header = repository.try_find_header(id).map_err(damaged)?;
        let size = header.ok_or(Problem::Missing)?.size();
        if size > FILE_BYTES_MAX {
            return Err(Problem::TooLarge(size));
        }
        let blob = repository.objects.find_blob(&id, buffer);
        let data = blob.map_err(damaged)?.data;
        let base = None;
        self.visit(Visited { index, data, base });
        Ok(())
    }
}
