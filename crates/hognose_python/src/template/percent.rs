//! The language of the `%` operator on strings.
//!
//! ```python
//! "%s %(key)5.2f %-*d %%"
//! ```
//! Bytes have the same language and `%b`, which is not here.

use super::{FieldWhich, FormatField, FormatPiece, Pieces};
use crate::ir::HoleFormat;

/// The pieces of a `%` format string; `None` if `%` would raise an error about its syntax, or if
/// it mixes `%s` with `%(name)s`, which no argument serves in a useful way.
pub fn parse_percent_format(text: &str) -> Option<Vec<FormatPiece>> {
    let mut pieces = Pieces::default();
    let mut next = 0;
    let mut has_names = false;
    let mut rest = text;
    while let Some(at) = rest.find('%') {
        pieces.literal(&rest[..at]);
        let (directive, after) = Directive::parse(&rest[at + 1..], next)?;
        next += directive.positional;
        rest = after;
        match directive.field {
            Some(field) => {
                has_names |= matches!(field.which, FieldWhich::Name(_));
                pieces.0.push(FormatPiece::Field(field));
            }
            None => pieces.literal("%"),
        }
    }
    pieces.literal(rest);
    (!has_names || next == 0).then_some(pieces.0)
}

/// One `%…` of a format string.
struct Directive {
    /// `None` for `%%`.
    field: Option<FormatField>,
    /// Positional arguments that it takes, `*` included.
    positional: u32,
}

impl Directive {
    /// Parses what follows a `%`; `next` is the next positional argument.
    fn parse(text: &str, next: u32) -> Option<(Self, &str)> {
        if let Some(after) = text.strip_prefix('%') {
            let (field, positional) = (None, 0);
            return Some((Self { field, positional }, after));
        }
        let mut rest = text;
        let mut key = None;
        if let Some(after) = rest.strip_prefix('(') {
            let end = key_end(after)?;
            key = Some(after[..end].to_owned());
            rest = &after[end + 1..];
        }
        rest = rest.trim_start_matches(['-', '+', ' ', '#', '0']);
        let mut positional = 0;
        let mut nested = Vec::new();
        let mut star_or_digits = |rest: &mut &str| match rest.strip_prefix('*') {
            Some(after) => {
                *rest = after;
                nested.push(FormatField {
                    which: FieldWhich::Index(next + positional),
                    tail: Vec::new(),
                    format: HoleFormat::Number,
                    nested: Vec::new(),
                });
                positional += 1;
            }
            None => *rest = rest.trim_start_matches(|digit: char| digit.is_ascii_digit()),
        };
        star_or_digits(&mut rest);
        if let Some(after) = rest.strip_prefix('.') {
            rest = after;
            star_or_digits(&mut rest);
        }
        rest = rest.strip_prefix(['h', 'l', 'L']).unwrap_or(rest);
        let kind = rest.chars().next()?;
        let after = &rest[kind.len_utf8()..];
        let format = match kind {
            'd' | 'i' | 'u' | 'o' | 'x' | 'X' | 'e' | 'E' | 'f' | 'F' | 'g' | 'G' => {
                HoleFormat::Number
            }
            'r' | 'a' => HoleFormat::Repr,
            's' | 'c' => HoleFormat::Plain,
            _ => return None,
        };
        let which = match key {
            // A mapping's value is the only argument of its directive: none is left for `*`.
            Some(_) if positional > 0 => return None,
            Some(key) => FieldWhich::Name(key),
            None => {
                positional += 1;
                FieldWhich::Index(next + positional - 1)
            }
        };
        let field = FormatField {
            which,
            tail: Vec::new(),
            format,
            nested,
        };
        let field = Some(field);
        Some((Self { field, positional }, after))
    }
}

/// Where the key of `%(key)s` ends: at its closing parenthesis, inner pairs skipped.
fn key_end(text: &str) -> Option<usize> {
    let mut open = 1;
    for (at, byte) in text.bytes().enumerate() {
        match byte {
            b'(' => open += 1,
            b')' => open -= 1,
            _ => {}
        }
        if open == 0 {
            return Some(at);
        }
    }
    None
}
