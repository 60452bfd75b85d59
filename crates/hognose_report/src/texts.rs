//! The source texts of a report, by path, as they may be shown: with credentials masked.
//!
//! ```python
//! PASSWORD = "correct-horse-battery"     # shown as "corr***************ry"
//! connect(password=PASSWORD)             # the finding lies here, its first step there
//! ```
//!
//! A report is uploaded, mailed and kept in build logs. So wherever a finding of the class
//! hardcoded secrets or a step of its trace lies, the literals are masked in every excerpt and
//! snippet, also in those of other findings on the same line, and in the finding's own messages.
//! A masked text has the same byte offsets as the original.

use std::borrow::Cow;
use std::collections::HashMap;
use std::ops::Range;

use hognose_check::Report;
use hognose_finding::{Class, Finding, Location, Position, SourceText, StepKind};
use ruff_text_size::{TextRange, TextSize};

use crate::Section;

/// How many characters of a masked literal stay visible at its start and at its end.
const VISIBLE_START: usize = 4;
const VISIBLE_END: usize = 2;
/// A literal shorter than this is masked as a whole.
const PARTLY_VISIBLE_MIN: usize = 12;

/// All texts of a report.
pub struct Texts<'a> {
    files: HashMap<&'a str, ShownFile<'a>>,
    /// Whether credentials are shown as they are.
    shown: Section,
}

/// One text and its masked form.
pub struct ShownFile<'a> {
    pub source: &'a SourceText,
    masked: Cow<'a, str>,
}

/// A location in the terms of a person.
#[derive(Debug, Clone, Copy)]
pub struct Span {
    pub start: Position,
    /// Exclusive.
    pub end: Position,
}

impl<'a> Texts<'a> {
    pub fn new(report: &'a Report, shown: Section) -> Self {
        let mut files: HashMap<&str, ShownFile<'_>> = report
            .files
            .iter()
            .map(|source| {
                let masked = Cow::Borrowed(&*source.text);
                (&*source.path, ShownFile { source, masked })
            })
            .collect();
        if shown == Section::Show {
            return Self { files, shown };
        }
        let suppressed = report.suppressed.iter().map(|entry| &entry.finding);
        for finding in report.findings.iter().chain(suppressed) {
            for (location, ranges) in secrets(finding, &files) {
                if let Some(file) = files.get_mut(&*location.file) {
                    for range in ranges {
                        file.mask(range);
                    }
                }
            }
        }
        Self { files, shown }
    }

    /// A message of `finding` as it may be shown.
    pub fn message<'m>(&self, finding: &Finding, message: &'m str) -> Cow<'m, str> {
        let mut shown = Cow::Borrowed(message);
        if self.shown == Section::Show {
            return shown;
        }
        for (location, ranges) in secrets(finding, &self.files) {
            let Some(file) = self.get(&location.file) else {
                continue;
            };
            for range in ranges {
                let secret = &file.source.text[range];
                if shown.contains(secret) {
                    shown = Cow::Owned(mask_quoted(&shown, secret));
                }
            }
        }
        shown
    }

    pub fn get(&self, path: &str) -> Option<&ShownFile<'a>> {
        self.files.get(path)
    }

    /// Where `location` is; `None` if the report does not hold its file.
    pub fn span(&self, location: &Location) -> Option<Span> {
        let source = self.get(&location.file)?.source;
        Some(Span {
            start: source.position(location.range.start()),
            end: source.position(location.range.end()),
        })
    }

    /// `path`, or `path:cell N` in a notebook: what a line number is relative to.
    pub fn place(location: &Location, span: Option<Span>) -> String {
        match span.and_then(|span| span.start.cell) {
            Some(cell) => format!("{}:cell {cell}", location.file),
            None => location.file.to_string(),
        }
    }
}

impl ShownFile<'_> {
    /// All of it, as it may be shown.
    pub fn text(&self) -> &str {
        &self.masked
    }

    /// The text under `range` as it may be shown, cut to the file.
    pub fn slice(&self, range: TextRange) -> &str {
        &self.masked[self.range(range)]
    }

    /// `range` in bytes, cut to the file.
    fn range(&self, range: TextRange) -> Range<usize> {
        let end = TextSize::of(&*self.source.text);
        range.start().min(end).to_usize()..range.end().min(end).to_usize()
    }

    fn mask(&mut self, range: Range<usize>) {
        let mut masked = String::with_capacity(range.len());
        mask_content(&self.source.text[range.clone()], &mut masked);
        self.masked.to_mut().replace_range(range, &masked);
    }
}

