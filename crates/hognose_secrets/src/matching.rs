//! Matches of the known formats in a text: one pass for all keywords, patterns only at their hits.
//!
//! ```text
//! x = "npm_…"      keyword `npm_`, pattern anchored there, boundary, checksum
//! ```

use std::ops::Range;

use aho_corasick::{AhoCorasick, AhoCorasickBuilder, AhoCorasickKind};

use crate::format::{Format, Formats, Kind, Span};
use crate::values::{entropy, is_varied};

/// How a keyword finds the window in which its pattern is tried.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum At {
    /// The match begins with the keyword, in this case of letters.
    Start,
    /// The keyword is part of the match.
    Inside,
    /// The keyword stands near the match, on its line.
    Near,
}

/// A text that has the shape of a format.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Match {
    /// The index in [`Formats::formats`].
    pub format: usize,
    pub range: Range<usize>,
    /// The credential itself within `range`; the same where the pattern is nothing else.
    pub secret: Range<usize>,
}

/// The keywords of all formats, and what to do at a hit.
#[derive(Debug)]
pub struct Matcher {
    formats: &'static Formats,
    keywords: AhoCorasick,
    /// By the keyword's pattern: the formats to try.
    tried: Vec<Vec<(usize, At)>>,
    texts: Vec<String>,
}

/// How far a window reaches from its keyword to the left and to the right, in bytes.
const WINDOW_LEFT: usize = 200;
const WINDOW_RIGHT: usize = 1600;
/// The same for what several lines belong to, such as a key file in JSON.
const WINDOW_FILE: usize = 6000;
/// How far before a match its context may stand, in bytes.
const CONTEXT_MAX: usize = 80;

impl Matcher {
    pub fn new(formats: &'static Formats) -> Self {
        let mut texts: Vec<String> = Vec::new();
        let mut tried: Vec<Vec<(usize, At)>> = Vec::new();
        for (index, format) in formats.formats.iter().enumerate() {
            let lists = [
                (&format.starts, At::Start),
                (&format.inside, At::Inside),
                (&format.near, At::Near),
            ];
            for (keywords, at) in lists {
                for keyword in keywords {
                    let known = texts.iter().position(|text| text == keyword);
                    let pattern = known.unwrap_or_else(|| {
                        texts.push(keyword.clone());
                        tried.push(Vec::new());
                        texts.len() - 1
                    });
                    tried[pattern].push((index, at));
                }
            }
        }
        let keywords = AhoCorasickBuilder::new()
            .ascii_case_insensitive(true)
            .kind(Some(AhoCorasickKind::DFA))
            .build(&texts)
            .expect("a few hundred short keywords are within every limit");
        Self {
            formats,
            keywords,
            tried,
            texts,
        }
    }

    pub fn formats(&self) -> &'static Formats {
        self.formats
    }

    /// All matches, sorted by place; several may overlap.
    pub fn matches(&self, text: &str) -> Vec<Match> {
        let bytes = text.as_bytes();
        let mut found = Vec::new();
        // A window is tried once, however many keywords stand in it.
        let mut done: Vec<usize> = vec![0; self.formats.formats.len()];
        for hit in self.keywords.find_overlapping_iter(bytes) {
            for (index, at) in &self.tried[hit.pattern().as_usize()] {
                let format = &self.formats.formats[*index];
                match at {
                    At::Start => {
                        let keyword = &self.texts[hit.pattern().as_usize()];
                        if &bytes[hit.start()..hit.end()] == keyword.as_bytes() {
                            found.extend(anchored(format, *index, text, hit.start()));
                        }
                    }
                    At::Inside | At::Near => {
                        let span = if *at == At::Near {
                            Span::Line
                        } else {
                            format.span
                        };
                        let window = window(bytes, hit.start(), hit.end(), span);
                        // What a window cut short is seen again by the next.
                        let start = window.start.max(done[*index].saturating_sub(WINDOW_LEFT));
                        if window.end <= done[*index] {
                            continue;
                        }
                        done[*index] = window.end;
                        within(format, *index, text, start..window.end, &mut found);
                    }
                }
            }
        }
        found.sort_by_key(|it| (it.range.start, it.range.end, it.format));
        found.dedup();
        found
    }
}

fn anchored(format: &Format, index: usize, text: &str, start: usize) -> Option<Match> {
    let found = format.anchored().find(&text.as_bytes()[start..])?;
    let range = start..start + found.end();
    accepted(format, index, text, range)
}

