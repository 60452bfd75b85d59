//! Every way to put a string together becomes one template.
//!
//! ```python
//! f"SELECT {cols} " "FROM t " + table      # literal, hole, literal, hole
//! "/".join([base, name])                   # hole, literal, hole
//! sql += " WHERE id = " + key              # hole (the old `sql`), literal, hole
//! ```
//! Text inside text is flattened, neighbouring literals become one, and text without a hole is a
//! constant. Text that a variable holds is one hole.

use std::sync::Arc;

use ruff_python_ast::{
    ConversionFlag, Expr, ExprBinOp, ExprCall, ExprFString, FStringPart, InterpolatedElement,
    InterpolatedStringElement, Operator,
};
use ruff_text_size::{Ranged, TextRange};
use smallvec::{SmallVec, smallvec};

use crate::ir::{Constant, DisplayKind, Element, HoleFormat, Op, Part, ValueId};
use crate::limits::{EXPRESSION_DEPTH_MAX, TEMPLATE_PARTS_MAX};
use crate::template::specification_format;

use super::Lowerer;
use super::display::constant_text;
use super::expression::binary_op;

/// An expression that may be text.
#[derive(Debug, Clone)]
pub enum Text {
    Parts(Parts),
    Value(ValueId),
}

/// Pieces of text under construction; adjacent literals become one.
#[derive(Debug, Clone, Default)]
pub struct Parts(Vec<Piece>);

#[derive(Debug, Clone)]
enum Piece {
    Literal(String),
    Other(Part),
}

impl Parts {
    pub fn literal(&mut self, text: &str) {
        if text.is_empty() {
            return;
        }
        match self.0.last_mut() {
            Some(Piece::Literal(last)) => last.push_str(text),
            Some(Piece::Other(_)) | None => self.0.push(Piece::Literal(text.to_owned())),
        }
    }

    pub fn hole(&mut self, value: ValueId, format: HoleFormat) {
        self.0.push(Piece::Other(Part::Hole(value, format)));
    }

    pub fn join(&mut self, values: ValueId, separator: &str) {
        let separator = Arc::from(separator);
        self.0.push(Piece::Other(Part::Join(values, separator)));
    }

    pub fn text(&mut self, text: Text) {
        match text {
            Text::Value(value) => self.hole(value, HoleFormat::Plain),
            Text::Parts(parts) => {
                for piece in parts.0 {
                    match piece {
                        Piece::Literal(text) => self.literal(&text),
                        Piece::Other(part) => self.0.push(Piece::Other(part)),
                    }
                }
            }
        }
    }

    /// The text itself if there are no holes.
    pub fn as_literal(&self) -> Option<&str> {
        match self.0.as_slice() {
            [] => Some(""),
            [Piece::Literal(text)] => Some(text),
            [_, ..] => None,
        }
    }
}

impl From<&str> for Parts {
    fn from(text: &str) -> Self {
        let mut parts = Self::default();
        parts.literal(text);
        parts
    }
}

