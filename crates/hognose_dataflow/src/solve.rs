//! Solving a program: module bodies first, then all functions bottom-up, until cells are stable.
//!
//! ```text
//! bodies by import order  → globals, classes, entry points
//! levels of the call graph → summaries, flows; cells are merged after each level
//! again for what read a cell or a summary that has changed since, a few rounds
//! ```
//! Within a level workers only read the state; outcomes are merged in the order of function
//! numbers. So the result does not depend on the number of threads.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use rayon::prelude::*;
use rustc_hash::FxHashMap;

use crate::callgraph::{self, Levels};
use crate::demand::Usage;
use crate::eval::{self, Match, Openness, Outcome, Target, World};
use crate::flavor::{Flavor, flavor};
use crate::flow::Flow;
use crate::hierarchy::Hierarchy;
use crate::limits::{COMPONENT_ROUNDS_MAX, Limit, LimitCounts, PROGRAM_ROUNDS_MAX};
use crate::misuse::{Misuse, Use};
use crate::models::Models;
use crate::patterns::Patterns;
use crate::program::{FuncId, ModuleId, Program};
use crate::state::{State, Tick};
use crate::summary::{Cell, Entry, Examined};

/// What is kept of a function's outcome.
#[derive(Debug, Default)]
pub struct Solved {
    pub flows: Vec<Flow>,
    pub examined: Vec<Examined>,
    pub usages: Vec<Usage>,
    pub misuses: Vec<Misuse>,
    pub uses: Vec<Use>,
    /// Whether it hands a function to a framework.
    pub registers: bool,
    /// Only with [`Detail::All`].
    pub matches: Vec<Match>,
    pub targets: Vec<(hognose_python::ir::ValueId, Target)>,
    pub calls: usize,
    pub resolved_calls: usize,
    reads: Box<[Cell]>,
    callees: Box<[FuncId]>,
    since: Tick,
}

/// How much is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Detail {
    Findings,
    /// Also which rows were recognised where, and the targets of calls.
    All,
}

/// A solved program.
#[derive(Debug)]
pub struct Analysis {
    pub program: Program,
    pub models: Arc<Models>,
    pub hierarchy: Hierarchy,
    pub state: State,
    pub functions: Vec<Solved>,
    pub limits: LimitCounts,
    pub patterns: Patterns,
    pub openness: Openness,
    pub largest_component: usize,
    /// Functions whose evaluation panicked, with the message.
    pub failed: Vec<(FuncId, String)>,
}

/// Solves `program`.
pub fn solve(
    program: Program,
    models: Arc<Models>,
    openness: Openness,
    detail: Detail,
) -> Analysis {
    let function_count = program.function_count();
    let mut solver = Solver {
        state: State::new(function_count),
        hierarchy: Hierarchy::default(),
        solved: (0..function_count).map(|_| Solved::default()).collect(),
        limits: LimitCounts::default(),
        patterns: Patterns::default(),
        failed: Vec::new(),
        program: &program,
        models: &models,
        openness,
        detail,
    };
    solver.bodies();
    solver.hierarchy = Hierarchy::new(&program, &models, &solver.state);
    solver.class_entries();
    solver.first_parameter_entries();
    let largest_component = solver.rounds();
    let Solver {
        state,
        hierarchy,
        solved,
        limits,
        patterns,
        mut failed,
        ..
    } = solver;
    failed.sort();
    failed.dedup();
    Analysis {
        hierarchy,
        state,
        functions: solved,
        limits,
        patterns,
        openness,
        largest_component,
        failed,
        program,
        models,
    }
}

struct Solver<'a> {
    program: &'a Program,
    models: &'a Models,
    openness: Openness,
    detail: Detail,
    state: State,
    hierarchy: Hierarchy,
    solved: Vec<Solved>,
    limits: LimitCounts,
    patterns: Patterns,
    failed: Vec<(FuncId, String)>,
}

type Outcomes = Vec<(FuncId, Result<Outcome, String>)>;

