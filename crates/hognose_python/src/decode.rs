//! Bytes of a Python file to text: byte order marks, PEP 263 coding lines, and what is not text.
//!
//! ```python
//! # -*- coding: latin-1 -*-
//! GREETING = "grüße"       # one byte for ü, one for ß
//! ```
//! Text that Python would refuse to read is still analysed, and reported: bytes that do not belong
//! to the encoding are read as Latin-1, so that lines and columns stay those of the editor. Line
//! endings are kept. A byte order mark is not part of the text. Codecs that transform the source
//! (`# coding: future_fstrings`) are not run.

mod encoding;

use encoding_rs::Encoding;
use hognose_finding::CellStart;
use ruff_text_size::{TextRange, TextSize};

use crate::Problem;
use crate::limits::SOURCE_BYTES_MAX;
use encoding::{Declared, Source, detect};

/// The text of a file.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Decoded {
    pub text: String,
    /// Where the cells of a notebook start; empty for a module.
    pub cells: Vec<CellStart>,
    /// What is wrong with the bytes.
    pub problem: Option<Problem>,
}

/// Decodes a module. The error says why the file is no text, and what to do.
pub(crate) fn decode(bytes: &[u8]) -> Result<Decoded, String> {
    check_size(bytes)?;
    let (bytes, encoding) = detect(bytes);
    let decoded = match encoding {
        Source::Utf8(declared) => utf8_text(bytes, declared),
        Source::Latin1 => plain(encoding_rs::mem::decode_latin1(bytes).into_owned()),
        Source::Declared(encoding) => declared_text(bytes, encoding),
        Source::Utf16(encoding) => utf16_text(bytes, encoding),
    };
    check_is_text(&decoded.text)?;
    Ok(with_nul_problem(decoded))
}

/// Refuses what cannot be source code by its size alone.
pub(crate) fn check_size(bytes: &[u8]) -> Result<(), String> {
    if bytes.len() <= SOURCE_BYTES_MAX {
        return Ok(());
    }
    Err(format!(
        "the file has {} MiB and the limit is {} MiB; exclude it if it is data",
        bytes.len() >> 20,
        SOURCE_BYTES_MAX >> 20
    ))
}

fn plain(text: String) -> Decoded {
    Decoded {
        text,
        cells: Vec::new(),
        problem: None,
    }
}

/// Decodes UTF-8; every byte that is not UTF-8 becomes the one character Latin-1 has for it.
fn utf8_text(bytes: &[u8], declared: Declared) -> Decoded {
    let mut text = String::with_capacity(bytes.len());
    let mut first_bad = None;
    let mut rest = bytes;
    loop {
        let error = match std::str::from_utf8(rest) {
            Ok(good) => {
                text.push_str(good);
                break;
            }
            Err(error) => error,
        };
        let (good, bad) = rest.split_at(error.valid_up_to());
        text.push_str(std::str::from_utf8(good).expect("the error says that this part is valid"));
        first_bad = first_bad.or_else(|| bad.first().map(|byte| (text.len(), *byte)));
        let bad_length = error.error_len().unwrap_or(bad.len());
        text.extend(bad[..bad_length].iter().map(|byte| char::from(*byte)));
        rest = &bad[bad_length..];
    }
    let problem = match (declared, first_bad) {
        (Declared::Transforming(name), _) => Some(Problem {
            range: Some(TextRange::empty(TextSize::new(0))),
            message: format!(
                "the encoding `{name}` of the coding line is not supported, so the file was read \
                 as it stands; save it as UTF-8"
            ),
        }),
        (Declared::Utf8 | Declared::Unsupported(_), None) => None,
        (Declared::Utf8, Some((at, byte))) => Some(problem_at(
            &text,
            at,
            format!(
                "byte 0x{byte:02X} is not UTF-8 and was read as Latin-1; save the file as UTF-8 \
                 or begin it with `# -*- coding: latin-1 -*-`"
            ),
        )),
        (Declared::Unsupported(name), Some((at, byte))) => Some(problem_at(
            &text,
            at,
            format!(
                "byte 0x{byte:02X} was read as Latin-1, because the encoding `{name}` of the \
                 coding line is not supported; save the file as UTF-8"
            ),
        )),
    };
    Decoded {
        text,
        cells: Vec::new(),
        problem,
    }
}

fn declared_text(bytes: &[u8], encoding: &'static Encoding) -> Decoded {
    let (text, had_errors) = encoding.decode_without_bom_handling(bytes);
    let text = text.into_owned();
    let replaced = had_errors.then(|| text.find(char::REPLACEMENT_CHARACTER));
    let problem = replaced.flatten().map(|at| {
        let name = encoding.name();
        let message = format!(
            "the bytes here are not {name}, the encoding of the coding line; correct the coding \
             line or save the file as UTF-8"
        );
        problem_at(&text, at, message)
    });
    Decoded {
        text,
        cells: Vec::new(),
        problem,
    }
}

