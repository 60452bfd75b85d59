//! Repositories of every kind, and broken ones: a clear message, and the rest is looked at.

mod support;

use std::fs;

use support::git::{Repository, damage, git_in, password, setting};
use support::{Project, Run};

/// A repository with three files with a value each, in three commits.
fn three() -> (Repository, Vec<String>) {
    let repository = Repository::new();
    let commit = |number: usize| {
        repository.write(&format!("{number}.ini"), &setting(number));
        repository.commit("one more")
    };
    let ids = (1..=3).map(commit).collect();
    (repository, ids)
}

fn count(run: &Run) -> usize {
    let lines = run.stdout.lines();
    lines
        .filter(|line| line.contains("[hardcoded-secret]"))
        .count()
}

fn no_panic(run: &Run) {
    assert!(run.code < 4, "{run}");
    assert!(!run.stderr.contains("panicked"), "{run}");
    assert!(!run.stderr.contains("internal defect"), "{run}");
    for number in 1..=3 {
        assert!(!run.stdout.contains(&password(number)), "{run}");
    }
}

#[test]
fn no_repository() {
    let project = Project::new();
    for arguments in [
        &["secrets", "--staged"][..],
        &["secrets", "--history"],
        &["secrets", "--since", "main"],
        &["install-hook"],
    ] {
        let run = project.run(arguments);
        assert_eq!(run.code, 2, "{arguments:?}\n{run}");
        assert!(run.stderr.contains("is in no git repository"), "{run}");
    }
}

#[test]
fn an_empty_repository() {
    let repository = Repository::new();
    for arguments in [&["--staged"], &["--history"]] {
        let run = repository.secrets(arguments);
        assert_eq!((run.code, run.stdout.as_str()), (0, ""), "{run}");
        assert!(run.stderr.contains("nothing was looked at"), "{run}");
    }
    let run = repository.secrets(&["--since", "HEAD"]);
    assert_eq!(run.code, 2, "{run}");
}

#[test]
fn a_bare_repository() {
    let (repository, _) = three();
    let home = repository.project.path();
    git_in(home, home, &["clone", "-q", "--bare", "shop", "bare.git"]);
    let history = ["secrets", "--history", "--output-format", "concise"];
    let run = repository.project.run_below("bare.git", &history);
    assert_eq!((run.code, count(&run)), (1, 3), "{run}");
    let staged = ["secrets", "--staged"];
    let run = repository.project.run_below("bare.git", &staged);
    assert_eq!(run.code, 0, "{run}");
    assert!(run.stderr.contains("nothing was looked at"), "{run}");
    let run = repository.project.run_below("bare.git", &["install-hook"]);
    assert_eq!(run.code, 2, "{run}");
    assert!(run.stderr.contains("bare"), "{run}");
}

#[test]
fn a_shallow_clone_says_that_it_is_one() {
    let (repository, _) = three();
    let home = repository.project.path();
    let source = format!("file://{}", repository.path().display());
    git_in(
        home,
        home,
        &["clone", "-q", "--depth", "1", &source, "shallow"],
    );
    let history = ["secrets", "--history", "--output-format", "concise"];
    let run = repository.project.run_below("shallow", &history);
    no_panic(&run);
    assert_eq!((run.code, count(&run)), (1, 3), "{run}");
    assert!(run.stdout.contains("git fetch --unshallow"), "{run}");
    // In the newest commit nothing is new, but what is not here cannot be compared.
    let since = ["secrets", "--since", "HEAD~1"];
    let run = repository.project.run_below("shallow", &since);
    assert_eq!(run.code, 2, "{run}");
    assert!(run.stderr.contains("shallow"), "{run}");
}

#[test]
fn a_partial_clone_says_what_is_missing() {
    let repository = Repository::new();
    repository.write("1.ini", &setting(1));
    repository.commit("one");
    let long = "LINE=1\n".repeat(400);
    repository.write("2.ini", &(setting(2) + &long));
    repository.commit("two");
    repository.git(&["rm", "-q", "2.ini"]);
    repository.commit("three");
    repository.git(&["config", "uploadpack.allowFilter", "true"]);
    let home = repository.project.path();
    let source = format!("file://{}", repository.path().display());
    let clone = ["clone", "-q", "--filter=blob:limit=1k", &source, "partial"];
    git_in(home, home, &clone);
    let history = ["secrets", "--history", "--output-format", "concise"];
    let run = repository.project.run_below("partial", &history);
    no_panic(&run);
    assert_eq!((run.code, count(&run)), (1, 1), "{run}");
    assert!(
        run.stdout.contains("2.ini: incomplete: the object"),
        "{run}"
    );
    assert!(run.stdout.contains("partial clone"), "{run}");
}

