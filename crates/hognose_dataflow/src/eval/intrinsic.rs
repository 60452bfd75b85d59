//! The builtins whose meaning rows cannot say.
//!
//! ```python
//! rows.append(x)            # an element more
//! form.get("name", "")      # the item of that key, or the default
//! getattr(obj, "run")(x)    # an attribute by a constant name
//! ```

use hognose_python::ir::{ArgumentKind, Op, Role, ValueId};

use super::Frame;
use super::call::Called;
use super::library::Given;
use super::operation::{merge, store_at};
use crate::fact::Fact;
use crate::models::rows::{Intrinsic, Labels};
use crate::summary::CallArgument;
use crate::value::{Content, Key, Text, Value, join_child};

impl Frame<'_> {
    pub(super) fn intrinsic(
        &mut self,
        id: ValueId,
        intrinsic: Intrinsic,
        given: &Given<'_>,
        called: &mut Called,
    ) {
        let receiver = given.receiver.cloned().unwrap_or_default();
        let first = given.argument(0).unwrap_or_default();
        let second = given.argument(1).unwrap_or_default();
        let value = match intrinsic {
            Intrinsic::DictClear | Intrinsic::ListClear => {
                let mut content = receiver.content().clone();
                content.children.clear();
                called.after.push((Role::Receiver, Value::new(content)));
                Value::unknown()
            }
            Intrinsic::DictCopy | Intrinsic::ListCopy => receiver,
            Intrinsic::DictGet | Intrinsic::DictPop => {
                let key = self.key_of(&first);
                let item = self.item_at(id, &receiver, key);
                if second.is_bottom() {
                    item
                } else {
                    item.join(&second)
                }
            }
            Intrinsic::DictSetdefault => {
                let key = self.key_of(&first);
                self.item_sinks_of_call(id, &receiver, &first, given);
                let stored = store_at(&receiver, Key::Any, &second);
                called.after.push((Role::Receiver, stored));
                self.item_at(id, &receiver, key).join(&second)
            }
            Intrinsic::DictItems => {
                let mut pair = Content::default();
                join_child(&mut pair.children, Key::Index(0), &self.keys(&receiver));
                join_child(&mut pair.children, Key::Index(1), &values_of(&receiver));
                sequence(&Value::new(pair))
            }
            Intrinsic::DictKeys => sequence(&self.keys(&receiver)),
            Intrinsic::DictValues => sequence(&values_of(&receiver)),
            Intrinsic::DictNew => self.new_dict(given),
            Intrinsic::DictUpdate => {
                let mut updated = receiver.clone();
                for argument in given.arguments {
                    match argument.kind {
                        ArgumentKind::Keyword(name) => {
                            let key = Key::Text(name);
                            updated = store_at(&updated, key, &argument.value);
                            self.keyword_sinks(id, &receiver, name, argument);
                        }
                        ArgumentKind::Positional
                        | ArgumentKind::Star
                        | ArgumentKind::DoubleStar => {
                            updated = merge(&updated, &argument.value);
                            self.update_sinks(id, &receiver, argument);
                        }
                    }
                }
                called.after.push((Role::Receiver, updated));
                Value::unknown()
            }
            Intrinsic::Enumerate => {
                let mut pair = Content::default();
                let number = Value::constant(crate::value::Atom::Number, None);
                join_child(&mut pair.children, Key::Index(0), &number);
                let element = self.iterate(id, &first);
                join_child(&mut pair.children, Key::Index(1), &element);
                sequence(&Value::new(pair))
            }
            Intrinsic::Filter => {
                let element = self.iterate(id, &second);
                self.call_with(id, &first, std::slice::from_ref(&element));
                sequence(&element)
            }
            Intrinsic::Getattr => {
                let name = second
                    .string()
                    .and_then(|name| self.world.program.names.get(name));
                let found = match name {
                    Some(name) => self.attribute(id, &first, name),
                    None => Value::of_marks(first.collapse(Labels::INERT)),
                };
                match given.argument(2) {
                    Some(default) => found.join(&default),
                    None => found,
                }
            }
            Intrinsic::Isinstance | Intrinsic::Print => Value::unknown(),
            Intrinsic::Iter => self.iterated(id, &first),
            Intrinsic::ListAppend | Intrinsic::SetAdd => {
                called
                    .after
                    .push((Role::Receiver, appended(&receiver, &first)));
                Value::unknown()
            }
            Intrinsic::ListInsert => {
                let after = match (known_length(&receiver), position(&first)) {
                    (Some(length), Some(at)) if at <= length => inserted(&receiver, at, &second),
                    _ => store_at(&loose(&receiver), Key::Any, &second),
                };
                called.after.push((Role::Receiver, after));
                Value::unknown()
            }
            Intrinsic::ListExtend => {
                let mut content = receiver.content().clone();
                let length = known_length(&receiver);
                self.spread(&mut content, &first, length);
                called.after.push((
                    Role::Receiver,
                    Value::new(content).truncated(crate::limits::DEPTH_MAX),
                ));
                Value::unknown()
            }
            Intrinsic::ListPop => {
                let key = match known_length(&receiver) {
                    Some(length) if first.is_bottom() && length > 0 => Key::Index(length - 1),
                    _ if first.is_bottom() => Key::Any,
                    _ => self.key_of(&first),
                };
                let after = match (known_length(&receiver), key) {
                    (Some(length), Key::Index(at)) if (0..length).contains(&at) => {
                        removed(&receiver, at)
                    }
                    _ => loose(&receiver),
                };
                called.after.push((Role::Receiver, after));
                self.item_at(id, &receiver, key)
            }
            Intrinsic::Map => {
                let elements: Vec<Value> = given
                    .arguments
                    .iter()
                    .skip(1)
                    .map(|argument| self.iterate(id, &argument.value))
                    .collect();
                let result = self.call_with(id, &first, &elements);
                sequence(&result)
            }
            Intrinsic::MinMax => min_max(self, id, given),
            Intrinsic::Next => {
                let element = self.iterate(id, &first);
                if second.is_bottom() {
                    element
                } else {
                    element.join(&second)
                }
            }
            Intrinsic::Partial => partial(given),
            Intrinsic::Setattr => {
                let stored = given.argument(2).unwrap_or_default();
                let name = second
                    .string()
                    .and_then(|name| self.world.program.names.get(name));
                let after = match name {
                    Some(name) => first.with_child(Key::Attribute(name), stored),
                    None => first.marked(stored.collapse(Labels::INERT)),
                };
                called.after.push((Role::Argument(0), after));
                Value::unknown()
            }
            Intrinsic::StrFormat => self.format_call(&receiver, given),
            Intrinsic::StrSplit => self.split(id, &receiver, given),
            Intrinsic::StrJoin => self.join_call(&receiver, &first),
            Intrinsic::Sum => {
                let element = self.iterate(id, &first);
                Value::of_marks(element.collapse(Labels::INERT))
            }
            Intrinsic::Super => self.super_call(&first),
            Intrinsic::Type => self.type_of(&first),
            Intrinsic::Zip => {
                let mut tuple = Content::default();
                for (index, argument) in (0..).zip(given.arguments) {
                    let element = self.iterate(id, &argument.value);
                    join_child(&mut tuple.children, Key::Index(index), &element);
                }
                sequence(&Value::new(tuple))
            }
        };
        called.value = if called.value.is_bottom() {
            value
        } else {
            called.value.join(&value)
        };
    }

    /// `x.split("/")`: no piece holds the separator; with a limit only the one at the end where
    /// the split began.
    fn split(&mut self, id: ValueId, text: &Value, given: &Given<'_>) -> Value {
        let name = self.called_name(id);
        let separator = given.argument(0).unwrap_or_default();
        let by_slash = separator.string().is_some_and(|text| &**text == "/")
            && matches!(name, "split" | "rsplit");
        let limited = given.arguments.len() > 1;
        let marks: Vec<_> = text
            .marks()
            .iter()
            .map(|mark| mark.derived(Labels::INERT))
            .collect();
        let piece = Value::unknown().marked(marks);
        let bare = piece.labelled(Labels::NO_SEPARATOR);
        let mut content = Content::default();
        let any = if by_slash && !limited { &bare } else { &piece };
        join_child(&mut content.children, Key::Any, any);
        let mut list = self.instance_of_builtin("list");
        list = merge(&list, &Value::new(content));
        if by_slash && limited {
            let end = if name == "rsplit" { -1 } else { 0 };
            return list.with_child(Key::Index(end), bare);
        }
        list
    }

    /// The last name of the called expression.
    fn called_name(&self, call: ValueId) -> &str {
        match self.op(call) {
            Op::Call { callee, .. } => match self.op(*callee) {
                Op::Attribute { name, .. } | Op::Global(name) => {
                    self.world.program.names.text(*name)
                }
                _ => "",
            },
            _ => "",
        }
    }

    fn call_with(&mut self, id: ValueId, callee: &Value, values: &[Value]) -> Value {
        let arguments: Vec<CallArgument> = values
            .iter()
            .map(|value| CallArgument {
                kind: ArgumentKind::Positional,
                value: value.clone(),
                id,
            })
            .collect();
        self.call_value(id, None, callee, &arguments).value
    }

    fn item_sinks_of_call(
        &mut self,
        id: ValueId,
        receiver: &Value,
        key: &Value,
        given: &Given<'_>,
    ) {
        if let Some(argument) = given.arguments.get(1) {
            self.item_sinks(id, receiver, key, argument.id, &argument.value);
        }
    }

    fn keyword_sinks(
        &mut self,
        id: ValueId,
        receiver: &Value,
        name: hognose_python::ir::Symbol,
        argument: &CallArgument,
    ) {
        let text = self.world.program.names.shared(name);
        let key = Value::constant(crate::value::Atom::Str(std::sync::Arc::clone(text)), None);
        self.item_sinks(id, receiver, &key, argument.id, &argument.value);
    }

    fn update_sinks(&mut self, id: ValueId, receiver: &Value, argument: &CallArgument) {
        for (key, child) in argument.value.children().to_vec() {
            if let Key::Text(name) = key {
                let text = self.world.program.names.shared(name);
                let key =
                    Value::constant(crate::value::Atom::Str(std::sync::Arc::clone(text)), None);
                self.item_sinks(id, receiver, &key, argument.id, &child);
            }
        }
    }

    fn new_dict(&mut self, given: &Given<'_>) -> Value {
        let mut value = self.instance_of_builtin("dict");
        for argument in given.arguments {
            value = match argument.kind {
                ArgumentKind::Keyword(name) => store_at(&value, Key::Text(name), &argument.value),
                ArgumentKind::Positional | ArgumentKind::Star | ArgumentKind::DoubleStar => {
                    if self.is_mapping(&argument.value) || argument.kind == ArgumentKind::DoubleStar
                    {
                        merge(&value, &argument.value)
                    } else {
                        let pair = argument.value.step(Key::Any);
                        let item = pair.step(Key::Index(1));
                        store_at(&value, Key::Any, &item)
                            .marked(argument.value.collapse(Labels::INERT))
                    }
                }
            };
        }
        value
    }

    /// `list(x)`, `sorted(x)`: the same elements.
    fn iterated(&mut self, id: ValueId, value: &Value) -> Value {
        if value.is_bottom() {
            return Value::new(Content::default());
        }
        let positions = value
            .children()
            .iter()
            .all(|(key, _)| matches!(key, Key::Index(_)));
        if !value.children().is_empty() && positions {
            return value.clone();
        }
        let element = self.iterate(id, value);
        let marks: Vec<_> = value
            .marks()
            .iter()
            .map(|mark| mark.derived(Labels::INERT))
            .collect();
        sequence(&element).marked(marks)
    }

    fn super_call(&self, class: &Value) -> Value {
        let explicit = class.facts().iter().find_map(|fact| match fact {
            Fact::Class(class) => Some(*class),
            _ => None,
        });
        let own = explicit.or_else(|| {
            let mut function = Some(self.id);
            while let Some(id) = function {
                if let Some(class) = self.world.program.class_of(id) {
                    return Some(class);
                }
                function = self.world.program.parent(id);
            }
            None
        });
        own.map_or_else(Value::unknown, |class| Value::fact(Fact::Super(class)))
    }

    fn type_of(&self, value: &Value) -> Value {
        let mut result = Value::unknown();
        for fact in value.facts() {
            match fact {
                Fact::Instance(class) => result = result.with_fact(Fact::Class(*class)),
                Fact::ExternalInstance(class) => result = result.with_fact(Fact::External(*class)),
                Fact::External(_)
                | Fact::Module(_)
                | Fact::Namespace(_)
                | Fact::Function(..)
                | Fact::Class(_)
                | Fact::Super(_)
                | Fact::Bound(_)
                | Fact::Partial(_) => {}
            }
        }
        result
    }

    /// The class of the instance that an expression tests: `isinstance(x, C)`.
    pub(super) fn tested_class(&self, call: ValueId) -> Option<(ValueId, ValueId)> {
        let Op::Call { arguments, .. } = self.op(call) else {
            return None;
        };
        match &**arguments {
            [object, class] => Some((object.value, class.value)),
            _ => None,
        }
    }
}

