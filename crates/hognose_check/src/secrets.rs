//! Secrets in files of any kind: Python through the engine, everything else as text.
//!
//! ```text
//! app/settings.py          names, data flow, known formats
//! .env, compose.yml, …     settings with telling names, known formats
//! logo.png                 binary: not looked into, and said so
//! ```

use std::sync::{Arc, OnceLock};

use hognose_finding::{Class, Finding, Location, SourceText};
use hognose_python::File;
use hognose_rules::{fingerprint, number_equals, rule};
use hognose_secrets::{Allow, Hit, Scanner};
use rayon::prelude::*;
use ruff_text_size::{TextRange, TextSize};

use crate::{Input, Report, Settings, Suppressed, outputs, pipeline, suppress};

/// What a search for secrets came to.
#[derive(Debug, Default)]
pub struct Secrets {
    pub report: Report,
    /// Files that are no text, in the order of their paths.
    pub binary: Vec<String>,
    /// Files that were looked into.
    pub searched: usize,
}

/// How much of a file is looked at to see whether it is text, in bytes.
const HEAD_MAX: usize = 8192;

/// Looks for secrets in `files`.
pub fn run(files: Vec<Input>, settings: &Settings, allow: &Allow) -> Secrets {
    let mut python = Vec::new();
    let mut texts = Vec::new();
    let mut binary = Vec::new();
    for file in files {
        if is_binary(&file.bytes) {
            binary.push(file.path);
        } else if is_python(&file.path, &file.bytes) {
            python.push(file);
        } else {
            texts.push(file);
        }
    }
    binary.sort();
    let searched = python.len() + texts.len();
    let outputs: Vec<outputs::Texts> = python.iter().filter_map(outputs::of).collect();
    let mut report = pipeline::run(python, settings);
    report
        .findings
        .retain(|finding| finding.rule.class == Class::HardcodedSecrets);
    report
        .suppressed
        .retain(|entry| entry.finding.rule.class == Class::HardcodedSecrets);
    report
        .checks
        .retain(|check| check.class == Class::HardcodedSecrets);
    add_outputs(&mut report, &outputs, settings);
    add_texts(&mut report, texts, settings);
    apply(allow, &mut report);
    report.statistics.files = searched;
    Secrets {
        report,
        binary,
        searched,
    }
}

/// Moves what the lists allow to the suppressed findings.
fn apply(allow: &Allow, report: &mut Report) {
    if allow.is_empty() {
        return;
    }
    let mut kept = Vec::new();
    for finding in std::mem::take(&mut report.findings) {
        let file = report
            .files
            .iter()
            .find(|file| file.path == finding.location.file);
        let reason = file.and_then(|file| {
            let value = file.slice(finding.location.range);
            let value = value
                .trim_start_matches(['b', 'r', 'f', 'u'])
                .trim_matches(['"', '\'']);
            let line = file.line_text(file.line_of(finding.location.range.start()));
            allow.reason(&finding.location.file, value, line)
        });
        match reason {
            Some(reason) => report.suppressed.push(Suppressed {
                finding,
                comment: reason,
                reason: None,
            }),
            None => kept.push(finding),
        }
    }
    report.findings = kept;
    report.sort();
}

/// Whether the engine reads the file: by its name, or by its first line.
pub fn is_python(path: &str, bytes: &[u8]) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path);
    if let Some((_, extension)) = name.rsplit_once('.') {
        return ["py", "pyi", "pyw", "ipynb"]
            .iter()
            .any(|known| extension.eq_ignore_ascii_case(known));
    }
    let line = bytes.split(|byte| *byte == b'\n').next().unwrap_or(&[]);
    let line = String::from_utf8_lossy(&line[..line.len().min(256)]);
    line.starts_with("#!") && (line.contains("python") || line.contains("pypy"))
}

/// Whether the bytes are no text: a zero byte stands in no text but one in UTF-16.
pub fn is_binary(bytes: &[u8]) -> bool {
    let head = &bytes[..bytes.len().min(HEAD_MAX)];
    !is_utf16(head) && head.contains(&0)
}

fn is_utf16(head: &[u8]) -> bool {
    head.starts_with(&[0xFF, 0xFE]) || head.starts_with(&[0xFE, 0xFF])
}

/// UTF-8, or UTF-16 with its mark; what cannot be read is replaced.
fn decoded(bytes: Vec<u8>) -> String {
    if !is_utf16(&bytes) {
        return String::from_utf8(bytes)
            .unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned());
    }
    let is_big = bytes[0] == 0xFE;
    let units = bytes[2..].chunks_exact(2).map(|pair| {
        if is_big {
            u16::from_be_bytes([pair[0], pair[1]])
        } else {
            u16::from_le_bytes([pair[0], pair[1]])
        }
    });
    char::decode_utf16(units)
        .map(|unit| unit.unwrap_or(char::REPLACEMENT_CHARACTER))
        .collect()
}

fn scanner() -> &'static Scanner {
    static SCANNER: OnceLock<Scanner> = OnceLock::new();
    SCANNER.get_or_init(Scanner::new)
}

