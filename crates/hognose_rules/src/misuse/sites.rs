//! Protections of web applications that are switched off.
//!
//! ```python
//! jwt.decode(token, options={"verify_signature": False})
//! response.set_cookie("session", value, secure=False)
//! CORS(app, supports_credentials=True)
//! ```

use hognose_finding::Rule;

use super::{ACCESS, AUTHENTICATION, CONFIGURATION, HIGH, LOW, MEDIUM, MisuseRule, misuse};

pub static JWT_NOT_VERIFIED: Rule = misuse(
    "jwt-not-verified",
    "The signature of a token is not verified.",
    &[347],
    AUTHENTICATION,
    HIGH,
    include_str!("../../../../docs/rules/jwt-not-verified.md"),
);

pub static INSECURE_COOKIE: Rule = misuse(
    "insecure-cookie",
    "A cookie is also sent over unencrypted connections.",
    &[614],
    CONFIGURATION,
    MEDIUM,
    include_str!("../../../../docs/rules/insecure-cookie.md"),
);

pub static COOKIE_WITHOUT_HTTP_ONLY: Rule = misuse(
    "cookie-without-http-only",
    "Scripts of the page can read a cookie.",
    &[1004],
    CONFIGURATION,
    LOW,
    include_str!("../../../../docs/rules/cookie-without-http-only.md"),
);

pub static COOKIE_WITHOUT_SAME_SITE: Rule = misuse(
    "cookie-without-same-site",
    "A cookie is sent along with requests from other sites.",
    &[1275],
    CONFIGURATION,
    LOW,
    include_str!("../../../../docs/rules/cookie-without-same-site.md"),
);

pub static CSRF_DISABLED: Rule = misuse(
    "csrf-disabled",
    "Protection against forged requests is switched off.",
    &[352],
    ACCESS,
    MEDIUM,
    include_str!("../../../../docs/rules/csrf-disabled.md"),
);

pub static CORS_ANY_ORIGIN: Rule = misuse(
    "cors-any-origin-with-credentials",
    "Any site may make requests in the name of a signed-in user.",
    &[942],
    CONFIGURATION,
    HIGH,
    include_str!("../../../../docs/rules/cors-any-origin-with-credentials.md"),
);

pub static AUTOESCAPE_DISABLED: Rule = misuse(
    "autoescape-disabled",
    "Templates do not escape what they show.",
    &[79, 116],
    &["A03:2021"],
    MEDIUM,
    include_str!("../../../../docs/rules/autoescape-disabled.md"),
);

pub(super) const RULES: &[MisuseRule] = &[
    MisuseRule {
        rule: &JWT_NOT_VERIFIED,
        does: "does not verify the signature of the token",
        why: "Anybody can write a token that says they are somebody else. Verify it with the key and a \
              fixed list of algorithms.",
    },
    MisuseRule {
        rule: &INSECURE_COOKIE,
        does: "sets a cookie without `Secure`",
        why: "The browser also sends it over plain HTTP, where anybody on the way reads it. Pass \
              `secure=True`.",
    },
    MisuseRule {
        rule: &COOKIE_WITHOUT_HTTP_ONLY,
        does: "sets a cookie without `HttpOnly`",
        why: "A script that gets into the page can send it away. Pass `httponly=True`.",
    },
    MisuseRule {
        rule: &COOKIE_WITHOUT_SAME_SITE,
        does: "sets a cookie that other sites' requests carry",
        why: "Other sites can make requests in the name of the user. Pass `samesite=\"Lax\"` or \
              `\"Strict\"`.",
    },
    MisuseRule {
        rule: &CSRF_DISABLED,
        does: "switches the protection against forged requests off",
        why: "Other sites can make a signed-in user's browser send requests. Leave it on; views that no \
              browser session reaches should say so by their kind of authentication.",
    },
    MisuseRule {
        rule: &CORS_ANY_ORIGIN,
        does: "lets any site make requests with the user's cookies",
        why: "Every page that a signed-in user opens can read and act as they. List the origins that \
              are allowed.",
    },
    MisuseRule {
        rule: &AUTOESCAPE_DISABLED,
        does: "makes templates that do not escape",
        why: "Whatever a template shows can bring a script into the page. Use \
              `autoescape=select_autoescape()`.",
    },
];