/// A sequence of which only the elements matter.
fn sequence(element: &Value) -> Value {
    let mut content = Content::default();
    if !element.is_bottom() {
        join_child(&mut content.children, Key::Any, element);
    }
    Value::new(content)
}

/// What any value of a mapping may be.
fn values_of(mapping: &Value) -> Value {
    let mut result = mapping.step(Key::Any);
    for (key, child) in mapping.children() {
        if matches!(key, Key::Text(_)) {
            result = result.join(child);
        }
    }
    result
}

/// The number of elements, where every one stands at a known position.
pub(super) fn known_length(value: &Value) -> Option<i32> {
    if value.is_marked_here() || *value.text() == Text::Unknown {
        return None;
    }
    let mut length = 0;
    for (key, _) in value.children() {
        match key {
            Key::Index(index) => length = length.max(index + 1),
            Key::Attribute(_) => {}
            Key::Any | Key::Text(_) => return None,
        }
    }
    Some(length)
}

fn appended(list: &Value, element: &Value) -> Value {
    match known_length(list) {
        Some(length) => list.with_child(Key::Index(length), element.clone()),
        None => store_at(list, Key::Any, element),
    }
}

/// A list whose positions are not known any more.
fn loose(list: &Value) -> Value {
    let mut content = list.content().clone();
    let children = std::mem::take(&mut content.children);
    for (key, child) in children {
        let key = match key {
            Key::Index(_) => Key::Any,
            Key::Attribute(_) | Key::Text(_) | Key::Any => key,
        };
        join_child(&mut content.children, key, &child);
    }
    Value::new(content)
}

