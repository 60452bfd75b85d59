//! Conditions on paths and characters: prefixes, common paths, membership, all of a text.
//!
//! ```python
//! if path.startswith(BASE + os.sep): …             # contained, if normalised
//! if os.path.commonpath([base, path]) == base: …
//! if ".." not in name: …
//! if all(c in LETTERS for c in name): …
//! ```
//! Which branch they hold on, and to which variable they apply, is in `guard`.

use hognose_python::ir::{Argument, CompareOp, Op, ValueId};

use super::Frame;
use super::guard::{Branch, Tested};
use crate::fact::Fact;
use crate::models::rows::Labels;
use crate::value::{Alternative, Atom, Piece, Text, Value};

impl Frame<'_> {
    /// The paths in `commonpath([base, path])` that a caller or an attacker chooses.
    pub(super) fn common_path(&self, call: ValueId) -> Vec<ValueId> {
        let call = self.unversioned(call);
        let Op::Call { callee, arguments } = self.op(call) else {
            return Vec::new();
        };
        let name = match self.op(*callee) {
            Op::Attribute { name, .. } | Op::Global(name) | Op::ImportFrom { name, .. } => *name,
            _ => return Vec::new(),
        };
        if self.world.program.names.text(name) != "commonpath" {
            return Vec::new();
        }
        let [argument] = &**arguments else {
            return Vec::new();
        };
        let Op::Display(_, elements) = self.op(self.unversioned(argument.value)) else {
            return Vec::new();
        };
        elements
            .iter()
            .filter_map(|element| match element {
                hognose_python::ir::Element::Item(value) => {
                    self.value(*value).is_marked().then_some(*value)
                }
                hognose_python::ir::Element::Spread(_) => None,
            })
            .collect()
    }

    /// Whether an attacker's data is in the value, as far as this function knows.
    pub(super) fn is_from_outside(&self, value: ValueId) -> bool {
        self.value(value)
            .collapse(Labels::ALL)
            .iter()
            .any(|mark| mark.origin.is_outside())
    }

    /// `x in collection`: one of the program's own values, unless the collection is the attacker's.
    pub(super) fn membership(&mut self, left: ValueId, right: ValueId) -> Vec<Tested> {
        let collection = self.value(right).clone();
        let from_outside = collection.collapse(Labels::ALL).iter().any(|mark| {
            let own = Labels::LITERAL.with(Labels::OWN_HOST);
            mark.origin.is_outside() && !mark.labels.has_any(own)
        });
        if !from_outside {
            let mut elements = collection.children().iter().map(|(_, child)| child);
            if elements.any(|child| child.string().is_some_and(|text| text.is_empty())) {
                let labels = Labels::LITERAL.with(Labels::EMPTY);
                return vec![Tested::labels(left, labels)];
            }
            if let Some(path) = self.parents_of(right) {
                return vec![Tested::labels(path, Labels::PATH_CONTAINED)];
            }
            return vec![Tested::labels(left, Labels::LITERAL)];
        }
        match self.parents_of(right) {
            Some(path) if !self.value(left).is_marked() => {
                vec![Tested::labels(path, Labels::PATH_CONTAINED)]
            }
            _ => Vec::new(),
        }
    }

    /// `".." not in x`, `"/" not in x`: what a text without that part cannot be.
    pub(super) fn absence(&self, left: ValueId, right: ValueId) -> Vec<Tested> {
        let labels = match self.value(left).string().map(|part| &**part) {
            Some(".." | "../") => Labels::NO_TRAVERSAL,
            Some("/") => Labels::NO_SEPARATOR,
            Some("-") => Labels::NO_LEADING_DASH,
            Some("//") => Labels::NO_DOUBLE_SLASH,
            Some("\\") => Labels::NO_BACKSLASH,
            Some("\n" | "\r" | "\r\n") => Labels::NO_NEWLINE,
            Some("'") => return vec![self.no_apostrophe(right)],
            _ => return Vec::new(),
        };
        // `".." not in x.split("/")` says it of x.
        let split = match self.op(self.unversioned(right)) {
            Op::Call { callee, .. } => match self.op(*callee) {
                Op::Attribute { object, name }
                    if self.world.program.names.text(*name) == "split" =>
                {
                    Some(*object)
                }
                _ => None,
            },
            _ => None,
        };
        vec![Tested::labels(split.unwrap_or(right), labels)]
    }

    /// `"'" not in x`, `"'" not in x[1:-1]`.
    fn no_apostrophe(&self, text: ValueId) -> Tested {
        if let Op::Slice {
            object,
            lower: Some(lower),
            upper: Some(upper),
        } = self.op(self.unversioned(text))
        {
            let bounds = (self.value(*lower).atom(), self.value(*upper).atom());
            if bounds == (Some(&Atom::Int(1)), Some(&Atom::Int(-1))) {
                return Tested::labels(*object, Labels::NO_INNER_QUOTE);
            }
        }
        Tested::labels(text, Labels::NO_APOSTROPHE)
    }

    /// `path` in `path.parents`.
    pub(super) fn parents_of(&self, collection: ValueId) -> Option<ValueId> {
        match self.op(self.unversioned(collection)) {
            Op::Attribute { object, name } if self.world.program.names.text(*name) == "parents" => {
                Some(*object)
            }
            _ => None,
        }
    }

    /// `all(c in LETTERS for c in x)`, `all(c.isalnum() for c in x)`, `all(w in NAMES for w in ws)`
    pub(super) fn test_of_all(&mut self, arguments: &[Argument], depth: usize) -> Option<Tested> {
        let [only] = arguments else {
            return None;
        };
        let Op::Comprehension(_, element) = self.op(self.unversioned(only.value)) else {
            return None;
        };
        let element = &self.only_input(*element);
        for test in self.tests(*element, Branch::Holds, depth + 1) {
            let Op::Next(iterated) = self.op(self.unversioned(test.value)) else {
                continue;
            };
            if !test.labels.has_any(Labels::LITERAL) {
                return Some(Tested::labels(*iterated, test.labels));
            }
            let Op::Compare(CompareOp::In, _, right) = self.op(*element) else {
                continue;
            };
            let collection = self.value(*right);
            let is_list = !self.value(*iterated).children().is_empty();
            let labels = match collection.string() {
                // A text is searched for a part: one character, since texts are iterated.
                Some(characters) if !is_list => super::regex::labels_of_characters(characters),
                Some(_) => continue,
                None if is_list => Labels::LITERAL,
                None => continue,
            };
            return Some(Tested::labels(*iterated, labels));
        }
        None
    }

    /// The one value that a loop leaves, where there is none before its first turn.
    pub(super) fn only_input(&self, value: ValueId) -> ValueId {
        let Op::Phi(inputs) = self.op(value) else {
            return value;
        };
        let mut bound = inputs
            .iter()
            .map(|(_, input)| *input)
            .filter(|input| !matches!(self.op(*input), Op::Undefined));
        match (bound.next(), bound.next()) {
            (Some(only), None) => only,
            _ => value,
        }
    }

    /// `path.startswith(base)`: contained if the prefix ends with a separator.
    pub(super) fn prefix_test(
        &mut self,
        object: ValueId,
        arguments: &[Argument],
    ) -> Option<Tested> {
        let [argument] = arguments else {
            return None;
        };
        let prefix = self.value(argument.value).clone();
        let from_outside = prefix
            .collapse(Labels::ALL)
            .iter()
            .any(|mark| mark.origin.is_outside());
        if from_outside {
            return None;
        }
        let labels = if self.ends_with_separator(&prefix) {
            Labels::PATH_CONTAINED
        } else {
            Labels::PATH_PREFIX_ONLY
        };
        let labels = labels.with(super::url::labels_of_prefix(&prefix));
        Some(Tested::labels(object, labels))
    }

    /// `not x.startswith("-")`, `not x.startswith("/")`
    pub(super) fn no_prefix_test(&self, object: ValueId, arguments: &[Argument]) -> Option<Tested> {
        let [argument] = arguments else {
            return None;
        };
        let prefixes = self.value(argument.value);
        let refuses = |refused: &str| {
            prefixes.string().is_some_and(|text| &**text == refused)
                || prefixes
                    .children()
                    .iter()
                    .any(|(_, child)| child.string().is_some_and(|text| &**text == refused))
        };
        let mut labels = Labels::NONE;
        if refuses("-") {
            labels = labels.with(Labels::NO_LEADING_DASH);
        }
        if refuses("/") {
            labels = labels.with(Labels::NO_LEADING_SEPARATOR);
        }
        if refuses("//") || refuses("/") {
            labels = labels.with(Labels::NO_DOUBLE_SLASH);
        }
        (!labels.is_empty()).then(|| Tested::labels(object, labels))
    }

    pub(super) fn ends_with_separator(&self, prefix: &Value) -> bool {
        let children = prefix.children();
        if *prefix.text() == Text::Nothing && !children.is_empty() {
            return children
                .iter()
                .all(|(_, child)| self.ends_with_separator(child));
        }
        let alternatives = prefix.text().alternatives();
        !alternatives.is_empty()
            && alternatives.iter().all(|alternative| match alternative {
                Alternative::Constant(Atom::Str(text), _) => ends_in_separator(text),
                Alternative::Constant(..) => false,
                Alternative::Template(pieces) => match pieces.last() {
                    Some(Piece::Literal(text)) => ends_in_separator(text),
                    Some(Piece::Hole(value, _)) => self.is_separator(value),
                    Some(Piece::Join(..)) | None => false,
                },
            })
    }

    /// `os.sep`, `os.path.sep`: the library's own separator.
    pub(super) fn is_separator(&self, value: &Value) -> bool {
        value.facts().iter().any(|fact| match fact {
            Fact::External(node) => {
                let name = self.world.models.name(*node);
                matches!(
                    self.world.models.names.text(name),
                    "sep" | "altsep" | "_FLAVOUR"
                )
            }
            _ => false,
        }) || value.string().is_some_and(|text| ends_in_separator(text))
    }
}

fn ends_in_separator(text: &str) -> bool {
    text.ends_with('/') || text.ends_with('\\')
}
