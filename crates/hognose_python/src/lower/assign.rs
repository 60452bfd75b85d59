//! Assignments, and the places they store to.
//!
//! ```python
//! a, *rest = values          # unpack
//! self.items[key] = value    # a new version of `self.items`, and with it of `self`
//! total += 1                 # read, add, bind
//! port: int = 80             # the value with its type
//! ```
//! A place is a local name and the attributes and items behind it. Whatever changes the object at
//! a place is stored back along it, so that the name sees the change.

use ruff_python_ast::{
    self as ast, Expr, ExprAttribute, ExprSubscript, StmtAnnAssign, StmtAssign, StmtAugAssign,
};
use ruff_text_size::{Ranged, TextRange};
use smallvec::SmallVec;

use crate::build::{Entry, VarId};
use crate::ir::{Op, Symbol, ValueId};
use crate::limits::STORE_BACK_DEPTH_MAX;

use super::Lowerer;
use super::expression::binary_op;
use super::names::ScopeKind;

/// An object, and the way to it from a local name.
#[derive(Debug)]
pub struct Place {
    pub value: ValueId,
    /// The name; `None` if a change of the object is not tracked.
    pub root: Option<VarId>,
    steps: SmallVec<[Step; 4]>,
}

#[derive(Debug, Clone, Copy)]
enum Step {
    Attribute { object: ValueId, name: Symbol },
    Item { object: ValueId, key: ValueId },
}

impl Place {
    /// The object that a variable holds.
    pub fn of_name(var: VarId, value: ValueId) -> Self {
        Self {
            value,
            root: Some(var),
            steps: SmallVec::new(),
        }
    }

    /// Whether it is a name alone.
    pub fn is_name(&self) -> bool {
        self.steps.is_empty()
    }
}

impl<'a> Lowerer<'a> {
    // Places

    /// Lowers an expression that may be a place. Long chains are followed without recursion.
    pub fn lower_place(&mut self, expr: &Expr) -> Place {
        let mut links: SmallVec<[&Expr; 8]> = SmallVec::new();
        let mut base = expr;
        loop {
            base = match base {
                Expr::Attribute(attribute) => {
                    links.push(base);
                    &attribute.value
                }
                Expr::Subscript(subscript) => {
                    links.push(base);
                    &subscript.value
                }
                _ => break,
            };
        }
        let (value, root) = self.lower_tracked(base);
        let mut place = Place {
            value,
            root,
            steps: SmallVec::new(),
        };
        for link in links.into_iter().rev() {
            let object = place.value;
            place.value = match link {
                Expr::Attribute(attribute) => {
                    let name = self.symbols.intern(&attribute.attr);
                    place.steps.push(Step::Attribute { object, name });
                    self.emit(Op::Attribute { object, name }, attribute.range())
                }
                Expr::Subscript(subscript) if subscript.slice.is_slice_expr() => {
                    place.root = None;
                    self.lower_item(object, subscript)
                }
                Expr::Subscript(subscript) => {
                    let key = self.lower_key(subscript);
                    place.steps.push(Step::Item { object, key });
                    self.emit(Op::Item { object, key }, subscript.range())
                }
                _ => object,
            };
        }
        place
    }

    /// The value of an expression and, if it is a local name whose object has versions, the
    /// variable behind it.
    pub fn lower_tracked(&mut self, expr: &Expr) -> (ValueId, Option<VarId>) {
        let Expr::Name(name) = expr else {
            return (self.lower_expr(expr), None);
        };
        let (value, var) = self.load_variable(&name.id, name.range());
        let tracked = var.filter(|_| !self.here.builder.is_versionless(value));
        (value, tracked)
    }

    /// Gives the object at a place, and every object on the way to it, a new version.
    pub fn store_back(&mut self, place: &Place, version: ValueId, range: TextRange) {
        let Some(root) = place.root else { return };
        if place.steps.len() > STORE_BACK_DEPTH_MAX {
            return;
        }
        let mut version = version;
        for (at, step) in place.steps.iter().enumerate().rev() {
            let (Step::Attribute { object, .. } | Step::Item { object, .. }) = *step;
            // The name may have got another version since.
            let object = if at == 0 {
                self.here.builder.read(root)
            } else {
                object
            };
            let value = version;
            let op = match *step {
                Step::Attribute { name, .. } => Op::StoreAttribute {
                    object,
                    name,
                    value,
                },
                Step::Item { key, .. } => Op::StoreItem { object, key, value },
            };
            version = self.emit_value(op, range);
        }
        self.here.builder.rebind(root, version);
    }

