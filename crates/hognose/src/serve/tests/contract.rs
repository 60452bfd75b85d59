//! The `OpenAPI` document against what the routes really answer.

use serde_json::{Value, json};

use super::{VULNERABLE, analyze, get, post, server};

async fn document() -> Value {
    get(&server(), "/openapi.json").await.json()
}

/// Fails unless `value` is what the document says of `schema`.
fn assert_valid(document: &Value, schema: &Value, value: &Value) {
    let mut schema = schema.clone();
    schema["$schema"] = json!("https://json-schema.org/draft/2020-12/schema");
    schema["components"] = document["components"].clone();
    let validator = jsonschema::validator_for(&schema).expect("the schema is valid");
    let errors: Vec<String> = validator
        .iter_errors(value)
        .map(|error| format!("{}: {error}", error.instance_path()))
        .collect();
    assert!(errors.is_empty(), "{}\n{value}", errors.join("\n"));
}

fn answer_schema<'a>(document: &'a Value, path: &str, method: &str) -> &'a Value {
    let operation = &document["paths"][path][method];
    &operation["responses"]["200"]["content"]["application/json"]["schema"]
}

#[tokio::test]
async fn answers_are_as_the_document_says() {
    let document = document().await;
    let server = server();
    let broken = format!("{VULNERABLE}def f(:\n  pass\n");
    let report = analyze(&server, "a.py", &broken).await.json();
    let schema = answer_schema(&document, "/api/v1/analyze", "post");
    assert_valid(&document, schema, &report);
    assert_eq!(
        report["syntax_errors"].as_array().map(Vec::is_empty),
        Some(false)
    );
    let files = json!([{ "path": "a.py", "content": include_str!("python/query.py") }]);
    let wish = json!({ "files": files, "fingerprints": "all" });
    let fixed = post(&server, "/api/v1/fix", &wish).await.json();
    let schema = answer_schema(&document, "/api/v1/fix", "post");
    assert_valid(&document, schema, &fixed);
    for (uri, path) in [
        ("/api/v1/rules", "/api/v1/rules"),
        ("/api/v1/guides", "/api/v1/guides"),
        ("/api/v1/guides/sql-injection", "/api/v1/guides/{id}"),
        ("/openapi.json", "/openapi.json"),
    ] {
        let value = get(&server, uri).await.json();
        assert_valid(&document, answer_schema(&document, path, "get"), &value);
    }
    let problem = get(&server, "/nowhere").await.json();
    let schema = json!({ "$ref": "#/components/schemas/Problem" });
    assert_valid(&document, &schema, &problem);
}

#[tokio::test]
async fn a_wrong_answer_would_be_noticed() {
    let document = document().await;
    let schema = answer_schema(&document, "/api/v1/analyze", "post");
    let mut whole = schema.clone();
    whole["components"] = document["components"].clone();
    let validator = jsonschema::validator_for(&whole).expect("the schema is valid");
    assert!(!validator.is_valid(&json!({ "syntax_errors": [] })));
    assert!(!validator.is_valid(&json!({})));
}

#[tokio::test]
async fn every_listed_path_is_there() {
    let document = document().await;
    let server = server();
    let paths = document["paths"].as_object().expect("paths are an object");
    assert_eq!(paths.len(), 9);
    for (path, item) in paths {
        let uri = path.replace("{id}", "sql-injection");
        let status = if item.get("post").is_some() {
            post(&server, &uri, &json!({})).await.status
        } else {
            get(&server, &uri).await.status
        };
        assert!(matches!(status, 200 | 422), "{path}: {status}");
    }
}

/// What the document takes for a request, the routes take; and the other way round.
#[tokio::test]
async fn requests_are_as_the_document_says() {
    let document = document().await;
    let server = server();
    let schema = json!({ "$ref": "#/components/schemas/AnalyzeRequest" });
    let file = json!({ "path": "a.py", "content": "x = 1\n" });
    let good =
        json!({ "files": [file], "mode": "project", "select": null, "min_confidence": "low" });
    assert_valid(&document, &schema, &good);
    assert_eq!(post(&server, "/api/v1/analyze", &good).await.status, 200);
    let mut whole = schema;
    whole["components"] = document["components"].clone();
    let validator = jsonschema::validator_for(&whole).expect("the schema is valid");
    for bad in [
        json!({}),
        json!({ "files": [] }),
        json!({ "files": [file], "mode": "other" }),
        json!({ "files": [file], "more": 1 }),
        json!({ "files": [{ "path": "a.py" }] }),
    ] {
        assert!(!validator.is_valid(&bad), "{bad}");
        assert_eq!(
            post(&server, "/api/v1/analyze", &bad).await.status,
            422,
            "{bad}"
        );
    }
}
