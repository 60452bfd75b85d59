//! The tree of dotted paths that rows name, and walking it through aliases.
//!
//! ```python
//! flask.app.Flask.route     # `flask.app.Flask` is the same as `flask.Flask`,
//! flask.Flask.route         # so both are this node
//! ```

use hognose_python::ir::Symbol;
use rustc_hash::{FxHashMap, FxHashSet};

use super::rows::{Node, NodeId};
use crate::names::Names;

#[derive(Debug)]
pub(super) struct Tree {
    nodes: Vec<Node>,
    /// Where each node hangs; the root hangs at itself.
    places: Vec<(NodeId, Symbol)>,
    children: FxHashMap<(NodeId, Symbol), NodeId>,
    /// Every id, so that a slice of one can be lent.
    ids: Vec<NodeId>,
}

impl Tree {
    pub fn new(names: &mut Names) -> Self {
        Self {
            nodes: vec![Node::default()],
            places: vec![(NodeId::ROOT, names.intern(""))],
            children: FxHashMap::default(),
            ids: vec![NodeId::ROOT],
        }
    }

    pub fn node(&self, node: NodeId) -> &Node {
        &self.nodes[node.index()]
    }

    pub fn node_mut(&mut self, node: NodeId) -> &mut Node {
        &mut self.nodes[node.index()]
    }

    pub fn ids(&self) -> &[NodeId] {
        &self.ids
    }

    /// A list of `node` alone.
    pub fn alone(&self, node: NodeId) -> &[NodeId] {
        std::slice::from_ref(&self.ids[node.index()])
    }

    pub fn parent(&self, node: NodeId) -> NodeId {
        self.places[node.index()].0
    }

    pub fn name(&self, node: NodeId) -> Symbol {
        self.places[node.index()].1
    }

    /// The child of that name, which may be an alias.
    pub fn raw_child(&self, node: NodeId, name: Symbol) -> Option<NodeId> {
        self.children.get(&(node, name)).copied()
    }

    /// The child of that name or what it is the same as.
    pub fn child(&self, node: NodeId, name: Symbol) -> Option<NodeId> {
        let child = self.raw_child(node, name)?;
        Some(self.node(child).same.unwrap_or(child))
    }

    pub fn find(&self, dotted: &str, names: &Names) -> Option<NodeId> {
        dotted.split('.').try_fold(NodeId::ROOT, |node, name| {
            self.child(node, names.get(name)?)
        })
    }

    /// The node of a path, aliases followed, added where it is missing.
    pub fn intern(&mut self, dotted: &str, names: &mut Names) -> NodeId {
        dotted.split('.').fold(NodeId::ROOT, |node, name| {
            let child = self.add(node, names.intern(name));
            self.node(child).same.unwrap_or(child)
        })
    }

    /// The node of a path itself, even if it is an alias. No prefix of the path is one.
    pub fn intern_alias(&mut self, dotted: &str, names: &mut Names) -> NodeId {
        match dotted.rsplit_once('.') {
            Some((parent, name)) => {
                let parent = self.intern(parent, names);
                self.add(parent, names.intern(name))
            }
            None => self.add(NodeId::ROOT, names.intern(dotted)),
        }
    }

    pub fn path(&self, node: NodeId, names: &Names) -> String {
        let mut parts = Vec::new();
        let mut at = node;
        while at != NodeId::ROOT {
            parts.push(names.text(self.name(at)));
            at = self.parent(at);
        }
        parts.reverse();
        parts.join(".")
    }

    /// The nodes with a child.
    pub fn parents(&self) -> FxHashSet<NodeId> {
        self.places.iter().map(|(parent, _)| *parent).collect()
    }

    /// The nodes with a child that is a source.
    pub fn parents_of_sources(&self) -> FxHashSet<NodeId> {
        let is_source = |node: &NodeId| {
            let node = self.node(*node);
            !node.attribute_sources.is_empty() || !node.call_sources.is_empty()
        };
        let sources = self.ids.iter().copied().filter(is_source);
        sources.map(|node| self.parent(node)).collect()
    }

    fn add(&mut self, parent: NodeId, name: Symbol) -> NodeId {
        let next = NodeId(u32::try_from(self.nodes.len()).expect("fewer than 2^32 paths"));
        let child = *self.children.entry((parent, name)).or_insert(next);
        if child == next {
            self.nodes.push(Node::default());
            self.places.push((parent, name));
            self.ids.push(child);
        }
        child
    }
}
