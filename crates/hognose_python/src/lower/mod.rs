//! Syntax tree to intermediate representation.
//!
//! ```python
//! def outer(a):                 # one function record, built by its own `Builder`
//!     return lambda b: a + b    # another one, which captures `a` of the first
//! ```
//! A [`Lowerer`] walks the tree once. Nested functions are lowered where they stand, while the
//! functions around them wait on a stack. What a construct means is in the module named after it.
//!
//! Not here: reading files; anything about what names of other modules mean.

mod assign;
mod call;
mod class;
mod comprehension;
mod condition;
mod control;
mod display;
mod expression;
mod format;
mod function;
mod import;
mod names;
mod pattern;
mod statement;
mod string;
mod try_finally;
mod unbound;

use std::sync::Arc;

use ruff_python_ast::Stmt;
use ruff_text_size::{TextRange, TextSize};
use rustc_hash::{FxHashMap, FxHashSet};

use crate::build::{Builder, Reading, VarId};
use crate::ir::{
    Asyncness, BlockId, Class, ClassIndex, Function, FunctionIndex, FunctionKind, ImportPath,
    Module, Op, Param, Symbol, ValueId,
};
use crate::limits::CAPTURED_VALUES_MAX;
use crate::scope;

use names::{Binding, Scope, ScopeKind};

/// Lowers a parsed file. `text` is what the ranges of `suite` refer to.
pub fn lower_module(text: &str, suite: &[Stmt]) -> Module {
    let mut lowerer = Lowerer::new(text);
    let declared = if text.contains("global") {
        scope::names_declared_global(text, suite)
    } else {
        Vec::new()
    };
    lowerer.declare_module(suite, &declared);
    lowerer.lower_body(suite);
    lowerer.return_none(TextRange::empty(TextSize::of(text)));
    lowerer.finish_module()
}

/// The walk over one file.
struct Lowerer<'a> {
    text: &'a str,
    symbols: Symbols,
    functions: Vec<Option<Function>>,
    classes: Vec<Option<Class>>,
    /// Functions around the current one, outermost first.
    outer: Vec<State<'a>>,
    here: State<'a>,
    /// Builders of functions that are done.
    spare: Vec<Builder>,
    /// Nested expressions and statements that are being lowered.
    depth: u32,
    depth_limit_hits: u32,
    quoted: Quoted,
    /// Qualified name of the function or class around, with a dot at the end unless empty.
    prefix: String,
    global_stores: Vec<(Symbol, FunctionIndex, ValueId)>,
    star_imports: Vec<ImportPath>,
    imported_modules: Vec<Arc<str>>,
    exports: Option<Vec<Symbol>>,
}

/// What a string literal is: text, or the name of a type.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Quoted {
    Text,
    Type,
}

/// A function under construction.
struct State<'a> {
    builder: Builder,
    index: FunctionIndex,
    qualified: String,
    scopes: Vec<Scope>,
    control: Vec<Control<'a>>,
    captures: Vec<Capture>,
    /// `Op::Function` instructions and, for each capture, the variable here.
    closures: Vec<(ValueId, Vec<VarId>)>,
    children: Vec<FunctionIndex>,
    classes: Vec<ClassMembers>,
    /// For each parameter, the variable that holds the object the caller passed.
    params: Vec<VarId>,
    global_stores: Vec<(Symbol, ValueId)>,
    bindings: Vec<(Symbol, ValueId)>,
    /// Local names that were read where several ways meet.
    readings: Vec<Reading>,
    places: Option<Places>,
    is_generator: bool,
    finally_copies: u32,
    /// Clauses of the current `if` that have failed so far.
    failed_clauses: usize,
}

/// What a `break`, `continue` or `return` leaves.
#[derive(Debug, Clone, Copy)]
enum Control<'a> {
    Loop { next: BlockId, exit: BlockId },
    Finally(&'a [Stmt]),
}

/// A variable of an enclosing function.
#[derive(Debug, Clone, Copy)]
struct Capture {
    name: Symbol,
    var: VarId,
    /// The variable in the function directly around.
    outer: VarId,
}

/// The variables of a class body, in order of first binding.
struct ClassMembers {
    class: ClassIndex,
    members: Vec<(Symbol, VarId)>,
}

/// Local names that a condition reads, with the place of their scope on the stack.
type Places = Vec<(VarId, usize)>;

/// The names of a file.
#[derive(Default)]
struct Symbols {
    names: Vec<Arc<str>>,
    by_name: FxHashMap<Arc<str>, Symbol>,
}

impl Symbols {
    fn intern(&mut self, name: &str) -> Symbol {
        if let Some(symbol) = self.by_name.get(name) {
            return *symbol;
        }
        let symbol = Symbol(self.names.len() as u32);
        let name: Arc<str> = Arc::from(name);
        self.names.push(Arc::clone(&name));
        self.by_name.insert(name, symbol);
        symbol
    }
}

