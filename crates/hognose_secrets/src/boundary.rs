//! What may not stand directly before or after a match, so that it is not a piece of something
//! longer.
//!
//! ```text
//! boundary = "word"       AKIA… is none in xAKIA…, and none in AKIA…x
//! ```

use serde::Deserialize;

/// The characters that would continue a match.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Boundary {
    /// Letters, digits and `_`.
    Word,
    /// These and `-`.
    Token,
    /// What needs no escape in a URL: letters, digits and `_~.-`.
    Unreserved,
    /// Letters, digits and `+/_-`; after the match also `=`.
    Base64,
    None,
}

impl Boundary {
    /// Whether the bytes around `start..end` do not continue it.
    pub fn holds(self, text: &[u8], start: usize, end: usize) -> bool {
        let before = start.checked_sub(1).and_then(|index| text.get(index));
        // `\n` and `\t` in a source text are escapes, not letters before the match.
        let is_escape = start >= 2
            && text.get(start - 2) == Some(&b'\\')
            && before.is_some_and(|byte| b"nrt".contains(byte));
        let free_before = is_escape || before.is_none_or(|byte| !self.continues(*byte));
        let free_after = text.get(end).is_none_or(|byte| {
            let is_padding = self == Self::Base64 && *byte == b'=';
            !is_padding && !self.continues(*byte)
        });
        free_before && free_after
    }

    fn continues(self, byte: u8) -> bool {
        let word = byte.is_ascii_alphanumeric() || byte == b'_';
        match self {
            Self::Word => word,
            Self::Token => word || byte == b'-',
            Self::Unreserved => word || b"~.-".contains(&byte),
            Self::Base64 => word || b"+/-".contains(&byte),
            Self::None => false,
        }
    }
}
