//! Facts about libraries: the rows of `models/*.toml` and of the user's own files, read once.
//!
//! ```python
//! from flask import Flask, request      # types, aliases: what `app` and `request` are
//! import subprocess
//! app = Flask(__name__)
//!
//! @app.route("/")                       # entries
//! def index():
//!     subprocess.run(request.args["c"], shell=True)   # sinks, sources
//! ```
//! The format is described in `models/README.md`. Every path that a row names is a node of one
//! tree; rows hang at their node. Aliases are resolved while reading, so that a row for an alias
//! lands at the one true node and a lookup never ends at an alias.
//!
//! Not here: matching rows against code.

mod alias;
mod builder;
mod demands;
mod embedded;
mod entries;
mod error;
mod expand;
mod fields;
mod hierarchy;
pub mod misuse;
mod parse;
mod place;
pub mod rows;
mod tables;
mod tree;
mod types;
mod words;

#[cfg(test)]
mod tests;

use std::sync::Arc;

use hognose_python::ir::Symbol;
use rayon::iter::{IntoParallelRefIterator as _, ParallelIterator as _};
use rustc_hash::{FxHashMap, FxHashSet};
use toml::de::DeTable;

use self::builder::{Builder, MethodTables};
use self::fields::Row;
use self::hierarchy::Linearizations;
use self::misuse::{MisuseId, MisuseRow};
use self::parse::{ModelFile, Owner, check_top_level, table_rows};
use self::rows::{
    DemandRow, FirstParameterRow, GuardRow, MethodEntryRow, MethodMatch, Node, NodeId,
    PropagatorRow, RowId, RowOrigin, SanitizerRow, SinkRow, SourceRow,
};
use self::tree::Tree;
use crate::names::Names;

pub use self::error::ModelError;

/// What `returns` names for a function that does not return.
const NO_RETURN: [&str; 2] = ["typing.NoReturn", "typing.Never"];

/// All rows, immutable once loaded.
#[derive(Debug)]
pub struct Models {
    /// Every name that a row holds.
    pub names: Names,
    tree: Tree,
    methods: MethodTables,
    first_parameters: Vec<FirstParameterRow>,
    misuses: Vec<MisuseRow>,
    settings: FxHashMap<Symbol, Vec<MisuseId>>,
    origins: Vec<RowOrigin>,
    linearizations: Linearizations,
    no_return: Vec<NodeId>,
    parents: FxHashSet<NodeId>,
    parents_of_sources: FxHashSet<NodeId>,
}

/// Reads one row of a table into the models.
type AddRow = fn(&mut Row, &mut Builder);

/// The tables of the format, in the order in which they are read.
const TABLES: [(&str, AddRow); 9] = [
    (types::TABLE, types::add),
    ("sources", tables::add_source),
    (entries::TABLE, entries::add),
    ("sinks", tables::add_sink),
    ("sanitizers", tables::add_sanitizer),
    ("guards", tables::add_guard),
    ("propagators", tables::add_propagator),
    (demands::TABLE, demands::add),
    (misuse::TABLE, misuse::add),
];

impl Models {
    /// The rows that come with the program.
    pub fn embedded() -> Result<Self, Vec<ModelError>> {
        Self::load(&[])
    }

    /// The rows that come with the program and those of `files`, which are pairs of name and text.
    /// Where only one answer is possible (what a call returns) the files' answer counts.
    pub fn load(files: &[(Arc<str>, Arc<str>)]) -> Result<Self, Vec<ModelError>> {
        let ours = embedded::FILES
            .iter()
            .map(|(name, text)| ModelFile::new(Arc::from(*name), text, Owner::Program));
        let theirs = files
            .iter()
            .map(|(name, text)| ModelFile::new(Arc::clone(name), text, Owner::User));
        Self::read(&ours.chain(theirs).collect::<Vec<_>>())
    }

    fn read(files: &[ModelFile]) -> Result<Self, Vec<ModelError>> {
        let mut errors = Vec::new();
        let mut documents = Vec::with_capacity(files.len());
        let parsed: Vec<_> = files.par_iter().map(ModelFile::parse).collect();
        for (file, parsed) in files.iter().zip(parsed) {
            match parsed {
                Ok(document) => documents.push((file, document)),
                Err(mistakes) => errors.extend(mistakes),
            }
        }
        let mut builder = Builder::new();
        types::add_aliases(&documents, &mut builder, &mut errors);
        for (file, document) in &documents {
            read_document(file, document, &mut builder, &mut errors);
        }
        let (linearizations, circles) = hierarchy::linearize(&builder.tree);
        errors.extend(circles.into_iter().map(|row| {
            let origin = &builder.origins[row.index()];
            ModelError {
                file: Arc::clone(&origin.file),
                line: origin.line,
                message: format!("`{}` is a base of itself", origin.subject),
            }
        }));
        if !errors.is_empty() {
            let file_index = |error: &ModelError| files.iter().position(|f| f.name == error.file);
            errors.sort_by_key(|error| (file_index(error), error.line));
            return Err(errors);
        }
        let no_return = NO_RETURN
            .iter()
            .filter_map(|path| builder.tree.find(path, &builder.names))
            .collect();
        Ok(Self {
            parents: builder.tree.parents(),
            parents_of_sources: builder.tree.parents_of_sources(),
            names: builder.names,
            tree: builder.tree,
            methods: builder.methods,
            first_parameters: builder.first_parameters,
            misuses: builder.misuses,
            settings: builder.settings,
            origins: builder.origins,
            linearizations,
            no_return,
        })
    }

    /// What a top-level name stands for: `os`.
    pub fn root_child(&self, name: Symbol) -> Option<NodeId> {
        self.child(NodeId::ROOT, name)
    }

