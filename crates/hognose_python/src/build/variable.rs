//! Variables of a function: reading, binding, new versions, and names of one object.
//!
//! ```python
//! rows = found          # both names hold one object …
//! rows.append(1)        # … and both get its new version
//! if rows: use(found)   # … also the version on this branch
//! ```
//! A refined version is made when it is first read.

use ruff_text_size::TextRange;
use rustc_hash::FxHashSet;
use smallvec::{SmallVec, smallvec};

use crate::ir::{BlockId, Op, ValueId};

use super::{ALIASES_MAX, Builder, ENTRY, Entry, Refinement, Sites, VarId, Variable, Write};

impl Builder {
    pub fn new_var(&mut self, entry: Entry, sites: Sites) -> VarId {
        let var = VarId(self.vars.len() as u32);
        self.vars.push(Variable {
            entry,
            sites,
            written: 0,
            aliases: None,
        });
        var
    }

    pub fn entry(&self, var: VarId) -> Entry {
        self.vars[var.0 as usize].entry
    }

    pub fn sites(&self, var: VarId) -> Sites {
        self.vars[var.0 as usize].sites
    }

    /// Whether a variable has ever been written or refined.
    pub fn is_written(&self, var: VarId) -> bool {
        self.vars[var.0 as usize].written != 0
    }

    pub fn write(&mut self, var: VarId, value: ValueId, write: Write) {
        let block = self.here();
        self.clock += 1;
        self.vars[var.0 as usize].written = self.clock;
        self.definitions.insert((var, block), value);
        self.log.push((var, value, write));
    }

    /// Binds a variable; it becomes an alias of whatever else holds the value.
    pub fn bind(&mut self, var: VarId, value: ValueId) {
        if let Some(holder) = self.states[value.index()].holder {
            self.link(holder, var);
        } else {
            self.states[value.index()].holder = Some(var);
        }
        self.write(var, value, Write::Binding);
    }

    /// The value of a variable here, as the program reads it at `range`.
    pub fn load(&mut self, var: VarId, range: TextRange) -> ValueId {
        self.position = range;
        let value = self.read(var);
        self.states[value.index()].holder = Some(var);
        value
    }

    /// Gives the object a variable holds a new version, under all its names.
    pub fn rebind(&mut self, var: VarId, version: ValueId) {
        let old = self.read(var);
        for alias in self.aliases_of(var) {
            if alias != var && self.is_same(alias, old) {
                self.write(alias, version, Write::Version);
            }
        }
        self.write(var, version, Write::Version);
    }

    fn is_same(&mut self, alias: VarId, value: ValueId) -> bool {
        let other = self.read(alias);
        if other == value {
            return true;
        }
        // Two variables that are joined from the same values in the same block.
        let is_same_block = self.states[other.index()].block == self.states[value.index()].block;
        match (self.op(other), self.op(value)) {
            (Op::Phi(left), Op::Phi(right)) => is_same_block && !left.is_empty() && left == right,
            (_, _) => false,
        }
    }

    fn aliases_of(&self, var: VarId) -> SmallVec<[VarId; 4]> {
        let group = self.vars[var.0 as usize].aliases;
        group.map_or_else(
            || smallvec![var],
            |group| self.aliases[group as usize].clone(),
        )
    }

    /// Says that two variables may name the same object.
    pub fn link(&mut self, left: VarId, right: VarId) {
        if left == right {
            return;
        }
        let groups = (
            self.vars[left.0 as usize].aliases,
            self.vars[right.0 as usize].aliases,
        );
        let (group, added) = match groups {
            (Some(a), Some(b)) if a == b => return,
            (Some(a), Some(b)) => (a, self.aliases[b as usize].clone()),
            (Some(a), None) => (a, smallvec![right]),
            (None, Some(b)) => (b, smallvec![left]),
            (None, None) => {
                self.aliases.push(smallvec![left]);
                self.vars[left.0 as usize].aliases = Some(self.aliases.len() as u32 - 1);
                (self.aliases.len() as u32 - 1, smallvec![right])
            }
        };
        for var in added {
            if self.aliases[group as usize].len() < ALIASES_MAX {
                self.aliases[group as usize].push(var);
                self.vars[var.0 as usize].aliases = Some(group);
            }
        }
    }

