//! What is known of the whole program so far: cells, summaries, entry points.
//!
//! ```python
//! UPLOADS = os.environ["UPLOADS"]       # cell Global(module, UPLOADS)
//! class Store:
//!     def __init__(self): self.db = sqlite3.connect("x")   # cell Attribute(Store, db)
//! ```
//! Workers read a state; between two levels of the call graph their outcomes are merged into it in
//! the order of function numbers, so the result is the same for any number of threads.

use std::sync::{Arc, OnceLock};

use rustc_hash::FxHashMap;

use crate::program::FuncId;
use crate::summary::{Cell, Entry, Summary};
use crate::value::{Site, Value};

/// Counts merges; a function is out of date when something it used changed at or after its own.
pub type Tick = u32;

#[derive(Debug, Default)]
struct Held {
    value: Value,
    /// The value with every mark one step less sure, once it was asked for.
    less_sure: OnceLock<Value>,
    writers: Vec<Site>,
    changed: Tick,
}

/// See the module documentation.
#[derive(Debug, Default)]
pub struct State {
    cells: FxHashMap<Cell, Held>,
    summaries: Vec<Option<Arc<Summary>>>,
    summary_changed: Vec<Tick>,
    entries: FxHashMap<FuncId, (Arc<Entry>, Tick)>,
    pub tick: Tick,
}

/// Writers of a cell that are kept for traces.
const WRITERS_MAX: usize = 32;

impl State {
    pub fn new(function_count: usize) -> Self {
        Self {
            summaries: vec![None; function_count],
            summary_changed: vec![0; function_count],
            tick: 1,
            ..Self::default()
        }
    }

    pub fn cell(&self, cell: Cell) -> Option<&Value> {
        self.cells.get(&cell).map(|held| &held.value)
    }

    /// What the cell holds, with every mark one step less sure.
    pub fn cell_less_sure(&self, cell: Cell) -> Value {
        self.cells.get(&cell).map_or(Value::BOTTOM, |held| {
            held.less_sure
                .get_or_init(|| held.value.less_sure())
                .clone()
        })
    }

    pub fn writers(&self, cell: Cell) -> &[Site] {
        self.cells.get(&cell).map_or(&[], |held| &held.writers)
    }

    pub fn cell_changed(&self, cell: Cell) -> Tick {
        self.cells.get(&cell).map_or(0, |held| held.changed)
    }

    /// Joins `value` into the cell.
    pub fn write(&mut self, cell: Cell, value: &Value, writer: Site) {
        let held = self.cells.entry(cell).or_default();
        let adds_nothing = !held.value.is_bottom() && !value.says_something();
        if adds_nothing && !held.value.text().is_constant() {
            return;
        }
        let joined = held.value.join(value).truncated(1);
        if joined != held.value {
            held.value = joined;
            held.less_sure = OnceLock::new();
            held.changed = self.tick;
        }
        if held.writers.len() < WRITERS_MAX && !held.writers.contains(&writer) {
            held.writers.push(writer);
        }
    }

    pub fn summary(&self, function: FuncId) -> Option<&Arc<Summary>> {
        self.summaries[function.index()].as_ref()
    }

    pub fn summary_changed(&self, function: FuncId) -> Tick {
        self.summary_changed[function.index()]
    }

    pub fn set_summary(&mut self, function: FuncId, summary: Arc<Summary>) {
        if self.summaries[function.index()].as_deref() != Some(&*summary) {
            self.summaries[function.index()] = Some(summary);
            self.summary_changed[function.index()] = self.tick;
        }
    }

    pub fn entry(&self, function: FuncId) -> Option<&Arc<Entry>> {
        self.entries.get(&function).map(|(entry, _)| entry)
    }

    pub fn entry_changed(&self, function: FuncId) -> Tick {
        self.entries.get(&function).map_or(0, |(_, tick)| *tick)
    }

    pub fn entries(&self) -> impl Iterator<Item = &Arc<Entry>> {
        self.entries.values().map(|(entry, _)| entry)
    }

    /// Registers an entry point; one that taints parameters wins over one that only types them.
    /// What becomes of the returned value is remembered whichever wins.
    pub fn add_entry(&mut self, mut entry: Entry) {
        if let Some(known) = self.entry(entry.function)
            && known.returns.is_none()
            && entry.returns.is_some()
            && known.kind.is_some()
            && entry.kind.is_none()
        {
            entry = Entry {
                returns: entry.returns,
                ..Entry::clone(known)
            };
            let tick = self.tick;
            self.entries.insert(entry.function, (Arc::new(entry), tick));
            return;
        }
        if let Some(known) = self.entry(entry.function)
            && entry.returns.is_none()
        {
            entry.returns = known.returns;
        }
        let better = match self.entry(entry.function) {
            None => true,
            Some(known) => known.kind.is_none() && entry.kind.is_some(),
        };
        if better {
            let tick = self.tick;
            self.entries.insert(entry.function, (Arc::new(entry), tick));
        }
    }
}
