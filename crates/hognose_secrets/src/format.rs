//! Known formats of credentials, read from `models/secrets/*.toml`.
//!
//! ```toml
//! [[format]]
//! id = "npm-token"
//! starts = ["npm_"]
//! regex = 'npm_[A-Za-z0-9]{36}'
//! ```
//! `models/secrets/README.md` describes the rows. Patterns are compiled when a keyword of theirs
//! first occurs in a text.

use std::fmt;
use std::sync::OnceLock;

use data_encoding::HEXLOWER;
use regex::bytes::{Regex, RegexBuilder};
use serde::Deserialize;
use sha2::{Digest as _, Sha256};

use crate::boundary::Boundary;
use crate::embedded::FILES;
use crate::proof::Proof;

/// What a match of a format alone is worth.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// The text alone is a credential.
    Token,
    /// Names an account or a key; the secret is its partner.
    Identifier,
    /// No shape of its own: what stands before it must agree with `context`.
    Context,
    /// The first line of a key in text form; the body follows.
    Block,
    /// A hash of a password: no credential, but what passwords are guessed from.
    Hash,
    /// Works only in the provider's test mode.
    Test,
}

/// Where a line's context ends a match's window.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Span {
    /// Characters without a space around the keyword.
    #[default]
    Word,
    /// The line of the keyword.
    Line,
    /// Several lines.
    File,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct Row {
    id: String,
    provider: String,
    title: String,
    kind: Kind,
    #[serde(default)]
    starts: Vec<String>,
    #[serde(default)]
    inside: Vec<String>,
    #[serde(default)]
    near: Vec<String>,
    #[serde(default)]
    span: Span,
    #[serde(default)]
    needs: String,
    regex: String,
    boundary: Boundary,
    context: Option<String>,
    proof: Option<Proof>,
    template: String,
}

/// Who issues credentials, and how they are taken back.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Provider {
    pub name: String,
    /// Where and how the credential is revoked. A sentence.
    pub revoke: String,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default)]
    format: Vec<Row>,
    #[serde(default)]
    provider: Vec<Provider>,
    #[serde(default)]
    public: Vec<Public>,
    #[serde(default)]
    well_known: Vec<String>,
    #[serde(default)]
    owners: Vec<String>,
}

/// A value that everybody knows by design.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Public {
    /// "an example of RFC 6749"
    pub what: String,
    /// In hexadecimal digits.
    pub sha256: String,
}

/// One known format.
#[derive(Debug)]
pub struct Format {
    pub id: String,
    pub provider: String,
    /// "GitHub token"
    pub title: String,
    pub kind: Kind,
    pub(crate) boundary: Boundary,
    pub proof: Option<Proof>,
    /// Generates fakes for the tests.
    pub template: String,
    pub(crate) starts: Vec<String>,
    pub(crate) inside: Vec<String>,
    pub(crate) near: Vec<String>,
    pub(crate) span: Span,
    /// A text that must stand in the window before the pattern is tried; may be empty.
    pub(crate) needs: String,
    regex: String,
    context: Option<String>,
    anchored: OnceLock<Regex>,
    free: OnceLock<Regex>,
    around: OnceLock<Option<Regex>>,
}

const COMPILES: &str = "a test compiles every pattern of the embedded files";

impl Format {
    /// The regular expression, over bytes.
    pub fn pattern(&self) -> &str {
        &self.regex
    }

    pub fn boundary(&self) -> Boundary {
        self.boundary
    }

    /// Matches at the beginning of a text only.
    pub(crate) fn anchored(&self) -> &Regex {
        self.anchored
            .get_or_init(|| compile(&format!("^(?:{})", self.regex)).expect(COMPILES))
    }

    /// Whether the pattern says which part of it is the credential.
    pub(crate) fn has_secret_group(&self) -> bool {
        self.regex.contains("(?P<secret>")
    }

    pub(crate) fn free(&self) -> &Regex {
        self.free
            .get_or_init(|| compile(&self.regex).expect(COMPILES))
    }

    /// What must stand before a match, on the same line.
    pub(crate) fn context(&self) -> Option<&Regex> {
        self.around
            .get_or_init(|| {
                self.context
                    .as_deref()
                    .map(|context| compile(context).expect(COMPILES))
            })
            .as_ref()
    }
}

