//! Calling into a library, as its rows describe it.
//!
//! ```python
//! cur.execute(q)            # sink; result: a cursor, and rows of the database
//! shlex.quote(x)            # sanitizer: x with the label shell-quoted
//! map_async(f, xs)          # propagator into a callable: f is called with an element of xs
//! path("u/<n>", view)       # registration: view becomes an entry point
//! ```
//! Of the nodes of a method along its bases the first that has rows of a table decides.

use std::sync::Arc;

use hognose_python::ir::{ArgumentKind, Role, ValueId};

use super::call::{Called, ComesBack, Known};
use super::sink::Beside;
use super::{Frame, World, keep_mask};
use crate::demand::Demand;
use crate::fact::Fact;
use crate::models::Models;
use crate::models::rows::{
    Base, Condition, DemandRow, Holds, Keep, Labels, Literal, Node, NodeId, Place, Propagation,
    PropagatorRow, RowConfidence, SanitizerRow, Segment, SinkKind, SinkRow, Test,
};
use crate::redos::{Attack, Use};
use crate::summary::{Binds, CallArgument};
use crate::value::{
    Alternative, Atom, Content, Key, Mark, Piece, Text, Value, add_mark, join_child,
};

/// What a call hands to a library.
pub(super) struct Given<'a> {
    pub receiver: Option<&'a Value>,
    pub arguments: &'a [CallArgument],
}

impl Given<'_> {
    /// The n-th positional argument and its place among the arguments.
    fn position(&self, position: usize) -> Option<(Value, Option<usize>)> {
        let mut seen = 0;
        for (index, argument) in self.arguments.iter().enumerate() {
            match argument.kind {
                ArgumentKind::Positional => {
                    if seen == position {
                        return Some((argument.value.clone(), Some(index)));
                    }
                    seen += 1;
                }
                ArgumentKind::Star => {
                    let offset = i32::try_from(position - seen).ok()?;
                    let element = argument.value.step(Key::Index(offset));
                    return (element.is_marked()
                        || !element.facts().is_empty()
                        || argument.value.child(Key::Index(offset)).is_some())
                    .then_some((element, Some(index)));
                }
                ArgumentKind::Keyword(_) | ArgumentKind::DoubleStar => {}
            }
        }
        None
    }

    fn keyword(&self, name: hognose_python::ir::Symbol) -> Option<(Value, Option<usize>)> {
        for (index, argument) in self.arguments.iter().enumerate() {
            match argument.kind {
                ArgumentKind::Keyword(known) if known == name => {
                    return Some((argument.value.clone(), Some(index)));
                }
                ArgumentKind::DoubleStar => {
                    if let Some(child) = argument.value.child(Key::Text(name)) {
                        return Some((child.clone(), Some(index)));
                    }
                }
                ArgumentKind::Keyword(_) | ArgumentKind::Positional | ArgumentKind::Star => {}
            }
        }
        None
    }

    /// The value at the base of a place, and which argument it is.
    pub(super) fn base(&self, base: Base) -> Option<(Value, Option<usize>)> {
        match base {
            Base::Position(position) => self.position(usize::from(position)),
            Base::Keyword(name) => self.keyword(name),
            Base::Receiver => self.receiver.map(|value| (value.clone(), None)),
            Base::All => {
                let mut content = Content {
                    text: Text::Unknown,
                    ..Content::default()
                };
                for argument in self.arguments {
                    for mark in argument.value.collapse(Labels::ALL) {
                        add_mark(&mut content.marks, mark);
                    }
                }
                Some((Value::new(content), None))
            }
            Base::Spread => self
                .arguments
                .iter()
                .position(|argument| argument.kind == ArgumentKind::DoubleStar)
                .map(|index| (self.arguments[index].value.clone(), Some(index))),
            Base::Return => None,
        }
    }

    /// The positional arguments.
    pub(super) fn positional(&self) -> impl Iterator<Item = &Value> {
        let is_positional = |argument: &&CallArgument| match argument.kind {
            ArgumentKind::Positional | ArgumentKind::Star => true,
            ArgumentKind::Keyword(_) | ArgumentKind::DoubleStar => false,
        };
        self.arguments
            .iter()
            .filter(is_positional)
            .map(|argument| &argument.value)
    }

    /// The positional arguments as one list: `create_subprocess_exec("git", "log", name)`.
    fn vector(&self) -> Value {
        let mut content = Content::default();
        let mut index = 0;
        for argument in self.arguments {
            match argument.kind {
                ArgumentKind::Positional => {
                    join_child(&mut content.children, Key::Index(index), &argument.value);
                    index += 1;
                }
                ArgumentKind::Star => {
                    let element = argument.value.step(Key::Any);
                    join_child(&mut content.children, Key::Any, &element);
                }
                ArgumentKind::Keyword(_) | ArgumentKind::DoubleStar => {}
            }
        }
        Value::new(content)
    }

    pub(super) fn argument(&self, position: usize) -> Option<Value> {
        self.position(position).map(|(value, _)| value)
    }
}

