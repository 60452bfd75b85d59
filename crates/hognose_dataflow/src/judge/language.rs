//! What does harm in code, in a page's template, in a query of a tree or a directory.
//!
//! ```python
//! eval("total * " + x)                    # anything but a number or a name
//! root.xpath(f"//user[@name='{x}']")      # a quote ends the literal
//! conn.search(base, f"(uid={x})", …)      # a parenthesis ends the condition
//! ```

use hognose_python::ir::HoleFormat;

use super::{CONSTANT_LIKE, Found, Quote, sql_quote, templates, unexplained};
use crate::flow::Weakness;
use crate::models::rows::Labels;
use crate::value::{Piece, Value};

/// Python, or another language that is run.
pub(super) fn code(value: &Value, found: &mut Found) {
    for mark in crate::eval::marks_outside_text(value) {
        // A text in quotes, with none inside, is a literal.
        let is_quoted =
            mark.labels.has_any(Labels::QUOTE_START) && mark.labels.has_any(Labels::NO_INNER_QUOTE);
        if !is_quoted && !name_is_safe(mark.labels) {
            found.add(mark, Weakness::Injection);
        }
    }
    in_holes(value, name_is_safe, found);
}

/// The text of a template.
pub(super) fn template(value: &Value, found: &mut Found) {
    holes(value, name_is_safe, found);
}

/// Marks outside templates and in their holes; what is formatted as a number or as a literal of
/// Python is neither code nor a name.
fn holes(value: &Value, safe: fn(Labels) -> bool, found: &mut Found) {
    unexplained(value, Weakness::Injection, safe, found);
    in_holes(value, safe, found);
}

fn in_holes(value: &Value, safe: fn(Labels) -> bool, found: &mut Found) {
    for pieces in templates(value) {
        for piece in pieces.iter() {
            let hole = match piece {
                Piece::Literal(_) | Piece::Hole(_, HoleFormat::Number | HoleFormat::Repr) => {
                    continue;
                }
                Piece::Hole(hole, HoleFormat::Plain) | Piece::Join(hole, _) => hole,
            };
            for mark in hole.collapse(Labels::ALL) {
                if !safe(mark.labels) {
                    found.add(mark, Weakness::Injection);
                }
            }
        }
    }
}

/// There are no escapes: a quote ends a literal, and everything outside one is syntax.
pub(super) fn xpath(value: &Value, found: &mut Found) {
    unexplained(value, Weakness::Injection, name_is_safe, found);
    for pieces in templates(value) {
        let mut quote = Quote::Outside;
        for piece in pieces.iter() {
            match piece {
                Piece::Literal(text) => quote = sql_quote(quote, text),
                Piece::Hole(_, HoleFormat::Number) => {}
                Piece::Hole(hole, _) | Piece::Join(hole, _) => {
                    let safe = match quote {
                        Quote::Outside | Quote::Backtick => name_is_safe,
                        Quote::Single => apostrophes_are_safe,
                        Quote::Double => quoted_is_safe,
                    };
                    for mark in hole.collapse(Labels::ALL) {
                        if !safe(mark.labels) {
                            found.add(mark, Weakness::Injection);
                        }
                    }
                }
            }
        }
    }
}

/// A filter of LDAP.
pub(super) fn ldap_filter(value: &Value, found: &mut Found) {
    holes(value, filter_is_safe, found);
}

/// A distinguished name of LDAP.
pub(super) fn ldap_name(value: &Value, found: &mut Found) {
    holes(value, distinguished_is_safe, found);
}

fn name_is_safe(labels: Labels) -> bool {
    labels.has_any(CONSTANT_LIKE.with(Labels::WORD))
}

fn quoted_is_safe(labels: Labels) -> bool {
    labels.has_any(
        CONSTANT_LIKE
            .with(Labels::WORD)
            .with(Labels::SQL_INERT)
            .with(Labels::HTML_ESCAPED),
    )
}

fn apostrophes_are_safe(labels: Labels) -> bool {
    quoted_is_safe(labels) || labels.has_any(Labels::NO_APOSTROPHE)
}

fn filter_is_safe(labels: Labels) -> bool {
    labels.has_any(
        CONSTANT_LIKE
            .with(Labels::WORD)
            .with(Labels::LDAP_FILTER_ESCAPED),
    )
}

fn distinguished_is_safe(labels: Labels) -> bool {
    labels.has_any(
        CONSTANT_LIKE
            .with(Labels::WORD)
            .with(Labels::LDAP_NAME_ESCAPED),
    )
}
