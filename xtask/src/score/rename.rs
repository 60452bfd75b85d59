//! A copy of the benchmark in which nothing has its name: not the files, not the functions, not
//! the variables.
//!
//! ```python
//! def BenchmarkTest00007_post():            def n0():
//!     param = request.form["x"]                 n1 = request.form["x"]
//!     os.system(f"ls {param}")                  os.system(f"ls {n1}")
//! ```
//!
//! Only names that a file binds itself are changed. Imports, attributes, keyword arguments and the
//! entry function of a case, which is called from another file, keep theirs.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};
use ruff_python_ast::visitor::source_order::{self, SourceOrderVisitor};
use ruff_python_ast::{
    Alias, ExceptHandler, Expr, Identifier, Keyword, Parameter, Pattern, PySourceType, Stmt,
};
use ruff_text_size::{Ranged as _, TextRange};

/// The benchmark's word for a case, and one of the same length, since some cases cut it off.
const CASE_WORD: &str = "BenchmarkTest";
const CASE_WORD_RENAMED: &str = "HandlerModule";
const CASE_DIGITS: usize = 5;
/// Coprime to 100,000, so that numbers are mapped one to one.
const NUMBER_FACTOR: usize = 7919;
const NUMBERS: usize = 100_000;

/// Called from outside the file.
const ENTRY_FUNCTION: &str = "init";

/// A renamed copy; it is removed when dropped.
pub struct RenamedCopy {
    directory: PathBuf,
    original_by_renamed: BTreeMap<String, String>,
}

impl RenamedCopy {
    pub fn directory(&self) -> &Path {
        &self.directory
    }

    /// The case that the renamed file (without extension) was.
    pub fn original(&self, renamed: &str) -> Option<&str> {
        self.original_by_renamed.get(renamed).map(String::as_str)
    }
}

impl Drop for RenamedCopy {
    fn drop(&mut self) {
        // What cannot be removed is left to the system's own clean-up.
        drop(fs::remove_dir_all(&self.directory));
    }
}

/// Copies the Python files of the benchmark at `path`, renamed.
pub fn copy(path: &Path) -> Result<RenamedCopy> {
    let name = format!("xtask-renamed-{}", std::process::id());
    let mut copy = RenamedCopy {
        directory: std::env::temp_dir().join(name),
        original_by_renamed: BTreeMap::new(),
    };
    copy_directory(path, &copy.directory.clone(), &mut copy.original_by_renamed)?;
    Ok(copy)
}

fn copy_directory(
    from: &Path,
    to: &Path,
    original_by_renamed: &mut BTreeMap<String, String>,
) -> Result<()> {
    fs::create_dir_all(to).with_context(|| format!("cannot make {}", to.display()))?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let name = entry.file_name().to_string_lossy().into_owned();
        if entry.file_type()?.is_dir() {
            if !name.starts_with('.') {
                copy_directory(&entry.path(), &to.join(name), original_by_renamed)?;
            }
            continue;
        }
        let Some(stem) = name.strip_suffix(".py") else {
            continue;
        };
        let renamed = rename_cases(stem);
        let text = fs::read_to_string(entry.path())?;
        let text = if stem.starts_with(CASE_WORD) {
            original_by_renamed.insert(renamed.clone(), stem.to_owned());
            rename_cases(&rename_names(&text))
        } else {
            text
        };
        fs::write(to.join(format!("{renamed}.py")), text)?;
    }
    Ok(())
}

/// Changes the names of cases wherever they occur, in routes and file names too.
fn rename_cases(text: &str) -> String {
    let mut renamed = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find(CASE_WORD) {
        renamed.push_str(&rest[..at]);
        rest = &rest[at + CASE_WORD.len()..];
        let digits = rest
            .get(..CASE_DIGITS)
            .and_then(|it| it.parse::<usize>().ok());
        renamed.push_str(CASE_WORD_RENAMED);
        if let Some(number) = digits {
            let number = (number * NUMBER_FACTOR + 1) % NUMBERS;
            write!(renamed, "{number:0CASE_DIGITS$}").expect("writing to a String cannot fail");
            rest = &rest[CASE_DIGITS..];
        }
    }
    renamed + rest
}

/// Gives every name that `text` binds itself another one. Text that does not parse stays.
fn rename_names(text: &str) -> String {
    let parsed = ruff_python_parser::parse_unchecked_source(text, PySourceType::Python);
    if !parsed.errors().is_empty() {
        return text.to_owned();
    }
    let mut names = Names::default();
    for statement in parsed.suite() {
        names.visit_stmt(statement);
    }
    let mut new_by_old: BTreeMap<&str, String> = BTreeMap::new();
    let mut places: Vec<&(String, TextRange)> = names
        .places
        .iter()
        .filter(|(name, _)| names.bound.contains(name) && !names.kept.contains(name))
        .collect();
    places.sort_by_key(|(_, range)| range.start());
    let mut renamed = String::with_capacity(text.len());
    let mut done = 0;
    for (name, range) in places {
        let number = new_by_old.len();
        let new = new_by_old
            .entry(name)
            .or_insert_with(|| format!("n{number}"));
        renamed.push_str(&text[done..range.start().to_usize()]);
        renamed.push_str(new);
        done = range.end().to_usize();
    }
    renamed + &text[done..]
}