/// Whether rows say what the result is made of. Then they say which labels survive, too.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Described {
    Yes,
    No,
}

impl Described {
    fn of(propagators: &[PropagatorRow]) -> Self {
        let copies = |row: &PropagatorRow| match &row.propagation {
            Propagation::Copy { to, .. } => to.base == Base::Return && to.tail.is_empty(),
            Propagation::Nothing | Propagation::Intrinsic(_) => false,
        };
        if propagators.iter().any(copies) {
            Self::Yes
        } else {
            Self::No
        }
    }
}

/// The first node that has rows of a table.
fn rows<'m, T>(
    models: &'m Models,
    nodes: &[NodeId],
    table: impl Fn(&'m Node) -> &'m Vec<T>,
) -> &'m [T] {
    nodes
        .iter()
        .map(|node| table(models.node(*node)))
        .find(|rows| !rows.is_empty())
        .map_or(&[], Vec::as_slice)
}

impl Frame<'_> {
    pub(super) fn call_library(
        &mut self,
        id: ValueId,
        nodes: &[NodeId],
        receiver: Option<&Value>,
        arguments: &[CallArgument],
    ) -> Called {
        let models = self.world.models;
        let given = Given {
            receiver,
            arguments,
        };
        for row in rows(models, nodes, |node| &node.sinks) {
            self.call_sink(id, row, &given);
        }
        self.call_demands(id, rows(models, nodes, |node| &node.demands), &given);
        self.call_misuses(id, rows(models, nodes, |node| &node.misuses), &given);
        for row in rows(models, nodes, |node| &node.registrations) {
            self.matched(row.row, id, None);
            let route = given.argument(0);
            for place in &row.arguments {
                if let Some((value, _)) = given.base(place.base) {
                    self.register(row, &value, route.as_ref());
                }
            }
        }
        let propagators = rows(models, nodes, |node| &node.propagators);
        let mut called = self.propagate(id, propagators, &given);
        let sanitizers = rows(models, nodes, |node| &node.sanitizers);
        let described = Described::of(propagators);
        self.sanitize(id, sanitizers, &given, described, &mut called);
        for row in rows(models, nodes, |node| &node.guards) {
            self.matched(row.row, id, None);
            if row.holds == Holds::Return && self.conditions_hold(&row.when, &given) {
                guard_arguments(&mut called, &row.arguments, row.labels, &given);
                for place in &row.arguments {
                    if let Some((value, _)) = given.base(place.base) {
                        if row.labels.has_any(Labels::SCHEMA) {
                            let sure = RowConfidence::High;
                            self.demand(Demand::Schema, (id, id), &value, sure);
                        }
                        self.note_checked(&value);
                    }
                }
            }
        }
        if let Some(first) = nodes.first() {
            let labels = self.substitution_labels(*first, receiver, arguments);
            called.value = called.value.labelled(labels);
        }
        for row in rows(models, nodes, |node| &node.call_sources) {
            self.matched(row.row, id, None);
            let mark = Mark::source(row.kind, self.site(id), row.labels);
            called.value = called.value.marked([mark]);
        }
        self.typed_result(id, nodes, &mut called);
        called
    }

    /// The labels of all rows that hold, on the result.
    fn sanitize(
        &mut self,
        id: ValueId,
        rows: &[SanitizerRow],
        given: &Given<'_>,
        described: Described,
        called: &mut Called,
    ) {
        let mut labels = Labels::NONE;
        let mut places: Vec<Place> = Vec::new();
        for row in rows {
            if self.conditions_hold(&row.when, given) {
                self.matched(row.row, id, None);
                labels = labels.with(row.labels);
                let new = row.arguments.iter().filter(|place| !places.contains(place));
                let new: Vec<Place> = new.cloned().collect();
                places.extend(new);
            }
        }
        if !places.is_empty() {
            called.value = match described {
                Described::Yes => called.value.labelled(labels),
                Described::No => sanitized(&called.value, &places, labels, given),
            };
            called.value = made_by_class(&called.value, labels, given.receiver);
        }
    }

    fn typed_result(&mut self, id: ValueId, nodes: &[NodeId], called: &mut Called) {
        let models = self.world.models;
        let returns = nodes.iter().find_map(|node| models.node(*node).returns);
        if let Some((class, row)) = returns {
            self.matched(row, id, None);
            called.value = called.value.with_fact(Fact::ExternalInstance(class));
        } else if let Some(node) = nodes.iter().find(|node| self.is_class(**node)) {
            called.value = called.value.with_fact(Fact::ExternalInstance(*node));
        }
        if nodes.iter().any(|node| models.no_return(*node)) {
            called.comes_back = ComesBack::No;
        }
    }

    /// A row by the name of the method alone, for a receiver of unknown type.
    pub(super) fn call_by_row(
        &mut self,
        id: ValueId,
        (object, name): (ValueId, hognose_python::ir::Symbol),
        arguments: &[CallArgument],
    ) -> Option<Called> {
        let models = self.world.models;
        let receiver = self.value(object).clone();
        let given = Given {
            receiver: Some(&receiver),
            arguments,
        };
        let mut known = false;
        let receiver_name = self.last_name(object);
        for (pattern, misuse) in models.method_misuses(name) {
            if receiver_matches(&pattern.receivers, receiver_name.as_deref()) {
                self.call_misuses(id, &[*misuse], &given);
            }
        }
        for (pattern, row) in models.method_sinks(name) {
            if self.method_matches(pattern, row, receiver_name.as_deref(), &given) {
                self.call_sink(id, row, &given);
                known = true;
            }
        }
        let propagators: Vec<PropagatorRow> = models
            .method_propagators(name)
            .iter()
            .filter(|(pattern, _)| receiver_matches(&pattern.receivers, receiver_name.as_deref()))
            .map(|(_, row)| row.clone())
            .collect();
        let sanitizers = models.method_sanitizers(name);
        let sources = models.method_sources(name);
        let demands: Vec<DemandRow> = models
            .method_demands(name)
            .iter()
            .filter(|(pattern, _)| receiver_matches(&pattern.receivers, receiver_name.as_deref()))
            .map(|(_, row)| row.clone())
            .collect();
        self.call_demands(id, &demands, &given);
        if !known && propagators.is_empty() && sanitizers.is_empty() && sources.is_empty() {
            for (_, row) in models.method_guards(name) {
                self.matched(row.row, id, None);
            }
            return None;
        }
        let mut called = self.propagate(id, &propagators, &given);
        let sanitizers: Vec<SanitizerRow> = sanitizers
            .iter()
            .filter(|(pattern, _)| receiver_matches(&pattern.receivers, receiver_name.as_deref()))
            .map(|(_, row)| row.clone())
            .collect();
        let described = Described::of(&propagators);
        self.sanitize(id, &sanitizers, &given, described, &mut called);
        for (pattern, row) in sources {
            if receiver_matches(&pattern.receivers, receiver_name.as_deref()) {
                self.matched(row.row, id, None);
                let mark = Mark::source(row.kind, self.site(id), row.labels);
                called.value = called.value.marked([mark]);
            }
        }
        Some(called)
    }

    fn method_matches(
        &self,
        pattern: &crate::models::rows::MethodMatch,
        row: &SinkRow,
        receiver: Option<&str>,
        given: &Given<'_>,
    ) -> bool {
        let by_name =
            !pattern.receivers.is_empty() && receiver_matches(&pattern.receivers, receiver);
        let by_text = pattern.sql_text
            && row
                .arguments
                .iter()
                .find_map(|place| given.base(place.base))
                .is_some_and(|(value, _)| super::text::begins_like_sql(&value));
        let unconditional = pattern.receivers.is_empty() && !pattern.sql_text;
        by_name || by_text || unconditional
    }

    /// The last name of an expression: `self.db.cursor` is `cursor`.
    pub(super) fn last_name(&self, value: ValueId) -> Option<String> {
        use hognose_python::ir::Op;
        let name = match self.op(value) {
            Op::Attribute { name, .. } | Op::Global(name) | Op::ImportFrom { name, .. } => *name,
            Op::Param(index) => self.function.params.get(*index as usize)?.name,
            Op::Captured(index) => *self.function.captures.get(*index as usize)?,
            Op::After { object, .. }
            | Op::Refine { value: object, .. }
            | Op::StoreAttribute { object, .. }
            | Op::StoreItem { object, .. } => return self.last_name(*object),
            Op::Call { callee, .. } => return self.last_name(*callee),
            _ => {
                let range = self.function.range_of(value);
                let file = &self.world.program.module(self.module).file;
                let text = file.source.slice(range);
                let name = text.rsplit('.').next().unwrap_or(text);
                return is_identifier(name).then(|| name.to_ascii_lowercase());
            }
        };
        Some(self.world.program.names.text(name).to_ascii_lowercase())
    }

    pub(super) fn call_sink(&mut self, id: ValueId, row: &SinkRow, given: &Given<'_>) {
        if !self.conditions_hold(&row.when, given) {
            return;
        }
        let binds = if given.arguments.len() > 1 {
            Binds::Parameters
        } else {
            Binds::Nothing
        };
        for place in &row.arguments {
            let Some((base, index)) = given.base(place.base) else {
                continue;
            };
            let value = if (place.base, row.kind) == (Base::All, SinkKind::Argv) {
                given.vector()
            } else if (place.base, row.kind) == (Base::All, SinkKind::Log) {
                self.logged(given)
            } else {
                self.follow(id, &base, &place.tail, given)
            };
            let argument = match (index, place.base) {
                (Some(index), _) => given.arguments[index].id,
                (None, _) => id,
            };
            self.matched(row.row, id, Some(argument));
            let attack = self.attack(id, row, given);
            if row.kind == SinkKind::Matched && attack.is_none() {
                continue;
            }
            self.sink(row, id, argument, &value, Beside { binds, attack });
        }
    }

    /// Whether all conditions of a row hold at a call; an argument that is not a constant is
    /// neither equal nor unequal to one, and the default is assumed.
    pub(super) fn conditions_hold(&self, when: &[Condition], given: &Given<'_>) -> bool {
        when.iter().all(|condition| {
            let value = Self::condition_value(&condition.argument, given);
            match (&condition.test, value) {
                (Test::Given, value) => value.is_some(),
                (Test::NotGiven, value) => value.is_none(),
                (Test::Is(literal), Some(value)) => self.equals(&value, literal) == Some(true),
                (Test::Is(_) | Test::Contains(_) | Test::Lacks(_), None) => false,
                (Test::IsNot(literal), Some(value)) => self.equals(&value, literal) != Some(true),
                (Test::IsNot(_), None) => true,
                (Test::Contains(part), Some(value)) => contains(&value, part),
                (Test::Lacks(part), Some(value)) => value
                    .string()
                    .is_some_and(|text| !text.to_lowercase().contains(&**part)),
            }
        })
    }

    /// What stands at the place of a condition; a part that nobody has set is not given.
    fn condition_value(place: &Place, given: &Given<'_>) -> Option<Value> {
        let (base, _) = given.base(place.base)?;
        place.tail.iter().try_fold(base, |value, segment| {
            let key = match segment {
                Segment::AnyItem => Key::Any,
                Segment::Index(index) => i32::try_from(*index).map_or(Key::Any, Key::Index),
                Segment::Key(name) => Key::Text(*name),
                Segment::Attribute(name) => Key::Attribute(*name),
                Segment::KeyOfArgument(_) | Segment::Call | Segment::CallParameter(_) => {
                    return None;
                }
            };
            value.child(key).cloned()
        })
    }

    /// Whether a value is the constant, or the thing of a library (or a class made of it) that has
    /// the text as its name.
    fn equals(&self, value: &Value, literal: &Literal) -> Option<bool> {
        match literal {
            Literal::True => value.truth(),
            Literal::False => value.truth().map(|truth| !truth),
            Literal::None => value.atom().map(|atom| *atom == Atom::None),
            Literal::Text(text) => {
                if let Some(known) = value.string() {
                    return Some(**known == **text);
                }
                let models = self.world.models;
                let is_named = |node: NodeId| models.names.text(models.name(node)) == &**text;
                let mut facts = value.facts().iter();
                facts
                    .any(|fact| match fact {
                        Fact::External(node) => is_named(*node),
                        Fact::Class(class) => self.world.hierarchy.libraries(*class).any(is_named),
                        Fact::ExternalInstance(class) => is_named(*class),
                        Fact::Module(_)
                        | Fact::Namespace(_)
                        | Fact::Function(..)
                        | Fact::Instance(_)
                        | Fact::Super(_)
                        | Fact::Bound(_)
                        | Fact::Partial(_) => false,
                    })
                    .then_some(true)
            }
        }
    }

    /// What the regular expression of a row can be made to do to.
    fn attack(&mut self, id: ValueId, row: &SinkRow, given: &Given<'_>) -> Option<Arc<Attack>> {
        if !self.is_recording() {
            return None;
        }
        let (place, base) = row.pattern.iter().find_map(|place| {
            let (base, _) = given.base(place.base)?;
            Some((place, base))
        })?;
        let pattern = self.follow(id, &base, &place.tail, given);
        let models = self.world.models;
        let usage = Use::of_function(&models.origin(row.row).subject);
        pattern
            .text()
            .alternatives()
            .iter()
            .find_map(|alternative| {
                let Alternative::Constant(Atom::Str(text), site) = alternative else {
                    return None;
                };
                let World {
                    program, limits, ..
                } = self.world;
                let patterns = self.world.patterns;
                patterns.attack(program, text, *site, usage, limits)
            })
    }

    /// Follows the tail of a place into a value.
    pub(super) fn follow(
        &mut self,
        id: ValueId,
        value: &Value,
        tail: &[Segment],
        given: &Given<'_>,
    ) -> Value {
        let mut value = value.clone();
        for segment in tail {
            value = match segment {
                Segment::AnyItem => value.step(Key::Any),
                Segment::Index(index) => i32::try_from(*index).map_or_else(
                    |_| value.step(Key::Any),
                    |index| value.step(Key::Index(index)),
                ),
                Segment::Key(name) => self.item_at(id, &value, Key::Text(*name)),
                Segment::Attribute(name) => self.attribute(id, &value, *name),
                Segment::KeyOfArgument(position) => {
                    let key = given
                        .argument(usize::from(*position))
                        .map_or(Key::Any, |key| self.key_of(&key));
                    self.item_at(id, &value, key)
                }
                Segment::Call | Segment::CallParameter(_) => value,
            };
        }
        value
    }

    fn propagate(
        &mut self,
        id: ValueId,
        propagators: &[PropagatorRow],
        given: &Given<'_>,
    ) -> Called {
        let mut called = Called::of(Value::BOTTOM);
        let applicable: Vec<&PropagatorRow> = propagators
            .iter()
            .filter(|row| self.conditions_hold(&row.when, given))
            .collect();
        if applicable.is_empty() {
            let receiver = given.receiver;
            let mut called = self.unknown_call(&Value::BOTTOM, receiver, given.arguments);
            called.known = Known::Yes;
            return called;
        }
        let results = self.run_callables(id, &applicable, given);
        let mut all_into_result = false;
        for row in &applicable {
            self.matched(row.row, id, None);
            match &row.propagation {
                Propagation::Nothing => {}
                Propagation::Intrinsic(intrinsic) => {
                    self.intrinsic(id, *intrinsic, given, &mut called);
                    all_into_result = true;
                }
                Propagation::Copy {
                    from,
                    to,
                    keep,
                    exact,
                } => {
                    let mut value = Value::BOTTOM;
                    for place in from {
                        value = value.join(&self.read_place(id, place, given, &results));
                    }
                    // Nothing is known of a setting that was not given.
                    let is_unset = *exact && !to.tail.is_empty() && !value.says_something();
                    if !value.is_bottom() && !is_unset {
                        let value = carried(&value, *keep, *exact);
                        self.write_place(to, &value, given, &mut called);
                    }
                }
            }
        }
        if called.value.is_bottom() && !all_into_result {
            called.value = Value::unknown();
        }
        called
    }

    fn read_place(
        &mut self,
        id: ValueId,
        place: &Place,
        given: &Given<'_>,
        results: &[(Base, Value)],
    ) -> Value {
        if place.tail.first() == Some(&Segment::Call) {
            return results
                .iter()
                .find(|(base, _)| *base == place.base)
                .map_or(Value::BOTTOM, |(_, value)| value.clone());
        }
        match given.base(place.base) {
            Some((value, _)) => self.follow(id, &value, &place.tail, given),
            None => Value::BOTTOM,
        }
    }

    /// Calls the callables that rows pass values to, once each.
    fn run_callables(
        &mut self,
        id: ValueId,
        rows: &[&PropagatorRow],
        given: &Given<'_>,
    ) -> Vec<(Base, Value)> {
        let mut calls: Vec<(Base, Vec<Value>)> = Vec::new();
        for row in rows {
            let Propagation::Copy { from, to, .. } = &row.propagation else {
                continue;
            };
            for place in from {
                if place.tail.first() == Some(&Segment::Call)
                    && !calls.iter().any(|(base, _)| *base == place.base)
                {
                    calls.push((place.base, Vec::new()));
                }
            }
            if let Some(Segment::CallParameter(parameter)) = to.tail.first() {
                let mut value = Value::BOTTOM;
                for place in from {
                    value = value.join(&self.read_place(id, place, given, &[]));
                }
                let index = usize::from(*parameter);
                let position = calls.iter().position(|(base, _)| *base == to.base);
                let position = position.unwrap_or_else(|| {
                    calls.push((to.base, Vec::new()));
                    calls.len() - 1
                });
                let values = &mut calls[position].1;
                if values.len() <= index {
                    values.resize(index + 1, Value::BOTTOM);
                }
                values[index] = values[index].join(&value);
            }
        }
        let mut results = Vec::new();
        for (base, values) in calls {
            let Some((callee, _)) = given.base(base) else {
                continue;
            };
            if !values.is_empty()
                && values.iter().all(Value::is_bottom)
                && callee.facts().is_empty()
            {
                continue;
            }
            let mut arguments: Vec<CallArgument> = Vec::new();
            for value in values {
                if value.is_bottom() {
                    break;
                }
                arguments.push(CallArgument {
                    kind: ArgumentKind::Positional,
                    value,
                    id,
                });
            }
            let called = self.call_value(id, None, &callee, &arguments);
            results.push((base, called.value));
        }
        results
    }

    fn write_place(&mut self, to: &Place, value: &Value, given: &Given<'_>, called: &mut Called) {
        if matches!(to.tail.first(), Some(Segment::CallParameter(_))) {
            return;
        }
        if to.base == Base::Return {
            called.value = self.put(&called.value, &to.tail, value, given);
            return;
        }
        let Some((base, index)) = given.base(to.base) else {
            return;
        };
        let role = match index {
            Some(index) => u32::try_from(index).map_or(Role::Receiver, Role::Argument),
            None => Role::Receiver,
        };
        let before = called
            .after
            .iter()
            .find(|(known, _)| *known == role)
            .map_or(base, |(_, value)| value.clone());
        let after = self.put(&before, &to.tail, value, given);
        called.after.retain(|(known, _)| *known != role);
        called.after.push((role, after));
    }

    /// `container` with `value` joined in at the end of `tail`.
    fn put(&self, container: &Value, tail: &[Segment], value: &Value, given: &Given<'_>) -> Value {
        let Some((segment, rest)) = tail.split_first() else {
            return container.join(value);
        };
        let key = match segment {
            Segment::AnyItem | Segment::Call | Segment::CallParameter(_) => Key::Any,
            Segment::Index(index) => i32::try_from(*index).map_or(Key::Any, Key::Index),
            Segment::Attribute(name) => Key::Attribute(*name),
            Segment::Key(name) => Key::Text(*name),
            Segment::KeyOfArgument(position) => given
                .argument(usize::from(*position))
                .map_or(Key::Any, |key| self.key_of(&key)),
        };
        let inner = container.child(key).cloned().unwrap_or_default();
        let inner = if rest.is_empty() && matches!(key, Key::Text(_)) {
            value.clone()
        } else {
            self.put(&inner, rest, value, given)
        };
        let mut content = if container.is_bottom() {
            Content::default()
        } else {
            container.content().clone()
        };
        if let (Key::Text(_), Segment::KeyOfArgument(_)) = (key, segment) {
            return Value::new(content).with_child(key, inner);
        }
        join_child(&mut content.children, key, &inner);
        Value::new(content).truncated(crate::limits::DEPTH_MAX)
    }
}

