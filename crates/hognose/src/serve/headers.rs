//! The headers that every answer carries: nothing is executed, framed, sniffed or sent elsewhere.
//!
//! ```text
//! the page   scripts and styles of this server only, no inline ones; DOM sinks take trusted types
//! the rest   nothing at all
//! ```
//! There is no header for other origins (CORS), so no other site's page can read an answer, and none
//! for HTTPS (HSTS), since the server speaks plain HTTP.

use axum::http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, HeaderName, REFERRER_POLICY, X_CONTENT_TYPE_OPTIONS,
    X_FRAME_OPTIONS,
};
use axum::http::{HeaderMap, HeaderValue};

/// For everything but the page.
const POLICY_NONE: &str = "default-src 'none'; base-uri 'none'; form-action 'none'; \
                           frame-ancestors 'none'; sandbox";

const FIXED: [(HeaderName, &str); 7] = [
    (REFERRER_POLICY, "no-referrer"),
    (X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (X_FRAME_OPTIONS, "DENY"),
    (
        HeaderName::from_static("cross-origin-opener-policy"),
        "same-origin",
    ),
    (
        HeaderName::from_static("cross-origin-embedder-policy"),
        "require-corp",
    ),
    (
        HeaderName::from_static("cross-origin-resource-policy"),
        "same-origin",
    ),
    (
        HeaderName::from_static("permissions-policy"),
        "camera=(), microphone=(), geolocation=(), payment=(), usb=(), serial=(), bluetooth=(), \
         display-capture=(), browsing-topics=()",
    ),
];

/// For the page. The editor adopts style sheets in a shadow root, so no inline style is allowed; HTML
/// is parsed in one place, under the one name of `trusted-types`.
pub const POLICY_PAGE: &str = "default-src 'none'; script-src 'self'; worker-src 'self'; \
                               style-src 'self'; img-src 'self' data:; font-src 'self'; \
                               connect-src 'self'; manifest-src 'self'; base-uri 'none'; \
                               form-action 'none'; frame-ancestors 'none'; \
                               require-trusted-types-for 'script'; trusted-types hognose-guide";

/// Adds what is not there.
pub fn complete(headers: &mut HeaderMap) {
    for (name, value) in FIXED {
        headers.insert(name, HeaderValue::from_static(value));
    }
    headers
        .entry(CONTENT_SECURITY_POLICY)
        .or_insert(HeaderValue::from_static(POLICY_NONE));
    headers
        .entry(CACHE_CONTROL)
        .or_insert(HeaderValue::from_static("no-store"));
}
