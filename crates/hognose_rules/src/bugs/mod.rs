//! Bugs that only a look at the whole program shows, one rule a file.
//!
//! ```python
//! load(name, 3)      # `load`, in another module, takes one argument
//! store.close()      # `close` is a coroutine of the project, and nobody awaits it
//! ```
//! Each rule looks at one function at a time and reports what is certain from the text of the
//! program; what a value merely may be is not used. Findings in tests, which break things on purpose,
//! have low confidence.

mod argument_count;
mod changed_while_iterating;
mod constant_condition;
mod dropped_result;
mod format_arguments;
mod missing_await;
mod none_result;
mod possibly_unbound;
mod raised_non_exception;
mod sql_parameters;
mod unclosed_file;
mod unknown_attribute;

use std::sync::Arc;

use hognose_dataflow::Analysis;
use hognose_dataflow::program::FuncId;
use hognose_dataflow::resolve::{Resolver, Thing, root};
use hognose_finding::{Confidence, Finding, Location, Rule};
use hognose_python::ir::{Constant, Function, Op, Symbol, ValueId};
use ruff_text_size::TextRange;
use rustc_hash::FxHashSet;

use crate::fingerprint::fingerprint;
use crate::place::{common_directory, is_test_path};

pub use argument_count::WRONG_ARGUMENTS;
pub use changed_while_iterating::CHANGED_WHILE_ITERATING;
pub use constant_condition::CONSTANT_CONDITION;
pub use dropped_result::DROPPED_RESULT;
pub use format_arguments::FORMAT_ARGUMENTS;
pub use missing_await::MISSING_AWAIT;
pub use none_result::NONE_RESULT;
pub use possibly_unbound::POSSIBLY_UNBOUND;
pub use raised_non_exception::RAISED_NON_EXCEPTION;
pub use sql_parameters::SQL_PARAMETERS;
pub use unclosed_file::UNCLOSED_FILE;
pub use unknown_attribute::UNKNOWN_ATTRIBUTE;

/// What rules look at.
struct Look<'a> {
    analysis: &'a Analysis,
    resolver: Resolver<'a>,
    function: FuncId,
    ir: &'a Function,
    names: &'a ProgramNames,
}

/// Something that a rule found.
struct Found {
    rule: &'static Rule,
    range: TextRange,
    message: String,
    confidence: Confidence,
}

/// Names that appear in the program in some role.
#[derive(Default)]
struct ProgramNames {
    /// Attributes that are assigned somewhere.
    stored: FxHashSet<Symbol>,
    /// Names that a class body binds, and text constants that are names: `setattr(x, "name", y)`.
    bound: FxHashSet<Symbol>,
}

