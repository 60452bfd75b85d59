//! One instruction as text: `call v1(v0, key=v2)`.

use std::fmt::{Display, Write};

use crate::ir::{
    Argument, ArgumentKind, BinaryOp, BlockId, CompareOp, ComprehensionKind, Constant, DictEntry,
    DisplayKind, Element, HoleFormat, ImportPath, Module, Op, Part, Role, UnaryOp, ValueId,
};

/// What follows `v3 = `.
pub(super) fn print_op(module: &Module, op: &Op) -> String {
    match op {
        Op::Constant(constant) => format!("constant {}", print_constant(constant)),
        Op::Undefined => "undefined".to_owned(),
        Op::Unknown => "unknown".to_owned(),
        Op::Param(index) => format!("param {index}"),
        Op::Captured(index) => format!("captured {index}"),
        Op::Global(name) => format!("global {}", module.name(*name)),
        Op::Phi(inputs) => {
            let inputs = list(inputs, |(block, input)| {
                format!("{} {}", block_name(*block), value(*input))
            });
            format!("phi {inputs}")
        }
        Op::Refine {
            value: refined,
            condition,
            holds,
        } => {
            let how = if *holds { "holds" } else { "fails" };
            format!(
                "refine {} where {} {how}",
                value(*refined),
                value(*condition)
            )
        }
        Op::After { object, call, role } => {
            let role = match role {
                Role::Receiver => "receiver".to_owned(),
                Role::Argument(index) => format!("argument {index}"),
            };
            format!("after {} as {role} of {}", value(*object), value(*call))
        }
        Op::Attribute { object, name } => {
            format!("attribute {}.{}", value(*object), module.name(*name))
        }
        Op::StoreAttribute {
            object,
            name,
            value: stored,
        } => format!(
            "store {}.{} = {}",
            value(*object),
            module.name(*name),
            value(*stored)
        ),
        Op::Item { object, key } => format!("item {}[{}]", value(*object), value(*key)),
        Op::StoreItem {
            object,
            key,
            value: stored,
        } => format!(
            "store {}[{}] = {}",
            value(*object),
            value(*key),
            value(*stored)
        ),
        Op::Slice {
            object,
            lower,
            upper,
        } => format!(
            "slice {}[{}:{}]",
            value(*object),
            optional(*lower),
            optional(*upper)
        ),
        Op::StoreGlobal {
            name,
            value: stored,
        } => format!("store global {} = {}", module.name(*name), value(*stored)),
        Op::StoreCaptured {
            index,
            value: stored,
        } => format!("store captured {index} = {}", value(*stored)),
        Op::Call { callee, arguments } => {
            let arguments = list(arguments, |argument| print_argument(module, argument));
            format!("call {}({arguments})", value(*callee))
        }
        Op::Display(kind, elements) => {
            let kind = match kind {
                DisplayKind::List => "list",
                DisplayKind::Tuple => "tuple",
                DisplayKind::Set => "set",
            };
            format!(
                "{kind} [{}]",
                list(elements, |element| print_element(*element))
            )
        }
        Op::Dict(entries) => format!("dict {{{}}}", list(entries, print_entry)),
        Op::Comprehension(kind, element) => {
            let kind = match kind {
                ComprehensionKind::List => "list",
                ComprehensionKind::Set => "set",
                ComprehensionKind::Generator => "generator",
            };
            format!("{kind} of {}", value(*element))
        }
        Op::DictComprehension(key, element) => {
            format!("dict of {}: {}", value(*key), value(*element))
        }
        Op::Template(parts) => format!("template {}", list(parts, print_part)),
        Op::Binary(operator, left, right) => {
            format!("{} {} {}", value(*left), binary(*operator), value(*right))
        }
        Op::Unary(operator, operand) => format!("{} {}", unary(*operator), value(*operand)),
        Op::Compare(operator, left, right) => {
            format!("{} {} {}", value(*left), compare(*operator), value(*right))
        }
        Op::IsInstance(object, class) => {
            format!("isinstance {} {}", value(*object), value(*class))
        }
        Op::Next(iterable) => format!("next {}", value(*iterable)),
        Op::Unpack(object, index) => format!("unpack {} at {index}", value(*object)),
        Op::UnpackRest(object, index) => format!("unpack {} from {index}", value(*object)),
        Op::Yield(yielded) => format!("yield {}", value(*yielded)),
        Op::YieldFrom(iterable) => format!("yield from {}", value(*iterable)),
        Op::Await(awaited) => format!("await {}", value(*awaited)),
        Op::Enter(manager) => format!("enter {}", value(*manager)),
        Op::Exception(types) => format!("exception {}", optional(*types)),
        Op::Function { function, captures } => {
            let mut text = format!("function {}", function.0);
            for values in captures {
                text.push_str(" [");
                text.push_str(&value_list(values));
                text.push(']');
            }
            text
        }
        Op::Class(class) => format!("class {}", class.0),
        Op::Decorate {
            value: decorated,
            decorator,
        } => format!("decorate {} with {}", value(*decorated), value(*decorator)),
        Op::Annotated {
            value: annotated,
            annotation,
        } => format!(
            "annotated {} as {}",
            optional(*annotated),
            value(*annotation)
        ),
        Op::Import(path) => format!("import {path}"),
        Op::ImportFrom { from, name } => {
            format!("import {} from {}", module.name(*name), import_path(from))
        }
    }
}

