//! Storing to attributes and items, and the sinks among them.
//!
//! ```python
//! self.db = connect()                 # a new version of self; the cell Attribute(Store, db)
//! openai.api_key = "…"                # an attribute sink
//! app.config["SECRET_KEY"] = "…"      # an item sink
//! ```

use hognose_python::ir::{Symbol, ValueId};

use super::Frame;
use super::operation::store_at;
use super::sink::Beside;
use crate::fact::Fact;
use crate::hierarchy::Ancestor;
use crate::models::misuse::MisuseId;
use crate::models::rows::{Labels, NodeId};
use crate::summary::Cell;
use crate::value::{Key, Value};

impl Frame<'_> {
    pub(super) fn store_attribute(
        &mut self,
        id: ValueId,
        object: ValueId,
        name: Symbol,
        value: ValueId,
    ) -> Value {
        let object_value = self.value(object).clone();
        let stored = self.value(value).clone();
        if self.is_stored_back(object, name, value) {
            return object_value;
        }
        self.stored_attribute(id, object, name, value);
        for fact in object_value.facts().to_vec() {
            match fact {
                Fact::Instance(class) | Fact::Class(class) | Fact::Super(class) => {
                    self.write(Cell::Attribute(class, name), &stored, id);
                    let libraries: Vec<NodeId> = self.world.hierarchy.libraries(class).collect();
                    for node in libraries {
                        self.attribute_sinks(id, node, name, value, &stored);
                    }
                }
                Fact::Module(module) => self.write(Cell::Global(module, name), &stored, id),
                Fact::External(node) => {
                    // `g.user = …`: an object of a library that the whole program shares.
                    self.write(Cell::Library(node, name), &stored, id);
                    self.attribute_sinks(id, node, name, value, &stored);
                }
                Fact::ExternalInstance(node) => {
                    self.attribute_sinks(id, node, name, value, &stored);
                }
                Fact::Namespace(_) | Fact::Function(..) | Fact::Bound(_) | Fact::Partial(_) => {}
            }
        }
        object_value.with_child(Key::Attribute(name), stored)
    }

    /// Whether the value is what the attribute holds already: `self.log.info(…)` gives a new
    /// version of `self.log`, which here is the old one.
    fn is_stored_back(&self, object: ValueId, name: Symbol, value: ValueId) -> bool {
        let read = self.unversioned(value);
        match self.op(read) {
            hognose_python::ir::Op::Attribute {
                object: read_from,
                name: read_name,
            } => {
                *read_name == name
                    && self.value(read) == self.value(value)
                    && self.unversioned(*read_from) == self.unversioned(object)
            }
            _ => false,
        }
    }

    fn attribute_sinks(
        &mut self,
        id: ValueId,
        class: NodeId,
        name: Symbol,
        value: ValueId,
        stored: &Value,
    ) {
        let models = self.world.models;
        let members = models.member(class, name).collect::<Vec<_>>();
        let direct = models
            .child(class, name)
            .filter(|node| !members.contains(node));
        for node in members.into_iter().chain(direct) {
            for row in &models.node(node).attribute_sinks {
                self.matched(row.row, id, Some(value));
                self.sink(row, id, value, stored, Beside::NOTHING);
            }
        }
        let classes = models.linearization(class).iter();
        let misuses: Vec<MisuseId> = classes
            .flat_map(|class| &models.node(*class).attribute_misuses)
            .filter(|(known, _)| *known == name)
            .map(|(_, misuse)| *misuse)
            .collect();
        self.store_misuses(id, &misuses, None, stored);
    }

    pub(super) fn store_item(
        &mut self,
        id: ValueId,
        object: ValueId,
        key: ValueId,
        value: ValueId,
    ) -> Value {
        let object_value = self.value(object).clone();
        let key_value = self.value(key).clone();
        let stored = self.value(value).clone();
        let read = self.unversioned(value);
        if let hognose_python::ir::Op::Item {
            object: read_from,
            key: read_key,
        } = self.op(read)
            && *read_key == key
            && self.value(read) == self.value(value)
            && self.unversioned(*read_from) == self.unversioned(object)
        {
            return object_value;
        }
        self.item_sinks(id, &object_value, &key_value, value, &stored);
        self.stored_item(id, object, key, value);
        let step = self.key_of(&key_value);
        let result = store_at(&object_value, step, &stored);
        if let hognose_python::ir::Op::Global(name) = self.op(self.unversioned(object)) {
            self.write(Cell::Global(self.module, *name), &result, id);
        }
        if step == Key::Any {
            return result.marked(key_value.collapse(Labels::INERT));
        }
        result
    }

    /// `config["SECRET_KEY"] = value` for the rows of the container's class.
    pub(super) fn item_sinks(
        &mut self,
        id: ValueId,
        container: &Value,
        key: &Value,
        value: ValueId,
        stored: &Value,
    ) {
        let text = key.string();
        let models = self.world.models;
        for fact in container.facts() {
            let classes: Vec<NodeId> = match fact {
                Fact::ExternalInstance(class) => models.linearization(*class).to_vec(),
                Fact::Instance(class) => self
                    .world
                    .hierarchy
                    .ancestors(*class)
                    .iter()
                    .filter_map(|ancestor| match ancestor {
                        Ancestor::Library(node) => Some(*node),
                        Ancestor::Project(_) => None,
                    })
                    .collect(),
                _ => continue,
            };
            for node in classes {
                for row in &models.node(node).item_sinks {
                    let Some(wanted) = row.key.as_deref() else {
                        // Any item: what is stored, and under which name.
                        self.matched(row.row, id, Some(value));
                        self.sink(row, id, value, &stored.join(key), Beside::NOTHING);
                        continue;
                    };
                    if text.is_some_and(|text| **text == *wanted) {
                        self.matched(row.row, id, Some(value));
                        self.sink(row, id, value, stored, Beside::NOTHING);
                    }
                }
                self.store_misuses(id, &models.node(node).item_misuses, text, stored);
            }
        }
    }
}
