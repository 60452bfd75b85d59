//! The page: the built bundle, part of the program.
//!
//! ```text
//! GET /          index.html, with the policy of the page
//! GET /page.js   with an ETag; compressed for clients that take gzip
//! ```

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::sync::LazyLock;

use axum::http::header::{
    ACCEPT_ENCODING, CACHE_CONTROL, CONTENT_ENCODING, CONTENT_SECURITY_POLICY, CONTENT_TYPE, ETAG,
    IF_NONE_MATCH, VARY,
};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use axum::response::{IntoResponse as _, Response};
use rust_embed::{Embed, EmbeddedFile};
use zlib_rs::{DeflateConfig, ReturnCode, compress_bound, compress_slice};

use super::headers::POLICY_PAGE;
use super::problem::Problem;

#[derive(Embed)]
#[folder = "assets/page"]
struct Assets;

const INDEX: &str = "index.html";

/// Smaller files gain nothing.
const COMPRESSED_BYTES_MIN: usize = 1024;

/// Window bits of deflate, and 16 for gzip's header.
const GZIP_WINDOW_BITS: i32 = 15 + 16;

/// The files by name as gzip, made once: the bundle is the same for everybody and holds no secret.
static COMPRESSED: LazyLock<BTreeMap<String, Vec<u8>>> = LazyLock::new(|| {
    let files = Assets::iter().filter_map(|name| Some((name.to_string(), Assets::get(&name)?)));
    files
        .filter(|(_, file)| file.data.len() >= COMPRESSED_BYTES_MIN)
        .filter_map(|(name, file)| Some((name, gzip(&file.data)?)))
        .collect()
});

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
pub fn asset(path: &str, request: &HeaderMap) -> Result<Response, Problem> {
    let name = match path.trim_start_matches('/') {
        "" => INDEX,
        name => name,
    };
    let file = Assets::get(name).ok_or_else(|| Problem::not_found("such file"))?;
    let compressed = COMPRESSED.get(name).filter(|_| takes_gzip(request));
    let tag = entity_tag(&file, if compressed.is_some() { "-gzip" } else { "" });
    let is_known = listed(request, &IF_NONE_MATCH).any(|known| known == tag);
    let mut response = match compressed {
        _ if is_known => StatusCode::NOT_MODIFIED.into_response(),
        Some(bytes) => bytes.as_slice().into_response(),
        None => file.data.into_response(),
    };
    let ending = name.rsplit_once('.').map_or("", |(_, ending)| ending);
    let kind = KINDS.iter().find(|(known, _)| *known == ending);
    let kind = kind.map_or("application/octet-stream", |(_, kind)| *kind);
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(kind));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    headers.insert(VARY, HeaderValue::from_static("accept-encoding"));
    if compressed.is_some() && !is_known {
        headers.insert(CONTENT_ENCODING, HeaderValue::from_static("gzip"));
    }
    if name == INDEX {
        let policy = HeaderValue::from_static(POLICY_PAGE);
        headers.insert(CONTENT_SECURITY_POLICY, policy);
    }
    let tag = HeaderValue::try_from(tag).expect("it is made of hexadecimal digits");
    headers.insert(ETAG, tag);
    Ok(response)
}

/// The elements of a header that is a list.
fn listed<'a>(headers: &'a HeaderMap, name: &HeaderName) -> impl Iterator<Item = &'a str> {
    let values = headers.get_all(name).into_iter();
    values
        .filter_map(|value| value.to_str().ok())
        .flat_map(|text| text.split(','))
        .map(str::trim)
}

/// `gzip;q=0` says no.
fn takes_gzip(request: &HeaderMap) -> bool {
    listed(request, &ACCEPT_ENCODING).any(|element| {
        let (name, weight) = element.split_once(';').unwrap_or((element, ""));
        let weight = weight.trim().strip_prefix("q=").unwrap_or("1");
        name.trim().eq_ignore_ascii_case("gzip")
            && weight.trim().parse::<f32>().is_ok_and(|it| it > 0.0)
    })
}

fn gzip(bytes: &[u8]) -> Option<Vec<u8>> {
    let config = DeflateConfig {
        window_bits: GZIP_WINDOW_BITS,
        ..DeflateConfig::new(9)
    };
    // The bound is that of zlib, whose header and checksum are shorter by less than this.
    let mut buffer = vec![0; compress_bound(bytes.len()) + 32];
    let (written, code) = compress_slice(&mut buffer, bytes, config);
    let length = written.len();
    buffer.truncate(length);
    (code == ReturnCode::Ok && length < bytes.len()).then_some(buffer)
}

/// Another encoding is another representation, so it has a tag of its own.
fn entity_tag(file: &EmbeddedFile, encoding: &str) -> String {
    let hash = file.metadata.sha256_hash();
    format!("\"{}{encoding}\"", hexadecimal(&hash[..16]))
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
