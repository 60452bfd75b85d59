//! The program as its users meet it: arguments, exit codes, configuration, output files.
//!
//! Every test runs the real binary in a directory of its own, without the environment of the
//! person who runs the tests.

mod support;

use std::fs;

use support::{Project, VULNERABLE};

#[test]
fn exit_codes() {
    let project = Project::new();
    project.write("vulnerable.py", VULNERABLE);
    project.write("clean.py", "print('hello')\n");
    project.write("broken.py", "def broken(:\n    pass\n");
    project.directory("empty");
    let table: &[(&[&str], i32)] = &[
        (&["check", "clean.py"], 0),
        (&["check", "vulnerable.py"], 1),
        (&["check", "vulnerable.py", "--exit-zero"], 0),
        (&["check", "vulnerable.py", "--fail-on", "never"], 0),
        (
            &["check", "vulnerable.py", "--ignore", "command-injection"],
            0,
        ),
        (&["check", "broken.py"], 3),
        (&["check", "broken.py", "vulnerable.py"], 1),
        (&["check", "broken.py", "clean.py"], 3),
        (&["check", "empty"], 0),
        (&["check", "missing.py"], 2),
        (&["check", "clean.py", "missing.py"], 2),
        (&["check", "clean.py/x"], 2),
        (&["check", "--no-such-option"], 2),
        (&["check", "--fail-on", "severe"], 2),
        (&["check", "--report", "out.sarif"], 2),
        (&["check", "--select", "no-such-rule", "clean.py"], 2),
        (&["check", "--exclude", "a[b", "clean.py"], 2),
        (&["check", "--config", "missing.toml", "clean.py"], 2),
        (&["check", "--models", "missing.toml", "clean.py"], 2),
        (&["explain", "no-such-rule"], 2),
        (&["debug", "no-such-stage", "clean.py"], 2),
        (&["no-such-command"], 2),
        (&["rules"], 0),
        (&["explain", "command-injection"], 0),
        (&["--version"], 0),
        (&["--help"], 0),
        (&[], 0),
    ];
    for (arguments, code) in table {
        let run = project.run(arguments);
        assert_eq!(run.code, *code, "{arguments:?}\n{run}");
        assert!(!run.stderr.contains("panicked"), "{arguments:?}\n{run}");
    }
}

#[test]
fn a_finding_names_rule_place_and_page() {
    let project = Project::new();
    project.write("app/views.py", VULNERABLE);
    let run = project.run(&["check", "--output-format", "concise"]);
    assert_eq!(run.code, 1, "{run}");
    assert!(run.stdout.starts_with("app/views.py:9:"), "{run}");
    assert!(run.stdout.contains("[command-injection]"), "{run}");
    let run = project.run(&["check"]);
    assert!(
        run.stdout.contains("hognose explain command-injection"),
        "{run}"
    );
    assert!(
        run.stdout
            .contains("Command injection  1 of 1 command unsafe"),
        "{run}"
    );
}

#[test]
fn unknown_rules_get_the_nearest_name() {
    let project = Project::new();
    project.write("clean.py", "print('hello')\n");
    let run = project.run(&["explain", "comand-injection"]);
    assert!(
        run.stderr.contains("did you mean `command-injection`?"),
        "{run}"
    );
    let run = project.run(&["check", "--ignore", "sql-injectoin"]);
    assert!(run.stderr.contains("--ignore"), "{run}");
    assert!(
        run.stderr.contains("did you mean `sql-injection`?"),
        "{run}"
    );
}

#[test]
fn missing_paths_are_all_named() {
    let project = Project::new();
    let run = project.run(&["check", "one.py", "two.py"]);
    assert_eq!(run.code, 2, "{run}");
    assert!(run.stderr.contains("`one.py`, `two.py`"), "{run}");
}

#[test]
fn a_directory_without_python_is_noted() {
    let project = Project::new();
    project.write("README.md", "text\n");
    let run = project.run(&["check"]);
    assert_eq!(run.code, 0, "{run}");
    assert!(run.stderr.contains("no Python files found"), "{run}");
    let run = project.run(&["check", "--quiet"]);
    assert_eq!((run.code, run.stderr.as_str()), (0, ""), "{run}");
}

