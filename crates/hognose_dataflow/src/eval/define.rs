//! Definitions: functions, classes, decorators, annotations.
//!
//! ```python
//! @app.route("/<int:id>")          # a row: makes `show` an entry point; id is a number
//! def show(id, store: Store = Depends(get_store)): …
//! class View(MethodView): …        # a row of a base: makes `get` an entry point
//! ```

use std::sync::Arc;

use hognose_python::ir::{ArgumentKind, BinaryOp, ClassIndex, Element, FunctionIndex, Op, ValueId};

use super::Frame;
use super::library::{Given, receiver_matches};
use crate::fact::Fact;
use crate::models::rows::{Converters, EntryRow, Labels, NodeId};
use crate::program::FuncId;
use crate::summary::{CallArgument, Cell, Entry};
use crate::value::{Key, Value};

/// How deep annotations are followed: `Optional[Dict[str, List[X]]]`.
const ANNOTATION_DEPTH_MAX: usize = 6;

impl Frame<'_> {
    pub(super) fn define_function(
        &mut self,
        id: ValueId,
        index: FunctionIndex,
        captures: &[Box<[ValueId]>],
    ) -> Value {
        let program = self.world.program;
        let function = program.func_id(self.module, index);
        let ir = program.function(function);
        for (number, param) in (0_u16..).zip(&ir.params) {
            if let Some(default) = param.default {
                let value = self.value(default).clone();
                self.write(Cell::Default(function, number), &value, id);
            }
            if let Some(annotation) = param.annotation {
                let value = self.annotation(annotation, 0);
                self.write(Cell::Annotation(function, number), &value, id);
            }
            self.declare_parameter(id, (function, number), param.annotation, param.default);
        }
        if let Some(annotation) = ir.returns {
            let value = self.annotation(annotation, 0);
            self.write(Cell::Returns(function), &value, id);
        }
        if captures.is_empty() {
            return Value::fact(Fact::Function(function, None));
        }
        let held: Arc<[Value]> = captures
            .iter()
            .map(|values| {
                values
                    .iter()
                    .fold(Value::BOTTOM, |joined, value| {
                        joined.join(self.value(*value))
                    })
                    .truncated(1)
            })
            .collect();
        for (number, value) in (0_u16..).zip(held.iter()) {
            self.write(Cell::Captured(function, number), value, id);
        }
        Value::fact(Fact::Function(function, Some(held)))
    }

    pub(super) fn define_class(&mut self, id: ValueId, index: ClassIndex) -> Value {
        let program = self.world.program;
        let class = program.class_id(self.module, index);
        let ir = program.class(class);
        for (number, base) in (0_u16..).zip(&ir.bases) {
            let value = self.value(*base).clone();
            self.write(Cell::Base(class, number), &value, id);
        }
        for (name, values) in &ir.members {
            for value in values {
                let member = self.value(*value).clone();
                self.write(Cell::Attribute(class, *name), &member, *value);
            }
        }
        for (name, annotation) in &ir.annotations {
            let value = self.annotation(*annotation, 0);
            if value.says_something() {
                self.write(Cell::Field(class, *name), &value, *annotation);
            }
        }
        self.declare_fields(id, index);
        Value::fact(Fact::Class(class))
    }

    /// What the names of the module are bound to, for its functions and for other modules.
    pub(super) fn module_bindings(&mut self) {
        let program = self.world.program;
        for (name, values) in &program.module(self.module).file.module.globals {
            for id in values {
                let value = self.value(*id).clone();
                self.write(Cell::Global(self.module, *name), &value, *id);
            }
        }
    }

    pub(super) fn annotated(&mut self, value: Option<ValueId>, annotation: ValueId) -> Value {
        let typed = self.annotation(annotation, 0);
        match value {
            None => typed,
            Some(value) => {
                let value = self.value(value).clone();
                if value.facts().is_empty() {
                    value.join_facts(&typed)
                } else {
                    value
                }
            }
        }
    }

    /// An instance of what an annotation names.
    pub(super) fn annotation(&mut self, id: ValueId, depth: usize) -> Value {
        let bare = Value::unknown();
        if depth > ANNOTATION_DEPTH_MAX {
            return bare;
        }
        match self.op(id) {
            Op::Item { object, key } => self.subscripted(*object, *key, depth),
            Op::Binary(BinaryOp::BitOr, left, right) => {
                let left = self.annotation(*left, depth + 1);
                left.join_facts(&self.annotation(*right, depth + 1))
            }
            Op::Refine { value, .. } | Op::After { object: value, .. } => {
                self.annotation(*value, depth + 1)
            }
            _ => {
                let value = self.value(id).clone();
                // `CurrentUser = Annotated[User, …]`
                let value = value.child(Key::Index(0)).cloned().unwrap_or(value);
                value.facts().iter().fold(bare, |typed, fact| match fact {
                    Fact::Class(class) => typed.with_fact(Fact::Instance(*class)),
                    Fact::External(node) => match self.class_node(*node) {
                        Some(class) => typed.with_fact(Fact::ExternalInstance(class)),
                        None => typed,
                    },
                    Fact::ExternalInstance(_)
                    | Fact::Module(_)
                    | Fact::Namespace(_)
                    | Fact::Function(..)
                    | Fact::Instance(_)
                    | Fact::Super(_)
                    | Fact::Bound(_)
                    | Fact::Partial(_) => typed,
                })
            }
        }
    }

    /// Whether a path that is called or stands in an annotation is a class: a row says so, or rows
    /// speak of its attributes.
    pub(super) fn is_class(&self, node: NodeId) -> bool {
        let models = self.world.models;
        models.node(node).class.is_some() || models.has_members(node)
    }

    /// The class that a path is: by a class row, or because calling it gives an instance of itself.
    pub(super) fn class_node(&self, node: NodeId) -> Option<NodeId> {
        let row = self.world.models.node(node);
        if self.is_class(node) {
            return Some(node);
        }
        row.returns
            .filter(|(class, _)| *class == node)
            .map(|(class, _)| class)
    }

    /// `Optional[X]`, `Annotated[X, …]`, `list[X]`, `dict[K, V]`.
    fn subscripted(&mut self, object: ValueId, key: ValueId, depth: usize) -> Value {
        let arguments: Vec<ValueId> = match self.op(key) {
            Op::Display(_, elements) => elements
                .iter()
                .map(|element| match element {
                    Element::Item(value) | Element::Spread(value) => *value,
                })
                .collect(),
            _ => vec![key],
        };
        let name = match self.op(object) {
            Op::Global(name) | Op::Attribute { name, .. } | Op::ImportFrom { name, .. } => {
                self.world.program.names.text(*name)
            }
            _ => "",
        };
        match name {
            "Optional" | "Union" => arguments.iter().fold(Value::unknown(), |typed, argument| {
                let other = self.annotation(*argument, depth + 1);
                typed.join_facts(&other)
            }),
            // The value is one of the program's own.
            "Literal" | "LiteralString" => Value::new(crate::value::Content {
                text: crate::value::Text::Literal,
                ..crate::value::Content::default()
            }),
            "Annotated" | "Final" | "ClassVar" | "Required" | "NotRequired" | "ReadOnly" => {
                arguments.first().map_or_else(Value::unknown, |argument| {
                    self.annotation(*argument, depth + 1)
                })
            }
            _ => {
                let container = self.annotation(object, depth + 1);
                let element = arguments.last().map_or(Value::BOTTOM, |argument| {
                    self.annotation(*argument, depth + 1)
                });
                if element.facts().is_empty() {
                    container
                } else {
                    container.with_child(Key::Any, element)
                }
            }
        }
    }

    /// A function or class passed through a decorator.
    pub(super) fn decorate(&mut self, id: ValueId, value: ValueId, decorator: ValueId) -> Value {
        let decorated = self.value(value).clone();
        let (nodes, arguments) = self.decorator_nodes(decorator);
        for node in nodes {
            self.decorator_entries(id, node, &decorated, &arguments);
            self.decorator_misuses(id, decorator, node, &arguments);
        }
        if let Op::Call { callee, arguments } = self.op(decorator) {
            self.method_entries(id, *callee, arguments, &decorated);
        }
        let decorator_value = self.value(decorator).clone();
        let decorated = self.decorated_type(id, decorated, &decorator_value);
        let calls_project = decorator_value.facts().iter().any(|fact| match fact {
            Fact::Function(..) | Fact::Bound(_) | Fact::Instance(_) => true,
            Fact::External(_)
            | Fact::ExternalInstance(_)
            | Fact::Module(_)
            | Fact::Namespace(_)
            | Fact::Class(_)
            | Fact::Super(_)
            | Fact::Partial(_) => false,
        });
        if !calls_project {
            return decorated;
        }
        let argument = CallArgument {
            kind: ArgumentKind::Positional,
            value: decorated.clone(),
            id: value,
        };
        let result = self
            .call_value(id, None, &decorator_value, &[argument])
            .value;
        let callable = result
            .facts()
            .iter()
            .any(|fact| matches!(fact, Fact::Function(..) | Fact::Bound(_) | Fact::Class(_)));
        if callable { result } else { decorated }
    }

    /// `@click.group() def cli()`: `cli` is what calling the decorator's object returns.
    fn decorated_type(&mut self, id: ValueId, decorated: Value, decorator: &Value) -> Value {
        let models = self.world.models;
        let Some(call) = models.names.get("__call__") else {
            return decorated;
        };
        let mut typed = decorated;
        for fact in decorator.facts() {
            let class = match fact {
                Fact::ExternalInstance(class) => Some(*class),
                Fact::External(node) => models.node(*node).returns.map(|(class, _)| class),
                _ => None,
            };
            let members = class
                .into_iter()
                .flat_map(|class| models.member(class, call));
            for (class, row) in members.filter_map(|node| models.node(node).returns) {
                self.matched(row, id, None);
                typed = typed.with_fact(Fact::ExternalInstance(class));
            }
        }
        typed
    }

    /// The library paths that a decorator is or is a call of, and the arguments of that call.
    pub(super) fn decorator_nodes(&self, decorator: ValueId) -> (Vec<NodeId>, Vec<CallArgument>) {
        let (callee, arguments) = match self.op(decorator) {
            Op::Call { callee, arguments } => (
                *callee,
                arguments
                    .iter()
                    .map(|argument| CallArgument {
                        kind: argument.kind,
                        value: self.value(argument.value).clone(),
                        id: argument.value,
                    })
                    .collect(),
            ),
            _ => (decorator, Vec::new()),
        };
        let nodes = self
            .value(callee)
            .facts()
            .iter()
            .filter_map(|fact| match fact {
                Fact::External(node) => Some(*node),
                Fact::Bound(bound) => match bound.callable {
                    Fact::External(node) => Some(node),
                    _ => None,
                },
                _ => None,
            })
            .collect();
        (nodes, arguments)
    }

    fn decorator_entries(
        &mut self,
        id: ValueId,
        node: NodeId,
        decorated: &Value,
        arguments: &[CallArgument],
    ) {
        let models = self.world.models;
        for row in &models.node(node).propagators {
            self.matched(row.row, id, None);
        }
        let given = Given {
            receiver: None,
            arguments,
        };
        for row in &models.node(node).decorator_entries {
            if !self.conditions_hold(&row.when, &given) {
                continue;
            }
            self.matched(row.row, id, None);
            let route = arguments
                .iter()
                .find(|argument| argument.kind == ArgumentKind::Positional)
                .map(|argument| &argument.value);
            self.register(row, decorated, route);
        }
    }

    /// `@app.route("/")` where nothing is known of `app` but its name and what the module imports.
    fn method_entries(
        &mut self,
        id: ValueId,
        callee: ValueId,
        arguments: &[hognose_python::ir::Argument],
        decorated: &Value,
    ) {
        let Op::Attribute { object, name } = self.op(callee) else {
            return;
        };
        let rows = self.world.models.method_entries(*name);
        if rows.is_empty() || !self.value(callee).facts().is_empty() {
            return;
        }
        let receiver = self.last_name(*object);
        let module = self.world.program.module(self.module);
        let route = arguments
            .iter()
            .find(|argument| argument.kind == ArgumentKind::Positional)
            .map(|argument| self.value(argument.value).clone());
        for (pattern, row) in rows {
            let imported = row
                .imports
                .iter()
                .any(|wanted| module.imported_packages.contains(wanted));
            if imported && receiver_matches(&pattern.receivers, receiver.as_deref()) {
                self.matched(row.entry.row, id, None);
                self.register(&row.entry, decorated, route.as_ref());
            }
        }
    }

    /// Makes the functions that `value` may be entry points.
    pub(super) fn register(&mut self, row: &EntryRow, value: &Value, route: Option<&Value>) {
        if !self.is_recording() {
            return;
        }
        let mut functions = Vec::new();
        callables(value, 0, &mut functions);
        let converters = self.converters(row, route);
        let is_fixed_route = row.converters.is_some_and(|kind| {
            let text = route.and_then(Value::string);
            text.is_some_and(|text| !text.contains(kind.opening()))
        });
        for function in functions {
            self.out.entries.push(Entry {
                function,
                kind: row.kind,
                parameters: row.parameters,
                positional_types: row.positional_types.clone(),
                named_types: row.named_types.clone(),
                converters: converters.clone(),
                returns: row.returns.map(|kind| (kind, row.row)),
                labels: row.labels,
                is_fixed_route,
                row: row.row,
            });
        }
    }

    /// What the converters of a route say of its parameters.
    fn converters(
        &self,
        row: &EntryRow,
        route: Option<&Value>,
    ) -> Vec<(hognose_python::ir::Symbol, Labels)> {
        let (Some(kind), Some(text)) = (row.converters, route.and_then(Value::string)) else {
            return Vec::new();
        };
        let names = &self.world.program.names;
        route_parameters(kind, text)
            .into_iter()
            .filter_map(|(name, converter)| {
                Some((names.get(name)?, converter_labels(kind, converter)))
            })
            .collect()
    }
}