#[test]
fn a_damaged_loose_object_costs_that_file() {
    let (repository, _) = three();
    let id = repository.git(&["rev-parse", "HEAD:2.ini"]);
    damage(&repository.loose(&id));
    let run = repository.secrets(&["--history"]);
    no_panic(&run);
    assert_eq!((run.code, count(&run)), (1, 2), "{run}");
    assert!(
        run.stdout
            .contains(&format!("2.ini: incomplete: the object {id}")),
        "{run}"
    );
    assert!(run.stdout.contains("git fsck"), "{run}");
}

#[test]
fn a_damaged_pack_costs_what_is_behind_the_damage() {
    let (repository, _) = three();
    repository.git(&["gc", "-q"]);
    let folder = repository.path().join(".git/objects/pack");
    for ending in ["pack", "idx"] {
        let entries = fs::read_dir(&folder).expect("there are packs");
        let mut files = entries.map(|entry| entry.expect("readable").path());
        let file = files
            .find(|path| path.extension().is_some_and(|it| it == ending))
            .expect("there is a pack");
        damage(&file);
        let run = repository.secrets(&["--history"]);
        no_panic(&run);
        assert!(matches!(run.code, 1..=3), "{run}");
        let said = format!("{}{}", run.stdout, run.stderr);
        assert!(
            ["incomplete", "cannot be"]
                .iter()
                .any(|it| said.contains(it)),
            "{run}"
        );
    }
}

#[test]
fn a_missing_commit_or_directory_is_named() {
    let (repository, ids) = three();
    let tree = repository.git(&["rev-parse", &format!("{}^{{tree}}", ids[2])]);
    fs::remove_file(repository.loose(&tree)).expect("the object is loose");
    let run = repository.secrets(&["--history"]);
    no_panic(&run);
    assert_eq!((run.code, count(&run)), (1, 2), "{run}");
    assert!(
        run.stdout.contains(&format!("the directory {tree}")),
        "{run}"
    );
    fs::remove_file(repository.loose(&ids[1])).expect("the object is loose");
    let run = repository.secrets(&["--history"]);
    no_panic(&run);
    assert_eq!(run.code, 3, "{run}");
    assert!(
        run.stdout.contains(&format!("the commit {}", ids[1])),
        "{run}"
    );
}

#[test]
fn a_reference_to_nothing_is_named() {
    let (repository, _) = three();
    let id = "1234567890".repeat(4);
    let path = repository.path().join(".git/refs/heads/broken");
    fs::write(path, format!("{id}\n")).expect("the folder is there");
    let run = repository.secrets(&["--history"]);
    no_panic(&run);
    assert_eq!((run.code, count(&run)), (1, 3), "{run}");
    assert!(
        run.stdout.contains("refs/heads/broken: incomplete"),
        "{run}"
    );
}

#[test]
fn submodules_are_left_alone_and_counted() {
    let (repository, _) = three();
    let home = repository.project.path();
    git_in(home, home, &["init", "-q", "-b", "main", "outer"]);
    let outer = home.join("outer");
    git_in(
        home,
        &outer,
        &[
            "-c",
            "protocol.file.allow=always",
            "submodule",
            "-q",
            "add",
            "../shop",
            "inner",
        ],
    );
    let staged = ["secrets", "--staged", "--output-format", "concise"];
    let run = repository.project.run_below("outer", &staged);
    assert_eq!(run.code, 0, "{run}");
    git_in(home, &outer, &["commit", "-q", "-m", "one"]);
    let history = ["secrets", "--history", "--output-format", "concise"];
    let run = repository.project.run_below("outer", &history);
    assert_eq!((run.code, count(&run)), (0, 0), "{run}");
    assert!(run.stderr.contains("1 submodule"), "{run}");
    // Inside, it is a repository like any other, whose .git is a file.
    let run = repository.project.run_below("outer/inner", &history);
    assert_eq!(count(&run), 3, "{run}");
}

#[test]
fn another_work_tree_has_an_index_and_a_head_of_its_own() {
    let (repository, ids) = three();
    repository.git(&["worktree", "add", "-q", "--detach", "../fix", &ids[0]]);
    repository.project.write("fix/4.ini", &setting(4));
    let home = repository.project.path();
    let fix = home.join("fix");
    git_in(home, &fix, &["add", "-A"]);
    let staged = ["secrets", "--staged", "--output-format", "concise"];
    let run = repository.project.run_below("fix", &staged);
    assert_eq!((run.code, count(&run)), (1, 1), "{run}");
    assert!(run.stdout.starts_with("4.ini:"), "{run}");
    assert_eq!(repository.secrets(&["--staged"]).code, 0);
    // Its commit is on no branch, and still part of the history of either.
    git_in(home, &fix, &["commit", "-q", "-m", "four"]);
    assert_eq!(count(&repository.secrets(&["--history"])), 4);
    let history = ["secrets", "--history", "--output-format", "concise"];
    assert_eq!(count(&repository.project.run_below("fix", &history)), 4);
}

