//! Places and conditions: where a row finds its value at a call, and when it holds.
//!
//! ```toml
//! from = ["0[*]", "self.name"]        # any element of the first argument; an attribute of the receiver
//! to = "1.call.0"                     # the first parameter of the function given as argument 1
//! from = "options[verify]"           # the item of that key
//! when = ["shell=true", "!executable", "0!=zip"]
//! ```

use std::sync::Arc;

use super::rows::{Base, Condition, Literal, Place, Segment, Test};
use crate::names::Names;

/// What a place is written for; not every place makes sense everywhere.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Role {
    /// `argument` of sinks, sanitizers and guards, `from` of propagators: something that exists
    /// before the call, or that calling an argument gives.
    From,
    /// `to`: something that exists after the call.
    To,
}

const PLACES: &str = "write a position \"0\", a keyword \"name\", \"self\", \"*\", \"**\" or \"return\", \
    followed by any of [*] [0] [key] [$0] .name .call .call.0";

/// Reads a place such as `"0[*]"` or `"self[$0]"`.
pub(super) fn parse_place(text: &str, role: Role, names: &mut Names) -> Result<Place, String> {
    let wrong = || format!("`{text}` is no place; {PLACES}");
    let base_end = text.find(['.', '[']).unwrap_or(text.len());
    let (base, mut rest) = text.split_at(base_end);
    let mut place = Place {
        base: parse_base(base, names).ok_or_else(wrong)?,
        tail: smallvec::SmallVec::new(),
    };
    while !rest.is_empty() {
        let (segment, tail) = parse_segment(rest, names).ok_or_else(wrong)?;
        place.tail.push(segment);
        rest = tail;
    }
    check(&place, text, role)?;
    Ok(place)
}

/// Reads a condition such as `"shell=true"` or `"!executable"`.
pub(super) fn parse_condition(condition: &str, names: &mut Names) -> Result<Condition, String> {
    let (argument, test) = match condition.split_once('=') {
        Some((argument, value)) => {
            if let Some(argument) = argument.strip_suffix("!~") {
                (argument, Test::Lacks(Arc::from(value.to_lowercase())))
            } else if let Some(argument) = argument.strip_suffix('!') {
                (argument, Test::IsNot(literal(value)))
            } else if let Some(argument) = argument.strip_suffix('~') {
                (argument, Test::Contains(Arc::from(value.to_lowercase())))
            } else {
                (argument, Test::Is(literal(value)))
            }
        }
        None => match condition.strip_prefix('!') {
            Some(argument) => (argument, Test::NotGiven),
            None => (condition, Test::Given),
        },
    };
    let wrong = || {
        format!(
            "`{condition}` is no condition; write \"name\", \"!name\", \"name=true\", \"name!=text\" or \
             \"name~=part\", with a position for a name where it has none, or with a part of the \
             receiver, \"self.name\""
        )
    };
    let argument = parse_place(argument, Role::From, names).map_err(|_| wrong())?;
    let is_plain = argument.tail.is_empty();
    match argument.base {
        Base::Position(_) | Base::Keyword(_) => Ok(Condition { argument, test }),
        Base::Receiver if !is_plain => Ok(Condition { argument, test }),
        Base::Receiver | Base::All | Base::Spread | Base::Return => Err(wrong()),
    }
}

/// Whether `text` can name a variable, an attribute or a keyword.
pub(super) fn is_identifier(text: &str) -> bool {
    let mut chars = text.chars();
    chars.next().is_some_and(|c| c == '_' || c.is_alphabetic())
        && chars.all(|c| c == '_' || c.is_alphanumeric())
}

fn parse_base(text: &str, names: &mut Names) -> Option<Base> {
    match text {
        "self" => Some(Base::Receiver),
        "*" => Some(Base::All),
        "**" => Some(Base::Spread),
        "return" => Some(Base::Return),
        _ if is_identifier(text) => Some(Base::Keyword(names.intern(text))),
        _ => position(text).map(Base::Position),
    }
}

/// The first segment of `text`, which begins with `[` or `.`, and what follows it.
fn parse_segment<'a>(text: &'a str, names: &mut Names) -> Option<(Segment, &'a str)> {
    if let Some(inside) = text.strip_prefix('[') {
        let (key, rest) = inside.split_once(']')?;
        let segment = match key.strip_prefix('$') {
            Some(argument) if position(argument).is_some() => {
                Segment::KeyOfArgument(position(argument)?)
            }
            None if key == "*" => Segment::AnyItem,
            Some(_) | None => match index(key) {
                Some(index) => Segment::Index(index),
                None => Segment::Key(is_key(key).then(|| names.intern(key))?),
            },
        };
        return Some((segment, rest));
    }
    let (name, rest) = next_name(text)?;
    if name != "call" {
        let segment = is_identifier(name).then(|| Segment::Attribute(names.intern(name)))?;
        return Some((segment, rest));
    }
    let parameter = next_name(rest).and_then(|(next, rest)| Some((position(next)?, rest)));
    Some(match parameter {
        Some((parameter, rest)) => (Segment::CallParameter(parameter), rest),
        None => (Segment::Call, rest),
    })
}

/// `.name` and what follows it.
fn next_name(text: &str) -> Option<(&str, &str)> {
    let text = text.strip_prefix('.')?;
    Some(text.split_at(text.find(['.', '[']).unwrap_or(text.len())))
}

