//! `unclosed-file`: a file is opened, kept in a local variable, and never closed.
//!
//! ```python
//! out = open(path, "w")
//! out.write(text)            # what is written may never arrive
//! ```
//! Only where the file stays in the function: once it is returned, stored or handed to a call, somebody
//! else may close it. `open(path).read()` keeps it nowhere and is left alone.

use hognose_finding::{Class, Confidence, Origin, Rule, Severity};
use hognose_python::ir::{Op, Terminator, ValueId};
use rustc_hash::FxHashSet;

use super::{Found, Look};

pub static UNCLOSED_FILE: Rule = Rule {
    id: "unclosed-file",
    title: "A file is opened and never closed.",
    class: Class::Bugs,
    cwe: &[772],
    owasp: &[],
    severity: Severity::Low,
    confidence: Confidence::High,
    security_severity: "0.0",
    page: include_str!("../../../../docs/rules/unclosed-file.md"),
    origin: Origin::Hognose,
};

pub(super) fn look(look: &Look<'_>, found: &mut Vec<Found>) {
    for (value, op) in look.values() {
        let Op::Call { callee, .. } = op else {
            continue;
        };
        let is_open =
            matches!(look.ir.op(*callee), Op::Global(_)) && look.builtin(*callee) == Some("open");
        if is_open && is_kept_open(look, value) {
            found.push(Found {
                rule: &UNCLOSED_FILE,
                range: look.ir.range_of(value),
                message: "This file is never closed: what was written may not arrive, and open \
                          files run out. Open it in a `with` statement."
                    .to_owned(),
                confidence: Confidence::High,
            });
        }
    }
}

/// Whether the object is used in a later statement, and neither closed nor given away.
fn is_kept_open(look: &Look<'_>, opened: ValueId) -> bool {
    let ir = look.ir;
    let mut versions: FxHashSet<ValueId> = FxHashSet::default();
    versions.insert(opened);
    let mut is_kept = false;
    // Versions come after what they are made of, except around loops.
    for _ in 0..2 {
        for (value, op) in look.values() {
            let mut reads = false;
            op.clone()
                .operands_mut(&mut |operand| reads |= versions.contains(operand));
            if !reads {
                continue;
            }
            match op {
                Op::Refine { value: of, .. } | Op::After { object: of, .. }
                    if versions.contains(of) =>
                {
                    versions.insert(value);
                }
                Op::Phi(_) => {
                    versions.insert(value);
                }
                Op::Attribute { name, .. } => {
                    if matches!(look.text(*name), "close" | "detach" | "__exit__" | "fileno") {
                        return false;
                    }
                    is_kept |= !ir.range_of(value).contains_range(ir.range_of(opened));
                }
                Op::Next(_) => is_kept |= ir.range_of(value) != ir.range_of(opened),
                // The result of a method call reads the callee, not the object; whatever else reads
                // the object may keep or close it.
                Op::After { .. } => {}
                _ => return false,
            }
        }
    }
    let escapes = ir.blocks.iter().any(|block| match &block.terminator {
        Terminator::Return { value, exit } => {
            versions.contains(value)
                || exit
                    .params
                    .iter()
                    .any(|(_, value)| versions.contains(value))
                || exit
                    .captures
                    .iter()
                    .any(|(_, value)| versions.contains(value))
        }
        Terminator::Branch { .. }
        | Terminator::Raise { .. }
        | Terminator::Unreachable
        | Terminator::Jump(_)
        | Terminator::Switch(_) => false,
    });
    is_kept && !escapes && !is_bound_outside(look, opened)
}

/// A file in a variable of the module or a class lives as long as that.
fn is_bound_outside(look: &Look<'_>, _opened: ValueId) -> bool {
    look.ir.kind == hognose_python::ir::FunctionKind::Module
}
