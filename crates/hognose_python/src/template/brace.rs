//! The language of `str.format`.
//!
//! ```python
//! "{} {user.name[0]!r:>{width}} {{literal}}"
//! ```
//! Follows the order in which Python numbers fields: a field before those of its specification.

use super::{FieldAccess, FieldWhich, FormatField, FormatPiece, Pieces};
use crate::ir::HoleFormat;

/// The pieces of a `str.format` string; `None` if `format` would raise an error about its syntax.
pub fn parse_brace_format(text: &str) -> Option<Vec<FormatPiece>> {
    let mut numbering = Numbering::Unused;
    parse_markup(text, Nesting::Outer, &mut numbering)
}

/// The format a specification asks for: what stands behind the colon in `{x:>10d}` and
/// `f"{x:>10d}"`. A nested field counts as a width; write it as a digit.
pub fn specification_format(specification: &str) -> HoleFormat {
    if asks_for_number(specification) {
        HoleFormat::Number
    } else {
        HoleFormat::Plain
    }
}

/// How the fields of one string name positional arguments; the two ways cannot be mixed.
enum Numbering {
    Unused,
    /// `{}`; holds the number of the next one.
    Automatic(u32),
    /// `{0}`
    Manual,
}

impl Numbering {
    fn automatic(&mut self) -> Option<u32> {
        let index = match self {
            Self::Unused => 0,
            Self::Automatic(next) => *next,
            Self::Manual => return None,
        };
        *self = Self::Automatic(index + 1);
        Some(index)
    }

    fn manual(&mut self, index: u32) -> Option<u32> {
        match self {
            Self::Unused | Self::Manual => {
                *self = Self::Manual;
                Some(index)
            }
            Self::Automatic(_) => None,
        }
    }
}

/// Where markup stands: Python follows fields inside a specification, and no deeper.
#[derive(Clone, Copy)]
enum Nesting {
    Outer,
    Specification,
}

fn parse_markup(
    text: &str,
    nesting: Nesting,
    numbering: &mut Numbering,
) -> Option<Vec<FormatPiece>> {
    let mut pieces = Pieces::default();
    let mut rest = text;
    while let Some(at) = rest.find(['{', '}']) {
        pieces.literal(&rest[..at]);
        let brace = &rest[at..=at];
        let after = &rest[at + 1..];
        if let Some(after) = after.strip_prefix(brace) {
            pieces.literal(brace);
            rest = after;
        } else if brace == "{" && !after.is_empty() {
            let (field, after) = parse_field(after, nesting, numbering)?;
            pieces.0.push(FormatPiece::Field(field));
            rest = after;
        } else {
            return None;
        }
    }
    pieces.literal(rest);
    Some(pieces.0)
}

/// Parses what follows an opening brace, up to and including the closing one.
fn parse_field<'t>(
    text: &'t str,
    nesting: Nesting,
    numbering: &mut Numbering,
) -> Option<(FormatField, &'t str)> {
    let name_end = field_name_end(text)?;
    let (which, tail) = parse_name(&text[..name_end], numbering)?;
    let mut rest = &text[name_end..];
    let mut is_repr = false;
    if let Some(after) = rest.strip_prefix('!') {
        let conversion = after.chars().next()?;
        is_repr = match conversion {
            'r' | 'a' => true,
            's' => false,
            _ => return None,
        };
        rest = &after[1..];
        if !rest.starts_with(['}', ':']) {
            return None;
        }
    }
    let mut format = HoleFormat::Plain;
    let mut nested = Vec::new();
    if let Some(after) = rest.strip_prefix(':') {
        let end = specification_end(after)?;
        (format, nested) = parse_specification(&after[..end], nesting, numbering)?;
        rest = &after[end..];
    }
    let field = FormatField {
        which,
        tail,
        format: if is_repr { HoleFormat::Repr } else { format },
        nested,
    };
    Some((field, rest.strip_prefix('}')?))
}

/// Where the name ends: at the first `}`, `:` or `!` outside square brackets.
fn field_name_end(text: &str) -> Option<usize> {
    let bytes = text.as_bytes();
    let mut at = 0;
    loop {
        match bytes.get(at)? {
            b'{' => return None,
            b'}' | b':' | b'!' => return Some(at),
            b'[' => at += text[at..].find(']')?,
            _ => {}
        }
        at += 1;
    }
}

