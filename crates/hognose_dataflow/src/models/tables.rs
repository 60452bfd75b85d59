//! `[[sources]]`, `[[sinks]]`, `[[sanitizers]]`, `[[guards]]`, `[[propagators]]`: what calls and
//! attributes do with data.
//!
//! ```toml
//! [[sinks]]
//! path = "subprocess.{run,call}"     # at a node of the tree
//! method = "execute"                 # or for a receiver of unknown type
//! ```

use std::sync::Arc;

use crate::names::Names;

use super::builder::Builder;
use super::fields::{Alternative, Form, Row, Shape};
use super::place::Role;
use super::rows::{
    AttributeGuardRow, GuardRow, Labels, MethodMatch, Place, Propagation, PropagatorRow,
    RowConfidence, RowId, SanitizerRow, SinkKind, SinkRow, SourceRow,
};
use super::words::{
    ACCESSES, CONFIDENCES, HOLDS, INTRINSICS, KEEPS, LABELS, SINK_KINDS, SOURCE_KINDS, TEXTS,
};

#[derive(Debug, Clone, Copy)]
enum SinkSubject {
    Path,
    Method,
    Attribute,
    Item,
}

#[derive(Debug, Clone, Copy)]
enum GuardSubject {
    Path,
    Method,
    Attribute,
}

/// Of the tables that describe calls only.
#[derive(Debug, Clone, Copy)]
enum CallSubject {
    Path,
    Method,
}

const SOURCES: [Form<CallSubject>; 2] = [
    Form {
        subject: CallSubject::Path,
        key: "path",
        shape: Shape::PathOrCall,
        with: &["kind", "label", "route"],
    },
    Form {
        subject: CallSubject::Method,
        key: "method",
        shape: Shape::Name,
        with: &["kind", "label", "receiver"],
    },
];

const SINKS: [Form<SinkSubject>; 4] = [
    Form {
        subject: SinkSubject::Path,
        key: "path",
        shape: Shape::Path,
        with: &[
            "argument",
            "kind",
            "when",
            "access",
            "confidence",
            "what",
            "pattern",
        ],
    },
    Form {
        subject: SinkSubject::Method,
        key: "method",
        shape: Shape::Name,
        with: &[
            "argument",
            "kind",
            "when",
            "access",
            "confidence",
            "what",
            "receiver",
            "text",
        ],
    },
    Form {
        subject: SinkSubject::Attribute,
        key: "attribute",
        shape: Shape::Path,
        with: &["kind", "confidence", "what"],
    },
    Form {
        subject: SinkSubject::Item,
        key: "item",
        shape: Shape::Path,
        with: &["key", "kind", "confidence", "what"],
    },
];

const SANITIZERS: [Form<CallSubject>; 2] = [
    Form {
        subject: CallSubject::Path,
        key: "path",
        shape: Shape::Path,
        with: &["argument", "label", "when"],
    },
    Form {
        subject: CallSubject::Method,
        key: "method",
        shape: Shape::Name,
        with: &["argument", "label", "when", "receiver"],
    },
];

const GUARDS: [Form<GuardSubject>; 3] = [
    Form {
        subject: GuardSubject::Path,
        key: "path",
        shape: Shape::Path,
        with: &["argument", "label", "holds", "when"],
    },
    Form {
        subject: GuardSubject::Method,
        key: "method",
        shape: Shape::Name,
        with: &["argument", "label", "holds", "when", "receiver"],
    },
    Form {
        subject: GuardSubject::Attribute,
        key: "attribute",
        shape: Shape::Path,
        with: &["label"],
    },
];

const PROPAGATORS: [Form<CallSubject>; 2] = [
    Form {
        subject: CallSubject::Path,
        key: "path",
        shape: Shape::Path,
        with: &["from", "to", "keep", "exact", "intrinsic", "when"],
    },
    Form {
        subject: CallSubject::Method,
        key: "method",
        shape: Shape::Name,
        with: &[
            "from",
            "to",
            "keep",
            "exact",
            "intrinsic",
            "when",
            "receiver",
        ],
    },
];

pub(super) fn add_source(row: &mut Row, builder: &mut Builder) {
    let Some((subject, alternatives)) = row.subject(&SOURCES) else {
        return;
    };
    let kind = row.required_word("kind", SOURCE_KINDS);
    let labels = labels(row);
    let is_route = row.is_set("route");
    let receiver = method_match(row);
    let Some(kind) = kind.filter(|_| !row.has_failed()) else {
        return;
    };
    for alternative in alternatives {
        let (path, is_call) = (alternative.path().to_owned(), alternative.is_call());
        let source = SourceRow {
            row: builder.add_row(row, alternative),
            kind,
            labels,
            is_route,
        };
        match subject {
            CallSubject::Path => {
                let id = builder.node(&path);
                let node = builder.tree.node_mut(id);
                if is_call {
                    node.call_sources.push(source);
                } else {
                    node.attribute_sources.push(source);
                }
            }
            CallSubject::Method => {
                let name = builder.names.intern(&path);
                builder.methods.sources.add(name, receiver.clone(), source);
            }
        }
    }
}

