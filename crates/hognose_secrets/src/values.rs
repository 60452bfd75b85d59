//! Whether a text can be a credential that somebody uses.
//!
//! ```python
//! "supersecret123", "wJalrXUtnFEMI/K7MDENG"      # yes
//! "", "changeme", "<your key>", "${DB_PASS}"     # nobody's
//! "password", "auth.reset.title", "Enter it:"    # names, keys of translations, prose
//! ```

use hognose_finding::Confidence;

use crate::format::Formats;
use crate::letters::reads_like_words;
use crate::names::{Strength, is_issued, is_password, is_same_words, strength};
use crate::texts::url_credential;

/// Words that stand where a credential should be.
const PLACEHOLDERS: [&str; 43] = [
    "changeme",
    "change_me",
    "change-me",
    "changethis",
    "change_this",
    "change-this",
    "replaceme",
    "replace_me",
    "replace-me",
    "placeholder",
    "example",
    "dummy",
    "fake",
    "sample",
    "foobar",
    "foo",
    "bar",
    "baz",
    "todo",
    "fixme",
    "redacted",
    "removed",
    "hidden",
    "masked",
    "secret_here",
    "key_here",
    "token_here",
    "not-set",
    "notset",
    "unset",
    "undefined",
    "insert",
    "none",
    "null",
    "your",
    "n/a",
    "empty",
    "unused",
    "notused",
    "notneeded",
    "notrequired",
    "nokey",
    "dummykey",
];

/// How sure it is that `value` is the credential that `name` speaks of.
pub fn credibility_under(name: &str, value: &str) -> Option<Confidence> {
    const ISSUED_MIN: usize = 8;
    let trimmed = value.trim().trim_matches(['\'', '"']);
    let strength = strength(name)?;
    if is_same_words(name, trimmed) || is_type(trimmed) && !is_password(name) {
        return None;
    }
    if let Some(inside) = url_credential(trimmed) {
        return Some(inside.confidence);
    }
    // A URL without a password.
    if trimmed.contains("://") {
        return None;
    }
    let is_words = trimmed
        .chars()
        .all(|character| character.is_ascii_alphabetic() || "-_ .".contains(character))
        && reads_like_words(trimmed);
    // What a service hands out is never this short, and no word.
    if is_issued(name) && (is_words || trimmed.len() < ISSUED_MIN) {
        return None;
    }
    credibility(trimmed, strength)
}

/// `V1SecretVolumeSource`, `List[Secret]`: the name of a class.
fn is_type(value: &str) -> bool {
    const DIGITS_MAX: usize = 2;
    let humps = value
        .as_bytes()
        .windows(2)
        .filter(|pair| pair[0].is_ascii_lowercase() && pair[1].is_ascii_uppercase())
        .count();
    value
        .chars()
        .all(|character| character.is_ascii_alphanumeric() || "[]., ".contains(character))
        && humps >= 1
        && value.bytes().filter(u8::is_ascii_digit).count() <= DIGITS_MAX
        && reads_like_words(value)
}

/// How sure it is that `value` is a credential under a name of that strength.
pub fn credibility(value: &str, under: Strength) -> Option<Confidence> {
    let trimmed = value.trim();
    match pem(trimmed) {
        Some(Pem::Private) => return Some(Confidence::High),
        Some(Pem::Public) => return None,
        None => {}
    }
    if is_placeholder(trimmed)
        || is_reference(trimmed)
        || is_prose(trimmed)
        || is_word_of_the_trade(trimmed)
    {
        return None;
    }
    let shape = Shape::of(trimmed);
    match under {
        Strength::Strong => {
            if trimmed.chars().count() < 4 {
                return None;
            }
            if is_well_known(trimmed) || is_counted_out(trimmed) {
                Some(Confidence::Low)
            } else if shape.looks_random() || shape.digits > 0 || shape.symbols > 0 {
                Some(Confidence::High)
            } else if is_one_word(trimmed) {
                // The word that a device or a test account is delivered with.
                Some(Confidence::Low)
            } else {
                Some(Confidence::Medium)
            }
        }
        Strength::Weak => {
            let random = shape.looks_random() && shape.digits > 1 && trimmed.len() >= 16;
            random.then_some(Confidence::Medium)
        }
    }
}

