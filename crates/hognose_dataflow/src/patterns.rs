//! Regular expressions of the analysed program: what a text can do to each, examined once.
//!
//! ```python
//! WORDS = re.compile(r"^(\w+\s?)*$", re.ASCII)     # the flags stand beside the literal
//! WORDS.match(x)                                   # exponential in x
//! ```
//! Workers share the answers, which depend on nothing but the pattern, its flags and its use.

use std::sync::{Arc, Mutex, PoisonError};

use hognose_python::ir::{Argument, ArgumentKind, BinaryOp, Function, Op, ValueId};
use rustc_hash::FxHashMap;

use crate::limits::{Limit, LimitCounts};
use crate::program::Program;
use crate::redos::{Attack, Flags, Use, Verdict, examine};
use crate::value::Site;

type Question = (Arc<str>, Flags, Use);

/// See the module documentation.
#[derive(Debug, Default)]
pub struct Patterns(Mutex<FxHashMap<Question, Option<Arc<Attack>>>>);

impl Patterns {
    /// The text on which the pattern takes long, if there is one. `site` is the literal.
    pub fn attack(
        &self,
        program: &Program,
        pattern: &Arc<str>,
        site: Option<Site>,
        usage: Use,
        limits: &LimitCounts,
    ) -> Option<Arc<Attack>> {
        if !pattern.contains(['*', '+', '{']) {
            return None;
        }
        let flags = flags(program, pattern, site);
        let question = (Arc::clone(pattern), flags, usage);
        let known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = known.get(&question) {
            return known.clone();
        }
        drop(known);
        let attack = match examine(pattern, flags, usage) {
            Verdict::Attack(attack) => Some(Arc::new(attack)),
            Verdict::Linear => None,
            Verdict::TooLarge => {
                limits.hit(Limit::Patterns);
                None
            }
        };
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        known.insert(question, attack.clone());
        attack
    }
}

/// The flags that the call with this literal names.
fn flags(program: &Program, pattern: &str, site: Option<Site>) -> Flags {
    let mut flags = Flags::NONE;
    let mut is_argument = false;
    if let Some(site) = site {
        let function = program.function(site.function);
        for inst in &function.insts {
            let Op::Call { arguments, .. } = &inst.op else {
                continue;
            };
            if !arguments
                .iter()
                .any(|argument| argument.value == site.value)
            {
                continue;
            }
            is_argument = true;
            for argument in arguments.iter().filter(|argument| may_be_flags(argument)) {
                flags = flags.with(flags_of(program, function, argument.value, 0));
            }
        }
    }
    // A pattern over several indented lines that is compiled elsewhere.
    let has_layout = pattern.contains("\n ") || pattern.contains("\n\t");
    if !is_argument && has_layout {
        flags = flags.with(Flags::VERBOSE);
    }
    flags
}

fn may_be_flags(argument: &Argument) -> bool {
    match argument.kind {
        ArgumentKind::Positional | ArgumentKind::Keyword(_) => true,
        ArgumentKind::Star | ArgumentKind::DoubleStar => false,
    }
}

/// `re.X | re.DOTALL`
fn flags_of(program: &Program, function: &Function, value: ValueId, depth: usize) -> Flags {
    const DEPTH_MAX: usize = 6;
    if depth > DEPTH_MAX {
        return Flags::NONE;
    }
    match function.op(value) {
        Op::Attribute { name, .. } | Op::Global(name) | Op::ImportFrom { name, .. } => {
            flag_named(program.names.text(*name))
        }
        Op::Binary(BinaryOp::BitOr | BinaryOp::Add, left, right) => {
            let of = |value| flags_of(program, function, value, depth + 1);
            of(*left).with(of(*right))
        }
        _ => Flags::NONE,
    }
}

fn flag_named(name: &str) -> Flags {
    match name {
        "X" | "VERBOSE" => Flags::VERBOSE,
        "S" | "DOTALL" => Flags::DOT_ALL,
        "I" | "IGNORECASE" => Flags::IGNORE_CASE,
        "M" | "MULTILINE" => Flags::MULTILINE,
        "A" | "ASCII" => Flags::ASCII,
        _ => Flags::NONE,
    }
}
