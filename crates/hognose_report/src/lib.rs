//! A [`Report`] as text: for a person, for a script, for a code-scanning service.
//!
//! Everything here is pure: a report goes in, a `String` comes out. Nothing is read or printed,
//! no clock and no environment is asked, so equal reports give equal bytes. One file per format:
//!
//! - for people: `full` (annotated excerpts, then the checklist), `concise` (a line for each
//!   finding), `grouped` (the same by file), `markdown`, `html` (one file that needs nothing else);
//! - for programs: `json` (the schema is `schema/report-v1.schema.json`), `json_lines`, `agent`;
//! - for services: `sarif` (2.1.0, with code flows, suppressions and fingerprints), `github`,
//!   `gitlab` and `gitlab_sast`, `junit`, `rdjson`, `checkstyle`.
//!
//! What the formats share has a file of its own: `texts` (the source text, with credentials
//! masked), `shown` (a finding on one line), `checklist` (counts by class), `clean` (text that is
//! safe to print), `xml`, `time`, and `line_hash` and `uri` for SARIF.

mod agent;
mod checklist;
mod checkstyle;
mod clean;
mod concise;
mod excerpt;
mod full;
mod github;
mod gitlab;
mod gitlab_sast;
mod grouped;
mod history;
mod html;
mod json;
mod json_fix;
mod json_lines;
mod junit;
mod line_hash;
mod markdown;
mod patch;
mod rdjson;
pub mod routes;
mod sarif;
mod sarif_fix;
mod sarif_model;
mod sarif_rule;
mod shown;
mod statistics;
mod summary;
mod texts;
mod time;
mod uri;
mod xml;

use hognose_check::{Report, Selection};
use hognose_finding::{Class, Finding, Group, Rule};

pub use checklist::{ChecklistRow, checklist};
pub use clean::printable;
pub use json::JsonReport;
pub use patch::patch;
pub use time::{Moment, RunTime};

/// The schema of the JSON format.
pub const SCHEMA: &str = include_str!("../schema/report-v1.schema.json");

/// The version of Hognose that JSON and SARIF name as their producer.
pub const VERSION: &str = env!("CARGO_PKG_VERSION");

/// A way to write a report.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Format {
    Full,
    Concise,
    Grouped,
    Json,
    JsonLines,
    Sarif,
    Github,
    Gitlab,
    GitlabSast,
    Junit,
    Rdjson,
    Checkstyle,
    Markdown,
    Html,
    Agent,
}

impl Format {
    pub const ALL: [Self; 15] = [
        Self::Full,
        Self::Concise,
        Self::Grouped,
        Self::Json,
        Self::JsonLines,
        Self::Sarif,
        Self::Github,
        Self::Gitlab,
        Self::GitlabSast,
        Self::Junit,
        Self::Rdjson,
        Self::Checkstyle,
        Self::Markdown,
        Self::Html,
        Self::Agent,
    ];

    pub const fn name(self) -> &'static str {
        match self {
            Self::Full => "full",
            Self::Concise => "concise",
            Self::Grouped => "grouped",
            Self::Json => "json",
            Self::JsonLines => "json-lines",
            Self::Sarif => "sarif",
            Self::Github => "github",
            Self::Gitlab => "gitlab",
            Self::GitlabSast => "gitlab-sast",
            Self::Junit => "junit",
            Self::Rdjson => "rdjson",
            Self::Checkstyle => "checkstyle",
            Self::Markdown => "markdown",
            Self::Html => "html",
            Self::Agent => "agent",
        }
    }

    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|format| format.name() == name)
    }

    /// For a `Content-Type` header.
    pub const fn media_type(self) -> &'static str {
        match self {
            Self::Full | Self::Concise | Self::Grouped | Self::Github | Self::Agent => {
                "text/plain; charset=utf-8"
            }
            Self::Json | Self::Gitlab | Self::GitlabSast | Self::Rdjson => "application/json",
            Self::JsonLines => "application/jsonl",
            Self::Sarif => "application/sarif+json",
            Self::Junit | Self::Checkstyle => "application/xml",
            Self::Markdown => "text/markdown; charset=utf-8",
            Self::Html => "text/html; charset=utf-8",
        }
    }

    /// The usual ending of such a file's name, without the dot.
    pub const fn extension(self) -> &'static str {
        match self {
            Self::Full | Self::Concise | Self::Grouped | Self::Github | Self::Agent => "txt",
            Self::Json | Self::Gitlab | Self::GitlabSast | Self::Rdjson => "json",
            Self::JsonLines => "jsonl",
            Self::Sarif => "sarif",
            Self::Junit | Self::Checkstyle => "xml",
            Self::Markdown => "md",
            Self::Html => "html",
        }
    }
}

