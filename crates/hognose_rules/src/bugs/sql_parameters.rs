//! `sql-parameter-count`: a query has more or fewer placeholders than it gets parameters.
//!
//! ```python
//! cur.execute("SELECT * FROM t WHERE a = ? AND b = ?", (a,))
//! ```
//! Which calls are queries, and what is known of their text, the data flow has found.

use hognose_dataflow::models::rows::SinkKind;
use hognose_dataflow::value::{Alternative, Atom, Value};
use hognose_finding::{Class, Confidence, Origin, Rule, Severity};
use hognose_python::ir::{
    Argument, ArgumentKind, Constant, DictEntry, DisplayKind, Element, Op, ValueId,
};

use super::{Found, Look};

pub static SQL_PARAMETERS: Rule = Rule {
    id: "sql-parameter-count",
    title: "A query does not have as many placeholders as parameters.",
    class: Class::Bugs,
    cwe: &[685],
    owasp: &[],
    severity: Severity::High,
    confidence: Confidence::High,
    security_severity: "0.0",
    page: include_str!("../../../../docs/rules/sql-parameter-count.md"),
    origin: Origin::Hognose,
};

/// What drivers call the argument with the parameters.
const KEYWORDS: [&str; 5] = ["args", "parameters", "params", "values", "vars"];

#[derive(Debug, Default, PartialEq, Eq)]
struct Placeholders {
    question_marks: usize,
    percent: usize,
    /// `%(name)s`
    names: Vec<String>,
}

pub(super) fn look(look: &Look<'_>, found: &mut Vec<Found>) {
    let solved = &look.analysis.functions[look.function.index()];
    for examined in &solved.examined {
        let sink = &examined.sink;
        if sink.kind != SinkKind::Sql || sink.site.function != look.function {
            continue;
        }
        let Op::Call { arguments, .. } = look.ir.op(sink.site.value) else {
            continue;
        };
        let Some(parameters) = parameters(look, arguments, sink.argument) else {
            continue;
        };
        let Some(query) = text(&examined.value) else {
            continue;
        };
        if let Some(mistake) = mistake(look, &placeholders(query), parameters)
            && !found
                .iter()
                .any(|it| it.range == look.ir.range_of(sink.site.value))
        {
            found.push(Found {
                rule: &SQL_PARAMETERS,
                range: look.ir.range_of(sink.site.value),
                message: format!("The query {mistake}. The driver refuses it when it runs."),
                confidence: Confidence::High,
            });
        }
    }
}

/// The one text that the query is.
fn text(value: &Value) -> Option<&str> {
    match value.text().alternatives() {
        [Alternative::Constant(Atom::Str(text), _)] => Some(text),
        _ => None,
    }
}

/// The argument behind the query, or the one with a driver's name for it.
fn parameters(look: &Look<'_>, arguments: &[Argument], query: ValueId) -> Option<ValueId> {
    let at = arguments.iter().position(|it| it.value == query)?;
    let named = arguments.iter().find(|argument| match argument.kind {
        ArgumentKind::Keyword(name) => KEYWORDS.contains(&look.text(name)),
        ArgumentKind::Positional | ArgumentKind::Star | ArgumentKind::DoubleStar => false,
    });
    let next = arguments
        .get(at + 1)
        .filter(|argument| argument.kind == ArgumentKind::Positional);
    // `fetch(query, a, b)` passes one parameter an argument.
    let several = arguments.get(at + 2).is_some();
    let chosen = named.or(next.filter(|_| !several))?;
    Some(chosen.value)
}

fn mistake(look: &Look<'_>, placeholders: &Placeholders, parameters: ValueId) -> Option<String> {
    match look.ir.op(parameters) {
        Op::Display(DisplayKind::Tuple | DisplayKind::List, elements) => {
            let is_plain = elements.iter().all(|element| match element {
                // Rows for `executemany`.
                Element::Item(value) => !matches!(
                    look.ir.op(*value),
                    Op::Display(..) | Op::Dict(_) | Op::Unknown
                ),
                Element::Spread(_) => false,
            });
            let wanted = match (placeholders.question_marks, placeholders.percent) {
                (marks, 0) if placeholders.names.is_empty() => marks,
                (0, percent) if placeholders.names.is_empty() => percent,
                _ => return None,
            };
            let given = elements.len();
            // A query without placeholders may use a style that is not counted here.
            (is_plain && wanted > 0 && given > 0 && wanted != given)
                .then(|| format!("has {wanted} placeholders and gets {given} parameters"))
        }
        Op::Dict(entries) if placeholders.question_marks == 0 && placeholders.percent == 0 => {
            let mut keys = Vec::new();
            for entry in entries {
                match entry {
                    DictEntry::Pair(key, _) => match look.ir.op(*key) {
                        Op::Constant(Constant::Str(text)) => keys.push(&**text),
                        _ => return None,
                    },
                    DictEntry::Spread(_) => return None,
                }
            }
            let names = placeholders.names.iter();
            let mut missing = names.filter(|name| !keys.contains(&name.as_str()));
            missing
                .next()
                .map(|name| format!("asks for `{name}`, which the parameters do not have"))
        }
        _ => None,
    }
}

/// The placeholders outside of quotes and comments. Operators with a question mark (`?|`, `?&`) make
/// a query that is not counted.
fn placeholders(query: &str) -> Placeholders {
    let mut found = Placeholders::default();
    let mut rest = query;
    while let Some(character) = rest.chars().next() {
        let after = &rest[character.len_utf8()..];
        rest = match character {
            '\'' | '"' | '`' => after.split_once(character).map_or("", |(_, rest)| rest),
            '-' if after.starts_with('-') => after.split_once('\n').map_or("", |(_, rest)| rest),
            '/' if after.starts_with('*') => after.split_once("*/").map_or("", |(_, rest)| rest),
            '?' if after.starts_with(['|', '&', '?']) => return Placeholders::default(),
            '?' => {
                found.question_marks += 1;
                after
            }
            '%' => percent(after, &mut found),
            _ => after,
        };
    }
    found
}

/// What follows a `%`; returns what is left.
fn percent<'a>(after: &'a str, found: &mut Placeholders) -> &'a str {
    if let Some(rest) = after.strip_prefix('%') {
        return rest;
    }
    if let Some(rest) = after.strip_prefix('s') {
        found.percent += 1;
        return rest;
    }
    if let Some((name, rest)) = after.strip_prefix('(').and_then(|it| it.split_once(')'))
        && rest.starts_with('s')
    {
        let name = name.to_owned();
        if !found.names.contains(&name) {
            found.names.push(name);
        }
        return rest;
    }
    after
}

#[cfg(test)]
mod tests {
    use super::{Placeholders, placeholders};

    #[test]
    fn placeholders_in_quotes_and_comments_do_not_count() {
        let query = "SELECT '?', \"a?\" FROM t -- ?\nWHERE a = ? /* ? */ AND b = ?";
        assert_eq!(placeholders(query).question_marks, 2);
        assert_eq!(
            placeholders("a = %s AND b LIKE '%s' AND c = 1 %% 2").percent,
            1
        );
        assert_eq!(placeholders("a = %(x)s AND b = %(x)s").names, ["x"]);
        assert_eq!(placeholders("a ?| b"), Placeholders::default());
    }
}
