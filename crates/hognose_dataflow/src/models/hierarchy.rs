//! Base classes in the order in which Python looks a method up (C3).
//!
//! ```toml
//! class = "django.views.generic.DetailView"
//! bases = ["django.views.generic.detail.SingleObjectTemplateResponseMixin", "…"]
//! ```
//! Where the bases contradict each other the order is depth-first: rows may leave out bases that
//! do not matter, and what is left need not be consistent.

use rustc_hash::{FxHashMap, FxHashSet};

use super::rows::{ClassRow, NodeId, RowId};
use super::tree::Tree;

/// The class itself and its bases, for every class that rows describe.
pub(super) type Linearizations = FxHashMap<NodeId, Box<[NodeId]>>;

/// The lookup order of every class, and the rows whose class is a base of itself.
pub(super) fn linearize(tree: &Tree) -> (Linearizations, Vec<RowId>) {
    let mut walk = Walk {
        tree,
        done: Linearizations::default(),
        open: FxHashSet::default(),
        circles: Vec::new(),
    };
    for id in tree.ids() {
        if tree.node(*id).class.is_some() && !walk.done.contains_key(id) {
            walk.visit(*id);
        }
    }
    (walk.done, walk.circles)
}

struct Walk<'a> {
    tree: &'a Tree,
    done: Linearizations,
    open: FxHashSet<NodeId>,
    circles: Vec<RowId>,
}

impl<'a> Walk<'a> {
    /// Bases first, without recursion: users may write a chain of any length.
    fn visit(&mut self, class: NodeId) {
        let mut stack = vec![(class, 0)];
        self.open.insert(class);
        while let Some((class, next)) = stack.last_mut() {
            let (class, bases) = (*class, bases(self.tree, *class));
            if let Some(base) = bases.get(*next) {
                *next += 1;
                if self.open.contains(base) {
                    let row = self.tree.node(class).class.as_ref().map(|class| class.row);
                    self.circles.extend(row);
                } else if self.tree.node(*base).class.is_some() && !self.done.contains_key(base) {
                    self.open.insert(*base);
                    stack.push((*base, 0));
                }
            } else {
                let order = self.order(class, bases);
                self.open.remove(&class);
                self.done.insert(class, order);
                stack.pop();
            }
        }
    }

    fn order(&self, class: NodeId, bases: &'a [NodeId]) -> Box<[NodeId]> {
        let known: Vec<NodeId> = bases
            .iter()
            .copied()
            .filter(|base| !self.open.contains(base))
            .collect();
        let lists: Vec<&[NodeId]> = known
            .iter()
            .map(|base| match self.done.get(base) {
                Some(order) => order,
                None => self.tree.alone(*base),
            })
            .collect();
        let inherited = match lists.as_slice() {
            [only] => only.to_vec(),
            lists => merge(lists, &known).unwrap_or_else(|| depth_first(lists)),
        };
        std::iter::once(class).chain(inherited).collect()
    }
}

fn bases(tree: &Tree, class: NodeId) -> &[NodeId] {
    let class: Option<&ClassRow> = tree.node(class).class.as_ref();
    class.map_or(&[], |class| &class.bases)
}

/// C3: repeatedly the first head that no list holds further back. `None`: inconsistent.
fn merge(lists: &[&[NodeId]], bases: &[NodeId]) -> Option<Vec<NodeId>> {
    let mut lists: Vec<&[NodeId]> = lists.iter().copied().chain([bases]).collect();
    let mut order = Vec::new();
    loop {
        lists.retain(|list| !list.is_empty());
        if lists.is_empty() {
            return Some(order);
        }
        let head = lists.iter().map(|list| list[0]).find(|head| {
            let later = |list: &&[NodeId]| list[1..].contains(head);
            !lists.iter().any(later)
        })?;
        order.push(head);
        for list in &mut lists {
            if list[0] == head {
                *list = &list[1..];
            }
        }
    }
}

fn depth_first(lists: &[&[NodeId]]) -> Vec<NodeId> {
    let mut order: Vec<NodeId> = Vec::new();
    for class in lists.iter().copied().flatten() {
        if !order.contains(class) {
            order.push(*class);
        }
    }
    order
}
