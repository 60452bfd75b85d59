//! What a function does, as its callers see it.
//!
//! ```python
//! def load(cur, name):                    # parameters: marks Param(0), Param(1)
//!     q = "… '" + name + "'"
//!     return cur.execute(q)               # deferred: Param(0).execute called with a template
//! ```
//! A summary is symbolic in the parameters: applying it puts the caller's values in their place.

use hognose_python::ir::{Symbol, ValueId};

use crate::models::rows::{Labels, NodeId, RowConfidence, SinkKind, SourceKind};
use crate::program::{ClassId, FuncId, ModuleId};
use crate::value::{Path, Site, Value};

/// See the module documentation.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Summary {
    pub result: Value,
    /// Parameters whose object is another when the function returns.
    pub params_after: Vec<(u16, Value)>,
    pub hits: Vec<Hit>,
    pub needs: Vec<crate::demand::Need>,
    pub deferred: Vec<DeferredCall>,
    pub effects: Vec<Effect>,
    /// Calls that are wrong if a caller passes the wrong thing.
    pub misuses: Vec<crate::misuse::Pending>,
    /// What a true (false) result says about parameters.
    pub implied_true: Vec<Implied>,
    pub implied_false: Vec<Implied>,
    /// Parts of parameters that are looked at before the function comes back; it raises for some.
    /// Sorted.
    pub checked: Vec<(u16, Path)>,
    pub returns: Returns,
}

/// Whether a call of the function comes back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Returns {
    #[default]
    Sometimes,
    Never,
}

/// Labels that hold for a parameter at a path.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Implied {
    pub param: u16,
    pub path: Path,
    pub labels: Labels,
}

/// A sink as the rows and the call describe it.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Sink {
    /// The call, or the store.
    pub site: Site,
    /// The value that arrives there, in the site's function.
    pub argument: ValueId,
    pub kind: SinkKind,
    /// The row: a node and a number in its list, or the fallback by name.
    pub row: crate::models::rows::RowId,
    pub confidence: RowConfidence,
    pub access: Option<crate::models::rows::Access>,
    /// "database password"
    pub what: Option<std::sync::Arc<str>>,
    /// For kind matched: what the regular expression can be made to do.
    pub attack: Option<std::sync::Arc<crate::redos::Attack>>,
    /// Whether a further argument carries parameters that are bound.
    pub binds: Binds,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Binds {
    Parameters,
    Nothing,
}

/// A value with symbolic marks that reaches a sink in this function or below it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hit {
    pub sink: Sink,
    pub value: Value,
    /// The call in this function through which the sink is reached, and its target.
    pub via: Option<(ValueId, FuncId)>,
    pub depth: u8,
}

/// A call whose callee only the caller knows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeferredCall {
    pub call: ValueId,
    /// Where the call stands, which is another function where it was left to a caller before.
    pub site: Site,
    pub callee: Value,
    pub arguments: Vec<CallArgument>,
    pub depth: u8,
}

/// An argument of a call as a value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CallArgument {
    pub kind: hognose_python::ir::ArgumentKind,
    pub value: Value,
    /// The argument in the function where the call stands.
    pub id: ValueId,
}

/// A place outside all functions that holds one value for the whole program.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Cell {
    Global(ModuleId, Symbol),
    /// An attribute of a class or of any of its instances.
    Attribute(ClassId, Symbol),
    /// An attribute that the program sets on a library's shared object.
    Library(NodeId, Symbol),
    /// The default of a parameter.
    Default(FuncId, u16),
    /// An instance of what the parameter's annotation names.
    Annotation(FuncId, u16),
    /// An instance of what the return annotation names.
    Returns(FuncId),
    /// A captured variable, as the enclosing function knows it.
    Captured(FuncId, u16),
    /// An annotated field of a class.
    Field(ClassId, Symbol),
    /// What the declaration of a field says of its values, as the number of the labels.
    Declared(ClassId, Symbol),
    /// What the declaration of a parameter says of it, likewise.
    DeclaredParameter(FuncId, u16),
    /// A base of a class.
    Base(ClassId, u16),
}

/// A write to a cell that depends on parameters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Effect {
    pub cell: Cell,
    pub value: Value,
    /// Where the write stands.
    pub site: Site,
    /// Calls between the write and the function of this summary.
    pub depth: u8,
}

/// Why a function is called from outside.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    pub function: FuncId,
    /// `None`: only the types matter.
    pub kind: Option<SourceKind>,
    pub parameters: crate::models::rows::Parameters,
    pub positional_types: Vec<(u16, NodeId)>,
    pub named_types: Vec<(Symbol, NodeId)>,
    /// Labels by route converter: `<int:id>`.
    pub converters: Vec<(Symbol, Labels)>,
    /// What the framework makes of the returned value, and the row that says so.
    pub returns: Option<(SinkKind, crate::models::rows::RowId)>,
    /// What is known of all of its parameters.
    pub labels: Labels,
    /// Whether it is called for one route, in which nothing varies.
    pub is_fixed_route: bool,
    pub row: crate::models::rows::RowId,
}

/// A sink site as examined in its own function.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Examined {
    pub sink: Sink,
    pub value: Value,
}
