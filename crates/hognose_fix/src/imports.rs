//! What the names of a file are imported as; new imports, and old ones that a repair makes useless.
//!
//! ```python
//! """Text."""
//! from __future__ import annotations
//! import os as system          # "os.environ" is `system.environ`
//! from flask import Flask      # "flask.abort" joins this one: from flask import Flask, abort
//! ```
//! A module is imported as a whole, with `import`; what the rows write as `package:name` would be
//! the other form: see [`Imports::reference`].

use hognose_finding::Edit;
use hognose_python::Syntax;
use ruff_python_ast::visitor::{Visitor, walk_expr, walk_stmt};
use ruff_python_ast::{Alias, Expr, Stmt, StmtImportFrom};
use ruff_text_size::{Ranged, TextRange, TextSize};

use crate::module::Module;

/// One name that an import binds.
struct Imported<'a> {
    /// The local name.
    name: &'a str,
    /// What it stands for.
    dotted: String,
    statement: &'a Stmt,
    alias: &'a Alias,
    /// Whether the import stands at the top level of the module.
    is_global: bool,
}

pub(crate) struct Imports<'a> {
    imported: Vec<Imported<'a>>,
    /// Names that the module binds otherwise.
    bound: Vec<&'a str>,
}

impl<'a> Imports<'a> {
    pub fn new(syntax: Syntax<'a>) -> Self {
        let mut collect = Collect {
            imports: Self {
                imported: Vec::new(),
                bound: Vec::new(),
            },
            depth: 0,
        };
        for statement in syntax.parsed.suite() {
            collect.visit_stmt(statement);
        }
        collect.imports
    }

    /// The dotted path that an expression stands for: `sp.run` is "subprocess.run". Names that are
    /// not imported stand for themselves: `open`.
    pub fn dotted(&self, expr: &Expr) -> Option<String> {
        match expr {
            Expr::Name(name) => {
                let name = name.id.as_str();
                let imported = self.imported.iter().rev().find(|it| it.name == name);
                match imported {
                    Some(imported) => Some(imported.dotted.clone()),
                    None if self.bound.contains(&name) => None,
                    None => Some(name.to_owned()),
                }
            }
            Expr::Attribute(attribute) => {
                let value = self.dotted(&attribute.value)?;
                Some(format!("{value}.{}", attribute.attr))
            }
            _ => None,
        }
    }

    /// Whether anything of the top-level package is imported.
    pub fn imports_package(&self, package: &str) -> bool {
        self.imported
            .iter()
            .any(|it| it.dotted.split('.').next() == Some(package))
    }

    /// Whether the file imports the very thing.
    pub fn binds(&self, dotted: &str) -> bool {
        self.imported.iter().any(|it| it.dotted == dotted)
    }

    /// How code names the thing at the dotted path `module.name`, and whether an import has to be
    /// added for that.
    pub fn reference(&self, dotted: &str) -> (String, bool) {
        let global = || self.imported.iter().filter(|it| it.is_global);
        if let Some(known) = global().find(|it| it.dotted == dotted) {
            return (known.name.to_owned(), false);
        }
        let Some((module, name)) = dotted.rsplit_once('.') else {
            return (dotted.to_owned(), !is_builtin(dotted));
        };
        // `import a.b` binds `a`, and `a.b.c` is reached through it.
        for known in global() {
            let Stmt::Import(_) = known.statement else {
                if known.dotted == module {
                    return (format!("{}.{name}", known.name), false);
                }
                continue;
            };
            if known.alias.asname.is_some() {
                if known.dotted == module {
                    return (format!("{}.{name}", known.name), false);
                }
            } else if [module, importable(module)].contains(&known.alias.name.as_str()) {
                return (dotted.to_owned(), false);
            }
        }
        if is_from_style(dotted) {
            (name.to_owned(), true)
        } else {
            (dotted.to_owned(), true)
        }
    }

