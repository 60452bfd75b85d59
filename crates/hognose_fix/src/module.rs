//! One file's tree, and the questions that repairs ask about it.
//!
//! ```python
//! def f(a):
//!     q = "…" + a       # what is `q` at the call? which statement is this? is `a` bound anew?
//!     cur.execute(q)
//! ```

use ruff_python_ast::visitor::{Visitor, walk_expr, walk_stmt};
use ruff_python_ast::{ExceptHandler, Expr, ExprCall, ExprContext, ExprName, Parameters, Stmt};
use ruff_text_size::{Ranged, TextRange, TextSize};

use hognose_finding::SourceText;
use hognose_python::Syntax;

pub(crate) struct Module<'a> {
    pub source: &'a SourceText,
    pub text: &'a str,
    pub suite: &'a [Stmt],
}

/// A node of the tree.
#[derive(Clone, Copy)]
pub(crate) enum Node<'a> {
    Stmt(&'a Stmt),
    Expr(&'a Expr),
}

/// The nodes around a place, the innermost first.
pub(crate) type Around<'a> = Vec<Node<'a>>;

/// A function or the module body.
#[derive(Clone, Copy)]
pub(crate) struct Scope<'a> {
    pub body: &'a [Stmt],
    pub parameters: Option<&'a Parameters>,
    pub range: TextRange,
    pub is_function: bool,
}

/// Where a name gets a value.
#[derive(Clone, Copy)]
pub(crate) struct Binding<'a> {
    pub statement: &'a Stmt,
    pub kind: BindingKind<'a>,
}

