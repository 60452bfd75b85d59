//! `.env` files that git has: about to be committed, or committed once.
//!
//! ```text
//! git add -f .env                    env-file-tracked
//! git rm --cached .env, committed    env-file-in-history: whoever clones still gets it
//! .env.example                       meant to be shared
//! ```

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use gix::bstr::{BStr, ByteSlice as _};
use gix::hashtable::HashSet;
use hognose_check::{fingerprint, rules};
use hognose_finding::{Confidence, Finding, Location, Rule, Severity, SourceText};
use ruff_text_size::{TextRange, TextSize};

use super::Additions;
use super::report::{Scanned, words};
use crate::env_file::{holds_settings, is_env_file};
use crate::git::{Blob, all_files, last_commits};

/// Whether the file of that name, or path, is meant.
pub fn is_wanted(name: &BStr) -> bool {
    name.to_str().is_ok_and(|name| is_env_file(Path::new(name)))
}

/// The finding about a `.env` file of the index, if there is a setting in it.
pub fn tracked(source: &SourceText, secrets: usize) -> Option<Finding> {
    if !holds_settings(&source.text) {
        return None;
    }
    let rule = rule("env-file-tracked");
    let name = source.path.rsplit('/').next().unwrap_or(&source.path);
    let path = &source.path;
    let message = format!(
        "git keeps `{name}` with the settings of one machine in it, for everybody who has the \
         repository. Take it out with `git rm --cached {path}`, add `{name}` to `.gitignore`, and \
         replace what it says; `{name}.example` can hold the names."
    );
    Some(finding(rule, source, secrets, message))
}

/// Adds a finding for each `.env` file of the history that HEAD no longer has.
pub fn add_of_history(additions: &mut Additions, scanned: &Scanned<'_>) {
    let mut by_path: BTreeMap<u32, Vec<Blob>> = BTreeMap::new();
    for blob in &scanned.files.watched {
        by_path.entry(blob.path).or_default().push(*blob);
    }
    if by_path.is_empty() {
        return;
    }
    let mut in_head = std::collections::BTreeSet::new();
    if let Ok(tree) = scanned.repository.head_tree_id() {
        // A broken tree of HEAD has been reported by the walk.
        drop(all_files(scanned.repository, tree.detach(), |path, _| {
            in_head.insert(path);
        }));
    }
    for blobs in by_path.into_values() {
        let path = scanned.files.path(blobs[0]);
        let is_in_head = in_head.contains(path);
        if let Some((source, message)) = of_history(scanned, &blobs, is_in_head) {
            let id = if is_in_head {
                "env-file-tracked"
            } else {
                "env-file-in-history"
            };
            let secrets = secrets_at(additions, source.plain_path());
            let finding = finding(rule(id), &source, secrets, message);
            additions.findings.push(finding);
            if !additions.files.iter().any(|file| file.path == source.path) {
                additions.files.push(source);
            }
        }
    }
}

/// The newest version with a setting, and what to say of it.
fn of_history(
    scanned: &Scanned<'_>,
    blobs: &[Blob],
    is_in_head: bool,
) -> Option<(SourceText, String)> {
    let (blob, text) = blobs.iter().rev().find_map(|blob| {
        let data = scanned.repository.find_blob(blob.id).ok()?;
        let text = String::from_utf8_lossy(&data.data).into_owned();
        holds_settings(&text).then_some((*blob, text))
    })?;
    let path = scanned.path(blob);
    let name = path.rsplit('/').next().unwrap_or(&path).to_owned();
    let wanted: HashSet<gix::ObjectId> = blobs.iter().map(|blob| blob.id).collect();
    let last = last_commits(scanned.repository, &scanned.commits.list, &wanted);
    let last_of = |blob: &Blob| last.get(&blob.id).copied();
    let history = hognose_finding::History {
        first: scanned.appearance(blobs.iter().min_by_key(|it| it.commit), |it| it.commit),
        last: scanned.appearance(blobs.iter().max_by_key(|it| last_of(it)), last_of),
        is_in_head,
        paths: vec![path.clone()],
    };
    let advice = format!(
        "Replace every value that stood in `{name}`: deleting the file does not take it out of \
         the commits."
    );
    let message = format!(
        "`{name}` with the settings of one machine was committed. {} {advice}",
        words(&history)
    );
    let text = SourceText::new(path.into(), text.into(), Vec::new());
    Some((scanned.source(blob, &text), message))
}

/// How many findings lie in versions of that file.
fn secrets_at(additions: &Additions, path: &str) -> usize {
    let histories = additions.histories.values();
    histories
        .filter(|history| history.paths.iter().any(|it| it == path))
        .count()
}

/// A file without a secret that can be shown to be one may be harmless.
fn finding(rule: &'static Rule, source: &SourceText, secrets: usize, message: String) -> Finding {
    let (severity, confidence) = if secrets > 0 {
        (rule.severity, rule.confidence)
    } else {
        (Severity::Low, Confidence::Medium)
    };
    Finding {
        rule,
        severity,
        confidence,
        location: Location {
            file: Arc::clone(&source.path),
            range: TextRange::empty(TextSize::new(0)),
        },
        fingerprint: fingerprint(rule, &[source.plain_path()]),
        message,
        function: String::new(),
        trace: Vec::new(),
        fix: None,
    }
}

fn rule(id: &str) -> &'static Rule {
    let rule = rules().iter().copied().find(|rule| rule.id == id);
    rule.expect("the rule is registered")
}