fn min_max(frame: &mut Frame<'_>, id: ValueId, given: &Given<'_>) -> Value {
    if let [only] = given.arguments {
        return frame.iterate(id, &only.value);
    }
    let bound = match frame.called_name(id) {
        "min" => Labels::BOUNDED_ABOVE,
        "max" => Labels::BOUNDED_BELOW,
        _ => Labels::NONE,
    };
    let positional = || {
        let arguments = given.arguments.iter();
        arguments.filter(|argument| argument.kind == ArgumentKind::Positional)
    };
    // Against one of the program's own values.
    let is_clamp = positional().any(|argument| !argument.value.is_marked());
    let bound = if is_clamp { bound } else { Labels::NONE };
    positional().fold(Value::BOTTOM, |result, argument| {
        result.join(&argument.value.labelled(bound))
    })
}

/// `partial(f, x, key=y)`: f with some of its arguments.
fn partial(given: &Given<'_>) -> Value {
    let Some(callable) = given.argument(0) else {
        return Value::unknown();
    };
    let mut positional = Vec::new();
    let mut keywords = Vec::new();
    for argument in given.arguments {
        match argument.kind {
            ArgumentKind::Positional => positional.push(argument.value.clone()),
            ArgumentKind::Keyword(name) => keywords.push((name, argument.value.clone())),
            ArgumentKind::Star | ArgumentKind::DoubleStar => {}
        }
    }
    positional.remove(0);
    Value::fact(Fact::Partial(std::sync::Arc::new(crate::fact::Partial {
        callable,
        positional,
        keywords,
    })))
}

/// A constant position of a list.
fn position(value: &Value) -> Option<i32> {
    match value.atom() {
        Some(crate::value::Atom::Int(index)) => i32::try_from(*index).ok().filter(|at| *at >= 0),
        _ => None,
    }
}

/// A list with one element more at `at`.
fn inserted(list: &Value, at: i32, element: &Value) -> Value {
    let mut content = list.content().clone();
    for (key, _) in &mut content.children {
        if let Key::Index(index) = key
            && *index >= at
        {
            *index += 1;
        }
    }
    Value::new(content).with_child(Key::Index(at), element.clone())
}

/// A list without the element at `at`.
fn removed(list: &Value, at: i32) -> Value {
    let mut content = list.content().clone();
    content.children.retain(|(key, _)| *key != Key::Index(at));
    for (key, _) in &mut content.children {
        if let Key::Index(index) = key
            && *index > at
        {
            *index -= 1;
        }
    }
    Value::new(content)
}
