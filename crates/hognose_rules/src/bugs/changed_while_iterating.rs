//! `changed-while-iterating`: a list, set or dictionary loses or gains elements inside the loop over it.
//!
//! ```python
//! for name in users:
//!     if not users[name]:
//!         del users[name]    # RuntimeError at the next step
//! ```
//! A change that is followed by `break` or `return` does no harm. `append` is left alone: a loop over a
//! list of work that grows is written on purpose.

use hognose_dataflow::resolve::root;
use hognose_finding::{Class, Confidence, Origin, Rule, Severity};
use hognose_python::ir::{BlockId, Op, Symbol, Terminator, ValueId};

use super::{Found, Look};

pub static CHANGED_WHILE_ITERATING: Rule = Rule {
    id: "changed-while-iterating",
    title: "A collection is changed inside the loop over it.",
    class: Class::Bugs,
    cwe: &[],
    owasp: &[],
    severity: Severity::Medium,
    confidence: Confidence::High,
    security_severity: "0.0",
    page: include_str!("../../../../docs/rules/changed-while-iterating.md"),
    origin: Origin::Hognose,
};

/// Methods that take elements away or put them in somewhere else than at the end.
const CHANGES: [&str; 7] = [
    "add", "clear", "discard", "insert", "pop", "popitem", "remove",
];

/// Methods that show a dictionary without copying it.
const VIEWS: [&str; 3] = ["items", "keys", "values"];

/// A variable, or an attribute of one.
#[derive(Debug, PartialEq, Eq)]
struct Object {
    base: ValueId,
    attributes: Vec<Symbol>,
}

pub(super) fn look(look: &Look<'_>, found: &mut Vec<Found>) {
    for (number, block) in (0..).zip(&look.ir.blocks) {
        for value in &block.insts {
            if let Op::Next(iterated) = look.ir.op(*value)
                && let Some(object) = iterated_object(look, *iterated)
            {
                in_loop(look, BlockId(number), &object, found);
            }
        }
    }
}

fn iterated_object(look: &Look<'_>, iterated: ValueId) -> Option<Object> {
    match look.ir.op(root(look.ir, iterated)) {
        Op::Call { callee, arguments } if arguments.is_empty() => match look.ir.op(*callee) {
            Op::Attribute { object, name } if VIEWS.contains(&look.text(*name)) => {
                object_of(look, *object)
            }
            _ => None,
        },
        _ => object_of(look, iterated),
    }
}

/// What can be compared: a parameter, a captured or module variable, something made here.
fn object_of(look: &Look<'_>, value: ValueId) -> Option<Object> {
    let mut base = root(look.ir, value);
    let mut attributes = Vec::new();
    while let Op::Attribute { object, name } = look.ir.op(base) {
        attributes.push(*name);
        base = root(look.ir, *object);
    }
    match look.ir.op(base) {
        Op::Param(_) | Op::Captured(_) | Op::Dict(_) | Op::Display(..) => {}
        Op::Call { .. } | Op::DictComprehension(..) | Op::Comprehension(..)
            if attributes.is_empty() => {}
        _ => return None,
    }
    Some(Object { base, attributes })
}

fn in_loop(look: &Look<'_>, head: BlockId, object: &Object, found: &mut Vec<Found>) {
    for block in blocks_of_loop(look, head) {
        for value in &look.ir.blocks[block.index()].insts {
            let changed = match look.ir.op(*value) {
                Op::Call { callee, .. } => match look.ir.op(*callee) {
                    Op::Attribute { object, name } if CHANGES.contains(&look.text(*name)) => {
                        *object
                    }
                    _ => continue,
                },
                Op::StoreItem { object, value, .. }
                    if matches!(look.ir.op(*value), Op::Undefined) =>
                {
                    *object
                }
                _ => continue,
            };
            if object_of(look, changed).as_ref() == Some(object) {
                found.push(Found {
                    rule: &CHANGED_WHILE_ITERATING,
                    range: look.ir.range_of(*value),
                    message:
                        "The loop goes over this collection: changing it inside skips elements \
                              or raises RuntimeError. Loop over a copy, or collect the changes and \
                              make them afterwards."
                            .to_owned(),
                    // What an attribute holds may be a class that copies itself.
                    confidence: if object.attributes.is_empty() {
                        Confidence::High
                    } else {
                        Confidence::Medium
                    },
                });
            }
        }
    }
}

/// Blocks that control reaches from the head's body and from which it comes back to the head.
fn blocks_of_loop(look: &Look<'_>, head: BlockId) -> Vec<BlockId> {
    let blocks = &look.ir.blocks;
    let mut comes_back = vec![false; blocks.len()];
    let mut open: Vec<BlockId> = blocks[head.index()]
        .predecessors
        .iter()
        .copied()
        .filter(|block| *block >= head)
        .collect();
    while let Some(block) = open.pop() {
        if block == head || std::mem::replace(&mut comes_back[block.index()], true) {
            continue;
        }
        open.extend(blocks[block.index()].predecessors.iter().copied());
    }
    let mut is_reached = vec![false; blocks.len()];
    let mut open = targets(&blocks[head.index()].terminator);
    while let Some(block) = open.pop() {
        if block == head || std::mem::replace(&mut is_reached[block.index()], true) {
            continue;
        }
        open.extend(targets(&blocks[block.index()].terminator));
    }
    (0..)
        .map(BlockId)
        .take(blocks.len())
        .filter(|block| comes_back[block.index()] && is_reached[block.index()])
        .collect()
}

fn targets(terminator: &Terminator) -> Vec<BlockId> {
    match terminator {
        Terminator::Jump(target) => vec![*target],
        Terminator::Branch { holds, fails, .. } => vec![*holds, *fails],
        Terminator::Switch(targets) => targets.to_vec(),
        Terminator::Unreachable | Terminator::Return { .. } | Terminator::Raise { .. } => {
            Vec::new()
        }
    }
}
