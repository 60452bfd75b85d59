//! The settings in a text whose names may speak of a credential.
//!
//! ```text
//! export DB_PASSWORD="…"          name DB_PASSWORD, value …, in quotes
//! <password>…</password>          name password
//! ENV TOKEN …                     name TOKEN
//! ```
//! One pass finds the words that such names are made of; only around these is anything parsed.

use std::ops::Range;
use std::sync::OnceLock;

use aho_corasick::{AhoCorasick, AhoCorasickKind};

use super::FileKind;

/// Whether a value stands in quotes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Quoting {
    Quoted,
    Bare,
}

/// A name and its value, as ranges of the text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Setting {
    pub name: Range<usize>,
    pub value: Range<usize>,
    pub quoting: Quoting,
}

/// Parts of the names in [`crate::names`], without which no name is strong or weak.
const STEMS: [&str; 10] = [
    "pass",
    "pwd",
    "pswd",
    "secret",
    "token",
    "key",
    "auth",
    "credential",
    "pepper",
    "passphrase",
];

/// The longest value, in bytes; a longer one is data.
const VALUE_MAX: usize = 4096;
/// The longest name, in bytes.
const NAME_MAX: usize = 100;

/// Reads settings out of one text.
#[derive(Debug)]
pub struct Settings<'a> {
    text: &'a str,
    kind: FileKind,
}

impl<'a> Settings<'a> {
    pub fn new(text: &'a str, kind: FileKind) -> Self {
        Self { text, kind }
    }

    /// All settings with a stem in their name, in order, none twice.
    pub fn collect(&self) -> Vec<Setting> {
        static AUTOMATON: OnceLock<AhoCorasick> = OnceLock::new();
        let stems = AUTOMATON.get_or_init(|| {
            AhoCorasick::builder()
                .ascii_case_insensitive(true)
                .kind(Some(AhoCorasickKind::DFA))
                .build(STEMS)
                .expect("ten short words are within every limit")
        });
        let mut settings: Vec<Setting> = Vec::new();
        let mut done = 0;
        for hit in stems.find_iter(self.text) {
            if hit.start() < done {
                continue;
            }
            let name = self.name(hit.start(), hit.end());
            done = name.end;
            if name.len() > NAME_MAX {
                continue;
            }
            if let Some(setting) = self.setting(name) {
                done = setting.value.end;
                settings.push(setting);
            }
        }
        settings
    }

