//! Classes of the project: their bases in method resolution order, and who overrides what.
//!
//! ```python
//! class View(MethodView): …        # ancestors: View, flask.views.MethodView, flask.views.View
//! ```
//! The order is C3; where the bases contradict each other it is depth-first, as a reader would go.

use hognose_python::ir::Symbol;
use rustc_hash::FxHashMap;

use crate::fact::Fact;
use crate::limits::OVERRIDES_MAX;
use crate::models::Models;
use crate::models::rows::NodeId;
use crate::program::{ClassId, Program};
use crate::state::State;
use crate::summary::Cell;

/// A class in the order of bases.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Ancestor {
    Project(ClassId),
    Library(NodeId),
}

/// See the module documentation.
#[derive(Debug, Default)]
pub struct Hierarchy {
    /// Of each class, itself first.
    ancestors: Vec<Vec<Ancestor>>,
    /// Direct and indirect subclasses, in order of number.
    descendants: FxHashMap<ClassId, Vec<ClassId>>,
}

impl Hierarchy {
    /// Reads the bases from the cells that class definitions have written.
    pub fn new(program: &Program, models: &Models, state: &State) -> Self {
        let bases: Vec<Vec<Ancestor>> = program
            .class_ids()
            .map(|class| direct_bases(program, state, class))
            .collect();
        let mut builder = Builder {
            bases: &bases,
            models,
            done: vec![None; bases.len()],
        };
        let ancestors: Vec<Vec<Ancestor>> = program
            .class_ids()
            .map(|class| builder.linearize(class, &mut Vec::new()))
            .collect();
        let mut descendants: FxHashMap<ClassId, Vec<ClassId>> = FxHashMap::default();
        for class in program.class_ids() {
            for ancestor in ancestors[class.index()].iter().skip(1) {
                if let Ancestor::Project(base) = ancestor {
                    descendants.entry(*base).or_default().push(class);
                }
            }
        }
        Self {
            ancestors,
            descendants,
        }
    }

    /// The class and its bases in the order of method resolution.
    pub fn ancestors(&self, class: ClassId) -> &[Ancestor] {
        self.ancestors.get(class.index()).map_or(&[], Vec::as_slice)
    }

    /// The library classes among the bases.
    pub fn libraries(&self, class: ClassId) -> impl Iterator<Item = NodeId> + '_ {
        self.ancestors(class)
            .iter()
            .filter_map(|ancestor| match ancestor {
                Ancestor::Library(node) => Some(*node),
                Ancestor::Project(_) => None,
            })
    }

    /// Direct and indirect subclasses, in order of number.
    pub fn descendants(&self, class: ClassId) -> &[ClassId] {
        self.descendants.get(&class).map_or(&[], Vec::as_slice)
    }

    /// The methods of that name in subclasses; where there are more than [`OVERRIDES_MAX`], only
    /// some of them.
    pub fn overrides(
        &self,
        program: &Program,
        class: ClassId,
        name: Symbol,
    ) -> Vec<crate::program::FuncId> {
        let mut methods = Vec::new();
        for descendant in self.descendants.get(&class).into_iter().flatten() {
            if methods.len() > OVERRIDES_MAX {
                break;
            }
            let ir = program.class(*descendant);
            let Some((_, values)) = ir.members.iter().find(|(known, _)| *known == name) else {
                continue;
            };
            let module = program.class_module(*descendant);
            let body = &program.module(module).file.module;
            for value in values {
                let op = function_behind(body.function(ir.function), *value);
                if let Some(index) = op {
                    methods.push(program.func_id(module, index));
                }
            }
        }
        methods
    }
}

/// The function that a member's value defines, through its decorators.
fn function_behind(
    function: &hognose_python::ir::Function,
    value: hognose_python::ir::ValueId,
) -> Option<hognose_python::ir::FunctionIndex> {
    use hognose_python::ir::Op;
    let mut current = value;
    loop {
        current = match function.op(current) {
            Op::Function { function, .. } => return Some(*function),
            Op::Decorate { value, .. } => *value,
            _ => return None,
        };
    }
}

