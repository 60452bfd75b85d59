//! Marks of parameters in the place of the holes, written into the literals of a query.
//!
//! ```python
//! f"… = '{a}' AND b = {b}"          "… = ? AND b = ?"
//! "… = '" + a + "' AND b = " + b    "… = ? AND b = ?"
//! "… = '%s'" % a                    "… = ?"
//! ```
//! No more of the source changes than that: line breaks, indentation and comments stay.

use ruff_python_ast::str::Quote;
use ruff_python_ast::{Expr, StringFlags as _};
use ruff_text_size::{Ranged, TextRange, TextSize};

use crate::plan::Plan;
use crate::rows::{Driver, Pass, Percent, Style};
use crate::template::{Cut, Hole, Literal, LiteralKind, Piece, Template};
use crate::{Look, Refusal};

use super::query::{Fragment, Query};
use super::scan::{Scanner, Spot};
use super::value;

/// A parameter of the query, in order.
pub(crate) enum Slot<'a> {
    /// Bound before.
    Bound,
    Value {
        text: String,
        /// For named parameters.
        name: String,
        expressions: Vec<&'a Expr>,
    },
    /// A sequence of which each element is one.
    Spread {
        text: String,
        expressions: Vec<&'a Expr>,
    },
}

impl<'a> Slot<'a> {
    pub fn is_new(&self) -> bool {
        !matches!(self, Self::Bound)
    }

    pub fn expressions(&self) -> impl Iterator<Item = &'a Expr> {
        let list: &[&'a Expr] = match self {
            Self::Bound => &[],
            Self::Value { expressions, .. } | Self::Spread { expressions, .. } => expressions,
        };
        list.iter().copied()
    }
}

/// Writes the marks and says what they stand for, fragment by fragment.
pub(crate) fn write<'a>(
    look: &'a Look<'a>,
    query: &Query<'a>,
    driver: &Driver,
    given: Option<&Expr>,
    plan: &mut Plan<'a>,
) -> Result<Vec<Vec<Slot<'a>>>, Refusal> {
    let mut writer = Writer {
        look,
        driver,
        plan,
        scanner: Scanner::default(),
        names: Vec::new(),
        number: 0,
        escapes: driver.style == Style::Format
            && driver.percent == Percent::Doubled
            && given.is_none(),
    };
    let mut all = Vec::new();
    for fragment in &query.fragments {
        all.push(writer.fragment(fragment)?);
    }
    if writer.escapes {
        for fragment in &query.fragments {
            writer.percent_signs(&fragment.template)?;
        }
    }
    Ok(all)
}

struct Writer<'w, 'a> {
    look: &'a Look<'a>,
    driver: &'w Driver,
    plan: &'w mut Plan<'a>,
    scanner: Scanner,
    /// Names of parameters that are taken.
    names: Vec<String>,
    /// Parameters so far.
    number: usize,
    /// Whether percent signs of the query mean something once parameters are passed.
    escapes: bool,
}

