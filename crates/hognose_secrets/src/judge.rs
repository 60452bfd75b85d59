//! What a match of a known format is worth: real, a placeholder, a test key, somebody's default.
//!
//! ```text
//! ghp_… with its checksum           high
//! AKIA…EXAMPLE, sk-xxxxxxxx         nobody's
//! postgres://postgres:postgres@localhost/db     a password everybody knows: low
//! ```

use hognose_finding::{Confidence, Severity};

use crate::format::{Format, Formats, Kind};
use crate::matching::Match;
use crate::names::Strength;
use crate::proof::decoded;
use crate::scanner::rules;
use crate::texts;
use crate::values;

/// A match that is reported.
#[derive(Debug)]
pub struct Judged {
    pub rule: &'static str,
    pub severity: Severity,
    pub confidence: Confidence,
    pub message: String,
}

/// What the place of a file says about the credentials in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scope {
    Product,
    /// Tests, examples and documentation make up their credentials, and real ones leak there too.
    Test,
}

impl Scope {
    /// Words that were thought up for a test are nobody's.
    pub fn wants(self, value: &str) -> bool {
        match self {
            Self::Product => true,
            Self::Test => !values::is_thought_up(value),
        }
    }

    pub fn weigh(self, severity: Severity, confidence: Confidence) -> (Severity, Confidence) {
        match self {
            Self::Product => (severity, confidence),
            Self::Test => (
                severity,
                match confidence {
                    Confidence::High => Confidence::Medium,
                    Confidence::Medium | Confidence::Low => Confidence::Low,
                },
            ),
        }
    }
}

/// By the names of a file and its directories.
pub fn scope(path: &str) -> Scope {
    if crate::place::is_test_path(path) {
        Scope::Test
    } else {
        Scope::Product
    }
}

/// What `it` is worth, if anything.
pub fn judge(
    format: &Format,
    it: &Match,
    text: &str,
    matches: &[Match],
    formats: &Formats,
) -> Option<Judged> {
    let value = &text[it.secret.clone()];
    match format.id.as_str() {
        "url-credentials" => return url(&text[it.range.clone()]),
        "basic-auth-header" => return basic(value),
        "bearer-header" => return bearer(value),
        "curl-user" => return command_line(value),
        _ => {}
    }
    let proven = format.proof.is_some_and(crate::proof::Proof::is_checksum);
    if !proven && format.kind != Kind::Block && values::is_made_up(value) {
        return None;
    }
    let title = &format.title;
    let judged = |severity, confidence, message: String| {
        Some(Judged {
            rule: rules::HARDCODED_SECRET,
            severity,
            confidence,
            message,
        })
    };
    match format.kind {
        Kind::Token => judged(Severity::High, Confidence::High, everybody(title)),
        Kind::Context => judged(Severity::High, Confidence::Medium, everybody(title)),
        Kind::Test => judged(
            Severity::Low,
            Confidence::Medium,
            format!(
                "{} stands here. It works in the provider's test mode only, but a live key is often put in the same place.",
                article(title)
            ),
        ),
        Kind::Hash => judged(
            Severity::Low,
            Confidence::Low,
            format!(
                "{} stands here. Whoever has it can try passwords against it without being noticed.",
                article(title)
            ),
        ),
        Kind::Identifier => Some(identifier(format, matches, formats)),
        Kind::Block => block(format, it, text),
    }
}

/// "A GitHub token stands here. …"
fn everybody(title: &str) -> String {
    format!(
        "{} stands here. Everybody who can read the file or its history can use it.",
        article(title)
    )
}

/// With `A` or `An`.
fn article(title: &str) -> String {
    let spoken_with_vowel = ["npm", "xAI", "X (", "NVIDIA"]
        .iter()
        .any(|name| title.starts_with(name));
    let vowel = title.starts_with(['A', 'E', 'I', 'O', 'a', 'e', 'i', 'o']);
    if vowel || spoken_with_vowel {
        format!("An {title}")
    } else {
        format!("A {title}")
    }
}

/// An id alone opens nothing; with a secret of the same provider in the file it is a pair.
fn identifier(format: &Format, matches: &[Match], formats: &Formats) -> Judged {
    let has_partner = matches.iter().any(|other| {
        let other = &formats.formats[other.format];
        other.provider == format.provider && other.id != format.id
    });
    let title = &format.title;
    if has_partner {
        Judged {
            rule: rules::HARDCODED_SECRET,
            severity: Severity::Medium,
            confidence: Confidence::High,
            message: format!(
                "{} stands here beside its secret. Together they can be used by everybody who can read the file or its history.",
                article(title)
            ),
        }
    } else {
        Judged {
            rule: rules::HARDCODED_SECRET,
            severity: Severity::Low,
            confidence: Confidence::Medium,
            message: format!(
                "{} stands here. Alone it opens nothing, but its secret is often close by.",
                article(title)
            ),
        }
    }
}

