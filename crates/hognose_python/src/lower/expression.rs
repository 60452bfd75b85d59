//! Expressions that are not calls, strings, displays or comprehensions.
//!
//! ```python
//! user.name[0:2]        # attribute, slice
//! a and b or c          # branches; the value is a phi
//! (n := len(x)) - 1     # binds `n` on the way
//! ```

use ruff_python_ast::{
    self as ast, Expr, ExprAttribute, ExprBoolOp, ExprCompare, ExprIf, ExprSubscript,
};
use ruff_text_size::{Ranged, TextRange};
use smallvec::{SmallVec, smallvec};

use crate::build::{Entry, Sites, VarId, Write};
use crate::ir::{BinaryOp, BlockId, CompareOp, Constant, DisplayKind, Op, UnaryOp, ValueId};
use crate::limits::{EXPRESSION_DEPTH_MAX, QUOTED_TYPE_BYTES_MAX};

use super::display::constant_text;
use super::{Lowerer, Quoted};

/// Python's own name for types whose arguments are values: `Literal["a", "b"]`.
const VALUES_IN_TYPE: &str = "Literal";

impl Lowerer<'_> {
    /// Lowers an expression to its value.
    pub fn lower_expr(&mut self, expr: &Expr) -> ValueId {
        if self.depth >= EXPRESSION_DEPTH_MAX {
            self.depth_limit_hits += 1;
            return self.emit_value(Op::Unknown, expr.range());
        }
        self.depth += 1;
        let value = self.lower_expr_here(expr);
        self.depth -= 1;
        value
    }

    fn lower_expr_here(&mut self, expr: &Expr) -> ValueId {
        let range = expr.range();
        match expr {
            Expr::Name(name) => self.load_name(&name.id, range),
            Expr::Attribute(attribute) => self.lower_attribute(attribute),
            Expr::Subscript(subscript) => self.lower_subscript(subscript),
            Expr::Call(call) => self.lower_call(call),
            Expr::StringLiteral(literal) => self.lower_string_literal(literal),
            Expr::BinOp(_) | Expr::FString(_) | Expr::TString(_) => {
                let text = self.lower_text(expr);
                self.text_value(text, range)
            }
            Expr::BytesLiteral(_)
            | Expr::NumberLiteral(_)
            | Expr::BooleanLiteral(_)
            | Expr::NoneLiteral(_)
            | Expr::EllipsisLiteral(_) => self.lower_constant(expr),
            Expr::UnaryOp(unary) => self.lower_unary(unary),
            Expr::BoolOp(boolean) => self.lower_bool_op(boolean),
            Expr::Compare(compare) => self.lower_compare(compare),
            Expr::If(conditional) => self.lower_conditional(conditional),
            Expr::Named(named) => self.lower_named(named),
            Expr::Lambda(lambda) => self.lower_lambda(lambda),
            Expr::List(list) => self.lower_display(DisplayKind::List, &list.elts, range),
            Expr::Tuple(tuple) => self.lower_display(DisplayKind::Tuple, &tuple.elts, range),
            Expr::Set(set) => self.lower_display(DisplayKind::Set, &set.elts, range),
            Expr::Dict(dict) => self.lower_dict(dict),
            Expr::ListComp(_) | Expr::SetComp(_) | Expr::DictComp(_) | Expr::Generator(_) => {
                self.lower_comprehension(expr)
            }
            Expr::Await(awaited) => {
                let value = self.lower_expr(&awaited.value);
                self.emit(Op::Await(value), range)
            }
            Expr::Yield(yielded) => {
                self.here.is_generator = true;
                let value = match &yielded.value {
                    Some(value) => self.lower_expr(value),
                    None => self.none(range),
                };
                self.emit(Op::Yield(value), range)
            }
            Expr::YieldFrom(yielded) => {
                self.here.is_generator = true;
                let value = self.lower_expr(&yielded.value);
                self.emit(Op::YieldFrom(value), range)
            }
            Expr::Starred(starred) => self.lower_expr(&starred.value),
            Expr::Slice(slice) => {
                for part in [&slice.lower, &slice.upper, &slice.step]
                    .into_iter()
                    .flatten()
                {
                    self.lower_expr(part);
                }
                self.emit_value(Op::Unknown, range)
            }
            Expr::IpyEscapeCommand(_) => self.emit_value(Op::Unknown, range),
        }
    }

    pub fn none(&mut self, range: TextRange) -> ValueId {
        self.emit_value(Op::Constant(Constant::None), range)
    }

    /// Lowers the expression of a type, in which strings are quoted types.
    pub fn lower_type(&mut self, expr: &Expr) -> ValueId {
        let before = std::mem::replace(&mut self.quoted, Quoted::Type);
        let value = self.lower_expr(expr);
        self.quoted = before;
        value
    }

    /// Lowers `expr` where strings are text whatever is around it.
    pub fn lower_plain(&mut self, expr: &Expr) -> ValueId {
        let before = std::mem::replace(&mut self.quoted, Quoted::Text);
        let value = self.lower_expr(expr);
        self.quoted = before;
        value
    }

    fn lower_string_literal(&mut self, literal: &ast::ExprStringLiteral) -> ValueId {
        if self.quoted == Quoted::Type
            && let Some(single) = literal.as_single_part_string()
            && single.as_str().len() <= QUOTED_TYPE_BYTES_MAX
            && self.text.get(range_of(single.content_range())) == Some(single.as_str())
            && let Ok(parsed) = ruff_python_parser::parse_string_annotation(self.text, single)
        {
            return self.lower_expr(parsed.expr());
        }
        let text = constant_text(literal.value.to_str());
        self.emit_value(Op::Constant(Constant::Str(text)), literal.range())
    }

    fn lower_attribute(&mut self, attribute: &ExprAttribute) -> ValueId {
        let object = self.lower_place(&attribute.value).value;
        let name = self.symbols.intern(&attribute.attr);
        self.emit(Op::Attribute { object, name }, attribute.range())
    }

    fn lower_subscript(&mut self, subscript: &ExprSubscript) -> ValueId {
        let object = self.lower_place(&subscript.value).value;
        self.lower_item(object, subscript)
    }

    /// `object[…]` where `object` is lowered already.
    pub fn lower_item(&mut self, object: ValueId, subscript: &ExprSubscript) -> ValueId {
        if let Expr::Slice(slice) = &*subscript.slice {
            let lower = slice.lower.as_ref().map(|lower| self.lower_expr(lower));
            let upper = slice.upper.as_ref().map(|upper| self.lower_expr(upper));
            if let Some(step) = &slice.step {
                self.lower_expr(step);
            }
            let op = Op::Slice {
                object,
                lower,
                upper,
            };
            return self.emit(op, subscript.range());
        }
        let key = self.lower_key(subscript);
        self.emit(Op::Item { object, key }, subscript.range())
    }

    /// The key of a subscript.
    pub fn lower_key(&mut self, subscript: &ExprSubscript) -> ValueId {
        if self.quoted == Quoted::Type && last_name(&subscript.value) == Some(VALUES_IN_TYPE) {
            self.lower_plain(&subscript.slice)
        } else {
            self.lower_expr(&subscript.slice)
        }
    }

    /// `not - ~ x`: the operators are followed without recursion.
    fn lower_unary(&mut self, unary: &ast::ExprUnaryOp) -> ValueId {
        let mut operators: SmallVec<[_; 4]> = smallvec![unary];
        let mut operand = &*unary.operand;
        while let Expr::UnaryOp(inner) = operand {
            operators.push(inner);
            operand = &inner.operand;
        }
        let mut value = self.lower_expr(operand);
        for unary in operators.into_iter().rev() {
            value = self.lower_operator(unary, value);
        }
        value
    }

    fn lower_operator(&mut self, unary: &ast::ExprUnaryOp, operand: ValueId) -> ValueId {
        let op = match unary.op {
            ast::UnaryOp::Invert => UnaryOp::Invert,
            ast::UnaryOp::Not => UnaryOp::Not,
            ast::UnaryOp::UAdd => UnaryOp::Plus,
            ast::UnaryOp::USub => UnaryOp::Minus,
        };
        let negated = match self.here.builder.op(operand) {
            Op::Constant(Constant::Int(value)) => value.checked_neg().map(Constant::Int),
            Op::Constant(Constant::Float(value)) => Some(Constant::Float(-value)),
            _ => None,
        };
        match negated {
            Some(constant) if op == UnaryOp::Minus => {
                self.emit_value(Op::Constant(constant), unary.range())
            }
            Some(_) | None => self.emit(Op::Unary(op, operand), unary.range()),
        }
    }

    fn lower_named(&mut self, named: &ast::ExprNamed) -> ValueId {
        let value = self.lower_expr(&named.value);
        let Expr::Name(target) = &*named.target else {
            return value;
        };
        self.store_name(&target.id, value, named.range());
        // Read again, so that a condition counts the name among those it is about.
        self.load_name(&target.id, target.range())
    }

    // Values chosen by branches

    /// A variable that collects the value of an expression from several paths.
    pub fn new_result(&mut self) -> VarId {
        self.here.builder.new_var(Entry::Undefined, Sites::Several)
    }

    pub fn set_result(&mut self, result: VarId, value: ValueId) {
        self.here.builder.write(result, value, Write::Silent);
    }

    fn lower_bool_op(&mut self, boolean: &ExprBoolOp) -> ValueId {
        let mark = self.here.builder.mark();
        let result = self.new_result();
        let end = self.here.builder.new_block();
        let Some((last, others)) = boolean.values.split_last() else {
            return self.emit_value(Op::Unknown, boolean.range());
        };
        for operand in others {
            let next = self.here.builder.new_block();
            self.lower_operand(operand, boolean.op, next, end, Some(result));
            self.here.builder.start(next);
        }
        let value = self.lower_expr(last);
        self.set_result(result, value);
        self.here.builder.jump(end);
        self.here.builder.set_region(end, mark);
        self.here.builder.start(end);
        self.here.builder.read(result)
    }

    /// Evaluates an operand of `and` or `or` that is not the last, and goes to `next` or, with its
    /// value as the result, to `end`.
    pub fn lower_operand(
        &mut self,
        operand: &Expr,
        op: ast::BoolOp,
        next: BlockId,
        end: BlockId,
        result: Option<VarId>,
    ) -> ValueId {
        let (tested, is_negated) = strip_not(operand);
        let places = self.open_places();
        let condition = self.lower_expr(tested);
        let value = if is_negated {
            self.emit(Op::Unary(UnaryOp::Not, condition), operand.range())
        } else {
            condition
        };
        if let Some(result) = result {
            self.set_result(result, value);
        }
        let vars = self.close_places(places);
        let (on_true, on_false) = match op {
            ast::BoolOp::And => (next, end),
            ast::BoolOp::Or => (end, next),
        };
        let (holds, fails) = if is_negated {
            (on_false, on_true)
        } else {
            (on_true, on_false)
        };
        self.here.builder.branch(condition, &vars, holds, fails);
        value
    }

    fn lower_conditional(&mut self, conditional: &ExprIf) -> ValueId {
        let builder = &mut self.here.builder;
        let mark = builder.mark();
        let (holds, fails, end) = (
            builder.new_block(),
            builder.new_block(),
            builder.new_block(),
        );
        let result = self.new_result();
        self.lower_condition(&conditional.test, holds, fails);
        for (block, side) in [(holds, &conditional.body), (fails, &conditional.orelse)] {
            self.here.builder.start(block);
            let value = self.lower_expr(side);
            self.set_result(result, value);
            self.here.builder.jump(end);
        }
        self.here.builder.set_region(end, mark);
        self.here.builder.start(end);
        self.here.builder.read(result)
    }

    fn lower_compare(&mut self, compare: &ExprCompare) -> ValueId {
        if let ([op], [right]) = (&*compare.ops, &*compare.comparators) {
            let left = self.lower_expr(&compare.left);
            let right = self.lower_expr(right);
            let op = Op::Compare(compare_op(*op), left, right);
            return self.emit(op, compare.range());
        }
        let mark = self.here.builder.mark();
        let result = self.new_result();
        let end = self.here.builder.new_block();
        let mut left = self.lower_expr(&compare.left);
        let pairs = compare.ops.iter().zip(&compare.comparators);
        let count = pairs.len();
        for (at, (op, right)) in pairs.enumerate() {
            let right = self.lower_expr(right);
            let op = Op::Compare(compare_op(*op), left, right);
            let value = self.emit(op, compare.range());
            self.set_result(result, value);
            left = right;
            if at + 1 < count {
                let next = self.here.builder.new_block();
                self.here.builder.branch(value, &[], next, end);
                self.here.builder.start(next);
            }
        }
        self.here.builder.jump(end);
        self.here.builder.set_region(end, mark);
        self.here.builder.start(end);
        self.here.builder.read(result)
    }
}

