//! The last step of building a function: order, and nothing that nobody reads.
//!
//! ```python
//! if ok(x):       # the version of x on this branch is read …
//!     run(x)      # … here; on the other branch it is not, and goes
//! return 1        # code after this line is kept, behind everything that is reached
//! ```
//! Blocks come in reverse post-order, values in the order of the blocks. Blocks that only jump are
//! stepped over and straight lines of blocks become one.

use rustc_hash::FxHashMap;
use smallvec::SmallVec;

use crate::ir::{Block, BlockId, Inst, Op, Terminator, ValueId};

use super::{Builder, ENTRY, Purpose, resolve};

/// A function's code, and what its values are called now.
#[derive(Debug)]
pub struct Finished {
    pub insts: Vec<Inst>,
    pub blocks: Vec<Block>,
    values: Vec<Option<ValueId>>,
}

impl Finished {
    /// The final name of a value that was given to [`Builder::finish`] as a root.
    pub fn value(&self, value: ValueId) -> ValueId {
        self.values[value.index()].expect("roots are kept")
    }
}

/// Blocks with more jumps to them are not searched through for each jump.
const PREDECESSORS_SEARCHED_MAX: usize = 16;

/// What is known about the blocks while they are put in order.
struct Layout {
    /// The block whose end continues with this one.
    merged_into: Vec<Option<BlockId>>,
    /// The block that continues this one.
    continued_by: Vec<Option<BlockId>>,
    is_reached: Vec<bool>,
    is_stepped_over: Vec<bool>,
}

impl Builder {
    /// Ends the function, of which only [`Builder::clear`] is left to call. `roots` are values that something outside of its code refers to.
    pub fn finish(&mut self, roots: &[ValueId]) -> Finished {
        let order = self.reached();
        let mut is_reached = vec![false; self.blocks.len()];
        for block in &order {
            is_reached[block.index()] = true;
        }
        self.cut_dead_jumps(&is_reached);
        self.simplify_all();
        let live = self.live_values(roots);
        let count = self.blocks.len();
        let mut layout = Layout {
            merged_into: vec![None; count],
            continued_by: vec![None; count],
            is_reached,
            is_stepped_over: vec![false; count],
        };
        self.step_over_empty(&order, &live, &mut layout);
        self.merge_lines(&mut layout);
        let order = self.final_order(&order, &live, &layout);
        self.write_out(&order, &live, &layout)
    }

    /// The blocks that control reaches, in reverse post-order.
    pub(super) fn reached(&self) -> Vec<BlockId> {
        let mut seen = vec![false; self.blocks.len()];
        let mut order = Vec::new();
        let mut stack = vec![(ENTRY, 0)];
        seen[ENTRY.index()] = true;
        while let Some((block, next)) = stack.last_mut() {
            if let Some(target) = nth_target(&self.blocks[block.index()].terminator, *next) {
                *next += 1;
                if !seen[target.index()] {
                    seen[target.index()] = true;
                    stack.push((target, 0));
                }
            } else {
                order.push(*block);
                stack.pop();
            }
        }
        order.reverse();
        order
    }

    /// Code that is not reached does not lead back into code that is.
    fn cut_dead_jumps(&mut self, is_reached: &[bool]) {
        for at in 0..self.blocks.len() {
            if is_reached[at] {
                let block = &mut self.blocks[at];
                if block.predecessors.iter().all(|p| is_reached[p.index()]) {
                    continue;
                }
                block.predecessors.retain(|p| is_reached[p.index()]);
                for value in self.blocks[at].head.clone() {
                    if let Op::Phi(inputs) = &mut self.insts[value.index()].op {
                        let kept = std::mem::take(inputs).into_vec();
                        *inputs = kept
                            .into_iter()
                            .filter(|(block, _)| is_reached[block.index()])
                            .collect();
                    }
                }
            } else {
                let block = &mut self.blocks[at];
                let terminator = std::mem::take(&mut block.terminator);
                block.terminator = cut(terminator, is_reached);
            }
        }
    }