/// The first line of a key needs the key behind it.
fn block(format: &Format, it: &Match, text: &str) -> Option<Judged> {
    let body = key_body(&text[it.secret.end..])?;
    let locked = body.contains("ENCRYPTED")
        || text[it.secret.clone()].contains("ENCRYPTED")
        || body.contains("Encryption: aes");
    if is_abridged(&text[it.secret.clone()], body) {
        return Some(Judged {
            rule: rules::PRIVATE_KEY,
            severity: Severity::Low,
            confidence: Confidence::Low,
            message: format!(
                "{} stands here, shortened as in an example. If parts of a real one are left, replace that key.",
                article(&format.title)
            ),
        });
    }
    let message = if locked {
        format!(
            "{} stands here, locked with a passphrase. Whoever has the file can try passphrases for as long as it takes.",
            article(&format.title)
        )
    } else {
        everybody(&format.title)
    };
    Some(Judged {
        rule: rules::PRIVATE_KEY,
        severity: if locked {
            Severity::Medium
        } else {
            Severity::High
        },
        confidence: Confidence::High,
        message,
    })
}

/// Whether lines of the key are left out: a line of dots stands for them, or an RSA key is shorter
/// than the 512 bits that nobody has used for twenty years (340 bytes of PKCS #1, RFC 8017).
fn is_abridged(first_line: &str, body: &str) -> bool {
    const RSA_MIN: usize = 450;
    let is_dots = |line: &str| {
        let line = line.trim();
        !line.is_empty() && line.chars().all(|character| ".…".contains(character))
    };
    let characters = body.chars().filter(char::is_ascii_alphanumeric).count();
    body.lines().any(is_dots) || (first_line.contains("RSA") && characters < RSA_MIN)
}

/// What follows the first line of a key, if it is long enough to be one.
fn key_body(after: &str) -> Option<&str> {
    const BODY_MAX: usize = 8192;
    const BASE64_MIN: usize = 64;
    let end = after.floor_char_boundary(after.len().min(BODY_MAX));
    let body = &after[..end];
    let body = body.split("-----END").next().unwrap_or(body);
    let mut lines = 0_usize;
    for line in body.split(['\n', ' ', '"', '\'', ',', '+']) {
        // In a string the line ends are written out.
        for piece in line.split("\\n") {
            let piece = piece.trim().trim_matches(['\\', 'r']);
            let is_base64 = piece.len() >= 16
                && piece
                    .bytes()
                    .all(|byte| byte.is_ascii_alphanumeric() || b"+/=".contains(&byte));
            if is_base64 && !values::is_made_up(piece) {
                lines += piece.len();
            }
        }
    }
    (lines >= BASE64_MIN).then_some(body)
}

fn url(url: &str) -> Option<Judged> {
    let inside = texts::url_credential(url)?;
    Some(Judged {
        rule: rules::HARDCODED_SECRET,
        severity: if inside.confidence == Confidence::Low {
            Severity::Low
        } else {
            Severity::High
        },
        confidence: inside.confidence,
        message: "A password stands in a URL. URLs are logged, shown and passed on, and everybody who can read the file or its history has it.".to_owned(),
    })
}

fn basic(value: &str) -> Option<Judged> {
    let word = value.rsplit([' ', '\t']).next()?;
    let pair = String::from_utf8(decoded(word)?).ok()?;
    let (user, password) = pair.split_once(':')?;
    if user.eq_ignore_ascii_case(password) {
        return None;
    }
    let confidence = values::credibility(password, Strength::Strong)?;
    Some(Judged {
        rule: rules::HARDCODED_SECRET,
        severity: Severity::High,
        confidence,
        message: everybody("user name and password in Base64"),
    })
}

/// `curl -u ann:…`
fn command_line(value: &str) -> Option<Judged> {
    let confidence = values::credibility(value, Strength::Strong)?;
    Some(Judged {
        rule: rules::HARDCODED_SECRET,
        severity: Severity::High,
        confidence,
        message: everybody("password on a command line"),
    })
}

fn bearer(value: &str) -> Option<Judged> {
    let word = value.rsplit([' ', '\t']).next()?;
    let confidence = values::credibility(word, Strength::Weak)?;
    Some(Judged {
        rule: rules::HARDCODED_SECRET,
        severity: Severity::High,
        confidence,
        message: everybody("bearer token"),
    })
}

/// What to do about it, in the order in which it helps.
pub fn advice(format: Option<&Format>, formats: &Formats) -> String {
    let revoke = format
        .and_then(|format| formats.provider(&format.provider))
        .map_or(
            "Change it where it is used, so that this one no longer works.",
            |provider| provider.revoke.as_str(),
        );
    format!(
        "1. Revoke: {revoke} 2. Replace: issue a new one and read it from the environment or a secret store. 3. Then clean: take it out of the file and, if it was committed, out of the history."
    )
}
