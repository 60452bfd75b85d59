//! Putting a caller's values in the place of what is symbolic in a summary.
//!
//! ```python
//! def make(host, port=80): return {"url": f"http://{host}:{port}"}
//! make(request.args["h"])["url"]      # the template with the caller's value in its hole
//! ```

use std::sync::Arc;

use hognose_python::ir::ValueId;
use smallvec::SmallVec;

use super::apply::Binding;
use super::{Frame, Reading};
use crate::fact::{Bound, Fact, Partial};
use crate::models::rows::{Labels, RowConfidence};
use crate::value::{
    Alternative, Content, Key, Mark, Origin, Path, Piece, Relation, Text, Value, add_mark,
    join_child, set_child,
};

impl Frame<'_> {
    pub(super) fn instantiate(&mut self, id: ValueId, value: &Value, binding: &Binding) -> Value {
        let Some(identity) = value.identity().filter(|_| depends_on_caller(value)) else {
            return value.clone();
        };
        if let Some(known) = binding.memo.borrow().values.get(&identity) {
            return known.clone();
        }
        let result = self.instantiate_here(id, value, binding);
        let mut memo = binding.memo.borrow_mut();
        memo.values.insert(identity, result.clone());
        result
    }

    fn instantiate_here(&mut self, id: ValueId, value: &Value, binding: &Binding) -> Value {
        let content = value.content();
        let mut same = Value::BOTTOM;
        let mut marks: SmallVec<[Mark; 1]> = SmallVec::new();
        for mark in &content.marks {
            let Some((root, path)) = resolve(mark.origin, binding) else {
                if mark.origin.is_source() {
                    add_mark(&mut marks, self.weakened(*mark));
                }
                continue;
            };
            match mark.relation {
                Relation::Same => {
                    let target = self.read_once(id, mark.origin, root, path, binding);
                    same = same.join(&relabel(&target, mark));
                }
                Relation::Derived => {
                    for found in self.collapsed_once(id, mark.origin, root, path, binding) {
                        add_mark(&mut marks, relabelled(found, mark));
                    }
                }
            }
        }
        let text = self.instantiate_text(id, &content.text, binding);
        let text = if same.is_bottom() {
            text
        } else {
            join_texts(&text, same.text())
        };
        let mut result = Content {
            text,
            facts: same.content().facts.clone(),
            marks: same.content().marks.clone(),
            children: same.content().children.clone(),
            weight: 1,
        };
        for mark in marks {
            add_mark(&mut result.marks, mark);
        }
        for fact in &content.facts {
            let fact = self.instantiate_fact(id, fact, binding);
            crate::value::add_fact(&mut result.facts, fact);
        }
        for (key, child) in &content.children {
            let child = self.instantiate(id, child, binding);
            if *key == Key::Any {
                join_child(&mut result.children, Key::Any, &child);
            } else {
                set_child(&mut result.children, *key, child);
            }
        }
        let result = Value::new(result);
        super::text::normalised(&result.truncated(crate::limits::DEPTH_MAX))
    }

    fn weakened(&self, mark: Mark) -> Mark {
        Mark {
            confidence: mark.confidence.max(self.confidence),
            ..mark
        }
    }

    fn instantiate_text(&mut self, id: ValueId, text: &Text, binding: &Binding) -> Text {
        let Text::Known(list) = text else {
            return text.clone();
        };
        let list = list
            .iter()
            .map(|alternative| match alternative {
                Alternative::Constant(..) => alternative.clone(),
                Alternative::Template(pieces) => Alternative::Template(
                    pieces
                        .iter()
                        .map(|piece| match piece.value() {
                            None => piece.clone(),
                            Some(value) => {
                                let value = self.instantiate(id, value, binding);
                                piece.map(|_| shown_in(piece, &value))
                            }
                        })
                        .collect(),
                ),
            })
            .collect();
        Text::Known(list)
    }

    fn instantiate_fact(&mut self, id: ValueId, fact: &Fact, binding: &Binding) -> Fact {
        match fact {
            Fact::Function(function, Some(captures)) => {
                let captures: Arc<[Value]> = captures
                    .iter()
                    .map(|value| self.instantiate(id, value, binding))
                    .collect();
                Fact::Function(*function, Some(captures))
            }
            Fact::Bound(bound) => Fact::Bound(Arc::new(Bound {
                callable: self.instantiate_fact(id, &bound.callable, binding),
                receiver: self.instantiate(id, &bound.receiver, binding),
            })),
            Fact::Partial(partial) => Fact::Partial(Arc::new(Partial {
                callable: self.instantiate(id, &partial.callable, binding),
                positional: partial
                    .positional
                    .iter()
                    .map(|value| self.instantiate(id, value, binding))
                    .collect(),
                keywords: partial
                    .keywords
                    .iter()
                    .map(|(name, value)| (*name, self.instantiate(id, value, binding)))
                    .collect(),
            })),
            Fact::Function(_, None)
            | Fact::External(_)
            | Fact::ExternalInstance(_)
            | Fact::Module(_)
            | Fact::Namespace(_)
            | Fact::Class(_)
            | Fact::Instance(_)
            | Fact::Super(_) => fact.clone(),
        }
    }

    /// [`Frame::read_path`], once for each origin of an application.
    fn read_once(
        &mut self,
        id: ValueId,
        origin: Origin,
        root: &Value,
        path: Path,
        binding: &Binding,
    ) -> Value {
        if path.is_empty() {
            return root.clone();
        }
        if let Some(known) = binding.memo.borrow().reads.get(&origin) {
            return known.clone();
        }
        let value = self.read_path(id, root, path);
        let mut memo = binding.memo.borrow_mut();
        memo.reads.insert(origin, value.clone());
        value
    }

    /// All marks of what an origin stands for, once for each.
    fn collapsed_once(
        &mut self,
        id: ValueId,
        origin: Origin,
        root: &Value,
        path: Path,
        binding: &Binding,
    ) -> SmallVec<[Mark; 1]> {
        if let Some(known) = binding.memo.borrow().collapsed.get(&origin) {
            return known.clone();
        }
        let marks = self
            .read_once(id, origin, root, path, binding)
            .collapse(Labels::ALL);
        let mut memo = binding.memo.borrow_mut();
        memo.collapsed.insert(origin, marks.clone());
        marks
    }

    /// Follows an access path, types included.
    pub(super) fn read_path(&mut self, id: ValueId, root: &Value, path: Path) -> Value {
        let outer = std::mem::replace(&mut self.reading, Reading::Stored);
        let mut value = root.clone();
        for key in path.keys() {
            value = match key {
                Key::Attribute(name) => self.attribute(id, &value, name),
                Key::Any => self.iterate(id, &value),
                Key::Text(_) | Key::Index(_) => self.item_at(id, &value, key),
            };
        }
        self.reading = outer;
        value
    }
}

