//! Prefixes: what stands before the path of a route because of the router it is registered at.
//!
//! ```python
//! api = APIRouter(prefix="/orders")
//! app.include_router(api, prefix="/v1")          # /v1/orders
//! urlpatterns = [path("shop/", include("shop.urls"))]
//! ```
//! A router is told by the call that makes it, followed through names, imports and modules. A call
//! that is given a router, and a text that is a prefix, hangs it there.

use std::collections::BTreeMap;

use hognose_dataflow::Analysis;
use hognose_dataflow::link::Place;
use hognose_dataflow::program::{FuncId, ModuleId};
use hognose_dataflow::resolve::root;
use hognose_dataflow::trace::Replays;
use hognose_dataflow::value::{Site, Value};
use hognose_python::ir::{Argument, ArgumentKind, Element, Op, Symbol, ValueId};

/// Names and imports between a router and the call that makes it.
const NAMES_MAX: usize = 8;

/// Routers within routers.
const NESTING_MAX: usize = 6;

/// Ways to one router that are listed.
const WAYS_MAX: usize = 16;

/// See the module documentation.
#[derive(Default)]
pub struct Prefixes {
    /// Of a router itself, by the call that makes it.
    own: BTreeMap<Site, Own>,
    /// Where a router hangs: the router above (none: the top), and the text between.
    hung: BTreeMap<Site, Vec<(Option<Site>, String)>>,
    /// Where the list of routes of a module hangs: above, and the text.
    modules: BTreeMap<ModuleId, Vec<(Site, String)>>,
    /// A registration within the list that another holds.
    within: BTreeMap<Site, Site>,
    texts: BTreeMap<Site, String>,
}

struct Own {
    text: String,
    /// A prefix that is given where the router is hung takes the place of its own.
    replaceable: bool,
}

impl Prefixes {
    pub fn of(analysis: &Analysis, replays: &mut Replays) -> Self {
        let mut prefixes = Self::default();
        for function in analysis.program.function_ids() {
            let ir = analysis.program.function(function);
            let has_calls = ir.insts.iter().any(|inst| match &inst.op {
                Op::Call { arguments, .. } => !arguments.is_empty(),
                _ => false,
            });
            if !has_calls || !may_hang(analysis, function) {
                continue;
            }
            let replay = replays.of(analysis, function);
            for (index, inst) in (0_u32..).zip(&ir.insts) {
                if let Op::Call { callee, arguments } = &inst.op {
                    let at = Site {
                        function,
                        value: ValueId(index),
                    };
                    prefixes.call(analysis, at, *callee, arguments, &replay.0);
                }
            }
        }
        prefixes
    }

    fn call(
        &mut self,
        analysis: &Analysis,
        at: Site,
        callee: ValueId,
        arguments: &[Argument],
        values: &[Value],
    ) {
        let ir = analysis.program.function(at.function);
        let names = &analysis.program.names;
        let mut named = None;
        for argument in arguments {
            if let ArgumentKind::Keyword(name) = argument.kind
                && names.text(name).ends_with("prefix")
                && let Some(text) = values[argument.value.index()].string()
            {
                named = Some((names.text(name), text.to_string()));
            }
        }
        if let Some((name, text)) = &named {
            self.own.insert(
                at,
                Own {
                    text: text.clone(),
                    replaceable: *name == "url_prefix",
                },
            );
        }
        let first = arguments
            .first()
            .and_then(|argument| values[argument.value.index()].string())
            .map(ToString::to_string);
        let above = match ir.op(callee) {
            Op::Attribute { object, .. } => {
                router(analysis, at.function, *object).filter(|above| *above != at)
            }
            _ => None,
        };
        let between = named.map(|(_, text)| text);
        for argument in arguments {
            let Some(below) = router(analysis, at.function, argument.value) else {
                continue;
            };
            if below != at && is_router(analysis, below) {
                let text = between.clone().or_else(|| first.clone());
                let ways = self.hung.entry(below).or_default();
                ways.push((above, text.unwrap_or_default()));
            }
        }
        if let Some(text) = first {
            self.routes_below(analysis, at, arguments, values);
            self.texts.insert(at, text);
        }
    }

