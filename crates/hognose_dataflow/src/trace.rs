//! Traces: how the data of one flow came from its source to its sink.
//!
//! ```python
//! name = request.args["n"]      # source
//! q = build(name)               # enters build; a template; returned
//! cur.execute(q)                # sink
//! ```
//! The solver keeps no traces. The functions of a reported flow are evaluated once more with all
//! values kept, and the way is found backwards: from the argument of the sink over the operands
//! that carry the mark, the nearest first.

use std::collections::VecDeque;
use std::sync::Arc;

use hognose_python::ir::{Op, Part, ValueId};
use rustc_hash::{FxHashMap, FxHashSet};

use crate::demand::Usage;
use crate::eval::{self, Outcome, Target};
use crate::flow::{Flow, Weakness};
use crate::judge;
use crate::limits::{CALL_DEPTH_MAX, Limit, TRACE_STEPS_MAX};
use crate::models::rows::Labels;
use crate::program::FuncId;
use crate::solve::Analysis;
use crate::summary::Cell;
use crate::value::{Origin, Site, Value};

/// What happens at a step.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TraceStepKind {
    Source,
    Propagate,
    Call,
    Return,
    /// Read from a global or an attribute that another function wrote.
    Cell,
    Guard,
    Sink,
}

/// One step; the text is for the rules to write.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TraceStep {
    pub kind: TraceStepKind,
    pub site: Site,
    /// For calls and returns.
    pub function: Option<FuncId>,
}

/// The values of evaluated functions, kept over several traces.
#[derive(Default)]
pub struct Replays(FxHashMap<FuncId, Arc<(Vec<Value>, Outcome)>>);

impl Replays {
    /// The values of all instructions of a function, and what evaluating it came to.
    pub fn of(&mut self, analysis: &Analysis, function: FuncId) -> Arc<(Vec<Value>, Outcome)> {
        let replay = self
            .0
            .entry(function)
            .or_insert_with(|| Arc::new(eval::replay(analysis.world(), function)));
        Arc::clone(replay)
    }
}

/// The next call on a way, and its target.
type Via = Option<(ValueId, FuncId)>;

/// What a way is looked for between.
#[derive(Debug, Clone, Copy)]
struct Ends {
    origin: Origin,
    source: Site,
    sink: Site,
    /// The value that arrives, in the sink's function.
    argument: ValueId,
    apex: FuncId,
    via: Option<(ValueId, FuncId)>,
}

/// The way of input to its use, source first.
pub fn trace_usage(analysis: &Analysis, usage: &Usage, replays: &mut Replays) -> Vec<TraceStep> {
    let ends = Ends {
        origin: Origin::Source(usage.source_kind, usage.source),
        source: usage.source,
        sink: usage.at.site,
        argument: usage.at.argument,
        apex: usage.apex,
        via: usage.via,
    };
    let mut tracer = Tracer {
        analysis,
        replays,
        steps: Vec::new(),
    };
    tracer.descend(&ends, ends.apex, ends.origin, ends.via, 0);
    tracer.finish(ends.source, ends.sink)
}

/// The way of `flow`, source first. At least the source and the sink.
pub fn trace(analysis: &Analysis, flow: &Flow, replays: &mut Replays) -> Vec<TraceStep> {
    let mut tracer = Tracer {
        analysis,
        replays,
        steps: Vec::new(),
    };
    let origin = flow
        .source_kind
        .map(|kind| Origin::Source(kind, flow.source));
    match (flow.weakness, origin) {
        (Weakness::Constant, _) | (_, None) => tracer.constant(flow),
        (_, Some(origin)) => {
            let ends = Ends {
                origin,
                source: flow.source,
                sink: flow.sink.site,
                argument: flow.sink.argument,
                apex: flow.apex,
                via: flow.via,
            };
            tracer.descend(&ends, ends.apex, origin, ends.via, 0);
        }
    }
    tracer.finish(flow.source, flow.sink.site)
}