    /// What `name` within `node` stands for, or what that is the same as.
    pub fn child(&self, node: NodeId, name: Symbol) -> Option<NodeId> {
        self.tree.child(node, name)
    }

    /// The node of a dotted path, aliases followed at every step.
    pub fn find(&self, dotted: &str) -> Option<NodeId> {
        self.tree.find(dotted, &self.names)
    }

    pub fn node(&self, node: NodeId) -> &Node {
        self.tree.node(node)
    }

    /// The root's parent is the root.
    pub fn parent(&self, node: NodeId) -> NodeId {
        self.tree.parent(node)
    }

    /// The last name of the node's path.
    pub fn name(&self, node: NodeId) -> Symbol {
        self.tree.name(node)
    }

    pub fn path(&self, node: NodeId) -> String {
        self.tree.path(node, &self.names)
    }

    /// The class and its bases in the order in which Python looks attributes up. A node that no
    /// row describes as a class has no bases.
    pub fn linearization(&self, class: NodeId) -> &[NodeId] {
        match self.linearizations.get(&class) {
            Some(order) => order,
            None => self.tree.alone(class),
        }
    }

    /// The nodes of that name in the class and in its bases, nearest first.
    pub fn member(&self, class: NodeId, name: Symbol) -> impl Iterator<Item = NodeId> {
        self.linearization(class)
            .iter()
            .filter_map(move |class| self.child(*class, name))
    }

    /// Whether a row is about the node itself, not only about paths below it.
    pub fn is_described(&self, node: NodeId) -> bool {
        let Node {
            same,
            same_row: _,
            class,
            is,
            returns,
            attribute_sources,
            call_sources,
            sinks,
            demands,
            attribute_sinks,
            item_sinks,
            sanitizers,
            guards,
            attribute_guards,
            propagators,
            registrations,
            decorator_entries,
            class_entries,
            // What is wrong about a thing does not say what it does.
            misuses: _,
            attribute_misuses: _,
            item_misuses: _,
            member_misuses: _,
        } = self.node(node);
        let types = same.is_some() || class.is_some() || is.is_some() || returns.is_some();
        let sources = !attribute_sources.is_empty() || !call_sources.is_empty();
        let sinks = !demands.is_empty()
            || !sinks.is_empty()
            || !attribute_sinks.is_empty()
            || !item_sinks.is_empty();
        let guards = !guards.is_empty() || !attribute_guards.is_empty();
        let calls = !sanitizers.is_empty() || guards || !propagators.is_empty();
        let entries =
            !registrations.is_empty() || !decorator_entries.is_empty() || !class_entries.is_empty();
        types || sources || sinks || calls || entries
    }

    /// Whether some row is about a path below the node.
    pub fn has_members(&self, node: NodeId) -> bool {
        self.parents.contains(&node)
    }

    /// Whether an attribute or method of the node, not counting its bases, is a source.
    pub fn has_member_sources(&self, node: NodeId) -> bool {
        self.parents_of_sources.contains(&node)
    }

    pub fn method_sources(&self, name: Symbol) -> &[(MethodMatch, SourceRow)] {
        self.methods.sources.get(name)
    }

    pub fn method_entries(&self, name: Symbol) -> &[(MethodMatch, MethodEntryRow)] {
        self.methods.entries.get(name)
    }

    pub fn method_sinks(&self, name: Symbol) -> &[(MethodMatch, SinkRow)] {
        self.methods.sinks.get(name)
    }

    pub fn method_sanitizers(&self, name: Symbol) -> &[(MethodMatch, SanitizerRow)] {
        self.methods.sanitizers.get(name)
    }

    pub fn method_guards(&self, name: Symbol) -> &[(MethodMatch, GuardRow)] {
        self.methods.guards.get(name)
    }

    pub fn method_propagators(&self, name: Symbol) -> &[(MethodMatch, PropagatorRow)] {
        self.methods.propagators.get(name)
    }

    pub fn method_demands(&self, name: Symbol) -> &[(MethodMatch, DemandRow)] {
        self.methods.demands.get(name)
    }

    pub fn method_misuses(&self, name: Symbol) -> &[(MethodMatch, MisuseId)] {
        self.methods.misuses.get(name)
    }

    /// Misuses of the module-level or class-level setting of that name.
    pub fn setting_misuses(&self, name: Symbol) -> &[MisuseId] {
        self.settings.get(&name).map_or(&[], Vec::as_slice)
    }

    pub fn misuse(&self, id: MisuseId) -> &MisuseRow {
        &self.misuses[id.0 as usize]
    }

    /// Every row of `[[misuses]]`.
    pub fn misuses(&self) -> &[MisuseRow] {
        &self.misuses
    }

    pub fn first_parameters(&self) -> &[FirstParameterRow] {
        &self.first_parameters
    }

    /// How many rows there are, braces expanded.
    pub fn row_count(&self) -> usize {
        self.origins.len()
    }

    pub fn origin(&self, row: RowId) -> &RowOrigin {
        &self.origins[row.index()]
    }

    /// Whether calling the node never returns.
    pub fn no_return(&self, node: NodeId) -> bool {
        let returns = self.node(node).returns;
        returns.is_some_and(|(class, _)| self.no_return.contains(&class))
    }
}

fn read_document(
    file: &ModelFile,
    document: &DeTable,
    builder: &mut Builder,
    errors: &mut Vec<ModelError>,
) {
    check_top_level(file, document, &TABLES.map(|(name, _)| name), errors);
    for (table, add_row) in TABLES {
        let Some(value) = document.get(table) else {
            continue;
        };
        for (header, fields) in table_rows(file, table, value, errors) {
            add_row(&mut Row::new(file, table, header, fields, errors), builder);
        }
    }
}