impl Solver<'_> {
    fn world(&self) -> World<'_> {
        World {
            program: self.program,
            models: self.models,
            hierarchy: &self.hierarchy,
            state: &self.state,
            limits: &self.limits,
            patterns: &self.patterns,
            openness: self.openness,
        }
    }

    /// Module bodies in the order of imports, calls into the project unknown yet.
    fn bodies(&mut self) {
        let levels = callgraph::levels(&callgraph::import_edges(self.program));
        // The second pass lets cyclic imports see each other, and knows the classes' bases.
        for _ in 0..2 {
            for level in &levels.levels {
                let world = self.world();
                let outcomes: Outcomes = level
                    .par_iter()
                    .flatten()
                    .map(|module| {
                        let body = self.program.body(ModuleId(*module));
                        (
                            body,
                            caught(|| eval::evaluate(world, &FxHashMap::default(), body)),
                        )
                    })
                    .collect();
                for (_, outcome) in outcomes {
                    if let Ok(outcome) = outcome {
                        self.merge_cells(outcome);
                    }
                }
                self.state.tick += 1;
            }
            self.hierarchy = Hierarchy::new(self.program, self.models, &self.state);
        }
    }

    fn merge_cells(&mut self, outcome: Outcome) -> Outcome {
        for (cell, value, site) in &outcome.cells {
            self.state.write(*cell, value, *site);
        }
        for entry in &outcome.entries {
            self.state.add_entry(entry.clone());
        }
        outcome
    }

    /// Methods that a framework calls because of the class they stand in.
    fn class_entries(&mut self) {
        let mut entries = Vec::new();
        for class in self.program.class_ids() {
            let libraries: Vec<_> = self.hierarchy.libraries(class).collect();
            for node in libraries {
                for row in &self.models.node(node).class_entries {
                    for name in &row.methods {
                        let Some(value) = self.state.cell(Cell::Attribute(class, *name)) else {
                            continue;
                        };
                        for fact in value.facts() {
                            if let crate::fact::Fact::Function(function, _) = fact {
                                entries.push(entry(*function, row));
                            }
                        }
                    }
                }
            }
        }
        for entry in entries {
            self.state.add_entry(entry);
        }
    }

    /// Functions that are recognised by the name of their first parameter.
    fn first_parameter_entries(&mut self) {
        let mut entries = Vec::new();
        for row in self.models.first_parameters() {
            for function in self.program.function_ids() {
                let ir = self.program.function(function);
                let has_receiver = self.program.class_of(function).is_some()
                    && flavor(self.program, function) != Flavor::Static;
                let skip = usize::from(has_receiver);
                let named = ir
                    .params
                    .get(skip)
                    .is_some_and(|param| param.name == row.name);
                // Without an import to go by, all the names must be there.
                let has_all = !row.imports.is_empty()
                    || row
                        .entry
                        .named_types
                        .iter()
                        .all(|(name, _)| ir.params.iter().any(|param| param.name == *name));
                if !named || !has_all || ir.kind != hognose_python::ir::FunctionKind::Def {
                    continue;
                }
                let module = self.program.module(self.program.module_of(function));
                let imported = row.imports.is_empty()
                    || row.imports.iter().any(|wanted| {
                        module.imported_packages.iter().any(|package| {
                            **package == **wanted || wanted.starts_with(&format!("{package}."))
                        })
                    });
                if imported {
                    entries.push(entry(function, &row.entry));
                }
            }
        }
        for entry in entries {
            self.state.add_entry(entry);
        }
    }

    /// The rounds over all functions; the size of the largest component.
    fn rounds(&mut self) -> usize {
        let mut edges = callgraph::call_edges(self.program, &self.hierarchy, &self.state);
        let mut largest = 0;
        for round in 0..PROGRAM_ROUNDS_MAX {
            let levels = callgraph::levels(&edges);
            largest = levels.largest;
            let count = self.round(&levels, round);
            if count == 0 {
                return largest;
            }
            let found: FxHashMap<FuncId, Vec<FuncId>> = self
                .program
                .function_ids()
                .map(|function| (function, self.solved[function.index()].callees.to_vec()))
                .collect();
            callgraph::add_edges(&mut edges, &found);
            self.hierarchy = Hierarchy::new(self.program, self.models, &self.state);
            self.class_entries();
        }
        if self
            .program
            .function_ids()
            .any(|function| self.is_dirty(function))
        {
            self.limits.hit(Limit::ProgramRounds);
        }
        largest
    }

    /// One round; how many functions were solved.
    fn round(&mut self, levels: &Levels, round: usize) -> usize {
        let mut count = 0;
        for level in &levels.levels {
            let work: Vec<Vec<FuncId>> = level
                .iter()
                .map(|component| component.iter().copied().map(FuncId).collect())
                .filter(|component: &Vec<FuncId>| {
                    round == 0 || component.iter().any(|function| self.is_dirty(*function))
                })
                .collect();
            let world = self.world();
            let outcomes: Vec<Outcomes> = work
                .par_iter()
                .map(|component| solve_component(world, component))
                .collect();
            self.state.tick += 1;
            for (function, outcome) in outcomes.into_iter().flatten() {
                count += 1;
                match outcome {
                    Ok(outcome) => self.merge(function, outcome),
                    Err(message) => self.failed.push((function, message)),
                }
            }
            self.state.tick += 1;
        }
        count
    }

    fn merge(&mut self, function: FuncId, outcome: Outcome) {
        let outcome = self.merge_cells(outcome);
        self.state.set_summary(function, Arc::new(outcome.summary));
        let mut reads: Vec<Cell> = outcome.reads.into_iter().collect();
        reads.sort_unstable();
        let mut callees: Vec<FuncId> = outcome.callees.into_iter().collect();
        callees.sort_unstable();
        let all = self.detail == Detail::All;
        self.solved[function.index()] = Solved {
            flows: outcome.flows,
            examined: outcome.examined,
            usages: outcome.usages,
            misuses: outcome.misuses,
            uses: outcome.uses,
            registers: !outcome.entries.is_empty(),
            matches: if all {
                outcome.matches.into_iter().collect()
            } else {
                Vec::new()
            },
            targets: if all { outcome.targets } else { Vec::new() },
            calls: outcome.calls,
            resolved_calls: outcome.resolved_calls,
            reads: reads.into_boxed_slice(),
            callees: callees.into_boxed_slice(),
            since: self.state.tick,
        };
    }

    /// Whether something that the function used has changed at or after its evaluation.
    fn is_dirty(&self, function: FuncId) -> bool {
        let solved = &self.solved[function.index()];
        let since = solved.since;
        self.state.entry_changed(function) >= since
            || solved
                .reads
                .iter()
                .any(|cell| self.state.cell_changed(*cell) >= since)
            || solved
                .callees
                .iter()
                .any(|callee| self.state.summary_changed(*callee) >= since)
    }
}

