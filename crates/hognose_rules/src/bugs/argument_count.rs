//! `wrong-arguments`: a call that does not fit the function it calls.
//!
//! ```python
//! def load(name, *, limit): ...
//! load("a", 10)              # one argument too many, and `limit` is missing
//! ```

use hognose_dataflow::resolve::{Callee, First};
use hognose_finding::{Class, Confidence, Origin, Rule, Severity};
use hognose_python::ir::{Argument, ArgumentKind, Op, Param, ParamKind};

use super::{Found, Look};

pub static WRONG_ARGUMENTS: Rule = Rule {
    id: "wrong-arguments",
    title: "A call does not fit the parameters of the function it calls.",
    class: Class::Bugs,
    cwe: &[628],
    owasp: &[],
    severity: Severity::High,
    confidence: Confidence::High,
    security_severity: "0.0",
    page: include_str!("../../../../docs/rules/wrong-arguments.md"),
    origin: Origin::Hognose,
};

pub(super) fn look(look: &Look<'_>, found: &mut Vec<Found>) {
    for (value, op) in look.values() {
        let Op::Call { callee, arguments } = op else {
            continue;
        };
        let Some(target) = look.resolver.callee(look.function, *callee) else {
            continue;
        };
        if let Op::Attribute { name, .. } = look.ir.op(*callee)
            && look.names.stored.contains(name)
        {
            continue;
        }
        if let Some(mistake) = mistake(look, target, arguments) {
            let name = look.analysis.program.qualified_name(target.function);
            found.push(Found {
                rule: &WRONG_ARGUMENTS,
                range: look.ir.range_of(value),
                message: format!("`{name}` {mistake}. Running this raises TypeError."),
                confidence: Confidence::High,
            });
        }
    }
}

/// What is wrong with the call, as the end of a sentence about the function.
fn mistake(look: &Look<'_>, target: Callee, arguments: &[Argument]) -> Option<String> {
    let ir = look.analysis.program.function(target.function);
    let mut params: Vec<&Param> = ir.params.iter().collect();
    if target.first == First::Receiver {
        let takes_receiver = params
            .first()
            .is_some_and(|it| matches!(it.kind, ParamKind::PositionalOnly | ParamKind::Positional));
        if !takes_receiver {
            return None;
        }
        params.remove(0);
    }
    let mut given = 0;
    let mut keywords = Vec::new();
    for argument in arguments {
        match argument.kind {
            ArgumentKind::Positional => given += 1,
            ArgumentKind::Keyword(name) => keywords.push(name),
            // How many these are is not known.
            ArgumentKind::Star | ArgumentKind::DoubleStar => return None,
        }
    }
    let has = |kind: ParamKind| params.iter().any(|param| param.kind == kind);
    let positional: Vec<&&Param> = params
        .iter()
        .filter(|it| matches!(it.kind, ParamKind::PositionalOnly | ParamKind::Positional))
        .collect();
    if given > positional.len() && !has(ParamKind::Variadic) {
        let takes = positional.len();
        let many = if takes == 1 { "argument" } else { "arguments" };
        return Some(format!("takes {takes} positional {many}, and gets {given}"));
    }
    for name in &keywords {
        let param = params.iter().find(|param| {
            param.name == *name
                && matches!(param.kind, ParamKind::Positional | ParamKind::KeywordOnly)
        });
        if param.is_none() && !has(ParamKind::Keywords) {
            return Some(format!("has no parameter `{}`", look.text(*name)));
        }
    }
    let twice = positional
        .iter()
        .take(given)
        .find(|param| param.kind == ParamKind::Positional && keywords.contains(&param.name));
    if let Some(param) = twice {
        return Some(format!("gets `{}` twice", look.text(param.name)));
    }
    let missing = params.iter().enumerate().find(|(at, param)| {
        let is_given = match param.kind {
            ParamKind::PositionalOnly => *at < given,
            ParamKind::Positional => *at < given || keywords.contains(&param.name),
            ParamKind::KeywordOnly => keywords.contains(&param.name),
            ParamKind::Variadic | ParamKind::Keywords => true,
        };
        !is_given && param.default.is_none()
    });
    missing.map(|(_, param)| format!("needs `{}`, which is missing", look.text(param.name)))
}
