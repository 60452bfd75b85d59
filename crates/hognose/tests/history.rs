//! `hognose secrets` on what git holds: staged files, histories, pushes.

mod support;

use serde_json::Value;
use support::git::{Repository, password, python, setting};

fn json(repository: &Repository, arguments: &[&str]) -> Value {
    let arguments = [&["secrets", "--output-format", "json"], arguments].concat();
    let run = repository.run(&arguments);
    serde_json::from_str(&run.stdout).unwrap_or_else(|error| panic!("{error}\n{run}"))
}

fn findings(report: &Value) -> Vec<&Value> {
    let list = report["findings"].as_array().expect("findings are a list");
    list.iter().collect()
}

#[test]
fn what_is_staged_counts_and_not_the_work_tree() {
    let repository = Repository::new();
    repository.write("app.py", "print('hello')\n");
    repository.commit("one");
    repository.write("app.py", &python(1));
    let run = repository.secrets(&["--staged"]);
    assert_eq!(run.code, 0, "not staged yet\n{run}");
    assert!(run.stderr.contains("nothing was looked at"), "{run}");
    repository.git(&["add", "app.py"]);
    repository.write("app.py", "print('hello')\n");
    let run = repository.secrets(&["--staged"]);
    assert_eq!(run.code, 1, "staged, but no longer in the work tree\n{run}");
    assert!(run.stdout.starts_with("app.py:3:"), "{run}");
    assert!(!run.stdout.contains(&password(1)), "{run}");
    // The same from a folder below, where paths count from there.
    repository.write("docs/x", "");
    let run = repository.project.run_below(
        "shop/docs",
        &["secrets", "--staged", "--output-format", "concise"],
    );
    assert_eq!(run.code, 1, "{run}");
}

#[test]
fn a_part_of_a_file_can_be_staged() {
    let repository = Repository::new();
    repository.write("app.py", "print('hello')\n");
    repository.commit("one");
    repository.write("app.py", "print('hello, you')\n");
    repository.git(&["add", "app.py"]);
    repository.write("app.py", &python(1));
    let run = repository.secrets(&["--staged"]);
    assert_eq!((run.code, run.stdout.as_str()), (0, ""), "{run}");
}

#[test]
fn before_the_first_commit_everything_staged_is_new() {
    let repository = Repository::new();
    repository.write("settings.ini", &setting(1));
    repository.git(&["add", "-A"]);
    let run = repository.secrets(&["--staged"]);
    assert_eq!(run.code, 1, "{run}");
}

#[test]
fn a_commit_is_not_to_blame_for_what_head_has() {
    let repository = Repository::new();
    repository.write("settings.ini", &setting(1));
    repository.commit("one");
    repository.write("settings.ini", &format!("{}DEBUG=1\n", setting(1)));
    repository.git(&["add", "-A"]);
    let run = repository.secrets(&["--staged"]);
    assert_eq!(run.code, 0, "{run}");
    assert!(run.stderr.contains("HEAD has their values"), "{run}");
    repository.write(
        "settings.ini",
        &(setting(1) + "DEBUG=1\n[other]\n" + &setting(2)),
    );
    repository.git(&["add", "-A"]);
    let run = repository.secrets(&["--staged"]);
    assert_eq!(run.code, 1, "{run}");
    assert_eq!(run.stdout.lines().count(), 1, "{run}");
}

