//! `[[demands]]`: what a use of a value asks of the input that it is made of.
//!
//! ```toml
//! [[demands]]
//! path = "time.sleep"
//! argument = "0"
//! demand = "size"          # size, fields, choice, amount
//! ```

use std::sync::Arc;

use super::builder::Builder;
use super::fields::{Form, Row, Shape};
use super::place::Role;
use super::rows::{DemandRow, RowConfidence};
use super::tables::method_match;
use super::words::{CONFIDENCES, DEMANDS};

pub(super) const TABLE: &str = "demands";

#[derive(Debug, Clone, Copy)]
enum Subject {
    Path,
    Method,
}

const FORMS: [Form<Subject>; 2] = [
    Form {
        subject: Subject::Path,
        key: "path",
        shape: Shape::Path,
        with: &["argument", "demand", "when", "confidence"],
    },
    Form {
        subject: Subject::Method,
        key: "method",
        shape: Shape::Name,
        with: &["argument", "demand", "when", "confidence", "receiver"],
    },
];

pub(super) fn add(row: &mut Row, builder: &mut Builder) {
    let Some((subject, alternatives)) = row.subject(&FORMS) else {
        return;
    };
    let arguments = row.required_places("argument", Role::From, &mut builder.names);
    let demand = row.required_word("demand", DEMANDS);
    let when = row.conditions(&mut builder.names);
    let confidence = row.word("confidence", CONFIDENCES);
    let receiver = method_match(row);
    let Some(demand) = demand.filter(|_| !row.has_failed()) else {
        return;
    };
    for alternative in alternatives {
        let path = Arc::clone(&alternative.subject);
        let demand = DemandRow {
            row: builder.add_row(row, alternative),
            demand,
            arguments: arguments.clone(),
            when: when.clone(),
            confidence: confidence.unwrap_or(RowConfidence::High),
        };
        match subject {
            Subject::Path => {
                let id = builder.node(&path);
                builder.tree.node_mut(id).demands.push(demand);
            }
            Subject::Method => {
                let name = builder.names.intern_shared(&path);
                builder.methods.demands.add(name, receiver.clone(), demand);
            }
        }
    }
}
