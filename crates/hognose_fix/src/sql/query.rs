//! The expressions of which a query is made, and the calls that run it.
//!
//! ```python
//! q = "SELECT …"          # assigned
//! if a:
//!     q += f" … {a}"      # added
//! log.debug(q)            # may look at it
//! cur.execute(q)          # runs it
//! ```

use ruff_python_ast::str::Quote;
use ruff_python_ast::{Expr, ExprCall, Operator, Stmt};
use ruff_text_size::{Ranged, TextRange, TextSize};

use crate::facts::Place;
use crate::module::{Binding, BindingKind, Module, Node, Scope, body_range};
use crate::template::Template;
use crate::{Look, Refusal};

use super::{User, argument};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Role {
    /// The query stands in the call.
    Inline,
    Assign,
    Add,
}

pub(crate) struct Fragment<'a> {
    pub expr: &'a Expr,
    pub template: Template<'a>,
    pub statement: Option<&'a Stmt>,
    pub role: Role,
    /// For `q = q + …`: the operand that is the query so far.
    pub itself: Option<TextRange>,
}

pub(crate) struct Query<'a> {
    /// In the order of the text.
    pub fragments: Vec<Fragment<'a>>,
    pub users: Vec<User<'a>>,
}

/// Functions and methods that may look at a query without running it.
const ONLOOKERS: [&str; 9] = [
    "print",
    "debug",
    "info",
    "warning",
    "error",
    "exception",
    "log",
    "critical",
    "len",
];

impl<'a> Query<'a> {
    pub fn find(
        look: &Look<'a>,
        scope: Scope<'a>,
        argument: &'a Expr,
        call: &'a ExprCall,
        place: &dyn Fn(&ExprCall) -> Option<Place>,
    ) -> Result<Self, Refusal> {
        let user = User { call, argument };
        if let Expr::Name(name) = argument {
            return Self::of_name(look, scope, name.id.as_str(), user, place);
        }
        let template = Template::of(argument, &look.module)
            .ok_or("the query is put together in a way that is not followed")?;
        Ok(Self {
            fragments: vec![Fragment {
                expr: argument,
                template,
                statement: None,
                role: Role::Inline,
                itself: None,
            }],
            users: vec![user],
        })
    }

    pub fn quote(&self) -> Quote {
        self.fragments
            .first()
            .map_or(Quote::Double, |it| it.template.quote())
    }

    fn of_name(
        look: &Look<'a>,
        scope: Scope<'a>,
        name: &str,
        user: User<'a>,
        place: &dyn Fn(&ExprCall) -> Option<Place>,
    ) -> Result<Self, Refusal> {
        let module = &look.module;
        if Module::is_parameter(scope, name) {
            return Err("the query comes from the callers of the function");
        }
        let at = user.call.range().start();
        let bindings = module.bindings(scope, name);
        let begin = bindings
            .iter()
            .rposition(|it| starts_anew(it, name) && dominates(module, it.statement, at))
            .ok_or("the query is not built in the same function")?;
        let end = bindings
            .iter()
            .skip(begin + 1)
            .find(|it| it.statement.start() > at && starts_anew(it, name))
            .map_or(scope.range.end(), |it| it.statement.start());
        let mut fragments = Vec::new();
        for binding in &bindings[begin..] {
            if binding.statement.start() < end {
                fragments.push(fragment(module, binding, name)?);
            }
        }
        let first = bindings[begin].statement.start();
        let users = users(
            look,
            scope,
            name,
            TextRange::new(first, end),
            &fragments,
            place,
        )?;
        let is_run_later = fragments
            .iter()
            .all(|it| it.statement.is_some_and(|it| it.start() < at));
        if !is_run_later {
            return Err("the query is changed after it has run");
        }
        Ok(Self { fragments, users })
    }
}

fn starts_anew(binding: &Binding<'_>, name: &str) -> bool {
    match binding.kind {
        BindingKind::Assign(value) => leftmost_name(value) != Some(name),
        BindingKind::Add(_) => false,
        BindingKind::Other => true,
    }
}

/// `q` in `q + "…" + x`.
fn leftmost_name(value: &Expr) -> Option<&str> {
    match value {
        Expr::BinOp(operation) if operation.op == Operator::Add => match &*operation.left {
            Expr::Name(name) => Some(name.id.as_str()),
            left => leftmost_name(left),
        },
        _ => None,
    }
}

/// Whether every way to `at` leads over the statement: the block that it stands in goes on there.
fn dominates(module: &Module<'_>, statement: &Stmt, at: TextSize) -> bool {
    if statement.start() > at {
        return false;
    }
    let around = module.around(statement.range());
    let parent = around.iter().find_map(|node| match node {
        Node::Stmt(it) if it.range() != statement.range() => Some(*it),
        Node::Stmt(_) | Node::Expr(_) => None,
    });
    let Some(parent) = parent else {
        return true;
    };
    blocks(parent).into_iter().any(|block| {
        let range = body_range(block);
        range.contains_range(statement.range()) && range.contains(at)
    })
}