#[test]
fn a_deleted_value_is_found_once_with_its_first_and_last_commit() {
    let repository = Repository::new();
    repository.write("README.md", "# Shop\n");
    repository.commit("start");
    repository.write("settings.ini", &setting(1));
    let first = repository.commit("settings");
    let long = "LINE=1\n".repeat(60);
    repository.write("settings.ini", &(setting(1) + &long));
    repository.commit("more settings");
    repository.git(&["mv", "settings.ini", "config.ini"]);
    let last = repository.commit("another name");
    repository.git(&["rm", "-q", "config.ini"]);
    repository.commit("gone");
    for packed in [false, true] {
        if packed {
            repository.git(&["gc", "-q"]);
        }
        let report = json(&repository, &["--history"]);
        let findings = findings(&report);
        assert_eq!(findings.len(), 1, "{report:#}");
        let history = &findings[0]["history"];
        assert_eq!(history["first"]["commit"], first.as_str(), "{report:#}");
        assert_eq!(history["last"]["commit"], last.as_str(), "{report:#}");
        assert_eq!(history["first"]["author"], "Ann Lee");
        assert_eq!(history["first"]["date"], "2021-04-02");
        assert_eq!(history["inHead"], false);
        assert_eq!(findings[0]["location"]["path"], "settings.ini");
        assert_eq!(findings[0]["location"]["commit"], first.as_str());
        assert!(!report.to_string().contains(&password(1)));
    }
}

#[test]
fn python_is_analysed_in_every_version_and_tests_are_not_shown() {
    let repository = Repository::new();
    repository.write("app.py", &python(1));
    repository.write("tests/test_app.py", &python(2));
    repository.commit("one");
    repository.write(
        "app.py",
        "import os\n\nDB_PASSWORD = os.environ['DB_PASSWORD']\n",
    );
    repository.commit("two");
    let report = json(&repository, &["--history"]);
    assert_eq!(findings(&report).len(), 1, "{report:#}");
    let report = json(&repository, &["--history", "--min-confidence", "low"]);
    assert_eq!(findings(&report).len(), 2, "{report:#}");
}

#[test]
fn every_reference_is_looked_at() {
    let repository = Repository::new();
    repository.write("README.md", "# Shop\n");
    let base = repository.commit("start");
    let add = |number: usize, branch: &str| {
        repository.git(&["checkout", "-q", "-b", branch, &base]);
        repository.write("settings.ini", &setting(number));
        repository.commit(branch)
    };
    add(1, "topic");
    let tagged = add(2, "to-tag");
    repository.git(&["tag", "-a", "-m", "one", "v1", &tagged]);
    repository.git(&["checkout", "-q", "main"]);
    repository.git(&["branch", "-D", "to-tag"]);
    let remote = add(3, "to-remote");
    repository.git(&["update-ref", "refs/remotes/origin/main", &remote]);
    repository.git(&["checkout", "-q", "main"]);
    repository.git(&["branch", "-D", "to-remote"]);
    for number in [4, 5] {
        repository.write("settings.ini", &setting(number));
        repository.git(&["add", "-A"]);
        repository.git(&["stash", "-q"]);
    }
    let url = format!("postgres://app:{}@db.shop.internal/shop", password(6));
    repository.git(&["notes", "add", "-m", &url, "HEAD"]);
    let report = json(&repository, &["--history"]);
    assert_eq!(findings(&report).len(), 5, "{report:#}");
    let report = json(&repository, &["--history", "--notes"]);
    assert_eq!(findings(&report).len(), 6, "{report:#}");
    let detached = add(7, "to-detach");
    repository.git(&["checkout", "-q", &detached]);
    repository.git(&["branch", "-D", "to-detach"]);
    let report = json(&repository, &["--history"]);
    assert_eq!(findings(&report).len(), 6, "{report:#}");
}

#[test]
fn merges_bring_what_both_sides_have() {
    let repository = Repository::new();
    repository.write("README.md", "# Shop\n");
    repository.commit("start");
    repository.git(&["checkout", "-q", "-b", "topic"]);
    repository.write("a.ini", &setting(1));
    let first = repository.commit("topic");
    repository.git(&["checkout", "-q", "main"]);
    repository.write("b.txt", "text\n");
    repository.commit("main");
    repository.git(&["merge", "-q", "--no-ff", "-m", "merge", "topic"]);
    let last = repository.git(&["rev-parse", "HEAD"]);
    let report = json(&repository, &["--history"]);
    let history = &findings(&report)[0]["history"];
    assert_eq!(history["first"]["commit"], first.as_str());
    assert_eq!(history["last"]["commit"], last.as_str());
    assert_eq!(history["inHead"], true);
}

