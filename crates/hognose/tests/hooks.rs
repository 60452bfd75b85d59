//! The git hooks: that they stop what they should, and get along with others.

mod support;

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use support::git::{Repository, git_in, setting, try_git_in};

/// A hook of somebody else's, which writes what it is called with into `called`.
fn write_hook(path: &Path, body: &str) {
    fs::create_dir_all(path.parent().expect("a file in a folder")).expect("it can be made");
    fs::write(path, format!("#!/bin/sh\n{body}\n")).expect("it can be written");
    fs::set_permissions(path, fs::Permissions::from_mode(0o755)).expect("it is ours");
}

fn hook(repository: &Repository, name: &str) -> std::path::PathBuf {
    repository.path().join(".git/hooks").join(name)
}

fn try_commit(repository: &Repository) -> (bool, String) {
    repository.git(&["add", "-A"]);
    let output = repository.try_git(&["commit", "-q", "-m", "try"], "");
    let said = [output.stdout, output.stderr].concat();
    (
        output.status.success(),
        String::from_utf8_lossy(&said).into_owned(),
    )
}

#[test]
fn a_commit_with_a_secret_is_refused_and_one_without_is_not() {
    let repository = Repository::new();
    let run = repository.run(&["install-hook"]);
    assert_eq!(run.code, 0, "{run}");
    assert!(
        run.stdout.contains(".git/hooks/pre-commit: installed"),
        "{run}"
    );
    repository.write("README.md", "# Shop\n");
    let (taken, said) = try_commit(&repository);
    assert!(taken, "{said}");
    repository.write("a.ini", &setting(1));
    let (taken, said) = try_commit(&repository);
    assert!(!taken, "{said}");
    assert!(said.contains("hardcoded-secret"), "{said}");
    // Only the named file is committed, from an index that git makes for it.
    repository.git(&["reset", "-q"]);
    repository.write("README.md", "# Our shop\n");
    let output = repository.try_git(&["commit", "-q", "-m", "one file", "README.md"], "");
    assert!(output.status.success());
    repository.git(&["add", "a.ini"]);
    repository.write("README.md", "# My shop\n");
    let output = repository.try_git(&["commit", "-q", "-m", "one file", "README.md"], "");
    assert!(
        output.status.success(),
        "a.ini is staged, but not part of this commit"
    );
    repository.write("README.md", &setting(2));
    let output = repository.try_git(&["commit", "-q", "-a", "-m", "all"], "");
    assert!(!output.status.success());
}

#[test]
fn a_push_of_a_secret_is_refused() {
    let repository = Repository::new();
    repository.write("README.md", "# Shop\n");
    repository.commit("one");
    let home = repository.project.path();
    git_in(home, home, &["init", "-q", "--bare", "there.git"]);
    repository.git(&["remote", "add", "origin", "../there.git"]);
    assert_eq!(
        repository.run(&["install-hook", "--hook", "pre-push"]).code,
        0
    );
    assert!(!hook(&repository, "pre-commit").exists());
    repository.git(&["push", "-q", "origin", "main"]);
    repository.write("a.ini", &setting(1));
    repository.commit("two");
    repository.git(&["rm", "-q", "a.ini"]);
    repository.commit("gone again, but in the history");
    let output = repository.try_git(&["push", "-q", "origin", "main"], "");
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(!output.status.success(), "{said}");
    let output = repository.try_git(&["push", "-q", "origin", "HEAD~2:refs/heads/old"], "");
    assert!(output.status.success(), "without the secret");
    let output = repository.try_git(&["push", "-q", "origin", ":refs/heads/old"], "");
    assert!(output.status.success(), "a deletion");
}

#[test]
fn another_hook_is_called_first_and_comes_back() {
    let repository = Repository::new();
    let path = hook(&repository, "pre-commit");
    write_hook(&path, "echo called >> called.txt; [ ! -e refuse ]");
    let before = fs::read_to_string(&path).expect("it was written");
    let run = repository.run(&["install-hook"]);
    assert!(run.stdout.contains("is called first"), "{run}");
    repository.write("README.md", "# Shop\n");
    let (taken, said) = try_commit(&repository);
    assert!(taken, "{said}");
    assert!(repository.path().join("called.txt").exists(), "{said}");
    repository.write("refuse", "");
    assert!(!try_commit(&repository).0, "the other hook refuses");
    fs::remove_file(repository.path().join("refuse")).expect("it was written");
    repository.write("a.ini", &setting(1));
    assert!(!try_commit(&repository).0, "ours refuses");
    let run = repository.run(&["install-hook", "--remove"]);
    assert!(
        run.stdout.contains("that was there before is back"),
        "{run}"
    );
    assert_eq!(fs::read_to_string(&path).expect("it is back"), before);
    assert!(!hook(&repository, "pre-commit.before-hognose").exists());
    assert!(!hook(&repository, "pre-push").exists());
}

