//! Bugs and quality: the adapter over Ruff's linter library, and the only crate that names it.
//!
//! ```python
//! def total(prices, seen=[]):      # B006: all calls share one list
//!     return sum(price)            # F821: a name that nothing defines
//! ```
//! What each rule of Ruff is worth here is data (`models/lint`, read by `catalogue`). `profile`
//! says which rules run on which files, following the project's own Ruff configuration. `linter`
//! runs them on a tree that is already there. No type of Ruff's leaves the crate.

mod catalogue;
mod linter;
mod page;
mod profile;
mod table;

pub use catalogue::{find, off_reasons, rules};
pub use linter::{Hit, Linted, Linter};
pub use profile::{Profile, RuffConfiguration};

/// The version of Ruff that the rules are those of.
pub const RUFF_VERSION: &str = ruff_linter::VERSION;
