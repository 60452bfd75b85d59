//! Paths that stay in the directory that was meant.
//!
//! ```python
//! path = os.path.join(UPLOADS, name)
//! ```
//! becomes
//! ```python
//! base_dir = os.path.realpath(UPLOADS)
//! path = os.path.realpath(os.path.join(base_dir, name))
//! if os.path.commonpath([base_dir, path]) != base_dir:
//!     abort(404)
//! ```
//! The directory is what stands before the first value from outside. Where nothing does, a person
//! has to say which directory is meant.

use hognose_dataflow::models::rows::SinkKind;
use hognose_finding::{Finding, Fix, StepKind};
use ruff_python_ast::visitor::{Visitor, walk_expr};
use ruff_python_ast::{Expr, ExprCall, Operator, Stmt};
use ruff_text_size::{Ranged, TextRange, TextSize};

use crate::command::step;
use crate::literal::{Part, f_string, quoted};
use crate::module::{BindingKind, Module, Node, Scope};
use crate::plan::Plan;
use crate::refusal::{self, Why};
use crate::sql::argument;
use crate::template::{Cut, Piece, Template, with_parentheses};
use crate::{Look, Refusal};

/// A path taken apart.
struct Parts {
    /// The source of the directory.
    base: String,
    /// Where the directory stands, if it stands there as an expression of its own.
    base_range: Option<TextRange>,
    /// Whether the path is an object rather than text.
    is_object: bool,
}

/// `str(p).startswith(str(base))` becomes `p.is_relative_to(base)`, and for text
/// `p.startswith(base)` becomes `p.startswith(base + os.sep)`.
pub(crate) fn complete_check(look: &Look<'_>, finding: &Finding) -> Result<Vec<Fix>, Refusal> {
    const NO_CHECK: Refusal = "the check of the prefix was not found";
    let guards = finding
        .trace
        .iter()
        .filter(|step| step.kind == StepKind::Guard);
    let mut checks = guards.filter_map(|step| {
        if step.location.file != finding.location.file {
            return None;
        }
        let around = look.module.around(step.location.range);
        let of_statement = look.module.statement(step.location.range)?;
        around
            .into_iter()
            .find_map(|node| match node {
                Node::Expr(Expr::Call(call)) => prefix_check(call),
                Node::Expr(_) | Node::Stmt(_) => None,
            })
            .or_else(|| first_prefix_check(of_statement, step.location.range))
    });
    let (call, receiver, prefix) = checks
        .next()
        .or_else(|| {
            let scope = look.module.scope(finding.location.range);
            only_prefix_check(scope)
        })
        .ok_or(NO_CHECK)?;
    let module = &look.module;
    let mut plan = Plan::new(look);
    let text_of =
        |expr: &Expr| inner_of_str(expr).map(|inner| module.slice(inner.range()).to_owned());
    if let Some(path) = text_of(receiver) {
        let base = text_of(prefix).unwrap_or_else(|| module.slice(prefix.range()).to_owned());
        plan.replace(call.range(), format!("{path}.is_relative_to({base})"));
    } else {
        let separator = plan.import(look.rows.name("separator"));
        plan.insert(prefix.end(), format!(" + {separator}"));
    }
    plan.finish("Compare whole components of the path")
        .map(|fix| vec![fix])
}

type PrefixCheck<'a> = (&'a ExprCall, &'a Expr, &'a Expr);

fn prefix_check(call: &ExprCall) -> Option<PrefixCheck<'_>> {
    let Expr::Attribute(attribute) = &*call.func else {
        return None;
    };
    match &*call.arguments.args {
        [prefix] if attribute.attr.as_str() == "startswith" => {
            Some((call, &attribute.value, prefix))
        }
        _ => None,
    }
}

struct Checks<'a> {
    within: Option<TextRange>,
    found: Vec<PrefixCheck<'a>>,
}

impl<'a> Visitor<'a> for Checks<'a> {
    fn visit_expr(&mut self, expr: &'a Expr) {
        if let Expr::Call(call) = expr
            && let Some(check) = prefix_check(call)
            && self
                .within
                .is_none_or(|range| range.contains_range(call.range()))
        {
            self.found.push(check);
        }
        walk_expr(self, expr);
    }
}

