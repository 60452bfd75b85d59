//! The syntax tree of a file, which can be dropped however deep it is.
//!
//! ```python
//! x = a.b.c.d.e…        # a million attributes: a million boxes, each inside the next
//! ```
//! Dropping such a tree by recursion overflows the stack, and an overflow ends the process. Where a
//! file has a line long enough for that, its expressions and patterns are taken out of their
//! parents first, one by one.

use std::cell::RefCell;

use ruff_python_ast::PatternMatchStar;
use ruff_python_ast::visitor::transformer::{Transformer, walk_expr, walk_pattern};
use ruff_python_ast::{AtomicNodeIndex, Expr, ExprEllipsisLiteral, ModModule, Pattern, Stmt};
use ruff_text_size::TextRange;

use crate::limits::RECURSIVE_DROP_TOKENS_MAX;
use crate::nesting::Nesting;

/// Owns the tree of a module, also while a panic unwinds.
pub(crate) struct Tree {
    module: ModModule,
    drop: DropMode,
}

enum DropMode {
    Recursive,
    Piecemeal,
}

impl Tree {
    pub(crate) fn new(module: ModModule, nesting: &Nesting) -> Self {
        let drop = if nesting.line_tokens > RECURSIVE_DROP_TOKENS_MAX {
            DropMode::Piecemeal
        } else {
            DropMode::Recursive
        };
        Self { module, drop }
    }

    pub(crate) fn suite(&self) -> &[Stmt] {
        &self.module.body
    }
}

impl Drop for Tree {
    fn drop(&mut self) {
        match self.drop {
            DropMode::Recursive => {}
            DropMode::Piecemeal => take_apart(&mut self.module.body),
        }
    }
}

/// What was taken out of its parent and still has its own children.
#[derive(Default)]
struct Pieces {
    expressions: RefCell<Vec<Expr>>,
    patterns: RefCell<Vec<Pattern>>,
}

/// Leaves placeholders where expressions and patterns were, and drops these one at a time.
fn take_apart(body: &mut [Stmt]) {
    let pieces = Pieces::default();
    pieces.visit_body(body);
    loop {
        // The borrow must end before the walk pushes children.
        let expression = pieces.expressions.borrow_mut().pop();
        let pattern = pieces.patterns.borrow_mut().pop();
        if expression.is_none() && pattern.is_none() {
            return;
        }
        if let Some(mut expression) = expression {
            walk_expr(&pieces, &mut expression);
        }
        if let Some(mut pattern) = pattern {
            walk_pattern(&pieces, &mut pattern);
        }
    }
}

impl Transformer for Pieces {
    fn visit_expr(&self, expr: &mut Expr) {
        if !is_leaf(expr) {
            let placeholder = Expr::EllipsisLiteral(ExprEllipsisLiteral {
                node_index: AtomicNodeIndex::NONE,
                range: TextRange::default(),
            });
            let expr = std::mem::replace(expr, placeholder);
            self.expressions.borrow_mut().push(expr);
        }
    }

    fn visit_pattern(&self, pattern: &mut Pattern) {
        let placeholder = Pattern::MatchStar(PatternMatchStar {
            node_index: AtomicNodeIndex::NONE,
            range: TextRange::default(),
            name: None,
        });
        let pattern = std::mem::replace(pattern, placeholder);
        self.patterns.borrow_mut().push(pattern);
    }
}

/// Whether an expression owns no other; a million-line list holds little else.
fn is_leaf(expr: &Expr) -> bool {
    matches!(
        expr,
        Expr::Name(_)
            | Expr::StringLiteral(_)
            | Expr::BytesLiteral(_)
            | Expr::NumberLiteral(_)
            | Expr::BooleanLiteral(_)
            | Expr::NoneLiteral(_)
            | Expr::EllipsisLiteral(_)
            | Expr::IpyEscapeCommand(_)
    )
}

#[cfg(test)]
mod tests {
    use ruff_python_ast::PySourceType;
    use ruff_python_ast::token::Token;
    use ruff_python_parser::parse_unchecked_source;

    use super::*;

    /// Parses and drops on a stack that a recursive drop of 100,000 levels would overflow.
    fn parse_and_drop(text: String) {
        let run = move || {
            let parsed = parse_unchecked_source(&text, PySourceType::Python);
            let nesting = Nesting::of_tokens(parsed.tokens().iter().map(Token::kind));
            drop(Tree::new(parsed.into_syntax(), &nesting));
        };
        std::thread::Builder::new()
            .stack_size(256 << 10)
            .spawn(run)
            .expect("a thread starts")
            .join()
            .expect("the tree is dropped");
    }

    #[test]
    fn trees_as_deep_as_a_line_is_long_are_dropped() {
        for link in [
            "(x)",
            ".x",
            "[0]",
            " + x",
            " if x else x",
            " ** x",
            " and x or x",
        ] {
            parse_and_drop(format!("x{}\n", link.repeat(100_000)));
        }
        for prefix in ["-", "not ", "lambda: ", "lambda x=x: ", "await "] {
            parse_and_drop(format!("x = {}x\n", prefix.repeat(100_000)));
        }
    }

    #[test]
    fn deep_patterns_are_dropped() {
        for (open, close) in [("[", "]"), ("A(", ")"), ("{1: ", "}"), ("A(x=", ")")] {
            let (open, close) = (open.repeat(5_000), close.repeat(5_000));
            parse_and_drop(format!(
                "match x:\n    case {open}y{close}:\n        pass\n"
            ));
        }
    }
}