fn check(place: &Place, text: &str, role: Role) -> Result<(), String> {
    let says_parameter = place
        .tail
        .iter()
        .any(|segment| matches!(segment, Segment::CallParameter(_)));
    match role {
        Role::From if place.base == Base::Return => Err(format!(
            "`{text}`: the result does not exist yet; name an argument"
        )),
        Role::From if says_parameter => Err(format!(
            "`{text}` is a parameter of an argument: it can be written to, not read"
        )),
        Role::To if matches!(place.base, Base::All | Base::Spread) => Err(format!(
            "`{text}`: write to one place, an argument, \"self\" or \"return\""
        )),
        Role::To if place.tail.contains(&Segment::Call) => Err(format!(
            "`{text}`: the result of a call cannot be written to; name a parameter, \".call.0\""
        )),
        Role::From | Role::To => Ok(()),
    }
}

fn literal(text: &str) -> Literal {
    match text {
        "true" => Literal::True,
        "false" => Literal::False,
        "none" => Literal::None,
        _ => Literal::Text(Arc::from(text)),
    }
}

fn position(text: &str) -> Option<u16> {
    let digits = text.bytes().all(|byte| byte.is_ascii_digit());
    digits.then(|| text.parse().ok()).flatten()
}

/// A constant key is no number and holds nothing that has a meaning in a place.
fn is_key(text: &str) -> bool {
    let name = text.strip_prefix('$').unwrap_or(text);
    let starts = name.chars().next().is_some_and(char::is_alphabetic);
    starts && !name.contains(['[', '$', '*'])
}

fn index(text: &str) -> Option<i64> {
    (!text.starts_with('+'))
        .then(|| text.parse().ok())
        .flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place(text: &str, role: Role) -> Result<(Base, Vec<Segment>), String> {
        let mut names = names();
        parse_place(text, role, &mut names).map(|place| (place.base, place.tail.to_vec()))
    }

    /// `name` is the first symbol, `key` the second.
    fn names() -> Names {
        let mut names = Names::default();
        names.intern("name");
        names.intern("key");
        names
    }

    fn symbol(text: &str) -> hognose_python::ir::Symbol {
        names().get(text).expect("one of the two names")
    }

    #[test]
    fn bases() {
        for (text, base) in [
            ("0", Base::Position(0)),
            ("12", Base::Position(12)),
            ("name", Base::Keyword(symbol("name"))),
            ("self", Base::Receiver),
            ("*", Base::All),
        ] {
            assert_eq!(place(text, Role::From), Ok((base, vec![])));
        }
        assert_eq!(place("return", Role::To), Ok((Base::Return, vec![])));
    }

    #[test]
    fn tails() {
        assert_eq!(
            place("self[$0].name", Role::From),
            Ok((
                Base::Receiver,
                vec![
                    Segment::KeyOfArgument(0),
                    Segment::Attribute(symbol("name"))
                ]
            ))
        );
        assert_eq!(
            place("return[*][-1]", Role::To),
            Ok((Base::Return, vec![Segment::AnyItem, Segment::Index(-1)]))
        );
        assert_eq!(
            place("0.call", Role::From),
            Ok((Base::Position(0), vec![Segment::Call]))
        );
        assert_eq!(
            place("key.call.1[0]", Role::To),
            Ok((
                Base::Keyword(symbol("key")),
                vec![Segment::CallParameter(1), Segment::Index(0)]
            ))
        );
    }

    #[test]
    fn what_is_no_place() {
        for text in [
            "", "-1", "0x", "a b", "0[", "0[]", "0[%]", "0[$]", "0[+1]", "0.", "0..a", "0[*]a",
            "99999",
        ] {
            assert!(place(text, Role::From).is_err(), "{text:?}");
        }
    }

    #[test]
    fn places_that_do_not_fit_their_role() {
        assert!(place("return", Role::From).is_err());
        assert!(place("0.call.1", Role::From).is_err());
        assert!(place("*", Role::To).is_err());
        assert!(place("0.call", Role::To).is_err());
    }

    #[test]
    fn conditions() {
        let mut names = names();
        let plain = |base| Place {
            base,
            tail: smallvec::SmallVec::new(),
        };
        let name = plain(Base::Keyword(symbol("name")));
        for (text, argument, test) in [
            ("name", name.clone(), Test::Given),
            ("!name", name.clone(), Test::NotGiven),
            ("name=true", name.clone(), Test::Is(Literal::True)),
            ("name!=none", name.clone(), Test::IsNot(Literal::None)),
            ("name~=HTML", name.clone(), Test::Contains("html".into())),
            ("name!~=a", name, Test::Lacks("a".into())),
            (
                "0=a=b",
                plain(Base::Position(0)),
                Test::Is(Literal::Text("a=b".into())),
            ),
        ] {
            assert_eq!(
                parse_condition(text, &mut names),
                Ok(Condition { argument, test }),
                "{text}"
            );
        }
        let inside = parse_condition("self[name].key=false", &mut names);
        let inside = inside.expect("a part of the receiver is a condition's place");
        assert_eq!(inside.argument.base, Base::Receiver);
        assert_eq!(
            inside.argument.tail.to_vec(),
            [
                Segment::Key(symbol("name")),
                Segment::Attribute(symbol("key"))
            ]
        );
        for text in [
            "",
            "!",
            "=true",
            "self=true",
            "!*",
            "a b=true",
            "!name=true",
        ] {
            assert!(parse_condition(text, &mut names).is_err(), "{text:?}");
        }
    }
}
