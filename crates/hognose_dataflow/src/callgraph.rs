//! The order in which functions are solved: callees before callers, cycles together.
//!
//! ```python
//! def a(): return b()      # level 1
//! def b(): return 1        # level 0
//! ```
//! The edges here are what names say; what a value may be is found out while solving, and a
//! function whose callees turn out to be solved later is solved again in the next round.

use hognose_python::ir::{Op, ValueId};
use rustc_hash::{FxHashMap, FxHashSet};

use crate::fact::Fact;
use crate::hierarchy::{Ancestor, Hierarchy};
use crate::link::Place;
use crate::program::{ClassId, FuncId, ModuleId, Program};
use crate::state::State;
use crate::summary::Cell;

/// Components of mutually dependent nodes, by level: all of a level depend on lower levels only.
#[derive(Debug, Default)]
pub struct Levels {
    pub levels: Vec<Vec<Vec<u32>>>,
    /// Nodes of the largest component.
    pub largest: usize,
}

/// Which modules' bodies each module's body needs first.
pub fn import_edges(program: &Program) -> Vec<Vec<u32>> {
    (0..program.modules.len())
        .map(|index| {
            let id = ModuleId(u32::try_from(index).expect("fewer than 2^32 modules"));
            let mut edges = Vec::new();
            let body = program.function(program.body(id));
            for inst in &body.insts {
                match &inst.op {
                    Op::Import(dotted) => add_place(program, id, 0, dotted, None, &mut edges),
                    Op::ImportFrom { from, name } => {
                        let name = program.names.text(*name);
                        add_place(
                            program,
                            id,
                            from.level,
                            &from.module,
                            Some(name),
                            &mut edges,
                        );
                    }
                    _ => {}
                }
            }
            for path in &program.module(id).file.module.star_imports {
                add_place(program, id, path.level, &path.module, None, &mut edges);
            }
            edges.retain(|edge| *edge != id.0);
            edges
        })
        .collect()
}

fn add_place(
    program: &Program,
    from: ModuleId,
    level: u32,
    dotted: &str,
    name: Option<&str>,
    edges: &mut Vec<u32>,
) {
    let Some(place) = program.layout.resolve(from, level, dotted) else {
        return;
    };
    if let Place::Module(module) = place
        && !edges.contains(&module.0)
    {
        edges.push(module.0);
    }
    if let Some(Place::Module(module)) =
        name.and_then(|name| program.layout.submodule(&place, name))
        && !edges.contains(&module.0)
    {
        edges.push(module.0);
    }
}

/// What each function may call, by names alone.
pub fn call_edges(program: &Program, hierarchy: &Hierarchy, state: &State) -> Vec<Vec<u32>> {
    program
        .function_ids()
        .map(|function| {
            let mut edges = FxHashSet::default();
            Edges {
                program,
                hierarchy,
                state,
                function,
                callees: &mut edges,
            }
            .collect();
            let mut edges: Vec<u32> = edges.into_iter().collect();
            edges.sort_unstable();
            edges
        })
        .collect()
}

struct Edges<'a> {
    program: &'a Program,
    hierarchy: &'a Hierarchy,
    state: &'a State,
    function: FuncId,
    callees: &'a mut FxHashSet<u32>,
}

impl Edges<'_> {
    fn collect(&mut self) {
        let module = self.program.module_of(self.function);
        let ir = self.program.function(self.function);
        for inst in &ir.insts {
            match &inst.op {
                Op::Global(name) => self.cell(Cell::Global(module, *name)),
                Op::Function { function, .. } => {
                    self.callees
                        .insert(self.program.func_id(module, *function).0);
                }
                Op::Class(class) => self.constructor(self.program.class_id(module, *class)),
                Op::Attribute { object, name } => self.attribute(*object, *name),
                Op::ImportFrom { from, name } => {
                    if let Some(Place::Module(other)) =
                        self.program
                            .layout
                            .resolve(module, from.level, &from.module)
                    {
                        self.cell(Cell::Global(other, *name));
                    }
                }
                _ => {}
            }
        }
        self.callees.remove(&self.function.0);
    }

    fn cell(&mut self, cell: Cell) {
        let Some(value) = self.state.cell(cell) else {
            return;
        };
        for fact in value.facts() {
            match fact {
                Fact::Function(function, captures) => {
                    self.callees.insert(function.0);
                    for capture in captures.iter().flat_map(|captures| captures.iter()) {
                        for fact in capture.facts() {
                            if let Fact::Function(function, _) = fact {
                                self.callees.insert(function.0);
                            }
                        }
                    }
                }
                Fact::Class(class) => self.constructor(*class),
                Fact::External(_)
                | Fact::ExternalInstance(_)
                | Fact::Module(_)
                | Fact::Namespace(_)
                | Fact::Instance(_)
                | Fact::Super(_)
                | Fact::Bound(_)
                | Fact::Partial(_) => {}
            }
        }
    }

    fn constructor(&mut self, class: ClassId) {
        if let Some(name) = self.program.names.get("__init__") {
            self.member(class, name);
        }
    }

    fn member(&mut self, class: ClassId, name: hognose_python::ir::Symbol) -> bool {
        for ancestor in self.hierarchy.ancestors(class) {
            if let Ancestor::Project(owner) = ancestor
                && self.state.cell(Cell::Attribute(*owner, name)).is_some()
            {
                self.cell(Cell::Attribute(*owner, name));
                return true;
            }
        }
        false
    }

    fn attribute(&mut self, object: ValueId, name: hognose_python::ir::Symbol) {
        let ir = self.program.function(self.function);
        let module = self.program.module_of(self.function);
        let mut root = object;
        loop {
            root = match ir.op(root) {
                Op::After { object, .. }
                | Op::Refine { value: object, .. }
                | Op::StoreAttribute { object, .. }
                | Op::StoreItem { object, .. } => *object,
                _ => break,
            };
        }
        match ir.op(root) {
            Op::Param(0) => {
                if let Some(class) = self.program.class_of(self.function)
                    && self.member(class, name)
                {
                    return;
                }
            }
            Op::Global(global) => {
                let value = self.state.cell(Cell::Global(module, *global)).cloned();
                for fact in value.iter().flat_map(super::value::Value::facts) {
                    match fact {
                        Fact::Module(other) => {
                            self.cell(Cell::Global(*other, name));
                            return;
                        }
                        Fact::Class(class) | Fact::Instance(class) => {
                            if self.member(*class, name) {
                                return;
                            }
                        }
                        Fact::External(_) | Fact::ExternalInstance(_) => return,
                        Fact::Namespace(_)
                        | Fact::Function(..)
                        | Fact::Super(_)
                        | Fact::Bound(_)
                        | Fact::Partial(_) => {}
                    }
                }
            }
            _ => {}
        }
        if let Some(method) = self.program.only_method(name) {
            self.callees.insert(method.0);
        }
    }
}