/// The names of a file.
#[derive(Default)]
struct Names {
    /// Every place where a variable, parameter or function is named.
    places: Vec<(String, TextRange)>,
    bound: BTreeSet<String>,
    /// Bound or used in a way that reaches beyond a plain name.
    kept: BTreeSet<String>,
}

impl Names {
    fn bind(&mut self, name: &Identifier) {
        self.bound.insert(name.to_string());
        self.places.push((name.to_string(), name.range()));
    }

    fn keep(&mut self, name: &str) {
        self.kept.insert(name.to_owned());
    }
}

impl<'a> SourceOrderVisitor<'a> for Names {
    fn visit_stmt(&mut self, statement: &'a Stmt) {
        match statement {
            Stmt::FunctionDef(function) if function.name.as_str() == ENTRY_FUNCTION => {
                self.keep(ENTRY_FUNCTION);
            }
            Stmt::FunctionDef(function) => self.bind(&function.name),
            Stmt::ClassDef(class) => self.keep(&class.name),
            Stmt::Global(global) => global.names.iter().for_each(|name| self.keep(name)),
            Stmt::Nonlocal(outer) => outer.names.iter().for_each(|name| self.keep(name)),
            // Everything else binds through the expressions and aliases inside it.
            _ => {}
        }
        source_order::walk_stmt(self, statement);
    }

    fn visit_expr(&mut self, expression: &'a Expr) {
        if let Expr::Name(name) = expression {
            if name.ctx.is_store() {
                self.bound.insert(name.id.to_string());
            }
            self.places.push((name.id.to_string(), name.range()));
        }
        source_order::walk_expr(self, expression);
    }

    fn visit_parameter(&mut self, parameter: &'a Parameter) {
        self.bind(&parameter.name);
        source_order::walk_parameter(self, parameter);
    }

    fn visit_alias(&mut self, alias: &'a Alias) {
        let bound = alias.asname.as_ref().unwrap_or(&alias.name);
        let first = bound.split('.').next().unwrap_or(bound);
        self.keep(first);
    }

    fn visit_keyword(&mut self, keyword: &'a Keyword) {
        if let Some(name) = &keyword.arg {
            self.keep(name);
        }
        source_order::walk_keyword(self, keyword);
    }

    fn visit_except_handler(&mut self, handler: &'a ExceptHandler) {
        let ExceptHandler::ExceptHandler(inner) = handler;
        if let Some(name) = &inner.name {
            self.bind(name);
        }
        source_order::walk_except_handler(self, handler);
    }

    fn visit_pattern(&mut self, pattern: &'a Pattern) {
        match pattern {
            Pattern::MatchAs(inner) => inner.name.iter().for_each(|name| self.bind(name)),
            Pattern::MatchStar(inner) => inner.name.iter().for_each(|name| self.bind(name)),
            Pattern::MatchMapping(inner) => inner.rest.iter().for_each(|name| self.bind(name)),
            Pattern::MatchValue(_)
            | Pattern::MatchSingleton(_)
            | Pattern::MatchSequence(_)
            | Pattern::MatchClass(_)
            | Pattern::MatchOr(_) => {}
        }
        source_order::walk_pattern(self, pattern);
    }
}

#[cfg(test)]
mod tests {
    use super::{rename_cases, rename_names};

    #[test]
    fn bound_names_change_and_the_rest_stays() {
        let text = "import os\ndef init(app):\n    def show(name):\n        text = f'{name} name'\n        os.run(text, text.name, key=name)\n    return show\n";
        let renamed = "import os\ndef init(n0):\n    def n1(n2):\n        n3 = f'{n2} name'\n        os.run(n3, n3.name, key=n2)\n    return n1\n";
        assert_eq!(rename_names(text), renamed);
    }

    #[test]
    fn names_that_are_keywords_or_imports_stay() {
        let text = "import os\nos = 1\nkey = 2\nf(key=key)\n";
        assert_eq!(rename_names(text), text);
    }

    #[test]
    fn cases_are_mapped_one_to_one_and_keep_their_length() {
        let name = rename_cases("a/BenchmarkTest00007.html");
        assert_eq!(name.len(), "a/BenchmarkTest00007.html".len());
        assert!(!name.contains("Benchmark"));
        assert_ne!(name, rename_cases("a/BenchmarkTest00008.html"));
    }
}