impl<'a> Writer<'_, 'a> {
    fn fragment(&mut self, fragment: &Fragment<'a>) -> Result<Vec<Slot<'a>>, Refusal> {
        if fragment.role != super::query::Role::Add {
            self.scanner = Scanner::default();
        }
        let mut template = fragment.template.clone();
        if fragment.itself.is_some() {
            // The query so far is no hole.
            template.pieces.remove(0);
        }
        let style = self.driver.style;
        let is_mark = |text: &str| match style {
            Style::Qmark => text.starts_with('?'),
            Style::Format => text == "%s",
            Style::Named | Style::Dollar => false,
        };
        let spots = self
            .scanner
            .read(&template.pieces, is_mark)
            .ok_or("a quote of the query ends in another part of it")?;
        let file = &self.look.module.source.path;
        let holes: Vec<usize> = hole_indices(&template);
        let marks = self.look.facts.holes(file, fragment.expr.range());
        let marks = marks.filter(|marks| marks.len() == holes.len());
        let is_marked = |index: usize| -> Option<bool> {
            let place = holes.iter().position(|hole| *hole == index)?;
            marks.map(|marks| marks[place])
        };
        let mut slots = Vec::new();
        let mut bound: Vec<usize> = Vec::new();
        for spot in spots {
            match spot {
                Spot::Bound => {
                    self.number += 1;
                    slots.push(Slot::Bound);
                }
                Spot::Name(hole) => {
                    if is_marked(hole) == Some(true) {
                        return Err(
                            "the name of a table or column, or a piece of SQL, cannot be bound; \
                             choose it from a list of those that are allowed",
                        );
                    }
                }
                Spot::Value {
                    first,
                    last,
                    quoted,
                    is_count,
                } => {
                    let inside = holes.iter().filter(|it| (first..=last).contains(it));
                    let wanted = inside
                        .clone()
                        .any(|it| is_marked(*it).unwrap_or(quoted || !is_constant(&template, *it)));
                    if wanted {
                        let value = self.value(&template, first, last, quoted)?;
                        slots.push(if is_count { counted(value) } else { value });
                        bound.extend(inside);
                    }
                }
                Spot::List(hole) | Spot::WholeList(hole) => {
                    if is_marked(hole) != Some(false) {
                        let whole = matches!(spot, Spot::WholeList(_));
                        slots.push(self.list(&template, hole, whole)?);
                    }
                }
            }
        }
        self.undress(&template, &bound)?;
        Ok(slots)
    }

    fn value(
        &mut self,
        template: &Template<'a>,
        first: usize,
        last: usize,
        quoted: bool,
    ) -> Result<Slot<'a>, Refusal> {
        let pieces = &template.pieces[first..=last];
        let inner = if quoted {
            &pieces[1..pieces.len() - 1]
        } else {
            pieces
        };
        let module = &self.look.module;
        let text = value::text(inner, quoted, module, template.quote())?;
        let expressions: Vec<&Expr> = inner
            .iter()
            .filter_map(|piece| match piece {
                Piece::Hole(hole) => Some(hole.expr),
                Piece::Char(..) => None,
            })
            .collect();
        if self.driver.style == Style::Dollar && !quoted {
            // Such a driver wants the very type of the column.
            self.plan.lower(hognose_finding::Level::Unsafe);
        }
        let name = self.free_name(expressions.first().copied());
        self.number += 1;
        let mark = match self.driver.style {
            Style::Qmark => "?".to_owned(),
            Style::Format => "%s".to_owned(),
            Style::Named => format!(":{name}"),
            Style::Dollar => format!("${}", self.number),
        };
        self.put(template, first, last, &mark)?;
        Ok(Slot::Value {
            text,
            name,
            expressions,
        })
    }

    /// The mark in the place of the pieces.
    fn put(
        &mut self,
        template: &Template<'a>,
        first: usize,
        last: usize,
        mark: &str,
    ) -> Result<(), Refusal> {
        const SHAPE: Refusal = "the literals of the query cannot be joined";
        let pieces = &template.pieces;
        let (left, start) = match &pieces[first] {
            Piece::Char(character, literal) => (*literal, character.range.start()),
            Piece::Hole(hole) => match hole.cut {
                Cut::Field(range, literal) => (literal, range.start()),
                Cut::Operand(_) => {
                    let before = first.checked_sub(1).and_then(|it| literal_of(&pieces[it]));
                    let left = before.ok_or(SHAPE)?;
                    (left, template.literals[left].inside.end())
                }
            },
        };
        let left_literal = template.literals[left];
        let operand_end = match &pieces[last] {
            Piece::Hole(Hole {
                cut: Cut::Operand(range),
                ..
            }) => Some(range.end()),
            Piece::Hole(_) | Piece::Char(..) => None,
        };
        let (right, end) = match &pieces[last] {
            Piece::Char(character, literal) => (Some(*literal), character.range.end()),
            Piece::Hole(hole) => match hole.cut {
                Cut::Field(range, literal) => (Some(literal), range.end()),
                Cut::Operand(range) => match pieces.get(last + 1).and_then(literal_of) {
                    Some(right) => (Some(right), template.literals[right].inside.start()),
                    None => (None, range.end()),
                },
            },
        };
        let Some(right) = right else {
            // The hole ends the text: `… = " + a`.
            let end = operand_end.ok_or(SHAPE)?;
            let rest = TextRange::new(start, left_literal.inside.end());
            let tail = TextRange::new(left_literal.range.end(), end);
            self.no_comment(tail)?;
            self.plan.replace(rest, mark);
            self.plan.delete(tail);
            return Ok(());
        };
        if left == right {
            self.plan.replace(TextRange::new(start, end), mark);
            return Ok(());
        }
        self.join(template, (left, start), (right, end), mark)
    }

    /// The mark where a value reaches from one literal into another.
    fn join(
        &mut self,
        template: &Template<'a>,
        (left, start): (usize, TextSize),
        (right, end): (usize, TextSize),
        mark: &str,
    ) -> Result<(), Refusal> {
        let module = &self.look.module;
        let (a, b) = (template.literals[left], template.literals[right]);
        let between = TextRange::new(a.range.end(), b.range.start());
        self.no_comment(between)?;
        let is_rest_empty = end >= b.inside.end();
        let same_kind = a.kind == b.kind
            && a.flags.prefix() == b.flags.prefix()
            && a.flags.quote_style() == b.flags.quote_style()
            && a.flags.is_triple_quoted() == b.flags.is_triple_quoted();
        let is_one_line = !module.slice(between).contains('\n');
        let can_merge = matches!(a.kind, LiteralKind::Plain | LiteralKind::FString);
        if same_kind && can_merge && (is_one_line || is_rest_empty) {
            self.plan.replace(TextRange::new(start, end), mark);
            return Ok(());
        }
        if right != left + 1 {
            return Err("the literals of the query cannot be joined");
        }
        self.plan
            .replace(TextRange::new(start, a.inside.end()), mark);
        if is_rest_empty {
            self.plan
                .delete(TextRange::new(a.range.end(), b.range.end()));
            return Ok(());
        }
        // What was between the literals goes but for one `+` and the space around it.
        let text = module.slice(between);
        let last = text.rfind('+').unwrap_or(0);
        let keep = text[..last].trim_end().len();
        let size = |length: usize| TextSize::try_from(length).expect("an offset of the text");
        let gone = TextRange::at(between.start(), size(keep));
        if !text.contains('+') {
            return Err("the literals of the query cannot be joined");
        }
        self.plan.delete(gone);
        self.plan.delete(TextRange::new(b.inside.start(), end));
        Ok(())
    }

    fn no_comment(&self, range: TextRange) -> Result<(), Refusal> {
        if self.look.module.has_comment(range) {
            return Err("a comment stands between the parts of the query");
        }
        Ok(())
    }

    /// Marks for each element of a sequence.
    fn list(
        &mut self,
        template: &Template<'a>,
        index: usize,
        whole: bool,
    ) -> Result<Slot<'a>, Refusal> {
        let Piece::Hole(hole) = &template.pieces[index] else {
            return Err("the list of values is not followed");
        };
        let module = &self.look.module;
        let values = value::list(hole.expr, module).ok_or("the list of values is not followed")?;
        let (range, quote) = match hole.cut {
            Cut::Field(range, literal)
                if template.literals[literal].kind == LiteralKind::FString =>
            {
                (
                    range,
                    template.literals[literal].flags.quote_style().opposite(),
                )
            }
            Cut::Field(..) => return Err("the list of values is filled in by a format"),
            Cut::Operand(range) => (range, template.quote()),
        };
        let mark = quote.as_char();
        let text = &values.text;
        let marks = match self.driver.style {
            Style::Qmark => format!("{mark}, {mark}.join({mark}?{mark} * len({text}))"),
            Style::Format => format!("{mark}, {mark}.join([{mark}%s{mark}] * len({text}))"),
            Style::Named | Style::Dollar => {
                return Err("the driver takes no list of marks that are all the same");
            }
        };
        if self.driver.pass == Pass::Bind {
            return Err("the driver takes no list of marks that are all the same");
        }
        if values.is_split {
            self.plan.lower(hognose_finding::Level::Unsafe);
        }
        let is_field = matches!(hole.cut, Cut::Field(..));
        // The quotes of an f-string may not stand in its fields before Python 3.12.
        if is_field && (text.contains(quote.opposite().as_char()) || text.contains('\\')) {
            return Err("a value mixes both kinds of quotes");
        }
        let replacement = match (is_field, whole) {
            (true, true) => format!("({{{marks}}})"),
            (true, false) => format!("{{{marks}}}"),
            (false, true) => format!("{mark}({mark} + {marks} + {mark}){mark}"),
            (false, false) => marks,
        };
        self.plan.replace(range, replacement);
        self.number += 1;
        Ok(Slot::Spread {
            text: values.text,
            expressions: vec![hole.expr],
        })
    }

    /// Takes away what a literal needs only for its holes: the `f`, doubled braces, `% (a, b)`.
    fn undress(&mut self, template: &Template<'a>, bound: &[usize]) -> Result<(), Refusal> {
        for (index, literal) in template.literals.iter().enumerate() {
            let fields = fields_of(template, index);
            let is_bare = !fields.is_empty() && fields.iter().all(|field| bound.contains(field));
            if literal.kind == LiteralKind::FString && is_bare {
                self.drop_prefix(literal, index, template);
            }
        }
        for tail in &template.tails {
            let literals = tail.literals.0..tail.literals.1;
            let fields: Vec<usize> = literals
                .clone()
                .flat_map(|literal| fields_of(template, literal))
                .collect();
            let left = fields.iter().filter(|field| !bound.contains(field)).count();
            if left == fields.len() {
                continue;
            }
            if left > 0 {
                return Err("only some of the formatted values can be bound");
            }
            self.no_comment(tail.range)?;
            self.plan.delete(tail.range);
            for literal in literals {
                self.undouble(template, literal);
            }
        }
        Ok(())
    }

    fn drop_prefix(&mut self, literal: &Literal, index: usize, template: &Template<'a>) {
        let quote = literal.flags.quote_len();
        let prefix = TextRange::new(literal.range.start(), literal.inside.start() - quote);
        let text = self.look.module.slice(prefix).replace(['f', 'F'], "");
        self.plan.replace(prefix, text);
        self.undouble(template, index);
    }

    /// Doubled braces and percent signs of a literal that is a plain text now.
    fn undouble(&mut self, template: &Template<'a>, literal: usize) {
        let changes = self.plan.changed();
        for piece in &template.pieces {
            let Piece::Char(character, of) = piece else {
                continue;
            };
            // What a mark stands for is gone.
            if changes.iter().any(|it| it.contains_range(character.range)) {
                continue;
            }
            let is_double = character.range.len() == TextSize::new(2);
            let keeps = character.value == '%' && self.escapes;
            if *of == literal && is_double && "{}%".contains(character.value) && !keeps {
                self.plan
                    .replace(character.range, character.value.to_string());
            }
        }
    }

    /// Doubles the percent signs that the driver would read as marks from now on.
    fn percent_signs(&mut self, template: &Template<'a>) -> Result<(), Refusal> {
        let changes = self.plan.changed();
        for piece in &template.pieces {
            let Piece::Char(character, literal) = piece else {
                continue;
            };
            if character.value != '%' {
                continue;
            }
            let is_gone = changes.iter().any(|it| it.contains_range(character.range));
            if is_gone {
                continue;
            }
            if template.literals[*literal].kind == LiteralKind::Percent {
                let has_tail = template.tails.iter().any(|tail| {
                    (tail.literals.0..tail.literals.1).contains(literal)
                        && !changes.contains(&tail.range)
                });
                if has_tail {
                    return Err("percent signs of the query are formatted twice");
                }
                continue;
            }
            self.plan.replace(character.range, "%%");
        }
        Ok(())
    }

    /// A name for a parameter, from what the value is called.
    fn free_name(&mut self, value: Option<&Expr>) -> String {
        let wanted = value.map_or_else(|| "value".to_owned(), called);
        let mut name = wanted.clone();
        let mut number = 2;
        while self.names.contains(&name) {
            name = format!("{wanted}_{number}");
            number += 1;
        }
        self.names.push(name.clone());
        name
    }
}

