//! Credentials read at run time instead of written in the source.
//!
//! ```python
//! API_KEY = "…"                              # before
//! API_KEY = os.environ["API_KEY"]            # after; API_KEY= in .env.example, .env in .gitignore
//! ```
//! The value itself is written nowhere. A project that reads its settings in a way of its own gets
//! that way.

use std::collections::{BTreeMap, BTreeSet};

use hognose_finding::{Finding, Fix};
use ruff_python_ast::{Expr, Stmt};
use ruff_text_size::{Ranged, TextRange};

use crate::literal::quoted;
use crate::module::Node;
use crate::plan::Plan;
use crate::{Look, Refusal};

/// Names that say too little in an environment that all programs share.
const COMMON: [&str; 8] = [
    "password", "passwd", "key", "secret", "token", "api_key", "auth", "pwd",
];

/// Objects whose name says nothing about what is set.
const HOLDERS: [&str; 8] = [
    "self",
    "cls",
    "app",
    "config",
    "settings",
    "conf",
    "options",
    "application",
];

pub(crate) fn repair(look: &Look<'_>, finding: &Finding) -> Result<Vec<Fix>, Refusal> {
    let range = finding.location.range;
    let literal = look
        .module
        .expression_at(range)
        .ok_or("the credential is part of a longer text")?;
    let (is_bytes, quote) = match literal {
        Expr::StringLiteral(text) => {
            let first = text
                .value
                .iter()
                .next()
                .ok_or("the credential is no literal")?;
            (false, first.flags)
        }
        Expr::BytesLiteral(_) => (true, ruff_python_ast::StringLiteralFlags::empty()),
        _ => return Err("the credential is no literal"),
    };
    let quote = ruff_python_ast::StringFlags::quote_style(quote);
    let mut plan = Plan::new(look);
    let around = look.module.around(range);
    let (target, name) = match default_of(look, &around, range) {
        Some((call, name)) => (call, name),
        None => (range, environment_name(look, &around, range)?),
    };
    let name_text = quoted(&name, quote);
    let row = look
        .rows
        .settings
        .iter()
        .find(|row| {
            row.imports
                .as_ref()
                .is_none_or(|path| look.imports.binds(path))
        })
        .ok_or("it is not known how settings are read")?;
    let mut text = plan.fill(&row.read, &[("name", &name_text)]);
    if is_bytes {
        text.push_str(".encode()");
    }
    plan.replace(target, text);
    let root = &look.project.root;
    plan.append(format!("{root}.env.example"), vec![format!("{name}=")]);
    plan.append(format!("{root}.gitignore"), vec![".env".to_owned()]);
    plan.finish("Read the credential from the environment")
        .map(|fix| vec![fix])
}

/// Different credentials must not become one variable: where names say too little nothing is
/// proposed.
pub(crate) fn keep_apart(
    look: &Look<'_>,
    findings: &[&Finding],
    fixes: &mut [Result<Vec<Fix>, Refusal>],
) {
    let variable = |fixes: &Result<Vec<Fix>, Refusal>| {
        let fix = fixes.as_ref().ok()?.first()?;
        let append = fix
            .appends
            .iter()
            .find(|it| it.lines.iter().any(|line| line.ends_with('=')))?;
        append.lines.first().cloned()
    };
    let value = |finding: &Finding| look.module.slice(finding.location.range).to_owned();
    let mut values: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for (finding, fix) in findings.iter().zip(fixes.iter()) {
        if let Some(name) = variable(fix) {
            values.entry(name).or_default().insert(value(finding));
        }
    }
    for fix in fixes.iter_mut() {
        let shared = variable(fix)
            .and_then(|name| values.get(&name))
            .is_some_and(|values| values.len() > 1);
        if shared {
            *fix = Err("several credentials would share the name of one variable");
        }
    }
}