fn print_argument(module: &Module, argument: &Argument) -> String {
    let value = value(argument.value);
    match argument.kind {
        ArgumentKind::Positional => value,
        ArgumentKind::Keyword(name) => format!("{}={value}", module.name(name)),
        ArgumentKind::Star => format!("*{value}"),
        ArgumentKind::DoubleStar => format!("**{value}"),
    }
}

pub(super) fn list<'i, T, S: Display>(items: &'i [T], show: impl Fn(&'i T) -> S) -> String {
    let mut text = String::new();
    for (index, item) in items.iter().enumerate() {
        if index > 0 {
            text.push_str(", ");
        }
        write!(text, "{}", show(item)).expect("writing to a string cannot fail");
    }
    text
}

pub(super) fn value(id: ValueId) -> String {
    format!("v{}", id.0)
}

pub(super) fn optional(id: Option<ValueId>) -> String {
    id.map(value).unwrap_or_default()
}

pub(super) fn value_list(ids: &[ValueId]) -> String {
    list(ids, |id| value(*id))
}

pub(super) fn block_name(id: BlockId) -> String {
    format!("b{}", id.0)
}

pub(super) fn import_path(path: &ImportPath) -> String {
    format!("{}{}", ".".repeat(path.level as usize), path.module)
}

fn print_constant(constant: &Constant) -> String {
    match constant {
        Constant::None => "None".to_owned(),
        Constant::Ellipsis => "...".to_owned(),
        Constant::Bool(true) => "True".to_owned(),
        Constant::Bool(false) => "False".to_owned(),
        Constant::Int(number) => number.to_string(),
        Constant::BigInt => "big int".to_owned(),
        Constant::Float(number) => format!("{number:?}"),
        Constant::Complex => "complex".to_owned(),
        Constant::Str(text) => format!("{text:?}"),
        Constant::Bytes(bytes) => format!("b\"{}\"", bytes.escape_ascii()),
    }
}

fn print_element(element: Element) -> String {
    match element {
        Element::Item(item) => value(item),
        Element::Spread(spread) => format!("*{}", value(spread)),
    }
}

fn print_entry(entry: &DictEntry) -> String {
    match entry {
        DictEntry::Pair(key, item) => format!("{}: {}", value(*key), value(*item)),
        DictEntry::Spread(spread) => format!("**{}", value(*spread)),
    }
}

fn print_part(part: &Part) -> String {
    match part {
        Part::Literal(text) => format!("{text:?}"),
        Part::Hole(hole, HoleFormat::Plain) => value(*hole),
        Part::Hole(hole, HoleFormat::Number) => format!("{}:number", value(*hole)),
        Part::Hole(hole, HoleFormat::Repr) => format!("{}:repr", value(*hole)),
        Part::Join(joined, separator) => format!("{separator:?}.join({})", value(*joined)),
    }
}

fn binary(operator: BinaryOp) -> &'static str {
    match operator {
        BinaryOp::Add => "+",
        BinaryOp::Sub => "-",
        BinaryOp::Mult => "*",
        BinaryOp::MatMult => "@",
        BinaryOp::Div => "/",
        BinaryOp::Mod => "%",
        BinaryOp::Pow => "**",
        BinaryOp::LShift => "<<",
        BinaryOp::RShift => ">>",
        BinaryOp::BitOr => "|",
        BinaryOp::BitXor => "^",
        BinaryOp::BitAnd => "&",
        BinaryOp::FloorDiv => "//",
    }
}

fn unary(operator: UnaryOp) -> &'static str {
    match operator {
        UnaryOp::Invert => "~",
        UnaryOp::Not => "not",
        UnaryOp::Plus => "+",
        UnaryOp::Minus => "-",
    }
}

fn compare(operator: CompareOp) -> &'static str {
    match operator {
        CompareOp::Eq => "==",
        CompareOp::NotEq => "!=",
        CompareOp::Lt => "<",
        CompareOp::LtE => "<=",
        CompareOp::Gt => ">",
        CompareOp::GtE => ">=",
        CompareOp::Is => "is",
        CompareOp::IsNot => "is not",
        CompareOp::In => "in",
        CompareOp::NotIn => "not in",
    }
}