    /// The object at a place as it is now.
    fn object_at(&mut self, place: &Place) -> ValueId {
        match place.root {
            Some(root) if place.steps.is_empty() => self.here.builder.read(root),
            Some(_) | None => place.value,
        }
    }

    fn store_attribute(&mut self, place: &Place, name: Symbol, value: ValueId, range: TextRange) {
        let object = self.object_at(place);
        let op = Op::StoreAttribute {
            object,
            name,
            value,
        };
        let version = self.emit(op, range);
        self.store_back(place, version, range);
        self.store_back_to_global(place, range);
    }

    fn store_item(&mut self, place: &Place, key: ValueId, value: ValueId, range: TextRange) {
        let object = self.object_at(place);
        let version = self.emit(Op::StoreItem { object, key, value }, range);
        self.store_back(place, version, range);
        self.store_back_to_global(place, range);
    }

    /// A name that is declared `global` is the module's, and so is the new version.
    fn store_back_to_global(&mut self, place: &Place, range: TextRange) {
        let Some(root) = place.root else { return };
        if self.is_in_module() {
            return;
        }
        if let Entry::Global(name) = self.here.builder.entry(root) {
            let value = self.here.builder.read(root);
            self.emit(Op::StoreGlobal { name, value }, range);
            self.here.global_stores.push((name, value));
        }
    }

    // Targets

    /// Assigns to whatever `target` is.
    pub fn lower_target(&mut self, target: &Expr, value: ValueId) {
        let range = target.range();
        match target {
            Expr::Name(name) => self.store_name(&name.id, value, range),
            Expr::Attribute(attribute) => {
                let place = self.lower_place(&attribute.value);
                let name = self.symbols.intern(&attribute.attr);
                self.store_attribute(&place, name, value, range);
            }
            Expr::Subscript(subscript) => self.lower_subscript_target(subscript, value),
            Expr::Tuple(tuple) => self.lower_unpacking(&tuple.elts, value),
            Expr::List(list) => self.lower_unpacking(&list.elts, value),
            Expr::Starred(starred) => self.lower_target(&starred.value, value),
            // Not Python; what is evaluated is.
            other => {
                self.lower_expr(other);
            }
        }
    }

    fn lower_subscript_target(&mut self, subscript: &ExprSubscript, value: ValueId) {
        let range = subscript.range();
        let place = self.lower_place(&subscript.value);
        if let Expr::Slice(slice) = &*subscript.slice {
            for part in [&slice.lower, &slice.upper, &slice.step]
                .into_iter()
                .flatten()
            {
                self.lower_expr(part);
            }
            let key = self.emit_value(Op::Unknown, slice.range());
            let element = self.emit(Op::Next(value), range);
            self.store_item(&place, key, element, range);
            return;
        }
        let key = self.lower_key(subscript);
        self.store_item(&place, key, value, range);
    }

    fn lower_unpacking(&mut self, targets: &[Expr], value: ValueId) {
        let star = targets.iter().position(Expr::is_starred_expr);
        for (at, target) in targets.iter().enumerate() {
            let op = unpack(value, at, targets.len(), star);
            let element = self.emit_value(op, target.range());
            self.lower_target(target, element);
        }
    }

    // Statements

    pub fn lower_assign(&mut self, stmt: &'a StmtAssign) {
        if let [target] = &*stmt.targets
            && let Some(targets) = elements_of(target)
            && let Some(values) = elements_of(&stmt.value)
            && targets.len() == values.len()
            && !targets.iter().chain(values).any(Expr::is_starred_expr)
        {
            let values: Vec<ValueId> = values.iter().map(|value| self.lower_expr(value)).collect();
            for (target, value) in targets.iter().zip(values) {
                self.lower_target(target, value);
            }
            return;
        }
        let value = self.lower_expr(&stmt.value);
        for target in &stmt.targets {
            self.lower_target(target, value);
        }
    }

