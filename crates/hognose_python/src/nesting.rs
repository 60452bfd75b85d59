//! How deep a file nests, measured on its tokens before anything recurses over it.
//!
//! ```python
//! x = [[[[…]]]]                  # brackets, those of f-strings included
//! y = not not not …              # operators that take the rest of the expression
//! f(x)(x)(x)…                    # long lines, whose trees may be as deep as they are long
//! ```
//! Brackets in strings and comments are no tokens and do not count.

use ruff_python_ast::PySourceType;
use ruff_python_ast::token::{Token, TokenKind};
use ruff_python_parser::{AsMode, lexer};
use ruff_text_size::Ranged;

use crate::limits::{BRACKET_DEPTH_MAX, INDENTATION_DEPTH_MAX, LOOK_DEPTH_MAX, OPERATOR_CHAIN_MAX};

/// The largest figures of a file.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Nesting {
    /// Brackets open at once.
    pub brackets: usize,
    /// Blocks inside blocks.
    pub indentation: usize,
    /// Operators and keywords that may nest, in one bracket and between two commas.
    pub chain: usize,
    /// Tokens of one logical line.
    pub line_tokens: usize,
    /// Whether a string is longer than a type in quotes may be for others to look at the tree.
    pub has_long_string: bool,
}

impl Nesting {
    /// Looks for long strings among the tokens of a parsed text.
    pub(crate) fn note_strings(&mut self, tokens: &[Token]) {
        self.has_long_string = tokens.iter().any(|token| {
            token.kind() == TokenKind::String && token.range().len().to_usize() > LOOK_DEPTH_MAX
        });
    }

    /// Measures a text that is not parsed yet; stops where a limit is exceeded.
    pub(crate) fn of_text(text: &str, source_type: PySourceType) -> Self {
        let mut lexer = lexer::lex(text, source_type.as_mode());
        let mut meter = Meter::default();
        while meter.largest.exceeded().is_none() {
            match lexer.next_token() {
                TokenKind::EndOfFile => break,
                kind => meter.count(kind),
            }
        }
        meter.finish()
    }

    /// Measures the tokens of a parsed text.
    pub(crate) fn of_tokens(tokens: impl IntoIterator<Item = TokenKind>) -> Self {
        let mut meter = Meter::default();
        for kind in tokens {
            meter.count(kind);
        }
        meter.finish()
    }

    /// Why the file is beyond a limit, and what to do.
    pub(crate) fn exceeded(&self) -> Option<String> {
        let (what, limit) = if self.brackets > BRACKET_DEPTH_MAX {
            ("brackets are open at once", BRACKET_DEPTH_MAX)
        } else if self.indentation > INDENTATION_DEPTH_MAX {
            ("blocks are nested", INDENTATION_DEPTH_MAX)
        } else if self.chain > OPERATOR_CHAIN_MAX {
            ("operators form one expression", OPERATOR_CHAIN_MAX)
        } else {
            return None;
        };
        Some(format!(
            "more than {limit} {what}; exclude the file if it is data or generated"
        ))
    }
}

#[derive(Default)]
struct Meter {
    largest: Nesting,
    /// What was counted outside each open bracket.
    outside: Vec<Chain>,
    chain: Chain,
    indentation: usize,
    line_tokens: usize,
}

/// What nests without a bracket.
#[derive(Default, Clone, Copy)]
struct Chain {
    links: usize,
    /// Lambdas whose parameters are not over: their commas separate no operands.
    open_lambdas: usize,
}

