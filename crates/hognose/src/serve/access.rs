//! Who may ask: the right host name, the same origin, and beyond loopback a token.
//!
//! ```text
//! Host: evil.example        403: a name that was made to point at 127.0.0.1
//! Origin: http://evil.test  403: another site's page
//! no token                  401, where others than this machine can connect
//! ```
//!
//! A browser on this machine can reach the server from any page that its user visits, so being on
//! loopback is no protection by itself.

use std::net::IpAddr;

use axum::http::header::{AUTHORIZATION, COOKIE, HOST, ORIGIN};
use axum::http::request::Parts;
use axum::http::uri::Authority;
use axum::http::{HeaderMap, StatusCode};

use super::problem::Problem;

/// The shortest token that is taken: 128 bits in hexadecimal digits would be 32.
pub const TOKEN_CHARACTERS_MIN: usize = 16;

/// The parameter of the page's address that carries the token once.
const TOKEN_PARAMETER: &str = "token=";

/// Who can connect at all.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reach {
    /// Programs on this machine, and pages in its browsers.
    Loopback,
    Network,
}

#[derive(Debug)]
pub struct Access {
    pub reach: Reach,
    /// Names beside addresses and `localhost` that the server answers to.
    names: Vec<String>,
    token: Option<String>,
    /// Cookies do not know ports; two servers on one machine must not share one.
    cookie: String,
}

/// What an allowed request is to be answered with.
#[derive(Debug, PartialEq, Eq)]
pub enum Admission {
    Answer,
    /// The token stood in the address: it goes into a cookie, and out of the address.
    Login {
        cookie: String,
    },
}

impl Access {
    pub fn new(address: IpAddr, port: u16, names: Vec<String>, token: Option<String>) -> Self {
        let reach = if address.to_canonical().is_loopback() {
            Reach::Loopback
        } else {
            Reach::Network
        };
        Self {
            reach,
            names,
            token,
            cookie: format!("hognose-token-{port}"),
        }
    }

    pub fn admit(&self, request: &Parts) -> Result<Admission, Problem> {
        let authority = host(request)?;
        self.check_host(&authority)?;
        check_origin(&request.headers, &authority)?;
        self.check_token(request)
    }

    /// On loopback a name other than `localhost` belongs to somebody else. Beyond it an attacker's
    /// name gets no cookie and so no answer; the check only adds to that.
    fn check_host(&self, authority: &Authority) -> Result<(), Problem> {
        let name = authority.host();
        let bare = name.trim_start_matches('[').trim_end_matches(']');
        let is_allowed = match bare.parse::<IpAddr>() {
            Ok(address) => self.reach == Reach::Network || address.to_canonical().is_loopback(),
            Err(_) => {
                bare.eq_ignore_ascii_case("localhost")
                    || self.names.iter().any(|own| own.eq_ignore_ascii_case(bare))
            }
        };
        if is_allowed {
            return Ok(());
        }
        Err(Problem::forbidden(
            "wrong-host",
            format!(
                "this server does not answer to the name `{bare}`; `--allow-host {bare}` lets it"
            ),
        ))
    }

    fn check_token(&self, request: &Parts) -> Result<Admission, Problem> {
        let Some(token) = &self.token else {
            return Ok(Admission::Answer);
        };
        // Only says that the program runs.
        if request.uri.path() == "/healthz" {
            return Ok(Admission::Answer);
        }
        let headers = &request.headers;
        let given = bearer(headers).or_else(|| cookie(headers, &self.cookie));
        if given.is_some_and(|given| is_same(given, token)) {
            return Ok(Admission::Answer);
        }
        let asked = request.uri.query().into_iter().flat_map(|it| it.split('&'));
        let mut asked = asked.filter_map(|pair| pair.strip_prefix(TOKEN_PARAMETER));
        if request.uri.path() == "/" && asked.any(|given| is_same(given, token)) {
            let name = &self.cookie;
            return Ok(Admission::Login {
                cookie: format!("{name}={token}; Path=/; HttpOnly; SameSite=Lax"),
            });
        }
        Err(Problem::new(
            StatusCode::UNAUTHORIZED,
            "token-required",
            "open the address with `?token=…` that the server was started with, or send the token \
             as `Authorization: Bearer …`",
        ))
    }
}

