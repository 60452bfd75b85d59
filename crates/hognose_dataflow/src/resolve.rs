//! What a value certainly is, as far as the text of the program says so on its own.
//!
//! ```python
//! from shop.db import load     # one function, bound once, without decorators …
//! load(1, 2, 3)                # … so this calls it and nothing else
//! ```
//! The data flow follows what a value *may* be. Rules that say "this call fails" need what it *must*
//! be: names that are bound once, functions and classes without unknown decorators, methods of classes
//! whose bases are all known. Whatever is not certain is `None`.

use hognose_python::ir::{Function, FunctionIndex, Op, Symbol, ValueId};

use crate::hierarchy::Hierarchy;
use crate::link::Place;
use crate::program::{ClassId, FuncId, ModuleId, Program};

/// See the module documentation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Thing {
    Function(FuncId),
    Class(ClassId),
    Module(ModuleId),
    /// An object that the class itself has made.
    Instance(ClassId),
    /// The first parameter of a method: an object of the class or of a subclass.
    Own(ClassId),
    /// A name that nothing in the module binds.
    Builtin(Symbol),
}

/// What a call certainly runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Callee {
    pub function: FuncId,
    pub first: First,
}

/// Who passes the first argument.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum First {
    Caller,
    /// A bound method's object or class, a constructor's new object.
    Receiver,
}

/// How a method is bound.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Binding {
    Plain,
    Static,
    Class,
}

/// Instructions between a value and what it is.
const STEPS_MAX: u32 = 32;

/// Versions of one object that are looked through.
const VERSIONS_MAX: usize = 128;

/// Resolves values of one program.
#[derive(Debug, Clone, Copy)]
pub struct Resolver<'a> {
    pub program: &'a Program,
    pub hierarchy: &'a Hierarchy,
}

