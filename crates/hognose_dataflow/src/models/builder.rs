//! The models while they are being read: what the tables add their rows to.

use std::sync::Arc;

use hognose_python::ir::Symbol;
use rustc_hash::FxHashMap;

use super::fields::{Alternative, Row};
use super::misuse::{MisuseId, MisuseRow};
use super::parse::Owner;
use super::rows::{
    DemandRow, FirstParameterRow, GuardRow, MethodEntryRow, MethodMatch, NodeId, PropagatorRow,
    RowId, RowOrigin, SanitizerRow, SinkRow, SourceRow,
};
use super::tree::Tree;
use crate::names::Names;

/// Rows for receivers of unknown type, by the name of the method.
#[derive(Debug)]
pub(super) struct MethodTable<R>(FxHashMap<Symbol, Vec<(MethodMatch, R)>>);

#[derive(Debug, Default)]
pub(super) struct MethodTables {
    pub sources: MethodTable<SourceRow>,
    pub sinks: MethodTable<SinkRow>,
    pub sanitizers: MethodTable<SanitizerRow>,
    pub guards: MethodTable<GuardRow>,
    pub propagators: MethodTable<PropagatorRow>,
    pub demands: MethodTable<DemandRow>,
    pub misuses: MethodTable<MisuseId>,
    pub entries: MethodTable<MethodEntryRow>,
}

#[derive(Debug)]
pub(super) struct Builder {
    pub names: Names,
    pub tree: Tree,
    pub methods: MethodTables,
    pub first_parameters: Vec<FirstParameterRow>,
    pub misuses: Vec<MisuseRow>,
    /// Misuses of settings, by name.
    pub settings: FxHashMap<Symbol, Vec<MisuseId>>,
    pub origins: Vec<RowOrigin>,
    /// By row.
    owners: Vec<Owner>,
}

impl<R> MethodTable<R> {
    pub fn get(&self, name: Symbol) -> &[(MethodMatch, R)] {
        self.0.get(&name).map_or(&[], Vec::as_slice)
    }

    pub fn add(&mut self, name: Symbol, when: MethodMatch, row: R) {
        self.0.entry(name).or_default().push((when, row));
    }
}

impl<R> Default for MethodTable<R> {
    fn default() -> Self {
        Self(FxHashMap::default())
    }
}

impl Builder {
    pub fn new() -> Self {
        let mut names = Names::default();
        Self {
            tree: Tree::new(&mut names),
            names,
            methods: MethodTables::default(),
            first_parameters: Vec::new(),
            misuses: Vec::new(),
            settings: FxHashMap::default(),
            origins: Vec::new(),
            owners: Vec::new(),
        }
    }

    /// The node of a path, aliases followed.
    pub fn node(&mut self, path: &str) -> NodeId {
        self.tree.intern(path, &mut self.names)
    }

    /// Numbers one alternative of a row.
    pub fn add_row(&mut self, row: &Row, alternative: Alternative) -> RowId {
        let origin = RowOrigin {
            file: Arc::clone(&row.file.name),
            line: row.line,
            table: row.table,
            subject: alternative.subject,
            example: alternative.example,
        };
        self.add_origin(origin, row.file.owner)
    }

    pub fn add_origin(&mut self, origin: RowOrigin, owner: Owner) -> RowId {
        let id = RowId(u32::try_from(self.origins.len()).expect("fewer than 2^32 rows"));
        self.origins.push(origin);
        self.owners.push(owner);
        id
    }

    /// Whether a fact of which there is one may be set by `new`: nobody set it, or we did and now a
    /// user does. Else the row is complained about.
    pub fn may_set(&self, old: Option<RowId>, new: RowId, row: &mut Row) -> bool {
        let Some(old) = old else { return true };
        if replaces(self.owners[old.index()], self.owners[new.index()]) {
            return true;
        }
        let (origin, subject) = (
            &self.origins[old.index()],
            &self.origins[new.index()].subject,
        );
        row.complain(format!(
            "`{subject}` is described already, at {}:{}; leave one of the two rows",
            origin.file, origin.line
        ));
        false
    }
}

/// Whether a fact by `new` takes the place of a fact by `old`.
pub(super) fn replaces(old: Owner, new: Owner) -> bool {
    old == Owner::Program && new == Owner::User
}
