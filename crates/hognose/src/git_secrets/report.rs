//! One finding for each value, with the commits it was in.
//!
//! ```text
//! KEY = "…"   settings.py of 3f9a…, config.py of 77c1…   →   3f9a…:settings.py:1:8 high[hardcoded-secret]
//!             First in 3f9a… (2021-04-02, Ann Lee), last in 77c1… (2023-01-19, Bo Lind); no longer in HEAD.
//! ```
//! The finding stands where the value is surest to be a credential, and there in the oldest version.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::sync::Arc;

use gix::ObjectId;
use gix::hashtable::HashSet;
use gix::objs::FindExt as _;
use hognose_check::fingerprint;
use hognose_finding::{Appearance, Finding, History, Location, Revision, SourceText};
use hognose_secrets::Identity;

use super::Additions;
use super::presence::{Sought, search};
use super::scan::Found;
use crate::git::{Blob, Commits, Files, Packs, all_files, last_commits};

/// The history that was scanned.
pub struct Scanned<'a> {
    pub repository: &'a gix::Repository,
    pub packs: &'a Packs,
    pub commits: &'a Commits,
    pub files: &'a Files,
}

/// A value and where it is.
struct Value {
    /// The one that is shown.
    found: Found,
    /// All versions with it, by their index in [`Files::blobs`].
    blobs: BTreeSet<u32>,
}

/// Adds the findings, with their texts and histories.
pub fn add_findings(additions: &mut Additions, found: Vec<Found>, scanned: &Scanned<'_>) {
    let values = values(found, scanned);
    if values.is_empty() {
        return;
    }
    let wanted: HashSet<ObjectId> = values
        .iter()
        .flat_map(|value| &value.blobs)
        .map(|blob| scanned.files.blobs[*blob as usize].id)
        .collect();
    let last = last_commits(scanned.repository, &scanned.commits.list, &wanted);
    let in_head = in_head(scanned.repository, &wanted);
    let mut ordinals: BTreeMap<String, usize> = BTreeMap::new();
    for value in values {
        let blobs: Vec<Blob> = value
            .blobs
            .iter()
            .map(|blob| scanned.files.blobs[*blob as usize])
            .collect();
        let last_of = |blob: &Blob| last.get(&blob.id).copied();
        let shown = scanned.files.blobs[value.found.version];
        let history = History {
            first: scanned.appearance(blobs.iter().min_by_key(|it| age(it)), |it| it.commit),
            last: scanned.appearance(blobs.iter().max_by_key(|it| last_of(it)), last_of),
            is_in_head: blobs.iter().any(|blob| in_head.contains(&blob.id)),
            paths: scanned.paths(&blobs),
        };
        let secret = value.found.secret;
        let source = scanned.source(shown, &secret.source);
        // Not of the value: a short one could be guessed from its hash.
        let masked = hognose_secrets::masked(&secret.value);
        let path = source.plain_path().to_owned();
        let ordinal = ordinals.entry(format!("{path} {masked}")).or_insert(0);
        *ordinal += 1;
        let fingerprint = fingerprint(secret.rule, &[&path, &masked, &ordinal.to_string()]);
        additions.findings.push(Finding {
            rule: secret.rule,
            severity: secret.severity,
            confidence: secret.confidence,
            location: Location {
                file: Arc::clone(&source.path),
                range: secret.range,
            },
            message: format!("{} {}", secret.message, words(&history)),
            function: secret.function,
            trace: Vec::new(),
            fingerprint: fingerprint.clone(),
            fix: None,
        });
        additions.histories.insert(fingerprint, history);
        if !additions.files.iter().any(|file| file.path == source.path) {
            additions.files.push(source);
        }
    }
}

/// What is in a commit comes before what is in none.
fn age(blob: &Blob) -> (bool, Option<u32>) {
    (blob.commit.is_none(), blob.commit)
}

