//! Whether an expression certainly is text: an argument list takes nothing else.
//!
//! ```python
//! name = request.args["n"]      # text
//! count = int(name)             # not
//! ```

use ruff_python_ast::{Expr, Operator, Parameters};

use crate::module::{BindingKind, Module, Scope};

/// Methods whose result is text, on whatever object of the usual ones.
const METHODS: [&str; 12] = [
    "strip",
    "lstrip",
    "rstrip",
    "lower",
    "upper",
    "replace",
    "join",
    "format",
    "decode",
    "removeprefix",
    "removesuffix",
    "title",
];

/// What a request's texts are kept in.
const MULTIDICTS: [&str; 9] = [
    "args",
    "form",
    "values",
    "GET",
    "POST",
    "headers",
    "cookies",
    "query_params",
    "argv",
];

const FUNCTIONS: [&str; 4] = ["input", "str", "repr", "ascii"];

pub(crate) fn is_text(expr: &Expr, scope: Scope<'_>, module: &Module<'_>) -> bool {
    is_text_within(expr, scope, module, 4)
}

fn is_text_within(expr: &Expr, scope: Scope<'_>, module: &Module<'_>, depth: u8) -> bool {
    let Some(depth) = depth.checked_sub(1) else {
        return false;
    };
    match expr {
        Expr::StringLiteral(_) | Expr::FString(_) => true,
        Expr::BinOp(operation) => match operation.op {
            Operator::Add => {
                is_text_within(&operation.left, scope, module, depth)
                    || is_text_within(&operation.right, scope, module, depth)
            }
            Operator::Mod => operation.left.is_string_literal_expr(),
            _ => false,
        },
        Expr::Call(call) => match &*call.func {
            Expr::Name(name) => FUNCTIONS.contains(&name.id.as_str()),
            Expr::Attribute(attribute) => {
                let name = attribute.attr.as_str();
                METHODS.contains(&name) || (name == "get" && is_multidict(&attribute.value))
            }
            _ => false,
        },
        Expr::Subscript(subscript) => is_multidict(&subscript.value),
        Expr::Name(name) => {
            let name = name.id.as_str();
            let parameters = scope
                .parameters
                .into_iter()
                .flat_map(Parameters::iter_non_variadic_params);
            let mut annotated = parameters.filter(|it| it.parameter.name.as_str() == name);
            if let Some(parameter) = annotated.next() {
                let annotation = parameter.parameter.annotation.as_deref();
                return matches!(annotation, Some(Expr::Name(it)) if it.id.as_str() == "str");
            }
            let bindings = module.bindings(scope, name);
            !bindings.is_empty()
                && bindings.iter().all(|binding| match binding.kind {
                    BindingKind::Assign(value) => is_text_within(value, scope, module, depth),
                    BindingKind::Add(_) => true,
                    BindingKind::Other => false,
                })
        }
        _ => false,
    }
}

fn is_multidict(expr: &Expr) -> bool {
    matches!(expr, Expr::Attribute(attribute) if MULTIDICTS.contains(&attribute.attr.as_str()))
}
