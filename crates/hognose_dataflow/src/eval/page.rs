//! Values that a framework makes a page of: what a view returns, what a response is told it is.
//!
//! ```python
//! @app.route("/")                        # a row with returns = "html"
//! def index(): return "<p>" + name       # a page
//! def data(): return {"name": name}      # no page
//! r = make_response(text); r.mimetype = "text/plain"   # no page either
//! ```

use hognose_python::ir::{Constant, Op, ValueId};

use super::Frame;
use super::sink::Beside;
use crate::fact::Fact;
use crate::models::rows::{RowConfidence, RowId, SinkKind, SinkRow, SourceKind};
use crate::value::{Key, Origin, Text, Value};

/// Joins of paths between a return and where its value was made.
const RETURN_JOINS_MAX: usize = 8;

impl Frame<'_> {
    /// The value of a return statement of an entry point.
    pub(super) fn returned_to_framework(&mut self, returned: ValueId) {
        let Some(entry) = self.world.state.entry(self.id) else {
            return;
        };
        let Some((kind, row)) = entry.returns else {
            return;
        };
        let site = self.made_at(returned);
        self.matched(row, site, None);
        if self.comes_from_entry(site) {
            return;
        }
        if self.is_of_unknown_function(site) {
            return;
        }
        let value = self.value(returned).clone();
        let Some(body) = self.body(&value) else {
            return;
        };
        let body = without_rows(&body);
        let sink = sink_row(kind, row);
        self.sink(&sink, site, returned, &body, Beside::NOTHING);
    }

    /// The text that becomes the body; `None` where the value is something else than a page.
    fn body(&self, value: &Value) -> Option<Value> {
        let tuple = self.builtin("tuple");
        let is_tuple = |fact: &Fact| match fact {
            Fact::ExternalInstance(class) => Some(*class) == tuple,
            _ => false,
        };
        if value.facts().iter().any(is_tuple) {
            let body = value.child(Key::Index(0))?;
            let headers = [Key::Index(1), Key::Index(2)];
            let names = &self.world.program.names;
            for headers in headers.iter().filter_map(|key| value.child(*key)) {
                for name in ["Content-Type", "content-type"] {
                    let kind = names
                        .get(name)
                        .and_then(|name| headers.child(Key::Text(name)));
                    if kind.is_some_and(|kind| !says_html(kind)) {
                        return None;
                    }
                }
            }
            return self.body(body);
        }
        let is_list = *value.text() == Text::Nothing && !value.children().is_empty();
        (!is_list && self.may_be_text(value)).then(|| value.clone())
    }

    fn may_be_text(&self, value: &Value) -> bool {
        let texts = [self.builtin("str"), self.builtin("bytes")];
        let models = self.world.models;
        value.facts().is_empty()
            || value.facts().iter().any(|fact| match fact {
                Fact::ExternalInstance(class) => models
                    .linearization(*class)
                    .iter()
                    .any(|node| texts.contains(&Some(*node))),
                _ => false,
            })
    }

    /// Whether the value is what another view returns, which is judged there.
    fn comes_from_entry(&self, value: ValueId) -> bool {
        let Op::Call { callee, .. } = self.op(value) else {
            return false;
        };
        self.value(*callee).facts().iter().any(|fact| match fact {
            Fact::Function(function, _) => self
                .world
                .state
                .entry(*function)
                .is_some_and(|entry| entry.returns.is_some()),
            _ => false,
        })
    }

    /// `return handle(x)` of a function that nobody knows: nothing says that x is in its text.
    fn is_of_unknown_function(&self, value: ValueId) -> bool {
        let Op::Call { callee, .. } = self.op(value) else {
            return false;
        };
        let is_method = matches!(self.op(self.unversioned(*callee)), Op::Attribute { .. });
        !is_method && self.value(*callee).facts().is_empty()
    }

    /// Where a returned value was put together: the instruction that a reader looks for.
    fn made_at(&self, value: ValueId) -> ValueId {
        let mut current = self.unversioned(value);
        for _ in 0..RETURN_JOINS_MAX {
            let Op::Phi(inputs) = self.op(current) else {
                break;
            };
            let marked = inputs
                .iter()
                .map(|(_, input)| self.unversioned(*input))
                .find(|input| *input != current && self.value(*input).is_marked());
            match marked {
                Some(input) => current = input,
                None => break,
            }
        }
        current
    }

    /// Whether the function says of the response that `call` makes that it is no page.
    pub(super) fn is_retyped(&self, call: ValueId) -> bool {
        self.function.insts.iter().any(|inst| match &inst.op {
            Op::StoreAttribute {
                object,
                name,
                value,
            } => {
                let name = self.world.program.names.text(*name);
                matches!(name, "content_type" | "mimetype" | "media_type")
                    && self.unversioned(*object) == call
                    && !says_html(self.value(*value))
            }
            Op::StoreItem { object, key, value } => {
                let is_type = match self.op(*key) {
                    Op::Constant(Constant::Str(text)) => text.eq_ignore_ascii_case("content-type"),
                    _ => false,
                };
                is_type && self.is_headers_of(*object, call) && !says_html(self.value(*value))
            }
            _ => false,
        })
    }

    fn is_headers_of(&self, object: ValueId, call: ValueId) -> bool {
        let object = self.unversioned(object);
        let owner = match self.op(object) {
            Op::Attribute { object, .. } => self.unversioned(*object),
            _ => object,
        };
        owner == call
    }
}

/// Rows of a database, returned as they are, are no text.
fn without_rows(value: &Value) -> Value {
    if !value.text().alternatives().is_empty() {
        return value.clone();
    }
    let mut content = value.content().clone();
    content
        .marks
        .retain(|mark| !matches!(mark.origin, Origin::Source(SourceKind::Database, _)));
    Value::new(content)
}

fn says_html(value: &Value) -> bool {
    super::library::contains(value, "html")
}

fn sink_row(kind: SinkKind, row: RowId) -> SinkRow {
    SinkRow {
        row,
        kind,
        arguments: Vec::new(),
        when: Vec::new(),
        access: None,
        confidence: RowConfidence::High,
        what: None,
        pattern: Vec::new(),
        key: None,
    }
}
