//! `match`: patterns are conditions that bind names.
//!
//! ```python
//! match command:
//!     case "stop" | "exit": ...        # comparisons of `command`
//!     case ["run", str(name)]: ...     # elements; `name` is the element where it is a `str`
//!     case {"path": path} if ok(path): ...
//! ```
//! Whether a sequence or mapping pattern fits its value is open; there is no value to decide it.

use ruff_python_ast::{
    self as ast, Expr, MatchCase, Pattern, PatternMatchClass, PatternMatchMapping, Singleton,
    StmtMatch,
};
use ruff_text_size::{Ranged, TextRange};

use crate::build::VarId;
use crate::ir::{BlockId, CompareOp, Constant, Op, ValueId};
use crate::limits::EXPRESSION_DEPTH_MAX;

use super::Lowerer;
use super::assign::{position, unpack};
use super::names::Binding;

/// Builtin types whose only positional pattern is the value itself: `case str(x)`.
const SELF_MATCHING_TYPES: &[&str] = &[
    "bool",
    "bytearray",
    "bytes",
    "dict",
    "float",
    "frozenset",
    "int",
    "list",
    "set",
    "str",
    "tuple",
];

/// What a pattern is compared with.
#[derive(Debug)]
struct Subject {
    value: ValueId,
    /// The local name of the value, which comparisons refine.
    var: Option<VarId>,
    /// The elements where the subject is a tuple that is written out: `match a, b:`.
    elements: Vec<Subject>,
}

impl Subject {
    fn of(value: ValueId) -> Self {
        Self {
            value,
            var: None,
            elements: Vec::new(),
        }
    }
}

