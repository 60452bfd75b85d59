//! `cargo xtask ecosystem BASE HEAD --path DIR`: which findings a change gains and loses on real
//! projects.
//!
//! BASE and HEAD are binaries or git revisions; a revision is checked out beside the repository's
//! build directory and built. Findings are matched by fingerprint, rule and file, so moved lines
//! are no difference. Each gained or lost finding is printed: it is there to be looked at.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result, bail};

use crate::arguments::Arguments;
use crate::sarif::SarifFinding;
use crate::{Outcome, binary, files, sarif, table};

pub fn run(mut arguments: Arguments) -> Result<Outcome> {
    let base = arguments.positional("BASE")?;
    let head = arguments.positional("HEAD")?;
    let path = arguments.path()?;
    arguments.finish()?;
    let base = program(&base)?;
    let head = program(&head)?;
    let mut rows = Vec::new();
    for project in projects(&path)? {
        let name = project.file_name().unwrap_or_default().to_string_lossy();
        let before = findings(&base, &project)?;
        let after = findings(&head, &project)?;
        let lost = missing(&before, &after);
        let gained = missing(&after, &before);
        print(&name, "-", &lost);
        print(&name, "+", &gained);
        let numbers = [before.len(), after.len(), gained.len(), lost.len()];
        let cells = numbers.iter().map(ToString::to_string);
        rows.push(std::iter::once(name.into_owned()).chain(cells).collect());
    }
    println!();
    table::print(&["project", "base", "head", "gained", "lost"], &rows);
    Ok(Outcome::Good)
}

/// The directories below `path`, or `path` itself if it is one project.
fn projects(path: &Path) -> Result<Vec<PathBuf>> {
    let entries = fs::read_dir(path)?.filter_map(Result::ok);
    let mut projects: Vec<PathBuf> = entries
        .map(|entry| entry.path())
        .filter(|path| path.is_dir())
        .collect();
    projects.sort();
    if projects.is_empty() {
        projects.push(path.to_owned());
    }
    Ok(projects)
}

fn program(name: &str) -> Result<PathBuf> {
    let path = Path::new(name);
    if path.is_file() {
        return binary::existing(path);
    }
    let root = files::root()?;
    let commit = git(
        &root,
        &["rev-parse", "--verify", &format!("{name}^{{commit}}")],
    )
    .with_context(|| format!("`{name}` is neither a binary nor a revision"))?;
    let tree = root.join("target/ecosystem").join(commit.trim());
    if !tree.exists() {
        let tree = tree.to_string_lossy();
        git(
            &root,
            &["worktree", "add", "--detach", &tree, commit.trim()],
        )?;
    }
    binary::build(&tree)
}

fn git(directory: &Path, arguments: &[&str]) -> Result<String> {
    let output = Command::new("git")
        .args(arguments)
        .current_dir(directory)
        .output()
        .context("cannot run git")?;
    if !output.status.success() {
        bail!("git: {}", String::from_utf8_lossy(&output.stderr).trim());
    }
    Ok(String::from_utf8(output.stdout)?)
}

fn findings(program: &Path, project: &Path) -> Result<Vec<SarifFinding>> {
    let arguments = [
        "check",
        ".",
        "--isolated",
        "--no-gitignore",
        "--output-format",
        "sarif",
    ];
    sarif::findings(&binary::output(program, &arguments, project)?)
}

/// The findings of `all` that `others` lack, each as often as it is lacking.
fn missing<'a>(all: &'a [SarifFinding], others: &[SarifFinding]) -> Vec<&'a SarifFinding> {
    let mut left: BTreeMap<[&str; 3], usize> = BTreeMap::new();
    for finding in others {
        *left.entry(key(finding)).or_default() += 1;
    }
    let mut missing = Vec::new();
    for finding in all {
        match left.get_mut(&key(finding)) {
            Some(count) if *count > 0 => *count -= 1,
            Some(_) | None => missing.push(finding),
        }
    }
    missing
}

fn key(finding: &SarifFinding) -> [&str; 3] {
    [&finding.rule, &finding.file, &finding.fingerprint]
}

fn print(project: &str, sign: &str, findings: &[&SarifFinding]) {
    for finding in findings {
        let SarifFinding {
            file,
            line,
            rule,
            message,
            ..
        } = finding;
        println!("{sign} {project}/{file}:{line}: [{rule}] {message}");
    }
}

#[cfg(test)]
mod tests {
    use super::missing;
    use crate::sarif::SarifFinding;

    #[test]
    fn a_moved_finding_is_neither_gained_nor_lost() {
        let finding = |line: u64, fingerprint: &str| SarifFinding {
            file: "a.py".to_owned(),
            line,
            rule: "r".to_owned(),
            cwe: None,
            fingerprint: fingerprint.to_owned(),
            message: String::new(),
        };
        let before = [finding(1, "a"), finding(2, "b"), finding(3, "b")];
        let after = [finding(9, "a"), finding(4, "b"), finding(5, "c")];
        assert_eq!(missing(&before, &after).len(), 1);
        assert_eq!(missing(&after, &before), [&after[2]]);
    }
}
