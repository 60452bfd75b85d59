//! Full matches of regular expressions, judged by the characters they admit.
//!
//! ```python
//! if re.fullmatch(r"[a-z0-9_]+", name): …     # word
//! if re.match(r"^\d{4}-\d\d$", day): …        # no quote, no separator: inert for SQL and shells
//! NAME = re.compile("^[\\w.-]+$"); if NAME.match(x): …
//! ```

use hognose_python::ir::{Argument, Op, ValueId};
use regex_syntax::hir::{Class, Hir, HirKind, Look};

use super::Frame;
use crate::fact::Fact;
use crate::models::rows::{Labels, NodeId};
use crate::summary::CallArgument;
use crate::value::{Key, Value};

impl Frame<'_> {
    /// What a truthy result of a match says of the matched text.
    pub(super) fn pattern_test(
        &self,
        callee: ValueId,
        arguments: &[Argument],
    ) -> Option<super::guard::Tested> {
        let (function, is_method) = self.match_function(callee)?;
        let (pattern, subject) = if is_method {
            let Op::Attribute { object, .. } = self.op(callee) else {
                return None;
            };
            let names = &self.world.program.names;
            let key = Key::Attribute(names.get("pattern")?);
            (self.value(*object).step(key), arguments.first()?.value)
        } else {
            (
                self.value(arguments.first()?.value).clone(),
                arguments.get(1)?.value,
            )
        };
        let pattern = pattern.string()?;
        let plain = arguments.len() == if is_method { 1 } else { 2 };
        if !plain && function != Anchoring::Both {
            // Flags may let the anchors match at lines, positions let the match begin later.
            return None;
        }
        let labels = labels_of_pattern(pattern, function);
        (!labels.is_empty()).then(|| super::guard::Tested::labels(subject, labels))
    }

    /// What is left of a text after `re.sub(r"[^a-z]", "", text)`.
    pub(super) fn substitution_labels(
        &self,
        node: NodeId,
        receiver: Option<&Value>,
        arguments: &[CallArgument],
    ) -> Labels {
        let models = self.world.models;
        if models.names.text(models.name(node)) != "sub" {
            return Labels::NONE;
        }
        let names = &self.world.program.names;
        let (pattern, replacement) = match (receiver, arguments) {
            (None, [pattern, replacement, _]) => (pattern.value.clone(), replacement),
            (Some(receiver), [replacement, _]) => {
                let Some(name) = names.get("pattern") else {
                    return Labels::NONE;
                };
                (receiver.step(Key::Attribute(name)), replacement)
            }
            _ => return Labels::NONE,
        };
        match (pattern.string(), replacement.value.string()) {
            (Some(pattern), Some(replacement)) => labels_of_rest(pattern, replacement),
            _ => Labels::NONE,
        }
    }

    /// `re.match`, `re.fullmatch`, `re.search` or a method of a compiled pattern.
    fn match_function(&self, callee: ValueId) -> Option<(Anchoring, bool)> {
        let models = self.world.models;
        for fact in self.value(callee).facts() {
            let (node, is_method) = match fact {
                Fact::External(node) => (*node, false),
                Fact::Bound(bound) => match bound.callable {
                    Fact::External(node) => (node, true),
                    _ => continue,
                },
                _ => continue,
            };
            let returns_match = models
                .node(node)
                .returns
                .is_some_and(|(class, _)| models.names.text(models.name(class)) == "Match");
            let anchoring = match models.names.text(models.name(node)) {
                "fullmatch" => Anchoring::Both,
                "match" => Anchoring::Start,
                "search" => Anchoring::Neither,
                _ => continue,
            };
            if returns_match {
                return Some((anchoring, is_method));
            }
        }
        None
    }
}

/// Where a function ties the pattern to the text by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Anchoring {
    Both,
    Start,
    Neither,
}

/// The labels of every text that the pattern matches as a whole.
fn labels_of_pattern(pattern: &str, function: Anchoring) -> Labels {
    let python = pattern.replace("\\Z", "\\z");
    let parsed = regex_syntax::ParserBuilder::new()
        .utf8(false)
        .build()
        .parse(&python);
    let Ok(hir) = parsed else {
        return Labels::NONE;
    };
    let (start, end) = anchors(&hir);
    let anchored = match function {
        Anchoring::Both => true,
        Anchoring::Start => end,
        Anchoring::Neither => start && end,
    };
    if !anchored {
        return Labels::NONE;
    }
    let mut admitted = Admitted {
        ascii: [false; 128],
        other: false,
    };
    admitted.add(&hir);
    admitted.labels(begins_with_dash(&hir))
}

