//! Asking the conditions of a `[[misuses]]` row of the values that are given.
//!
//! ```python
//! hashlib.new(ALGORITHM)              # a constant of another module: yes
//! hashlib.new(name)                   # a parameter: the caller is asked
//! hashlib.new("md5" if old else x)    # one of several: yes, less sure
//! ```
//! A value that is not known answers no, except to "is not".

use std::sync::Arc;

use smallvec::SmallVec;

use crate::fact::Fact;
use crate::hierarchy::Hierarchy;
use crate::models::Models;
use crate::models::misuse::{Clause, MisuseId, Question, Trial, Wanted, loose};
use crate::models::rows::{Labels, NodeId, Place, RowConfidence, Segment, SourceKind};
use crate::value::{Alternative, Atom, Key, Origin, Relation, Site, Text, Value};

/// Something that is wrong by its own arguments.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Misuse {
    /// The call, the store, or what is bound.
    pub site: Site,
    pub misuse: MisuseId,
    pub confidence: RowConfidence,
    /// The constant that decides, where it is a text.
    pub constant: Option<Site>,
}

/// A misuse if what the caller passes makes it one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pending {
    pub site: Site,
    pub misuse: MisuseId,
    pub confidence: RowConfidence,
    /// For each trial of the row, in order.
    pub slots: Vec<Slot>,
    /// Calls between the site and the function of this summary.
    pub depth: u8,
}

/// A value that is used where its kind or its name matters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Use {
    /// The store, the call, the comparison; for a name the value that is bound.
    pub site: Site,
    pub kind: SourceKind,
    pub source: Site,
    pub role: UseRole,
    /// The name in that role; empty where there is none.
    pub name: Arc<str>,
    pub confidence: RowConfidence,
    /// Whether it is what the source gave, and not something made of it.
    pub itself: bool,
}

/// How a value is used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum UseRole {
    /// `name = value`
    Variable,
    /// `x.name = value`
    Attribute,
    /// `x["name"] = value`, `{"name": value}`
    Key,
    /// `name[…] = value`
    Container,
    /// `f(name=value)`
    Keyword,
    /// `return value` in the function of that name.
    Returned,
    /// `value == x`
    Compared,
}

/// What is given at a place of a call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Slot {
    Absent,
    /// Within `*values` or `**mapping`, if it is.
    Perhaps(Value),
    Given(Value),
}

/// What a question comes to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Answer {
    Yes(RowConfidence, Option<Site>),
    No,
    /// The caller knows.
    Ask,
}

/// What is looked up while asking.
#[derive(Clone, Copy)]
pub struct Knowledge<'a> {
    pub models: &'a Models,
    pub hierarchy: &'a Hierarchy,
}

/// Whether all clauses hold. The slots are those of the trials, in order.
pub fn ask(knowledge: Knowledge<'_>, when: &[Clause], slots: &[Slot]) -> Answer {
    let mut slots = slots.iter();
    let mut all = Answer::Yes(RowConfidence::High, None);
    for clause in when {
        let mut any = Answer::No;
        for trial in clause {
            let slot = slots.next().unwrap_or(&Slot::Absent);
            any = any.or(try_one(knowledge, trial, slot));
        }
        all = all.and(any);
    }
    all
}

impl Answer {
    fn or(self, other: Self) -> Self {
        match (self, other) {
            (Self::Yes(a, site), Self::Yes(b, other)) => Self::Yes(a.min(b), site.or(other)),
            (Self::Yes(sure, site), _) | (_, Self::Yes(sure, site)) => Self::Yes(sure, site),
            (Self::Ask, _) | (_, Self::Ask) => Self::Ask,
            (Self::No, Self::No) => Self::No,
        }
    }

    fn and(self, other: Self) -> Self {
        match (self, other) {
            (Self::No, _) | (_, Self::No) => Self::No,
            (Self::Ask, _) | (_, Self::Ask) => Self::Ask,
            (Self::Yes(a, site), Self::Yes(b, other)) => Self::Yes(a.max(b), site.or(other)),
        }
    }
}

const YES: Answer = Answer::Yes(RowConfidence::High, None);

fn try_one(knowledge: Knowledge<'_>, trial: &Trial, slot: &Slot) -> Answer {
    let (value, is_sure) = match slot {
        Slot::Absent => {
            return match trial.question {
                Question::NotGiven | Question::IsNot(_) => YES,
                Question::Given
                | Question::Is(_)
                | Question::Like(_)
                | Question::Below(_)
                | Question::Above(_)
                | Question::Bits(_)
                | Question::Lacks(_)
                | Question::Constant
                | Question::Variable
                | Question::Empty
                | Question::From(_) => Answer::No,
            };
        }
        Slot::Perhaps(value) => (value, false),
        Slot::Given(value) => (value, true),
    };
    // Which of several places it was does not matter any more: their tails are the same.
    let tail = trial.places.first().map_or(&[][..], |place| &place.tail);
    let reached = reach(value, tail);
    match (&trial.question, reached) {
        (Question::Given, Reached::Absent) | (Question::NotGiven, Reached::Values(_)) => Answer::No,
        (Question::Given, Reached::Values(_)) | (Question::NotGiven, Reached::Absent) => {
            if is_sure { YES } else { Answer::No }
        }
        (Question::IsNot(_), Reached::Absent) => YES,
        (_, Reached::Absent) => Answer::No,
        (question, Reached::Values(values)) => {
            let answers = values
                .iter()
                .map(|value| of_value(knowledge, question, value));
            answers.fold(Answer::No, Answer::or)
        }
    }
}