/// Bits a character, by how often each character occurs (Shannon).
pub fn entropy(value: &str) -> f64 {
    let mut counts = [0_u32; 256];
    for byte in value.bytes() {
        counts[usize::from(byte)] += 1;
    }
    let length = value.len() as f64;
    counts
        .iter()
        .filter(|count| **count > 0)
        .map(|count| {
            let share = f64::from(*count) / length;
            -share * share.log2()
        })
        .sum()
}

/// Whether letters and digits stand in it, or letters of both cases in turn, and more than a few
/// different ones.
pub fn is_varied(value: &str) -> bool {
    const DISTINCT_MIN: u32 = 6;
    let mut seen = 0_u128;
    for byte in value.bytes().filter(u8::is_ascii) {
        seen |= 1 << byte;
    }
    let has_digit = value.bytes().any(|byte| byte.is_ascii_digit());
    let has_letter = value.bytes().any(|byte| byte.is_ascii_alphabetic());
    let turns = value
        .as_bytes()
        .windows(2)
        .filter(|pair| pair[0].is_ascii_lowercase() && pair[1].is_ascii_uppercase())
        .count();
    seen.count_ones() >= DISTINCT_MIN && (has_digit && has_letter || turns >= 2)
}

/// Whether everybody knows the password: one of the words that come with a product, with digits
/// or not, or digits in a row.
pub fn is_well_known(value: &str) -> bool {
    let lower = value.to_ascii_lowercase();
    let word = lower.trim_end_matches(|character: char| {
        character.is_ascii_digit() || "!@#_-".contains(character)
    });
    let tail = &lower[word.len()..];
    let is_counted = tail.len() <= 4;
    let known = &Formats::embedded().well_known;
    let is_known = |piece: &str| known.iter().any(|word| word == piece);
    let pieces = || lower.split(['_', '-', '.', ' ']);
    let is_common = |piece: &str| {
        is_known(piece) || piece.len() <= 4 && piece.bytes().all(|byte| byte.is_ascii_digit())
    };
    (is_known(word) && is_counted)
        || pieces().count() > 1 && pieces().all(is_common)
        || is_known(&lower)
        || (!lower.is_empty() && "01234567890123456789".contains(&lower))
        || lower == "111111"
}

/// Whether a value of a known format was typed to look like one: runs of one character, the
/// alphabet, a word that says so.
pub fn is_made_up(value: &str) -> bool {
    const RUN: usize = 6;
    const COUNTED: usize = 8;
    let lower = value.to_ascii_lowercase();
    let says_so = [
        "example",
        "xxxx",
        "your",
        "placeholder",
        "changeme",
        "redacted",
        "dummy",
        "abcdefgh",
        "fake",
        "insert",
        "123456789",
    ]
    .iter()
    .any(|word| lower.contains(word));
    let mut same = 1;
    let mut counted = 1;
    for pair in value.as_bytes().windows(2) {
        same = if pair[0] == pair[1] { same + 1 } else { 1 };
        counted = if pair[0].wrapping_add(1) == pair[1] {
            counted + 1
        } else {
            1
        };
        // Zero bytes in Base64 are `A`.
        if (same >= RUN && pair[0] != b'A') || counted >= COUNTED {
            return true;
        }
    }
    says_so
}

/// Whether most characters are the one before it, or its neighbour: `123123`, `abc123`,
/// `012345678901234567890`.
pub fn is_counted_out(value: &str) -> bool {
    let bytes = value.as_bytes();
    let steps = bytes
        .windows(2)
        .filter(|pair| pair[0].abs_diff(pair[1]) <= 1)
        .count();
    bytes.len() >= 4 && steps * 5 >= (bytes.len() - 1) * 3
}

