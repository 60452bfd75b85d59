//! Reading items: keys, positions, slices, iteration, unpacking.
//!
//! ```python
//! row["name"]               # the child of that key, or what any key may hold
//! for name in form:         # the keys of a mapping, the elements of anything else
//! first, *rest = parts
//! ```

use hognose_python::ir::ValueId;

use super::guard::is_short_length;
use super::library::Given;
use super::{Frame, Reading};
use crate::fact::Fact;
use crate::models::rows::{Labels, NodeId};
use crate::summary::CallArgument;
use crate::value::{Atom, Content, Key, Text, Value, join_child};

impl Frame<'_> {
    pub(super) fn item(&mut self, id: ValueId, object: ValueId, key: ValueId) -> Value {
        let value = self.value(object).clone();
        let key_value = self.value(key).clone();
        let step = self.key_of(&key_value);
        if let Some(character) = character_at(&value, &key_value) {
            return character;
        }
        let step = match (step, super::intrinsic::known_length(&value)) {
            (Key::Index(index), Some(length)) if index < 0 && length + index >= 0 => {
                Key::Index(length + index)
            }
            _ => step,
        };
        let mut result = self.item_at(id, &value, step);
        for fact in value.facts() {
            match fact {
                Fact::Instance(class) => {
                    if let Some(method) = self.method(*class, "__getitem__") {
                        let argument = CallArgument {
                            kind: hognose_python::ir::ArgumentKind::Positional,
                            value: key_value.clone(),
                            id: key,
                        };
                        let called =
                            self.call_function(id, method, None, Some(&value), &[argument]);
                        result = result.join(&called.value);
                    }
                }
                // `Optional[X]`, `list[X]` as values stay what they are.
                Fact::External(node) => {
                    result = result.with_fact(Fact::External(*node));
                }
                Fact::ExternalInstance(class) => {
                    let argument = CallArgument {
                        kind: hognose_python::ir::ArgumentKind::Positional,
                        value: key_value.clone(),
                        id: key,
                    };
                    self.item_key_sinks(id, *class, &value, &[argument]);
                }
                Fact::Module(_)
                | Fact::Namespace(_)
                | Fact::Function(..)
                | Fact::Class(_)
                | Fact::Super(_)
                | Fact::Bound(_)
                | Fact::Partial(_) => {}
            }
        }
        self.annotated_alias(id, result)
    }

    /// `local["ls"]`: the sinks among the keys that a library's object takes.
    fn item_key_sinks(
        &mut self,
        id: ValueId,
        class: NodeId,
        receiver: &Value,
        arguments: &[CallArgument],
    ) {
        let models = self.world.models;
        let Some(name) = models.names.get("__getitem__") else {
            return;
        };
        let given = Given {
            receiver: Some(receiver),
            arguments,
        };
        for node in models.member(class, name) {
            for row in &models.node(node).sinks {
                self.call_sink(id, row, &given);
            }
        }
    }

    /// The item at a known or unknown key, types included.
    pub(super) fn item_at(&mut self, id: ValueId, value: &Value, key: Key) -> Value {
        let mut result = value.step(key);
        if let Some(node) = self.item_class(value) {
            result = result.with_fact(Fact::ExternalInstance(node));
        }
        if self.reading == Reading::Full && matches!(key, Key::Text(_)) {
            self.field_read(id, &result);
        }
        self.item_sources(id, value, "__getitem__", result)
    }

    /// Sources and types that rows attach to `__getitem__`, `__iter__`, `__aiter__`.
    fn item_sources(&mut self, id: ValueId, value: &Value, method: &str, result: Value) -> Value {
        let models = self.world.models;
        let Some(name) = models.names.get(method) else {
            return result;
        };
        let mut result = result;
        for fact in value.facts() {
            let Fact::ExternalInstance(class) = fact else {
                continue;
            };
            for node in models.member(*class, name) {
                for row in &models.node(node).call_sources {
                    let mark = crate::value::Mark::source(row.kind, self.site(id), row.labels);
                    result = result.marked([mark]);
                    self.matched(row.row, id, None);
                }
                for row in &models.node(node).propagators {
                    self.matched(row.row, id, None);
                }
                if let Some((class, row)) = models.node(node).returns {
                    result = result.with_fact(Fact::ExternalInstance(class));
                    self.matched(row, id, None);
                }
            }
        }
        result
    }

    /// What iterating or indexing an instance of the value's library class gives.
    pub(super) fn item_class(&self, value: &Value) -> Option<NodeId> {
        let models = self.world.models;
        value.facts().iter().find_map(|fact| match fact {
            Fact::ExternalInstance(class) => models
                .linearization(*class)
                .iter()
                .find_map(|node| models.node(*node).class.as_ref()?.items),
            _ => None,
        })
    }

    /// One element of an iteration over `value`.
    pub(super) fn iterate(&mut self, id: ValueId, value: &Value) -> Value {
        if self.is_mapping(value) {
            return self.keys(value);
        }
        let mut result = self.item_at(id, value, Key::Any);
        for method in ["__iter__", "__aiter__"] {
            result = self.item_sources(id, value, method, result);
        }
        if let Some(Atom::Str(_)) = value.atom() {
            result = result.with_text(Text::Literal);
        }
        for fact in value.facts() {
            if let Fact::Instance(class) = fact {
                for name in ["__iter__", "__aiter__"] {
                    if let Some(method) = self.method(*class, name) {
                        let called = self.call_function(id, method, None, Some(value), &[]);
                        result = result.join(&called.value.step(Key::Any));
                    }
                }
                for name in ["__next__", "__anext__"] {
                    if let Some(method) = self.method(*class, name) {
                        let called = self.call_function(id, method, None, Some(value), &[]);
                        result = result.join(&called.value);
                    }
                }
            }
        }
        result
    }

    /// Element `index` of an unpacked value.
    pub(super) fn element(&mut self, id: ValueId, value: &Value, index: i32) -> Value {
        if self.is_mapping(value) {
            return self.keys(value);
        }
        self.item_at(id, value, Key::Index(index))
    }

    pub(super) fn is_mapping(&self, value: &Value) -> bool {
        let Some(dict) = self.builtin("dict") else {
            return false;
        };
        value.facts().iter().any(|fact| {
            matches!(fact, Fact::ExternalInstance(class)
                if self.world.models.linearization(*class).contains(&dict) || *class == dict)
        })
    }

    /// A key of a mapping: its constant keys, and whatever the mapping as a whole carries.
    pub(super) fn keys(&self, value: &Value) -> Value {
        let mut content = Content {
            text: Text::Literal,
            ..Content::default()
        };
        let marks: Vec<_> = value
            .marks()
            .iter()
            .map(|mark| mark.derived(Labels::INERT))
            .collect();
        if !marks.is_empty() || value.child(Key::Any).is_some() || value.children().is_empty() {
            content.text = Text::Unknown;
        }
        let names = &self.world.program.names;
        let known: Vec<&std::sync::Arc<str>> = value
            .children()
            .iter()
            .filter_map(|(key, _)| match key {
                Key::Text(name) => Some(names.shared(*name)),
                Key::Attribute(_) | Key::Index(_) | Key::Any => None,
            })
            .collect();
        if let ([only], Text::Literal) = (known.as_slice(), &content.text) {
            content.text = Text::constant(Atom::Str(std::sync::Arc::clone(only)), None);
        }
        Value::new(content).marked(marks)
    }

    /// `object[a:b]`: a text of the same characters, a list of the same elements.
    pub(super) fn slice(
        &mut self,
        object: ValueId,
        bounds: (Option<ValueId>, Option<ValueId>),
    ) -> Value {
        let value = self.value(object).clone();
        // `x[:100]`
        let is_short = |bound: Option<ValueId>| {
            bound.is_some_and(|it| self.value(it).atom().is_some_and(is_short_length))
        };
        let is_start = |bound: Option<ValueId>| {
            bound.is_none_or(|it| {
                self.value(it)
                    .atom()
                    .is_some_and(|atom| matches!(atom, Atom::None) || is_short_length(atom))
            })
        };
        let length = if is_start(bounds.0) && is_short(bounds.1) {
            Labels::SHORT
        } else {
            Labels::NONE
        };
        let mut content = Content {
            text: match value.text() {
                Text::Nothing => Text::Nothing,
                text if text.is_constant() => Text::Literal,
                Text::Known(_) | Text::Literal | Text::Unknown => Text::Unknown,
            },
            facts: value.content().facts.clone(),
            ..Content::default()
        };
        for mark in value.marks() {
            crate::value::add_mark(
                &mut content.marks,
                mark.derived(Labels::INERT).with_labels(length),
            );
        }
        if !value.children().is_empty() || value.is_symbolic() {
            let element = value.step(Key::Any);
            if !element.is_bottom() && (element.is_marked() || !value.children().is_empty()) {
                join_child(&mut content.children, Key::Any, &element);
            }
        }
        if content.text == Text::Nothing && content.children.is_empty() {
            content.text = Text::Unknown;
        }
        Value::new(content)
    }
}

/// `"ABC"[1]`
fn character_at(value: &Value, key: &Value) -> Option<Value> {
    let text = value.string().filter(|_| value.marks().is_empty())?;
    let Some(Atom::Int(index)) = key.atom() else {
        return None;
    };
    let length = i64::try_from(text.chars().count()).ok()?;
    let index = if *index < 0 { index + length } else { *index };
    let character = text.chars().nth(usize::try_from(index).ok()?)?;
    let text = std::sync::Arc::from(character.to_string());
    Some(Value::constant(Atom::Str(text), None))
}