/// A value inside a text; a list that is joined or may be added to keeps its elements.
fn shown_in(piece: &Piece, value: &Value) -> Value {
    let is_list = *value.text() == Text::Nothing && !value.children().is_empty();
    match piece {
        Piece::Hole(..) if !is_list => value.shown(),
        Piece::Literal(_) | Piece::Hole(..) | Piece::Join(..) => value.clone(),
    }
}

/// Whether anything in the value awaits a caller.
fn depends_on_caller(value: &Value) -> bool {
    value.is_symbolic()
        || value.facts().iter().any(fact_depends)
        || value
            .children()
            .iter()
            .any(|(_, child)| child.facts().iter().any(fact_depends))
}

fn fact_depends(fact: &Fact) -> bool {
    match fact {
        Fact::Function(_, captures) => captures
            .iter()
            .flat_map(|captures| captures.iter())
            .any(depends_on_caller),
        Fact::Bound(bound) => depends_on_caller(&bound.receiver),
        Fact::Partial(partial) => {
            depends_on_caller(&partial.callable)
                || partial.positional.iter().any(depends_on_caller)
                || partial
                    .keywords
                    .iter()
                    .any(|(_, value)| depends_on_caller(value))
        }
        Fact::External(_)
        | Fact::ExternalInstance(_)
        | Fact::Module(_)
        | Fact::Namespace(_)
        | Fact::Class(_)
        | Fact::Instance(_)
        | Fact::Super(_) => false,
    }
}

/// The caller's value that an origin stands for.
fn resolve(origin: Origin, binding: &Binding) -> Option<(&Value, Path)> {
    match origin {
        Origin::Source(..) => None,
        Origin::Param(index, path) => Some((binding.params.get(usize::from(index))?, path)),
        Origin::Captured(index, path) => Some((binding.captures.get(usize::from(index))?, path)),
        Origin::Deferred(index, path) => Some((binding.deferred.get(usize::from(index))?, path)),
    }
}

/// The caller's mark after what the callee did to the value.
fn relabelled(found: Mark, mark: &Mark) -> Mark {
    Mark {
        labels: found.labels.common(mark.keep).with(mark.labels),
        keep: found.keep.common(mark.keep),
        confidence: found.confidence.max(mark.confidence),
        ..found
    }
}

fn relabel(target: &Value, mark: &Mark) -> Value {
    let unchanged = mark.labels.is_empty()
        && mark.keep == Labels::ALL
        && mark.confidence == RowConfidence::High;
    if unchanged || target.is_bottom() {
        return target.clone();
    }
    let mut content = target.content().clone();
    for found in &mut content.marks {
        *found = relabelled(*found, mark);
    }
    for (_, child) in &mut content.children {
        *child = relabel(child, mark);
    }
    if let Text::Known(list) = &mut content.text {
        for alternative in list.iter_mut() {
            if let Alternative::Template(pieces) = alternative {
                *pieces = pieces
                    .iter()
                    .map(|piece| piece.map(|value| relabel(value, mark)))
                    .collect();
            }
        }
    }
    Value::new(content)
}

fn join_texts(a: &Text, b: &Text) -> Text {
    let value = |text: &Text| {
        Value::new(Content {
            text: text.clone(),
            ..Content::default()
        })
    };
    value(a).join(&value(b)).text().clone()
}