fn direct_bases(program: &Program, state: &State, class: ClassId) -> Vec<Ancestor> {
    let mut bases = Vec::new();
    for (number, _) in (0_u16..).zip(&program.class(class).bases) {
        let Some(value) = state.cell(Cell::Base(class, number)) else {
            continue;
        };
        for fact in value.facts() {
            let base = match fact {
                Fact::Class(base) if *base != class => Ancestor::Project(*base),
                Fact::External(node) => Ancestor::Library(*node),
                // A base that is made by a call: `declarative_base()`, `namedtuple(…)`.
                Fact::ExternalInstance(node) => Ancestor::Library(*node),
                // A class that is an attribute of an object: `db.Model`.
                Fact::Bound(bound) => match bound.callable {
                    Fact::External(node) => Ancestor::Library(node),
                    _ => continue,
                },
                Fact::Class(_)
                | Fact::Module(_)
                | Fact::Namespace(_)
                | Fact::Function(..)
                | Fact::Instance(_)
                | Fact::Super(_)
                | Fact::Partial(_) => continue,
            };
            if !bases.contains(&base) {
                bases.push(base);
            }
        }
    }
    bases
}

struct Builder<'a> {
    bases: &'a [Vec<Ancestor>],
    models: &'a Models,
    done: Vec<Option<Vec<Ancestor>>>,
}

impl Builder<'_> {
    fn linearize(&mut self, class: ClassId, open: &mut Vec<ClassId>) -> Vec<Ancestor> {
        if let Some(done) = &self.done[class.index()] {
            return done.clone();
        }
        if open.contains(&class) {
            return vec![Ancestor::Project(class)];
        }
        open.push(class);
        let direct = self.bases[class.index()].clone();
        let mut lists: Vec<Vec<Ancestor>> = direct
            .iter()
            .map(|base| match base {
                Ancestor::Project(base) => self.linearize(*base, open),
                Ancestor::Library(node) => self
                    .models
                    .linearization(*node)
                    .iter()
                    .map(|node| Ancestor::Library(*node))
                    .collect(),
            })
            .collect();
        lists.push(direct);
        open.pop();
        let mut order = vec![Ancestor::Project(class)];
        order.extend(merge(&lists).unwrap_or_else(|| depth_first(&lists)));
        self.done[class.index()] = Some(order.clone());
        order
    }
}

/// The merge of C3; `None` where the lists contradict each other.
fn merge(lists: &[Vec<Ancestor>]) -> Option<Vec<Ancestor>> {
    let mut rest: Vec<&[Ancestor]> = lists.iter().map(Vec::as_slice).collect();
    let mut order = Vec::new();
    loop {
        rest.retain(|list| !list.is_empty());
        if rest.is_empty() {
            return Some(order);
        }
        let next = rest
            .iter()
            .map(|list| list[0])
            .find(|head| rest.iter().all(|list| !list[1..].contains(head)))?;
        order.push(next);
        for list in &mut rest {
            if list[0] == next {
                *list = &list[1..];
            }
        }
    }
}

fn depth_first(lists: &[Vec<Ancestor>]) -> Vec<Ancestor> {
    let mut order = Vec::new();
    for ancestor in lists.iter().flatten() {
        if !order.contains(ancestor) {
            order.push(*ancestor);
        }
    }
    order
}

#[cfg(test)]
mod tests {
    use super::{Ancestor, merge};
    use crate::program::ClassId;

    fn classes(numbers: &[u32]) -> Vec<Ancestor> {
        numbers
            .iter()
            .map(|number| Ancestor::Project(ClassId(*number)))
            .collect()
    }

    #[test]
    fn a_diamond_visits_its_tip_last() {
        // D(B, C), B(A), C(A)
        let lists = [classes(&[2, 1]), classes(&[3, 1]), classes(&[2, 3])];
        assert_eq!(merge(&lists), Some(classes(&[2, 3, 1])));
    }

    #[test]
    fn contradicting_orders_have_none() {
        let lists = [classes(&[1, 2]), classes(&[2, 1]), classes(&[1, 2])];
        assert_eq!(merge(&lists), None);
    }
}
