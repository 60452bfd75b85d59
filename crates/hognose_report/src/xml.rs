//! What the XML formats share: names are ours, values are escaped.
//!
//! ```xml
//! <error line="14" message="&quot;a&quot; &lt; b"/>
//! ```

use std::fmt::Write as _;

use crate::printable;

pub const DECLARATION: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n";

/// `text` for a value or between tags. Characters that XML cannot hold are written as `\u{1b}`.
pub fn escaped(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for character in printable(text).chars() {
        match character {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            '\'' => safe.push_str("&apos;"),
            '\u{fffe}' | '\u{ffff}' => safe.extend(character.escape_unicode()),
            other => safe.push(other),
        }
    }
    safe
}

/// Adds ` name="value"`.
pub fn attribute(output: &mut String, name: &str, value: &str) {
    write!(output, " {name}=\"{}\"", escaped(value)).expect("writing to a String cannot fail");
}

#[cfg(test)]
mod tests {
    use super::escaped;

    #[test]
    fn nothing_ends_a_value_or_a_text() {
        assert_eq!(
            escaped("\"><x a='&'>"),
            "&quot;&gt;&lt;x a=&apos;&amp;&apos;&gt;"
        );
        assert_eq!(escaped("a\u{0}\u{1b}\u{ffff}b"), "a\\u{0}\\u{1b}\\u{ffff}b");
    }
}
