//! The files of `models/lint`: what each rule of Ruff is worth here.
//!
//! ```toml
//! class = "bugs"
//! [[rules]]
//! code = "F821"
//! name = "undefined-name"
//! severity = "high"
//! ```
//! The files are part of the program, so a mistake in one is a defect that the tests find.

use serde::Deserialize;

const TABLES: [&str; 3] = [
    include_str!("../../../models/lint/bugs.toml"),
    include_str!("../../../models/lint/security.toml"),
    include_str!("../../../models/lint/quality.toml"),
];

const OFF: &str = include_str!("../../../models/lint/off.toml");

/// The rules of one class.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Table {
    pub class: String,
    /// For rows without their own.
    pub severity: Option<String>,
    pub confidence: Option<String>,
    pub rules: Vec<Row>,
}

/// A rule that is on.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Row {
    pub code: String,
    /// For the reader of the file; a test compares it with Ruff's.
    pub name: String,
    pub severity: Option<String>,
    pub confidence: Option<String>,
    #[serde(default)]
    pub cwe: Vec<u16>,
    /// A sentence; without one it comes from Ruff's description.
    pub title: Option<String>,
    /// What follows from it and what to do: the second part of each message.
    #[serde(default)]
    pub why: String,
    /// Whether the rule means something in a notebook.
    #[serde(default = "yes")]
    pub notebooks: bool,
}

/// Rules that are off, with the reason.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Off {
    pub groups: Vec<OffGroup>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OffGroup {
    pub reason: String,
    pub rules: Vec<String>,
}

fn yes() -> bool {
    true
}

const EMBEDDED: &str = "the tests read every embedded file";

pub fn tables() -> Vec<Table> {
    TABLES
        .iter()
        .map(|text| toml::from_str(text).expect(EMBEDDED))
        .collect()
}

pub fn off() -> Off {
    toml::from_str(OFF).expect(EMBEDDED)
}