/// Where the specification ends: at the brace that closes the field.
fn specification_end(text: &str) -> Option<usize> {
    let mut open = 1;
    for (at, byte) in text.bytes().enumerate() {
        match byte {
            b'{' => open += 1,
            b'}' => open -= 1,
            _ => {}
        }
        if open == 0 {
            return Some(at);
        }
    }
    None
}

fn parse_specification(
    text: &str,
    nesting: Nesting,
    numbering: &mut Numbering,
) -> Option<(HoleFormat, Vec<FormatField>)> {
    if !text.contains('{') {
        return Some((specification_format(text), Vec::new()));
    }
    match nesting {
        Nesting::Outer => {}
        Nesting::Specification => return None,
    }
    let mut expanded = String::new();
    let mut nested = Vec::new();
    for piece in parse_markup(text, Nesting::Specification, numbering)? {
        match piece {
            FormatPiece::Literal(literal) => expanded.push_str(&literal),
            FormatPiece::Field(field) => {
                expanded.push('1');
                nested.push(field);
            }
        }
    }
    Some((specification_format(&expanded), nested))
}

/// Splits `0.name[key]` into the argument and what is looked up in it.
fn parse_name(text: &str, numbering: &mut Numbering) -> Option<(FieldWhich, Vec<FieldAccess>)> {
    let first_end = text.find(['.', '[']).unwrap_or(text.len());
    let (first, mut rest) = text.split_at(first_end);
    let which = match decimal(first)? {
        _ if first.is_empty() => FieldWhich::Index(numbering.automatic()?),
        Decimal::Number(index) => FieldWhich::Index(numbering.manual(index)?),
        Decimal::Other => FieldWhich::Name(first.to_owned()),
    };
    let mut tail = Vec::new();
    while !rest.is_empty() {
        let access;
        if let Some(after) = rest.strip_prefix('.') {
            let end = after.find(['.', '[']).unwrap_or(after.len());
            access = FieldAccess::Attribute(non_empty(&after[..end])?);
            rest = &after[end..];
        } else {
            let after = rest.strip_prefix('[')?;
            let end = after.find(']')?;
            let key = non_empty(&after[..end])?;
            access = match decimal(&key)? {
                Decimal::Number(index) => FieldAccess::Index(index),
                Decimal::Other => FieldAccess::Key(key),
            };
            rest = &after[end + 1..];
        }
        tail.push(access);
    }
    Some((which, tail))
}

fn non_empty(text: &str) -> Option<String> {
    (!text.is_empty()).then(|| text.to_owned())
}

enum Decimal {
    Number(u32),
    Other,
}

/// Reads an index; `None` if it is a number beyond any argument list.
fn decimal(text: &str) -> Option<Decimal> {
    if text.is_empty() || !text.bytes().all(|byte| byte.is_ascii_digit()) {
        return Some(Decimal::Other);
    }
    text.parse().ok().map(Decimal::Number)
}

/// Whether a text given this specification raises an error. The grammar is strict, because a date
/// has a grammar of its own: `{:%Y-%m-%d}` asks for no number.
fn asks_for_number(specification: &str) -> bool {
    let mut rest = specification;
    let mut refuses_text = false;
    let mut chars = rest.chars();
    let (first, second) = (chars.next(), chars.next());
    let is_align = |character: Option<char>| matches!(character, Some('<' | '>' | '=' | '^'));
    if is_align(second) {
        refuses_text |= second == Some('=');
        rest = &rest[first.map_or(0, char::len_utf8) + 1..];
    } else if is_align(first) {
        refuses_text |= first == Some('=');
        rest = &rest[1..];
    }
    for flag in [&['+', '-', ' '][..], &['z'], &['#']] {
        if let Some(after) = rest.strip_prefix(flag) {
            refuses_text = true;
            rest = after;
        }
    }
    rest = rest.trim_start_matches(|digit: char| digit.is_ascii_digit());
    if let Some(after) = rest.strip_prefix([',', '_']) {
        refuses_text = true;
        rest = after;
    }
    if let Some(after) = rest.strip_prefix('.') {
        let digits = after.trim_start_matches(|digit: char| digit.is_ascii_digit());
        if digits.len() == after.len() {
            return false;
        }
        rest = digits;
        if let Some(after) = rest.strip_prefix([',', '_']) {
            refuses_text = true;
            rest = after;
        }
    }
    match rest {
        "" => refuses_text,
        "b" | "d" | "o" | "x" | "X" | "n" | "e" | "E" | "f" | "F" | "g" | "G" | "%" => true,
        // `s` takes text, `c` makes any character out of a number, the rest is not the language
        // of strings and numbers.
        _ => false,
    }
}
