//! Demands: what a use of a value asks of the input that it is made of.
//!
//! ```python
//! account.balance -= data["amount"]     # Increment: a number, bounded
//! User(**request.json)                  # Fields: an allow-list of names
//! query.limit(request.args["n"])        # Size: bounded above
//! ```
//! The engine notes each use with what is known of the input there ([`Usage`]); whether that is
//! enough is for the rules to say. Uses of parameters wait in the summary ([`Need`]) for a caller.

use hognose_python::ir::{Symbol, ValueId};

use crate::models::rows::{Labels, RowConfidence, SourceKind};
use crate::program::FuncId;
use crate::value::{Site, Value};

mod words;

pub use words::{is_amount, is_authority};

/// See the module documentation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Demand {
    /// An amount of money or stock is calculated with, stored or handed on.
    Amount,
    /// An attribute or item is changed by the value: `account.balance -= x`.
    Increment,
    /// Names of fields: `Model(**x)`, `setattr(model, x, …)`.
    Fields,
    /// How much there will be: `range(x)`, `sleep(x)`, `LIMIT x`.
    Size,
    /// Names what is called: `getattr(module, x)`.
    Choice,
    /// What a person may do: `if x["role"] == "admin"`.
    Authority,
    /// A conversion or an access that raises for other input.
    Conversion,
    /// A schema looks at it, and raises or says so: what is read of the same object is validated.
    Schema,
    /// A field of the input is read.
    Read,
}

impl Demand {
    /// Those that rows may name.
    pub const NAMED: [(&'static str, Self); 5] = [
        ("amount", Self::Amount),
        ("fields", Self::Fields),
        ("size", Self::Size),
        ("choice", Self::Choice),
        ("schema", Self::Schema),
    ];
}

/// Where a value is used, and as what.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Use {
    pub site: Site,
    /// The value, in the site's function.
    pub argument: ValueId,
    pub demand: Demand,
    pub confidence: RowConfidence,
}

/// A use of what only a caller knows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Need {
    pub at: Use,
    pub value: Value,
    /// The call in this function through which the use is reached, and its target.
    pub via: Option<(ValueId, FuncId)>,
    pub depth: u8,
}

/// A use of input, and what is known of the input there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Usage {
    pub at: Use,
    pub source_kind: SourceKind,
    /// Where the input enters.
    pub source: Site,
    /// The key under which it stood there.
    pub field: Option<Symbol>,
    pub labels: Labels,
    pub confidence: RowConfidence,
    /// The function in which the input met the use.
    pub apex: FuncId,
    pub via: Option<(ValueId, FuncId)>,
}