/// All values, in the order of the versions that are shown for them.
fn values(found: Vec<Found>, scanned: &Scanned<'_>) -> Vec<Value> {
    let mut by_identity: BTreeMap<Identity, Vec<Found>> = BTreeMap::new();
    for it in found {
        by_identity.entry(it.secret.identity).or_default().push(it);
    }
    let groups: Vec<Vec<Found>> = by_identity.into_values().collect();
    let sought: Vec<Sought> = groups
        .iter()
        .map(|group| Sought {
            value: group[0].secret.value.clone(),
            paths: group
                .iter()
                .map(|it| scanned.files.blobs[it.version].path)
                .collect(),
        })
        .collect();
    let places = search(scanned.repository, scanned.packs, scanned.files, &sought);
    let mut values: Vec<Value> = groups
        .into_iter()
        .zip(places)
        .filter_map(|(group, mut blobs)| {
            blobs.extend(group.iter().map(|it| it.version as u32));
            // The surest one; of equals the oldest, which comes first.
            let found = group.into_iter().rev().max_by_key(|it| {
                let secret = &it.secret;
                (secret.severity, secret.confidence)
            })?;
            Some(Value { found, blobs })
        })
        .collect();
    values.sort_by_key(|it| (it.found.version, it.found.secret.range.start()));
    values
}

/// Those of `wanted` that are files of the commit that is checked out.
fn in_head(repository: &gix::Repository, wanted: &HashSet<ObjectId>) -> HashSet<ObjectId> {
    let mut found = HashSet::default();
    // Without a commit nothing is in it, and a broken one has been reported.
    if let Ok(tree) = repository.head_tree_id() {
        drop(all_files(repository, tree.detach(), |_, id| {
            if wanted.contains(&id) {
                found.insert(id);
            }
        }));
    }
    found
}

impl Scanned<'_> {
    pub fn path(&self, blob: Blob) -> String {
        self.files.path(blob).to_string()
    }

    fn paths(&self, blobs: &[Blob]) -> Vec<String> {
        let paths: BTreeSet<String> = blobs.iter().map(|blob| self.path(*blob)).collect();
        paths.into_iter().collect()
    }

    pub fn appearance(
        &self,
        blob: Option<&Blob>,
        commit: impl Fn(&Blob) -> Option<u32>,
    ) -> Appearance {
        let mut appearance = Appearance {
            commit: String::new(),
            author: String::new(),
            date: String::new(),
            path: blob.map_or_else(String::new, |blob| self.path(*blob)),
        };
        let Some(commit) = blob.and_then(commit) else {
            return appearance;
        };
        let id = self.commits.list[commit as usize].id;
        appearance.commit = id.to_string();
        let mut buffer = Vec::new();
        // It has been read before; a commit without a proper author has none to show.
        if let Ok(commit) = self.repository.objects.find_commit_iter(&id, &mut buffer)
            && let Ok(author) = commit.author()
        {
            appearance.author = author.name.to_string();
            let time = author.time().unwrap_or_default();
            appearance.date = time.format_or_unix(gix::date::time::format::SHORT);
        }
        appearance
    }

    /// The text of a version, under the name by which git shows it.
    pub fn source(&self, blob: Blob, text: &SourceText) -> SourceText {
        match blob.commit {
            Some(commit) => text.clone().at(Revision {
                commit: self.commits.list[commit as usize].id.to_string().into(),
                path: self.path(blob).into(),
            }),
            None => text.clone(),
        }
    }
}

/// Where and how long a value was, in a sentence.
pub fn words(history: &History) -> String {
    let when = |it: &Appearance| match it.commit.as_str() {
        "" => "an object without a commit".to_owned(),
        commit => format!("{} ({}, {})", Revision::short(commit), it.date, it.author),
    };
    let mut words = if history.first.commit == history.last.commit {
        format!("Only in {}", when(&history.first))
    } else {
        format!(
            "First in {}, last in {}",
            when(&history.first),
            when(&history.last)
        )
    };
    if history.paths.len() > 1 {
        let count = history.paths.len();
        write!(words, ", under {count} paths").expect("writing to a String cannot fail");
    }
    words.push_str(if history.is_in_head {
        "; still in HEAD."
    } else {
        "; no longer in HEAD, but in the history that everybody who clones gets."
    });
    words
}
