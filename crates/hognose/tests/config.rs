//! Configuration files: where they are found, what they change, how their mistakes are shown.

mod support;

use support::{Project, VULNERABLE};

#[test]
fn every_kind_of_file_is_found_from_below() {
    for (name, text) in [
        ("hognose.toml", "fail-on = 'never'\n"),
        (".hognose.toml", "ignore = ['command-injection']\n"),
        ("pyproject.toml", "[tool.hognose]\nexclude = ['app']\n"),
    ] {
        let project = Project::new();
        project.write(name, text);
        project.write("src/app/views.py", VULNERABLE);
        assert_eq!(project.run(&["check", "src"]).code, 0, "{name}");
        assert_eq!(
            project.run(&["check", "src", "--isolated"]).code,
            1,
            "{name}"
        );
    }
}

#[test]
fn the_nearest_file_wins_and_nothing_is_merged() {
    let project = Project::new();
    project.write("hognose.toml", "fail-on = 'never'\n");
    project.write("inner/pyproject.toml", "[tool.other]\n");
    project.write("inner/app.py", VULNERABLE);
    assert_eq!(project.run(&["check", "inner"]).code, 0);
    project.write("inner/pyproject.toml", "[tool.hognose]\n");
    assert_eq!(project.run(&["check", "inner"]).code, 1);
}

#[test]
fn every_file_has_the_configuration_nearest_to_it() {
    let project = Project::new();
    project.write("a/hognose.toml", "ignore = ['command-injection']\n");
    project.write("a/app.py", VULNERABLE);
    project.write("b/app.py", VULNERABLE);
    for paths in [
        &["."][..],
        &["a", "b"],
        &["b", "a"],
        &["a/app.py", "b/app.py"],
    ] {
        let run = project.run(&[&["check", "--output-format", "concise"], paths].concat());
        assert_eq!(run.code, 1, "{run}");
        assert!(run.stdout.contains("b/app.py:"), "{run}");
        assert!(!run.stdout.contains("a/app.py:"), "{run}");
    }
    assert_eq!(project.run(&["check", "a"]).code, 0);
}

#[test]
fn a_configuration_below_the_named_path_counts_for_its_files() {
    let project = Project::new();
    project.write(
        "hognose.toml",
        "fail-on = 'never'\nexclude = ['generated']\n",
    );
    project.write("app.py", VULNERABLE);
    project.write("generated/app.py", VULNERABLE);
    project.write("generated/hognose.toml", "not valid\n");
    assert_eq!(
        project.run(&["check"]).code,
        0,
        "nobody looks into what is excluded"
    );
    project.write(
        "inner/hognose.toml",
        "exclude = ['old']\nmin-confidence = 'low'\n",
    );
    project.write("inner/app.py", VULNERABLE);
    project.write("inner/old/app.py", VULNERABLE);
    let run = project.run(&["check", "--output-format", "concise"]);
    assert_eq!(run.code, 1, "{run}");
    let paths: Vec<&str> = run
        .stdout
        .lines()
        .filter_map(|it| it.split(':').next())
        .collect();
    assert_eq!(paths, ["app.py", "inner/app.py"], "{run}");
    project.write("inner/hognose.toml", "select = ['sql-injection']\n");
    assert_eq!(project.run(&["check"]).code, 0);
    project.write("inner/hognose.toml", "fail-on = 'hihg'\n");
    let run = project.run(&["check"]);
    assert_eq!(run.code, 2, "{run}");
    assert!(
        run.stderr
            .contains("inner/hognose.toml:1:11: `fail-on` must be"),
        "{run}"
    );
}

#[test]
fn per_file_ignores_of_one_configuration_leave_the_others_alone() {
    let project = Project::new();
    project.write(
        "a/hognose.toml",
        "[per-file-ignores]\n'*.py' = ['command-injection']\n",
    );
    project.write("a/app.py", VULNERABLE);
    project.write("b/hognose.toml", "[per-file-ignores]\n'*.py' = []\n");
    project.write("b/app.py", VULNERABLE);
    let run = project.run(&["check", "--output-format", "concise"]);
    assert!(run.stdout.starts_with("b/app.py:"), "{run}");
    assert_eq!(run.stdout.lines().count(), 1, "{run}");
}

