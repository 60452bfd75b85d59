//! Conditions: control flow for `and`, `or`, `not` and chained comparisons, and what a decision
//! says about the names in it.
//!
//! ```python
//! if p in allowed and not p.is_symlink():
//!     read(p)         # `p` where the first comparison holds and the call fails
//! ```
//! The condition of a refinement is always the instruction without its `not`s. What a condition
//! means is not known here: every local name in it gets a version.

use ruff_python_ast::{self as ast, Expr, ExprCompare};
use ruff_text_size::Ranged;
use smallvec::SmallVec;

use crate::build::VarId;
use crate::ir::{BlockId, Op, ValueId};
use crate::limits::{EXPRESSION_DEPTH_MAX, FAILED_CONDITIONS_MAX, REFINEMENTS_MAX};

use super::expression::{compare_op, strip_not};
use super::{Lowerer, Places};

impl Lowerer<'_> {
    /// Evaluates a condition and goes to `holds` or `fails`.
    pub fn lower_condition(&mut self, expr: &Expr, holds: BlockId, fails: BlockId) {
        let (expr, is_negated) = strip_not(expr);
        let (holds, fails) = if is_negated {
            (fails, holds)
        } else {
            (holds, fails)
        };
        if self.depth >= EXPRESSION_DEPTH_MAX {
            let value = self.lower_expr(expr);
            self.here.builder.branch(value, &[], holds, fails);
            return;
        }
        self.depth += 1;
        match expr {
            Expr::BoolOp(boolean) => {
                let count = boolean.values.len();
                for (at, operand) in boolean.values.iter().enumerate() {
                    if at + 1 == count {
                        self.lower_condition(operand, holds, fails);
                        break;
                    }
                    let next = self.here.builder.new_block();
                    match boolean.op {
                        ast::BoolOp::And => self.lower_condition(operand, next, fails),
                        ast::BoolOp::Or => self.lower_condition(operand, holds, next),
                    }
                    self.here.builder.start(next);
                }
            }
            Expr::If(conditional) => {
                let body = self.here.builder.new_block();
                let orelse = self.here.builder.new_block();
                self.lower_condition(&conditional.test, body, orelse);
                self.here.builder.start(body);
                self.lower_condition(&conditional.body, holds, fails);
                self.here.builder.start(orelse);
                self.lower_condition(&conditional.orelse, holds, fails);
            }
            Expr::Compare(compare) if compare.ops.len() > 1 => {
                self.lower_compare_chain(compare, holds, fails);
            }
            _ => {
                let places = self.open_places();
                let value = self.lower_expr(expr);
                let vars = self.close_places(places);
                self.here.builder.branch(value, &vars, holds, fails);
            }
        }
        self.depth -= 1;
    }

    fn lower_compare_chain(&mut self, compare: &ExprCompare, holds: BlockId, fails: BlockId) {
        let mut left_vars = SmallVec::new();
        let mut left = self.lower_compared(&compare.left, &mut left_vars);
        let count = compare.ops.len();
        for (at, (op, right)) in compare.ops.iter().zip(&compare.comparators).enumerate() {
            let mut right_vars = SmallVec::new();
            let right = self.lower_compared(right, &mut right_vars);
            let op = Op::Compare(compare_op(*op), left, right);
            let value = self.emit(op, compare.range());
            left_vars.extend(right_vars.iter().copied());
            left_vars.truncate(REFINEMENTS_MAX);
            if at + 1 == count {
                self.here.builder.branch(value, &left_vars, holds, fails);
            } else {
                let next = self.here.builder.new_block();
                self.here.builder.branch(value, &left_vars, next, fails);
                self.here.builder.start(next);
            }
            left = right;
            left_vars = right_vars;
        }
    }

    fn lower_compared(
        &mut self,
        expr: &Expr,
        vars: &mut SmallVec<[VarId; REFINEMENTS_MAX]>,
    ) -> ValueId {
        let places = self.open_places();
        let value = self.lower_expr(expr);
        *vars = self.close_places(places);
        value
    }

    /// Starts to note the local names that are read. Returns what was noted for the condition
    /// around.
    pub fn open_places(&mut self) -> Option<Places> {
        self.here.places.replace(Places::new())
    }

    /// The names that were read and that a refinement says something about.
    pub fn close_places(&mut self, around: Option<Places>) -> SmallVec<[VarId; REFINEMENTS_MAX]> {
        let places = std::mem::replace(&mut self.here.places, around).unwrap_or_default();
        let mut vars = SmallVec::new();
        for (var, scope) in places {
            if scope >= self.here.scopes.len() {
                continue;
            }
            if let Some(around) = &mut self.here.places
                && !around.iter().any(|(other, _)| *other == var)
            {
                around.push((var, scope));
            }
            if vars.len() < REFINEMENTS_MAX
                && self.here.failed_clauses < FAILED_CONDITIONS_MAX
                && !vars.contains(&var)
            {
                let value = self.here.builder.read(var);
                let is_versionless = self.here.builder.is_versionless(value);
                if !is_versionless {
                    vars.push(var);
                }
                // `real = realpath(path)` and `known = path in PATHS`: what is found out about
                // them is found out about `path`.
                for made_of in self.here.builder.made_of(value) {
                    if vars.len() < REFINEMENTS_MAX && !vars.contains(&made_of) {
                        vars.push(made_of);
                    }
                }
            }
        }
        vars
    }
}
