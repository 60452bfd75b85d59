//! Argument lists in the place of commands that a shell takes apart.
//!
//! ```python
//! os.system(f"ping -c 1 {host}")                       # before
//! subprocess.call(["ping", "-c", "1", "--", host])     # after
//! ```
//! A value that begins with a dash would still be an option: `--` goes before it where the program
//! has that, else the value is checked. A command that needs its shell gets its values quoted.

use hognose_dataflow::models::rows::SinkKind;
use hognose_finding::{Finding, Fix, Level};
use ruff_python_ast::str::Quote;
use ruff_python_ast::{CmpOp, Expr, ExprCall, ExprList, Stmt};
use ruff_text_size::{Ranged, TextRange, TextSize};

use crate::literal::{Part, f_string, quoted};
use crate::module::{BindingKind, Node, Scope, is_plain};
use crate::plan::Plan;
use crate::refusal::{self, Why};
use crate::rows::{Command, ResultUse, is_below};
use crate::shell_words::{Word, WordPart, literal, words};
use crate::sql::argument;
use crate::template::{Cut, Format, Hole, Piece, Template, with_parentheses};
use crate::text_type::is_text;
use crate::{Look, Refusal};

/// How a value is kept from being read as an option.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Dash {
    /// Nothing is done.
    Leave,
    /// `--` before it.
    Terminator,
    /// The request is refused.
    Check,
}

pub(crate) fn repair(look: &Look<'_>, finding: &Finding) -> Result<Vec<Fix>, Refusal> {
    let site = Site::find(look, finding)?;
    match site.words() {
        Ok(words) => {
            let list = List::new(look, &site, &words);
            let ways = list.ways();
            let fixes: Vec<Result<Fix, Refusal>> =
                ways.into_iter().map(|dash| list.fix(dash)).collect();
            collected(fixes)
        }
        Err(reason) => {
            // With a shell the values can be quoted.
            let quoted = quote_values(look, &site);
            quoted.map(|fix| vec![fix]).map_err(|_| reason)
        }
    }
}

fn collected(fixes: Vec<Result<Fix, Refusal>>) -> Result<Vec<Fix>, Refusal> {
    let mut reason = "nothing can be proposed";
    let mut found = Vec::new();
    for fix in fixes {
        match fix {
            Ok(fix) => found.push(fix),
            Err(why) => reason = why,
        }
    }
    if found.is_empty() {
        Err(reason)
    } else {
        Ok(found)
    }
}

/// The call, and where its command is written.
struct Site<'a> {
    call: &'a ExprCall,
    /// The argument of the call.
    argument: &'a Expr,
    /// What builds the command: the argument or the value of the variable that it is.
    command: &'a Expr,
    kind: Kind<'a>,
    scope: Scope<'a>,
    /// The statement before which a check can stand.
    statement: &'a Stmt,
}

