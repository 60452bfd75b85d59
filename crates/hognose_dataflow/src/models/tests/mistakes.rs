//! What is wrong is said with file, line and a way out, and all of it at once.

use super::*;

#[test]
fn every_mistake_of_a_file_is_reported() {
    let text = r#"library = "x"

[[sinks]]
path = "x.run"
arguments = ["0"]
kind = "shel"
example = "import x\nx.run(a)"

[[sinks]]
path = "x..run"
argument = 0
kind = "path"
access = "reads"

[[sanitisers]]
path = "x.quote"
"#;
    assert_eq!(
        mistakes(text),
        "\
0.toml:3: a row of [[sinks]] needs `argument`
0.toml:5: unknown key `arguments` in [[sinks]]; did you mean `argument`?
0.toml:6: unknown kind `shel`; did you mean `shell`?
0.toml:9: a row of [[sinks]] needs `example`
0.toml:15: unknown table `sanitisers`; did you mean `sanitizers`?"
    );
}

/// The complaint about one row, which begins on line 2 after `library`.
fn complaint(row: &str) -> String {
    mistakes(&format!("library = 'x'\n{row}\n"))
}

#[test]
fn fields_of_the_wrong_type() {
    for (row, wanted) in [
        (
            "[[sources]]\npath = 1\nkind = 'file'\nexample = 'x'",
            "0.toml:3: `path` must be a string, not an integer",
        ),
        (
            "[[sanitizers]]\npath = 'x'\nargument = ['0', 1]\nlabel = 'word'\nexample = 'x'",
            "0.toml:4: `argument` must be a string or a list of strings, not an integer",
        ),
        (
            "[[propagators]]\npath = 'x'\nfrom = '0'\nto = 'return'\nexact = 'yes'\nexample = 'x'",
            "0.toml:6: `exact` must be true or false, not a string",
        ),
        (
            "[[entries]]\ndecorator = 'x'\nkind = 'none'\nparameters = 'none'\ntypes = ['a']\nexample = 'x'",
            "0.toml:6: `types` must be a table, not a list",
        ),
        (
            "[types]\npath = 'x'",
            "0.toml:2: `types` must be a list of tables, [[types]], not a table",
        ),
        (
            "sinks = ['x']",
            "0.toml:2: a row of `sinks` must be a table, not a string",
        ),
    ] {
        assert_eq!(complaint(row), wanted);
    }
}

#[test]
fn rows_whose_fields_do_not_go_together() {
    for (row, wanted) in [
        (
            "[[sinks]]\npath = 'x'\nmethod = 'y'\nargument = '0'\nkind = 'sql'\nexample = 'x'",
            "0.toml:2: `path` and `method` do not go together: write two rows",
        ),
        (
            "[[sinks]]\npath = 'x'\nargument = '0'\nkind = 'sql'\nreceiver = 'c'\nexample = 'x'",
            "0.toml:6: `receiver` does not go with `path`, which takes `argument`, `kind`, `when`, \
             `access`, `confidence`, `what`, `pattern`",
        ),
        (
            "[[sinks]]\npath = 'x'\nargument = '0'\nkind = 'sql'\naccess = 'read'\nexample = 'x'",
            "0.toml:2: `access` goes with kind \"path\" only",
        ),
        (
            "[[guards]]\nargument = '0'\nlabel = 'word'\nholds = 'true'\nexample = 'x'",
            "0.toml:2: a row of [[guards]] needs `path`, `method`, `attribute`",
        ),
        (
            "[[types]]\npath = 'x'\nexample = 'x'",
            "0.toml:2: a path needs `returns`, `is` or `same`",
        ),
        (
            "[[types]]\npath = 'x'\nis = 'y'\nsame = 'z'\nexample = 'x'",
            "0.toml:2: `returns`, `is` and `same` do not go together: write a row for each",
        ),
        (
            "[[propagators]]\npath = 'x'\nintrinsic = 'map'\nto = 'return'\nexample = 'x'",
            "0.toml:2: `to` does not go with `intrinsic`",
        ),
        (
            "[[propagators]]\npath = 'x'\nfrom = 'none'\nto = 'self'\nexample = 'x'",
            "0.toml:2: from = \"none\" says something of the \"return\" only",
        ),
    ] {
        assert_eq!(complaint(row), wanted);
    }
}

#[test]
fn paths_places_and_examples() {
    let row = |path: &str, argument: &str, example: &str| {
        complaint(&format!(
            "[[sinks]]\npath = '{path}'\nargument = '{argument}'\nkind = 'sql'\nexample = '{example}'"
        ))
    };
    for (path, argument, example, wanted) in [
        (
            "x.f()",
            "0",
            "x",
            "0.toml:3: `x.f()` is no path; the () belong to sources only",
        ),
        (
            "x f",
            "0",
            "x",
            "0.toml:3: `x f` is no path; write names with dots between them",
        ),
        (
            "x.{f",
            "0",
            "x",
            "0.toml:3: `x.{f` has a `{` that no `}` closes",
        ),
        (
            "x.f",
            "return",
            "x",
            "0.toml:4: `return`: the result does not exist yet; name an argument",
        ),
        (
            "x.{f,g}",
            "0",
            "$3",
            "0.toml:6: the example has `$3`, but the row has no such pair of braces",
        ),
        ("x.f", "0", " ", "0.toml:6: `example` is empty"),
    ] {
        assert_eq!(row(path, argument, example), wanted);
    }
    let place = row("x.f", "0[%]", "x");
    assert!(
        place.starts_with("0.toml:4: `0[%]` is no place; write"),
        "{place}"
    );
    let braces = complaint("[[types]]\npath = 'x.f'\nreturns = 'x.{A,B}'\nexample = 'x'");
    assert_eq!(
        braces,
        "0.toml:4: `x.{A,B}` is no path; braces belong into the row's subject only"
    );
}

#[test]
fn toml_that_is_none_is_reported_with_its_lines() {
    let errors = mistakes("library = 'x'\n[[sinks]]\npath = \n\nkind = \n");
    assert!(errors.starts_with("0.toml:3: TOML: "), "{errors}");
    assert!(errors.contains("\n0.toml:5: TOML: "), "{errors}");
}

#[test]
fn a_file_says_what_it_describes() {
    let wanted = "0.toml:1: a file begins with the name of what it describes, library = \"name\"";
    assert_eq!(mistakes("sinks = []"), wanted);
    assert_eq!(mistakes(""), wanted);
}

#[test]
fn mistakes_come_in_the_order_of_files_and_lines() {
    let texts = ["library = 'x'\nsink = 1\n", "library = ''\n"];
    let errors = read(&texts, Owner::Program).expect_err("two mistakes");
    let places: Vec<(&str, u32)> = errors.iter().map(|e| (e.file.as_ref(), e.line)).collect();
    assert_eq!(places, [("0.toml", 2), ("1.toml", 1)]);
}
