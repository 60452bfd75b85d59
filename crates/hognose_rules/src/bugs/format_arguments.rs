//! `format-arguments`: a format text in a variable does not fit the values it is given.
//!
//! ```python
//! LINE = "%s: %s"
//! print(LINE % (name,))      # TypeError: not enough arguments
//! ```
//! Where the text stands at the operator itself, rules of Ruff see it.

use hognose_finding::{Class, Confidence, Origin, Rule, Severity};
use hognose_python::ir::{
    Argument, ArgumentKind, BinaryOp, Constant, DictEntry, DisplayKind, Element, Op, ValueId,
};
use hognose_python::{
    FieldWhich, FormatField, FormatPiece, parse_brace_format, parse_percent_format,
};

use super::{Found, Look};

pub static FORMAT_ARGUMENTS: Rule = Rule {
    id: "format-arguments",
    title: "A format text in a variable does not fit its values.",
    class: Class::Bugs,
    cwe: &[685],
    owasp: &[],
    severity: Severity::High,
    confidence: Confidence::High,
    security_severity: "0.0",
    page: include_str!("../../../../docs/rules/format-arguments.md"),
    origin: Origin::Hognose,
};

/// What a format text asks for.
#[derive(Default)]
struct Wanted {
    positional: usize,
    names: Vec<String>,
}

pub(super) fn look(look: &Look<'_>, found: &mut Vec<Found>) {
    for (value, op) in look.values() {
        let mistake = match op {
            Op::Binary(BinaryOp::Mod, left, right) => percent(look, *left, *right),
            Op::Call { callee, arguments } => match look.ir.op(*callee) {
                Op::Attribute { object, name } if look.text(*name) == "format" => {
                    brace(look, *object, arguments)
                }
                _ => None,
            },
            _ => None,
        };
        if let Some(mistake) = mistake {
            found.push(Found {
                rule: &FORMAT_ARGUMENTS,
                range: look.ir.range_of(value),
                message: format!("{mistake}."),
                confidence: Confidence::High,
            });
        }
    }
}

fn text<'a>(look: &Look<'a>, value: ValueId) -> Option<&'a str> {
    match look.constant(value)? {
        Constant::Str(text) => Some(text),
        _ => None,
    }
}

fn wanted(pieces: Vec<FormatPiece>) -> Wanted {
    let mut wanted = Wanted::default();
    for piece in pieces {
        if let FormatPiece::Field(field) = piece {
            wanted.add(&field);
        }
    }
    wanted
}

impl Wanted {
    fn add(&mut self, field: &FormatField) {
        match &field.which {
            FieldWhich::Index(index) => {
                self.positional = self.positional.max(*index as usize + 1);
            }
            FieldWhich::Name(name) if !self.names.contains(name) => self.names.push(name.clone()),
            FieldWhich::Name(_) => {}
        }
        for nested in &field.nested {
            self.add(nested);
        }
    }
}

fn percent(look: &Look<'_>, left: ValueId, right: ValueId) -> Option<String> {
    let wanted = wanted(parse_percent_format(text(look, left)?)?);
    match look.ir.op(right) {
        Op::Display(DisplayKind::Tuple, elements) => {
            let is_plain = elements.iter().all(|it| matches!(it, Element::Item(_)));
            let given = elements.len();
            let fits = wanted.positional == given && wanted.names.is_empty();
            (is_plain && !fits).then(|| {
                let places = wanted.positional;
                format!(
                    "The text has {places} places and gets {given} values, which raises TypeError"
                )
            })
        }
        Op::Dict(entries) if !wanted.names.is_empty() => missing_name(look, &wanted, entries),
        Op::Constant(Constant::Int(_) | Constant::Str(_)) if wanted.positional > 1 => {
            let places = wanted.positional;
            Some(format!(
                "The text has {places} places and gets one value, which raises TypeError"
            ))
        }
        _ => None,
    }
}

fn missing_name(look: &Look<'_>, wanted: &Wanted, entries: &[DictEntry]) -> Option<String> {
    let mut keys = Vec::new();
    for entry in entries {
        match entry {
            DictEntry::Pair(key, _) => keys.push(text(look, *key)?),
            DictEntry::Spread(_) => return None,
        }
    }
    let name = wanted
        .names
        .iter()
        .find(|name| !keys.contains(&name.as_str()))?;
    Some(format!(
        "The text asks for `{name}`, which the dictionary does not have: it raises KeyError"
    ))
}

fn brace(look: &Look<'_>, object: ValueId, arguments: &[Argument]) -> Option<String> {
    let wanted = wanted(parse_brace_format(text(look, object)?)?);
    let mut given = 0;
    let mut names = Vec::new();
    for argument in arguments {
        match argument.kind {
            ArgumentKind::Positional => given += 1,
            ArgumentKind::Keyword(name) => names.push(look.text(name)),
            ArgumentKind::Star | ArgumentKind::DoubleStar => return None,
        }
    }
    if wanted.positional > given {
        let places = wanted.positional;
        return Some(format!(
            "The text has {places} places and gets {given} values, which raises IndexError"
        ));
    }
    let name = wanted
        .names
        .iter()
        .find(|name| !names.contains(&name.as_str()))?;
    Some(format!(
        "The text asks for `{name}`, which is not given: it raises KeyError"
    ))
}
