//! Requests to the routes as a client sends them, without a network between.

mod contract;
mod hostile;
mod statuses;
mod stopping;

use std::sync::Arc;

use axum::body::{Body, to_bytes};
use axum::http::{HeaderMap, Request};
use serde_json::{Value, json};
use tower::ServiceExt as _;

use super::{Access, Limits, Server, router};
use crate::terminal::Verbosity;

/// A command injection.
const VULNERABLE: &str = include_str!("python/vulnerable.py");

struct Answer {
    status: u16,
    headers: HeaderMap,
    text: String,
}

impl Answer {
    fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|_| panic!("no JSON: {}", self.text))
    }

    fn header(&self, name: &str) -> &str {
        let value = self.headers.get(name).map(|value| value.to_str());
        value.map_or("", |value| value.expect("our headers are text"))
    }

    /// The `code` of a refusal, after the shape of it has been checked.
    fn problem(&self) -> String {
        assert_eq!(self.header("content-type"), "application/problem+json");
        let problem = self.json();
        assert_eq!(problem["status"], self.status);
        assert!(!problem["title"].as_str().unwrap_or("").is_empty());
        assert!(!problem["detail"].as_str().unwrap_or("").is_empty());
        problem["code"].as_str().expect("a code is text").to_owned()
    }
}

fn server_with(address: &str, token: Option<&str>, limits: Limits) -> Arc<Server> {
    let address = address.parse().expect("it is an address");
    let access = Access::new(address, 8787, Vec::new(), token.map(str::to_owned));
    Server::new(access, limits, Verbosity::Quiet).expect("a server can be made")
}

fn server() -> Arc<Server> {
    let limits = Limits {
        lanes: 2,
        ..Limits::default()
    };
    server_with("127.0.0.1", None, limits)
}

async fn send(server: &Arc<Server>, request: Request<Body>) -> Answer {
    let response = router(server).oneshot(request).await;
    let (parts, body) = response.expect("the router cannot fail").into_parts();
    let bytes = to_bytes(body, usize::MAX).await;
    let bytes = bytes.expect("the body is in memory").to_vec();
    Answer {
        status: parts.status.as_u16(),
        headers: parts.headers,
        text: String::from_utf8_lossy(&bytes).into_owned(),
    }
}

async fn get(server: &Arc<Server>, uri: &str) -> Answer {
    let request = Request::get(uri).header("host", "localhost:8787");
    let request = request.body(Body::empty()).expect("it is a request");
    send(server, request).await
}

async fn post_text(server: &Arc<Server>, uri: &str, text: impl Into<Body>) -> Answer {
    let request = Request::post(uri)
        .header("host", "localhost:8787")
        .header("content-type", "application/json");
    let request = request.body(text.into()).expect("it is a request");
    send(server, request).await
}

async fn post(server: &Arc<Server>, uri: &str, body: &Value) -> Answer {
    post_text(server, uri, body.to_string()).await
}

async fn analyze(server: &Arc<Server>, path: &str, content: &str) -> Answer {
    let files = json!([{ "path": path, "content": content }]);
    post(server, "/api/v1/analyze", &json!({ "files": files })).await
}
