//! The whole-program data-flow engine.
//!
//! ```text
//! files + models → Program → bodies → levels of the call graph → summaries, flows, examined sinks
//! ```
//! Read `solve` for the line the data takes, `value` for what is known of a value, `eval` for one
//! function, `judge` for what does harm at a sink. Facts about libraries are rows in `models/`.
//! Nothing here does IO or knows of rules, severities or messages.

pub mod callgraph;
pub mod demand;
pub mod eval;
pub mod fact;
pub mod flow;
pub mod hierarchy;
pub mod judge;
pub mod limits;
pub mod link;
pub mod mark;
pub mod misuse;
pub mod models;
pub mod names;
pub mod patterns;
pub mod print;
pub mod program;
pub mod programs;
pub mod redos;
pub mod resolve;
pub mod solve;
pub mod state;
pub mod summary;
pub mod trace;
pub mod value;

mod flavor;

pub use eval::{Openness, Target};
pub use flow::{Flow, Weakness};
pub use program::Program;
pub use solve::{Analysis, Detail, solve};
