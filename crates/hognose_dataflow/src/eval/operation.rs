//! One instruction on abstract values.
//!
//! What needs more than a few lines has a file of its own: names, attributes, items, calls,
//! texts, guards, definitions.

use hognose_python::ir::{
    BinaryOp, BlockId, CompareOp, ComprehensionKind, Constant, DictEntry, DisplayKind, Element, Op,
    UnaryOp, ValueId,
};
use smallvec::SmallVec;

use super::Frame;
use crate::fact::Fact;
use crate::models::rows::Labels;
use crate::value::{Atom, Content, Key, Text, Value, add_mark, join_child};

impl Frame<'_> {
    /// The value of an instruction; `None` where control does not go on behind it.
    pub(super) fn instruction(&mut self, block: BlockId, id: ValueId) -> Option<Value> {
        let value = match self.op(id) {
            Op::Constant(constant) => self.constant(id, constant),
            Op::Undefined => Value::BOTTOM,
            Op::Unknown => Value::unknown(),
            Op::Param(index) => self.param_symbol(*index as usize),
            Op::Captured(index) => self.captured(*index),
            Op::Global(name) => self.global(id, *name),
            Op::Phi(inputs) => {
                let value = self.phi(block, inputs);
                self.widened(id, value)
            }
            Op::Refine {
                value,
                condition,
                holds,
            } => self.refine(*value, *condition, *holds),
            Op::After { object, call, role } => self
                .after
                .get(&(*call, *role))
                .map_or_else(|| self.value(*object).clone(), Clone::clone),
            Op::Attribute { object, name } => {
                let object_value = self.value(*object).clone();
                self.attribute(id, &object_value, *name)
            }
            Op::StoreAttribute {
                object,
                name,
                value,
            } => self.store_attribute(id, *object, *name, *value),
            Op::Item { object, key } => self.item(id, *object, *key),
            Op::StoreItem { object, key, value } => self.store_item(id, *object, *key, *value),
            Op::Slice {
                object,
                lower,
                upper,
            } => self.slice(*object, (*lower, *upper)),
            Op::StoreGlobal { name, value } => {
                let value = self.value(*value).clone();
                self.write(crate::summary::Cell::Global(self.module, *name), &value, id);
                value
            }
            Op::StoreCaptured { index, value } => {
                let value = self.value(*value).clone();
                self.write_captured(*index, &value, id);
                value
            }
            Op::Call { callee, arguments } => return self.call(id, *callee, arguments),
            Op::Display(kind, elements) => self.display(*kind, elements),
            Op::Dict(entries) => self.dict(entries),
            Op::Comprehension(kind, element) => {
                let element = self.value(*element).clone();
                let bare = match kind {
                    ComprehensionKind::List => self.instance_of_builtin("list"),
                    ComprehensionKind::Set => self.instance_of_builtin("set"),
                    ComprehensionKind::Generator => Value::new(Content::default()),
                };
                bare.with_child(Key::Any, element)
            }
            Op::DictComprehension(key, value) => {
                let key = self.value(*key).collapse(Labels::INERT);
                let value = self.value(*value).clone();
                self.instance_of_builtin("dict")
                    .with_child(Key::Any, value)
                    .marked(key)
            }
            Op::Template(parts) => self.template(id, parts),
            Op::Binary(operator, left, right) => {
                self.calculation(id, *operator, *left, *right);
                self.binary(id, *operator, *left, *right)
            }
            Op::Unary(operator, operand) => self.unary(*operator, *operand),
            Op::Compare(operator, left, right) => self.compare(*operator, *left, *right),
            Op::IsInstance(..) => Value::unknown(),
            Op::Next(iterable) => {
                let iterable = self.value(*iterable).clone();
                self.iterate(id, &iterable)
            }
            Op::Unpack(value, index) => {
                let value = self.value(*value).clone();
                if *index < 0 {
                    self.iterate(id, &value)
                } else {
                    self.element(id, &value, *index)
                }
            }
            Op::UnpackRest(value, _) => {
                let value = self.value(*value).clone();
                let element = self.iterate(id, &value);
                self.instance_of_builtin("list")
                    .with_child(Key::Any, element)
            }
            Op::Yield(value) => {
                let value = self.value(*value).clone();
                self.yielded = self.yielded.join(&value);
                Value::unknown()
            }
            Op::YieldFrom(value) => {
                let value = self.value(*value).clone();
                let element = self.iterate(id, &value);
                self.yielded = self.yielded.join(&element);
                Value::unknown()
            }
            Op::Await(value) => self.value(*value).clone(),
            Op::Enter(manager) => {
                let manager = self.value(*manager).clone();
                self.enter_manager(id, &manager)
            }
            Op::Exception(_) => Value::unknown(),
            Op::Function { function, captures } => self.define_function(id, *function, captures),
            Op::Class(class) => self.define_class(id, *class),
            Op::Decorate { value, decorator } => self.decorate(id, *value, *decorator),
            Op::Annotated { value, annotation } => self.annotated(*value, *annotation),
            Op::Import(dotted) => self.import(dotted),
            Op::ImportFrom { from, name } => self.import_from(id, from, *name),
        };
        Some(value)
    }

    fn constant(&self, id: ValueId, constant: &Constant) -> Value {
        let site = match constant {
            Constant::Str(_) | Constant::Bytes(_) => Some(self.site(id)),
            Constant::None
            | Constant::Ellipsis
            | Constant::Bool(_)
            | Constant::Int(_)
            | Constant::BigInt
            | Constant::Float(_)
            | Constant::Complex => None,
        };
        Value::constant(Atom::of(constant), site)
    }

    /// An instance of a builtin class, empty as far as is known.
    pub(super) fn instance_of_builtin(&self, name: &str) -> Value {
        let mut facts = SmallVec::new();
        if let Some(node) = self.builtin(name) {
            facts.push(Fact::ExternalInstance(node));
        }
        Value::new(Content {
            facts,
            ..Content::default()
        })
    }

    fn display(&mut self, kind: DisplayKind, elements: &[Element]) -> Value {
        let mut content = match kind {
            DisplayKind::List => self.instance_of_builtin("list"),
            DisplayKind::Tuple => self.instance_of_builtin("tuple"),
            DisplayKind::Set => self.instance_of_builtin("set"),
        }
        .content()
        .clone();
        let mut position = Some(0_i32);
        for element in elements {
            match element {
                Element::Item(value) => {
                    let value = self.value(*value).clone();
                    let key = position.map_or(Key::Any, Key::Index);
                    join_child(&mut content.children, key, &value);
                    position = position.map(|position| position + 1);
                }
                Element::Spread(value) => {
                    let value = self.value(*value).clone();
                    position = self.spread(&mut content, &value, position);
                }
            }
        }
        Value::new(content).truncated(crate::limits::DEPTH_MAX)
    }

    /// Adds the elements of `value`; the next position, while it is known.
    pub(super) fn spread(
        &mut self,
        content: &mut Content,
        value: &Value,
        position: Option<i32>,
    ) -> Option<i32> {
        for mark in value.marks() {
            add_mark(&mut content.marks, mark.derived(Labels::INERT));
        }
        let known = !value.is_marked_here() && value.child(Key::Any).is_none();
        let items: Vec<&(Key, Value)> = value
            .children()
            .iter()
            .filter(|(key, _)| matches!(key, Key::Index(_)))
            .collect();
        match position {
            Some(start) if known && !items.is_empty() => {
                let mut next = start;
                for (key, child) in &items {
                    if let Key::Index(index) = key {
                        join_child(&mut content.children, Key::Index(start + index), child);
                        next = next.max(start + index + 1);
                    }
                }
                Some(next)
            }
            _ => {
                let element = value.step(Key::Any);
                join_child(&mut content.children, Key::Any, &element);
                None
            }
        }
    }

    fn dict(&mut self, entries: &[DictEntry]) -> Value {
        let mut value = self.instance_of_builtin("dict");
        for entry in entries {
            match entry {
                DictEntry::Pair(key, item) => {
                    let item = self.value(*item).clone();
                    let key_value = self.value(*key).clone();
                    let key = self.key_of(&key_value);
                    value = store_at(&value, key, &item);
                    if key == Key::Any {
                        value = value.marked(key_value.collapse(Labels::INERT));
                    }
                }
                DictEntry::Spread(mapping) => {
                    let mapping = self.value(*mapping).clone();
                    value = merge(&value, &mapping);
                }
            }
        }
        value.truncated(crate::limits::DEPTH_MAX)
    }

    fn unary(&self, operator: UnaryOp, operand: ValueId) -> Value {
        let operand = self.value(operand);
        match (operator, operand.atom()) {
            (UnaryOp::Not, _) => match operand.truth() {
                Some(truth) => Value::constant(Atom::Bool(!truth), None),
                None => Value::unknown(),
            },
            (UnaryOp::Minus, Some(Atom::Int(value))) => {
                Value::constant(value.checked_neg().map_or(Atom::Number, Atom::Int), None)
            }
            (UnaryOp::Minus | UnaryOp::Plus | UnaryOp::Invert, _) => {
                Value::of_marks(operand.collapse(Labels::INERT))
            }
        }
    }

    fn compare(&self, operator: CompareOp, left: ValueId, right: ValueId) -> Value {
        let (left, right) = (self.value(left), self.value(right));
        match fold_compare(operator, left, right) {
            Some(truth) => Value::constant(Atom::Bool(truth), None),
            None => Value::unknown(),
        }
    }

    /// The key that a constant names in a container.
    pub(super) fn key_of(&self, key: &Value) -> Key {
        if !key.marks().is_empty() {
            return Key::Any;
        }
        match key.atom() {
            Some(Atom::Str(text)) => self
                .world
                .program
                .names
                .get(text)
                .map_or(Key::Any, Key::Text),
            Some(Atom::Int(index)) => i32::try_from(*index).map_or(Key::Any, Key::Index),
            Some(Atom::None | Atom::Bool(_) | Atom::Number | Atom::Bytes(_)) => Key::Any,
            None => self.name_as_key(key),
        }
    }

    /// `parser.setFeature(handler.feature_external_ges, …)`: a constant of a library stands for
    /// itself.
    fn name_as_key(&self, key: &Value) -> Key {
        let mut named = key.facts().iter().filter_map(|fact| match fact {
            Fact::External(node) => Some(self.world.models.name(*node)),
            _ => None,
        });
        match (named.next(), named.next()) {
            (Some(name), None) => Key::Text(name),
            _ => Key::Any,
        }
    }

    pub(super) fn arithmetic(operator: BinaryOp, left: &Value, right: &Value) -> Option<Atom> {
        let (Some(Atom::Int(a)), Some(Atom::Int(b))) = (left.atom(), right.atom()) else {
            return None;
        };
        if !left.marks().is_empty() || !right.marks().is_empty() {
            return None;
        }
        let result = match operator {
            BinaryOp::Add => a.checked_add(*b),
            BinaryOp::Sub => a.checked_sub(*b),
            BinaryOp::Mult => a.checked_mul(*b),
            BinaryOp::FloorDiv if *b > 0 => a.checked_div_euclid(*b),
            BinaryOp::Mod if *b > 0 => a.checked_rem_euclid(*b),
            BinaryOp::Pow => u32::try_from(*b).ok().and_then(|b| a.checked_pow(b)),
            BinaryOp::LShift => u32::try_from(*b)
                .ok()
                .filter(|shift| *shift < 32)
                .and_then(|shift| a.checked_mul(1 << shift)),
            BinaryOp::RShift => u32::try_from(*b).ok().and_then(|b| a.checked_shr(b)),
            BinaryOp::BitOr => Some(a | b),
            BinaryOp::BitXor => Some(a ^ b),
            BinaryOp::BitAnd => Some(a & b),
            BinaryOp::Div | BinaryOp::FloorDiv | BinaryOp::Mod | BinaryOp::MatMult => None,
        };
        Some(result.map_or(Atom::Number, Atom::Int))
    }
}

