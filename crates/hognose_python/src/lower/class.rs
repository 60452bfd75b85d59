//! Classes: the body runs where it stands, with names of its own.
//!
//! ```python
//! class Config(Base, strict=True):
//!     path: str = "/tmp"             # a member and an annotation
//!     def load(self): return open(self.path)
//! ```

use ruff_python_ast::StmtClassDef;
use ruff_text_size::Ranged;
use std::sync::Arc;

use crate::ir::{Class, ClassIndex, Op};

use super::{ClassMembers, Lowerer};

impl<'a> Lowerer<'a> {
    pub fn lower_class_def(&mut self, stmt: &'a StmtClassDef) {
        let decorators = self.lower_decorators(&stmt.decorator_list);
        let outer_scopes = self.here.scopes.len();
        self.open_type_params(stmt.type_params.as_deref());
        let bases = stmt
            .bases()
            .iter()
            .map(|base| self.lower_expr(base))
            .collect();
        let mut keywords = Vec::new();
        for keyword in stmt.keywords() {
            let value = self.lower_expr(&keyword.value);
            if let Some(name) = &keyword.arg {
                keywords.push((self.symbols.intern(name), value));
            }
        }
        let index = ClassIndex(self.classes.len() as u32);
        self.classes.push(None);

        let mut scope = self.class_scope(&stmt.body);
        scope.class = Some(index);
        self.here.scopes.push(scope);
        let prefix = self.open_prefix(&stmt.name);
        let qualified = self.prefix_name();
        self.lower_body(&stmt.body);
        self.prefix = prefix;
        let scope = self
            .here
            .scopes
            .pop()
            .expect("the class's scope was pushed");

        let definition = self.emit(Op::Class(index), stmt.name.range());
        if let Some(cell) = scope.class_cell {
            self.here.builder.bind(cell, definition);
        }
        self.here.classes.push(ClassMembers {
            class: index,
            members: scope.variables(),
        });
        self.classes[index.index()] = Some(Class {
            name: self.symbols.intern(&stmt.name),
            qualified: Arc::from(qualified),
            range: stmt.range(),
            name_range: stmt.name.range(),
            function: self.here.index,
            definition,
            bases,
            keywords,
            decorators: decorators.clone(),
            members: Vec::new(),
            annotations: scope.annotations,
        });
        self.here.scopes.truncate(outer_scopes);
        let value = self.decorate(definition, &decorators, &stmt.decorator_list);
        self.store_name(&stmt.name, value, stmt.name.range());
    }
}
