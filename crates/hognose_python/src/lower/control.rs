//! Branches, loops, `with`, and leaving them.
//!
//! ```python
//! for line in lines:        # head: one element per turn
//!     if not line: break    # an edge to the end, past the `else`
//! else:
//!     return None           # the state of the parameters is recorded at every return
//! ```

use ruff_python_ast::{
    self as ast, Expr, Number, Stmt, StmtFor, StmtIf, StmtReturn, StmtWhile, StmtWith,
};
use ruff_text_size::{Ranged, TextRange};

use crate::ir::{ExitState, Op, Terminator, ValueId};
use crate::limits::{EXPRESSION_DEPTH_MAX, FINALLY_COPIES_MAX, RETURN_PATHS_MAX};

use super::{Control, Lowerer};

impl<'a> Lowerer<'a> {
    pub fn lower_if(&mut self, stmt: &'a StmtIf) {
        let mark = self.here.builder.mark();
        let end = self.here.builder.new_block();
        let failed_before = std::mem::take(&mut self.here.failed_clauses);
        let first = (Some(&*stmt.test), &*stmt.body);
        let others = stmt
            .elif_else_clauses
            .iter()
            .map(|clause| (clause.test.as_ref(), &*clause.body));
        let count = 1 + stmt.elif_else_clauses.len();
        let mut has_else = false;
        for (at, (test, body)) in std::iter::once(first).chain(others).enumerate() {
            let Some(test) = test else {
                has_else = true;
                self.lower_body(body);
                break;
            };
            let holds = self.here.builder.new_block();
            let fails = if at + 1 == count {
                end
            } else {
                self.here.builder.new_block()
            };
            self.here.failed_clauses = at;
            self.lower_condition(test, holds, fails);
            self.here.failed_clauses = 0;
            self.here.builder.start(holds);
            self.lower_body(body);
            self.here.builder.jump(end);
            if fails != end {
                self.here.builder.start(fails);
            }
        }
        if has_else {
            self.here.builder.jump(end);
        }
        self.here.failed_clauses = failed_before;
        let bodies = std::iter::once(&stmt.body)
            .chain(stmt.elif_else_clauses.iter().map(|clause| &clause.body));
        if bodies.into_iter().any(|body| may_end_with_call(body)) {
            self.here.builder.keep_sides(end);
        } else {
            self.here.builder.set_region(end, mark);
        }
        self.here.builder.start(end);
    }

    pub fn lower_while(&mut self, stmt: &'a StmtWhile) {
        let builder = &mut self.here.builder;
        let mark = builder.mark();
        let (body, otherwise, exit) = (
            builder.new_block(),
            builder.new_block(),
            builder.new_block(),
        );
        let head = builder.start_loop();
        if is_always_true(&stmt.test) {
            self.here.builder.jump(body);
        } else {
            self.lower_condition(&stmt.test, body, otherwise);
        }
        self.here.builder.start(body);
        self.here.control.push(Control::Loop { next: head, exit });
        self.lower_body(&stmt.body);
        self.here.control.pop();
        self.here.builder.jump(head);
        self.here.builder.seal(head);
        self.here.builder.set_region(otherwise, mark);
        self.here.builder.start(otherwise);
        if self.here.builder.is_live() {
            self.lower_body(&stmt.orelse);
        }
        self.here.builder.jump(exit);
        self.here.builder.set_region(exit, mark);
        self.here.builder.start(exit);
    }

    pub fn lower_for(&mut self, stmt: &'a StmtFor) {
        let range = stmt.iter.range();
        let mark = self.here.builder.mark();
        let iterable = self.lower_expr(&stmt.iter);
        let builder = &mut self.here.builder;
        let (body, otherwise, exit) = (
            builder.new_block(),
            builder.new_block(),
            builder.new_block(),
        );
        let head = builder.start_loop();
        let mut element = self.emit(Op::Next(iterable), range);
        if stmt.is_async {
            element = self.emit(Op::Await(element), range);
        }
        self.here.builder.switch(&[body, otherwise]);
        self.here.builder.start(body);
        self.here.control.push(Control::Loop { next: head, exit });
        self.lower_target(&stmt.target, element);
        self.lower_body(&stmt.body);
        self.here.control.pop();
        self.here.builder.jump(head);
        self.here.builder.seal(head);
        self.here.builder.set_region(otherwise, mark);
        self.here.builder.start(otherwise);
        self.lower_body(&stmt.orelse);
        self.here.builder.jump(exit);
        self.here.builder.set_region(exit, mark);
        self.here.builder.start(exit);
    }

    pub fn lower_with(&mut self, stmt: &'a StmtWith) {
        for item in &stmt.items {
            let range = item.context_expr.range();
            let manager = self.lower_expr(&item.context_expr);
            let mut entered = self.emit(Op::Enter(manager), range);
            if stmt.is_async {
                entered = self.emit(Op::Await(entered), range);
            }
            if let Some(target) = &item.optional_vars {
                self.lower_target(target, entered);
            }
        }
        self.lower_body(&stmt.body);
    }

    // Leaving

    pub fn lower_break(&mut self) {
        if let Some((depth, _, exit)) = self.innermost_loop() {
            self.leave_to(depth + 1);
            self.here.builder.jump(exit);
        }
    }

