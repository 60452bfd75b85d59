//! Builds one function in SSA form while its body is walked, block by block.
//!
//! ```python
//! while ready():      # the head is open: what a variable is there is known at the loop's end
//!     n = step(n)     # reading `n` puts a phi in the head
//! use(n)
//! ```
//! The algorithm is that of Braun et al., "Simple and Efficient Construction of Static Single
//! Assignment Form" (2013): definitions per block, open (unsealed) blocks with incomplete phis,
//! removal of trivial phis. Added to it: the versions of a variable on a branch are made when they
//! are first read there, and a join whose branches did not write a variable is stepped over.
//! [`finish`] puts the blocks in order and drops what nobody reads.
//!
//! Not here: names and scopes, syntax trees.

mod finish;
mod phi;
mod unbound;
mod variable;

pub use unbound::{Missed, Reading};

use ruff_text_size::TextRange;
use rustc_hash::FxHashMap;
use smallvec::SmallVec;

use crate::ir::{BlockId, Inst, Op, Symbol, Terminator, ValueId};

/// A variable of one function: a name in a scope, or a hidden one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct VarId(u32);

/// What a variable is when the function starts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Entry {
    /// Unbound, or written in the first block.
    Undefined,
    Captured(u32),
    /// What the module has under this name.
    Global(Symbol),
}

/// How a variable came to a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Write {
    /// The program binds it.
    Binding,
    /// A new version of the object it holds.
    Version,
    /// It does not hold anything any more, or what it holds is no value of the program.
    Silent,
}

/// How many places of the program bind a variable.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sites {
    One,
    Several,
}

/// Whether an instruction stays when nobody reads its value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Purpose {
    Effect,
    Value,
}

#[derive(Debug)]
struct Variable {
    entry: Entry,
    sites: Sites,
    /// Time of the last write in any block; 0 is never.
    written: u32,
    /// Variables that held the same object at some time, itself included.
    aliases: Option<u32>,
}

#[derive(Debug)]
struct InstState {
    /// What this value was replaced by; itself if it stands.
    replaced: ValueId,
    block: BlockId,
    purpose: Purpose,
    /// A variable that held the value.
    holder: Option<VarId>,
}

/// Variables that get a new version in a block, because a condition was decided on the way to it.
#[derive(Debug)]
struct Refinement {
    vars: SmallVec<[VarId; 4]>,
    condition: ValueId,
    holds: bool,
    range: TextRange,
    made: SmallVec<[(ValueId, ValueId); 2]>,
}

/// Whether both sides of a condition that meet in a block are the value before it again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
enum Joined {
    #[default]
    Same,
    Kept,
}

#[derive(Debug, Default)]
struct BlockState {
    /// Phis and other values that stand at the beginning, in any order.
    head: SmallVec<[ValueId; 4]>,
    insts: Vec<ValueId>,
    terminator: Terminator,
    predecessors: SmallVec<[BlockId; 2]>,
    sealed: bool,
    incomplete: Vec<(VarId, ValueId)>,
    refinement: Option<Box<Refinement>>,
    /// A dominating block, and the time when control left it: variables that have not been written
    /// since are here what they were there.
    region: Option<(BlockId, u32)>,
    sides: Joined,
    is_loop: bool,
}

/// The most variables that are tracked as names of one object.
const ALIASES_MAX: usize = 8;

/// The most values that are looked at to recognise that both branches of a condition are joined.
const JOINED_VALUES_MAX: usize = 12;

/// Calls and tests between a variable and what a condition says of it.
const MADE_OF_DEPTH_MAX: u8 = 3;

const ENTRY: BlockId = BlockId(0);

#[derive(Debug)]
pub struct Builder {
    insts: Vec<Inst>,
    states: Vec<InstState>,
    blocks: Vec<BlockState>,
    vars: Vec<Variable>,
    aliases: Vec<SmallVec<[VarId; 4]>>,
    definitions: FxHashMap<(VarId, BlockId), ValueId>,
    log: Vec<(VarId, ValueId, Write)>,
    current: Option<BlockId>,
    clock: u32,
    undefined: Option<ValueId>,
    /// The code that is being lowered: the place of values that nothing is written for.
    position: TextRange,
}

impl Builder {
    pub fn new() -> Self {
        let mut builder = Self {
            insts: Vec::new(),
            states: Vec::new(),
            blocks: Vec::new(),
            vars: Vec::new(),
            aliases: Vec::new(),
            definitions: FxHashMap::default(),
            log: Vec::new(),
            current: Some(ENTRY),
            clock: 1,
            undefined: None,
            position: TextRange::default(),
        };
        builder.clear();
        builder
    }