/// The labels of a text of which every character of a class was replaced.
fn labels_of_rest(pattern: &str, replacement: &str) -> Labels {
    let parsed = regex_syntax::ParserBuilder::new()
        .utf8(false)
        .build()
        .parse(pattern);
    let Ok(hir) = parsed else {
        return Labels::NONE;
    };
    let class = match hir.kind() {
        HirKind::Class(Class::Unicode(class)) => class.clone(),
        HirKind::Repetition(repetition) if repetition.min <= 1 => match repetition.sub.kind() {
            HirKind::Class(Class::Unicode(class)) => class.clone(),
            _ => return Labels::NONE,
        },
        _ => return Labels::NONE,
    };
    let mut rest = class;
    rest.negate();
    let mut admitted = Admitted {
        ascii: [false; 128],
        other: false,
    };
    for range in rest.ranges() {
        admitted.range(range.start() as u32, range.end() as u32);
    }
    replacement.bytes().for_each(|byte| admitted.byte(byte));
    let dash = if admitted.any_of("-") {
        Dash::Possible
    } else {
        Dash::Impossible
    };
    admitted.labels(dash)
}

/// The labels of a text whose characters all are among `characters`.
pub(super) fn labels_of_characters(characters: &str) -> Labels {
    let mut admitted = Admitted {
        ascii: [false; 128],
        other: false,
    };
    characters.bytes().for_each(|byte| admitted.byte(byte));
    let dash = if admitted.any_of("-") {
        Dash::Possible
    } else {
        Dash::Impossible
    };
    admitted.labels(dash)
}

/// Whether the whole pattern begins and ends at the text's ends.
fn anchors(hir: &Hir) -> (bool, bool) {
    match hir.kind() {
        HirKind::Look(look) => {
            let start = matches!(look, Look::Start);
            let end = matches!(look, Look::End | Look::EndLF);
            (start, end)
        }
        HirKind::Capture(capture) => anchors(&capture.sub),
        HirKind::Concat(parts) => {
            let first = parts.first().is_some_and(|part| anchors(part).0);
            let last = parts.last().is_some_and(|part| anchors(part).1);
            (first, last)
        }
        HirKind::Alternation(parts) => parts
            .iter()
            .map(anchors)
            .fold((true, true), |(start, end), (a, b)| (start && a, end && b)),
        HirKind::Empty | HirKind::Literal(_) | HirKind::Class(_) | HirKind::Repetition(_) => {
            (false, false)
        }
    }
}

