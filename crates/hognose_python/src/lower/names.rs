//! What a name means: scopes, bindings, captured variables.
//!
//! ```python
//! limit = 10                    # module level: a variable of the module's body
//! def f(x):                     # `x` is local
//!     def g(): return x, limit  # `x` is captured, `limit` is read from the module
//! class C:
//!     size = 3
//!     def m(self): return size  # not the class's `size`
//! ```
//! A name that nothing binds is a builtin, comes from a star import or does not exist; that is
//! decided later.

use ruff_python_ast::{Parameters, Stmt};
use ruff_text_size::TextRange;
use rustc_hash::FxHashMap;

use crate::build::{Entry, Reading, Sites, VarId, Write};
use crate::ir::{ClassIndex, Constant, Op, Symbol, ValueId};
use crate::scope::{self, Bound};

use super::{Capture, Lowerer};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ScopeKind {
    /// A function's or the module's own scope: the first of each function.
    Function,
    Class,
    Comprehension,
    TypeParameters,
}

/// Names and what they are bound to.
#[derive(Debug)]
pub struct Scope {
    pub kind: ScopeKind,
    pub names: FxHashMap<Symbol, Binding>,
    /// The names above in order of first binding.
    pub order: Vec<Symbol>,
    /// In a class: which one.
    pub class: Option<ClassIndex>,
    /// In a class: `name: annotation`, in order.
    pub annotations: Vec<(Symbol, ValueId)>,
    /// In a class: the variable for `__class__`, once a method reads it.
    pub class_cell: Option<VarId>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Binding {
    Local(VarId),
    /// A variable of an enclosing function, and its index among the captures.
    Captured(VarId, u32),
    /// Declared `global` in a function that may bind it.
    GlobalStore(VarId),
    /// A name of the module that functions rebind: never read from the variable.
    Cell(VarId),
    /// A name of the module, a builtin, or nothing.
    Global,
}

impl Scope {
    pub fn new(kind: ScopeKind) -> Self {
        Self {
            kind,
            names: FxHashMap::default(),
            order: Vec::new(),
            class: None,
            annotations: Vec::new(),
            class_cell: None,
        }
    }

    pub fn declare(&mut self, name: Symbol, binding: Binding) {
        if self.names.insert(name, binding).is_none() {
            self.order.push(name);
        }
    }

    /// The variables that are this scope's own.
    pub fn variables(&self) -> Vec<(Symbol, VarId)> {
        let own = |name: &Symbol| match self.names.get(name) {
            Some(Binding::Local(var) | Binding::Cell(var)) => Some((*name, *var)),
            Some(Binding::Captured(..) | Binding::GlobalStore(_) | Binding::Global) | None => None,
        };
        self.order.iter().filter_map(own).collect()
    }
}

/// Where a name was found.
#[derive(Debug, Clone, Copy)]
struct Found {
    binding: Binding,
    scope: usize,
}

impl<'a> Lowerer<'a> {
    // Declarations

    pub fn declare_module(&mut self, suite: &'a [Stmt], rebound: &[&str]) {
        let counts = self.count_bindings(suite);
        for (name, count) in counts {
            let entry = Entry::Global(name);
            let var = self.here.builder.new_var(entry, count.sites());
            let is_rebound = rebound.contains(&&*self.symbols.names[name.index()]);
            let binding = if is_rebound {
                Binding::Cell(var)
            } else {
                Binding::Local(var)
            };
            self.here.scopes[0].declare(name, binding);
        }
    }

    /// Declares a function's names. Its parameters are written by the caller.
    pub fn declare_function(&mut self, parameters: Option<&Parameters>, body: &'a [Stmt]) {
        let mut counts = self.count_bindings(body);
        if let Some(parameters) = parameters {
            for param in parameters {
                let name = self.symbols.intern(param.name());
                match counts.iter_mut().find(|(other, _)| *other == name) {
                    Some((_, count)) => count.local += 1,
                    None => counts.push((name, Count::ONE)),
                }
            }
        }
        for (name, count) in counts {
            let outer = match count.declared {
                Bound::Nonlocal => self.capture_from_outside(name),
                Bound::Local | Bound::Global => None,
            };
            let binding = match (count.declared, outer) {
                (Bound::Global, _) => {
                    let entry = Entry::Global(name);
                    Binding::GlobalStore(self.here.builder.new_var(entry, Sites::Several))
                }
                (Bound::Nonlocal, Some(captured)) => captured,
                (Bound::Nonlocal | Bound::Local, _) => {
                    let sites = count.sites();
                    Binding::Local(self.here.builder.new_var(Entry::Undefined, sites))
                }
            };
            self.here.scopes[0].declare(name, binding);
        }
    }