impl Lowerer<'_> {
    /// Lowers an expression and keeps it in pieces if it is text that is put together here.
    pub fn lower_text(&mut self, expr: &Expr) -> Text {
        if self.depth >= EXPRESSION_DEPTH_MAX {
            return Text::Value(self.lower_expr(expr));
        }
        self.depth += 1;
        let text = match expr {
            Expr::StringLiteral(literal) => Text::Parts(Parts::from(literal.value.to_str())),
            Expr::FString(string) => Text::Parts(self.lower_f_string(string)),
            Expr::TString(string) => {
                let mut parts = Parts::default();
                for element in string.value.elements() {
                    self.lower_element(element, &mut parts);
                }
                Text::Parts(parts)
            }
            Expr::BinOp(binary) => self.lower_binary(binary),
            Expr::Call(call) => match self.lower_text_call(call) {
                Some(text) => text,
                None => Text::Value(self.lower_plain_call(call)),
            },
            _ => Text::Value(self.lower_expr(expr)),
        };
        self.depth -= 1;
        text
    }

    /// The value of text: a constant or a template.
    pub fn text_value(&mut self, text: Text, range: TextRange) -> ValueId {
        let parts = match text {
            Text::Value(value) => return value,
            Text::Parts(parts) => parts,
        };
        if let Some(text) = parts.as_literal() {
            let text = constant_text(text);
            return self.emit_value(Op::Constant(Constant::Str(text)), range);
        }
        let mut pieces = parts.0;
        let mut rest = None;
        if pieces.len() > TEMPLATE_PARTS_MAX {
            let cut = pieces.split_off(TEMPLATE_PARTS_MAX - 1);
            rest = Some(self.join_rest(cut, range));
        }
        let mut parts = Vec::with_capacity(pieces.len() + 1);
        for piece in pieces {
            parts.push(match piece {
                Piece::Literal(text) => Part::Literal(constant_text(&text)),
                Piece::Other(part) => part,
            });
        }
        parts.extend(rest);
        self.emit(Op::Template(parts.into_boxed_slice()), range)
    }

    /// All holes of pieces that are too many.
    fn join_rest(&mut self, pieces: Vec<Piece>, range: TextRange) -> Part {
        let values = pieces
            .into_iter()
            .filter_map(|piece| match piece {
                Piece::Literal(_) => None,
                Piece::Other(Part::Hole(value, _)) => Some(Element::Item(value)),
                Piece::Other(Part::Join(value, _)) => Some(Element::Spread(value)),
                Piece::Other(Part::Literal(_)) => None,
            })
            .collect();
        let values = self.emit_value(Op::Display(DisplayKind::List, values), range);
        Part::Join(values, Arc::from(""))
    }

    // f-strings

    fn lower_f_string(&mut self, string: &ExprFString) -> Parts {
        let mut parts = Parts::default();
        for part in &string.value {
            match part {
                FStringPart::Literal(literal) => parts.literal(literal),
                FStringPart::FString(string) => {
                    for element in &string.elements {
                        self.lower_element(element, &mut parts);
                    }
                }
            }
        }
        parts
    }

    fn lower_element(&mut self, element: &InterpolatedStringElement, parts: &mut Parts) {
        match element {
            InterpolatedStringElement::Literal(literal) => parts.literal(literal),
            InterpolatedStringElement::Interpolation(hole) => self.lower_hole(hole, parts),
        }
    }

    fn lower_hole(&mut self, hole: &InterpolatedElement, parts: &mut Parts) {
        let mut format = match hole.conversion {
            ConversionFlag::None | ConversionFlag::Str => HoleFormat::Plain,
            ConversionFlag::Ascii | ConversionFlag::Repr => HoleFormat::Repr,
        };
        if let Some(text) = &hole.debug_text {
            parts.literal(text.as_str());
            if hole.conversion == ConversionFlag::None && hole.format_spec.is_none() {
                format = HoleFormat::Repr;
            }
        }
        let text = self.lower_text(&hole.expression);
        let mut specification = String::new();
        for element in hole.format_spec.iter().flat_map(|spec| &spec.elements) {
            match element {
                InterpolatedStringElement::Literal(literal) => specification.push_str(literal),
                InterpolatedStringElement::Interpolation(width) => {
                    self.lower_expr(&width.expression);
                    specification.push('0');
                }
            }
        }
        if !specification.is_empty() && format == HoleFormat::Plain {
            format = specification_format(&specification);
        }
        if format == HoleFormat::Plain && specification.is_empty() {
            parts.text(text);
        } else {
            let value = self.text_value(text, hole.expression.range());
            parts.hole(value, format);
        }
    }

    // Operators

    /// `a + b % c …`: the left operands are followed without recursion.
    fn lower_binary(&mut self, binary: &ExprBinOp) -> Text {
        let mut spine: SmallVec<[_; 4]> = smallvec![binary];
        let mut base = &*binary.left;
        while let Expr::BinOp(left) = base {
            spine.push(left);
            base = &left.left;
        }
        spine.reverse();
        let mut text = None;
        let mut at = 0;
        while at < spine.len() {
            let node = spine[at];
            let run = match node.op {
                Operator::Add => spine[at..]
                    .iter()
                    .take_while(|node| node.op == Operator::Add)
                    .count(),
                _ => 1,
            };
            let nodes = &spine[at..at + run];
            text = Some(match node.op {
                Operator::Add => self.lower_sum(text, base, nodes),
                Operator::Mod => self.lower_modulo(text, base, node),
                _ => {
                    let left = self.operand_value(text, base, node.left.range());
                    let right = self.lower_expr(&node.right);
                    let op = Op::Binary(binary_op(node.op), left, right);
                    Text::Value(self.emit(op, node.range()))
                }
            });
            at += run;
        }
        text.unwrap_or_else(|| Text::Value(self.lower_expr(base)))
    }

    /// The value of a left operand: what is lowered so far, or the leftmost expression.
    fn operand_value(&mut self, text: Option<Text>, base: &Expr, range: TextRange) -> ValueId {
        match text {
            Some(text) => self.text_value(text, range),
            None => self.lower_expr(base),
        }
    }

    fn lower_sum(&mut self, left: Option<Text>, base: &Expr, nodes: &[&ExprBinOp]) -> Text {
        let is_text = match &left {
            Some(Text::Parts(_)) => true,
            Some(Text::Value(_)) => false,
            None => is_text(base),
        } || nodes.iter().any(|node| is_text(&node.right));
        if is_text {
            let mut parts = Parts::default();
            let left = left.unwrap_or_else(|| self.lower_text(base));
            parts.text(left);
            for node in nodes {
                let right = self.lower_text(&node.right);
                parts.text(right);
            }
            return Text::Parts(parts);
        }
        let range = nodes.first().map_or(base.range(), |node| node.left.range());
        let mut value = self.operand_value(left, base, range);
        for node in nodes {
            let right = self.lower_expr(&node.right);
            let op = Op::Binary(binary_op(node.op), value, right);
            value = self.emit(op, node.range());
        }
        Text::Value(value)
    }

    fn lower_modulo(&mut self, left: Option<Text>, base: &Expr, node: &ExprBinOp) -> Text {
        let left = match left {
            Some(left) => left,
            None if is_text(base) => self.lower_text(base),
            None => Text::Value(self.lower_expr(base)),
        };
        if let Text::Parts(parts) = &left
            && let Some(format) = parts.as_literal()
            && let Some(parts) = self.lower_percent(format, &node.right)
        {
            return Text::Parts(parts);
        }
        let left = self.text_value(left, node.left.range());
        let right = self.lower_expr(&node.right);
        let op = Op::Binary(binary_op(node.op), left, right);
        Text::Value(self.emit(op, node.range()))
    }

    /// `old += text`
    pub fn lower_appended(&mut self, old: ValueId, added: &Expr, range: TextRange) -> ValueId {
        let mut parts = Parts::default();
        parts.hole(old, HoleFormat::Plain);
        let added = self.lower_text(added);
        parts.text(added);
        self.text_value(Text::Parts(parts), range)
    }

    // Methods of literals

    /// `"…".format(…)` and `"…".join(…)`; `None` if the call is something else.
    pub fn lower_text_call(&mut self, call: &ExprCall) -> Option<Text> {
        let Expr::Attribute(method) = &*call.func else {
            return None;
        };
        let literal = literal_text(&method.value)?;
        let parts = match method.attr.as_str() {
            "format" => self.lower_format(&literal, &call.arguments),
            "format_map" => self.lower_format_map(&literal, &call.arguments),
            "join" => self.lower_join(&literal, call),
            _ => None,
        };
        parts.map(Text::Parts)
    }

    fn lower_join(&mut self, separator: &str, call: &ExprCall) -> Option<Parts> {
        let [values] = &*call.arguments.args else {
            return None;
        };
        if values.is_starred_expr() || !call.arguments.keywords.is_empty() {
            return None;
        }
        let mut parts = Parts::default();
        let elements = match values {
            Expr::List(list) => &list.elts,
            Expr::Tuple(tuple) => &tuple.elts,
            other => {
                let values = self.lower_expr(other);
                parts.join(values, separator);
                return Some(parts);
            }
        };
        if elements.iter().any(Expr::is_starred_expr) {
            let values = self.lower_expr(values);
            parts.join(values, separator);
            return Some(parts);
        }
        for (at, element) in elements.iter().enumerate() {
            if at > 0 {
                parts.literal(separator);
            }
            let text = self.lower_text(element);
            parts.text(text);
        }
        Some(parts)
    }
}

