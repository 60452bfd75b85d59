//! A string literal as its characters and where each stands in the source.
//!
//! ```python
//! 'it\'s {x}'      # i t ' s space, then what follows; the escape is one character of two bytes
//! ```
//! Repairs look for a character by its meaning and change the source under it. Escapes whose
//! character does not matter (`\x41`, `\N{…}`) give a placeholder.

use ruff_python_ast::str::Quote;
use ruff_text_size::{TextRange, TextSize};

/// A character of the text that a literal stands for, and its source.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Char {
    pub value: char,
    pub range: TextRange,
}

/// Whether braces are doubled in the literal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Braces {
    Plain,
    Doubled,
}

/// The characters of `source`, the inside of a literal that begins at `start`.
pub(crate) fn characters(source: &str, start: TextSize, is_raw: bool, braces: Braces) -> Vec<Char> {
    let mut found = Vec::with_capacity(source.len());
    let mut index = 0;
    while let Some(first) = source[index..].chars().next() {
        let rest = &source[index..];
        let (value, length) = match first {
            '\\' if !is_raw => escape(rest),
            '{' | '}' if braces == Braces::Doubled && rest[1..].starts_with(first) => {
                (Some(first), 2)
            }
            _ => (Some(first), first.len_utf8()),
        };
        if let Some(value) = value {
            found.push(Char {
                value,
                range: TextRange::at(start + size(index), size(length)),
            });
        }
        index += length;
    }
    found
}

/// The character of an escape and its length in bytes; none for a line that is continued.
fn escape(rest: &str) -> (Option<char>, usize) {
    const OTHER: char = '\u{FFFD}';
    let mut characters = rest[1..].chars();
    let Some(kind) = characters.next() else {
        return (Some('\\'), 1);
    };
    match kind {
        '\n' => (None, 2),
        '\r' if rest[2..].starts_with('\n') => (None, 3),
        '\r' => (None, 2),
        '\\' | '\'' | '"' => (Some(kind), 2),
        'n' => (Some('\n'), 2),
        't' => (Some('\t'), 2),
        'r' => (Some('\r'), 2),
        'a' | 'b' | 'f' | 'v' => (Some(OTHER), 2),
        'x' => (Some(OTHER), rest.len().min(4)),
        'u' => (Some(OTHER), rest.len().min(6)),
        'U' => (Some(OTHER), rest.len().min(10)),
        'N' => (Some(OTHER), rest.find('}').map_or(2, |at| at + 1)),
        '0'..='7' => {
            let digits = rest[1..]
                .chars()
                .take(3)
                .take_while(|it| ('0'..='7').contains(it))
                .count();
            (Some(OTHER), 1 + digits)
        }
        // An unknown escape stays as it is.
        _ => (Some('\\'), 1),
    }
}

fn size(bytes: usize) -> TextSize {
    TextSize::try_from(bytes).expect("a literal is shorter than 4 GiB")
}

/// `text` as a plain literal with such quotes where they need no escape, else with the others.
pub(crate) fn quoted(text: &str, preferred: Quote) -> String {
    let other = preferred.opposite();
    let quote = if text.contains(preferred.as_char()) && !text.contains(other.as_char()) {
        other
    } else {
        preferred
    };
    let mark = quote.as_char();
    let mut literal = String::from(mark);
    for character in text.chars() {
        match character {
            '\\' => literal.push_str("\\\\"),
            '\n' => literal.push_str("\\n"),
            '\r' => literal.push_str("\\r"),
            '\t' => literal.push_str("\\t"),
            it if it == mark => {
                literal.push('\\');
                literal.push(it);
            }
            it => literal.push(it),
        }
    }
    literal.push(mark);
    literal
}

/// The pieces of an f-string, written; `None` where its expressions use both kinds of quotes, which
/// older versions of Python do not read.
pub(crate) fn f_string(pieces: &[Part<'_>], preferred: Quote) -> Option<String> {
    let holes = || {
        pieces.iter().filter_map(|piece| match piece {
            Part::Hole(text) => Some(*text),
            Part::Text(_) => None,
        })
    };
    let uses = |quote: Quote| holes().any(|it| it.contains(quote.as_char()));
    let quote = match (uses(preferred), uses(preferred.opposite())) {
        (false, _) => preferred,
        (true, false) => preferred.opposite(),
        (true, true) => return None,
    };
    if holes().any(|it| it.contains('\\') || it.contains('\n') || it.contains('#')) {
        return None;
    }
    let mark = quote.as_char();
    let mut literal = format!("f{mark}");
    for piece in pieces {
        match piece {
            Part::Text(text) => {
                let escaped = text
                    .replace('\\', "\\\\")
                    .replace('\n', "\\n")
                    .replace('\t', "\\t")
                    .replace('{', "{{")
                    .replace('}', "}}")
                    .replace(mark, &format!("\\{mark}"));
                literal.push_str(&escaped);
            }
            // A dict or a set would read as a doubled brace.
            Part::Hole(text) if text.starts_with('{') => {
                literal.extend(["{ ", text, " }"]);
            }
            Part::Hole(text) => literal.extend(["{", text, "}"]),
        }
    }
    literal.push(mark);
    Some(literal)
}

/// A piece of text that is written anew.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Part<'a> {
    Text(&'a str),
    /// The source of an expression.
    Hole(&'a str),
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(source: &str, is_raw: bool, braces: Braces) -> String {
        let found = characters(source, TextSize::default(), is_raw, braces);
        found.iter().map(|it| it.value).collect()
    }

    #[test]
    fn escapes_are_one_character() {
        assert_eq!(text(r"it\'s\n\\", false, Braces::Plain), "it's\n\\");
        assert_eq!(text(r"it\'s", true, Braces::Plain), r"it\'s");
        assert_eq!(text("a\\\nb", false, Braces::Plain), "ab");
        assert_eq!(
            text(r"\x41\u00e9\N{DASH}\101.", false, Braces::Plain).len(),
            4 * 3 + 1
        );
        assert_eq!(text(r"\d", false, Braces::Plain), r"\d");
    }

    #[test]
    fn doubled_braces_are_one() {
        assert_eq!(text("{{a}}", false, Braces::Doubled), "{a}");
        assert_eq!(text("{{a}}", false, Braces::Plain), "{{a}}");
    }

    #[test]
    fn what_is_written_can_be_read() {
        assert_eq!(quoted("it's", Quote::Single), "\"it's\"");
        assert_eq!(quoted("'\"\\", Quote::Double), "\"'\\\"\\\\\"");
        let parts = [Part::Text("%"), Part::Hole("a[\"k\"]"), Part::Text("{%")];
        assert_eq!(
            f_string(&parts, Quote::Double).as_deref(),
            Some("f'%{a[\"k\"]}{{%'")
        );
        assert_eq!(
            f_string(&[Part::Hole("a['k'][\"j\"]")], Quote::Double),
            None
        );
    }
}
