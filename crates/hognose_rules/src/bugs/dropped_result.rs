//! `dropped-result`: a call that only computes something, whose result nobody takes.
//!
//! ```python
//! name: str
//! name.strip()               # strings do not change: the result is lost
//! sorted(rows)               # so is the sorted list
//! ```

use hognose_finding::{Class, Confidence, Origin, Rule, Severity};
use hognose_python::ir::{Constant, Op, ValueId};

use super::{Found, Look};
use hognose_dataflow::resolve::root;

pub static DROPPED_RESULT: Rule = Rule {
    id: "dropped-result",
    title: "The result of a call that does nothing else is dropped.",
    class: Class::Bugs,
    cwe: &[252],
    owasp: &[],
    severity: Severity::Medium,
    confidence: Confidence::High,
    security_severity: "0.0",
    page: include_str!("../../../../docs/rules/dropped-result.md"),
    origin: Origin::Hognose,
};

/// Builtins without effect on what they are given. Those that are called for the exception they may
/// raise, such as `int` and `len`, are none of them.
const PURE: [&str; 9] = [
    "abs",
    "enumerate",
    "filter",
    "isinstance",
    "map",
    "reversed",
    "round",
    "sorted",
    "zip",
];

/// Methods of strings that give a new one.
const TEXT_METHODS: [&str; 18] = [
    "capitalize",
    "casefold",
    "center",
    "expandtabs",
    "format",
    "join",
    "ljust",
    "lower",
    "lstrip",
    "removeprefix",
    "removesuffix",
    "replace",
    "rjust",
    "rstrip",
    "strip",
    "swapcase",
    "title",
    "upper",
];

pub(super) fn look(look: &Look<'_>, found: &mut Vec<Found>) {
    let candidates: Vec<(ValueId, String)> = look
        .values()
        .filter_map(|(value, op)| {
            let Op::Call { callee, .. } = op else {
                return None;
            };
            Some((value, computes(look, *callee)?))
        })
        .collect();
    if candidates.is_empty() {
        return;
    }
    let readers = look.readers();
    for (value, what) in candidates {
        if readers[value.index()] == 0 {
            found.push(Found {
                rule: &DROPPED_RESULT,
                range: look.ir.range_of(value),
                message: format!("{what}, and nobody takes it. The statement does nothing."),
                confidence: Confidence::High,
            });
        }
    }
}

/// What the call gives, if it does nothing else.
fn computes(look: &Look<'_>, callee: ValueId) -> Option<String> {
    if let Op::Attribute { object, name } = look.ir.op(callee) {
        let method = look.text(*name);
        let is_pure = TEXT_METHODS.contains(&method) && is_text(look, *object);
        return is_pure.then(|| format!("`{method}` gives a new text"));
    }
    let Op::Global(_) = look.ir.op(callee) else {
        return None;
    };
    let name = look.builtin(callee)?;
    PURE.contains(&name)
        .then(|| format!("`{name}` gives a result"))
}

fn is_text(look: &Look<'_>, value: ValueId) -> bool {
    let value = root(look.ir, value);
    match look.ir.op(value) {
        Op::Constant(Constant::Str(_)) | Op::Template(_) => true,
        Op::Call { callee, .. } => match look.ir.op(*callee) {
            Op::Global(_) => look.builtin(*callee) == Some("str"),
            _ => false,
        },
        Op::Param(index) => {
            let program = &look.analysis.program;
            let annotation = look
                .ir
                .params
                .get(*index as usize)
                .and_then(|it| it.annotation);
            let around = program.parent(look.function);
            match (annotation, around) {
                (Some(annotation), Some(around)) => {
                    let thing = look.resolver.thing(around, annotation);
                    matches!(thing, Some(hognose_dataflow::resolve::Thing::Builtin(name))
                        if look.text(name) == "str")
                }
                _ => false,
            }
        }
        _ => false,
    }
}
