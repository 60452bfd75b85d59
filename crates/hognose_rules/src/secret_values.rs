//! Whether a text can be a credential that somebody uses.
//!
//! ```python
//! "supersecret123", "wJalrXUtnFEMI/K7MDENG"      # yes
//! "", "changeme", "<your key>", "${DB_PASS}"     # nobody's
//! "password", "auth.reset.title", "Enter it:"    # names, keys of translations, prose
//! ```

use hognose_finding::Confidence;

use crate::secret_names::Strength;

/// Words that stand where a credential should be.
const PLACEHOLDERS: [&str; 36] = [
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
];

/// How sure it is that `value` is a credential under a name of that strength.
pub fn credibility(value: &str, strength: Strength) -> Option<Confidence> {
    let trimmed = value.trim();
    if is_placeholder(trimmed)
        || is_reference(trimmed)
        || is_prose(trimmed)
        || is_word_of_the_trade(trimmed)
    {
        return None;
    }
    let shape = Shape::of(trimmed);
    match strength {
        Strength::Strong => {
            if trimmed.chars().count() < 4 {
                return None;
            }
            if shape.looks_random() || shape.digits > 0 || shape.symbols > 0 {
                Some(Confidence::High)
            } else {
                Some(Confidence::Medium)
            }
        }
        Strength::Weak => {
            (shape.looks_random() && trimmed.len() >= 16).then_some(Confidence::Medium)
        }
    }
}

/// Whether a constant that reaches a credential parameter of a library is one: the parameter
/// says what it is, so only what cannot be a credential is left out.
pub fn is_used(value: &str) -> bool {
    let trimmed = value.trim();
    !is_placeholder(trimmed) && !is_reference(trimmed) && trimmed.chars().count() >= 2
}

fn is_placeholder(value: &str) -> bool {
    if value.is_empty() {
        return true;
    }
    let lower = value.to_ascii_lowercase();
    let bare: String = lower
        .chars()
        .filter(|character| character.is_ascii_alphanumeric())
        .collect();
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
        || segments.iter().any(|segment| {
            matches!(
                *segment,
                "changeme"
                    | "placeholder"
                    | "example"
                    | "dummy"
                    | "redacted"
                    | "todo"
                    | "fixme"
                    | "replaceme"
                    | "yourkey"
                    | "here"
            )
        })
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
    if words >= 3
        || (words == 2
            && value.chars().all(|character| {
                character.is_alphabetic()
                    || character.is_whitespace()
                    || ".:,!?'".contains(character)
            }))
    {
        return true;
    }
    let path = value.starts_with('/') && value.matches('/').count() >= 2 && !value.contains('=')
        || value.starts_with("./")
        || value.starts_with("--");
    let dotted = value.contains('.')
        && value.split('.').all(|part| {
            !part.is_empty()
                && part
                    .chars()
                    .all(|character| character.is_ascii_lowercase() || character == '_')
        });
    let html = value.contains("</") || value.contains("/>");
    let colon_end = value.ends_with(':') || value.ends_with("...") && value.contains(' ');
    path || dotted || html || colon_end
}

/// Names of things: `password`, `API_KEY`, `user_password`, `Bearer`.
fn is_word_of_the_trade(value: &str) -> bool {
    let lower = value.to_ascii_lowercase();
    let identifier = value
        .chars()
        .all(|character| character.is_ascii_alphabetic() || character == '_' || character == '-');
    if !identifier {
        return false;
    }
    let last_is_trade = crate::secret_names::strength(value).is_some();
    let constant_name = value.contains('_')
        && value
            .chars()
            .all(|character| character.is_ascii_uppercase() || character == '_');
    let snake = value.contains('_') && lower == value;
    last_is_trade && (lower.len() <= 24)
        || constant_name
        || snake
        || matches!(
            lower.as_str(),
            "bearer"
                | "basic"
                | "token"
                | "key"
                | "user"
                | "username"
                | "text"
                | "string"
                | "str"
                | "input"
                | "hidden"
                | "true"
                | "false"
                | "yes"
                | "no"
                | "required"
                | "optional"
                | "default"
                | "json"
                | "plain"
                | "invalid"
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
                | "off"
                | "on"
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
    use super::{credibility, is_used};
    use crate::secret_names::Strength;
    use hognose_finding::Confidence;

    #[test]
    fn what_somebody_uses() {
        for value in [
            "supersecret123",
            "hunter2",
            "p@ssw0rd!",
            "sk-proj-abc123...",
        ] {
            assert_eq!(
                credibility(value, Strength::Strong),
                Some(Confidence::High),
                "{value}"
            );
        }
        assert_eq!(
            credibility("letmein", Strength::Strong),
            Some(Confidence::Medium)
        );
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
        ] {
            assert_eq!(credibility(value, Strength::Strong), None, "{value}");
        }
    }

    #[test]
    fn weak_names_need_random_values() {
        assert_eq!(credibility("identifier", Strength::Weak), None);
        assert!(credibility("a8F3kk29sLq0Zx71", Strength::Weak).is_some());
    }

    #[test]
    fn a_credential_parameter_takes_anything_but_placeholders() {
        assert!(is_used("postgres"));
        assert!(!is_used(""));
        assert!(!is_used("${PASSWORD}"));
    }
}
