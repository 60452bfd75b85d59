//! Where values are used as amounts, sizes, names of fields, grounds of a decision.
//!
//! ```python
//! account.balance -= data["amount"]     # Increment
//! charge(data["amount"])                # Amount: who is called is not known
//! if data["is_admin"]: …                # Authority
//! User(**data)                          # Fields, by a row
//! ```
//! Uses of a request's data are noted here; uses of parameters wait in the summary.

use hognose_python::ir::{ArgumentKind, BinaryOp, CompareOp, Op, Symbol, UnaryOp, ValueId};

use super::Frame;
use super::library::Given;
use crate::demand::{Demand, Need, Usage, Use, is_amount, is_authority};
use crate::fact::Fact;
use crate::limits::{CALL_DEPTH_MAX, Limit, USES_MAX};
use crate::models::rows::{DemandRow, Labels, RowConfidence, SourceKind};
use crate::program::FuncId;
use crate::summary::{CallArgument, Summary};
use crate::value::{Key, Mark, Origin, Value};

/// What a call does whose function is not known, by a word of its name.
const VERBS: [&str; 38] = [
    "create",
    "insert",
    "add",
    "save",
    "store",
    "update",
    "upsert",
    "set",
    "charge",
    "pay",
    "payment",
    "payout",
    "transfer",
    "move",
    "withdraw",
    "deposit",
    "debit",
    "credit",
    "refund",
    "buy",
    "sell",
    "order",
    "purchase",
    "checkout",
    "execute",
    "executemany",
    "book",
    "bet",
    "mint",
    "increment",
    "decrement",
    "incr",
    "incrby",
    "decrby",
    "record",
    "invoice",
    "billing",
    "send",
];

/// How deep a condition is taken apart.
const CONDITION_DEPTH_MAX: usize = 4;