impl State<'_> {
    fn new(index: FunctionIndex, qualified: String, builder: Builder) -> Self {
        Self {
            builder,
            index,
            qualified,
            scopes: vec![Scope::new(ScopeKind::Function)],
            control: Vec::new(),
            captures: Vec::new(),
            closures: Vec::new(),
            children: Vec::new(),
            classes: Vec::new(),
            params: Vec::new(),
            global_stores: Vec::new(),
            bindings: Vec::new(),
            readings: Vec::new(),
            places: None,
            is_generator: false,
            finally_copies: 0,
            failed_clauses: 0,
        }
    }
}

/// What is known of a function before its body is lowered.
struct Header {
    name: Symbol,
    kind: FunctionKind,
    asyncness: Asyncness,
    range: TextRange,
    name_range: TextRange,
    params: Vec<Param>,
    class: Option<ClassIndex>,
    decorators: Vec<ValueId>,
    returns: Option<ValueId>,
}

impl<'a> Lowerer<'a> {
    fn new(text: &'a str) -> Self {
        Self {
            text,
            symbols: Symbols::default(),
            functions: vec![None],
            classes: Vec::new(),
            outer: Vec::new(),
            here: State::new(FunctionIndex(0), String::new(), Builder::new()),
            spare: Vec::new(),
            depth: 0,
            depth_limit_hits: 0,
            quoted: Quoted::Text,
            prefix: String::new(),
            global_stores: Vec::new(),
            star_imports: Vec::new(),
            imported_modules: Vec::new(),
            exports: None,
        }
    }

    fn is_in_module(&self) -> bool {
        self.outer.is_empty()
    }

    fn emit(&mut self, op: Op, range: TextRange) -> ValueId {
        self.here.builder.emit(op, range)
    }

    fn emit_value(&mut self, op: Op, range: TextRange) -> ValueId {
        self.here.builder.emit_value(op, range)
    }

    /// Starts a function inside the current one.
    fn enter_function(&mut self, qualified: String) -> FunctionIndex {
        let index = FunctionIndex(self.functions.len() as u32);
        self.functions.push(None);
        self.here.children.push(index);
        let builder = self.spare.pop().unwrap_or_else(Builder::new);
        let state = State::new(index, qualified, builder);
        self.outer.push(std::mem::replace(&mut self.here, state));
        index
    }

    /// Ends the current function and returns to the one around it.
    fn leave_function(&mut self, header: Header) -> Vec<Capture> {
        let around = self.outer.pop().expect("enter_function pushed");
        let state = std::mem::replace(&mut self.here, around);
        let captures = state.captures.clone();
        let parent = Some(self.here.index);
        self.finish_state(state, header, parent);
        captures
    }

    fn finish_module(mut self) -> Module {
        let state = std::mem::replace(
            &mut self.here,
            State::new(FunctionIndex(0), String::new(), Builder::new()),
        );
        let name = self.symbols.intern("");
        let header = Header {
            name,
            kind: FunctionKind::Module,
            asyncness: Asyncness::Sync,
            range: TextRange::up_to(TextSize::of(self.text)),
            name_range: TextRange::default(),
            params: Vec::new(),
            class: None,
            decorators: Vec::new(),
            returns: None,
        };
        let globals = self.finish_state(state, header, None);
        self.imported_modules.sort();
        self.imported_modules.dedup();
        Module {
            symbols: self.symbols.names,
            functions: self
                .functions
                .into_iter()
                .map(|function| function.expect("every function that was entered was left"))
                .collect(),
            classes: self
                .classes
                .into_iter()
                .map(|class| class.expect("every class that was entered was left"))
                .collect(),
            globals,
            global_stores: self.global_stores,
            star_imports: self.star_imports,
            imported_modules: self.imported_modules,
            exports: self.exports,
            depth_limit_hits: self.depth_limit_hits,
        }
    }

    /// Finishes a function's code and renames everything that refers to its values. For a module,
    /// returns its globals.
    fn finish_state(
        &mut self,
        mut state: State<'a>,
        header: Header,
        parent: Option<FunctionIndex>,
    ) -> Vec<(Symbol, Vec<ValueId>)> {
        let globals = if parent.is_none() {
            state.scopes[0].variables()
        } else {
            Vec::new()
        };
        let unbound = if parent.is_none() {
            Vec::new()
        } else {
            state.unbound_readings(self.text)
        };
        let mut globals = self.complete_values(&mut state, globals);
        let mut roots = Vec::new();
        self.visit_references(&state, &mut |value| roots.push(*value));
        roots.extend(globals.iter().flat_map(|(_, values)| values));
        let finished = state.builder.finish(&roots);
        let mut rename = |value: &mut ValueId| *value = finished.value(*value);
        let mut builder = std::mem::replace(&mut state.builder, Builder::new());
        builder.clear();
        self.spare.push(builder);
        self.visit_references(&state, &mut rename);
        for (_, values) in &mut globals {
            values.iter_mut().for_each(&mut rename);
            unique(values);
        }
        for (name, value) in &state.global_stores {
            let value = finished.value(*value);
            self.global_stores.push((*name, state.index, value));
        }
        let bindings = state
            .bindings
            .iter()
            .map(|(name, value)| (*name, finished.value(*value)))
            .collect();
        let function = Function {
            name: header.name,
            qualified: Arc::from(state.qualified),
            kind: header.kind,
            asyncness: header.asyncness,
            is_generator: state.is_generator,
            range: header.range,
            name_range: header.name_range,
            params: header.params,
            captures: state.captures.iter().map(|capture| capture.name).collect(),
            parent,
            class: header.class,
            definition: None,
            decorators: header.decorators,
            returns: header.returns,
            bindings,
            unbound,
            insts: finished.insts,
            blocks: finished.blocks,
        };
        self.functions[state.index.index()] = Some(function);
        globals
    }

