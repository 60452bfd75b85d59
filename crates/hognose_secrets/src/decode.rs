//! Texts within a text: Base64, hexadecimal digits, percent escapes.
//!
//! ```text
//! client-key-data: LS0tLS1CRUdJTi…     a private key in Base64
//! ?next=https%3A%2F%2Fu%3Apw%40host    a URL with a password, escaped
//! ```
//! Only what decodes to readable text is looked at; a hit lies on the encoded piece as a whole.

use std::ops::Range;

use data_encoding::HEXLOWER_PERMISSIVE;

use crate::proof::decoded;

/// A piece of a text and what it says.
#[derive(Debug, PartialEq, Eq)]
pub struct Decoded {
    pub range: Range<usize>,
    pub text: String,
}

/// The shortest piece that is decoded, in bytes: a token takes more.
const LENGTH_MIN: usize = 32;
/// The longest, in bytes: what is longer is a picture or an archive.
const LENGTH_MAX: usize = 32 * 1024;
/// How many pieces of one text are decoded.
const PIECES_MAX: usize = 2000;

/// The pieces of `text` that say something else than they seem to.
pub fn pieces(text: &str) -> Vec<Decoded> {
    let mut found = Vec::new();
    let bytes = text.as_bytes();
    let mut index = 0;
    while index < bytes.len() && found.len() < PIECES_MAX {
        if !is_encoded(bytes[index]) {
            index += 1;
            continue;
        }
        let start = index;
        let mut escapes = 0;
        while index < bytes.len() && is_encoded(bytes[index]) {
            escapes += usize::from(bytes[index] == b'%');
            index += 1;
        }
        let length = index - start;
        if !(LENGTH_MIN..=LENGTH_MAX).contains(&length) {
            continue;
        }
        let piece = &text[start..index];
        let says = if escapes > 0 {
            percent(piece)
        } else {
            encoded(piece)
        };
        found.extend(says.map(|text| Decoded {
            range: start..index,
            text,
        }));
    }
    found
}

fn is_encoded(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"+/=_-%.".contains(&byte)
}

fn encoded(piece: &str) -> Option<String> {
    if piece.contains('.') {
        return None;
    }
    let is_hex = piece.bytes().all(|byte| byte.is_ascii_hexdigit());
    let bytes = if is_hex && piece.len().is_multiple_of(2) {
        HEXLOWER_PERMISSIVE.decode(piece.as_bytes()).ok()?
    } else {
        // `name=<Base64>` in one word.
        let body = piece.trim_end_matches('=');
        let value = body.rsplit('=').next().unwrap_or(body);
        decoded(&format!("{value}{}", &piece[body.len()..])).or_else(|| decoded(value))?
    };
    readable(bytes)
}

fn percent(piece: &str) -> Option<String> {
    readable(unescaped(piece))
}

/// Without percent escapes.
pub fn unescaped(text: &str) -> Vec<u8> {
    let bytes = text.as_bytes();
    let mut decoded = Vec::with_capacity(bytes.len());
    let mut index = 0;
    while index < bytes.len() {
        let digits = text
            .get(index + 1..index + 3)
            .filter(|_| bytes[index] == b'%');
        let escaped = digits.and_then(|digits| u8::from_str_radix(digits, 16).ok());
        decoded.push(escaped.unwrap_or(bytes[index]));
        index += if escaped.is_some() { 3 } else { 1 };
    }
    decoded
}

/// Text that a person could have written.
fn readable(bytes: Vec<u8>) -> Option<String> {
    const LENGTH_MIN: usize = 16;
    let text = String::from_utf8(bytes).ok()?;
    let is_readable = text.len() >= LENGTH_MIN
        && text
            .chars()
            .all(|character| !character.is_control() || character.is_whitespace());
    is_readable.then_some(text)
}

#[cfg(test)]
mod tests {
    use super::pieces;

    fn texts(text: &str) -> Vec<String> {
        pieces(text).into_iter().map(|piece| piece.text).collect()
    }

    #[test]
    fn encodings_are_undone() {
        let said = "a sentence that was encoded";
        let base64 = data_encoding::BASE64.encode(said.as_bytes());
        let hex = data_encoding::HEXLOWER.encode(said.as_bytes());
        assert_eq!(texts(&format!("x: {base64}\n")), [said]);
        assert_eq!(texts(&format!("key={base64}\n")), [said]);
        assert_eq!(texts(&hex), [said]);
        assert_eq!(
            texts("next%3Dhttps%3A%2F%2Fexample.org%2Fa%2Fb"),
            ["next=https://example.org/a/b"]
        );
    }

    #[test]
    fn what_is_not_encoded_is_left() {
        assert!(texts("0123456789abcdef0123456789abcdef").is_empty());
        assert!(texts("a_rather_long_identifier_of_a_program").is_empty());
        assert!(texts(&"A".repeat(100_000)).is_empty());
    }
}
