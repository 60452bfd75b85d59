//! What is staged: from the index to a report.

use std::collections::BTreeMap;
use std::sync::Mutex;

use anyhow::Result;
use gix::ObjectId;
use gix::bstr::ByteSlice as _;
use hognose_check::{Input, Secrets, secrets};
use hognose_finding::SourceText;

use super::env_files;
use super::file::value;
use super::gaps::{self, entry};
use super::known::holds;
use super::run::{Context, Outcome};
use super::scan::Version;
use crate::git::staged::staged;
use crate::git::{Packs, Visited, read};

pub fn look(context: &Context<'_>) -> Result<Outcome> {
    let repository = context.repository;
    let mut outcome = Outcome::default();
    let mut staged = staged(repository)?;
    staged.files.retain(|file| {
        let path = file.path.to_str_lossy();
        !context.filter.excludes(&context.root.join(&*path))
    });
    if staged.is_locked {
        outcome.warnings.push(
            "another git command is changing the index; what it stages was not looked at"
                .to_owned(),
        );
    }
    if staged.files.is_empty() {
        outcome.warnings.push(format!(
            "nothing was looked at: no file is staged ({} files of the index are as in HEAD)",
            staged.total
        ));
    }
    let versions: Vec<Version> = staged
        .files
        .iter()
        .map(|file| Version {
            id: file.id,
            path: file.path.to_string(),
        })
        .collect();
    let (inputs, problems) = read_all(context, &versions);
    let mut incomplete = gaps::versions(&problems, &versions);
    incomplete.extend(staged.closed.iter().map(|path| {
        let reason = "a directory outside of the sparse checkout is staged; run Hognose with \
                      `--since HEAD~1` once it is committed";
        entry(&path.to_string(), reason.to_owned())
    }));
    let shown: BTreeMap<String, String> = versions
        .iter()
        .map(|version| (shown(context, &version.path), version.path.clone()))
        .collect();
    let Secrets {
        mut report,
        binary,
        searched,
    } = secrets(inputs.clone(), context.settings, context.allow);
    let known = leave_out_known(context, &mut report, &shown);
    add_env_files(context, &mut report, &inputs);
    report.incomplete.extend(incomplete);
    report.incomplete.sort();
    outcome.report = report;
    outcome.paths = shown.into_iter().collect();
    outcome.notes = notes(searched, binary.len(), known);
    Ok(outcome)
}

fn shown(context: &Context<'_>, path: &str) -> String {
    context.directory.shown(&context.root.join(path))
}

fn read_all(
    context: &Context<'_>,
    versions: &[Version],
) -> (Vec<Input>, Vec<(usize, crate::git::Problem)>) {
    let ids: Vec<ObjectId> = versions.iter().map(|version| version.id).collect();
    let names: Vec<String> = versions.iter().map(|it| shown(context, &it.path)).collect();
    let inputs = Mutex::new(Vec::new());
    let packs = Packs::open(context.repository);
    let problems = read(
        context.repository,
        &packs,
        &ids,
        |visited: Visited<'_, ()>| {
            let input = Input {
                path: names[visited.index].clone(),
                bytes: visited.data.to_owned(),
            };
            inputs.lock().expect("no thread panics with it").push(input);
        },
    );
    let mut inputs = inputs.into_inner().expect("no thread panics with it");
    inputs.sort_by(|left, right| left.path.cmp(&right.path));
    (inputs, problems)
}

/// Drops findings whose values HEAD has in the same file. How many.
fn leave_out_known(
    context: &Context<'_>,
    report: &mut hognose_check::Report,
    shown: &BTreeMap<String, String>,
) -> usize {
    let head: Vec<ObjectId> = context
        .repository
        .head_tree_id()
        .map(gix::Id::detach)
        .into_iter()
        .collect();
    let files = &report.files;
    let count = report.findings.len();
    report.findings.retain(|finding| {
        let source = files.iter().find(|file| file.path == finding.location.file);
        let path = shown.get(&*finding.location.file);
        let (Some(source), Some(path)) = (source, path) else {
            return true;
        };
        let value = value(finding, source);
        value.is_empty() || !holds(context.repository, &head, path, value)
    });
    count - report.findings.len()
}

/// `.env` files that are staged.
fn add_env_files(context: &Context<'_>, report: &mut hognose_check::Report, inputs: &[Input]) {
    let mut findings = Vec::new();
    let mut files = Vec::new();
    for input in inputs {
        let name = input.path.rsplit('/').next().unwrap_or(&input.path);
        if !env_files::is_wanted(name.into()) {
            continue;
        }
        let text = String::from_utf8_lossy(&input.bytes);
        let source = SourceText::new(input.path.as_str().into(), text.into(), Vec::new());
        let here = report.findings.iter();
        let secrets = here.filter(|it| it.location.file == source.path).count();
        findings.extend(env_files::tracked(&source, secrets));
        files.push(source);
    }
    if !findings.is_empty() {
        report.add(&mut findings, files, context.settings);
    }
}

fn notes(searched: usize, binary: usize, known: usize) -> Vec<String> {
    let mut notes = Vec::new();
    if binary > 0 {
        notes.push(format!(
            "{binary} staged files are binary and were not looked into ({searched} were)"
        ));
    }
    if known > 0 {
        notes.push(format!(
            "{known} findings are not shown, because HEAD has their values in the same files \
             already; `hognose secrets` shows them"
        ));
    }
    notes
}