struct Tracer<'a> {
    analysis: &'a Analysis,
    replays: &'a mut Replays,
    steps: Vec<TraceStep>,
}

impl Tracer<'_> {
    fn constant(&mut self, flow: &Flow) {
        self.push(TraceStepKind::Source, flow.source, None);
        if let Some((call, function)) = flow.via {
            let site = Site {
                function: flow.apex,
                value: call,
            };
            self.push(TraceStepKind::Call, site, Some(function));
        }
    }

    /// From the origin in `function` to the sink in it or below it.
    fn descend(
        &mut self,
        ends: &Ends,
        function: FuncId,
        origin: Origin,
        via: Option<(ValueId, FuncId)>,
        depth: u8,
    ) {
        if depth > CALL_DEPTH_MAX {
            return;
        }
        let replay = self.replays.of(self.analysis, function);
        let (values, _) = &*replay;
        let Some((call, callee)) = via else {
            if function == ends.sink.function {
                self.walk(function, values, ends.argument, origin, 0);
            }
            return;
        };
        let Some((inner, next, argument)) =
            self.entry_of(ends, function, values, call, callee, origin)
        else {
            self.walk(function, values, call, origin, 0);
            return;
        };
        self.walk(function, values, argument, origin, 0);
        let site = Site {
            function,
            value: call,
        };
        self.push(TraceStepKind::Call, site, Some(callee));
        self.descend(ends, callee, inner, next, depth + 1);
    }

    /// The symbolic origin that leads to the sink in the callee, the next call on the way, and the
    /// value of the caller that stands for the origin.
    fn entry_of(
        &mut self,
        ends: &Ends,
        function: FuncId,
        values: &[Value],
        call: ValueId,
        callee: FuncId,
        origin: Origin,
    ) -> Option<(Origin, Via, ValueId)> {
        let summary = Arc::clone(self.analysis.state.summary(callee)?);
        let hits = summary
            .hits
            .iter()
            .filter(|hit| hit.sink.site == ends.sink && hit.sink.argument == ends.argument);
        let needs = summary
            .needs
            .iter()
            .filter(|need| need.at.site == ends.sink && need.at.argument == ends.argument);
        let of_hits = hits.flat_map(|hit| {
            let dangers = judge::dangers(hit.sink.kind, &hit.value);
            dangers
                .into_iter()
                .map(|danger| (danger.mark.origin, hit.via))
        });
        let of_needs = needs.flat_map(|need| {
            let marks = need.value.marks().iter();
            marks.map(|mark| (mark.origin, need.via))
        });
        for (inner, via) in of_hits.chain(of_needs) {
            let argument = match inner {
                Origin::Source(..) => continue,
                Origin::Param(index, _) => {
                    self.argument_of(function, values, call, callee, index, origin)
                }
                Origin::Captured(..) | Origin::Deferred(..) => {
                    self.operand_of(function, values, call, origin)
                }
            };
            if let Some(argument) = argument {
                return Some((inner, via, argument));
            }
        }
        None
    }

    /// The operand of `call` that carries `origin` and can be the callee's parameter `index`.
    fn argument_of(
        &self,
        function: FuncId,
        values: &[Value],
        call: ValueId,
        callee: FuncId,
        index: u16,
        origin: Origin,
    ) -> Option<ValueId> {
        let ir = self.analysis.program.function(function);
        let Op::Call {
            callee: expression,
            arguments,
        } = ir.op(call)
        else {
            return None;
        };
        let params = &self.analysis.program.function(callee).params;
        let name = params.get(usize::from(index))?.name;
        let receivers = usize::from(self.analysis.program.class_of(callee).is_some());
        let position = usize::from(index).checked_sub(receivers);
        let by_position = position.and_then(|position| arguments.get(position));
        let by_name = arguments
            .iter()
            .find(|argument| argument.kind == hognose_python::ir::ArgumentKind::Keyword(name));
        let receiver = match ir.op(*expression) {
            Op::Attribute { object, .. } => Some(*object),
            _ => None,
        };
        by_name
            .into_iter()
            .chain(by_position)
            .chain(arguments.iter())
            .map(|argument| argument.value)
            .chain(receiver)
            .find(|value| carries(&values[value.index()], origin))
    }

    /// An operand of `call` that carries `origin`: the function called, or an argument that it
    /// calls in turn.
    fn operand_of(
        &self,
        function: FuncId,
        values: &[Value],
        call: ValueId,
        origin: Origin,
    ) -> Option<ValueId> {
        let ir = self.analysis.program.function(function);
        operands(ir.op(call))
            .into_iter()
            .find(|value| carries(&values[value.index()], origin))
    }

    /// The steps from `origin` to `end` within one function.
    fn walk(
        &mut self,
        function: FuncId,
        values: &[Value],
        end: ValueId,
        origin: Origin,
        depth: u8,
    ) {
        let way = self.way(function, values, end, origin);
        let Some(start) = way.first().copied() else {
            return;
        };
        self.begin(function, start, origin, depth);
        let ir = self.analysis.program.function(function);
        for value in way.iter().skip(1) {
            let site = Site {
                function,
                value: *value,
            };
            match ir.op(*value) {
                Op::Template(_)
                | Op::Binary(..)
                | Op::StoreAttribute { .. }
                | Op::StoreItem { .. }
                | Op::StoreGlobal { .. }
                | Op::Display(..)
                | Op::Dict(_)
                | Op::Comprehension(..)
                | Op::DictComprehension(..) => self.push(TraceStepKind::Propagate, site, None),
                Op::Call { .. } => {
                    let target = self.called(function, *value);
                    let kind = if target.is_some() {
                        TraceStepKind::Return
                    } else {
                        TraceStepKind::Propagate
                    };
                    self.push(kind, site, target);
                }
                Op::Refine { .. } => self.push(TraceStepKind::Guard, site, None),
                Op::Constant(_)
                | Op::Undefined
                | Op::Unknown
                | Op::Param(_)
                | Op::Captured(_)
                | Op::Global(_)
                | Op::Phi(_)
                | Op::After { .. }
                | Op::Attribute { .. }
                | Op::Item { .. }
                | Op::Slice { .. }
                | Op::StoreCaptured { .. }
                | Op::Unary(..)
                | Op::Compare(..)
                | Op::IsInstance(..)
                | Op::Next(_)
                | Op::Unpack(..)
                | Op::UnpackRest(..)
                | Op::Yield(_)
                | Op::YieldFrom(_)
                | Op::Await(_)
                | Op::Enter(_)
                | Op::Exception(_)
                | Op::Function { .. }
                | Op::Class(_)
                | Op::Decorate { .. }
                | Op::Annotated { .. }
                | Op::Import(_)
                | Op::ImportFrom { .. } => {}
            }
        }
    }

    /// How the data comes to the first instruction of a way: it enters here, or elsewhere.
    fn begin(&mut self, function: FuncId, start: ValueId, origin: Origin, depth: u8) {
        let Origin::Source(_, source) = origin else {
            return;
        };
        if source.function == function {
            self.push(TraceStepKind::Source, source, None);
            return;
        }
        let site = Site {
            function,
            value: start,
        };
        let ir = self.analysis.program.function(function);
        if matches!(ir.op(start), Op::Call { .. })
            && let Some(callee) = self.called(function, start)
            && depth < CALL_DEPTH_MAX
        {
            self.returned_from(callee, origin, depth + 1);
            self.push(TraceStepKind::Return, site, Some(callee));
            return;
        }
        self.push(TraceStepKind::Source, source, None);
        if let Some(writer) = self.writer(function, start, source) {
            self.push(TraceStepKind::Propagate, writer, None);
        }
        self.push(TraceStepKind::Cell, site, None);
    }

    /// The way from the origin to what `callee` returns.
    fn returned_from(&mut self, callee: FuncId, origin: Origin, depth: u8) {
        let replay = self.replays.of(self.analysis, callee);
        let (values, _) = &*replay;
        let ir = self.analysis.program.function(callee);
        let returned = ir.blocks.iter().find_map(|block| match &block.terminator {
            hognose_python::ir::Terminator::Return { value, .. }
                if carries(&values[value.index()], origin) =>
            {
                Some(*value)
            }
            _ => None,
        });
        match (returned, origin) {
            (Some(value), _) => self.walk(callee, values, value, origin, depth),
            (None, Origin::Source(_, source)) => self.push(TraceStepKind::Source, source, None),
            (None, _) => {}
        }
    }

    /// The store in the source's function that put the data where it is read.
    fn writer(&self, function: FuncId, read: ValueId, source: Site) -> Option<Site> {
        let program = &self.analysis.program;
        let name = match program.function(function).op(read) {
            Op::Global(name) | Op::Attribute { name, .. } => *name,
            _ => return None,
        };
        let module = program.module_of(source.function);
        let mut cells = vec![Cell::Global(module, name)];
        if let Some(class) = program.class_of(source.function) {
            cells.push(Cell::Attribute(class, name));
        }
        cells
            .into_iter()
            .flat_map(|cell| self.analysis.state.writers(cell))
            .find(|writer| writer.function == source.function)
            .copied()
    }

    /// The function of the project that a call reaches, if it is one.
    fn called(&mut self, function: FuncId, call: ValueId) -> Option<FuncId> {
        let replay = self.replays.of(self.analysis, function);
        let (_, outcome) = &*replay;
        outcome
            .targets
            .iter()
            .find_map(|(value, target)| match target {
                Target::Function(callee) if *value == call => Some(*callee),
                Target::Function(_) | Target::Library(_) => None,
            })
    }

    /// The shortest way back over operands that carry `origin`, first instruction first.
    fn way(
        &self,
        function: FuncId,
        values: &[Value],
        end: ValueId,
        origin: Origin,
    ) -> Vec<ValueId> {
        let ir = self.analysis.program.function(function);
        let mut next: FxHashMap<ValueId, ValueId> = FxHashMap::default();
        let mut seen: FxHashSet<ValueId> = FxHashSet::default();
        let mut queue = VecDeque::from([end]);
        seen.insert(end);
        while let Some(value) = queue.pop_front() {
            let is_start = match origin {
                Origin::Source(_, source) => source.function == function && source.value == value,
                Origin::Param(index, _) => {
                    matches!(ir.op(value), Op::Param(param) if *param == u32::from(index))
                }
                Origin::Captured(index, _) => {
                    matches!(ir.op(value), Op::Captured(captured) if *captured == u32::from(index))
                }
                Origin::Deferred(..) => false,
            };
            let mut ends = true;
            if !is_start {
                for operand in read_by(ir, value) {
                    if carries(&values[operand.index()], origin) {
                        ends = false;
                        if seen.insert(operand) {
                            next.insert(operand, value);
                            queue.push_back(operand);
                        }
                    }
                }
            }
            if is_start || ends {
                return path_from(value, end, &next);
            }
        }
        vec![end]
    }

    fn push(&mut self, kind: TraceStepKind, site: Site, function: Option<FuncId>) {
        if self.steps.len() >= TRACE_STEPS_MAX {
            self.analysis.limits.hit(Limit::TraceSteps);
            return;
        }
        let step = TraceStep {
            kind,
            site,
            function,
        };
        if self.steps.last() != Some(&step) {
            self.steps.push(step);
        }
    }

    fn finish(mut self, source: Site, sink: Site) -> Vec<TraceStep> {
        let source = TraceStep {
            kind: TraceStepKind::Source,
            site: source,
            function: None,
        };
        match self
            .steps
            .iter()
            .position(|step| step.kind == TraceStepKind::Source)
        {
            Some(0) => {}
            Some(index) => {
                self.steps.drain(..index);
            }
            None => self.steps.insert(0, source),
        }
        self.steps.retain({
            let mut first = true;
            move |step| {
                let keep = step.kind != TraceStepKind::Source || first;
                first = false;
                keep
            }
        });
        self.widen_source();
        self.steps.retain(|step| {
            !(step.site == sink
                && matches!(step.kind, TraceStepKind::Propagate | TraceStepKind::Return))
        });
        self.steps.push(TraceStep {
            kind: TraceStepKind::Sink,
            site: sink,
            function: None,
        });
        self.steps
    }

    /// The source step covers the whole access: `request.args["n"]`, not `request.args`.
    fn widen_source(&mut self) {
        let Some(first) = self.steps.first_mut() else {
            return;
        };
        let ir = self.analysis.program.function(first.site.function);
        let mut site = first.site.value;
        'grow: for _ in 0..3 {
            for (index, inst) in (0_u32..).zip(&ir.insts) {
                let grows = match &inst.op {
                    Op::Item { object, .. } | Op::Attribute { object, .. } => *object == site,
                    Op::Call { callee, .. } => *callee == site,
                    _ => false,
                };
                let encloses = inst.range.contains_range(ir.range_of(site));
                if grows && encloses {
                    site = ValueId(index);
                    continue 'grow;
                }
            }
            break;
        }
        if matches!(ir.op(site), Op::Attribute { .. }) && site != first.site.value {
            // A method that is not called here is no access.
            return;
        }
        first.site.value = site;
    }
}

