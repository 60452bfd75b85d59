//! Evaluation of one function: its instructions on abstract values, block by block.
//!
//! ```python
//! def f(x):                    # x = Param(0)
//!     if x not in ALLOWED:     # a constant: this edge may be dead
//!         raise ValueError
//!     run("ls " + x)           # x refined: label literal; template "ls " hole
//! ```
//! One pass in reverse post-order serves a function without loops; otherwise passes repeat until
//! nothing changes, and a last one records what the function does. One file per kind of
//! instruction; nothing here knows more than one function at a time and the summaries of others.

mod apply;
mod attribute;
mod bounds;
mod call;
mod condition;
mod constraint;
mod define;
mod demand;
mod document;
mod doubt;
mod guard;
mod instantiate;
mod intrinsic;
mod item;
mod library;
mod misuse;
mod name;
mod operation;
mod page;
mod regex;
mod sink;
mod store;
mod text;
mod url;

use std::sync::Arc;

use hognose_python::ir::{BlockId, Function, FunctionKind, Op, Role, Terminator, ValueId};
use rustc_hash::{FxHashMap, FxHashSet};

use crate::demand::Usage;
use crate::flow::Flow;
use crate::hierarchy::Hierarchy;
use crate::limits::{INSTRUCTIONS_MAX, Limit, LimitCounts, PASSES_EXACT, PASSES_MAX};
use crate::misuse::{Misuse, Use};
use crate::models::Models;
use crate::models::rows::{Labels, RowConfidence, RowId};
use crate::patterns::Patterns;
use crate::program::{FuncId, ModuleId, Program};
use crate::state::State;
use crate::summary::{Cell, Entry, Examined, Returns, Summary};
use crate::value::{Site, Text, Value};

/// Whether names without a definition and parameters without a caller count as sources.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Openness {
    Closed,
    /// A pasted piece of code.
    Open,
}

/// Everything an evaluation may look at; shared by all workers, never written.
#[derive(Clone, Copy)]
pub struct World<'a> {
    pub program: &'a Program,
    pub models: &'a Models,
    pub hierarchy: &'a Hierarchy,
    pub state: &'a State,
    pub limits: &'a LimitCounts,
    pub patterns: &'a Patterns,
    pub openness: Openness,
}

impl World<'_> {
    /// Whether rows describe the function, so that what it does inside is not reported.
    fn is_modelled(&self, function: FuncId) -> bool {
        let module = &self.program.module(self.program.module_of(function)).name;
        if module.is_empty() {
            return false;
        }
        let Some(node) = self.models.find(module) else {
            return false;
        };
        let mut node = Some(node);
        for segment in self.program.function(function).qualified.split('.') {
            let name = self.models.names.get(segment);
            node = node
                .zip(name)
                .and_then(|(node, name)| self.models.child(node, name));
        }
        node.is_some_and(|node| self.models.is_described(node))
    }
}

/// A row that was recognised at an instruction.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Match {
    pub row: RowId,
    pub value: ValueId,
    /// The argument that the row speaks of, where it is one.
    pub argument: Option<ValueId>,
}

/// What evaluating a function came to.
#[derive(Debug, Default)]
pub struct Outcome {
    pub summary: Summary,
    pub cells: Vec<(Cell, Value, Site)>,
    pub entries: Vec<Entry>,
    pub flows: Vec<Flow>,
    pub examined: Vec<Examined>,
    pub usages: Vec<Usage>,
    pub misuses: Vec<Misuse>,
    pub uses: Vec<Use>,
    pub reads: FxHashSet<Cell>,
    pub callees: FxHashSet<FuncId>,
    pub matches: FxHashSet<Match>,
    /// Resolved targets of calls, for the call graph.
    pub targets: Vec<(ValueId, Target)>,
    pub calls: usize,
    pub resolved_calls: usize,
}

/// What a call reaches.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Target {
    Function(FuncId),
    Library(crate::models::rows::NodeId),
}

/// Whether outputs of this pass count.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Recording {
    Off,
    On,
}

/// Whether reading an attribute may run code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Reading {
    /// Properties are called.
    Full,
    /// Only what is stored: a callee's access path in a caller's value.
    Stored,
}