    fn bytes(&self) -> &'a [u8] {
        self.text.as_bytes()
    }

    fn at(&self, index: usize) -> Option<u8> {
        self.bytes().get(index).copied()
    }

    /// The identifier around a stem.
    fn name(&self, start: usize, end: usize) -> Range<usize> {
        let is_name = |byte: &u8| byte.is_ascii_alphanumeric() || b"_-.".contains(byte);
        let bytes = self.bytes();
        let left = bytes[..start]
            .iter()
            .rev()
            .take_while(|it| is_name(it))
            .count();
        let right = bytes[end..].iter().take_while(|it| is_name(it)).count();
        start - left..end + right
    }

    fn setting(&self, name: Range<usize>) -> Option<Setting> {
        match self.kind {
            FileKind::Python | FileKind::Generated => None,
            FileKind::Netrc => self.after_space(name),
            FileKind::Xml => self.element(&name).or_else(|| self.separated(name)),
            FileKind::Docker => {
                let separated = self.separated(name.clone());
                separated.or_else(|| self.is_instruction(&name).then(|| self.after_space(name))?)
            }
            FileKind::Environment
            | FileKind::Shell
            | FileKind::Yaml
            | FileKind::Json
            | FileKind::Toml
            | FileKind::Ini
            | FileKind::Code
            | FileKind::Document => self.separated(name),
        }
    }

    /// `name = value`, `"name": "value"`, `name: value`, `name => "value"`, `--name=value`
    fn separated(&self, name: Range<usize>) -> Option<Setting> {
        let mut index = name.end;
        // The quote of a quoted name, and `\"` where JSON stands in a string.
        while self.at(index).is_some_and(|byte| b"\"'`\\".contains(&byte)) && index < name.end + 2 {
            index += 1;
        }
        if self.at(index) == Some(b']') {
            index += 1;
        }
        index = self.skip_spaces(index);
        let separator = self.at(index)?;
        let is_colon = separator == b':';
        match separator {
            b'=' | b':' => index += 1,
            // `CREATE ROLE shop PASSWORD '…'`
            b'\''
                if index > name.end && self.text[name.clone()].eq_ignore_ascii_case("password") =>
            {
                return self.value(name, index, false);
            }
            _ => return None,
        }
        match (separator, self.at(index)) {
            (b':', Some(b'=')) | (b'=', Some(b'>')) => index += 1,
            // `==`, `::`, `://` separate no value from its name.
            (_, Some(b'=' | b':')) => return None,
            (b':', Some(b'/')) => return None,
            _ => {}
        }
        let after = index;
        index = self.skip_spaces(index);
        // In YAML a bare value is separated by a space.
        let is_bare_allowed = match self.kind {
            FileKind::Environment
            | FileKind::Shell
            | FileKind::Docker
            | FileKind::Ini
            | FileKind::Document => true,
            FileKind::Yaml => !is_colon || index > after,
            FileKind::Json
            | FileKind::Toml
            | FileKind::Xml
            | FileKind::Code
            | FileKind::Netrc
            | FileKind::Python
            | FileKind::Generated => false,
        };
        self.value(name, index, is_bare_allowed)
    }

    fn value(&self, name: Range<usize>, start: usize, is_bare_allowed: bool) -> Option<Setting> {
        let mut start = start;
        // `\"` where JSON stands in a string.
        let escaped = self.at(start) == Some(b'\\')
            && self
                .at(start + 1)
                .is_some_and(|byte| b"\"'".contains(&byte));
        if escaped {
            start += 1;
        }
        let first = self.at(start)?;
        if b"\"'`".contains(&first) {
            let end = self.closing(start + 1, first, escaped)?;
            return Some(Setting {
                name,
                value: start + 1..end,
                quoting: Quoting::Quoted,
            });
        }
        if !is_bare_allowed {
            return None;
        }
        let end = self.bare_end(start);
        (end > start).then_some(Setting {
            name,
            value: start..end,
            quoting: Quoting::Bare,
        })
    }

    /// Where a quoted value ends, on its line.
    fn closing(&self, start: usize, quote: u8, escaped: bool) -> Option<usize> {
        let mut index = start;
        while index < start + VALUE_MAX {
            match self.at(index)? {
                b'\n' => return None,
                b'\\' if escaped && self.at(index + 1) == Some(quote) => return Some(index),
                b'\\' => index += 1,
                byte if byte == quote => return Some(index),
                _ => {}
            }
            index += 1;
        }
        None
    }

    fn bare_end(&self, start: usize) -> usize {
        let line_is_value = matches!(
            self.kind,
            FileKind::Environment | FileKind::Ini | FileKind::Yaml
        );
        let mut end = start;
        while end < start + VALUE_MAX {
            let Some(byte) = self.at(end) else { break };
            let ends = match byte {
                b'\n' | b'\r' => true,
                b' ' | b'\t' => {
                    !line_is_value || self.at(end + 1).is_some_and(|next| b"#;".contains(&next))
                }
                b';' | b'&' | b'|' | b')' => self.kind == FileKind::Shell,
                b',' | b'}' => matches!(self.kind, FileKind::Yaml) && self.is_flow(start),
                b'"' | b'\'' | b'`' | b'<' | b'>' => self.kind == FileKind::Document,
                _ => false,
            };
            if ends {
                break;
            }
            end += 1;
        }
        let value = self.text.get(start..end).unwrap_or("");
        start + value.trim_end().len()
    }

    /// Whether a value stands in `{…}` on its line.
    fn is_flow(&self, start: usize) -> bool {
        let line = self.text[..start].rfind('\n').map_or(0, |index| index + 1);
        self.text[line..start].contains('{')
    }

    /// `<name>value</name>`
    fn element(&self, name: &Range<usize>) -> Option<Setting> {
        let opens = name
            .start
            .checked_sub(1)
            .and_then(|index| self.at(index))
            .is_some_and(|byte| byte == b'<' || byte == b':');
        if !opens || self.at(name.end) != Some(b'>') {
            return None;
        }
        let start = name.end + 1;
        let length = self.text[start..].find('<').filter(|it| *it <= VALUE_MAX)?;
        let closes = self.at(start + length + 1) == Some(b'/');
        (closes && length > 0).then(|| Setting {
            name: name.clone(),
            value: start..start + length,
            quoting: Quoting::Quoted,
        })
    }

    /// `password value`
    fn after_space(&self, name: Range<usize>) -> Option<Setting> {
        let start = self.skip_spaces(name.end);
        if start == name.end {
            return None;
        }
        self.value(name, start, true)
    }

    /// `ENV NAME value`, `ARG NAME value`
    fn is_instruction(&self, name: &Range<usize>) -> bool {
        let line = self.text[..name.start]
            .rfind('\n')
            .map_or(0, |index| index + 1);
        let before = self.text[line..name.start].trim();
        before.eq_ignore_ascii_case("env") || before.eq_ignore_ascii_case("arg")
    }

    fn skip_spaces(&self, start: usize) -> usize {
        let rest = self.bytes().get(start..).unwrap_or(&[]);
        start
            + rest
                .iter()
                .take_while(|byte| matches!(byte, b' ' | b'\t'))
                .count()
    }
}

