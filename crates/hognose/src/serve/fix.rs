//! `POST /api/v1/fix`: files and fingerprints in, repaired files out.
//!
//! ```json
//! { "files": […], "fingerprints": ["0123456789abcdef"], "unsafe": false }
//! ```

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::response::Response;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::analyze::{Analysis, AnalyzeRequest, Level, Mode, SourceFile};
use super::problem::Problem;
use super::{Server, body};

/// What is to be repaired.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct FixRequest {
    #[schemars(length(min = 1))]
    files: Vec<SourceFile>,
    fingerprints: Wanted,
    /// Also fixes that pass their checks but may change what the code does.
    #[serde(default, rename = "unsafe")]
    #[expect(dead_code, reason = "part of the interface; no fix is applied yet")]
    unsafe_too: bool,
    #[serde(default)]
    mode: Mode,
    select: Option<Vec<String>>,
    min_confidence: Option<Level>,
}

/// Which findings.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(untagged)]
enum Wanted {
    All(All),
    /// The fingerprints of a report on the same files.
    Some(Vec<String>),
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
enum All {
    All,
}

/// What came of it.
#[derive(Debug, Serialize, JsonSchema)]
pub struct FixAnswer {
    /// Those that were changed or added.
    files: Vec<SourceFile>,
    /// Fingerprints of the findings that are gone.
    applied: Vec<String>,
    refused: Vec<Refused>,
    /// As `/api/v1/analyze` answers for the files after the repair.
    report: serde_json::Value,
}

#[derive(Debug, Serialize, JsonSchema)]
struct Refused {
    fingerprint: String,
    reason: String,
}

pub async fn fix(State(server): State<Arc<Server>>, request: Request) -> Result<Response, Problem> {
    let wish: FixRequest = body::read(request, &server.limits).await?;
    if let Wanted::Some(fingerprints) = &wish.fingerprints
        && fingerprints.len() > server.limits.names
    {
        let what = format!("at most {} fingerprints at once", server.limits.names);
        return Err(Problem::too_large("too-many-names", what));
    }
    let analyze = AnalyzeRequest {
        files: wish.files,
        mode: wish.mode,
        select: wish.select,
        min_confidence: wish.min_confidence,
    };
    Analysis::new(analyze, &server.limits)?;
    Err(Problem::new(
        StatusCode::NOT_IMPLEMENTED,
        "no-fixes",
        "this version shows findings and applies no fixes",
    ))
}