/// The functions that a value may be, through wrappers that capture them.
fn callables(value: &Value, depth: usize, functions: &mut Vec<FuncId>) {
    const WRAPPER_DEPTH_MAX: usize = 4;
    for fact in value.facts() {
        match fact {
            Fact::Function(function, captures) => {
                if !functions.contains(function) {
                    functions.push(*function);
                }
                if depth < WRAPPER_DEPTH_MAX {
                    for capture in captures.iter().flat_map(|captures| captures.iter()) {
                        callables(capture, depth + 1, functions);
                    }
                }
            }
            Fact::Bound(bound) => {
                if let Fact::Function(function, _) = bound.callable
                    && !functions.contains(&function)
                {
                    functions.push(function);
                }
            }
            Fact::Partial(partial) => callables(&partial.callable, depth + 1, functions),
            Fact::External(_)
            | Fact::ExternalInstance(_)
            | Fact::Module(_)
            | Fact::Namespace(_)
            | Fact::Class(_)
            | Fact::Instance(_)
            | Fact::Super(_) => {}
        }
    }
}

/// The parameters in a route with their converters: `/<int:id>`, `/{id:int}`.
fn route_parameters(kind: Converters, route: &str) -> Vec<(&str, &str)> {
    let close = match kind {
        Converters::Angle => '>',
        Converters::Brace => '}',
    };
    route
        .split(kind.opening())
        .skip(1)
        .filter_map(|part| {
            let (inside, _) = part.split_once(close)?;
            Some(match (kind, inside.split_once(':')) {
                (Converters::Angle, Some((converter, name))) => {
                    (name, converter.split('(').next().unwrap_or(converter))
                }
                (Converters::Brace, Some((name, converter))) => (name, converter),
                (_, None) => (inside, ""),
            })
        })
        .collect()
}