fn first_prefix_check(statement: &Stmt, range: TextRange) -> Option<PrefixCheck<'_>> {
    let mut checks = Checks {
        within: Some(range),
        found: Vec::new(),
    };
    checks.visit_stmt(statement);
    checks.found.into_iter().next()
}

fn only_prefix_check(scope: Scope<'_>) -> Option<PrefixCheck<'_>> {
    let mut checks = Checks {
        within: None,
        found: Vec::new(),
    };
    for statement in scope.body {
        checks.visit_stmt(statement);
    }
    match checks.found.as_slice() {
        [only] => Some(*only),
        _ => None,
    }
}

/// `p` of `str(p)`.
fn inner_of_str(expr: &Expr) -> Option<&Expr> {
    let Expr::Call(call) = expr else {
        return None;
    };
    match &*call.arguments.args {
        [only] if matches!(&*call.func, Expr::Name(name) if name.id.as_str() == "str") => {
            Some(only)
        }
        _ => None,
    }
}

pub(crate) fn repair(look: &Look<'_>, finding: &Finding) -> Result<Vec<Fix>, Refusal> {
    let module = &look.module;
    let range = finding.location.range;
    let call = module
        .call_at(range)
        .ok_or("the path does not stand in a call")?;
    let sink = look
        .facts
        .sink(&finding.location.file, range, SinkKind::Path)
        .ok_or("it is not known which argument is the path")?;
    let argument = argument(call, sink.argument).ok_or("the path is no argument of the call")?;
    let scope = module.scope(range);
    let (expr, variable) = match argument {
        Expr::Name(name) => {
            let value = value_of(look, scope, name.id.as_str(), range.start())?;
            (value, Some(name.id.as_str()))
        }
        other => (other, None),
    };
    let parts = parts(look, expr, scope)?;
    // The parentheses around it go with it.
    let inside = call.arguments.inner_range();
    let around = if inside.contains_range(argument.range()) {
        inside
    } else {
        call.func.range()
    };
    let place = with_parentheses(argument.range(), around, module);
    let fix = write(look, scope, place, expr, variable, &parts)?;
    Ok(vec![fix])
}

/// What the variable holds at `at`.
fn value_of<'a>(
    look: &Look<'a>,
    scope: Scope<'a>,
    name: &str,
    at: TextSize,
) -> Result<&'a Expr, Refusal> {
    if Module::is_parameter(scope, name) {
        return Err("the path comes from the callers of the function");
    }
    let mut bindings = look.module.bindings(scope, name);
    // `path = None` above a `try` says nothing.
    bindings.retain(|binding| !matches!(binding.kind, BindingKind::Assign(Expr::NoneLiteral(_))));
    let [binding] = bindings.as_slice() else {
        return Err("the path is put together in several places");
    };
    match binding.kind {
        BindingKind::Assign(value) if binding.statement.start() < at => Ok(value),
        BindingKind::Assign(_) | BindingKind::Add(_) | BindingKind::Other => {
            Err("the path is put together in a way that is not followed")
        }
    }
}

