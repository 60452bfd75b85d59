//! Reading an attribute: of a module, a class, an instance, a library's object.
//!
//! ```python
//! request.args          # row: a source, and an instance of MultiDict
//! self.db               # the instance's own child, and the cell Attribute(Store, db)
//! store.size            # a property: calls its function
//! ```

use std::sync::Arc;

use hognose_python::ir::{Symbol, ValueId};

use super::{Frame, Reading};
use crate::fact::{Bound, Fact};
use crate::flavor::{Flavor, flavor};
use crate::hierarchy::Ancestor;
use crate::limits::OVERRIDES_MAX;
use crate::link::Place;
use crate::models::rows::{Labels, NodeId, Propagation};
use crate::program::{ClassId, FuncId};
use crate::summary::Cell;
use crate::value::{Alternative, Atom, Key, Mark, Value};

/// Overriding methods are looked for in calls up to this deep inside one instruction.
const OVERRIDE_DEPTH_MAX: usize = 1;

impl Frame<'_> {
    pub(super) fn attribute(&mut self, id: ValueId, object: &Value, name: Symbol) -> Value {
        let read = self.attribute_of(id, object, name);
        self.validated_field(object, name, read)
    }

    fn attribute_of(&mut self, id: ValueId, object: &Value, name: Symbol) -> Value {
        let key = Key::Attribute(name);
        let own = object.step(key);
        let explicit = object.child(key).is_some();
        let mut typed: Option<Value> = None;
        let facts = if object.facts().is_empty() {
            self.type_of_text(object).into_iter().collect()
        } else {
            object.facts().to_vec()
        };
        let mut cut = !facts.is_empty() && !explicit;
        for fact in facts {
            match self.fact_attribute(id, object, &fact, name) {
                Some(read) => {
                    cut &= read.cut;
                    typed = Some(typed.map_or(read.value.clone(), |typed| typed.join(&read.value)));
                }
                None => cut = false,
            }
        }
        match typed {
            None => own,
            // What was stored here last is known; other stores do not matter.
            Some(typed) if explicit && own.facts().is_empty() => own.join_facts(&typed),
            Some(_) if explicit => own,
            Some(typed) if cut => typed,
            Some(typed) if own.is_marked_here() => combine(&own, &typed),
            Some(typed) => typed,
        }
    }

    /// The type of a value that is a text or bytes literal or put together from texts.
    fn type_of_text(&self, object: &Value) -> Option<Fact> {
        let type_name = |alternative: &Alternative| match alternative {
            Alternative::Constant(Atom::Str(_), _) | Alternative::Template(_) => Some("str"),
            Alternative::Constant(Atom::Bytes(_), _) => Some("bytes"),
            Alternative::Constant(Atom::None | Atom::Bool(_) | Atom::Int(_) | Atom::Number, _) => {
                None
            }
        };
        let mut names = object.text().alternatives().iter().map(type_name);
        let first = names.next()??;
        if names.any(|name| name != Some(first)) {
            return None;
        }
        self.builtin(first).map(Fact::ExternalInstance)
    }

    fn fact_attribute(
        &mut self,
        id: ValueId,
        object: &Value,
        fact: &Fact,
        name: Symbol,
    ) -> Option<Read> {
        match fact {
            Fact::Module(module) => Some(Read::whole(
                self.module_attribute(&Place::Module(*module), name),
            )),
            Fact::Namespace(directory) => Some(Read::whole(
                self.module_attribute(&Place::Namespace(Arc::clone(directory)), name),
            )),
            Fact::External(node) => {
                let held = self.read(Cell::Library(*node, name));
                let read = self.library_attribute(id, *node, name);
                match (held.is_bottom(), read) {
                    (true, read) => read,
                    (false, None) => Some(Read::whole(held)),
                    (false, Some(read)) => Some(Read::whole(read.value.join(&held))),
                }
            }
            Fact::ExternalInstance(class) => self.library_instance(id, object, *class, name),
            Fact::Instance(class) => self.instance_attribute(id, object, *class, name),
            Fact::Class(class) => self.class_attribute(id, *class, name),
            Fact::Super(class) => self.super_attribute(id, *class, name),
            Fact::Function(..) | Fact::Bound(_) | Fact::Partial(_) => None,
        }
    }

    /// `flask.request`, `os.path`, `Flask.route`.
    fn library_attribute(&mut self, id: ValueId, node: NodeId, name: Symbol) -> Option<Read> {
        let models = self.world.models;
        let child = models.child(node, name).or_else(|| {
            models
                .node(node)
                .class
                .is_some()
                .then(|| models.member(node, name).next())
                .flatten()
        })?;
        Some(Read::whole(self.library_read(id, child)))
    }

    /// `client.shop.users`: what attributes give that no row names.
    fn unnamed_attribute(&mut self, id: ValueId, class: NodeId, name: Symbol) -> Option<Read> {
        let models = self.world.models;
        if self.world.program.names.text(name).starts_with('_') {
            return None;
        }
        let (given, row) = models.linearization(class).iter().find_map(|node| {
            let class = models.node(*node).class.as_ref()?;
            class.attributes.zip(class.attributes_row)
        })?;
        self.matched(row, id, None);
        Some(Read::whole(Value::fact(Fact::ExternalInstance(given))))
    }

    /// Whether this function is called for one route, in which nothing varies.
    fn is_in_fixed_route(&self) -> bool {
        let entry = self.world.state.entry(self.id);
        entry.is_some_and(|entry| entry.is_fixed_route)
    }

    /// An attribute or method of an instance of a library's class.
    fn library_instance(
        &mut self,
        id: ValueId,
        object: &Value,
        class: NodeId,
        name: Symbol,
    ) -> Option<Read> {
        let models = self.world.models;
        let nodes = models.member(class, name).collect::<Vec<_>>();
        let Some(first) = nodes.first().copied() else {
            return self.unnamed_attribute(id, class, name);
        };
        let mut value = Value::unknown();
        let mut cut = false;
        if let Some((class, row)) = nodes.iter().find_map(|node| models.node(*node).is) {
            value = Value::fact(Fact::ExternalInstance(class));
            self.matched(row, id, None);
        }
        let sources = nodes
            .iter()
            .map(|node| &models.node(*node).attribute_sources)
            .find(|rows| !rows.is_empty());
        for row in sources.into_iter().flatten() {
            let labels = if row.is_route && self.is_in_fixed_route() {
                row.labels.with(Labels::LITERAL)
            } else {
                row.labels
            };
            let mark = Mark::source(row.kind, self.site(id), labels);
            value = value.marked([mark]);
            self.matched(row.row, id, None);
        }
        let propagators = nodes
            .iter()
            .map(|node| &models.node(*node).propagators)
            .find(|rows| !rows.is_empty());
        for row in propagators.into_iter().flatten() {
            if matches!(row.propagation, Propagation::Nothing) {
                cut = true;
                self.matched(row.row, id, None);
            } else if let Propagation::Copy { keep, .. } = row.propagation {
                cut = true;
                let marks = object
                    .marks()
                    .iter()
                    .map(|mark| mark.derived(super::keep_mask(keep)));
                value = value.marked(marks);
                self.matched(row.row, id, None);
            }
        }
        let labels = nodes
            .iter()
            .flat_map(|node| &models.node(*node).sanitizers)
            .fold(Labels::NONE, |labels, row| labels.with(row.labels));
        let is_method = nodes.iter().any(|node| {
            let node = models.node(*node);
            node.is.is_none() && node.attribute_sources.is_empty()
        });
        if is_method {
            value = value.with_fact(Fact::Bound(Arc::new(Bound {
                callable: Fact::External(first),
                receiver: object.bare(),
            })));
        }
        if !labels.is_empty() {
            let marks = object
                .marks()
                .iter()
                .map(|mark| mark.derived(Labels::ALL).with_labels(labels))
                .collect::<Vec<_>>();
            value = value.marked(marks);
            cut = true;
            for row in nodes.iter().flat_map(|node| &models.node(*node).sanitizers) {
                self.matched(row.row, id, None);
            }
        }
        Some(Read { value, cut })
    }

    /// An attribute of an instance of a project's class, through its bases.
    fn instance_attribute(
        &mut self,
        id: ValueId,
        object: &Value,
        class: ClassId,
        name: Symbol,
    ) -> Option<Read> {
        let ancestors = self.world.hierarchy.ancestors(class);
        let mut value: Option<Value> = None;
        for ancestor in ancestors {
            match ancestor {
                Ancestor::Project(class) => {
                    if let Some(read) = self.own_attribute(id, object, *class, name) {
                        value = Some(value.map_or_else(|| read.clone(), |value| value.join(&read)));
                        if self.binds(*class, name) {
                            break;
                        }
                    }
                }
                Ancestor::Library(node) => {
                    if let Some(read) = self.library_instance(id, object, *node, name) {
                        value =
                            Some(value.map_or_else(
                                || read.value.clone(),
                                |value| value.join(&read.value),
                            ));
                        break;
                    }
                }
            }
        }
        let overrides = self.overrides(class, name, value.as_ref());
        for method in overrides {
            let bound = self.bind(id, method, object);
            value = Some(value.map_or_else(|| bound.clone(), |value| value.join(&bound)));
        }
        value.map(Read::whole)
    }

    fn binds(&self, class: ClassId, name: Symbol) -> bool {
        let members = &self.world.program.class(class).members;
        members.iter().any(|(known, _)| *known == name)
    }

    /// What the class itself and its instances hold under `name`.
    fn own_attribute(
        &mut self,
        id: ValueId,
        object: &Value,
        class: ClassId,
        name: Symbol,
    ) -> Option<Value> {
        let cell = Cell::Attribute(class, name);
        let held = if self.world.program.class_module(class) == self.module {
            self.read(cell)
        } else {
            self.read_less_sure(cell)
        };
        let field = self.read(Cell::Field(class, name));
        if held.is_bottom() && field.is_bottom() {
            return None;
        }
        let mut value = held.bind_methods(|function| self.bind(id, function, object));
        if !field.is_bottom() {
            let labels = self.labels_of_type(&field);
            value = value.join(&field);
            if !labels.is_empty() {
                let own = object.step(Key::Attribute(name));
                value = value.marked(own.marks().iter().map(|mark| mark.with_labels(labels)));
                return Some(value);
            }
        }
        Some(value)
    }

    /// A method with its receiver; a property's result.
    fn bind(&mut self, id: ValueId, function: FuncId, receiver: &Value) -> Value {
        let class = self.world.program.class_of(function);
        match flavor(self.world.program, function) {
            Flavor::Property if self.reading == Reading::Stored => Value::BOTTOM,
            Flavor::Property => {
                let arguments = [];
                self.call_function(id, function, None, Some(receiver), &arguments)
                    .value
            }
            Flavor::Static => Value::fact(Fact::Function(function, None)),
            Flavor::Class => {
                let receiver =
                    class.map_or_else(Value::unknown, |class| Value::fact(Fact::Class(class)));
                Value::fact(Fact::Bound(Arc::new(Bound {
                    callable: Fact::Function(function, None),
                    receiver,
                })))
            }
            Flavor::Method => Value::fact(Fact::Bound(Arc::new(Bound {
                callable: Fact::Function(function, None),
                receiver: receiver.bare(),
            }))),
        }
    }

    /// Methods of subclasses, where the class itself has none or only a placeholder.
    fn overrides(&mut self, class: ClassId, name: Symbol, own: Option<&Value>) -> Vec<FuncId> {
        let placeholder = match own {
            None => true,
            Some(value) => {
                value.facts().iter().all(|fact| match fact {
                    Fact::Bound(bound) => match bound.callable {
                        Fact::Function(function, _) => self.is_placeholder(function),
                        _ => false,
                    },
                    _ => false,
                }) && !value.facts().is_empty()
            }
        };
        if !placeholder || self.depth > OVERRIDE_DEPTH_MAX {
            return Vec::new();
        }
        let methods = self
            .world
            .hierarchy
            .overrides(self.world.program, class, name);
        if methods.len() > OVERRIDES_MAX {
            self.world.limits.hit(crate::limits::Limit::Overrides);
            return Vec::new();
        }
        methods
    }

    /// A body that only raises or does nothing: `raise NotImplementedError`, `pass`, `...`.
    fn is_placeholder(&self, function: FuncId) -> bool {
        const INSTRUCTIONS_MAX: usize = 6;
        let ir = self.world.program.function(function);
        let calls = ir
            .insts
            .iter()
            .any(|inst| matches!(inst.op, hognose_python::ir::Op::StoreAttribute { .. }));
        ir.insts.len() <= ir.params.len() + INSTRUCTIONS_MAX && !calls
    }

    fn class_attribute(&mut self, id: ValueId, class: ClassId, name: Symbol) -> Option<Read> {
        for ancestor in self.world.hierarchy.ancestors(class) {
            match ancestor {
                Ancestor::Project(owner) => {
                    let held = self.read(Cell::Attribute(*owner, name));
                    if !held.is_bottom() {
                        let value = held.bind_methods(|function| {
                            match flavor(self.world.program, function) {
                                Flavor::Class => Value::fact(Fact::Bound(Arc::new(Bound {
                                    callable: Fact::Function(function, None),
                                    receiver: Value::fact(Fact::Class(class)),
                                }))),
                                Flavor::Method | Flavor::Static | Flavor::Property => {
                                    Value::fact(Fact::Function(function, None))
                                }
                            }
                        });
                        return Some(Read::whole(value));
                    }
                }
                Ancestor::Library(node) => {
                    let models = self.world.models;
                    let members: Vec<NodeId> = models.member(*node, name).collect();
                    if let Some((class, row)) =
                        members.iter().find_map(|member| models.node(*member).is)
                    {
                        self.matched(row, id, None);
                        return Some(Read::whole(Value::fact(Fact::ExternalInstance(class))));
                    }
                    if let Some(member) = members.first() {
                        let bound = Fact::Bound(Arc::new(Bound {
                            callable: Fact::External(*member),
                            receiver: Value::fact(Fact::Class(class)),
                        }));
                        return Some(Read::whole(Value::fact(bound)));
                    }
                }
            }
        }
        None
    }

    /// `super().name`: the next class in the order of bases that has it.
    fn super_attribute(&mut self, id: ValueId, class: ClassId, name: Symbol) -> Option<Read> {
        let receiver = self.function.params.first().map_or_else(
            || Value::fact(Fact::Instance(class)),
            |_| self.param_symbol(0),
        );
        let ancestors = self.world.hierarchy.ancestors(class);
        for ancestor in ancestors.iter().skip(1) {
            match ancestor {
                Ancestor::Project(owner) => {
                    if let Some(value) = self.own_attribute(id, &receiver, *owner, name) {
                        return Some(Read::whole(value));
                    }
                }
                Ancestor::Library(node) => {
                    if let Some(read) = self.library_instance(id, &receiver, *node, name) {
                        return Some(read);
                    }
                }
            }
        }
        None
    }

    /// What `with manager as x` binds.
    pub(super) fn enter_manager(&mut self, id: ValueId, manager: &Value) -> Value {
        let models = self.world.models;
        let mut result: Option<Value> = None;
        let mut add = |value: Value| {
            result = Some(
                result
                    .take()
                    .map_or_else(|| value.clone(), |known| known.join(&value)),
            );
        };
        for fact in manager.facts() {
            match fact {
                Fact::ExternalInstance(class) => {
                    let enters = models
                        .linearization(*class)
                        .iter()
                        .find_map(|node| models.node(*node).class.as_ref()?.enters);
                    match enters {
                        Some(class) => add(Value::fact(Fact::ExternalInstance(class))
                            .marked(manager.marks().iter().copied())),
                        None => add(manager.clone()),
                    }
                }
                Fact::Instance(class) => {
                    for name in ["__enter__", "__aenter__"] {
                        if let Some(method) = self.method(*class, name) {
                            add(self
                                .call_function(id, method, None, Some(manager), &[])
                                .value);
                        }
                    }
                }
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
        match result {
            Some(value) => value,
            // A generator function as a context manager: what it yields.
            None if manager.child(Key::Any).is_some() => manager.step(Key::Any),
            None => manager.clone(),
        }
    }

    /// The project's method `name` of `class`, through its bases.
    pub(super) fn method(&mut self, class: ClassId, name: &str) -> Option<FuncId> {
        let symbol = self.world.program.names.get(name)?;
        for ancestor in self.world.hierarchy.ancestors(class) {
            if let Ancestor::Project(owner) = ancestor {
                let held = self.read(Cell::Attribute(*owner, symbol));
                for fact in held.facts() {
                    if let Fact::Function(function, _) = fact {
                        return Some(*function);
                    }
                }
            }
        }
        None
    }
}

/// What reading an attribute found.
struct Read {
    value: Value,
    /// Whether a row says what the attribute carries, so that the object's marks do not pass.
    cut: bool,
}

impl Read {
    fn whole(value: Value) -> Self {
        Self { value, cut: false }
    }
}

/// The child that flowed here, and what the type says about it.
fn combine(own: &Value, typed: &Value) -> Value {
    if typed.is_bottom() {
        return own.clone();
    }
    let mut marks = own.marks().to_vec();
    // A typed field carries its own, labelled form of the object's marks.
    marks.retain(|mark| {
        !typed
            .marks()
            .iter()
            .any(|known| known.origin == mark.origin && known.relation == mark.relation)
    });
    let text = if own.marks().is_empty() || typed.text().is_constant() {
        typed.text().clone()
    } else {
        own.text().clone()
    };
    let mut value = typed.with_text(text).marked(marks);
    for fact in own.facts() {
        value = value.with_fact(fact.clone());
    }
    for (key, child) in own.children() {
        value = value.with_child(*key, child.clone());
    }
    value
}

impl Value {
    /// The same value with functions replaced by what `bind` makes of them.
    fn bind_methods(&self, mut bind: impl FnMut(FuncId) -> Self) -> Self {
        let is_function = |fact: &Fact| matches!(fact, Fact::Function(..));
        if !self.facts().iter().any(is_function) {
            return self.clone();
        }
        let mut content = self.content().clone();
        let facts = std::mem::take(&mut content.facts);
        let mut value = Self::BOTTOM;
        for fact in facts {
            match fact {
                Fact::Function(function, _) => value = value.join(&bind(function)),
                Fact::External(_)
                | Fact::ExternalInstance(_)
                | Fact::Module(_)
                | Fact::Namespace(_)
                | Fact::Class(_)
                | Fact::Instance(_)
                | Fact::Super(_)
                | Fact::Bound(_)
                | Fact::Partial(_) => content.facts.push(fact),
            }
        }
        let bare = content.facts.is_empty()
            && content.marks.is_empty()
            && content.children.is_empty()
            && content.text == crate::value::Text::Unknown;
        if bare && !value.is_bottom() {
            value
        } else {
            Self::new(content).join(&value)
        }
    }
}
