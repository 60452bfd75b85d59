//! Every limit of the engine. They count work, never time, so results do not depend on load.

use std::sync::atomic::{AtomicUsize, Ordering};

/// Alternatives of a text that are kept apart: `q = a if c else b`.
pub const TEXTS_MAX: usize = 6;

/// Facts about what a value may be (classes, functions) that are kept apart.
pub const FACTS_MAX: usize = 4;

/// Taint marks on one node of a value.
pub const MARKS_MAX: usize = 25;

/// Of these, marks that await a caller.
pub const SYMBOLIC_MARKS_MAX: usize = 10;

/// Children of one node of a value; further keys fall together: `d = {"a": …, "b": …, …}`.
pub const CHILDREN_MAX: usize = 25;

/// Levels of children that are kept: `x.a.b["k"].c`.
pub const DEPTH_MAX: usize = 4;

/// Nodes of one value in all, those inside texts and closures included. Beyond it the value keeps
/// one level of children and no templates.
pub const WEIGHT_MAX: u32 = 64;

/// Steps of an access path: `request.form["user"]["name"]`.
pub const PATH_STEPS_MAX: usize = 4;

/// Pieces of one string template.
pub const PIECES_MAX: usize = 48;

/// Passes over a function with loops; from the third on, texts that still grow are given up.
pub const PASSES_MAX: usize = 6;

/// Passes after which a text that changes around a loop is given up.
pub const PASSES_EXACT: usize = 2;

/// Passes over a component of mutually recursive functions.
pub const COMPONENT_ROUNDS_MAX: usize = 4;

/// Rounds over the program until cells (globals, attributes) are stable.
pub const PROGRAM_ROUNDS_MAX: usize = 3;

/// Sinks that a function's summary passes on to its callers.
pub const HITS_MAX: usize = 64;

/// Uses of parameters as input (`account.balance -= amount`) that a summary passes on.
pub const USES_MAX: usize = 32;

/// Calls that a summary leaves to its callers because the callee is a parameter.
pub const DEFERRED_MAX: usize = 8;

/// How often a deferred call may be left to yet another caller.
pub const DEFERRED_DEPTH_MAX: u8 = 2;

/// Writes to globals and attributes that depend on parameters and are passed on.
pub const EFFECTS_MAX: usize = 24;

/// Calls through which such a write is passed on.
pub const EFFECT_DEPTH_MAX: u8 = 2;

/// Calls that are wrong if a caller passes the wrong thing, in one summary.
pub const MISUSES_MAX: usize = 32;

/// Calls between a source's function and the sink.
pub const CALL_DEPTH_MAX: u8 = 16;

/// Summaries applied for one instruction: a property of an object whose class has overrides, each
/// of which reads further properties.
pub const APPLICATIONS_MAX: usize = 16;

/// Overriding methods that one call may reach.
pub const OVERRIDES_MAX: usize = 8;

/// Steps of a trace.
pub const TRACE_STEPS_MAX: usize = 40;

/// Instructions of a function beyond which only one pass is made.
pub const INSTRUCTIONS_MAX: usize = 60_000;

/// Which limit was hit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Limit {
    Texts,
    Facts,
    Marks,
    Children,
    Depth,
    Pieces,
    Passes,
    ComponentRounds,
    ProgramRounds,
    Hits,
    Uses,
    Deferred,
    Effects,
    Misuses,
    CallDepth,
    Overrides,
    Applications,
    TraceSteps,
    Instructions,
    Patterns,
}

impl Limit {
    pub const ALL: [Self; 20] = [
        Self::Texts,
        Self::Facts,
        Self::Marks,
        Self::Children,
        Self::Depth,
        Self::Pieces,
        Self::Passes,
        Self::ComponentRounds,
        Self::ProgramRounds,
        Self::Hits,
        Self::Uses,
        Self::Deferred,
        Self::Effects,
        Self::Misuses,
        Self::CallDepth,
        Self::Overrides,
        Self::Applications,
        Self::TraceSteps,
        Self::Instructions,
        Self::Patterns,
    ];

    pub const fn name(self) -> &'static str {
        match self {
            Self::Texts => "texts of a value",
            Self::Facts => "types of a value",
            Self::Marks => "marks of a value",
            Self::Children => "children of a value",
            Self::Depth => "depth of a value",
            Self::Pieces => "pieces of a template",
            Self::Passes => "passes over a function",
            Self::ComponentRounds => "passes over a call cycle",
            Self::ProgramRounds => "rounds over the program",
            Self::Hits => "sinks of a summary",
            Self::Uses => "uses of input in a summary",
            Self::Deferred => "deferred calls of a summary",
            Self::Effects => "effects of a summary",
            Self::Misuses => "misuses of a summary",
            Self::CallDepth => "calls between source and sink",
            Self::Overrides => "overriding methods of a call",
            Self::Applications => "applications of one call",
            Self::TraceSteps => "steps of a trace",
            Self::Instructions => "instructions of a function",
            Self::Patterns => "states of a regular expression",
        }
    }
}

/// How often each limit was hit; shared by all workers. Sums are the same in any order.
#[derive(Debug, Default)]
pub struct LimitCounts([AtomicUsize; Limit::ALL.len()]);

impl LimitCounts {
    pub fn hit(&self, limit: Limit) {
        self.0[limit as usize].fetch_add(1, Ordering::Relaxed);
    }

    /// The limits that were hit, with how often.
    pub fn hits(&self) -> Vec<(&'static str, usize)> {
        Limit::ALL
            .into_iter()
            .map(|limit| (limit.name(), self.0[limit as usize].load(Ordering::Relaxed)))
            .filter(|(_, count)| *count > 0)
            .collect()
    }
}