enum Kind<'a> {
    /// Text for a shell, and what to call instead.
    Text(Template<'a>, &'a Command),
    /// `["sh", "-c", text]`
    ShellList(Template<'a>),
    /// A list of arguments.
    List(&'a ExprList),
}

impl<'a> Site<'a> {
    fn find(look: &'a Look<'a>, finding: &Finding) -> Result<Self, Refusal> {
        let module = &look.module;
        let range = finding.location.range;
        let file = &finding.location.file;
        let call = module
            .call_at(range)
            .ok_or("the command does not stand in a call")?;
        let scope = module.scope(range);
        let sink = |kind| look.facts.sink(file, range, kind);
        let (sink, is_shell) = match (sink(SinkKind::Shell), sink(SinkKind::Argv)) {
            (Some(sink), _) => (sink, true),
            (None, Some(sink)) => (sink, false),
            (None, None) => return Err("it is not known which argument is the command"),
        };
        let argument = argument(call, sink.argument).ok_or("the command is no argument")?;
        let command = match argument {
            Expr::Name(name) => Self::value_of(look, scope, name.id.as_str(), call)?,
            other => other,
        };
        let kind = if is_shell {
            let template = Template::of(command, module)
                .filter(Template::has_holes)
                .ok_or("the whole command comes from outside, or is put together elsewhere")?;
            let row = look
                .rows
                .commands
                .iter()
                .find(|row| row.paths.iter().any(|path| is_below(&sink.subject, path)))
                .ok_or("it is not known what runs a program without a shell here")?;
            Kind::Text(template, row)
        } else {
            let Expr::List(list) = command else {
                return Err("the arguments are put together elsewhere");
            };
            match shell_text(list).and_then(|text| Template::of(text, module)) {
                Some(template) if template.has_holes() => Kind::ShellList(template),
                Some(_) | None => Kind::List(list),
            }
        };
        let statement = module
            .statement(command.range())
            .ok_or("the command has no statement")?;
        Ok(Self {
            call,
            argument,
            command,
            kind,
            scope,
            statement,
        })
    }

    /// What a variable holds that is the command of this call alone.
    fn value_of(
        look: &Look<'a>,
        scope: Scope<'a>,
        name: &str,
        call: &ExprCall,
    ) -> Result<&'a Expr, Refusal> {
        let bindings = look.module.bindings(scope, name);
        let [binding] = bindings.as_slice() else {
            return Err("the command is put together in several places, or by the callers");
        };
        let BindingKind::Assign(value) = binding.kind else {
            return Err("the command is put together in a way that is not followed");
        };
        for mention in look.module.mentions(scope, name) {
            let of_call = call.range().contains_range(mention.range());
            let of_assignment = binding.statement.range().contains_range(mention.range());
            let around = look.module.around(mention.range());
            let is_seen = around.iter().any(|node| {
                matches!(node, Node::Expr(Expr::Call(call)) if crate::sql::is_onlooker(call))
            });
            if !of_call && !of_assignment && !is_seen {
                return Err("the command is used in another way as well");
            }
        }
        Ok(value)
    }

    fn words(&self) -> Result<Vec<Word<'a>>, Refusal> {
        match &self.kind {
            Kind::Text(template, _) | Kind::ShellList(template) => words(&template.pieces),
            Kind::List(list) => Ok(list.elts.iter().map(element_word).collect()),
        }
    }

    fn quote(&self) -> Quote {
        match &self.kind {
            Kind::Text(template, _) | Kind::ShellList(template) => template.quote(),
            Kind::List(_) => Quote::Double,
        }
    }
}

fn element_word(element: &Expr) -> Word<'_> {
    match element {
        Expr::StringLiteral(text) => vec![WordPart::Text(text.value.to_str().to_owned())],
        other => vec![WordPart::Hole(Hole {
            expr: other,
            cut: Cut::Operand(other.range()),
            format: Format::Str,
        })],
    }
}

/// `text` of `["sh", "-c", text]`.
fn shell_text(list: &ExprList) -> Option<&Expr> {
    const SHELLS: [&str; 5] = ["sh", "bash", "dash", "zsh", "ksh"];
    let [
        Expr::StringLiteral(shell),
        Expr::StringLiteral(option),
        text,
    ] = list.elts.as_slice()
    else {
        return None;
    };
    let name = shell.value.to_str().rsplit('/').next()?;
    (SHELLS.contains(&name) && option.value.to_str() == "-c").then_some(text)
}

/// The words as a list.
struct List<'l, 'a> {
    look: &'a Look<'a>,
    site: &'l Site<'a>,
    words: &'l [Word<'a>],
    /// The words that begin with data from outside.
    open: Vec<usize>,
}