/// Strongly connected components by Tarjan's algorithm (1972), without recursion, arranged in
/// levels.
pub fn levels(edges: &[Vec<u32>]) -> Levels {
    let components = components(edges);
    let mut component_of = vec![0_usize; edges.len()];
    for (index, component) in components.iter().enumerate() {
        for node in component {
            component_of[*node as usize] = index;
        }
    }
    // Components come out callees first, so one pass is enough.
    let mut level_of = vec![0_usize; components.len()];
    let mut result = Levels::default();
    for (index, component) in components.iter().enumerate() {
        let mut level = 0;
        for node in component {
            for callee in &edges[*node as usize] {
                let other = component_of[*callee as usize];
                if other != index {
                    level = level.max(level_of[other] + 1);
                }
            }
        }
        level_of[index] = level;
        if result.levels.len() <= level {
            result.levels.resize_with(level + 1, Vec::new);
        }
        let mut members = component.clone();
        members.sort_unstable();
        result.largest = result.largest.max(members.len());
        result.levels[level].push(members);
    }
    for level in &mut result.levels {
        level.sort_unstable();
    }
    result
}

fn components(edges: &[Vec<u32>]) -> Vec<Vec<u32>> {
    const UNSEEN: u32 = u32::MAX;
    let count = edges.len();
    let mut index_of = vec![UNSEEN; count];
    let mut low = vec![0_u32; count];
    let mut on_stack = vec![false; count];
    let mut stack: Vec<u32> = Vec::new();
    let mut result = Vec::new();
    let mut next = 0_u32;
    for start in 0..count {
        if index_of[start] != UNSEEN {
            continue;
        }
        let mut work: Vec<(usize, usize)> = vec![(start, 0)];
        while let Some((node, edge)) = work.last_mut() {
            let node = *node;
            if index_of[node] == UNSEEN {
                index_of[node] = next;
                low[node] = next;
                next += 1;
                stack.push(u32::try_from(node).expect("fewer than 2^32 nodes"));
                on_stack[node] = true;
            }
            if let Some(callee) = edges[node].get(*edge) {
                *edge += 1;
                let callee = *callee as usize;
                if index_of[callee] == UNSEEN {
                    work.push((callee, 0));
                } else if on_stack[callee] {
                    low[node] = low[node].min(index_of[callee]);
                }
                continue;
            }
            work.pop();
            if let Some((parent, _)) = work.last() {
                low[*parent] = low[*parent].min(low[node]);
            }
            if low[node] == index_of[node] {
                let mut component = Vec::new();
                while let Some(member) = stack.pop() {
                    on_stack[member as usize] = false;
                    component.push(member);
                    if member as usize == node {
                        break;
                    }
                }
                result.push(component);
            }
        }
    }
    result
}

/// Adds what solving found out about callees to the edges by name.
pub(crate) fn add_edges(edges: &mut [Vec<u32>], found: &FxHashMap<FuncId, Vec<FuncId>>) {
    for (caller, callees) in found {
        let list = &mut edges[caller.index()];
        for callee in callees {
            if callee != caller && !list.contains(&callee.0) {
                list.push(callee.0);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::levels;

    #[test]
    fn callees_come_first() {
        let found = levels(&[vec![1, 2], vec![2], vec![]]);
        assert_eq!(found.levels, [vec![vec![2]], vec![vec![1]], vec![vec![0]]]);
    }

    #[test]
    fn a_cycle_is_one_component() {
        let found = levels(&[vec![1], vec![0, 2], vec![]]);
        assert_eq!(found.levels, [vec![vec![2]], vec![vec![0, 1]]]);
        assert_eq!(found.largest, 2);
    }
}
