//! Comparisons as input validation: what they say of a number, or of the length of a text.
//!
//! ```python
//! if amount <= 0: raise            # below; a value that is no number passes
//! if not (0 < amount <= MAX): …    # below and above, and a number
//! if len(name) > 80: abort(400)    # a bounded length
//! if float(raw) > limit: …         # says it of raw as well
//! ```

use hognose_python::ir::{CompareOp, Op, ValueId};

use super::Frame;
use super::guard::{Branch, Tested};
use crate::fact::Fact;
use crate::models::rows::{Labels, SourceKind};
use crate::value::{Atom, Origin, Value};

/// A constant below which a lower bound says nothing of a sign.
const LOWER_BOUND_MIN: i64 = -1;

/// On which side of the other operand an operand lies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Side {
    Below,
    Above,
}

impl Frame<'_> {
    /// What `left operator right` says of its operands on `branch`.
    pub(super) fn bounds(
        &mut self,
        operator: CompareOp,
        left: ValueId,
        right: ValueId,
        branch: Branch,
    ) -> Vec<Tested> {
        let holds = branch == Branch::Holds;
        let left_side =
            match (operator, holds) {
                (CompareOp::Lt | CompareOp::LtE, true)
                | (CompareOp::Gt | CompareOp::GtE, false) => Side::Below,
                (CompareOp::Gt | CompareOp::GtE, true)
                | (CompareOp::Lt | CompareOp::LtE, false) => Side::Above,
                _ => return Vec::new(),
            };
        let right_side = match left_side {
            Side::Below => Side::Above,
            Side::Above => Side::Below,
        };
        // NaN compares false with everything: only a comparison that holds rules it out.
        let certain = if holds { Labels::NOT_NAN } else { Labels::NONE };
        let mut tests = Vec::new();
        for (tested, other, side) in [(left, right, left_side), (right, left, right_side)] {
            if self.is_input(other) || !self.value(tested).is_marked() && !self.is_length(tested) {
                continue;
            }
            let bound = match side {
                Side::Below => Labels::BOUNDED_ABOVE,
                Side::Above if self.says_nothing(other) => Labels::NONE,
                Side::Above => Labels::BOUNDED_BELOW,
            };
            self.bounded(tested, side, bound.with(certain), &mut tests);
        }
        tests
    }

    fn bounded(&self, tested: ValueId, side: Side, labels: Labels, tests: &mut Vec<Tested>) {
        if let Some(measured) = self.measured(tested) {
            let labels = match side {
                Side::Below => Labels::BOUNDED_LENGTH,
                Side::Above => Labels::PRESENT,
            };
            tests.push(Tested::input(measured, labels));
            return;
        }
        let labels = labels.with(Labels::TYPED);
        tests.push(Tested::input(tested, labels));
        if let Some(converted) = self.converted(tested) {
            tests.push(Tested::input(converted, labels));
        }
    }

    /// `x` of `len(x)`.
    fn measured(&self, value: ValueId) -> Option<ValueId> {
        let Op::Call { callee, arguments } = self.op(self.unversioned(value)) else {
            return None;
        };
        let len = self.builtin("len")?;
        let is_len = self
            .value(*callee)
            .facts()
            .iter()
            .any(|fact| *fact == Fact::External(len));
        match &**arguments {
            [only] if is_len => Some(only.value),
            _ => None,
        }
    }

    fn is_length(&self, value: ValueId) -> bool {
        self.measured(value).is_some()
    }

    /// `x` of `float(x)`, and whatever else makes a number of its argument.
    pub(super) fn converted(&self, value: ValueId) -> Option<ValueId> {
        let Op::Call { callee, arguments } = self.op(self.unversioned(value)) else {
            return None;
        };
        let converts = self.value(*callee).facts().iter().any(|fact| match fact {
            Fact::External(node) => {
                let rows = &self.world.models.node(*node).sanitizers;
                rows.iter().any(|row| row.labels.has_any(Labels::TYPED))
            }
            _ => false,
        });
        match &**arguments {
            [first, ..] if converts => Some(first.value),
            _ => None,
        }
    }

    /// Whether the value is made of what a request holds.
    fn is_input(&self, value: ValueId) -> bool {
        let is_raw = |value: &Value| {
            value.collapse(Labels::ALL).iter().any(|mark| {
                matches!(
                    mark.origin,
                    Origin::Source(SourceKind::Remote | SourceKind::Possible, _)
                )
            })
        };
        is_raw(self.value(value))
    }

    /// `x > -1000`
    fn says_nothing(&self, bound: ValueId) -> bool {
        matches!(self.value(bound).atom(), Some(Atom::Int(bound)) if *bound < LOWER_BOUND_MIN)
    }

    /// `if x`: something was given.
    pub(super) fn presence(&self, condition: ValueId) -> Option<Tested> {
        let from_request = self
            .value(condition)
            .marks()
            .iter()
            .any(|mark| matches!(mark.origin, Origin::Source(SourceKind::Remote, _)));
        from_request.then(|| Tested::input(condition, Labels::PRESENT))
    }
}
