//! Text from outside as HTML text.
//!
//! ```python
//! name = "</pre><script>alert(1)</script>"    # shown, not obeyed
//! ```

use crate::clean::needs_escape;
use crate::printable;

/// For text between tags and for values in double quotes; on one line.
pub fn text(raw: &str) -> String {
    escaped(&printable(raw))
}

/// A line of code: tabs stay.
pub fn code(raw: &str) -> String {
    let is_plain = |character: char| character == '\t' || !needs_escape(character);
    if raw.chars().all(is_plain) {
        return escaped(raw);
    }
    let mut clean = String::with_capacity(raw.len() + 8);
    for character in raw.chars() {
        match character {
            '\r' | '\n' => {}
            other if is_plain(other) => clean.push(other),
            other => clean.extend(other.escape_unicode()),
        }
    }
    escaped(&clean)
}

/// A sentence of ours; what stands between backticks in it is set as code.
pub fn sentence(raw: &str) -> String {
    let clean = printable(raw);
    let parts: Vec<&str> = clean.split('`').collect();
    if parts.len().is_multiple_of(2) {
        return escaped(&clean);
    }
    let mut html = String::with_capacity(raw.len() + 16);
    for (index, part) in parts.into_iter().enumerate() {
        if index % 2 == 0 {
            html.push_str(&escaped(part));
        } else {
            html.push_str("<code>");
            html.push_str(&escaped(part));
            html.push_str("</code>");
        }
    }
    html
}

fn escaped(raw: &str) -> String {
    let mut safe = String::with_capacity(raw.len() + 8);
    for character in raw.chars() {
        match character {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            '\'' => safe.push_str("&#39;"),
            other => safe.push(other),
        }
    }
    safe
}

#[cfg(test)]
mod tests {
    use super::{code, sentence, text};

    #[test]
    fn nothing_becomes_markup() {
        assert_eq!(
            text("</p><b a=\"'\">"),
            "&lt;/p&gt;&lt;b a=&quot;&#39;&quot;&gt;"
        );
        assert_eq!(code("\tx < 1\u{202e}\r"), "\tx &lt; 1\\u{202e}");
        assert_eq!(sentence("`<a>` & b"), "<code>&lt;a&gt;</code> &amp; b");
        assert_eq!(sentence("one ` only"), "one ` only");
    }
}
