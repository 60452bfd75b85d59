//! The value that is bound in the place of a hole, as source text.
//!
//! ```python
//! … = '{a}'                  a
//! … LIKE '%{a}%'             f"%{a}%"
//! … = " + str(n)             n
//! … = '{a.replace("'", "''")}'    a          the driver does that now
//! … IN ({", ".join(ids)})    *ids
//! ```

use ruff_python_ast::str::Quote;
use ruff_python_ast::{Expr, ExprCall};
use ruff_text_size::Ranged;

use crate::Refusal;
use crate::literal::{Part, f_string};
use crate::module::{Module, is_plain};
use crate::template::{Cut, Format, Hole, Piece};

/// The value of the pieces of one SQL value, without its quotes.
pub(crate) fn text(
    pieces: &[Piece<'_>],
    is_quoted: bool,
    module: &Module<'_>,
    quote: Quote,
) -> Result<String, Refusal> {
    if let [Piece::Hole(hole)] = pieces {
        return of_hole(hole, is_quoted, module);
    }
    let mut texts: Vec<(bool, String)> = Vec::new();
    let mut pieces = pieces.iter().peekable();
    while let Some(piece) = pieces.next() {
        match piece {
            Piece::Char(character, _) => {
                let value = character.value;
                if value == '\u{FFFD}' {
                    return Err("the query has an escape in a value");
                }
                // A doubled quote inside a quoted value.
                let doubled = value == '\''
                    && matches!(pieces.peek(), Some(Piece::Char(next, _)) if next.value == '\'');
                if doubled {
                    pieces.next();
                }
                match texts.last_mut() {
                    Some((false, text)) => text.push(value),
                    Some((true, _)) | None => texts.push((false, value.to_string())),
                }
            }
            Piece::Hole(hole) => match hole.format {
                Format::Str | Format::Number => {
                    texts.push((true, unescaped(hole.expr, module)));
                }
                Format::Other => texts.push((true, field(hole, module)?)),
            },
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

fn of_hole(hole: &Hole<'_>, is_quoted: bool, module: &Module<'_>) -> Result<String, Refusal> {
    match hole.format {
        Format::Str | Format::Number => {}
        Format::Other => {
            let field = field(hole, module)?;
            return f_string(&[Part::Hole(&field)], Quote::Double)
                .ok_or("a value mixes both kinds of quotes");
        }
    }
    // Text beside text was needed for the query only; a number stays one.
    if !is_quoted && let Some(inner) = only_argument(hole.expr, "str") {
        return Ok(module.slice(inner.range()).to_owned());
    }
    Ok(unescaped(hole.expr, module))
}

/// The inside of a field with its conversion and specification.
fn field(hole: &Hole<'_>, module: &Module<'_>) -> Result<String, Refusal> {
    let Cut::Field(range, _) = hole.cut else {
        return Err("a value is formatted in a way that is not kept");
    };
    let field = module.slice(range);
    let inner = field.strip_prefix('{').and_then(|it| it.strip_suffix('}'));
    // Only in an f-string the field holds the expression itself.
    let whole = inner.filter(|_| range.contains_range(hole.expr.range()));
    whole
        .map(str::to_owned)
        .ok_or("a value is formatted in a way that is not kept")
}

/// The expression without an escape of quotes: the driver does that.
fn unescaped(expr: &Expr, module: &Module<'_>) -> String {
    let escaped = match expr {
        Expr::Call(call) => receiver_of_escape(call),
        _ => None,
    };
    module.slice(escaped.unwrap_or(expr).range()).to_owned()
}

fn receiver_of_escape(call: &ExprCall) -> Option<&Expr> {
    let Expr::Attribute(attribute) = &*call.func else {
        return None;
    };
    let [Expr::StringLiteral(from), Expr::StringLiteral(to)] = &*call.arguments.args else {
        return None;
    };
    let (from, to) = (from.value.to_str(), to.value.to_str());
    let is_escape = from == "'" && (to == "''" || to == "\\'");
    (attribute.attr.as_str() == "replace" && is_escape).then_some(&*attribute.value)
}

/// `x` of `name(x)`.
fn only_argument<'a>(expr: &'a Expr, name: &str) -> Option<&'a Expr> {
    let Expr::Call(call) = expr else {
        return None;
    };
    let is_named = matches!(&*call.func, Expr::Name(it) if it.id.as_str() == name);
    match &*call.arguments.args {
        [only] if is_named && call.arguments.keywords.is_empty() => Some(only),
        _ => None,
    }
}

/// The values of a hole that stands for a whole list.
pub(crate) struct Values {
    /// The source of the sequence.
    pub text: String,
    /// Whether it was taken from one text, at its commas.
    pub is_split: bool,
}

/// `ids` of `", ".join(map(str, ids))`, `tuple(ids)`.
pub(crate) fn list(expr: &Expr, module: &Module<'_>) -> Option<Values> {
    if let Some(inner) = only_argument(expr, "tuple") {
        return sequence(inner, module);
    }
    if let Expr::Call(call) = expr
        && let Expr::Attribute(attribute) = &*call.func
        && attribute.attr.as_str() == "join"
        && let Expr::StringLiteral(separator) = &*attribute.value
        && separator.value.to_str().trim_matches(['\'', '"', ' ']) == ","
        && let [items] = &*call.arguments.args
    {
        return sequence(items, module);
    }
    if is_plain(expr) {
        let text = module.slice(expr.range());
        return Some(Values {
            text: format!("{text}.split(\",\")"),
            is_split: true,
        });
    }
    None
}

fn sequence(items: &Expr, module: &Module<'_>) -> Option<Values> {
    let plain = |expr: &Expr| {
        is_plain(expr).then(|| Values {
            text: module.slice(expr.range()).to_owned(),
            is_split: false,
        })
    };
    let generators = match items {
        Expr::Generator(it) => Some((&*it.elt, &it.generators)),
        Expr::ListComp(it) => Some((&*it.elt, &it.generators)),
        _ => None,
    };
    if let Some((element, generators)) = generators {
        let [only] = generators.as_slice() else {
            return None;
        };
        let Expr::Name(target) = &only.target else {
            return None;
        };
        let is_item = |expr: &Expr| matches!(expr, Expr::Name(it) if it.id == target.id);
        let converts = is_item(element)
            || only_argument(element, "str").is_some_and(is_item)
            || only_argument(element, "repr").is_some_and(is_item)
            || quotes(element).is_some_and(is_item);
        return (converts && only.ifs.is_empty()).then(|| plain(&only.iter))?;
    }
    if let Expr::Call(call) = items
        && matches!(&*call.func, Expr::Name(it) if it.id.as_str() == "map")
        && let [Expr::Name(function), inner] = &*call.arguments.args
        && matches!(function.id.as_str(), "str" | "repr")
    {
        return plain(inner);
    }
    plain(items)
}

/// `x` of `f"'{x}'"` and `"'" + x + "'"`.
fn quotes(expr: &Expr) -> Option<&Expr> {
    match expr {
        Expr::FString(text) => {
            let mut holes = text
                .value
                .elements()
                .filter_map(|element| element.as_interpolation());
            let only = holes.next()?;
            holes.next().is_none().then_some(&*only.expression)
        }
        Expr::BinOp(operation) => match &*operation.left {
            Expr::BinOp(inner) if inner.left.is_string_literal_expr() => Some(&inner.right),
            _ => None,
        },
        _ => None,
    }
}
