//! Calls, and the versions of the objects they are given.
//!
//! ```python
//! rows.append(row)      # a new version of `rows`, under every name it has
//! fill(buffer)          # a new version of `buffer`
//! self.log.add(entry)   # … of `self.log`, and so of `self`
//! ```
//! Whether the call changes anything is not known here.

use ruff_python_ast::{ArgOrKeyword, Expr, ExprCall};
use ruff_text_size::{Ranged, TextRange};
use smallvec::SmallVec;

use crate::build::VarId;
use crate::ir::{Argument, ArgumentKind, Op, Role, ValueId};

use super::assign::Place;
use super::names::Binding;
use super::{Lowerer, Quoted};

impl Lowerer<'_> {
    pub fn lower_call(&mut self, call: &ExprCall) -> ValueId {
        let quoted = std::mem::replace(&mut self.quoted, Quoted::Text);
        let value = match self.lower_text_call(call) {
            Some(text) => self.text_value(text, call.range()),
            None => self.lower_plain_call(call),
        };
        self.quoted = quoted;
        value
    }

    pub fn lower_plain_call(&mut self, call: &ExprCall) -> ValueId {
        let range = call.range();
        let (callee, receiver) = match &*call.func {
            Expr::Attribute(attribute) => {
                let place = self.lower_place(&attribute.value);
                let name = self.symbols.intern(&attribute.attr);
                let object = place.value;
                let callee = self.emit(Op::Attribute { object, name }, attribute.range());
                (callee, Some(self.receiver(&attribute.value, place)))
            }
            func => (self.lower_expr(func), None),
        };
        let mut arguments = Vec::with_capacity(call.arguments.len());
        let mut tracked: SmallVec<[(u32, VarId); 4]> = SmallVec::new();
        for argument in call.arguments.iter_source_order() {
            let (kind, expr) = match argument {
                ArgOrKeyword::Arg(Expr::Starred(starred)) => (ArgumentKind::Star, &*starred.value),
                ArgOrKeyword::Arg(expr) => (ArgumentKind::Positional, expr),
                ArgOrKeyword::Keyword(keyword) => match &keyword.arg {
                    Some(name) => {
                        let name = self.symbols.intern(name);
                        (ArgumentKind::Keyword(name), &keyword.value)
                    }
                    None => (ArgumentKind::DoubleStar, &keyword.value),
                },
            };
            let (value, var) = self.lower_tracked(expr);
            if let Some(var) = var
                && self.has_changes(value)
            {
                tracked.push((arguments.len() as u32, var));
            }
            arguments.push(Argument { kind, value });
        }
        let arguments = arguments.into_boxed_slice();
        let value = self.emit(Op::Call { callee, arguments }, range);
        for (index, var) in tracked {
            let object = self.here.builder.read(var);
            let role = Role::Argument(index);
            self.version_name(var, object, value, role, range);
        }
        if let Some(receiver) = receiver {
            self.version_receiver(&receiver, value, range);
        }
        value
    }

    /// Whether a call could change the object: text and numbers stay what they are.
    fn has_changes(&self, value: ValueId) -> bool {
        !matches!(
            self.here.builder.op(value),
            Op::Template(_) | Op::Compare(..) | Op::IsInstance(..) | Op::Unary(..)
        )
    }

    /// What a method is called on: a place, and the method's own first parameter for `super()`.
    fn receiver(&mut self, expr: &Expr, place: Place) -> Place {
        let is_super = place.root.is_none()
            && expr.as_call_expr().is_some_and(|call| {
                call.arguments.is_empty()
                    && call
                        .func
                        .as_name_expr()
                        .is_some_and(|name| name.id.as_str() == "super")
            });
        if !is_super {
            return place;
        }
        let name = self.symbols.intern("super");
        let first = self.here.params.first().copied();
        match first {
            Some(first) if self.binding(name) == Binding::Global => {
                Place::of_name(first, self.here.builder.read(first))
            }
            Some(_) | None => place,
        }
    }

    fn version_receiver(&mut self, receiver: &Place, call: ValueId, range: TextRange) {
        let Some(root) = receiver.root else { return };
        if !self.has_changes(receiver.value) {
            return;
        }
        if receiver.is_name() {
            let object = self.here.builder.read(root);
            self.version_name(root, object, call, Role::Receiver, range);
            return;
        }
        let op = Op::After {
            object: receiver.value,
            call,
            role: Role::Receiver,
        };
        let version = self.emit_value(op, range);
        self.store_back(receiver, version, range);
    }

    fn version_name(
        &mut self,
        var: VarId,
        object: ValueId,
        call: ValueId,
        role: Role,
        range: TextRange,
    ) {
        let op = Op::After { object, call, role };
        let version = self.emit_value(op, range);
        self.here.builder.rebind(var, version);
    }
}
