//! Readings of a variable that a way to them does not bind.
//!
//! ```python
//! try:
//!     size = int(text)
//! except ValueError:
//!     log.warning("no number")    # goes on without `size`
//! return size                     # read here
//! ```
//! Only readings on a straight line behind the place where the ways meet: behind a further condition
//! the program may know that the variable is bound. Loops count as run, so a variable that only a
//! loop's body binds is none of this. Names that `del` has unbound are not looked at either.

use ruff_text_size::TextRange;

use crate::ir::{BlockId, Op, Symbol, Terminator, UnboundWay, ValueId};

use super::Builder;

/// Blocks between a reading and the place where the ways meet.
const LINE_BLOCKS_MAX: usize = 64;

/// Phis inside phis that are looked through.
const PHI_DEPTH_MAX: usize = 8;

/// A local name that was read.
#[derive(Debug, Clone, Copy)]
pub struct Reading {
    pub name: Symbol,
    pub value: ValueId,
    pub range: TextRange,
    pub block: BlockId,
}

/// The way on which a variable stays unbound.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Missed {
    pub way: UnboundWay,
    /// The call that the way ends with, which may never come back.
    pub last_call: Option<TextRange>,
}

impl Builder {
    /// The block that is being filled.
    pub fn block(&mut self) -> BlockId {
        self.here()
    }

    /// The ways that leave the variable of `reading` unbound; empty where none does, or where it is
    /// not certain that the ways meet in front of the reading.
    pub fn missed(&self, reading: &Reading, is_reached: &[bool]) -> Vec<Missed> {
        let value = self.resolve(reading.value);
        let Op::Phi(inputs) = self.op(value) else {
            return Vec::new();
        };
        let join = self.states[value.index()].block;
        let meets = is_reached[reading.block.index()]
            && !self.blocks[join.index()].is_loop
            && self.is_line(join, reading.block);
        if !meets {
            return Vec::new();
        }
        let mut bound: Vec<ValueId> = Vec::new();
        let mut missing = Vec::new();
        for (from, input) in inputs {
            if !is_reached[from.index()] {
                continue;
            }
            let input = self.resolve(*input);
            if self.is_unbound(input, is_reached, PHI_DEPTH_MAX) {
                missing.push(*from);
            } else if !bound.contains(&input) {
                bound.push(input);
            }
        }
        if bound.is_empty() {
            return Vec::new();
        }
        let found = missing.into_iter().map(|from| self.way(from, bound.len()));
        found.collect::<Option<Vec<Missed>>>().unwrap_or_default()
    }

    /// Which blocks control reaches.
    pub fn reached_blocks(&self) -> Vec<bool> {
        let mut is_reached = vec![false; self.blocks.len()];
        for block in self.reached() {
            is_reached[block.index()] = true;
        }
        is_reached
    }

    /// Whether nothing is decided between the start of `join` and `block`.
    fn is_line(&self, join: BlockId, block: BlockId) -> bool {
        let mut at = block;
        for _ in 0..LINE_BLOCKS_MAX {
            if at == join {
                return true;
            }
            let [only] = self.blocks[at.index()].predecessors.as_slice() else {
                return false;
            };
            match self.blocks[only.index()].terminator {
                Terminator::Jump(_) | Terminator::Switch(_) => at = *only,
                Terminator::Branch { .. }
                | Terminator::Unreachable
                | Terminator::Return { .. }
                | Terminator::Raise { .. } => return false,
            }
        }
        false
    }

    fn is_unbound(&self, value: ValueId, is_reached: &[bool], depth: usize) -> bool {
        if Some(value) == self.undefined {
            return true;
        }
        let Op::Phi(inputs) = self.op(value) else {
            return false;
        };
        let block = self.states[value.index()].block;
        depth > 0
            && !self.blocks[block.index()].is_loop
            && inputs.iter().any(|(from, input)| {
                is_reached[from.index()]
                    && self.is_unbound(self.resolve(*input), is_reached, depth - 1)
            })
    }

    /// What kind of way comes out of `from`; `None` for the body of a `try` that breaks off.
    fn way(&self, from: BlockId, bound: usize) -> Option<Missed> {
        let mut at = from;
        let mut last_call = None;
        for _ in 0..LINE_BLOCKS_MAX {
            let block = &self.blocks[at.index()];
            for value in block.insts.iter().rev() {
                match self.op(*value) {
                    Op::Exception(_) => {
                        return Some(Missed {
                            way: UnboundWay::Handler,
                            last_call,
                        });
                    }
                    Op::Call { .. } if last_call.is_none() => {
                        last_call = Some(self.insts[value.index()].range);
                    }
                    _ => {}
                }
            }
            if at == from && matches!(block.terminator, Terminator::Switch(_)) {
                // The body of a `try` that breaks off, or a loop.
                return None;
            }
            if at == from && matches!(block.terminator, Terminator::Branch { .. }) {
                // The condition itself leads past the binding.
                return Some(Missed {
                    way: branch(bound),
                    last_call: None,
                });
            }
            let [only] = block.predecessors.as_slice() else {
                return None;
            };
            match self.blocks[only.index()].terminator {
                Terminator::Branch { .. } => {
                    return Some(Missed {
                        way: branch(bound),
                        last_call,
                    });
                }
                Terminator::Jump(_) | Terminator::Switch(_) => at = *only,
                Terminator::Unreachable | Terminator::Return { .. } | Terminator::Raise { .. } => {
                    return None;
                }
            }
        }
        None
    }
}

/// Several branches that bind may be all there are, whatever the code says.
fn branch(bound: usize) -> UnboundWay {
    if bound > 1 {
        UnboundWay::Branches
    } else {
        UnboundWay::Branch
    }
}