/// The result of a sanitizer: the argument with the labels.
fn sanitized(result: &Value, places: &[Place], labels: Labels, given: &Given<'_>) -> Value {
    let mut content = Content {
        text: if result.is_bottom() {
            Text::Unknown
        } else {
            result.text().clone()
        },
        facts: result.content().facts.clone(),
        ..Content::default()
    };
    let mut any = false;
    for place in places {
        if let Some((value, _)) = given.base(place.base) {
            for mark in value.collapse(Labels::ALL) {
                add_mark(&mut content.marks, mark.with_labels(labels));
            }
            if value.text().is_constant() && value.marks().is_empty() {
                content.text = Text::Literal;
            }
            any = true;
        }
    }
    if any {
        Value::new(content)
    } else {
        result.labelled(labels)
    }
}

/// `Model.parse(x)` is an instance of the class that has looked at `x`.
fn made_by_class(result: &Value, labels: Labels, receiver: Option<&Value>) -> Value {
    if !labels.has_any(Labels::SCHEMA) {
        return result.clone();
    }
    let classes = receiver.into_iter().flat_map(Value::facts);
    let classes = classes.filter_map(|fact| match fact {
        Fact::Class(class) => Some(Fact::Instance(*class)),
        _ => None,
    });
    classes.fold(result.clone(), |result, fact| result.with_fact(fact))
}