/// Adds what notebooks show.
fn add_outputs(report: &mut Report, outputs: &[outputs::Texts], settings: &Settings) {
    let mut findings = Vec::new();
    for texts in outputs {
        if let Some(source) = report.files.iter().find(|source| texts.is_of(source)) {
            findings.extend(texts.findings(scanner(), source));
        }
    }
    number_equals(&mut findings);
    let wanted = pipeline::select(findings, settings, |finding| finding);
    report.findings.extend(wanted);
}

/// Adds what is found in files that are no Python.
fn add_texts(report: &mut Report, texts: Vec<Input>, settings: &Settings) {
    let scanned: Vec<(Option<File>, Vec<Finding>, usize)> = texts
        .into_par_iter()
        .map(|input| {
            let text = decoded(input.bytes);
            let lines = text.lines().count();
            let hits = scanner().scan(&input.path, &text);
            if hits.is_empty() {
                return (None, Vec::new(), lines);
            }
            let path: Arc<str> = Arc::from(input.path.as_str());
            let source = SourceText::new(Arc::clone(&path), Arc::from(text), Vec::new());
            let findings = hits.iter().map(|hit| finding(hit, &path)).collect();
            let comments = comments(&source);
            (Some(File::of_text(source, comments)), findings, lines)
        })
        .collect();
    let mut files = Vec::new();
    let mut findings = Vec::new();
    for (file, found, lines) in scanned {
        report.statistics.lines += lines;
        files.extend(file);
        findings.extend(found);
    }
    number_equals(&mut findings);
    let outcome = suppress::apply(&files, findings, &settings.selection);
    let is_secret = |finding: &Finding| finding.rule.class == Class::HardcodedSecrets;
    let findings = outcome.findings.into_iter().filter(is_secret).collect();
    report
        .findings
        .extend(pipeline::select(findings, settings, |finding| finding));
    let suppressed = outcome.suppressed;
    report
        .suppressed
        .extend(pipeline::select(suppressed, settings, |it| &it.finding));
    report
        .files
        .extend(files.into_iter().map(|file| file.source));
    report.sort();
}

fn finding(hit: &Hit, path: &Arc<str>) -> Finding {
    let rule = rule(hit.rule).expect("the scanner names registered rules");
    let name = path.rsplit('/').next().unwrap_or(path);
    let length = hit.range.len().to_u32().to_string();
    Finding {
        rule,
        severity: hit.severity,
        confidence: hit.confidence,
        location: Location {
            file: Arc::clone(path),
            range: hit.range,
        },
        fingerprint: fingerprint(rule, &[name, hit.format, &length]),
        message: format!("{} {}", hit.message, hit.advice),
        function: String::new(),
        trace: Vec::new(),
        fix: None,
    }
}

/// The finding about a `.env` file that git does not ignore.
pub fn env_file_finding(path: &Arc<str>) -> Finding {
    let rule = rule("env-file-not-ignored").expect("a registered rule");
    let name = path.rsplit('/').next().unwrap_or(path);
    Finding {
        rule,
        severity: rule.severity,
        confidence: rule.confidence,
        location: Location {
            file: Arc::clone(path),
            range: TextRange::empty(TextSize::new(0)),
        },
        fingerprint: fingerprint(rule, &[name]),
        message: format!(
            "No `.gitignore` names `{name}`, so the next `git add .` puts the settings of this machine into \
             the repository. Add the line `{name}` to the `.gitignore` at the top of the repository."
        ),
        function: String::new(),
        trace: Vec::new(),
        fix: None,
    }
}

/// What of a text may be a comment that silences: whatever follows one of the words that such
/// comments begin with. The language decides what is in front.
fn comments(source: &SourceText) -> Vec<TextRange> {
    const WORDS: [&str; 5] = [
        "hognose:",
        "gitleaks:allow",
        "pragma: allowlist",
        "trufflehog:ignore",
        "nosec",
    ];
    let text = &*source.text;
    let mut comments = Vec::new();
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        let word = WORDS.iter().filter_map(|word| line.find(word)).min();
        if let Some(at) = word {
            let end = start + line.trim_end_matches(['\n', '\r']).len();
            let marker = text[start..start + at]
                .rfind(['#', '/', ';', '-', '!', '*'])
                .map_or(start + at, |index| start + index);
            let offset = |value: usize| TextSize::try_from(value).unwrap_or_default();
            comments.push(TextRange::new(offset(marker), offset(end)));
        }
        start += line.len();
    }
    comments
}

#[cfg(test)]
mod tests {
    use super::{decoded, is_binary, is_python};

    #[test]
    fn kinds_of_files() {
        assert!(is_binary(b"\x7fELF\0\0"));
        assert!(!is_binary(b"\xff\xfea\0b\0"));
        assert!(!is_binary("tschüß".as_bytes()));
        assert!(is_python("a/b.py", b""));
        assert!(is_python("run", b"#!/usr/bin/env python3\n"));
        assert!(!is_python("run", b"#!/bin/sh\n"));
        assert!(!is_python("a.env", b""));
    }

    #[test]
    fn texts_are_decoded() {
        assert_eq!(decoded(b"\xff\xfea\0b\0".to_vec()), "ab");
        assert_eq!(decoded(b"a\xff".to_vec()), "a\u{fffd}");
    }
}
