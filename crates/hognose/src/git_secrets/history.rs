//! A history, or the newest part of it: from its references to a report.

use gix::bstr::ByteSlice as _;
use hognose_check::{Incomplete, Report};

use super::gaps::{self, entry, listed};
use super::known::holds;
use super::report::{Scanned, add_findings};
use super::run::{Context, Outcome};
use super::scan::{Scan, Version, scan};
use super::{Additions, env_files};
use crate::git::{Commits, Files, Packs, Span, Tips};

/// What of the history is looked at.
pub enum Wanted {
    Everything,
    /// Without the commits that these tips have, and without values that were there before.
    NewSince(Tips),
}

pub fn look(context: &Context<'_>, tips: &Tips, wanted: &Wanted) -> anyhow::Result<Outcome> {
    let repository = context.repository;
    context.progress.stage("Reading commits".to_owned());
    let span = match wanted {
        Wanted::Everything => Span::Whole(tips),
        Wanted::NewSince(known) => Span::Since { tips, known },
    };
    let commits = Commits::new(repository, &span)?;
    context.progress.stage(format!(
        "Reading the files of {} commits",
        commits.list.len()
    ));
    let mut files = Files::new(repository, &commits, tips, env_files::is_wanted);
    leave_out(context, &mut files);
    let packs = Packs::open(repository);
    let versions: Vec<Version> = files
        .blobs
        .iter()
        .map(|blob| Version {
            id: blob.id,
            path: files.path(*blob).to_string(),
        })
        .collect();
    context
        .progress
        .stage(format!("Looking at {} versions of files", versions.len()));
    let mut scan = scan(
        repository,
        &packs,
        &versions,
        context.settings,
        context.allow,
    );
    if matches!(wanted, Wanted::NewSince(_)) {
        scan.found.retain(|found| {
            let path = &versions[found.version].path;
            !holds(repository, &commits.before, path, &found.secret.value)
        });
    }
    let mut outcome = Outcome::default();
    outcome.report.incomplete = incomplete(context, tips, wanted, &commits, &files, &packs);
    let problems = gaps::versions(&scan.problems, &versions);
    outcome.report.incomplete.extend(problems);
    outcome.report.incomplete.sort();
    outcome.report.statistics.files = versions.len();
    announce(&mut outcome, &commits, &files, &scan, wanted);
    context
        .progress
        .stage("Looking for where values are".to_owned());
    let scanned = Scanned {
        repository,
        packs: &packs,
        commits: &commits,
        files: &files,
    };
    let mut additions = Additions::default();
    add_findings(&mut additions, scan.found, &scanned);
    env_files::add_of_history(&mut additions, &scanned);
    add(&mut outcome, additions, context);
    Ok(outcome)
}

fn add(outcome: &mut Outcome, additions: Additions, context: &Context<'_>) {
    let Additions {
        mut findings,
        files,
        histories,
    } = additions;
    let paths = files.iter().map(|file| {
        let plain = file.plain_path().to_owned();
        (file.path.to_string(), plain)
    });
    outcome.paths = paths.collect();
    let report: &mut Report = &mut outcome.report;
    report.histories = histories;
    report.add(&mut findings, files, context.settings);
}

/// Drops the files that the configuration excludes.
fn leave_out(context: &Context<'_>, files: &mut Files) {
    let excluded: Vec<bool> = files
        .paths
        .iter()
        .map(|path| {
            let path = path.to_str_lossy();
            context.filter.excludes(&context.root.join(&*path))
        })
        .collect();
    if excluded.contains(&true) {
        files.blobs.retain(|blob| !excluded[blob.path as usize]);
        files.watched.retain(|blob| !excluded[blob.path as usize]);
    }
}

/// What of the repository could not be read, apart from versions of files.
fn incomplete(
    context: &Context<'_>,
    tips: &Tips,
    wanted: &Wanted,
    commits: &Commits,
    files: &Files,
    packs: &Packs,
) -> Vec<Incomplete> {
    let mut all = Vec::new();
    let broken = tips.broken.iter();
    let broken = broken.map(|(name, reason)| entry(name, reason.clone()));
    all.extend(listed(broken.collect(), "references"));
    let lost = |what: &str, lost: &[(gix::ObjectId, String)]| {
        let entries = lost.iter().map(|(id, reason)| {
            entry(
                ".git",
                format!(
                    "the {what} {id} cannot be read, nor what only it leads to: {reason}; `git \
                     fsck` explains it, and a full clone may have it"
                ),
            )
        });
        listed(entries.collect(), &format!("{what}s"))
    };
    all.extend(lost("commit", &commits.lost));
    all.extend(lost("directory", &files.lost));
    all.extend(packs.broken.iter().map(|(path, reason)| {
        let path = context.directory.shown(path);
        entry(&path, format!("cannot be opened: {reason}"))
    }));
    let is_shallow = context.repository.is_shallow().unwrap_or(false);
    if is_shallow && matches!(wanted, Wanted::Everything) {
        all.push(entry(
            ".git/shallow",
            "a shallow clone: its older commits are not here; `git fetch --unshallow` gets them"
                .to_owned(),
        ));
    }
    all
}

fn announce(outcome: &mut Outcome, commits: &Commits, files: &Files, scan: &Scan, wanted: &Wanted) {
    let versions = files.blobs.len();
    if versions == 0 {
        outcome.warnings.push(match wanted {
            Wanted::Everything => {
                "nothing was looked at: the repository has no commits with files".to_owned()
            }
            Wanted::NewSince(_) => "nothing was looked at: there are no new files".to_owned(),
        });
        return;
    }
    let mut text = format!(
        "looked at {versions} versions of files in {} commits",
        commits.list.len()
    );
    let left_out: Vec<String> = [
        (scan.binary, "binary"),
        (scan.pointers, "pointers to files in Git LFS"),
        (
            files.submodules.len(),
            "submodules, which are repositories of their own",
        ),
    ]
    .into_iter()
    .filter(|(count, _)| *count > 0)
    .map(|(count, what)| format!("{count} {what}"))
    .collect();
    if !left_out.is_empty() {
        text.push_str("; not looked into: ");
        text.push_str(&left_out.join(", "));
    }
    outcome.notes.push(text);
}