fn guard_arguments(called: &mut Called, places: &[Place], labels: Labels, given: &Given<'_>) {
    for place in places {
        let Some((value, index)) = given.base(place.base) else {
            continue;
        };
        let role = match index {
            Some(index) => u32::try_from(index).map_or(Role::Receiver, Role::Argument),
            None if place.base == Base::Receiver => Role::Receiver,
            None => continue,
        };
        let labelled = super::guard::with_guard_labels(&value, labels);
        called.after.retain(|(known, _)| *known != role);
        called.after.push((role, labelled));
    }
}

/// What arrives of a value that a row hands on.
fn carried(value: &Value, keep: Keep, exact: bool) -> Value {
    if exact {
        return value.clone();
    }
    match keep {
        Keep::All => {
            let content = value.content();
            let text = match &content.text {
                Text::Known(_) | Text::Literal | Text::Nothing => content.text.clone(),
                Text::Unknown => Text::Unknown,
            };
            let mut marks = content.marks.clone();
            for (_, child) in &content.children {
                for mark in child.collapse(Labels::ALL) {
                    add_mark(&mut marks, mark);
                }
            }
            let text = if text == Text::Nothing && marks.is_empty() {
                Text::Unknown
            } else {
                text
            };
            Value::new(Content {
                text,
                marks,
                ..Content::default()
            })
        }
        Keep::Inert | Keep::None => {
            let text = if value.text().is_constant() && !value.is_marked() {
                Text::Literal
            } else {
                Text::Unknown
            };
            Value::new(Content {
                text,
                marks: value.collapse(keep_mask(keep)),
                ..Content::default()
            })
        }
    }
}

