//! Texts that are put together: templates of literal pieces and holes.
//!
//! ```python
//! q = f"SELECT * FROM t WHERE a = '{x}'"      # literal, hole, literal
//! q += " ORDER BY " + column                  # … literal, hole: one template
//! ", ".join(["?"] * len(ids))                 # a constant: nothing of ids arrives
//! ```

use std::sync::Arc;

use hognose_python::ir::{ArgumentKind, BinaryOp, HoleFormat, Part, ValueId};
use hognose_python::{
    FieldAccess, FieldWhich, FormatPiece, parse_brace_format, parse_percent_format,
};
use smallvec::SmallVec;

use super::Frame;
use super::library::Given;
use crate::fact::Fact;
use crate::limits::{PIECES_MAX, TEXTS_MAX};
use crate::models::rows::Labels;
use crate::summary::CallArgument;
use crate::value::{
    Alternative, Atom, Content, Key, Mark, Piece, Text, Value, add_mark, join_child,
};

/// Constants up to this many bytes are put together.
const CONSTANT_BYTES_MAX: usize = 4_096;

impl Frame<'_> {
    pub(super) fn template(&mut self, id: ValueId, parts: &[Part]) -> Value {
        let pieces: Vec<Piece> = parts
            .iter()
            .map(|part| match part {
                Part::Literal(text) => Piece::Literal(Arc::clone(text)),
                Part::Hole(value, format) => Piece::Hole(self.shown(id, *value), *format),
                Part::Join(value, separator) => {
                    Piece::Join(self.value(*value).clone(), Arc::clone(separator))
                }
            })
            .collect();
        self.put_together(pieces)
    }

    /// A value as `str()` shows it: `__str__` of a project's class.
    fn shown(&mut self, id: ValueId, value: ValueId) -> Value {
        let value = self.value(value).clone();
        let mut result = value.clone();
        for fact in value.facts() {
            if let Fact::Instance(class) = fact
                && let Some(method) = self.method(*class, "__str__")
            {
                let called = self.call_function(id, method, None, Some(&value), &[]);
                result = called.value;
            }
        }
        result
    }

    /// A text of `pieces`; lists where the pieces turn out to be lists.
    pub(super) fn put_together(&self, pieces: Vec<Piece>) -> Value {
        let mut content = Content::default();
        for piece in &pieces {
            if let Some(value) = piece.value()
                && !matches!(piece, Piece::Hole(_, HoleFormat::Number))
            {
                for mark in value.collapse(Labels::ALL) {
                    add_mark(&mut content.marks, mark);
                }
            }
        }
        content.text = Text::template(pieces);
        if let Some(class) = self.builtin("str") {
            content.facts.push(Fact::ExternalInstance(class));
        }
        normalised(&Value::new(content))
    }

    pub(super) fn binary(
        &mut self,
        id: ValueId,
        operator: BinaryOp,
        left: ValueId,
        right: ValueId,
    ) -> Value {
        let (a, b) = (self.value(left).clone(), self.value(right).clone());
        if let Some(atom) = Self::arithmetic(operator, &a, &b) {
            return Value::constant(atom, None);
        }
        if let Some(value) = self.operator_method(id, operator, left, right) {
            return value;
        }
        match operator {
            BinaryOp::Add => self.add(&a, &b),
            BinaryOp::Mod if is_text(&a) => self.percent(&a, &b),
            BinaryOp::Mult => multiplied(&a, &b),
            BinaryOp::BitOr if self.is_mapping(&a) || self.is_mapping(&b) => {
                super::operation::merge(&a, &b)
            }
            BinaryOp::Mod
            | BinaryOp::BitOr
            | BinaryOp::Sub
            | BinaryOp::MatMult
            | BinaryOp::Div
            | BinaryOp::Pow
            | BinaryOp::LShift
            | BinaryOp::RShift
            | BinaryOp::BitXor
            | BinaryOp::BitAnd
            | BinaryOp::FloorDiv => {
                let mut marks = a.collapse(Labels::INERT);
                for mark in b.collapse(Labels::INERT) {
                    add_mark(&mut marks, mark);
                }
                Value::of_marks(marks).with_unknown_text()
            }
        }
    }

    /// `a / b` where the class of `a` defines it.
    fn operator_method(
        &mut self,
        id: ValueId,
        operator: BinaryOp,
        left: ValueId,
        right: ValueId,
    ) -> Option<Value> {
        let (name, reflected) = method_names(operator)?;
        for (object, argument, name) in [(left, right, name), (right, left, reflected)] {
            let receiver = self.value(object).clone();
            let argument = CallArgument {
                kind: ArgumentKind::Positional,
                value: self.value(argument).clone(),
                id: argument,
            };
            for fact in receiver.facts().to_vec() {
                match fact {
                    Fact::Instance(class) => {
                        if let Some(method) = self.method(class, name) {
                            let arguments = [argument];
                            return Some(
                                self.call_function(id, method, None, Some(&receiver), &arguments)
                                    .value,
                            );
                        }
                    }
                    Fact::ExternalInstance(class) => {
                        let names = &self.world.models.names;
                        let nodes = names
                            .get(name)
                            .map(|name| self.members(class, name))
                            .unwrap_or_default();
                        if !nodes.is_empty() {
                            let arguments = [argument];
                            return Some(
                                self.call_library(id, &nodes, Some(&receiver), &arguments)
                                    .value,
                            );
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
        }
        None
    }

    fn add(&self, a: &Value, b: &Value) -> Value {
        if is_sequence(a) || is_sequence(b) {
            return concatenated(a, b);
        }
        if let (Some(Atom::Bytes(x)), Some(Atom::Bytes(y))) = (a.atom(), b.atom()) {
            let joined: Vec<u8> = x.iter().chain(y.iter()).copied().collect();
            return Value::constant(Atom::Bytes(Arc::from(joined)), first_site(a));
        }
        self.put_together(vec![
            Piece::Hole(a.clone(), HoleFormat::Plain),
            Piece::Hole(b.clone(), HoleFormat::Plain),
        ])
    }

    /// `format % values` where the format is a constant of another place.
    fn percent(&self, format: &Value, values: &Value) -> Value {
        let pieces = format.string().and_then(|text| parse_percent_format(text));
        let Some(pieces) = pieces else {
            return self.put_together(vec![
                Piece::Hole(format.clone(), HoleFormat::Plain),
                Piece::Hole(flat(values), HoleFormat::Plain),
            ]);
        };
        let is_tuple = values
            .children()
            .iter()
            .any(|(key, _)| matches!(key, Key::Index(_)));
        let pieces = pieces
            .into_iter()
            .map(|piece| match piece {
                FormatPiece::Literal(text) => Piece::Literal(Arc::from(text)),
                FormatPiece::Field(field) => {
                    let value = match &field.which {
                        FieldWhich::Name(name) => self.text_item(values, name),
                        FieldWhich::Index(index) => match i32::try_from(*index) {
                            Ok(index) if is_tuple => values.step(Key::Index(index)),
                            _ => values.clone(),
                        },
                    };
                    Piece::Hole(value, field.format)
                }
            })
            .collect();
        self.put_together(pieces)
    }

    /// The text that a log receives: `log.info("%s", x)`, `log.info("{}", x)`, `log.log(level, x)`.
    /// Objects other than texts are shown by their `repr`, which escapes what they hold.
    pub(super) fn logged(&self, given: &Given<'_>) -> Value {
        let mut values = given.positional().map(|value| {
            if self.is_shown_escaped(value) {
                Value::unknown()
            } else {
                value.clone()
            }
        });
        let format = values.find(|value| value.string().is_some() || value.is_marked());
        let Some(format) = format else {
            return Value::unknown();
        };
        let values: Vec<Value> = values.collect();
        let pieces = format.string().and_then(|text| {
            parse_percent_format(text)
                .filter(|pieces| pieces.iter().any(is_field))
                .or_else(|| parse_brace_format(text).filter(|pieces| pieces.iter().any(is_field)))
        });
        let Some(pieces) = pieces else {
            let all = std::iter::once(&format).chain(&values);
            let holes = all.map(|value| Piece::Hole(value.clone(), HoleFormat::Plain));
            return self.put_together(holes.collect());
        };
        let pieces = pieces
            .into_iter()
            .map(|piece| match piece {
                FormatPiece::Literal(text) => Piece::Literal(Arc::from(text)),
                FormatPiece::Field(field) => {
                    let value = match &field.which {
                        FieldWhich::Name(name) => values
                            .first()
                            .map_or(Value::unknown(), |first| self.text_item(first, name)),
                        FieldWhich::Index(index) => values
                            .get(*index as usize)
                            .cloned()
                            .unwrap_or_else(Value::unknown),
                    };
                    Piece::Hole(value, field.format)
                }
            })
            .collect();
        self.put_together(pieces)
    }

    /// Whether a value is certainly no text, so that a log shows its `repr`.
    fn is_shown_escaped(&self, value: &Value) -> bool {
        let models = self.world.models;
        let text = self.builtin("str");
        let is_other = |fact: &Fact| match fact {
            Fact::ExternalInstance(class) => !models
                .linearization(*class)
                .iter()
                .any(|node| Some(*node) == text),
            Fact::Instance(_)
            | Fact::External(_)
            | Fact::Module(_)
            | Fact::Namespace(_)
            | Fact::Function(..)
            | Fact::Class(_)
            | Fact::Super(_)
            | Fact::Bound(_)
            | Fact::Partial(_) => false,
        };
        let has_parts = !value.children().is_empty() && value.text().alternatives().is_empty();
        let facts = value.facts();
        (!facts.is_empty() && facts.iter().all(is_other)) || (facts.is_empty() && has_parts)
    }

    fn text_item(&self, mapping: &Value, name: &str) -> Value {
        let key = self
            .world
            .program
            .names
            .get(name)
            .map_or(Key::Any, Key::Text);
        mapping.step(key)
    }

    /// `format.format(…)` where the format is a constant of another place.
    pub(super) fn format_call(&self, format: &Value, given: &Given<'_>) -> Value {
        let pieces = format.string().and_then(|text| parse_brace_format(text));
        let Some(pieces) = pieces else {
            let mut holes = vec![Piece::Hole(format.clone(), HoleFormat::Plain)];
            for argument in given.arguments {
                holes.push(Piece::Hole(flat(&argument.value), HoleFormat::Plain));
            }
            return self.put_together(holes);
        };
        let pieces = pieces
            .into_iter()
            .map(|piece| match piece {
                FormatPiece::Literal(text) => Piece::Literal(Arc::from(text)),
                FormatPiece::Field(field) => {
                    let value = match &field.which {
                        FieldWhich::Name(name) => self
                            .world
                            .program
                            .names
                            .get(name)
                            .and_then(|name| given.base(crate::models::rows::Base::Keyword(name)))
                            .map(|(value, _)| value),
                        FieldWhich::Index(index) => given.argument(*index as usize),
                    };
                    let value = value.unwrap_or_else(Value::unknown);
                    Piece::Hole(self.field_access(value, &field.tail), field.format)
                }
            })
            .collect();
        self.put_together(pieces)
    }

    /// `{0.name[key]}`
    fn field_access(&self, value: Value, tail: &[FieldAccess]) -> Value {
        tail.iter().fold(value, |value, access| match access {
            FieldAccess::Attribute(name) => match self.world.program.names.get(name) {
                Some(name) => value.step(Key::Attribute(name)),
                None => flat(&value),
            },
            FieldAccess::Index(index) => i32::try_from(*index)
                .map_or_else(|_| flat(&value), |index| value.step(Key::Index(index))),
            FieldAccess::Key(name) => self.text_item(&value, name),
        })
    }

    /// `separator.join(values)` where the separator is not a literal at the call.
    pub(super) fn join_call(&self, separator: &Value, values: &Value) -> Value {
        match separator.string() {
            Some(text) if separator.marks().is_empty() => {
                self.put_together(vec![Piece::Join(values.clone(), Arc::clone(text))])
            }
            _ => self.put_together(vec![
                Piece::Join(values.clone(), Arc::from("")),
                Piece::Hole(separator.clone(), HoleFormat::Plain),
            ]),
        }
    }

    pub(super) fn members(
        &self,
        class: crate::models::rows::NodeId,
        name: hognose_python::ir::Symbol,
    ) -> Vec<crate::models::rows::NodeId> {
        self.world.models.member(class, name).collect()
    }
}

impl Value {
    fn with_unknown_text(self) -> Self {
        if *self.text() == Text::Unknown {
            self
        } else {
            self.with_text(Text::Unknown)
        }
    }
}

fn method_names(operator: BinaryOp) -> Option<(&'static str, &'static str)> {
    match operator {
        BinaryOp::Div => Some(("__truediv__", "__rtruediv__")),
        BinaryOp::Add => Some(("__add__", "__radd__")),
        BinaryOp::Mod => Some(("__mod__", "__rmod__")),
        BinaryOp::BitOr => Some(("__or__", "__ror__")),
        BinaryOp::BitAnd => Some(("__and__", "__rand__")),
        BinaryOp::Mult => Some(("__mul__", "__rmul__")),
        BinaryOp::LShift => Some(("__lshift__", "__rlshift__")),
        BinaryOp::RShift => Some(("__rshift__", "__rrshift__")),
        BinaryOp::Sub => Some(("__sub__", "__rsub__")),
        BinaryOp::MatMult | BinaryOp::Pow | BinaryOp::BitXor | BinaryOp::FloorDiv => None,
    }
}

/// A value inside a text: a list shows its elements.
fn flat(value: &Value) -> Value {
    if value.children().is_empty() {
        return value.clone();
    }
    Value::of_marks(value.collapse(Labels::ALL)).with_unknown_text()
}

pub(super) fn is_text(value: &Value) -> bool {
    value
        .text()
        .alternatives()
        .iter()
        .any(|alternative| match alternative {
            Alternative::Constant(atom, _) => matches!(atom, Atom::Str(_) | Atom::Bytes(_)),
            Alternative::Template(_) => true,
        })
}

/// A list or tuple: elements at positions, and no text.
fn is_sequence(value: &Value) -> bool {
    *value.text() == Text::Nothing
        && value
            .children()
            .iter()
            .any(|(key, _)| matches!(key, Key::Index(_) | Key::Any))
}

fn concatenated(a: &Value, b: &Value) -> Value {
    let length = a
        .children()
        .iter()
        .try_fold(0, |length: i32, (key, _)| match key {
            Key::Index(index) => Some(length.max(index + 1)),
            Key::Attribute(_) => Some(length),
            Key::Any | Key::Text(_) => None,
        });
    let length = length.filter(|_| is_sequence(a) && a.marks().is_empty());
    let mut content = a.content().clone();
    if !is_sequence(a) && !a.is_bottom() {
        content.text = Text::Nothing;
        let element = a.step(Key::Any);
        join_child(&mut content.children, Key::Any, &element);
    }
    for mark in b.marks() {
        add_mark(&mut content.marks, mark.derived(Labels::INERT));
    }
    if is_sequence(b) {
        for (key, child) in b.children() {
            let key = match (key, length) {
                (Key::Index(index), Some(length)) => Key::Index(length + index),
                (Key::Index(_) | Key::Any, _) => Key::Any,
                (Key::Attribute(_) | Key::Text(_), _) => *key,
            };
            join_child(&mut content.children, key, child);
        }
    } else {
        let element = b.step(Key::Any);
        join_child(&mut content.children, Key::Any, &element);
    }
    Value::new(content).truncated(crate::limits::DEPTH_MAX)
}

/// `"?" * n`, `["%s"] * n`: as constant as what is repeated.
fn multiplied(a: &Value, b: &Value) -> Value {
    for value in [a, b] {
        if is_sequence(value) {
            let element = value.step(Key::Any);
            let mut content = Content::default();
            join_child(&mut content.children, Key::Any, &element);
            return Value::new(content);
        }
        if is_text(value) {
            let text = if value.text().is_constant() {
                Text::Literal
            } else {
                Text::Unknown
            };
            return Value::new(Content {
                text,
                marks: value.collapse(Labels::INERT),
                ..Content::default()
            });
        }
    }
    let mut marks = a.collapse(Labels::INERT);
    for mark in b.collapse(Labels::INERT) {
        add_mark(&mut marks, mark);
    }
    Value::of_marks(marks).with_unknown_text()
}

fn first_site(value: &Value) -> Option<crate::value::Site> {
    value
        .text()
        .alternatives()
        .iter()
        .find_map(|alternative| match alternative {
            Alternative::Constant(_, site) => *site,
            Alternative::Template(_) => None,
        })
}

/// Merges what can be merged: constants into literals, templates into the template around them,
/// lists out of what looked like texts.
pub(super) fn normalised(value: &Value) -> Value {
    let Text::Known(list) = value.text() else {
        return value.clone();
    };
    let only_constants = list.iter().all(|alternative| alternative.atom().is_some());
    if only_constants {
        return value.clone();
    }
    let mut texts: SmallVec<[Alternative; 1]> = SmallVec::new();
    for alternative in list {
        match alternative {
            Alternative::Constant(..) => push_new(&mut texts, alternative.clone()),
            Alternative::Template(pieces) => {
                if let Some(list) = as_list(pieces) {
                    return list;
                }
                match flattened(pieces) {
                    Some(flat) => push_new(&mut texts, flat),
                    None => return value.with_text(Text::Unknown),
                }
            }
        }
    }
    if texts.len() > TEXTS_MAX {
        return value.with_text(Text::Unknown);
    }
    value.with_text(Text::Known(texts))
}

fn push_new(texts: &mut SmallVec<[Alternative; 1]>, alternative: Alternative) {
    if !texts.contains(&alternative) {
        texts.push(alternative);
    }
}

/// `a + b` of two lists looks like two holes until the caller is known.
fn as_list(pieces: &[Piece]) -> Option<Value> {
    let [
        Piece::Hole(a, HoleFormat::Plain),
        Piece::Hole(b, HoleFormat::Plain),
    ] = pieces
    else {
        return None;
    };
    (is_sequence(a) || is_sequence(b)).then(|| concatenated(a, b))
}

/// One level: nested templates spliced, literals merged; `None` beyond the limit.
fn flattened(pieces: &[Piece]) -> Option<Alternative> {
    let mut builder = Builder::default();
    for piece in pieces {
        builder.add(piece);
    }
    if builder.pieces.len() > PIECES_MAX {
        return None;
    }
    Some(builder.finish())
}

#[derive(Default)]
struct Builder {
    pieces: Vec<Piece>,
    literal: String,
    site: Option<crate::value::Site>,
}

impl Builder {
    fn add(&mut self, piece: &Piece) {
        match piece {
            Piece::Literal(text) => self.literal.push_str(text),
            Piece::Hole(value, format) => self.add_hole(value, *format),
            Piece::Join(values, separator) => self.add_join(values, separator),
        }
    }

    fn add_hole(&mut self, value: &Value, format: HoleFormat) {
        let settled = value.marks().is_empty() || is_text(value);
        match value.text().alternatives() {
            [Alternative::Constant(atom, site)]
                if value.marks().is_empty() && format == HoleFormat::Plain =>
            {
                match atom.display() {
                    Some(text) if self.literal.len() + text.len() <= CONSTANT_BYTES_MAX => {
                        self.site = self.site.or(*site);
                        self.literal.push_str(&text);
                    }
                    _ => self.push(Piece::Hole(value.clone(), format)),
                }
            }
            [Alternative::Template(pieces)] if settled && format == HoleFormat::Plain => {
                for piece in pieces.iter() {
                    self.add(piece);
                }
            }
            _ => self.push(Piece::Hole(value.clone(), format)),
        }
    }

    fn add_join(&mut self, values: &Value, separator: &Arc<str>) {
        let positions: Option<Vec<&Value>> = values
            .children()
            .iter()
            .map(|(key, child)| matches!(key, Key::Index(_)).then_some(child))
            .collect();
        match positions {
            Some(elements) if !elements.is_empty() && values.marks().is_empty() => {
                for (index, element) in elements.into_iter().enumerate() {
                    if index > 0 {
                        self.literal.push_str(separator);
                    }
                    self.add_hole(element, HoleFormat::Plain);
                }
            }
            _ => {
                let element = values.step(Key::Any);
                if element.text().is_constant() && !values.is_marked() {
                    let element = Value::new(Content {
                        text: Text::Literal,
                        ..Content::default()
                    });
                    self.push(Piece::Hole(element, HoleFormat::Plain));
                } else {
                    self.push(Piece::Join(values.clone(), Arc::clone(separator)));
                }
            }
        }
    }

    fn push(&mut self, piece: Piece) {
        self.close_literal();
        let is_list =
            |value: &Value| *value.text() == Text::Nothing && !value.children().is_empty();
        let piece = match piece {
            Piece::Hole(value, format) if !is_list(&value) => Piece::Hole(value.shown(), format),
            piece => piece,
        };
        self.pieces.push(piece);
    }

    fn close_literal(&mut self) {
        if !self.literal.is_empty() {
            let text = std::mem::take(&mut self.literal);
            self.pieces.push(Piece::Literal(Arc::from(text)));
        }
    }

    fn finish(mut self) -> Alternative {
        if self.pieces.is_empty() {
            return Alternative::Constant(Atom::Str(Arc::from(self.literal)), self.site);
        }
        self.close_literal();
        Alternative::Template(Arc::from(self.pieces))
    }
}

/// The marks of a value that do not come from the holes of its templates.
pub(crate) fn marks_outside_text(value: &Value) -> Vec<Mark> {
    let alternatives = value.text().alternatives();
    if alternatives.is_empty() {
        return value.marks().to_vec();
    }
    let mut inside: SmallVec<[Mark; 1]> = SmallVec::new();
    for alternative in alternatives {
        if let Alternative::Template(pieces) = alternative {
            for piece in pieces.iter() {
                if let Some(hole) = piece.value() {
                    for mark in hole.collapse(Labels::ALL) {
                        add_mark(&mut inside, mark);
                    }
                }
            }
        }
    }
    value
        .marks()
        .iter()
        .filter(|mark| !inside.iter().any(|known| known.origin == mark.origin))
        .copied()
        .collect()
}

/// Whether a text begins like an SQL statement.
pub(super) fn begins_like_sql(value: &Value) -> bool {
    value.text().alternatives().iter().any(|alternative| {
        let start: &str = match alternative {
            Alternative::Constant(Atom::Str(text), _) => text,
            Alternative::Constant(..) => "",
            Alternative::Template(pieces) => match pieces.first() {
                Some(Piece::Literal(text)) => text,
                _ => "",
            },
        };
        is_sql_start(start)
    })
}

fn is_field(piece: &FormatPiece) -> bool {
    matches!(piece, FormatPiece::Field(_))
}

fn is_sql_start(text: &str) -> bool {
    let mut words = text
        .split(|character: char| !character.is_ascii_alphanumeric() && character != '_')
        .filter(|word| !word.is_empty());
    let first = words.next().unwrap_or("").to_ascii_uppercase();
    let second = words.next().unwrap_or("").to_ascii_uppercase();
    match first.as_str() {
        "SELECT" | "WITH" | "PRAGMA" | "EXPLAIN" | "TRUNCATE" | "VACUUM" => true,
        "INSERT" | "REPLACE" | "MERGE" => second == "INTO" || second == "OR" || second == "IGNORE",
        "DELETE" => second == "FROM",
        "UPDATE" => text.to_ascii_uppercase().contains("SET"),
        "CREATE" | "DROP" | "ALTER" => matches!(
            second.as_str(),
            "TABLE"
                | "DATABASE"
                | "INDEX"
                | "VIEW"
                | "USER"
                | "ROLE"
                | "SCHEMA"
                | "OR"
                | "UNIQUE"
                | "TEMP"
                | "TEMPORARY"
                | "FUNCTION"
                | "TRIGGER"
                | "PROCEDURE"
                | "EXTENSION"
                | "SEQUENCE"
        ),
        "GRANT" | "REVOKE" | "CALL" | "EXEC" | "EXECUTE" | "COPY" | "SHOW" | "USE" => {
            !second.is_empty()
        }
        _ => false,
    }
}
