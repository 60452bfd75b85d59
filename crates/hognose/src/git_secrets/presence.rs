//! Which versions of which files hold a value, whatever the rules make of each.
//!
//! ```text
//! "ghp_…" found in settings.py of commit c  →  in 14 versions of settings.py and 2 of docs/setup.md
//! ```
//! A value is searched for as it is written. Where it is too short or too plain to be told from
//! other words, only the files of the path at which it was found are searched.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Mutex;

use aho_corasick::{AhoCorasick, MatchKind};
use memchr::memmem::Finder;

use crate::git::{Files, Packs, Visited, read};

/// A value at least this long, of letters and others, is the same value wherever it stands.
const TELLING_BYTES_MIN: usize = 8;

/// How much of the start and of the end of a value is looked for at first; the rest is compared
/// where it is found.
const PART_BYTES_MAX: usize = 48;

/// What is searched for.
pub struct Sought {
    pub value: String,
    /// The paths at which it was found, by their index in [`Files::paths`].
    pub paths: BTreeSet<u32>,
}

/// Whether the value is the same one wherever it stands.
fn is_telling(value: &str) -> bool {
    let is_plain = value.bytes().all(|byte| byte.is_ascii_lowercase())
        || value.bytes().all(|byte| byte.is_ascii_digit());
    value.len() >= TELLING_BYTES_MIN && !is_plain
}

/// For each of `sought` the blobs with it, by their index in [`Files::blobs`].
pub fn search(
    repository: &gix::Repository,
    packs: &Packs,
    files: &Files,
    sought: &[Sought],
) -> Vec<BTreeSet<u32>> {
    let mut found = vec![BTreeSet::new(); sought.len()];
    if sought.is_empty() {
        return found;
    }
    let searcher = Searcher::new(sought);
    let places = Mutex::new(Vec::new());
    let ids: Vec<gix::ObjectId> = files.blobs.iter().map(|blob| blob.id).collect();
    // What cannot be read has been reported by the search for the values.
    drop(read(repository, packs, &ids, |visited| {
        let telling = searcher.telling(&visited);
        let path = files.blobs[visited.index].path;
        let here = telling
            .iter()
            .map(|it| searcher.telling[*it])
            .chain(searcher.of_path(path, visited.data));
        let here: Vec<(usize, u32)> = here.map(|it| (it, visited.index as u32)).collect();
        if !here.is_empty() {
            let mut places = places.lock().expect("no thread panics with it");
            places.extend(here);
        }
        telling
    }));
    for (value, blob) in places.into_inner().expect("no thread panics with it") {
        found[value].insert(blob);
    }
    found
}

struct Searcher<'a> {
    /// Which of those that are sought are looked for everywhere.
    telling: Vec<usize>,
    /// The starts of these at even numbers, their ends at odd ones.
    automaton: AhoCorasick,
    /// Each of these alone.
    finders: Vec<Finder<'a>>,
    /// The others, by path.
    by_path: BTreeMap<u32, Vec<(usize, Finder<'a>)>>,
}

impl<'a> Searcher<'a> {
    fn new(sought: &'a [Sought]) -> Self {
        let (telling, plain): (Vec<usize>, Vec<usize>) =
            (0..sought.len()).partition(|it| is_telling(&sought[*it].value));
        let values = || telling.iter().map(|it| sought[*it].value.as_bytes());
        let parts = values().flat_map(|value| {
            let length = value.len().min(PART_BYTES_MAX);
            [&value[..length], &value[value.len() - length..]]
        });
        let mut by_path: BTreeMap<u32, Vec<(usize, Finder<'a>)>> = BTreeMap::new();
        for it in plain {
            let Sought { value, paths } = &sought[it];
            for path in paths {
                let finders = by_path.entry(*path).or_default();
                finders.push((it, Finder::new(value)));
            }
        }
        Self {
            automaton: AhoCorasick::builder()
                .match_kind(MatchKind::Standard)
                .build(parts)
                .expect("the values are parts of files in memory"),
            finders: values().map(Finder::new).collect(),
            telling,
            by_path,
        }
    }

    /// The telling values in a version: those of the version it is made of that are still there,
    /// and what stands in or across its new parts.
    fn telling(&self, visited: &Visited<'_, Vec<usize>>) -> Vec<usize> {
        let data = visited.data;
        let mut here = BTreeSet::new();
        let Some(base) = &visited.base else {
            self.add(data, data, &mut here);
            return here.into_iter().collect();
        };
        let still = base.result.iter().copied();
        here.extend(still.filter(|value| self.finders[*value].find(data).is_some()));
        let mut done = 0;
        for range in base.fresh {
            // The start or the end of a value may stand across the border of what is new.
            let start = range.start.saturating_sub(PART_BYTES_MAX).max(done);
            let end = data.len().min(range.end + PART_BYTES_MAX);
            if start < end {
                self.add(&data[start..end], data, &mut here);
                done = end.saturating_sub(PART_BYTES_MAX);
            }
        }
        here.into_iter().collect()
    }

    /// The values that begin or end in `part` and stand in `data`.
    fn add(&self, part: &[u8], data: &[u8], here: &mut BTreeSet<usize>) {
        for found in self.automaton.find_overlapping_iter(part) {
            let value = found.pattern().as_usize() / 2;
            if !here.contains(&value) && self.finders[value].find(data).is_some() {
                here.insert(value);
            }
        }
    }

    /// The other values in a version at `path`.
    fn of_path(&self, path: u32, data: &[u8]) -> impl Iterator<Item = usize> {
        let finders = self.by_path.get(&path).map_or(&[][..], Vec::as_slice);
        let here = finders
            .iter()
            .filter(|(_, finder)| finder.find(data).is_some());
        here.map(|(value, _)| *value)
    }
}
