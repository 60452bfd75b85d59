//! Whether a name says that its value is a credential.
//!
//! ```python
//! DB_PASSWORD, apiKey, aws_secret_access_key     # says so
//! password_field, TOKEN_URL, primary_key         # speak of one, or of something else
//! ```
//! The last word decides, as in English; never a substring.

use crate::format::Formats;

/// How clearly a name speaks of a credential.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Strength {
    /// "token", "auth": the value must look like one.
    Weak,
    Strong,
}

/// Names whose last word is one of these hold a credential.
const STRONG_LAST: [&str; 16] = [
    "password",
    "passwd",
    "pwd",
    "passphrase",
    "passcode",
    "secret",
    "secrets",
    "apikey",
    "secretkey",
    "authtoken",
    "accesstoken",
    "credential",
    "credentials",
    "pass",
    "passwort",
    "pswd",
];

/// Names whose last two words are one of these hold a credential.
const STRONG_PAIRS: [(&str, &str); 26] = [
    ("session", "token"),
    ("oauth", "token"),
    ("id", "token"),
    ("identity", "token"),
    ("deploy", "token"),
    ("api", "key"),
    ("secret", "key"),
    ("access", "key"),
    ("auth", "key"),
    ("signing", "key"),
    ("encryption", "key"),
    ("master", "key"),
    ("account", "key"),
    ("license", "key"),
    ("fernet", "key"),
    ("jwt", "key"),
    ("aes", "key"),
    ("hmac", "key"),
    ("auth", "token"),
    ("access", "token"),
    ("api", "token"),
    ("refresh", "token"),
    ("bearer", "token"),
    ("bot", "token"),
    ("client", "secret"),
    ("secret", "token"),
];

const WEAK_LAST: [&str; 4] = ["token", "auth", "authorization", "pepper"];

/// First words that make `… token` something else: text processing, paging, forms.
const NOT_TOKENS: [&str; 30] = [
    "eos",
    "bos",
    "pad",
    "unk",
    "sep",
    "cls",
    "mask",
    "next",
    "page",
    "prev",
    "previous",
    "continuation",
    "csrf",
    "xsrf",
    "sync",
    "start",
    "end",
    "first",
    "last",
    "current",
    "special",
    "stop",
    "lexer",
    "regex",
    "punctuation",
    "cursor",
    "delta",
    "sas",
    "cancel",
    "begin",
];

/// Last words that say where a credential is used, not that it is something else.
const PLACES: [&str; 15] = [
    "prod",
    "production",
    "dev",
    "development",
    "stage",
    "staging",
    "qa",
    "uat",
    "local",
    "live",
    "old",
    "new",
    "primary",
    "secondary",
    "backup",
];

/// Words of names whose values stand for a credential and are none.
const STAND_INS: [&str; 7] = [
    "dummy",
    "fake",
    "mock",
    "example",
    "sample",
    "placeholder",
    "redacted",
];

/// What a name says of its value.
pub fn strength(name: &str) -> Option<Strength> {
    let mut words = words(name);
    let is_none = |word: &String| {
        STAND_INS.contains(&word.as_str()) || matches!(word.as_str(), "public" | "publishable")
    };
    if words.iter().any(is_none) {
        return None;
    }
    // `password_for_mail`
    if let Some(index) = words
        .iter()
        .position(|word| word == "for")
        .filter(|index| *index > 0)
    {
        words.truncate(index);
    }
    let is_place = |word: &String| PLACES.contains(&word.as_str());
    if words.len() > 1 && words.last().is_some_and(is_place) {
        words.pop();
    }
    let last = words.last()?.as_str();
    let before = words
        .len()
        .checked_sub(2)
        .and_then(|index| words.get(index))
        .map_or("", String::as_str);
    if STRONG_LAST.contains(&last) || is_compound(last) {
        // `no_password`, `is_secret`, `show_pass`: a question, not a value.
        let question = words.len() > 1
            && matches!(
                words[0].as_str(),
                "no" | "is"
                    | "has"
                    | "show"
                    | "hide"
                    | "use"
                    | "check"
                    | "reset"
                    | "forgot"
                    | "change"
                    | "get"
                    | "set"
                    | "validate"
                    | "verify"
                    | "require"
                    | "requires"
                    | "invalid"
                    | "wrong"
                    | "missing"
                    | "bad"
                    | "bypass"
                    | "first"
                    | "second"
                    | "last"
                    | "single"
                    | "multi"
                    | "render"
                    | "forward"
                    | "backward"
                    | "test"
                    | "update"
                    | "ask"
                    | "prompt"
                    | "allow"
                    | "enable"
                    | "disable"
                    | "save"
                    | "store"
                    | "remember"
                    | "clear"
            );
        return (!question).then_some(Strength::Strong);
    }
    // A private key is a block of text; what is short is the name of a file.
    if (before, last) == ("private", "key") || last == "privatekey" {
        return Some(Strength::Weak);
    }
    if STRONG_PAIRS.contains(&(before, last)) {
        return Some(Strength::Strong);
    }
    if WEAK_LAST.contains(&last) {
        let other = NOT_TOKENS.contains(&before) || NOT_TOKENS.contains(&words[0].as_str());
        return (!other).then_some(Strength::Weak);
    }
    None
}

/// `dbpassword`, `appsecret`: two words in one.
fn is_compound(word: &str) -> bool {
    let owners = &Formats::embedded().owners;
    ["password", "passwd", "pwd", "pass", "secret", "token"]
        .iter()
        .any(|last| {
            word.strip_suffix(last)
                .is_some_and(|first| owners.iter().any(|owner| owner == first))
        })
}