/// Whether each step follows from the one before: in the same function, by a call, by a return,
/// or by a read of what another function wrote.
pub fn is_connected(steps: &[TraceStep]) -> bool {
    let mut here = None;
    for step in steps {
        let at = step.site.function;
        let follows = match (step.kind, here) {
            (TraceStepKind::Source | TraceStepKind::Cell, _) | (_, None) => true,
            (TraceStepKind::Return, Some(here)) => here == at || step.function == Some(here),
            (
                TraceStepKind::Propagate
                | TraceStepKind::Call
                | TraceStepKind::Guard
                | TraceStepKind::Sink,
                Some(here),
            ) => here == at,
        };
        if !follows {
            return false;
        }
        here = match (step.kind, step.function) {
            (TraceStepKind::Call, Some(callee)) => Some(callee),
            _ => Some(at),
        };
    }
    true
}

fn path_from(start: ValueId, end: ValueId, next: &FxHashMap<ValueId, ValueId>) -> Vec<ValueId> {
    let mut way = vec![start];
    let mut current = start;
    while current != end {
        let Some(following) = next.get(&current) else {
            break;
        };
        current = *following;
        way.push(current);
    }
    way
}

/// Whether the value or a part of it carries the mark.
fn carries(value: &Value, origin: Origin) -> bool {
    value
        .collapse(Labels::ALL)
        .iter()
        .any(|mark| same_origin(mark.origin, origin))
}