/// One word of letters of one case.
fn is_one_word(value: &str) -> bool {
    const LENGTH_MAX: usize = 12;
    let lower = value.chars().all(|it| it.is_ascii_lowercase());
    let upper = value.chars().all(|it| it.is_ascii_uppercase());
    value.len() <= LENGTH_MAX && (lower || upper) && reads_like_words(value)
}

/// Whether nothing about a value is a word: what stands in prose as an example is one.
pub fn is_generated(value: &str) -> bool {
    const LENGTH_MIN: usize = 8;
    let digits = value.bytes().filter(u8::is_ascii_digit).count();
    value.len() >= LENGTH_MIN
        && !is_counted_out(value)
        && (!reads_like_words(value) || is_varied(value) && digits * 4 > value.len())
}

/// Whether a value is made of words that people think of when they need any, which in a test is
/// nobody's credential.
pub fn is_thought_up(value: &str) -> bool {
    const NUMBER_MAX: usize = 6;
    let is_number = value.bytes().all(|byte| byte.is_ascii_digit());
    is_well_known(value)
        || is_counted_out(value)
        || is_number && value.len() <= NUMBER_MAX
        || value
            .chars()
            .all(|character| character.is_ascii_alphabetic() || " _-.!?'/:@".contains(character))
            && reads_like_words(value)
}

/// Who says what a credential is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ChosenBy {
    /// A service hands it out, or an account has it: a placeholder does not work.
    Others,
    /// The program itself signs or encrypts with it: a placeholder does, and everybody knows it.
    Program,
}

/// Whether a constant that reaches a credential parameter of a library is one: the parameter
/// says what it is, so only what cannot be a credential is left out.
pub fn is_used(value: &str, chosen_by: ChosenBy) -> bool {
    let trimmed = value.trim();
    let works = match chosen_by {
        ChosenBy::Program => {
            trimmed.chars().any(char::is_alphanumeric) && !trimmed.starts_with('<')
        }
        ChosenBy::Others => {
            !is_placeholder(trimmed)
                && !is_status(&trimmed.to_ascii_lowercase())
                && trimmed.chars().count() >= 2
        }
    };
    works && pem(trimmed) != Some(Pem::Public) && !is_reference(trimmed)
}

/// Whether a value reads like the name of a field, a column, a method: letters of one or two
/// cases, perhaps counted. Several of them under one name are no credentials.
pub fn is_identifier_like(value: &str) -> bool {
    const WORD_MIN: usize = 6;
    let body = value.trim_end_matches(|character: char| character.is_ascii_digit());
    !body.is_empty()
        && (body.len() < WORD_MIN || reads_like_words(body))
        && value.len() - body.len() <= 2
        && value.len() <= 32
        && body
            .chars()
            .all(|character| character.is_ascii_alphanumeric() || "_-.".contains(character))
        && body.chars().filter(char::is_ascii_digit).count() <= 1
}

/// Whether a value is made of letters alone, as labels and translations are: they begin with a
/// capital letter, or are several words.
pub fn is_wording(value: &str) -> bool {
    let is_letters = value
        .chars()
        .all(|character| character.is_alphabetic() || " -'.!?:".contains(character));
    let is_label = value.starts_with(char::is_uppercase)
        || value.contains(' ')
        || !value.is_ascii()
        || is_well_known(value);
    is_letters && is_label
}

/// A key or certificate in text form.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Pem {
    Private,
    Public,
}

fn pem(value: &str) -> Option<Pem> {
    let (_, after) = value.split_once("-----BEGIN ")?;
    let (kind, body) = after.split_once("-----")?;
    // The header alone is what programs look for.
    if body.trim().len() < 32 {
        return Some(Pem::Public);
    }
    Some(if kind.contains("PRIVATE KEY") {
        Pem::Private
    } else {
        Pem::Public
    })
}

