//! Calls: who is called, with what, and what comes back.
//!
//! ```python
//! run(x)              # a function of the project: its summary
//! Store(x)            # a class: __new__, __init__
//! cur.execute(q)      # a method of a library's instance: rows
//! callback(x)         # a parameter: left to the caller
//! thing.save(x)       # unknown receiver: a row by name, or the only method of that name
//! ```
//! The order is that of the design: known callables first, the fallbacks by name last and with
//! lower confidence. An unknown call returns something made of everything it was given.

use std::sync::Arc;

use hognose_python::ir::{Argument, ArgumentKind, Op, Role, ValueId};
use smallvec::SmallVec;

use super::{Frame, Target};
use crate::fact::{Bound, Fact};
use crate::hierarchy::Ancestor;
use crate::limits::{DEFERRED_DEPTH_MAX, DEFERRED_MAX, Limit};
use crate::models::rows::{Labels, NodeId, RowConfidence};
use crate::program::{ClassId, FuncId};
use crate::summary::{CallArgument, DeferredCall};
use crate::value::{Content, Mark, Origin, Path, Relation, Value, add_mark};

/// Calls inside calls: `map(partial(f, x), ys)`, properties that read properties.
pub(super) const NESTING_MAX: usize = 6;

/// What a call came to.
pub(super) struct Called {
    pub value: Value,
    /// Objects that are another after the call.
    pub after: Vec<(Role, Value)>,
    pub comes_back: ComesBack,
    pub known: Known,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ComesBack {
    Yes,
    No,
}

/// Whether any target was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Known {
    Yes,
    No,
}

impl Called {
    pub(super) fn of(value: Value) -> Self {
        Self {
            value,
            after: Vec::new(),
            comes_back: ComesBack::Yes,
            known: Known::Yes,
        }
    }

    /// Either of two targets.
    fn or(mut self, other: Self) -> Self {
        self.value = self.value.join(&other.value);
        for (role, value) in other.after {
            match self.after.iter_mut().find(|(known, _)| *known == role) {
                Some((_, known)) => *known = known.join(&value),
                None => self.after.push((role, value)),
            }
        }
        if other.comes_back == ComesBack::Yes {
            self.comes_back = ComesBack::Yes;
        }
        if other.known == Known::Yes {
            self.known = Known::Yes;
        }
        self
    }
}

