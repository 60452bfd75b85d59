//! A flow: marked data that reaches a sink in a form that does harm.

use std::sync::Arc;

use hognose_python::ir::ValueId;

use crate::models::rows::{Labels, RowConfidence, SourceKind};
use crate::program::FuncId;
use crate::summary::Sink;
use crate::value::Site;

/// In which way the data does harm at the sink.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Weakness {
    /// The data can change the meaning of the text: a query, a shell command, a path.
    Injection,
    /// The data names the program that is run.
    Program,
    /// An element of an argument vector that the program may read as an option.
    Option,
    /// A part of a URL whose host is fixed.
    UrlPart,
    /// Path contained only by a prefix without a separator.
    PrefixOnly,
    /// Members of an untrusted archive are unpacked where they say.
    Archive,
    /// The data decides how long a regular expression takes.
    Slow,
    /// A constant is used as a credential.
    Constant,
}

/// See the module documentation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Flow {
    pub sink: Sink,
    /// `None` for constants.
    pub source_kind: Option<SourceKind>,
    /// Where the data enters, or where the constant stands.
    pub source: Site,
    pub weakness: Weakness,
    pub labels: Labels,
    pub confidence: RowConfidence,
    /// The function in which the source met the sink.
    pub apex: FuncId,
    /// The call in the apex through which the sink is reached.
    pub via: Option<(ValueId, FuncId)>,
    /// For constants: the text.
    pub constant: Option<Arc<str>>,
}
