//! Credentials under telling names in files that are no Python.
//!
//! ```text
//! SMTP_PASSWORD=correct-horse-41     the name says so, the value can be one
//! PASSWORD_MIN_LENGTH=12             speaks about passwords
//! password: ${DB_PASSWORD}           is kept elsewhere
//! ```

use std::collections::{BTreeMap, BTreeSet};

use hognose_finding::Confidence;

use crate::files::{FileKind, Quoting, Setting, Settings};
use crate::names::{is_password, is_word_of, strength};
use crate::values::{credibility_under, is_identifier_like, is_wording};

/// A setting that holds a credential.
#[derive(Debug)]
pub struct Named {
    pub setting: Setting,
    pub confidence: Confidence,
}

/// The credentials among the settings of a text.
pub fn credentials(text: &str, kind: FileKind) -> Vec<Named> {
    let settings = Settings::new(text, kind).collect();
    let mut found: Vec<Named> = settings
        .into_iter()
        .filter_map(|setting| {
            let confidence = judge(text, kind, &setting)?;
            Some(Named {
                setting,
                confidence,
            })
        })
        .collect();
    drop_columns(text, &mut found);
    found
}

fn judge(text: &str, kind: FileKind, setting: &Setting) -> Option<Confidence> {
    let name = last_part(&text[setting.name.clone()]);
    let value = text.get(setting.value.clone())?.trim();
    strength(name)?;
    if is_word_of(name, value) || value.eq_ignore_ascii_case(name) || is_elsewhere(value) {
        return None;
    }
    if setting.quoting == Quoting::Bare && is_plain_value(value) {
        return None;
    }
    let confidence = credibility_under(name, value)?;
    match kind {
        // In prose and in code without a syntax tree a word is a word.
        FileKind::Document | FileKind::Code | FileKind::Shell | FileKind::Docker
            if confidence != Confidence::High =>
        {
            (setting.quoting == Quoting::Quoted && !is_wording(value)).then_some(Confidence::Low)
        }
        FileKind::Document if setting.quoting == Quoting::Bare => {
            let has_digit = value.bytes().any(|byte| byte.is_ascii_digit());
            let is_code = value.contains(['(', '[', '{', ',']);
            (has_digit && !is_code).then_some(Confidence::Low)
        }
        FileKind::Document | FileKind::Code => Some(confidence.min(Confidence::Medium)),
        FileKind::Environment
        | FileKind::Shell
        | FileKind::Docker
        | FileKind::Yaml
        | FileKind::Json
        | FileKind::Toml
        | FileKind::Ini
        | FileKind::Netrc
        | FileKind::Xml
        | FileKind::Python
        | FileKind::Generated => Some(confidence),
    }
}

/// `spring.datasource.password` → `password`
fn last_part(name: &str) -> &str {
    name.trim_end_matches('.')
        .rsplit('.')
        .next()
        .unwrap_or(name)
}

/// What is sealed, or kept in another place.
fn is_elsewhere(value: &str) -> bool {
    let marks = [
        "!vault",
        "!secret",
        "!ref",
        "!sub",
        "!env",
        "!reference",
        "enc[",
        "enc(",
        "ag2",
        "|",
        ">",
        "&",
        "*",
        "@",
        "%",
        "<",
        "file:",
        "secretref:",
        "vault:",
        "ref+",
        "arn:",
        "op://",
        "{",
        "[",
        "`",
        "$",
        "(",
        "process.env",
        "os.environ",
        "env.",
        "secrets.",
        "config.",
        "var.",
    ];
    let lower = value.to_ascii_lowercase();
    marks.iter().any(|mark| lower.starts_with(mark))
        || value.contains("$(")
        || value.contains("${")
        || value.contains("#{")
        || value.contains("<%")
}

/// A number, a truth value, a type: what bare values of settings about credentials are.
fn is_plain_value(value: &str) -> bool {
    let lower = value.to_ascii_lowercase();
    value.len() < 4
        || value
            .bytes()
            .all(|byte| byte.is_ascii_digit() || byte == b'.')
            && value.len() < 8
        || matches!(
            lower.as_str(),
            "true" | "false" | "null" | "none" | "yes" | "string" | "str" | "required" | "optional"
        )
}

/// Many values under one name that all read like names are columns of something; see
/// `hardcoded-secret` for Python, which does the same.
fn drop_columns(text: &str, found: &mut Vec<Named>) {
    const VALUES_MIN: usize = 3;
    let mut groups: BTreeMap<String, BTreeSet<&str>> = BTreeMap::new();
    let key = |named: &Named| {
        let name = &text[named.setting.name.clone()];
        let value = &text[named.setting.value.clone()];
        let may_be = !is_password(last_part(name)) && is_identifier_like(value);
        may_be.then(|| name.to_owned())
    };
    for named in found.iter() {
        if let Some(name) = key(named) {
            groups
                .entry(name)
                .or_default()
                .insert(&text[named.setting.value.clone()]);
        }
    }
    found.retain(|named| {
        let is_column = key(named)
            .and_then(|name| groups.get(&name))
            .is_some_and(|values| values.len() >= VALUES_MIN);
        !is_column
    });
}
