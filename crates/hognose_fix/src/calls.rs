//! Repairs that change one call: another function, a keyword that is set or goes.
//!
//! ```python
//! yaml.load(text)                    yaml.safe_load(text)
//! requests.get(url, verify=False)    requests.get(url, verify=True)
//! tar.extractall(target)             tar.extractall(target, filter="data")
//! ```
//! Which rule and function asks for which change is a row.

use hognose_dataflow::models::rows::SinkKind;
use hognose_finding::{Finding, Fix, Level};
use ruff_python_ast::{Expr, ExprCall};
use ruff_text_size::{Ranged, TextRange};

use crate::command::remove_keyword;
use crate::module::Node;
use crate::plan::Plan;
use crate::rows::{CallRow, RowLevel, is_below};
use crate::template::with_parentheses;
use crate::{Look, Refusal};

/// `None`: no row is for the finding.
pub(crate) fn repair(look: &Look<'_>, finding: &Finding) -> Option<Result<Vec<Fix>, Refusal>> {
    let is_for = |row: &&CallRow| {
        let rule = finding.rule;
        row.rules
            .iter()
            .any(|name| name == rule.id || Some(name.as_str()) == rule.code())
    };
    let rows: Vec<&CallRow> = look.rows.calls.iter().filter(is_for).collect();
    if rows.is_empty() {
        return None;
    }
    let around = look.module.around(finding.location.range);
    for node in &around {
        let Node::Expr(Expr::Call(call)) = node else {
            continue;
        };
        let names = names(look, call);
        let row = rows.iter().find(|row| {
            let of_path = |path: &String| names.iter().any(|name| is_below(name, path));
            row.paths.iter().any(of_path)
        });
        if let Some(row) = row {
            return Some(change(look, call, row).map(|fix| vec![fix]));
        }
    }
    Some(Err("it is not known what stands in for this call"))
}

/// What the called function is known as.
fn names(look: &Look<'_>, call: &ExprCall) -> Vec<String> {
    let file = &look.module.source.path;
    let mut names: Vec<String> = look.imports.dotted(&call.func).into_iter().collect();
    let sink = look
        .facts
        .sink(file, call.range(), SinkKind::ArchiveExtract);
    names.extend(sink.map(|sink| sink.subject.to_string()));
    // A method of anything, for rows that name one.
    if let Expr::Attribute(attribute) = &*call.func {
        names.push(format!("*.{}", attribute.attr));
    }
    names
}

fn change(look: &Look<'_>, call: &ExprCall, row: &CallRow) -> Result<Fix, Refusal> {
    if row
        .python
        .is_some_and(|minor| !look.project.has_python(minor))
    {
        return Err("the project supports versions of Python that do not have the safe form");
    }
    let arguments = &call.arguments;
    let has_stars = arguments.args.iter().any(Expr::is_starred_expr)
        || arguments.keywords.iter().any(|it| it.arg.is_none());
    if has_stars {
        return Err("the call passes its arguments in a way that is not followed");
    }
    let mut plan = Plan::new(look);
    plan.lower(match row.level {
        RowLevel::Verified => Level::Verified,
        RowLevel::Unsafe => Level::Unsafe,
        RowLevel::Manual => Level::Manual,
    });
    if let Some(function) = &row.function {
        let text = plan.import(function);
        plan.replace(call.func.range(), text);
    }
    for keyword in &row.drop {
        if arguments.find_keyword(keyword).is_some() {
            remove_keyword(look, call, keyword, &mut plan)?;
        }
    }
    for position in &row.drop_positions {
        if let Some(argument) = arguments.args.get(*position) {
            let before = position
                .checked_sub(1)
                .and_then(|it| arguments.args.get(it));
            let start = before.map_or(argument.start(), Ranged::end);
            plan.delete(TextRange::new(start, argument.end()));
        }
    }
    let mut added = Vec::new();
    for (keyword, value) in &row.set {
        let value = plan.fill(value, &[]);
        match arguments.find_keyword(keyword) {
            Some(known) => plan.replace(known.value.range(), value),
            None => added.push(format!("{keyword}={value}")),
        }
    }
    if !added.is_empty() {
        let inside = arguments.inner_range();
        let added = added.join(", ");
        match arguments.iter_source_order().last() {
            Some(last) => {
                let last = with_parentheses(last.value().range(), inside, &look.module);
                plan.insert(last.end(), format!(", {added}"));
            }
            None => plan.insert(inside.start(), added),
        }
    }
    plan.finish(row.title.clone())
}
