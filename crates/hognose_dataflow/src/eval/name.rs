//! What a name means: parameters, captured variables, globals, imports.
//!
//! ```python
//! from shop import db          # a module of the project, or a path of a library
//! def f(x):                    # Param(0), typed by its annotation, marked if f is an entry point
//!     return db.find(x)
//! ```
//! Where a model row describes a symbol of an analysed module, the row wins: analysing a library
//! itself gives its symbols the meaning that users of the library see.

use std::sync::Arc;

use hognose_python::ir::{ImportPath, Op, ParamKind, Symbol, ValueId};

use super::{Frame, Openness};
use crate::fact::Fact;
use crate::flavor::{Flavor, flavor};
use crate::link::Place;
use crate::models::rows::{Labels, NodeId, Parameters, SourceKind};
use crate::program::{FuncId, ModuleId};
use crate::summary::{Cell, Entry};
use crate::value::{Atom, Key, Mark, Origin, Path, Value};

/// Star imports of star imports that are followed.
const STAR_DEPTH_MAX: usize = 4;

impl Frame<'_> {
    /// A parameter at entry: what the caller passes, and what is known without a caller.
    pub(super) fn param(&mut self, index: usize) -> Value {
        let Ok(number) = u16::try_from(index) else {
            return Value::unknown();
        };
        let param = &self.function.params[index];
        let symbol = Mark::symbolic(Origin::Param(number, Path::EMPTY));
        let mut value = Value::of_marks(std::iter::once(symbol).collect());
        if index == 0
            && let Some(receiver) = self.receiver_fact()
        {
            return value.with_fact(receiver);
        }
        let typed = self.read(Cell::Annotation(self.id, number));
        for fact in typed.facts() {
            value = value.with_fact(fact.clone());
        }
        if (param.kind == ParamKind::Positional
            || param.kind == ParamKind::PositionalOnly
            || param.kind == ParamKind::KeywordOnly)
            && let Some(element) = typed.child(Key::Any)
        {
            value = value.with_child(Key::Any, value.step(Key::Any).join_facts(element));
        }
        match self.world.state.entry(self.id).cloned() {
            Some(entry) => self.entry_param(index, value, &typed, &entry),
            None => self.open_param(index, value),
        }
    }

    /// What the first parameter of a method is.
    fn receiver_fact(&self) -> Option<Fact> {
        let class = self.world.program.class_of(self.id)?;
        if self.function.params[0].kind == ParamKind::Variadic {
            return None;
        }
        match flavor(self.world.program, self.id) {
            Flavor::Method | Flavor::Property => Some(Fact::Instance(class)),
            Flavor::Class => Some(Fact::Class(class)),
            Flavor::Static => None,
        }
    }

    fn param_site(&self, index: usize) -> Option<ValueId> {
        let position = |inst: &hognose_python::ir::Inst| matches!(inst.op, Op::Param(param) if param as usize == index);
        let found = self.function.insts.iter().position(position)?;
        u32::try_from(found).ok().map(ValueId)
    }

    /// A parameter of a function that a framework calls.
    fn entry_param(&mut self, index: usize, value: Value, typed: &Value, entry: &Entry) -> Value {
        let param = &self.function.params[index];
        let has_receiver = self.world.program.class_of(self.id).is_some()
            && flavor(self.world.program, self.id) != Flavor::Static;
        let position = index.checked_sub(usize::from(has_receiver));
        let instance = entry
            .positional_types
            .iter()
            .find(|(at, _)| position == Some(usize::from(*at)))
            .map(|(_, node)| *node)
            .or_else(|| {
                entry
                    .named_types
                    .iter()
                    .find(|(name, _)| *name == param.name)
                    .map(|(_, node)| *node)
            });
        if let Some(site) = self.param_site(index) {
            self.matched(entry.row, site, None);
        }
        if let Some(node) = instance {
            let value = value.with_fact(Fact::ExternalInstance(node));
            let labels = self.labels_of_type(&value).without(Labels::TEXT);
            let is_text = labels.is_empty() && self.is_text_type(node);
            if !is_text {
                return value;
            }
        }
        let (Some(kind), Some(site)) = (entry.kind, self.param_site(index)) else {
            return value;
        };
        match entry.parameters {
            Parameters::None => return value,
            Parameters::All => {}
            Parameters::Typed => {
                let default = self.default_of(index);
                let number = u16::try_from(index).unwrap_or(u16::MAX);
                if self.is_injected_parameter(Cell::DeclaredParameter(self.id, number)) {
                    return if default.is_bottom() {
                        value
                    } else {
                        value.join(&default)
                    };
                }
                if self.is_injected(&default) {
                    return value.join(&default);
                }
                if self.is_modelled_object(typed) {
                    return value;
                }
            }
        }
        let mut labels = self.labels_of_type(typed).with(entry.labels);
        if let Ok(number) = u16::try_from(index)
            && let Some(declared) = self.declaration(Cell::DeclaredParameter(self.id, number))
        {
            labels = labels.with(declared);
        }
        for (name, label) in &entry.converters {
            if *name == param.name {
                labels = labels.with(*label);
            }
        }
        value.marked([Mark::source(kind, self.site(site), labels)])
    }

    /// A parameter of code without a caller: possibly the attacker's.
    fn open_param(&mut self, index: usize, value: Value) -> Value {
        if self.world.openness == Openness::Closed {
            return value;
        }
        let name = self.world.program.names.text(self.function.name);
        let private =
            name.starts_with('_') || self.function.kind != hognose_python::ir::FunctionKind::Def;
        match self.param_site(index) {
            Some(site) if !private => {
                let labels = self.labels_of_type(&value);
                value.marked([Mark::source(SourceKind::Possible, self.site(site), labels)])
            }
            _ => value,
        }
    }

    fn default_of(&mut self, index: usize) -> Value {
        let Ok(number) = u16::try_from(index) else {
            return Value::BOTTOM;
        };
        self.read(Cell::Default(self.id, number))
    }

    /// Whether a default stands for a value that the framework computes: a dependency.
    fn is_injected(&self, default: &Value) -> bool {
        default.facts().iter().any(|fact| {
            matches!(
                fact,
                Fact::Instance(_) | Fact::ExternalInstance(_) | Fact::Function(..)
            )
        }) || default.is_marked()
    }

    /// Whether the type is a library's object whose parts are sources by rows of their own.
    fn is_modelled_object(&self, typed: &Value) -> bool {
        typed.facts().iter().any(|fact| match fact {
            Fact::ExternalInstance(node) => {
                !self.is_text_type(*node)
                    && self.labels_of_node(*node).is_empty()
                    && self.has_attribute_sources(*node)
            }
            _ => false,
        })
    }

    fn has_attribute_sources(&self, class: NodeId) -> bool {
        self.world
            .models
            .linearization(class)
            .iter()
            .any(|node| self.world.models.has_member_sources(*node))
    }

    /// A class whose instances are texts or containers of them.
    fn is_text_type(&self, node: NodeId) -> bool {
        ["str", "bytes", "dict", "list", "tuple"]
            .iter()
            .any(|name| self.builtin(name) == Some(node))
    }

    pub(super) fn captured(&mut self, index: u32) -> Value {
        let Ok(number) = u16::try_from(index) else {
            return Value::unknown();
        };
        let symbol = Mark::symbolic(Origin::Captured(number, Path::EMPTY));
        let held = self.read(Cell::Captured(self.id, number));
        let value = Value::of_marks(std::iter::once(symbol).collect());
        value.join(&held)
    }

    /// A module-level name or builtin.
    pub(super) fn global(&mut self, id: ValueId, name: Symbol) -> Value {
        let module = self.module;
        if let Some(value) = self.binding(module, name, 0) {
            return value;
        }
        let text = self.world.program.names.text(name);
        if let Some(node) = self.builtin(text) {
            return Value::fact(Fact::External(node));
        }
        if self.world.openness == Openness::Open && !text.starts_with("__") {
            let mark = Mark::source(SourceKind::Possible, self.site(id), Labels::NONE);
            return Value::of_marks(std::iter::once(mark).collect());
        }
        Value::unknown()
    }

    pub(super) fn builtin(&self, name: &str) -> Option<NodeId> {
        let models = self.world.models;
        let names = &models.names;
        let builtins = models.root_child(names.get("builtins")?)?;
        models.child(builtins, names.get(name)?)
    }

    /// What `name` is bound to in `module`, if anything binds it.
    fn binding(&mut self, module: ModuleId, name: Symbol, depth: usize) -> Option<Value> {
        let program = self.world.program;
        let ir = &program.module(module).file.module;
        let bound = ir
            .globals
            .binary_search_by_key(&name, |(known, _)| *known)
            .is_ok()
            || ir.global_stores.iter().any(|(known, _, _)| *known == name);
        if bound {
            if is_type_checking(program.names.text(name)) {
                return Some(Value::constant(Atom::Bool(false), None));
            }
            let value = self.read(Cell::Global(module, name));
            return Some(if value.is_bottom() {
                Value::unknown()
            } else {
                value
            });
        }
        if depth >= STAR_DEPTH_MAX || program.names.text(name).starts_with('_') {
            return None;
        }
        for path in &ir.star_imports {
            match program.layout.resolve(module, path.level, &path.module) {
                Some(Place::Module(other)) if other != module => {
                    let exported = program.module(other).file.module.exports.as_ref();
                    if exported.is_none_or(|names| names.contains(&name))
                        && let Some(value) = self.exported(other, name, depth + 1)
                    {
                        return Some(value);
                    }
                }
                Some(Place::Module(_) | Place::Namespace(_)) => {}
                None => {
                    if let Some(node) = self.library_member(&path.module, name) {
                        return Some(self.library_value(node));
                    }
                }
            }
        }
        None
    }

    /// What `module.name` is for another module: a row about it wins over its code.
    fn exported(&mut self, module: ModuleId, name: Symbol, depth: usize) -> Option<Value> {
        let dotted = &self.world.program.module(module).name;
        if let Some(node) = self.library_member(dotted, name)
            && self.world.models.is_described(node)
        {
            return Some(self.library_value(node));
        }
        // Who set it when is further away than in the module itself.
        Some(self.binding(module, name, depth)?.less_sure())
    }

    fn library_member(&self, dotted: &str, name: Symbol) -> Option<NodeId> {
        let models = self.world.models;
        models.child(models.find(dotted)?, name)
    }

    /// The attribute `name` of a module.
    pub(super) fn module_attribute(&mut self, place: &Place, name: Symbol) -> Value {
        let program = self.world.program;
        let submodule = program
            .layout
            .submodule(place, program.names.text(name))
            .map(|place| Value::fact(place_fact(&place)));
        let Place::Module(module) = place else {
            return submodule.unwrap_or_else(Value::unknown);
        };
        // `from . import db` in the package itself: the binding is the one being made.
        let own = *module == self.module && submodule.is_some();
        let bound = if own {
            None
        } else {
            self.exported(*module, name, 0)
        };
        match (bound, submodule) {
            (Some(bound), Some(submodule)) if !bound.says_something() => submodule,
            (Some(bound), _) => bound,
            (None, submodule) => submodule.unwrap_or_else(Value::unknown),
        }
    }

    pub(super) fn import(&mut self, dotted: &str) -> Value {
        let program = self.world.program;
        if let Some(place) = program.layout.resolve(self.module, 0, dotted) {
            return Value::fact(place_fact(&place));
        }
        match self.world.models.find(dotted) {
            Some(node) => Value::fact(Fact::External(node)),
            None => Value::unknown(),
        }
    }

    pub(super) fn import_from(&mut self, id: ValueId, from: &ImportPath, name: Symbol) -> Value {
        let program = self.world.program;
        if is_type_checking(program.names.text(name)) {
            return Value::constant(Atom::Bool(false), None);
        }
        if let Some(place) = program
            .layout
            .resolve(self.module, from.level, &from.module)
        {
            return self.module_attribute(&place, name);
        }
        match self.library_member(&from.module, name) {
            Some(node) => self.library_read(id, node),
            None => Value::unknown(),
        }
    }

    /// Reads the variable at a library's path, which may be a source.
    pub(super) fn library_read(&mut self, id: ValueId, node: NodeId) -> Value {
        let models = self.world.models;
        let mut value = self.library_value(node);
        for row in &models.node(node).attribute_sources {
            let mark = Mark::source(row.kind, self.site(id), row.labels);
            value = value.marked([mark]);
            self.matched(row.row, id, None);
        }
        if let Some((_, row)) = models.node(node).is {
            self.matched(row, id, None);
        }
        value
    }

    /// A value for the thing at a library's path.
    pub(super) fn library_value(&self, node: NodeId) -> Value {
        let value = Value::fact(Fact::External(node));
        match self.world.models.node(node).is {
            Some((class, _)) => value.with_fact(Fact::ExternalInstance(class)),
            None => value,
        }
    }

    /// Writes to a cell: what holds without a caller now, the rest through the summary.
    pub(super) fn write(&mut self, cell: Cell, value: &Value, at: ValueId) {
        let site = self.site(at);
        self.write_from(cell, value, site, 0);
    }

    /// Whether all that awaits a caller is what the receiver holds: `self.path = self.root + "/x"`.
    /// What any caller's object holds is in the cells of its class, which were read already.
    fn comes_from_cells(&self, value: &Value) -> bool {
        let is_method = self.world.program.class_of(self.id).is_some();
        is_method
            && value.collapse(Labels::ALL).iter().all(|mark| {
                mark.origin.is_source()
                    || matches!(mark.origin, Origin::Param(0, path)
                        if matches!(path.keys().next(), Some(Key::Attribute(_))))
            })
    }

    /// A write that stands `depth` calls below this function.
    pub(super) fn write_from(
        &mut self,
        cell: Cell,
        value: &Value,
        site: crate::value::Site,
        depth: u8,
    ) {
        if !self.is_recording() || value.is_bottom() {
            return;
        }
        let concrete = value.concrete().truncated(1);
        let concrete = match cell {
            // Which of the writes a reader sees is not known.
            Cell::Global(..) | Cell::Attribute(..) | Cell::Library(..) => concrete.less_sure(),
            Cell::Default(..)
            | Cell::Annotation(..)
            | Cell::Returns(_)
            | Cell::Captured(..)
            | Cell::Field(..)
            | Cell::Declared(..)
            | Cell::DeclaredParameter(..)
            | Cell::Base(..) => concrete,
        };
        if depth == 0 || concrete.says_something() {
            if let Some(index) = self.written.get(&(cell, site)) {
                let known = &mut self.out.cells[*index].1;
                *known = known.join(&concrete);
            } else {
                self.written.insert((cell, site), self.out.cells.len());
                self.out.cells.push((cell, concrete, site));
            }
        }
        if value.is_symbolic() && depth <= crate::limits::EFFECT_DEPTH_MAX {
            let value = value.clone().truncated(1);
            if self.comes_from_cells(&value) {
                return;
            }
            let effects = &mut self.out.summary.effects;
            let known = effects
                .iter_mut()
                .find(|known| known.cell == cell && known.site == site && known.depth == depth);
            if let Some(known) = known {
                known.value = known.value.join(&value).truncated(1);
                return;
            }
            if effects.len() < crate::limits::EFFECTS_MAX {
                effects.push(crate::summary::Effect {
                    cell,
                    value,
                    site,
                    depth,
                });
            } else {
                self.world.limits.hit(crate::limits::Limit::Effects);
            }
        }
    }

    pub(super) fn write_captured(&mut self, index: u32, value: &Value, at: ValueId) {
        if let Ok(number) = u16::try_from(index) {
            self.write(Cell::Captured(self.id, number), value, at);
        }
    }

    /// The labels that a value of these types has by its type alone.
    pub(super) fn labels_of_type(&self, value: &Value) -> Labels {
        if value.facts().is_empty() && *value.text() == crate::value::Text::Literal {
            return Labels::LITERAL;
        }
        // A list of numbers shows nothing but numbers.
        if let Some(element) = value.child(Key::Any) {
            return self.labels_of_type(element);
        }
        let mut labels: Option<Labels> = None;
        for fact in value.facts() {
            let found = match fact {
                Fact::ExternalInstance(node) => self.labels_of_node(*node),
                Fact::Instance(class) => self
                    .world
                    .hierarchy
                    .libraries(*class)
                    .fold(Labels::NONE, |labels, node| {
                        labels.with(self.labels_of_node(node))
                    }),
                Fact::External(_)
                | Fact::Module(_)
                | Fact::Namespace(_)
                | Fact::Function(..)
                | Fact::Class(_)
                | Fact::Super(_)
                | Fact::Bound(_)
                | Fact::Partial(_) => Labels::NONE,
            };
            labels = Some(labels.map_or(found, |labels| labels.common(found)));
        }
        labels.unwrap_or(Labels::NONE)
    }

    /// The labels that constructing the class gives: `int(x)` is a number.
    fn labels_of_node(&self, node: NodeId) -> Labels {
        self.world
            .models
            .node(node)
            .sanitizers
            .iter()
            .fold(Labels::NONE, |labels, row| labels.with(row.labels))
    }

    pub(super) fn summary_of(&mut self, function: FuncId) -> Option<Arc<crate::summary::Summary>> {
        self.out.callees.insert(function);
        match self.overlay.get(&function) {
            Some(summary) => Some(Arc::clone(summary)),
            None => self.world.state.summary(function).cloned(),
        }
    }
}

fn is_type_checking(name: &str) -> bool {
    name == "TYPE_CHECKING"
}

pub(super) fn place_fact(place: &Place) -> Fact {
    match place {
        Place::Module(module) => Fact::Module(*module),
        Place::Namespace(directory) => Fact::Namespace(Arc::clone(directory)),
    }
}

impl Value {
    /// This value with the facts of another.
    #[must_use]
    pub(super) fn join_facts(&self, other: &Self) -> Self {
        other
            .facts()
            .iter()
            .fold(self.clone(), |value, fact| value.with_fact(fact.clone()))
    }
}
