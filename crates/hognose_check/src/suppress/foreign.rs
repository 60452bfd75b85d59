//! Suppression comments of other tools, honoured for the rules that say what theirs say.
//!
//! ```python
//! cur.execute(q)  # nosec B608          Bandit
//! cur.execute(q)  # noqa: S608          Ruff, Flake8 (a bare `# noqa` counts for nothing here)
//! cur.execute(q)  # nosemgrep: raw-sql  Semgrep
//! KEY = "…"       # gitleaks:allow      gitleaks; TruffleHog and detect-secrets have theirs
//! ```
//! They silence and are counted; whether they are still needed is their own tool's business.

use hognose_finding::{Class, Group, Rule};

/// Whose comment it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Marker {
    /// detect-secrets: `pragma: allowlist secret`, with `nextline` for the line below.
    Allowlist,
    /// `gitleaks:allow`
    Gitleaks,
    Noqa,
    Nosec,
    Nosemgrep,
    /// `trufflehog:ignore`
    Trufflehog,
}

impl Marker {
    pub const fn name(self) -> &'static str {
        match self {
            Self::Allowlist => "pragma: allowlist secret",
            Self::Gitleaks => "gitleaks:allow",
            Self::Noqa => "noqa",
            Self::Nosec => "nosec",
            Self::Nosemgrep => "nosemgrep",
            Self::Trufflehog => "trufflehog:ignore",
        }
    }
}

/// Which lines a comment speaks of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reach {
    Statement,
    /// Also the statement below, where the comment stands alone.
    StatementOrNext,
    File,
}