fn is_placeholder(value: &str) -> bool {
    if value.is_empty() {
        return true;
    }
    let lower = value.to_ascii_lowercase();
    let bare: String = lower.chars().filter(char::is_ascii_alphanumeric).collect();
    if bare.is_empty() {
        return true;
    }
    let first = bare.chars().next();
    if bare.chars().all(|character| Some(character) == first) {
        return true;
    }
    let marked = |open: char, close: char| value.starts_with(open) && value.ends_with(close);
    if marked('<', '>')
        || marked('[', ']')
        || marked('{', '}')
        || marked('(', ')')
        || marked('*', '*')
    {
        return true;
    }
    if lower.contains("xxxx") || lower.contains("****") || lower.contains("....") {
        return true;
    }
    let segments: Vec<&str> = lower
        .split(|character: char| !character.is_ascii_alphanumeric())
        .filter(|segment| !segment.is_empty())
        .collect();
    PLACEHOLDERS.contains(&lower.as_str())
        || PLACEHOLDERS.contains(&bare.as_str())
        || segments.first().is_some_and(|first| {
            matches!(
                *first,
                "your"
                    | "my"
                    | "insert"
                    | "enter"
                    | "replace"
                    | "change"
                    | "put"
                    | "set"
                    | "use"
                    | "add"
            ) && segments.len() > 1
        })
        || is_marked_placeholder(&segments)
        || value.ends_with("EXAMPLE")
        || value.ends_with("EXAMPLEKEY")
}

/// `key-goes-here`, `example-secret`; with anything random beside the word it is a value.
fn is_marked_placeholder(segments: &[&str]) -> bool {
    let marked = segments.iter().any(|segment| {
        matches!(
            *segment,
            "changeme"
                | "placeholder"
                | "example"
                | "dummy"
                | "fake"
                | "mock"
                | "redacted"
                | "todo"
                | "fixme"
                | "replaceme"
                | "yourkey"
                | "here"
        )
    });
    let digits = |segment: &&str| segment.chars().any(char::is_numeric);
    let letters = |segment: &&str| segment.chars().any(char::is_alphabetic);
    let has_random = segments
        .iter()
        .any(|segment| digits(segment) && letters(segment));
    marked && !has_random
}

/// A reference to where the credential is kept.
fn is_reference(value: &str) -> bool {
    let shell_variable = value.starts_with('$');
    let template = value.contains("{{")
        || value.contains("${")
        || value.contains("%(")
        || value.contains("{%");
    let format = value.contains('{') && value.contains('}');
    let scheme = [
        "env:",
        "vault:",
        "secret://",
        "ssm:",
        "arn:",
        "file:",
        "http://",
        "https://",
        "op://",
        "sm://",
        "gcp-sm",
    ]
    .iter()
    .any(|prefix| value.starts_with(prefix));
    let percent = value == "%s" || value == "%r" || value == "?";
    shell_variable || template || format || scheme || percent
}

/// Text for a reader, a path, an option, a key of a translation.
fn is_prose(value: &str) -> bool {
    let words = value.split_whitespace().count();
    let reads_well = reads_like_words(value);
    if (words >= 3 && reads_well)
        || (words == 2
            && reads_well
            && value.chars().all(|character| {
                character.is_alphabetic()
                    || character.is_whitespace()
                    || ".:,!?'".contains(character)
            }))
    {
        return true;
    }
    let dotted = value.contains('.')
        && value.split('.').all(|part| {
            !part.is_empty()
                && part
                    .chars()
                    .all(|character| character.is_ascii_alphabetic() || character == '_')
        });
    // `users/check`
    let words_with_slash = value.contains('/')
        && value
            .chars()
            .all(|character| character.is_ascii_lowercase() || "/_-".contains(character))
        && reads_like_words(value);
    let html = value.contains("</") || value.contains("/>");
    let colon_end = value.ends_with(':') || value.ends_with("...") && value.contains(' ');
    is_path(value) || is_column_type(value) || dotted || words_with_slash || html || colon_end
}

