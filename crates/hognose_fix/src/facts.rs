//! What the analysis knows of the places that repairs look at.
//!
//! ```python
//! cur.execute(q)        # argument 0 is a query; `cur` is a cursor of sqlite3
//! f"… {a} … {b}"        # a carries data from outside, b does not
//! ```

use std::sync::Arc;

use hognose_dataflow::Analysis;
use hognose_dataflow::models::rows::{Access, Labels, SinkKind};
use hognose_dataflow::program::FuncId;
use hognose_dataflow::resolve::Resolver;
use hognose_python::ir::{Op, Part, ValueId};
use ruff_text_size::TextRange;
use rustc_hash::{FxHashMap, FxHashSet};

use hognose_finding::Finding;

/// Where in a call the value stands that does harm.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Place {
    /// The number of the argument, in the order of the source.
    Argument(usize),
    /// What the method is called on.
    Receiver,
}

/// A sink at a call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Sink {
    pub kind: SinkKind,
    /// The path of the row: "sqlite3.Cursor.execute"; a bare name for a method of anything.
    pub subject: Arc<str>,
    pub argument: Place,
    pub access: Option<Access>,
}

/// A call of a function that runs its argument as a query.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Caller {
    pub file: Arc<str>,
    pub call: TextRange,
}

/// See the module documentation.
#[derive(Debug, Default)]
pub struct Facts {
    sinks: FxHashMap<(Arc<str>, TextRange), Vec<Sink>>,
    /// For texts that are built: which of their holes carry data from outside, in order.
    holes: FxHashMap<(Arc<str>, TextRange), Vec<bool>>,
    /// Expressions that carry data from outside.
    marked: FxHashSet<(Arc<str>, TextRange)>,
    /// For a query that a function runs for its callers: the calls that hand over data from outside.
    callers: FxHashMap<(Arc<str>, TextRange), Vec<Caller>>,
    /// Calls of functions of the project that run no query with what they are given.
    harmless: FxHashSet<(Arc<str>, TextRange)>,
    /// Top-level packages that the program imports.
    packages: FxHashSet<Arc<str>>,
}

/// What is known of the project beside the code.
#[derive(Debug, Clone, Default)]
pub struct Project {
    /// The lowest minor version of Python 3 that has to run the code; `None`: not said.
    pub python_minor: Option<u8>,
    /// The directory of `.env.example` and `.gitignore` as reports write it: empty, or with `/` at
    /// its end.
    pub root: String,
}

impl Project {
    /// Whether what that version brought may be used. Where nothing is said any version that is
    /// still maintained will do.
    pub(crate) fn has_python(&self, minor: u8) -> bool {
        const MAINTAINED: u8 = 10;
        self.python_minor.unwrap_or(MAINTAINED) >= minor
    }
}

impl Facts {
    /// The facts about the functions in which `findings` lie.
    pub fn new(analysis: &Analysis, findings: &[&Finding]) -> Self {
        let mut facts = Self::default();
        let program = &analysis.program;
        for module in &program.modules {
            facts
                .packages
                .extend(module.imported_packages.iter().cloned());
        }
        let mut files: FxHashSet<&str> = FxHashSet::default();
        files.extend(findings.iter().map(|finding| &*finding.location.file));
        // Calls through which data reaches a query.
        let running: FxHashSet<(FuncId, ValueId)> = analysis
            .flows()
            .into_iter()
            .filter(|flow| flow.sink.kind == SinkKind::Sql)
            .filter_map(|flow| flow.via.map(|(call, _)| (flow.apex, call)))
            .collect();
        facts.add_callers(analysis);
        for function in program.function_ids() {
            let file = &program.module(program.module_of(function)).file.source.path;
            if !files.contains(&**file) {
                continue;
            }
            facts.add_sinks(analysis, function, file);
            facts.add_harmless(analysis, function, file, &running);
            let wanted = findings.iter().any(|finding| {
                let range = program.function(function).range;
                finding.location.file == *file && range.contains_range(finding.location.range)
            });
            if wanted {
                facts.add_marks(analysis, function, file);
            }
        }
        facts
    }

    fn add_sinks(&mut self, analysis: &Analysis, function: FuncId, file: &Arc<str>) {
        let ir = analysis.program.function(function);
        for examined in &analysis.functions[function.index()].examined {
            let sink = &examined.sink;
            if sink.site.function != function {
                continue;
            }
            let Op::Call { arguments, callee } = ir.op(sink.site.value) else {
                continue;
            };
            let at = arguments.iter().position(|it| it.value == sink.argument);
            let is_receiver = matches!(ir.op(*callee),
                Op::Attribute { object, .. } if *object == sink.argument);
            let argument = match (at, is_receiver) {
                (Some(number), _) => Place::Argument(number),
                (None, true) => Place::Receiver,
                (None, false) => continue,
            };
            let fact = Sink {
                kind: sink.kind,
                subject: Arc::clone(&analysis.models.origin(sink.row).subject),
                argument,
                access: sink.access,
            };
            let key = (Arc::clone(file), ir.range_of(sink.site.value));
            let known = self.sinks.entry(key).or_default();
            if !known.contains(&fact) {
                known.push(fact);
            }
        }
    }