impl<'l, 'a> List<'l, 'a> {
    fn new(look: &'a Look<'a>, site: &'l Site<'a>, words: &'l [Word<'a>]) -> Self {
        let file = &look.module.source.path;
        let marks = look.facts.holes(file, site.command.range());
        let mut holes = 0;
        let mut open = Vec::new();
        for (index, word) in words.iter().enumerate() {
            for (place, part) in word.iter().enumerate() {
                if let WordPart::Hole(hole) = part {
                    let is_marked = match marks {
                        Some(marks) => marks.get(holes).copied().unwrap_or(true),
                        None => is_plain(hole.expr) && !is_constant(hole.expr),
                    };
                    if place == 0 && is_marked {
                        open.push(index);
                    }
                    holes += 1;
                }
            }
        }
        Self {
            look,
            site,
            words,
            open,
        }
    }

    /// The ways to try, the best first.
    fn ways(&self) -> Vec<Dash> {
        let is_list = matches!(self.site.kind, Kind::List(_));
        let before = self.open.first().and_then(|first| first.checked_sub(1));
        let before = before.and_then(|it| literal(&self.words[it]));
        let behind_option = before.as_deref().is_some_and(|it| it.starts_with('-'));
        let ends_options = self
            .words
            .iter()
            .any(|word| literal(word).as_deref() == Some("--"));
        let options_follow = self.open.first().is_some_and(|first| {
            let later = self.words[*first..].iter().filter_map(|word| literal(word));
            later.into_iter().any(|it| it.starts_with('-'))
        });
        let program = self
            .words
            .first()
            .and_then(|word| literal(word))
            .unwrap_or_default();
        let program = program.rsplit('/').next().unwrap_or("");
        let has_terminator = self
            .look
            .rows
            .terminators
            .iter()
            .any(|known| known == program);
        let mut ways = Vec::new();
        let can_end = !ends_options && !options_follow && !self.open.is_empty();
        if can_end && has_terminator && !behind_option {
            ways.push(Dash::Terminator);
        }
        if !is_list {
            ways.push(Dash::Leave);
        }
        if !self.open.is_empty() {
            ways.push(Dash::Check);
        }
        ways
    }

    fn fix(&self, dash: Dash) -> Result<Fix, Refusal> {
        let look = self.look;
        let mut plan = Plan::new(look);
        if dash == Dash::Check {
            self.check(&mut plan)?;
        }
        if let Kind::List(list) = &self.site.kind {
            if dash == Dash::Terminator {
                let first = self.open.first().ok_or("no argument comes from outside")?;
                let element = list
                    .elts
                    .get(*first)
                    .ok_or("no argument comes from outside")?;
                plan.insert(element.start(), "\"--\", ");
            }
            return plan.finish("Keep the value from being read as an option");
        }
        let elements = self.elements(dash)?;
        if look.module.has_comment(self.site.command.range()) {
            return Err("a comment stands inside the command");
        }
        self.call(&elements, &mut plan)?;
        plan.finish("Run the program with a list of arguments, without a shell")
    }

    fn elements(&self, dash: Dash) -> Result<Vec<String>, Refusal> {
        let mut elements = Vec::new();
        for (index, word) in self.words.iter().enumerate() {
            if dash == Dash::Terminator && self.open.first() == Some(&index) {
                elements.push(quoted("--", self.site.quote()));
            }
            elements.push(self.element(word)?);
        }
        Ok(elements)
    }

    fn element(&self, word: &[WordPart<'a>]) -> Result<String, Refusal> {
        let quote = self.site.quote();
        let module = &self.look.module;
        if let Some(text) = literal(word) {
            return Ok(quoted(&text, quote));
        }
        if let [WordPart::Hole(hole)] = word
            && hole.format == Format::Str
        {
            let inner = self.unquoted(hole.expr);
            let text = module.slice(inner.range());
            let is_text = is_text(inner, self.site.scope, module);
            return Ok(if is_text {
                text.to_owned()
            } else {
                format!("str({text})")
            });
        }
        let mut texts = Vec::new();
        for part in word {
            match part {
                WordPart::Text(text) => texts.push((false, text.clone())),
                WordPart::Hole(hole) if hole.format == Format::Other => {
                    let Cut::Field(range, _) = hole.cut else {
                        return Err("a value is formatted in a way that is not kept");
                    };
                    let field = module.slice(range);
                    let inner = field.strip_prefix('{').and_then(|it| it.strip_suffix('}'));
                    let inner = inner.filter(|_| range.contains_range(hole.expr.range()));
                    let inner = inner.ok_or("a value is formatted in a way that is not kept")?;
                    texts.push((true, inner.to_owned()));
                }
                WordPart::Hole(hole) => {
                    let inner = self.unquoted(hole.expr);
                    texts.push((true, module.slice(inner.range()).to_owned()));
                }
            }
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
        f_string(&parts, quote).ok_or("a value mixes both kinds of quotes")
    }

    /// `x` of `shlex.quote(x)`: a list needs no quotes.
    fn unquoted(&self, expr: &'a Expr) -> &'a Expr {
        if let Expr::Call(call) = expr
            && let [only] = &*call.arguments.args
        {
            let dotted = self.look.imports.dotted(&call.func);
            let is_quote = dotted.is_some_and(|it| it == self.look.rows.name("quote"));
            if is_quote {
                return only;
            }
        }
        expr
    }

    /// Refuses values that begin with a dash.
    fn check(&self, plan: &mut Plan<'a>) -> Result<(), Refusal> {
        let module = &self.look.module;
        let indent = module
            .indent(self.site.statement.start())
            .ok_or("the command stands on a line with other statements")?;
        let mut conditions = Vec::new();
        for index in &self.open {
            let Some(WordPart::Hole(hole)) = self.words[*index].first() else {
                continue;
            };
            let inner = self.unquoted(hole.expr);
            if !is_plain(inner) {
                return Err("the value has no name by which it could be checked");
            }
            let text = module.slice(inner.range());
            let text = if is_text(inner, self.site.scope, module) {
                text.to_owned()
            } else {
                format!("str({text})")
            };
            let dash = quoted("-", self.site.quote());
            conditions.push(format!("{text}.startswith({dash})"));
        }
        conditions.dedup();
        if conditions.is_empty() {
            return Err("no argument comes from outside");
        }
        let refuse = refusal::statement(self.look, Why::Invalid, plan)?;
        let step = step(indent);
        let text = format!(
            "{indent}if {}:\n{indent}{step}{refuse}\n",
            conditions.join(" or ")
        );
        plan.insert(module.line_start(self.site.statement.start()), text);
        Ok(())
    }

    fn call(&self, elements: &[String], plan: &mut Plan<'a>) -> Result<(), Refusal> {
        let list = format!("[{}]", elements.join(", "));
        let site = self.site;
        let Kind::Text(_, row) = &site.kind else {
            plan.replace(site.command.range(), list);
            return Ok(());
        };
        let is_variable = site.command.range() != site.argument.range();
        if let Some(function) = &row.function {
            let inner = if is_variable {
                format!("*{}", self.look.module.slice(site.argument.range()))
            } else {
                elements.join(", ")
            };
            let function = plan.import(function);
            plan.replace(site.call.func.range(), function);
            plan.replace(site.argument.range(), inner);
            if is_variable {
                plan.replace(site.command.range(), list);
            }
            return Ok(());
        }
        if let Some(keyword) = &row.without {
            if site.call.arguments.find_keyword("executable").is_some() {
                return Err("the command is run by a shell of its own");
            }
            remove_keyword(self.look, site.call, keyword, plan)?;
            plan.replace(site.command.range(), list);
            return Ok(());
        }
        let Some(becomes) = &row.becomes else {
            return Err("it is not known what runs a program without a shell here");
        };
        if site.call.arguments.len() > 1 {
            return Err("the call has arguments that are not followed");
        }
        if row.result == ResultUse::Status && !is_status_only(self.look, site.call) {
            plan.lower(Level::Unsafe);
        }
        let argument = if is_variable {
            self.look.module.slice(site.argument.range()).to_owned()
        } else {
            list.clone()
        };
        let text = plan.fill(becomes, &[("list", &argument)]);
        plan.replace(site.call.range(), text);
        if is_variable {
            plan.replace(site.command.range(), list);
        }
        Ok(())
    }
}

fn is_constant(expr: &Expr) -> bool {
    matches!(expr, Expr::Name(name)
        if name.id.chars().all(|it| it.is_ascii_uppercase() || it.is_ascii_digit() || it == '_'))
}

/// One step deeper than `indent`.
pub(crate) fn step(indent: &str) -> &'static str {
    if indent.starts_with('\t') {
        "\t"
    } else {
        "    "
    }
}

/// Deletes `keyword=…` and the comma before it.
pub(crate) fn remove_keyword(
    look: &Look<'_>,
    call: &ExprCall,
    name: &str,
    plan: &mut Plan<'_>,
) -> Result<(), Refusal> {
    let Some(keyword) = call.arguments.find_keyword(name) else {
        return Err("the keyword is passed in a way that is not followed");
    };
    let inside = call.arguments.inner_range();
    let range = TextRange::new(
        keyword.start(),
        with_parentheses(keyword.value.range(), inside, &look.module).end(),
    );
    let before = look
        .module
        .slice(TextRange::new(inside.start(), range.start()));
    let after = look.module.slice(TextRange::new(range.end(), inside.end()));
    if let Some(comma) = before.trim_end().strip_suffix(',') {
        let start = inside.start() + TextSize::of(comma);
        let gap = TextRange::new(start, range.start());
        if look.module.has_comment(gap) {
            return Err("a comment stands between the arguments");
        }
        plan.delete(TextRange::new(start, range.end()));
    } else if let Some(rest) = after.trim_start().strip_prefix(',') {
        let end = inside.end() - TextSize::of(rest.trim_start());
        plan.delete(TextRange::new(range.start(), end));
    } else {
        plan.delete(range);
    }
    Ok(())
}

/// Whether nothing looks at the result.
fn is_dropped(look: &Look<'_>, call: &ExprCall) -> bool {
    let statement = look.module.statement(call.range());
    matches!(statement, Some(Stmt::Expr(it)) if it.value.range() == call.range())
}

/// Whether the result is only compared with zero, or dropped.
fn is_status_only(look: &Look<'_>, call: &ExprCall) -> bool {
    if is_dropped(look, call) {
        return true;
    }
    let around = look.module.around(call.range());
    let parent = around.iter().find(|node| match node {
        Node::Expr(expr) => expr.range() != call.range(),
        Node::Stmt(_) => true,
    });
    match parent {
        Some(Node::Expr(Expr::Compare(compare))) => {
            let is_zero = |expr: &Expr| {
                matches!(expr, Expr::NumberLiteral(_)) && look.module.slice(expr.range()) == "0"
            };
            let is_equality = compare
                .ops
                .iter()
                .all(|op| matches!(op, CmpOp::Eq | CmpOp::NotEq));
            is_equality && (is_zero(&compare.left) || compare.comparators.iter().all(is_zero))
        }
        Some(Node::Expr(Expr::UnaryOp(operation))) => operation.op == ruff_python_ast::UnaryOp::Not,
        Some(Node::Stmt(Stmt::If(it))) => it.test.range() == call.range(),
        Some(Node::Stmt(Stmt::While(it))) => it.test.range() == call.range(),
        Some(Node::Expr(_) | Node::Stmt(_)) | None => false,
    }
}

/// The command as it is, with its values quoted for the shell.
fn quote_values(look: &Look<'_>, site: &Site<'_>) -> Result<Fix, Refusal> {
    let (Kind::Text(template, _) | Kind::ShellList(template)) = &site.kind else {
        return Err("the arguments cannot be quoted");
    };
    let mut plan = Plan::new(look);
    plan.lower(Level::Unsafe);
    let file = &look.module.source.path;
    let marks = look.facts.holes(file, site.command.range());
    let function = plan.import(look.rows.name("quote"));
    let holes = template
        .pieces
        .iter()
        .enumerate()
        .filter_map(|(index, piece)| match piece {
            Piece::Hole(hole) => Some((index, hole)),
            Piece::Char(..) => None,
        });
    for (place, (index, hole)) in holes.enumerate() {
        let is_marked = marks.and_then(|marks| marks.get(place)).copied();
        if is_marked == Some(false) || is_constant(hole.expr) {
            continue;
        }
        if hole.format != Format::Str {
            return Err("a value is formatted in a way that is not kept");
        }
        let expr = look.module.slice(hole.expr.range());
        let text = if is_text(hole.expr, site.scope, &look.module) {
            format!("{function}({expr})")
        } else {
            format!("{function}(str({expr}))")
        };
        // The quotes around it would end those that are put.
        let quote_at = |piece: Option<&Piece<'_>>| match piece {
            Some(Piece::Char(it, _)) if matches!(it.value, '\'' | '"') => {
                Some((it.value, it.range))
            }
            Some(_) | None => None,
        };
        let before = index
            .checked_sub(1)
            .and_then(|it| quote_at(template.pieces.get(it)));
        let after = quote_at(template.pieces.get(index + 1));
        match (before, after) {
            (Some((open, first)), Some((close, second))) if open == close => {
                plan.delete(first);
                plan.delete(second);
            }
            (None, None) => {}
            _ => return Err("a value is part of a quoted word"),
        }
        match hole.cut {
            Cut::Field(range, _) if range.contains_range(hole.expr.range()) => {
                plan.replace(hole.expr.range(), text);
            }
            Cut::Field(..) => plan.replace(hole.expr.range(), text),
            Cut::Operand(range) => plan.replace(range, text),
        }
    }
    plan.finish("Quote the values for the shell")
}
