//! Bodies of requests: JSON, at most so many bytes, within so much time.
//!
//! ```text
//! {"files": [      400, not complete
//! {"files": 3}     422, not of the expected shape
//! ```

use axum::body::{Body, to_bytes};
use axum::extract::Request;
use axum::http::header::{CONTENT_LENGTH, CONTENT_TYPE};
use axum::http::{HeaderMap, StatusCode};
use serde::de::DeserializeOwned;
use serde_json::error::Category;

use super::limits::Limits;
use super::problem::Problem;

/// Reads the whole body as a `T`.
pub async fn read<T: DeserializeOwned>(request: Request, limits: &Limits) -> Result<T, Problem> {
    let (parts, body) = request.into_parts();
    check_kind(&parts.headers)?;
    let length = parts.headers.get(CONTENT_LENGTH);
    let length = length.and_then(|length| length.to_str().ok()?.parse::<u64>().ok());
    if length.is_some_and(|length| length > limits.body_bytes as u64) {
        return Err(too_large(limits));
    }
    let bytes = tokio::time::timeout(limits.arrival_time, receive(body, limits));
    let bytes = bytes.await.map_err(|_| {
        Problem::new(
            StatusCode::REQUEST_TIMEOUT,
            "body-too-slow",
            "the body did not arrive in time",
        )
    })??;
    serde_json::from_slice(&bytes).map_err(|error| match error.classify() {
        Category::Data => Problem::unprocessable("wrong-shape", error.to_string()),
        Category::Syntax | Category::Eof | Category::Io => {
            Problem::bad_request("malformed-json", format!("the body is no JSON: {error}"))
        }
    })
}

async fn receive(body: Body, limits: &Limits) -> Result<axum::body::Bytes, Problem> {
    to_bytes(body, limits.body_bytes).await.map_err(|error| {
        let error = error.into_inner();
        if error.is::<http_body_util::LengthLimitError>() {
            too_large(limits)
        } else {
            Problem::bad_request("broken-body", "the body ended before its time")
        }
    })
}

fn too_large(limits: &Limits) -> Problem {
    let kibibytes = limits.body_bytes / 1024;
    Problem::too_large(
        "body-too-large",
        format!("a request may have {kibibytes} KiB; `hognose check` takes whole directories"),
    )
}

/// Only JSON: a form of another site's page can send everything else without being asked.
fn check_kind(headers: &HeaderMap) -> Result<(), Problem> {
    let kind = headers.get(CONTENT_TYPE).and_then(|it| it.to_str().ok());
    let kind = kind.and_then(|it| it.split(';').next()).map(str::trim);
    if kind.is_some_and(|it| it.eq_ignore_ascii_case("application/json")) {
        return Ok(());
    }
    Err(Problem::new(
        StatusCode::UNSUPPORTED_MEDIA_TYPE,
        "not-json",
        "the body must be sent as `Content-Type: application/json`",
    ))
}
