//! A query that a function runs for its callers: they hand over the parameters as well.
//!
//! ```python
//! def rows(sql):                              def rows(sql, params=()):
//!     return cur.execute(sql).fetchall()          return cur.execute(sql, params).fetchall()
//!
//! rows(f"… WHERE a = '{a}'")                  rows("… WHERE a = ?", params=(a,))
//! ```
//! Callers that hand over no data from outside go on as before. All callers that do have to stand
//! in the same file, and call the function itself.

use hognose_finding::{Finding, Fix};
use ruff_python_ast::{Expr, ExprCall};
use ruff_text_size::Ranged;

use crate::facts::Place;
use crate::module::Scope;
use crate::plan::Plan;
use crate::rows::{Driver, Pass, Style};
use crate::{Look, Refusal};

use super::query::Query;
use super::{User, argument, count_new, marks, pass, title};

pub(super) fn repair<'a>(
    look: &'a Look<'a>,
    finding: &Finding,
    user: User<'a>,
    driver: &Driver,
) -> Result<Fix, Refusal> {
    let module = &look.module;
    let file = &finding.location.file;
    let scope = module.scope(finding.location.range);
    let Expr::Name(name) = user.argument else {
        return Err("the query is no parameter of the function");
    };
    let name = name.id.as_str();
    if !module.bindings(scope, name).is_empty() {
        return Err("the function changes the query of its callers");
    }
    let number =
        position(scope, name).ok_or("the query is handed over in a way that is not followed")?;
    let callers = look.facts.callers(file, finding.location.range);
    if callers.is_empty() || callers.iter().any(|caller| caller.file != *file) {
        return Err("the query comes from callers in other files, or through other functions");
    }
    let default = match (driver.pass, driver.style) {
        (Pass::Second, Style::Qmark) | (Pass::Star, _) => "()",
        // With an empty tuple these read percent signs as marks.
        (Pass::Second, Style::Format) => "None",
        (Pass::Second, Style::Named | Style::Dollar)
        | (Pass::Keyword | Pass::Bind | Pass::Wrap, _) => {
            return Err("it is not known how to hand over parameters through a function");
        }
    };
    if pass::given(user.call, user.argument).is_some() {
        return Err("the query has parameters already");
    }
    let parameter = module.free_name(scope, "params");
    let mut plan = Plan::new(look);
    signature(scope, &parameter, default, &mut plan)?;
    let text = match driver.pass {
        Pass::Star => format!("*{parameter}"),
        Pass::Second | Pass::Keyword | Pass::Bind | Pass::Wrap => parameter.clone(),
    };
    pass::add(look, &user, &text, driver, &mut plan)?;
    let to_function = Driver {
        pass: Pass::Keyword,
        keyword: parameter,
        ..driver.clone()
    };
    let ranges: Vec<_> = callers.iter().map(|caller| caller.call).collect();
    let mut count = 0;
    for range in &ranges {
        let call = module.call_at(*range).ok_or("a caller was not found")?;
        let place = place_in(call, name, number).ok_or("a caller hands over no query")?;
        let argument = argument(call, place).ok_or("a caller hands over no query")?;
        let scope = module.scope(*range);
        let query = Query::find(look, scope, argument, call, &|it| {
            ranges
                .contains(&it.range())
                .then(|| place_in(it, name, number))
                .flatten()
        })?;
        let slots = marks::write(look, &query, driver, None, &mut plan)?;
        count += count_new(&slots);
        pass(look, scope, &query, slots, &to_function, &mut plan)?;
    }
    if count == 0 {
        return Err("no value of the query can be bound");
    }
    plan.finish(title(count))
}

/// The number of the parameter, as callers count: without `self`.
fn position(scope: Scope<'_>, name: &str) -> Option<usize> {
    let parameters = scope.parameters?;
    let mut positional = parameters.posonlyargs.iter().chain(&parameters.args);
    let first = positional.clone().next()?;
    let has_receiver = matches!(first.parameter.name.as_str(), "self" | "cls");
    let number = positional.position(|it| it.parameter.name.as_str() == name)?;
    number.checked_sub(usize::from(has_receiver))
}

/// Where the call hands over the parameter.
fn place_in(call: &ExprCall, name: &str, number: usize) -> Option<Place> {
    let arguments = &call.arguments;
    if arguments.args.iter().any(Expr::is_starred_expr) {
        return None;
    }
    let value = match arguments.find_keyword(name) {
        Some(keyword) => &keyword.value,
        None => arguments.args.get(number)?,
    };
    let mut all = arguments.iter_source_order();
    let at = all.position(|it| it.value().range() == value.range())?;
    Some(Place::Argument(at))
}

/// Adds the parameter behind the positional ones.
fn signature(
    scope: Scope<'_>,
    parameter: &str,
    default: &str,
    plan: &mut Plan<'_>,
) -> Result<(), Refusal> {
    let parameters = scope
        .parameters
        .ok_or("the query is not that of a function")?;
    let last = parameters.args.last().or(parameters.posonlyargs.last());
    let last = last.ok_or("the query is handed over in a way that is not followed")?;
    plan.insert(last.range().end(), format!(", {parameter}={default}"));
    Ok(())
}
