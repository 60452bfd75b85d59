//! What a file may be made of: bad bytes, other formats, depth and size.
//!
//! Every case states what is still read and what is reported; none may panic or overflow the stack.

use std::fmt::Write;

use hognose_python::limits::{BRACKET_DEPTH_MAX, SYNTAX_ERRORS_MAX};
use hognose_python::{File, lower_file};
use ruff_text_size::TextSize;

/// Lowers on a stack as large as the program's workers have.
fn lower(path: &'static str, bytes: impl Into<Vec<u8>>) -> File {
    let bytes = bytes.into();
    std::thread::Builder::new()
        .stack_size(64 << 20)
        .spawn(move || lower_file(path, &bytes))
        .expect("a thread starts")
        .join()
        .expect("lowering does not panic")
}

fn function_names(file: &File) -> Vec<&str> {
    let functions = file.module.functions.iter().skip(1);
    functions
        .map(|function| file.module.name(function.name))
        .collect()
}

#[test]
fn an_empty_file_is_an_empty_module() {
    for bytes in [&b""[..], b"\n", b"\xEF\xBB\xBF", b"# only a comment"] {
        let file = lower("m.py", bytes);
        assert_eq!(file.problems, []);
        assert_eq!(
            file.module.functions.len(),
            1,
            "the module body is a function"
        );
    }
}

#[test]
fn a_broken_statement_costs_itself() {
    let file = lower("m.py", "def f():\n    x = = 1\n\ndef g():\n    pass\n");
    assert_eq!(function_names(&file), ["f", "g"]);
    assert_eq!(file.problems.len(), 1);
    let place = file.problems[0].range.expect("a syntax error has a place");
    assert_eq!(file.source.position(place.start()).line, 2);
}

#[test]
fn a_file_in_another_language_lists_its_first_errors() {
    let file = lower("m.py", "begin ! end ?\n".repeat(100));
    assert_eq!(file.problems.len(), SYNTAX_ERRORS_MAX + 1);
    let last = &file.problems[SYNTAX_ERRORS_MAX].message;
    assert!(last.starts_with("… and "), "{last}");
}

#[test]
fn syntax_of_newer_versions_is_no_problem() {
    let file = lower(
        "m.py",
        "type X = int\nmatch x:\n    case 1:\n        pass\ndef f[T](a: T): ...\n",
    );
    assert_eq!(file.problems, []);
}

#[test]
fn bytes_that_are_not_utf8_are_reported_where_they_stand() {
    let file = lower("m.py", &b"def f():\n    return '\xE9'\n"[..]);
    assert_eq!(function_names(&file), ["f"]);
    let place = file.problems[0].range.expect("the byte has a place");
    let position = file.source.position(place.start());
    assert_eq!((position.line, position.column), (2, 13));
}

#[test]
fn binary_files_are_reported_as_a_whole() {
    let file = lower("m.py", vec![0; 4096]);
    assert_eq!(file.problems.len(), 1);
    assert_eq!(file.problems[0].range, None);
}

#[test]
fn cells_are_parsed_one_by_one_and_keep_their_numbers() {
    let notebook = r##"{"nbformat": 4, "metadata": {}, "cells": [
        {"cell_type": "markdown", "source": "# Title"},
        {"cell_type": "code", "source": "%matplotlib inline\n!ls\nx = ("},
        {"cell_type": "code", "source": ["def f():\n", "    pass\n", "y = !ls"]}]}"##;
    let file = lower("n.ipynb", notebook);
    assert_eq!(
        function_names(&file),
        ["f"],
        "the open bracket ends with its cell"
    );
    let place = file.problems[0].range.expect("a syntax error has a place");
    assert_eq!(file.source.position(place.start()).cell, Some(2));
    let at = file.source.text.find("def f").expect("the text is there");
    let position = file
        .source
        .position(TextSize::new(u32::try_from(at).expect("a short text")));
    assert_eq!((position.cell, position.line), (Some(3), 1));
}

#[test]
fn deep_nesting_is_refused_or_followed() {
    for (depth, is_refused) in [
        (BRACKET_DEPTH_MAX, false),
        (10_000, true),
        (1_000_000, true),
    ] {
        let text = format!("x = {}{}\n", "[".repeat(depth), "]".repeat(depth));
        let file = lower("m.py", text);
        let messages: Vec<&str> = file
            .problems
            .iter()
            .map(|problem| &*problem.message)
            .collect();
        assert_eq!(messages.len(), usize::from(is_refused), "{messages:?}");
    }
}

#[test]
fn nested_blocks_are_refused_where_python_refuses_them() {
    let nested = |depth: usize| {
        let mut text = String::new();
        for level in 0..depth {
            writeln!(text, "{}if x:", " ".repeat(level)).expect("writing to a string cannot fail");
        }
        text + &" ".repeat(depth) + "pass\n"
    };
    assert_eq!(lower("m.py", nested(99)).problems, []);
    for depth in [101, 2_000] {
        let file = lower("m.py", nested(depth));
        assert_eq!(file.problems.len(), 1);
        assert!(file.problems[0].message.contains("blocks"));
    }
}

#[test]
fn brackets_in_data_are_no_depth() {
    let text = format!("DATA = [\n{}]\n", "    '((((((', # [[[\n".repeat(20_000));
    assert_eq!(lower("m.py", text).problems, []);
}

#[test]
fn long_chains_neither_overflow_nor_hang() {
    for link in [
        "(x)",
        ".x",
        "[0]",
        " + x",
        " and x",
        " if x else x",
        " ** x",
        " < x",
    ] {
        let file = lower("m.py", format!("y = x{}\n", link.repeat(100_000)));
        assert_eq!(file.problems, [], "{link}");
    }
    for prefix in ["-", "not ", "lambda: ", "await "] {
        lower("m.py", format!("y = {}x\n", prefix.repeat(100_000)));
    }
}

#[test]
fn depth_in_a_quoted_type_is_depth_too() {
    for (open, close) in [("[", "]"), ("x[", "]"), ("-", ""), ("", ".x"), ("", "(x)")] {
        let (open, close) = (open.repeat(100_000), close.repeat(100_000));
        let file = lower("m.py", format!("y: \"{open}x{close}\"\n"));
        assert_eq!(file.problems, []);
    }
}

#[test]
fn a_million_line_literal_is_read() {
    let text = format!("DATA = [\n{}]\n", "    'value',\n".repeat(1_000_000));
    let file = lower("m.py", text);
    assert_eq!(file.problems, []);
    assert_eq!(file.source.line_count(), 1_000_003);
}