impl Meter {
    fn count(&mut self, kind: TokenKind) {
        self.line_tokens += 1;
        match kind {
            TokenKind::Lpar | TokenKind::Lsqb | TokenKind::Lbrace => {
                self.outside.push(std::mem::take(&mut self.chain));
                raise(&mut self.largest.brackets, self.outside.len());
            }
            TokenKind::Rpar | TokenKind::Rsqb | TokenKind::Rbrace => {
                self.chain = self.outside.pop().unwrap_or(self.chain);
            }
            TokenKind::Comma if self.chain.open_lambdas == 0 => self.chain.links = 0,
            TokenKind::Colon => {
                self.chain.open_lambdas = self.chain.open_lambdas.saturating_sub(1);
            }
            TokenKind::Semi | TokenKind::Newline => self.end_statement(),
            TokenKind::Indent => {
                self.indentation += 1;
                raise(&mut self.largest.indentation, self.indentation);
            }
            TokenKind::Dedent => self.indentation = self.indentation.saturating_sub(1),
            TokenKind::Lambda => {
                self.chain.open_lambdas += 1;
                self.link();
            }
            TokenKind::Plus
            | TokenKind::Minus
            | TokenKind::Tilde
            | TokenKind::Star
            | TokenKind::DoubleStar
            | TokenKind::Not
            | TokenKind::Await
            | TokenKind::Async
            | TokenKind::Yield
            | TokenKind::Else => self.link(),
            // Everything else separates operands of one level or begins a statement.
            _ => {}
        }
    }

    fn link(&mut self) {
        self.chain.links += 1;
        raise(&mut self.largest.chain, self.chain.links);
    }

    /// The lexer ends a line only where no bracket is open, or where the parser gave up on one.
    fn end_statement(&mut self) {
        self.outside.clear();
        self.chain = Chain::default();
        raise(&mut self.largest.line_tokens, self.line_tokens);
        self.line_tokens = 0;
    }

    /// The figures of all tokens so far.
    fn finish(mut self) -> Nesting {
        self.end_statement();
        self.largest
    }
}

fn raise(largest: &mut usize, figure: usize) {
    *largest = figure.max(*largest);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn nesting(text: &str) -> Nesting {
        Nesting::of_text(text, PySourceType::Python)
    }

    #[test]
    fn brackets_count_where_they_are_open_at_once() {
        assert_eq!(nesting("f([{}])\n(x)(y)\n").brackets, 3);
        assert_eq!(nesting("f'{(x)}' + f'{f\"{[x]}\"}'\n").brackets, 3);
    }

    #[test]
    fn brackets_in_strings_and_comments_do_not_count() {
        let data = "x = [\n    '((((', # [[[[\n    \"\"\"{{{{\"\"\", f'[[{{'\n]\n".repeat(3_000);
        let nesting = nesting(&data);
        assert_eq!(nesting.brackets, 1);
        assert_eq!(nesting.exceeded(), None);
    }

    #[test]
    fn blocks_count_where_they_are_nested() {
        assert_eq!(
            nesting("if a:\n  if b:\n    c\nif d:\n  e\n").indentation,
            2
        );
    }

    #[test]
    fn operators_count_until_a_comma_separates_them() {
        assert_eq!(nesting("x = - - not y\n").chain, 3);
        assert_eq!(nesting("x = [-1, -2, -3]\ny = -1\n").chain, 1);
        assert_eq!(nesting("x = -f(a, b) + -1\n").chain, 3);
        assert_eq!(
            nesting("lambda a, b: lambda c, d: {lambda: 1: -1}\n").chain,
            2
        );
    }

    #[test]
    fn a_line_ends_where_the_statement_does() {
        assert_eq!(nesting("a = (\n  b,\n)\nc\n").line_tokens, 9);
    }

    #[test]
    fn each_limit_is_named_when_it_is_exceeded() {
        let blocks: String = (0..=INDENTATION_DEPTH_MAX + 1)
            .flat_map(|depth| [" ".repeat(depth), "if x:\n".to_owned()])
            .collect();
        for (text, reason) in [
            ("(".repeat(BRACKET_DEPTH_MAX + 1), "brackets"),
            (blocks, "blocks"),
            ("~".repeat(OPERATOR_CHAIN_MAX + 1), "operators"),
        ] {
            let message = nesting(&text).exceeded().expect("the limit is exceeded");
            assert!(message.contains(reason), "{message}");
        }
        assert_eq!(nesting(&"(".repeat(BRACKET_DEPTH_MAX)).exceeded(), None);
    }
}
