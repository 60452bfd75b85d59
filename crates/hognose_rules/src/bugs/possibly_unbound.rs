//! `possibly-unbound`: a local name is read that some way to it does not bind.
//!
//! ```python
//! try:
//!     size = int(text)
//! except ValueError:
//!     log.warning("no number")
//! return size                # unbound after the handler
//! ```
//! Which readings these are is found where the function is put into SSA form.

use hognose_finding::{Class, Confidence, Origin, Rule, Severity};
use hognose_python::ir::UnboundWay;

use super::{Found, Look};

pub static POSSIBLY_UNBOUND: Rule = Rule {
    id: "possibly-unbound",
    title: "A local variable is read that some way to it does not bind.",
    class: Class::Bugs,
    cwe: &[457],
    owasp: &[],
    severity: Severity::Medium,
    confidence: Confidence::Medium,
    security_severity: "0.0",
    page: include_str!("../../../../docs/rules/possibly-unbound.md"),
    origin: Origin::Hognose,
};

pub(super) fn look(look: &Look<'_>, found: &mut Vec<Found>) {
    for reading in &look.ir.unbound {
        let name = look.text(reading.name);
        let (how, confidence) = match reading.way {
            UnboundWay::Handler => (
                "an exception handler goes on without binding it",
                Confidence::Medium,
            ),
            // Often another condition before it, or the caller, makes sure.
            UnboundWay::Branch => ("it is bound under a condition only", Confidence::Low),
            UnboundWay::Branches => (
                "it is bound under several conditions, none of which need hold",
                Confidence::Low,
            ),
        };
        found.push(Found {
            rule: &POSSIBLY_UNBOUND,
            range: reading.range,
            message: format!(
                "`{name}` may be unbound here: {how}. Reading it then raises UnboundLocalError."
            ),
            confidence,
        });
    }
}
