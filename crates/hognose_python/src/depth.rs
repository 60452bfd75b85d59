//! How deep a tree is, for those who recurse over it without a limit of their own.
//!
//! ```python
//! text = a + b + c + …      # a tree as deep as the line is long
//! x: "list[list[…]]"        # text that somebody may parse as a type
//! ```

use ruff_python_ast::visitor::{Visitor, walk_expr, walk_pattern};
use ruff_python_ast::{Expr, Pattern, Stmt};
use ruff_text_size::Ranged;

use crate::limits::{LOOK_DEPTH_MAX, UNMEASURED_LINE_TOKENS_MAX};
use crate::nesting::Nesting;

/// Whether an expression or a pattern of the file is deeper than [`LOOK_DEPTH_MAX`].
pub(crate) fn is_too_deep(suite: &[Stmt], nesting: &Nesting) -> bool {
    if nesting.line_tokens <= UNMEASURED_LINE_TOKENS_MAX && !nesting.has_long_string {
        return false;
    }
    let mut depth = Depth {
        here: 0,
        deepest: 0,
        is_type: false,
    };
    depth.visit_body(suite);
    depth.deepest > LOOK_DEPTH_MAX
}

/// Goes no deeper than one level past the limit.
struct Depth {
    here: usize,
    deepest: usize,
    /// Whether a text here may be read as a type.
    is_type: bool,
}

impl Depth {
    fn enter(&mut self, walk: impl FnOnce(&mut Self)) {
        self.here += 1;
        self.deepest = self.deepest.max(self.here);
        if self.deepest <= LOOK_DEPTH_MAX {
            walk(self);
        }
        self.here -= 1;
    }
}

impl<'a> Visitor<'a> for Depth {
    fn visit_expr(&mut self, expr: &'a Expr) {
        if let Expr::StringLiteral(text) = expr
            && self.is_type
            && text.range().len().to_usize() > LOOK_DEPTH_MAX
        {
            // How deep it is shows only when it is parsed.
            self.deepest = LOOK_DEPTH_MAX + 1;
        }
        let was_type = self.is_type;
        if let Expr::Call(call) = expr {
            self.is_type |= takes_types(&call.func);
        }
        self.enter(|depth| walk_expr(depth, expr));
        self.is_type = was_type;
    }

    fn visit_annotation(&mut self, expr: &'a Expr) {
        let was_type = std::mem::replace(&mut self.is_type, true);
        self.visit_expr(expr);
        self.is_type = was_type;
    }

    fn visit_pattern(&mut self, pattern: &'a Pattern) {
        self.enter(|depth| walk_pattern(depth, pattern));
    }
}

/// Whether a text among the arguments of the call is a type: `cast("list[int]", x)`.
fn takes_types(callee: &Expr) -> bool {
    let name = match callee {
        Expr::Name(name) => name.id.as_str(),
        Expr::Attribute(attribute) => attribute.attr.as_str(),
        _ => return false,
    };
    matches!(
        name,
        "cast" | "NamedTuple" | "NewType" | "TypeAliasType" | "TypedDict" | "TypeVar"
    )
}

#[cfg(test)]
mod tests {
    use ruff_python_ast::PySourceType;
    use ruff_python_ast::token::Token;
    use ruff_python_parser::parse_unchecked_source;

    use super::is_too_deep;
    use crate::nesting::Nesting;

    fn too_deep(text: &str) -> bool {
        let parsed = parse_unchecked_source(text, PySourceType::Python);
        let mut nesting = Nesting::of_tokens(parsed.tokens().iter().map(Token::kind));
        nesting.note_strings(parsed.tokens());
        is_too_deep(parsed.suite(), &nesting)
    }

    #[test]
    fn a_long_type_in_quotes_may_be_deep() {
        let text = "-".repeat(5_000);
        assert!(too_deep(&format!("y: '{text}x'\n")));
        assert!(too_deep(&format!("z = cast('{text}x', y)\n")));
        assert!(!too_deep(&format!("z = print('{text}x', y)\n")));
    }

    #[test]
    fn long_is_not_deep() {
        assert!(!too_deep(&format!("x = [{}]\n", "1 + 1, ".repeat(5_000))));
        assert!(!too_deep(&format!("x = 1{}\n", " + 1".repeat(300))));
        assert!(too_deep(&format!("x = 1{}\n", " + 1".repeat(1_000))));
        assert!(too_deep(&format!("x = x{}\n", "(y)".repeat(1_000))));
    }
}
