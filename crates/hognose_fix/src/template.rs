//! An expression that builds text, taken apart: literal characters and holes, in order, and how
//! each hole is cut out of the source.
//!
//! ```python
//! f"a = '{a}'"          "a = '%s'" % a          "a = '{}'".format(a)          "a = '" + a + "'"
//! ```
//! All four are the characters `a = '`, the hole `a`, the character `'`.

use hognose_python::ir::HoleFormat;
use hognose_python::{FieldWhich, FormatPiece, parse_brace_format, parse_percent_format};
use ruff_python_ast::str::Quote;
use ruff_python_ast::{AnyStringFlags, StringFlags as _};
use ruff_python_ast::{
    ConversionFlag, Expr, ExprCall, FString, FStringPart, InterpolatedStringElement, Operator,
    StringLiteral, StringLiteralFlags,
};
use ruff_text_size::{Ranged, TextRange, TextSize};

use crate::literal::{Braces, Char, characters};
use crate::module::Module;

/// See the module documentation.
#[derive(Debug, Clone)]
pub(crate) enum Piece<'a> {
    Char(Char, usize),
    Hole(Hole<'a>),
}

#[derive(Debug, Clone)]
pub(crate) struct Hole<'a> {
    pub expr: &'a Expr,
    pub cut: Cut,
    pub format: Format,
}

/// How the value becomes text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Format {
    /// As `str()` gives it.
    Str,
    /// `%d`
    Number,
    /// A width, `!r`, …: only the text is right.
    Other,
}

/// What stands for the hole in the source.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Cut {
    /// A field in the literal of that number: `{a}`, `%s`.
    Field(TextRange, usize),
    /// An operand of `+`.
    Operand(TextRange),
}

/// A literal of the source.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Literal {
    pub range: TextRange,
    /// Between the quotes.
    pub inside: TextRange,
    pub flags: AnyStringFlags,
    pub kind: LiteralKind,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum LiteralKind {
    Plain,
    FString,
    /// Left of `%`, where `%%` is one.
    Percent,
    /// Of `.format()`, where braces are doubled.
    Brace,
}

/// See the module documentation.
#[derive(Debug, Clone, Default)]
pub(crate) struct Template<'a> {
    pub pieces: Vec<Piece<'a>>,
    pub literals: Vec<Literal>,
    /// Source that goes when no field of a literal is left: ` % (a, b)`, `.format(a)`.
    pub tails: Vec<Tail>,
}

#[derive(Debug, Clone)]
pub(crate) struct Tail {
    pub range: TextRange,
    /// The literals whose fields it fills: from, to.
    pub literals: (usize, usize),
}

impl<'a> Template<'a> {
    /// `None`: the expression builds no text that can be read off.
    pub fn of(expr: &'a Expr, module: &Module<'a>) -> Option<Self> {
        let mut template = Self::default();
        template.add(expr, module)?;
        (!template.literals.is_empty()).then_some(template)
    }

    pub fn has_holes(&self) -> bool {
        self.pieces
            .iter()
            .any(|piece| matches!(piece, Piece::Hole(_)))
    }

    /// The quotes of the first literal.
    pub fn quote(&self) -> Quote {
        self.literals
            .first()
            .map_or(Quote::Double, |literal| literal.flags.quote_style())
    }

    fn add(&mut self, expr: &'a Expr, module: &Module<'a>) -> Option<()> {
        match expr {
            Expr::StringLiteral(text) => {
                for literal in &text.value {
                    self.literal(literal, LiteralKind::Plain, module);
                }
                Some(())
            }
            Expr::FString(text) => {
                for part in &text.value {
                    match part {
                        FStringPart::Literal(literal) => {
                            self.literal(literal, LiteralKind::Plain, module);
                        }
                        FStringPart::FString(text) => self.f_string(text, module)?,
                    }
                }
                Some(())
            }
            Expr::BinOp(operation) if operation.op == Operator::Add => {
                self.operand(&operation.left, expr, module);
                self.operand(&operation.right, expr, module);
                Some(())
            }
            Expr::BinOp(operation) if operation.op == Operator::Mod => {
                self.percent(&operation.left, &operation.right, expr, module)
            }
            Expr::Call(call) => self.format(call, module),
            _ => None,
        }
    }

    fn operand(&mut self, operand: &'a Expr, parent: &Expr, module: &Module<'a>) {
        let mark = (self.pieces.len(), self.literals.len(), self.tails.len());
        if self.add(operand, module).is_some() {
            return;
        }
        self.pieces.truncate(mark.0);
        self.literals.truncate(mark.1);
        self.tails.truncate(mark.2);
        let range = with_parentheses(operand.range(), parent.range(), module);
        self.pieces.push(Piece::Hole(Hole {
            expr: operand,
            cut: Cut::Operand(range),
            format: Format::Str,
        }));
    }