enum Reached {
    Absent,
    Values(SmallVec<[Value; 1]>),
}

/// The values at the end of a tail; several behind `[*]`.
fn reach(value: &Value, tail: &[Segment]) -> Reached {
    let mut values: SmallVec<[Value; 1]> = SmallVec::new();
    values.push(value.clone());
    for segment in tail {
        let mut next: SmallVec<[Value; 1]> = SmallVec::new();
        for value in &values {
            match segment {
                Segment::AnyItem => {
                    let items = value.children().iter();
                    let items = items.filter(|(key, _)| !matches!(key, Key::Attribute(_)));
                    next.extend(items.map(|(_, item)| item.clone()));
                    if value.children().is_empty() && value.is_symbolic() {
                        next.push(value.step(Key::Any));
                    }
                }
                Segment::Index(index) => {
                    if let Ok(index) = i32::try_from(*index) {
                        next.push(value.step(Key::Index(index)));
                    }
                }
                Segment::Key(name) => {
                    let is_complete = !value.children().is_empty()
                        && !value.is_marked()
                        && value.child(Key::Any).is_none();
                    if value.child(Key::Text(*name)).is_some() || !is_complete {
                        next.push(value.step(Key::Text(*name)));
                    }
                }
                Segment::Attribute(name) => next.push(value.step(Key::Attribute(*name))),
                Segment::KeyOfArgument(_) | Segment::Call | Segment::CallParameter(_) => {}
            }
        }
        values = next;
    }
    if values.is_empty() {
        Reached::Absent
    } else {
        Reached::Values(values)
    }
}

fn of_value(knowledge: Knowledge<'_>, question: &Question, value: &Value) -> Answer {
    match question {
        // Whether something is there at all was decided before.
        Question::Given => YES,
        Question::NotGiven => Answer::No,
        Question::Is(wanted) => one_of(knowledge, value, wanted),
        Question::IsNot(wanted) => match one_of(knowledge, value, wanted) {
            Answer::Yes(RowConfidence::High, _) => Answer::No,
            Answer::Yes(..) => Answer::Yes(RowConfidence::Medium, None),
            Answer::No => YES,
            Answer::Ask => Answer::Ask,
        },
        Question::Like(patterns) => alternatives(value, |atom| match atom {
            Atom::Str(text) => patterns
                .iter()
                .any(|pattern| is_like(pattern, &loose(text))),
            Atom::None | Atom::Bool(_) | Atom::Int(_) | Atom::Number | Atom::Bytes(_) => false,
        }),
        Question::Below(limit) => alternatives(
            value,
            |atom| matches!(atom, Atom::Int(number) if number < limit),
        ),
        Question::Above(limit) => alternatives(
            value,
            |atom| matches!(atom, Atom::Int(number) if number > limit),
        ),
        Question::Bits(bits) => alternatives(
            value,
            |atom| matches!(atom, Atom::Int(number) if number & bits != 0),
        ),
        Question::Lacks(patterns) => lacks(value, patterns),
        Question::Constant => constant(value),
        Question::Variable => match constant(value) {
            Answer::Yes(..) => Answer::No,
            Answer::No | Answer::Ask => YES,
        },
        Question::Empty => empty(value),
        Question::From(kind) => from(value, *kind),
    }
}

/// Whether awaiting a caller can still make a constant of it.
fn awaits(value: &Value) -> bool {
    value
        .marks()
        .iter()
        .any(|mark| mark.relation == Relation::Same && !mark.origin.is_source())
}

/// Whether one of the constants that the value may be answers `test`.
fn alternatives(value: &Value, test: impl Fn(&Atom) -> bool) -> Answer {
    let mut yes = 0;
    let mut site = None;
    let all = value.text().alternatives();
    for alternative in all {
        if let Alternative::Constant(atom, at) = alternative
            && test(atom)
        {
            yes += 1;
            site = site.or(*at);
        }
    }
    let waits = awaits(value);
    match yes {
        0 if waits => Answer::Ask,
        0 => Answer::No,
        _ if yes == all.len() && !waits => Answer::Yes(RowConfidence::High, site),
        _ => Answer::Yes(RowConfidence::Medium, site),
    }
}