fn is_path(value: &str) -> bool {
    let rooted = value.starts_with('/')
        && (value.matches('/').count() >= 2 || value.len() < 16)
        && !value.contains('=');
    let endings = [".pem", ".key", ".json", ".txt", ".yml", ".crt"];
    let file = !value.contains(char::is_whitespace)
        && endings.iter().any(|ending| value.ends_with(ending));
    rooted
        || file
        || value.starts_with("./")
        || value.starts_with("~/")
        || value.starts_with("--")
        || value.get(1..3) == Some(":\\")
}

/// `VARCHAR(80)`
fn is_column_type(value: &str) -> bool {
    value
        .strip_suffix(')')
        .and_then(|value| value.split_once('('))
        .is_some_and(|(name, sizes)| {
            !name.is_empty()
                && name
                    .chars()
                    .all(|character| character.is_ascii_alphabetic())
                && sizes
                    .chars()
                    .all(|character| character.is_ascii_digit() || ", ".contains(character))
        })
}

/// Names of things: `password`, `API_KEY`, `user_password`, `Bearer`.
fn is_word_of_the_trade(value: &str) -> bool {
    let value = value.trim_matches('_');
    // `s3.session-token`
    if let Some((_, last)) = value.rsplit_once('.')
        && value.len() <= 40
        && is_word_of_the_trade(last)
    {
        return true;
    }
    let lower = value.to_ascii_lowercase();
    let is_named_after =
        |character: char| character.is_ascii_alphanumeric() || "_-".contains(character);
    let ends_in_letter = value.ends_with(|character: char| character.is_ascii_alphabetic());
    if !value.chars().all(is_named_after) || !ends_in_letter {
        return false;
    }
    let singular = value.strip_suffix('s').unwrap_or(value);
    let last_is_trade =
        value.len() <= 32 && (strength(value).is_some() || strength(singular).is_some());
    if value.contains(|character: char| character.is_ascii_digit()) {
        // `oauth2_jwt_secret`
        return last_is_trade && value.contains('_') && lower == value;
    }
    let constant_name = value.contains('_')
        && value
            .chars()
            .all(|character| character.is_ascii_uppercase() || character == '_');
    let snake = value.contains('_') && lower == value;
    last_is_trade
        || (constant_name || snake) && reads_like_words(value)
        || is_status(&lower)
        || is_term(&lower)
}

/// What is said instead of a credential.
fn is_status(lower: &str) -> bool {
    matches!(
        lower,
        "unavailable"
            | "unknown"
            | "disabled"
            | "enabled"
            | "expired"
            | "locked"
            | "failed"
            | "missing"
            | "unused"
            | "invalid"
            | "required"
            | "optional"
            | "default"
            | "generate"
            | "generated"
            | "random"
            | "prompt"
            | "auto"
            | "stdin"
            | "keyring"
            | "x-oauth-basic"
            | "x-token-auth"
            | "oauth2"
            | "true"
            | "false"
            | "yes"
            | "no"
            | "off"
            | "on"
    )
}

/// Names of kinds, schemes and fields.
fn is_term(lower: &str) -> bool {
    matches!(
        lower,
        "bearer"
            | "basic"
            | "digest"
            | "negotiate"
            | "token"
            | "key"
            | "user"
            | "username"
            | "text"
            | "string"
            | "str"
            | "input"
            | "hidden"
            | "json"
            | "plain"
            | "header"
            | "cookie"
            | "query"
            | "login"
            | "email"
            | "name"
            | "value"
            | "required-field"
            | "apikey"
            | "oauth"
            | "authorization"
            | "private"
            | "public"
            | "anonymous"
            | "static"
    )
}

/// Counts of kinds of characters.
struct Shape {
    length: usize,
    upper: usize,
    lower: usize,
    digits: usize,
    symbols: usize,
    distinct: usize,
}

