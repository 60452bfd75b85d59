//! Constants, and the displays of lists, tuples, sets and dicts.
//!
//! ```python
//! KEYS = ["a", "b", *others]
//! PORTS = {"http": 80, **more}
//! TABLE = [0x00, 0x01, …]      # the first constants are kept, everything else is
//! ```

use std::sync::Arc;

use ruff_python_ast::{Expr, ExprDict, Number};
use ruff_text_size::{Ranged, TextRange};

use crate::ir::{Constant, DictEntry, DisplayKind, Element, Op, ValueId};
use crate::limits::{CONSTANT_ELEMENTS_MAX, STRING_BYTES_MAX};

use super::Lowerer;

/// Displays inside displays that are still taken for constants when they are left out.
const CONSTANT_DEPTH_MAX: u32 = 4;

impl Lowerer<'_> {
    pub fn lower_display(
        &mut self,
        kind: DisplayKind,
        elements: &[Expr],
        range: TextRange,
    ) -> ValueId {
        let mut lowered = Vec::with_capacity(elements.len().min(CONSTANT_ELEMENTS_MAX));
        for element in elements {
            if lowered.len() >= CONSTANT_ELEMENTS_MAX && is_constant(element, CONSTANT_DEPTH_MAX) {
                continue;
            }
            lowered.push(match element {
                Expr::Starred(starred) => Element::Spread(self.lower_expr(&starred.value)),
                element => Element::Item(self.lower_expr(element)),
            });
        }
        self.emit_value(Op::Display(kind, lowered.into_boxed_slice()), range)
    }

    pub fn lower_dict(&mut self, dict: &ExprDict) -> ValueId {
        let mut lowered = Vec::with_capacity(dict.items.len().min(CONSTANT_ELEMENTS_MAX));
        for item in &dict.items {
            let Some(key) = &item.key else {
                lowered.push(DictEntry::Spread(self.lower_expr(&item.value)));
                continue;
            };
            if lowered.len() >= CONSTANT_ELEMENTS_MAX
                && is_constant(key, CONSTANT_DEPTH_MAX)
                && is_constant(&item.value, CONSTANT_DEPTH_MAX)
            {
                continue;
            }
            let key = self.lower_expr(key);
            lowered.push(DictEntry::Pair(key, self.lower_expr(&item.value)));
        }
        self.emit_value(Op::Dict(lowered.into_boxed_slice()), dict.range())
    }

    /// A literal other than a string.
    pub fn lower_constant(&mut self, expr: &Expr) -> ValueId {
        let constant = match expr {
            Expr::NoneLiteral(_) => Constant::None,
            Expr::EllipsisLiteral(_) => Constant::Ellipsis,
            Expr::BooleanLiteral(literal) => Constant::Bool(literal.value),
            Expr::NumberLiteral(literal) => match &literal.value {
                Number::Int(value) => value.as_i64().map_or(Constant::BigInt, Constant::Int),
                Number::Float(value) => Constant::Float(*value),
                Number::Complex { .. } => Constant::Complex,
            },
            Expr::BytesLiteral(literal) => {
                Constant::Bytes(literal.value.bytes().take(STRING_BYTES_MAX).collect())
            }
            _ => return self.emit_value(Op::Unknown, expr.range()),
        };
        self.emit_value(Op::Constant(constant), expr.range())
    }
}

/// The text of a string constant, as much as is kept of it.
pub fn constant_text(text: &str) -> Arc<str> {
    Arc::from(&text[..text.floor_char_boundary(STRING_BYTES_MAX)])
}

fn is_constant(expr: &Expr, depth: u32) -> bool {
    match expr {
        Expr::StringLiteral(_)
        | Expr::BytesLiteral(_)
        | Expr::NumberLiteral(_)
        | Expr::BooleanLiteral(_)
        | Expr::NoneLiteral(_)
        | Expr::EllipsisLiteral(_) => true,
        Expr::UnaryOp(unary) => depth > 0 && is_constant(&unary.operand, depth - 1),
        Expr::List(list) => are_constant(&list.elts, depth),
        Expr::Tuple(tuple) => are_constant(&tuple.elts, depth),
        Expr::Set(set) => are_constant(&set.elts, depth),
        Expr::Dict(dict) => {
            depth > 0
                && dict.items.iter().all(|item| {
                    item.key
                        .as_ref()
                        .is_some_and(|key| is_constant(key, depth - 1))
                        && is_constant(&item.value, depth - 1)
                })
        }
        _ => false,
    }
}

fn are_constant(elements: &[Expr], depth: u32) -> bool {
    depth > 0
        && elements
            .iter()
            .all(|element| is_constant(element, depth - 1))
}