/// The evaluation of one function.
pub struct Frame<'w> {
    world: World<'w>,
    overlay: &'w FxHashMap<FuncId, Arc<Summary>>,
    id: FuncId,
    module: ModuleId,
    function: &'w Function,
    values: Vec<Value>,
    /// The parameters at entry.
    params: Vec<Value>,
    after: FxHashMap<(ValueId, Role), Value>,
    executable: Vec<bool>,
    edges: FxHashSet<(BlockId, BlockId)>,
    returned: Option<Returned>,
    yielded: Value,
    recording: Recording,
    reading: Reading,
    pass: usize,
    /// Nested applications of callables within one call.
    depth: usize,
    /// Where in the outcome's cells a write stands.
    written: FxHashMap<(Cell, Site), usize>,
    /// Summaries applied for the current instruction.
    applications: usize,
    /// Conditions of which one way raises, with the other.
    survivors: FxHashSet<(ValueId, bool)>,
    confidence: RowConfidence,
    /// Where a call stands that was left to this function.
    deferred_from: Option<Site>,
    out: Outcome,
}

/// The join of all returns so far.
#[derive(Debug, Clone)]
struct Returned {
    value: Value,
    params: Vec<Value>,
    implied_true: Option<Vec<crate::summary::Implied>>,
    implied_false: Option<Vec<crate::summary::Implied>>,
}

/// Evaluates `id` with the summaries of `overlay` before those of the state.
pub(crate) fn evaluate(
    world: World<'_>,
    overlay: &FxHashMap<FuncId, Arc<Summary>>,
    id: FuncId,
) -> Outcome {
    let mut frame = Frame::new(world, overlay, id);
    frame.run();
    frame.finish()
}

/// As [`evaluate`], for the values of all instructions.
pub fn replay(world: World<'_>, id: FuncId) -> (Vec<Value>, Outcome) {
    let overlay = FxHashMap::default();
    let mut frame = Frame::new(world, &overlay, id);
    frame.run();
    let values = std::mem::take(&mut frame.values);
    (values, frame.finish())
}

impl<'w> Frame<'w> {
    fn new(world: World<'w>, overlay: &'w FxHashMap<FuncId, Arc<Summary>>, id: FuncId) -> Self {
        let function = world.program.function(id);
        Self {
            world,
            overlay,
            id,
            module: world.program.module_of(id),
            function,
            values: vec![Value::BOTTOM; function.insts.len()],
            params: Vec::new(),
            after: FxHashMap::default(),
            executable: vec![false; function.blocks.len()],
            edges: FxHashSet::default(),
            returned: None,
            yielded: Value::BOTTOM,
            recording: Recording::Off,
            reading: Reading::Full,
            pass: 0,
            depth: 0,
            written: FxHashMap::default(),
            applications: 0,
            survivors: Self::survivors(function),
            confidence: RowConfidence::High,
            deferred_from: None,
            out: Outcome::default(),
        }
    }

    fn run(&mut self) {
        self.enter();
        let (order, has_loop) = block_order(self.function);
        let once = !has_loop || self.function.insts.len() > INSTRUCTIONS_MAX;
        if has_loop && once {
            self.world.limits.hit(Limit::Instructions);
        }
        if !once {
            for pass in 0..PASSES_MAX {
                self.pass = pass;
                if !self.pass(&order) {
                    break;
                }
                if pass + 1 == PASSES_MAX {
                    self.world.limits.hit(Limit::Passes);
                }
            }
        }
        self.recording = Recording::On;
        self.out = Outcome::default();
        self.written.clear();
        self.enter();
        self.pass(&order);
        if self.function.kind == FunctionKind::Module {
            self.module_bindings();
        }
        self.bound_misuses();
        self.note_uses();
    }

    fn enter(&mut self) {
        self.params = (0..self.function.params.len())
            .map(|index| self.param(index))
            .collect();
    }

    /// One pass over all reachable blocks; whether anything changed.
    fn pass(&mut self, order: &[BlockId]) -> bool {
        let mut changed = false;
        self.returned = None;
        self.yielded = Value::BOTTOM;
        if let Some(first) = self.executable.first_mut() {
            *first = true;
        }
        for block in order {
            if self.executable[block.index()] {
                changed |= self.block(*block);
            }
        }
        changed
    }

