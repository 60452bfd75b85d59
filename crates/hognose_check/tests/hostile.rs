//! Input that nobody wrote on purpose, or somebody did: nothing panics, nothing passes silently,
//! and the files beside it are analysed all the same.

use std::ops::Range;

use hognose_check::{DebugStage, Input, Report, Settings, check, debug};

const HONEST: &str =
    "import os\nfrom flask import request\n\n\ndef run():\n    os.system(request.args['c'])\n";

/// Runs `bytes` beside an honest file, whose finding has to be there.
fn run(bytes: &[u8]) -> Report {
    let files = vec![
        Input {
            path: "hostile.py".to_owned(),
            bytes: bytes.to_vec(),
        },
        Input {
            path: "honest.py".to_owned(),
            bytes: HONEST.as_bytes().to_vec(),
        },
    ];
    let report = check(files, &Settings::default());
    let found: Vec<(&str, &str)> = report
        .findings
        .iter()
        .map(|finding| (&*finding.location.file, finding.rule.id))
        .filter(|(file, _)| *file == "honest.py")
        .collect();
    assert_eq!(found, [("honest.py", "command-injection")]);
    assert_eq!(report.statistics.files, 2);
    report
}

/// The reasons for which the hostile file is incomplete.
fn reasons(bytes: &[u8]) -> Vec<String> {
    let report = run(bytes);
    report
        .incomplete
        .into_iter()
        .inspect(|incomplete| assert_eq!(incomplete.path, "hostile.py"))
        .map(|incomplete| incomplete.reason)
        .collect()
}

fn assert_incomplete(name: &str, bytes: &[u8]) {
    assert!(!reasons(bytes).is_empty(), "{name} passes silently");
}

fn assert_complete(name: &str, bytes: &[u8]) {
    assert_eq!(reasons(bytes), Vec::<String>::new(), "{name}");
}

/// What `text` makes of every number, one after the other.
fn written(numbers: Range<usize>, text: impl Fn(usize) -> String) -> String {
    numbers.fold(String::new(), |written, number| written + &text(number))
}