/// Whether the literal text of a value contains `part`, letters' case aside.
pub(super) fn contains(value: &Value, part: &str) -> bool {
    let has = |text: &str| text.to_lowercase().contains(part);
    let alternatives = value.text().alternatives();
    alternatives.iter().any(|alternative| match alternative {
        Alternative::Constant(Atom::Str(text), _) => has(text),
        Alternative::Constant(..) => false,
        Alternative::Template(pieces) => pieces
            .iter()
            .any(|piece| matches!(piece, Piece::Literal(text) if has(text))),
    })
}

pub(super) fn receiver_matches(patterns: &[Arc<str>], name: Option<&str>) -> bool {
    if patterns.is_empty() {
        return true;
    }
    let Some(name) = name else {
        return false;
    };
    patterns.iter().any(
        |pattern| match (pattern.strip_prefix('*'), pattern.strip_suffix('*')) {
            (Some(_), Some(_)) => name.contains(pattern.trim_matches('*')),
            (Some(end), None) => name.ends_with(end),
            (None, Some(start)) => name.starts_with(start),
            (None, None) => name == &**pattern,
        },
    )
}

fn is_identifier(text: &str) -> bool {
    !text.is_empty()
        && text
            .chars()
            .all(|character| character.is_alphanumeric() || character == '_')
}
