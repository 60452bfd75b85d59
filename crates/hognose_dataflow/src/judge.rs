//! Whether a value does harm at a sink, and which of its marks do.
//!
//! ```python
//! cur.execute(f"… WHERE a = '{x}'")      # sql: x stands inside quotes, unescaped
//! subprocess.run(["git", "log", x])      # argv: x may begin with a dash
//! open(os.path.join(BASE, x))            # path: x may climb out
//! ```
//! One function a kind of sink; each looks at the literal text around a hole before it judges the
//! labels of what stands in it.

mod command;
mod html;
mod language;
mod nosql;
mod reflection;
mod url;

use std::sync::Arc;

use hognose_python::ir::HoleFormat;

use crate::eval::marks_outside_text;
use crate::flow::Weakness;
use crate::models::rows::{Labels, SinkKind};
use crate::value::{Alternative, Atom, Mark, Piece, Site, Value};

pub use html::HtmlPlace;
pub use url::{Prefix, fixes_host, prefix};

/// A mark that does harm.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Danger {
    pub mark: Mark,
    pub weakness: Weakness,
}

/// A constant that is used as a credential.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConstantCredential {
    pub site: Site,
    pub text: Arc<str>,
}

/// The labels that make any text harmless.
const CONSTANT_LIKE: Labels = Labels(Labels::LITERAL.0 | Labels::NUMBER.0);

/// The marks of `value` that do harm at a sink of `kind`.
pub fn dangers(kind: SinkKind, value: &Value) -> Vec<Danger> {
    let mut found = Found::default();
    match kind {
        SinkKind::Sql => sql(value, &mut found),
        SinkKind::Shell => command::shell(value, &mut found),
        SinkKind::Argv => command::argv(value, &mut found),
        SinkKind::Program => command::program(value, &mut found),
        SinkKind::Path => path(value, &mut found),
        SinkKind::ArchiveExtract => whole(value, Weakness::Archive, archive_is_safe, &mut found),
        SinkKind::Code | SinkKind::NosqlCode => language::code(value, &mut found),
        SinkKind::Template => language::template(value, &mut found),
        SinkKind::Xpath => language::xpath(value, &mut found),
        SinkKind::Ldap => language::ldap_filter(value, &mut found),
        SinkKind::LdapName => language::ldap_name(value, &mut found),
        SinkKind::Url => url::request(value, &mut found),
        SinkKind::Redirect => url::redirect(value, &mut found),
        SinkKind::Html => html::page(value, &mut found),
        SinkKind::Nosql => nosql::query(value, &mut found),
        SinkKind::Reflection => reflection::name(value, &mut found),
        SinkKind::Deserialize | SinkKind::Xml | SinkKind::XmlBomb | SinkKind::Session => {
            whole(value, Weakness::Injection, is_constant_like, &mut found);
        }
        SinkKind::Log => logged(value, &mut found),
        SinkKind::Header => whole(value, Weakness::Injection, header_is_safe, &mut found),
        SinkKind::Cookie => whole(value, Weakness::Injection, cookie_is_safe, &mut found),
        SinkKind::Regex => whole(value, Weakness::Injection, regex_is_safe, &mut found),
        SinkKind::Matched => whole(value, Weakness::Slow, matched_is_safe, &mut found),
        SinkKind::Credential => {}
    }
    found.0
}

/// The constants that arrive at a credential sink.
pub fn constants(value: &Value) -> Vec<ConstantCredential> {
    let mut found = Vec::new();
    for alternative in value.text().alternatives() {
        match alternative {
            Alternative::Constant(Atom::Str(text), Some(site)) => found.push(ConstantCredential {
                site: *site,
                text: Arc::clone(text),
            }),
            Alternative::Constant(Atom::Bytes(bytes), Some(site)) => {
                if let Ok(text) = std::str::from_utf8(bytes) {
                    found.push(ConstantCredential {
                        site: *site,
                        text: Arc::from(text),
                    });
                }
            }
            Alternative::Constant(..) | Alternative::Template(_) => {}
        }
    }
    found
}

/// Whether the value still depends on a caller at such a sink.
pub fn awaits_caller(kind: SinkKind, value: &Value) -> bool {
    match kind {
        SinkKind::Credential => value
            .marks()
            .iter()
            .any(|mark| !mark.origin.is_source() && mark.relation == crate::value::Relation::Same),
        _ => dangers(kind, value)
            .iter()
            .any(|danger| !danger.mark.origin.is_source()),
    }
}