#[test]
fn files_that_are_no_text() {
    assert_incomplete("NUL bytes", b"x = 1\0\0\0\ny = 2\n");
    assert_incomplete("invalid UTF-8", b"x = '\xff\xfe\xfd'\n");
    assert_incomplete("a picture", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\x01\0");
    assert_incomplete("half a character", "x = 'ä'".as_bytes().split_at(6).0);
}

#[test]
fn files_with_little_in_them() {
    assert_complete("an empty file", b"");
    assert_complete("white space", b"\n\n   \n\t\n");
    assert_complete("a byte order mark", b"\xef\xbb\xbf");
    assert_complete("a comment without an end of line", b"# nothing");
    assert_complete("old line ends", b"x = 1\ry = 2\r");
    assert_complete("a form feed", b"\x0cx = 1\n");
}

#[test]
fn encodings() {
    assert_complete("Latin 1", b"# -*- coding: latin-1 -*-\nx = '\xe4'\n");
    assert_incomplete(
        "an encoding that does not exist",
        b"# coding: klingon\nx = '\xe4'\n",
    );
}

#[test]
fn syntax_that_is_none() {
    assert_incomplete("an open bracket", b"x = (1,\n");
    assert_incomplete("an open string", b"x = '''never closed\n");
    assert_incomplete("Python 2", b"print 'hello'\n");
    assert_incomplete(
        "another language",
        b"<html><body onload=\"x()\"></body></html>\n",
    );
    assert_incomplete("only closing brackets", &b")".repeat(10_000));
}

#[test]
fn nesting_that_has_no_end() {
    for (open, close) in [("(", ")"), ("[", "]"), ("{", "}"), ("f(", ")")] {
        let text = format!("x = {}1{}\n", open.repeat(10_000), close.repeat(10_000));
        assert_incomplete(&format!("10,000 `{open}`"), text.as_bytes());
    }
    assert_incomplete("brackets that stay open", &b"[".repeat(10_000));
    let ifs: String = written(0..2_000, |depth| format!("{}if x:\n", " ".repeat(depth)));
    assert_incomplete(
        "2,000 levels of `if`",
        format!("{ifs}{}y()\n", " ".repeat(2_000)).as_bytes(),
    );
    let lambdas = format!("x = {}1\n", "lambda: ".repeat(10_000));
    assert_incomplete("10,000 lambdas", lambdas.as_bytes());
}

#[test]
fn chains_that_are_long_and_flat() {
    for sign in ["-", "not ", "await "] {
        let signs = format!("x = {}y\n", sign.repeat(10_000));
        if !reasons(signs.as_bytes()).is_empty() {
            continue;
        }
        // Not listed: then all of it was read.
        let file = Input {
            path: "hostile.py".to_owned(),
            bytes: signs.into_bytes(),
        };
        let output = debug(DebugStage::Ir, vec![file], &Settings::default());
        assert!(output.text.lines().count() > 10_000, "10,000 `{sign}`");
    }
    let sum = format!("x = {}1\n", "1 + ".repeat(5_000));
    run(sum.as_bytes());
    let attributes = format!("x = y{}\n", ".a".repeat(5_000));
    run(attributes.as_bytes());
    let elifs: String = written(0..3_000, |n| format!("elif x == {n}:\n    y = {n}\n"));
    run(format!("if x:\n    pass\n{elifs}").as_bytes());
}

#[test]
fn literals_without_measure() {
    let lines = format!("x = \"\"\"\n{}\"\"\"\n", "line\n".repeat(1_000_000));
    assert_complete("a literal of a million lines", lines.as_bytes());
    let list = format!("x = [{}]\n", "1, ".repeat(200_000));
    assert_complete("a list of 200,000 numbers", list.as_bytes());
    let digits = format!("x = {}\n", "9".repeat(100_000));
    run(digits.as_bytes());
}

#[test]
fn a_quoted_type_without_measure() {
    let deep = format!("y: \"{}x\"\n", "-".repeat(3_000_000));
    // It is not followed, and Ruff's rules, which would parse it, do not see the file.
    let reasons = reasons(deep.as_bytes());
    assert_eq!(reasons.len(), 1, "{reasons:?}");
    assert!(reasons[0].contains("nested too deep"), "{reasons:?}");
}

#[test]
fn many_of_everything() {
    let functions: String = written(0..3_000, |n| {
        format!("def f{n}(x):\n    return f{}(x)\n", (n + 1) % 3_000)
    });
    assert_complete("3,000 functions in a circle", functions.as_bytes());
    let classes: String = written(1..1_000, |n| format!("class C{n}(C{}):\n    pass\n", n - 1));
    assert_complete(
        "1,000 classes in a line",
        format!("class C0:\n    pass\n{classes}").as_bytes(),
    );
    let own = "class A(A):\n    pass\n\nclass B(C):\n    pass\n\nclass C(B):\n    pass\n";
    assert_complete("classes that are their own bases", own.as_bytes());
    let arguments: String = written(0..2_000, |n| format!("a{n}, "));
    assert_complete(
        "2,000 parameters",
        format!("def f({arguments}):\n    return f({arguments})\n").as_bytes(),
    );
}

#[test]
fn notebooks_that_are_none() {
    for bytes in [
        &b"not json"[..],
        b"{}",
        b"[1, 2]",
        b"{\"cells\": 7}",
        b"{\"cells\": [{\"cell_type\": \"code\", \"source\": 7}]}",
    ] {
        let files = vec![Input {
            path: "hostile.ipynb".to_owned(),
            bytes: bytes.to_vec(),
        }];
        let report = check(files, &Settings::default());
        assert!(report.findings.is_empty());
        let shown = String::from_utf8_lossy(bytes);
        assert!(!report.incomplete.is_empty(), "{shown} passes silently");
    }
}

#[test]
fn the_same_path_twice_is_one_file() {
    let file = Input {
        path: "honest.py".to_owned(),
        bytes: HONEST.as_bytes().to_vec(),
    };
    let report = check(vec![file.clone(), file], &Settings::default());
    assert_eq!(report.findings.len(), 1);
}

#[test]
fn nothing_at_all() {
    let report = check(Vec::new(), &Settings::default());
    assert!(report.findings.is_empty() && report.incomplete.is_empty() && report.files.is_empty());
}