/// A parameter's mark stands for the parameter at any path.
fn same_origin(a: Origin, b: Origin) -> bool {
    match (a, b) {
        (Origin::Param(a, _), Origin::Param(b, _))
        | (Origin::Captured(a, _), Origin::Captured(b, _))
        | (Origin::Deferred(a, _), Origin::Deferred(b, _)) => a == b,
        _ => a == b,
    }
}

/// The values that an instruction reads; an object after a call also has what the call was given.
fn read_by(ir: &hognose_python::ir::Function, value: ValueId) -> Vec<ValueId> {
    let mut list = operands(ir.op(value));
    if let Op::After { call, .. } = ir.op(value)
        && let Op::Call { arguments, .. } = ir.op(*call)
    {
        list.extend(arguments.iter().map(|argument| argument.value));
    }
    list
}

/// The values that an instruction reads, nearest to the data first.
fn operands(op: &Op) -> Vec<ValueId> {
    let mut list = Vec::new();
    let mut copy = op.clone();
    copy.operands_mut(&mut |value| list.push(*value));
    if let Op::Template(parts) = op {
        list.retain(|value| {
            parts.iter().any(|part| match part {
                Part::Literal(_) => false,
                Part::Hole(hole, _) | Part::Join(hole, _) => hole == value,
            })
        });
    }
    list
}