/// Stores `item` at `key`: over what was there for a constant key, beside it otherwise.
pub(super) fn store_at(container: &Value, key: Key, item: &Value) -> Value {
    if key == Key::Any {
        let mut content = container.content().clone();
        join_child(&mut content.children, Key::Any, item);
        Value::new(content).truncated(crate::limits::DEPTH_MAX)
    } else {
        container.with_child(key, item.clone())
    }
}

/// What `container` holds after the entries of `mapping` are put into it.
pub(super) fn merge(container: &Value, mapping: &Value) -> Value {
    let mut value = container.clone();
    for (key, child) in mapping.children() {
        value = store_at(&value, *key, child);
    }
    value.marked(mapping.marks().iter().copied())
}

/// Comparisons that constants decide.
fn fold_compare(operator: CompareOp, left: &Value, right: &Value) -> Option<bool> {
    if !left.marks().is_empty() || !right.marks().is_empty() {
        return None;
    }
    let a = left.atom()?;
    match operator {
        CompareOp::In | CompareOp::NotIn => {
            let found = contains(right, a)?;
            Some(found == (operator == CompareOp::In))
        }
        CompareOp::Eq | CompareOp::NotEq | CompareOp::Is | CompareOp::IsNot => {
            let b = right.atom()?;
            if *a == Atom::Number || *b == Atom::Number {
                return None;
            }
            let negated = matches!(operator, CompareOp::NotEq | CompareOp::IsNot);
            Some((a == b) != negated)
        }
        CompareOp::Lt | CompareOp::LtE | CompareOp::Gt | CompareOp::GtE => {
            let (Atom::Int(a), Atom::Int(b)) = (a, right.atom()?) else {
                return None;
            };
            Some(match operator {
                CompareOp::Lt => a < b,
                CompareOp::LtE => a <= b,
                CompareOp::Gt => a > b,
                _ => a >= b,
            })
        }
    }
}

/// Whether a container of constants holds `atom`; `None` where an element is unknown.
fn contains(container: &Value, atom: &Atom) -> Option<bool> {
    if let (Some(Atom::Str(text)), Atom::Str(part)) = (container.atom(), atom) {
        return Some(text.contains(&**part));
    }
    let children = container.children();
    if *container.text() != Text::Nothing || children.is_empty() {
        return None;
    }
    let mut unknown = false;
    for (key, child) in children {
        if !matches!(key, Key::Index(_)) {
            return None;
        }
        match child.atom() {
            Some(known) if child.marks().is_empty() => {
                if known == atom {
                    return Some(true);
                }
            }
            _ => unknown = true,
        }
    }
    (!unknown).then_some(false)
}

impl Value {
    /// Whether the node itself carries a mark.
    pub(super) fn is_marked_here(&self) -> bool {
        !self.marks().is_empty()
    }
}