    /// Forgets the function and keeps the memory for the next one.
    pub fn clear(&mut self) {
        self.insts.clear();
        self.states.clear();
        self.blocks.clear();
        self.vars.clear();
        self.aliases.clear();
        self.definitions.clear();
        self.log.clear();
        self.current = Some(ENTRY);
        self.clock = 1;
        self.undefined = None;
        self.position = TextRange::default();
        self.blocks.push(BlockState {
            sealed: true,
            ..BlockState::default()
        });
    }

    // Instructions

    /// Appends an instruction that stays even if nobody reads its value.
    pub fn emit(&mut self, op: Op, range: TextRange) -> ValueId {
        self.append(op, range, Purpose::Effect)
    }

    /// Appends an instruction that is dropped if nobody reads its value.
    pub fn emit_value(&mut self, op: Op, range: TextRange) -> ValueId {
        self.append(op, range, Purpose::Value)
    }

    fn append(&mut self, op: Op, range: TextRange, purpose: Purpose) -> ValueId {
        let block = self.here();
        self.position = range;
        let value = self.create(op, range, purpose, block);
        self.blocks[block.index()].insts.push(value);
        value
    }

    fn create(&mut self, op: Op, range: TextRange, purpose: Purpose, block: BlockId) -> ValueId {
        let value = ValueId(self.insts.len() as u32);
        self.insts.push(Inst { op, range });
        self.states.push(InstState {
            replaced: value,
            block,
            purpose,
            holder: None,
        });
        value
    }

    fn create_in_head(&mut self, op: Op, range: TextRange, block: BlockId) -> ValueId {
        let value = self.create(op, range, Purpose::Value, block);
        self.blocks[block.index()].head.push(value);
        value
    }

    pub fn op(&self, value: ValueId) -> &Op {
        &self.insts[self.resolve(value).index()].op
    }

    pub fn op_mut(&mut self, value: ValueId) -> &mut Op {
        &mut self.insts[value.index()].op
    }

    /// The value that stands for `value` after phis were removed.
    fn resolve(&self, value: ValueId) -> ValueId {
        resolve(&self.states, value)
    }

    // Blocks

    /// A block to jump to; [`Builder::start`] begins it.
    pub fn new_block(&mut self) -> BlockId {
        let block = BlockId(self.blocks.len() as u32);
        self.blocks.push(BlockState::default());
        block
    }

    /// Whether the code that comes now can be reached.
    pub fn is_live(&self) -> bool {
        self.current.is_some()
    }

    pub fn has_jumps_to(&self, block: BlockId) -> bool {
        !self.blocks[block.index()].predecessors.is_empty()
    }

    /// Where code is appended; a fresh block without predecessors after `return` and the like.
    fn here(&mut self) -> BlockId {
        if let Some(block) = self.current {
            return block;
        }
        let block = self.new_block();
        self.blocks[block.index()].sealed = true;
        self.current = Some(block);
        block
    }

    /// Continues in `block`, to which all jumps exist.
    pub fn start(&mut self, block: BlockId) {
        debug_assert!(self.current.is_none(), "the last block is terminated");
        self.seal(block);
        self.current = if self.blocks[block.index()].predecessors.is_empty() {
            None
        } else {
            Some(block)
        };
    }

    /// Jumps to a new block that more jumps will lead to: a loop's head. Seal it at the end.
    pub fn start_loop(&mut self) -> BlockId {
        let before = self.here();
        let head = self.new_block();
        self.jump(head);
        self.blocks[head.index()].region = Some((before, self.clock));
        self.blocks[head.index()].is_loop = true;
        self.current = Some(head);
        head
    }

    pub fn terminate(&mut self, terminator: Terminator) {
        let block = self.here();
        match &terminator {
            Terminator::Unreachable | Terminator::Return { .. } | Terminator::Raise { .. } => {}
            Terminator::Jump(target) => self.add_edge(block, *target),
            Terminator::Branch { holds, fails, .. } => {
                self.add_edge(block, *holds);
                self.add_edge(block, *fails);
            }
            Terminator::Switch(targets) => {
                for target in targets {
                    self.add_edge(block, *target);
                }
            }
        }
        self.blocks[block.index()].terminator = terminator;
        self.current = None;
    }

    fn add_edge(&mut self, from: BlockId, to: BlockId) {
        let block = &mut self.blocks[to.index()];
        debug_assert!(!block.sealed, "jumps come before the block is sealed");
        block.predecessors.push(from);
    }

    /// Ends the current block with a jump, unless the code here cannot be reached anyway.
    pub fn jump(&mut self, target: BlockId) {
        if self.is_live() {
            self.terminate(Terminator::Jump(target));
        }
    }