    /// Edits of the import statements: what `wanted` needs, without what `edits` leave unused.
    pub fn edits(
        &self,
        wanted: &[String],
        edits: &[Edit],
        module: &Module<'_>,
    ) -> Vec<(TextRange, String)> {
        let mut result = Vec::new();
        let mut modules: Vec<&str> = Vec::new();
        let mut members: Vec<(&str, &str)> = Vec::new();
        for dotted in wanted {
            match dotted.rsplit_once('.') {
                Some(member) if is_from_style(dotted) => members.push(member),
                Some((of, _)) => modules.push(importable(of)),
                None => modules.push(dotted),
            }
        }
        modules.sort_unstable();
        modules.dedup();
        members.sort_unstable();
        members.dedup();
        members.retain(|(of, name)| match self.statement_from(of) {
            Some(statement) => {
                result.push(added_name(statement, name));
                false
            }
            None => true,
        });
        // Several names of one new module share a statement, and of one old one an edit.
        result = merged(result);
        let mut lines: Vec<String> = Vec::new();
        lines.extend(modules.iter().map(|of| format!("import {of}")));
        for group in members.chunk_by(|a, b| a.0 == b.0) {
            let names: Vec<&str> = group.iter().map(|(_, name)| *name).collect();
            lines.push(format!("from {} import {}", group[0].0, names.join(", ")));
        }
        let mut removed = self.useless(edits, module);
        // An import that goes makes room for one that comes.
        if let Some(first) = removed.first_mut()
            && !lines.is_empty()
            && first.1.is_empty()
            && module.text[first.0].ends_with('\n')
            && module.text[first.0].starts_with("import ")
        {
            first.1 = lines.join("\n") + "\n";
            lines.clear();
        }
        result.extend(removed);
        for line in lines {
            let (offset, text) = self.place(&line, module);
            match result
                .iter_mut()
                .find(|(range, _)| *range == TextRange::empty(offset))
            {
                Some((_, known)) => known.push_str(&text),
                None => result.push((TextRange::empty(offset), text)),
            }
        }
        result
    }

    /// A `from module import …` at the top level to which a name can be added.
    fn statement_from(&self, module: &str) -> Option<&'a StmtImportFrom> {
        self.imported.iter().find_map(|it| match it.statement {
            Stmt::ImportFrom(from) => {
                let same = from.level == 0
                    && from
                        .module
                        .as_ref()
                        .is_some_and(|name| name.as_str() == module);
                (it.is_global && same && it.name != "*").then_some(from)
            }
            _ => None,
        })
    }

    /// Where a new import statement goes, and with which line breaks: before the first import of
    /// its kind that sorts behind it, else behind the last, else behind docstring and `__future__`.
    fn place(&self, line: &str, module: &Module<'_>) -> (TextSize, String) {
        let key = |text: &str| {
            let is_from = text.starts_with("from ");
            (
                is_from,
                text.split_whitespace().nth(1).unwrap_or("").to_owned(),
            )
        };
        let mut statements: Vec<&Stmt> = Vec::new();
        for statement in module.suite {
            let is_import = matches!(statement, Stmt::Import(_) | Stmt::ImportFrom(_));
            let is_docstring = statements.is_empty() && is_text(statement);
            if is_import {
                statements.push(statement);
            } else if !is_docstring {
                break;
            }
        }
        let is_future = |statement: &&Stmt| {
            matches!(statement, Stmt::ImportFrom(from)
                if from.module.as_ref().is_some_and(|name| name.as_str() == "__future__"))
        };
        let plain: Vec<&Stmt> = statements
            .iter()
            .copied()
            .filter(|it| !is_future(it))
            .collect();
        let is_alone = |statement: &Stmt| {
            module.indent(statement.start()).is_some() && module.ends_line(statement.end())
        };
        // Blocks of imports without a gap; the first one is that of the standard library.
        let mut blocks: Vec<Vec<&Stmt>> = Vec::new();
        for statement in plain.into_iter().filter(|it| is_alone(it)) {
            let last = blocks.last().and_then(|block| block.last());
            let joined = last.is_some_and(|last| {
                let between = TextRange::new(last.end(), statement.start());
                module.slice(between).matches('\n').count() <= 1
            });
            match blocks.last_mut() {
                Some(block) if joined => block.push(statement),
                Some(_) | None => blocks.push(vec![statement]),
            }
        }
        let wanted = key(line);
        let package = |text: &str| {
            let module = text.split_whitespace().nth(1).unwrap_or("");
            module.split('.').next().unwrap_or("").to_owned()
        };
        let of_package = blocks.iter().position(|block| {
            let mut statements = block.iter();
            statements.any(|it| package(module.slice(it.range())) == package(line))
        });
        let block = blocks
            .into_iter()
            .nth(of_package.unwrap_or(0))
            .unwrap_or_default();
        let later = block
            .iter()
            .find(|statement| key(module.slice(statement.range())) > wanted);
        if let Some(later) = later {
            return (later.start(), format!("{line}\n"));
        }
        if let Some(last) = block.last() {
            return (module.line_end(last.end()), ended(module, last.end(), line));
        }
        // Behind docstring and `__future__`, with a gap to what follows.
        let last = statements.last().copied();
        let docstring = module.suite.first().filter(|first| is_text(first));
        if let Some(before) = last.or(docstring) {
            let end = module.line_end(before.end());
            (end, format!("\n{}", ended(module, before.end(), line)))
        } else {
            let start = module
                .suite
                .first()
                .map_or(TextSize::default(), Ranged::start);
            (start, format!("{line}\n\n\n"))
        }
    }

    /// Deletions of imported names that nothing uses once `edits` are made.
    fn useless(&self, edits: &[Edit], module: &Module<'_>) -> Vec<(TextRange, String)> {
        let mut result = Vec::new();
        for imported in self.imported.iter().filter(|it| it.is_global) {
            let Some(uses) = uses(imported.name, module) else {
                continue;
            };
            let is_gone = |range: &TextRange| {
                edits.iter().any(|edit| {
                    edit.range().contains_range(*range)
                        && !mentions(&edit.replacement, imported.name)
                })
            };
            let kept_elsewhere = edits
                .iter()
                .any(|edit| mentions(&edit.replacement, imported.name));
            if uses.is_empty() || kept_elsewhere || !uses.iter().all(is_gone) {
                continue;
            }
            if let Some(range) = alias_range(imported, module) {
                result.push((range, String::new()));
            }
        }
        result
    }
}