/// A comment of another tool.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Foreign {
    pub marker: Marker,
    pub reach: Reach,
    /// As written, from its `#` on.
    pub text: String,
    covers: Covers,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Covers {
    Everything,
    Secrets,
    Rules(Vec<&'static str>),
}

/// The tests of Bandit that say what a rule says: number (Ruff's is the same with an `S`), name.
pub const TESTS: [(&str, &str, &[&str]); 52] = [
    ("102", "exec_used", CODE),
    (
        "103",
        "set_bad_file_permissions",
        &["world-writable-permissions"],
    ),
    ("105", "hardcoded_password_string", &["hardcoded-secret"]),
    ("106", "hardcoded_password_funcarg", &["hardcoded-secret"]),
    ("107", "hardcoded_password_default", &["hardcoded-secret"]),
    (
        "108",
        "hardcoded_tmp_directory",
        &["insecure-temporary-file"],
    ),
    ("201", "flask_debug_true", &["debug-mode"]),
    ("202", "tarfile_unsafe_members", &["archive-extraction"]),
    ("301", "pickle", OBJECTS),
    ("302", "marshal", OBJECTS),
    ("303", "md5", &["weak-hash"]),
    ("304", "ciphers", &["weak-cipher"]),
    ("305", "cipher_modes", &["weak-cipher-mode"]),
    ("306", "mktemp_q", &["insecure-temporary-file"]),
    ("307", "eval", CODE),
    ("308", "mark_safe", PAGES),
    ("310", "urllib_urlopen", &["server-side-request-forgery"]),
    ("311", "random", &["weak-random"]),
    ("312", "telnetlib", &["cleartext-protocol"]),
    ("313", "xml_bad_cElementTree", XML),
    ("314", "xml_bad_ElementTree", XML),
    ("315", "xml_bad_expatreader", XML),
    ("316", "xml_bad_expatbuilder", XML),
    ("317", "xml_bad_sax", XML),
    ("318", "xml_bad_minidom", XML),
    ("319", "xml_bad_pulldom", XML),
    ("321", "ftplib", &["cleartext-protocol"]),
    ("323", "unverified_context", &["tls-verification-disabled"]),
    ("324", "hashlib", HASHES),
    (
        "501",
        "request_with_no_cert_validation",
        &["tls-verification-disabled"],
    ),
    ("502", "ssl_with_bad_version", &["weak-tls-version"]),
    ("503", "ssl_with_bad_defaults", &["weak-tls-version"]),
    ("504", "ssl_with_no_version", &["weak-tls-version"]),
    ("505", "weak_cryptographic_key", &["weak-key-size"]),
    ("506", "yaml_load", OBJECTS),
    (
        "507",
        "ssh_no_host_key_verification",
        &["ssh-host-key-not-checked"],
    ),
    ("602", "subprocess_popen_with_shell_equals_true", COMMAND),
    ("603", "subprocess_without_shell_equals_true", COMMAND),
    ("604", "any_other_function_with_shell_equals_true", COMMAND),
    ("605", "start_process_with_a_shell", COMMAND),
    ("606", "start_process_with_no_shell", COMMAND),
    ("607", "start_process_with_partial_path", COMMAND),
    ("608", "hardcoded_sql_expressions", &["sql-injection"]),
    ("609", "linux_commands_wildcard_injection", COMMAND),
    ("610", "django_extra_used", &["sql-injection"]),
    ("611", "django_rawsql_used", &["sql-injection"]),
    (
        "612",
        "logging_config_insecure_listen",
        &["dangerous-server-option"],
    ),
    ("614", "pytorch_load", OBJECTS),
    ("701", "jinja2_autoescape_false", &["autoescape-disabled"]),
    ("702", "use_of_mako_templates", &["autoescape-disabled"]),
    ("703", "django_mark_safe", PAGES),
    ("704", "markupsafe_markup_xss", PAGES),
];

const CODE: &[&str] = &["code-injection"];
const HASHES: &[&str] = &["weak-hash", "weak-password-hash"];
const OBJECTS: &[&str] = &["unsafe-deserialization"];
const PAGES: &[&str] = &["cross-site-scripting"];
const XML: &[&str] = &["xml-external-entity", "xml-entity-bomb"];
const COMMAND: &[&str] = &["command-injection", "argument-injection"];
const PATH: &[&str] = &["path-traversal", "partial-path-check"];

/// Words in the names of Semgrep's rules, which are many and end in what they look for.
const WORDS: [(&str, &[&str]); 27] = [
    ("archive", &["archive-extraction"]),
    ("autoescape", &["autoescape-disabled"]),
    ("cert", &["tls-verification-disabled"]),
    ("command", COMMAND),
    ("credential", &["hardcoded-secret"]),
    ("deserialization", OBJECTS),
    ("eval", CODE),
    ("extractall", &["archive-extraction"]),
    ("hardcoded", &["hardcoded-secret"]),
    ("md5", HASHES),
    ("os-system", COMMAND),
    ("password", &["hardcoded-secret"]),
    ("path-traversal", PATH),
    ("pickle", OBJECTS),
    ("process", COMMAND),
    ("redirect", &["open-redirect"]),
    ("secret", &["hardcoded-secret"]),
    ("sha1", HASHES),
    ("shell", COMMAND),
    ("spawn", COMMAND),
    ("sql", &["sql-injection"]),
    ("ssrf", &["server-side-request-forgery"]),
    ("traversal", PATH),
    ("xss", PAGES),
    ("xxe", XML),
    ("yaml", OBJECTS),
    ("zip", &["archive-extraction"]),
];

impl Foreign {
    /// Whether the comment silences findings of `rule`.
    pub fn covers(&self, rule: &Rule) -> bool {
        match &self.covers {
            Covers::Everything => {
                rule.class != Class::Hygiene && rule.class.group() == Group::Security
            }
            Covers::Secrets => rule.class == Class::HardcodedSecrets,
            Covers::Rules(rules) => rules.contains(&rule.id),
        }
    }
}

/// Every comment of another tool within a comment.
pub fn find(comment: &str) -> Vec<Foreign> {
    let parts = comment.split('#').skip(1);
    let mut found: Vec<Foreign> = parts.filter_map(|part| parse(part.trim())).collect();
    found.extend(allowed_secret(comment));
    found
}

/// The comments of scanners for secrets, which stand anywhere in a comment of any language.
fn allowed_secret(comment: &str) -> Option<Foreign> {
    let (marker, reach, at) = [
        ("gitleaks:allow", Marker::Gitleaks, Reach::Statement),
        ("trufflehog:ignore", Marker::Trufflehog, Reach::Statement),
        (
            "pragma: allowlist nextline secret",
            Marker::Allowlist,
            Reach::StatementOrNext,
        ),
        (
            "pragma: allowlist secret",
            Marker::Allowlist,
            Reach::Statement,
        ),
    ]
    .into_iter()
    .find_map(|(word, marker, reach)| Some((marker, reach, comment.find(word)?)))?;
    Some(Foreign {
        marker,
        reach,
        text: comment[at..].trim_end().to_owned(),
        covers: Covers::Secrets,
    })
}

fn parse(text: &str) -> Option<Foreign> {
    let (marker, reach, covers) = if let Some(rest) = after_word(text, "nosec") {
        (Marker::Nosec, Reach::Statement, bandit(rest))
    } else if let Some(rest) = after_word(text, "nosemgrep").or_else(|| after_word(text, "nosem")) {
        (Marker::Nosemgrep, Reach::StatementOrNext, semgrep(rest))
    } else if let Some(rest) = after_word(text, "noqa") {
        (Marker::Noqa, Reach::Statement, codes(rest)?)
    } else {
        let rest = text
            .strip_prefix("ruff:")
            .or_else(|| text.strip_prefix("flake8:"))?;
        let rest = after_word(rest.trim_start(), "noqa")?;
        (Marker::Noqa, Reach::File, codes(rest)?)
    };
    Some(Foreign {
        marker,
        reach,
        text: format!("# {text}"),
        covers,
    })
}

/// What follows `word` in any case, without a colon.
fn after_word<'a>(text: &'a str, word: &str) -> Option<&'a str> {
    let start = text.get(..word.len())?;
    let rest = &text[word.len()..];
    let ends = !rest.starts_with(|character: char| character.is_alphanumeric() || character == '_');
    (start.eq_ignore_ascii_case(word) && ends).then_some(rest)
}