/// An expression without the `not`s before it, and whether they negate it.
pub fn strip_not(expr: &Expr) -> (&Expr, bool) {
    let mut expr = expr;
    let mut is_negated = false;
    while let Expr::UnaryOp(unary) = expr
        && unary.op == ast::UnaryOp::Not
    {
        expr = &unary.operand;
        is_negated = !is_negated;
    }
    (expr, is_negated)
}

pub fn range_of(range: TextRange) -> std::ops::Range<usize> {
    usize::from(range.start())..usize::from(range.end())
}

/// `c` of `a.b.c` or `c`.
fn last_name(expr: &Expr) -> Option<&str> {
    match expr {
        Expr::Name(name) => Some(name.id.as_str()),
        Expr::Attribute(attribute) => Some(attribute.attr.as_str()),
        _ => None,
    }
}

pub fn compare_op(op: ast::CmpOp) -> CompareOp {
    match op {
        ast::CmpOp::Eq => CompareOp::Eq,
        ast::CmpOp::NotEq => CompareOp::NotEq,
        ast::CmpOp::Lt => CompareOp::Lt,
        ast::CmpOp::LtE => CompareOp::LtE,
        ast::CmpOp::Gt => CompareOp::Gt,
        ast::CmpOp::GtE => CompareOp::GtE,
        ast::CmpOp::Is => CompareOp::Is,
        ast::CmpOp::IsNot => CompareOp::IsNot,
        ast::CmpOp::In => CompareOp::In,
        ast::CmpOp::NotIn => CompareOp::NotIn,
    }
}

pub fn binary_op(op: ast::Operator) -> BinaryOp {
    match op {
        ast::Operator::Add => BinaryOp::Add,
        ast::Operator::Sub => BinaryOp::Sub,
        ast::Operator::Mult => BinaryOp::Mult,
        ast::Operator::MatMult => BinaryOp::MatMult,
        ast::Operator::Div => BinaryOp::Div,
        ast::Operator::Mod => BinaryOp::Mod,
        ast::Operator::Pow => BinaryOp::Pow,
        ast::Operator::LShift => BinaryOp::LShift,
        ast::Operator::RShift => BinaryOp::RShift,
        ast::Operator::BitOr => BinaryOp::BitOr,
        ast::Operator::BitXor => BinaryOp::BitXor,
        ast::Operator::BitAnd => BinaryOp::BitAnd,
        ast::Operator::FloorDiv => BinaryOp::FloorDiv,
    }
}
