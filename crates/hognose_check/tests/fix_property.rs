//! Programs with a flaw that are made up at random: after the repair nothing is found, the file still
//! parses, and a second repair changes nothing.
//!
//! ```python
//! cur.execute("SELECT … WHERE c0 LIKE '%" + v0 + "%' AND c1 = " + v1)
//! ```

use hognose_check::finding::{Confidence, Level};
use hognose_check::{Input, Selection, Settings, check, fix};
use proptest::prelude::*;

/// How a hole stands in the statement: before, behind.
const SPOTS: [(&str, &str); 5] = [
    ("= '", "'"),
    ("= ", ""),
    ("LIKE '%", "%'"),
    ("< ", ""),
    ("LIKE '", "_'"),
];

/// The lines that make a cursor.
const DRIVERS: [(&str, &str); 3] = [
    ("import sqlite3", "sqlite3.connect(\"x.db\").cursor()"),
    ("import psycopg2", "psycopg2.connect(\"x\").cursor()"),
    ("import pymysql", "pymysql.connect().cursor()"),
];

#[derive(Debug, Clone, Copy)]
enum Form {
    FString,
    Concatenation,
    Percent,
    Format,
    Steps,
}

#[derive(Debug, Clone)]
struct Flaw {
    driver: usize,
    form: Form,
    spots: Vec<usize>,
    in_variable: bool,
    indent: &'static str,
    line_end: &'static str,
    tail: &'static str,
}

fn flaws() -> impl Strategy<Value = Flaw> {
    let form = prop_oneof![
        Just(Form::FString),
        Just(Form::Concatenation),
        Just(Form::Percent),
        Just(Form::Format),
        Just(Form::Steps),
    ];
    (
        0..DRIVERS.len(),
        form,
        prop::collection::vec(0..SPOTS.len(), 1..4),
        any::<bool>(),
        prop_oneof![Just("    "), Just("\t"), Just("  ")],
        prop_oneof![Just("\n"), Just("\r\n")],
        prop_oneof![Just(""), Just(" ORDER BY c0"), Just(" AND city = 'Ulm''s'")],
    )
        .prop_map(
            |(driver, form, spots, in_variable, indent, line_end, tail)| Flaw {
                driver,
                form,
                spots,
                in_variable,
                indent,
                line_end,
                tail,
            },
        )
}

/// The statement with the holes written by `hole`; its literal parts doubled where need be.
fn statement(flaw: &Flaw, percent: &str, hole: impl Fn(usize) -> String) -> String {
    let conditions: Vec<String> = (0..)
        .zip(&flaw.spots)
        .map(|(number, spot)| {
            let (before, behind) = SPOTS[*spot];
            let before = before.replace('%', percent);
            let behind = behind.replace('%', percent);
            format!("c{number} {before}{}{behind}", hole(number))
        })
        .collect();
    format!(
        "SELECT * FROM t WHERE {}{}",
        conditions.join(" AND "),
        flaw.tail
    )
}

fn program(flaw: &Flaw) -> String {
    let names: Vec<String> = (0..flaw.spots.len())
        .map(|number| format!("v{number}"))
        .collect();
    let values = names.join(", ");
    let mut lines = vec![
        DRIVERS[flaw.driver].0.to_owned(),
        "from flask import request".to_owned(),
        String::new(),
        "def find():".to_owned(),
    ];
    let mut add = |line: String| lines.push(format!("{}{line}", flaw.indent));
    for name in &names {
        add(format!("{name} = request.args[\"{name}\"]  # given"));
    }
    add(format!("cur = {}", DRIVERS[flaw.driver].1));
    let expression = match flaw.form {
        Form::FString => format!("f\"{}\"", statement(flaw, "%", |it| format!("{{v{it}}}"))),
        Form::Concatenation => {
            let text = statement(flaw, "%", |it| format!("\" + v{it} + \""));
            let text = format!("\"{text}\"");
            text.strip_suffix(" + \"\"").unwrap_or(&text).to_owned()
        }
        Form::Percent => format!(
            "\"{}\" % ({values},)",
            statement(flaw, "%%", |_| "%s".to_owned())
        ),
        Form::Format => format!(
            "\"{}\".format({values})",
            statement(flaw, "%", |_| "{}".to_owned())
        ),
        Form::Steps => {
            add("q = \"SELECT * FROM t WHERE 1 = 1\"".to_owned());
            for (number, spot) in (0..).zip(&flaw.spots) {
                let (before, behind) = SPOTS[*spot];
                add(format!(
                    "q += f\" AND c{number} {before}{{v{number}}}{behind}\""
                ));
            }
            "q".to_owned()
        }
    };
    if flaw.in_variable && !matches!(flaw.form, Form::Steps) {
        add(format!("q = {expression}"));
        add("cur.execute(q)  # run".to_owned());
    } else {
        add(format!("cur.execute({expression})  # run"));
    }
    add("return cur.fetchall()".to_owned());
    lines.join(flaw.line_end) + flaw.line_end
}

fn input(text: &str) -> Vec<Input> {
    vec![Input {
        path: "app.py".to_owned(),
        bytes: text.as_bytes().to_vec(),
    }]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]
    #[test]
    fn what_is_repaired_is_silent_and_stays_as_it_is(flaw in flaws()) {
        let settings = Settings {
            min_confidence: Confidence::Low,
            selection: Selection {
                select: vec!["sql-injection".to_owned(), "sql-parameter-count".to_owned()],
                ..Selection::default()
            },
            ..Settings::default()
        };
        let text = program(&flaw);
        let before = check(input(&text), &settings);
        prop_assert_eq!(before.findings.len(), 1, "{}", text);
        let fixed = fix(input(&text), &settings, Level::Verified, &|_| true);
        let reasons: Vec<&str> = fixed.rejected.iter().map(|it| it.reason.as_str()).collect();
        prop_assert_eq!(fixed.applied.len(), 1, "{}\n{:?}", text, reasons);
        prop_assert!(fixed.report.findings.is_empty());
        prop_assert!(fixed.report.incomplete.is_empty());
        let after = String::from_utf8(fixed.files[0].after.clone()).expect("UTF-8 stays UTF-8");
        prop_assert_eq!(after.matches("# run").count(), 1, "{}", after);
        prop_assert_eq!(after.matches('\n').count() - after.matches(flaw.line_end).count(), 0);
        let mark = if flaw.driver == 0 { "?" } else { "%s" };
        prop_assert_eq!(after.matches(mark).count(), flaw.spots.len(), "{}", after);
        let again = fix(input(&after), &settings, Level::Verified, &|_| true);
        prop_assert!(again.files.is_empty());
    }
}