type Check = fn(&Look<'_>, &mut Vec<Found>);

const CHECKS: [Check; 11] = [
    argument_count::look,
    changed_while_iterating::look,
    constant_condition::look,
    dropped_result::look,
    format_arguments::look,
    missing_await::look,
    none_result::look,
    possibly_unbound::look,
    raised_non_exception::look,
    unclosed_file::look,
    unknown_attribute::look,
];

pub fn findings(analysis: &Analysis) -> Vec<Finding> {
    let names = ProgramNames::of(analysis);
    let common = common_directory(analysis).len();
    let program = &analysis.program;
    let mut findings = Vec::new();
    for function in program.function_ids() {
        let look = Look {
            analysis,
            resolver: Resolver {
                program,
                hierarchy: &analysis.hierarchy,
            },
            function,
            ir: program.function(function),
            names: &names,
        };
        let mut found = Vec::new();
        for check in CHECKS {
            check(&look, &mut found);
        }
        sql_parameters::look(&look, &mut found);
        let file = &program.module(program.module_of(function)).file.source;
        let is_test = is_test_path(file.path.get(common..).unwrap_or(&file.path));
        findings.extend(found.into_iter().map(|found| {
            let qualified = program.qualified_name(function);
            let confidence = if is_test {
                Confidence::Low
            } else {
                found.confidence
            };
            Finding {
                rule: found.rule,
                severity: found.rule.severity,
                confidence,
                fingerprint: fingerprint(found.rule, &[&qualified, file.slice(found.range)]),
                location: Location {
                    file: Arc::clone(&file.path),
                    range: found.range,
                },
                message: found.message,
                function: qualified,
                trace: Vec::new(),
                fix: None,
            }
        }));
    }
    findings
}

impl ProgramNames {
    fn of(analysis: &Analysis) -> Self {
        let mut names = Self::default();
        let program = &analysis.program;
        for class in program.class_ids() {
            let ir = program.class(class);
            names.bound.extend(ir.members.iter().map(|(name, _)| *name));
            names
                .bound
                .extend(ir.annotations.iter().map(|(name, _)| *name));
        }
        for function in program.function_ids() {
            for inst in &program.function(function).insts {
                match &inst.op {
                    Op::StoreAttribute { name, .. } => {
                        names.stored.insert(*name);
                    }
                    Op::Constant(Constant::Str(text)) => {
                        names.bound.extend(program.names.get(text));
                    }
                    _ => {}
                }
            }
        }
        names
    }
}

impl<'a> Look<'a> {
    fn text(&self, name: Symbol) -> &'a str {
        self.analysis.program.names.text(name)
    }

    /// Every instruction that control reaches.
    fn values(&self) -> impl Iterator<Item = (ValueId, &'a Op)> + use<'a> {
        let ir = self.ir;
        let blocks = ir.blocks.iter();
        blocks.flat_map(move |block| block.insts.iter().map(move |value| (*value, ir.op(*value))))
    }

    fn thing(&self, value: ValueId) -> Option<Thing> {
        self.resolver.thing(self.function, value)
    }

    /// The name of the builtin that `value` is.
    fn builtin(&self, value: ValueId) -> Option<&'a str> {
        match self.thing(value)? {
            Thing::Builtin(name) => Some(self.text(name)),
            Thing::Function(_)
            | Thing::Class(_)
            | Thing::Module(_)
            | Thing::Instance(_)
            | Thing::Own(_) => None,
        }
    }

    /// The constant that `value` certainly is: a literal, or a variable of the module that is bound
    /// once.
    fn constant(&self, value: ValueId) -> Option<&'a Constant> {
        let program = &self.analysis.program;
        match self.ir.op(root(self.ir, value)) {
            Op::Constant(constant) => Some(constant),
            Op::Global(name) => {
                let module = program.module(program.module_of(self.function));
                let ir = &module.file.module;
                let at = ir
                    .globals
                    .binary_search_by_key(name, |(name, _)| *name)
                    .ok()?;
                let [only] = ir.globals[at].1.as_slice() else {
                    return None;
                };
                let is_rebound = ir.global_stores.iter().any(|(other, _, _)| other == name);
                match ir.functions.first()?.op(*only) {
                    Op::Constant(constant) if !is_rebound => Some(constant),
                    _ => None,
                }
            }
            _ => None,
        }
    }

    /// How often each value is read; the new version of an object is no reading of the call that
    /// made it.
    fn readers(&self) -> Vec<u32> {
        let mut readers = vec![0_u32; self.ir.insts.len()];
        for inst in &self.ir.insts {
            if let Op::After { object, .. } = inst.op {
                readers[object.index()] += 1;
                continue;
            }
            let mut op = inst.op.clone();
            op.operands_mut(&mut |value| readers[value.index()] += 1);
        }
        self.count_bound(&mut readers);
        for block in &self.ir.blocks {
            use hognose_python::ir::Terminator;
            match &block.terminator {
                Terminator::Branch {
                    condition: value, ..
                }
                | Terminator::Return { value, .. }
                | Terminator::Raise {
                    exception: Some(value),
                } => readers[value.index()] += 1,
                Terminator::Unreachable
                | Terminator::Jump(_)
                | Terminator::Switch(_)
                | Terminator::Raise { exception: None } => {}
            }
        }
        readers
    }

    /// Values that a name is bound to are taken, whoever reads the name.
    fn count_bound(&self, readers: &mut [u32]) {
        let program = &self.analysis.program;
        let id = program.module_of(self.function);
        let module = &program.module(id).file.module;
        let mut read = |value: ValueId| readers[value.index()] += 1;
        self.ir.bindings.iter().for_each(|(_, value)| read(*value));
        if program.body(id) == self.function {
            let globals = module.globals.iter().flat_map(|(_, values)| values);
            globals.for_each(|value| read(*value));
        }
        for class in &module.classes {
            if program.func_id(id, class.function) == self.function {
                let members = class.members.iter().flat_map(|(_, values)| values);
                members.for_each(|value| read(*value));
            }
        }
    }
}
