//! What programs read: SARIF against the schema of the standard, JSON against ours.

mod fixture;

use fixture::{report, subject};
use hognose_check::Report;
use hognose_finding::{Appearance, History, Revision};
use hognose_report::{Format, TextStyle, render};
use serde_json::Value;

const SARIF_SCHEMA: &str = include_str!("sarif-schema-2.1.0.json");
const REPORT_SCHEMA: &str = include_str!("../schema/report-v1.schema.json");

fn document(format: Format, report: &Report) -> Value {
    let text = render(format, &subject(report), &TextStyle::default());
    serde_json::from_str(&text).expect("the output is JSON")
}

fn assert_valid(schema: &str, document: &Value) {
    let mut schema: Value = serde_json::from_str(schema).expect("the schema is JSON");
    // The standard's pattern for the property `language` has a stray bracket that strict readers
    // of regular expressions refuse; Hognose does not write that property.
    for owner in ["run", "toolComponent"] {
        let pointer = format!("/definitions/{owner}/properties/language/pattern");
        if let Some(pattern) = schema.pointer_mut(&pointer) {
            *pattern = Value::from("");
        }
    }
    let validator = jsonschema::options()
        .should_validate_formats(true)
        .build(&schema)
        .expect("the schema is valid");
    let errors: Vec<String> = validator
        .iter_errors(document)
        .map(|error| format!("{}: {error}", error.instance_path()))
        .collect();
    assert!(errors.is_empty(), "{}", errors.join("\n"));
}

#[test]
fn sarif_is_valid() {
    assert_valid(SARIF_SCHEMA, &document(Format::Sarif, &report()));
    assert_valid(SARIF_SCHEMA, &document(Format::Sarif, &Report::default()));
}

#[test]
fn json_is_valid() {
    assert_valid(REPORT_SCHEMA, &document(Format::Json, &report()));
    assert_valid(REPORT_SCHEMA, &document(Format::Json, &Report::default()));
}

#[test]
fn sarif_golden() {
    let text = render(Format::Sarif, &subject(&report()), &TextStyle::default());
    insta::assert_snapshot!(text);
}

#[test]
fn json_golden() {
    let text = render(Format::Json, &subject(&report()), &TextStyle::default());
    insta::assert_snapshot!(text);
}

#[test]
fn a_rule_has_one_cwe_tag_and_it_comes_first() {
    let sarif = document(Format::Sarif, &report());
    let rules = sarif["runs"][0]["tool"]["driver"]["rules"]
        .as_array()
        .expect("rules are a list");
    let sql = rules
        .iter()
        .find(|rule| rule["id"] == "sql-injection")
        .expect("the rule is listed");
    let tags: Vec<&str> = sql["properties"]["tags"]
        .as_array()
        .expect("tags are a list")
        .iter()
        .filter_map(Value::as_str)
        .collect();
    assert_eq!(
        tags,
        [
            "external/cwe/cwe-089",
            "security",
            "sql-injection",
            "OWASP-A03:2021"
        ]
    );
    assert_eq!(sql["properties"]["cwe"], serde_json::json!([89, 564]));
}

#[test]
fn columns_are_utf16_in_sarif_and_characters_in_json() {
    let report = report();
    let sarif = document(Format::Sarif, &report);
    let json = document(Format::Json, &report);
    assert_eq!(sarif["runs"][0]["columnKind"], "utf16CodeUnits");
    let region = &sarif["runs"][0]["results"][1]["locations"][0]["physicalLocation"]["region"];
    let columns = |value: &Value| value.as_u64().expect("columns are numbers");
    let in_sarif = columns(&region["startColumn"]);
    let in_json = columns(&json["findings"][1]["location"]["column"]);
    assert_eq!(in_sarif, in_json + 1, "one emoji stands before the sink");
}

#[test]
fn rule_indices_point_at_their_rules() {
    let sarif = document(Format::Sarif, &report());
    let run = &sarif["runs"][0];
    for result in run["results"].as_array().expect("results are a list") {
        let index = result["ruleIndex"].as_u64().expect("every rule is listed");
        let index = usize::try_from(index).expect("indices are small");
        assert_eq!(
            run["tool"]["driver"]["rules"][index]["id"],
            result["ruleId"]
        );
    }
}

#[test]
fn a_file_of_a_commit_is_named_without_the_commit_and_the_history_stands_beside() {
    let commit = "3f9a".repeat(10);
    let revision = Revision {
        commit: commit.as_str().into(),
        path: "app/settings.py".into(),
    };
    let source = fixture::file("settings.py", "KEY = 'correct-horse'\n").at(revision);
    assert_eq!(&*source.path, "3f9a3f9a3f9a:app/settings.py");
    let mut finding = report().findings.remove(0);
    finding.location.file = source.path.clone();
    let appearance = |path: &str| Appearance {
        commit: commit.clone(),
        author: "Ann Lee".to_owned(),
        date: "2021-04-02".to_owned(),
        path: path.to_owned(),
    };
    let history = History {
        first: appearance("old.py"),
        last: appearance("app/settings.py"),
        is_in_head: false,
        paths: vec!["app/settings.py".to_owned(), "old.py".to_owned()],
    };
    let report = Report {
        histories: [(finding.fingerprint.clone(), history)].into(),
        findings: vec![finding],
        files: vec![source],
        ..Report::default()
    };
    let json = document(Format::Json, &report);
    assert_valid(REPORT_SCHEMA, &json);
    let finding = &json["findings"][0];
    assert_eq!(finding["location"]["path"], "app/settings.py");
    assert_eq!(finding["location"]["commit"], commit.as_str());
    assert_eq!(finding["history"]["first"]["path"], "old.py");
    assert_eq!(finding["history"]["inHead"], false);
    let sarif = document(Format::Sarif, &report);
    assert_valid(SARIF_SCHEMA, &sarif);
    let result = &sarif["runs"][0]["results"][0];
    let place = &result["locations"][0]["physicalLocation"]["artifactLocation"];
    assert_eq!(place["uri"], "app/settings.py");
    assert_eq!(result["properties"]["history"]["last"]["author"], "Ann Lee");
}
