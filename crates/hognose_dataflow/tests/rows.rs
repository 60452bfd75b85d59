//! Every model row is used by its own example.
//!
//! ```toml
//! [[sinks]]
//! path = "os.system"
//! example = "import os\nos.system(x)"     # solved as a module of its own: the row must match
//! ```
//! `HOGNOSE_ROWS=flask` runs only rows whose file or subject holds that text. A failure names the
//! row's file, line, table and subject; the first failures of each file are shown with the example.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::sync::Arc;

use hognose_dataflow::eval::replay;
use hognose_dataflow::fact::Fact;
use hognose_dataflow::models::Models;
use hognose_dataflow::models::rows::{NodeId, RowId, RowOrigin};
use hognose_dataflow::program::FuncId;
use hognose_dataflow::value::{Alternative, Value};
use hognose_dataflow::{Analysis, Detail, Openness, Program, solve};
use hognose_python::ir::Op;
use hognose_python::lower_file;
use rayon::prelude::*;

/// Examples that are shown for one file.
const SHOWN_MAX: usize = 3;

#[test]
fn every_row_is_used_by_its_example() {
    let models = Arc::new(Models::embedded().unwrap_or_else(|errors| {
        let lines: Vec<String> = errors.iter().map(ToString::to_string).collect();
        panic!("{}", lines.join("\n"))
    }));
    let filter = std::env::var("HOGNOSE_ROWS").unwrap_or_default();
    let count = u32::try_from(models.row_count()).expect("fewer than 2^32 rows");
    let mut by_example: BTreeMap<Arc<str>, Vec<RowId>> = BTreeMap::new();
    for row in (0..count).map(RowId) {
        let origin = models.origin(row);
        if origin.file.contains(&filter) || origin.subject.contains(&filter) {
            by_example
                .entry(Arc::clone(&origin.example))
                .or_default()
                .push(row);
        }
    }
    assert!(
        !by_example.is_empty() || !filter.is_empty(),
        "no row at all"
    );
    let examples: Vec<(Arc<str>, Vec<RowId>)> = by_example.into_iter().collect();
    let mut unused: Vec<RowId> = examples
        .par_iter()
        .flat_map_iter(|(example, rows)| unused_rows(&models, example, rows))
        .collect();
    unused.sort_by_key(|row| {
        let origin = models.origin(*row);
        (Arc::clone(&origin.file), origin.line, *row)
    });
    let origins: Vec<&RowOrigin> = unused.iter().map(|row| models.origin(*row)).collect();
    assert!(unused.is_empty(), "{}", listed(&origins, count));
}

fn listed(origins: &[&RowOrigin], count: u32) -> String {
    let mut text = format!(
        "{} of {count} rows match nothing in their example\n",
        origins.len()
    );
    let mut shown = 0;
    let mut file: Arc<str> = Arc::from("");
    for origin in origins {
        if origin.file != file {
            file = Arc::clone(&origin.file);
            shown = 0;
        }
        writeln!(
            text,
            "{}:{} {} {}",
            origin.file, origin.line, origin.table, origin.subject
        )
        .expect("writing to a string");
        shown += 1;
        if shown <= SHOWN_MAX {
            for line in origin.example.lines() {
                writeln!(text, "    | {line}").expect("writing to a string");
            }
        }
    }
    text
}

/// Those of `rows` that the example does not use.
fn unused_rows(models: &Arc<Models>, example: &str, rows: &[RowId]) -> Vec<RowId> {
    let file = lower_file("example.py", example.as_bytes());
    if !file.problems.is_empty() {
        return rows.to_vec();
    }
    let program = Program::new(vec![file], models);
    let analysis = solve(program, Arc::clone(models), Openness::Open, Detail::All);
    let seen = Seen::new(&analysis);
    let mut rows = rows.to_vec();
    rows.retain(|row| !seen.uses(models, *row));
    rows
}

/// What an example came to.
struct Seen {
    /// Rows that the engine recognised itself.
    rows: BTreeSet<RowId>,
    /// Paths that some value is, or is an instance of, or is a part of.
    nodes: BTreeSet<NodeId>,
    /// Classes of what `with` binds.
    entered: BTreeSet<NodeId>,
    /// Classes of what reading attributes gives.
    attributes: BTreeSet<NodeId>,
    /// Classes of what iterating, indexing and unpacking give.
    items: BTreeSet<NodeId>,
}