    pub fn lower_ann_assign(&mut self, stmt: &'a StmtAnnAssign) {
        let range = stmt.range();
        let value = stmt.value.as_ref().map(|value| self.lower_expr(value));
        let annotation = self.lower_type(&stmt.annotation);
        let is_in_class = self
            .here
            .scopes
            .last()
            .is_some_and(|scope| scope.kind == ScopeKind::Class);
        if is_in_class && let Expr::Name(name) = &*stmt.target {
            let name = self.symbols.intern(&name.id);
            if let Some(scope) = self.here.scopes.last_mut() {
                scope.annotations.push((name, annotation));
            }
            if value.is_none() {
                return;
            }
        }
        let annotated = self.emit_value(Op::Annotated { value, annotation }, range);
        if value.is_none() && stmt.target.is_subscript_expr() {
            self.lower_expr(&stmt.target);
        } else {
            self.lower_target(&stmt.target, annotated);
        }
    }

    pub fn lower_aug_assign(&mut self, stmt: &'a StmtAugAssign) {
        match &*stmt.target {
            Expr::Attribute(attribute) => self.lower_aug_attribute(stmt, attribute),
            Expr::Subscript(subscript) => self.lower_aug_subscript(stmt, subscript),
            target => {
                let old = self.lower_expr(target);
                let value = self.lower_augmented(stmt, old);
                self.lower_target(target, value);
            }
        }
    }

    fn lower_aug_attribute(&mut self, stmt: &StmtAugAssign, attribute: &ExprAttribute) {
        let place = self.lower_place(&attribute.value);
        let name = self.symbols.intern(&attribute.attr);
        let object = place.value;
        let old = self.emit(Op::Attribute { object, name }, attribute.range());
        let value = self.lower_augmented(stmt, old);
        self.store_attribute(&place, name, value, stmt.range());
    }

    fn lower_aug_subscript(&mut self, stmt: &StmtAugAssign, subscript: &ExprSubscript) {
        let place = self.lower_place(&subscript.value);
        let object = place.value;
        if subscript.slice.is_slice_expr() {
            let old = self.lower_item(object, subscript);
            let value = self.lower_augmented(stmt, old);
            let key = self.emit_value(Op::Unknown, subscript.slice.range());
            let element = self.emit(Op::Next(value), stmt.range());
            self.store_item(&place, key, element, stmt.range());
            return;
        }
        let key = self.lower_key(subscript);
        let old = self.emit(Op::Item { object, key }, subscript.range());
        let value = self.lower_augmented(stmt, old);
        self.store_item(&place, key, value, stmt.range());
    }

    /// `old op value`, as a template where text is appended.
    fn lower_augmented(&mut self, stmt: &StmtAugAssign, old: ValueId) -> ValueId {
        if stmt.op == ast::Operator::Add && super::string::is_text(&stmt.value) {
            return self.lower_appended(old, &stmt.value, stmt.range());
        }
        let right = self.lower_expr(&stmt.value);
        self.emit(Op::Binary(binary_op(stmt.op), old, right), stmt.range())
    }

    /// `del target`
    pub fn lower_delete(&mut self, target: &Expr) {
        let range = target.range();
        match target {
            Expr::Name(name) => self.delete_name(&name.id, range),
            Expr::Attribute(attribute) => {
                let place = self.lower_place(&attribute.value);
                let name = self.symbols.intern(&attribute.attr);
                let nothing = self.emit_value(Op::Undefined, range);
                self.store_attribute(&place, name, nothing, range);
            }
            Expr::Subscript(subscript) if !subscript.slice.is_slice_expr() => {
                let place = self.lower_place(&subscript.value);
                let key = self.lower_key(subscript);
                let nothing = self.emit_value(Op::Undefined, range);
                self.store_item(&place, key, nothing, range);
            }
            Expr::Tuple(tuple) => tuple
                .elts
                .iter()
                .for_each(|target| self.lower_delete(target)),
            Expr::List(list) => list
                .elts
                .iter()
                .for_each(|target| self.lower_delete(target)),
            other => {
                self.lower_expr(other);
            }
        }
    }
}

/// What target `at` of `count` receives, where target `star` takes what is left over.
pub fn unpack(value: ValueId, at: usize, count: usize, star: Option<usize>) -> Op {
    match star {
        Some(star) if at == star => Op::UnpackRest(value, at as u32),
        Some(star) if at > star => Op::Unpack(value, -position(count - at)),
        Some(_) | None => Op::Unpack(value, position(at)),
    }
}

pub fn position(at: usize) -> i32 {
    i32::try_from(at).unwrap_or(i32::MAX)
}

fn elements_of(expr: &Expr) -> Option<&[Expr]> {
    match expr {
        Expr::Tuple(tuple) => Some(&tuple.elts),
        Expr::List(list) => Some(&list.elts),
        _ => None,
    }
}
