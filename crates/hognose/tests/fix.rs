//! `--fix` and its relatives as their users meet them: files are changed whole or not at all.

mod support;

use std::fs;

use support::{Project, VULNERABLE};

const FIXED: &str = "subprocess.call([\"ls\", \"--\", request.args[\"x\"]])";

#[test]
fn a_file_is_repaired_and_the_rest_reported() {
    let project = Project::new();
    project.write("app.py", VULNERABLE);
    let run = project.run(&["check", "--fix", "--show-fixes"]);
    assert_eq!(run.code, 0, "{run}");
    assert!(run.stderr.contains("1 finding repaired in 1 file"), "{run}");
    assert!(run.stderr.contains("app.py: command-injection: "), "{run}");
    let text = project.read("app.py");
    assert!(text.contains(FIXED), "{text}");
    let again = project.run(&["check", "--fix"]);
    assert_eq!(again.code, 0, "{again}");
    assert!(!again.stderr.contains("repaired"), "{again}");
    assert_eq!(project.read("app.py"), text);
}

#[test]
fn a_diff_changes_nothing() {
    let project = Project::new();
    project.write("app.py", VULNERABLE);
    let run = project.run(&["check", "--diff"]);
    assert_eq!(run.code, 1, "{run}");
    assert!(
        run.stdout.starts_with("--- a/app.py\n+++ b/app.py\n@@ "),
        "{run}"
    );
    assert!(run.stdout.contains(&format!("+    {FIXED}\n")), "{run}");
    assert_eq!(project.read("app.py"), VULNERABLE);
    project.write("app.py", "print('hello')\n");
    let run = project.run(&["check", "--diff"]);
    assert_eq!((run.code, run.stdout.as_str()), (0, ""), "{run}");
}

#[test]
fn exit_codes_of_fixes() {
    let table: &[(&[&str], i32)] = &[
        (&["check", "--fix"], 0),
        (&["check", "--fix", "--exit-non-zero-on-fix"], 1),
        (&["check", "--fix-only"], 0),
        (&["check", "--fix-only", "--exit-non-zero-on-fix"], 1),
        (&["check", "--show-fixes"], 1),
        (&["fix"], 0),
        (&["check", "--fix", "--diff"], 2),
        (&["fix", "--interactive", "-"], 2),
    ];
    for (arguments, code) in table {
        let project = Project::new();
        project.write("app.py", VULNERABLE);
        let run = project.run(arguments);
        assert_eq!(run.code, *code, "{arguments:?}\n{run}");
    }
}

#[test]
fn code_from_standard_input_goes_to_standard_output() {
    let project = Project::new();
    let run = project.run_with_input(&["check", "--fix", "-"], VULNERABLE);
    assert!(run.stdout.contains(FIXED), "{run}");
    assert!(run.stdout.starts_with("import subprocess\n"), "{run}");
    let run = project.run_with_input(&["check", "--fix", "-"], "x = 1\n");
    assert_eq!((run.code, run.stdout.as_str()), (0, "x = 1\n"), "{run}");
}

#[test]
fn only_what_a_person_says_yes_to_is_applied() {
    for (answer, is_fixed) in [
        ("y\n", true),
        ("n\n", false),
        ("a\n", true),
        ("q\n", false),
        ("", false),
    ] {
        let project = Project::new();
        project.write("app.py", VULNERABLE);
        let run = project.run_with_input(&["fix", "--interactive"], answer);
        assert!(run.stdout.contains("Apply this fix?"), "{run}");
        assert_eq!(
            project.read("app.py").contains(FIXED),
            is_fixed,
            "{answer:?}\n{run}"
        );
    }
}

#[test]
fn line_ends_and_a_byte_order_mark_are_kept() {
    let project = Project::new();
    let text = format!("\u{feff}{}", VULNERABLE.replace('\n', "\r\n"));
    project.write("app.py", &text);
    project.run(&["fix"]);
    let fixed = project.read("app.py");
    assert!(
        fixed.starts_with("\u{feff}import subprocess\r\n"),
        "{fixed:?}"
    );
    assert!(fixed.contains(FIXED));
    assert_eq!(fixed.matches('\n').count(), fixed.matches("\r\n").count());
}