/// The blocks of a compound statement.
pub(crate) fn blocks(statement: &Stmt) -> Vec<&[Stmt]> {
    match statement {
        Stmt::FunctionDef(it) => vec![&it.body],
        Stmt::ClassDef(it) => vec![&it.body],
        Stmt::If(it) => {
            let mut blocks: Vec<&[Stmt]> = vec![&it.body];
            blocks.extend(it.elif_else_clauses.iter().map(|clause| &*clause.body));
            blocks
        }
        Stmt::For(it) => vec![&it.body, &it.orelse],
        Stmt::While(it) => vec![&it.body, &it.orelse],
        Stmt::With(it) => vec![&it.body],
        Stmt::Try(it) => {
            let mut blocks: Vec<&[Stmt]> = vec![&it.body, &it.orelse, &it.finalbody];
            blocks.extend(it.handlers.iter().map(|handler| {
                let ruff_python_ast::ExceptHandler::ExceptHandler(handler) = handler;
                &*handler.body
            }));
            blocks
        }
        Stmt::Match(it) => it.cases.iter().map(|case| &*case.body).collect(),
        _ => Vec::new(),
    }
}

fn fragment<'a>(
    module: &Module<'a>,
    binding: &Binding<'a>,
    name: &str,
) -> Result<Fragment<'a>, Refusal> {
    const UNKNOWN: Refusal = "a part of the query is put together in a way that is not followed";
    let (value, mut role) = match binding.kind {
        BindingKind::Assign(value) => (value, Role::Assign),
        BindingKind::Add(value) => (value, Role::Add),
        BindingKind::Other => return Err(UNKNOWN),
    };
    let template = Template::of(value, module).ok_or(UNKNOWN)?;
    let mut itself = None;
    if leftmost_name(value) == Some(name) {
        role = Role::Add;
        let mut expr = value;
        while let Expr::BinOp(operation) = expr {
            expr = &operation.left;
        }
        itself = Some(expr.range());
    }
    Ok(Fragment {
        expr: value,
        template,
        statement: Some(binding.statement),
        role,
        itself,
    })
}

/// The calls that run what the name holds within `range`.
fn users<'a>(
    look: &Look<'a>,
    scope: Scope<'a>,
    name: &str,
    range: TextRange,
    fragments: &[Fragment<'a>],
    place: &dyn Fn(&ExprCall) -> Option<Place>,
) -> Result<Vec<User<'a>>, Refusal> {
    let file = &look.module.source.path;
    let mut users: Vec<User<'a>> = Vec::new();
    for mention in look.module.mentions(scope, name) {
        if !range.contains_range(mention.range()) {
            continue;
        }
        let of_fragment = fragments.iter().any(|fragment| {
            fragment.itself == Some(mention.range())
                || fragment.statement.is_some_and(|it| {
                    it.range().contains_range(mention.range())
                        && target_of(it).contains_range(mention.range())
                })
        });
        if of_fragment {
            continue;
        }
        let around = look.module.around(mention.range());
        let call = around.iter().find_map(|node| match node {
            Node::Expr(Expr::Call(call)) => Some(call),
            Node::Expr(_) | Node::Stmt(_) => None,
        });
        let run = call.and_then(place);
        match (call, run) {
            (Some(call), Some(place))
                if argument(call, place).is_some_and(|it| it.range() == mention.range()) =>
            {
                let argument = argument(call, place).expect("it was found just now");
                users.push(User { call, argument });
            }
            (Some(call), None)
                if is_onlooker(call) || look.facts.is_harmless(file, call.range()) => {}
            (Some(_) | None, _) => return Err("the query is used in another way as well"),
        }
    }
    if users.is_empty() {
        return Err("no call that runs the query was found");
    }
    Ok(users)
}

/// What a statement assigns to.
fn target_of(statement: &Stmt) -> TextRange {
    match statement {
        Stmt::Assign(assign) => assign
            .targets
            .first()
            .map_or_else(TextRange::default, Ranged::range),
        Stmt::AnnAssign(assign) => assign.target.range(),
        Stmt::AugAssign(assign) => assign.target.range(),
        _ => TextRange::default(),
    }
}

pub(crate) fn is_onlooker(call: &ExprCall) -> bool {
    match &*call.func {
        Expr::Name(name) => ONLOOKERS.contains(&name.id.as_str()),
        Expr::Attribute(attribute) => ONLOOKERS.contains(&attribute.attr.as_str()),
        _ => false,
    }
}
