//! The arguments of format strings: which value goes into which hole.
//!
//! ```python
//! "%s-%(key)s" % mapping           # an item of the mapping
//! "%s %d" % pair                   # elements of what is unpacked
//! "{0.name} {1} {k}".format(user, *rest, **named)
//! ```

use ruff_python_ast::{Arguments, Expr, ExprDict};
use ruff_text_size::{Ranged, TextRange};

use crate::ir::{Constant, HoleFormat, Op, ValueId};
use crate::template::{
    FieldAccess, FieldWhich, FormatField, FormatPiece, parse_brace_format, parse_percent_format,
};

use super::Lowerer;
use super::assign::position;
use super::display::constant_text;
use super::string::{Parts, Text};

/// What a format string is filled with.
#[derive(Debug, Default)]
struct Supply {
    positional: Vec<Text>,
    /// `*values` behind the positional ones.
    rest: Option<ValueId>,
    /// The whole right side of `%`, of which fields are elements.
    unpacked: Option<ValueId>,
    named: Vec<(String, Text)>,
    /// `**mapping`, or the mapping right of `%`.
    mappings: Vec<ValueId>,
}

impl Lowerer<'_> {
    /// `format % right`; `None` if the format is not understood.
    pub fn lower_percent(&mut self, format: &str, right: &Expr) -> Option<Parts> {
        let pieces = parse_percent_format(format)?;
        let mut supply = Supply::default();
        let (positional, named) = count_fields(&pieces);
        match right {
            Expr::Tuple(tuple) if !tuple.iter().any(Expr::is_starred_expr) => {
                for element in tuple {
                    let text = self.lower_text(element);
                    supply.positional.push(text);
                }
            }
            Expr::Dict(dict) if named > 0 => self.supply_dict(dict, &mut supply),
            _ if named > 0 => supply.mappings.push(self.lower_expr(right)),
            _ if positional <= 1 => {
                let text = self.lower_text(right);
                supply.positional.push(text);
            }
            _ => supply.unpacked = Some(self.lower_expr(right)),
        }
        Some(self.fill(pieces, &supply, right.range()))
    }

    fn supply_dict(&mut self, dict: &ExprDict, supply: &mut Supply) {
        let names: Option<Vec<&str>> = dict
            .iter()
            .map(|item| match &item.key {
                Some(Expr::StringLiteral(key)) => Some(key.value.to_str()),
                _ => None,
            })
            .collect();
        let Some(names) = names else {
            supply.mappings.push(self.lower_dict(dict));
            return;
        };
        for (name, value) in names.into_iter().zip(dict.iter_values()) {
            let text = self.lower_text(value);
            supply.named.push((name.to_owned(), text));
        }
    }

    /// `format.format(arguments)`; `None` if the format is not understood.
    pub fn lower_format(&mut self, format: &str, arguments: &Arguments) -> Option<Parts> {
        let pieces = parse_brace_format(format)?;
        let mut supply = Supply::default();
        for argument in &arguments.args {
            match argument {
                Expr::Starred(starred) => {
                    let rest = self.lower_expr(&starred.value);
                    supply.rest.get_or_insert(rest);
                }
                argument => {
                    let text = self.lower_text(argument);
                    if supply.rest.is_none() {
                        supply.positional.push(text);
                    }
                }
            }
        }
        for keyword in &arguments.keywords {
            match &keyword.arg {
                Some(name) => {
                    let text = self.lower_text(&keyword.value);
                    supply.named.push((name.to_string(), text));
                }
                None => supply.mappings.push(self.lower_expr(&keyword.value)),
            }
        }
        Some(self.fill(pieces, &supply, arguments.range()))
    }

    /// `format.format_map(mapping)`
    pub fn lower_format_map(&mut self, format: &str, arguments: &Arguments) -> Option<Parts> {
        let [mapping] = &*arguments.args else {
            return None;
        };
        let pieces = parse_brace_format(format)?;
        let mut supply = Supply::default();
        match mapping {
            Expr::Dict(dict) => self.supply_dict(dict, &mut supply),
            mapping => supply.mappings.push(self.lower_expr(mapping)),
        }
        Some(self.fill(pieces, &supply, mapping.range()))
    }

    fn fill(&mut self, pieces: Vec<FormatPiece>, supply: &Supply, range: TextRange) -> Parts {
        let mut parts = Parts::default();
        for piece in pieces {
            match piece {
                FormatPiece::Literal(text) => parts.literal(&text),
                FormatPiece::Field(field) => {
                    let mut text = self.take(&field.which, supply, range);
                    for access in &field.tail {
                        let object = self.text_value(text, range);
                        text = Text::Value(self.access(object, access, range));
                    }
                    if field.format == HoleFormat::Plain {
                        parts.text(text);
                    } else {
                        let value = self.text_value(text, range);
                        parts.hole(value, field.format);
                    }
                }
            }
        }
        parts
    }

    fn take(&mut self, which: &FieldWhich, supply: &Supply, range: TextRange) -> Text {
        match which {
            FieldWhich::Index(index) => {
                let at = *index as usize;
                if let Some(text) = supply.positional.get(at) {
                    return text.clone();
                }
                let behind = position(at - supply.positional.len());
                let source = supply.unpacked.or(supply.rest);
                Text::Value(match source {
                    Some(values) => self.emit_value(Op::Unpack(values, behind), range),
                    None => self.emit_value(Op::Unknown, range),
                })
            }
            FieldWhich::Name(name) => {
                let given = supply.named.iter().rev().find(|(other, _)| other == name);
                if let Some((_, text)) = given {
                    return text.clone();
                }
                Text::Value(match supply.mappings.last() {
                    Some(mapping) => self.item_of(*mapping, name, range),
                    None => self.emit_value(Op::Unknown, range),
                })
            }
        }
    }

    fn item_of(&mut self, object: ValueId, key: &str, range: TextRange) -> ValueId {
        let key = constant_text(key);
        let key = self.emit_value(Op::Constant(Constant::Str(key)), range);
        self.emit_value(Op::Item { object, key }, range)
    }

    fn access(&mut self, object: ValueId, access: &FieldAccess, range: TextRange) -> ValueId {
        match access {
            FieldAccess::Attribute(name) => {
                let name = self.symbols.intern(name);
                self.emit_value(Op::Attribute { object, name }, range)
            }
            FieldAccess::Index(index) => {
                let key = Constant::Int(i64::from(*index));
                let key = self.emit_value(Op::Constant(key), range);
                self.emit_value(Op::Item { object, key }, range)
            }
            FieldAccess::Key(key) => self.item_of(object, key, range),
        }
    }
}

/// How many positional arguments a format takes, and how many named fields it has.
fn count_fields(pieces: &[FormatPiece]) -> (u32, u32) {
    let mut positional = 0;
    let mut named = 0;
    let mut count = |field: &FormatField| match &field.which {
        FieldWhich::Index(index) => positional = positional.max(index + 1),
        FieldWhich::Name(_) => named += 1,
    };
    for piece in pieces {
        match piece {
            FormatPiece::Literal(_) => {}
            FormatPiece::Field(field) => {
                count(field);
                field.nested.iter().for_each(&mut count);
            }
        }
    }
    (positional, named)
}