/// What a converter admits. A segment of a path holds no `/` unless the converter says `path`.
fn converter_labels(kind: Converters, converter: &str) -> Labels {
    match converter {
        // No sign fits into a segment that is a number.
        "int" | "float" | "uuid" | "bool" | "number" => Labels::NUMBER
            .with(Labels::TYPED)
            .with(Labels::NOT_NAN)
            .with(Labels::BOUNDED_BELOW),
        "slug" => Labels::SHELL_INERT
            .with(Labels::SQL_INERT)
            .with(Labels::NO_SEPARATOR),
        "any" => Labels::LITERAL,
        "path" => Labels::NONE,
        "" | "str" | "string" | "default" => match kind {
            // Werkzeug and Django match a segment after decoding, Starlette likewise.
            Converters::Angle | Converters::Brace => Labels::NO_SEPARATOR,
        },
        _ => Labels::NONE,
    }
}

#[cfg(test)]
mod tests {
    use super::route_parameters;
    use crate::models::rows::Converters;

    #[test]
    fn routes_name_their_parameters() {
        assert_eq!(
            route_parameters(Converters::Angle, "/a/<int:id>/<name>"),
            [("id", "int"), ("name", "")]
        );
        assert_eq!(
            route_parameters(Converters::Angle, "<any(a, b):kind>"),
            [("kind", "any")]
        );
        assert_eq!(
            route_parameters(Converters::Brace, "/f/{p:path}/{q}"),
            [("p", "path"), ("q", "")]
        );
    }
}
