//! Applying the summary of a project's function at a call.
//!
//! ```python
//! def find(cur, name): cur.execute("… '" + name + "'")     # a hit that depends on both
//! find(conn.cursor(), request.args["n"])                   # here: a flow
//! ```

use std::cell::RefCell;
use std::sync::Arc;

use hognose_python::ir::{ArgumentKind, ParamKind, Role, ValueId};
use rustc_hash::FxHashMap;
use smallvec::SmallVec;

use super::call::{Called, ComesBack, Known, NESTING_MAX};
use super::doubt::doubted;
use super::{Frame, Target};
use crate::limits::{APPLICATIONS_MAX, CALL_DEPTH_MAX, Limit};
use crate::program::FuncId;
use crate::summary::{CallArgument, Cell, Hit, Returns, Summary};
use crate::value::{Content, Key, Mark, Origin, Value, join_child};

/// The caller's values for what is symbolic in a summary.
pub(super) struct Binding {
    pub params: Vec<Value>,
    pub captures: Arc<[Value]>,
    pub deferred: Vec<Value>,
    pub memo: RefCell<Memo>,
}

/// What this application has worked out already: sinks, effects and result share their parts.
#[derive(Default)]
pub(super) struct Memo {
    /// What an origin stands for.
    pub reads: FxHashMap<Origin, Value>,
    /// The same with all its parts fallen together.
    pub collapsed: FxHashMap<Origin, SmallVec<[Mark; 1]>>,
    /// Values of the summary, by the identity of their content.
    pub values: FxHashMap<usize, Value>,
}

/// What a parameter stands for at a call.
struct Bound {
    values: Vec<Value>,
    /// Which object of the call each parameter is.
    roles: Vec<Option<Role>>,
}