    /// Ends the current block by a choice that no value stands for.
    pub fn switch(&mut self, targets: &[BlockId]) {
        match targets {
            [only] => self.terminate(Terminator::Jump(*only)),
            [] | [_, ..] => self.terminate(Terminator::Switch(targets.into())),
        }
    }

    /// Branches on `condition` and refines `vars` on both sides.
    pub fn branch(&mut self, condition: ValueId, vars: &[VarId], holds: BlockId, fails: BlockId) {
        let mut refined: SmallVec<[VarId; 4]> = SmallVec::new();
        for var in vars {
            self.push_with_aliases(&mut refined, *var);
        }
        if refined.is_empty() && holds != fails {
            self.terminate(Terminator::Branch {
                condition,
                holds,
                fails,
            });
            return;
        }
        let on_holds = self.new_block();
        let on_fails = self.new_block();
        self.terminate(Terminator::Branch {
            condition,
            holds: on_holds,
            fails: on_fails,
        });
        for (edge, target, side) in [(on_holds, holds, true), (on_fails, fails, false)] {
            self.start(edge);
            self.refine(condition, side, refined.clone());
            self.jump(target);
        }
    }

    /// The variables whose values a call or a test was given to make `value`.
    pub fn made_of(&self, value: ValueId) -> SmallVec<[VarId; 4]> {
        let mut vars = SmallVec::new();
        let mut open: SmallVec<[(ValueId, u8); 4]> = SmallVec::new();
        open.push((value, 0));
        while let Some((value, depth)) = open.pop() {
            let value = self.resolve(value);
            if depth > 0
                && let Some(var) = self.states[value.index()].holder
                && !self.is_versionless(value)
                && !vars.contains(&var)
            {
                vars.push(var);
            }
            if depth >= MADE_OF_DEPTH_MAX || vars.len() >= 4 {
                continue;
            }
            match self.op(value) {
                Op::Call { callee, arguments } => {
                    if let Op::Attribute { object, .. } = self.op(*callee) {
                        open.push((*object, depth + 1));
                    }
                    open.extend(arguments.iter().map(|argument| (argument.value, depth + 1)));
                }
                Op::Compare(_, left, right) => {
                    open.push((*right, depth + 1));
                    open.push((*left, depth + 1));
                }
                Op::Unary(_, operand) => open.push((*operand, depth + 1)),
                // `commonpath([base, path])`
                Op::Display(_, elements) => {
                    open.extend(elements.iter().filter_map(|element| match element {
                        crate::ir::Element::Item(value) => Some((*value, depth + 1)),
                        crate::ir::Element::Spread(_) => None,
                    }));
                }
                Op::Template(parts) => open.extend(parts.iter().filter_map(|part| match part {
                    crate::ir::Part::Literal(_) => None,
                    crate::ir::Part::Hole(value, _) | crate::ir::Part::Join(value, _) => {
                        Some((*value, depth + 1))
                    }
                })),
                Op::Binary(_, left, right) => {
                    open.push((*right, depth + 1));
                    open.push((*left, depth + 1));
                }
                Op::Refine { value, .. } | Op::After { object: value, .. } => {
                    open.push((*value, depth));
                }
                _ => {}
            }
        }
        vars
    }

    /// Refines `vars` by the fact that the call `condition` has come back.
    pub fn came_back(&mut self, condition: ValueId, vars: &[VarId]) {
        if vars.is_empty() || !self.is_live() {
            return;
        }
        let mut refined: SmallVec<[VarId; 4]> = SmallVec::new();
        for var in vars {
            self.push_with_aliases(&mut refined, *var);
        }
        let after = self.new_block();
        self.jump(after);
        self.start(after);
        self.refine(condition, true, refined);
    }

    /// The block where control is now and the time, for [`Builder::set_region`].
    pub fn mark(&mut self) -> (BlockId, u32) {
        (self.here(), self.clock)
    }

    /// Says that one of the ways to `block` may end before it: `if not ok(x): abort()`. What the
    /// other way knows of a variable is then worth keeping.
    pub fn keep_sides(&mut self, block: BlockId) {
        self.blocks[block.index()].sides = Joined::Kept;
    }

    /// Says that every way to `block` leads through the marked place.
    pub fn set_region(&mut self, block: BlockId, mark: (BlockId, u32)) {
        self.blocks[block.index()].region = Some(mark);
    }
}

fn resolve(states: &[InstState], value: ValueId) -> ValueId {
    let mut value = value;
    loop {
        let next = states[value.index()].replaced;
        if next == value {
            return value;
        }
        value = next;
    }
}