/// Whether a service hands out what stands under the name, so that it is never a word: tokens,
/// keys of interfaces, secrets of clients.
pub fn is_issued(name: &str) -> bool {
    let words = words(name);
    let last = words.last().map_or("", String::as_str);
    matches!(
        last,
        "token" | "key" | "apikey" | "accesstoken" | "authtoken" | "credential" | "credentials"
    ) && !is_own_key(name)
        || words
            .iter()
            .any(|word| word == "client" || word == "consumer")
}

/// Whether the name is a password's, and of nothing wider.
pub fn is_password(name: &str) -> bool {
    strength(name) == Some(Strength::Strong)
        && words(name).last().is_some_and(|last| {
            matches!(
                last.as_str(),
                "password" | "passwd" | "pwd" | "passphrase" | "passcode"
            )
        })
}

/// Whether the name says that its value is none that opens anything: `DUMMY_SECRET`.
pub fn is_stand_in(name: &str) -> bool {
    words(name)
        .iter()
        .any(|word| STAND_INS.contains(&word.as_str()))
}

/// Whether the name says that its value is what a product is delivered with.
pub fn is_default(name: &str) -> bool {
    words(name).iter().any(|word| {
        matches!(
            word.as_str(),
            "default" | "factory" | "legacy" | "initial" | "fallback"
        )
    })
}

/// Whether what stands under the name is there to be read by people: examples, placeholders,
/// descriptions.
pub fn is_for_readers(name: &str) -> bool {
    words(name).iter().any(|word| {
        matches!(
            word.as_str(),
            "example"
                | "examples"
                | "sample"
                | "samples"
                | "placeholder"
                | "placeholders"
                | "description"
                | "descriptions"
                | "help"
        )
    })
}

/// Whether the name is that of a key which the program itself signs or encrypts with.
pub fn is_own_key(name: &str) -> bool {
    let words = words(name);
    let last = words.last().map_or("", String::as_str);
    let before = words
        .len()
        .checked_sub(2)
        .and_then(|index| words.get(index))
        .map_or("", String::as_str);
    matches!(
        (before, last),
        (
            "secret" | "signing" | "encryption" | "jwt" | "hmac" | "fernet" | "session",
            "key"
        ) | ("jwt" | "session" | "cookie" | "app", "secret")
    ) || last == "secretkey"
}

/// `linearize_pass1` and `linearizePass1` are one name, and `"RotateKey": "service:RotateKey"` says
/// whose it is.
pub fn is_same_words(name: &str, value: &str) -> bool {
    let value = value.rsplit([':', '/', '.']).next().unwrap_or(value);
    let bare = |text: &str| -> String {
        text.chars()
            .filter(char::is_ascii_alphanumeric)
            .map(|character| character.to_ascii_lowercase())
            .collect()
    };
    bare(name) == bare(value)
}

/// Whether `value` is one of the words of `name`: `ollama_key = "ollama"`.
pub fn is_word_of(name: &str, value: &str) -> bool {
    let value = value.to_ascii_lowercase();
    words(name).contains(&value)
}

/// The words of an identifier: `DB_PASSWORD`, `dbPassword`, `db-password`.
fn words(name: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut word = String::new();
    let characters: Vec<char> = name.chars().collect();
    for (index, character) in characters.iter().enumerate() {
        let previous = index.checked_sub(1).and_then(|index| characters.get(index));
        let next = characters.get(index + 1);
        if !character.is_alphanumeric() {
            if !word.is_empty() {
                words.push(std::mem::take(&mut word));
            }
            continue;
        }
        let camel = character.is_uppercase()
            && (previous.is_some_and(|previous| previous.is_lowercase() || previous.is_numeric())
                || (previous.is_some_and(|previous| previous.is_uppercase())
                    && next.is_some_and(|next| next.is_lowercase())));
        if camel && !word.is_empty() {
            words.push(std::mem::take(&mut word));
        }
        word.extend(character.to_lowercase());
    }
    if !word.is_empty() {
        words.push(word);
    }
    // A number at the end counts copies: `password2`, `API_KEY_1`.
    while words.len() > 1
        && words
            .last()
            .is_some_and(|word| word.chars().all(char::is_numeric))
    {
        words.pop();
    }
    if let Some(last) = words.last_mut() {
        let trimmed = last.trim_end_matches(char::is_numeric);
        if !trimmed.is_empty() {
            *last = trimmed.to_owned();
        }
    }
    words
}

#[cfg(test)]
mod tests {
    use super::{Strength, strength};

    #[test]
    fn the_last_word_decides() {
        for name in [
            "password",
            "DB_PASSWORD",
            "dbPassword",
            "AWS_SECRET",
            "API_KEY",
            "apiKey",
            "client_secret",
            "aws_secret_access_key",
            "SECRET_KEY",
            "password2",
            "APIKey",
            "smtp_password_prod",
            "password_for_mail",
        ] {
            assert_eq!(strength(name), Some(Strength::Strong), "{name}");
        }
        for name in [
            "password_field",
            "token_url",
            "PASSWORD_RESET_TIMEOUT",
            "primary_key",
            "secret_name",
            "cache_key",
            "api_key_header",
            "key",
            "bypass_pass_check",
            "compass",
            "passenger",
            "tokens",
            "public_key",
            "publicToken",
            "no_password",
            "DUMMY_SECRET",
            "update_password",
            "salt",
        ] {
            assert_eq!(strength(name), None, "{name}");
        }
    }

    #[test]
    fn tokens_of_texts_and_pages_are_none() {
        assert_eq!(strength("token"), Some(Strength::Weak));
        assert_eq!(strength("eos_token"), None);
        assert_eq!(strength("next_page_token"), None);
        assert_eq!(strength("GITHUB_TOKEN"), Some(Strength::Weak));
    }
}
