//! Phis: completing them when all ways to a block are known, removing those that choose nothing.
//!
//! ```python
//! if ok(x):
//!     y = 1         # after this `if`, `x` is what it was before: both sides of one condition
//! ```

use smallvec::SmallVec;

use crate::ir::{BlockId, Op, ValueId};

use super::{Builder, JOINED_VALUES_MAX, Joined, VarId};

impl Builder {
    pub(super) fn new_phi(&mut self, var: VarId, block: BlockId) -> ValueId {
        let phi = self.create_in_head(Op::Phi(Box::default()), self.position, block);
        self.definitions.insert((var, block), phi);
        phi
    }

    /// Says that no more jumps to `block` will come.
    pub fn seal(&mut self, block: BlockId) {
        if self.blocks[block.index()].sealed {
            return;
        }
        self.blocks[block.index()].sealed = true;
        let incomplete = std::mem::take(&mut self.blocks[block.index()].incomplete);
        let region = self.blocks[block.index()].region;
        for (var, phi) in incomplete {
            let unwritten = region.filter(|(_, since)| self.vars[var.0 as usize].written <= *since);
            let mut open = Vec::new();
            match unwritten {
                Some((before, _)) => {
                    let value = self.find(var, before, &mut open);
                    self.replace(phi, value);
                }
                None => open.push((phi, block)),
            }
            self.complete(var, open);
        }
    }

    /// Finds the inputs of open phis, then removes those that choose nothing.
    pub(super) fn complete(&mut self, var: VarId, mut open: Vec<(ValueId, BlockId)>) {
        let mut filled = Vec::new();
        while let Some((phi, block)) = open.pop() {
            let predecessors = self.blocks[block.index()].predecessors.clone();
            let inputs = predecessors
                .into_iter()
                .map(|predecessor| (predecessor, self.find(var, predecessor, &mut open)))
                .collect();
            self.insts[phi.index()].op = Op::Phi(inputs);
            filled.push(phi);
        }
        for phi in filled.into_iter().rev() {
            self.simplify(phi);
        }
    }

    fn replace(&mut self, value: ValueId, by: ValueId) {
        let by = self.resolve(by);
        if by != value {
            self.states[value.index()].replaced = by;
        }
    }

    /// Replaces a phi that has one input, or that joins the two sides of a condition under which
    /// nothing happened.
    pub(super) fn simplify(&mut self, phi: ValueId) -> bool {
        let Op::Phi(inputs) = &self.insts[phi.index()].op else {
            return false;
        };
        let mut distinct: SmallVec<[ValueId; JOINED_VALUES_MAX]> = SmallVec::new();
        for (_, input) in inputs {
            let input = self.resolve(*input);
            if input != phi && !distinct.contains(&input) {
                if distinct.len() == JOINED_VALUES_MAX {
                    return false;
                }
                distinct.push(input);
            }
        }
        let single = match distinct.as_slice() {
            [] => None,
            [only] => Some(*only),
            [_, _, ..] => {
                let Some(joined) = self.join_sides(phi, distinct) else {
                    return false;
                };
                Some(joined)
            }
        };
        match single {
            Some(value) => self.replace(phi, value),
            None => self.insts[phi.index()].op = Op::Undefined,
        }
        true
    }

    /// The value of which `values`, the inputs of `phi`, are all sides of all conditions, if there
    /// is one.
    fn join_sides(
        &self,
        phi: ValueId,
        values: SmallVec<[ValueId; JOINED_VALUES_MAX]>,
    ) -> Option<ValueId> {
        if self.keeps_sides(phi) {
            return None;
        }
        let mut values = values;
        let is_side = |value: &ValueId| matches!(self.op(*value), Op::Refine { .. } | Op::Phi(_));
        if values.iter().filter(|value| !is_side(value)).count() > 1 {
            return None;
        }
        // Around a loop the sides of a condition can lead back to themselves.
        for _ in 0..2 * JOINED_VALUES_MAX {
            if let [only] = values.as_slice() {
                return Some(*only);
            }
            if let Some((left, right, of)) = self.opposite_sides(&values) {
                values.retain(|value| *value != left && *value != right);
                if of != phi && !values.contains(&of) {
                    values.push(of);
                }
                continue;
            }
            let inner = values
                .iter()
                .position(|value| matches!(self.op(*value), Op::Phi(_)))?;
            let Op::Phi(inputs) = self.op(values[inner]) else {
                return None;
            };
            let kept = self.keeps_sides(values[inner]);
            if kept || inputs.is_empty() || inputs.len() + values.len() > JOINED_VALUES_MAX {
                return None;
            }
            values.swap_remove(inner);
            for (_, input) in inputs {
                let input = self.resolve(*input);
                if !matches!(self.op(input), Op::Refine { .. }) {
                    return None;
                }
                if !values.contains(&input) {
                    values.push(input);
                }
            }
        }
        None
    }

    fn keeps_sides(&self, phi: ValueId) -> bool {
        let block = self.states[phi.index()].block;
        self.blocks[block.index()].sides == Joined::Kept
    }

    fn opposite_sides(&self, values: &[ValueId]) -> Option<(ValueId, ValueId, ValueId)> {
        for (at, left) in values.iter().enumerate() {
            let Op::Refine {
                value,
                condition,
                holds,
            } = self.op(*left)
            else {
                continue;
            };
            let of = self.resolve(*value);
            for right in &values[at + 1..] {
                if let Op::Refine {
                    value: other,
                    condition: same,
                    holds: side,
                } = self.op(*right)
                    && self.resolve(*other) == of
                    && self.resolve(*same) == self.resolve(*condition)
                    && side != holds
                {
                    return Some((*left, *right, of));
                }
            }
        }
        None
    }
}
