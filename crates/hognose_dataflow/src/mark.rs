//! Marks: one taint fact each, where it begins and what is known of the value that carries it.
//!
//! ```python
//! x = request.args["x"]       # Source(remote, this instruction)
//! def f(a): g(a.b["k"])       # Param(0) at the path .b["k"]
//! if x.isalnum(): …           # the same mark with the label word
//! ```
//! What a mark says of a whole value, with texts and children, is in `value`.

use std::cmp::Ordering;

use hognose_python::ir::{Symbol, ValueId};
use smallvec::SmallVec;

use crate::limits::{MARKS_MAX, PATH_STEPS_MAX, SYMBOLIC_MARKS_MAX};
use crate::models::rows::{Labels, RowConfidence, SourceKind};
use crate::program::FuncId;

/// An instruction of the program.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Site {
    pub function: FuncId,
    pub value: ValueId,
}

/// One step into a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Key {
    Attribute(Symbol),
    /// A constant text key.
    Text(Symbol),
    Index(i32),
    /// Any item.
    Any,
}

/// An access path; at most [`PATH_STEPS_MAX`] steps.
///
/// Each step is packed into one word, two bits of which say what it is, so that comparing two
/// paths, which the solver does more often than anything else, compares four words.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Path([u32; PATH_STEPS_MAX]);

/// Bits of a packed step beside those that say what it is.
const PACKED_BITS: u32 = 30;
/// Half the range of a packed index.
const PACKED_INDEX_MAX: i32 = 1 << (PACKED_BITS - 2);

/// A step as one word, never zero. A number that does not fit becomes "any item".
fn pack(key: Key) -> u32 {
    let tagged = |tag: u32, payload: u32| (tag << PACKED_BITS) | payload;
    let any = tagged(0, 1);
    match key {
        Key::Attribute(name) if name.0 < (1 << PACKED_BITS) => tagged(1, name.0),
        Key::Text(name) if name.0 < (1 << PACKED_BITS) => tagged(2, name.0),
        Key::Index(index) if index.abs() < PACKED_INDEX_MAX => {
            tagged(3, index.wrapping_add(PACKED_INDEX_MAX).unsigned_abs())
        }
        Key::Attribute(_) | Key::Text(_) | Key::Index(_) | Key::Any => any,
    }
}

fn unpack(word: u32) -> Key {
    let payload = word & ((1 << PACKED_BITS) - 1);
    match word >> PACKED_BITS {
        1 => Key::Attribute(Symbol(payload)),
        2 => Key::Text(Symbol(payload)),
        3 => Key::Index(payload.cast_signed() - PACKED_INDEX_MAX),
        _ => Key::Any,
    }
}

impl Path {
    pub const EMPTY: Self = Self([0; PATH_STEPS_MAX]);

    pub fn is_empty(self) -> bool {
        self == Self::EMPTY
    }

    pub fn keys(self) -> impl Iterator<Item = Key> {
        self.0.into_iter().take_while(|word| *word != 0).map(unpack)
    }

    /// The path with one more step, unless it is full.
    pub fn step(self, key: Key) -> Option<Self> {
        let mut path = self;
        let free = path.0.iter_mut().find(|word| **word == 0)?;
        *free = pack(key);
        Some(path)
    }
}

/// Where a mark begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Origin {
    /// Attacker-controlled data enters at this instruction.
    Source(SourceKind, Site),
    /// Whatever the caller passes as this parameter, at this path.
    Param(u16, Path),
    /// Whatever the captured variable holds.
    Captured(u16, Path),
    /// What the n-th deferred call returns.
    Deferred(u16, Path),
}

impl Origin {
    pub fn is_source(self) -> bool {
        matches!(self, Self::Source(..))
    }

    /// Whether it is a source of data that somebody else may decide.
    pub fn is_untrusted(self) -> bool {
        matches!(self, Self::Source(kind, _) if kind.is_untrusted())
    }

    /// Whether the data is somebody else's: not that of who runs the program, who may say where
    /// its directories are and what it allows.
    pub fn is_outside(self) -> bool {
        match self {
            Self::Source(kind, _) => match kind {
                SourceKind::Remote
                | SourceKind::Stdin
                | SourceKind::File
                | SourceKind::Database
                | SourceKind::Message
                | SourceKind::Response
                | SourceKind::Possible => true,
                SourceKind::Argv
                | SourceKind::Environment
                | SourceKind::WeakRandom
                | SourceKind::Mac => false,
            },
            Self::Param(..) | Self::Captured(..) | Self::Deferred(..) => false,
        }
    }
}