    /// The direct calls only: what is handed on by several functions is not repaired.
    fn add_callers(&mut self, analysis: &Analysis) {
        let program = &analysis.program;
        let place = |function: FuncId, value: ValueId| {
            let module = program.module(program.module_of(function));
            (
                Arc::clone(&module.file.source.path),
                program.range(function, value),
            )
        };
        for flow in analysis.flows() {
            let site = flow.sink.site;
            let Some((call, callee)) = flow.via else {
                continue;
            };
            if flow.sink.kind != SinkKind::Sql {
                continue;
            }
            let (file, range) = place(flow.apex, call);
            let caller = Caller { file, call: range };
            let known = self
                .callers
                .entry(place(site.function, site.value))
                .or_default();
            if callee == site.function {
                if !known.contains(&caller) {
                    known.push(caller);
                }
            } else {
                // An empty range: not a direct call.
                known.push(Caller {
                    call: TextRange::default(),
                    ..caller
                });
            }
        }
    }

    fn add_harmless(
        &mut self,
        analysis: &Analysis,
        function: FuncId,
        file: &Arc<str>,
        running: &FxHashSet<(FuncId, ValueId)>,
    ) {
        let resolver = Resolver {
            program: &analysis.program,
            hierarchy: &analysis.hierarchy,
        };
        let ir = analysis.program.function(function);
        for (index, inst) in (0_u32..).zip(&ir.insts) {
            let call = ValueId(index);
            if let Op::Call { callee, .. } = &inst.op
                && resolver.callee(function, *callee).is_some()
                && !running.contains(&(function, call))
            {
                self.harmless.insert((Arc::clone(file), inst.range));
            }
        }
    }

    fn add_marks(&mut self, analysis: &Analysis, function: FuncId, file: &Arc<str>) {
        let ir = analysis.program.function(function);
        let (values, _) = hognose_dataflow::eval::replay(analysis.world(), function);
        let is_marked = |value: ValueId| {
            values
                .get(value.index())
                .is_some_and(|value| !value.collapse(Labels::ALL).is_empty())
        };
        for (index, inst) in (0_u32..).zip(&ir.insts) {
            let value = ValueId(index);
            if is_marked(value) {
                self.marked.insert((Arc::clone(file), inst.range));
            }
            if let Op::Template(parts) = &inst.op {
                let holes = parts.iter().filter_map(|part| match part {
                    Part::Literal(_) => None,
                    Part::Hole(value, _) | Part::Join(value, _) => Some(is_marked(*value)),
                });
                self.holes
                    .insert((Arc::clone(file), inst.range), holes.collect());
            }
        }
    }

    /// The sinks of that kind at the call.
    pub(crate) fn sink(&self, file: &Arc<str>, call: TextRange, kind: SinkKind) -> Option<&Sink> {
        let sinks = self.sinks.get(&(Arc::clone(file), call))?;
        sinks.iter().find(|sink| sink.kind == kind)
    }

    /// Which holes of the text that is built there carry data from outside; `None`: not known.
    pub(crate) fn holes(&self, file: &Arc<str>, text: TextRange) -> Option<&[bool]> {
        let holes = self.holes.get(&(Arc::clone(file), text))?;
        Some(holes)
    }

    /// Who calls the function in which the query runs, with data from outside in the query; empty
    /// where that is not known of all.
    pub(crate) fn callers(&self, file: &Arc<str>, call: TextRange) -> &[Caller] {
        let known = self.callers.get(&(Arc::clone(file), call));
        let known = known.map_or(&[][..], Vec::as_slice);
        if known.iter().any(|caller| caller.call.is_empty()) {
            return &[];
        }
        known
    }

    /// Whether the call is one of a function of the project that runs no query with its arguments.
    pub(crate) fn is_harmless(&self, file: &Arc<str>, call: TextRange) -> bool {
        self.harmless.contains(&(Arc::clone(file), call))
    }

    pub(crate) fn is_marked(&self, file: &Arc<str>, expression: TextRange) -> bool {
        self.marked.contains(&(Arc::clone(file), expression))
    }

    pub(crate) fn imports(&self, package: &str) -> bool {
        self.packages.contains(package)
    }
}
