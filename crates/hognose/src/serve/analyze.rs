//! `POST /api/v1/analyze`: files in, the JSON report out.
//!
//! ```json
//! { "files": [{ "path": "snippet.py", "content": "import os\n…" }], "mode": "snippet" }
//! ```
//! The paths are names in the report and in imports; nothing is looked up on a disk.

use std::collections::HashSet;
use std::sync::Arc;
use std::time::Instant;

use axum::body::Bytes;
use axum::extract::{Request, State};
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse as _, Response};
use hognose_check::{
    FixReport, Fixes, Input, Report, Selection, Settings, SyntaxError, Threat, check, is_python,
};
use hognose_finding::{Confidence, Finding, Level as FixLevel};
use hognose_report::{JsonReport, RunTime, Section, Subject, examined_classes};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::limits::Limits;
use super::problem::Problem;
use super::{Server, body};
use crate::clock;

/// What is to be analysed.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AnalyzeRequest {
    #[schemars(length(min = 1))]
    pub files: Vec<SourceFile>,
    #[serde(default)]
    pub mode: Mode,
    /// Rules and classes to look for; what is on by default where it is missing or empty.
    pub select: Option<Vec<String>>,
    /// Findings below it are left out: `medium` for projects and `low` for snippets where it is
    /// missing.
    pub min_confidence: Option<Level>,
}

/// One file. All files of a request are one program.
#[derive(Debug, Clone, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SourceFile {
    /// Relative, with `/`: `app/views.py`. Python or a notebook by its ending.
    #[schemars(length(min = 1))]
    pub path: String,
    /// For a notebook the JSON text of the file.
    pub content: String,
}

/// How the files are to be taken.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Mode {
    /// A piece without callers: parameters of functions and undefined names count as untrusted, with
    /// low confidence.
    #[default]
    Snippet,
    /// A project: what its entry points and libraries read is untrusted.
    Project,
}

#[derive(Debug, Clone, Copy, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Level {
    Low,
    Medium,
    High,
}

/// A report, and where the code is broken.
#[derive(Serialize)]
struct Answer<'a> {
    #[serde(flatten)]
    report: JsonReport<'a>,
    syntax_errors: Vec<SyntaxProblem>,
}

/// What follows a report in an answer. A broken statement is left out of the analysis; the rest of
/// its file is not.
#[derive(Debug, Serialize, JsonSchema)]
pub struct SyntaxProblem {
    path: String,
    /// In a notebook the number of the cell, from 1; lines then count from its start.
    cell: Option<u32>,
    line: u32,
    column: u32,
    #[serde(rename = "endLine")]
    end_line: u32,
    #[serde(rename = "endColumn")]
    end_column: u32,
    message: String,
}

/// A request that has been checked.
#[derive(Debug)]
pub struct Analysis {
    pub inputs: Vec<Input>,
    pub settings: Settings,
}

/// A report, and what it was made with.
pub struct Outcome {
    pub report: Report,
    settings: Settings,
    time: RunTime,
}

pub async fn analyze(
    State(server): State<Arc<Server>>,
    request: Request,
) -> Result<Response, Problem> {
    let wish: AnalyzeRequest = body::read(request, &server.limits).await?;
    let analysis = Analysis::new(wish, &server.limits)?;
    let run = Arc::clone(&server);
    let answer = server.run(move || analysis.run(&run).json()).await?;
    Ok(json(answer))
}

/// An answer with a body that is JSON already.
pub fn json(body: impl Into<Bytes>) -> Response {
    ([(CONTENT_TYPE, "application/json")], body.into()).into_response()
}

impl Analysis {
    pub fn new(wish: AnalyzeRequest, limits: &Limits) -> Result<Self, Problem> {
        check_files(&wish.files, limits)?;
        let select = wish.select.unwrap_or_default();
        if select.len() > limits.names {
            let what = format!("`select` may have {} names", limits.names);
            return Err(Problem::too_large("too-many-names", what));
        }
        let selection = Selection {
            select,
            ..Selection::default()
        };
        let is_known = selection.verify();
        is_known.map_err(|error| Problem::unprocessable("unknown-rule", error.to_string()))?;
        let (threat, confidence_default) = match wish.mode {
            Mode::Snippet => (Threat::Snippet, Confidence::Low),
            Mode::Project => (Threat::Project, Confidence::Medium),
        };
        let min_confidence = match wish.min_confidence {
            Some(Level::Low) => Confidence::Low,
            Some(Level::Medium) => Confidence::Medium,
            Some(Level::High) => Confidence::High,
            None => confidence_default,
        };
        let inputs = wish.files.into_iter().map(|file| Input {
            path: file.path,
            bytes: file.content.into_bytes(),
        });
        Ok(Self {
            inputs: inputs.collect(),
            settings: Settings {
                selection,
                min_confidence,
                threat,
                fixes: Fixes::Offer,
                ..Settings::default()
            },
        })
    }