#[test]
fn standard_input_is_a_snippet() {
    let project = Project::new();
    let run = project.run_with_input(
        &[
            "check",
            "-",
            "--output-format",
            "concise",
            "--stdin-filename",
            "pasted.py",
        ],
        VULNERABLE,
    );
    assert_eq!(run.code, 1, "{run}");
    assert!(run.stdout.starts_with("pasted.py:9:"), "{run}");
    let run = project.run_with_input(&["check", "-"], "print('hello')\n");
    assert_eq!(run.code, 0, "{run}");
    assert_eq!(project.run_with_input(&["check", "-", "x.py"], "").code, 2);
}

#[test]
fn colour_follows_the_environment() {
    let project = Project::new();
    project.write("app.py", VULNERABLE);
    let colored = |arguments: &[&str], environment: &[(&str, &str)]| {
        project
            .run_with_environment(arguments, environment)
            .stdout
            .contains('\u{1b}')
    };
    assert!(!colored(&["check"], &[]), "a pipe is not coloured");
    assert!(colored(&["check", "--color", "always"], &[]));
    assert!(colored(&["check"], &[("FORCE_COLOR", "1")]));
    assert!(colored(&["check"], &[("CLICOLOR_FORCE", "1")]));
    assert!(!colored(
        &["check"],
        &[("FORCE_COLOR", "1"), ("NO_COLOR", "1")]
    ));
    assert!(colored(
        &["check"],
        &[("NO_COLOR", "1"), ("HOGNOSE_COLOR", "always")]
    ));
}

#[test]
fn options_come_from_the_environment_too() {
    let project = Project::new();
    project.write("app.py", VULNERABLE);
    let run = |environment| project.run_with_environment(&["check"], environment);
    assert_eq!(run(&[("HOGNOSE_EXIT_ZERO", "1")]).code, 0);
    assert_eq!(run(&[("HOGNOSE_EXIT_ZERO", "0")]).code, 1);
    assert_eq!(run(&[("HOGNOSE_FAIL_ON", "never")]).code, 0);
    assert_eq!(
        run(&[("HOGNOSE_IGNORE", "sql-injection,command-injection")]).code,
        0
    );
    assert_eq!(run(&[("HOGNOSE_FAIL_ON", "always")]).code, 2);
    let json = run(&[("HOGNOSE_OUTPUT_FORMAT", "json")]);
    assert!(json.stdout.starts_with('{'), "{json}");
    let over = project.run_with_environment(
        &["check", "--fail-on", "high"],
        &[("HOGNOSE_FAIL_ON", "never")],
    );
    assert_eq!(over.code, 1, "the command line wins\n{over}");
}

#[test]
fn reports_are_written_beside_the_terminal_output() {
    let project = Project::new();
    project.write("app.py", VULNERABLE);
    project.write("out.sarif", "old");
    let run = project.run(&[
        "check",
        "app.py",
        "--report",
        "sarif=out.sarif",
        "--report",
        "json=out.json",
        "--output-format",
        "concise",
    ]);
    assert_eq!(run.code, 1, "{run}");
    assert_eq!(run.stdout.lines().count(), 1, "{run}");
    for name in ["out.sarif", "out.json"] {
        let text = project.read(name);
        let document: serde_json::Value = serde_json::from_str(&text).expect("it is JSON");
        assert!(document.is_object(), "{name}");
    }
    let names: Vec<_> = fs::read_dir(project.path())
        .expect("the directory exists")
        .filter_map(|entry| entry.ok()?.file_name().into_string().ok())
        .filter(|name| name.contains(".tmp"))
        .collect();
    assert!(names.is_empty(), "{names:?}");
    let run = project.run(&["check", "app.py", "--report", "json=no/such/dir/out.json"]);
    assert_eq!(run.code, 2, "{run}");
    assert!(run.stderr.contains("no/such/dir/out.json"), "{run}");
}

#[test]
fn rules_are_listed_as_text_and_as_json() {
    let project = Project::new();
    let text = project.run(&["rules"]);
    assert!(text.stdout.contains("command-injection"), "{text}");
    let json = project.run(&["rules", "--output-format", "json"]);
    let list: serde_json::Value = serde_json::from_str(&json.stdout).expect("it is JSON");
    let ids: Vec<&str> = list
        .as_array()
        .expect("it is a list")
        .iter()
        .filter_map(|rule| rule["id"].as_str())
        .collect();
    assert!(ids.contains(&"sql-injection"), "{ids:?}");
    assert!(ids.is_sorted());
}

