//! How a method takes its receiver, by its decorators.

use hognose_python::ir::Op;

use crate::program::{FuncId, Program};

/// See the module documentation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Flavor {
    Method,
    Class,
    Static,
    /// Called when the attribute is read.
    Property,
}

/// The flavor of a function in a class body; [`Flavor::Static`] outside classes.
pub fn flavor(program: &Program, function: FuncId) -> Flavor {
    let ir = program.function(function);
    if ir.class.is_none() {
        return Flavor::Static;
    }
    let name = program.names.text(ir.name);
    if name == "__new__" || name == "__init_subclass__" || name == "__class_getitem__" {
        return Flavor::Class;
    }
    let Some(parent) = program.parent(function) else {
        return Flavor::Method;
    };
    for decorator in &ir.decorators {
        let name = match program.function(parent).op(*decorator) {
            Op::Global(name) | Op::Attribute { name, .. } | Op::ImportFrom { name, .. } => {
                program.names.text(*name)
            }
            _ => continue,
        };
        match name {
            "staticmethod" => return Flavor::Static,
            "classmethod" | "abstractclassmethod" => return Flavor::Class,
            // `property`, `functools.cached_property`, `abc.abstractproperty`, `hybrid_property`
            _ if name == "property" || name.ends_with("property") => return Flavor::Property,
            _ => {}
        }
    }
    Flavor::Method
}