/// `name` among the names of an import: where it sorts, else at the end.
fn added_name(statement: &StmtImportFrom, name: &str) -> (TextRange, String) {
    // Constants, classes, the rest, each by the alphabet.
    let key = |name: &str| {
        let is_upper = |it: char| it.is_ascii_uppercase();
        let kind = match (
            name.starts_with(is_upper),
            name.contains(|it: char| it.is_ascii_lowercase()),
        ) {
            (true, false) => 0,
            (true, true) => 1,
            (false, _) => 2,
        };
        (kind, name.to_ascii_lowercase())
    };
    let names = &statement.names;
    let is_sorted = names.is_sorted_by_key(|alias| key(alias.name.as_str()));
    let later = names
        .iter()
        .find(|alias| key(alias.name.as_str()) > key(name));
    if let Some(later) = later.filter(|_| is_sorted) {
        return (TextRange::empty(later.start()), format!("{name}, "));
    }
    let last = names.last().expect("an import names something");
    (TextRange::empty(last.end()), format!(", {name}"))
}

/// The module whose import brings the other: `os.path` comes with `os`.
fn importable(module: &str) -> &str {
    match module.split_once('.') {
        Some((first, _)) if crate::Rows::embedded().comes_with_package(module) => first,
        Some(_) | None => module,
    }
}

fn merged(edits: Vec<(TextRange, String)>) -> Vec<(TextRange, String)> {
    let mut result: Vec<(TextRange, String)> = Vec::new();
    for (range, text) in edits {
        match result.iter_mut().find(|(known, _)| *known == range) {
            Some((_, known)) => known.push_str(&text),
            None => result.push((range, text)),
        }
    }
    result
}

/// The line, with a line break before it where the file ends without one.
fn ended(module: &Module<'_>, end: TextSize, line: &str) -> String {
    let whole = module.text[..module.line_end(end).to_usize()].ends_with('\n');
    if whole {
        format!("{line}\n")
    } else {
        format!("\n{line}\n")
    }
}

/// Where the name is read; `None` where it may be exported: `__all__`, a text with the name.
fn uses(name: &str, module: &Module<'_>) -> Option<Vec<TextRange>> {
    struct Uses<'n> {
        name: &'n str,
        found: Vec<TextRange>,
        is_exported: bool,
    }
    impl<'a> Visitor<'a> for Uses<'_> {
        fn visit_expr(&mut self, expr: &'a Expr) {
            match expr {
                Expr::Name(name) if name.id.as_str() == self.name => self.found.push(name.range()),
                Expr::StringLiteral(text) if text.value.to_str() == self.name => {
                    self.is_exported = true;
                }
                _ => {}
            }
            walk_expr(self, expr);
        }
    }
    let mut uses = Uses {
        name,
        found: Vec::new(),
        is_exported: false,
    };
    for statement in module.suite {
        uses.visit_stmt(statement);
    }
    (!uses.is_exported).then_some(uses.found)
}

