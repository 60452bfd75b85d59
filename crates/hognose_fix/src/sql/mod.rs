//! Bound parameters in the place of values in a query.
//!
//! ```python
//! q = f"SELECT * FROM t WHERE a = '{a}'"        q = "SELECT * FROM t WHERE a = ?"
//! if b:                                         params = [a]
//!     q += " AND b LIKE '%" + b + "%'"          if b:
//! cur.execute(q)                                    q += " AND b LIKE ?"
//!                                                   params.append(f"%{b}%")
//!                                               cur.execute(q, params)
//! ```
//! The marks are those of the driver in use. Names of tables and columns cannot be bound: there is
//! no repair for them here.

mod helper;
mod marks;
mod pass;
mod query;
mod scan;
mod value;

use hognose_dataflow::models::rows::SinkKind;
use hognose_finding::{Finding, Fix};
use ruff_python_ast::{Expr, ExprCall};
use ruff_text_size::Ranged;

use crate::facts::{Place, Sink};
use crate::module::{BindingKind, Module, Scope, names_in};
use crate::plan::Plan;
use crate::rows::{Container, Driver, Pass, is_below};
use crate::{Look, Refusal};

use marks::Slot;
pub(crate) use query::is_onlooker;
use query::{Query, Role};

pub(crate) fn repair(look: &Look<'_>, finding: &Finding) -> Result<Fix, Refusal> {
    let file = &finding.location.file;
    let range = finding.location.range;
    let call = look
        .module
        .call_at(range)
        .ok_or("the query does not stand in a call")?;
    let sink = look
        .facts
        .sink(file, range, SinkKind::Sql)
        .ok_or("it is not known which argument is the query")?;
    let driver = driver(look, sink)?;
    let argument = argument(call, sink.argument).ok_or("the query is no argument of the call")?;
    let scope = look.module.scope(range);
    if let Expr::Name(name) = argument
        && Module::is_parameter(scope, name.id.as_str())
    {
        return helper::repair(look, finding, User { call, argument }, driver);
    }
    let query = Query::find(look, scope, argument, call, &sink_place(look))?;
    let mut plan = Plan::new(look);
    let slots = marks::write(look, &query, driver, pass::given(call, argument), &mut plan)?;
    let count = count_new(&slots);
    if count == 0 {
        return Err("no value of the query can be bound");
    }
    pass(look, scope, &query, slots, driver, &mut plan)?;
    plan.finish(title(count))
}

fn count_new(slots: &[Vec<Slot<'_>>]) -> usize {
    slots.iter().flatten().filter(|it| it.is_new()).count()
}

fn title(count: usize) -> &'static str {
    if count == 1 {
        "Pass the value as a bound parameter"
    } else {
        "Pass the values as bound parameters"
    }
}

/// Hands the parameters to the calls that run the query.
fn pass<'a>(
    look: &'a Look<'a>,
    scope: Scope<'_>,
    query: &Query<'_>,
    slots: Vec<Vec<Slot<'_>>>,
    driver: &Driver,
    plan: &mut Plan<'a>,
) -> Result<(), Refusal> {
    if needs_variable(look, scope, query, &slots) {
        return pass::by_variable(look, scope, query, &slots, driver, plan);
    }
    let slots: Vec<Slot> = slots.into_iter().flatten().collect();
    for user in &query.users {
        pass::directly(look, user, &slots, driver, query.quote(), plan)?;
    }
    Ok(())
}

/// Where the query stands in a call that runs one.
fn sink_place(look: &Look<'_>) -> impl Fn(&ExprCall) -> Option<Place> {
    let file = &look.module.source.path;
    move |call| {
        let sink = look.facts.sink(file, call.range(), SinkKind::Sql);
        sink.map(|sink| sink.argument)
    }
}

/// A call that runs the query.
#[derive(Clone, Copy)]
pub(crate) struct User<'a> {
    pub call: &'a ExprCall,
    pub argument: &'a Expr,
}

pub(crate) fn argument(call: &ExprCall, place: Place) -> Option<&Expr> {
    let number = match place {
        Place::Argument(number) => number,
        Place::Receiver => {
            return match &*call.func {
                Expr::Attribute(attribute) => Some(&attribute.value),
                _ => None,
            };
        }
    };
    let arguments = call.arguments.iter_source_order();
    arguments
        .map(ruff_python_ast::ArgOrKeyword::value)
        .nth(number)
}