/// Whether a marked value is the thing itself or something made of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Relation {
    Same,
    Derived,
}

/// One taint fact.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Mark {
    pub origin: Origin,
    pub relation: Relation,
    pub labels: Labels,
    /// Which of the labels that the origin has on arrival still hold here.
    pub keep: Labels,
    pub confidence: RowConfidence,
    /// The first key under which the data stood in its source, where it is one.
    pub field: Option<Symbol>,
}

impl Mark {
    /// Of two marks of one origin: what holds of both, and the surer one's confidence.
    fn or(self, other: Self) -> Self {
        Self {
            labels: self.labels.common(other.labels),
            keep: self.keep.common(other.keep),
            confidence: self.confidence.min(other.confidence),
            field: self.field.filter(|field| other.field == Some(*field)),
            ..self
        }
    }

    /// What a list of marks is ordered by.
    fn place(&self) -> (Origin, Relation) {
        (self.origin, self.relation)
    }

    pub fn source(kind: SourceKind, site: Site, labels: Labels) -> Self {
        Self {
            origin: Origin::Source(kind, site),
            relation: Relation::Derived,
            labels,
            keep: Labels::ALL,
            confidence: RowConfidence::High,
            field: None,
        }
    }

    pub fn symbolic(origin: Origin) -> Self {
        Self {
            origin,
            relation: Relation::Same,
            labels: Labels::NONE,
            keep: Labels::ALL,
            confidence: RowConfidence::High,
            field: None,
        }
    }

    /// The mark after an operation of which only the labels in `mask` survive.
    #[must_use]
    pub fn derived(self, mask: Labels) -> Self {
        Self {
            relation: Relation::Derived,
            labels: self.labels.common(mask),
            keep: self.keep.common(mask),
            ..self
        }
    }

    /// The mark of a part of the value.
    #[must_use]
    pub fn part(self, key: Key) -> Self {
        let mask = Labels::INERT.without(Labels::OF_THE_WHOLE);
        let field = match key {
            Key::Text(name) if self.origin.is_source() => self.field.or(Some(name)),
            Key::Text(_) | Key::Attribute(_) | Key::Index(_) | Key::Any => self.field,
        };
        Self {
            field,
            ..self.derived(mask)
        }
    }

    #[must_use]
    pub fn with_labels(self, labels: Labels) -> Self {
        Self {
            labels: self.labels.with(labels),
            ..self
        }
    }
}

/// Adds `mark`; of two marks of one origin only the labels that both have remain.
///
/// Marks are in the order of their origins, sources first. So the same marks give the same list
/// whatever their order of arrival, and where there are too many, those that await a caller go.
pub fn add_mark(marks: &mut SmallVec<[Mark; 1]>, mark: Mark) {
    match marks.binary_search_by(|known| known.place().cmp(&mark.place())) {
        Ok(index) => {
            marks[index] = marks[index].or(mark);
        }
        Err(index) if index < MARKS_MAX => {
            marks.insert(index, mark);
            limit(marks);
        }
        Err(_) => {}
    }
}

/// The marks of two values of which either may be.
pub fn merge_marks(a: &[Mark], b: &[Mark]) -> SmallVec<[Mark; 1]> {
    if b.is_empty() || a == b {
        return SmallVec::from_slice(a);
    }
    if a.is_empty() {
        return SmallVec::from_slice(b);
    }
    let mut marks = SmallVec::with_capacity(a.len() + b.len());
    let (mut a, mut b) = (a, b);
    while let (Some((first, rest_a)), Some((second, rest_b))) = (a.split_first(), b.split_first()) {
        match first.place().cmp(&second.place()) {
            Ordering::Less => {
                marks.push(*first);
                a = rest_a;
            }
            Ordering::Greater => {
                marks.push(*second);
                b = rest_b;
            }
            Ordering::Equal => {
                marks.push(first.or(*second));
                (a, b) = (rest_a, rest_b);
            }
        }
    }
    marks.extend_from_slice(a);
    marks.extend_from_slice(b);
    limit(&mut marks);
    marks
}

/// Of too many marks those that await a caller go first.
fn limit(marks: &mut SmallVec<[Mark; 1]>) {
    if marks.len() > SYMBOLIC_MARKS_MAX {
        let sources = marks.partition_point(|known| known.origin.is_source());
        marks.truncate(sources.clamp(SYMBOLIC_MARKS_MAX, MARKS_MAX));
    }
}