#[derive(Default)]
struct Found(Vec<Danger>);

impl Found {
    fn add(&mut self, mark: Mark, weakness: Weakness) {
        let known = self
            .0
            .iter_mut()
            .find(|known| known.mark.origin == mark.origin && known.weakness == weakness);
        match known {
            Some(known) => known.mark.confidence = known.mark.confidence.min(mark.confidence),
            None => self.0.push(Danger { mark, weakness }),
        }
    }
}

/// Every mark of the value that `safe` does not cover.
fn whole(value: &Value, weakness: Weakness, safe: fn(Labels) -> bool, found: &mut Found) {
    for mark in value.collapse(Labels::ALL) {
        if !safe(mark.labels) {
            found.add(mark, weakness);
        }
    }
}

/// Marks of the node itself that no template explains.
fn unexplained(value: &Value, weakness: Weakness, safe: fn(Labels) -> bool, found: &mut Found) {
    for mark in marks_outside_text(value) {
        if !safe(mark.labels) {
            found.add(mark, weakness);
        }
    }
}

fn templates(value: &Value) -> impl Iterator<Item = &Arc<[Piece]>> {
    value
        .text()
        .alternatives()
        .iter()
        .filter_map(|alternative| match alternative {
            Alternative::Template(pieces) => Some(pieces),
            Alternative::Constant(..) => None,
        })
}

// SQL

/// Where in a statement a hole stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Quote {
    Outside,
    Single,
    Double,
    Backtick,
}

fn sql(value: &Value, found: &mut Found) {
    unexplained(value, Weakness::Injection, sql_outside_is_safe, found);
    for pieces in templates(value) {
        let mut quote = Quote::Outside;
        for piece in pieces.iter() {
            match piece {
                Piece::Literal(text) => quote = sql_quote(quote, text),
                Piece::Hole(_, HoleFormat::Number) => {}
                Piece::Hole(hole, _) | Piece::Join(hole, _) => {
                    let safe = match quote {
                        Quote::Single => sql_single_is_safe,
                        Quote::Double | Quote::Backtick => sql_identifier_is_safe,
                        Quote::Outside => sql_outside_is_safe,
                    };
                    sql_hole(hole, safe, found);
                }
            }
        }
    }
}

fn sql_hole(hole: &Value, safe: fn(Labels) -> bool, found: &mut Found) {
    for mark in hole.collapse(Labels::ALL) {
        if !safe(mark.labels) {
            found.add(mark, Weakness::Injection);
        }
    }
}

/// The quote that is open after `text`. A doubled quote closes and opens again.
fn sql_quote(start: Quote, text: &str) -> Quote {
    let mut quote = start;
    let mut characters = text.chars();
    while let Some(character) = characters.next() {
        quote = match (quote, character) {
            (Quote::Outside, '\'') => Quote::Single,
            (Quote::Outside, '"') => Quote::Double,
            (Quote::Outside, '`') => Quote::Backtick,
            (Quote::Single, '\'') | (Quote::Double, '"') | (Quote::Backtick, '`') => Quote::Outside,
            (Quote::Single | Quote::Double, '\\') => {
                characters.next();
                quote
            }
            _ => quote,
        };
    }
    quote
}

fn sql_outside_is_safe(labels: Labels) -> bool {
    labels.has_any(
        CONSTANT_LIKE
            .with(Labels::SQL_INERT)
            .with(Labels::WORD)
            .with(Labels::SQL_IDENTIFIER),
    )
}

fn sql_single_is_safe(labels: Labels) -> bool {
    labels.has_any(
        CONSTANT_LIKE
            .with(Labels::SQL_INERT)
            .with(Labels::WORD)
            .with(Labels::SQL_QUOTED),
    )
}

fn sql_identifier_is_safe(labels: Labels) -> bool {
    labels.has_any(
        CONSTANT_LIKE
            .with(Labels::SQL_INERT)
            .with(Labels::WORD)
            .with(Labels::SQL_IDENTIFIER),
    )
}

fn is_constant_like(labels: Labels) -> bool {
    labels.has_any(CONSTANT_LIKE)
}

fn archive_is_safe(labels: Labels) -> bool {
    labels.has_any(
        CONSTANT_LIKE
            .with(Labels::PATH_SECURED)
            .with(Labels::PATH_CONTAINED),
    )
}

