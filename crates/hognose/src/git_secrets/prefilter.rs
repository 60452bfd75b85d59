//! The lines of Python that could hold a credential: a cheap look before the analysis.
//!
//! ```python
//! connect(password="hunter2")       # a name for a credential, and a string that can be one
//! jwt.encode(claims, "k3y-41")      # a call that takes one
//! total = items["token_count"]      # neither
//! password = ask()                  # no string
//! ```
//! A credential whose name and value stand on different lines is not seen here. (In the files of
//! the work tree and in staged ones nothing is passed over.)

use std::hash::BuildHasher as _;
use std::sync::LazyLock;

use aho_corasick::AhoCorasick;
use hognose_secrets::names::{Strength, strength};
use hognose_secrets::values::{ChosenBy, credibility, is_used};
use rustc_hash::FxBuildHasher;

/// Parts of names for credentials and of calls that take one, and what the URLs with one have.
const WORDS: [&str; 18] = [
    "pass", "pwd", "secret", "token", "key", "cred", "auth", "salt", "pin", "://", "login", "jwt",
    "hmac", "fernet", "connect", "cipher", "basic", "bearer",
];

/// Parts of calls that take a credential without a name for it.
const CALLS: [&str; 10] = [
    "://", "login(", "jwt", "hmac", "fernet", "connect(", "cipher", "auth=", "auth(", "aes",
];

static WORDS_AUTOMATON: LazyLock<AhoCorasick> = LazyLock::new(|| automaton(&WORDS));
static CALLS_AUTOMATON: LazyLock<AhoCorasick> = LazyLock::new(|| automaton(&CALLS));

fn automaton(words: &[&str]) -> AhoCorasick {
    AhoCorasick::builder()
        .ascii_case_insensitive(true)
        .build(words)
        .expect("the words are few and short")
}

/// Hashes of the lines of `text` that could hold a credential, without the space around them.
pub fn key_lines(text: &str) -> Vec<u64> {
    let mut lines = Vec::new();
    let mut done = 0;
    for found in WORDS_AUTOMATON.find_iter(text) {
        if found.start() < done {
            continue;
        }
        let start = text[..found.start()].rfind('\n').map_or(0, |at| at + 1);
        let end = text[found.end()..].find('\n');
        let end = end.map_or(text.len(), |at| found.end() + at);
        done = end;
        let line = text[start..end].trim();
        if may_hold_secret(line) {
            lines.push(FxBuildHasher.hash_one(line));
        }
    }
    lines
}

fn may_hold_secret(line: &str) -> bool {
    // A key that the program signs with is one however short it is.
    let is_key = line.to_ascii_lowercase().contains("secret_key");
    let is_value = |it: &str| {
        credibility(it, Strength::Strong).is_some() || is_key && is_used(it, ChosenBy::Program)
    };
    strings(line).any(is_value)
        && (CALLS_AUTOMATON.is_match(line) || names(line).any(|it| strength(it).is_some()))
}

/// What stands between equal quotes.
fn strings(line: &str) -> impl Iterator<Item = &str> {
    ['"', '\''].into_iter().flat_map(move |quote| {
        let parts = line.split(quote);
        // Every second one, without the rest behind the last quote.
        let count = line.matches(quote).count();
        parts.take(count).skip(1).step_by(2)
    })
}

/// Words of letters, digits, and what joins them in names.
fn names(line: &str) -> impl Iterator<Item = &str> {
    line.split(|character: char| !(character.is_alphanumeric() || "_-".contains(character)))
        .filter(|name| name.len() > 2)
}

#[cfg(test)]
mod tests {
    use super::key_lines;

    #[test]
    fn a_name_or_a_call_and_a_value_are_needed() {
        for text in [
            "connect(password='hunter2-41')",
            "config = {\"API_KEY\": \"s3cr3t-k3y-of-mine\"}",
            "db = create_engine('postgres://app:s3cr3t-41@db/shop')",
            "token = jwt.encode(claims, 'k3y-of-the-shop')",
            "mail.login('me', 'hunter2-41')",
            "app.config['SECRET_KEY'] = 'dev'",
        ] {
            assert_eq!(key_lines(text).len(), 1, "{text}");
        }
        for text in [
            "total = items['token_count']",
            "password = ask()",
            "password = ''",
            "raise ValueError('the password is too short')",
            "",
        ] {
            assert!(key_lines(text).is_empty(), "{text}");
        }
    }

    #[test]
    fn equal_lines_are_equal_however_far_they_are_indented() {
        let one = key_lines("x\n    password = 'hunter2-41'\n");
        let other = key_lines("password = 'hunter2-41'");
        assert_eq!(one, other);
    }
}
