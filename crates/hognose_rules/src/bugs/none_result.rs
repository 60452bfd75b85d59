//! `none-result-used`: a function returns None on some path, and the caller uses the result as if it
//! did not.
//!
//! ```python
//! def find(name):
//!     if name not in rows: return None
//!     return rows[name]
//! find("a").price            # AttributeError for a name that is not there
//! ```

use hognose_dataflow::program::FuncId;
use hognose_dataflow::resolve::root;
use hognose_finding::{Class, Confidence, Origin, Rule, Severity};
use hognose_python::ir::{Asyncness, BlockId, Constant, Function, Op, Terminator, ValueId};

use super::{Found, Look};

pub static NONE_RESULT: Rule = Rule {
    id: "none-result-used",
    title: "The result of a function that may return None is used without a check.",
    class: Class::Bugs,
    cwe: &[476],
    owasp: &[],
    severity: Severity::Medium,
    confidence: Confidence::Low,
    security_severity: "0.0",
    page: include_str!("../../../../docs/rules/none-result-used.md"),
    origin: Origin::Hognose,
};

pub(super) fn look(look: &Look<'_>, found: &mut Vec<Found>) {
    if catches_it(look) {
        return;
    }
    let mut reported = Vec::new();
    for (value, op) in look.values() {
        let (Op::Attribute { object, .. } | Op::Item { object, .. }) = op else {
            continue;
        };
        // Once it is tested or handed on, it is another version.
        let Op::Call { callee, .. } = look.ir.op(*object) else {
            continue;
        };
        let Some(target) = look.resolver.callee(look.function, *callee) else {
            continue;
        };
        if reported.contains(object)
            || is_stored_over(look, *callee)
            || !may_be_none(look, target.function)
        {
            continue;
        }
        reported.push(*object);
        let name = look.analysis.program.qualified_name(target.function);
        found.push(Found {
            rule: &NONE_RESULT,
            range: look.ir.range_of(value),
            message: format!(
                "`{name}` returns None on some path, and its result is used here without a check. \
                 Then this raises AttributeError or TypeError."
            ),
            // Authors know of many calls that they find something.
            confidence: Confidence::Low,
        });
    }
}

/// Whether the function has a handler for what would happen.
fn catches_it(look: &Look<'_>) -> bool {
    look.values().any(|(_, op)| {
        let Op::Exception(types) = op else {
            return false;
        };
        let types = types.map(|value| look.ir.range_of(value));
        let program = &look.analysis.program;
        let source = &program.module(program.module_of(look.function)).file.source;
        types.is_none_or(|range| {
            let text = source.slice(range);
            ["AttributeError", "TypeError", "Exception"]
                .iter()
                .any(|name| text.contains(name))
        })
    })
}

fn is_stored_over(look: &Look<'_>, callee: ValueId) -> bool {
    matches!(look.ir.op(callee), Op::Attribute { name, .. } if look.names.stored.contains(name))
}

/// Whether the function says `return None` or a bare `return` somewhere, and returns something else
/// elsewhere. Falling off the end does not count: often it cannot happen. Nor does what a test of a
/// parameter decides: the caller knows what it passes.
fn may_be_none(look: &Look<'_>, target: FuncId) -> bool {
    let ir = look.analysis.program.function(target);
    if ir.is_generator || ir.asyncness == Asyncness::Async {
        return false;
    }
    let mut nothing = false;
    let mut something = false;
    for (number, block) in (0..).zip(&ir.blocks) {
        if let Terminator::Return { value, .. } = &block.terminator {
            match ir.op(*value) {
                Op::Constant(Constant::None) => {
                    nothing |= is_written(ir, *value) && !is_callers_choice(ir, BlockId(number));
                }
                _ => something = true,
            }
        }
    }
    nothing && something
}

/// Whether a condition on a parameter, or on a switch of the module, leads straight to the block.
fn is_callers_choice(ir: &Function, block: BlockId) -> bool {
    let mut at = block;
    for _ in 0..ir.blocks.len() {
        let [only] = ir.blocks[at.index()].predecessors.as_slice() else {
            return false;
        };
        match ir.blocks[only.index()].terminator {
            Terminator::Branch { condition, .. } => {
                let is_switch = matches!(ir.op(root(ir, condition)), Op::Global(_));
                return is_switch || depends_on_param(ir, condition, 3);
            }
            Terminator::Jump(_) => at = *only,
            Terminator::Switch(_)
            | Terminator::Unreachable
            | Terminator::Return { .. }
            | Terminator::Raise { .. } => return false,
        }
    }
    false
}

fn depends_on_param(ir: &Function, value: ValueId, depth: usize) -> bool {
    let value = root(ir, value);
    if matches!(ir.op(value), Op::Param(_)) {
        return true;
    }
    let mut found = false;
    if depth > 0 && !matches!(ir.op(value), Op::Phi(_)) {
        let mut op = ir.op(value).clone();
        op.operands_mut(&mut |operand| found |= depends_on_param(ir, *operand, depth - 1));
    }
    found
}

/// The None at the end of a function has an empty range.
fn is_written(ir: &Function, value: ValueId) -> bool {
    !ir.range_of(value).is_empty()
}
