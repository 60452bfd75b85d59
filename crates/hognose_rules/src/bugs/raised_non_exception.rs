//! `raised-non-exception`: a class that is no exception is raised or caught.
//!
//! ```python
//! class NotFound: ...        # `Exception` is missing
//! raise NotFound()           # TypeError instead
//! ```

use hognose_dataflow::resolve::Thing;
use hognose_finding::{Class, Confidence, Origin, Rule, Severity};
use hognose_python::ir::{DisplayKind, Element, Op, Terminator, ValueId};

use super::{Found, Look};

pub static RAISED_NON_EXCEPTION: Rule = Rule {
    id: "raised-non-exception",
    title: "A class that is no exception is raised or caught.",
    class: Class::Bugs,
    cwe: &[],
    owasp: &[],
    severity: Severity::High,
    confidence: Confidence::High,
    security_severity: "0.0",
    page: include_str!("../../../../docs/rules/raised-non-exception.md"),
    origin: Origin::Hognose,
};

pub(super) fn look(look: &Look<'_>, found: &mut Vec<Found>) {
    for block in &look.ir.blocks {
        if let Terminator::Raise {
            exception: Some(value),
        } = block.terminator
        {
            report(look, value, "raised", found);
        }
    }
    for (_, op) in look.values() {
        let Op::Exception(Some(types)) = op else {
            continue;
        };
        match look.ir.op(*types) {
            Op::Display(DisplayKind::Tuple, elements) => {
                for element in elements {
                    if let Element::Item(value) = element {
                        report(look, *value, "caught", found);
                    }
                }
            }
            _ => report(look, *types, "caught", found),
        }
    }
}

fn report(look: &Look<'_>, value: ValueId, what: &str, found: &mut Vec<Found>) {
    let class = match look.thing(value) {
        Some(Thing::Class(class)) => class,
        Some(Thing::Instance(class)) if what == "raised" => class,
        Some(
            Thing::Instance(_)
            | Thing::Function(_)
            | Thing::Module(_)
            | Thing::Own(_)
            | Thing::Builtin(_),
        )
        | None => return,
    };
    // Only classes of the project and `object` are among its bases.
    if look.resolver.closed_ancestors(class).is_none() {
        return;
    }
    let name = look.text(look.analysis.program.class(class).name);
    found.push(Found {
        rule: &RAISED_NON_EXCEPTION,
        range: look.ir.range_of(value),
        message: format!(
            "`{name}` does not derive from `Exception`, so it cannot be {what}: Python raises \
             TypeError here."
        ),
        confidence: Confidence::High,
    });
}