/// Whether the word stands in the text.
fn mentions(text: &str, word: &str) -> bool {
    let is_part = |it: char| it.is_alphanumeric() || it == '_';
    text.split(|it: char| !is_part(it)).any(|part| part == word)
}

/// What to delete so that the name is no longer imported: the statement's line, or one of several
/// names.
fn alias_range(imported: &Imported<'_>, module: &Module<'_>) -> Option<TextRange> {
    let names = match imported.statement {
        Stmt::Import(import) => &import.names,
        Stmt::ImportFrom(import) => &import.names,
        _ => return None,
    };
    let statement = imported.statement.range();
    if module.has_comment(statement) {
        return None;
    }
    if names.len() == 1 {
        module.indent(statement.start())?;
        let after = &module.text[statement.end().to_usize()..];
        let rest = after.lines().next().unwrap_or("");
        let is_alone = rest.trim().is_empty();
        let start = module.line_start(statement.start());
        return is_alone.then(|| TextRange::new(start, module.line_end(statement.end())));
    }
    let at = names
        .iter()
        .position(|alias| std::ptr::eq(alias, imported.alias))?;
    match names.get(at + 1) {
        Some(next) => Some(TextRange::new(names[at].start(), next.start())),
        None => Some(TextRange::new(names[at - 1].end(), names[at].end())),
    }
}

fn is_text(statement: &Stmt) -> bool {
    matches!(statement, Stmt::Expr(it) if matches!(*it.value, Expr::StringLiteral(_)))
}

/// Whether the thing is imported by its own name: a class, or a function of a package whose
/// functions are.
fn is_from_style(dotted: &str) -> bool {
    let name = dotted.rsplit('.').next().unwrap_or(dotted);
    let is_class = name.starts_with(|it: char| it.is_ascii_uppercase())
        && name.chars().any(|it| it.is_ascii_lowercase());
    let rows = crate::Rows::embedded();
    let through_module = rows.is_named_through_module(dotted);
    (is_class && rows.imports_classes(dotted)) || !through_module
}

fn is_builtin(name: &str) -> bool {
    name == "open" || name == "str" || name == "int"
}

struct Collect<'a> {
    imports: Imports<'a>,
    depth: usize,
}

impl<'a> Visitor<'a> for Collect<'a> {
    fn visit_stmt(&mut self, statement: &'a Stmt) {
        let is_global = self.depth == 0;
        match statement {
            Stmt::Import(import) => {
                for alias in &import.names {
                    let dotted = alias.name.as_str();
                    let first = dotted.split('.').next().unwrap_or(dotted);
                    let (name, dotted) = match &alias.asname {
                        Some(name) => (name.as_str(), dotted),
                        None => (first, first),
                    };
                    self.imports.imported.push(Imported {
                        name,
                        dotted: dotted.to_owned(),
                        statement,
                        alias,
                        is_global,
                    });
                }
            }
            Stmt::ImportFrom(import) => {
                let module = import.module.as_ref().map_or("", |it| it.as_str());
                let dots = ".".repeat(import.level as usize);
                for alias in &import.names {
                    let name = alias.asname.as_ref().unwrap_or(&alias.name);
                    self.imports.imported.push(Imported {
                        name: name.as_str(),
                        dotted: format!("{dots}{module}.{}", alias.name),
                        statement,
                        alias,
                        is_global,
                    });
                }
            }
            Stmt::FunctionDef(def) if is_global => {
                self.imports.bound.push(def.name.as_str());
            }
            Stmt::ClassDef(def) if is_global => {
                self.imports.bound.push(def.name.as_str());
            }
            Stmt::Assign(assign) if is_global => {
                for target in &assign.targets {
                    if let Expr::Name(name) = target {
                        self.imports.bound.push(name.id.as_str());
                    }
                }
            }
            _ => {}
        }
        let is_simple = matches!(statement, Stmt::Import(_) | Stmt::ImportFrom(_));
        if !is_simple {
            self.depth += 1;
            walk_stmt(self, statement);
            self.depth -= 1;
        }
    }

    fn visit_expr(&mut self, _expr: &'a Expr) {}
}