#[test]
fn a_file_that_is_no_utf_8_is_left_alone() {
    let project = Project::new();
    let mut bytes = b"# -*- coding: latin-1 -*-\n# gr\xfc\xdfe\n".to_vec();
    bytes.extend(VULNERABLE.bytes());
    fs::write(project.path().join("app.py"), &bytes).expect("the file can be written");
    let run = project.run(&["fix", "-v"]);
    assert_eq!(run.code, 1, "{run}");
    assert!(run.stderr.contains("not encoded as UTF-8"), "{run}");
    let now = fs::read(project.path().join("app.py")).expect("the file is there");
    assert_eq!(now, bytes);
}

#[cfg(unix)]
#[test]
fn permissions_and_links_are_kept() {
    use std::os::unix::fs::{PermissionsExt as _, symlink};
    let project = Project::new();
    project.write("real/tool.py", VULNERABLE);
    let real = project.path().join("real/tool.py");
    fs::set_permissions(&real, fs::Permissions::from_mode(0o750)).expect("ours");
    symlink(&real, project.path().join("tool.py")).expect("links can be made");
    let run = project.run(&["fix", "tool.py"]);
    assert_eq!(run.code, 0, "{run}");
    let link = fs::symlink_metadata(project.path().join("tool.py")).expect("it is there");
    assert!(link.file_type().is_symlink());
    assert!(project.read("real/tool.py").contains(FIXED));
    let mode = fs::metadata(&real)
        .expect("it is there")
        .permissions()
        .mode();
    assert_eq!(mode & 0o777, 0o750);
}

#[test]
fn a_credential_goes_to_the_environment() {
    let project = Project::new();
    let secret = ["q7f", "harbour", "41x"].join("-");
    project.write(
        "settings.py",
        &format!("import os\n\nDB_PASSWORD = \"{secret}\"\n"),
    );
    project.write(".gitignore", "*.pyc");
    project.write(".env.example", "DB_PASSWORD=change-me\n");
    let run = project.run(&["fix"]);
    assert_eq!(run.code, 0, "{run}");
    assert!(run.stderr.contains("revoke it"), "{run}");
    let text = project.read("settings.py");
    assert_eq!(
        text,
        "import os\n\nDB_PASSWORD = os.environ[\"DB_PASSWORD\"]\n"
    );
    assert_eq!(project.read(".gitignore"), "*.pyc\n.env\n");
    assert_eq!(project.read(".env.example"), "DB_PASSWORD=change-me\n");
    assert!(
        !run.stderr.contains(&secret) && !run.stdout.contains(&secret),
        "{run}"
    );
}

#[test]
fn json_has_the_fix() {
    let project = Project::new();
    project.write("app.py", VULNERABLE);
    let run = project.run(&["check", "--show-fixes", "--output-format", "json"]);
    let document: serde_json::Value = serde_json::from_str(&run.stdout).expect("JSON");
    let fix = &document["findings"][0]["fix"];
    assert_eq!(fix["level"], "verified", "{run}");
    assert!(
        fix["edits"]
            .as_array()
            .is_some_and(|edits| !edits.is_empty())
    );
    assert!(
        fix["diff"]
            .as_str()
            .is_some_and(|diff| diff.contains(FIXED))
    );
    let run = project.run(&["check", "--output-format", "json"]);
    let document: serde_json::Value = serde_json::from_str(&run.stdout).expect("JSON");
    assert!(document["findings"][0]["fix"].is_null());
}

#[test]
fn what_is_not_listed_is_not_repaired() {
    let project = Project::new();
    let text =
        "import os\n\n\ndef f(x):\n    if not x == None:\n        return 1\n    return f\"a\"\n";
    project.write("app.py", text);
    let run = project.run(&["check", "--fix", "--unsafe-fixes", "--show", "security"]);
    assert_eq!(project.read("app.py"), text, "{run}");
    let run = project.run(&["check", "--fix", "--select", "F401"]);
    assert!(!project.read("app.py").contains("import os"), "{run}");
    assert!(project.read("app.py").contains("== None"), "{run}");
}