impl Frame<'_> {
    /// `value` is used as something that asks for `demand`.
    pub(super) fn demand(
        &mut self,
        demand: Demand,
        (id, argument): (ValueId, ValueId),
        value: &Value,
        confidence: RowConfidence,
    ) {
        if !self.is_recording() || !value.is_marked() || self.world.is_modelled(self.id) {
            return;
        }
        let at = Use {
            site: self.site(id),
            argument,
            demand,
            confidence: confidence.max(self.confidence),
        };
        self.judge_need(&Need {
            at,
            value: value.clone(),
            via: None,
            depth: 0,
        });
    }

    /// Usages for what is known here; the need itself for what only a caller knows.
    fn judge_need(&mut self, need: &Need) {
        let marks = match need.at.demand {
            // What is put together key by key names its own fields.
            Demand::Fields => need.value.content().marks.clone(),
            Demand::Amount
            | Demand::Increment
            | Demand::Size
            | Demand::Choice
            | Demand::Authority
            | Demand::Conversion
            | Demand::Schema
            | Demand::Read => need.value.collapse(Labels::ALL),
        };
        for mark in &marks {
            if let Origin::Source(kind @ (SourceKind::Remote | SourceKind::Possible), source) =
                mark.origin
            {
                self.add_usage(Usage {
                    source_kind: kind,
                    source,
                    field: mark.field,
                    labels: mark.labels,
                    confidence: need
                        .at
                        .confidence
                        .max(considered(mark))
                        .max(self.confidence),
                    apex: self.id,
                    via: need.via,
                    at: need.at,
                });
            }
        }
        let waiting: smallvec::SmallVec<[Mark; 1]> = marks
            .into_iter()
            .filter(|mark| !mark.origin.is_source())
            .collect();
        if waiting.is_empty() || need.at.demand == Demand::Read {
            return;
        }
        let need = Need {
            value: Value::of_marks(waiting),
            ..need.clone()
        };
        let needs = &mut self.out.summary.needs;
        if needs.contains(&need) {
            return;
        }
        if needs.len() < USES_MAX {
            needs.push(need);
        } else {
            self.world.limits.hit(Limit::Uses);
        }
    }

    fn add_usage(&mut self, usage: Usage) {
        let known = self.out.usages.iter().any(|known| {
            known.at.site == usage.at.site
                && known.at.argument == usage.at.argument
                && known.at.demand == usage.at.demand
                && known.source == usage.source
                && known.field == usage.field
                && known.labels == usage.labels
        });
        if !known {
            self.out.usages.push(usage);
        }
    }

    /// What the callee does with what it is given.
    pub(super) fn apply_needs(
        &mut self,
        id: ValueId,
        function: FuncId,
        summary: &Summary,
        binding: &super::apply::Binding,
    ) {
        for need in &summary.needs {
            if need.depth >= CALL_DEPTH_MAX {
                self.world.limits.hit(Limit::CallDepth);
                continue;
            }
            let value = self.instantiate(id, &need.value, binding);
            self.judge_need(&Need {
                at: need.at,
                value,
                via: Some((id, function)),
                depth: need.depth + 1,
            });
        }
    }

    /// The demands that rows describe at a call.
    pub(super) fn call_demands(&mut self, id: ValueId, rows: &[DemandRow], given: &Given<'_>) {
        for row in rows {
            if !self.conditions_hold(&row.when, given) {
                continue;
            }
            for place in &row.arguments {
                let Some((value, index)) = given.base(place.base) else {
                    continue;
                };
                let argument = index.map_or(id, |index| given.arguments[index].id);
                self.matched(row.row, id, Some(argument));
                let value = self.follow(id, &value, &place.tail, given);
                self.demand(row.demand, (id, argument), &value, row.confidence);
                break;
            }
        }
    }

    /// A field of a request is read: `data["amount"]`, `data.get("amount")`.
    pub(super) fn field_read(&mut self, id: ValueId, item: &Value) {
        if self.is_recording() && item.marks().iter().any(|mark| mark.origin.is_source()) {
            let read = Value::of_marks(item.content().marks.clone());
            self.demand(Demand::Read, (id, id), &read, RowConfidence::High);
        }
    }

    /// `left + right`, `left * right`, …
    pub(super) fn calculation(
        &mut self,
        id: ValueId,
        operator: BinaryOp,
        left: ValueId,
        right: ValueId,
    ) {
        if !self.is_recording() {
            return;
        }
        let counts = matches!(
            operator,
            BinaryOp::Add | BinaryOp::Sub | BinaryOp::Mult | BinaryOp::Div
        );
        let texts = [left, right].iter().any(|side| {
            let value = self.value(*side);
            super::text::is_text(value) || !value.children().is_empty()
        });
        if !counts || texts {
            return;
        }
        for side in [left, right] {
            let named = self.named(side, is_amount);
            self.demand(Demand::Amount, (id, side), &named, RowConfidence::High);
        }
    }

    /// `object.name = value`: an increment, or an amount that is kept.
    pub(super) fn stored_attribute(
        &mut self,
        id: ValueId,
        object: ValueId,
        name: Symbol,
        value: ValueId,
    ) {
        if !self.is_recording() {
            return;
        }
        let is_same = |frame: &Self, read: ValueId| match frame.op(frame.unversioned(read)) {
            Op::Attribute {
                object: of,
                name: known,
            } => *known == name && frame.unversioned(*of) == frame.unversioned(object),
            _ => false,
        };
        if let Some(by) = self.incremented(value, is_same) {
            let by_value = self.value(by).clone();
            self.demand(Demand::Increment, (id, by), &by_value, RowConfidence::High);
            return;
        }
        let text = self.world.program.names.text(name);
        let of_init = self.world.program.names.text(self.function.name) == "__init__";
        if !of_init && is_amount(text) {
            let stored = self.value(value).clone();
            self.demand(Demand::Amount, (id, value), &stored, RowConfidence::High);
        }
    }

    /// `object[key] = value`, where it changes what is there.
    pub(super) fn stored_item(
        &mut self,
        id: ValueId,
        object: ValueId,
        key: ValueId,
        value: ValueId,
    ) {
        if !self.is_recording() {
            return;
        }
        let is_same = |frame: &Self, read: ValueId| match frame.op(frame.unversioned(read)) {
            Op::Item {
                object: of,
                key: known,
            } => {
                (*known == key || frame.value(*known) == frame.value(key))
                    && frame.unversioned(*of) == frame.unversioned(object)
            }
            _ => false,
        };
        if let Some(by) = self.incremented(value, is_same) {
            let by_value = self.value(by).clone();
            self.demand(Demand::Increment, (id, by), &by_value, RowConfidence::High);
        }
    }

    /// What is added to or taken from what stands there.
    fn incremented(
        &self,
        value: ValueId,
        is_same: impl Fn(&Self, ValueId) -> bool,
    ) -> Option<ValueId> {
        let Op::Binary(BinaryOp::Add | BinaryOp::Sub, left, right) = self.op(value) else {
            return None;
        };
        let texts = [left, right]
            .iter()
            .any(|side| super::text::is_text(self.value(**side)));
        if texts {
            return None;
        }
        match (is_same(self, *left), is_same(self, *right)) {
            (true, false) => Some(*right),
            (false, true) => Some(*left),
            (true, true) | (false, false) => None,
        }
    }

    /// Amounts among the arguments of a call whose function is not followed.
    pub(super) fn call_amounts(
        &mut self,
        id: ValueId,
        callee: ValueId,
        callee_value: &Value,
        arguments: &[CallArgument],
    ) {
        if !self.is_recording() || !self.keeps_amounts(callee, callee_value) {
            return;
        }
        // A mapping that is spread is asked for its fields, not for an amount.
        let single = arguments
            .iter()
            .filter(|argument| argument.kind != ArgumentKind::DoubleStar);
        for argument in single {
            let by_keyword = match argument.kind {
                ArgumentKind::Keyword(name) => is_amount(self.world.program.names.text(name)),
                ArgumentKind::Positional | ArgumentKind::Star | ArgumentKind::DoubleStar => false,
            };
            let marks = argument.value.collapse(Labels::ALL);
            let value = Value::of_marks(marks);
            let value = if by_keyword {
                value
            } else {
                self.filtered(&value, is_amount)
            };
            let confidence = RowConfidence::Medium;
            self.demand(Demand::Amount, (id, argument.id), &value, confidence);
        }
    }

    /// Whether a call does something with an amount that lasts, as far as its name says.
    fn keeps_amounts(&self, callee: ValueId, value: &Value) -> bool {
        for fact in value.facts() {
            match fact {
                // What the function does is in its summary.
                Fact::Function(..) | Fact::Bound(_) if !matches!(fact, Fact::Bound(bound) if matches!(bound.callable, Fact::External(_))) =>
                {
                    return false;
                }
                Fact::Class(class) => {
                    return self.world.hierarchy.libraries(*class).any(|node| {
                        let rows = &self.world.models.node(node).demands;
                        rows.iter().any(|row| row.demand == Demand::Fields)
                    });
                }
                Fact::External(_)
                | Fact::ExternalInstance(_)
                | Fact::Module(_)
                | Fact::Namespace(_)
                | Fact::Function(..)
                | Fact::Instance(_)
                | Fact::Super(_)
                | Fact::Bound(_)
                | Fact::Partial(_) => {}
            }
        }
        let name = match self.op(callee) {
            Op::Attribute { name, .. } | Op::Global(name) | Op::ImportFrom { name, .. } => *name,
            _ => return false,
        };
        let of_container = value.facts().iter().any(|fact| match fact {
            Fact::Bound(bound) => match bound.callable {
                Fact::External(node) => {
                    let parent = self.world.models.parent(node);
                    ["list", "dict", "set", "str"]
                        .iter()
                        .any(|class| self.builtin(class) == Some(parent))
                }
                _ => false,
            },
            _ => false,
        });
        let text = self.world.program.names.text(name).to_ascii_lowercase();
        !of_container && text.split('_').any(|word| VERBS.contains(&word))
    }

    /// A branch on what the client says of itself.
    pub(super) fn authority(&mut self, condition: ValueId) {
        if !self.is_recording() {
            return;
        }
        let mut decided_by = Vec::new();
        self.deciding(condition, 0, &mut decided_by);
        for value in decided_by {
            let named = self.named(value, is_authority);
            let place = (condition, value);
            self.demand(Demand::Authority, place, &named, RowConfidence::High);
        }
    }

    /// The values by which a condition goes one way or the other.
    fn deciding(&self, condition: ValueId, depth: usize, values: &mut Vec<ValueId>) {
        if depth > CONDITION_DEPTH_MAX {
            return;
        }
        match self.op(condition) {
            Op::Unary(UnaryOp::Not, inner) => self.deciding(*inner, depth + 1, values),
            Op::Compare(
                CompareOp::Eq | CompareOp::NotEq | CompareOp::Is | CompareOp::IsNot,
                left,
                right,
            ) => {
                let is_none =
                    |value: ValueId| self.value(value).atom() == Some(&crate::value::Atom::None);
                if !is_none(*left) && !is_none(*right) {
                    let sides = [(*left, *right), (*right, *left)];
                    let trusted = |other: ValueId| !self.value(other).is_marked();
                    values.extend(
                        sides
                            .into_iter()
                            .filter(|(_, other)| trusted(*other))
                            .map(|(side, _)| side),
                    );
                }
            }
            Op::Compare(CompareOp::In | CompareOp::NotIn, left, right) => {
                if !self.value(*right).is_marked() {
                    values.push(*left);
                } else if !self.value(*left).is_marked() {
                    // `"admin" in data["roles"]`; whether a key is there decides nothing.
                    values.push(*right);
                }
            }
            _ => values.push(condition),
        }
    }

    /// The marks of a value whose field, or parameter, has a name that `is_meant`.
    fn named(&self, value: ValueId, is_meant: fn(&str) -> bool) -> Value {
        self.filtered(self.value(value), is_meant)
    }

    fn filtered(&self, value: &Value, is_meant: fn(&str) -> bool) -> Value {
        let marks = value
            .marks()
            .iter()
            .filter(|mark| self.name_of(mark).is_some_and(is_meant))
            .copied()
            .collect();
        Value::of_marks(marks)
    }

    /// The name under which what carries the mark came in.
    fn name_of(&self, mark: &Mark) -> Option<&str> {
        let names = &self.world.program.names;
        let last = |path: crate::value::Path| {
            path.keys().filter_map(|key| match key {
                Key::Text(name) | Key::Attribute(name) => Some(name),
                Key::Index(_) | Key::Any => None,
            })
        };
        match mark.origin {
            Origin::Source(_, site) => {
                if let Some(field) = mark.field {
                    return Some(names.text(field));
                }
                let function = self.world.program.function(site.function);
                match function.op(site.value) {
                    Op::Param(index) => {
                        Some(names.text(function.params.get(*index as usize)?.name))
                    }
                    _ => None,
                }
            }
            Origin::Param(index, path) => {
                let own = || Some(self.function.params.get(usize::from(index))?.name);
                last(path).last().or_else(own).map(|name| names.text(name))
            }
            Origin::Captured(index, path) => {
                let own = || self.function.captures.get(usize::from(index)).copied();
                last(path).last().or_else(own).map(|name| names.text(name))
            }
            Origin::Deferred(..) => None,
        }
    }
}

/// How sure a mark is, where a check that is understood here made it less sure.
fn considered(mark: &Mark) -> RowConfidence {
    match mark.confidence {
        RowConfidence::Medium if mark.labels.has_any(Labels::CONSIDERED) => RowConfidence::High,
        RowConfidence::Low if mark.labels.has_any(Labels::CONSIDERED) => RowConfidence::Medium,
        confidence => confidence,
    }
}