    /// Fills in everything that captured, class and module variables were ever bound to; returns
    /// the values of the latter.
    fn complete_values(
        &mut self,
        state: &mut State<'a>,
        globals: Vec<(Symbol, VarId)>,
    ) -> Vec<(Symbol, Vec<ValueId>)> {
        let mut values = bound_values(state, &globals);
        for (function, captured) in &state.closures {
            let lists = captured
                .iter()
                .map(|var| {
                    values_of(&values, *var)
                        .iter()
                        .copied()
                        .take(CAPTURED_VALUES_MAX)
                })
                .map(Iterator::collect)
                .collect();
            if let Op::Function { captures, .. } = state.builder.op_mut(*function) {
                *captures = lists;
            }
        }
        for members in &state.classes {
            let class = self.classes[members.class.index()]
                .as_mut()
                .expect("classes are complete when their function ends");
            class.members = members
                .members
                .iter()
                .map(|(name, var)| (*name, values.remove(var).unwrap_or_default()))
                .filter(|(_, values)| !values.is_empty())
                .collect();
        }
        let mut globals: Vec<(Symbol, Vec<ValueId>)> = globals
            .into_iter()
            .map(|(name, var)| (name, values.remove(&var).unwrap_or_default()))
            .filter(|(_, values)| !values.is_empty())
            .collect();
        globals.sort_by_key(|(name, _)| *name);
        globals
    }

    /// Visits the values of a function that records outside of its code refer to.
    fn visit_references(&mut self, state: &State<'a>, visit: &mut impl FnMut(&mut ValueId)) {
        for child in &state.children {
            let child = self.functions[child.index()]
                .as_mut()
                .expect("nested functions are finished before the one around them");
            child.definition.iter_mut().for_each(&mut *visit);
            child.decorators.iter_mut().for_each(&mut *visit);
            child.returns.iter_mut().for_each(&mut *visit);
            for param in &mut child.params {
                param.annotation.iter_mut().for_each(&mut *visit);
                param.default.iter_mut().for_each(&mut *visit);
            }
        }
        for members in &state.classes {
            let class = self.classes[members.class.index()]
                .as_mut()
                .expect("classes are complete when their function ends");
            visit(&mut class.definition);
            class.bases.iter_mut().for_each(&mut *visit);
            class.decorators.iter_mut().for_each(&mut *visit);
            for (_, value) in class.keywords.iter_mut().chain(&mut class.annotations) {
                visit(value);
            }
            for (_, values) in &mut class.members {
                values.iter_mut().for_each(&mut *visit);
                unique(values);
            }
        }
        for (_, value) in state.global_stores.iter().chain(&state.bindings) {
            visit(&mut { *value });
        }
    }
}

/// Everything that was ever bound to captured, class and module variables.
fn bound_values(state: &State<'_>, globals: &[(Symbol, VarId)]) -> FxHashMap<VarId, Vec<ValueId>> {
    let mut wanted: FxHashSet<VarId> = FxHashSet::default();
    wanted.extend(state.closures.iter().flat_map(|(_, vars)| vars));
    for class in &state.classes {
        wanted.extend(class.members.iter().map(|(_, var)| *var));
    }
    wanted.extend(globals.iter().map(|(_, var)| *var));
    if wanted.is_empty() {
        return FxHashMap::default();
    }
    let mut values: FxHashMap<VarId, Vec<ValueId>> = FxHashMap::default();
    for (var, value) in state.builder.values_of(|var| wanted.contains(&var)) {
        values.entry(var).or_default().push(value);
    }
    values
}

fn values_of(values: &FxHashMap<VarId, Vec<ValueId>>, var: VarId) -> &[ValueId] {
    values.get(&var).map_or(&[], Vec::as_slice)
}

/// Removes repeated values and keeps the order.
fn unique(values: &mut Vec<ValueId>) {
    let mut seen = FxHashSet::default();
    values.retain(|value| seen.insert(*value));
}

impl Binding {
    fn var(self) -> Option<VarId> {
        match self {
            Self::Local(var) | Self::Captured(var, _) | Self::GlobalStore(var) => Some(var),
            Self::Cell(_) | Self::Global => None,
        }
    }
}
