//! What a value may be: a function, a class, an instance, a module, something of a library.

use std::sync::Arc;

use crate::models::rows::NodeId;
use crate::program::{ClassId, FuncId, ModuleId};
use crate::value::Value;

/// One thing that a value may be.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Fact {
    /// The thing of a library with that path: a module, a function, a class, a variable.
    External(NodeId),
    /// An instance of a library's class.
    ExternalInstance(NodeId),
    Module(ModuleId),
    /// A directory of modules without `__init__`.
    Namespace(Arc<str>),
    /// A function of the project, with the values of its captured variables where they are known.
    Function(FuncId, Option<Arc<[Value]>>),
    Class(ClassId),
    Instance(ClassId),
    /// `super()` in a method of the class.
    Super(ClassId),
    Bound(Arc<Bound>),
    Partial(Arc<Partial>),
}

/// A method with its receiver.
#[derive(Debug, PartialEq, Eq, Hash)]
pub struct Bound {
    /// A function, or a path of a library.
    pub callable: Fact,
    pub receiver: Value,
}

/// A callable with some of its arguments: `functools.partial(f, x, key=y)`.
#[derive(Debug, PartialEq, Eq, Hash)]
pub struct Partial {
    pub callable: Value,
    pub positional: Vec<Value>,
    pub keywords: Vec<(hognose_python::ir::Symbol, Value)>,
}

impl Fact {
    /// Nodes of the values inside.
    pub fn weight(&self) -> u32 {
        match self {
            Self::Function(_, captures) => captures
                .iter()
                .flat_map(|captures| captures.iter())
                .map(Value::weight)
                .sum(),
            Self::Bound(bound) => bound.receiver.weight() + bound.callable.weight(),
            Self::Partial(partial) => {
                let positional = partial.positional.iter().map(Value::weight);
                let keywords = partial.keywords.iter().map(|(_, value)| value.weight());
                partial.callable.weight() + positional.chain(keywords).sum::<u32>()
            }
            Self::External(_)
            | Self::ExternalInstance(_)
            | Self::Module(_)
            | Self::Namespace(_)
            | Self::Class(_)
            | Self::Instance(_)
            | Self::Super(_) => 0,
        }
    }

    /// The fact without values inside, where it can be without.
    pub fn bare(&self) -> Option<Self> {
        match self {
            Self::Function(function, _) => Some(Self::Function(*function, None)),
            Self::Bound(_) | Self::Partial(_) => None,
            Self::External(_)
            | Self::ExternalInstance(_)
            | Self::Module(_)
            | Self::Namespace(_)
            | Self::Class(_)
            | Self::Instance(_)
            | Self::Super(_) => Some(self.clone()),
        }
    }
}