/// The driver whose call this is; for a method of anything the one that is imported.
fn driver<'a>(look: &'a Look<'_>, sink: &Sink) -> Result<&'a Driver, Refusal> {
    let drivers = &look.rows.drivers;
    let of_path = drivers.iter().find(|driver| {
        driver
            .paths
            .iter()
            .any(|path| is_below(&sink.subject, path))
    });
    if let Some(driver) = of_path {
        return Ok(driver);
    }
    if sink.subject.contains('.') {
        return Err("it is not known how this library takes parameters");
    }
    let by = |is_imported: &dyn Fn(&str) -> bool| {
        let imported = drivers
            .iter()
            .filter(|driver| driver.packages.iter().any(|package| is_imported(package)));
        let mut found: Vec<&Driver> = imported.collect();
        found.dedup_by(|a, b| a.style == b.style && a.pass == b.pass);
        found
    };
    let in_file = by(&|package| look.imports.imports_package(package));
    let found = if in_file.is_empty() {
        by(&|package| look.facts.imports(package))
    } else {
        in_file
    };
    match found.as_slice() {
        [driver] => Ok(driver),
        [] => Err("it is not known which driver runs the query"),
        _ => Err("several drivers are in use, and it is not known which runs the query"),
    }
}

/// Whether the values have to be kept beside the query: it is put together in several places, or
/// what it is made of may be something else when it runs.
fn needs_variable(
    look: &Look<'_>,
    scope: Scope<'_>,
    query: &Query<'_>,
    slots: &[Vec<Slot>],
) -> bool {
    let [fragment] = query.fragments.as_slice() else {
        return true;
    };
    let Some(statement) = fragment.statement else {
        return false;
    };
    if fragment.role == Role::Inline {
        return false;
    }
    let values = slots.iter().flatten().flat_map(Slot::expressions);
    let mut values = values.peekable();
    let first_use = query
        .users
        .iter()
        .map(|user| user.call.range().start())
        .min();
    let last_use = query
        .users
        .iter()
        .map(|user| user.call.range().start())
        .max();
    let (Some(_), Some(last_use)) = (first_use, last_use) else {
        return true;
    };
    values.any(|value| {
        !is_quiet(value)
            || names_in(value).into_iter().any(|name| {
                look.module.bindings(scope, name).iter().any(|binding| {
                    let at = binding.statement.start();
                    let is_loop =
                        !matches!(binding.kind, BindingKind::Assign(_) | BindingKind::Add(_));
                    at > statement.start() && at < last_use
                        || is_loop
                            && binding.statement.range().contains_range(statement.range())
                            && !binding.statement.range().contains(last_use)
                })
            })
    })
}

/// Whether evaluating it later is the same: what reads names and items, and what reads of a request
/// or converts.
fn is_quiet(expr: &Expr) -> bool {
    const QUIET: [&str; 9] = [
        "get", "getlist", "str", "int", "float", "strip", "lower", "upper", "split",
    ];
    match expr {
        Expr::Name(_)
        | Expr::StringLiteral(_)
        | Expr::NumberLiteral(_)
        | Expr::BooleanLiteral(_)
        | Expr::NoneLiteral(_) => true,
        Expr::Attribute(attribute) => is_quiet(&attribute.value),
        Expr::Subscript(subscript) => is_quiet(&subscript.value) && is_quiet(&subscript.slice),
        Expr::Call(call) => {
            let is_known = match &*call.func {
                Expr::Name(name) => QUIET.contains(&name.id.as_str()),
                Expr::Attribute(attribute) => {
                    QUIET.contains(&attribute.attr.as_str()) && is_quiet(&attribute.value)
                }
                _ => false,
            };
            is_known
                && call.arguments.keywords.is_empty()
                && call.arguments.args.iter().all(is_quiet)
        }
        _ => false,
    }
}

/// The brackets of parameters that are passed in one argument.
pub(crate) fn container(driver: &Driver) -> Container {
    match driver.pass {
        Pass::Bind | Pass::Wrap => Container::Dict,
        Pass::Second | Pass::Star | Pass::Keyword => driver.container,
    }
}