fn parts(look: &Look<'_>, expr: &Expr, scope: Scope<'_>) -> Result<Parts, Refusal> {
    const NO_DIRECTORY: Refusal = "nothing says which directory the path should stay in";
    match expr {
        Expr::Call(call) => {
            let dotted = look.imports.dotted(&call.func).unwrap_or_default();
            let joins = look.rows.joins.contains(&dotted);
            let is_object = dotted == look.rows.name("path");
            let has_stars = call.arguments.args.iter().any(Expr::is_starred_expr);
            match &*call.arguments.args {
                [first, _, ..] if (joins || is_object) && !has_stars => {
                    let all = &call.arguments.args;
                    let closed = all.iter().take_while(|it| !is_open(look, it, scope));
                    let count = closed.count();
                    let last = count.checked_sub(1).and_then(|last| all.get(last));
                    let last = last.filter(|_| count < all.len()).ok_or(NO_DIRECTORY)?;
                    let range = first.range().cover(last.range());
                    let text = look.module.slice(range);
                    let base = if count == 1 {
                        text.to_owned()
                    } else {
                        format!("{}({text})", look.module.slice(call.func.range()))
                    };
                    Ok(Parts {
                        base,
                        base_range: joins.then_some(range),
                        is_object,
                    })
                }
                [only] if is_object => {
                    let inner = parts(look, only, scope)?;
                    Ok(Parts {
                        base_range: None,
                        is_object: true,
                        ..inner
                    })
                }
                _ => Err(NO_DIRECTORY),
            }
        }
        Expr::BinOp(operation) if operation.op == Operator::Div => {
            let mut base = &*operation.left;
            while let Expr::BinOp(inner) = base {
                if inner.op != Operator::Div || !is_open(look, &inner.right, scope) {
                    break;
                }
                base = &inner.left;
            }
            if is_open(look, base, scope) {
                return Err(NO_DIRECTORY);
            }
            let text = look.module.slice(base.range());
            let base = match base {
                Expr::BinOp(_) => format!("({text})"),
                _ => text.to_owned(),
            };
            Ok(Parts {
                base,
                base_range: None,
                is_object: true,
            })
        }
        _ => {
            let template = Template::of(expr, &look.module).ok_or(NO_DIRECTORY)?;
            let base = directory(look, expr, &template).ok_or(NO_DIRECTORY)?;
            Ok(Parts {
                base,
                base_range: None,
                is_object: false,
            })
        }
    }
}

/// Whether the expression carries data from outside, as far as is known.
fn is_open(look: &Look<'_>, expr: &Expr, scope: Scope<'_>) -> bool {
    let file = &look.module.source.path;
    match expr {
        Expr::StringLiteral(_) => false,
        Expr::Name(name) => {
            let name = name.id.as_str();
            let bindings = look.module.bindings(scope, name);
            let is_marked = bindings.iter().any(|binding| match binding.kind {
                BindingKind::Assign(value) | BindingKind::Add(value) => {
                    look.facts.is_marked(file, value.range())
                }
                BindingKind::Other => true,
            });
            scope.is_function && (Module::is_parameter(scope, name) || is_marked)
        }
        other => look.facts.is_marked(file, other.range()),
    }
}

/// The text before the first hole with data from outside, up to its last separator.
fn directory(look: &Look<'_>, expr: &Expr, template: &Template<'_>) -> Option<String> {
    let file = &look.module.source.path;
    let marks = look.facts.holes(file, expr.range());
    let mut holes = 0;
    let mut pieces: Vec<&Piece<'_>> = Vec::new();
    for piece in &template.pieces {
        if let Piece::Hole(_) = piece {
            let is_marked = marks.and_then(|marks| marks.get(holes)).copied();
            holes += 1;
            if is_marked != Some(false) {
                break;
            }
        }
        pieces.push(piece);
    }
    let last = pieces
        .iter()
        .rposition(|piece| matches!(piece, Piece::Char(it, _) if it.value == '/'))?;
    let mut pieces = &pieces[..=last];
    // The separator itself belongs to no directory but the root.
    if pieces.len() > 1 {
        pieces = &pieces[..last];
    }
    if let [Piece::Hole(hole)] = pieces {
        return Some(look.module.slice(hole.expr.range()).to_owned());
    }
    let mut texts: Vec<(bool, String)> = Vec::new();
    for piece in pieces {
        match (piece, texts.last_mut()) {
            (Piece::Char(it, _), Some((false, text))) => text.push(it.value),
            (Piece::Char(it, _), _) => texts.push((false, it.value.to_string())),
            (Piece::Hole(hole), _) => {
                if matches!(hole.cut, Cut::Field(..)) && hole.format != crate::template::Format::Str
                {
                    return None;
                }
                texts.push((true, look.module.slice(hole.expr.range()).to_owned()));
            }
        }
    }
    if let [(false, text)] = texts.as_slice() {
        return Some(quoted(text, template.quote()));
    }
    let parts: Vec<Part<'_>> = texts
        .iter()
        .map(|(is_hole, text)| {
            if *is_hole {
                Part::Hole(text)
            } else {
                Part::Text(text)
            }
        })
        .collect();
    f_string(&parts, template.quote())
}