    /// `path("shop/", include("shop.urls"))`, `path("shop/", include([path(…), …]))`
    fn routes_below(
        &mut self,
        analysis: &Analysis,
        at: Site,
        arguments: &[Argument],
        values: &[Value],
    ) {
        let ir = analysis.program.function(at.function);
        let module = analysis.program.module_of(at.function);
        let text = arguments
            .first()
            .and_then(|argument| values[argument.value.index()].string())
            .map(ToString::to_string)
            .unwrap_or_default();
        for argument in arguments.iter().skip(1) {
            let Op::Call {
                arguments: inner, ..
            } = ir.op(argument.value)
            else {
                continue;
            };
            let Some(first) = inner.first() else {
                continue;
            };
            if let Some(dotted) = values[first.value.index()].string()
                && let Some(Place::Module(below)) =
                    analysis.program.layout.resolve(module, 0, dotted)
            {
                self.modules
                    .entry(below)
                    .or_default()
                    .push((at, text.clone()));
            }
            for element in elements(ir, first.value) {
                let inner = Site {
                    function: at.function,
                    value: element,
                };
                self.within.insert(inner, at);
            }
        }
    }

    /// What may stand before the path of a registration; at least one text.
    pub fn of_registration(
        &self,
        analysis: &Analysis,
        at: Site,
        registered_at: Option<ValueId>,
    ) -> Vec<String> {
        let router = registered_at.and_then(|value| router(analysis, at.function, value));
        let mut ways = match router {
            Some(router) => self.of_router(router, None, 0),
            None => self.of_list(analysis, at, 0),
        };
        ways.sort();
        ways.dedup();
        ways.truncate(WAYS_MAX);
        ways
    }

    fn of_router(&self, router: Site, replaced_by: Option<&str>, depth: usize) -> Vec<String> {
        let own = match (self.own.get(&router), replaced_by) {
            (Some(own), Some(text)) if own.replaceable && !text.is_empty() => text.to_owned(),
            (Some(own), text) => super::joined_prefix(text.unwrap_or(""), &own.text),
            (None, text) => text.unwrap_or("").to_owned(),
        };
        let Some(ways) = self
            .hung
            .get(&router)
            .filter(|_| depth < NESTING_MAX && replaced_by.is_none())
        else {
            return vec![own];
        };
        let mut all = Vec::new();
        for (above, text) in ways {
            let mine = self.of_router(router, Some(text), depth + 1);
            let before = match above {
                Some(above) if *above != router => self.of_router(*above, None, depth + 1),
                _ => vec![String::new()],
            };
            for before in &before {
                all.extend(mine.iter().map(|mine| super::joined_prefix(before, mine)));
            }
        }
        all.truncate(WAYS_MAX);
        all
    }

    /// Of a registration in a module's list of routes.
    fn of_list(&self, analysis: &Analysis, at: Site, depth: usize) -> Vec<String> {
        if depth > NESTING_MAX {
            return vec![String::new()];
        }
        if let Some(outer) = self.within.get(&at) {
            let text = self.texts.get(outer).map_or("", String::as_str);
            let before = self.of_list(analysis, *outer, depth + 1);
            return before
                .iter()
                .map(|before| super::joined_prefix(before, text))
                .collect();
        }
        let module = analysis.program.module_of(at.function);
        let Some(ways) = self.modules.get(&module) else {
            return vec![String::new()];
        };
        let mut all = Vec::new();
        for (above, text) in ways {
            for before in self.of_list(analysis, *above, depth + 1) {
                all.push(super::joined_prefix(&before, text));
            }
        }
        all.truncate(WAYS_MAX);
        all
    }
}

/// Functions in which routers are made or hung: module bodies, and those that were seen to call a
/// library's registration.
fn may_hang(analysis: &Analysis, function: FuncId) -> bool {
    const WORDS: [&str; 6] = [
        "register",
        "include",
        "mount",
        "group",
        "blueprint",
        "router",
    ];
    let ir = analysis.program.function(function);
    ir.kind == hognose_python::ir::FunctionKind::Module
        || ir.insts.iter().any(|inst| match &inst.op {
            Op::Attribute { name, .. } => {
                let text = analysis.program.names.text(*name);
                text.split('_').any(|word| WORDS.contains(&word))
            }
            _ => false,
        })
}

