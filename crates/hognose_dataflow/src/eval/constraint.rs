//! What the declaration of a field or a parameter says of every value that gets there.
//!
//! ```python
//! class Transfer(BaseModel):
//!     amount: Decimal = Field(gt=0, le=10_000)     # a number, bounded below and above
//!     page: Annotated[int, Query(ge=1)]            # an integer, bounded below
//!     note: dict                                   # nothing
//!     @field_validator("note") …                   # somebody looks at it: as good as a schema
//! ```
//! Only classes that validate what they are given (rows say so with the label `schema`) have fields
//! that can be trusted. A declaration is kept in a cell as the number of its labels.

use hognose_python::ir::{ArgumentKind, BinaryOp, ClassIndex, Element, Op, Symbol, ValueId};

use super::Frame;
use super::library::Given;
use crate::fact::Fact;
use crate::models::rows::{Labels, NodeId};
use crate::summary::{CallArgument, Cell};
use crate::value::{Atom, Key, Mark, Value};

/// Stands in a parameter's cell for one that the framework computes.
const INJECTED: i64 = i64::MAX;

/// Where the value of `Annotated[…]` says that the framework computes what is annotated so.
const METADATA: i32 = 1;

/// How deep annotations are followed.
const DEPTH_MAX: usize = 6;

