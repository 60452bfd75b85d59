//! `unknown-attribute`: a method reads an attribute that nothing in the program ever gives the object.
//!
//! ```python
//! class Cart:
//!     def __init__(self): self.items = []
//!     def total(self): return sum(self.itmes)     # AttributeError
//! ```
//! Reported only where all bases of the class and of its subclasses are known, and where no class and
//! no assignment of the whole program knows the name.

use hognose_dataflow::program::ClassId;
use hognose_dataflow::resolve::Thing;
use hognose_finding::{Class, Confidence, Origin, Rule, Severity};
use hognose_python::ir::{Op, Symbol};

use super::{Found, Look};

pub static UNKNOWN_ATTRIBUTE: Rule = Rule {
    id: "unknown-attribute",
    title: "An attribute is read that nothing gives the object.",
    class: Class::Bugs,
    cwe: &[],
    owasp: &[],
    severity: Severity::High,
    confidence: Confidence::High,
    security_severity: "0.0",
    page: include_str!("../../../../docs/rules/unknown-attribute.md"),
    origin: Origin::Hognose,
};

/// Methods that answer for attributes nobody assigned.
const DYNAMIC: [&str; 5] = [
    "__getattr__",
    "__getattribute__",
    "__setattr__",
    "__new__",
    "__slots__",
];

pub(super) fn look(look: &Look<'_>, found: &mut Vec<Found>) {
    let mut reported = Vec::new();
    for (value, op) in look.values() {
        let Op::Attribute { object, name } = op else {
            continue;
        };
        if reported.contains(name)
            || look.text(*name).starts_with("__")
            || look.names.stored.contains(name)
            || look.names.bound.contains(name)
        {
            continue;
        }
        let class = match look.thing(*object) {
            Some(Thing::Own(class) | Thing::Instance(class)) => class,
            Some(Thing::Function(_) | Thing::Class(_) | Thing::Module(_) | Thing::Builtin(_))
            | None => continue,
        };
        if !is_known(look, class) {
            continue;
        }
        reported.push(*name);
        found.push(report(look, value, class, *name));
    }
}

fn report(
    look: &Look<'_>,
    value: hognose_python::ir::ValueId,
    class: ClassId,
    name: Symbol,
) -> Found {
    let class = look.text(look.analysis.program.class(class).name);
    Found {
        rule: &UNKNOWN_ATTRIBUTE,
        range: look.ir.range_of(value),
        message: format!(
            "Nothing gives a `{class}` the attribute `{}`: no class of the program defines it and \
             nothing assigns it. Reading it raises AttributeError.",
            look.text(name)
        ),
        confidence: Confidence::High,
    }
}

/// Whether all that the objects can have is in the program: all bases of the class and of its
/// subclasses are. A mixin's other half is not among them.
fn is_known(look: &Look<'_>, class: ClassId) -> bool {
    let program = &look.analysis.program;
    // A class with nothing in it is a bag that somebody fills.
    let is_bag = look.resolver.closed_ancestors(class).is_none_or(|order| {
        let mut members = order.iter().flat_map(|of| &program.class(*of).members);
        !members.any(|(name, _)| look.text(*name) == "__init__")
    });
    if is_bag || look.text(program.class(class).name).contains("Mixin") {
        return false;
    }
    let dynamic = DYNAMIC.iter().filter_map(|name| program.names.get(name));
    let dynamic: Vec<Symbol> = dynamic.collect();
    let descendants = look.analysis.hierarchy.descendants(class).iter();
    std::iter::once(&class).chain(descendants).all(|class| {
        look.resolver.closed_ancestors(*class).is_some_and(|order| {
            !order
                .iter()
                .any(|of| dynamic.iter().any(|name| look.resolver.binds(*of, *name)))
        })
    })
}