pub(super) fn add_sink(row: &mut Row, builder: &mut Builder) {
    let Some((subject, alternatives)) = row.subject(&SINKS) else {
        return;
    };
    let receiver = method_match(row);
    let Some(template) = read_sink(row, subject, builder) else {
        return;
    };
    for alternative in alternatives {
        let path = Arc::clone(&alternative.subject);
        let sink = SinkRow {
            row: builder.add_row(row, alternative),
            ..template.clone()
        };
        if let SinkSubject::Method = subject {
            let name = builder.names.intern_shared(&path);
            builder.methods.sinks.add(name, receiver.clone(), sink);
            continue;
        }
        let id = builder.node(&path);
        let node = builder.tree.node_mut(id);
        match subject {
            SinkSubject::Path | SinkSubject::Method => node.sinks.push(sink),
            SinkSubject::Attribute => node.attribute_sinks.push(sink),
            SinkSubject::Item => node.item_sinks.push(sink),
        }
    }
}

/// Everything but the row's number. `None`: something is wrong.
fn read_sink(row: &mut Row, subject: SinkSubject, builder: &mut Builder) -> Option<SinkRow> {
    let names = &mut builder.names;
    let kind = row.required_word("kind", SINK_KINDS);
    let arguments = match subject {
        SinkSubject::Path | SinkSubject::Method => {
            row.required_places("argument", Role::From, names)
        }
        SinkSubject::Attribute | SinkSubject::Item => Vec::new(),
    };
    let when = row.conditions(names);
    let access = row.word("access", ACCESSES);
    let confidence = row.word("confidence", CONFIDENCES);
    let what = row.text("what").map(|text| Arc::from(text.text));
    let pattern = read_pattern(row, kind, names);
    let key = row.text("key").map(|text| Arc::from(text.text));
    if kind.is_some_and(|kind| kind != SinkKind::Path) && row.has("access") {
        row.complain("`access` goes with kind \"path\" only".to_owned());
    }
    if kind.is_some_and(|kind| kind != SinkKind::Credential) && row.has("what") {
        row.complain("`what` goes with kind \"credential\" only".to_owned());
    }
    if row.has_failed() {
        return None;
    }
    Some(SinkRow {
        row: RowId(0),
        kind: kind?,
        arguments,
        when,
        access,
        confidence: confidence.unwrap_or(RowConfidence::High),
        what,
        pattern,
        key,
    })
}

/// Where a row of kind matched finds the regular expression: each has one, no other has.
fn read_pattern(row: &mut Row, kind: Option<SinkKind>, names: &mut Names) -> Vec<Place> {
    if !row.has("pattern") {
        if kind == Some(SinkKind::Matched) {
            row.complain("kind \"matched\" needs a `pattern`".to_owned());
        }
        return Vec::new();
    }
    if kind.is_some_and(|kind| kind != SinkKind::Matched) {
        row.complain("`pattern` goes with kind \"matched\" only".to_owned());
    }
    row.required_places("pattern", Role::From, names)
}

pub(super) fn add_sanitizer(row: &mut Row, builder: &mut Builder) {
    let Some((subject, alternatives)) = row.subject(&SANITIZERS) else {
        return;
    };
    let template = SanitizerRow {
        row: RowId(0),
        arguments: row.required_places("argument", Role::From, &mut builder.names),
        labels: required_labels(row),
        when: row.conditions(&mut builder.names),
    };
    let receiver = method_match(row);
    if row.has_failed() {
        return;
    }
    for alternative in alternatives {
        let path = Arc::clone(&alternative.subject);
        let sanitizer = SanitizerRow {
            row: builder.add_row(row, alternative),
            ..template.clone()
        };
        match subject {
            CallSubject::Path => {
                let id = builder.node(&path);
                builder.tree.node_mut(id).sanitizers.push(sanitizer);
            }
            CallSubject::Method => {
                let name = builder.names.intern_shared(&path);
                let table = &mut builder.methods.sanitizers;
                table.add(name, receiver.clone(), sanitizer);
            }
        }
    }
}