impl Frame<'_> {
    /// What the declarations of a class say of its fields.
    pub(super) fn declare_fields(&mut self, id: ValueId, index: ClassIndex) {
        let program = self.world.program;
        let class = program.class_id(self.module, index);
        let ir = program.class(class);
        let validated = self.validated_fields(index);
        for (name, annotation) in &ir.annotations {
            let mut labels = self.declared(*annotation, 0);
            let defaults = ir.members.iter().find(|(known, _)| known == name);
            for value in defaults.into_iter().flat_map(|(_, values)| values) {
                labels = labels.with(self.declared_by_call(*value));
            }
            let is_checked = match &validated {
                Validated::All => true,
                Validated::Named(names) => names.contains(name),
            };
            if is_checked {
                labels = labels.with(Labels::SCHEMA);
            }
            self.write_labels(Cell::Declared(class, *name), labels, id);
        }
    }

    /// What the declaration of a parameter says of it.
    pub(super) fn declare_parameter(
        &mut self,
        id: ValueId,
        (function, number): (crate::program::FuncId, u16),
        annotation: Option<ValueId>,
        default: Option<ValueId>,
    ) {
        let mut labels = Labels::NONE;
        let is_injected = default.is_some_and(|default| self.is_dependency(default))
            || annotation.is_some_and(|annotation| self.is_annotated_dependency(annotation));
        if is_injected {
            let value = Value::constant(Atom::Int(INJECTED), None);
            self.write(Cell::DeclaredParameter(function, number), &value, id);
            return;
        }
        if let Some(annotation) = annotation {
            labels = labels.with(self.declared(annotation, 0));
        }
        if let Some(default) = default {
            labels = labels.with(self.declared_by_call(default));
        }
        if !labels.is_empty() {
            self.write_labels(Cell::DeclaredParameter(function, number), labels, id);
        }
    }

    /// Whether the framework computes the parameter itself: `user: Annotated[User, Depends(f)]`.
    pub(super) fn is_injected_parameter(&mut self, cell: Cell) -> bool {
        let held = self.read(cell);
        held.text()
            .alternatives()
            .iter()
            .any(|alternative| alternative.atom() == Some(&Atom::Int(INJECTED)))
    }

    /// `Depends(f)`: a call by which a function is handed to the framework. Without an argument the
    /// annotated class is filled from the request.
    fn is_dependency(&self, value: ValueId) -> bool {
        let Op::Call { callee, arguments } = self.op(value) else {
            return false;
        };
        if arguments.is_empty() {
            return false;
        }
        let models = self.world.models;
        self.value(*callee).facts().iter().any(|fact| match fact {
            Fact::External(node) => !models.node(*node).registrations.is_empty(),
            _ => false,
        })
    }

    fn is_annotated_dependency(&self, annotation: ValueId) -> bool {
        self.elements(annotation)
            .into_iter()
            .any(|element| self.is_dependency(element))
            || self.value(annotation).child(Key::Index(METADATA)).is_some()
    }

    /// The elements of a subscript's key: `A[x, y]`.
    fn elements(&self, subscript: ValueId) -> Vec<ValueId> {
        let Op::Item { key, .. } = self.op(subscript) else {
            return Vec::new();
        };
        match self.op(*key) {
            Op::Display(_, elements) => elements
                .iter()
                .map(|element| match element {
                    Element::Item(value) | Element::Spread(value) => *value,
                })
                .collect(),
            _ => vec![*key],
        }
    }

    /// `CurrentUser = Annotated[User, Depends(f)]` as a value: the type, and that the framework
    /// computes what is annotated so.
    pub(super) fn annotated_alias(&self, subscript: ValueId, value: Value) -> Value {
        let Op::Item { object, .. } = self.op(subscript) else {
            return value;
        };
        let is_annotated = match self.op(*object) {
            Op::Global(name) | Op::Attribute { name, .. } | Op::ImportFrom { name, .. } => {
                self.world.program.names.text(*name) == "Annotated"
            }
            _ => false,
        };
        let elements = self.elements(subscript);
        let (Some(first), true) = (elements.first(), is_annotated) else {
            return value;
        };
        let value = value.with_child(Key::Index(0), self.value(*first).bare());
        if elements.iter().any(|element| self.is_dependency(*element)) {
            let injected = Value::constant(Atom::Bool(true), None);
            return value.with_child(Key::Index(METADATA), injected);
        }
        value
    }

    fn write_labels(&mut self, cell: Cell, labels: Labels, at: ValueId) {
        let value = Value::constant(Atom::Int(labels.0.cast_signed()), None);
        self.write(cell, &value, at);
    }

    /// The labels that a declaration's cell holds, if anything is declared.
    pub(super) fn declaration(&mut self, cell: Cell) -> Option<Labels> {
        let held = self.read(cell);
        let mut labels: Option<Labels> = None;
        for alternative in held.text().alternatives() {
            if let Some(Atom::Int(number)) = alternative.atom() {
                // One declaration, read again whenever more of the program was known.
                let found = Labels(number.cast_unsigned());
                labels = Some(labels.unwrap_or_default().with(found));
            }
        }
        labels
    }

    /// What an annotation says: its type, and the constraints that stand beside it.
    fn declared(&mut self, annotation: ValueId, depth: usize) -> Labels {
        if depth > DEPTH_MAX {
            return Labels::NONE;
        }
        match self.op(annotation) {
            Op::Call { .. } => self.declared_by_call(annotation),
            Op::Item { object, key } => {
                let arguments: Vec<ValueId> = match self.op(*key) {
                    Op::Display(_, elements) => elements
                        .iter()
                        .map(|element| match element {
                            Element::Item(value) | Element::Spread(value) => *value,
                        })
                        .collect(),
                    _ => vec![*key],
                };
                let name = match self.op(*object) {
                    Op::Global(name) | Op::Attribute { name, .. } | Op::ImportFrom { name, .. } => {
                        self.world.program.names.text(*name)
                    }
                    _ => "",
                };
                match name {
                    "Annotated" => arguments.iter().fold(Labels::NONE, |labels, argument| {
                        labels.with(self.declared(*argument, depth + 1))
                    }),
                    "Optional" | "Required" | "NotRequired" | "Final" => arguments
                        .first()
                        .map_or(Labels::NONE, |argument| self.declared(*argument, depth + 1)),
                    "Union" => self.declared_of_all(&arguments, depth),
                    "Literal" => Labels::LITERAL,
                    _ => self.declared_container(annotation),
                }
            }
            Op::Binary(BinaryOp::BitOr, left, right) => {
                self.declared_of_all(&[*left, *right], depth)
            }
            Op::Refine { value, .. } | Op::After { object: value, .. } => {
                self.declared(*value, depth + 1)
            }
            _ => {
                let typed = self.annotation(annotation, 0);
                self.declared_type(&typed)
            }
        }
    }

    /// What all alternatives have in common; none is one that stands for nothing given.
    fn declared_of_all(&mut self, alternatives: &[ValueId], depth: usize) -> Labels {
        let mut labels: Option<Labels> = None;
        for alternative in alternatives {
            if self.value(*alternative).atom() == Some(&Atom::None) {
                continue;
            }
            let found = self.declared(*alternative, depth + 1);
            labels = Some(labels.map_or(found, |labels| labels.common(found)));
        }
        labels.unwrap_or(Labels::NONE)
    }

    /// `list[Item]`: what is in it has been looked at where its elements have a type.
    fn declared_container(&mut self, annotation: ValueId) -> Labels {
        let typed = self.annotation(annotation, 0);
        match typed.child(Key::Any) {
            Some(element) if !self.declared_type(element).is_empty() => {
                Labels::SCHEMA.with(Labels::TYPED)
            }
            _ => self.declared_type(&typed),
        }
    }

    fn declared_type(&mut self, typed: &Value) -> Labels {
        let mut labels: Option<Labels> = None;
        for fact in typed.facts() {
            let found = match fact {
                Fact::Instance(class) => {
                    let of_libraries: Vec<NodeId> =
                        self.world.hierarchy.libraries(*class).collect();
                    of_libraries.iter().fold(Labels::NONE, |labels, node| {
                        labels.with(self.declared_node(*node))
                    })
                }
                Fact::ExternalInstance(node) => self.declared_node(*node),
                Fact::External(_)
                | Fact::Module(_)
                | Fact::Namespace(_)
                | Fact::Function(..)
                | Fact::Class(_)
                | Fact::Super(_)
                | Fact::Bound(_)
                | Fact::Partial(_) => Labels::NONE,
            };
            labels = Some(labels.map_or(found, |labels| labels.common(found)));
        }
        labels.unwrap_or(Labels::NONE)
    }

    /// What is known of instances of a library's class, and of what it stands for.
    fn declared_node(&self, node: NodeId) -> Labels {
        let models = self.world.models;
        let shapeless = ["dict", "list", "set", "tuple", "object"];
        if shapeless
            .iter()
            .any(|name| self.builtin(name) == Some(node))
        {
            return Labels::NONE;
        }
        let rows = models
            .linearization(node)
            .iter()
            .flat_map(|node| &models.node(*node).sanitizers)
            .filter(|row| row.when.is_empty());
        rows.fold(Labels::TYPED, |labels, row| labels.with(row.labels))
            .common(
                Labels::VALIDATION
                    .with(Labels::LITERAL)
                    .with(Labels::NUMBER),
            )
    }

    /// `Field(gt=0)`, `Query(ge=1, le=100)`, `conint(gt=0)`: the rows whose conditions hold.
    fn declared_by_call(&mut self, value: ValueId) -> Labels {
        let mut value = value;
        while let Op::Annotated {
            value: Some(inner), ..
        } = self.op(value)
        {
            value = *inner;
        }
        let Op::Call { callee, arguments } = self.op(value) else {
            return Labels::NONE;
        };
        let given: Vec<CallArgument> = arguments
            .iter()
            .map(|argument| CallArgument {
                kind: argument.kind,
                value: self.value(argument.value).clone(),
                id: argument.value,
            })
            .collect();
        let given = Given {
            receiver: None,
            arguments: &given,
        };
        let nodes: Vec<NodeId> = self
            .value(*callee)
            .facts()
            .iter()
            .filter_map(|fact| match fact {
                Fact::External(node) => Some(*node),
                _ => None,
            })
            .collect();
        let mut labels = Labels::NONE;
        for node in nodes {
            for row in &self.world.models.node(node).sanitizers {
                if self.conditions_hold(&row.when, &given) {
                    self.matched(row.row, value, None);
                    labels = labels.with(row.labels);
                }
            }
        }
        labels
    }

    /// The fields that validators of the class look at.
    fn validated_fields(&mut self, index: ClassIndex) -> Validated {
        let program = self.world.program;
        let ir = program.class(program.class_id(self.module, index));
        let mut names = Vec::new();
        for (_, values) in &ir.members {
            for value in values {
                let Op::Decorate { decorator, .. } = self.op(*value) else {
                    continue;
                };
                if !self.is_validator(*decorator) {
                    continue;
                }
                let before = names.len();
                if let Op::Call { arguments, .. } = self.op(*decorator) {
                    for argument in arguments {
                        if argument.kind == ArgumentKind::Positional
                            && let Some(text) = self.value(argument.value).string()
                        {
                            names.extend(program.names.get(text));
                        }
                    }
                }
                if names.len() == before {
                    return Validated::All;
                }
            }
        }
        Validated::Named(names)
    }

    fn is_validator(&mut self, decorator: ValueId) -> bool {
        let (nodes, _) = self.decorator_nodes(decorator);
        let mut is_validator = false;
        for node in nodes {
            for row in &self.world.models.node(node).sanitizers {
                if row.labels.has_any(Labels::SCHEMA) {
                    self.matched(row.row, decorator, None);
                    is_validator = true;
                }
            }
        }
        is_validator
    }

    /// The attribute of a validated object: what its declaration says takes the place of what is
    /// known of the object.
    pub(super) fn validated_field(&mut self, object: &Value, name: Symbol, read: Value) -> Value {
        let is_validated = |mark: &Mark| mark.labels.has_any(Labels::SCHEMA);
        if !object.marks().iter().any(is_validated) || !read.is_marked() {
            return read;
        }
        let classes: Vec<_> = object
            .facts()
            .iter()
            .filter_map(|fact| match fact {
                Fact::Instance(class) => Some(*class),
                _ => None,
            })
            .collect();
        let mut declared = None;
        for class in classes {
            for ancestor in self.world.hierarchy.ancestors(class) {
                if let crate::hierarchy::Ancestor::Project(owner) = ancestor
                    && declared.is_none()
                {
                    declared = self.declaration(Cell::Declared(*owner, name));
                }
            }
        }
        let Some(declared) = declared else {
            return read;
        };
        let mut content = read.content().clone();
        for mark in &mut content.marks {
            if is_validated(mark) {
                mark.labels = mark.labels.without(Labels::SCHEMA).with(declared);
                if mark.origin.is_source() {
                    mark.field = mark.field.or(Some(name));
                }
            }
        }
        Value::new(content)
    }

    /// The labels of a field of a class that validates; `None` where the class does not.
    pub(super) fn declared_field(
        &mut self,
        class: crate::program::ClassId,
        name: Symbol,
    ) -> Option<Labels> {
        if !self.class_labels(class).has_any(Labels::SCHEMA) {
            return None;
        }
        Some(
            self.declaration(Cell::Declared(class, name))
                .unwrap_or(Labels::SCHEMA),
        )
    }

    /// What is known of everything that goes into an instance of the class.
    pub(super) fn class_labels(&self, class: crate::program::ClassId) -> Labels {
        self.labels_of_type(&Value::fact(Fact::Instance(class)))
    }
}

/// Which fields somebody looks at.
enum Validated {
    All,
    Named(Vec<Symbol>),
}