// Paths

/// A hole behind other text cannot begin with a separator of its own: there it is enough that no
/// part of the path is `..`.
fn path(value: &Value, found: &mut Found) {
    let mut in_holes: Vec<(Mark, Place)> = Vec::new();
    for pieces in templates(value) {
        for (index, piece) in pieces.iter().enumerate() {
            let place = place_of(pieces, index);
            let marks = piece.value().map(|hole| hole.collapse(Labels::ALL));
            in_holes.extend(marks.into_iter().flatten().map(|mark| (mark, place)));
        }
    }
    for mark in value.collapse(Labels::ALL) {
        let mut places = in_holes
            .iter()
            .filter(|(known, _)| known.origin == mark.origin)
            .peekable();
        let harmless = places.peek().is_some()
            && places.all(|(mark, place)| {
                let is_component = *place == Place::Components;
                path_is_safe(mark.labels)
                    || (is_component && mark.labels.has_any(Labels::NO_TRAVERSAL))
            });
        let climbs_nowhere = mark.labels.has_any(Labels::NO_TRAVERSAL)
            && mark.labels.has_any(Labels::NO_LEADING_SEPARATOR);
        if harmless || climbs_nowhere || path_is_safe(mark.labels) {
            continue;
        }
        if mark.labels.has_any(Labels::PATH_PREFIX_ONLY) {
            found.add(mark, Weakness::PrefixOnly);
        } else {
            found.add(mark, Weakness::Injection);
        }
    }
}

/// What a hole of a path is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    /// Whole components behind others.
    Components,
    Anywhere,
}

fn place_of(pieces: &[Piece], index: usize) -> Place {
    let before = index.checked_sub(1).and_then(|before| pieces.get(before));
    let begins = matches!(before, Some(Piece::Literal(before)) if before.ends_with(['/', '\\']));
    let ends = match pieces.get(index + 1) {
        Some(Piece::Literal(after)) => !after.starts_with("./") && &**after != ".",
        Some(Piece::Hole(..) | Piece::Join(..)) => false,
        None => true,
    };
    if begins && ends {
        Place::Components
    } else {
        Place::Anywhere
    }
}

fn path_is_safe(labels: Labels) -> bool {
    let contained = labels.has_any(Labels::PATH_CONTAINED);
    let inert = CONSTANT_LIKE
        .with(Labels::WORD)
        .with(Labels::NO_SEPARATOR)
        .with(Labels::PATH_SECURED);
    contained || labels.has_any(inert)
}

// Lines

/// What a `%r` shows has no newline.
fn logged(value: &Value, found: &mut Found) {
    unexplained(value, Weakness::Injection, line_is_safe, found);
    for pieces in templates(value) {
        for piece in pieces.iter() {
            match piece {
                Piece::Literal(_) | Piece::Hole(_, HoleFormat::Number | HoleFormat::Repr) => {}
                Piece::Hole(hole, HoleFormat::Plain) | Piece::Join(hole, _) => {
                    whole(hole, Weakness::Injection, line_is_safe, found);
                }
            }
        }
    }
}

/// Text that cannot begin a line of its own.
fn line_is_safe(labels: Labels) -> bool {
    labels.has_any(
        CONSTANT_LIKE
            .with(Labels::WORD)
            .with(Labels::NO_NEWLINE)
            .with(Labels::SQL_INERT),
    )
}

fn header_is_safe(labels: Labels) -> bool {
    line_is_safe(labels)
}

fn cookie_is_safe(labels: Labels) -> bool {
    labels.has_any(CONSTANT_LIKE.with(Labels::WORD))
}

// Regular expressions

fn regex_is_safe(labels: Labels) -> bool {
    labels.has_any(CONSTANT_LIKE.with(Labels::WORD).with(Labels::REGEX_ESCAPED))
}

fn matched_is_safe(labels: Labels) -> bool {
    labels.has_any(CONSTANT_LIKE)
}

#[cfg(test)]
mod tests {
    use super::{Quote, sql_quote};

    #[test]
    fn quotes_of_statements() {
        assert_eq!(sql_quote(Quote::Outside, "a = '"), Quote::Single);
        assert_eq!(
            sql_quote(Quote::Outside, "a = 'it''s' AND b = "),
            Quote::Outside
        );
        assert_eq!(sql_quote(Quote::Single, "' AND c = \""), Quote::Double);
    }
}
