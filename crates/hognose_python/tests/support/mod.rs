//! Lowering for tests, and the check that its result is valid SSA form.

use std::collections::{BTreeMap, BTreeSet};

use hognose_python::ir::{BlockId, Function, Module, Op, Terminator, ValueId};
use hognose_python::{File, lower_file, print_module};

/// Lowering recurses as deep as the code nests; analyses run on threads like this one.
const STACK_BYTES: usize = 64 << 20;

/// Lowers a file on a thread with the stack that analyses have, and checks the result.
pub fn lower(text: &str) -> File {
    lower_bytes(text.as_bytes())
}

pub fn lower_bytes(bytes: &[u8]) -> File {
    let bytes = bytes.to_vec();
    let file = std::thread::Builder::new()
        .stack_size(STACK_BYTES)
        .spawn(move || lower_file("test.py", &bytes))
        .expect("threads can be started")
        .join()
        .expect("lowering does not panic");
    let problems = invalid(&file.module);
    assert!(
        problems.is_empty(),
        "{}\n{}\n{}",
        file.source.text,
        print(&file),
        problems.join("\n")
    );
    file
}

pub fn print(file: &File) -> String {
    print_module(&file.module, &file.source)
}

/// What is wrong with a module's form.
pub fn invalid(module: &Module) -> Vec<String> {
    let mut problems = Vec::new();
    for (at, function) in module.functions.iter().enumerate() {
        let mut check = Check {
            function,
            problems: Vec::new(),
            defined: BTreeMap::new(),
            dominators: Vec::new(),
        };
        check.run();
        let found = check.problems.into_iter();
        problems.extend(found.map(|problem| format!("function {at}: {problem}")));
    }
    references(module, &mut problems);
    problems
}

/// Values that records outside of the code name must exist.
fn references(module: &Module, problems: &mut Vec<String>) {
    let mut exists = |function: usize, value: ValueId, what: &str| {
        if value.index() >= module.functions[function].insts.len() {
            problems.push(format!("{what} names {value:?} of function {function}"));
        }
    };
    for function in &module.functions {
        let Some(parent) = function.parent else {
            continue;
        };
        let own = function.definition.into_iter().chain(function.returns);
        let params = function.params.iter();
        let outer = params.flat_map(|param| param.annotation.into_iter().chain(param.default));
        for value in own.chain(outer).chain(function.decorators.iter().copied()) {
            exists(parent.index(), value, &function.qualified);
        }
    }
    for class in &module.classes {
        let at = class.function.index();
        let members = class.members.iter().flat_map(|(_, values)| values.iter());
        let named = class.keywords.iter().chain(&class.annotations);
        for value in class
            .bases
            .iter()
            .chain(&class.decorators)
            .chain(members)
            .chain(named.map(|(_, value)| value))
            .chain([&class.definition])
        {
            exists(at, *value, &class.qualified);
        }
    }
    for (_, values) in &module.globals {
        for value in values {
            exists(0, *value, "global");
        }
    }
    for (_, function, value) in &module.global_stores {
        exists(function.index(), *value, "global store");
    }
}

struct Check<'m> {
    function: &'m Function,
    problems: Vec<String>,
    /// Block and place of each definition.
    defined: BTreeMap<u32, (usize, usize)>,
    /// For each reached block, the blocks that dominate it.
    dominators: Vec<Option<BTreeSet<usize>>>,
}