    pub fn run(self, server: &Server) -> Outcome {
        let (start, moment) = (Instant::now(), clock::now());
        let report = check(self.inputs, &self.settings);
        let lines = report.statistics.lines;
        let metrics = &server.metrics;
        metrics.count_analysis(start.elapsed(), lines, report.findings.len());
        Outcome {
            report,
            settings: self.settings,
            time: RunTime {
                start: moment,
                end: clock::now(),
            },
        }
    }
}

impl Analysis {
    /// Repairs the findings that are wanted; the report is on what comes out.
    pub fn fix(
        self,
        server: &Server,
        level: FixLevel,
        is_wanted: &dyn Fn(&Finding) -> bool,
    ) -> (Outcome, FixReport) {
        let (start, moment) = (Instant::now(), clock::now());
        let mut fixed = hognose_check::fix(self.inputs, &self.settings, level, is_wanted);
        let report = std::mem::take(&mut fixed.report);
        let lines = report.statistics.lines;
        let metrics = &server.metrics;
        metrics.count_analysis(start.elapsed(), lines, report.findings.len());
        let time = RunTime {
            start: moment,
            end: clock::now(),
        };
        let outcome = Outcome {
            report,
            settings: self.settings,
            time,
        };
        (outcome, fixed)
    }
}

impl Outcome {
    /// Gives `write` the report as the formats want it.
    pub fn with_subject<T>(&self, write: impl FnOnce(&Subject<'_>) -> T) -> T {
        let rules = hognose_check::rules();
        write(&Subject {
            report: &self.report,
            rules,
            examined: &examined_classes(rules, &self.settings.selection),
            secrets: Section::Hide,
            time: self.time,
        })
    }

    pub fn json(&self) -> Vec<u8> {
        let syntax_errors = self.report.syntax_errors.iter();
        let syntax_errors = syntax_errors
            .map(|error| syntax_problem(error, &self.report))
            .collect();
        self.with_subject(|subject| {
            serde_json::to_vec(&Answer {
                report: JsonReport::new(subject),
                syntax_errors,
            })
            .expect("the report holds only strings, numbers, lists and structs")
        })
    }
}

fn syntax_problem(error: &SyntaxError, report: &Report) -> SyntaxProblem {
    let location = &error.location;
    let source = report.files.iter().find(|it| it.path == location.file);
    let source = source.expect("a report holds the texts of its files");
    let start = source.position(location.range.start());
    let end = source.position(location.range.end());
    SyntaxProblem {
        path: location.file.to_string(),
        cell: start.cell,
        line: start.line,
        column: start.column,
        end_line: end.line,
        end_column: end.column,
        message: error.message.clone(),
    }
}

fn check_files(files: &[SourceFile], limits: &Limits) -> Result<(), Problem> {
    if files.is_empty() {
        return Err(Problem::unprocessable("no-files", "`files` is empty"));
    }
    if files.len() > limits.files {
        let (count, max) = (files.len(), limits.files);
        let what = format!("{count} files; at most {max} are analysed at once");
        return Err(Problem::too_large("too-many-files", what));
    }
    let newlines = |file: &SourceFile| memchr::memchr_iter(b'\n', file.content.as_bytes()).count();
    let lines: usize = files.iter().map(|file| newlines(file) + 1).sum();
    if lines > limits.lines {
        let max = limits.lines;
        let what = format!("{lines} lines; at most {max} are analysed at once");
        return Err(Problem::too_large("too-many-lines", what));
    }
    let mut seen = HashSet::new();
    for file in files {
        check_path(file, limits)?;
        if !seen.insert(&*file.path) {
            let what = format!("two files are named `{}`", file.path);
            return Err(Problem::unprocessable("same-path", what));
        }
    }
    Ok(())
}

fn check_path(file: &SourceFile, limits: &Limits) -> Result<(), Problem> {
    let path = &file.path;
    let bad = |what: &str| {
        let what = format!("the path `{}` {what}", path.escape_debug());
        Err(Problem::unprocessable("bad-path", what))
    };
    if path.len() > limits.path_bytes {
        return bad(&format!("is longer than {} bytes", limits.path_bytes));
    }
    if path.chars().any(char::is_control) {
        return bad("has control characters");
    }
    if path.contains(['\\', ':']) {
        return bad("has a character that is not taken; it is written with `/`");
    }
    let is_step = |part: &str| part.is_empty() || part == "." || part == "..";
    if path.split('/').any(is_step) {
        return bad("is not relative and plain: `app/views.py`");
    }
    let name = path.rsplit('/').next().unwrap_or(path);
    // A script needs no ending; the client has named it as Python by sending it.
    if name.contains('.') && !is_python(path, &[]) {
        return bad("is not that of a Python file (.py, .pyi, .pyw, .ipynb)");
    }
    Ok(())
}