#[cfg(test)]
mod tests {
    use super::{FileKind, Settings};

    fn pairs(text: &str, kind: FileKind) -> Vec<(&str, &str)> {
        Settings::new(text, kind)
            .collect()
            .into_iter()
            .map(|it| (&text[it.name], &text[it.value]))
            .collect()
    }

    #[test]
    fn the_ways_in_which_settings_are_written() {
        let cases = [
            ("export DB_PASSWORD=abc # x", FileKind::Environment, "abc"),
            ("DB_PASSWORD='a b'", FileKind::Environment, "a b"),
            ("  password: abc", FileKind::Yaml, "abc"),
            ("  - DB_PASSWORD=abc", FileKind::Yaml, "abc"),
            ("{password: abc, user: b}", FileKind::Yaml, "abc"),
            ("{\"password\": \"a\\\"b\"}", FileKind::Json, "a\\\"b"),
            ("\"{\\\"password\\\": \\\"abc\\\"}\"", FileKind::Json, "abc"),
            ("password = abc def", FileKind::Ini, "abc def"),
            ("<password>abc</password>", FileKind::Xml, "abc"),
            ("<x password=\"abc\"/>", FileKind::Xml, "abc"),
            ("ENV DB_PASSWORD abc", FileKind::Docker, "abc"),
            ("ENV DB_PASSWORD=abc", FileKind::Docker, "abc"),
            ("machine h login u password abc", FileKind::Netrc, "abc"),
            ("const apiKey = \"abc\";", FileKind::Code, "abc"),
            ("'password' => 'abc',", FileKind::Code, "abc"),
            ("//r.example.org/:_authToken=abc", FileKind::Ini, "abc"),
            ("run --password=abc --x", FileKind::Shell, "abc"),
        ];
        for (text, kind, value) in cases {
            let found = pairs(text, kind);
            assert!(
                matches!(found.as_slice(), [(_, it)] if *it == value),
                "{text}: {found:?}"
            );
        }
    }

    #[test]
    fn what_is_no_setting() {
        for (text, kind) in [
            ("if password == other:", FileKind::Code),
            ("password = read()", FileKind::Code),
            ("token::new()", FileKind::Code),
            ("{\"password\": {\"type\": 1}}", FileKind::Json),
            ("secret://x", FileKind::Yaml),
            ("password:", FileKind::Yaml),
            ("a password is needed", FileKind::Document),
            ("\"password\": \"open", FileKind::Json),
        ] {
            assert!(pairs(text, kind).is_empty(), "{text}");
        }
    }
}
