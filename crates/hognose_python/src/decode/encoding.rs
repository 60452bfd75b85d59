//! The encoding of a Python file: its byte order mark or its coding line (PEP 263).
//!
//! ```python
//! #!/usr/bin/python
//! # vim: set fileencoding=iso_8859_15 :
//! ```
//! Names are those that Python knows, spelt any way that Python accepts, as far as a browser knows
//! the encoding too. DOS code pages are among the rest.

use encoding_rs::{Encoding, ISO_2022_JP, UTF_16BE, UTF_16LE};

/// How the bytes are to be read.
pub(super) enum Source {
    /// UTF-8, also where the declared encoding is one we do not know.
    Utf8(Declared),
    Latin1,
    Declared(&'static Encoding),
    Utf16(&'static Encoding),
}

/// Why a file is read as UTF-8.
pub(super) enum Declared {
    /// It says so, or says nothing.
    Utf8,
    /// Its coding line names an encoding that is not supported.
    Unsupported(String),
    /// Its coding line names one in which ASCII does not stand for itself.
    Transforming(String),
}

/// The bytes behind a byte order mark, and their encoding.
pub(super) fn detect(bytes: &[u8]) -> (&[u8], Source) {
    if let Some(rest) = bytes.strip_prefix(b"\xEF\xBB\xBF") {
        return (rest, Source::Utf8(Declared::Utf8));
    }
    if let Some(rest) = bytes.strip_prefix(b"\xFF\xFE") {
        return (rest, Source::Utf16(UTF_16LE));
    }
    if let Some(rest) = bytes.strip_prefix(b"\xFE\xFF") {
        return (rest, Source::Utf16(UTF_16BE));
    }
    let source = coding_line(bytes).map_or(Source::Utf8(Declared::Utf8), by_name);
    (bytes, source)
}

/// The encoding that a comment in the first two lines names, as PEP 263 finds it.
fn coding_line(bytes: &[u8]) -> Option<&str> {
    let (first, rest) = split_line(bytes);
    let (second, _) = split_line(rest);
    for line in [first, second] {
        let line = line.trim_ascii_start();
        if line.is_empty() {
            continue;
        }
        if !line.starts_with(b"#") {
            return None;
        }
        if let Some(name) = coding_name(line) {
            return Some(name);
        }
    }
    None
}

/// The first line and what follows its line ending.
fn split_line(bytes: &[u8]) -> (&[u8], &[u8]) {
    let is_end = |byte: &u8| matches!(byte, b'\n' | b'\r');
    let Some(end) = bytes.iter().position(is_end) else {
        return (bytes, &[]);
    };
    let length = if bytes[end..].starts_with(b"\r\n") {
        2
    } else {
        1
    };
    (&bytes[..end], &bytes[end + length..])
}

/// The name in `coding: name` or `coding=name`.
fn coding_name(comment: &[u8]) -> Option<&str> {
    const KEY: &[u8] = b"coding";
    for (at, window) in comment.windows(KEY.len()).enumerate() {
        if window != KEY {
            continue;
        }
        let rest = &comment[at + KEY.len()..];
        let Some(rest) = rest.strip_prefix(b":").or_else(|| rest.strip_prefix(b"=")) else {
            continue;
        };
        let rest = rest.trim_ascii_start();
        let is_name = |byte: &u8| byte.is_ascii_alphanumeric() || b"-_.".contains(byte);
        let end = rest.iter().position(|byte| !is_name(byte));
        let name = &rest[..end.unwrap_or(rest.len())];
        if !name.is_empty() {
            return std::str::from_utf8(name).ok();
        }
    }
    None
}

/// The encoding of a name that Python knows. Names are compared without case and punctuation.
fn by_name(name: &str) -> Source {
    let lower = name.to_ascii_lowercase().replace('_', "-");
    let lower = ["-unix", "-dos", "-mac"]
        .iter()
        .find_map(|suffix| lower.strip_suffix(suffix))
        .unwrap_or(&lower);
    let key: String = lower.chars().filter(char::is_ascii_alphanumeric).collect();
    if lower.starts_with("utf-8-") {
        return Source::Utf8(Declared::Utf8);
    }
    let family = numbered(&key);
    let label = match key.as_str() {
        "utf8" | "u8" | "utf" | "utf8sig" | "cp65001" | "utf8ucs2" | "utf8ucs4" | "ascii"
        | "usascii" | "us" | "646" | "cp367" | "ibm367" | "iso646us" | "csascii" | "isoir6"
        | "ansix341968" | "ansix341986" | "iso646irv1991" => {
            return Source::Utf8(Declared::Utf8);
        }
        "latin1" | "latin" | "l1" | "iso88591" | "iso8859" | "8859" | "isolatin1" | "cp819"
        | "ibm819" | "isoir100" | "csisolatin1" | "iso885911987" => return Source::Latin1,
        "latin5" | "l5" | "isoir148" | "csisolatin5" => "iso-8859-9",
        "latin6" | "l6" | "isoir157" | "csisolatin6" => "iso-8859-10",
        "latin7" | "l7" => "iso-8859-13",
        "latin8" | "l8" | "isoceltic" | "isoir199" => "iso-8859-14",
        "latin9" | "l9" => "iso-8859-15",
        "latin10" | "l10" | "isoir226" => "iso-8859-16",
        "thai" | "tis620" | "tis6200" | "tis62025290" | "cp874" => "windows-874",
        "macroman" | "macintosh" => "macintosh",
        "maccyrillic" => "x-mac-cyrillic",
        "cp932" | "932" | "ms932" | "mskanji" | "windows31j" | "shiftjis" | "sjis"
        | "csshiftjis" | "shiftjis2004" | "shiftjisx0213" | "sjis2004" | "sjisx0213" => "shift_jis",
        "eucjp" | "ujis" | "eucjis2004" | "eucjisx0213" | "jisx0213" => "euc-jp",
        "gb2312" | "chinese" | "euccn" | "eucgb2312cn" | "gb231280" | "gb23121980" | "isoir58"
        | "csiso58gb231280" | "gbk" | "936" | "cp936" | "ms936" => "gbk",
        "gb18030" | "gb180302000" => "gb18030",
        "big5" | "big5tw" | "csbig5" | "big5hkscs" | "hkscs" | "cp950" | "950" | "ms950" => "big5",
        "euckr" | "korean" | "ksc5601" | "ksc56011987" | "ksx1001" | "cp949" | "949" | "ms949"
        | "uhc" => "euc-kr",
        "utf7" | "u7" | "unicode11utf7" | "hz" | "hzgb" | "hzgb2312" | "iso2022kr"
        | "csiso2022kr" | "unicodeescape" | "rawunicodeescape" | "punycode" | "idna" => {
            return Source::Utf8(Declared::Transforming(name.to_owned()));
        }
        "csiso2022jp" | "iso2022jp" | "iso2022jp1" | "iso2022jp2" | "iso2022jpext" => "iso-2022-jp",
        _ => &family,
    };
    match Encoding::for_label(label.as_bytes()) {
        Some(encoding) if encoding.is_ascii_compatible() || encoding == ISO_2022_JP => {
            Source::Declared(encoding)
        }
        _ => Source::Utf8(Declared::Unsupported(name.to_owned())),
    }
}

/// The label of the families whose members differ in a number only; `iso_8859_2:1987` has a year.
fn numbered(key: &str) -> String {
    let year = ["1987", "1988", "1992", "2001"];
    let is_dated = key.starts_with("iso8859") && key.len() > "iso885916".len();
    let key = year
        .iter()
        .find_map(|year| key.strip_suffix(year))
        .filter(|_| is_dated)
        .unwrap_or(key);
    for (prefix, label) in [
        ("iso8859", "iso-8859-"),
        ("latin", "latin"),
        ("windows", "windows-"),
        ("cp125", "windows-125"),
        ("125", "windows-125"),
        ("isoir", "iso-ir-"),
        ("koi8", "koi8-"),
    ] {
        if let Some(rest) = key.strip_prefix(prefix) {
            return format!("{label}{rest}");
        }
    }
    key.to_owned()
}
