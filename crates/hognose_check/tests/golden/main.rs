//! What every stage of the pipeline makes of one small program, as `hognose debug` prints it.
//!
//! A change of these texts is a change of the engine: read the difference, then accept it with
//! `cargo insta review`.

use hognose_check::{DebugOutput, DebugStage, Input, Settings, debug};

const FILES: [(&str, &str); 3] = [
    ("shop/__init__.py", ""),
    ("shop/db.py", include_str!("program/shop/db.py")),
    ("shop/views.py", include_str!("program/shop/views.py")),
];

fn stage(stage: DebugStage) -> DebugOutput {
    let files = FILES
        .iter()
        .map(|(path, text)| Input {
            path: (*path).to_owned(),
            bytes: text.as_bytes().to_vec(),
        })
        .collect();
    debug(stage, files, &Settings::default())
}

/// The text and, below it, one line a record.
fn golden(of: DebugStage) -> String {
    let output = stage(of);
    let records: Vec<String> = output
        .records
        .iter()
        .map(|record| {
            let argument = record.argument.as_deref().unwrap_or("-");
            format!(
                "{}:{}:{}-{} {} [{}] [{argument}] {} | {}",
                record.path,
                record.line,
                record.column,
                record.end_line,
                record.role,
                record.kind,
                record.symbol,
                record.detail.replace('\n', " / ")
            )
        })
        .collect();
    format!("{}\nrecords\n{}\n", output.text, records.join("\n"))
}

#[test]
fn ir() {
    insta::assert_snapshot!(golden(DebugStage::Ir));
}

#[test]
fn callgraph() {
    insta::assert_snapshot!(golden(DebugStage::Callgraph));
}

#[test]
fn summaries() {
    insta::assert_snapshot!(golden(DebugStage::Summaries));
}

#[test]
fn flows() {
    insta::assert_snapshot!(golden(DebugStage::Flows));
}

#[test]
fn models() {
    insta::assert_snapshot!(golden(DebugStage::Models));
}

#[test]
fn the_order_of_files_changes_nothing() {
    let turned = FILES
        .iter()
        .rev()
        .map(|(path, text)| Input {
            path: (*path).to_owned(),
            bytes: text.as_bytes().to_vec(),
        })
        .collect();
    let turned = debug(DebugStage::Summaries, turned, &Settings::default());
    assert_eq!(turned.text, stage(DebugStage::Summaries).text);
}