#[test]
fn since_takes_what_is_new() {
    let repository = Repository::new();
    repository.write("a.ini", &setting(1));
    let base = repository.commit("one");
    repository.write("b.ini", &setting(2));
    repository.write("a.ini", &(setting(1) + "DEBUG=1\n"));
    repository.commit("two");
    let report = json(&repository, &["--since", &base]);
    let findings = findings(&report);
    assert_eq!(findings.len(), 1, "{report:#}");
    assert_eq!(findings[0]["location"]["path"], "b.ini");
    let run = repository.secrets(&["--since", "HEAD"]);
    assert_eq!(run.code, 0, "{run}");
    assert!(run.stderr.contains("nothing was looked at"), "{run}");
    let run = repository.secrets(&["--since", "no-such-branch"]);
    assert_eq!(run.code, 2, "{run}");
    assert!(run.stderr.contains("`no-such-branch`"), "{run}");
}

#[test]
fn a_push_brings_what_the_remote_does_not_have() {
    let repository = Repository::new();
    repository.write("a.ini", &setting(1));
    let old = repository.commit("one");
    repository.write("b.ini", &setting(2));
    let new = repository.commit("two");
    let none = "0".repeat(40);
    let push = |lines: &str, arguments: &[&str]| {
        let arguments = [
            &["secrets", "--stdin", "--output-format", "concise"],
            arguments,
        ]
        .concat();
        repository
            .project
            .run_below_with_input("shop", &arguments, lines)
    };
    let run = push(
        &format!("refs/heads/main {new} refs/heads/main {old}\n"),
        &[],
    );
    assert_eq!(run.code, 1, "{run}");
    assert_eq!(run.stdout.lines().count(), 1, "{run}");
    assert!(run.stdout.contains(":b.ini:1:"), "{run}");
    // A branch that the remote does not know: all of it, but for what other branches brought.
    let line = format!("refs/heads/new {new} refs/heads/new {none}\n");
    assert_eq!(push(&line, &[]).stdout.lines().count(), 2);
    repository.git(&["update-ref", "refs/remotes/origin/main", &old]);
    assert_eq!(push(&line, &[]).stdout.lines().count(), 1);
    assert_eq!(
        push(&line, &["--remote", "origin"]).stdout.lines().count(),
        1
    );
    assert_eq!(
        push(&line, &["--remote", "other"]).stdout.lines().count(),
        2
    );
    // What pre-receive is told.
    let run = push(&format!("{old} {new} refs/heads/main\n"), &[]);
    assert_eq!(run.stdout.lines().count(), 1, "{run}");
    // Nothing is pushed, a branch goes away.
    assert_eq!(push("", &[]).code, 0);
    let run = push(&format!("(delete) {none} refs/heads/main {old}\n"), &[]);
    assert_eq!(run.code, 0, "{run}");
    let run = push("what is this\n", &[]);
    assert_eq!(run.code, 2, "{run}");
    assert!(run.stderr.contains("line 1 of standard input"), "{run}");
}

#[test]
fn comments_and_configuration_silence_here_too() {
    let repository = Repository::new();
    let silenced = python(1).replace(
        "\"\n",
        "\"  # hognose: ignore[hardcoded-secret] reason=\"of the test server\"\n",
    );
    repository.write("app.py", &silenced);
    repository.write("vendor/a.ini", &setting(2));
    repository.write("legacy/a.ini", &setting(3));
    repository.write(
        "hognose.toml",
        "exclude = ['vendor']\nper-file-ignores = { 'legacy/*' = ['hardcoded-secrets'] }\n",
    );
    repository.git(&["add", "-A"]);
    let run = repository.secrets(&["--staged"]);
    assert_eq!((run.code, run.stdout.as_str()), (0, ""), "{run}");
    repository.commit("one");
    let run = repository.secrets(&["--history"]);
    assert_eq!((run.code, run.stdout.as_str()), (0, ""), "{run}");
    let run = repository.secrets(&["--history", "--isolated"]);
    assert_eq!(run.stdout.lines().count(), 2, "{run}");
}

