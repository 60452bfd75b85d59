//! Statements: the dispatch, and those that are too short for a file of their own.

use ruff_python_ast::{Expr, Stmt, StmtTypeAlias};

use crate::limits::EXPRESSION_DEPTH_MAX;

use super::Lowerer;

impl<'a> Lowerer<'a> {
    pub fn lower_body(&mut self, body: &'a [Stmt]) {
        for stmt in body {
            self.lower_stmt(stmt);
        }
    }

    pub fn lower_stmt(&mut self, stmt: &'a Stmt) {
        if self.depth >= EXPRESSION_DEPTH_MAX {
            self.depth_limit_hits += 1;
            return;
        }
        self.depth += 1;
        self.lower_stmt_here(stmt);
        self.depth -= 1;
    }

    fn lower_stmt_here(&mut self, stmt: &'a Stmt) {
        if self.is_in_module() && self.here.scopes.len() == 1 {
            self.note_exports(stmt);
        }
        match stmt {
            Stmt::FunctionDef(stmt) => self.lower_function_def(stmt),
            Stmt::ClassDef(stmt) => self.lower_class_def(stmt),
            Stmt::Return(stmt) => self.lower_return(stmt),
            Stmt::Delete(stmt) => stmt
                .targets
                .iter()
                .for_each(|target| self.lower_delete(target)),
            Stmt::TypeAlias(stmt) => self.lower_type_alias(stmt),
            Stmt::Assign(stmt) => self.lower_assign(stmt),
            Stmt::AugAssign(stmt) => self.lower_aug_assign(stmt),
            Stmt::AnnAssign(stmt) => self.lower_ann_assign(stmt),
            Stmt::For(stmt) => self.lower_for(stmt),
            Stmt::While(stmt) => self.lower_while(stmt),
            Stmt::If(stmt) => self.lower_if(stmt),
            Stmt::With(stmt) => self.lower_with(stmt),
            Stmt::Match(stmt) => self.lower_match(stmt),
            Stmt::Raise(stmt) => self.lower_raise(stmt),
            Stmt::Try(stmt) => self.lower_try(stmt),
            Stmt::Assert(stmt) => self.lower_assert(stmt),
            Stmt::Import(stmt) => self.lower_import(stmt),
            Stmt::ImportFrom(stmt) => self.lower_import_from(stmt),
            Stmt::Expr(stmt) => self.lower_expression_statement(&stmt.value),
            Stmt::Break(_) => self.lower_break(),
            Stmt::Continue(_) => self.lower_continue(),
            // Declarations were read with the scope; commands of notebooks are not Python.
            Stmt::Global(_) | Stmt::Nonlocal(_) | Stmt::Pass(_) | Stmt::IpyEscapeCommand(_) => {}
        }
    }

    fn lower_type_alias(&mut self, stmt: &'a StmtTypeAlias) {
        let outer_scopes = self.here.scopes.len();
        self.open_type_params(stmt.type_params.as_deref());
        let value = self.lower_type(&stmt.value);
        self.here.scopes.truncate(outer_scopes);
        self.lower_target(&stmt.name, value);
    }

    /// A call for its effect. `Path(p).resolve().relative_to(base)` raises where the path is
    /// outside: behind it something is known of `p`.
    fn lower_expression_statement(&mut self, expr: &'a Expr) {
        let is_chain = matches!(expr, Expr::Call(call)
            if matches!(&*call.func, Expr::Attribute(method) if method.value.is_call_expr()));
        if !is_chain {
            self.lower_expr(expr);
            return;
        }
        let places = self.open_places();
        let value = self.lower_expr(expr);
        let vars = self.close_places(places);
        self.here.builder.came_back(value, &vars);
    }
}