/// Test numbers or names; text without any is an explanation, and every test is meant.
fn bandit(rest: &str) -> Covers {
    let mut specific = false;
    let mut rules = Vec::new();
    for word in words(rest) {
        let number = word
            .strip_prefix(['B', 'b'])
            .filter(|number| number.len() == 3 && is_number(number));
        specific |= number.is_some() || word.contains('_');
        for (known, name, covered) in TESTS {
            if number == Some(known) || word == name {
                rules.extend(covered);
            }
        }
    }
    if specific {
        Covers::Rules(rules)
    } else {
        Covers::Everything
    }
}

/// `: S608, S1`: codes or their beginnings. Without codes the comment is about style.
fn codes(rest: &str) -> Option<Covers> {
    let rest = rest.trim_start().strip_prefix(':')?;
    let mut rules = Vec::new();
    for word in words(rest) {
        let Some(number) = word.strip_prefix('S').filter(|number| is_number(number)) else {
            continue;
        };
        for (known, _, covered) in TESTS {
            if known.starts_with(number) {
                rules.extend(covered);
            }
        }
    }
    (!rules.is_empty()).then_some(Covers::Rules(rules))
}

fn semgrep(rest: &str) -> Covers {
    let Some(names) = rest.trim_start().strip_prefix(':') else {
        return Covers::Everything;
    };
    let mut rules = Vec::new();
    for name in names.split([',', ' ']) {
        let name = name.to_ascii_lowercase();
        for (word, covered) in WORDS {
            if name.contains(word) {
                rules.extend(covered);
            }
        }
    }
    Covers::Rules(rules)
}

fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|character: char| !character.is_ascii_alphanumeric() && character != '_')
        .filter(|word| !word.is_empty())
}

fn is_number(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::{Marker, Reach, find};

    /// Which of three rules the comment silences.
    fn silenced(comment: &str) -> Vec<&'static str> {
        let found = find(comment);
        ["sql-injection", "command-injection", "hardcoded-secret"]
            .into_iter()
            .filter(|id| {
                let rule = hognose_rules::rule(id).expect("a registered rule");
                found.iter().any(|foreign| foreign.covers(rule))
            })
            .collect()
    }

    #[test]
    fn every_rule_that_is_named_exists() {
        for (number, name, rules) in super::TESTS {
            for id in rules {
                assert!(hognose_rules::rule(id).is_some(), "{number} {name}: {id}");
            }
        }
        for (word, rules) in super::WORDS {
            for id in rules {
                assert!(hognose_rules::rule(id).is_some(), "{word}: {id}");
            }
        }
    }

    #[test]
    fn tests_of_configuration_are_honoured() {
        let weak_hash = hognose_rules::rule("weak-hash").expect("a registered rule");
        for comment in ["# nosec B324", "# noqa: S324", "# nosemgrep: insecure-md5"] {
            assert!(
                find(comment)
                    .iter()
                    .any(|foreign| foreign.covers(weak_hash))
            );
        }
        for comment in ["# nosec B501", "# noqa: S501", "# nosemgrep: open-redirect"] {
            assert!(
                !find(comment)
                    .iter()
                    .any(|foreign| foreign.covers(weak_hash))
            );
        }
    }

    const ALL: [&str; 3] = ["sql-injection", "command-injection", "hardcoded-secret"];

    #[test]
    fn bandit() {
        assert_eq!(silenced("# nosec"), ALL);
        assert_eq!(silenced("# nosec - the input is a constant"), ALL);
        assert_eq!(silenced("# nosec B608"), ["sql-injection"]);
        assert_eq!(
            silenced("#nosec: B602,B105"),
            ["command-injection", "hardcoded-secret"]
        );
        assert_eq!(
            silenced("# nosec hardcoded_sql_expressions"),
            ["sql-injection"]
        );
        assert!(silenced("# nosec assert_used").is_empty());
        assert!(silenced("# nosecond").is_empty());
    }

    #[test]
    fn ruff() {
        assert!(silenced("# noqa").is_empty());
        assert!(silenced("# noqa: E501").is_empty());
        assert_eq!(
            silenced("# type: ignore  # NOQA: E501, S608"),
            ["sql-injection"]
        );
        assert_eq!(
            silenced("# noqa:S6"),
            ["sql-injection", "command-injection"]
        );
        let file = find("# ruff: noqa: S105");
        assert_eq!((file[0].marker, file[0].reach), (Marker::Noqa, Reach::File));
    }

    #[test]
    fn semgrep() {
        assert_eq!(silenced("# nosemgrep"), ALL);
        assert_eq!(
            silenced("# nosemgrep: my.rules.sqlalchemy-raw"),
            ["sql-injection"]
        );
        assert!(silenced("# nosemgrep: some.style.rule").is_empty());
    }
}
