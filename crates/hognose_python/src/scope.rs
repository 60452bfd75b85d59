//! Which names a scope binds, and where its logical lines are.
//!
//! ```python
//! def f(a):
//!     global total          # `total` is the module's
//!     for x in a: ...       # `x` is local in all of `f`, also above this line
//!     return [y for y in a if (z := y)]    # `z` is local in `f`, `y` is not
//! ```
//! Bodies of nested functions and classes are scopes of their own and not entered. What a name
//! means where it is read is decided by `lower::names`.

use ruff_python_ast::visitor::{self, Visitor};
use ruff_python_ast::{ExceptHandler, Expr, Identifier, Pattern, Stmt};
use ruff_text_size::{Ranged, TextRange};

use crate::limits::EXPRESSION_DEPTH_MAX;

/// What a statement does to a name of its scope.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Bound {
    Local,
    Global,
    Nonlocal,
}

/// Calls `visit` for every binding of a name in the scope with this body, in source order.
pub fn bindings<'a>(text: &str, body: &'a [Stmt], visit: &mut impl FnMut(&'a str, Bound)) {
    let mut scan = Scan {
        text,
        visit,
        depth: 0,
    };
    scan.body(body);
}

/// Calls `visit` for every name that an assignment to `target` binds.
pub fn target_names<'a>(target: &'a Expr, visit: &mut impl FnMut(&'a str)) {
    let mut open = vec![target];
    while let Some(target) = open.pop() {
        match target {
            Expr::Name(name) => visit(name.id.as_str()),
            Expr::Tuple(tuple) => open.extend(tuple.elts.iter().rev()),
            Expr::List(list) => open.extend(list.elts.iter().rev()),
            Expr::Starred(starred) => open.push(&starred.value),
            // Other targets bind no name.
            _ => {}
        }
    }
}

/// The names that functions in `body`, at any depth, declare as global.
pub fn names_declared_global<'a>(text: &str, body: &'a [Stmt]) -> Vec<&'a str> {
    let mut names = Vec::new();
    let mut open = vec![body];
    while let Some(body) = open.pop() {
        for stmt in body {
            let mut functions = Vec::new();
            nested_bodies(stmt, &mut functions);
            open.extend(functions);
            if let Stmt::Global(stmt) = stmt {
                names.extend(stmt.names.iter().map(Identifier::as_str));
            }
        }
    }
    debug_assert!(names.is_empty() || text.contains("global"));
    names
}

/// The bodies that a compound statement holds.
pub fn nested_bodies<'a>(stmt: &'a Stmt, bodies: &mut Vec<&'a [Stmt]>) {
    match stmt {
        Stmt::FunctionDef(stmt) => bodies.push(&stmt.body),
        Stmt::ClassDef(stmt) => bodies.push(&stmt.body),
        Stmt::For(stmt) => bodies.extend([&*stmt.body, &*stmt.orelse]),
        Stmt::While(stmt) => bodies.extend([&*stmt.body, &*stmt.orelse]),
        Stmt::If(stmt) => {
            bodies.push(&stmt.body);
            bodies.extend(stmt.elif_else_clauses.iter().map(|clause| &*clause.body));
        }
        Stmt::With(stmt) => bodies.push(&stmt.body),
        Stmt::Match(stmt) => bodies.extend(stmt.cases.iter().map(|case| &*case.body)),
        Stmt::Try(stmt) => {
            bodies.push(&stmt.body);
            bodies.extend(stmt.handlers.iter().map(|handler| {
                let ExceptHandler::ExceptHandler(handler) = handler;
                &*handler.body
            }));
            bodies.extend([&*stmt.orelse, &*stmt.finalbody]);
        }
        Stmt::Return(_)
        | Stmt::Delete(_)
        | Stmt::TypeAlias(_)
        | Stmt::Assign(_)
        | Stmt::AugAssign(_)
        | Stmt::AnnAssign(_)
        | Stmt::Raise(_)
        | Stmt::Assert(_)
        | Stmt::Import(_)
        | Stmt::ImportFrom(_)
        | Stmt::Global(_)
        | Stmt::Nonlocal(_)
        | Stmt::Expr(_)
        | Stmt::Pass(_)
        | Stmt::Break(_)
        | Stmt::Continue(_)
        | Stmt::IpyEscapeCommand(_) => {}
    }
}

struct Scan<'t, 'v, V> {
    text: &'t str,
    visit: &'v mut V,
    depth: u32,
}

