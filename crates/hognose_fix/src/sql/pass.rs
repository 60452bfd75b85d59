//! The parameters, passed to the calls that run a query.
//!
//! ```python
//! cur.execute(q, (a, b))        conn.fetch(q, a, b)        text(q).bindparams(a=a)
//! read_sql(q, conn, params=(a,))
//! ```

use ruff_python_ast::str::Quote;
use ruff_python_ast::{Expr, ExprCall};
use ruff_text_size::{Ranged, TextSize};

use crate::module::{Node, Scope};
use crate::plan::Plan;
use crate::rows::{Container, Driver, Pass, Style};
use crate::template::with_parentheses;
use crate::{Look, Refusal};

use super::User;
use super::container;
use super::marks::{Slot, key};
use super::query::{Query, Role};

/// What drivers call the argument with the parameters.
const KEYWORDS: [&str; 5] = ["args", "parameters", "params", "values", "vars"];

/// Methods that run a statement with its parameters.
const RUNNERS: [&str; 6] = [
    "execute",
    "scalar",
    "scalars",
    "stream",
    "stream_scalars",
    "exec",
];

/// The parameters that the call passes already.
pub(crate) fn given<'a>(call: &'a ExprCall, argument: &Expr) -> Option<&'a Expr> {
    let mut keywords = call.arguments.keywords.iter();
    let named = keywords.find(|keyword| {
        keyword
            .arg
            .as_ref()
            .is_some_and(|name| KEYWORDS.contains(&name.as_str()))
    });
    let mut positional = call.arguments.args.iter();
    let next = positional
        .find(|it| it.range() == argument.range())
        .and_then(|_| positional.next());
    named.map(|keyword| &keyword.value).or(next)
}