    /// Removes trivial phis until none is left.
    fn simplify_all(&mut self) {
        let mut users: FxHashMap<ValueId, Vec<ValueId>> = FxHashMap::default();
        let mut work = Vec::new();
        for at in 0..self.insts.len() {
            let phi = ValueId(at as u32);
            if self.states[at].replaced != phi {
                continue;
            }
            let Op::Phi(inputs) = &self.insts[at].op else {
                continue;
            };
            work.push(phi);
            for (_, input) in inputs {
                let input = self.resolve(*input);
                if input != phi && matches!(self.op(input), Op::Phi(_)) {
                    users.entry(input).or_default().push(phi);
                }
            }
        }
        work.reverse();
        while let Some(phi) = work.pop() {
            if self.states[phi.index()].replaced != phi || !self.simplify(phi) {
                continue;
            }
            let waiting = users.remove(&phi).unwrap_or_default();
            work.extend(&waiting);
            let by = self.resolve(phi);
            if by != phi && matches!(self.op(by), Op::Phi(_)) {
                users.entry(by).or_default().extend(waiting);
            }
        }
    }

    /// Which values are needed; afterwards no operand of them is a replaced value.
    fn live_values(&mut self, roots: &[ValueId]) -> Vec<bool> {
        let mut live = vec![false; self.insts.len()];
        let mut work: Vec<ValueId> = roots.iter().map(|root| self.resolve(*root)).collect();
        for at in 0..self.blocks.len() {
            let mut terminator = std::mem::take(&mut self.blocks[at].terminator);
            values_mut(&mut terminator, &mut |value| {
                *value = self.resolve(*value);
                work.push(*value);
            });
            self.blocks[at].terminator = terminator;
        }
        for (at, state) in self.states.iter().enumerate() {
            if state.purpose == Purpose::Effect {
                work.push(ValueId(at as u32));
            }
        }
        let (insts, states) = (&mut self.insts, &self.states);
        while let Some(value) = work.pop() {
            if std::mem::replace(&mut live[value.index()], true) {
                continue;
            }
            insts[value.index()].op.operands_mut(&mut |operand| {
                *operand = resolve(states, *operand);
                if !live[operand.index()] {
                    work.push(*operand);
                }
            });
        }
        live
    }

    fn has_code(&self, block: BlockId, live: &[bool]) -> bool {
        let block = &self.blocks[block.index()];
        block
            .head
            .iter()
            .chain(&block.insts)
            .any(|value| live[value.index()])
    }

    /// Leads jumps to blocks that only jump on to where these lead.
    fn step_over_empty(&mut self, order: &[BlockId], live: &[bool], layout: &mut Layout) {
        for block in order {
            let Terminator::Jump(target) = self.blocks[block.index()].terminator else {
                continue;
            };
            if *block == ENTRY || target == *block || self.has_code(*block, live) {
                continue;
            }
            let before = self.blocks[block.index()].predecessors.clone();
            let after = &self.blocks[target.index()].predecessors;
            if before.len() + after.len() > PREDECESSORS_SEARCHED_MAX
                || before.iter().any(|block| after.contains(block))
            {
                continue;
            }
            layout.is_stepped_over[block.index()] = true;
            for from in &before {
                retarget(&mut self.blocks[from.index()].terminator, *block, target);
            }
            let predecessors = &mut self.blocks[target.index()].predecessors;
            predecessors.retain(|from| from != block);
            predecessors.extend(before.iter().copied());
            for value in self.blocks[target.index()].head.clone() {
                if let Op::Phi(inputs) = &mut self.insts[value.index()].op {
                    *inputs = expand_input(std::mem::take(inputs), *block, &before);
                }
            }
        }
    }

    /// Joins blocks of which the first only leads to the second and only it does.
    fn merge_lines(&mut self, layout: &mut Layout) {
        for at in 0..self.blocks.len() {
            let Terminator::Jump(target) = self.blocks[at].terminator else {
                continue;
            };
            // A cycle that is reached is entered somewhere, by a second jump to that block.
            let is_line = target != ENTRY && self.blocks[target.index()].predecessors.len() == 1;
            if is_line && layout.is_reached[at] && !layout.is_stepped_over[at] {
                layout.merged_into[target.index()] = Some(BlockId(at as u32));
                layout.continued_by[at] = Some(target);
            }
        }
    }