pub(super) fn add_guard(row: &mut Row, builder: &mut Builder) {
    let Some((subject, alternatives)) = row.subject(&GUARDS) else {
        return;
    };
    if let GuardSubject::Attribute = subject {
        add_attribute_guard(row, alternatives, builder);
        return;
    }
    let arguments = row.required_places("argument", Role::From, &mut builder.names);
    let labels = required_labels(row);
    let holds = row.required_word("holds", HOLDS);
    let when = row.conditions(&mut builder.names);
    let receiver = method_match(row);
    let Some(holds) = holds.filter(|_| !row.has_failed()) else {
        return;
    };
    for alternative in alternatives {
        let path = Arc::clone(&alternative.subject);
        let guard = GuardRow {
            row: builder.add_row(row, alternative),
            arguments: arguments.clone(),
            labels,
            holds,
            when: when.clone(),
        };
        match subject {
            GuardSubject::Path | GuardSubject::Attribute => {
                let id = builder.node(&path);
                builder.tree.node_mut(id).guards.push(guard);
            }
            GuardSubject::Method => {
                let name = builder.names.intern_shared(&path);
                builder.methods.guards.add(name, receiver.clone(), guard);
            }
        }
    }
}

fn add_attribute_guard(row: &mut Row, alternatives: Vec<Alternative>, builder: &mut Builder) {
    let labels = required_labels(row);
    if row.has_failed() {
        return;
    }
    for alternative in alternatives {
        let id = builder.node(&alternative.subject);
        let guard = AttributeGuardRow {
            row: builder.add_row(row, alternative),
            labels,
        };
        builder.tree.node_mut(id).attribute_guards.push(guard);
    }
}

pub(super) fn add_propagator(row: &mut Row, builder: &mut Builder) {
    let Some((subject, alternatives)) = row.subject(&PROPAGATORS) else {
        return;
    };
    let propagation = read_propagation(row, builder);
    let when = row.conditions(&mut builder.names);
    let receiver = method_match(row);
    let Some(propagation) = propagation.filter(|_| !row.has_failed()) else {
        return;
    };
    for alternative in alternatives {
        let path = Arc::clone(&alternative.subject);
        let propagator = PropagatorRow {
            row: builder.add_row(row, alternative),
            propagation: propagation.clone(),
            when: when.clone(),
        };
        match subject {
            CallSubject::Path => {
                let id = builder.node(&path);
                builder.tree.node_mut(id).propagators.push(propagator);
            }
            CallSubject::Method => {
                let name = builder.names.intern_shared(&path);
                let table = &mut builder.methods.propagators;
                table.add(name, receiver.clone(), propagator);
            }
        }
    }
}

fn read_propagation(row: &mut Row, builder: &mut Builder) -> Option<Propagation> {
    if row.has("intrinsic") {
        for key in ["from", "to", "keep", "exact"] {
            if row.has(key) {
                row.complain(format!("`{key}` does not go with `intrinsic`"));
            }
        }
        let intrinsic = row.word("intrinsic", INTRINSICS);
        return intrinsic.map(Propagation::Intrinsic);
    }
    let from = row.required_texts("from")?;
    let to = row.required_text("to");
    if let [only] = from.as_slice()
        && only.text == "none"
    {
        for key in ["keep", "exact"] {
            if row.has(key) {
                row.complain(format!("`{key}` does not go with from = \"none\""));
            }
        }
        if to.is_some_and(|to| to.text != "return") {
            row.complain("from = \"none\" says something of the \"return\" only".to_owned());
        }
        return Some(Propagation::Nothing);
    }
    let from = row.required_places("from", Role::From, &mut builder.names);
    let to = row.place(to?, Role::To, &mut builder.names)?;
    let keep = row.word("keep", KEEPS);
    Some(Propagation::Copy {
        from,
        to,
        keep: keep.unwrap_or(super::rows::Keep::Inert),
        exact: row.is_set("exact"),
    })
}

pub(super) fn labels(row: &mut Row) -> Labels {
    let labels = row.words("label", LABELS).into_iter();
    labels.fold(Labels::NONE, Labels::with)
}

fn required_labels(row: &mut Row) -> Labels {
    row.require("label");
    labels(row)
}

/// What must agree where the receiver's type is unknown.
pub(super) fn method_match(row: &mut Row) -> MethodMatch {
    let mut receivers: Vec<Arc<str>> = Vec::new();
    for pattern in row.texts("receiver").unwrap_or_default() {
        let name = pattern.text.strip_prefix('*').unwrap_or(pattern.text);
        let name = name.strip_suffix('*').unwrap_or(name);
        let is_name = |c: char| c == '_' || c.is_alphanumeric();
        if name.is_empty() || !name.chars().all(is_name) {
            row.complain_at(
                pattern.offset,
                format!("`{}` is no name with `*` at either end", pattern.text),
            );
        }
        receivers.push(Arc::from(pattern.text.to_lowercase()));
    }
    MethodMatch {
        receivers,
        sql_text: row.word("text", TEXTS).is_some(),
    }
}