    fn literal(&mut self, literal: &StringLiteral, kind: LiteralKind, module: &Module<'_>) {
        let index = self.begin(literal.range, literal.flags.into(), kind);
        let braces = match kind {
            LiteralKind::Brace => Braces::Doubled,
            LiteralKind::Plain | LiteralKind::FString | LiteralKind::Percent => Braces::Plain,
        };
        let inside = self.literals[index].inside;
        let is_raw = is_raw(literal.flags);
        let found = characters(module.slice(inside), inside.start(), is_raw, braces);
        let pieces = found.into_iter().map(|it| Piece::Char(it, index));
        self.pieces.extend(pieces);
    }

    fn begin(&mut self, range: TextRange, flags: AnyStringFlags, kind: LiteralKind) -> usize {
        let start = range.start() + flags.opener_len();
        let end = range.end() - flags.closer_len();
        self.literals.push(Literal {
            range,
            inside: TextRange::new(start, end.max(start)),
            flags,
            kind,
        });
        self.literals.len() - 1
    }

    fn f_string(&mut self, text: &'a FString, module: &Module<'a>) -> Option<()> {
        let flags: AnyStringFlags = text.flags.into();
        let index = self.begin(text.range, flags, LiteralKind::FString);
        for element in &text.elements {
            match element {
                InterpolatedStringElement::Literal(literal) => {
                    let range = literal.range();
                    let is_raw = flags.is_raw_string();
                    let found =
                        characters(module.slice(range), range.start(), is_raw, Braces::Doubled);
                    let pieces = found.into_iter().map(|it| Piece::Char(it, index));
                    self.pieces.extend(pieces);
                }
                InterpolatedStringElement::Interpolation(hole) => {
                    let is_str = hole.format_spec.is_none()
                        && matches!(hole.conversion, ConversionFlag::None | ConversionFlag::Str);
                    if hole.debug_text.is_some() {
                        return None;
                    }
                    self.pieces.push(Piece::Hole(Hole {
                        expr: &hole.expression,
                        cut: Cut::Field(hole.range(), index),
                        format: if is_str { Format::Str } else { Format::Other },
                    }));
                }
            }
        }
        Some(())
    }

    /// `"… %s" % a`, `… % (a, b)`, `… % {"k": v}`.
    fn percent(
        &mut self,
        left: &'a Expr,
        right: &'a Expr,
        whole: &Expr,
        module: &Module<'a>,
    ) -> Option<()> {
        let Expr::StringLiteral(text) = left else {
            return None;
        };
        let pieces = parse_percent_format(text.value.to_str())?;
        let first = self.literals.len();
        let begin = self.pieces.len();
        for literal in &text.value {
            self.literal(literal, LiteralKind::Percent, module);
        }
        let argument = |which: &FieldWhich| match (which, right) {
            (FieldWhich::Index(index), Expr::Tuple(tuple)) => tuple.elts.get(*index as usize),
            (FieldWhich::Index(0), Expr::Dict(_)) => None,
            (FieldWhich::Index(0), other) => Some(other),
            (FieldWhich::Index(_), _) => None,
            (FieldWhich::Name(name), Expr::Dict(dict)) => dict.items.iter().find_map(|item| {
                let key = item.key.as_ref()?.as_string_literal_expr()?;
                (key.value.to_str() == name).then_some(&item.value)
            }),
            (FieldWhich::Name(_), _) => None,
        };
        // A name may hold a tuple; what it holds is not known here.
        let fields = pieces
            .iter()
            .filter(|it| matches!(it, FormatPiece::Field(_)));
        let fields = fields.count();
        if let Expr::Tuple(tuple) = right
            && tuple.elts.len() != fields
        {
            return None;
        }
        self.weave(begin, &pieces, '%', argument)?;
        let start = with_parentheses(left.range(), whole.range(), module).end();
        self.tails.push(Tail {
            range: TextRange::new(start, whole.end()),
            literals: (first, self.literals.len()),
        });
        Some(())
    }