    /// The blocks that remain: what is reached in reverse post-order, then the rest.
    fn final_order(&self, reached: &[BlockId], live: &[bool], layout: &Layout) -> Vec<BlockId> {
        let mut order: Vec<BlockId> = reached
            .iter()
            .copied()
            .filter(|block| !layout.is_stepped_over[block.index()])
            .filter(|block| layout.merged_into[block.index()].is_none())
            .collect();
        for at in 0..self.blocks.len() {
            let block = BlockId(at as u32);
            if layout.is_reached[at] {
                continue;
            }
            let is_needed = !self.blocks[at].predecessors.is_empty()
                || !matches!(self.blocks[at].terminator, Terminator::Unreachable)
                || layout.line(block).any(|part| self.has_code(part, live));
            if is_needed {
                order.push(block);
            }
        }
        order
    }

    fn write_out(&mut self, order: &[BlockId], live: &[bool], layout: &Layout) -> Finished {
        let mut values: Vec<Option<ValueId>> = vec![None; self.insts.len()];
        let mut names: Vec<Option<BlockId>> = vec![None; self.blocks.len()];
        let mut insts = Vec::with_capacity(live.iter().filter(|live| **live).count());
        let mut blocks = Vec::with_capacity(order.len());
        for (at, start) in order.iter().enumerate() {
            let mut block = Block::default();
            for part in layout.line(*start) {
                names[part.index()] = Some(BlockId(at as u32));
                let state = &mut self.blocks[part.index()];
                let head = std::mem::take(&mut state.head);
                let body = std::mem::take(&mut state.insts);
                block.insts.reserve(head.len() + body.len());
                let mut phis: SmallVec<[ValueId; 8]> = SmallVec::new();
                let mut others: SmallVec<[ValueId; 8]> = SmallVec::new();
                for value in head {
                    match self.insts[value.index()].op {
                        Op::Phi(_) => phis.push(value),
                        _ => others.push(value),
                    }
                }
                let code = phis.into_iter().chain(others).chain(body);
                for value in code.filter(|value| live[value.index()]) {
                    let name = ValueId(insts.len() as u32);
                    values[value.index()] = Some(name);
                    block.insts.push(name);
                    let inst = &mut self.insts[value.index()];
                    let op = std::mem::replace(&mut inst.op, Op::Unknown);
                    let range = inst.range;
                    insts.push(Inst { op, range });
                }
                block.terminator = std::mem::take(&mut self.blocks[part.index()].terminator);
            }
            let predecessors = &self.blocks[start.index()].predecessors;
            block.predecessors = predecessors.to_vec();
            blocks.push(block);
        }
        for (at, replaced) in self.states.iter().enumerate() {
            if values[at].is_none() && replaced.replaced.index() != at {
                values[at] = values[self.resolve(ValueId(at as u32)).index()];
            }
        }
        let mut finished = Finished {
            insts,
            blocks,
            values,
        };
        finished.rename(&names);
        finished
    }
}

impl Finished {
    fn rename(&mut self, names: &[Option<BlockId>]) {
        let values = &self.values;
        let value_name = |value: &mut ValueId| {
            *value = values[value.index()].expect("operands of live values are live");
        };
        let block_name =
            |block: BlockId| names[block.index()].expect("jumps lead to blocks that remain");
        for inst in &mut self.insts {
            inst.op.operands_mut(&mut |value| value_name(value));
            if let Op::Phi(inputs) = &mut inst.op {
                for (block, _) in inputs {
                    *block = block_name(*block);
                }
            }
        }
        for block in &mut self.blocks {
            for predecessor in &mut block.predecessors {
                *predecessor = block_name(*predecessor);
            }
            values_mut(&mut block.terminator, &mut |value| value_name(value));
            match &mut block.terminator {
                Terminator::Jump(target) => *target = block_name(*target),
                Terminator::Branch { holds, fails, .. } => {
                    *holds = block_name(*holds);
                    *fails = block_name(*fails);
                }
                Terminator::Switch(targets) => {
                    for target in targets {
                        *target = block_name(*target);
                    }
                }
                Terminator::Unreachable | Terminator::Return { .. } | Terminator::Raise { .. } => {}
            }
        }
    }
}