/// The parameters in the call itself.
pub(crate) fn directly(
    look: &Look<'_>,
    user: &User<'_>,
    slots: &[Slot<'_>],
    driver: &Driver,
    quote: Quote,
    plan: &mut Plan<'_>,
) -> Result<(), Refusal> {
    let given = match driver.pass {
        Pass::Second => given(user.call, user.argument),
        Pass::Keyword => {
            let keyword = user.call.arguments.find_keyword(&driver.keyword);
            keyword.map(|it| &it.value)
        }
        Pass::Star | Pass::Bind => None,
        Pass::Wrap => given(user.call, user.argument),
    };
    if let Some(given) = given {
        if driver.pass == Pass::Wrap {
            return Err("the statement has parameters in the way of its driver");
        }
        let text = merged(look, given, slots, driver, quote)?;
        plan.replace(given.range(), text);
        return Ok(());
    }
    if driver.pass == Pass::Bind {
        bind(look, user, slots, quote, plan);
        return Ok(());
    }
    if driver.pass != Pass::Star && slots.iter().any(|slot| !slot.is_new()) {
        return Err("the query has marks and no parameters");
    }
    let texts = elements(slots);
    let text = match driver.pass {
        Pass::Star => texts.join(", "),
        Pass::Second | Pass::Keyword | Pass::Bind | Pass::Wrap => {
            collection(slots, container(driver), quote)
        }
    };
    add(look, user, &text, driver, plan)
}

/// Puts the argument with the parameters behind the query, or at the end.
pub(crate) fn add(
    look: &Look<'_>,
    user: &User<'_>,
    text: &str,
    driver: &Driver,
    plan: &mut Plan<'_>,
) -> Result<(), Refusal> {
    let arguments = &user.call.arguments;
    let has_star = arguments.args.iter().any(Expr::is_starred_expr);
    let is_keyword = arguments
        .keywords
        .iter()
        .any(|keyword| keyword.value.range() == user.argument.range());
    if has_star || is_keyword && driver.pass != Pass::Keyword {
        return Err("the call passes its arguments in a way that is not followed");
    }
    match driver.pass {
        Pass::Second => {
            plan.insert(end_of(look, user, user.argument), format!(", {text}"));
        }
        Pass::Star => {
            let last = arguments.args.last().unwrap_or(user.argument);
            plan.insert(end_of(look, user, last), format!(", {text}"));
        }
        Pass::Keyword => {
            let last = arguments.iter_source_order().last();
            let last = last.map_or(user.argument, |it| it.value());
            let keyword = &driver.keyword;
            plan.insert(end_of(look, user, last), format!(", {keyword}={text}"));
        }
        Pass::Wrap => {
            let function = plan.import(&driver.wrap);
            let inside = user.call.arguments.inner_range();
            let range = with_parentheses(user.argument.range(), inside, &look.module);
            plan.insert(range.start(), format!("{function}("));
            plan.insert(range.end(), format!("), {text}"));
        }
        Pass::Bind => return Err("parameters of such a statement are bound to it"),
    }
    Ok(())
}

fn end_of(look: &Look<'_>, user: &User<'_>, argument: &Expr) -> TextSize {
    let inside = user.call.arguments.inner_range();
    with_parentheses(argument.range(), inside, &look.module).end()
}

/// `execute(text(…), {…})` where the statement stands in the call that runs it, else
/// `text(…).bindparams(…)`.
fn bind(look: &Look<'_>, user: &User<'_>, slots: &[Slot<'_>], quote: Quote, plan: &mut Plan<'_>) {
    let range = user.call.range();
    let around = look.module.around(range);
    let outer = around.iter().find_map(|node| match node {
        Node::Expr(expr) if expr.range() != range => Some(*expr),
        Node::Expr(_) | Node::Stmt(_) => None,
    });
    let runner = outer.and_then(|outer| match outer {
        Expr::Call(call) => {
            let Expr::Attribute(function) = &*call.func else {
                return None;
            };
            let [only] = &*call.arguments.args else {
                return None;
            };
            let is_runner = RUNNERS.contains(&function.attr.as_str())
                && only.range() == range
                && call.arguments.keywords.is_empty();
            is_runner.then_some(call)
        }
        _ => None,
    });
    if runner.is_some() {
        let text = collection(slots, Container::Dict, quote);
        plan.insert(range.end(), format!(", {text}"));
        return;
    }
    let pairs: Vec<String> = named(slots)
        .map(|(name, text)| format!("{name}={text}"))
        .collect();
    plan.insert(range.end(), format!(".bindparams({})", pairs.join(", ")));
}

/// The parameters beside the query, in a variable that grows with it.
pub(crate) fn by_variable(
    look: &Look<'_>,
    scope: Scope<'_>,
    query: &Query<'_>,
    slots: &[Vec<Slot<'_>>],
    driver: &Driver,
    plan: &mut Plan<'_>,
) -> Result<(), Refusal> {
    if slots.iter().flatten().any(|slot| !slot.is_new()) {
        return Err("the query has some of its values bound already");
    }
    if driver.pass == Pass::Bind {
        return Err("the statement is put together in several places");
    }
    let is_dict = driver.style == Style::Named;
    let quote = query.quote();
    let name = look.module.free_name(scope, "params");
    for (fragment, slots) in query.fragments.iter().zip(slots) {
        let statement = fragment
            .statement
            .ok_or("the query has no statement of its own")?;
        let line = match (fragment.role, is_dict) {
            (Role::Add, _) if slots.is_empty() => continue,
            (Role::Add, true) => {
                let pairs = named(slots);
                let pairs: Vec<String> = pairs
                    .map(|(key_text, text)| format!("{name}[{}] = {text}", key(key_text, quote)))
                    .collect();
                pairs.join("; ")
            }
            (Role::Add, false) => match slots.as_slice() {
                [Slot::Value { text, .. }] => format!("{name}.append({text})"),
                [Slot::Spread { text, .. }] => format!("{name}.extend({text})"),
                _ => format!("{name}.extend([{}])", elements(slots).join(", ")),
            },
            (Role::Assign | Role::Inline, true) => {
                format!("{name} = {}", collection(slots, Container::Dict, quote))
            }
            (Role::Assign | Role::Inline, false) => {
                format!("{name} = [{}]", elements(slots).join(", "))
            }
        };
        let module = &look.module;
        let indent = module
            .indent(statement.start())
            .filter(|_| module.ends_line(statement.end()))
            .ok_or("the query is built on a line with other statements")?;
        let end = module.line_end(statement.end());
        let text = if module.text[..end.to_usize()].ends_with('\n') {
            format!("{indent}{line}\n")
        } else {
            format!("\n{indent}{line}")
        };
        plan.insert(end, text);
    }
    for user in &query.users {
        if given(user.call, user.argument).is_some() && driver.pass != Pass::Keyword {
            return Err("the query has parameters already");
        }
        let text = match driver.pass {
            Pass::Star => format!("*{name}"),
            Pass::Second | Pass::Keyword | Pass::Bind | Pass::Wrap => name.clone(),
        };
        add(look, user, &text, driver, plan)?;
    }
    Ok(())
}

/// The parameters that were given with the new ones between them.
fn merged(
    look: &Look<'_>,
    given: &Expr,
    slots: &[Slot<'_>],
    driver: &Driver,
    quote: Quote,
) -> Result<String, Refusal> {
    const SHAPE: Refusal = "the parameters that are passed already cannot be added to";
    let slice = |expr: &Expr| look.module.slice(expr.range()).to_owned();
    if container(driver) == Container::Dict {
        let Expr::Dict(dict) = given else {
            return Err(SHAPE);
        };
        let new: Vec<String> = named(slots)
            .map(|(name, text)| format!("{}: {text}", key(name, quote)))
            .collect();
        let text = look.module.slice(dict.range());
        let inner = text[1..text.len() - 1].trim_end().trim_end_matches(',');
        let separator = if dict.items.is_empty() { "" } else { ", " };
        return Ok(format!("{{{inner}{separator}{}}}", new.join(", ")));
    }
    let (old, is_list): (Vec<String>, bool) = match given {
        Expr::Tuple(tuple) => (tuple.elts.iter().map(slice).collect(), false),
        Expr::List(list) => (list.elts.iter().map(slice).collect(), true),
        other => (vec![format!("*{}", slice(other))], false),
    };
    let bound = slots.iter().filter(|slot| !slot.is_new()).count();
    let is_spread = old.iter().any(|text| text.starts_with('*'));
    let mut old = old.into_iter();
    let mut texts = Vec::new();
    if is_spread {
        let first_new = slots.iter().position(Slot::is_new).unwrap_or(0);
        let last_new = slots.iter().rposition(Slot::is_new).unwrap_or(0);
        let mut new = elements(slots);
        if bound == 0 || first_new >= bound {
            texts.extend(old);
            texts.append(&mut new);
        } else if last_new + 1 + bound == slots.len() {
            texts.append(&mut new);
            texts.extend(old);
        } else {
            return Err(SHAPE);
        }
    } else {
        if old.len() != bound {
            return Err(SHAPE);
        }
        let mut new = elements(slots).into_iter();
        for slot in slots {
            let next = if slot.is_new() {
                new.next()
            } else {
                old.next()
            };
            texts.push(next.ok_or(SHAPE)?);
        }
    }
    Ok(bracketed(&texts, is_list))
}

fn bracketed(texts: &[String], is_list: bool) -> String {
    match (texts, is_list) {
        (texts, true) => format!("[{}]", texts.join(", ")),
        ([only], false) => format!("({only},)"),
        (texts, false) => format!("({})", texts.join(", ")),
    }
}

/// The new parameters as elements of a display.
fn elements(slots: &[Slot<'_>]) -> Vec<String> {
    slots
        .iter()
        .filter_map(|slot| match slot {
            Slot::Bound => None,
            Slot::Value { text, .. } => Some(text.clone()),
            Slot::Spread { text, .. } => Some(format!("*{text}")),
        })
        .collect()
}

fn named<'s>(slots: &'s [Slot<'_>]) -> impl Iterator<Item = (&'s str, &'s str)> {
    slots.iter().filter_map(|slot| match slot {
        Slot::Value { text, name, .. } => Some((name.as_str(), text.as_str())),
        Slot::Bound | Slot::Spread { .. } => None,
    })
}

fn collection(slots: &[Slot<'_>], container: Container, quote: Quote) -> String {
    match (container, slots) {
        (Container::Dict, _) => {
            let pairs: Vec<String> = named(slots)
                .map(|(name, text)| format!("{}: {text}", key(name, quote)))
                .collect();
            format!("{{{}}}", pairs.join(", "))
        }
        (Container::Tuple, [Slot::Spread { text, .. }]) => format!("tuple({text})"),
        (Container::List, [Slot::Spread { text, .. }]) => format!("list({text})"),
        (Container::Tuple, _) => bracketed(&elements(slots), false),
        (Container::List, _) => bracketed(&elements(slots), true),
    }
}