/// The literal is the default of a setting: the call that reads it, and the setting's name.
fn default_of(
    look: &Look<'_>,
    around: &[Node<'_>],
    literal: TextRange,
) -> Option<(TextRange, String)> {
    let call = around.iter().find_map(|node| match node {
        Node::Expr(Expr::Call(call)) => Some(call),
        Node::Expr(_) | Node::Stmt(_) => None,
    })?;
    let dotted = look.imports.dotted(&call.func)?;
    let reads = look.rows.name("getenv") == dotted || look.rows.name("environ_get") == dotted;
    let [Expr::StringLiteral(name), rest @ ..] = &*call.arguments.args else {
        return None;
    };
    let is_default = rest.iter().any(|it| it.range() == literal)
        || call
            .arguments
            .keywords
            .iter()
            .any(|it| it.value.range() == literal);
    (reads && is_default).then(|| (call.range(), name.value.to_str().to_owned()))
}

/// The name of the variable, from what the literal is given to.
fn environment_name(
    look: &Look<'_>,
    around: &[Node<'_>],
    literal: TextRange,
) -> Result<String, Refusal> {
    const NAMELESS: Refusal = "nothing says what the credential is called";
    let mut inner = literal;
    for node in around {
        let name = match node {
            Node::Expr(expr) if expr.range() == inner => continue,
            Node::Expr(Expr::Call(call)) => {
                let keyword = call
                    .arguments
                    .keywords
                    .iter()
                    .find(|it| it.value.range() == inner);
                let name = keyword.and_then(|it| it.arg.as_ref()).ok_or(NAMELESS)?;
                let name = name.as_str();
                let owner = look.imports.dotted(&call.func);
                let owner = owner.as_deref().and_then(|it| it.split('.').next());
                match owner {
                    Some(owner) if COMMON.contains(&name.to_ascii_lowercase().as_str()) => {
                        format!("{owner}_{name}")
                    }
                    Some(_) | None => name.to_owned(),
                }
            }
            Node::Expr(Expr::Dict(dict)) => {
                let item = dict.items.iter().find(|item| item.value.range() == inner);
                let key = item.and_then(|item| item.key.as_ref()).ok_or(NAMELESS)?;
                let Expr::StringLiteral(key) = key else {
                    return Err(NAMELESS);
                };
                key.value.to_str().to_owned()
            }
            Node::Expr(Expr::Compare(compare)) => {
                let other = std::iter::once(&*compare.left)
                    .chain(&compare.comparators)
                    .find(|it| it.range() != inner);
                target_name(other.ok_or(NAMELESS)?).ok_or(NAMELESS)?
            }
            Node::Expr(_) => {
                // A display, a conversion, a choice: what it is part of has the name.
                inner = match node {
                    Node::Expr(expr) => expr.range(),
                    Node::Stmt(statement) => statement.range(),
                };
                continue;
            }
            Node::Stmt(Stmt::Assign(assign)) => {
                let target = assign.targets.first().ok_or(NAMELESS)?;
                target_name(target).ok_or(NAMELESS)?
            }
            Node::Stmt(Stmt::AnnAssign(assign)) => target_name(&assign.target).ok_or(NAMELESS)?,
            Node::Stmt(_) => return Err(NAMELESS),
        };
        return environment_form(&name).ok_or(NAMELESS);
    }
    Err(NAMELESS)
}

fn target_name(target: &Expr) -> Option<String> {
    match target {
        Expr::Name(name) => Some(name.id.to_string()),
        Expr::Attribute(attribute) => match &*attribute.value {
            Expr::Name(holder) if !HOLDERS.contains(&holder.id.as_str()) => {
                Some(format!("{}_{}", holder.id, attribute.attr))
            }
            _ => Some(attribute.attr.to_string()),
        },
        Expr::Subscript(subscript) => match &*subscript.slice {
            Expr::StringLiteral(key) => Some(key.value.to_str().to_owned()),
            _ => None,
        },
        _ => None,
    }
}

/// `apiKey` and `api-key` as `API_KEY`.
fn environment_form(name: &str) -> Option<String> {
    let mut form = String::new();
    let mut was_lower = false;
    for character in name.chars() {
        if character.is_ascii_uppercase() && was_lower {
            form.push('_');
        }
        was_lower = character.is_ascii_lowercase() || character.is_ascii_digit();
        let upper = character.to_ascii_uppercase();
        form.push(if upper.is_ascii_alphanumeric() {
            upper
        } else {
            '_'
        });
    }
    let form = form.trim_matches('_').to_owned();
    form.starts_with(|it: char| it.is_ascii_alphabetic())
        .then_some(form)
}

#[cfg(test)]
mod tests {
    use super::environment_form;

    #[test]
    fn names_of_variables() {
        for (name, form) in [
            ("API_KEY", Some("API_KEY")),
            ("apiKey", Some("API_KEY")),
            ("api-key", Some("API_KEY")),
            ("__token", Some("TOKEN")),
            ("2nd", None),
        ] {
            assert_eq!(environment_form(name).as_deref(), form, "{name}");
        }
    }
}
