//! Lists of what other scanners were told to leave alone: `.gitleaks.toml` and `.secrets.baseline`.
//!
//! ```toml
//! [[allowlists]]
//! description = "made up"
//! paths = ['''tests/fixtures/.*''']
//! stopwords = ["example"]
//! ```
//! The lists of a single rule of gitleaks are not read: its rules are not ours.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use data_encoding::HEXLOWER;
use regex::Regex;
use serde::Deserialize;
use sha1::{Digest as _, Sha1};

/// What is allowed, and who says so.
#[derive(Debug, Default, Clone)]
pub struct Allow {
    lists: Vec<List>,
    /// By path: the SHA-1 of values, in hexadecimal digits.
    hashes: BTreeMap<String, BTreeSet<String>>,
}

#[derive(Debug, Clone)]
struct List {
    description: String,
    paths: Vec<Regex>,
    regexes: Vec<Regex>,
    target: Target,
    stopwords: Vec<String>,
    condition: Condition,
}

/// What the regular expressions of a list are compared with.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Target {
    #[default]
    Secret,
    Match,
    Line,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
enum Condition {
    #[default]
    #[serde(rename = "OR", alias = "or")]
    Any,
    #[serde(rename = "AND", alias = "and")]
    All,
}

/// A list that cannot be read: which pattern or place, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AllowError(String);

impl fmt::Display for AllowError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

impl std::error::Error for AllowError {}

/// The parts of gitleaks' configuration that are read.
#[derive(Debug, Default, Deserialize)]
struct Gitleaks {
    #[serde(default)]
    allowlist: Option<GitleaksList>,
    #[serde(default)]
    allowlists: Vec<GitleaksList>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase")]
struct GitleaksList {
    #[serde(default)]
    description: String,
    #[serde(default)]
    paths: Vec<String>,
    #[serde(default)]
    regexes: Vec<String>,
    #[serde(default)]
    regex_target: Target,
    #[serde(default)]
    stopwords: Vec<String>,
    #[serde(default)]
    condition: Condition,
    #[serde(default)]
    target_rules: Vec<String>,
}

#[derive(Debug, Deserialize)]
struct Baseline {
    results: BTreeMap<String, Vec<BaselineEntry>>,
}

#[derive(Debug, Deserialize)]
struct BaselineEntry {
    hashed_secret: String,
    /// What an audit said; `true` is no reason to leave it alone.
    is_secret: Option<bool>,
}

impl Allow {
    /// Reads the allow-lists of a `.gitleaks.toml`.
    pub fn gitleaks(text: &str) -> Result<Self, AllowError> {
        let file: Gitleaks = toml::from_str(text).map_err(|error| AllowError(error.to_string()))?;
        let lists = file
            .allowlist
            .into_iter()
            .chain(file.allowlists)
            .filter(|list| list.target_rules.is_empty())
            .map(List::new)
            .collect::<Result<_, _>>()?;
        Ok(Self {
            lists,
            hashes: BTreeMap::new(),
        })
    }

    /// Reads a `.secrets.baseline` of detect-secrets.
    pub fn baseline(text: &str) -> Result<Self, AllowError> {
        let file: Baseline =
            serde_json::from_str(text).map_err(|error| AllowError(error.to_string()))?;
        let mut hashes: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        for (path, entries) in file.results {
            let allowed = entries
                .into_iter()
                .filter(|entry| entry.is_secret != Some(true))
                .map(|entry| entry.hashed_secret.to_ascii_lowercase());
            hashes
                .entry(path.replace('\\', "/"))
                .or_default()
                .extend(allowed);
        }
        Ok(Self {
            lists: Vec::new(),
            hashes,
        })
    }

    /// Both.
    pub fn extend(&mut self, other: Self) {
        self.lists.extend(other.lists);
        for (path, hashes) in other.hashes {
            self.hashes.entry(path).or_default().extend(hashes);
        }
    }

    pub fn is_empty(&self) -> bool {
        self.lists.is_empty() && self.hashes.is_empty()
    }

