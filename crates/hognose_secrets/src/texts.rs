//! Credentials inside a longer text: connection URLs, query parameters, connection strings.
//!
//! ```python
//! "postgresql://app:s3cret@db/shop"
//! "https://api.example.org/items?api_key=quiet-otter-4471-b"
//! "Server=db;Uid=shop;Pwd=s3cret"
//! "host=db user=shop password=s3cret"
//! ```
//! The name of a setting decides, as everywhere; what a URL or a string is for does not matter.

use hognose_finding::Confidence;

use crate::decode::unescaped;
use crate::names::{Strength, strength};
use crate::values::{credibility, is_thought_up, is_well_known};

/// A credential in a text.
#[derive(Debug, PartialEq, Eq)]
pub struct Inside<'a> {
    pub text: &'a str,
    pub confidence: Confidence,
    /// "the password of a connection URL"
    pub what: &'static str,
}

/// The first credential in `text`, if it is a URL or a connection string.
pub fn credential_inside(text: &str) -> Option<Inside<'_>> {
    if !text.contains([':', '=']) {
        return None;
    }
    if url_password(text).is_some() {
        return url_credential(text);
    }
    if let Some((_, query)) = text.split_once('?').filter(|_| is_url(text)) {
        return setting(query.split('&')).map(|(text, confidence)| Inside {
            text,
            confidence,
            what: "a credential in the query of a URL",
        });
    }
    connection_setting(text).map(|(text, confidence)| Inside {
        text,
        confidence,
        what: "the password of a connection string",
    })
}

/// The password in a URL with user and password.
pub fn url_credential(url: &str) -> Option<Inside<'_>> {
    let password = url_password(url)?;
    let said = unescaped(password);
    let said = String::from_utf8_lossy(&said);
    let confidence = credibility(&said, Strength::Strong)?;
    Some(Inside {
        text: password,
        confidence: confidence.min(by_host(url, &said)),
        what: "the password of a connection URL",
    })
}

/// Two settings at least, separated by semicolons or by spaces.
fn connection_setting(text: &str) -> Option<(&str, Confidence)> {
    if text.contains('\n') || text.contains(['<', '(']) {
        return None;
    }
    let by_semicolon = text.contains(';');
    let settings: Vec<&str> = if by_semicolon {
        text.split(';').map(str::trim).collect()
    } else {
        text.split_whitespace().collect()
    };
    let settings: Vec<&str> = settings
        .into_iter()
        .filter(|setting| !setting.is_empty())
        .collect();
    let all_are_settings = settings.iter().all(|setting| {
        setting.split_once('=').is_some_and(|(name, _)| {
            !name.is_empty()
                && name.chars().all(|character| {
                    character.is_ascii_alphanumeric() || "_ -.".contains(character)
                })
        })
    });
    if settings.len() < 2 || !all_are_settings {
        return None;
    }
    setting(settings.into_iter())
}

fn setting<'a>(mut settings: impl Iterator<Item = &'a str>) -> Option<(&'a str, Confidence)> {
    settings.find_map(|setting| {
        let (name, value) = setting.split_once('=')?;
        let value = value.trim_matches(['\'', '"']);
        let strength = strength(name)?;
        let confidence = credibility(value, strength)?;
        // A word alone is more often a field that is asked for.
        (confidence == Confidence::High).then_some((value, confidence))
    })
}

fn is_url(text: &str) -> bool {
    text.split_once("://").is_some_and(|(scheme, _)| {
        !scheme.is_empty()
            && scheme.len() <= 40
            && scheme
                .chars()
                .all(|character| character.is_ascii_alphanumeric() || "+-.".contains(character))
    })
}

/// A password for one's own machine is worth less, and one that a product is delivered with, for
/// a machine that nobody else reaches, nothing.
fn by_host(url: &str, password: &str) -> Confidence {
    let host = url.split('@').next_back().unwrap_or("");
    let private = ["192.168.", "10.", "172.16."];
    let own = [
        "localhost",
        "127.0.0.1",
        "0.0.0.0",
        "[::1]",
        "example",
        "host",
    ];
    let is_own = own.iter().any(|name| host.starts_with(name)) || host.contains(".example");
    let is_private = private.iter().any(|net| host.starts_with(net));
    let is_word = is_thought_up(password);
    match (is_own, is_private) {
        _ if is_well_known(password) => Confidence::Low,
        (true, _) | (_, true) if is_word => Confidence::Low,
        (true, _) => Confidence::Medium,
        (false, _) if is_word => Confidence::Medium,
        (false, _) => Confidence::High,
    }
}

/// The password in `scheme://user:password@host`, if there is one.
pub fn url_password(text: &str) -> Option<&str> {
    let (_, rest) = text.split_once("://").filter(|_| is_url(text))?;
    let authority = rest.split(['/', '?', '#', ' ', '\n']).next()?;
    let (user_info, host) = authority.rsplit_once('@')?;
    let (user, password) = user_info.split_once(':')?;
    // `[user:password]@host` says what may stand there.
    let is_form = user.contains(['{', '[', '<']) || password.ends_with([']', '>', '}']);
    if host.is_empty() || password.is_empty() || is_form {
        return None;
    }
    (password != user).then_some(password)
}

#[cfg(test)]
mod tests {
    use super::{credential_inside, url_password};

    #[test]
    fn passwords_in_urls() {
        assert_eq!(
            url_password("postgresql://app:s3cret@db/shop"),
            Some("s3cret")
        );
        assert_eq!(url_password("https://example.com/a:b@c"), None);
        assert_eq!(url_password("redis://:pw123@cache:6379/0"), Some("pw123"));
        assert_eq!(url_password("postgresql://db/shop"), None);
    }

    #[test]
    fn settings_in_texts() {
        let found = |text| credential_inside(text).map(|inside| inside.text);
        assert_eq!(
            found("https://api.example.org/v1/items?page=2&api_key=quiet-otter-4471-b"),
            Some("quiet-otter-4471-b")
        );
        assert_eq!(found("https://api.example.org/v1/items?api_key="), None);
        assert_eq!(
            found("Server=db;Uid=shop;Pwd=supersecret123"),
            Some("supersecret123")
        );
        assert_eq!(
            found("host=db user=shop password='supersecret123'"),
            Some("supersecret123")
        );
        assert_eq!(found("password=supersecret123"), None);
        assert_eq!(found("Server=db;Uid=shop;Pwd={password}"), None);
        assert_eq!(found("a=1; password = input(2)"), None);
    }
}
