//! The web page and the interface behind it, on this machine.
//!
//! ```text
//! listen   connections, headers in time, stopping
//! access   host, origin, token
//! body     JSON within limits
//! lanes    the analysis, on a thread of its own
//! problem  every refusal, as problem+json
//! ```
//! One request is one analysis: nothing is kept of the code after the answer, and the log holds no
//! more than method, route, status, sizes and times.

mod access;
mod analyze;
mod body;
mod fix;
mod guides;
mod headers;
mod lanes;
mod limits;
mod listen;
mod markdown;
mod metrics;
mod openapi;
mod page;
mod problem;
mod rate;
mod report;
#[cfg(test)]
mod tests;

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Instant;

use anyhow::Result;
use axum::extract::{Path, Request, State};
use axum::http::header::{CONTENT_LENGTH, CONTENT_TYPE, LOCATION, SET_COOKIE};
use axum::http::{HeaderName, HeaderValue, Method, StatusCode};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse as _, Response};
use axum::routing::{get, post};
use axum::{Router, body::Bytes};

pub use access::{Access, Reach, TOKEN_CHARACTERS_MIN, is_usable_token};
pub use limits::Limits;
pub use listen::run;

use access::Admission;
use guides::Guides;
use lanes::{Failure, Lanes};
use metrics::Metrics;
use problem::Problem;
use rate::Rates;

use crate::commands::rules::RuleRecord;
use crate::terminal::{self, Verbosity};

/// What all requests share.
pub struct Server {
    limits: Limits,
    access: Access,
    lanes: Arc<Lanes>,
    rates: Rates,
    metrics: Metrics,
    guides: Guides,
    rules: Bytes,
    document: Bytes,
    verbosity: Verbosity,
}

/// Who asks, beside the request.
#[derive(Debug, Clone, Copy)]
struct Peer(SocketAddr);

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

impl Server {
    pub fn new(access: Access, limits: Limits, verbosity: Verbosity) -> Result<Arc<Self>> {
        let rules: Vec<RuleRecord> = hognose_check::rules()
            .iter()
            .map(|rule| RuleRecord::new(rule))
            .collect();
        Ok(Arc::new(Self {
            lanes: Lanes::new(limits.lanes, limits.queue)?,
            rates: Rates::new(&limits),
            limits,
            access,
            metrics: Metrics::default(),
            guides: Guides::new(),
            rules: serde_json::to_vec(&rules)?.into(),
            document: openapi::document(),
            verbosity,
        }))
    }

    /// Runs `job` on a lane, within the time of a request.
    async fn run<T: Send + 'static>(
        &self,
        job: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, Problem> {
        let limit = self.limits.answer_time;
        match tokio::time::timeout(limit, self.lanes.run(job)).await {
            Ok(Ok(result)) => Ok(result),
            Ok(Err(Failure::Full)) => Err(Problem::new(
                StatusCode::TOO_MANY_REQUESTS,
                "busy",
                "too many analyses are waiting; try again in a moment",
            )
            .retry_after(1)),
            Ok(Err(Failure::Panicked)) => Err(Problem::new(
                StatusCode::INTERNAL_SERVER_ERROR,
                "defect",
                "the analysis failed inside the program; please report it",
            )),
            Err(_) => Err(too_slow()),
        }
    }
}

fn too_slow() -> Problem {
    Problem::new(
        StatusCode::GATEWAY_TIMEOUT,
        "too-slow",
        "the analysis takes more work than a request may cost; `hognose check` has no such limit",
    )
    .retry_after(30)
}

/// All routes, with what surrounds each of them.
fn router(server: &Arc<Server>) -> Router {
    Router::new()
        .route("/api/v1/analyze", post(analyze::analyze))
        .route("/api/v1/fix", post(fix::fix))
        .route("/api/v1/report", post(report::report))
        .route("/api/v1/rules", get(rules))
        .route("/api/v1/guides", get(guides_list))
        .route("/api/v1/guides/{id}", get(guide))
        .route("/healthz", get(async || "ok\n"))
        .route("/metrics", get(metrics_text))
        .route("/openapi.json", get(document))
        .fallback(asset)
        .method_not_allowed_fallback(method_not_allowed)
        .layer(middleware::from_fn_with_state(Arc::clone(server), surround))
        .with_state(Arc::clone(server))
}