    /// `"… {}".format(a)`, `"… {name}".format(name=a)`.
    fn format(&mut self, call: &'a ExprCall, module: &Module<'a>) -> Option<()> {
        let Expr::Attribute(attribute) = &*call.func else {
            return None;
        };
        let Expr::StringLiteral(text) = &*attribute.value else {
            return None;
        };
        let arguments = &call.arguments;
        let has_stars = arguments.args.iter().any(Expr::is_starred_expr)
            || arguments.keywords.iter().any(|it| it.arg.is_none());
        if attribute.attr.as_str() != "format" || has_stars {
            return None;
        }
        let pieces = parse_brace_format(text.value.to_str())?;
        let first = self.literals.len();
        let begin = self.pieces.len();
        for literal in &text.value {
            self.literal(literal, LiteralKind::Brace, module);
        }
        let argument = |which: &FieldWhich| match which {
            FieldWhich::Index(index) => arguments.args.get(*index as usize),
            FieldWhich::Name(name) => {
                let keyword = arguments.find_keyword(name)?;
                Some(&keyword.value)
            }
        };
        self.weave(begin, &pieces, '{', argument)?;
        let start = with_parentheses(text.range(), call.range(), module).end();
        self.tails.push(Tail {
            range: TextRange::new(start, call.range().end()),
            literals: (first, self.literals.len()),
        });
        Some(())
    }

    /// Puts holes in the place of the fields among the characters from `begin` on. Both the
    /// characters and the pieces are of the same text.
    fn weave(
        &mut self,
        begin: usize,
        format: &[FormatPiece],
        opening: char,
        argument: impl Fn(&FieldWhich) -> Option<&'a Expr>,
    ) -> Option<()> {
        let characters: Vec<(Char, usize)> = self
            .pieces
            .drain(begin..)
            .filter_map(|piece| match piece {
                Piece::Char(it, literal) => Some((it, literal)),
                Piece::Hole(_) => None,
            })
            .collect();
        let mut rest = characters.as_slice();
        for piece in format {
            match piece {
                FormatPiece::Literal(text) => {
                    for wanted in text.chars() {
                        let ((found, literal), mut after) = rest.split_first()?;
                        if found.value != wanted && found.value != '\u{FFFD}' {
                            return None;
                        }
                        let mut character = *found;
                        // `%%` is one percent sign.
                        if wanted == '%' && opening == '%' {
                            let ((second, _), behind) = after.split_first()?;
                            character.range = character.range.cover(second.range);
                            after = behind;
                        }
                        self.pieces.push(Piece::Char(character, *literal));
                        rest = after;
                    }
                }
                FormatPiece::Field(field) => {
                    if !field.tail.is_empty() || !field.nested.is_empty() {
                        return None;
                    }
                    let length = field_length(rest, opening)?;
                    let (of_field, after) = rest.split_at(length);
                    let range = of_field.first()?.0.range.cover(of_field.last()?.0.range);
                    let plain = if opening == '%' {
                        of_field.last()?.0.value == 's'
                            && (length == 2 || of_field.get(1)?.0.value == '(')
                    } else {
                        !of_field.iter().any(|(it, _)| matches!(it.value, ':' | '!'))
                    };
                    let format = match field.format {
                        HoleFormat::Number => Format::Number,
                        _ if plain => Format::Str,
                        _ => Format::Other,
                    };
                    self.pieces.push(Piece::Hole(Hole {
                        expr: argument(&field.which)?,
                        cut: Cut::Field(range, of_field.first()?.1),
                        format,
                    }));
                    rest = after;
                }
            }
        }
        rest.is_empty().then_some(())
    }
}

/// How many characters the field at the beginning of `rest` has.
fn field_length(rest: &[(Char, usize)], opening: char) -> Option<usize> {
    let value = |at: usize| rest.get(at).map(|(it, _)| it.value);
    if value(0)? != opening {
        return None;
    }
    if opening == '{' {
        let end = (1..rest.len()).find(|at| value(*at) == Some('}'))?;
        return Some(end + 1);
    }
    let mut at = 1;
    if value(1)? == '(' {
        at = (1..rest.len()).find(|at| value(*at) == Some(')'))? + 1;
    }
    while value(at)?.is_ascii_digit() || "-+ #.".contains(value(at)?) {
        at += 1;
    }
    while matches!(value(at)?, 'h' | 'l' | 'L') {
        at += 1;
    }
    Some(at + 1)
}

fn is_raw(flags: StringLiteralFlags) -> bool {
    AnyStringFlags::from(flags).is_raw_string()
}

/// The range with the parentheses that belong to it, inside `parent`.
pub(crate) fn with_parentheses(
    range: TextRange,
    parent: TextRange,
    module: &Module<'_>,
) -> TextRange {
    let mut range = range;
    loop {
        let before = module.slice(TextRange::new(parent.start(), range.start()));
        let after = module.slice(TextRange::new(range.end(), parent.end()));
        let opened = before.trim_end();
        let closed = after.trim_start();
        if !(opened.ends_with('(') && closed.starts_with(')')) {
            return range;
        }
        let start = parent.start() + TextSize::of(opened) - TextSize::new(1);
        let skipped = after.len() - closed.len() + 1;
        let end = range.end() + TextSize::try_from(skipped).expect("an offset of the text");
        range = TextRange::new(start, end);
    }
}
