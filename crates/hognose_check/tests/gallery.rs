//! Runs the examples that the page offers: five classes in five contexts.
//!
//! ```text
//! examples/gallery/sql-injection/flask/vulnerable.py     found, in its class
//! examples/gallery/sql-injection/flask/fixed.py          nothing is found
//! ```
//! They are analysed as a project, with what is shown by default: a reader who loads one sees what
//! is tested here.

use std::path::{Path, PathBuf};

use hognose_check::finding::{Class, Group};
use hognose_check::{Input, Settings, check};

const CONTEXTS: [&str; 5] = ["django", "flask", "fastapi", "script", "pipeline"];

/// What is not found yet: the body of a Lambda's event is not followed to where amounts are booked.
const MISSING: [(Class, &str); 1] = [(Class::InputValidation, "pipeline")];

fn folder(class: Class, context: &str) -> PathBuf {
    let crates = Path::new(env!("CARGO_MANIFEST_DIR"));
    let root = crates
        .ancestors()
        .nth(2)
        .expect("the crate is two folders below the root");
    root.join("examples/gallery").join(class.id()).join(context)
}

/// The rules that report in an example, with their classes, quality aside.
fn found(path: &Path) -> Vec<(&'static str, Class)> {
    let bytes = std::fs::read(path)
        .unwrap_or_else(|error| panic!("cannot read {}: {error}", path.display()));
    let input = Input {
        path: "example.py".to_owned(),
        bytes,
    };
    let report = check(vec![input], &Settings::default());
    assert!(
        report.incomplete.is_empty(),
        "{}: {:?}",
        path.display(),
        report.incomplete
    );
    report
        .findings
        .iter()
        .map(|finding| (finding.rule.id, finding.rule.class))
        .filter(|(_, class)| class.group() != Group::Quality)
        .collect()
}

#[test]
fn vulnerable_examples_are_found() {
    for class in Class::CHECKLIST {
        for context in CONTEXTS {
            let found = found(&folder(class, context).join("vulnerable.py"));
            let is_found = found.iter().any(|(_, it)| *it == class);
            let is_missing = MISSING.contains(&(class, context));
            assert_ne!(
                is_found,
                is_missing,
                "{} in {context}: {found:?}",
                class.id()
            );
            let others: Vec<_> = found.iter().filter(|(_, it)| *it != class).collect();
            assert!(others.is_empty(), "{} in {context}: {others:?}", class.id());
        }
    }
}

#[test]
fn fixed_examples_are_silent() {
    for class in Class::CHECKLIST {
        for context in CONTEXTS {
            let found = found(&folder(class, context).join("fixed.py"));
            assert!(found.is_empty(), "{} in {context}: {found:?}", class.id());
        }
    }
}