/// Whether every character of `token` can stand in an address, a header and a cookie.
pub fn is_usable_token(token: &str) -> bool {
    token.len() >= TOKEN_CHARACTERS_MIN
        && token
            .bytes()
            .all(|it| it.is_ascii_alphanumeric() || matches!(it, b'-' | b'_' | b'.' | b'~'))
}

/// The host that the client meant; exactly one.
fn host(request: &Parts) -> Result<Authority, Problem> {
    let bad = |detail: &str| Problem::bad_request("bad-host", detail);
    let mut named = request.headers.get_all(HOST).iter();
    let (Some(value), None) = (named.next(), named.next()) else {
        return Err(bad("exactly one `Host` header is needed"));
    };
    let authority: Authority = value
        .to_str()
        .ok()
        .and_then(|text| text.parse().ok())
        .ok_or_else(|| bad("the `Host` header is no host name"))?;
    match request.uri.authority() {
        Some(other) if *other != authority => Err(bad(
            "the address and the `Host` header name different hosts",
        )),
        Some(_) | None => Ok(authority),
    }
}

/// Browsers say for whom they ask; other programs say nothing.
fn check_origin(headers: &HeaderMap, authority: &Authority) -> Result<(), Problem> {
    let foreign = || {
        Problem::forbidden(
            "foreign-origin",
            "pages of other sites get no answers from this server",
        )
    };
    for origin in headers.get_all(ORIGIN) {
        let origin = origin.to_str().map_err(|_| foreign())?;
        let own = ["http://", "https://"]
            .iter()
            .find_map(|scheme| origin.strip_prefix(scheme));
        if own.is_none_or(|own| *authority != *own) {
            return Err(foreign());
        }
    }
    let says = |name: &str| headers.get(name).map_or("", |it| it.to_str().unwrap_or(""));
    let is_cross = matches!(says("sec-fetch-site"), "cross-site" | "same-site");
    // Following a link to the page is fine.
    if is_cross && says("sec-fetch-mode") != "navigate" {
        return Err(foreign());
    }
    Ok(())
}

fn bearer(headers: &HeaderMap) -> Option<&str> {
    let text = headers.get(AUTHORIZATION)?.to_str().ok()?;
    let (scheme, token) = text.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
}

fn cookie<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    let values = headers.get_all(COOKIE).iter();
    values
        .filter_map(|value| value.to_str().ok())
        .flat_map(|text| text.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find(|(own, _)| *own == name)
        .map(|(_, value)| value)
}

/// In a time that does not depend on where the texts differ.
fn is_same(given: &str, token: &str) -> bool {
    let pairs = given.bytes().zip(token.bytes());
    let difference = pairs.fold(0, |all, (left, right)| all | (left ^ right));
    given.len() == token.len() && difference == 0
}

#[cfg(test)]
mod tests {
    use axum::http::Request;

    use super::{Access, Admission, is_usable_token};

    const TOKEN: &str = "0123456789abcdef";

    fn admit(access: &Access, uri: &str, headers: &[(&str, &str)]) -> Result<Admission, u16> {
        let mut request = Request::builder().uri(uri);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let (parts, ()) = request.body(()).expect("it is a request").into_parts();
        access.admit(&parts).map_err(|problem| {
            use axum::response::IntoResponse as _;
            problem.into_response().status().as_u16()
        })
    }

    fn loopback() -> Access {
        let address = "127.0.0.1".parse().expect("it is an address");
        Access::new(address, 8787, vec!["box.internal".to_owned()], None)
    }

    fn network() -> Access {
        let address = "0.0.0.0".parse().expect("it is an address");
        Access::new(address, 8787, Vec::new(), Some(TOKEN.to_owned()))
    }