    /// The scope of a class body in the current function.
    pub fn class_scope(&mut self, body: &'a [Stmt]) -> Scope {
        let mut scope = Scope::new(ScopeKind::Class);
        for (name, count) in self.count_bindings(body) {
            let binding = match count.declared {
                Bound::Global if self.is_in_module() => continue,
                Bound::Global => {
                    let entry = Entry::Global(name);
                    Binding::GlobalStore(self.here.builder.new_var(entry, Sites::Several))
                }
                Bound::Nonlocal => continue,
                Bound::Local => {
                    let sites = count.sites();
                    Binding::Local(self.here.builder.new_var(Entry::Undefined, sites))
                }
            };
            scope.declare(name, binding);
        }
        scope
    }

    /// How often a body binds each name, in order of first binding.
    fn count_bindings(&mut self, body: &'a [Stmt]) -> Vec<(Symbol, Count)> {
        let mut counts: Vec<(Symbol, Count)> = Vec::new();
        let mut places: FxHashMap<Symbol, usize> = FxHashMap::default();
        let symbols = &mut self.symbols;
        scope::bindings(self.text, body, &mut |name, bound| {
            let name = symbols.intern(name);
            let place = *places.entry(name).or_insert_with(|| {
                counts.push((name, Count::NONE));
                counts.len() - 1
            });
            let count = &mut counts[place].1;
            match bound {
                Bound::Local => count.local += 1,
                Bound::Global | Bound::Nonlocal => count.declared = bound,
            }
        });
        counts
    }

    // Look-up

    fn find_name(&mut self, name: Symbol, below: usize) -> Found {
        let mut is_class_visible = true;
        for (at, scope) in self.here.scopes[..below].iter().enumerate().rev() {
            let is_visible = match scope.kind {
                ScopeKind::Function | ScopeKind::TypeParameters => true,
                ScopeKind::Comprehension => {
                    is_class_visible = false;
                    true
                }
                ScopeKind::Class => std::mem::replace(&mut is_class_visible, false),
            };
            if is_visible && let Some(binding) = scope.names.get(&name) {
                return Found {
                    binding: *binding,
                    scope: at,
                };
            }
        }
        let binding = self.capture_from_outside(name).unwrap_or(Binding::Global);
        self.here.scopes[0].names.insert(name, binding);
        Found { binding, scope: 0 }
    }

    /// What a name means here.
    pub fn binding(&mut self, name: Symbol) -> Binding {
        self.find_name(name, self.here.scopes.len()).binding
    }

    /// Makes a variable of an enclosing function readable here, and in all functions in between.
    fn capture_from_outside(&mut self, name: Symbol) -> Option<Binding> {
        let (level, var) = self.find_outside(name)?;
        let mut var = var;
        for level in level + 1..self.outer.len() {
            var = capture(&mut self.outer[level], name, var).0;
        }
        let (var, index) = capture(&mut self.here, name, var);
        Some(Binding::Captured(var, index))
    }

    /// The enclosing function, by its place on the stack, that has a variable of this name.
    fn find_outside(&mut self, name: Symbol) -> Option<(usize, VarId)> {
        let is_class_cell = &*self.symbols.names[name.index()] == "__class__";
        for (level, state) in self.outer.iter_mut().enumerate().rev() {
            for (at, scope) in state.scopes.iter_mut().enumerate().rev() {
                if scope.kind == ScopeKind::Class {
                    if is_class_cell {
                        let builder = &mut state.builder;
                        let var = *scope
                            .class_cell
                            .get_or_insert_with(|| builder.new_var(Entry::Undefined, Sites::One));
                        return Some((level, var));
                    }
                    continue;
                }
                if level == 0 && at == 0 {
                    return None;
                }
                match scope.names.get(&name) {
                    Some(Binding::Local(var) | Binding::Captured(var, _)) => {
                        return Some((level, *var));
                    }
                    Some(Binding::GlobalStore(_) | Binding::Cell(_) | Binding::Global) => {
                        return None;
                    }
                    None => {}
                }
            }
        }
        None
    }

    // Reading and binding

    /// Reads a name.
    pub fn load_name(&mut self, name: &str, range: TextRange) -> ValueId {
        self.load_variable(name, range).0
    }