fn write(
    look: &Look<'_>,
    scope: Scope<'_>,
    place: TextRange,
    expr: &Expr,
    variable: Option<&str>,
    parts: &Parts,
) -> Result<Fix, Refusal> {
    let module = &look.module;
    let mut plan = Plan::new(look);
    let statement = anchor(module, expr.range())?;
    let indent = module
        .indent(statement.start())
        .ok_or("the path is built on a line with other statements")?;
    let step = step(indent);
    let base_name = module.free_name(scope, "base_dir");
    let path_name = match variable {
        Some(name) => name.to_owned(),
        None => module.free_name(scope, "path"),
    };
    let base = if parts.is_object {
        let is_text = !parts.base.contains("Path") && parts.base.starts_with(['"', '\'', 'f']);
        let inner = if is_text {
            let class = plan.import(look.rows.name("path"));
            format!("{class}({})", parts.base)
        } else {
            parts.base.clone()
        };
        format!("{inner}.resolve()")
    } else {
        let realpath = plan.import(look.rows.name("realpath"));
        format!("{realpath}({})", parts.base)
    };
    let source = module.slice(expr.range());
    if module.has_comment(expr.range()) {
        return Err("a comment stands inside the path");
    }
    let source = match parts.base_range {
        Some(range) => {
            let start = (range.start() - expr.start()).to_usize();
            let end = (range.end() - expr.start()).to_usize();
            format!("{}{base_name}{}", &source[..start], &source[end..])
        }
        None => source.to_owned(),
    };
    let resolved = if parts.is_object {
        let is_call = matches!(expr, Expr::Call(_));
        if is_call {
            format!("{source}.resolve()")
        } else {
            format!("({source}).resolve()")
        }
    } else {
        let realpath = plan.import(look.rows.name("realpath"));
        format!("{realpath}({source})")
    };
    let condition = if parts.is_object {
        if look.project.has_python(9) {
            format!("not {path_name}.is_relative_to({base_name})")
        } else {
            format!("{base_name} not in {path_name}.parents")
        }
    } else {
        let commonpath = plan.import(look.rows.name("commonpath"));
        format!("{commonpath}([{base_name}, {path_name}]) != {base_name}")
    };
    let refuse = refusal::statement(look, Why::Missing, &mut plan)?;
    let check = format!("{indent}if {condition}:\n{indent}{step}{refuse}\n");
    let before = module.line_start(statement.start());
    if variable.is_some() {
        if !module.ends_line(statement.end()) {
            return Err("the path is built on a line with other statements");
        }
        plan.insert(before, format!("{indent}{base_name} = {base}\n"));
        plan.replace(expr.range(), resolved);
        plan.insert(module.line_end(statement.end()), check);
    } else {
        plan.insert(
            before,
            format!("{indent}{base_name} = {base}\n{indent}{path_name} = {resolved}\n{check}"),
        );
        plan.replace(place, path_name);
    }
    plan.finish("Resolve the path and check that it is inside the directory")
}

/// The statement before which the path can be built: not inside a lambda or a comprehension, whose
/// names are not known outside.
fn anchor<'a>(module: &Module<'a>, range: TextRange) -> Result<&'a Stmt, Refusal> {
    let around = module.around(range);
    for node in &around {
        match node {
            Node::Stmt(statement) => {
                return match statement {
                    Stmt::While(_) => Err("the path is built in the condition of a loop"),
                    _ => Ok(statement),
                };
            }
            Node::Expr(
                Expr::Lambda(_)
                | Expr::ListComp(_)
                | Expr::SetComp(_)
                | Expr::DictComp(_)
                | Expr::Generator(_),
            ) => return Err("the path is built inside an expression of its own"),
            Node::Expr(_) => {}
        }
    }
    Err("the path has no statement")
}