#[test]
fn both_hooks_of_a_push_hear_what_git_says() {
    let repository = Repository::new();
    write_hook(
        &hook(&repository, "pre-push"),
        "cat > heard.txt; echo \"$1\" >> heard.txt",
    );
    repository.run(&["install-hook"]);
    repository.write("README.md", "# Shop\n");
    repository.commit("one");
    let home = repository.project.path();
    git_in(home, home, &["init", "-q", "--bare", "there.git"]);
    repository.git(&["push", "-q", "../there.git", "main"]);
    let heard = repository.project.read("shop/heard.txt");
    assert!(heard.starts_with("refs/heads/main "), "{heard}");
    assert!(heard.ends_with("../there.git\n"), "{heard}");
    repository.write("a.ini", &setting(1));
    repository.commit("two");
    let output = repository.try_git(&["push", "-q", "../there.git", "main"], "");
    assert!(!output.status.success());
}

#[test]
fn installing_and_removing_twice_changes_nothing() {
    let repository = Repository::new();
    assert!(
        repository
            .run(&["install-hook", "--remove"])
            .stdout
            .contains("no such hook")
    );
    repository.run(&["install-hook"]);
    let path = hook(&repository, "pre-commit");
    let once = fs::read_to_string(&path).expect("it was written");
    let run = repository.run(&["install-hook"]);
    assert!(run.stdout.contains("is installed already"), "{run}");
    assert_eq!(fs::read_to_string(&path).expect("it is there"), once);
    // From another place or version of the program.
    fs::write(&path, once.replace("hognose'", "old-hognose'")).expect("it is ours");
    let run = repository.run(&["install-hook"]);
    assert!(run.stdout.contains("pre-commit: renewed"), "{run}");
    assert_eq!(fs::read_to_string(&path).expect("it is there"), once);
    let run = repository.run(&["install-hook", "--remove"]);
    assert!(run.stdout.contains("pre-commit: removed"), "{run}");
    assert!(!path.exists());
    write_hook(&path, "true");
    let run = repository.run(&["install-hook", "--remove"]);
    assert!(
        run.stdout.contains("not from Hognose, and left alone"),
        "{run}"
    );
    assert!(path.exists());
    // A second foreign hook where one is kept already: nobody's is overwritten.
    write_hook(&hook(&repository, "pre-commit.before-hognose"), "false");
    let run = repository.run(&["install-hook"]);
    assert_eq!(run.code, 2, "{run}");
    assert!(run.stderr.contains("is there already"), "{run}");
}

#[test]
fn the_folder_is_the_one_that_git_uses() {
    let repository = Repository::new();
    repository.git(&["config", "core.hooksPath", "tools/hooks"]);
    let run = repository.run(&["install-hook"]);
    assert!(
        run.stdout.contains("tools/hooks/pre-commit: installed"),
        "{run}"
    );
    assert!(run.stderr.contains("core.hooksPath"), "{run}");
    assert!(!hook(&repository, "pre-commit").exists());
    repository.write("a.ini", &setting(1));
    assert!(!try_commit(&repository).0);
    // From a folder below it is the same one.
    repository.write("below/x", "");
    let run = repository
        .project
        .run_below("shop/below", &["install-hook"]);
    assert!(run.stdout.contains("is installed already"), "{run}");
}

#[test]
fn work_trees_share_their_hooks() {
    let repository = Repository::new();
    repository.write("README.md", "# Shop\n");
    repository.commit("one");
    repository.git(&["worktree", "add", "-q", "../fix"]);
    let run = repository.project.run_below("fix", &["install-hook"]);
    assert_eq!(run.code, 0, "{run}");
    assert!(hook(&repository, "pre-commit").exists(), "{run}");
    repository.project.write("fix/a.ini", &setting(1));
    let home = repository.project.path();
    let fix = home.join("fix");
    git_in(home, &fix, &["add", "-A"]);
    let output = try_git_in(home, &fix, &["commit", "-q", "-m", "two"], "");
    assert!(!output.status.success());
    repository.write("b.txt", "text\n");
    assert!(try_commit(&repository).0);
}

#[test]
fn without_the_program_nothing_passes_unseen() {
    let repository = Repository::new();
    repository.run(&["install-hook"]);
    let path = hook(&repository, "pre-commit");
    let text = fs::read_to_string(&path).expect("it was written");
    let line = text.lines().find(|line| line.starts_with("hognose='"));
    let line = line.expect("the hook names the program");
    fs::write(&path, text.replace(line, "hognose='/nowhere/hognose'")).expect("it is ours");
    repository.write("README.md", "# Shop\n");
    let (taken, said) = try_commit(&repository);
    assert!(!taken, "{said}");
    assert!(said.contains("--no-verify"), "{said}");
}