fn utf16_text(bytes: &[u8], encoding: &'static Encoding) -> Decoded {
    let (text, _) = encoding.decode_without_bom_handling(bytes);
    let text = text.into_owned();
    let problem = problem_at(
        &text,
        0,
        format!(
            "the file is {}, which Python does not read; save it as UTF-8",
            encoding.name()
        ),
    );
    Decoded {
        text,
        cells: Vec::new(),
        problem: Some(problem),
    }
}

/// A problem with the character at `at`.
fn problem_at(text: &str, at: usize, message: String) -> Problem {
    let length = text[at..].chars().next().map_or(0, char::len_utf8);
    let range = TextRange::at(TextSize::new(at as u32), TextSize::new(length as u32));
    Problem {
        range: Some(range),
        message,
    }
}

/// Refuses what holds more control characters than a text ever does: 1 % NUL or 5 % in all.
fn check_is_text(text: &str) -> Result<(), String> {
    let controls = count_controls(text.as_bytes());
    if controls == 0 {
        return Ok(());
    }
    let nuls = text.bytes().filter(|byte| *byte == 0).count();
    if nuls * 100 > text.len() {
        return Err(
            "the file is binary (it holds NUL bytes); exclude it, or save it as UTF-8 if it is \
             Python"
                .to_owned(),
        );
    }
    if controls * 20 > text.len() {
        return Err("the file is binary; exclude it".to_owned());
    }
    Ok(())
}

/// Counts the control characters that no editor writes: all but tabs, line ends, form feeds and
/// escapes. Counting in bytes, chunk by chunk, lets the compiler use vector instructions.
fn count_controls(bytes: &[u8]) -> usize {
    let is_control = |byte: &u8| matches!(byte, 0..=8 | 14..=26 | 28..=31 | 127);
    bytes
        .chunks(usize::from(u8::MAX))
        .map(|chunk| {
            chunk
                .iter()
                .map(|byte| u8::from(is_control(byte)))
                .sum::<u8>()
        })
        .map(usize::from)
        .sum()
}