fn begins_with_dash(hir: &Hir) -> Dash {
    match hir.kind() {
        HirKind::Look(_) | HirKind::Empty => Dash::Undecided,
        HirKind::Literal(literal) => match literal.0.first() {
            Some(b'-') => Dash::Possible,
            Some(_) => Dash::Impossible,
            None => Dash::Undecided,
        },
        HirKind::Class(class) => {
            if class_has(class, '-') {
                Dash::Possible
            } else {
                Dash::Impossible
            }
        }
        HirKind::Repetition(repetition) => match begins_with_dash(&repetition.sub) {
            Dash::Impossible if repetition.min == 0 => Dash::Undecided,
            dash => dash,
        },
        HirKind::Capture(capture) => begins_with_dash(&capture.sub),
        HirKind::Concat(parts) => {
            for part in parts {
                match begins_with_dash(part) {
                    Dash::Undecided => {}
                    dash => return dash,
                }
            }
            Dash::Undecided
        }
        HirKind::Alternation(parts) => {
            parts
                .iter()
                .map(begins_with_dash)
                .fold(Dash::Impossible, |known, dash| match (known, dash) {
                    (Dash::Possible, _) | (_, Dash::Possible) => Dash::Possible,
                    (Dash::Undecided, _) | (_, Dash::Undecided) => Dash::Undecided,
                    (Dash::Impossible, Dash::Impossible) => Dash::Impossible,
                })
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Dash {
    Possible,
    Impossible,
    /// Nothing is matched yet.
    Undecided,
}

fn class_has(class: &Class, wanted: char) -> bool {
    match class {
        Class::Unicode(class) => class
            .ranges()
            .iter()
            .any(|range| range.start() <= wanted && wanted <= range.end()),
        Class::Bytes(class) => class.ranges().iter().any(|range| {
            u32::from(range.start()) <= wanted as u32 && wanted as u32 <= u32::from(range.end())
        }),
    }
}

/// Which of the characters that matter a pattern admits anywhere.
#[derive(Debug)]
struct Admitted {
    /// One flag for each byte below 128.
    ascii: [bool; 128],
    other: bool,
}

impl Admitted {
    fn add(&mut self, hir: &Hir) {
        match hir.kind() {
            HirKind::Empty | HirKind::Look(_) => {}
            HirKind::Literal(literal) => {
                for byte in &literal.0 {
                    self.byte(*byte);
                }
            }
            HirKind::Class(Class::Unicode(class)) => {
                for range in class.ranges() {
                    self.range(range.start() as u32, range.end() as u32);
                }
            }
            HirKind::Class(Class::Bytes(class)) => {
                for range in class.ranges() {
                    self.range(u32::from(range.start()), u32::from(range.end()));
                }
            }
            HirKind::Repetition(repetition) => self.add(&repetition.sub),
            HirKind::Capture(capture) => self.add(&capture.sub),
            HirKind::Concat(parts) | HirKind::Alternation(parts) => {
                for part in parts {
                    self.add(part);
                }
            }
        }
    }

    fn byte(&mut self, byte: u8) {
        match self.ascii.get_mut(usize::from(byte)) {
            Some(flag) => *flag = true,
            None => self.other = true,
        }
    }

    fn range(&mut self, start: u32, end: u32) {
        self.other |= end >= 128;
        for code in start..=end.min(127) {
            self.ascii[code as usize] = true;
        }
    }

    fn any_of(&self, characters: &str) -> bool {
        characters.bytes().any(|byte| self.ascii[usize::from(byte)])
    }

    fn only(&self, admitted: impl Fn(char) -> bool) -> bool {
        (0..128_u8).all(|byte| !self.ascii[usize::from(byte)] || admitted(char::from(byte)))
    }

    fn labels(&self, dash: Dash) -> Labels {
        let mut labels = Labels::NONE;
        let word = |character: char| character.is_ascii_alphanumeric() || character == '_';
        if self.only(|character| character.is_ascii_digit()) {
            labels = labels.with(Labels::NUMBER);
        }
        if self.only(word) {
            labels = labels.with(Labels::WORD);
        }
        if !self.any_of("'\"`\\;()=<>*/,#|&!~^") && !self.any_of(" \t\n\r") {
            // Hyphens, dots, colons: a date, a version, a slug. Two hyphens need a space or the
            // end of a line to be of use, and cannot close a quote.
            labels = labels.with(Labels::SQL_INERT);
        }
        if self.only(|character| word(character) || "-.,:/@%+=".contains(character)) && !self.other
        {
            labels = labels.with(Labels::SHELL_INERT);
        }
        if !self.any_of("/\\") {
            labels = labels.with(Labels::NO_SEPARATOR);
        }
        if !self.any_of(".") {
            labels = labels.with(Labels::NO_TRAVERSAL);
        }
        if !self.any_of("\n\r") {
            labels = labels.with(Labels::NO_NEWLINE);
        }
        if dash == Dash::Impossible {
            labels = labels.with(Labels::NO_LEADING_DASH);
        }
        labels
    }
}

#[cfg(test)]
mod tests {
    use super::{Anchoring, labels_of_pattern};
    use crate::models::rows::Labels;

    fn full(pattern: &str) -> Labels {
        labels_of_pattern(pattern, Anchoring::Both)
    }

    #[test]
    fn words_and_numbers() {
        assert!(full("[a-z_]+").has_any(Labels::WORD));
        assert!(full("[0-9]{4}").has_any(Labels::NUMBER));
        assert!(!full("[a-z ]+").has_any(Labels::WORD));
    }

    #[test]
    fn quotes_are_not_inert() {
        assert!(!full("[a-z']+").has_any(Labels::SQL_INERT));
        assert!(full("[a-z-]+").has_any(Labels::SQL_INERT));
    }

    #[test]
    fn a_dot_admits_everything() {
        assert_eq!(full(".+"), Labels::NONE);
    }

    #[test]
    fn without_an_end_nothing_is_known() {
        assert_eq!(labels_of_pattern("^[a-z]+", Anchoring::Start), Labels::NONE);
        assert!(labels_of_pattern("[a-z]+$", Anchoring::Start).has_any(Labels::WORD));
        assert_eq!(
            labels_of_pattern("[a-z]+$", Anchoring::Neither),
            Labels::NONE
        );
    }

    #[test]
    fn slashes_and_dashes() {
        assert!(!full("[a-z/]+").has_any(Labels::NO_SEPARATOR));
        assert!(full("[a-z.]+").has_any(Labels::NO_SEPARATOR));
        assert!(full("[a-z][a-z-]*").has_any(Labels::NO_LEADING_DASH));
        assert!(!full("[a-z-]+").has_any(Labels::NO_LEADING_DASH));
    }
}
