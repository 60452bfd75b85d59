//! The page: the built bundle, part of the program.
//!
//! ```text
//! GET /          index.html; `__NONCE__` in it becomes the nonce of this answer's policy
//! GET /page.js   as it is, with an ETag
//! ```

use std::fmt::Write as _;

use axum::http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, ETAG, IF_NONE_MATCH,
};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{IntoResponse as _, Response};
use rust_embed::{Embed, EmbeddedFile};

use super::headers::page_policy;
use super::problem::Problem;

#[derive(Embed)]
#[folder = "assets/page"]
struct Assets;

const INDEX: &str = "index.html";
const NONCE_MARK: &str = "__NONCE__";

/// The kinds of files that a bundle holds.
const KINDS: [(&str, &str); 10] = [
    ("html", "text/html; charset=utf-8"),
    ("js", "text/javascript; charset=utf-8"),
    ("css", "text/css; charset=utf-8"),
    ("json", "application/json"),
    ("svg", "image/svg+xml"),
    ("png", "image/png"),
    ("ico", "image/x-icon"),
    ("txt", "text/plain; charset=utf-8"),
    ("webmanifest", "application/manifest+json"),
    ("woff2", "font/woff2"),
];

/// The file of the bundle at `path`.
pub fn asset(path: &str, headers: &HeaderMap) -> Result<Response, Problem> {
    let name = path.trim_start_matches('/');
    if name.is_empty() || name == INDEX {
        return index();
    }
    let file = Assets::get(name).ok_or_else(|| Problem::not_found("such file"))?;
    let ending = name.rsplit_once('.').map_or("", |(_, ending)| ending);
    let kind = KINDS.iter().find(|(known, _)| *known == ending);
    let kind = kind.map_or("application/octet-stream", |(_, kind)| *kind);
    let tag = entity_tag(&file);
    let is_known = headers
        .get_all(IF_NONE_MATCH)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .any(|known| known.split(',').any(|known| known.trim() == tag));
    let mut response = if is_known {
        StatusCode::NOT_MODIFIED.into_response()
    } else {
        file.data.into_response()
    };
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(kind));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    let tag = HeaderValue::try_from(tag).expect("it is made of hexadecimal digits");
    headers.insert(ETAG, tag);
    Ok(response)
}

fn index() -> Result<Response, Problem> {
    let file = Assets::get(INDEX).ok_or_else(|| Problem::not_found("page"))?;
    let nonce = hexadecimal(&random_bytes());
    let text = String::from_utf8_lossy(&file.data).replace(NONCE_MARK, &nonce);
    let mut response = text.into_response();
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(KINDS[0].1));
    headers.insert(CONTENT_SECURITY_POLICY, page_policy(&nonce));
    Ok(response)
}

fn entity_tag(file: &EmbeddedFile) -> String {
    let hash = file.metadata.sha256_hash();
    format!("\"{}\"", hexadecimal(&hash[..16]))
}

fn random_bytes() -> [u8; 16] {
    let mut bytes = [0; 16];
    getrandom::fill(&mut bytes).expect("every platform has random numbers");
    bytes
}

/// A name for one request in the log and in its answer.
pub fn request_id() -> String {
    hexadecimal(&random_bytes()[..8])
}

fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        write!(text, "{byte:02x}").expect("writing to a String cannot fail");
        text
    })
}

/// Whether the bundle has a file at `path`.
pub fn is_asset(path: &str) -> bool {
    let name = path.trim_start_matches('/');
    name.is_empty() || Assets::get(name).is_some()
}