#[derive(Clone, Copy)]
pub(crate) enum BindingKind<'a> {
    /// `name = value`
    Assign(&'a Expr),
    /// `name += value`
    Add(&'a Expr),
    /// A loop, an import, an unpacking, `with`, …
    Other,
}

impl<'a> Module<'a> {
    pub fn new(syntax: Syntax<'a>) -> Self {
        Self {
            source: syntax.source,
            text: &syntax.source.text,
            suite: syntax.parsed.suite(),
        }
    }

    pub fn slice(&self, range: TextRange) -> &'a str {
        &self.text[range]
    }

    pub fn around(&self, range: TextRange) -> Around<'a> {
        let mut search = Search {
            range,
            around: Vec::new(),
        };
        for statement in self.suite {
            search.visit_stmt(statement);
        }
        search.around.reverse();
        search.around
    }

    /// The call that stands exactly at `range`.
    pub fn call_at(&self, range: TextRange) -> Option<&'a ExprCall> {
        self.around(range).into_iter().find_map(|node| match node {
            Node::Expr(Expr::Call(call)) if call.range() == range => Some(call),
            Node::Expr(_) | Node::Stmt(_) => None,
        })
    }

    /// The outermost expression that stands exactly at `range`.
    pub fn expression_at(&self, range: TextRange) -> Option<&'a Expr> {
        let around = self.around(range);
        around.into_iter().rev().find_map(|node| match node {
            Node::Expr(expr) if expr.range() == range => Some(expr),
            Node::Expr(_) | Node::Stmt(_) => None,
        })
    }

    /// The innermost statement around `range`.
    pub fn statement(&self, range: TextRange) -> Option<&'a Stmt> {
        let around = self.around(range);
        around.into_iter().find_map(|node| match node {
            Node::Stmt(statement) => Some(statement),
            Node::Expr(_) => None,
        })
    }

    /// The innermost function around `range`, else the module.
    pub fn scope(&self, range: TextRange) -> Scope<'a> {
        let around = self.around(range);
        let function = around.into_iter().find_map(|node| match node {
            Node::Stmt(Stmt::FunctionDef(def)) if body_range(&def.body).contains_range(range) => {
                Some(Scope {
                    body: &def.body,
                    parameters: Some(&def.parameters),
                    range: def.range,
                    is_function: true,
                })
            }
            Node::Stmt(_) | Node::Expr(_) => None,
        });
        function.unwrap_or(Scope {
            body: self.suite,
            parameters: None,
            range: TextRange::up_to(TextSize::of(self.text)),
            is_function: false,
        })
    }

    /// The whitespace before the statement at `offset`; `None` where something else stands before
    /// it on its line: `if x: y()`.
    pub fn indent(&self, offset: TextSize) -> Option<&'a str> {
        let start = self.line_start(offset);
        let before = &self.text[TextRange::new(start, offset)];
        before
            .chars()
            .all(|it| it == ' ' || it == '\t')
            .then_some(before)
    }

    pub fn line_start(&self, offset: TextSize) -> TextSize {
        let before = &self.text[..offset.to_usize()];
        let start = before.rfind('\n').map_or(0, |at| at + 1);
        TextSize::try_from(start).expect("an offset of the text")
    }

    /// The end of the line that holds `offset`, its line ending included.
    pub fn line_end(&self, offset: TextSize) -> TextSize {
        let rest = &self.text[offset.to_usize()..];
        let length = rest.find('\n').map_or(rest.len(), |at| at + 1);
        offset + TextSize::try_from(length).expect("an offset of the text")
    }

    /// Whether nothing but whitespace and a comment stands behind `offset` on its line.
    pub fn ends_line(&self, offset: TextSize) -> bool {
        let rest = &self.text[offset.to_usize()..];
        let line = rest.lines().next().unwrap_or("").trim_start();
        line.is_empty() || line.starts_with('#')
    }

    /// Whether a comment may stand in `range`: a `#` outside what it is in is one to be careful of.
    pub fn has_comment(&self, range: TextRange) -> bool {
        self.slice(range).contains('#')
    }

    /// Where `name` gets a value in the scope, in the order of the text; not in inner functions.
    pub fn bindings(&self, scope: Scope<'a>, name: &str) -> Vec<Binding<'a>> {
        let mut found = Bindings {
            name,
            statement: None,
            found: Vec::new(),
        };
        for statement in scope.body {
            found.visit_stmt(statement);
        }
        found.found
    }

    /// Every mention of `name` in the scope, inner functions included.
    pub fn mentions(&self, scope: Scope<'a>, name: &str) -> Vec<&'a ExprName> {
        let mut found = Mentions {
            name,
            found: Vec::new(),
        };
        for statement in scope.body {
            found.visit_stmt(statement);
        }
        found.found
    }

    /// A name like `wanted` that the scope does not use: `wanted`, `wanted_2`, …
    pub fn free_name(&self, scope: Scope<'a>, wanted: &str) -> String {
        let is_free = |name: &str| {
            let is_parameter = scope
                .parameters
                .is_some_and(|it| it.iter().any(|parameter| parameter.name() == name));
            !is_parameter
                && self.mentions(scope, name).is_empty()
                && self.bindings(scope, name).is_empty()
        };
        if is_free(wanted) {
            return wanted.to_owned();
        }
        let mut number = 2;
        loop {
            let name = format!("{wanted}_{number}");
            if is_free(&name) {
                return name;
            }
            number += 1;
        }
    }

    /// Whether `name` is a parameter of the scope's function.
    pub fn is_parameter(scope: Scope<'_>, name: &str) -> bool {
        scope
            .parameters
            .is_some_and(|it| it.iter().any(|parameter| parameter.name() == name))
    }
}

pub(crate) fn body_range(body: &[Stmt]) -> TextRange {
    match (body.first(), body.last()) {
        (Some(first), Some(last)) => TextRange::new(first.start(), last.end()),
        _ => TextRange::default(),
    }
}

struct Search<'a> {
    range: TextRange,
    around: Around<'a>,
}

impl<'a> Visitor<'a> for Search<'a> {
    fn visit_stmt(&mut self, statement: &'a Stmt) {
        if statement.range().contains_range(self.range) {
            self.around.push(Node::Stmt(statement));
            walk_stmt(self, statement);
        }
    }

    fn visit_expr(&mut self, expr: &'a Expr) {
        if expr.range().contains_range(self.range) {
            self.around.push(Node::Expr(expr));
            walk_expr(self, expr);
        }
    }
}

struct Bindings<'n, 'a> {
    name: &'n str,
    statement: Option<&'a Stmt>,
    found: Vec<Binding<'a>>,
}

impl<'a> Bindings<'_, 'a> {
    fn add(&mut self, statement: &'a Stmt, kind: BindingKind<'a>) {
        self.found.push(Binding { statement, kind });
    }

    fn is_name(&self, target: &Expr) -> bool {
        matches!(target, Expr::Name(name) if name.id.as_str() == self.name)
    }
}