impl Shape {
    fn of(value: &str) -> Self {
        let mut seen: Vec<char> = Vec::new();
        let mut shape = Self {
            length: 0,
            upper: 0,
            lower: 0,
            digits: 0,
            symbols: 0,
            distinct: 0,
        };
        for character in value.chars() {
            shape.length += 1;
            if character.is_uppercase() {
                shape.upper += 1;
            } else if character.is_lowercase() {
                shape.lower += 1;
            } else if character.is_numeric() {
                shape.digits += 1;
            } else if !character.is_whitespace()
                && character != '_'
                && character != '-'
                && character != '.'
            {
                shape.symbols += 1;
            }
            if !seen.contains(&character) {
                seen.push(character);
            }
        }
        shape.distinct = seen.len();
        shape
    }

    /// Several kinds of characters, few repeated.
    fn looks_random(&self) -> bool {
        let kinds = usize::from(self.upper > 0)
            + usize::from(self.lower > 0)
            + usize::from(self.digits > 0)
            + usize::from(self.symbols > 0);
        self.length >= 8
            && kinds >= 2
            && self.digits > 0
            && self.distinct * 3 >= self.length.min(32)
    }
}

#[cfg(test)]
mod tests {
    use super::{ChosenBy, credibility, credibility_under, is_used};
    use crate::names::Strength;
    use hognose_finding::Confidence;

    #[test]
    fn what_somebody_uses() {
        for value in [
            "supersecret123",
            "hunter2",
            "k@ntine-Zug!",
            "example-Kw83-lantern-q2",
            "admin_password123",
        ] {
            assert_eq!(
                credibility(value, Strength::Strong),
                Some(Confidence::High),
                "{value}"
            );
        }
        for (value, confidence) in [
            ("letmein", Confidence::Low),
            ("dreambox", Confidence::Low),
            ("correct-horse-battery", Confidence::Medium),
            ("qzkfwjxd", Confidence::Medium),
        ] {
            assert_eq!(
                credibility(value, Strength::Strong),
                Some(confidence),
                "{value}"
            );
        }
    }

    #[test]
    fn what_nobody_uses() {
        for value in [
            "",
            "changeme",
            "<your key>",
            "${DB_PASS}",
            "xxxxxxxx",
            "********",
            "your-api-key",
            "password",
            "API_KEY",
            "auth.reset.title",
            "Enter your password",
            "%(password)s",
            "{password}",
            "/etc/ssl/private/key.pem",
            "user_password",
            "oauth2_jwt_secret",
            "Passwords",
            "backend_kwarg__",
            "settings.SECRET_KEY",
            "VARCHAR(80)",
            "/.gcs",
            "key-goes-here",
            "-----BEGIN PUBLIC KEY-----\nMFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE\n",
        ] {
            assert_eq!(credibility(value, Strength::Strong), None, "{value}");
        }
    }

    #[test]
    fn names_of_classes_are_none_and_capitals_are_no_class() {
        assert_eq!(credibility_under("secret", "V1SecretVolumeSource"), None);
        let issued = ["PHXS7U2RWDQ", "EWKFEBZSTUB", "AWRXSWUTQS"].concat();
        assert!(credibility_under("private_key", &issued).is_some());
    }

    #[test]
    fn weak_names_need_random_values() {
        assert_eq!(credibility("identifier", Strength::Weak), None);
        assert!(credibility("a8F3kk29sLq0Zx71", Strength::Weak).is_some());
    }

    #[test]
    fn a_credential_parameter_takes_anything_but_placeholders() {
        assert!(is_used("postgres", ChosenBy::Others));
        assert!(!is_used("", ChosenBy::Others));
        assert!(!is_used("changeme", ChosenBy::Others));
        assert!(!is_used("${PASSWORD}", ChosenBy::Program));
        assert!(is_used("changeme", ChosenBy::Program));
    }
}
