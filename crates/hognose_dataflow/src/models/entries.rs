//! `[[entries]]`: functions that a framework calls, and what it calls them with.
//!
//! ```python
//! @app.route("/files/<path:name>")      # decorator = "flask.Flask.route", converters = "angle"
//! def files(name): ...                  # parameters = "all": `name` comes from outside
//! ```

use std::sync::Arc;

use super::builder::Builder;
use super::fields::{Form, Row, Shape};
use super::place::{Role, is_identifier};
use super::rows::{Base, EntryRow, FirstParameterRow, MethodEntryRow, RowId};
use super::tables::{labels, method_match};
use super::words::{CONVERTERS, ENTRY_KINDS, PARAMETERS, SINK_KINDS};

pub(super) const TABLE: &str = "entries";

#[derive(Debug, Clone, Copy)]
enum Subject {
    Decorator,
    Class,
    Path,
    FirstParameter,
    Method,
}

const FORMS: [Form<Subject>; 5] = [
    Form {
        subject: Subject::Decorator,
        key: "decorator",
        shape: Shape::Path,
        with: &[
            "kind",
            "parameters",
            "converters",
            "types",
            "returns",
            "when",
            "label",
        ],
    },
    Form {
        subject: Subject::Class,
        key: "class",
        shape: Shape::Path,
        with: &["methods", "kind", "parameters", "types", "returns", "label"],
    },
    Form {
        subject: Subject::Path,
        key: "path",
        shape: Shape::Path,
        with: &[
            "argument",
            "kind",
            "parameters",
            "converters",
            "types",
            "returns",
            "label",
        ],
    },
    Form {
        subject: Subject::Method,
        key: "method",
        shape: Shape::Name,
        with: &[
            "receiver",
            "imports",
            "kind",
            "parameters",
            "converters",
            "types",
            "returns",
        ],
    },
    Form {
        subject: Subject::FirstParameter,
        key: "first_parameter",
        shape: Shape::Name,
        with: &["imports", "kind", "parameters", "types", "returns", "label"],
    },
];

pub(super) fn add(row: &mut Row, builder: &mut Builder) {
    let Some((subject, alternatives)) = row.subject(&FORMS) else {
        return;
    };
    let imports: Vec<Arc<str>> = match subject {
        Subject::FirstParameter | Subject::Method => imports(row),
        Subject::Decorator | Subject::Class | Subject::Path => Vec::new(),
    };
    let receiver = method_match(row);
    let Some(template) = read(row, subject, builder) else {
        return;
    };
    for alternative in alternatives {
        let subject_text = Arc::clone(&alternative.subject);
        let entry = EntryRow {
            row: builder.add_row(row, alternative),
            ..template.clone()
        };
        if let Subject::FirstParameter = subject {
            let name = builder.names.intern_shared(&subject_text);
            builder.first_parameters.push(FirstParameterRow {
                name,
                imports: imports.clone(),
                entry,
            });
            continue;
        }
        if let Subject::Method = subject {
            let name = builder.names.intern_shared(&subject_text);
            let method = MethodEntryRow {
                imports: imports.clone(),
                entry,
            };
            builder.methods.entries.add(name, receiver.clone(), method);
            continue;
        }
        let id = builder.node(&subject_text);
        let node = builder.tree.node_mut(id);
        match subject {
            Subject::Decorator => node.decorator_entries.push(entry),
            Subject::Class => node.class_entries.push(entry),
            Subject::Path | Subject::FirstParameter | Subject::Method => {
                node.registrations.push(entry);
            }
        }
    }
}

/// Everything but the row's number. `None`: something is wrong.
fn read(row: &mut Row, subject: Subject, builder: &mut Builder) -> Option<EntryRow> {
    let kind = row.required_word("kind", ENTRY_KINDS);
    let parameters = row.required_word("parameters", PARAMETERS);
    let mut entry = EntryRow {
        row: RowId(0),
        kind: kind?,
        parameters: parameters?,
        converters: row.word("converters", CONVERTERS),
        labels: labels(row),
        positional_types: Vec::new(),
        named_types: Vec::new(),
        arguments: Vec::new(),
        methods: Vec::new(),
        returns: row.word("returns", SINK_KINDS),
        when: row.conditions(&mut builder.names),
    };
    read_types(row, &mut entry, builder);
    match subject {
        Subject::Path => {
            entry.arguments = row.required_places("argument", Role::From, &mut builder.names);
            if entry
                .arguments
                .iter()
                .any(|place| place.base == Base::Receiver)
            {
                row.complain("`argument`: the receiver is no function".to_owned());
            }
        }
        Subject::Class => {
            let methods = row.required_texts("methods").unwrap_or_default();
            let methods = methods.into_iter().filter_map(|text| row.name(text));
            entry.methods = methods.map(|name| builder.names.intern(name)).collect();
        }
        Subject::Decorator | Subject::FirstParameter | Subject::Method => (),
    }
    (!row.has_failed()).then_some(entry)
}

fn imports(row: &mut Row) -> Vec<Arc<str>> {
    let texts = row.texts("imports").unwrap_or_default();
    let paths = texts.into_iter().filter_map(|text| row.path(text));
    paths.map(Arc::from).collect()
}

/// `types = { "0" = "example.Request", "request" = "example.Request" }`
fn read_types(row: &mut Row, entry: &mut EntryRow, builder: &mut Builder) {
    for (parameter, class) in row.table("types") {
        let Some(class) = row.path(class).map(|path| builder.node(path)) else {
            continue;
        };
        if let Ok(position) = parameter.text.parse() {
            entry.positional_types.push((position, class));
        } else if is_identifier(parameter.text) {
            let name = builder.names.intern(parameter.text);
            entry.named_types.push((name, class));
        } else {
            row.complain_at(
                parameter.offset,
                format!(
                    "`{}` is no parameter; write its position or its name",
                    parameter.text
                ),
            );
        }
    }
}