/// Python refuses a source with a NUL byte wherever it stands.
fn with_nul_problem(mut decoded: Decoded) -> Decoded {
    if decoded.problem.is_none()
        && let Some(at) = decoded.text.find('\0')
    {
        let message = "NUL byte, with which Python refuses the file; remove it".to_owned();
        decoded.problem = Some(problem_at(&decoded.text, at, message));
    }
    decoded
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn text(bytes: &[u8]) -> String {
        let decoded = decode(bytes).expect("the test's bytes are text");
        assert_eq!(decoded.problem, None);
        decoded.text
    }

    fn problem(bytes: &[u8]) -> (String, Problem) {
        let decoded = decode(bytes).expect("the test's bytes are text");
        let problem = decoded.problem.expect("the test's bytes have a problem");
        (decoded.text, problem)
    }

    #[test]
    fn utf8_is_the_default_and_line_endings_are_kept() {
        assert_eq!(text("x = 'é'\r\ny\r".as_bytes()), "x = 'é'\r\ny\r");
        assert_eq!(text(b""), "");
    }

    #[test]
    fn a_byte_order_mark_is_no_text() {
        assert_eq!(text(b"\xEF\xBB\xBFx = 1\n"), "x = 1\n");
        assert_eq!(
            text(b"\xEF\xBB\xBF# coding: latin-1\n\xC3\xA9"),
            "# coding: latin-1\né"
        );
    }

    #[test]
    fn utf16_is_read_and_reported() {
        let (text, problem) = problem(b"\xFF\xFEx\0=\x001\0");
        assert_eq!(text, "x=1");
        assert!(problem.message.contains("UTF-16LE"), "{}", problem.message);
    }

    #[test]
    fn coding_lines_name_the_encoding() {
        for (head, expected) in [
            ("# -*- coding: latin-1 -*-\n", "é"),
            (
                "#!/usr/bin/python\r\n# vim: set fileencoding=iso_8859_1 :\r\n",
                "é",
            ),
            ("\n# coding=latin1\n", "é"),
            ("# -*- coding: iso-latin-1-unix -*-\n", "é"),
            ("# coding: cp1251\n", "й"),
            ("# coding: windows-1251\n", "й"),
            ("# coding: ISO8859-15\n", "é"),
            ("# coding: iso-8859-5\n", "щ"),
            ("# coding: koi8-r\n", "И"),
            ("# coding: mac_roman\n", "È"),
            ("# coding: latin9\n", "é"),
            ("# coding: iso_8859_7_1987\n", "ι"),
            ("# coding: iso_ir_101\n", "é"),
        ] {
            let mut bytes = head.as_bytes().to_vec();
            bytes.push(0xE9);
            assert_eq!(text(&bytes), format!("{head}{expected}"));
        }
    }

    #[test]
    fn multi_byte_encodings_are_read() {
        for (head, bytes, expected) in [
            ("# coding: shift_jis\n", &b"\x83e\x83X\x83g"[..], "テスト"),
            ("# coding: cp932\n", b"\x83e", "テ"),
            ("# coding: euc-jp\n", b"\xA5\xC6", "テ"),
            ("# coding: iso-2022-jp\n", b"\x1B$B%F\x1B(B", "テ"),
            ("# coding: gbk\n", b"\xD6\xD0", "中"),
            ("# coding: gb2312\n", b"\xD6\xD0", "中"),
            ("# coding: big5\n", b"\xA4\xA4", "中"),
            ("# coding: euc_kr\n", b"\xC7\xD1", "한"),
            ("# coding: cp949\n", b"\xC7\xD1", "한"),
        ] {
            let bytes = [head.as_bytes(), bytes].concat();
            assert_eq!(text(&bytes), format!("{head}{expected}"));
        }
    }

    #[test]
    fn a_coding_line_after_code_or_in_the_third_line_is_none() {
        for head in ["x = 1\n# coding: cp1251\n", "#\n#\n# coding: cp1251\n"] {
            let bytes = [head.as_bytes(), b"#\xE9"].concat();
            let (text, problem) = problem(&bytes);
            assert_eq!(text, format!("{head}#é"));
            assert!(problem.message.contains("0xE9"), "{}", problem.message);
        }
    }

    #[test]
    fn bytes_that_are_not_utf8_are_read_as_latin1_and_reported() {
        let (text, problem) = problem(b"a = '\xE9\xE8'  # \xC3\xA9\nb = 1\n");
        assert_eq!(text, "a = 'éè'  # é\nb = 1\n");
        let expected = TextRange::at(TextSize::new(5), TextSize::new(2));
        assert_eq!(problem.range, Some(expected));
        assert!(problem.message.contains("coding: latin-1"));
    }

    #[test]
    fn an_unknown_encoding_matters_only_outside_utf8() {
        assert_eq!(
            text("# coding: future_fstrings\nx = 'é'".as_bytes())
                .lines()
                .count(),
            2
        );
        let (_, problem) = problem(b"# coding: cp437\nx = '\x82'");
        assert!(problem.message.contains("cp437"), "{}", problem.message);
    }

    #[test]
    fn an_encoding_that_hides_code_is_reported() {
        let (text, problem) = problem(b"# coding: unicode_escape\n\\x69mport os\n");
        assert!(text.ends_with("\\x69mport os\n"));
        assert!(
            problem.message.contains("unicode_escape"),
            "{}",
            problem.message
        );
    }

    #[test]
    fn bytes_outside_the_declared_encoding_are_reported() {
        let (_, problem) = problem(b"# coding: euc-jp\nx = '\xFF'");
        assert!(problem.message.contains("EUC-JP"), "{}", problem.message);
    }

    #[test]
    fn binary_files_are_refused() {
        let mut image = b"\x89PNG\r\n\x1A\n\0\0\0\rIHDR".to_vec();
        image.extend((0..=255_u8).cycle().take(4096));
        for bytes in [
            &image[..],
            &b"\x7FELF\x02\x01\x01\0\0\0\0"[..],
            &[1; 64][..],
        ] {
            let message = decode(bytes).expect_err("the bytes are no text");
            assert!(message.contains("exclude it"), "{message}");
        }
    }

    #[test]
    fn a_stray_nul_byte_costs_no_more_than_a_report() {
        let bytes = format!("x = 1\n{}\0\n", "y = 2\n".repeat(100));
        let (_, problem) = problem(bytes.as_bytes());
        assert!(problem.message.contains("NUL"));
        assert_eq!(
            problem.range.map(TextRange::start),
            Some(TextSize::new(606))
        );
    }

    proptest! {
        #[test]
        fn decoding_never_panics(head in "(# coding: [a-z0-9_-]{1,12}\\n)?", body in any::<Vec<u8>>()) {
            let bytes = [head.as_bytes(), &body].concat();
            if let Ok(decoded) = decode(&bytes)
                && let Some(range) = decoded.problem.and_then(|problem| problem.range)
            {
                prop_assert!(decoded.text.get(std::ops::Range::<usize>::from(range)).is_some());
            }
        }

        #[test]
        fn utf8_stays_as_it_is(text in "[^\\u{0}-\\u{1F}\\u{7F}]{1,60}") {
            prop_assume!(!text.contains("coding") && !text.starts_with('\u{FEFF}'));
            let decoded = decode(text.as_bytes()).expect("the text has no control characters");
            prop_assert_eq!(decoded.text, text);
            prop_assert_eq!(decoded.problem, None);
        }

        #[test]
        fn lines_stay_where_they_are(bytes in proptest::collection::vec(0x20..=0xFF_u8, 0..60)) {
            let bytes = [&b"#"[..], &bytes, b"\n", &bytes].concat();
            if let Ok(decoded) = decode(&bytes) {
                prop_assert_eq!(decoded.text.matches('\n').count(), 1);
            }
        }
    }
}
