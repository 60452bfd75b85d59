//! `GET /openapi.json`: the interface as `OpenAPI` 3.1. The schemas are made from the types that are
//! read and written; that of the report is the published one of `--output-format json`.
//!
//! ```text
//! AnalyzeRequest, SourceFile, …   from the Rust types
//! Report                          hognose_report's schema, its definitions beside it
//! ```

use axum::body::Bytes;
use schemars::generate::SchemaSettings;
use schemars::{JsonSchema, SchemaGenerator};
use serde_json::{Map, Value, json};

use super::analyze::{AnalyzeRequest, SyntaxProblem};
use super::fix::{FixAnswer, FixRequest};
use super::guides::{Guide, GuideEntry};
use super::problem::ProblemBody;
use super::report::ReportRequest;
use crate::commands::rules::RuleRecord;

const SCHEMAS: &str = "#/components/schemas/";

/// The statuses of refusals that a request with a body can meet.
const REFUSALS: [(&str, &str); 10] = [
    ("400", "The body is no JSON, or the request is malformed."),
    ("401", "The token is missing or wrong."),
    ("403", "The host name or the origin is not this server's."),
    ("408", "The body did not arrive in time."),
    ("413", "More bytes, files or lines than are taken."),
    ("415", "The body is not sent as JSON."),
    ("422", "The body is JSON but not of the expected shape."),
    ("429", "Too many requests; see `Retry-After`."),
    ("500", "A defect of the program."),
    (
        "504",
        "The analysis takes more work than a request may cost.",
    ),
];

/// The document, as it is sent.
pub fn document() -> Bytes {
    serde_json::to_vec_pretty(&value())
        .expect("the document holds only strings, lists and objects")
        .into()
}

fn value() -> Value {
    let settings = SchemaSettings::draft2020_12().with(|settings| {
        settings.definitions_path = "/components/schemas".into();
        settings.meta_schema = None;
    });
    let mut generator = SchemaGenerator::new(settings);
    let paths = paths(&mut generator);
    let mut schemas = Map::new();
    for (name, schema) in report_schemas() {
        schemas.insert(name, schema);
    }
    schemas.extend(generator.take_definitions(true));
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "Hognose",
            "version": hognose_report::VERSION,
            "summary": "Finds weaknesses in Python code, on this machine.",
            "description": "Code is analysed and never run, nothing is stored, and nothing is sent anywhere else.",
            "license": { "name": "MIT OR Apache-2.0", "identifier": "MIT OR Apache-2.0" },
        },
        "servers": [{ "url": "/" }],
        "security": [{}, { "token": [] }],
        "paths": paths,
        "components": {
            "schemas": schemas,
            "securitySchemes": {
                "token": {
                    "type": "http",
                    "scheme": "bearer",
                    "description": "Where the server was started with one.",
                },
            },
        },
    })
}

fn paths(generator: &mut SchemaGenerator) -> Value {
    let analyze = generator.subschema_for::<AnalyzeRequest>();
    let errors = generator.subschema_for::<SyntaxProblem>();
    let problem = generator.subschema_for::<ProblemBody>();
    let answer = json!({
        "allOf": [{ "$ref": format!("{SCHEMAS}Report") }],
        "required": ["syntax_errors"],
        "properties": { "syntax_errors": { "type": "array", "items": errors } },
    });
    let rules = list_of::<RuleRecord>(generator);
    let guides = list_of::<GuideEntry>(generator);
    let guide = json!(generator.subschema_for::<Guide>());
    let fix = generator.subschema_for::<FixRequest>();
    let fixed = json!(generator.subschema_for::<FixAnswer>());
    let report = generator.subschema_for::<ReportRequest>();
    let problem = json!(problem);
    let id = json!([{
        "name": "id", "in": "path", "required": true, "schema": { "type": "string" },
        "description": "A name from the list, or that of any rule.",
    }]);
    json!({
        "/api/v1/analyze": { "post": post("analyze", "Analyse files as one program.", &json!(analyze), &json_body(&answer), &problem) },
        "/api/v1/fix": { "post": post("fix", "Apply checked fixes, and analyse what comes out.", &json!(fix), &json_body(&fixed), &problem) },
        "/api/v1/report": { "post": post("report", "Analyse files and write a report in one of the formats.", &json!(report), &any_body(), &problem) },
        "/api/v1/rules": { "get": get("rules", "All rules.", &json_body(&rules), &problem) },
        "/api/v1/guides": { "get": get("guides", "The pages that explain classes and rules.", &json_body(&guides), &problem) },
        "/api/v1/guides/{id}": { "parameters": id, "get": get("guide", "One page as HTML, with its examples.", &json_body(&guide), &problem) },
        "/healthz": { "get": get("healthz", "Whether the server runs.", &text_body(), &problem) },
        "/metrics": { "get": get("metrics", "Counters in the text format of Prometheus.", &text_body(), &problem) },
        "/openapi.json": { "get": get("openapi", "This document.", &json_body(&json!({ "type": "object" })), &problem) },
    })
}

fn list_of<T: JsonSchema>(generator: &mut SchemaGenerator) -> Value {
    json!({ "type": "array", "items": generator.subschema_for::<T>() })
}

fn json_body(schema: &Value) -> Value {
    json!({ "application/json": { "schema": schema } })
}

fn text_body() -> Value {
    json!({ "text/plain": { "schema": { "type": "string" } } })
}

/// The kind of a report depends on its format.
fn any_body() -> Value {
    json!({ "*/*": {} })
}

fn post(id: &str, summary: &str, body: &Value, answer: &Value, problem: &Value) -> Value {
    let mut operation = get(id, summary, answer, problem);
    operation["requestBody"] = json!({ "required": true, "content": json_body(body) });
    for (status, what) in REFUSALS {
        operation["responses"][status] = refusal(what, problem);
    }
    operation
}

fn get(id: &str, summary: &str, answer: &Value, problem: &Value) -> Value {
    let mut responses = json!({ "200": { "description": "The answer.", "content": answer } });
    for (status, what) in REFUSALS {
        if matches!(status, "400" | "401" | "403") {
            responses[status] = refusal(what, problem);
        }
    }
    responses["404"] = refusal("There is nothing of that name.", problem);
    json!({ "operationId": id, "summary": summary, "responses": responses })
}

fn refusal(what: &str, problem: &Value) -> Value {
    json!({ "description": what, "content": { "application/problem+json": { "schema": problem } } })
}

/// The schema of the report and its definitions, under the names that they have here.
fn report_schemas() -> Vec<(String, Value)> {
    let mut report: Value =
        serde_json::from_str(hognose_report::SCHEMA).expect("the published schema is JSON");
    renamed(&mut report);
    let object = report.as_object_mut().expect("a schema is an object");
    object.remove("$schema");
    let definitions = object.remove("definitions").unwrap_or_default();
    let mut schemas = vec![("Report".to_owned(), report)];
    if let Value::Object(definitions) = definitions {
        let named = definitions.into_iter();
        schemas.extend(named.map(|(name, schema)| (format!("Report.{name}"), schema)));
    }
    schemas
}

/// References of the published schema lead to their places here.
fn renamed(value: &mut Value) {
    match value {
        Value::Object(object) => {
            for (key, value) in object {
                let name = value
                    .as_str()
                    .and_then(|it| it.strip_prefix("#/definitions/"));
                match name {
                    Some(name) if key == "$ref" => {
                        *value = Value::from(format!("{SCHEMAS}Report.{name}"));
                    }
                    Some(_) | None => renamed(value),
                }
            }
        }
        Value::Array(items) => items.iter_mut().for_each(renamed),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}