    fn block(&mut self, id: BlockId) -> bool {
        let function = self.function;
        let block = &function.blocks[id.index()];
        let mut changed = false;
        for inst in &block.insts {
            let Some(value) = self.instruction(id, *inst) else {
                return changed;
            };
            if self.values[inst.index()] != value {
                self.values[inst.index()] = value;
                changed = true;
            }
        }
        changed | self.terminator(id, &block.terminator)
    }

    fn terminator(&mut self, id: BlockId, terminator: &Terminator) -> bool {
        match terminator {
            Terminator::Unreachable | Terminator::Raise { .. } => false,
            Terminator::Jump(target) => self.edge(id, *target),
            Terminator::Branch {
                condition,
                holds,
                fails,
            } => match self.truth(*condition) {
                Some(true) => self.edge(id, *holds),
                Some(false) => self.edge(id, *fails),
                None => {
                    self.note_check(*condition);
                    self.authority(*condition);
                    self.edge(id, *holds) | self.edge(id, *fails)
                }
            },
            Terminator::Switch(targets) => targets
                .iter()
                .fold(false, |changed, target| changed | self.edge(id, *target)),
            Terminator::Return { value, exit } => {
                self.return_(*value, &exit.params);
                false
            }
        }
    }

    fn edge(&mut self, from: BlockId, to: BlockId) -> bool {
        self.executable[to.index()] = true;
        self.edges.insert((from, to))
    }

    fn return_(&mut self, value: ValueId, exit: &[(u32, ValueId)]) {
        let result = self.value(value).clone();
        if self.is_recording() {
            self.returned_to_framework(value);
        }
        let params: Vec<Value> = (0..self.function.params.len())
            .map(|index| {
                exit.iter()
                    .find(|(param, _)| *param as usize == index)
                    .map_or_else(
                        || Value::BOTTOM,
                        |(_, version)| self.value(*version).clone(),
                    )
            })
            .collect();
        let implied_true = self.implied(value, &params, guard::Branch::Holds);
        let implied_false = self.implied(value, &params, guard::Branch::Fails);
        let params: Vec<Value> = params
            .into_iter()
            .enumerate()
            .map(|(index, version)| {
                if version.is_bottom() {
                    self.param_symbol(index)
                } else {
                    version
                }
            })
            .collect();
        match &mut self.returned {
            None => {
                self.returned = Some(Returned {
                    value: result,
                    params,
                    implied_true,
                    implied_false,
                });
            }
            Some(returned) => {
                returned.value = returned.value.join(&result);
                for (known, version) in returned.params.iter_mut().zip(&params) {
                    *known = known.join(version);
                }
                guard::meet(&mut returned.implied_true, implied_true);
                guard::meet(&mut returned.implied_false, implied_false);
            }
        }
    }

    fn finish(mut self) -> Outcome {
        let mut summary = std::mem::take(&mut self.out.summary);
        match self.returned.take() {
            None => {
                summary.returns = if self.function.is_generator {
                    Returns::Sometimes
                } else {
                    Returns::Never
                };
            }
            Some(returned) => {
                summary.result = returned.value;
                summary.implied_true = returned.implied_true.unwrap_or_default();
                summary.implied_false = returned.implied_false.unwrap_or_default();
                for (index, version) in (0_u16..).zip(returned.params) {
                    if version != self.param_symbol(usize::from(index)) {
                        summary.params_after.push((index, version));
                    }
                }
            }
        }
        if self.function.is_generator {
            summary.result =
                Value::unknown().with_child(crate::value::Key::Any, self.yielded.clone());
        }
        let returns = self.read(Cell::Returns(self.id));
        for fact in returns.facts() {
            if summary.result.facts().is_empty() || summary.result.facts().contains(fact) {
                summary.result = summary.result.with_fact(fact.clone());
            }
        }
        self.out.summary = summary;
        self.out
    }

    /// What the parameter is before anything is known of the caller.
    fn param_symbol(&self, index: usize) -> Value {
        self.params.get(index).cloned().unwrap_or_default()
    }

    fn value(&self, id: ValueId) -> &Value {
        &self.values[id.index()]
    }