    /// The value of a variable here.
    pub fn read(&mut self, var: VarId) -> ValueId {
        let block = self.here();
        if let Some(value) = self.definitions.get(&(var, block)) {
            return self.resolve(*value);
        }
        let mut open = Vec::new();
        let value = self.find(var, block, &mut open);
        self.complete(var, open);
        self.resolve(value)
    }

    /// Walks up from `block` to the value of `var`. Phis that are still without inputs are put
    /// on `open`.
    pub(super) fn find(
        &mut self,
        var: VarId,
        block: BlockId,
        open: &mut Vec<(ValueId, BlockId)>,
    ) -> ValueId {
        let mut path: SmallVec<[BlockId; 8]> = SmallVec::new();
        let mut at = block;
        let mut value = loop {
            if let Some(value) = self.definitions.get(&(var, at)) {
                break self.resolve(*value);
            }
            let state = &self.blocks[at.index()];
            if state.sealed && self.is_refined_in(var, at) {
                path.push(at);
                at = state.predecessors[0];
                continue;
            }
            if !state.sealed {
                break self.find_in_open(var, at, open);
            }
            if let Some((dominator, since)) = state.region
                && self.vars[var.0 as usize].written <= since
            {
                path.push(at);
                at = dominator;
                continue;
            }
            match state.predecessors.as_slice() {
                [] => break self.at_entry(var, at),
                [only] => {
                    path.push(at);
                    at = *only;
                }
                [_, _, ..] => {
                    let phi = self.new_phi(var, at);
                    open.push((phi, at));
                    break phi;
                }
            }
        };
        for passed in path.into_iter().rev() {
            if self.is_refined_in(var, passed) {
                value = self.refined(passed, value);
            }
            self.definitions.insert((var, passed), value);
        }
        value
    }

    fn is_refined_in(&self, var: VarId, block: BlockId) -> bool {
        self.blocks[block.index()]
            .refinement
            .as_ref()
            .is_some_and(|refinement| refinement.vars.contains(&var))
    }

    /// The version of `value` in a block with a refinement.
    fn refined(&mut self, block: BlockId, value: ValueId) -> ValueId {
        let refinement = self.blocks[block.index()]
            .refinement
            .as_ref()
            .expect("callers found a refinement here");
        if let Some((_, made)) = refinement.made.iter().find(|(of, _)| *of == value) {
            return *made;
        }
        if self.is_versionless(value) {
            return value;
        }
        let op = Op::Refine {
            value,
            condition: refinement.condition,
            holds: refinement.holds,
        };
        let made = self.create_in_head(op, refinement.range, block);
        if let Some(refinement) = &mut self.blocks[block.index()].refinement {
            refinement.made.push((value, made));
        }
        made
    }

    /// In a loop's head that may get more predecessors.
    fn find_in_open(
        &mut self,
        var: VarId,
        head: BlockId,
        open: &mut Vec<(ValueId, BlockId)>,
    ) -> ValueId {
        let before = self.blocks[head.index()].predecessors.first().copied();
        if self.vars[var.0 as usize].sites == Sites::One
            && let Some(before) = before
        {
            let value = self.find(var, before, open);
            if self.is_fixed(value) {
                self.definitions.insert((var, head), value);
                return value;
            }
        }
        let phi = self.new_phi(var, head);
        self.blocks[head.index()].incomplete.push((var, phi));
        phi
    }

    /// An import, definition or constant: bound once it stays what it is.
    fn is_fixed(&self, value: ValueId) -> bool {
        matches!(
            self.op(value),
            Op::Import(_)
                | Op::ImportFrom { .. }
                | Op::Function { .. }
                | Op::Class(_)
                | Op::Constant(_)
        )
    }