/// Whether the call makes something that routes can be registered at.
fn is_router(analysis: &Analysis, made: Site) -> bool {
    let ir = analysis.program.function(made.function);
    let Op::Call { callee, .. } = ir.op(made.value) else {
        return false;
    };
    let text = analysis.program.snippet(made.function, *callee);
    let name = text.rsplit('.').next().unwrap_or(text);
    name.chars().next().is_some_and(char::is_uppercase)
}

/// The elements of a list or tuple, and of the first list in it.
fn elements(ir: &hognose_python::ir::Function, list: ValueId) -> Vec<ValueId> {
    let Op::Display(_, elements) = ir.op(root(ir, list)) else {
        return Vec::new();
    };
    let mut found = Vec::new();
    for element in elements {
        let (Element::Item(value) | Element::Spread(value)) = element;
        found.push(*value);
        if let Op::Display(..) = ir.op(*value) {
            found.extend(self::elements(ir, *value));
        }
    }
    found
}

/// The call that makes what `value` is.
fn router(analysis: &Analysis, function: FuncId, value: ValueId) -> Option<Site> {
    let (mut function, mut value) = (function, value);
    for _ in 0..NAMES_MAX {
        let ir = analysis.program.function(function);
        let module = analysis.program.module_of(function);
        value = root(ir, value);
        let (module, name) = match ir.op(value) {
            Op::Call { .. } => return Some(Site { function, value }),
            Op::StoreGlobal { value: stored, .. } => {
                value = *stored;
                continue;
            }
            Op::Global(name) => (module, *name),
            Op::ImportFrom { from, name } => {
                let place = analysis
                    .program
                    .layout
                    .resolve(module, from.level, &from.module)?;
                match place {
                    Place::Module(module) => (module, *name),
                    Place::Namespace(_) => return None,
                }
            }
            Op::Attribute { object, name } => (module_of(analysis, function, *object)?, *name),
            _ => return None,
        };
        value = binding(analysis, module, name)?;
        function = analysis.program.body(module);
    }
    None
}

/// The one thing that a module binds to the name, whatever versions of it there are.
fn binding(analysis: &Analysis, module: ModuleId, name: Symbol) -> Option<ValueId> {
    let ir = &analysis.program.module(module).file.module;
    let body = analysis.program.function(analysis.program.body(module));
    let at = ir
        .globals
        .binary_search_by_key(&name, |(name, _)| *name)
        .ok()?;
    let mut things = ir.globals[at].1.iter().map(|value| thing(body, *value));
    let first = things.next()?;
    things.all(|other| other == first).then_some(first)
}

/// The value behind versions and stores.
fn thing(ir: &hognose_python::ir::Function, value: ValueId) -> ValueId {
    let mut value = root(ir, value);
    for _ in 0..NAMES_MAX {
        let Op::StoreGlobal { value: stored, .. } = ir.op(value) else {
            break;
        };
        value = root(ir, *stored);
    }
    value
}

fn module_of(analysis: &Analysis, function: FuncId, object: ValueId) -> Option<ModuleId> {
    let ir = analysis.program.function(function);
    let module = analysis.program.module_of(function);
    let mut value = root(ir, object);
    let mut function = function;
    if let Op::Global(name) = ir.op(value) {
        value = binding(analysis, module, *name)?;
        function = analysis.program.body(module);
    }
    let ir = analysis.program.function(function);
    let layout = &analysis.program.layout;
    let place = match ir.op(root(ir, value)) {
        Op::Import(dotted) => layout.resolve(module, 0, dotted)?,
        Op::ImportFrom { from, name } => {
            let within = layout.resolve(module, from.level, &from.module)?;
            layout.submodule(&within, analysis.program.names.text(*name))?
        }
        _ => return None,
    };
    match place {
        Place::Module(module) => Some(module),
        Place::Namespace(_) => None,
    }
}
