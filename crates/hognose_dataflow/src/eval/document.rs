//! Queries that are documents: which parts of one are code, and which can be no operator.
//!
//! ```python
//! users.find({"$where": "this.a == " + x})                        # code
//! users.aggregate([{"$group": {"n": {"$accumulator": {…}}}}])     # code further in
//! users.find({"name": {"$eq": x}})                                # x is compared, whatever it is
//! ```
//! The names of the operators are those of the query language, not of a library.

use hognose_python::ir::ValueId;

use super::Frame;
use super::sink::Beside;
use crate::limits::DEPTH_MAX;
use crate::models::rows::{SinkKind, SinkRow};
use crate::summary::Binds;
use crate::value::{Content, Key, Value};

/// Operators whose value is code.
const CODE: [&str; 1] = ["$where"];
/// Operators some fields of which are code.
const CALLS: [&str; 2] = ["$function", "$accumulator"];
const CODE_FIELDS: [&str; 5] = ["body", "init", "accumulate", "merge", "finalize"];
/// Operators that compare with the value as it is.
const EQUALITY: [&str; 2] = ["$eq", "$literal"];

impl Frame<'_> {
    /// The code in a document is a sink of its own.
    pub(super) fn code_in_document(
        &mut self,
        row: &SinkRow,
        id: ValueId,
        argument: ValueId,
        document: &Value,
        binds: Binds,
    ) {
        let mut codes = Vec::new();
        self.collect_code(document, DEPTH_MAX, &mut codes);
        let row = SinkRow {
            kind: SinkKind::NosqlCode,
            ..row.clone()
        };
        for code in codes {
            self.sink(
                &row,
                id,
                argument,
                &code,
                Beside {
                    binds,
                    attack: None,
                },
            );
        }
    }

    fn collect_code(&self, document: &Value, depth: usize, codes: &mut Vec<Value>) {
        for (key, child) in document.children() {
            let name = self.key_text(*key);
            if CODE.contains(&name) {
                codes.push(child.clone());
            } else if CALLS.contains(&name) {
                if child.children().is_empty() {
                    // Too far in to tell the code from its arguments.
                    codes.push(child.clone());
                }
                let fields = child.children().iter();
                let code = fields.filter(|(key, _)| CODE_FIELDS.contains(&self.key_text(*key)));
                codes.extend(code.map(|(_, field)| field.clone()));
            } else if depth > 0 {
                self.collect_code(child, depth - 1, codes);
            }
        }
    }

    /// The document without what is only compared.
    pub(super) fn without_equality(&self, document: &Value) -> Value {
        if document.children().is_empty() {
            return document.clone();
        }
        let children = document
            .children()
            .iter()
            .filter(|(key, _)| !EQUALITY.contains(&self.key_text(*key)))
            .map(|(key, child)| (*key, self.without_equality(child)))
            .collect();
        Value::new(Content {
            children,
            ..document.content().clone()
        })
    }

    fn key_text(&self, key: Key) -> &str {
        match key {
            Key::Text(name) => self.world.program.names.text(name),
            Key::Attribute(_) | Key::Index(_) | Key::Any => "",
        }
    }
}
