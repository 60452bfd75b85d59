//! Calls, stores and settings that a `[[misuses]]` row calls wrong, and uses of values whose kind
//! matters.
//!
//! ```python
//! def digest(name, data): return hashlib.new(name, data)   # left to the callers …
//! digest("md5", body)                                      # … this one makes it a misuse
//! SESSION_COOKIE_SECURE = False                            # a setting
//! token = str(random.random())                             # a use, under the name `token`
//! ```

use std::cell::RefCell;
use std::sync::Arc;

use hognose_python::ir::{ArgumentKind, DictEntry, FunctionKind, Op, Symbol, Terminator, ValueId};

use super::Frame;
use super::apply::{Binding, Memo};
use super::library::Given;
use crate::limits::{CALL_DEPTH_MAX, Limit, MISUSES_MAX};
use crate::misuse::{Answer, Knowledge, Misuse, Pending, Slot, Use, UseRole, ask, places};
use crate::models::misuse::MisuseId;
use crate::models::rows::{Base, Labels, NodeId, Place, RowConfidence, SourceKind};
use crate::summary::{CallArgument, Cell, Summary};
use crate::value::{Key, Origin, Site, Value};

/// What stored and bound values are called in conditions.
const STORED: &str = "value";

impl Frame<'_> {
    /// The call `id` may be a misuse by each of the rows.
    pub(super) fn call_misuses(&mut self, id: ValueId, misuses: &[MisuseId], given: &Given<'_>) {
        if !self.is_recording() || misuses.is_empty() {
            return;
        }
        let site = self.deferred_from.unwrap_or(self.site(id));
        self.look_at(site, id, misuses, given);
    }

    /// `@csrf_exempt`, `@app.route("/", …)`.
    pub(super) fn decorator_misuses(
        &mut self,
        id: ValueId,
        decorator: ValueId,
        node: NodeId,
        arguments: &[CallArgument],
    ) {
        // A decorator that is a call was looked at as one.
        if matches!(self.op(decorator), Op::Call { .. }) {
            return;
        }
        let misuses = &self.world.models.node(node).misuses;
        let given = Given {
            receiver: None,
            arguments,
        };
        self.call_misuses(id, misuses, &given);
    }

    /// `value` is stored to an attribute or to the item `key`.
    pub(super) fn store_misuses(
        &mut self,
        id: ValueId,
        misuses: &[MisuseId],
        key: Option<&Arc<str>>,
        value: &Value,
    ) {
        if !self.is_recording() {
            return;
        }
        for misuse in misuses {
            let wanted = self.world.models.misuse(*misuse).key.as_ref();
            if wanted.is_none() || wanted == key {
                self.look_at_stored(self.site(id), *misuse, value);
            }
        }
    }

    fn look_at_stored(&mut self, site: Site, misuse: MisuseId, value: &Value) {
        let Some(name) = self.world.models.names.get(STORED) else {
            return;
        };
        let arguments = [CallArgument {
            kind: ArgumentKind::Keyword(name),
            value: value.clone(),
            id: site.value,
        }];
        let given = Given {
            receiver: None,
            arguments: &arguments,
        };
        self.look_at(site, site.value, &[misuse], &given);
    }

    fn look_at(&mut self, site: Site, id: ValueId, misuses: &[MisuseId], given: &Given<'_>) {
        if self.world.is_modelled(self.id) {
            return;
        }
        for misuse in misuses {
            let row = self.world.models.misuse(*misuse);
            let slots: Vec<Slot> = places(&row.when)
                .map(|places| slot(places, given))
                .collect();
            let pending = Pending {
                site,
                misuse: *misuse,
                confidence: row.confidence.max(self.confidence),
                slots,
                depth: 0,
            };
            if self.judge_misuse(pending) {
                self.matched(row.row, id, None);
            }
        }
    }

    /// Notes a misuse, leaves it to the callers, or neither. Whether it is one.
    fn judge_misuse(&mut self, pending: Pending) -> bool {
        let knowledge = Knowledge {
            models: self.world.models,
            hierarchy: self.world.hierarchy,
        };
        let row = self.world.models.misuse(pending.misuse);
        match ask(knowledge, &row.when, &pending.slots) {
            Answer::Yes(confidence, constant) => {
                self.note_misuse(Misuse {
                    site: pending.site,
                    misuse: pending.misuse,
                    confidence: confidence.max(pending.confidence),
                    constant,
                });
                true
            }
            Answer::No => false,
            Answer::Ask => {
                self.judge_by_defaults(&pending);
                self.leave_to_callers(pending);
                false
            }
        }
    }

    fn note_misuse(&mut self, misuse: Misuse) {
        let known = self.out.misuses.iter_mut().find(|known| {
            known.site == misuse.site
                && known.misuse == misuse.misuse
                && known.constant == misuse.constant
        });
        match known {
            Some(known) => known.confidence = known.confidence.min(misuse.confidence),
            None => self.out.misuses.push(misuse),
        }
    }

    /// What holds for a caller who passes nothing.
    fn judge_by_defaults(&mut self, pending: &Pending) {
        let params: Vec<Value> = (0..self.function.params.len())
            .map(|index| match u16::try_from(index) {
                Ok(number) => self.read(Cell::Default(self.id, number)),
                Err(_) => Value::BOTTOM,
            })
            .collect();
        if params.iter().all(Value::is_bottom) {
            return;
        }
        let binding = Binding {
            params,
            captures: Arc::from(Vec::new()),
            deferred: Vec::new(),
            memo: RefCell::new(Memo::default()),
        };
        let slots = self.instantiated(pending, &binding);
        let knowledge = Knowledge {
            models: self.world.models,
            hierarchy: self.world.hierarchy,
        };
        let row = self.world.models.misuse(pending.misuse);
        if let Answer::Yes(confidence, constant) = ask(knowledge, &row.when, &slots) {
            self.note_misuse(Misuse {
                site: pending.site,
                misuse: pending.misuse,
                confidence: confidence
                    .max(pending.confidence)
                    .max(RowConfidence::Medium),
                constant,
            });
        }
    }

    fn leave_to_callers(&mut self, pending: Pending) {
        let misuses = &mut self.out.summary.misuses;
        if misuses.contains(&pending) {
            return;
        }
        if misuses.len() < MISUSES_MAX {
            misuses.push(pending);
        } else {
            self.world.limits.hit(Limit::Misuses);
        }
    }

    fn instantiated(&mut self, pending: &Pending, binding: &Binding) -> Vec<Slot> {
        let id = ValueId(0);
        pending
            .slots
            .iter()
            .map(|slot| match slot {
                Slot::Absent => Slot::Absent,
                Slot::Perhaps(value) => Slot::Perhaps(self.instantiate(id, value, binding)),
                Slot::Given(value) => Slot::Given(self.instantiate(id, value, binding)),
            })
            .collect()
    }

    /// What a callee leaves to this function.
    pub(super) fn apply_misuses(&mut self, _id: ValueId, summary: &Summary, binding: &Binding) {
        if !self.is_recording() {
            return;
        }
        for pending in &summary.misuses {
            if pending.depth >= CALL_DEPTH_MAX {
                self.world.limits.hit(Limit::CallDepth);
                continue;
            }
            let slots = self.instantiated(pending, binding);
            self.judge_misuse(Pending {
                slots,
                depth: pending.depth + 1,
                confidence: pending.confidence.max(self.confidence),
                ..*pending
            });
        }
    }

    // Settings and members

    /// Names that a module or a class body binds.
    pub(super) fn bound_misuses(&mut self) {
        let program = self.world.program;
        let module = program.module(self.module);
        if self.function.kind == FunctionKind::Module {
            let globals = &module.file.module.globals;
            let names: Vec<Symbol> = globals.iter().map(|(name, _)| *name).collect();
            for (name, values) in globals {
                self.setting_misuses(*name, values, &names);
            }
        }
        for class in &module.file.module.classes {
            if program.func_id(self.module, class.function) != self.id {
                continue;
            }
            let names: Vec<Symbol> = class.members.iter().map(|(name, _)| *name).collect();
            let bases = class.bases.iter().map(|base| self.value(*base).clone());
            let bases: Vec<Value> = bases.collect();
            for (name, values) in &class.members {
                self.setting_misuses(*name, values, &names);
                self.member_misuses(*name, values, &bases);
            }
        }
    }

    /// A setting is wrong where all that is bound to it is, and something beside it says what it is
    /// a setting of.
    fn setting_misuses(&mut self, name: Symbol, values: &[ValueId], names: &[Symbol]) {
        for misuse in self.world.models.setting_misuses(name) {
            let beside = &self.world.models.misuse(*misuse).beside;
            let is_meant = beside.iter().any(|beside| names.contains(beside));
            if is_meant {
                self.bound_misuse(*misuse, values);
            }
        }
    }

    fn member_misuses(&mut self, name: Symbol, values: &[ValueId], bases: &[Value]) {
        let models = self.world.models;
        let mut found: Vec<MisuseId> = Vec::new();
        for fact in bases.iter().flat_map(Value::facts) {
            let nodes: Vec<NodeId> = match fact {
                crate::fact::Fact::External(node) => models.linearization(*node).to_vec(),
                crate::fact::Fact::Class(class) => self.world.hierarchy.libraries(*class).collect(),
                _ => continue,
            };
            for node in nodes {
                let members = models.node(node).member_misuses.iter();
                let meant = members.filter(|(known, _)| *known == name);
                found.extend(meant.map(|(_, misuse)| *misuse));
            }
        }
        found.sort_unstable();
        found.dedup();
        for misuse in found {
            self.bound_misuse(misuse, values);
        }
    }

    /// All values that are bound to one name; the last one that control reaches is reported.
    fn bound_misuse(&mut self, misuse: MisuseId, values: &[ValueId]) {
        let reached: Vec<ValueId> = values
            .iter()
            .copied()
            .filter(|value| !self.value(*value).is_bottom())
            .collect();
        let before = self.out.misuses.len();
        let left = self.out.summary.misuses.len();
        for value in &reached {
            let stored = self.value(*value).clone();
            self.look_at_stored(self.site(*value), misuse, &stored);
        }
        self.out.summary.misuses.truncate(left);
        let found = self.out.misuses.len() - before;
        if found < reached.len() {
            self.out.misuses.truncate(before);
        } else if found > 1 {
            self.out.misuses.drain(before..before + found - 1);
        }
    }

    // Uses

    /// Where values go whose kind matters.
    pub(super) fn note_uses(&mut self) {
        for index in 0..self.function.insts.len() {
            let id = ValueId(u32::try_from(index).expect("fewer than 2^32 instructions"));
            match self.op(id) {
                Op::StoreAttribute { name, value, .. } => {
                    self.note_use(id, *value, UseRole::Attribute, *name);
                }
                Op::StoreItem { object, key, value } => {
                    if kinds(self.value(*value)).is_empty() {
                        continue;
                    }
                    if let Some(text) = self.value(*key).string().cloned() {
                        self.note_named(id, *value, UseRole::Key, &text);
                    }
                    if let Some(name) = self.last_name(*object) {
                        self.note_named(id, *value, UseRole::Container, &Arc::from(name));
                    }
                }
                Op::Dict(entries) => {
                    for entry in entries {
                        if let DictEntry::Pair(key, value) = entry
                            && let Some(text) = self.value(*key).string().cloned()
                        {
                            self.note_named(id, *value, UseRole::Key, &text);
                        }
                    }
                }
                Op::Call { arguments, .. } => {
                    for argument in arguments {
                        if let ArgumentKind::Keyword(name) = argument.kind {
                            self.note_use(id, argument.value, UseRole::Keyword, name);
                        }
                    }
                }
                Op::Compare(
                    hognose_python::ir::CompareOp::Eq | hognose_python::ir::CompareOp::NotEq,
                    left,
                    right,
                ) => {
                    let none: Arc<str> = Arc::from("");
                    self.note_named(id, *left, UseRole::Compared, &none);
                    self.note_named(id, *right, UseRole::Compared, &none);
                }
                _ => {}
            }
        }
        for (name, value) in &self.function.bindings {
            self.note_use(*value, *value, UseRole::Variable, *name);
        }
        let returned = self
            .returned
            .as_ref()
            .map(|returned| returned.value.clone());
        if let Some(value) = returned
            && self.function.kind == FunctionKind::Def
        {
            let name = Arc::clone(self.world.program.names.shared(self.function.name));
            for (kind, source, confidence) in kinds(&value) {
                let itself = self
                    .function
                    .blocks
                    .iter()
                    .any(|block| match block.terminator {
                        Terminator::Return { value, .. } => self.site(value) == source,
                        _ => false,
                    });
                self.out.uses.push(Use {
                    itself,
                    site: source,
                    kind,
                    source,
                    role: UseRole::Returned,
                    name: Arc::clone(&name),
                    confidence,
                });
            }
        }
    }

    fn note_use(&mut self, id: ValueId, value: ValueId, role: UseRole, name: Symbol) {
        if !kinds(self.value(value)).is_empty() {
            let name = Arc::clone(self.world.program.names.shared(name));
            self.note_named(id, value, role, &name);
        }
    }

    fn note_named(&mut self, id: ValueId, value: ValueId, role: UseRole, name: &Arc<str>) {
        for (kind, source, confidence) in kinds(self.value(value)) {
            self.out.uses.push(Use {
                itself: self.site(value) == source,
                site: self.site(id),
                kind,
                source,
                role,
                name: Arc::clone(name),
                confidence: confidence.max(self.confidence),
            });
        }
    }
}

