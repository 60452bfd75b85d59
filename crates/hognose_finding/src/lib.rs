//! The plain values an analysis produces: [`Finding`], [`Trace`], [`Check`] and what they are made of.
//!
//! This crate knows nothing of Python or of any engine. Everything in it is owned data with text
//! ranges, so that a report can be sorted, filtered, serialised and compared without the program
//! it came from.

mod finding;
mod fix;
mod history;
mod rule;
mod source;

pub use finding::{Check, Confidence, Finding, Location, Severity, Step, StepKind, Trace, Verdict};
pub use fix::{Append, Edit, Fix, Level, apply_edits, line_end};
pub use history::{Appearance, History};
pub use rule::{Class, Fixable, Group, Origin, RuffOrigin, Rule, Standing};
pub use source::{CellStart, Position, Revision, SourceText};