/// As a number: several databases take no text there.
fn counted(value: Slot<'_>) -> Slot<'_> {
    match value {
        Slot::Value {
            text,
            name,
            expressions,
        } if !text.starts_with("int(") => Slot::Value {
            text: format!("int({text})"),
            name,
            expressions,
        },
        other => other,
    }
}

/// `name` of `name`, `user.name`, `data["name"]`, `data.get("name")`.
fn called(expr: &Expr) -> String {
    let text = match expr {
        Expr::Name(name) => name.id.as_str(),
        Expr::Attribute(attribute) => attribute.attr.as_str(),
        Expr::Subscript(subscript) => match &*subscript.slice {
            Expr::StringLiteral(key) => key.value.to_str(),
            _ => "value",
        },
        Expr::Call(call) => match &*call.arguments.args {
            [Expr::StringLiteral(key), ..] => key.value.to_str(),
            [Expr::Name(name)] => name.id.as_str(),
            _ => "value",
        },
        _ => "value",
    };
    let is_name = text.starts_with(|it: char| it.is_ascii_alphabetic())
        && text
            .chars()
            .all(|it| it.is_ascii_alphanumeric() || it == '_');
    if is_name { text } else { "value" }.to_owned()
}

fn hole_indices(template: &Template<'_>) -> Vec<usize> {
    let pieces = template.pieces.iter().enumerate();
    pieces
        .filter(|(_, piece)| matches!(piece, Piece::Hole(_)))
        .map(|(index, _)| index)
        .collect()
}

fn fields_of(template: &Template<'_>, literal: usize) -> Vec<usize> {
    let pieces = template.pieces.iter().enumerate();
    pieces
        .filter(|(_, piece)| {
            matches!(piece, Piece::Hole(Hole { cut: Cut::Field(_, of), .. }) if *of == literal)
        })
        .map(|(index, _)| index)
        .collect()
}

fn literal_of(piece: &Piece<'_>) -> Option<usize> {
    match piece {
        Piece::Char(_, literal) => Some(*literal),
        Piece::Hole(Hole {
            cut: Cut::Field(_, literal),
            ..
        }) => Some(*literal),
        Piece::Hole(_) => None,
    }
}

/// A constant of the module by its name: `TABLE`.
fn is_constant(template: &Template<'_>, hole: usize) -> bool {
    match &template.pieces[hole] {
        Piece::Hole(hole) => matches!(hole.expr, Expr::Name(name)
            if name.id.chars().all(|it| it.is_ascii_uppercase() || it.is_ascii_digit() || it == '_')),
        Piece::Char(..) => false,
    }
}

/// The text of a parameter's name in a dict.
pub(crate) fn key(name: &str, quote: Quote) -> String {
    let mark = quote.as_char();
    format!("{mark}{name}{mark}")
}
