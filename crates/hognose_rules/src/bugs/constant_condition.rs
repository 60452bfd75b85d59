//! `constant-condition`: a condition whose result is always the same.
//!
//! ```python
//! if self.is_valid:          # a method, not its result: always true
//! ```
//! A bare constant (`if DEBUG:`) is a switch that somebody set, and is left alone.

use hognose_dataflow::resolve::Thing;
use hognose_finding::{Class, Confidence, Origin, Rule, Severity};
use hognose_python::ir::{CompareOp, Constant, Function, FunctionKind, Op, Terminator, ValueId};

use super::{Found, Look};

pub static CONSTANT_CONDITION: Rule = Rule {
    id: "constant-condition",
    title: "A condition is always true or always false.",
    class: Class::Bugs,
    cwe: &[570, 571],
    owasp: &[],
    severity: Severity::Medium,
    confidence: Confidence::High,
    security_severity: "0.0",
    page: include_str!("../../../../docs/rules/constant-condition.md"),
    origin: Origin::Hognose,
};

pub(super) fn look(look: &Look<'_>, found: &mut Vec<Found>) {
    if look.ir.kind == FunctionKind::Module {
        return;
    }
    let changes_elsewhere = children_store(look);
    for block in &look.ir.blocks {
        let Terminator::Branch { condition, .. } = block.terminator else {
            continue;
        };
        if let Some(name) = uncalled(look, condition) {
            found.push(Found {
                rule: &CONSTANT_CONDITION,
                range: look.ir.range_of(condition),
                message: format!(
                    "`{name}` is a function and not its result, so this condition is always true. \
                     Call it."
                ),
                confidence: Confidence::High,
            });
        } else if !changes_elsewhere
            && let Some(result) = compared(look, condition)
            && is_same_everywhere(look, condition, result)
        {
            found.push(Found {
                rule: &CONSTANT_CONDITION,
                range: look.ir.range_of(condition),
                message: format!(
                    "Both sides are constants here, so this condition is always {result}."
                ),
                confidence: Confidence::Medium,
            });
        }
    }
}

/// Whether a nested function assigns variables of this one: what they hold is not in the text then.
fn children_store(look: &Look<'_>) -> bool {
    let program = &look.analysis.program;
    let module = program.module(program.module_of(look.function));
    let functions = module.file.module.functions.iter();
    let stores = |function: &Function| {
        let mut insts = function.insts.iter();
        insts.any(|inst| matches!(inst.op, Op::StoreCaptured { .. }))
    };
    functions
        .filter(|function| look.ir.range.contains_range(function.range))
        .any(stores)
}

/// A `finally` body is lowered once for each way out; the condition counts if it is the same on all.
fn is_same_everywhere(look: &Look<'_>, condition: ValueId, result: bool) -> bool {
    let range = look.ir.range_of(condition);
    look.ir.blocks.iter().all(|block| match block.terminator {
        Terminator::Branch {
            condition: other, ..
        } if look.ir.range_of(other) == range => compared(look, other) == Some(result),
        _ => true,
    })
}

/// The method or function that is tested itself.
fn uncalled(look: &Look<'_>, condition: ValueId) -> Option<String> {
    let program = &look.analysis.program;
    match look.ir.op(condition) {
        Op::Attribute { object, name } if !look.names.stored.contains(name) => {
            let is_object = matches!(look.thing(*object)?, Thing::Own(_) | Thing::Instance(_));
            let target = look.resolver.callee(look.function, condition)?;
            is_object.then(|| program.qualified_name(target.function))
        }
        Op::Global(_) => match look.thing(condition)? {
            Thing::Function(target) => Some(program.qualified_name(target)),
            Thing::Class(_)
            | Thing::Module(_)
            | Thing::Instance(_)
            | Thing::Own(_)
            | Thing::Builtin(_) => None,
        },
        _ => None,
    }
}

/// The result of comparing two constants, one of which a local variable holds.
fn compared(look: &Look<'_>, condition: ValueId) -> Option<bool> {
    let Op::Compare(operator, left, right) = look.ir.op(condition) else {
        return None;
    };
    let (Op::Constant(one), Op::Constant(other)) = (look.ir.op(*left), look.ir.op(*right)) else {
        return None;
    };
    let here = look.ir.range_of(condition);
    let is_written_here = |value: ValueId| here.contains_range(look.ir.range_of(value));
    if is_written_here(*left) && is_written_here(*right) {
        // `1 == 1` stands there on purpose, or another rule speaks of it.
        return None;
    }
    match operator {
        CompareOp::Eq => equal(one, other),
        CompareOp::NotEq => equal(one, other).map(|equal| !equal),
        CompareOp::Is => is_none(one, other),
        CompareOp::IsNot => is_none(one, other).map(|is| !is),
        CompareOp::Lt => ordered(one, other).map(|(a, b)| a < b),
        CompareOp::LtE => ordered(one, other).map(|(a, b)| a <= b),
        CompareOp::Gt => ordered(one, other).map(|(a, b)| a > b),
        CompareOp::GtE => ordered(one, other).map(|(a, b)| a >= b),
        CompareOp::In | CompareOp::NotIn => None,
    }
}

fn equal(one: &Constant, other: &Constant) -> Option<bool> {
    match (one, other) {
        (Constant::Int(a), Constant::Int(b)) => Some(a == b),
        (Constant::Str(a), Constant::Str(b)) => Some(a == b),
        (Constant::Bool(a), Constant::Bool(b)) => Some(a == b),
        _ => None,
    }
}

fn is_none(one: &Constant, other: &Constant) -> Option<bool> {
    match (one, other) {
        (Constant::None, Constant::None) => Some(true),
        (Constant::None, Constant::Int(_) | Constant::Str(_) | Constant::Bool(_))
        | (Constant::Int(_) | Constant::Str(_) | Constant::Bool(_), Constant::None) => Some(false),
        _ => None,
    }
}

fn ordered(one: &Constant, other: &Constant) -> Option<(i64, i64)> {
    match (one, other) {
        (Constant::Int(a), Constant::Int(b)) => Some((*a, *b)),
        _ => None,
    }
}