    pub fn lower_continue(&mut self) {
        if let Some((depth, next, _)) = self.innermost_loop() {
            self.leave_to(depth + 1);
            self.here.builder.jump(next);
        }
    }

    fn innermost_loop(&self) -> Option<(usize, crate::ir::BlockId, crate::ir::BlockId)> {
        let frames = self.here.control.iter().enumerate().rev();
        frames.into_iter().find_map(|(depth, frame)| match frame {
            Control::Loop { next, exit } => Some((depth, *next, *exit)),
            Control::Finally(_) => None,
        })
    }

    /// Runs the `finally` bodies that are left when control goes out to `depth` frames.
    fn leave_to(&mut self, depth: usize) {
        let frames = self.here.control.clone();
        for at in (depth..frames.len()).rev() {
            if let Control::Finally(body) = frames[at] {
                self.here.control.truncate(at);
                self.lower_finally_copy(body);
            }
        }
        self.here.control = frames;
    }

    /// A `finally` body that is lowered on another path as well.
    pub fn lower_finally_copy(&mut self, body: &'a [Stmt]) {
        if !self.here.builder.is_live() {
            return;
        }
        if self.here.finally_copies >= FINALLY_COPIES_MAX {
            self.depth_limit_hits += 1;
            return;
        }
        self.here.finally_copies += 1;
        self.lower_body(body);
    }

    pub fn lower_return(&mut self, stmt: &'a StmtReturn) {
        match &stmt.value {
            Some(value) => self.return_expr(value, stmt.range()),
            None => self.return_none(stmt.range()),
        }
    }

    pub fn return_none(&mut self, range: TextRange) {
        if self.here.builder.is_live() {
            let value = self.none(range);
            self.return_value(value);
        }
    }

    /// Returns an expression; what branches decide returns on its own path, so that what is known
    /// of the parameters there is not lost.
    pub fn return_expr(&mut self, expr: &Expr, range: TextRange) {
        let is_in_finally = self
            .here
            .control
            .iter()
            .any(|frame| matches!(frame, Control::Finally(_)));
        if is_in_finally || self.depth >= EXPRESSION_DEPTH_MAX {
            let value = self.lower_expr(expr);
            self.return_value(value);
            return;
        }
        self.depth += 1;
        match expr {
            Expr::If(conditional) => {
                let holds = self.here.builder.new_block();
                let fails = self.here.builder.new_block();
                self.lower_condition(&conditional.test, holds, fails);
                self.here.builder.start(holds);
                self.return_expr(&conditional.body, range);
                self.here.builder.start(fails);
                self.return_expr(&conditional.orelse, range);
            }
            Expr::BoolOp(boolean) if boolean.values.len() <= RETURN_PATHS_MAX => {
                self.return_bool_op(boolean, range);
            }
            _ => {
                let value = self.lower_expr(expr);
                self.return_value(value);
            }
        }
        self.depth -= 1;
    }

    fn return_bool_op(&mut self, boolean: &ast::ExprBoolOp, range: TextRange) {
        let count = boolean.values.len();
        for (at, operand) in boolean.values.iter().enumerate() {
            if at + 1 == count {
                self.return_expr(operand, range);
                return;
            }
            let next = self.here.builder.new_block();
            let decided = self.here.builder.new_block();
            let value = self.lower_operand(operand, boolean.op, next, decided, None);
            self.here.builder.start(decided);
            self.return_value(value);
            self.here.builder.start(next);
        }
    }

    fn return_value(&mut self, value: ValueId) {
        self.leave_to(0);
        if self.here.builder.is_live() {
            let exit = Box::new(self.exit_state());
            self.here
                .builder
                .terminate(Terminator::Return { value, exit });
        }
    }

    fn exit_state(&mut self) -> ExitState {
        let mut exit = ExitState::default();
        for at in 0..self.here.params.len() {
            let value = self.here.builder.read(self.here.params[at]);
            let index = at as u32;
            if !matches!(self.here.builder.op(value), Op::Param(param) if *param == index) {
                exit.params.push((index, value));
            }
        }
        for at in 0..self.here.captures.len() {
            let var = self.here.captures[at].var;
            if !self.here.builder.is_written(var) {
                continue;
            }
            let value = self.here.builder.read(var);
            let index = at as u32;
            if !matches!(self.here.builder.op(value), Op::Captured(name) if *name == index) {
                exit.captures.push((index, value));
            }
        }
        exit
    }
}

/// Whether the last statement is a call whose result nobody wants, which may never come back.
fn may_end_with_call(body: &[Stmt]) -> bool {
    let Some(Stmt::Expr(last)) = body.last() else {
        return false;
    };
    match &*last.value {
        Expr::Call(_) => true,
        Expr::Await(awaited) => awaited.value.is_call_expr(),
        _ => false,
    }
}

fn is_always_true(test: &Expr) -> bool {
    match test {
        Expr::BooleanLiteral(literal) => literal.value,
        Expr::NumberLiteral(literal) => match &literal.value {
            Number::Int(value) => value.as_i64() != Some(0),
            Number::Float(_) | Number::Complex { .. } => false,
        },
        _ => false,
    }
}