/// The kinds of a value that say what it is good for, with their sources.
fn kinds(value: &Value) -> Vec<(SourceKind, Site, RowConfidence)> {
    if !value.is_marked() {
        return Vec::new();
    }
    let marks = value.collapse(Labels::ALL);
    marks
        .iter()
        .filter_map(|mark| match mark.origin {
            Origin::Source(kind, site) if !kind.is_untrusted() => {
                Some((kind, site, mark.confidence))
            }
            _ => None,
        })
        .collect()
}

/// What is given at the first of the places that is.
fn slot(places: &[Place], given: &Given<'_>) -> Slot {
    let mut perhaps = Slot::Absent;
    for place in places {
        match base(place.base, given) {
            Slot::Given(value) => return Slot::Given(value),
            Slot::Perhaps(value) => perhaps = Slot::Perhaps(value),
            Slot::Absent => {}
        }
    }
    perhaps
}

fn base(base: Base, given: &Given<'_>) -> Slot {
    match base {
        Base::Position(position) => position_slot(usize::from(position), given),
        Base::Keyword(name) => {
            let mut perhaps = Slot::Absent;
            for argument in given.arguments {
                match argument.kind {
                    ArgumentKind::Keyword(known) if known == name => {
                        return Slot::Given(argument.value.clone());
                    }
                    ArgumentKind::DoubleStar => {
                        let key = Key::Text(name);
                        let mapping = &argument.value;
                        if let Some(child) = mapping.child(key) {
                            return Slot::Given(child.clone());
                        }
                        let is_complete = !mapping.children().is_empty()
                            && !mapping.is_marked()
                            && mapping.child(Key::Any).is_none();
                        if !is_complete {
                            perhaps = Slot::Perhaps(mapping.step(key));
                        }
                    }
                    ArgumentKind::Keyword(_) | ArgumentKind::Positional | ArgumentKind::Star => {}
                }
            }
            perhaps
        }
        Base::Receiver => given
            .receiver
            .map_or(Slot::Absent, |value| Slot::Given(value.clone())),
        Base::All | Base::Spread | Base::Return => Slot::Absent,
    }
}

fn position_slot(position: usize, given: &Given<'_>) -> Slot {
    let mut seen = 0;
    for argument in given.arguments {
        match argument.kind {
            ArgumentKind::Positional if seen == position => {
                return Slot::Given(argument.value.clone());
            }
            ArgumentKind::Positional => seen += 1,
            ArgumentKind::Star => {
                let Ok(offset) = i32::try_from(position.saturating_sub(seen)) else {
                    return Slot::Absent;
                };
                let key = Key::Index(offset);
                return match argument.value.child(key) {
                    Some(child) => Slot::Given(child.clone()),
                    None => Slot::Perhaps(argument.value.step(key)),
                };
            }
            ArgumentKind::Keyword(_) | ArgumentKind::DoubleStar => {}
        }
    }
    Slot::Absent
}