#[test]
fn mistakes_are_shown_with_their_place() {
    let project = Project::new();
    project.write("app.py", "print('hello')\n");
    for (text, expected) in [
        (
            "fail_on = 'high'\n",
            "hognose.toml:1:1: unknown key `fail_on`; did you mean `fail-on`?",
        ),
        (
            "threads = 'two'\n",
            "hognose.toml:1:11: `threads` must be a whole number from 1",
        ),
        (
            "\nselect = ['sql-injektion']\n",
            "hognose.toml:2:11: unknown rule `sql-injektion`; did you mean `sql-injection`?",
        ),
        (
            "models = ['none.toml']\n",
            "hognose.toml:1:11: cannot read the model file",
        ),
        ("exclude = ['a[b']\n", "hognose.toml:1:12: `a[b` is no glob"),
        ("select = [", "hognose.toml:1:"),
    ] {
        project.write("hognose.toml", text);
        let run = project.run(&["check"]);
        assert_eq!(run.code, 2, "{run}");
        assert!(run.stderr.contains(expected), "{expected}\n{run}");
        assert!(!run.stderr.contains("panicked"), "{run}");
        assert_eq!(project.run(&["check", "--isolated"]).code, 0);
    }
}

#[test]
fn a_pyproject_that_is_not_ours_is_left_alone() {
    let project = Project::new();
    project.write("app.py", "print('hello')\n");
    project.write("pyproject.toml", "this is not TOML\n");
    assert_eq!(project.run(&["check"]).code, 0);
}

#[test]
fn the_command_line_adds_to_lists_and_replaces_the_rest() {
    let project = Project::new();
    project.write(
        "hognose.toml",
        "select = ['sql-injection']\nfail-on = 'never'\n",
    );
    project.write("app.py", VULNERABLE);
    assert_eq!(
        project.run(&["check", "--fail-on", "low"]).code,
        0,
        "not selected"
    );
    let run = project.run(&["check", "--fail-on", "low", "--select", "command-injection"]);
    assert_eq!(run.code, 1, "{run}");
}

#[test]
fn per_file_ignores_count_from_the_file() {
    let project = Project::new();
    project.write(
        "hognose.toml",
        "[per-file-ignores]\n'src/local/*' = ['command-injection']\n",
    );
    project.write("src/local/deep/app.py", VULNERABLE);
    assert_eq!(project.run(&["check"]).code, 0);
    assert_eq!(project.run_below("src", &["check"]).code, 0);
    project.write("other/local/app.py", VULNERABLE);
    assert_eq!(project.run(&["check"]).code, 1);
    let ignored = ["check", "--per-file-ignores", "other/*:command-injection"];
    assert_eq!(project.run(&ignored).code, 0);
    let no_such = ["check", "--per-file-ignores", "other/*:no-such-rule"];
    assert_eq!(project.run(&no_such).code, 2);
}

#[test]
fn a_named_configuration_holds_for_all_paths() {
    let project = Project::new();
    project.write("ci/hognose.toml", "fail-on = 'never'\n");
    project.write("app.py", VULNERABLE);
    assert_eq!(project.run(&["check"]).code, 1);
    assert_eq!(
        project.run(&["check", "--config", "ci/hognose.toml"]).code,
        0
    );
}

#[test]
fn model_files_add_rows_and_their_mistakes_are_shown_with_their_place() {
    let project = Project::new();
    let row = "library = \"ourdb\"\n\n[[sinks]]\npath = \"ourdb.run_sql\"\nargument = [\"0\"]\n\
        kind = \"sql\"\nexample = \"import ourdb\\nourdb.run_sql(q)\"\n";
    project.write("models/ourdb.toml", row);
    project.write(
        "app.py",
        "import ourdb\nfrom flask import request\nourdb.run_sql('SELECT ' + request.args['x'])\n",
    );
    assert_eq!(project.run(&["check"]).code, 0, "nobody knows ourdb yet");
    let run = project.run(&["check", "--models", "models/ourdb.toml"]);
    assert_eq!(run.code, 1, "{run}");
    project.write("hognose.toml", "models = ['models/ourdb.toml']\n");
    assert_eq!(project.run(&["check"]).code, 1);
    project.write(
        "models/ourdb.toml",
        &row.replace("kind = \"sql\"", "kind = \"slq\""),
    );
    let run = project.run(&["check"]);
    assert_eq!(run.code, 2, "{run}");
    assert!(run.stderr.contains("models/ourdb.toml:"), "{run}");
    assert!(run.stderr.contains("slq"), "{run}");
}
