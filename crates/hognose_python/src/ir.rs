//! The intermediate representation: functions of three-address instructions in SSA form.
//!
//! ```python
//! def f(x):           # v0 = param 0
//!     if ok(x):       # v1 = global ok; v2 = call v1(v0); branch v2
//!         y = x       # v3 = refine v0 where v2 holds       (y is v3, x is v3)
//!         run(y)      # …
//! ```
//! Every instruction defines one value. Objects are versioned as variables are: storing to an
//! attribute or item, passing an object to a call, and testing it in a condition each give a new
//! version, and every local name for the object sees it. Module and class bodies run where they
//! stand: a module is a function, a class body is part of the function around it, a comprehension
//! is a loop of the function around it.
//!
//! Not here: types, call targets, anything about another file.

use std::sync::Arc;

use ruff_text_size::TextRange;

/// Declares a `u32` index type.
macro_rules! index {
    ($(#[$meta:meta])* $name:ident) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(pub u32);

        impl $name {
            pub fn index(self) -> usize {
                self.0 as usize
            }
        }
    };
}

index!(
    /// A name. Module-local after lowering, program-wide after [`Module::remap_symbols`].
    Symbol
);
index!(
    /// An instruction of a function and the value it defines.
    ValueId
);
index!(BlockId);
index!(
    /// A function of a module; 0 is the module body.
    FunctionIndex
);
index!(
    /// A class of a module.
    ClassIndex
);

/// A lowered file.
#[derive(Debug)]
pub struct Module {
    pub symbols: Vec<Arc<str>>,
    pub functions: Vec<Function>,
    pub classes: Vec<Class>,
    /// Names bound at module level, sorted by symbol, with every value ever bound to them.
    pub globals: Vec<(Symbol, Vec<ValueId>)>,
    /// Names that functions rebind with `global`.
    pub global_stores: Vec<(Symbol, FunctionIndex, ValueId)>,
    /// `from m import *` at any level: the imported module.
    pub star_imports: Vec<ImportPath>,
    /// Dotted modules that `import a.b.c` makes available.
    pub imported_modules: Vec<Arc<str>>,
    /// The strings of `__all__` where it is a plain list.
    pub exports: Option<Vec<Symbol>>,
    /// Expressions and statements that were too deep to follow, and `finally` bodies that would
    /// have been copied too often.
    pub depth_limit_hits: u32,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FunctionKind {
    Module,
    Def,
    Lambda,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Asyncness {
    Sync,
    Async,
}

#[derive(Debug)]
pub struct Function {
    pub name: Symbol,
    /// Dotted from the module: `View.get`, `outer.inner`, empty for the module body.
    pub qualified: Arc<str>,
    pub kind: FunctionKind,
    pub asyncness: Asyncness,
    pub is_generator: bool,
    pub range: TextRange,
    pub name_range: TextRange,
    pub params: Vec<Param>,
    /// Variables of enclosing functions that are read here: value `Op::Captured(i)`.
    pub captures: Vec<Symbol>,
    /// The function in whose body the definition stands; `None` for the module body.
    pub parent: Option<FunctionIndex>,
    /// The class in whose body the definition stands directly.
    pub class: Option<ClassIndex>,
    /// The `Op::Function` in the parent that creates it.
    pub definition: Option<ValueId>,
    /// Values of the decorators, in the parent, outermost first.
    pub decorators: Vec<ValueId>,
    /// The annotated return type, in the parent.
    pub returns: Option<ValueId>,
    /// Names that are bound to constants, to results of calls and operations, to one of several
    /// values, or with an annotation.
    pub bindings: Vec<(Symbol, ValueId)>,
    /// Readings of local names that some way to them leaves unbound, in the order of the text.
    pub unbound: Vec<UnboundReading>,
    pub insts: Vec<Inst>,
    pub blocks: Vec<Block>,
}

/// A reading of a local name that some way to it leaves unbound.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct UnboundReading {
    pub name: Symbol,
    pub range: TextRange,
    pub way: UnboundWay,
}

/// How control gets past every binding, the least certain first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum UnboundWay {
    /// None of several branches that bind the name was taken; they may be all there are.
    Branches,
    /// The one branch that binds the name was not taken.
    Branch,
    /// An exception handler took over and went on.
    Handler,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ParamKind {
    PositionalOnly,
    Positional,
    KeywordOnly,
    Variadic,
    Keywords,
}

#[derive(Debug)]
pub struct Param {
    pub name: Symbol,
    pub kind: ParamKind,
    /// In the parent function.
    pub annotation: Option<ValueId>,
    /// In the parent function.
    pub default: Option<ValueId>,
    pub range: TextRange,
}

#[derive(Debug)]
pub struct Class {
    pub name: Symbol,
    pub qualified: Arc<str>,
    pub range: TextRange,
    pub name_range: TextRange,
    /// The function whose body holds the class statement; all values below are its.
    pub function: FunctionIndex,
    pub definition: ValueId,
    pub bases: Vec<ValueId>,
    pub keywords: Vec<(Symbol, ValueId)>,
    pub decorators: Vec<ValueId>,
    /// Names bound in the body with every value bound to them, in order of first binding.
    pub members: Vec<(Symbol, Vec<ValueId>)>,
    /// `name: annotation` in the body, in order.
    pub annotations: Vec<(Symbol, ValueId)>,
}

#[derive(Debug)]
pub struct Inst {
    pub op: Op,
    pub range: TextRange,
}

#[derive(Debug, Default)]
pub struct Block {
    pub insts: Vec<ValueId>,
    pub terminator: Terminator,
    pub predecessors: Vec<BlockId>,
}

#[derive(Debug, Default)]
pub enum Terminator {
    /// Also the end of code after `return`, which nothing jumps to.
    #[default]
    Unreachable,
    Jump(BlockId),
    Branch {
        condition: ValueId,
        holds: BlockId,
        fails: BlockId,
    },
    /// Any of the targets, as where a `try` body may break off.
    Switch(Box<[BlockId]>),
    Return {
        value: ValueId,
        exit: Box<ExitState>,
    },
    Raise {
        exception: Option<ValueId>,
    },
}

/// The versions of what the caller can see, when the function returns.
#[derive(Debug, Default)]
pub struct ExitState {
    /// Parameters that have another version than at entry.
    pub params: Vec<(u32, ValueId)>,
    /// Captured variables that have another version.
    pub captures: Vec<(u32, ValueId)>,
}

#[derive(Debug, Clone, PartialEq)]
pub enum Constant {
    None,
    Ellipsis,
    Bool(bool),
    Int(i64),
    /// An integer beyond 64 bits.
    BigInt,
    Float(f64),
    Complex,
    /// At most `STRING_BYTES_MAX` bytes.
    Str(Arc<str>),
    Bytes(Arc<[u8]>),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BinaryOp {
    Add,
    Sub,
    Mult,
    MatMult,
    Div,
    Mod,
    Pow,
    LShift,
    RShift,
    BitOr,
    BitXor,
    BitAnd,
    FloorDiv,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UnaryOp {
    Invert,
    Not,
    Plus,
    Minus,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CompareOp {
    Eq,
    NotEq,
    Lt,
    LtE,
    Gt,
    GtE,
    Is,
    IsNot,
    In,
    NotIn,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ArgumentKind {
    Positional,
    Keyword(Symbol),
    /// `*values`
    Star,
    /// `**mapping`
    DoubleStar,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Argument {
    pub kind: ArgumentKind,
    pub value: ValueId,
}

/// An element of a display.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Element {
    Item(ValueId),
    /// `*values`
    Spread(ValueId),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DictEntry {
    Pair(ValueId, ValueId),
    /// `**mapping`
    Spread(ValueId),
}

/// A piece of a string that is put together.
#[derive(Debug, Clone, PartialEq)]
pub enum Part {
    Literal(Arc<str>),
    Hole(ValueId, HoleFormat),
    /// `separator.join(values)` inside a larger text.
    Join(ValueId, Arc<str>),
}

/// What the format of a hole says about the text that arrives.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum HoleFormat {
    Plain,
    /// `%d`, `{:05d}`, `{:.2f}`: only a number can be formatted.
    Number,
    /// `!r`, `%r`: quoted as a Python literal.
    Repr,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DisplayKind {
    List,
    Tuple,
    Set,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ComprehensionKind {
    List,
    Set,
    Generator,
}

/// Which part of a call an object was.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Role {
    Receiver,
    /// Index into the call's arguments.
    Argument(u32),
}

/// A module named by an import statement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImportPath {
    /// Leading dots.
    pub level: u32,
    /// Empty for `from . import x`.
    pub module: Arc<str>,
}

#[derive(Debug, Clone, PartialEq)]
pub enum Op {
    Constant(Constant),
    /// A local that may be unbound here.
    Undefined,
    /// Something lowering does not follow.
    Unknown,
    Param(u32),
    Captured(u32),
    /// A module-level name or builtin, read in a function.
    Global(Symbol),
    Phi(Box<[(BlockId, ValueId)]>),
    /// `value` on the branch where `condition` holds or fails.
    Refine {
        value: ValueId,
        condition: ValueId,
        holds: bool,
    },
    /// The version of `object` after `call`.
    After {
        object: ValueId,
        call: ValueId,
        role: Role,
    },
    Attribute {
        object: ValueId,
        name: Symbol,
    },
    /// The version of `object` after `object.name = value`.
    StoreAttribute {
        object: ValueId,
        name: Symbol,
        value: ValueId,
    },
    Item {
        object: ValueId,
        key: ValueId,
    },
    StoreItem {
        object: ValueId,
        key: ValueId,
        value: ValueId,
    },
    /// `object[lower:upper:step]`; a missing lower bound is a constant none.
    Slice {
        object: ValueId,
        lower: Option<ValueId>,
        upper: Option<ValueId>,
    },
    /// `global name` and an assignment to it, or a module-level binding seen by functions.
    StoreGlobal {
        name: Symbol,
        value: ValueId,
    },
    /// `nonlocal` and an assignment to it.
    StoreCaptured {
        index: u32,
        value: ValueId,
    },
    Call {
        callee: ValueId,
        arguments: Box<[Argument]>,
    },
    Display(DisplayKind, Box<[Element]>),
    Dict(Box<[DictEntry]>),
    /// A comprehension's result, from the value of its element expression.
    Comprehension(ComprehensionKind, ValueId),
    DictComprehension(ValueId, ValueId),
    Template(Box<[Part]>),
    Binary(BinaryOp, ValueId, ValueId),
    Unary(UnaryOp, ValueId),
    Compare(CompareOp, ValueId, ValueId),
    /// What `case Class():` tests.
    IsInstance(ValueId, ValueId),
    /// One element of an iteration.
    Next(ValueId),
    /// Element `index` of an unpacked value; negative from the end.
    Unpack(ValueId, i32),
    /// What `*rest` receives: elements from `index` on.
    UnpackRest(ValueId, u32),
    Yield(ValueId),
    YieldFrom(ValueId),
    Await(ValueId),
    /// What `with manager as x` binds.
    Enter(ValueId),
    /// What `except types as x` binds.
    Exception(Option<ValueId>),
    Function {
        function: FunctionIndex,
        /// For each capture of the function, every value of the variable here.
        captures: Box<[Box<[ValueId]>]>,
    },
    Class(ClassIndex),
    /// `function` passed through `decorator`.
    Decorate {
        value: ValueId,
        decorator: ValueId,
    },
    /// `value` with the annotation of its target.
    Annotated {
        value: Option<ValueId>,
        annotation: ValueId,
    },
    /// `import a.b` binds `a`; `import a.b as c` binds `a.b`.
    Import(Arc<str>),
    ImportFrom {
        from: Box<ImportPath>,
        name: Symbol,
    },
}

impl Function {
    pub fn op(&self, value: ValueId) -> &Op {
        &self.insts[value.index()].op
    }

    pub fn range_of(&self, value: ValueId) -> TextRange {
        self.insts[value.index()].range
    }
}

impl Module {
    pub fn function(&self, index: FunctionIndex) -> &Function {
        &self.functions[index.index()]
    }

    pub fn class(&self, index: ClassIndex) -> &Class {
        &self.classes[index.index()]
    }

    pub fn name(&self, symbol: Symbol) -> &str {
        &self.symbols[symbol.index()]
    }

    /// Replaces every module-local symbol by `map[symbol]` and forgets the local table. Called
    /// once, when the module joins a program.
    pub fn remap_symbols(&mut self, map: &[Symbol]) {
        let new = |symbol: &mut Symbol| *symbol = map[symbol.index()];
        for function in &mut self.functions {
            new(&mut function.name);
            function.captures.iter_mut().for_each(new);
            function
                .params
                .iter_mut()
                .for_each(|param| new(&mut param.name));
            function.bindings.iter_mut().for_each(|(name, _)| new(name));
            function
                .unbound
                .iter_mut()
                .for_each(|reading| new(&mut reading.name));
            for inst in &mut function.insts {
                inst.op.symbols_mut(&new);
            }
        }
        for class in &mut self.classes {
            new(&mut class.name);
            class.keywords.iter_mut().for_each(|(name, _)| new(name));
            class.members.iter_mut().for_each(|(name, _)| new(name));
            class.annotations.iter_mut().for_each(|(name, _)| new(name));
        }
        self.globals.iter_mut().for_each(|(name, _)| new(name));
        self.globals.sort_by_key(|(name, _)| *name);
        self.global_stores
            .iter_mut()
            .for_each(|(name, _, _)| new(name));
        if let Some(exports) = &mut self.exports {
            exports.iter_mut().for_each(new);
        }
        self.symbols = Vec::new();
    }
}

impl Op {
    fn symbols_mut(&mut self, new: &impl Fn(&mut Symbol)) {
        match self {
            Self::Global(name)
            | Self::Attribute { name, .. }
            | Self::StoreAttribute { name, .. }
            | Self::StoreGlobal { name, .. }
            | Self::ImportFrom { name, .. } => new(name),
            Self::Call { arguments, .. } => {
                for argument in arguments {
                    if let ArgumentKind::Keyword(name) = &mut argument.kind {
                        new(name);
                    }
                }
            }
            Self::Constant(_)
            | Self::Undefined
            | Self::Unknown
            | Self::Param(_)
            | Self::Captured(_)
            | Self::Phi(_)
            | Self::Refine { .. }
            | Self::After { .. }
            | Self::Item { .. }
            | Self::StoreItem { .. }
            | Self::Slice { .. }
            | Self::StoreCaptured { .. }
            | Self::Display(..)
            | Self::Dict(_)
            | Self::Comprehension(..)
            | Self::DictComprehension(..)
            | Self::Template(_)
            | Self::Binary(..)
            | Self::Unary(..)
            | Self::Compare(..)
            | Self::IsInstance(..)
            | Self::Next(_)
            | Self::Unpack(..)
            | Self::UnpackRest(..)
            | Self::Yield(_)
            | Self::YieldFrom(_)
            | Self::Await(_)
            | Self::Enter(_)
            | Self::Exception(_)
            | Self::Function { .. }
            | Self::Class(_)
            | Self::Decorate { .. }
            | Self::Annotated { .. }
            | Self::Import(_) => {}
        }
    }

    /// Calls `visit` on every value this instruction reads.
    pub fn operands_mut(&mut self, visit: &mut impl FnMut(&mut ValueId)) {
        match self {
            Self::Constant(_)
            | Self::Undefined
            | Self::Unknown
            | Self::Param(_)
            | Self::Captured(_)
            | Self::Global(_)
            | Self::Class(_)
            | Self::Import(_)
            | Self::ImportFrom { .. } => {}
            Self::Phi(inputs) => inputs.iter_mut().for_each(|(_, value)| visit(value)),
            Self::Refine {
                value, condition, ..
            } => {
                visit(value);
                visit(condition);
            }
            Self::After { object, call, .. } => {
                visit(object);
                visit(call);
            }
            Self::Attribute { object, .. } => visit(object),
            Self::StoreAttribute { object, value, .. } => {
                visit(object);
                visit(value);
            }
            Self::Item { object, key } => {
                visit(object);
                visit(key);
            }
            Self::StoreItem { object, key, value } => {
                visit(object);
                visit(key);
                visit(value);
            }
            Self::Slice {
                object,
                lower,
                upper,
            } => {
                visit(object);
                lower.iter_mut().for_each(&mut *visit);
                upper.iter_mut().for_each(visit);
            }
            Self::StoreGlobal { value, .. } | Self::StoreCaptured { value, .. } => visit(value),
            Self::Call { callee, arguments } => {
                visit(callee);
                arguments
                    .iter_mut()
                    .for_each(|argument| visit(&mut argument.value));
            }
            Self::Display(_, elements) => {
                for element in elements {
                    match element {
                        Element::Item(value) | Element::Spread(value) => visit(value),
                    }
                }
            }
            Self::Dict(entries) => {
                for entry in entries {
                    match entry {
                        DictEntry::Pair(key, value) => {
                            visit(key);
                            visit(value);
                        }
                        DictEntry::Spread(value) => visit(value),
                    }
                }
            }
            Self::Template(parts) => {
                for part in parts {
                    match part {
                        Part::Literal(_) => {}
                        Part::Hole(value, _) | Part::Join(value, _) => visit(value),
                    }
                }
            }
            Self::DictComprehension(left, right)
            | Self::Binary(_, left, right)
            | Self::Compare(_, left, right)
            | Self::IsInstance(left, right)
            | Self::Decorate {
                value: left,
                decorator: right,
            } => {
                visit(left);
                visit(right);
            }
            Self::Comprehension(_, value)
            | Self::Unary(_, value)
            | Self::Next(value)
            | Self::Unpack(value, _)
            | Self::UnpackRest(value, _)
            | Self::Yield(value)
            | Self::YieldFrom(value)
            | Self::Await(value)
            | Self::Enter(value) => visit(value),
            Self::Exception(types) => types.iter_mut().for_each(visit),
            Self::Function { captures, .. } => captures
                .iter_mut()
                .for_each(|values| values.iter_mut().for_each(&mut *visit)),
            Self::Annotated { value, annotation } => {
                value.iter_mut().for_each(&mut *visit);
                visit(annotation);
            }
        }
    }
}
