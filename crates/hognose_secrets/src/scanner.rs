//! From a text to its credentials.
//!
//! ```text
//! text → matches of known formats → what each is worth → one hit a value
//! ```
//! A match that another covers is dropped: the password of a URL that is itself a known token is
//! one hit.

use std::ops::Range;

use ruff_text_size::{TextRange, TextSize};

use crate::format::{Format, Formats, Kind};
use crate::hit::Hit;
use crate::identity::{Identity, Key, masked};
use crate::judge::{self, Judged};
use crate::matching::{Match, Matcher};

/// The ids of the rules that hits belong to.
pub mod rules {
    pub const HARDCODED_SECRET: &str = "hardcoded-secret";
    pub const PRIVATE_KEY: &str = "private-key-in-repository";
    pub const SECRET_IN_URL: &str = "secret-in-url";
}

/// Finds credentials. Compiled once; shared by any number of threads.
#[derive(Debug)]
pub struct Scanner {
    matcher: Matcher,
    key: Key,
}

impl Default for Scanner {
    fn default() -> Self {
        Self::new()
    }
}

impl Scanner {
    /// With a key of zeros: identities tell values apart within one run.
    pub fn new() -> Self {
        Self::with_key(Key::default())
    }

    pub fn with_key(key: Key) -> Self {
        Self {
            matcher: Matcher::new(Formats::embedded()),
            key,
        }
    }

    /// The credentials of the file at `path` (relative, with `/`) with that text, by place.
    pub fn scan(&self, path: &str, text: &str) -> Vec<Hit> {
        let mut candidates = self.formats(text);
        let scope = judge::scope(path);
        candidates.sort_by_key(|it| (it.secret.start, it.secret.end));
        let mut kept: Vec<Candidate> = Vec::new();
        for candidate in candidates {
            match kept.last_mut() {
                Some(last) if last.overlaps(&candidate) => {
                    if candidate.outranks(last) {
                        *last = candidate;
                    }
                }
                _ => kept.push(candidate),
            }
        }
        kept.into_iter()
            .map(|candidate| self.hit(text, candidate, scope))
            .collect()
    }

    /// Matches of known formats, each judged.
    fn formats(&self, text: &str) -> Vec<Candidate> {
        let formats = self.matcher.formats();
        let matches = self.matcher.matches(text);
        matches
            .iter()
            .filter_map(|it| {
                let format = &formats.formats[it.format];
                let judged = judge::judge(format, it, text, &matches, formats)?;
                Some(Candidate::of(format, it, judged))
            })
            .collect()
    }

    fn hit(&self, text: &str, candidate: Candidate, scope: judge::Scope) -> Hit {
        let value = &text[candidate.secret.clone()];
        let (severity, confidence) =
            scope.weigh(candidate.judged.severity, candidate.judged.confidence);
        Hit {
            rule: candidate.judged.rule,
            format: candidate.format.map_or("", |format| format.id.as_str()),
            provider: candidate
                .format
                .map_or("", |format| format.provider.as_str()),
            range: text_range(&candidate.secret),
            severity,
            confidence,
            masked: masked(value),
            identity: Identity::of(value, &self.key),
            message: candidate.judged.message,
            advice: judge::advice(candidate.format, self.matcher.formats()),
        }
    }
}

/// A credential before it is weighed against others at its place.
struct Candidate {
    format: Option<&'static Format>,
    secret: Range<usize>,
    judged: Judged,
    /// The longer match says more.
    length: usize,
}

impl Candidate {
    fn of(format: &'static Format, it: &Match, judged: Judged) -> Self {
        Self {
            format: Some(format),
            secret: it.secret.clone(),
            judged,
            length: it.range.len(),
        }
    }

    fn overlaps(&self, other: &Self) -> bool {
        other.secret.start < self.secret.end && self.secret.start < other.secret.end
    }

    fn outranks(&self, other: &Self) -> bool {
        let rank = |it: &Self| {
            let shape = it.format.map_or(0, |format| match format.kind {
                Kind::Token | Kind::Block => 3,
                Kind::Test | Kind::Identifier | Kind::Hash => 2,
                Kind::Context => 1,
            });
            let is_issued = it.format.is_some_and(|format| format.provider != "generic");
            (is_issued, shape, it.judged.confidence, it.length)
        };
        rank(self) > rank(other)
    }
}

fn text_range(range: &Range<usize>) -> TextRange {
    let offset = |value: usize| TextSize::try_from(value).unwrap_or(TextSize::new(u32::MAX));
    TextRange::new(offset(range.start), offset(range.end))
}
