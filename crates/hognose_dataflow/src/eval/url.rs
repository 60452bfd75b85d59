//! What tests of a URL, or of a part of it, say of the URL.
//!
//! ```python
//! if urlparse(x).hostname in HOSTS: …            # host-fixed, by a row for the attribute
//! if not urlparse(x).netloc: …                   # no host
//! if x.startswith("https://api.example.com/"): … # host-fixed
//! if x.startswith("/") and not x.startswith("//"): …
//! ```

use hognose_python::ir::{Argument, Op, ValueId};

use super::Frame;
use super::guard::Tested;
use crate::fact::Fact;
use crate::judge::{Prefix, fixes_host, prefix};
use crate::models::rows::{AttributeGuardRow, Labels};
use crate::value::Value;

/// Calls between a tested part and the attribute it was read from: `.netloc.lower().strip()`.
const PART_CALLS_MAX: usize = 4;

impl Frame<'_> {
    /// Adds what is known of the object an attribute was read from, where a row says that the
    /// attribute speaks for the whole.
    pub(super) fn add_part_tests(&mut self, tests: &mut Vec<Tested>) {
        let mut added = Vec::new();
        for test in tests.iter() {
            if !test.labels.has_any(Labels::LITERAL) {
                continue;
            }
            let is_empty = test.labels.has_any(Labels::EMPTY);
            for (row, value) in self.spoken_for(test.value) {
                let labels = if is_empty {
                    Labels::NO_HOST
                } else {
                    row.labels
                };
                added.push(Tested::labels(value, labels));
            }
        }
        for test in added {
            let known = tests
                .iter()
                .any(|known| known.value == test.value && known.labels == test.labels);
            if !known {
                tests.push(test);
            }
        }
    }

    /// `host.endswith(".example.com")`: one of the program's own domains.
    pub(super) fn suffix_tests(&mut self, object: ValueId, arguments: &[Argument]) -> Vec<Tested> {
        let [argument] = arguments else {
            return Vec::new();
        };
        if !is_domain(self.value(argument.value)) {
            return Vec::new();
        }
        self.spoken_for(object)
            .into_iter()
            .map(|(row, value)| Tested::labels(value, row.labels))
            .collect()
    }

    /// The rows for the attribute that `part` is, and what the object that has it was made of.
    fn spoken_for(&mut self, part: ValueId) -> Vec<(AttributeGuardRow, ValueId)> {
        let mut part = self.unversioned(part);
        for _ in 0..PART_CALLS_MAX {
            let Op::Call { callee, arguments } = self.op(part) else {
                break;
            };
            match self.handed_on(*callee, arguments) {
                Some((argument, _)) => part = self.unversioned(argument),
                None => break,
            }
        }
        let Op::Attribute { object, name } = self.op(part) else {
            return Vec::new();
        };
        let models = self.world.models;
        let mut rows = Vec::new();
        for fact in self.value(*object).facts() {
            if let Fact::ExternalInstance(class) = fact {
                for node in self.members(*class, *name) {
                    rows.extend(models.node(node).attribute_guards.iter().cloned());
                }
            }
        }
        for row in &rows {
            self.matched(row.row, part, None);
        }
        let Op::Call { arguments, .. } = self.op(self.unversioned(*object)) else {
            return Vec::new();
        };
        let mut made_of: Vec<ValueId> = Vec::new();
        for argument in arguments {
            if self.value(argument.value).is_marked() {
                made_of.push(argument.value);
            }
            // `urlparse(urljoin(base, x))`: the host that comes out was that of x, or not.
            if let Op::Call { arguments, .. } = self.op(self.unversioned(argument.value)) {
                let inner = arguments.iter().map(|argument| argument.value);
                made_of.extend(inner.filter(|inner| self.value(*inner).is_marked()));
            }
        }
        rows.iter()
            .flat_map(|row| made_of.iter().map(|value| (row.clone(), *value)))
            .collect()
    }
}

/// What a prefix that is not the attacker's says of a URL that begins with it.
pub(super) fn labels_of_prefix(value: &Value) -> Labels {
    let host = if fixes_host(value) {
        Labels::HOST_FIXED.with(Labels::NO_HOST)
    } else {
        Labels::NONE
    };
    match value.string() {
        Some(text) if prefix(text) == Prefix::Root => Labels::ROOTED,
        Some(text) if &**text == "'" => host.with(Labels::QUOTE_START),
        _ => host,
    }
}

fn is_domain(value: &Value) -> bool {
    let is_own = |text: &str| text.starts_with('.') && text.len() > 2;
    if let Some(text) = value.string() {
        return is_own(text);
    }
    let children = value.children();
    let mut suffixes = children.iter().map(|(_, child)| child.string());
    !children.is_empty() && suffixes.all(|suffix| suffix.is_some_and(|text| is_own(text)))
}