impl Resolver<'_> {
    /// What `value` of `function` is.
    pub fn thing(self, function: FuncId, value: ValueId) -> Option<Thing> {
        self.thing_within(function, value, STEPS_MAX)
    }

    fn thing_within(self, function: FuncId, value: ValueId, steps: u32) -> Option<Thing> {
        let steps = steps.checked_sub(1)?;
        let ir = self.program.function(function);
        let module = self.program.module_of(function);
        match ir.op(root(ir, value)) {
            Op::Function { function, .. } => {
                let index = *function;
                Some(Thing::Function(self.program.func_id(module, index)))
            }
            Op::Class(class) => {
                let class = self.program.class_id(module, *class);
                let is_plain = self.program.class(class).decorators.is_empty();
                is_plain.then_some(Thing::Class(class))
            }
            Op::Global(name) => self.global(module, *name, steps),
            Op::Import(dotted) => self.imported(module, 0, dotted),
            Op::ImportFrom { from, name } => {
                let place = self
                    .program
                    .layout
                    .resolve(module, from.level, &from.module)?;
                self.member(&place, *name, steps)
            }
            Op::Attribute { object, name } => match self.thing_within(function, *object, steps)? {
                Thing::Module(of) => self.member(&Place::Module(of), *name, steps),
                Thing::Class(_)
                | Thing::Function(_)
                | Thing::Instance(_)
                | Thing::Own(_)
                | Thing::Builtin(_) => None,
            },
            Op::Call { callee, .. } => match self.thing_within(function, *callee, steps)? {
                Thing::Class(class) if self.makes_instances(class) => Some(Thing::Instance(class)),
                Thing::Class(_)
                | Thing::Function(_)
                | Thing::Module(_)
                | Thing::Instance(_)
                | Thing::Own(_)
                | Thing::Builtin(_) => None,
            },
            Op::Param(0) => {
                let class = self.program.class_of(function)?;
                let name = ir.params.first()?.name;
                let is_self = self.program.names.text(name) == "self";
                (is_self && ir.decorators.is_empty()).then_some(Thing::Own(class))
            }
            _ => None,
        }
    }

    /// A name of a module, where exactly one statement binds it.
    fn global(self, module: ModuleId, name: Symbol, steps: u32) -> Option<Thing> {
        let ir = &self.program.module(module).file.module;
        let found = ir.globals.binary_search_by_key(&name, |(name, _)| *name);
        match found {
            Ok(at) => {
                let is_rebound = ir.global_stores.iter().any(|(other, _, _)| *other == name);
                let [only] = ir.globals[at].1.as_slice() else {
                    return None;
                };
                if is_rebound {
                    return None;
                }
                self.thing_within(self.program.body(module), *only, steps)
            }
            Err(_) if ir.star_imports.is_empty() => Some(Thing::Builtin(name)),
            Err(_) => None,
        }
    }

    fn imported(self, module: ModuleId, level: u32, dotted: &str) -> Option<Thing> {
        match self.program.layout.resolve(module, level, dotted)? {
            Place::Module(module) => Some(Thing::Module(module)),
            Place::Namespace(_) => None,
        }
    }

    fn member(self, place: &Place, name: Symbol, steps: u32) -> Option<Thing> {
        if let Place::Module(module) = place {
            match self.global(*module, name, steps) {
                Some(Thing::Builtin(_)) => {}
                found => return found,
            }
        }
        let text = self.program.names.text(name);
        match self.program.layout.submodule(place, text)? {
            Place::Module(module) => Some(Thing::Module(module)),
            Place::Namespace(_) => None,
        }
    }

    /// What a call runs: one function of the project, and nothing else.
    pub fn callee(self, function: FuncId, callee: ValueId) -> Option<Callee> {
        let ir = self.program.function(function);
        if let Op::Attribute { object, name } = ir.op(root(ir, callee)) {
            match self.thing(function, *object) {
                Some(Thing::Own(class)) => return self.method(class, *name, Exactness::Subclasses),
                Some(Thing::Instance(class)) => {
                    return self.method(class, *name, Exactness::Exact);
                }
                Some(Thing::Class(class)) => {
                    let callee = self.method(class, *name, Exactness::Exact)?;
                    let (_, binding) = self.own_method(class, *name)?;
                    let first = match binding {
                        Binding::Plain | Binding::Static => First::Caller,
                        Binding::Class => First::Receiver,
                    };
                    return Some(Callee { first, ..callee });
                }
                Some(Thing::Module(_) | Thing::Function(_) | Thing::Builtin(_)) | None => {}
            }
        }
        match self.thing(function, callee)? {
            Thing::Function(target) => {
                let is_plain = self.program.function(target).decorators.is_empty();
                let first = First::Caller;
                is_plain.then_some(Callee {
                    function: target,
                    first,
                })
            }
            Thing::Class(class) if self.makes_instances(class) => {
                let init = self.program.names.get("__init__")?;
                let callee = self.method(class, init, Exactness::Exact)?;
                Some(Callee {
                    first: First::Receiver,
                    ..callee
                })
            }
            Thing::Class(_)
            | Thing::Module(_)
            | Thing::Instance(_)
            | Thing::Own(_)
            | Thing::Builtin(_) => None,
        }
    }

    /// A method by the order of method resolution, as long as every class before it is known.
    fn method(self, class: ClassId, name: Symbol, exactness: Exactness) -> Option<Callee> {
        let order = self.closed_ancestors(class)?;
        let overrides = self.hierarchy.overrides(self.program, class, name);
        if exactness == Exactness::Subclasses && !overrides.is_empty() {
            return None;
        }
        let owner = order.iter().find(|of| self.binds(**of, name))?;
        let (function, binding) = self.own_method(*owner, name)?;
        let first = match binding {
            Binding::Plain | Binding::Class => First::Receiver,
            Binding::Static => First::Caller,
        };
        Some(Callee { function, first })
    }

    /// Whether the body of the class binds the name.
    pub fn binds(self, class: ClassId, name: Symbol) -> bool {
        let ir = self.program.class(class);
        ir.members.iter().any(|(known, _)| *known == name)
            || ir.annotations.iter().any(|(known, _)| *known == name)
    }

    /// The only function that the class body binds to the name.
    pub fn own_method(self, class: ClassId, name: Symbol) -> Option<(FuncId, Binding)> {
        let ir = self.program.class(class);
        let (_, values) = ir.members.iter().find(|(known, _)| *known == name)?;
        let [only] = values.as_slice() else {
            return None;
        };
        let module = self.program.class_module(class);
        let body = self.program.func_id(module, ir.function);
        let (index, binding) = self.function_behind(body, *only)?;
        Some((self.program.func_id(module, index), binding))
    }

    /// The function that a value defines, through `staticmethod` and `classmethod` only.
    fn function_behind(self, body: FuncId, value: ValueId) -> Option<(FunctionIndex, Binding)> {
        let ir = self.program.function(body);
        match ir.op(value) {
            Op::Function { function, .. } => Some((*function, Binding::Plain)),
            Op::Decorate { value, decorator } => {
                let Op::Function { function, .. } = ir.op(*value) else {
                    return None;
                };
                let Some(Thing::Builtin(name)) = self.thing(body, *decorator) else {
                    return None;
                };
                match self.program.names.text(name) {
                    "staticmethod" => Some((*function, Binding::Static)),
                    "classmethod" => Some((*function, Binding::Class)),
                    _ => None,
                }
            }
            _ => None,
        }
    }

    /// The class and all its bases, if all of them are plain classes of the project.
    pub fn closed_ancestors(self, class: ClassId) -> Option<Vec<ClassId>> {
        let mut order = Vec::new();
        let mut open = vec![class];
        // Depth first is the order of resolution wherever no class comes twice.
        while let Some(class) = open.pop() {
            if order.contains(&class) {
                return None;
            }
            order.push(class);
            let ir = self.program.class(class);
            if !ir.keywords.is_empty() || !ir.decorators.is_empty() {
                return None;
            }
            let body = self
                .program
                .func_id(self.program.class_module(class), ir.function);
            for base in ir.bases.iter().rev() {
                match self.thing(body, *base)? {
                    Thing::Class(base) => open.push(base),
                    Thing::Builtin(name) if self.program.names.text(name) == "object" => {}
                    Thing::Builtin(_)
                    | Thing::Function(_)
                    | Thing::Module(_)
                    | Thing::Instance(_)
                    | Thing::Own(_) => return None,
                }
            }
        }
        Some(order)
    }

    /// Whether calling the class makes an object of it by `__init__` alone.
    fn makes_instances(self, class: ClassId) -> bool {
        let special = ["__new__", "__getattr__", "__getattribute__"];
        self.closed_ancestors(class).is_some_and(|order| {
            let mut names = special
                .iter()
                .filter_map(|name| self.program.names.get(name));
            !names.any(|name| order.iter().any(|class| self.binds(*class, name)))
        })
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Exactness {
    Exact,
    Subclasses,
}

/// The first version of the object that `value` is.
pub fn root(function: &Function, value: ValueId) -> ValueId {
    let mut at = value;
    for _ in 0..STEPS_MAX {
        at = match function.op(at) {
            Op::Refine { value, .. } => *value,
            Op::After { object, .. }
            | Op::StoreAttribute { object, .. }
            | Op::StoreItem { object, .. } => *object,
            Op::Annotated {
                value: Some(value), ..
            } => *value,
            Op::Phi(_) => match common_root(function, at) {
                Some(value) => value,
                None => return at,
            },
            _ => return at,
        };
    }
    at
}

/// The one object of which the phi joins versions, around loops and through further phis.
fn common_root(function: &Function, phi: ValueId) -> Option<ValueId> {
    let mut seen = vec![phi];
    let mut open = vec![phi];
    let mut common = None;
    while let Some(value) = open.pop() {
        match function.op(value) {
            Op::Phi(inputs) => {
                for (_, input) in inputs {
                    if !seen.contains(input) {
                        seen.push(*input);
                        open.push(*input);
                    }
                }
            }
            Op::Refine { value: of, .. }
            | Op::After { object: of, .. }
            | Op::StoreAttribute { object: of, .. }
            | Op::StoreItem { object: of, .. } => {
                if !seen.contains(of) {
                    seen.push(*of);
                    open.push(*of);
                }
            }
            _ => match common {
                None => common = Some(value),
                Some(known) if known == value => {}
                Some(_) => return None,
            },
        }
        if seen.len() > VERSIONS_MAX {
            return None;
        }
    }
    common
}
