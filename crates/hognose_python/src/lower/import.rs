//! Imports, and what a module says it exports.
//!
//! ```python
//! import os.path               # binds `os`
//! from . import views as v     # binds `v`
//! from .models import *        # binds nothing here
//! __all__ = ["run"]
//! ```

use std::sync::Arc;

use ruff_python_ast::{Expr, Stmt, StmtImport, StmtImportFrom};
use ruff_text_size::Ranged;

use crate::ir::{ImportPath, Op};

use super::Lowerer;

/// The name of the list of exported names.
const EXPORTS: &str = "__all__";

impl Lowerer<'_> {
    pub fn lower_import(&mut self, stmt: &StmtImport) {
        for alias in &stmt.names {
            let path = alias.name.as_str();
            let first = path.split('.').next().unwrap_or_default();
            if first.len() < path.len() {
                self.imported_modules.push(Arc::from(path));
            }
            let (name, bound) = match &alias.asname {
                Some(name) => (name.as_str(), path),
                None => (first, first),
            };
            let value = self.emit_value(Op::Import(Arc::from(bound)), alias.range());
            self.store_name(name, value, alias.range());
        }
    }

    pub fn lower_import_from(&mut self, stmt: &StmtImportFrom) {
        let from = ImportPath {
            level: stmt.level,
            module: Arc::from(stmt.module.as_deref().unwrap_or_default()),
        };
        for alias in &stmt.names {
            if &alias.name == "*" {
                self.star_imports.push(from.clone());
                continue;
            }
            let op = Op::ImportFrom {
                from: Box::new(from.clone()),
                name: self.symbols.intern(&alias.name),
            };
            let value = self.emit_value(op, alias.range());
            let name = alias.asname.as_ref().unwrap_or(&alias.name);
            self.store_name(name, value, alias.range());
        }
    }

    /// Notes what a statement of the module's body does to its list of exports.
    pub fn note_exports(&mut self, stmt: &Stmt) {
        match stmt {
            Stmt::Assign(stmt) if stmt.targets.iter().any(is_exports) => {
                self.exports = None;
                self.export_all(&stmt.value);
            }
            Stmt::AnnAssign(stmt) if is_exports(&stmt.target) => {
                self.exports = None;
                if let Some(value) = &stmt.value {
                    self.export_all(value);
                }
            }
            Stmt::AugAssign(stmt) if is_exports(&stmt.target) => self.export_all(&stmt.value),
            Stmt::Expr(stmt) => {
                if let Expr::Call(call) = &*stmt.value
                    && let Expr::Attribute(method) = &*call.func
                    && is_exports(&method.value)
                    && let [argument] = &*call.arguments.args
                {
                    match method.attr.as_str() {
                        "extend" => self.export_all(argument),
                        "append" => self.export(argument),
                        _ => {}
                    }
                }
            }
            _ => {}
        }
    }

    fn export_all(&mut self, list: &Expr) {
        let names = match list {
            Expr::List(list) => &list.elts,
            Expr::Tuple(tuple) => &tuple.elts,
            _ => return,
        };
        self.exports.get_or_insert_default();
        for name in names {
            self.export(name);
        }
    }

    fn export(&mut self, name: &Expr) {
        if let Expr::StringLiteral(name) = name {
            let name = self.symbols.intern(name.value.to_str());
            self.exports.get_or_insert_default().push(name);
        }
    }
}

fn is_exports(expr: &Expr) -> bool {
    expr.as_name_expr()
        .is_some_and(|name| name.id.as_str() == EXPORTS)
}
