//! From a text to its credentials.
//!
//! ```text
//! text → matches of known formats → what each is worth → one hit a value
//! ```
//! A match that another covers is dropped: the password of a URL that is itself a known token is
//! one hit.

use std::ops::Range;

use hognose_finding::{Confidence, Severity};
use ruff_text_size::{TextRange, TextSize};

use crate::decode;
use crate::files::FileKind;
use crate::format::{Format, Formats, Kind};
use crate::hit::Hit;
use crate::identity::{Identity, Key, masked};
use crate::judge::{self, Judged};
use crate::matching::{Match, Matcher};
use crate::named;
use crate::values::is_generated;

/// The ids of the rules that hits belong to.
pub mod rules {
    pub const HARDCODED_SECRET: &str = "hardcoded-secret";
    pub const PRIVATE_KEY: &str = "private-key-in-repository";
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

    /// The credentials of the file at `path` (relative, with `/`) with that text, by place. In
    /// Python only the known formats: names there are judged by the syntax tree.
    pub fn scan(&self, path: &str, text: &str) -> Vec<Hit> {
        let kind = FileKind::of(path);
        let mut candidates = self.formats(text);
        candidates.extend(self.encoded(text));
        candidates.extend(named(text, kind));
        let scope = judge::scope(path);
        let formats = self.matcher.formats();
        best_of_each_place(candidates)
            .into_iter()
            .filter(|candidate| !formats.is_public(&text[candidate.secret.clone()]))
            .filter(|candidate| {
                candidate.is_issued() || scope.wants(&text[candidate.secret.clone()])
            })
            .map(|candidate| self.hit(text, candidate, scope))
            .collect()
    }

    /// The known formats in the value of a literal of that file, such as one that is put together
    /// from pieces; the ranges are those of the value.
    pub fn scan_value(&self, path: &str, value: &str) -> Vec<Hit> {
        let scope = judge::scope(path);
        best_of_each_place(self.formats(value))
            .into_iter()
            .map(|candidate| self.hit(value, candidate, scope))
            .collect()
    }

    /// Settings with telling names in a piece of text inside other text: a docstring, a comment, a
    /// file that a program writes. The ranges are those of the piece.
    pub fn scan_piece(&self, path: &str, text: &str) -> Vec<Hit> {
        let scope = judge::scope(path);
        best_of_each_place(named(text, FileKind::Document))
            .into_iter()
            .filter(|candidate| {
                let value = &text[candidate.secret.clone()];
                is_generated(value) && !self.matcher.formats().is_public(value)
            })
            .map(|candidate| self.hit(text, candidate, scope))
            .collect()
    }

    /// Matches in what pieces of the text say when they are decoded.
    fn encoded(&self, text: &str) -> Vec<Candidate> {
        decode::pieces(text)
            .into_iter()
            .filter_map(|piece| {
                let found = self.formats(&piece.text);
                let best = found.into_iter().max_by_key(Candidate::rank)?;
                let worth = best.judged.confidence > Confidence::Low;
                worth.then_some(Candidate {
                    secret: piece.range,
                    ..best
                })
            })
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

    fn hit(&self, text: &str, mut candidate: Candidate, scope: judge::Scope) -> Hit {
        let value = &text[candidate.secret.clone()];
        // Tests of cryptography are full of keys that open nothing.
        let is_block = candidate
            .format
            .is_some_and(|format| format.kind == Kind::Block);
        if is_block && scope == judge::Scope::Test {
            candidate.judged.confidence = Confidence::Low;
        }
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
        self.rank() > other.rank()
    }

    /// Whether somebody hands out values of that format.
    fn is_issued(&self) -> bool {
        self.format
            .is_some_and(|format| format.provider != "generic")
    }

    fn rank(&self) -> (bool, u8, Confidence, usize) {
        let shape = self.format.map_or(0, |format| match format.kind {
            Kind::Token | Kind::Block => 3,
            Kind::Test | Kind::Identifier | Kind::Hash => 2,
            Kind::Context => 1,
        });
        (self.is_issued(), shape, self.judged.confidence, self.length)
    }
}

/// One candidate where several overlap.
fn best_of_each_place(mut candidates: Vec<Candidate>) -> Vec<Candidate> {
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
    kept
}

/// Credentials under telling names.
fn named(text: &str, kind: FileKind) -> Vec<Candidate> {
    named::credentials(text, kind)
        .into_iter()
        .map(|it| {
            let name = text[it.setting.name].to_owned();
            Candidate {
                format: None,
                length: it.setting.value.len(),
                secret: it.setting.value,
                judged: Judged {
                    rule: rules::HARDCODED_SECRET,
                    severity: if it.confidence == Confidence::Low {
                        Severity::Low
                    } else {
                        Severity::High
                    },
                    confidence: it.confidence,
                    message: format!(
                        "The value of `{name}` is written here. Everybody who can read the file or its history has it."
                    ),
                },
            }
        })
        .collect()
}

fn text_range(range: &Range<usize>) -> TextRange {
    let offset = |value: usize| TextSize::try_from(value).unwrap_or(TextSize::new(u32::MAX));
    TextRange::new(offset(range.start), offset(range.end))
}