impl<'a, V: FnMut(&'a str, Bound)> Scan<'_, '_, V> {
    fn body(&mut self, body: &'a [Stmt]) {
        if self.depth == EXPRESSION_DEPTH_MAX {
            return;
        }
        self.depth += 1;
        for stmt in body {
            self.stmt(stmt);
        }
        self.depth -= 1;
    }

    fn local(&mut self, name: &'a str) {
        (self.visit)(name, Bound::Local);
    }

    fn local_if(&mut self, name: Option<&'a Identifier>) {
        if let Some(name) = name {
            self.local(name.as_str());
        }
    }

    fn stmt(&mut self, stmt: &'a Stmt) {
        match stmt {
            Stmt::FunctionDef(stmt) => self.local(stmt.name.as_str()),
            Stmt::ClassDef(stmt) => self.local(stmt.name.as_str()),
            Stmt::TypeAlias(stmt) => self.target(&stmt.name),
            Stmt::Assign(stmt) => stmt.targets.iter().for_each(|target| self.target(target)),
            Stmt::AugAssign(stmt) => self.target(&stmt.target),
            Stmt::AnnAssign(stmt) => self.target(&stmt.target),
            Stmt::Delete(stmt) => stmt.targets.iter().for_each(|target| self.target(target)),
            Stmt::For(stmt) => self.target(&stmt.target),
            Stmt::With(stmt) => {
                for item in &stmt.items {
                    if let Some(target) = &item.optional_vars {
                        self.target(target);
                    }
                }
            }
            Stmt::Match(stmt) => {
                for case in &stmt.cases {
                    self.pattern(&case.pattern);
                }
            }
            Stmt::Try(stmt) => {
                for handler in &stmt.handlers {
                    let ExceptHandler::ExceptHandler(handler) = handler;
                    self.local_if(handler.name.as_ref());
                }
            }
            Stmt::Import(stmt) => {
                for alias in &stmt.names {
                    let first = alias.name.split('.').next().unwrap_or_default();
                    self.local(alias.asname.as_deref().unwrap_or(first));
                }
            }
            Stmt::ImportFrom(stmt) => {
                for alias in &stmt.names {
                    if &alias.name != "*" {
                        self.local(alias.asname.as_ref().unwrap_or(&alias.name).as_str());
                    }
                }
            }
            Stmt::Global(stmt) => {
                for name in &stmt.names {
                    (self.visit)(name.as_str(), Bound::Global);
                }
            }
            Stmt::Nonlocal(stmt) => {
                for name in &stmt.names {
                    (self.visit)(name.as_str(), Bound::Nonlocal);
                }
            }
            Stmt::Return(_)
            | Stmt::While(_)
            | Stmt::If(_)
            | Stmt::Raise(_)
            | Stmt::Assert(_)
            | Stmt::Expr(_)
            | Stmt::Pass(_)
            | Stmt::Break(_)
            | Stmt::Continue(_)
            | Stmt::IpyEscapeCommand(_) => {}
        }
        self.walrus(stmt);
        if !matches!(stmt, Stmt::FunctionDef(_) | Stmt::ClassDef(_)) {
            let mut bodies = Vec::new();
            nested_bodies(stmt, &mut bodies);
            for body in bodies {
                self.body(body);
            }
        }
    }

    fn target(&mut self, target: &'a Expr) {
        target_names(target, &mut |name| self.local(name));
    }

    fn pattern(&mut self, pattern: &'a Pattern) {
        let mut open = vec![pattern];
        while let Some(pattern) = open.pop() {
            match pattern {
                Pattern::MatchValue(_) | Pattern::MatchSingleton(_) => {}
                Pattern::MatchSequence(pattern) => open.extend(pattern.patterns.iter().rev()),
                Pattern::MatchMapping(pattern) => {
                    self.local_if(pattern.rest.as_ref());
                    open.extend(pattern.patterns.iter().rev());
                }
                Pattern::MatchClass(pattern) => {
                    let keywords = pattern.arguments.keywords.iter();
                    open.extend(keywords.map(|keyword| &keyword.pattern).rev());
                    open.extend(pattern.arguments.patterns.iter().rev());
                }
                Pattern::MatchStar(pattern) => self.local_if(pattern.name.as_ref()),
                Pattern::MatchAs(pattern) => {
                    self.local_if(pattern.name.as_ref());
                    open.extend(pattern.pattern.as_deref());
                }
                Pattern::MatchOr(pattern) => open.extend(pattern.patterns.iter().rev()),
            }
        }
    }

