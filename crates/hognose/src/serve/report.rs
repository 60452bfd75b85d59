//! `POST /api/v1/report`: files in, a report to download out.
//!
//! ```json
//! { "files": […], "format": "sarif" }
//! ```

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::HeaderValue;
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::{IntoResponse as _, Response};
use hognose_report::{Format, TextStyle, render};
use schemars::JsonSchema;
use serde::Deserialize;

use super::analyze::{Analysis, AnalyzeRequest, Level, Mode, SourceFile};
use super::problem::Problem;
use super::{Server, body};

/// What is to be analysed, and how the report is to be written.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ReportRequest {
    #[schemars(length(min = 1))]
    files: Vec<SourceFile>,
    /// One of the names that `--output-format` takes.
    format: String,
    #[serde(default)]
    mode: Mode,
    select: Option<Vec<String>>,
    min_confidence: Option<Level>,
}

pub async fn report(
    State(server): State<Arc<Server>>,
    request: Request,
) -> Result<Response, Problem> {
    let wish: ReportRequest = body::read(request, &server.limits).await?;
    let format = Format::from_name(&wish.format).ok_or_else(|| {
        let names = Format::ALL.map(Format::name).join(", ");
        let what = format!("there is no such format; the formats are {names}");
        Problem::unprocessable("unknown-format", what)
    })?;
    let analyze = AnalyzeRequest {
        files: wish.files,
        mode: wish.mode,
        select: wish.select,
        min_confidence: wish.min_confidence,
    };
    let analysis = Analysis::new(analyze, &server.limits)?;
    let run = Arc::clone(&server);
    let text = server.run(move || {
        let outcome = analysis.run(&run);
        outcome.with_subject(|subject| render(format, subject, &TextStyle::default()))
    });
    let mut response = text.await?.into_response();
    let headers = response.headers_mut();
    let kind = HeaderValue::from_static(format.media_type());
    headers.insert(CONTENT_TYPE, kind);
    let name = format!(
        "attachment; filename=\"hognose-report.{}\"",
        format.extension()
    );
    let name = HeaderValue::try_from(name).expect("endings are plain letters");
    headers.insert(CONTENT_DISPOSITION, name);
    Ok(response)
}