    #[test]
    fn only_names_of_this_machine_are_answered() {
        let access = loopback();
        for host in [
            "localhost:8787",
            "LOCALHOST",
            "127.0.0.1:8787",
            "127.9.9.9",
            "[::1]:8787",
            "box.internal:1",
        ] {
            assert_eq!(
                admit(&access, "/", &[("host", host)]),
                Ok(Admission::Answer),
                "{host}"
            );
        }
        for host in [
            "evil.example:8787",
            "127.0.0.1.evil.example",
            "192.0.2.1",
            "localhost.evil.example",
            "0.0.0.0:8787",
        ] {
            assert_eq!(admit(&access, "/", &[("host", host)]), Err(403), "{host}");
        }
    }

    #[test]
    fn a_request_names_one_host() {
        let access = loopback();
        assert_eq!(admit(&access, "/", &[]), Err(400));
        let twice = [("host", "localhost"), ("host", "localhost")];
        assert_eq!(admit(&access, "/", &twice), Err(400));
        assert_eq!(admit(&access, "/", &[("host", "a b")]), Err(400));
        let other = admit(&access, "http://evil.example/", &[("host", "localhost")]);
        assert_eq!(other, Err(400));
    }

    #[test]
    fn other_origins_are_refused() {
        let access = loopback();
        let with = |name: &'static str, value: &'static str| {
            admit(&access, "/", &[("host", "localhost:8787"), (name, value)])
        };
        assert_eq!(
            with("origin", "http://localhost:8787"),
            Ok(Admission::Answer)
        );
        assert_eq!(with("sec-fetch-site", "same-origin"), Ok(Admission::Answer));
        for origin in [
            "http://localhost:9999",
            "http://127.0.0.1:8787",
            "http://evil.example",
            "null",
            "",
            "file://",
        ] {
            assert_eq!(with("origin", origin), Err(403), "{origin}");
        }
        assert_eq!(with("sec-fetch-site", "cross-site"), Err(403));
    }

    #[test]
    fn a_link_from_elsewhere_opens_the_page() {
        let headers = [
            ("host", "localhost:8787"),
            ("sec-fetch-site", "cross-site"),
            ("sec-fetch-mode", "navigate"),
        ];
        assert_eq!(admit(&loopback(), "/", &headers), Ok(Admission::Answer));
    }

    #[test]
    fn beyond_loopback_only_the_token_opens() {
        let access = network();
        let host = ("host", "192.0.2.1:8787");
        assert_eq!(admit(&access, "/", &[host]), Err(401));
        assert_eq!(admit(&access, "/metrics", &[host]), Err(401));
        assert_eq!(admit(&access, "/healthz", &[host]), Ok(Admission::Answer));
        let wrong = ("authorization", "Bearer 0123456789abcdeF");
        assert_eq!(admit(&access, "/", &[host, wrong]), Err(401));
        for right in [
            ("authorization", "Bearer 0123456789abcdef"),
            ("authorization", "bearer 0123456789abcdef"),
            ("cookie", "a=b; hognose-token-8787=0123456789abcdef"),
        ] {
            assert_eq!(admit(&access, "/x", &[host, right]), Ok(Admission::Answer));
        }
        let other_port = ("cookie", "hognose-token-8788=0123456789abcdef");
        assert_eq!(admit(&access, "/", &[host, other_port]), Err(401));
    }

    #[test]
    fn the_token_in_the_address_becomes_a_cookie() {
        let access = network();
        let host = [("host", "192.0.2.1:8787")];
        let login = admit(&access, "/?token=0123456789abcdef", &host);
        let Ok(Admission::Login { cookie }) = login else {
            panic!("{login:?}");
        };
        assert!(cookie.contains("HttpOnly; SameSite=Lax"), "{cookie}");
        assert_eq!(admit(&access, "/?token=0123", &host), Err(401));
        let elsewhere = admit(&access, "/metrics?token=0123456789abcdef", &host);
        assert_eq!(elsewhere, Err(401));
    }

    #[test]
    fn tokens_are_long_and_plain() {
        assert!(is_usable_token(TOKEN));
        assert!(!is_usable_token("short"));
        assert!(!is_usable_token("0123456789abcde;"));
        assert!(!is_usable_token("0123456789abcdé"));
    }
}