impl Frame<'_> {
    pub(super) fn call_function(
        &mut self,
        id: ValueId,
        function: FuncId,
        captures: Option<&Arc<[Value]>>,
        receiver: Option<&Value>,
        arguments: &[CallArgument],
    ) -> Called {
        self.target(id, Target::Function(function));
        if self.depth == 0 {
            self.applications = 0;
        }
        self.applications += 1;
        if self.applications > APPLICATIONS_MAX {
            self.world.limits.hit(Limit::Applications);
        }
        if self.depth >= NESTING_MAX || self.applications > APPLICATIONS_MAX {
            return self.unknown_call(&Value::BOTTOM, receiver, arguments);
        }
        self.depth += 1;
        let called = self.apply_summary(id, function, captures, receiver, arguments);
        self.depth -= 1;
        called
    }

    fn apply_summary(
        &mut self,
        id: ValueId,
        function: FuncId,
        captures: Option<&Arc<[Value]>>,
        receiver: Option<&Value>,
        arguments: &[CallArgument],
    ) -> Called {
        let bound = self.bind_arguments(function, receiver, arguments);
        let Some(summary) = self.summary_of(function) else {
            // Not solved yet: a cycle, or a later level that this function turned out to use.
            return Called {
                value: Value::BOTTOM.join(&self.read(Cell::Returns(function))),
                after: Vec::new(),
                comes_back: ComesBack::Yes,
                known: Known::Yes,
            };
        };
        let mut binding = Binding {
            params: bound.values,
            captures: captures.map_or_else(|| Arc::from(Vec::new()), Arc::clone),
            deferred: Vec::new(),
            memo: RefCell::default(),
        };
        self.run_deferred(id, &summary, &mut binding);
        self.apply_hits(id, function, &summary, &binding);
        self.apply_effects(id, &summary, &binding);
        self.apply_misuses(id, &summary, &binding);
        let value = self.instantiate(id, &summary.result, &binding);
        let mut after = Vec::new();
        for (index, version) in &summary.params_after {
            if let Some(Some(role)) = bound.roles.get(usize::from(*index)) {
                let version = self.instantiate(id, version, &binding);
                after.push((*role, version));
            }
        }
        self.doubt_checked(&summary, &binding, &bound.roles, &mut after);
        Called {
            value: if summary.result.is_bottom() {
                Value::unknown()
            } else {
                value
            },
            after,
            comes_back: match summary.returns {
                Returns::Sometimes => ComesBack::Yes,
                Returns::Never => ComesBack::No,
            },
            known: Known::Yes,
        }
    }

    /// What the callee has checked is less sure behind the call.
    fn doubt_checked(
        &self,
        summary: &Summary,
        binding: &Binding,
        roles: &[Option<Role>],
        after: &mut Vec<(Role, Value)>,
    ) {
        for (param, path) in &summary.checked {
            let index = usize::from(*param);
            let (Some(passed), Some(Some(role))) = (binding.params.get(index), roles.get(index))
            else {
                continue;
            };
            match after.iter_mut().find(|(known, _)| known == role) {
                // The callee's own version says so already, unless one of its ways goes around.
                Some((_, version)) if version.confidence() > passed.confidence() => {}
                Some((_, version)) => *version = doubted(version, path.keys()),
                None => after.push((*role, doubted(passed, path.keys()))),
            }
        }
    }

    fn run_deferred(&mut self, id: ValueId, summary: &Summary, binding: &mut Binding) {
        for call in &summary.deferred {
            let callee = self.instantiate(id, &call.callee, binding);
            let arguments: Vec<CallArgument> = call
                .arguments
                .iter()
                .map(|argument| CallArgument {
                    kind: argument.kind,
                    value: self.instantiate(id, &argument.value, binding),
                    id,
                })
                .collect();
            let known = !callee.facts().is_empty();
            let outer = self.deferred_from.replace(call.site);
            let result = if known {
                self.call_value(id, None, &callee, &arguments).value
            } else {
                match self.defer(id, &callee, &arguments, call.depth + 1) {
                    Some(called) => called.value,
                    None => self.unknown_call(&callee, Some(&callee), &arguments).value,
                }
            };
            self.deferred_from = outer;
            binding.deferred.push(result);
            // What awaited this result reads otherwise from here on.
            binding.memo.borrow_mut().values.clear();
        }
    }

    fn apply_hits(&mut self, id: ValueId, function: FuncId, summary: &Summary, binding: &Binding) {
        if !self.is_recording() {
            return;
        }
        for hit in &summary.hits {
            if hit.depth >= CALL_DEPTH_MAX {
                self.world.limits.hit(Limit::CallDepth);
                continue;
            }
            let value = self.instantiate(id, &hit.value, binding);
            let hit = Hit {
                sink: hit.sink.clone(),
                value,
                via: Some((id, function)),
                depth: hit.depth + 1,
            };
            self.judge_hit(hit);
        }
        self.apply_needs(id, function, summary, binding);
    }

    fn apply_effects(&mut self, id: ValueId, summary: &Summary, binding: &Binding) {
        if !self.is_recording() {
            return;
        }
        for effect in &summary.effects {
            let value = self.instantiate(id, &effect.value, binding);
            self.write_from(effect.cell, &value, effect.site, effect.depth + 1);
        }
    }

    /// Which argument each parameter receives.
    fn bind_arguments(
        &mut self,
        function: FuncId,
        receiver: Option<&Value>,
        arguments: &[CallArgument],
    ) -> Bound {
        let program = self.world.program;
        let params = &program.function(function).params;
        let mut bound = Bound {
            values: vec![Value::BOTTOM; params.len()],
            roles: vec![None; params.len()],
        };
        let mut next = 0;
        if let Some(receiver) = receiver
            && let Some(first) = params.first()
        {
            if first.kind == ParamKind::Variadic {
                let mut content = Content::default();
                join_child(&mut content.children, Key::Index(0), receiver);
                bound.values[0] = Value::new(content);
            } else {
                bound.values[0] = receiver.clone();
                bound.roles[0] = Some(Role::Receiver);
                next = 1;
            }
        }
        for (number, argument) in (0_u32..).zip(arguments) {
            let role = Role::Argument(number);
            match argument.kind {
                ArgumentKind::Positional => {
                    next = bind_position(params, &mut bound, next, &argument.value, role);
                }
                ArgumentKind::Keyword(name) => {
                    bind_keyword(params, &mut bound, name, argument, role);
                }
                ArgumentKind::Star => next = bind_star(params, &mut bound, next, &argument.value),
                ArgumentKind::DoubleStar => bind_double_star(params, &mut bound, &argument.value),
            }
        }
        for (index, value) in bound.values.iter_mut().enumerate() {
            if value.is_bottom()
                && let Ok(number) = u16::try_from(index)
            {
                *value = self.read(Cell::Default(function, number));
            }
        }
        bound
    }
}

