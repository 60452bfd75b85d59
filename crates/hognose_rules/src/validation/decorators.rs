//! What the decorators of a handler may have done with the request before it runs.
//!
//! ```python
//! @app.post("/a")             # an entry point: nothing
//! @login_required             # about the person, not about the input
//! @validate_json(SCHEMA)      # reads the request: not known what is left
//! def view(): …
//! ```

use hognose_dataflow::Analysis;
use hognose_dataflow::demand::Demand;
use hognose_dataflow::fact::Fact;
use hognose_dataflow::models::rows::{Labels, NodeId, SourceKind};
use hognose_dataflow::program::FuncId;
use hognose_dataflow::trace::Replays;
use hognose_dataflow::value::{Origin, Value};
use hognose_python::ir::{Op, ValueId};

/// What is known of the input before the handler's first line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Trust {
    /// Nothing has looked at it.
    Plain,
    /// Something may have.
    Unknown,
    /// A schema let it through.
    Validated,
}

/// Words of decorators that have to do with the caller, the answer or the documentation.
const ABOUT_OTHERS: [&str; 34] = [
    "login",
    "auth",
    "authenticated",
    "permission",
    "permissions",
    "required",
    "require",
    "role",
    "roles",
    "limit",
    "limiter",
    "throttle",
    "cache",
    "cached",
    "csrf",
    "cors",
    "origin",
    "exempt",
    "swag",
    "doc",
    "docs",
    "response",
    "responses",
    "marshal",
    "log",
    "logged",
    "route",
    "http",
    "methods",
    "csp",
    "atomic",
    "transaction",
    "metrics",
    "jwt",
];

/// Words of decorators that look at the input.
const ABOUT_INPUT: [&str; 14] = [
    "valid",
    "validate",
    "validated",
    "validator",
    "schema",
    "json",
    "body",
    "args",
    "arguments",
    "params",
    "parameters",
    "input",
    "expect",
    "payload",
];

/// The most that any decorator may have done.
pub fn trust(analysis: &Analysis, handler: FuncId, replays: &mut Replays) -> Trust {
    let function = analysis.program.function(handler);
    let Some(parent) = analysis.program.parent(handler) else {
        return Trust::Plain;
    };
    if function.decorators.is_empty() {
        return Trust::Plain;
    }
    let replay = replays.of(analysis, parent);
    let (values, _) = &*replay;
    function
        .decorators
        .iter()
        .map(|decorator| of_one(analysis, parent, *decorator, values, replays))
        .max()
        .unwrap_or(Trust::Plain)
}

fn of_one(
    analysis: &Analysis,
    parent: FuncId,
    decorator: ValueId,
    values: &[Value],
    replays: &mut Replays,
) -> Trust {
    let ir = analysis.program.function(parent);
    let callee = match ir.op(decorator) {
        Op::Call { callee, .. } => *callee,
        _ => decorator,
    };
    let mut most = None;
    for fact in values[callee.index()].facts() {
        let trust = match fact {
            Fact::External(node) => of_library(analysis, *node),
            Fact::Bound(bound) => match &bound.callable {
                Fact::External(node) => of_library(analysis, *node),
                Fact::Function(function, _) => Some(of_project(analysis, *function, replays)),
                _ => None,
            },
            Fact::Function(function, _) => Some(of_project(analysis, *function, replays)),
            _ => None,
        };
        most = most.max(trust);
    }
    most.unwrap_or_else(|| of_name(last_name(analysis, parent, callee)))
}

fn of_library(analysis: &Analysis, node: NodeId) -> Option<Trust> {
    let rows = analysis.models.node(node);
    if rows
        .sanitizers
        .iter()
        .any(|row| row.labels.has_any(Labels::SCHEMA))
    {
        return Some(Trust::Validated);
    }
    if rows
        .decorator_entries
        .iter()
        .any(|row| row.labels.has_any(Labels::SCHEMA))
    {
        return Some(Trust::Validated);
    }
    (!rows.decorator_entries.is_empty()).then_some(Trust::Plain)
}

/// A decorator of the project: what it, and the functions in it, do with the request.
fn of_project(analysis: &Analysis, decorator: FuncId, replays: &mut Replays) -> Trust {
    let program = &analysis.program;
    let mut trust = Trust::Plain;
    for function in program.function_ids() {
        let mut outer = Some(function);
        while let Some(at) = outer
            && at != decorator
        {
            outer = program.parent(at);
        }
        if outer.is_none() {
            continue;
        }
        let usages = &analysis.functions[function.index()].usages;
        if usages.iter().any(|usage| usage.at.demand == Demand::Schema) {
            return Trust::Validated;
        }
        let replay = replays.of(analysis, function);
        for value in &replay.0 {
            for mark in value.marks() {
                if matches!(mark.origin, Origin::Source(SourceKind::Remote, _)) {
                    let found = if mark.labels.has_any(Labels::SCHEMA) {
                        Trust::Validated
                    } else {
                        Trust::Unknown
                    };
                    trust = trust.max(found);
                }
            }
        }
    }
    trust
}

fn last_name(analysis: &Analysis, function: FuncId, callee: ValueId) -> &str {
    let ir = analysis.program.function(function);
    match ir.op(callee) {
        Op::Attribute { name, .. } | Op::Global(name) | Op::ImportFrom { name, .. } => {
            analysis.program.names.text(*name)
        }
        _ => {
            let text = analysis.program.snippet(function, callee);
            text.rsplit('.').next().unwrap_or(text)
        }
    }
}

/// A decorator of which only the name is known.
fn of_name(name: &str) -> Trust {
    let name = name.to_ascii_lowercase();
    let has = |list: &[&str]| name.split('_').any(|word| list.contains(&word));
    if has(&ABOUT_INPUT) || !has(&ABOUT_OTHERS) {
        Trust::Unknown
    } else {
        Trust::Plain
    }
}
