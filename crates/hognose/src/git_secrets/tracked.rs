//! `.env` files of the work tree that git keeps, whether or not `.gitignore` names them.
//!
//! ```text
//! .gitignore names .env, and `git ls-files` too       env-file-tracked
//! ```

use std::path::{Path, PathBuf};
use std::sync::Arc;

use gix::bstr::ByteSlice as _;
use hognose_check::Report;
use hognose_finding::SourceText;

use super::env_files::{is_wanted, tracked};
use crate::env_file::EnvFiles;
use crate::git;
use crate::git::staged;
use crate::paths::WorkingDirectory;

/// Adds the `.env` files of the index at and below `paths`. That one of them is not ignored either
/// is no longer said then.
pub fn add_tracked_env_files(
    env_files: &mut EnvFiles,
    report: &Report,
    paths: &[PathBuf],
    directory: &WorkingDirectory,
) {
    let default = [PathBuf::from(".")];
    let paths = if paths.is_empty() { &default } else { paths };
    for path in paths {
        let Ok(path) = path.canonicalize() else {
            continue;
        };
        for source in files(&path, directory) {
            let here = report.findings.iter();
            let secrets = here.filter(|it| it.location.file == source.path).count();
            let Some(finding) = tracked(&source, secrets) else {
                continue;
            };
            env_files
                .findings
                .retain(|known| known.location.file != source.path);
            env_files.findings.push(finding);
            if !env_files
                .files
                .iter()
                .any(|known| known.path == source.path)
            {
                env_files.files.push(source);
            }
        }
    }
}

/// The `.env` files of the index at and below `path`; none outside of a repository.
fn files(path: &Path, directory: &WorkingDirectory) -> Vec<SourceText> {
    let folder = if path.is_dir() {
        path
    } else {
        path.parent().unwrap_or(path)
    };
    let Ok(repository) = git::open(folder) else {
        return Vec::new();
    };
    let Some(root) = repository.workdir().and_then(|it| it.canonicalize().ok()) else {
        return Vec::new();
    };
    let wanted = staged::tracked(&repository, |file| {
        is_wanted(file) && root.join(&*file.to_str_lossy()).starts_with(path)
    });
    // A broken index is a matter of `--staged`; the files themselves have been searched.
    let wanted = wanted.unwrap_or_default().into_iter();
    let texts = wanted.filter_map(|file| {
        let shown = directory.shown(&root.join(&*file.path.to_str_lossy()));
        let data = repository.find_blob(file.id).ok()?;
        let text = String::from_utf8_lossy(&data.data).into_owned();
        Some(SourceText::new(Arc::from(shown), text.into(), Vec::new()))
    });
    texts.collect()
}