fn is_positional(kind: ParamKind) -> bool {
    matches!(kind, ParamKind::Positional | ParamKind::PositionalOnly)
}

fn bind_position(
    params: &[hognose_python::ir::Param],
    bound: &mut Bound,
    next: usize,
    value: &Value,
    role: Role,
) -> usize {
    if params
        .get(next)
        .is_some_and(|param| is_positional(param.kind))
    {
        bound.values[next] = bound.values[next].join(value);
        bound.roles[next] = Some(role);
        return next + 1;
    }
    let variadic = params
        .iter()
        .position(|param| param.kind == ParamKind::Variadic);
    if let Some(index) = variadic {
        let mut content = bound.values[index].content().clone();
        content.text = crate::value::Text::Nothing;
        let position = i32::try_from(content.children.len()).unwrap_or(i32::MAX);
        join_child(&mut content.children, Key::Index(position), value);
        bound.values[index] = Value::new(content);
    }
    next
}

fn bind_keyword(
    params: &[hognose_python::ir::Param],
    bound: &mut Bound,
    name: hognose_python::ir::Symbol,
    argument: &CallArgument,
    role: Role,
) {
    let named = params.iter().position(|param| {
        param.name == name && matches!(param.kind, ParamKind::Positional | ParamKind::KeywordOnly)
    });
    if let Some(index) = named {
        bound.values[index] = argument.value.clone();
        bound.roles[index] = Some(role);
        return;
    }
    let rest = params
        .iter()
        .position(|param| param.kind == ParamKind::Keywords);
    if let Some(index) = rest {
        let mut content = bound.values[index].content().clone();
        content.text = crate::value::Text::Nothing;
        join_child(&mut content.children, Key::Text(name), &argument.value);
        bound.values[index] = Value::new(content);
    }
}

fn bind_star(
    params: &[hognose_python::ir::Param],
    bound: &mut Bound,
    next: usize,
    values: &Value,
) -> usize {
    let mut position = next;
    let mut index = 0;
    while params
        .get(position)
        .is_some_and(|param| is_positional(param.kind))
    {
        let element = values.step(Key::Index(index));
        bound.values[position] = bound.values[position].join(&element);
        position += 1;
        index += 1;
    }
    let variadic = params
        .iter()
        .position(|param| param.kind == ParamKind::Variadic);
    if let Some(at) = variadic {
        let rest = if index == 0 {
            values.clone()
        } else {
            let mut content = Content::default();
            join_child(&mut content.children, Key::Any, &values.step(Key::Any));
            Value::new(content)
        };
        bound.values[at] = bound.values[at].join(&rest);
    }
    position
}

fn bind_double_star(params: &[hognose_python::ir::Param], bound: &mut Bound, mapping: &Value) {
    for (index, param) in params.iter().enumerate() {
        match param.kind {
            ParamKind::Positional | ParamKind::KeywordOnly => {
                let known = mapping.child(Key::Text(param.name)).is_some();
                if known || bound.values[index].is_bottom() {
                    let element = mapping.step(Key::Text(param.name));
                    if known || element.is_marked() {
                        bound.values[index] = bound.values[index].join(&element);
                    }
                }
            }
            ParamKind::Keywords => {
                bound.values[index] = bound.values[index].join(mapping);
            }
            ParamKind::PositionalOnly | ParamKind::Variadic => {}
        }
    }
}
