//! Refusals, as `application/problem+json` (RFC 9457).
//!
//! ```json
//! { "type": "about:blank", "title": "Payload Too Large", "status": 413,
//!   "code": "too-many-files", "detail": "65 files; at most 64 are analysed at once" }
//! ```

use axum::http::header::{ALLOW, CONTENT_TYPE, RETRY_AFTER, WWW_AUTHENTICATE};
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use schemars::JsonSchema;
use serde::Serialize;

/// What a client sent may be repeated in `detail`; no more of it than this many characters.
const DETAIL_CHARACTERS_MAX: usize = 400;

/// Why a request is not answered as wished.
#[derive(Debug)]
pub struct Problem {
    status: StatusCode,
    /// For programs; never changes its meaning.
    code: &'static str,
    /// For a person: what is wrong and what to do.
    detail: String,
    retry_after_seconds: Option<u32>,
    allow: Option<&'static str>,
}

/// The body of a [`Problem`].
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "Problem")]
pub struct ProblemBody {
    #[serde(rename = "type")]
    kind: &'static str,
    /// The name of the status.
    title: String,
    status: u16,
    /// A fixed name for programs, such as `too-many-files`.
    code: &'static str,
    /// What is wrong and what to do about it.
    detail: String,
}

impl Problem {
    pub fn new(status: StatusCode, code: &'static str, detail: impl Into<String>) -> Self {
        Self {
            status,
            code,
            detail: cut(detail.into()),
            retry_after_seconds: None,
            allow: None,
        }
    }

    pub fn bad_request(code: &'static str, detail: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, code, detail)
    }

    /// Well-formed, but not what can be analysed.
    pub fn unprocessable(code: &'static str, detail: impl Into<String>) -> Self {
        Self::new(StatusCode::UNPROCESSABLE_ENTITY, code, detail)
    }

    pub fn too_large(code: &'static str, detail: impl Into<String>) -> Self {
        Self::new(StatusCode::PAYLOAD_TOO_LARGE, code, detail)
    }

    pub fn forbidden(code: &'static str, detail: impl Into<String>) -> Self {
        Self::new(StatusCode::FORBIDDEN, code, detail)
    }

    pub fn not_found(what: &str) -> Self {
        Self::new(
            StatusCode::NOT_FOUND,
            "not-found",
            format!("there is no {what} here"),
        )
    }

    #[must_use]
    pub fn retry_after(self, seconds: u32) -> Self {
        Self {
            retry_after_seconds: Some(seconds),
            ..self
        }
    }

    #[must_use]
    pub fn allow(self, methods: &'static str) -> Self {
        Self {
            allow: Some(methods),
            ..self
        }
    }
}

fn cut(detail: String) -> String {
    match detail.char_indices().nth(DETAIL_CHARACTERS_MAX) {
        Some((end, _)) => format!("{}…", &detail[..end]),
        None => detail,
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let body = ProblemBody {
            kind: "about:blank",
            title: self.status.canonical_reason().unwrap_or("").to_owned(),
            status: self.status.as_u16(),
            code: self.code,
            detail: self.detail,
        };
        let text = serde_json::to_string(&body).expect("it holds only strings and numbers");
        let mut response = (self.status, text).into_response();
        let headers = response.headers_mut();
        let kind = HeaderValue::from_static("application/problem+json");
        headers.insert(CONTENT_TYPE, kind);
        if let Some(seconds) = self.retry_after_seconds {
            headers.insert(RETRY_AFTER, HeaderValue::from(seconds));
        }
        if let Some(methods) = self.allow {
            headers.insert(ALLOW, HeaderValue::from_static(methods));
        }
        if self.status == StatusCode::UNAUTHORIZED {
            let challenge = HeaderValue::from_static("Bearer realm=\"hognose\"");
            headers.insert(WWW_AUTHENTICATE, challenge);
        }
        response
    }
}
