//! Names that choose which code runs.
//!
//! ```python
//! getattr(view, name)(request)              # any method
//! getattr(view, "handle_" + name)(request)  # one of those that were meant to be called
//! importlib.import_module(name)             # any module
//! ```

use super::{CONSTANT_LIKE, Found, templates, unexplained};
use crate::flow::Weakness;
use crate::models::rows::Labels;
use crate::value::{Piece, Value};

pub(super) fn name(value: &Value, found: &mut Found) {
    unexplained(value, Weakness::Injection, is_chosen, found);
    for pieces in templates(value) {
        let begins = matches!(pieces.first(), Some(Piece::Literal(text)) if !text.is_empty());
        let ends = matches!(pieces.last(), Some(Piece::Literal(text)) if !text.is_empty());
        if begins || ends {
            continue;
        }
        for mark in pieces
            .iter()
            .filter_map(Piece::value)
            .flat_map(|hole| hole.collapse(Labels::ALL))
        {
            if !is_chosen(mark.labels) {
                found.add(mark, Weakness::Injection);
            }
        }
    }
}

fn is_chosen(labels: Labels) -> bool {
    labels.has_any(CONSTANT_LIKE)
}