impl Check<'_> {
    fn run(&mut self) {
        let function = self.function;
        for (at, block) in function.blocks.iter().enumerate() {
            for (place, value) in block.insts.iter().enumerate() {
                if self.defined.insert(value.0, (at, place)).is_some() {
                    self.problems.push(format!("{value:?} is defined twice"));
                }
            }
        }
        if self.defined.len() != function.insts.len() {
            let (placed, all) = (self.defined.len(), function.insts.len());
            self.problems
                .push(format!("{placed} of {all} instructions are in blocks"));
        }
        self.edges();
        self.find_dominators();
        for (at, block) in function.blocks.iter().enumerate() {
            for (place, value) in block.insts.iter().enumerate() {
                self.instruction(at, place, *value);
            }
            for value in terminator_values(&block.terminator) {
                self.is_available(value, at, usize::MAX);
            }
        }
    }

    fn edges(&mut self) {
        let count = self.function.blocks.len();
        let mut predecessors: Vec<Vec<BlockId>> = vec![Vec::new(); count];
        for (at, block) in self.function.blocks.iter().enumerate() {
            for target in targets(&block.terminator) {
                match predecessors.get_mut(target.index()) {
                    Some(list) => list.push(BlockId(at as u32)),
                    None => self
                        .problems
                        .push(format!("b{at} jumps out of the function")),
                }
            }
        }
        for (at, (block, mut real)) in self.function.blocks.iter().zip(predecessors).enumerate() {
            let mut noted = block.predecessors.clone();
            noted.sort();
            real.sort();
            if noted != real {
                self.problems
                    .push(format!("b{at} notes {noted:?}, has {real:?}"));
            }
        }
    }

    fn find_dominators(&mut self) {
        let count = self.function.blocks.len();
        self.dominators = vec![None; count];
        if count == 0 || count > 400 {
            return;
        }
        self.dominators[0] = Some(BTreeSet::from([0]));
        let mut changes = true;
        while changes {
            changes = false;
            for at in 1..count {
                let predecessors = &self.function.blocks[at].predecessors;
                let mut known = predecessors
                    .iter()
                    .filter_map(|block| self.dominators[block.index()].as_ref());
                let Some(first) = known.next() else { continue };
                let mut set = known.fold(first.clone(), |all, next| &all & next);
                set.insert(at);
                if self.dominators[at].as_ref() != Some(&set) {
                    self.dominators[at] = Some(set);
                    changes = true;
                }
            }
        }
    }

    fn instruction(&mut self, at: usize, place: usize, value: ValueId) {
        let mut op = self.function.op(value).clone();
        if let Op::Phi(inputs) = &op {
            let mut from: Vec<BlockId> = inputs.iter().map(|(block, _)| *block).collect();
            let mut predecessors = self.function.blocks[at].predecessors.clone();
            from.sort();
            predecessors.sort();
            if from != predecessors {
                self.problems
                    .push(format!("{value:?} joins {from:?} in b{at}"));
            }
            for (block, input) in inputs {
                self.is_available(*input, block.index(), usize::MAX);
            }
            return;
        }
        let is_closure = matches!(op, Op::Function { .. });
        let mut operands = Vec::new();
        op.operands_mut(&mut |operand| operands.push(*operand));
        for operand in operands {
            if is_closure {
                // What a captured variable is bound to may come later.
                if !self.defined.contains_key(&operand.0) {
                    self.problems
                        .push(format!("{value:?} captures {operand:?}"));
                }
            } else {
                self.is_available(operand, at, place);
            }
        }
    }

    /// Whether a value is defined before `place` on every way there.
    fn is_available(&mut self, value: ValueId, at: usize, place: usize) {
        let Some((block, defined)) = self.defined.get(&value.0).copied() else {
            self.problems
                .push(format!("{value:?} is used in b{at} and nowhere defined"));
            return;
        };
        let is_before = if block == at {
            defined < place
        } else {
            match &self.dominators[at] {
                Some(dominators) => dominators.contains(&block),
                // Code that is not reached, or a function too long for this check.
                None => true,
            }
        };
        if !is_before {
            self.problems
                .push(format!("{value:?} of b{block} is not available in b{at}"));
        }
    }
}

fn targets(terminator: &Terminator) -> Vec<BlockId> {
    match terminator {
        Terminator::Unreachable | Terminator::Return { .. } | Terminator::Raise { .. } => {
            Vec::new()
        }
        Terminator::Jump(target) => vec![*target],
        Terminator::Branch { holds, fails, .. } => vec![*holds, *fails],
        Terminator::Switch(targets) => targets.to_vec(),
    }
}

fn terminator_values(terminator: &Terminator) -> Vec<ValueId> {
    match terminator {
        Terminator::Unreachable | Terminator::Jump(_) | Terminator::Switch(_) => Vec::new(),
        Terminator::Branch { condition, .. } => vec![*condition],
        Terminator::Return { value, exit } => {
            let versions = exit.params.iter().chain(&exit.captures);
            versions.map(|(_, value)| *value).chain([*value]).collect()
        }
        Terminator::Raise { exception } => exception.iter().copied().collect(),
    }
}
