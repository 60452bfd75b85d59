//! Marks: one taint fact each, where it begins and what is known of the value that carries it.
//!
//! ```python
//! x = request.args["x"]       # Source(remote, this instruction)
//! def f(a): g(a.b["k"])       # Param(0) at the path .b["k"]
//! if x.isalnum(): …           # the same mark with the label word
//! ```
//! What a mark says of a whole value, with texts and children, is in `value`.

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
#[derive(Debug, Clone, Copy, PartialOrd, Ord)]
pub struct Path {
    length: u8,
    keys: [Key; PATH_STEPS_MAX],
}

impl PartialEq for Path {
    fn eq(&self, other: &Self) -> bool {
        self.length == other.length && self.keys() == other.keys()
    }
}

impl Eq for Path {}

impl std::hash::Hash for Path {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        self.keys().hash(state);
    }
}

impl Path {
    pub const EMPTY: Self = Self {
        length: 0,
        keys: [Key::Any; PATH_STEPS_MAX],
    };

    pub fn keys(&self) -> &[Key] {
        &self.keys[..usize::from(self.length)]
    }

    /// The path with one more step, unless it is full.
    pub fn step(self, key: Key) -> Option<Self> {
        let mut path = self;
        *path.keys.get_mut(usize::from(self.length))? = key;
        path.length += 1;
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
}

impl Mark {
    pub fn source(kind: SourceKind, site: Site, labels: Labels) -> Self {
        Self {
            origin: Origin::Source(kind, site),
            relation: Relation::Derived,
            labels,
            keep: Labels::ALL,
            confidence: RowConfidence::High,
        }
    }

    pub fn symbolic(origin: Origin) -> Self {
        Self {
            origin,
            relation: Relation::Same,
            labels: Labels::NONE,
            keep: Labels::ALL,
            confidence: RowConfidence::High,
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

    #[must_use]
    pub fn with_labels(self, labels: Labels) -> Self {
        Self {
            labels: self.labels.with(labels),
            ..self
        }
    }
}

/// Adds `mark`; of two marks of one origin only the labels that both have remain.
pub fn add_mark(marks: &mut SmallVec<[Mark; 1]>, mark: Mark) {
    let same = |known: &&mut Mark| known.relation == mark.relation && known.origin == mark.origin;
    if let Some(known) = marks.iter_mut().find(same) {
        known.labels = known.labels.common(mark.labels);
        known.keep = known.keep.common(mark.keep);
        known.confidence = known.confidence.min(mark.confidence);
    } else if marks.len() < SYMBOLIC_MARKS_MAX
        || (mark.origin.is_source() && marks.len() < MARKS_MAX)
    {
        marks.push(mark);
    } else if mark.origin.is_source()
        && let Some(known) = marks
            .iter_mut()
            .rev()
            .find(|known| !known.origin.is_source())
    {
        *known = mark;
    }
}