impl Seen {
    fn new(analysis: &Analysis) -> Self {
        let mut seen = Self {
            rows: BTreeSet::new(),
            nodes: BTreeSet::new(),
            entered: BTreeSet::new(),
            items: BTreeSet::new(),
            attributes: BTreeSet::new(),
        };
        seen.rows
            .extend(analysis.state.entries().map(|entry| entry.row));
        for solved in &analysis.functions {
            seen.rows
                .extend(solved.matches.iter().map(|matched| matched.row));
        }
        for function in analysis.program.function_ids() {
            seen.function(analysis, function);
        }
        for class in analysis.program.class_ids() {
            let bases = analysis.hierarchy.libraries(class);
            seen.nodes.extend(bases);
        }
        seen.add_parents(&analysis.models);
        seen
    }

    fn function(&mut self, analysis: &Analysis, function: FuncId) {
        let (values, outcome) = replay(analysis.world(), function);
        self.rows
            .extend(outcome.matches.iter().map(|matched| matched.row));
        self.rows
            .extend(outcome.entries.iter().map(|entry| entry.row));
        for (value, inst) in values
            .iter()
            .zip(&analysis.program.function(function).insts)
        {
            collect(value, &mut self.nodes);
            match &inst.op {
                Op::Enter(_) => instances(value, &mut self.entered),
                Op::Attribute { .. } => instances(value, &mut self.attributes),
                Op::Next(_) | Op::Item { .. } | Op::Unpack(..) => {
                    instances(value, &mut self.items);
                }
                _ => {}
            }
        }
    }

    /// Whoever holds `a.b.c` has come by `a` and `a.b`, and by the bases of each class.
    fn add_parents(&mut self, models: &Models) {
        for node in self.nodes.clone() {
            self.nodes.extend(models.linearization(node));
        }
        for node in self.nodes.clone() {
            let mut node = node;
            while node != NodeId::ROOT {
                node = models.parent(node);
                self.nodes.insert(node);
            }
        }
    }

    /// Whether the example uses the row. For what a class is, and for aliases, the engine has no
    /// place where it looks a row up: there the values tell.
    fn uses(&self, models: &Models, row: RowId) -> bool {
        if self.rows.contains(&row) {
            return true;
        }
        let origin = models.origin(row);
        if origin.table != "types" {
            return false;
        }
        let Some(id) = models.find(&origin.subject) else {
            return false;
        };
        let node = models.node(id);
        let is_alias = node.is.is_none_or(|(_, other)| other != row)
            && node.returns.is_none_or(|(_, other)| other != row);
        let Some(class) = &node.class else {
            return is_alias && self.nodes.contains(&id);
        };
        let told = [
            (class.bases_row, Some(id), &self.nodes),
            (class.enters_row, class.enters, &self.entered),
            (class.items_row, class.items, &self.items),
            (class.attributes_row, class.attributes, &self.attributes),
        ];
        let mut parts = told
            .iter()
            .filter(|(part, _, _)| *part == Some(row))
            .peekable();
        if parts.peek().is_none() {
            return is_alias && self.nodes.contains(&id);
        }
        parts.all(|(_, class, seen)| class.is_some_and(|class| seen.contains(&class)))
    }
}

/// Every path that the value or a part of it is or is an instance of.
fn collect(value: &Value, nodes: &mut BTreeSet<NodeId>) {
    for fact in value.facts() {
        match fact {
            Fact::External(node) | Fact::ExternalInstance(node) => {
                nodes.insert(*node);
            }
            Fact::Bound(bound) => {
                if let Fact::External(node) = bound.callable {
                    nodes.insert(node);
                }
                collect(&bound.receiver, nodes);
            }
            Fact::Partial(partial) => collect(&partial.callable, nodes),
            Fact::Module(_)
            | Fact::Namespace(_)
            | Fact::Function(..)
            | Fact::Class(_)
            | Fact::Instance(_)
            | Fact::Super(_) => {}
        }
    }
    for (_, child) in value.children() {
        collect(child, nodes);
    }
    for alternative in value.text().alternatives() {
        if let Alternative::Template(pieces) = alternative {
            for value in pieces.iter().filter_map(|piece| piece.value()) {
                collect(value, nodes);
            }
        }
    }
}

fn instances(value: &Value, nodes: &mut BTreeSet<NodeId>) {
    for fact in value.facts() {
        if let Fact::ExternalInstance(node) = fact {
            nodes.insert(*node);
        }
    }
}
