//! Code that is generated or hostile: deep, long, or both. Each case is done within seconds even
//! without optimisation, and its cost does not explode with its size.

mod support;

use std::fmt::Write;

use hognose_python::ir::{DisplayKind, Module, Op, Part};
use support::lower;

fn instructions(module: &Module) -> usize {
    module
        .functions
        .iter()
        .map(|function| function.insts.len())
        .sum()
}

fn body_ops(module: &Module) -> impl Iterator<Item = &Op> {
    module.functions[0].insts.iter().map(|inst| &inst.op)
}

#[test]
fn nested_brackets() {
    for (open, close) in [("[", "]"), ("(", ")"), ("f(", ")"), ("{", "}"), ("a[", "]")] {
        let depth = 1_900;
        let text = format!("x = {}1{}\n", open.repeat(depth), close.repeat(depth));
        let file = lower(&text);
        assert_eq!(file.problems, Vec::new());
        assert_eq!(file.module.depth_limit_hits, 0);
    }
}

#[test]
fn a_long_sum_of_text_is_one_template() {
    let text = format!("x = \"a\"{}\n", " + b".repeat(100_000));
    let file = lower(&text);
    assert_eq!(file.module.depth_limit_hits, 0);
    let parts = body_ops(&file.module).find_map(|op| match op {
        Op::Template(parts) => Some(parts),
        _ => None,
    });
    let parts = parts.expect("text is added up");
    assert!(matches!(parts[0], Part::Literal(_)));
    let Some(Part::Join(rest, _)) = parts.last() else {
        panic!("the last part is what is too much");
    };
    let Op::Display(DisplayKind::List, elements) = file.module.functions[0].op(*rest) else {
        panic!("the rest is a list");
    };
    assert_eq!(elements.len() + parts.len() - 2, 100_000);
}

#[test]
fn a_long_sum_is_not_nested() {
    let file = lower(&format!("x = a{}\n", " + b".repeat(100_000)));
    assert_eq!(file.module.depth_limit_hits, 0);
    let sums = body_ops(&file.module).filter(|op| matches!(op, Op::Binary(..)));
    assert_eq!(sums.count(), 100_000);
}

#[test]
fn many_elif_clauses() {
    let mut text = String::from("def f(x):\n    if x == 0:\n        y = 0\n");
    for at in 0..20_000 {
        writeln!(text, "    elif x == {at}:\n        y = g(x)").expect("strings grow");
    }
    text.push_str("    return x, y\n");
    let file = lower(&text);
    assert!(instructions(&file.module) < 20_000 * 8);
}

#[test]
fn many_branches_one_after_the_other() {
    let mut text = String::from("def f(x, y):\n");
    for at in 0..10_000 {
        writeln!(text, "    if x.a{at}:\n        y.b(x)").expect("strings grow");
    }
    text.push_str("    return x, y\n");
    let file = lower(&text);
    assert!(instructions(&file.module) < 10_000 * 12);
}

#[test]
fn a_million_constants_are_kept_in_part() {
    for element in ["0, ", "'a', ", "(1, 'a'), "] {
        let file = lower(&format!("x = [{}]\n", element.repeat(300_000)));
        assert!(instructions(&file.module) < 2_000);
    }
    let file = lower(&format!("x = {{{}}}\n", "1: [2], ".repeat(300_000)));
    assert!(instructions(&file.module) < 2_000);
    let file = lower(&format!("x = [{}a]\n", "0, ".repeat(1_000_000)));
    assert!(body_ops(&file.module).any(|op| matches!(op, Op::Global(_))));
}

#[test]
fn long_chains() {
    let cases = [
        format!("x = a{}\n", ".b".repeat(50_000)),
        format!("x = a{}\n", "[0]".repeat(50_000)),
        format!("x = a{}\n", " and b".repeat(5_000)),
        format!("if a{}: pass\n", " or b(a)".repeat(5_000)),
        format!("x = a{}\n", " < b".repeat(5_000)),
        format!("x = {}a\n", "not ".repeat(5_000)),
        format!("x = a{}\n", " * 2 % b".repeat(20_000)),
        format!("x = {}\n", "'a' ".repeat(20_000)),
        format!("x = y = {}1\n", "z = ".repeat(5_000)),
    ];
    for text in cases {
        let file = lower(&text);
        assert_eq!(file.module.depth_limit_hits, 0, "{}", &text[..20]);
    }
}

#[test]
fn what_is_too_deep_is_unknown_and_counted() {
    let cases = [
        format!("x = a{}\n", "()".repeat(20_000)),
        format!("x = {}a\n", "lambda: ".repeat(20_000)),
        format!("x = {}a\n", "b if c else ".repeat(20_000)),
    ];
    for text in cases {
        let file = lower(&text);
        assert!(file.module.depth_limit_hits > 0, "{}", &text[..20]);
        assert!(instructions(&file.module) < 40_000);
    }
}

/// `try: … finally: …` inside each other, in the body or in the `finally`.
fn nested_try(depth: usize, last: &str) -> String {
    let mut text = String::from("def f(x):\n");
    let mut indent = String::from("    ");
    for _ in 0..depth {
        writeln!(text, "{indent}try:\n{indent}    if x(): return 1").expect("strings grow");
        if last == "finally" {
            writeln!(text, "{indent}finally:\n{indent}    x.close()").expect("strings grow");
        }
        indent.push_str("    ");
    }
    writeln!(text, "{indent}x.end()").expect("strings grow");
    if last == "body" {
        for _ in 0..depth {
            indent.truncate(indent.len() - 4);
            writeln!(text, "{indent}finally:\n{indent}    x.close()").expect("strings grow");
        }
    }
    text
}

#[test]
fn finally_bodies_are_not_copied_without_end() {
    for last in ["finally", "body"] {
        let file = lower(&nested_try(20, last));
        assert_eq!(file.problems, Vec::new());
        assert!(file.module.depth_limit_hits > 0, "{last}");
        let count = instructions(&file.module);
        assert!(count < 20_000, "{last} {count}");
    }
}

#[test]
fn nested_loops_with_many_names() {
    let mut text = String::from("def f(x):\n");
    for at in 0..300 {
        writeln!(text, "    a{at} = x.get({at})").expect("strings grow");
    }
    let mut indent = String::from("    ");
    for level in 0..20 {
        writeln!(text, "{indent}for i{level} in x:").expect("strings grow");
        indent.push_str("    ");
        for at in 0..300 {
            writeln!(text, "{indent}g(a{at})").expect("strings grow");
        }
    }
    let file = lower(&text);
    assert!(instructions(&file.module) < 100_000);
}
