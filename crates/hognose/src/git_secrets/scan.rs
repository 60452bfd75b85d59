//! From all versions of all files to the credentials in them, each looked at where it was new.
//!
//! ```text
//! version 1   all of it                      → KEY = "…"
//! version 2   the lines that are new, ±3     → nothing, and the rest is that of version 1
//! version 3   the lines that are new, ±3     → something: then all of version 3
//! ```
//! A value that stays is found once; where else it stands is another question (see `presence`).
//!
//! To look at a whole file, and to analyse Python above all, costs a hundred times more than to
//! look for formats in its new lines. So of all versions with new lines that could hold a
//! credential, the oldest are taken until each such line has been seen in one of them: a line that
//! is taken out and put back is not new.

use std::collections::HashSet;
use std::hash::BuildHasher as _;
use std::ops::Range;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, sync_channel};
use std::sync::{Mutex, PoisonError};
use std::thread;

use gix::ObjectId;
use hognose_check::{Allow, Settings, is_binary, is_python};
use hognose_finding::Confidence;
use hognose_secrets::place::is_test_path;
use hognose_secrets::{Hit, Scanner};
use rustc_hash::FxBuildHasher;

use super::file::{Secret, look};
use super::prefilter::key_lines;
use super::windows::{lines, windows};
use crate::git::{Packs, Problem, Visited, read};
use crate::threads;

/// A version of a file that is looked at.
#[derive(Debug, Clone)]
pub struct Version {
    pub id: ObjectId,
    pub path: String,
}

/// A credential in one version.
#[derive(Debug)]
pub struct Found {
    /// The index of the version.
    pub version: usize,
    pub secret: Secret,
}

/// What a scan came to.
#[derive(Debug, Default)]
pub struct Scan {
    /// By version and place.
    pub found: Vec<Found>,
    pub binary: usize,
    /// Texts that stand for a file elsewhere (Git LFS).
    pub pointers: usize,
    /// Versions that could not be looked at, with the reason.
    pub problems: Vec<(usize, Problem)>,
}

/// A longer Python file is looked at for known formats only: it is generated.
const PYTHON_BYTES_MAX: usize = 1024 * 1024;
/// Files that wait for their turn.
const WAITING_MAX: usize = 32;
const POINTER: &[u8] = b"version https://git-lfs.github.com/spec/v1\n";

/// A version with new lines that could hold a credential.
struct Candidate {
    version: usize,
    /// The hashes of these lines.
    lines: Vec<u64>,
}

/// A version that is to be looked at as a whole.
struct Job {
    version: usize,
    bytes: Vec<u8>,
}

/// `versions` are in the order of their commits.
pub fn scan(
    repository: &gix::Repository,
    packs: &Packs,
    versions: &[Version],
    settings: &Settings,
    allow: &Allow,
) -> Scan {
    let ids: Vec<ObjectId> = versions.iter().map(|version| version.id).collect();
    let state = State {
        versions,
        scanner: Scanner::new(),
        min_confidence: settings.min_confidence,
        candidates: Mutex::new(Vec::new()),
        binary: AtomicUsize::new(0),
        pointers: AtomicUsize::new(0),
    };
    let problems = read(repository, packs, &ids, |visited| state.visit(&visited));
    let candidates = state.candidates.into_inner();
    let chosen = chosen(candidates.unwrap_or_else(PoisonError::into_inner));
    let mut found = look_at(repository, packs, versions, (settings, allow), &chosen);
    found.sort_by_key(|it| {
        let range = it.secret.range;
        (it.version, range.start(), range.end())
    });
    Scan {
        found,
        binary: state.binary.into_inner(),
        pointers: state.pointers.into_inner(),
        problems,
    }
}

/// The versions to look at, oldest first, so that each line is seen once.
fn chosen(mut candidates: Vec<Candidate>) -> Vec<usize> {
    candidates.sort_by_key(|candidate| candidate.version);
    let mut seen: HashSet<u64, FxBuildHasher> = HashSet::default();
    candidates.retain(|candidate| {
        let mut is_new = false;
        for line in &candidate.lines {
            is_new |= seen.insert(*line);
        }
        is_new
    });
    candidates.into_iter().map(|it| it.version).collect()
}

/// Looks at the `chosen` versions as a whole.
fn look_at(
    repository: &gix::Repository,
    packs: &Packs,
    versions: &[Version],
    (settings, allow): (&Settings, &Allow),
    chosen: &[usize],
) -> Vec<Found> {
    let ids: Vec<ObjectId> = chosen.iter().map(|it| versions[*it].id).collect();
    let found = Mutex::new(Vec::new());
    let (sender, receiver) = sync_channel(WAITING_MAX);
    let receiver = Mutex::new(receiver);
    thread::scope(|scope| {
        for _ in 0..rayon::current_num_threads() {
            scope.spawn(|| look_at_each(versions, settings, allow, &receiver, &found));
        }
        let problems = read(repository, packs, &ids, |visited: Visited<'_, ()>| {
            let job = Job {
                version: chosen[visited.index],
                bytes: visited.data.to_owned(),
            };
            // They listen for as long as this can be called.
            drop(sender.send(job));
        });
        // All of these have been read once already.
        drop(problems);
        // The other threads end when nobody can send any more.
        drop(sender);
    });
    found.into_inner().unwrap_or_else(PoisonError::into_inner)
}