fn compile(pattern: &str) -> Result<Regex, regex::Error> {
    RegexBuilder::new(pattern).unicode(false).build()
}

/// A file of formats that cannot be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FormatError {
    pub file: String,
    pub message: String,
}

impl fmt::Display for FormatError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}: {}", self.file, self.message)
    }
}

impl std::error::Error for FormatError {}

/// All known formats and providers.
#[derive(Debug, Default)]
pub struct Formats {
    pub formats: Vec<Format>,
    pub providers: Vec<Provider>,
    pub public: Vec<Public>,
    /// Passwords that everybody tries first.
    pub well_known: Vec<String>,
    /// First parts of names in one word, such as `db` in `dbpassword`.
    pub owners: Vec<String>,
}

impl Formats {
    /// The formats that are part of the program, read once.
    pub fn embedded() -> &'static Self {
        static EMBEDDED: OnceLock<Formats> = OnceLock::new();
        EMBEDDED.get_or_init(|| Self::load(FILES).expect("a test reads the embedded files"))
    }

    /// Reads `files`, given as path and text.
    pub fn load(files: &[(&str, &str)]) -> Result<Self, FormatError> {
        let mut formats = Self::default();
        for (path, text) in files {
            let error = |message: String| FormatError {
                file: (*path).to_owned(),
                message,
            };
            let file: File = toml::from_str(text).map_err(|it| error(it.to_string()))?;
            formats.providers.extend(file.provider);
            formats.public.extend(file.public);
            formats.well_known.extend(file.well_known);
            formats.owners.extend(file.owners);
            for row in file.format {
                if row.starts.is_empty() && row.inside.is_empty() && row.near.is_empty() {
                    return Err(error(format!("`{}` has no keyword", row.id)));
                }
                if formats.formats.iter().any(|known| known.id == row.id) {
                    return Err(error(format!("`{}` is there twice", row.id)));
                }
                formats.formats.push(Format::from(row));
            }
        }
        Ok(formats)
    }

    /// Whether everybody knows `value` by design.
    pub fn is_public(&self, value: &str) -> bool {
        let digest = Sha256::digest(value.as_bytes());
        let digest = HEXLOWER.encode(&digest);
        self.public.iter().any(|public| public.sha256 == digest)
    }

    /// How a credential of that provider is taken back.
    pub fn provider(&self, name: &str) -> Option<&Provider> {
        self.providers.iter().find(|provider| provider.name == name)
    }
}

impl From<Row> for Format {
    fn from(row: Row) -> Self {
        Self {
            id: row.id,
            provider: row.provider,
            title: row.title,
            kind: row.kind,
            boundary: row.boundary,
            proof: row.proof,
            template: row.template,
            starts: row.starts,
            inside: row.inside,
            near: row.near,
            span: row.span,
            needs: row.needs,
            regex: row.regex,
            context: row.context,
            anchored: OnceLock::new(),
            free: OnceLock::new(),
            around: OnceLock::new(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{FILES, Formats, compile};

    #[test]
    fn every_pattern_compiles_and_every_provider_is_described() {
        let formats = Formats::load(FILES).expect("the embedded files are well formed");
        assert!(formats.formats.len() >= 168);
        for format in &formats.formats {
            for pattern in std::iter::once(&format.regex).chain(&format.context) {
                assert!(compile(pattern).is_ok(), "{}: {pattern}", format.id);
            }
            assert!(
                formats.provider(&format.provider).is_some(),
                "{}: no provider `{}`",
                format.id,
                format.provider
            );
        }
        assert!(
            formats
                .public
                .iter()
                .all(|public| public.sha256.len() == 64)
        );
        for provider in &formats.providers {
            assert!(
                formats
                    .formats
                    .iter()
                    .any(|format| format.provider == provider.name),
                "{} has no format",
                provider.name
            );
        }
    }

    #[test]
    fn mistakes_are_named() {
        let unknown = Formats::load(&[("x.toml", "[[format]]\nname = \"a\"")]);
        assert!(unknown.is_err_and(|error| error.to_string().starts_with("x.toml: ")));
        let without = "[[format]]\nid='a'\nprovider='p'\ntitle='t'\nkind='token'\nregex='x'\nboundary='word'\ntemplate='x'";
        let without = Formats::load(&[("y.toml", without)]);
        assert!(without.is_err_and(|error| error.message == "`a` has no keyword"));
    }
}