impl Layout {
    /// A block and those that continue it.
    fn line(&self, start: BlockId) -> impl Iterator<Item = BlockId> {
        std::iter::successors(Some(start), |block| self.continued_by[block.index()])
    }
}

fn nth_target(terminator: &Terminator, n: usize) -> Option<BlockId> {
    match terminator {
        Terminator::Unreachable | Terminator::Return { .. } | Terminator::Raise { .. } => None,
        Terminator::Jump(target) => (n == 0).then_some(*target),
        // Backwards, so that the side that holds comes first in reverse post-order.
        Terminator::Branch { holds, fails, .. } => [*fails, *holds].get(n).copied(),
        Terminator::Switch(targets) => targets.iter().rev().nth(n).copied(),
    }
}

/// The terminator of code that is not reached, without the jumps into code that is.
fn cut(terminator: Terminator, is_reached: &[bool]) -> Terminator {
    let is_dead = |block: &BlockId| !is_reached[block.index()];
    match terminator {
        Terminator::Unreachable | Terminator::Return { .. } | Terminator::Raise { .. } => {
            terminator
        }
        Terminator::Jump(target) if is_dead(&target) => terminator,
        Terminator::Jump(_) => Terminator::Unreachable,
        Terminator::Branch { holds, fails, .. } => match (is_dead(&holds), is_dead(&fails)) {
            (true, true) => terminator,
            (true, false) => Terminator::Jump(holds),
            (false, true) => Terminator::Jump(fails),
            (false, false) => Terminator::Unreachable,
        },
        Terminator::Switch(targets) => {
            let targets: Box<[BlockId]> = targets.into_iter().filter(is_dead).collect();
            match *targets {
                [] => Terminator::Unreachable,
                [only] => Terminator::Jump(only),
                [_, _, ..] => Terminator::Switch(targets),
            }
        }
    }
}

fn retarget(terminator: &mut Terminator, from: BlockId, to: BlockId) {
    let change = |target: &mut BlockId| {
        if *target == from {
            *target = to;
        }
    };
    match terminator {
        Terminator::Unreachable | Terminator::Return { .. } | Terminator::Raise { .. } => {}
        Terminator::Jump(target) => change(target),
        Terminator::Branch { holds, fails, .. } => {
            change(holds);
            change(fails);
        }
        Terminator::Switch(targets) => targets.iter_mut().for_each(change),
    }
}

/// A phi's inputs when `block` is replaced by the blocks before it.
fn expand_input(
    inputs: Box<[(BlockId, ValueId)]>,
    block: BlockId,
    before: &[BlockId],
) -> Box<[(BlockId, ValueId)]> {
    let mut expanded = Vec::with_capacity(inputs.len() + before.len());
    let mut moved = None;
    for (from, value) in inputs {
        if from == block {
            moved = Some(value);
        } else {
            expanded.push((from, value));
        }
    }
    if let Some(value) = moved {
        expanded.extend(before.iter().map(|from| (*from, value)));
    }
    expanded.into_boxed_slice()
}

/// Calls `visit` on every value a terminator reads.
fn values_mut(terminator: &mut Terminator, visit: &mut impl FnMut(&mut ValueId)) {
    match terminator {
        Terminator::Unreachable | Terminator::Jump(_) | Terminator::Switch(_) => {}
        Terminator::Branch { condition, .. } => visit(condition),
        Terminator::Return { value, exit } => {
            visit(value);
            for (_, version) in exit.params.iter_mut().chain(&mut exit.captures) {
                visit(version);
            }
        }
        Terminator::Raise { exception } => exception.iter_mut().for_each(visit),
    }
}