impl<'a> Visitor<'a> for Bindings<'_, 'a> {
    fn visit_stmt(&mut self, statement: &'a Stmt) {
        match statement {
            Stmt::FunctionDef(def) => {
                if def.name.as_str() == self.name {
                    self.add(statement, BindingKind::Other);
                }
                return;
            }
            Stmt::ClassDef(def) => {
                if def.name.as_str() == self.name {
                    self.add(statement, BindingKind::Other);
                }
                return;
            }
            Stmt::Assign(assign) => {
                if let [target] = assign.targets.as_slice()
                    && self.is_name(target)
                {
                    self.add(statement, BindingKind::Assign(&assign.value));
                    self.visit_expr(&assign.value);
                    return;
                }
            }
            Stmt::AnnAssign(assign) if self.is_name(&assign.target) => {
                if let Some(value) = &assign.value {
                    self.add(statement, BindingKind::Assign(value));
                }
                return;
            }
            Stmt::AugAssign(assign) if self.is_name(&assign.target) => {
                let is_add = assign.op == ruff_python_ast::Operator::Add;
                let kind = if is_add {
                    BindingKind::Add(&assign.value)
                } else {
                    BindingKind::Other
                };
                self.add(statement, kind);
                return;
            }
            Stmt::Import(import) => {
                let binds = import.names.iter().any(|alias| {
                    let bound = alias.asname.as_ref().unwrap_or(&alias.name);
                    bound.split('.').next() == Some(self.name)
                });
                if binds {
                    self.add(statement, BindingKind::Other);
                }
            }
            Stmt::ImportFrom(import) => {
                let binds = import.names.iter().any(|alias| {
                    alias.asname.as_ref().unwrap_or(&alias.name).as_str() == self.name
                });
                if binds {
                    self.add(statement, BindingKind::Other);
                }
            }
            _ => {}
        }
        let outer = self.statement.replace(statement);
        walk_stmt(self, statement);
        self.statement = outer;
    }

    fn visit_expr(&mut self, expr: &'a Expr) {
        match expr {
            Expr::Lambda(_) => return,
            Expr::Name(name) if name.id.as_str() == self.name => {
                let binds = matches!(name.ctx, ExprContext::Store | ExprContext::Del);
                if binds && let Some(statement) = self.statement {
                    self.add(statement, BindingKind::Other);
                }
            }
            _ => {}
        }
        walk_expr(self, expr);
    }

    fn visit_except_handler(&mut self, handler: &'a ExceptHandler) {
        let ExceptHandler::ExceptHandler(inner) = handler;
        if inner
            .name
            .as_ref()
            .is_some_and(|it| it.as_str() == self.name)
            && let Some(statement) = self.statement
        {
            self.add(statement, BindingKind::Other);
        }
        ruff_python_ast::visitor::walk_except_handler(self, handler);
    }
}

struct Mentions<'n, 'a> {
    name: &'n str,
    found: Vec<&'a ExprName>,
}

impl<'a> Visitor<'a> for Mentions<'_, 'a> {
    fn visit_expr(&mut self, expr: &'a Expr) {
        if let Expr::Name(name) = expr
            && name.id.as_str() == self.name
        {
            self.found.push(name);
        }
        walk_expr(self, expr);
    }
}

/// The names that an expression reads.
pub(crate) fn names_in(expr: &Expr) -> Vec<&str> {
    struct Names<'a>(Vec<&'a str>);
    impl<'a> Visitor<'a> for Names<'a> {
        fn visit_expr(&mut self, expr: &'a Expr) {
            if let Expr::Name(name) = expr {
                self.0.push(name.id.as_str());
            }
            walk_expr(self, expr);
        }
    }
    let mut names = Names(Vec::new());
    names.visit_expr(expr);
    names.0
}

/// Whether evaluating it twice, or later, gives the same and does nothing: names, attributes,
/// items, constants, and what is built of them.
pub(crate) fn is_plain(expr: &Expr) -> bool {
    match expr {
        Expr::Name(_)
        | Expr::StringLiteral(_)
        | Expr::NumberLiteral(_)
        | Expr::BooleanLiteral(_)
        | Expr::NoneLiteral(_) => true,
        Expr::Attribute(attribute) => is_plain(&attribute.value),
        Expr::Subscript(subscript) => is_plain(&subscript.value) && is_plain(&subscript.slice),
        _ => false,
    }
}
