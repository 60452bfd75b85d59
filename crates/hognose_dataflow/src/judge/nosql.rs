//! Queries that are documents: who may send a mapping where a text was meant can ask anything.
//!
//! ```python
//! users.find({"name": request.json["name"]})     # {"$ne": null} matches everybody
//! users.find({"name": request.args["name"]})     # certainly a text: harmless
//! users.find({"$where": "this.a == " + x})       # code
//! ```

use super::{CONSTANT_LIKE, Found, templates};
use crate::flow::Weakness;
use crate::models::rows::Labels;
use crate::value::Value;

pub(super) fn query(value: &Value, found: &mut Found) {
    document(value, found);
}

fn document(value: &Value, found: &mut Found) {
    let is_text = templates(value).next().is_some();
    for mark in value.marks() {
        if !is_text && !is_harmless(mark.labels) {
            found.add(mark.derived(Labels::ALL), Weakness::Injection);
        }
    }
    for (_, child) in value.children() {
        document(child, found);
    }
}

fn is_harmless(labels: Labels) -> bool {
    labels.has_any(CONSTANT_LIKE.with(Labels::WORD).with(Labels::TEXT))
}