#[test]
fn numbers_of_other_tools_are_mapped() {
    let project = Project::new();
    let text = project.run(&["rules", "--map", "bandit"]);
    let line = text.stdout.lines().find(|line| line.starts_with("B608 "));
    assert!(
        line.is_some_and(|line| line.ends_with(" sql-injection")),
        "{text}"
    );
    let json = project.run(&["rules", "--map", "ruff", "--output-format", "json"]);
    let list: serde_json::Value = serde_json::from_str(&json.stdout).expect("it is JSON");
    assert_eq!(list[0]["code"], "S102", "{json}");
    assert_eq!(project.run(&["rules", "--map", "nobody"]).code, 2);
}

#[test]
fn explain_takes_a_cwe() {
    let project = Project::new();
    let run = project.run(&["explain", "CWE-089"]);
    assert_eq!(run.code, 0, "{run}");
    assert!(run.stdout.contains("sql-injection"), "{run}");
}

#[test]
fn output_does_not_depend_on_threads() {
    let project = Project::new();
    for index in 0..20 {
        project.write(&format!("p{index}/app.py"), VULNERABLE);
    }
    let one = project.run(&["check", "--threads", "1", "--output-format", "sarif"]);
    let four = project.run(&["check", "--threads", "4", "--output-format", "sarif"]);
    assert_eq!(one.stdout, four.stdout);
}

#[cfg(unix)]
#[test]
fn an_interrupt_is_130() {
    let project = Project::new();
    let mut child = project.start_waiting(&["check", "-"]);
    std::thread::sleep(std::time::Duration::from_secs(2));
    let kill = std::process::Command::new("kill")
        .args(["-INT", &child.id().to_string()])
        .status()
        .expect("kill is there");
    assert!(kill.success());
    let status = child.wait().expect("the program ends");
    assert_eq!(status.code(), Some(130));
}

#[test]
fn a_reader_that_goes_away_is_no_error() {
    let project = Project::new();
    for index in 0..50 {
        project.write(&format!("p{index}/app.py"), VULNERABLE);
    }
    let mut child = project.start_waiting(&["check", "--output-format", "sarif"]);
    drop(child.stdout.take());
    let output = child.wait_with_output().expect("the program ends");
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(String::from_utf8_lossy(&output.stderr), "");
}

#[test]
fn statistics_are_printed_when_asked_for() {
    let project = Project::new();
    project.write("app.py", VULNERABLE);
    let run = project.run(&["check", "--statistics"]);
    assert!(run.stdout.contains("\nStatistics\n"), "{run}");
    assert!(run.stdout.contains("resolved calls"), "{run}");
    let run = project.run(&["check"]);
    assert!(!run.stdout.contains("resolved calls"), "{run}");
}

#[test]
fn every_stage_can_be_looked_at() {
    let project = Project::new();
    project.write("app.py", VULNERABLE);
    for stage in ["ir", "callgraph", "summaries", "flows", "models"] {
        let text = project.run(&["debug", stage, "app.py"]);
        assert_eq!(text.code, 0, "{stage}\n{text}");
        assert!(!text.stdout.is_empty(), "{stage}\n{text}");
        let json = project.run(&["debug", stage, "app.py", "--output-format", "json"]);
        let records: serde_json::Value = serde_json::from_str(&json.stdout).expect("it is JSON");
        assert!(records.is_array(), "{stage}\n{json}");
    }
    let json = project.run(&["debug", "models", "app.py", "--output-format", "json"]);
    let records: serde_json::Value = serde_json::from_str(&json.stdout).expect("it is JSON");
    let sink = records
        .as_array()
        .into_iter()
        .flatten()
        .find(|record| record["role"] == "sink")
        .expect("the command is a sink");
    assert_eq!((&sink["line"], &sink["kind"]), (&9.into(), &"shell".into()));
    assert_eq!(sink["path"], "app.py");
    let lines = project.run(&["debug", "ir", "app.py", "--no-output"]);
    assert!(lines.stdout.ends_with(" lines\n"), "{lines}");
    assert_eq!(project.run(&["debug", "ir", "missing.py"]).code, 2);
}