    /// Reads a name; also the variable of this function that it was read from.
    pub fn load_variable(&mut self, name: &str, range: TextRange) -> (ValueId, Option<VarId>) {
        if name.is_empty() {
            // The parser's stand-in for a missing expression.
            return (self.emit_value(Op::Unknown, range), None);
        }
        let name = self.symbols.intern(name);
        let mut below = self.here.scopes.len();
        loop {
            let found = self.find_name(name, below);
            let var = match found.binding {
                Binding::Local(var) | Binding::Captured(var, _) | Binding::GlobalStore(var) => var,
                Binding::Cell(_) | Binding::Global => {
                    return (self.emit_value(Op::Global(name), range), None);
                }
            };
            let value = self.here.builder.load(var, range);
            if self.here.scopes[found.scope].kind == ScopeKind::Class
                && matches!(self.here.builder.op(value), Op::Undefined)
            {
                below = found.scope;
                continue;
            }
            let is_own = matches!(found.binding, Binding::Local(_))
                && self.here.scopes[found.scope].kind == ScopeKind::Function;
            if is_own && matches!(self.here.builder.op(value), Op::Phi(_)) {
                let block = self.here.builder.block();
                self.here.readings.push(Reading {
                    name,
                    value,
                    range,
                    block,
                });
            }
            if let Some(places) = &mut self.here.places
                && !places.iter().any(|(other, _)| *other == var)
            {
                places.push((var, found.scope));
            }
            if let Op::Global(name) = *self.here.builder.op(value) {
                // An own instruction for each reading, so that it has the place of the reading.
                return (self.emit_value(Op::Global(name), range), Some(var));
            }
            return (value, Some(var));
        }
    }

    /// Binds a name.
    pub fn store_name(&mut self, name: &str, value: ValueId, range: TextRange) {
        if name.is_empty() {
            return;
        }
        let name = self.symbols.intern(name);
        let is_text = matches!(
            self.here.builder.op(value),
            Op::Constant(Constant::Str(_) | Constant::Bytes(_))
                | Op::Phi(_)
                | Op::Call { .. }
                | Op::Template(_)
                | Op::Binary(..)
                | Op::Item { .. }
                | Op::Slice { .. }
                | Op::Comprehension(..)
                | Op::Await(_)
                | Op::Annotated { .. }
        );
        if is_text {
            self.here.bindings.push((name, value));
        }
        match self.own_binding(name) {
            Binding::Local(var) | Binding::Cell(var) => self.here.builder.bind(var, value),
            Binding::Captured(var, index) => {
                self.emit(Op::StoreCaptured { index, value }, range);
                self.here.builder.bind(var, value);
            }
            Binding::GlobalStore(var) => {
                self.emit(Op::StoreGlobal { name, value }, range);
                self.here.global_stores.push((name, value));
                self.here.builder.bind(var, value);
            }
            Binding::Global => {
                let entry = Entry::Undefined;
                let var = self.here.builder.new_var(entry, Sites::Several);
                self.here.scopes[0].declare(name, Binding::Local(var));
                self.here.builder.bind(var, value);
            }
        }
    }

    /// What binding a name means: comprehensions bind outside of themselves, except their targets.
    fn own_binding(&mut self, name: Symbol) -> Binding {
        for (at, scope) in self.here.scopes.iter().enumerate().rev() {
            match scope.kind {
                ScopeKind::Comprehension | ScopeKind::TypeParameters => {
                    if let Some(binding) = scope.names.get(&name) {
                        return *binding;
                    }
                }
                ScopeKind::Class => {
                    if let Some(binding) = scope.names.get(&name) {
                        return *binding;
                    }
                    let entry = Entry::Undefined;
                    let var = self.here.builder.new_var(entry, Sites::Several);
                    self.here.scopes[at].declare(name, Binding::Local(var));
                    return Binding::Local(var);
                }
                ScopeKind::Function => {}
            }
        }
        let binding = self.here.scopes[0].names.get(&name);
        binding.copied().unwrap_or(Binding::Global)
    }

    /// Unbinds a name: `del x`, or the end of `except E as x`.
    pub fn delete_name(&mut self, name: &str, range: TextRange) {
        let name = self.symbols.intern(name);
        if let Some(var) = self.own_binding(name).var() {
            let value = self.emit_value(Op::Undefined, range);
            self.here.builder.write(var, value, Write::Silent);
        }
    }
}

fn capture(state: &mut super::State<'_>, name: Symbol, outer: VarId) -> (VarId, u32) {
    let known = state
        .captures
        .iter()
        .position(|capture| capture.name == name && capture.outer == outer);
    if let Some(index) = known {
        return (state.captures[index].var, index as u32);
    }
    let index = state.captures.len() as u32;
    let var = state
        .builder
        .new_var(Entry::Captured(index), Sites::Several);
    state.captures.push(Capture { name, var, outer });
    state.scopes[0]
        .names
        .insert(name, Binding::Captured(var, index));
    (var, index)
}

/// Bindings of one name in one scope.
struct Count {
    local: u32,
    declared: Bound,
}

impl Count {
    const NONE: Self = Self {
        local: 0,
        declared: Bound::Local,
    };
    const ONE: Self = Self {
        local: 1,
        declared: Bound::Local,
    };

    fn sites(&self) -> Sites {
        if self.local <= 1 {
            Sites::One
        } else {
            Sites::Several
        }
    }
}