fn accepted(format: &Format, index: usize, text: &str, range: Range<usize>) -> Option<Match> {
    if !accepts(format, text, &range) {
        return None;
    }
    let secret = secret(format, text, &range).unwrap_or_else(|| range.clone());
    // A pattern over bytes may end within a character.
    text.get(secret.clone())?;
    Some(Match {
        format: index,
        range,
        secret,
    })
}

/// The group of the pattern that is the credential, where it has one.
fn secret(format: &Format, text: &str, range: &Range<usize>) -> Option<Range<usize>> {
    if !format.has_secret_group() {
        return None;
    }
    let captures = format
        .anchored()
        .captures(&text.as_bytes()[range.clone()])?;
    let group = captures.name("secret").or_else(|| captures.name("other"))?;
    Some(range.start + group.start()..range.start + group.end())
}

fn within(format: &Format, index: usize, text: &str, window: Range<usize>, found: &mut Vec<Match>) {
    let part = &text.as_bytes()[window.clone()];
    if !format.needs.is_empty() && !contains(part, format.needs.as_bytes()) {
        return;
    }
    for it in format.free().find_iter(part) {
        let range = window.start + it.start()..window.start + it.end();
        found.extend(accepted(format, index, text, range));
    }
}

fn contains(text: &[u8], wanted: &[u8]) -> bool {
    text.windows(wanted.len()).any(|window| window == wanted)
}

/// The bytes around a keyword in which its pattern is tried.
fn window(bytes: &[u8], start: usize, end: usize, span: Span) -> Range<usize> {
    let ends = |byte: u8| match span {
        Span::Word => byte.is_ascii_whitespace() || byte == b'"' || byte == b'\'' || byte == b'`',
        Span::Line => byte == b'\n',
        Span::File => false,
    };
    let far = span == Span::File;
    let left = bytes[..start]
        .iter()
        .rev()
        .take(if far { WINDOW_FILE } else { WINDOW_LEFT })
        .take_while(|byte| !ends(**byte))
        .count();
    let reach = if far { WINDOW_FILE } else { WINDOW_RIGHT };
    let right = bytes[end..]
        .iter()
        .take(reach)
        .take_while(|byte| !ends(**byte))
        .count();
    start - left..end + right
}

/// Boundary, context and proof.
fn accepts(format: &Format, text: &str, range: &Range<usize>) -> bool {
    let bytes = text.as_bytes();
    if !format.boundary.holds(bytes, range.start, range.end) {
        return false;
    }
    let Some(value) = text.get(range.clone()) else {
        return false;
    };
    if let Some(context) = format.context() {
        let line = bytes[..range.start]
            .iter()
            .rposition(|byte| *byte == b'\n')
            .map_or(0, |index| index + 1);
        let start = line.max(range.start.saturating_sub(CONTEXT_MAX));
        if !context.is_match(&bytes[start..range.start]) {
            return false;
        }
    }
    if format.kind == Kind::Context && format.proof.is_none() {
        // A part of a path or of an address is the name of something.
        let is_part = range
            .start
            .checked_sub(1)
            .is_some_and(|before| b"/@#".contains(&bytes[before]));
        if is_part || !is_random(value) {
            return false;
        }
    }
    format.proof.is_none_or(|proof| proof.holds(value))
}

/// Where only the context speaks for a value, the value must look like nothing else.
fn is_random(value: &str) -> bool {
    const BITS_MIN: f64 = 2.6;
    is_varied(value) && entropy(value) >= BITS_MIN
}

#[cfg(test)]
mod tests {
    use super::Matcher;
    use crate::format::Formats;

    fn ids(text: &str) -> Vec<&'static str> {
        let matcher = Matcher::new(Formats::embedded());
        let formats = matcher.formats();
        matcher
            .matches(text)
            .iter()
            .map(|it| formats.formats[it.format].id.as_str())
            .collect()
    }

    #[test]
    fn a_keyword_alone_is_no_match() {
        assert!(ids("ghp_ AKIA sk_live_ ://user:@ -----BEGIN basic bearer datadog").is_empty());
        assert!(ids("").is_empty());
    }

    #[test]
    fn a_commit_in_an_address_is_no_key() {
        let commit = "3f9a1c7e5b2d8f60".repeat(2) + "a4c8e2b6";
        assert!(ids(&format!("https://example.org/wandb/blob/{commit}/a.py")).is_empty());
        assert_eq!(ids(&format!("wandb = {commit}")), ["wandb-legacy"]);
    }

    #[test]
    fn windows_do_not_cut_characters() {
        let text = format!("{}://ä:ö@ü{}", "é".repeat(300), "ß".repeat(2000));
        assert!(ids(&text).is_empty());
    }
}