impl Frame<'_> {
    /// The call instruction `id`; `None` where no target comes back.
    pub(super) fn call(
        &mut self,
        id: ValueId,
        callee: ValueId,
        arguments: &[Argument],
    ) -> Option<Value> {
        let arguments: Vec<CallArgument> = arguments
            .iter()
            .map(|argument| CallArgument {
                kind: argument.kind,
                value: self.value(argument.value).clone(),
                id: argument.value,
            })
            .collect();
        let callee_value = self.value(callee).clone();
        if self.is_recording() {
            self.out.calls += 1;
        }
        let called = self.call_value(id, Some(callee), &callee_value, &arguments);
        self.call_amounts(id, callee, &callee_value, &arguments);
        if self.is_recording() && called.known == Known::Yes {
            self.out.resolved_calls += 1;
        }
        for (role, value) in called.after {
            if role == Role::Receiver {
                self.write_back_to_global(id, callee, &value);
            }
            self.after.insert((id, role), value);
        }
        (called.comes_back == ComesBack::Yes).then_some(called.value)
    }

    /// `NAMES.append(x)` in a function: the module's list holds x from then on.
    fn write_back_to_global(&mut self, id: ValueId, callee: ValueId, value: &Value) {
        let Some((object, _)) = self.receiver(callee) else {
            return;
        };
        if let Op::Global(name) = self.op(self.unversioned(object)) {
            let cell = crate::summary::Cell::Global(self.module, *name);
            self.write(cell, value, id);
        }
    }

    /// Calls whatever `callee` may be. `expression` is the callee's instruction, where it is one
    /// of this function.
    pub(super) fn call_value(
        &mut self,
        id: ValueId,
        expression: Option<ValueId>,
        callee: &Value,
        arguments: &[CallArgument],
    ) -> Called {
        if self.depth == 0 {
            self.applications = 0;
        }
        if self.depth >= NESTING_MAX {
            return self.unknown_call(callee, None, arguments);
        }
        self.depth += 1;
        let whole = expression
            .and_then(|expression| self.receiver(expression))
            .map(|(object, _)| self.value(object).clone());
        let mut called: Option<Called> = None;
        for fact in callee.facts().to_vec() {
            let fact = match (&fact, &whole) {
                // The bound receiver is kept without its parts; here it is at hand.
                (Fact::Bound(bound), Some(whole)) if is_receiver(&bound.receiver, whole) => {
                    Fact::Bound(Arc::new(Bound {
                        callable: bound.callable.clone(),
                        receiver: whole.clone(),
                    }))
                }
                _ => fact,
            };
            if let Some(other) = self.call_fact(id, callee, &fact, arguments) {
                called = Some(match called {
                    None => other,
                    Some(called) => called.or(other),
                });
            }
        }
        self.depth -= 1;
        let receiver = expression.and_then(|expression| self.receiver(expression));
        if let Some(called) = called {
            return called;
        }
        if let Some(receiver) = receiver
            && let Some(called) = self.call_by_row(id, receiver, arguments)
        {
            return called;
        }
        if let Some(called) = self.defer(id, callee, arguments, 0) {
            return called;
        }
        if let Some(receiver) = receiver
            && let Some(called) = self.call_by_name(id, receiver, arguments)
        {
            return called;
        }
        let receiver = receiver.map(|(object, _)| self.value(object).clone());
        self.unknown_call(callee, receiver.as_ref(), arguments)
    }

    /// The object and the name of a method call.
    fn receiver(&self, callee: ValueId) -> Option<(ValueId, hognose_python::ir::Symbol)> {
        match self.op(callee) {
            Op::Attribute { object, name } => Some((*object, *name)),
            _ => None,
        }
    }

    fn call_fact(
        &mut self,
        id: ValueId,
        callee: &Value,
        fact: &Fact,
        arguments: &[CallArgument],
    ) -> Option<Called> {
        match fact {
            Fact::External(node) => {
                self.target(id, Target::Library(*node));
                Some(self.call_library(id, &[*node], None, arguments))
            }
            Fact::Function(function, captures) => {
                Some(self.call_function(id, *function, captures.as_ref(), None, arguments))
            }
            Fact::Class(class) => Some(self.construct(id, *class, arguments)),
            Fact::Bound(bound) => self.call_bound(id, bound, arguments),
            Fact::Partial(partial) => {
                let mut all: Vec<CallArgument> = partial
                    .positional
                    .iter()
                    .map(|value| CallArgument {
                        kind: ArgumentKind::Positional,
                        value: value.clone(),
                        id,
                    })
                    .collect();
                all.extend(arguments.iter().cloned());
                all.extend(partial.keywords.iter().map(|(name, value)| CallArgument {
                    kind: ArgumentKind::Keyword(*name),
                    value: value.clone(),
                    id,
                }));
                Some(self.call_value(id, None, &partial.callable, &all))
            }
            Fact::Instance(class) => {
                let method = self.method(*class, "__call__")?;
                Some(self.call_function(id, method, None, Some(callee), arguments))
            }
            Fact::ExternalInstance(class) => {
                let models = self.world.models;
                let nodes: Vec<_> = models
                    .member(*class, models.names.get("__call__")?)
                    .collect();
                if nodes.is_empty() {
                    return None;
                }
                let receiver = Value::fact(fact.clone());
                Some(self.call_library(id, &nodes, Some(&receiver), arguments))
            }
            Fact::Module(_) | Fact::Namespace(_) | Fact::Super(_) => None,
        }
    }

    fn call_bound(
        &mut self,
        id: ValueId,
        bound: &Arc<Bound>,
        arguments: &[CallArgument],
    ) -> Option<Called> {
        match &bound.callable {
            Fact::Function(function, captures) => Some(self.call_function(
                id,
                *function,
                captures.as_ref(),
                Some(&bound.receiver),
                arguments,
            )),
            Fact::External(node) => {
                self.target(id, Target::Library(*node));
                let nodes = self.same_members(*node);
                Some(self.call_library(id, &nodes, Some(&bound.receiver), arguments))
            }
            Fact::ExternalInstance(_)
            | Fact::Module(_)
            | Fact::Namespace(_)
            | Fact::Class(_)
            | Fact::Instance(_)
            | Fact::Super(_)
            | Fact::Bound(_)
            | Fact::Partial(_) => None,
        }
    }

    /// A method's node and the nodes of the same name in the bases of its class.
    fn same_members(&self, node: NodeId) -> Vec<NodeId> {
        let models = self.world.models;
        let mut nodes = vec![node];
        for member in models.member(models.parent(node), models.name(node)) {
            if !nodes.contains(&member) {
                nodes.push(member);
            }
        }
        nodes
    }

    pub(super) fn target(&mut self, id: ValueId, target: Target) {
        if self.is_recording() && !self.out.targets.contains(&(id, target)) {
            self.out.targets.push((id, target));
        }
    }

    /// `Class(…)`.
    fn construct(&mut self, id: ValueId, class: ClassId, arguments: &[CallArgument]) -> Called {
        let mut instance = Value::fact(Fact::Instance(class));
        let mut called: Option<Called> = None;
        for ancestor in self.world.hierarchy.ancestors(class) {
            match ancestor {
                Ancestor::Project(owner) => {
                    if let Some(init) = self.own_method(*owner, "__init__") {
                        let receiver = instance.clone();
                        called =
                            Some(self.call_function(id, init, None, Some(&receiver), arguments));
                        break;
                    }
                }
                Ancestor::Library(node) => {
                    let nodes = [*node];
                    let result = self.call_library(id, &nodes, None, arguments);
                    let labels = self.labels_of_type(&instance);
                    instance = instance
                        .marked(result.value.marks().iter().copied())
                        .labelled(labels);
                    called = Some(Called::of(instance.clone()));
                    break;
                }
            }
        }
        let Some(called) = called else {
            let built = self.construct_fields(class, instance, arguments);
            return Called::of(self.after_fields(id, class, built));
        };
        let built = called
            .after
            .iter()
            .find(|(role, _)| *role == Role::Receiver)
            .map_or_else(|| instance.clone(), |(_, value)| value.clone());
        let built = self.construct_fields_after(class, built, arguments);
        let built = self.after_fields(id, class, built);
        Called {
            value: built.with_fact(Fact::Instance(class)),
            after: called
                .after
                .into_iter()
                .filter(|(role, _)| *role != Role::Receiver)
                .collect(),
            comes_back: called.comes_back,
            known: Known::Yes,
        }
    }

    /// Keyword arguments become attributes where no `__init__` says otherwise: dataclasses,
    /// models, named tuples.
    fn construct_fields(
        &mut self,
        class: ClassId,
        instance: Value,
        arguments: &[CallArgument],
    ) -> Value {
        let fields: Vec<_> = self
            .world
            .program
            .class(class)
            .annotations
            .iter()
            .map(|(name, _)| *name)
            .collect();
        let mut value = instance;
        let mut position = 0;
        for argument in arguments {
            match argument.kind {
                ArgumentKind::Positional => {
                    if let Some(name) = fields.get(position) {
                        value = value.with_child(
                            crate::value::Key::Attribute(*name),
                            argument.value.clone(),
                        );
                    }
                    position += 1;
                }
                ArgumentKind::Keyword(name) => {
                    let labels = self.field_labels(class, name);
                    let labels = match self.declared_field(class, name) {
                        Some(declared) => labels.with(declared),
                        None => labels,
                    };
                    value = value.with_child(
                        crate::value::Key::Attribute(name),
                        argument.value.labelled(labels),
                    );
                }
                ArgumentKind::Star | ArgumentKind::DoubleStar => {
                    let labels = self.class_labels(class).common(Labels::VALIDATION);
                    let marks = argument.value.collapse(Labels::INERT).into_iter();
                    value = value.marked(marks.map(|mark| mark.with_labels(labels)));
                }
            }
        }
        value
    }

    fn field_labels(&mut self, class: ClassId, name: hognose_python::ir::Symbol) -> Labels {
        // A class without a validating base does not convert what it is given.
        if self.world.hierarchy.libraries(class).next().is_none() {
            return Labels::NONE;
        }
        let field = self.read(crate::summary::Cell::Field(class, name));
        self.labels_of_type(&field)
    }

    fn construct_fields_after(
        &mut self,
        class: ClassId,
        built: Value,
        arguments: &[CallArgument],
    ) -> Value {
        let has_init =
            self.world
                .hierarchy
                .ancestors(class)
                .iter()
                .any(|ancestor| match ancestor {
                    Ancestor::Project(owner) => self.own_method(*owner, "__init__").is_some(),
                    Ancestor::Library(_) => false,
                });
        if has_init {
            built
        } else {
            self.construct_fields(class, built, arguments)
        }
    }

    /// What `__post_init__` makes of the fields.
    fn after_fields(&mut self, id: ValueId, class: ClassId, built: Value) -> Value {
        let Some(method) = self.method(class, "__post_init__") else {
            return built;
        };
        let called = self.call_function(id, method, None, Some(&built), &[]);
        called
            .after
            .into_iter()
            .find(|(role, _)| *role == Role::Receiver)
            .map_or(built, |(_, value)| value)
    }

    fn own_method(&self, class: ClassId, name: &str) -> Option<FuncId> {
        let symbol = self.world.program.names.get(name)?;
        let cell = crate::summary::Cell::Attribute(class, symbol);
        self.world
            .state
            .cell(cell)?
            .facts()
            .iter()
            .find_map(|fact| match fact {
                Fact::Function(function, _) => Some(*function),
                _ => None,
            })
    }

    /// A call that only the caller can resolve, because the callee is its value.
    pub(super) fn defer(
        &mut self,
        id: ValueId,
        callee: &Value,
        arguments: &[CallArgument],
        depth: u8,
    ) -> Option<Called> {
        let symbolic = callee
            .marks()
            .iter()
            .any(|mark| mark.relation == Relation::Same && !mark.origin.is_source());
        if !symbolic || depth > DEFERRED_DEPTH_MAX {
            return None;
        }
        let site = self.deferred_from.unwrap_or(self.site(id));
        let deferred = &mut self.out.summary.deferred;
        let call = DeferredCall {
            call: id,
            site,
            callee: callee.clone(),
            arguments: arguments.to_vec(),
            depth,
        };
        let index = match deferred.iter().position(|known| {
            known.call == id && known.callee == call.callee && known.depth == depth
        }) {
            Some(index) => {
                deferred[index] = call;
                index
            }
            None if deferred.len() < DEFERRED_MAX => {
                deferred.push(call);
                deferred.len() - 1
            }
            None => {
                self.world.limits.hit(Limit::Deferred);
                return None;
            }
        };
        let origin = Origin::Deferred(u16::try_from(index).ok()?, Path::EMPTY);
        let result = Value::of_marks(std::iter::once(Mark::symbolic(origin)).collect());
        let called = Called {
            known: Known::No,
            ..Called::of(result)
        };
        Some(called)
    }

    /// The only method of that name in the program.
    fn call_by_name(
        &mut self,
        id: ValueId,
        (object, name): (ValueId, hognose_python::ir::Symbol),
        arguments: &[CallArgument],
    ) -> Option<Called> {
        const NAME_LENGTH_MIN: usize = 5;
        let text = self.world.program.names.text(name);
        if text.len() < NAME_LENGTH_MIN || text.starts_with("__") {
            return None;
        }
        let function = self.world.program.only_method(name)?;
        if self.is_library_method_name(name) || !self.accepts(function, arguments) {
            return None;
        }
        let receiver = self.value(object).clone();
        let outer = self.confidence;
        self.confidence = outer.max(RowConfidence::Low);
        let called = self.call_function(id, function, None, Some(&receiver), arguments);
        self.confidence = outer;
        Some(called)
    }

    /// Names that builtin types have are too common to stand for one class.
    fn is_library_method_name(&self, name: hognose_python::ir::Symbol) -> bool {
        let models = self.world.models;
        ["str", "bytes", "dict", "list", "set", "int"]
            .iter()
            .any(|class| {
                self.builtin(class)
                    .is_some_and(|class| models.child(class, name).is_some())
            })
    }

    /// Whether the arguments fit the function's parameters.
    fn accepts(&self, function: FuncId, arguments: &[CallArgument]) -> bool {
        use hognose_python::ir::ParamKind;
        let params = &self.world.program.function(function).params;
        let positional = arguments
            .iter()
            .filter(|argument| argument.kind == ArgumentKind::Positional)
            .count();
        let has = |kind: ParamKind| params.iter().any(|param| param.kind == kind);
        let places = params
            .iter()
            .filter(|param| {
                matches!(
                    param.kind,
                    ParamKind::Positional | ParamKind::PositionalOnly
                )
            })
            .count();
        if positional + 1 > places && !has(ParamKind::Variadic) {
            return false;
        }
        arguments.iter().all(|argument| match argument.kind {
            ArgumentKind::Keyword(name) => {
                has(ParamKind::Keywords) || params.iter().any(|param| param.name == name)
            }
            ArgumentKind::Positional | ArgumentKind::Star | ArgumentKind::DoubleStar => true,
        })
    }

    /// Something made of everything the call was given.
    pub(super) fn unknown_call(
        &mut self,
        callee: &Value,
        receiver: Option<&Value>,
        arguments: &[CallArgument],
    ) -> Called {
        let mut marks: SmallVec<[Mark; 1]> = SmallVec::new();
        let given = arguments.iter().map(|argument| &argument.value);
        for value in given.chain(receiver) {
            for mark in value.collapse(Labels::INERT) {
                add_mark(&mut marks, mark);
            }
        }
        if receiver.is_none() {
            for mark in callee.collapse(Labels::INERT) {
                add_mark(&mut marks, mark);
            }
        }
        let made = Value::new(Content {
            text: crate::value::Text::Unknown,
            marks,
            ..Content::default()
        });
        Called {
            // Whether anything of an argument is in the result is a guess.
            value: made.less_sure(),
            after: Vec::new(),
            comes_back: ComesBack::Yes,
            known: Known::No,
        }
    }
}

/// Whether a bound receiver is the object that stands at the call.
fn is_receiver(bound: &Value, whole: &Value) -> bool {
    *bound == whole.bare()
}
