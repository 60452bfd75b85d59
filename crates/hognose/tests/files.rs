//! Which files are analysed, and that no file can stop the run.

mod support;

use std::fs;

use support::{Project, VULNERABLE};

/// The paths with findings.
fn found(project: &Project, arguments: &[&str]) -> Vec<String> {
    let arguments = [&["check", "--output-format", "concise"], arguments].concat();
    let run = project.run(&arguments);
    assert!(run.code == 0 || run.code == 1, "{run}");
    run.stdout
        .lines()
        .filter_map(|line| line.split_once(':'))
        .map(|(path, _)| path.to_owned())
        .collect()
}

#[test]
fn python_is_known_by_extension_or_first_line() {
    let project = Project::new();
    for name in ["a.py", "b.pyi", "c.pyw", "d.txt", "e.PY"] {
        project.write(name, VULNERABLE);
    }
    project.write("script", &format!("#!/usr/bin/env python3\n{VULNERABLE}"));
    project.write("other", &format!("#!/bin/sh\n{VULNERABLE}"));
    let names = found(&project, &[]);
    for name in ["a.py", "c.pyw", "e.PY", "script"] {
        assert!(names.contains(&name.to_owned()), "{names:?}");
    }
    assert!(
        !names.iter().any(|name| name == "d.txt" || name == "other"),
        "{names:?}"
    );
    assert_eq!(
        found(&project, &["d.txt"]),
        ["d.txt"],
        "a named path is always taken"
    );
}

#[test]
fn directories_without_code_of_the_project_are_skipped_unless_named() {
    let project = Project::new();
    project.write("app.py", VULNERABLE);
    for name in [
        "node_modules",
        "build",
        ".hidden",
        "venv",
        "a/site-packages",
    ] {
        project.write(&format!("{name}/x.py"), VULNERABLE);
    }
    project.write("my_env/pyvenv.cfg", "");
    project.write("my_env/lib/x.py", VULNERABLE);
    assert_eq!(found(&project, &[]), ["app.py"]);
    assert_eq!(found(&project, &["build"]), ["build/x.py"]);
    project.write("tool/build/__init__.py", "");
    project.write("tool/build/x.py", VULNERABLE);
    assert_eq!(found(&project, &[]), ["app.py", "tool/build/x.py"]);
    assert_eq!(found(&project, &[".hidden/x.py"]), [".hidden/x.py"]);
}

#[test]
fn ignored_and_excluded_files_are_skipped() {
    let project = Project::new();
    project.directory(".git");
    project.write(".gitignore", "generated\n");
    project.write("generated/x.py", VULNERABLE);
    project.write("legacy/x.py", VULNERABLE);
    project.write("app.py", VULNERABLE);
    assert_eq!(found(&project, &["--exclude", "legacy"]), ["app.py"]);
    assert_eq!(
        found(
            &project,
            &["--exclude", "legacy/*.py,app.py", "--no-gitignore"]
        ),
        ["generated/x.py"]
    );
    assert_eq!(found(&project, &["generated/x.py"]), ["generated/x.py"]);
}

#[test]
fn one_file_with_two_names_is_analysed_once() {
    let project = Project::new();
    project.write("app/x.py", VULNERABLE);
    assert_eq!(
        found(&project, &["app", "app/x.py", "./app/../app/x.py"]),
        ["app/x.py"]
    );
}

#[cfg(unix)]
#[test]
fn links_are_followed_only_where_they_are_named() {
    let project = Project::new();
    project.write("app/x.py", VULNERABLE);
    let link = |target: &str, name: &str| {
        std::os::unix::fs::symlink(target, project.path().join(name)).expect("links can be made");
    };
    link(".", "app/loop");
    link("app", "alias");
    link("nowhere", "dangling.py");
    assert_eq!(found(&project, &[]), ["app/x.py"]);
    assert_eq!(found(&project, &["alias"]), ["alias/x.py"]);
    assert_eq!(found(&project, &["app", "alias"]), ["app/x.py"]);
    assert_eq!(found(&project, &["app/loop"]), ["app/loop/x.py"]);
    assert_eq!(project.run(&["check", "dangling.py"]).code, 2);
}

#[cfg(unix)]
#[test]
fn an_unreadable_file_is_reported_and_the_rest_goes_on() {
    use std::os::unix::fs::PermissionsExt as _;

    let project = Project::new();
    project.write("locked.py", "print('hello')\n");
    project.write("clean.py", "print('hello')\n");
    let path = project.path().join("locked.py");
    fs::set_permissions(&path, fs::Permissions::from_mode(0o000)).expect("it is ours");
    if fs::read(&path).is_ok() {
        return; // root reads everything
    }
    let run = project.run(&["check"]);
    assert_eq!(run.code, 3, "{run}");
    assert!(
        run.stdout
            .contains("locked.py: cannot be read: permission denied"),
        "{run}"
    );
    project.write("app.py", VULNERABLE);
    assert_eq!(project.run(&["check"]).code, 1);
}

#[test]
fn a_file_that_is_too_large_is_reported() {
    let project = Project::new();
    project.write("data.py", &"x = 1\n".repeat(50 * 1024 * 1024 / 6));
    let run = project.run(&["check"]);
    assert_eq!(run.code, 3, "{run}");
    assert!(run.stdout.contains("data.py: too large"), "{run}");
}

#[test]
fn no_content_stops_the_run() {
    let nested = format!("x = {}1{}\n", "(".repeat(10_000), ")".repeat(10_000));
    let lists = "[".repeat(10_000);
    let long = format!("x = '{}'\n", "a".repeat(2_000_000));
    let chain = format!("x = 1{}\n", " + 1".repeat(20_000));
    let contents: [(&str, &[u8]); 9] = [
        ("empty", b""),
        ("nul bytes", b"x = 1\0\0\ny = 2\n"),
        ("no UTF-8", b"x = '\xff\xfe\xe9'\n"),
        ("UTF-16", b"\xff\xfex\0 \0=\0 \x001\0\n\0"),
        ("mark", b"\xef\xbb\xbfx = 1\n"),
        ("nested", nested.as_bytes()),
        ("unclosed", lists.as_bytes()),
        ("long line", long.as_bytes()),
        ("long expression", chain.as_bytes()),
    ];
    for (name, bytes) in contents {
        let project = Project::new();
        fs::write(project.path().join("app.py"), bytes).expect("the directory is ours");
        let run = project.run(&["check"]);
        assert!(run.code == 0 || run.code == 3, "{name}\n{run}");
        assert!(!run.stderr.contains("panicked"), "{name}\n{run}");
    }
}

#[test]
fn names_with_spaces_and_umlauts_are_kept() {
    let project = Project::new();
    project.write("mein größtes Programm.py", VULNERABLE);
    assert_eq!(found(&project, &[]), ["mein größtes Programm.py"]);
    let run = project.run(&["check", "--output-format", "sarif"]);
    assert!(
        run.stdout
            .contains("mein%20gr%C3%B6%C3%9Ftes%20Programm.py"),
        "{run}"
    );
}