/// Looks at files until no more come. In a pool of one thread of its own, so that the analysis is
/// not split among threads that each have a file already.
fn look_at_each(
    versions: &[Version],
    settings: &Settings,
    allow: &Allow,
    jobs: &Mutex<Receiver<Job>>,
    found: &Mutex<Vec<Found>>,
) {
    let pool = rayon::ThreadPoolBuilder::new()
        .num_threads(1)
        .stack_size(threads::STACK_BYTES)
        .build();
    loop {
        let job = jobs.lock().unwrap_or_else(PoisonError::into_inner).recv();
        let Ok(Job { version, bytes }) = job else {
            return;
        };
        let path = &versions[version].path;
        let look = || look(path, bytes, settings, allow);
        let secrets = catch_unwind(AssertUnwindSafe(|| match &pool {
            Ok(pool) => pool.install(look),
            Err(_) => look(),
        }));
        // The facade catches what fails in a file; this is for what fails around it.
        let secrets = secrets.unwrap_or_default().into_iter();
        let mut found = found.lock().unwrap_or_else(PoisonError::into_inner);
        found.extend(secrets.map(|secret| Found { version, secret }));
    }
}

/// Whether a version is text; one that is made of it has been looked at in the parts they share.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Content {
    Text,
    Other,
}

struct State<'a> {
    versions: &'a [Version],
    scanner: Scanner,
    min_confidence: Confidence,
    candidates: Mutex<Vec<Candidate>>,
    binary: AtomicUsize,
    pointers: AtomicUsize,
}

impl State<'_> {
    fn visit(&self, visited: &Visited<'_, Content>) -> Content {
        let data = visited.data;
        if is_binary(data) {
            self.binary.fetch_add(1, Ordering::Relaxed);
            return Content::Other;
        }
        if data.starts_with(POINTER) {
            self.pointers.fetch_add(1, Ordering::Relaxed);
            return Content::Other;
        }
        let path = self.versions[visited.index].path.as_str();
        let changed = self.windows(visited);
        let windows = changed.clone().unwrap_or_else(|| whole(data));
        let mut lines = Vec::new();
        if data.starts_with(&[0xff, 0xfe]) || data.starts_with(&[0xfe, 0xff]) {
            // UTF-16, which is rare: no looking at parts.
            lines.push(FxBuildHasher.hash_one(data));
        }
        for window in windows {
            let text = String::from_utf8_lossy(&data[window]);
            let hits = self.scanner.scan(path, &text);
            let wanted = hits
                .iter()
                .filter(|it| it.confidence >= self.min_confidence);
            lines.extend(wanted.map(|hit| line_hash(&text, hit)));
        }
        if self.may_analyse(path, data) {
            lines.extend(python_lines(visited, changed.is_some()));
        }
        if !lines.is_empty() {
            let version = visited.index;
            let mut candidates = self
                .candidates
                .lock()
                .unwrap_or_else(PoisonError::into_inner);
            candidates.push(Candidate { version, lines });
        }
        Content::Text
    }

    /// The parts that have to be looked at, or `None` for all.
    fn windows(&self, visited: &Visited<'_, Content>) -> Option<Vec<Range<usize>>> {
        let base = visited.base.as_ref()?;
        let kind = |index: usize| kind(&self.versions[index].path);
        if *base.result == Content::Other || kind(base.index) != kind(visited.index) {
            return None;
        }
        windows(visited.data, base.fresh)
    }

    fn may_analyse(&self, path: &str, data: &[u8]) -> bool {
        // In tests the analysis is never surer than that.
        let is_wanted = self.min_confidence == Confidence::Low || !is_test_path(path);
        data.len() <= PYTHON_BYTES_MAX && is_wanted && is_python(path, data)
    }
}

/// The new lines of Python that could hold a credential.
fn python_lines(visited: &Visited<'_, Content>, is_changed: bool) -> Vec<u64> {
    let data = visited.data;
    let fresh = match &visited.base {
        Some(base) if is_changed => lines(data, base.fresh),
        Some(_) | None => whole(data),
    };
    let texts = fresh
        .into_iter()
        .map(|range| String::from_utf8_lossy(&data[range]));
    texts.flat_map(|text| key_lines(&text)).collect()
}

fn whole(data: &[u8]) -> Vec<Range<usize>> {
    let range = 0..data.len();
    vec![range]
}

/// Of the lines that a hit stands on.
fn line_hash(text: &str, hit: &Hit) -> u64 {
    let range = hit.range;
    let start = text[..range.start().to_usize()].rfind('\n');
    let end = text[range.end().to_usize()..].find('\n');
    let start = start.map_or(0, |at| at + 1);
    let end = end.map_or(text.len(), |at| range.end().to_usize() + at);
    FxBuildHasher.hash_one(text[start..end].trim())
}

/// What decides how a file is read: its ending, or its name where it has none.
fn kind(path: &str) -> &str {
    let name = path.rsplit('/').next().unwrap_or(path);
    match name.rsplit_once('.') {
        Some((stem, ending)) if !stem.is_empty() && !name.starts_with('.') => ending,
        Some(_) | None => name,
    }
}

#[cfg(test)]
mod tests {
    use super::{Candidate, chosen, kind};

    #[test]
    fn files_of_one_kind_have_one_ending_or_one_name() {
        assert_eq!(kind("a/b.py"), "py");
        assert_eq!(kind("a/Dockerfile"), "Dockerfile");
        assert_eq!(kind(".env.local"), ".env.local");
        assert_eq!(kind(".npmrc"), ".npmrc");
    }

    #[test]
    fn every_line_is_seen_in_the_oldest_version_that_has_it_new() {
        let candidate = |version, lines: &[u64]| Candidate {
            version,
            lines: lines.to_vec(),
        };
        let candidates = vec![
            candidate(7, &[1, 2]),
            candidate(3, &[1]),
            candidate(9, &[2, 1]),
        ];
        assert_eq!(chosen(candidates), [3, 7]);
    }
}