/// Whether an expression is text by its form alone.
pub fn is_text(expr: &Expr) -> bool {
    match expr {
        Expr::StringLiteral(_) | Expr::FString(_) | Expr::TString(_) => true,
        Expr::BinOp(binary) => {
            let mut binary = binary;
            loop {
                match binary.op {
                    Operator::Add if is_text(&binary.right) => return true,
                    Operator::Add | Operator::Mod => {}
                    _ => return false,
                }
                match &*binary.left {
                    Expr::BinOp(left) => binary = left,
                    left => return is_text(left),
                }
            }
        }
        Expr::Call(call) => {
            let Expr::Attribute(method) = &*call.func else {
                return false;
            };
            matches!(method.attr.as_str(), "format" | "format_map" | "join")
                && literal_text(&method.value).is_some()
        }
        _ => false,
    }
}

/// The text of a string literal, or of literals added up.
fn literal_text(expr: &Expr) -> Option<String> {
    match expr {
        Expr::StringLiteral(literal) => Some(literal.value.to_str().to_owned()),
        Expr::BinOp(binary) if binary.op == Operator::Add => {
            let mut rights = Vec::new();
            let mut left = expr;
            while let Expr::BinOp(binary) = left
                && binary.op == Operator::Add
            {
                let Expr::StringLiteral(right) = &*binary.right else {
                    return None;
                };
                rights.push(right.value.to_str());
                left = &binary.left;
            }
            let Expr::StringLiteral(first) = left else {
                return None;
            };
            let mut text = first.value.to_str().to_owned();
            text.extend(rights.into_iter().rev());
            Some(text)
        }
        _ => None,
    }
}
