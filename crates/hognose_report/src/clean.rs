//! Text from analysed code, made safe to print.
//!
//! ```python
//! name = "\x1b[2J"    # a file name or a string may carry terminal commands
//! ```
//!
//! A terminal would obey such characters, and bidirectional marks would reorder the line, so
//! neither reaches the output as it is. JSON and SARIF escape on their own and do not need this.

use std::borrow::Cow;

/// `text` on one line, with control characters and bidirectional marks written as `\u{1b}`.
pub fn printable(text: &str) -> Cow<'_, str> {
    if !text.chars().any(needs_escape) {
        return Cow::Borrowed(text);
    }
    let mut clean = String::with_capacity(text.len() + 8);
    for character in text.chars() {
        match character {
            '\n' | '\t' => clean.push(' '),
            '\r' => {}
            other if needs_escape(other) => clean.extend(other.escape_unicode()),
            other => clean.push(other),
        }
    }
    Cow::Owned(clean)
}

/// Whether a terminal or an editor could act on `character` instead of showing it.
pub(crate) fn needs_escape(character: char) -> bool {
    character.is_control()
        || matches!(
            character,
            '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}'
        )
}

#[cfg(test)]
mod tests {
    use super::printable;

    #[test]
    fn terminal_commands_are_shown_not_obeyed() {
        assert_eq!(printable("a\u{1b}[2Jb"), "a\\u{1b}[2Jb");
        assert_eq!(printable("first\nsecond"), "first second");
        assert_eq!(printable("\u{202e}gpj"), "\\u{202e}gpj");
    }

    #[test]
    fn ordinary_text_is_kept() {
        assert_eq!(printable("größe 🐍"), "größe 🐍");
    }
}
