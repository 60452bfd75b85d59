//! What one version of a file comes to: the credentials in it, each with its value.
//!
//! ```text
//! settings.py    the analysis of Python, known formats, comments that silence
//! deploy.yml     known formats, names and values, comments that silence
//! ```
//! The same as for a file of the work tree. The value stays in memory, to tell where else it
//! stands; it is never written.

use std::sync::Arc;

use hognose_check::{Allow, Input, Settings, secrets};
use hognose_finding::{Class, Confidence, Finding, Rule, Severity, SourceText};
use hognose_secrets::place::is_test_path;
use hognose_secrets::{Identity, Key};
use ruff_text_size::TextRange;

/// A credential in a text.
#[derive(Debug, Clone)]
pub struct Secret {
    pub rule: &'static Rule,
    pub severity: Severity,
    pub confidence: Confidence,
    pub range: TextRange,
    pub message: String,
    /// The dotted name of the function around it, in Python.
    pub function: String,
    pub value: String,
    pub identity: Identity,
    /// The text of the file, which `range` counts in.
    pub source: Arc<SourceText>,
}

/// The credentials in the file with these `bytes`.
pub fn look(path: &str, bytes: Vec<u8>, settings: &Settings, allow: &Allow) -> Vec<Secret> {
    let input = Input {
        path: path.to_owned(),
        bytes,
    };
    let report = secrets(vec![input], settings, allow).report;
    let mut files = report.files.into_iter();
    let Some(source) = files.find(|file| &*file.path == path) else {
        return Vec::new();
    };
    let source = Arc::new(source);
    let is_credential = |finding: &Finding| finding.rule.class == Class::HardcodedSecrets;
    let findings = report.findings.iter().filter(|it| is_credential(it));
    findings
        .map(|finding| secret(finding, &source))
        .filter(|secret| secret.confidence >= settings.min_confidence)
        .collect()
}

fn secret(finding: &Finding, source: &Arc<SourceText>) -> Secret {
    let value = value(finding, source).to_owned();
    // The analysis of a single file takes its directory for the project's.
    let confidence = if is_test_path(&source.path) {
        Confidence::Low
    } else {
        finding.confidence
    };
    Secret {
        rule: finding.rule,
        severity: finding.severity,
        confidence,
        range: finding.location.range,
        message: finding.message.clone(),
        function: finding.function.clone(),
        identity: Identity::of(&value, &Key::default()),
        value,
        source: Arc::clone(source),
    }
}

/// The credential that a finding is about.
pub fn value<'a>(finding: &Finding, source: &'a SourceText) -> &'a str {
    let text = source.slice(finding.location.range);
    // In a file that is no Python the place is the value itself.
    if finding.function.is_empty() && finding.trace.is_empty() {
        text
    } else {
        literal_content(text)
    }
}

/// What stands between the quotes of a string literal.
fn literal_content(code: &str) -> &str {
    let Some(start) = code.find(['"', '\'']) else {
        return code;
    };
    let quote = &code[start..=start];
    let triple = quote.repeat(3);
    let mark = if code[start..].starts_with(&triple) {
        &triple
    } else {
        quote
    };
    let content = &code[start + mark.len()..];
    content.split(mark).next().unwrap_or(content)
}

#[cfg(test)]
mod tests {
    use super::literal_content;

    #[test]
    fn the_content_of_literals() {
        assert_eq!(literal_content("b'one'"), "one");
        assert_eq!(
            literal_content("\"\"\"two \"words\" \"\"\""),
            "two \"words\" "
        );
        assert_eq!(literal_content("('three' 'four')"), "three");
        assert_eq!(literal_content("name"), "name");
    }
}