#[test]
fn the_output_is_the_same_for_any_number_of_threads() {
    let repository = Repository::new();
    for number in 0..12 {
        repository.write(&format!("{number}.py"), &python(number));
        repository.write("settings.ini", &setting(20 + number));
        repository.commit("more");
    }
    repository.git(&["gc", "-q"]);
    let run = |threads: &str| {
        repository
            .secrets(&["--history", "--threads", threads])
            .stdout
    };
    let one = run("1");
    assert_eq!(one.lines().count(), 24, "{one}");
    assert_eq!(one, run("2"));
    assert_eq!(one, run("5"));
}

#[test]
fn env_files_are_told_by_their_name_and_examples_are_fine() {
    let repository = Repository::new();
    repository.write(".env", "PORT=80\n");
    repository.write("api/.env.production", &setting(1));
    repository.write(".env.example", "SMTP_PASSWORD=\nPORT=80\n");
    repository.write("other/.env.sample", "PORT=80\n");
    repository.git(&["add", "-A"]);
    let rules = |run: &str| -> Vec<String> {
        let lines = run.lines().filter(|line| line.contains("[env-file"));
        lines
            .map(|line| line.split(']').next().unwrap_or("").to_owned())
            .collect()
    };
    let run = repository.secrets(&["--staged"]);
    assert_eq!(
        rules(&run.stdout),
        [
            ".env:1:1: low[env-file-tracked",
            "api/.env.production:1:1: high[env-file-tracked",
        ],
        "{run}"
    );
    let id = repository.commit("one");
    repository.git(&["rm", "-q", "--cached", "api/.env.production"]);
    repository.git(&["commit", "-q", "-m", "two"]);
    let run = repository.secrets(&["--history"]);
    let short = &id[..12];
    assert_eq!(
        rules(&run.stdout),
        [
            format!("{short}:.env:1:1: low[env-file-tracked"),
            format!("{short}:api/.env.production:1:1: high[env-file-in-history"),
        ],
        "{run}"
    );
}

#[test]
fn an_env_file_that_is_kept_is_found_in_the_work_tree_even_if_it_is_ignored() {
    let repository = Repository::new();
    repository.write(".env", "PORT=80\n");
    repository.write("other/.env", "PORT=81\n");
    repository.git(&["add", ".env"]);
    repository.write(".gitignore", ".env\n");
    let run = repository.secrets(&[]);
    assert!(
        run.stdout.contains(".env:1:1: low[env-file-tracked]"),
        "{run}"
    );
    assert_eq!(run.stdout.matches("[env-file").count(), 1, "{run}");
    repository.git(&["rm", "-q", "--cached", ".env"]);
    let run = repository.secrets(&[]);
    assert_eq!(run.stdout.matches("[env-file").count(), 0, "{run}");
    // Without the line in .gitignore either rule has its turn.
    repository.write(".gitignore", "");
    let run = repository.secrets(&[]);
    assert_eq!(
        run.stdout.matches("[env-file-not-ignored]").count(),
        2,
        "{run}"
    );
}

#[test]
fn every_format_names_the_commit_and_none_the_value() {
    let repository = Repository::new();
    repository.write("a.ini", &setting(1));
    let id = repository.commit("one");
    for format in ["full", "concise", "json", "sarif"] {
        let run = repository.run(&["secrets", "--history", "--output-format", format]);
        assert_eq!(run.code, 1, "{format}\n{run}");
        assert!(run.stdout.contains(&id[..12]), "{format}\n{run}");
        assert!(!run.stdout.contains(&password(1)), "{format}\n{run}");
    }
    let run = repository.run(&["secrets", "--history", "--exit-zero"]);
    assert_eq!(run.code, 0, "{run}");
}