/// What is done for every request: admission, headers, counting, the log.
async fn surround(State(server): State<Arc<Server>>, request: Request, next: Next) -> Response {
    let start = Instant::now();
    let method = request.method().clone();
    let route = route_name(request.uri().path());
    let length = request.headers().get(CONTENT_LENGTH).cloned();
    let answer = match admit(&server, request) {
        Ok(Admitted::Request(request)) => next.run(request).await,
        Ok(Admitted::Login(response)) => response,
        Err(problem) => problem.into_response(),
    };
    let mut response = answer;
    let id = page::request_id();
    headers::complete(response.headers_mut());
    let value = HeaderValue::try_from(&id).expect("it is made of hexadecimal digits");
    response.headers_mut().insert(REQUEST_ID, value);
    let status = response.status().as_u16();
    server.metrics.count_request(route, status);
    if server.verbosity == Verbosity::Verbose {
        let length = length.as_ref().and_then(|it| it.to_str().ok());
        let bytes = length.and_then(|it| it.parse::<u64>().ok()).unwrap_or(0);
        let time = start.elapsed().as_millis();
        terminal::note(&format!(
            "{method} {route} {status}, {bytes} bytes, {time} ms, {id}"
        ));
    }
    response
}

enum Admitted {
    Request(Request),
    Login(Response),
}

fn admit(server: &Server, request: Request) -> Result<Admitted, Problem> {
    let (parts, body) = request.into_parts();
    let admission = server.access.admit(&parts)?;
    let peer = parts.extensions.get::<Peer>().copied();
    if server.access.reach == Reach::Network
        && parts.method == Method::POST
        && let Some(Peer(peer)) = peer
    {
        let taken = server.rates.take(peer.ip(), Instant::now());
        taken.map_err(|seconds| {
            Problem::new(
                StatusCode::TOO_MANY_REQUESTS,
                "too-often",
                format!("too many requests; the next may come in {seconds} s"),
            )
            .retry_after(seconds)
        })?;
    }
    match admission {
        Admission::Answer => Ok(Admitted::Request(Request::from_parts(parts, body))),
        Admission::Login { cookie } => {
            let mut response = StatusCode::SEE_OTHER.into_response();
            let headers = response.headers_mut();
            headers.insert(LOCATION, HeaderValue::from_static("/"));
            let cookie = HeaderValue::try_from(cookie);
            headers.insert(SET_COOKIE, cookie.expect("tokens are plain letters"));
            Ok(Admitted::Login(response))
        }
    }
}

/// For counters and the log: a path of our own, never what a client made up.
fn route_name(path: &str) -> &'static str {
    const ROUTES: [&str; 8] = [
        "/api/v1/analyze",
        "/api/v1/fix",
        "/api/v1/report",
        "/api/v1/rules",
        "/api/v1/guides",
        "/healthz",
        "/metrics",
        "/openapi.json",
    ];
    let known = ROUTES.into_iter().find(|route| *route == path);
    known.unwrap_or(if path.starts_with("/api/v1/guides/") {
        "/api/v1/guides/{id}"
    } else {
        "other"
    })
}

async fn rules(State(server): State<Arc<Server>>) -> Response {
    analyze::json(server.rules.clone())
}

async fn guides_list(State(server): State<Arc<Server>>) -> Response {
    analyze::json(server.guides.list.clone())
}

async fn guide(
    State(server): State<Arc<Server>>,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    let page = server.guides.get(&id);
    page.map(analyze::json)
        .ok_or_else(|| Problem::not_found("such guide"))
}

async fn metrics_text(State(server): State<Arc<Server>>) -> Response {
    let kind = "text/plain; version=0.0.4; charset=utf-8";
    ([(CONTENT_TYPE, kind)], server.metrics.text(&server.lanes)).into_response()
}

async fn document(State(server): State<Arc<Server>>) -> Response {
    analyze::json(server.document.clone())
}

async fn asset(request: Request) -> Result<Response, Problem> {
    let path = request.uri().path();
    if !matches!(*request.method(), Method::GET | Method::HEAD) {
        return Err(if page::is_asset(path) {
            refuse_method("GET, HEAD")
        } else {
            Problem::not_found("such address")
        });
    }
    page::asset(path, request.headers())
}

async fn method_not_allowed(request: Request) -> Problem {
    let takes_body = ["/api/v1/analyze", "/api/v1/fix", "/api/v1/report"];
    refuse_method(if takes_body.contains(&request.uri().path()) {
        "POST"
    } else {
        "GET, HEAD"
    })
}

fn refuse_method(allowed: &'static str) -> Problem {
    Problem::new(
        StatusCode::METHOD_NOT_ALLOWED,
        "wrong-method",
        format!("this address takes {allowed}"),
    )
    .allow(allowed)
}