    fn op(&self, id: ValueId) -> &'w Op {
        self.function.op(id)
    }

    fn site(&self, value: ValueId) -> Site {
        Site {
            function: self.id,
            value,
        }
    }

    fn is_recording(&self) -> bool {
        self.recording == Recording::On
    }

    /// The value of a cell, and a note that this function depends on it.
    fn read(&mut self, cell: Cell) -> Value {
        self.out.reads.insert(cell);
        self.world
            .state
            .cell(cell)
            .map_or(Value::BOTTOM, Clone::clone)
    }

    /// The same with every mark one step less sure.
    fn read_less_sure(&mut self, cell: Cell) -> Value {
        self.out.reads.insert(cell);
        self.world.state.cell_less_sure(cell)
    }

    fn matched(&mut self, row: RowId, value: ValueId, argument: Option<ValueId>) {
        if self.is_recording() {
            self.out.matches.insert(Match {
                row,
                value,
                argument,
            });
        }
    }

    fn truth(&self, condition: ValueId) -> Option<bool> {
        self.value(condition).truth()
    }

    fn phi(&self, block: BlockId, inputs: &[(BlockId, ValueId)]) -> Value {
        let mut value = Value::BOTTOM;
        for (from, input) in inputs {
            if self.edges.contains(&(*from, block)) {
                value = value.join(self.value(*input));
            }
        }
        value
    }

    /// A text that grows around a loop is given up after some passes.
    fn widened(&self, id: ValueId, value: Value) -> Value {
        let old = self.value(id);
        if self.pass >= PASSES_EXACT && !old.is_bottom() && old.text() != value.text() {
            return value.with_text(Text::Unknown);
        }
        if self.pass >= PASSES_EXACT && old.children().len() < value.children().len() {
            return loosened(old, &value);
        }
        if self.pass > PASSES_EXACT && *old.text() == Text::Unknown {
            return value.with_text(Text::Unknown);
        }
        value
    }
}

/// `value` with positions that `old` did not have fallen together.
fn loosened(old: &Value, value: &Value) -> Value {
    let mut content = value.content().clone();
    let children = std::mem::take(&mut content.children);
    for (key, child) in children {
        let key = match key {
            crate::value::Key::Index(_) if old.child(key).is_none() => crate::value::Key::Any,
            key => key,
        };
        crate::value::join_child(&mut content.children, key, &child);
    }
    Value::new(content)
}

/// Reverse post-order of the blocks reachable from the first, and whether any edge goes back.
fn block_order(function: &Function) -> (Vec<BlockId>, bool) {
    let mut state = vec![0_u8; function.blocks.len()];
    let mut order = Vec::with_capacity(function.blocks.len());
    let mut has_loop = false;
    if function.blocks.is_empty() {
        return (order, false);
    }
    let mut stack: Vec<(BlockId, Vec<BlockId>)> =
        vec![(BlockId(0), successors(function, BlockId(0)))];
    state[0] = 1;
    while let Some((block, rest)) = stack.last_mut() {
        if let Some(next) = rest.pop() {
            match state[next.index()] {
                0 => {
                    state[next.index()] = 1;
                    stack.push((next, successors(function, next)));
                }
                1 => has_loop = true,
                _ => {}
            }
        } else {
            state[block.index()] = 2;
            order.push(*block);
            stack.pop();
        }
    }
    order.reverse();
    (order, has_loop)
}

fn successors(function: &Function, block: BlockId) -> Vec<BlockId> {
    match &function.blocks[block.index()].terminator {
        Terminator::Unreachable | Terminator::Return { .. } | Terminator::Raise { .. } => {
            Vec::new()
        }
        Terminator::Jump(target) => vec![*target],
        Terminator::Branch { holds, fails, .. } => vec![*fails, *holds],
        Terminator::Switch(targets) => targets.to_vec(),
    }
}

/// The labels that survive each way of handing a value on.
fn keep_mask(keep: crate::models::rows::Keep) -> Labels {
    match keep {
        crate::models::rows::Keep::All => Labels::ALL,
        crate::models::rows::Keep::Inert => Labels::INERT,
        crate::models::rows::Keep::None => Labels::NONE,
    }
}

pub(crate) use text::marks_outside_text;
