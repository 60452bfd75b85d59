//! `POST /api/v1/fix`: files and fingerprints in, repaired files out.
//!
//! ```json
//! { "files": […], "fingerprints": ["0123456789abcdef"], "unsafe": false }
//! ```

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::response::Response;
use hognose_check::FixReport;
use hognose_finding::{Append, Finding, Level as FixLevel};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::analyze::{Analysis, AnalyzeRequest, Level, Mode, Outcome, SourceFile, json};
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
    /// Those that were changed.
    files: Vec<SourceFile>,
    /// Lines that belong into files beside them, such as `.env.example`.
    appends: Vec<AppendedLines>,
    /// Fingerprints of the findings that are gone.
    applied: Vec<String>,
    refused: Vec<Refused>,
    /// As `/api/v1/analyze` answers for the files after the repair.
    report: serde_json::Value,
}

#[derive(Debug, Serialize, JsonSchema)]
struct AppendedLines {
    path: String,
    lines: Vec<String>,
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
    let analysis = Analysis::new(analyze, &server.limits)?;
    let level = if wish.unsafe_too {
        FixLevel::Unsafe
    } else {
        FixLevel::Verified
    };
    let run = Arc::clone(&server);
    let answer = server.run(move || {
        let wanted = wish.fingerprints;
        let (outcome, fixed) = analysis.fix(&run, level, &|finding| wanted.has(finding));
        let answer = answer(&outcome, fixed, &wanted);
        serde_json::to_vec(&answer).expect("the answer holds only strings, lists and objects")
    });
    Ok(json(answer.await?))
}

impl Wanted {
    fn has(&self, finding: &Finding) -> bool {
        match self {
            Self::All(All::All) => true,
            Self::Some(fingerprints) => fingerprints.contains(&finding.fingerprint),
        }
    }
}

fn answer(outcome: &Outcome, fixed: FixReport, wanted: &Wanted) -> FixAnswer {
    let FixReport {
        files,
        appends,
        applied,
        rejected,
        ..
    } = fixed;
    let applied: Vec<String> = applied.into_iter().map(|it| it.fingerprint).collect();
    let rejected = rejected.into_iter().filter(|it| wanted.has(&it.finding));
    let mut refused: Vec<Refused> = rejected
        .map(|it| Refused {
            fingerprint: it.finding.fingerprint,
            reason: it.reason,
        })
        .collect();
    if let Wanted::Some(fingerprints) = wanted {
        for fingerprint in fingerprints {
            let is_answered = applied.contains(fingerprint)
                || refused.iter().any(|it| it.fingerprint == *fingerprint);
            if !is_answered {
                refused.push(Refused {
                    fingerprint: fingerprint.clone(),
                    reason: "there is no such finding, or no fix for it".to_owned(),
                });
            }
        }
    }
    FixAnswer {
        files: files
            .into_iter()
            .map(|file| SourceFile {
                path: file.path,
                content: String::from_utf8_lossy(&file.after).into_owned(),
            })
            .collect(),
        appends: appends
            .into_iter()
            .map(|Append { file, lines }| AppendedLines { path: file, lines })
            .collect(),
        applied,
        refused,
        report: serde_json::from_slice(&outcome.json()).expect("a report is JSON"),
    }
}
