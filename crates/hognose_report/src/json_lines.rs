//! One JSON object on each line, for tools that read a stream.
//!
//! ```json
//! {"type":"finding","rule":"sql-injection",…}
//! {"type":"incomplete","path":"broken.py","line":3,"reason":"…"}
//! {"type":"summary","tool":{…},"summary":[…],"statistics":{…}}
//! ```
//! The objects are those of the JSON format.

use serde::Serialize;
use serde_json::Value;

use crate::Subject;
use crate::json::JsonReport;

#[derive(Serialize)]
struct Line<'a, T> {
    #[serde(rename = "type")]
    kind: &'static str,
    #[serde(flatten)]
    content: &'a T,
}

pub fn render(subject: &Subject<'_>) -> String {
    let report = JsonReport::new(subject);
    let mut output = String::new();
    for finding in report.findings() {
        push(&mut output, "finding", finding);
    }
    for suppressed in report.suppressed() {
        push(&mut output, "suppressed", suppressed);
    }
    for entry in report.incomplete() {
        push(&mut output, "incomplete", entry);
    }
    let mut whole = serde_json::to_value(&report).expect("a report is an object");
    let kept = ["version", "tool", "summary", "statistics"];
    let object = whole.as_object_mut().expect("a report is an object");
    object.retain(|key, _| kept.contains(&key.as_str()));
    push::<Value>(&mut output, "summary", &whole);
    output
}

fn push<T: Serialize>(output: &mut String, kind: &'static str, content: &T) {
    let line = serde_json::to_string(&Line { kind, content });
    output.push_str(&line.expect("a report holds only strings, numbers, lists and structs"));
    output.push('\n');
}