/// What is written: the report and the rules it was made with.
#[derive(Debug, Clone, Copy)]
pub struct Subject<'a> {
    pub report: &'a Report,
    /// Every registered rule, sorted by id; SARIF lists all of them.
    pub rules: &'a [&'static Rule],
    /// The classes that were examined, see [`examined_classes`]; the checklist calls the others
    /// "not checked".
    pub examined: &'a [Class],
    /// Whether credentials are shown instead of masked: only where the user asks for it.
    pub secrets: Section,
    /// When the analysis took place, for the formats that have to say so.
    pub time: RunTime,
}

/// The classes of the checklist, and bugs and quality, for which at least one selected rule exists.
pub fn examined_classes(rules: &[&'static Rule], selection: &Selection) -> Vec<Class> {
    summarised_classes()
        .filter(|class| {
            rules
                .iter()
                .any(|rule| rule.class == *class && selection.includes(rule))
        })
        .collect()
}

/// The classes that the summary has a line for.
pub fn summarised_classes() -> impl Iterator<Item = Class> {
    Class::CHECKLIST
        .into_iter()
        .chain([Class::Bugs, Class::Quality])
}

/// Whether text carries terminal colours.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Color {
    Plain,
    Ansi,
}

/// What lines and arrows are drawn with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Decor {
    Ascii,
    Unicode,
}

/// A part of the text formats that can be left out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Section {
    Show,
    Hide,
}

/// How the text formats look; those that hold all findings (`json`, `json-lines`, `sarif`, `gitlab`,
/// `gitlab-sast`, `html`) do not depend on it.
#[derive(Debug, Clone, Copy)]
pub struct TextStyle {
    pub color: Color,
    pub decor: Decor,
    /// In terminal columns; longer source lines are cut around the marked part.
    pub width: usize,
    /// The incomplete list, the checklist and the totals after the findings.
    pub summary: Section,
    /// The counters of the analysis.
    pub statistics: Section,
    /// The findings of bugs and of quality; hidden ones are counted.
    pub bugs: Section,
    pub quality: Section,
}

impl TextStyle {
    /// Whether the finding is listed.
    pub fn lists(&self, finding: &Finding) -> bool {
        let section = match finding.rule.class.group() {
            Group::Security => Section::Show,
            Group::Bugs => self.bugs,
            Group::Quality => self.quality,
        };
        section == Section::Show
    }
}

/// The width of text that goes to a file or a pipe.
pub const WIDTH_DEFAULT: usize = 140;

impl Default for TextStyle {
    fn default() -> Self {
        Self {
            color: Color::Plain,
            decor: Decor::Ascii,
            width: WIDTH_DEFAULT,
            summary: Section::Show,
            statistics: Section::Hide,
            bugs: Section::Show,
            quality: Section::Hide,
        }
    }
}

/// Writes `subject` in `format`; the text ends with a newline unless it is empty.
pub fn render(format: Format, subject: &Subject<'_>, style: &TextStyle) -> String {
    match format {
        Format::Full => full::render(subject, style),
        Format::Concise => concise::render(subject, style),
        Format::Grouped => grouped::render(subject, style),
        Format::Json => json::render(subject),
        Format::JsonLines => json_lines::render(subject),
        Format::Sarif => sarif::render(subject),
        Format::Github => github::render(subject, style),
        Format::Gitlab => gitlab::render(subject),
        Format::GitlabSast => gitlab_sast::render(subject),
        Format::Junit => junit::render(subject, style),
        Format::Rdjson => rdjson::render(subject, style),
        Format::Checkstyle => checkstyle::render(subject, style),
        Format::Markdown => markdown::render(subject, style),
        Format::Html => html::render(subject),
        Format::Agent => agent::render(subject, style),
    }
}
