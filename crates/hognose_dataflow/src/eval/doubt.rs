//! Checks that are seen and not understood: they prove nothing, and make a finding less sure.
//!
//! ```python
//! def ensure_allowed(path):
//!     if path in blocked or not POLICY.permits(path): raise PermissionError(path)
//! ensure_allowed(name); open(name)       # somebody looked: not as sure as without
//! if not is_safe(name): abort(400)       # a predicate that says so by its name
//! ```
//! A function checks a parameter when whether it raises depends on what the parameter is. Tests for
//! presence, type and length are no such checks.

use hognose_python::ir::{
    Argument, BlockId, CompareOp, Function, Op, Terminator, UnaryOp, ValueId,
};
use rustc_hash::FxHashSet;

use super::Frame;
use super::guard::Tested;
use crate::models::rows::Labels;
use crate::value::{Key, Origin, Value};

/// How far conditions, and jumps to a `raise`, are followed.
const DEPTH_MAX: usize = 4;

/// Checked parts of parameters that a summary keeps.
const CHECKED_MAX: usize = 8;

impl Frame<'_> {
    /// The arguments of a predicate whose name says that it checks something.
    pub(super) fn doubtful_tests(&self, callee: ValueId, arguments: &[Argument]) -> Vec<Tested> {
        let name = match self.op(callee) {
            Op::Attribute { name, .. } | Op::Global(name) | Op::ImportFrom { name, .. } => {
                self.world.program.names.text(*name).to_ascii_lowercase()
            }
            _ => return Vec::new(),
        };
        let checks = [
            "valid", "allow", "safe", "check", "verify", "permit", "trusted", "sanit",
        ]
        .iter()
        .any(|word| name.contains(word));
        if !checks {
            return Vec::new();
        }
        arguments
            .iter()
            .map(|argument| Tested::doubt(argument.value))
            .collect()
    }

    /// Notes the parameters on which a branch depends that raises on one side.
    pub(super) fn note_check(&mut self, condition: ValueId) {
        let raises = [true, false]
            .iter()
            .any(|holds| self.survivors.contains(&(condition, *holds)));
        if !self.is_recording() || !raises {
            return;
        }
        let mut looked_at = Vec::new();
        self.looked_at(condition, 0, &mut looked_at);
        for value in looked_at {
            let value = self.value(value).clone();
            self.note_checked(&value);
        }
    }

    /// Notes the parameters of which `value` is made.
    pub(super) fn note_checked(&mut self, value: &Value) {
        if !self.is_recording() {
            return;
        }
        for mark in value.collapse(Labels::ALL) {
            if let Origin::Param(index, path) = mark.origin {
                let checked = &mut self.out.summary.checked;
                if let Err(at) = checked.binary_search(&(index, path))
                    && checked.len() < CHECKED_MAX
                {
                    checked.insert(at, (index, path));
                }
            }
        }
    }

    /// Whether the other way of a condition that looks at something raises: `if odd(path): raise`.
    pub(super) fn is_survivor(&self, condition: ValueId, holds: bool) -> bool {
        self.survivors.contains(&(condition, holds)) && {
            let mut looked_at = Vec::new();
            self.looked_at(condition, 0, &mut looked_at);
            !looked_at.is_empty()
        }
    }

    /// The conditions of which one way raises, with the other.
    pub(super) fn survivors(function: &Function) -> FxHashSet<(ValueId, bool)> {
        let mut survivors = FxHashSet::default();
        for block in &function.blocks {
            if let Terminator::Branch {
                condition,
                holds,
                fails,
            } = &block.terminator
            {
                match (ends_badly(function, *holds), ends_badly(function, *fails)) {
                    (true, false) => survivors.insert((*condition, false)),
                    (false, true) => survivors.insert((*condition, true)),
                    (true, true) | (false, false) => false,
                };
            }
        }
        survivors
    }

    /// The values whose content decides the condition.
    fn looked_at(&self, condition: ValueId, depth: usize, values: &mut Vec<ValueId>) {
        if depth > DEPTH_MAX {
            return;
        }
        match self.op(self.unversioned(condition)) {
            Op::Unary(UnaryOp::Not, inner) => self.looked_at(*inner, depth + 1, values),
            Op::Compare(operator, left, right) => match operator {
                CompareOp::In | CompareOp::NotIn => values.extend([*left, *right]),
                CompareOp::Eq | CompareOp::NotEq => {
                    for (side, other) in [(*left, *right), (*right, *left)] {
                        // A comparison with a constant speaks of a mode, unless of something made.
                        let plain = self.value(other).text().is_constant();
                        if !plain || matches!(self.op(self.unversioned(side)), Op::Call { .. }) {
                            values.push(side);
                        }
                    }
                }
                CompareOp::Is
                | CompareOp::IsNot
                | CompareOp::Lt
                | CompareOp::LtE
                | CompareOp::Gt
                | CompareOp::GtE => {}
            },
            Op::Call { callee, arguments } => {
                let Op::Attribute { object, .. } = self.op(*callee) else {
                    if !self.asks_for_kind(*callee) {
                        values.extend(arguments.iter().map(|argument| argument.value));
                    }
                    return;
                };
                values.push(*object);
                values.extend(arguments.iter().map(|argument| argument.value));
            }
            _ => {}
        }
    }

    /// `isinstance`, `len`, `callable`, …: nothing about what a text says.
    fn asks_for_kind(&self, callee: ValueId) -> bool {
        [
            "isinstance",
            "issubclass",
            "len",
            "callable",
            "hasattr",
            "type",
        ]
        .iter()
        .any(|name| {
            self.builtin(name).is_some_and(|node| {
                self.value(callee)
                    .facts()
                    .contains(&crate::fact::Fact::External(node))
            })
        })
    }
}

/// `value` with the part at `path` less sure.
pub(super) fn doubted(value: &Value, mut path: impl Iterator<Item = Key>) -> Value {
    match path.next() {
        None => value.less_sure(),
        Some(Key::Any) => value.clone(),
        Some(key) => value.with_child(key, doubted(&value.step(key), path)),
    }
}

/// Whether nothing comes back from the block.
fn ends_badly(function: &Function, block: BlockId) -> bool {
    let mut current = block;
    for _ in 0..DEPTH_MAX {
        current = match &function.blocks[current.index()].terminator {
            Terminator::Raise { .. } => return true,
            Terminator::Jump(target) => *target,
            Terminator::Unreachable
            | Terminator::Branch { .. }
            | Terminator::Switch(_)
            | Terminator::Return { .. } => return false,
        };
    }
    false
}