/// Where the credential that `finding` is about stands, in bytes of the texts: in the literals of
/// the sources, else of the place of the finding, else of the other steps. Nowhere unless it is
/// about one.
fn secrets<'f>(
    finding: &'f Finding,
    files: &HashMap<&str, ShownFile<'_>>,
) -> Vec<(&'f Location, Vec<Range<usize>>)> {
    if finding.rule.class != Class::HardcodedSecrets {
        return Vec::new();
    }
    let literals = |location: &'f Location| {
        let file = files.get(&*location.file)?;
        let range = file.range(location.range);
        let contents = literal_contents(&file.source.text[range.clone()]);
        let shifted = contents
            .into_iter()
            .map(|it| it.start + range.start..it.end + range.start);
        let ranges: Vec<Range<usize>> = shifted.collect();
        (!ranges.is_empty()).then_some((location, ranges))
    };
    let steps = |is_source: bool| {
        let steps = finding.trace.iter();
        steps
            .filter(move |step| (step.kind == StepKind::Source) == is_source)
            .map(|step| &step.location)
    };
    let candidates: [Vec<&Location>; 3] = [
        steps(true).collect(),
        vec![&finding.location],
        steps(false).collect(),
    ];
    // Outside Python, where no function is named, the place is the value and nothing else.
    let is_value = finding.function.is_empty() && finding.trace.is_empty();
    for locations in candidates.into_iter().filter(|_| !is_value) {
        let found: Vec<_> = locations.into_iter().filter_map(literals).collect();
        if !found.is_empty() {
            return found;
        }
    }
    // Without any quotes the place is the credential itself.
    let file = files.get(&*finding.location.file);
    let whole = file.map(|file| vec![file.range(finding.location.range)]);
    whole
        .map(|ranges| (&finding.location, ranges))
        .into_iter()
        .collect()
}

/// Masks `secret` in `message` where it is quoted; a long one, which is no ordinary word, anywhere.
fn mask_quoted(message: &str, secret: &str) -> String {
    let mut content = String::new();
    mask_content(secret, &mut content);
    let mut masked = String::with_capacity(message.len());
    let mut done = 0;
    for (at, _) in message.match_indices(secret) {
        let is_quoted = message[..at].ends_with(['"', '\'', '`']);
        masked.push_str(&message[done..at]);
        masked.push_str(
            if is_quoted || secret.chars().count() >= PARTLY_VISIBLE_MIN {
                &content
            } else {
                secret
            },
        );
        done = at + secret.len();
    }
    masked + &message[done..]
}

fn mask_content(content: &str, masked: &mut String) {
    let count = content.chars().count();
    let visible = |index: usize| {
        count >= PARTLY_VISIBLE_MIN && (index < VISIBLE_START || index + VISIBLE_END >= count)
    };
    for (index, character) in content.chars().enumerate() {
        if visible(index) || character == '\n' {
            masked.push(character);
        } else {
            masked.extend(std::iter::repeat_n('*', character.len_utf8()));
        }
    }
}

/// The byte ranges between the quotes of the string literals in `code`; an unclosed literal
/// reaches to the end.
fn literal_contents(code: &str) -> Vec<Range<usize>> {
    let bytes = code.as_bytes();
    let mut contents = Vec::new();
    let mut index = 0;
    while index < bytes.len() {
        let quote = bytes[index];
        if quote != b'"' && quote != b'\'' {
            index += 1;
            continue;
        }
        let triple = [quote; 3];
        let is_triple = bytes[index..].starts_with(&triple);
        let mark: &[u8] = if is_triple { &triple } else { &triple[..1] };
        let start = index + mark.len();
        let mut end = start;
        while end < bytes.len() && !bytes[end..].starts_with(mark) {
            end += if bytes[end] == b'\\' { 2 } else { 1 };
        }
        let end = floor_char_boundary(code, end);
        contents.push(start..end);
        index = end + mark.len();
    }
    contents
}

/// The end of a scan that may have stepped over the end or into a character after a backslash.
fn floor_char_boundary(code: &str, index: usize) -> usize {
    let mut index = index.min(code.len());
    while !code.is_char_boundary(index) {
        index -= 1;
    }
    index
}

#[cfg(test)]
mod tests {
    use super::{literal_contents, mask_content, mask_quoted};

    fn mask(content: &str) -> String {
        let mut masked = String::new();
        mask_content(content, &mut masked);
        masked
    }

    fn literals(code: &str) -> Vec<&str> {
        literal_contents(code)
            .into_iter()
            .map(|range| &code[range])
            .collect()
    }

    #[test]
    fn a_long_literal_keeps_its_ends() {
        assert_eq!(mask("supersecret123"), "supe********23");
    }

    #[test]
    fn a_short_literal_is_masked_whole() {
        assert_eq!(mask("hunter2"), "*******");
    }

    #[test]
    fn offsets_stay_the_same() {
        let content = "pässwörd\n🐍 and more";
        assert_eq!(mask(content).len(), content.len());
    }

    #[test]
    fn messages_keep_their_words() {
        let masked = mask_quoted("`secret` is a secret", "secret");
        assert_eq!(masked, "`******` is a secret");
        assert_eq!(
            mask_quoted("is supersecret123", "supersecret123"),
            "is supe********23"
        );
    }

    #[test]
    fn literals_are_found_in_all_quotes() {
        assert_eq!(
            literals("f(b'one', \"two\", \"\"\"th'ree\"\"\")"),
            ["one", "two", "th'ree"]
        );
        assert_eq!(literals("name"), [""; 0]);
    }

    #[test]
    fn an_unclosed_literal_reaches_to_the_end() {
        assert_eq!(literals("'unclosed \\"), ["unclosed \\"]);
        assert_eq!(literals("'\\é"), ["\\é"]);
    }
}