#[test]
fn objects_may_lie_in_another_repository() {
    let (repository, _) = three();
    repository.git(&["gc", "-q"]);
    let home = repository.project.path();
    git_in(home, home, &["clone", "-q", "--shared", "shop", "shared"]);
    let history = ["secrets", "--history", "--output-format", "concise"];
    let run = repository.project.run_below("shared", &history);
    assert_eq!((run.code, count(&run)), (1, 3), "{run}");
    fs::rename(repository.path(), home.join("gone")).expect("a folder can be renamed");
    let run = repository.project.run_below("shared", &history);
    no_panic(&run);
    assert!(matches!(run.code, 2 | 3), "{run}");
}

#[test]
fn pointers_to_large_files_elsewhere_are_counted() {
    let repository = Repository::new();
    let id = "ab12".repeat(16);
    let pointer =
        format!("version https://git-lfs.github.com/spec/v1\noid sha256:{id}\nsize 12345\n");
    repository.write("model.bin", &pointer);
    repository.commit("one");
    let run = repository.secrets(&["--history"]);
    assert_eq!((run.code, run.stdout.as_str()), (0, ""), "{run}");
    assert!(run.stderr.contains("Git LFS"), "{run}");
}

#[test]
fn repositories_with_sha_256() {
    let repository =
        Repository::with(&["init", "-q", "-b", "main", "--object-format=sha256", "shop"]);
    repository.write("1.ini", &setting(1));
    repository.git(&["add", "-A"]);
    let run = repository.secrets(&["--staged"]);
    assert_eq!((run.code, count(&run)), (1, 1), "{run}");
    repository.commit("one");
    for packed in [false, true] {
        if packed {
            repository.git(&["gc", "-q"]);
        }
        let run = repository.secrets(&["--history"]);
        assert_eq!((run.code, count(&run)), (1, 1), "{run}");
    }
}

#[test]
fn a_huge_file_is_named_and_the_rest_is_looked_at() {
    let (repository, _) = three();
    let line = "0123456789abcdef\n";
    repository.write("dump.sql", &line.repeat(11 * 1024 * 1024 / line.len()));
    repository.git(&["add", "-A"]);
    let run = repository.secrets(&["--staged"]);
    no_panic(&run);
    assert_eq!(run.code, 3, "{run}");
    assert!(
        run.stdout.contains("dump.sql: incomplete: too large"),
        "{run}"
    );
    repository.commit("large");
    repository.write(
        "dump.sql",
        &(line.repeat(11 * 1024 * 1024 / line.len()) + "end\n"),
    );
    repository.commit("larger");
    for packed in [false, true] {
        if packed {
            repository.git(&["gc", "-q"]);
        }
        let run = repository.secrets(&["--history"]);
        no_panic(&run);
        assert_eq!((run.code, count(&run)), (1, 3), "{run}");
        assert_eq!(run.stdout.matches("too large").count(), 2, "{run}");
    }
}

#[test]
fn an_index_that_is_being_written() {
    let (repository, _) = three();
    repository.write("4.ini", &setting(4));
    repository.git(&["add", "-A"]);
    let lock = repository.path().join(".git/index.lock");
    fs::write(&lock, "half").expect("the folder is there");
    let run = repository.secrets(&["--staged"]);
    no_panic(&run);
    assert_eq!((run.code, count(&run)), (1, 1), "{run}");
    assert!(run.stderr.contains("another git command"), "{run}");
    fs::remove_file(lock).expect("it was written");
    damage(&repository.path().join(".git/index"));
    let run = repository.secrets(&["--staged"]);
    no_panic(&run);
    assert_eq!(run.code, 2, "{run}");
    assert!(run.stderr.contains("the index `"), "{run}");
}

#[test]
fn a_file_in_conflict_counts_with_each_of_its_versions() {
    let repository = Repository::new();
    repository.write("a.ini", "DEBUG=1\n");
    repository.commit("one");
    repository.git(&["checkout", "-q", "-b", "topic"]);
    repository.write("a.ini", &setting(1));
    repository.commit("theirs");
    repository.git(&["checkout", "-q", "main"]);
    repository.write("a.ini", "DEBUG=2\n");
    repository.commit("ours");
    assert!(
        !repository
            .try_git(&["merge", "-q", "topic"], "")
            .status
            .success()
    );
    let run = repository.secrets(&["--staged"]);
    no_panic(&run);
    assert_eq!((run.code, count(&run)), (1, 1), "{run}");
}

#[test]
fn names_and_texts_that_are_no_text() {
    let repository = Repository::new();
    repository.write("gr\u{f6}\u{df}e \"1\".ini", &setting(1));
    let binary = repository.path().join("logo.png");
    fs::write(binary, [0_u8, 159, 146, 150].repeat(100)).expect("the folder is there");
    let latin = [b"# gr\xf6\xdfe\n", setting(2).as_bytes()].concat();
    fs::write(repository.path().join("latin.ini"), latin).expect("the folder is there");
    repository.commit("one");
    let run = repository.secrets(&["--history"]);
    no_panic(&run);
    assert_eq!((run.code, count(&run)), (1, 2), "{run}");
    assert!(run.stderr.contains("1 binary"), "{run}");
}