    /// Assignment expressions in the parts of a statement that are evaluated in this scope. They
    /// are rare, so the text is asked first.
    fn walrus(&mut self, stmt: &'a Stmt) {
        let range = stmt.range();
        if !self
            .text
            .get(usize::from(range.start())..usize::from(range.end()))
            .is_some_and(|text| text.contains(":="))
        {
            return;
        }
        let mut names = Walrus {
            names: Vec::new(),
            depth: 0,
        };
        visitor::walk_stmt(&mut names, stmt);
        for name in names.names {
            self.local(name);
        }
    }
}

/// Collects the names of assignment expressions.
struct Walrus<'a> {
    names: Vec<&'a str>,
    depth: u32,
}

impl<'a> Visitor<'a> for Walrus<'a> {
    /// Statements inside a compound statement have their own turn.
    fn visit_body(&mut self, _body: &'a [Stmt]) {}

    fn visit_expr(&mut self, expr: &'a Expr) {
        if self.depth == EXPRESSION_DEPTH_MAX || expr.is_lambda_expr() {
            return;
        }
        if let Expr::Named(named) = expr
            && let Expr::Name(name) = &*named.target
        {
            self.names.push(name.id.as_str());
        }
        self.depth += 1;
        visitor::walk_expr(self, expr);
        self.depth -= 1;
    }
}

/// Start and end of each simple statement and of the header of each compound one, in source order.
pub fn statement_ranges(suite: &[Stmt]) -> Vec<TextRange> {
    let mut ranges = Vec::new();
    let mut open = vec![suite];
    while let Some(body) = open.pop() {
        for stmt in body {
            headers(stmt, &mut ranges);
            nested_bodies(stmt, &mut open);
        }
    }
    ranges.sort_by_key(|range| (range.start(), range.end()));
    ranges
}

fn headers(stmt: &Stmt, ranges: &mut Vec<TextRange>) {
    let start = stmt.start();
    let mut to = |end: TextRange| ranges.push(TextRange::new(start, end.end().max(start)));
    match stmt {
        Stmt::FunctionDef(stmt) => {
            let parameters = stmt.parameters.range();
            let end = stmt
                .returns
                .as_ref()
                .map_or(parameters, |returns| returns.range());
            ranges.extend(stmt.decorator_list.iter().map(Ranged::range));
            ranges.push(stmt.name.range().cover(end));
        }
        Stmt::ClassDef(stmt) => {
            let name = stmt.name.range();
            let end = stmt
                .arguments
                .as_ref()
                .map_or(name, |arguments| arguments.range());
            ranges.extend(stmt.decorator_list.iter().map(Ranged::range));
            ranges.push(name.cover(end));
        }
        Stmt::For(stmt) => to(stmt.iter.range()),
        Stmt::While(stmt) => to(stmt.test.range()),
        Stmt::If(stmt) => {
            to(stmt.test.range());
            for clause in &stmt.elif_else_clauses {
                if let Some(test) = &clause.test {
                    ranges.push(TextRange::new(clause.start(), test.end()));
                }
            }
        }
        Stmt::With(stmt) => {
            let last = stmt.items.last().map_or(stmt.range(), Ranged::range);
            to(last);
        }
        Stmt::Match(stmt) => {
            to(stmt.subject.range());
            for case in &stmt.cases {
                let end = case
                    .guard
                    .as_ref()
                    .map_or(case.pattern.end(), |guard| guard.end());
                ranges.push(TextRange::new(case.start(), end));
            }
        }
        Stmt::Try(stmt) => {
            for handler in &stmt.handlers {
                let ExceptHandler::ExceptHandler(handler) = handler;
                if let Some(types) = &handler.type_ {
                    ranges.push(TextRange::new(handler.start(), types.end()));
                }
            }
        }
        Stmt::Return(_)
        | Stmt::Delete(_)
        | Stmt::TypeAlias(_)
        | Stmt::Assign(_)
        | Stmt::AugAssign(_)
        | Stmt::AnnAssign(_)
        | Stmt::Raise(_)
        | Stmt::Assert(_)
        | Stmt::Import(_)
        | Stmt::ImportFrom(_)
        | Stmt::Global(_)
        | Stmt::Nonlocal(_)
        | Stmt::Expr(_)
        | Stmt::Pass(_)
        | Stmt::Break(_)
        | Stmt::Continue(_)
        | Stmt::IpyEscapeCommand(_) => to(stmt.range()),
    }
}
