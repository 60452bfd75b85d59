//! One Python file: bytes to text, text to syntax tree, tree to intermediate representation.
//!
//! The crate knows no other file, does no IO and never fails: broken Python is input, and one bad
//! statement costs that statement. [`lower_file`] is the whole of it;
//! [`lower_file_with`] lets somebody else look at the tree while it is there.

pub mod ir;
pub mod limits;

mod build;
mod decode;
mod depth;
mod lower;
mod nesting;
mod notebook;
mod print;
mod scope;
mod template;
mod tree;

use std::sync::Arc;

use hognose_finding::SourceText;
use ruff_python_ast::token::{Token, TokenKind};
use ruff_python_ast::{ModModule, PySourceType};
use ruff_python_parser::{ParseOptions, Parsed, parse_cells_unchecked, parse_unchecked_source};
use ruff_text_size::{Ranged, TextRange};

use limits::{SYNTAX_ERRORS_MAX, UNMEASURED_BYTES_MAX};
use nesting::Nesting;
use tree::Tree;

pub use print::print_module;
pub use template::{
    FieldAccess, FieldWhich, FormatField, FormatPiece, parse_brace_format, parse_percent_format,
    specification_format,
};

/// A lowered file, and what was lost on the way.
#[derive(Debug)]
pub struct File {
    pub source: SourceText,
    pub module: ir::Module,
    /// Comments in source order, for suppressions.
    pub comments: Vec<TextRange>,
    /// Logical lines that hold more than one physical line, for suppressions on any line of a
    /// statement: start and end of each simple statement or header.
    pub statements: Vec<TextRange>,
    pub problems: Vec<Problem>,
}

/// Something of a file that is not analysed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// `None`: the whole file.
    pub range: Option<TextRange>,
    pub message: String,
}

/// The tree and the tokens of a file, for who looks at them before they are given up.
#[derive(Debug, Clone, Copy)]
pub struct Syntax<'a> {
    pub source: &'a SourceText,
    pub parsed: &'a Parsed<ModModule>,
    pub source_type: PySourceType,
}

/// Decodes, parses and lowers a file, and shows its tree to nobody else.
pub fn lower_file(path: &str, bytes: &[u8]) -> File {
    lower_file_with(path, bytes, |_| ()).0
}

/// Decodes, parses and lowers a file. `path` is as it shall appear in reports; its ending decides
/// between a module and a notebook. `look` sees the tree of a file that is not nested too deep; a
/// recursive look is safe on a thread with a large stack. `None` where it is too deep.
pub fn lower_file_with<T>(
    path: &str,
    bytes: &[u8],
    look: impl FnOnce(Syntax<'_>) -> T,
) -> (File, Option<T>) {
    let (decoded, source_type) = if is_notebook(path) {
        (notebook::decode(bytes), PySourceType::Ipynb)
    } else {
        (decode::decode(bytes), PySourceType::Python)
    };
    let path: Arc<str> = Arc::from(path);
    let decoded = match decoded {
        Ok(decoded) => decoded,
        Err(message) => {
            let source = SourceText::new(path, Arc::from(""), Vec::new());
            return (File::unlowered(source, message), None);
        }
    };
    let ranges = notebook::cell_ranges(&decoded.text, &decoded.cells);
    let source = SourceText::new(path, Arc::from(decoded.text), decoded.cells);
    if source.text.len() > UNMEASURED_BYTES_MAX
        && let Some(message) = Nesting::of_text(&source.text, source_type).exceeded()
    {
        return (File::unlowered(source, message), None);
    }
    let parsed = if ranges.is_empty() {
        parse_unchecked_source(&source.text, source_type)
    } else {
        parse_cells_unchecked(&source.text, ranges, &ParseOptions::from(source_type))
    };
    let mut problems: Vec<Problem> = decoded.problem.into_iter().collect();
    problems.extend(syntax_errors(&parsed));
    lower_parsed(source, source_type, parsed, problems, look)
}

fn is_notebook(path: &str) -> bool {
    path.rsplit_once('.')
        .is_some_and(|(_, ending)| ending.eq_ignore_ascii_case("ipynb"))
}

fn lower_parsed<T>(
    source: SourceText,
    source_type: PySourceType,
    parsed: Parsed<ModModule>,
    problems: Vec<Problem>,
    look: impl FnOnce(Syntax<'_>) -> T,
) -> (File, Option<T>) {
    let tokens = parsed.tokens().iter();
    let mut nesting = Nesting::of_tokens(tokens.clone().map(Token::kind));
    nesting.note_strings(parsed.tokens());
    let comments = tokens
        .filter(|token| token.kind() == TokenKind::Comment)
        .map(Ranged::range)
        .collect();
    let exceeded = nesting.exceeded();
    let is_shown = exceeded.is_none() && !depth::is_too_deep(parsed.suite(), &nesting);
    let seen = is_shown.then(|| {
        look(Syntax {
            source: &source,
            parsed: &parsed,
            source_type,
        })
    });
    let tree = Tree::new(parsed.into_syntax(), &nesting);
    if let Some(message) = exceeded {
        return (File::unlowered(source, message), None);
    }
    let statements = scope::statement_ranges(tree.suite());
    let module = lower::lower_module(&source.text, tree.suite());
    let file = File {
        source,
        module,
        comments,
        statements,
        problems,
    };
    (file, seen)
}

/// The first syntax errors, and how many more there are. Syntax that is too new for some version of
/// Python is no error here.
fn syntax_errors(parsed: &Parsed<ModModule>) -> Vec<Problem> {
    let errors = parsed.errors();
    let mut problems: Vec<Problem> = errors
        .iter()
        .take(SYNTAX_ERRORS_MAX)
        .map(|error| Problem {
            range: Some(error.location),
            message: format!("syntax error: {}", error.error),
        })
        .collect();
    if let Some(error) = errors.get(SYNTAX_ERRORS_MAX) {
        problems.push(Problem {
            range: Some(error.location),
            message: format!(
                "… and {} more syntax errors",
                errors.len() - SYNTAX_ERRORS_MAX
            ),
        });
    }
    problems
}

impl File {
    /// A text that is no Python: every line is a statement of its own, `comments` are what may
    /// silence findings in it.
    pub fn of_text(source: SourceText, comments: Vec<TextRange>) -> Self {
        Self {
            source,
            module: lower::lower_module("", &[]),
            comments,
            statements: Vec::new(),
            problems: Vec::new(),
        }
    }

    /// A file of which nothing but the text, if even that, goes on.
    fn unlowered(source: SourceText, message: String) -> Self {
        Self {
            source,
            module: lower::lower_module("", &[]),
            comments: Vec::new(),
            statements: Vec::new(),
            problems: vec![Problem {
                range: None,
                message,
            }],
        }
    }
}
