//! Exceptions: `try`, `raise`, `assert`.
//!
//! ```python
//! try:
//!     conn = connect()      # the handler may start before this line …
//!     load(conn)            # … after it, or after this one
//! except Error as e: ...
//! finally:
//!     conn.close()          # once for each way out: the end, a return, an exception
//! ```
//! Which exception leads to which handler is not followed.

use ruff_python_ast::{ExceptHandler, Stmt, StmtAssert, StmtRaise, StmtTry};
use ruff_text_size::Ranged;

use crate::ir::{BlockId, Op, Terminator};
use crate::limits::HANDLER_EDGES_MAX;

use super::{Control, Lowerer};

impl<'a> Lowerer<'a> {
    pub fn lower_try(&mut self, stmt: &'a StmtTry) {
        let builder = &mut self.here.builder;
        let mark = builder.mark();
        let (caught, normal, end) = (
            builder.new_block(),
            builder.new_block(),
            builder.new_block(),
        );
        let has_finally = !stmt.finalbody.is_empty();
        if has_finally {
            self.here.control.push(Control::Finally(&stmt.finalbody));
        }
        self.lower_try_body(&stmt.body, caught);
        self.lower_body(&stmt.orelse);
        self.here.builder.jump(normal);

        self.here.builder.set_region(caught, mark);
        self.here.builder.start(caught);
        let uncaught = self.lower_handlers(stmt, normal);
        if has_finally {
            self.here.control.pop();
        }
        if let Some(uncaught) = uncaught {
            self.here.builder.start(uncaught);
            if self.here.builder.has_jumps_to(normal) {
                self.lower_finally_copy(&stmt.finalbody);
            } else {
                // The only way through.
                self.lower_body(&stmt.finalbody);
            }
            if self.here.builder.is_live() {
                let exception = None;
                self.here.builder.terminate(Terminator::Raise { exception });
            }
        }
        self.here.builder.set_region(normal, mark);
        self.here.builder.start(normal);
        if self.here.builder.is_live() {
            self.lower_body(&stmt.finalbody);
        }
        self.here.builder.jump(end);
        self.here.builder.set_region(end, mark);
        self.here.builder.start(end);
    }

    /// The body, with ways to the handlers before it and after its statements.
    fn lower_try_body(&mut self, body: &'a [Stmt], caught: BlockId) {
        self.may_raise(caught);
        let stride = body.len().div_ceil(HANDLER_EDGES_MAX - 1).max(1);
        for (at, stmt) in body.iter().enumerate() {
            self.lower_stmt(stmt);
            let is_turn = (at + 1) % stride == 0 || at + 1 == body.len();
            let is_quiet = matches!(stmt, Stmt::Pass(_) | Stmt::Global(_) | Stmt::Nonlocal(_));
            if is_turn && !is_quiet && self.here.builder.is_live() {
                self.may_raise(caught);
            }
        }
    }

    fn may_raise(&mut self, caught: BlockId) {
        let next = self.here.builder.new_block();
        self.here.builder.switch(&[next, caught]);
        self.here.builder.start(next);
    }

    /// The handlers, each of which goes on to `normal`. Returns where exceptions go that no
    /// handler takes, if there is a `finally` on their way.
    fn lower_handlers(&mut self, stmt: &'a StmtTry, normal: BlockId) -> Option<BlockId> {
        let has_finally = !stmt.finalbody.is_empty();
        let takes_all = stmt.handlers.iter().any(|handler| {
            let ExceptHandler::ExceptHandler(handler) = handler;
            handler.type_.is_none()
        });
        let mut targets: Vec<BlockId> = stmt
            .handlers
            .iter()
            .map(|_| self.here.builder.new_block())
            .collect();
        let starts = targets.clone();
        let uncaught = (has_finally && !takes_all).then(|| self.here.builder.new_block());
        targets.extend(uncaught);
        if targets.is_empty() {
            // Broken code: a `try` without anything.
            self.here.builder.jump(normal);
            return None;
        }
        self.here.builder.switch(&targets);
        for (handler, start) in stmt.handlers.iter().zip(starts) {
            self.here.builder.start(start);
            let ExceptHandler::ExceptHandler(handler) = handler;
            let types = handler.type_.as_ref().map(|types| self.lower_expr(types));
            let range = handler
                .type_
                .as_ref()
                .map_or(handler.range(), |types| types.range());
            let exception = self.emit(Op::Exception(types), range);
            if let Some(name) = &handler.name {
                self.store_name(name, exception, name.range());
            }
            self.lower_body(&handler.body);
            if let Some(name) = &handler.name
                && self.here.builder.is_live()
            {
                self.delete_name(name, name.range());
            }
            self.here.builder.jump(normal);
        }
        uncaught
    }

    pub fn lower_raise(&mut self, stmt: &'a StmtRaise) {
        let exception = stmt
            .exc
            .as_ref()
            .map(|exception| self.lower_expr(exception));
        if let Some(cause) = &stmt.cause {
            self.lower_expr(cause);
        }
        self.here.builder.terminate(Terminator::Raise { exception });
    }

    pub fn lower_assert(&mut self, stmt: &'a StmtAssert) {
        let holds = self.here.builder.new_block();
        let fails = self.here.builder.new_block();
        self.lower_condition(&stmt.test, holds, fails);
        self.here.builder.start(fails);
        if self.here.builder.is_live() {
            if let Some(message) = &stmt.msg {
                self.lower_expr(message);
            }
            let exception = None;
            self.here.builder.terminate(Terminator::Raise { exception });
        }
        self.here.builder.start(holds);
    }
}
