//! `coroutine-not-awaited`: a coroutine of the project is called, and its result is dropped.
//!
//! ```python
//! async def save(row): ...
//! async def handle(row):
//!     save(row)              # nothing happens
//! ```

use hognose_finding::{Class, Confidence, Origin, Rule, Severity};
use hognose_python::ir::{Asyncness, Op};

use super::{Found, Look};

pub static MISSING_AWAIT: Rule = Rule {
    id: "coroutine-not-awaited",
    title: "A coroutine is called and never awaited.",
    class: Class::Bugs,
    cwe: &[],
    owasp: &[],
    severity: Severity::High,
    confidence: Confidence::High,
    security_severity: "0.0",
    page: include_str!("../../../../docs/rules/coroutine-not-awaited.md"),
    origin: Origin::Hognose,
};

pub(super) fn look(look: &Look<'_>, found: &mut Vec<Found>) {
    let program = &look.analysis.program;
    let calls = look.values().filter_map(|(value, op)| {
        let Op::Call { callee, .. } = op else {
            return None;
        };
        let target = look.resolver.callee(look.function, *callee)?;
        let ir = program.function(target.function);
        let is_coroutine = ir.asyncness == Asyncness::Async && !ir.is_generator;
        is_coroutine.then_some((value, target.function))
    });
    let calls: Vec<_> = calls.collect();
    if calls.is_empty() {
        return;
    }
    let readers = look.readers();
    for (value, target) in calls {
        if readers[value.index()] == 0 {
            let name = program.qualified_name(target);
            found.push(Found {
                rule: &MISSING_AWAIT,
                range: look.ir.range_of(value),
                message: format!(
                    "`{name}` is a coroutine: without `await` it does not run. Await it, or start a \
                     task and keep it."
                ),
                confidence: Confidence::High,
            });
        }
    }
}