/// A part of a subject and the pattern for it.
enum Part<'e> {
    Value(Op, &'e Pattern, TextRange),
    Element(usize, &'e Pattern),
}

impl<'a> Lowerer<'a> {
    pub fn lower_match(&mut self, stmt: &'a StmtMatch) {
        let subject = self.lower_subject(&stmt.subject);
        let mark = self.here.builder.mark();
        let end = self.here.builder.new_block();
        for case in &stmt.cases {
            let next = self.here.builder.new_block();
            self.lower_case(case, &subject, next);
            self.here.builder.jump(end);
            self.here.builder.start(next);
        }
        self.here.builder.jump(end);
        self.here.builder.set_region(end, mark);
        self.here.builder.start(end);
    }

    fn lower_subject(&mut self, expr: &Expr) -> Subject {
        if let Expr::Tuple(tuple) = expr
            && !tuple.iter().any(Expr::is_starred_expr)
        {
            let elements: Vec<Subject> = tuple
                .iter()
                .map(|element| self.lower_subject_value(element))
                .collect();
            let items = elements
                .iter()
                .map(|element| crate::ir::Element::Item(element.value))
                .collect();
            let op = Op::Display(crate::ir::DisplayKind::Tuple, items);
            let value = self.emit_value(op, expr.range());
            return Subject {
                value,
                var: None,
                elements,
            };
        }
        self.lower_subject_value(expr)
    }

    fn lower_subject_value(&mut self, expr: &Expr) -> Subject {
        // `match x := f():` has the name as well.
        let (value, var) = match expr {
            Expr::Named(named) => {
                self.lower_expr(expr);
                self.lower_tracked(&named.target)
            }
            other => self.lower_tracked(other),
        };
        Subject {
            value,
            var,
            elements: Vec::new(),
        }
    }

    fn lower_case(&mut self, case: &'a MatchCase, subject: &Subject, next: BlockId) {
        let matched = self.here.builder.new_block();
        self.lower_pattern(&case.pattern, subject, matched, next);
        self.here.builder.start(matched);
        if let Some(guard) = &case.guard {
            let body = self.here.builder.new_block();
            self.lower_condition(guard, body, next);
            self.here.builder.start(body);
        }
        if self.here.builder.is_live() {
            self.lower_body(&case.body);
        }
    }

    /// The subject's value with what earlier patterns said about it.
    fn current(&mut self, subject: &Subject) -> ValueId {
        match subject.var {
            Some(var) => self.here.builder.read(var),
            None => subject.value,
        }
    }

    fn decide(&mut self, op: Op, subject: &Subject, range: TextRange, to: (BlockId, BlockId)) {
        let condition = self.emit(op, range);
        let vars: &[VarId] = subject.var.as_slice();
        self.here.builder.branch(condition, vars, to.0, to.1);
    }

    /// Goes to `holds` with the pattern's names bound, or to `fails`.
    fn lower_pattern(
        &mut self,
        pattern: &Pattern,
        subject: &Subject,
        holds: BlockId,
        fails: BlockId,
    ) {
        if self.depth >= EXPRESSION_DEPTH_MAX {
            self.depth_limit_hits += 1;
            self.here.builder.switch(&[holds, fails]);
            return;
        }
        self.depth += 1;
        let range = pattern.range();
        match pattern {
            Pattern::MatchValue(value) => {
                let right = self.lower_expr(&value.value);
                let left = self.current(subject);
                let op = Op::Compare(CompareOp::Eq, left, right);
                self.decide(op, subject, range, (holds, fails));
            }
            Pattern::MatchSingleton(singleton) => {
                let constant = match singleton.value {
                    Singleton::None => Constant::None,
                    Singleton::True => Constant::Bool(true),
                    Singleton::False => Constant::Bool(false),
                };
                let right = self.emit_value(Op::Constant(constant), range);
                let left = self.current(subject);
                let op = Op::Compare(CompareOp::Is, left, right);
                self.decide(op, subject, range, (holds, fails));
            }
            Pattern::MatchSequence(sequence) => {
                self.lower_sequence(&sequence.patterns, subject, holds, fails);
            }
            Pattern::MatchMapping(mapping) => self.lower_mapping(mapping, subject, holds, fails),
            Pattern::MatchClass(class) => self.lower_class_pattern(class, subject, holds, fails),
            Pattern::MatchStar(star) => {
                if let Some(name) = &star.name {
                    let value = self.current(subject);
                    self.store_name(name, value, range);
                }
                self.here.builder.jump(holds);
            }
            Pattern::MatchAs(named) => self.lower_as(named, subject, holds, fails),
            Pattern::MatchOr(alternatives) => {
                let count = alternatives.patterns.len();
                for (at, alternative) in alternatives.patterns.iter().enumerate() {
                    if at + 1 == count {
                        self.lower_pattern(alternative, subject, holds, fails);
                    } else {
                        let next = self.here.builder.new_block();
                        self.lower_pattern(alternative, subject, holds, next);
                        self.here.builder.start(next);
                    }
                }
            }
        }
        self.depth -= 1;
    }

    fn lower_as(
        &mut self,
        named: &ast::PatternMatchAs,
        subject: &Subject,
        holds: BlockId,
        fails: BlockId,
    ) {
        if let Some(pattern) = &named.pattern {
            let matched = self.here.builder.new_block();
            self.lower_pattern(pattern, subject, matched, fails);
            self.here.builder.start(matched);
        }
        if let Some(name) = &named.name
            && self.here.builder.is_live()
        {
            let value = self.current(subject);
            self.store_name(name, value, name.range());
        }
        self.here.builder.jump(holds);
    }

    /// Matches parts one after the other.
    fn lower_parts(
        &mut self,
        parts: Vec<Part<'_>>,
        subject: &Subject,
        holds: BlockId,
        fails: BlockId,
    ) {
        for part in parts {
            let next = self.here.builder.new_block();
            match part {
                Part::Value(op, pattern, range) => {
                    let value = self.emit_value(op, range);
                    self.lower_pattern(pattern, &Subject::of(value), next, fails);
                }
                Part::Element(at, pattern) => {
                    self.lower_pattern(pattern, &subject.elements[at], next, fails);
                }
            }
            self.here.builder.start(next);
        }
        self.here.builder.jump(holds);
    }

    /// Whether the value has the form of the pattern is open.
    fn lower_form(&mut self, fails: BlockId) {
        let fits = self.here.builder.new_block();
        self.here.builder.switch(&[fits, fails]);
        self.here.builder.start(fits);
    }

    fn lower_sequence(
        &mut self,
        patterns: &[Pattern],
        subject: &Subject,
        holds: BlockId,
        fails: BlockId,
    ) {
        let star = patterns.iter().position(Pattern::is_match_star);
        if star.is_none() && subject.elements.len() == patterns.len() && !patterns.is_empty() {
            let parts = patterns.iter().enumerate();
            let parts = parts
                .map(|(at, pattern)| Part::Element(at, pattern))
                .collect();
            self.lower_parts(parts, subject, holds, fails);
            return;
        }
        self.lower_form(fails);
        let value = self.current(subject);
        let mut parts = Vec::new();
        for (at, pattern) in patterns.iter().enumerate() {
            let op = unpack(value, at, patterns.len(), star);
            parts.push(Part::Value(op, pattern, pattern.range()));
        }
        self.lower_parts(parts, subject, holds, fails);
    }

    fn lower_mapping(
        &mut self,
        mapping: &PatternMatchMapping,
        subject: &Subject,
        holds: BlockId,
        fails: BlockId,
    ) {
        self.lower_form(fails);
        let object = self.current(subject);
        let mut parts = Vec::new();
        for (key, pattern) in mapping.keys.iter().zip(&mapping.patterns) {
            let range = key.range();
            let key = self.lower_expr(key);
            parts.push(Part::Value(Op::Item { object, key }, pattern, range));
        }
        let rest = self.here.builder.new_block();
        self.lower_parts(parts, subject, rest, fails);
        self.here.builder.start(rest);
        if let Some(name) = &mapping.rest
            && self.here.builder.is_live()
        {
            self.store_name(name, object, name.range());
        }
        self.here.builder.jump(holds);
    }

    fn lower_class_pattern(
        &mut self,
        pattern: &PatternMatchClass,
        subject: &Subject,
        holds: BlockId,
        fails: BlockId,
    ) {
        let class = self.lower_expr(&pattern.cls);
        let value = self.current(subject);
        let fits = self.here.builder.new_block();
        let op = Op::IsInstance(value, class);
        self.decide(op, subject, pattern.range(), (fits, fails));
        self.here.builder.start(fits);
        if !self.here.builder.is_live() {
            return;
        }
        let object = self.current(subject);
        let positional = &pattern.arguments.patterns;
        if let [only] = positional.as_slice()
            && self.is_self_matching(&pattern.cls)
        {
            let itself = Subject {
                value: object,
                var: subject.var,
                elements: Vec::new(),
            };
            self.lower_pattern(only, &itself, holds, fails);
            return;
        }
        let mut parts = Vec::new();
        for (at, pattern) in positional.iter().enumerate() {
            let op = Op::Unpack(object, position(at));
            parts.push(Part::Value(op, pattern, pattern.range()));
        }
        for keyword in &pattern.arguments.keywords {
            let name = self.symbols.intern(&keyword.attr);
            let op = Op::Attribute { object, name };
            parts.push(Part::Value(op, &keyword.pattern, keyword.attr.range()));
        }
        self.lower_parts(parts, subject, holds, fails);
    }

    fn is_self_matching(&mut self, class: &Expr) -> bool {
        let Expr::Name(name) = class else {
            return false;
        };
        if !SELF_MATCHING_TYPES.contains(&name.id.as_str()) {
            return false;
        }
        let name = self.symbols.intern(&name.id);
        self.binding(name) == Binding::Global
    }
}
