//! The format for a person at a terminal: each finding with its excerpt, then the summary.
//!
//! ```text
//! high[sql-injection]: an SQL query is built from untrusted text
//!   --> app.py:18:47
//!    |
//! 17 |     q = find(request.args["name"])
//!    |              -------------------- 1. source: any client sets the query string
//! 18 |     return str(connect("x.db").execute(q).fetchall())
//!    |                                        ^ 2. sink: run as SQL
//!    |
//!    = note: `q` holds text from the request …
//!    = note: confidence high; CWE-89; in `app.show`
//!    = help: hognose explain sql-injection
//! ```

use std::fmt::Write as _;

use annotate_snippets::renderer::DecorStyle;
use annotate_snippets::{AnnotationKind, Group, Level, Origin, Renderer, Snippet};
use hognose_finding::{Finding, Fix, Level as FixLevel, Severity};

use crate::excerpt::{Excerpt, Role, excerpts};
use crate::texts::Texts;
use crate::{Color, Decor, Section, Subject, TextStyle, patch, printable, statistics, summary};

/// Notes are wrapped to this width, or to the terminal's if that is smaller.
const NOTE_WIDTH_MAX: usize = 100;
/// What stands before the text of a note: the line number's gutter and `= note: `.
const NOTE_INDENT: usize = 16;
const NOTE_WIDTH_MIN: usize = 40;

pub fn render(subject: &Subject<'_>, style: &TextStyle) -> String {
    let texts = Texts::new(subject.report, subject.secrets);
    let renderer = renderer(style);
    let mut output = String::new();
    let findings = subject.report.findings.iter();
    for finding in findings.filter(|finding| style.lists(finding)) {
        let group = group(finding, &texts, style);
        output.push_str(&renderer.render(&[group]));
        output.push_str("\n\n");
        if let Some(fix) = &finding.fix {
            let patch = patch::of_fix(fix, &texts);
            for line in patch.lines() {
                output.push_str(&printable(line));
                output.push('\n');
            }
            output.push('\n');
        }
    }
    if style.summary == Section::Show {
        output.push_str(&summary::render(subject, style));
    }
    if style.statistics == Section::Show {
        if style.summary == Section::Show {
            output.push('\n');
        }
        output.push_str(&statistics::render(&subject.report.statistics));
    }
    output
}

fn renderer(style: &TextStyle) -> Renderer {
    let renderer = match style.color {
        Color::Plain => Renderer::plain(),
        Color::Ansi => Renderer::styled(),
    };
    let decor = match style.decor {
        Decor::Ascii => DecorStyle::Ascii,
        Decor::Unicode => DecorStyle::Unicode,
    };
    renderer.decor_style(decor).term_width(style.width)
}

fn group<'a>(finding: &'a Finding, texts: &Texts<'_>, style: &TextStyle) -> Group<'a> {
    let level = match finding.severity {
        Severity::Critical | Severity::High => Level::ERROR,
        Severity::Medium => Level::WARNING,
        Severity::Low => Level::NOTE,
        Severity::Info => Level::INFO,
    };
    let title = level
        .with_name(finding.severity.name())
        .primary_title(printable(finding.rule.title))
        .id(finding.rule.id);
    let mut group = Group::with_title(title);
    let excerpts = excerpts(finding, texts);
    if excerpts.is_empty() {
        group = group.element(Origin::path(printable(&finding.location.file)));
    }
    for excerpt in excerpts {
        group = group.element(snippet(excerpt));
    }
    let width = style.width.min(NOTE_WIDTH_MAX).saturating_sub(NOTE_INDENT);
    let message = wrap(
        &printable(&texts.message(finding, &finding.message)),
        width.max(NOTE_WIDTH_MIN),
    );
    group = group
        .element(Level::NOTE.message(message))
        .element(Level::NOTE.message(facts(finding)));
    if let Some(fix) = &finding.fix {
        let title = wrap(&printable(&described(fix)), width.max(NOTE_WIDTH_MIN));
        group = group.element(Level::HELP.message(title));
    }
    group.element(Level::HELP.message(format!("hognose explain {}", explained(finding))))
}

fn snippet(excerpt: Excerpt) -> Snippet<'static, annotate_snippets::Annotation<'static>> {
    let annotations: Vec<_> = excerpt
        .marks
        .into_iter()
        .map(|mark| {
            let kind = match mark.role {
                Role::Finding => AnnotationKind::Primary,
                Role::Step => AnnotationKind::Context,
            };
            let label = (!mark.label.is_empty()).then(|| printable(&mark.label).into_owned());
            kind.span(mark.range).label(label)
        })
        .collect();
    Snippet::source(excerpt.source)
        .path(printable(&excerpt.place).into_owned())
        .line_start(excerpt.line_start)
        .annotations(annotations)
}

/// `verified fix: Pass the values as bound parameters`.
fn described(fix: &Fix) -> String {
    let level = match fix.level {
        FixLevel::Verified => "verified fix",
        FixLevel::Unsafe => "fix that may change behaviour",
        FixLevel::Manual => "to do by hand",
    };
    let mut text = format!("{level}: {}", fix.title);
    for append in &fix.appends {
        let lines = append.lines.join(", ");
        write!(text, "; adds `{lines}` to {}", append.file).expect("writing to a string");
    }
    text
}

/// Ruff's code is shorter than its name, and known to who uses Ruff.
fn explained(finding: &Finding) -> &'static str {
    finding.rule.code().unwrap_or(finding.rule.id)
}

/// `confidence high; CWE-89; in app.views.find`.
fn facts(finding: &Finding) -> String {
    let mut facts = vec![format!("confidence {}", finding.confidence.name())];
    if !finding.rule.cwe.is_empty() {
        let numbers: Vec<String> = finding
            .rule
            .cwe
            .iter()
            .map(|number| format!("CWE-{number}"))
            .collect();
        facts.push(numbers.join(", "));
    }
    if !finding.function.is_empty() {
        facts.push(format!("in `{}`", printable(&finding.function)));
    }
    facts.join("; ")
}

/// Breaks `text` between words so that no line is longer than `width` characters, where words
/// allow it.
fn wrap(text: &str, width: usize) -> String {
    let mut wrapped = String::with_capacity(text.len());
    let mut column = 0;
    for word in text.split_whitespace() {
        let length = word.chars().count();
        if column > 0 && column + 1 + length > width {
            wrapped.push('\n');
            column = 0;
        } else if column > 0 {
            wrapped.push(' ');
            column += 1;
        }
        wrapped.push_str(word);
        column += length;
    }
    wrapped
}