fn one_of(knowledge: Knowledge<'_>, value: &Value, wanted: &[Wanted]) -> Answer {
    let facts = value.facts();
    let things = facts
        .iter()
        .filter(|fact| {
            wanted.iter().any(|wanted| match wanted {
                Wanted::Thing(node) => is_thing(knowledge, fact, *node),
                Wanted::True | Wanted::False | Wanted::None | Wanted::Int(_) | Wanted::Text(_) => {
                    false
                }
            })
        })
        .count();
    if things > 0 {
        let sure = if things == facts.len() {
            RowConfidence::High
        } else {
            RowConfidence::Medium
        };
        return Answer::Yes(sure, None);
    }
    alternatives(value, |atom| {
        wanted.iter().any(|wanted| equals(atom, wanted))
    })
}

fn is_thing(knowledge: Knowledge<'_>, fact: &Fact, node: NodeId) -> bool {
    let models = knowledge.models;
    match fact {
        Fact::External(known) => *known == node || models.linearization(*known).contains(&node),
        Fact::ExternalInstance(class) => models.linearization(*class).contains(&node),
        Fact::Class(class) | Fact::Instance(class) => knowledge
            .hierarchy
            .libraries(*class)
            .any(|known| known == node),
        Fact::Bound(bound) => matches!(bound.callable, Fact::External(known) if known == node),
        Fact::Module(_)
        | Fact::Namespace(_)
        | Fact::Function(..)
        | Fact::Super(_)
        | Fact::Partial(_) => false,
    }
}

fn equals(atom: &Atom, wanted: &Wanted) -> bool {
    match (atom, wanted) {
        (Atom::Bool(value), Wanted::True) => *value,
        (Atom::Bool(value), Wanted::False) => !*value,
        (Atom::Int(value), Wanted::True) => *value == 1,
        (Atom::Int(value), Wanted::False) => *value == 0,
        (Atom::None, Wanted::None) => true,
        (Atom::Int(value), Wanted::Int(number)) => value == number,
        (Atom::Str(text), Wanted::Text(known)) => text == known,
        (Atom::Bytes(bytes), Wanted::Text(known)) => **bytes == *known.as_bytes(),
        _ => false,
    }
}

fn constant(value: &Value) -> Answer {
    if awaits(value) {
        return Answer::Ask;
    }
    let is_text = |atom: &Atom| matches!(atom, Atom::Str(_) | Atom::Bytes(_));
    let is_constant = match value.text() {
        Text::Literal => true,
        text => {
            text.is_constant()
                && text
                    .alternatives()
                    .iter()
                    .filter_map(Alternative::atom)
                    .all(is_text)
        }
    };
    if is_constant && value.marks().is_empty() {
        let site = value.text().alternatives().iter().find_map(|it| match it {
            Alternative::Constant(_, site) => *site,
            Alternative::Template(_) => None,
        });
        Answer::Yes(RowConfidence::High, site)
    } else {
        Answer::No
    }
}

/// Nothing in it, as far as a literal says so.
fn empty(value: &Value) -> Answer {
    let is_text = alternatives(value, |atom| match atom {
        Atom::Str(text) => text.is_empty(),
        Atom::Bytes(bytes) => bytes.is_empty(),
        Atom::None => true,
        Atom::Bool(_) | Atom::Int(_) | Atom::Number => false,
    });
    let is_list = *value.text() == Text::Nothing
        && value.children().is_empty()
        && !value.facts().is_empty()
        && value.marks().is_empty();
    if is_list { YES } else { is_text }
}

/// A list that is known in full, and holds nothing like that.
fn lacks(value: &Value, patterns: &[Arc<str>]) -> Answer {
    let items = value.children();
    let is_known = |item: &Value| item.string().is_some();
    if items.is_empty() || items.iter().any(|(_, item)| !is_known(item)) {
        return Answer::No;
    }
    let has = items
        .iter()
        .filter_map(|(_, item)| item.string())
        .any(|text| {
            let text = loose(text);
            patterns.iter().any(|pattern| is_like(pattern, &text))
        });
    if has { Answer::No } else { YES }
}

fn from(value: &Value, kind: SourceKind) -> Answer {
    let marks = value.collapse(Labels::ALL);
    let found = marks.iter().find_map(|mark| match mark.origin {
        Origin::Source(known, site) if known == kind => Some((mark.confidence, site)),
        _ => None,
    });
    match found {
        Some((confidence, site)) => Answer::Yes(confidence, Some(site)),
        None if value.is_symbolic() => Answer::Ask,
        None => Answer::No,
    }
}

/// Whether a text is like a pattern; both without case and separators.
fn is_like(pattern: &str, text: &str) -> bool {
    match (pattern.strip_prefix('*'), pattern.strip_suffix('*')) {
        (Some(_), Some(_)) => text.contains(pattern.trim_matches('*')),
        (Some(end), None) => text.ends_with(end),
        (None, Some(start)) => text.starts_with(start),
        (None, None) => text == pattern,
    }
}

/// The places of all trials, in the order of their slots.
pub fn places(when: &[Clause]) -> impl Iterator<Item = &[Place]> {
    when.iter()
        .flat_map(|clause| clause.iter())
        .map(|trial| trial.places.as_slice())
}