    /// Whether the object has no versions: nothing a call could change, or not ours to track.
    pub fn is_versionless(&self, value: ValueId) -> bool {
        self.is_versionless_to_depth(value, 2)
    }

    fn is_versionless_to_depth(&self, value: ValueId, depth: u32) -> bool {
        match self.op(value) {
            Op::Constant(_)
            | Op::Undefined
            | Op::Global(_)
            | Op::Import(_)
            | Op::ImportFrom { .. }
            | Op::Function { .. }
            | Op::Class(_) => true,
            Op::Decorate { value, .. } => self.is_versionless_to_depth(*value, depth),
            Op::Phi(inputs) => {
                depth > 0
                    && !inputs.is_empty()
                    && inputs
                        .iter()
                        .all(|(_, input)| self.is_versionless_to_depth(*input, depth - 1))
            }
            _ => false,
        }
    }

    fn at_entry(&mut self, var: VarId, block: BlockId) -> ValueId {
        let range = self.position;
        let value = match self.vars[var.0 as usize].entry {
            Entry::Undefined if block == ENTRY => self.undefined.unwrap_or_else(|| {
                let value = self.create_in_head(Op::Undefined, range, block);
                self.undefined = Some(value);
                value
            }),
            Entry::Undefined => self.create_in_head(Op::Undefined, range, block),
            Entry::Captured(index) => self.create_in_head(Op::Captured(index), range, block),
            Entry::Global(name) => self.create_in_head(Op::Global(name), range, block),
        };
        self.definitions.insert((var, block), value);
        value
    }

    // Refinements

    /// Says that `condition` decided the way to the block that has just been started.
    pub(super) fn refine(&mut self, condition: ValueId, holds: bool, vars: SmallVec<[VarId; 4]>) {
        let Some(block) = self.current else { return };
        if vars.is_empty() {
            return;
        }
        self.clock += 1;
        for var in &vars {
            self.vars[var.0 as usize].written = self.clock;
        }
        let range = self.insts[condition.index()].range;
        self.blocks[block.index()].refinement = Some(Box::new(Refinement {
            vars,
            condition,
            holds,
            range,
            made: SmallVec::new(),
        }));
    }

    pub(super) fn push_with_aliases(&mut self, refined: &mut SmallVec<[VarId; 4]>, var: VarId) {
        let value = self.read(var);
        for alias in self.aliases_of(var) {
            if !refined.contains(&alias) && (alias == var || self.read(alias) == value) {
                refined.push(alias);
            }
        }
    }

    // The log

    /// Every value the variables were bound to, in order, with the last versions of each.
    pub fn values_of(&self, wanted: impl Fn(VarId) -> bool) -> Vec<(VarId, ValueId)> {
        let mut values: Vec<(VarId, ValueId)> = Vec::new();
        let mut superseded = FxHashSet::default();
        for (var, value, write) in &self.log {
            if !wanted(*var) {
                continue;
            }
            match write {
                Write::Binding => values.push((*var, *value)),
                Write::Version => {
                    values.push((*var, *value));
                    if let Some(object) = self.object_of(*value) {
                        superseded.insert((*var, object));
                    }
                }
                Write::Silent => {}
            }
        }
        let mut seen = FxHashSet::default();
        values.retain(|(var, value)| {
            let is_version = matches!(self.op(*value), Op::After { .. })
                || matches!(
                    self.op(*value),
                    Op::StoreAttribute { .. } | Op::StoreItem { .. }
                );
            seen.insert((*var, *value))
                && !(is_version && superseded.contains(&(*var, self.resolve(*value))))
        });
        values
    }

    /// The value a version was made of, by whatever conditions were decided in between.
    fn object_of(&self, version: ValueId) -> Option<ValueId> {
        let (Op::After { object, .. }
        | Op::StoreAttribute { object, .. }
        | Op::StoreItem { object, .. }) = self.op(version)
        else {
            return None;
        };
        let mut object = self.resolve(*object);
        while let Op::Refine { value, .. } = self.op(object) {
            object = self.resolve(*value);
        }
        Some(object)
    }
}
