//! The logical lines of a file, which suppressions refer to.

mod support;

use support::lower;

fn statements(text: &str) -> Vec<String> {
    let file = lower(text);
    file.statements
        .iter()
        .map(|range| file.source.text[std::ops::Range::<usize>::from(*range)].to_owned())
        .collect()
}

#[test]
fn headers_and_simple_statements_in_source_order() {
    let text = "\
@app.route(
    '/')
def f(
    a,
) -> int:
    if (a and
            b):
        run(a,
            b)
    elif c: pass
    else:
        return
with open(
        p) as q:
    try:
        x = 1
    except (
        A):
        y
class C(
        B):
    z = 2
for i in (
        j): k
while (
    m): break
match (
    n):
    case [
        o] if p:
        del q
";
    assert_eq!(
        statements(text),
        [
            "@app.route(\n    '/')",
            "f(\n    a,\n) -> int",
            "if (a and\n            b",
            "run(a,\n            b)",
            "elif c",
            "pass",
            "return",
            "with open(\n        p) as q",
            "x = 1",
            "except (\n        A",
            "y",
            "C(\n        B)",
            "z = 2",
            "for i in (\n        j",
            "k",
            "while (\n    m",
            "break",
            "match (\n    n",
            "case [\n        o] if p",
            "del q",
        ]
    );
}