fn entry(function: FuncId, row: &crate::models::rows::EntryRow) -> Entry {
    Entry {
        function,
        kind: row.kind,
        parameters: row.parameters,
        positional_types: row.positional_types.clone(),
        named_types: row.named_types.clone(),
        converters: Vec::new(),
        returns: row.returns.map(|kind| (kind, row.row)),
        labels: row.labels,
        is_fixed_route: false,
        row: row.row,
    }
}

/// Solves functions that call each other, until their summaries are stable.
fn solve_component(world: World<'_>, component: &[FuncId]) -> Outcomes {
    let mut overlay = FxHashMap::default();
    let mut outcomes: FxHashMap<FuncId, Result<Outcome, String>> = FxHashMap::default();
    for round in 0..COMPONENT_ROUNDS_MAX {
        let mut changed = false;
        for function in component {
            let outcome = caught(|| eval::evaluate(world, &overlay, *function));
            if let Ok(outcome) = &outcome {
                let known = overlay
                    .get(function)
                    .is_some_and(|known: &Arc<_>| **known == outcome.summary);
                if !known {
                    changed = true;
                    overlay.insert(*function, Arc::new(outcome.summary.clone()));
                }
            }
            outcomes.insert(*function, outcome);
        }
        let alone = match component {
            [only] => outcomes.get(only).is_some_and(|outcome| {
                outcome
                    .as_ref()
                    .map_or(true, |outcome| !outcome.callees.contains(only))
            }),
            _ => false,
        };
        if !changed || alone {
            break;
        }
        if round + 1 == COMPONENT_ROUNDS_MAX {
            world.limits.hit(Limit::ComponentRounds);
        }
    }
    component
        .iter()
        .filter_map(|function| {
            let mut outcome = outcomes.remove(function)?;
            if let Ok(outcome) = &mut outcome {
                // These were solved together with it.
                outcome.callees.retain(|callee| !component.contains(callee));
            }
            Some((*function, outcome))
        })
        .collect()
}

fn caught(work: impl FnOnce() -> Outcome) -> Result<Outcome, String> {
    catch_unwind(AssertUnwindSafe(work)).map_err(|payload| {
        payload
            .downcast_ref::<String>()
            .cloned()
            .or_else(|| {
                payload
                    .downcast_ref::<&str>()
                    .map(|text| (*text).to_owned())
            })
            .unwrap_or_else(|| "no message".to_owned())
    })
}

impl Analysis {
    pub fn world(&self) -> World<'_> {
        World {
            program: &self.program,
            models: &self.models,
            hierarchy: &self.hierarchy,
            state: &self.state,
            limits: &self.limits,
            patterns: &self.patterns,
            openness: self.openness,
        }
    }

    /// All flows, by sink.
    pub fn flows(&self) -> Vec<&Flow> {
        let mut flows: Vec<&Flow> = self
            .functions
            .iter()
            .flat_map(|solved| &solved.flows)
            .collect();
        flows.sort_by_key(|flow| {
            (
                flow.sink.site,
                flow.sink.argument,
                flow.sink.kind,
                flow.weakness,
                flow.source,
                flow.confidence,
                flow.apex,
            )
        });
        flows.dedup_by_key(|flow| {
            (
                flow.sink.site,
                flow.sink.argument,
                flow.sink.kind,
                flow.weakness,
                flow.source,
            )
        });
        flows
    }
}
