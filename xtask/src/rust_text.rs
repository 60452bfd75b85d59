//! Rust source with its comments and strings blanked out, so that what is left can be searched.
//!
//! ```text
//! let x = "unwrap()"; // unwrap()      becomes      let x = "        ";
//! ```
//!
//! Blanks keep the offsets and the lines. This reads tokens, not syntax: enough for brackets and
//! words.

/// What is blanked besides comments.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Strings {
    Keep,
    Blank,
}

/// `source` without its comments, and without the contents of its strings if wanted.
pub fn code(source: &str, strings: Strings) -> String {
    let bytes = source.as_bytes();
    let mut blanked = bytes.to_vec();
    let mut index = 0;
    while index < bytes.len() {
        let rest = &source[index..];
        if let Some(length) = comment(rest) {
            blank(&mut blanked[index..index + length]);
            index += length;
        } else if let Some(quoted) = string(rest, previous(bytes, index)) {
            if strings == Strings::Blank {
                blank(&mut blanked[index + quoted.start..index + quoted.end]);
            }
            index += quoted.length;
        } else {
            index += rest.chars().next().map_or(1, char::len_utf8);
        }
    }
    String::from_utf8(blanked).expect("whole characters are replaced by spaces")
}

/// `code` without the modules and functions that exist only for tests.
pub fn without_tests(code: &str) -> String {
    let mut kept = code.as_bytes().to_vec();
    let mut from = 0;
    while let Some(found) = code[from..].find("#[cfg(test)]") {
        let start = from + found;
        let end = end_of_item(code, start);
        blank(&mut kept[start..end]);
        from = end;
    }
    String::from_utf8(kept).expect("whole items are replaced by spaces")
}

/// The end of the block, or of the statement, that follows `start`.
fn end_of_item(code: &str, start: usize) -> usize {
    let mut depth = 0_usize;
    for (offset, character) in code[start..].char_indices() {
        match character {
            '{' => depth += 1,
            '}' if depth <= 1 => return start + offset + 1,
            '}' => depth -= 1,
            ';' if depth == 0 => return start + offset + 1,
            _ => {}
        }
    }
    code.len()
}

fn blank(bytes: &mut [u8]) {
    for byte in bytes {
        if *byte != b'\n' {
            *byte = b' ';
        }
    }
}

fn previous(bytes: &[u8], index: usize) -> u8 {
    index.checked_sub(1).map_or(b' ', |before| bytes[before])
}

/// The length of the comment at the start of `rest`.
fn comment(rest: &str) -> Option<usize> {
    if rest.starts_with("//") {
        return Some(rest.find('\n').unwrap_or(rest.len()));
    }
    if !rest.starts_with("/*") {
        return None;
    }
    let mut depth = 0_usize;
    let mut index = 0;
    while index < rest.len() {
        let here = &rest.as_bytes()[index..];
        if here.starts_with(b"/*") {
            depth += 1;
            index += 2;
        } else if here.starts_with(b"*/") {
            depth -= 1;
            index += 2;
            if depth == 0 {
                break;
            }
        } else {
            index += 1;
        }
    }
    Some(index.min(rest.len()))
}

/// A string or character: its length, and where its contents are.
struct Quoted {
    length: usize,
    start: usize,
    end: usize,
}

fn string(rest: &str, previous: u8) -> Option<Quoted> {
    let bytes = rest.as_bytes();
    // A prefix is a prefix only at the start of a word: `br"…"` but not `number"`.
    let starts_word = !(previous.is_ascii_alphanumeric() || previous == b'_');
    let prefix = bytes
        .iter()
        .take_while(|byte| starts_word && matches!(byte, b'b' | b'c' | b'r'))
        .count()
        .min(2);
    let hashes = bytes[prefix..].iter().take_while(|it| **it == b'#').count();
    let is_raw = prefix > 0 && bytes[prefix - 1] == b'r';
    match bytes.get(prefix + hashes) {
        Some(b'"') if is_raw => {
            let start = prefix + hashes + 1;
            let close = format!("\"{}", "#".repeat(hashes));
            let end = rest[start..]
                .find(&close)
                .map_or(rest.len(), |at| start + at);
            let length = (end + close.len()).min(rest.len());
            Some(Quoted { length, start, end })
        }
        Some(b'"') if hashes == 0 => Some(escaped(bytes, prefix + 1, b'"')),
        Some(b'\'') if hashes == 0 && prefix <= 1 => character(rest, prefix + 1),
        Some(_) | None => None,
    }
}

/// A character, unless the quote begins a lifetime.
fn character(rest: &str, start: usize) -> Option<Quoted> {
    let mut characters = rest[start..].chars();
    let first = characters.next()?;
    if first == '\\' || characters.next() == Some('\'') {
        return Some(escaped(rest.as_bytes(), start, b'\''));
    }
    None
}

fn escaped(bytes: &[u8], start: usize, quote: u8) -> Quoted {
    let mut end = start;
    while end < bytes.len() && bytes[end] != quote {
        end += if bytes[end] == b'\\' { 2 } else { 1 };
    }
    let end = end.min(bytes.len());
    Quoted {
        length: (end + 1).min(bytes.len()),
        start,
        end,
    }
}

/// The line (from 1) of byte `offset`.
pub fn line_of(text: &str, offset: usize) -> usize {
    text[..offset].matches('\n').count() + 1
}

#[cfg(test)]
mod tests {
    use super::{Strings, code, without_tests};

    #[test]
    fn comments_and_strings_are_blanked_in_place() {
        let source = "a(\"x\\\"y\"); // z\nb(r#\"q\"w\"#, 'c', '\\'', &'life d); /* e /* f */ */ g";
        let blanked = code(source, Strings::Blank);
        assert_eq!(blanked.len(), source.len());
        for gone in ['x', 'y', 'z', 'q', 'w', 'c', 'e', 'f'] {
            let name = format!("{gone} in {blanked}");
            assert!(!blanked.replace("life", "").contains(gone), "{name}");
        }
        for kept in ["a(", "b(", "'life d", "g"] {
            assert!(blanked.contains(kept), "{kept} in {blanked}");
        }
        assert!(code(source, Strings::Keep).contains("q\"w"));
    }

    #[test]
    fn tests_are_left_out() {
        let source = "fn a() {}\n#[cfg(test)]\nmod tests { fn b() { c(); } }\nfn d() {}\n";
        let kept = without_tests(source);
        assert!(kept.contains("fn a") && kept.contains("fn d") && !kept.contains("fn b"));
    }
}