    /// Why `value` in `line` of the file at `path` is allowed, if it is.
    pub fn reason(&self, path: &str, value: &str, line: &str) -> Option<String> {
        let path = path.strip_prefix("./").unwrap_or(path);
        if let Some(hashes) = self.hashes.get(path)
            && hashes.contains(&HEXLOWER.encode(&Sha1::digest(value.as_bytes())))
        {
            return Some(".secrets.baseline".to_owned());
        }
        self.lists
            .iter()
            .find(|list| list.covers(path, value, line))
            .map(|list| match list.description.as_str() {
                "" => ".gitleaks.toml".to_owned(),
                description => format!(".gitleaks.toml: {description}"),
            })
    }
}

impl List {
    fn new(list: GitleaksList) -> Result<Self, AllowError> {
        let compile = |patterns: Vec<String>| {
            patterns
                .iter()
                .map(|pattern| {
                    Regex::new(pattern)
                        .map_err(|error| AllowError(format!("`{pattern}` cannot be read: {error}")))
                })
                .collect::<Result<Vec<Regex>, AllowError>>()
        };
        Ok(Self {
            description: list.description,
            paths: compile(list.paths)?,
            regexes: compile(list.regexes)?,
            target: list.regex_target,
            stopwords: list
                .stopwords
                .into_iter()
                .map(|word| word.to_ascii_lowercase())
                .collect(),
            condition: list.condition,
        })
    }

    fn covers(&self, path: &str, value: &str, line: &str) -> bool {
        let text = match self.target {
            Target::Secret => value,
            Target::Match | Target::Line => line,
        };
        let lower = value.to_ascii_lowercase();
        let criteria = [
            (
                !self.paths.is_empty(),
                self.paths.iter().any(|pattern| pattern.is_match(path)),
            ),
            (
                !self.regexes.is_empty(),
                self.regexes.iter().any(|pattern| pattern.is_match(text)),
            ),
            (
                !self.stopwords.is_empty(),
                self.stopwords.iter().any(|word| lower.contains(word)),
            ),
        ];
        let mut named = criteria
            .iter()
            .filter(|(is_named, _)| *is_named)
            .map(|(_, holds)| *holds)
            .peekable();
        match self.condition {
            Condition::Any => named.any(|holds| holds),
            Condition::All => named.peek().is_some() && named.all(|holds| holds),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Allow;
    use sha1::{Digest as _, Sha1};

    #[test]
    fn lists_of_gitleaks() {
        let text = "[allowlist]\npaths = ['''tests/.*''']\n\
                    [[allowlists]]\ndescription = \"old\"\ncondition = \"AND\"\n\
                    paths = ['a\\.env']\nstopwords = [\"Lantern\"]\n";
        let allow = Allow::gitleaks(text).expect("it is well formed");
        assert_eq!(
            allow.reason("tests/x.env", "v", ""),
            Some(".gitleaks.toml".to_owned())
        );
        assert_eq!(
            allow.reason("a.env", "quiet-lantern-41", ""),
            Some(".gitleaks.toml: old".to_owned())
        );
        assert_eq!(allow.reason("b.env", "quiet-lantern-41", ""), None);
        assert_eq!(allow.reason("a.env", "other", ""), None);
    }

    #[test]
    fn a_pattern_that_cannot_be_read_is_named() {
        let broken = Allow::gitleaks("[allowlist]\nregexes = ['(']\n");
        assert!(broken.is_err_and(|error| error.to_string().starts_with("`(` cannot be read")));
        assert!(Allow::gitleaks("[").is_err());
    }

    #[test]
    fn baselines_of_detect_secrets() {
        let hash = data_encoding::HEXLOWER.encode(&Sha1::digest(b"quiet-otter"));
        let entry = |audit: &str| {
            format!("{{\"results\": {{\"a.env\": [{{\"hashed_secret\": \"{hash}\"{audit}}}]}}}}")
        };
        let allow = Allow::baseline(&entry("")).expect("it is well formed");
        assert!(allow.reason("a.env", "quiet-otter", "").is_some());
        assert!(allow.reason("a.env", "another", "").is_none());
        assert!(allow.reason("b.env", "quiet-otter", "").is_none());
        let audited = Allow::baseline(&entry(", \"is_secret\": true")).expect("it is well formed");
        assert!(audited.reason("a.env", "quiet-otter", "").is_none());
        assert!(Allow::baseline("{}").is_err());
    }
}
