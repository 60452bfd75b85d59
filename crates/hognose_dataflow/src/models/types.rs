//! `[[types]]`: what paths are instances of, what classes are, and which paths are the same.
//!
//! ```toml
//! path = "sqlite3.connect"      # a path and one of `returns`, `is`, `same`
//! returns = "sqlite3.Connection"
//! class = "flask.Flask"         # or a class and any of `bases`, `enters`, `items`, `attributes`
//! bases = ["flask.sansio.app.App"]
//! ```
//! `same` rows are read before everything else, since they decide where all others land.

use std::sync::Arc;

use toml::de::DeTable;

use super::alias::{self, Problem};
use super::builder::{Builder, replaces};
use super::error::ModelError;
use super::fields::{Alternative, Form, Row, Shape, Text};
use super::parse::{ModelFile, table_rows};
use super::rows::{ClassRow, NodeId, RowId, RowOrigin};

pub(super) const TABLE: &str = "types";

#[derive(Debug, Clone, Copy)]
enum Subject {
    Path,
    Class,
}

const FORMS: [Form<Subject>; 2] = [
    Form {
        subject: Subject::Path,
        key: "path",
        shape: Shape::Path,
        with: &["returns", "is", "same"],
    },
    Form {
        subject: Subject::Class,
        key: "class",
        shape: Shape::Path,
        with: &["bases", "enters", "items", "attributes"],
    },
];

/// An alias as written.
struct Same<'a> {
    file: &'a ModelFile<'a>,
    line: u32,
    alternative: Alternative,
    target: &'a str,
}

/// Adds the aliases of all files.
pub(super) fn add_aliases<'a>(
    documents: &'a [(&'a ModelFile<'a>, DeTable<'a>)],
    builder: &mut Builder,
    errors: &mut Vec<ModelError>,
) {
    let mut list: Vec<Same> = Vec::new();
    for (file, document) in documents {
        let Some(value) = document.get(TABLE) else {
            continue;
        };
        // A table that is no list is complained about when its other rows are read.
        for (header, fields) in table_rows(file, TABLE, value, &mut Vec::new()) {
            if fields.get("same").is_some() {
                read_alias(
                    &mut Row::new(file, TABLE, header, fields, errors),
                    &mut list,
                );
            }
        }
    }
    let pairs: Vec<(&str, &str)> = list
        .iter()
        .map(|same| (same.alternative.path(), same.target))
        .collect();
    let wins = |old: usize, new: usize| replaces(list[old].file.owner, list[new].file.owner);
    let (aliases, problems) = alias::resolve(&pairs, wins);
    errors.extend(
        problems
            .into_iter()
            .map(|problem| described(&problem, &list)),
    );

    let mut aliases: Vec<_> = aliases.into_iter().collect();
    aliases.sort_by_key(|(_, target)| target.index);
    for (path, target) in aliases {
        let same = &list[target.index];
        let origin = RowOrigin {
            file: Arc::clone(&same.file.name),
            line: same.line,
            table: TABLE,
            subject: Arc::clone(&same.alternative.subject),
            example: Arc::clone(&same.alternative.example),
        };
        let row = builder.add_origin(origin, same.file.owner);
        let node = builder.tree.intern_alias(&path, &mut builder.names);
        let target = builder.node(&target.path);
        let node = builder.tree.node_mut(node);
        node.same = Some(target);
        node.same_row = Some(row);
    }
}

fn read_alias<'a>(row: &mut Row<'a, '_>, list: &mut Vec<Same<'a>>) {
    let subject = row.subject(&FORMS);
    let target = row.required_text("same").and_then(|text| row.path(text));
    check_one_fact(row);
    let (Some((Subject::Path, alternatives)), Some(target)) = (subject, target) else {
        return;
    };
    if row.has_failed() {
        return;
    }
    list.extend(alternatives.into_iter().map(|alternative| Same {
        file: row.file,
        line: row.line,
        alternative,
        target,
    }));
}

fn described(problem: &Problem, list: &[Same]) -> ModelError {
    let (index, message) = match problem {
        Problem::Circle { index } => {
            let same = &list[*index];
            let message = format!(
                "`{}` is the same as `{}`, which leads back to itself",
                same.alternative.subject, same.target
            );
            (index, message)
        }
        Problem::Twice { index, other } => {
            let other = &list[*other];
            let message = format!(
                "`{}` is the same as something already, at {}:{}; leave one of the two rows",
                list[*index].alternative.subject, other.file.name, other.line
            );
            (index, message)
        }
    };
    ModelError {
        file: Arc::clone(&list[*index].file.name),
        line: list[*index].line,
        message,
    }
}

/// Adds a row that is no alias.
pub(super) fn add(row: &mut Row, builder: &mut Builder) {
    if row.has("same") {
        return;
    }
    let Some((subject, alternatives)) = row.subject(&FORMS) else {
        return;
    };
    match subject {
        Subject::Path => add_instance(row, builder, alternatives),
        Subject::Class => add_class(row, builder, alternatives),
    }
}

fn add_instance(row: &mut Row, builder: &mut Builder, alternatives: Vec<Alternative>) {
    check_one_fact(row);
    let is = one_class(row, "is", builder);
    let returns = one_class(row, "returns", builder);
    if row.has_failed() {
        return;
    }
    for alternative in alternatives {
        let id = builder.node(alternative.path());
        let new = builder.add_row(row, alternative);
        let node = builder.tree.node(id);
        let (old_is, old_returns) = (node.is, node.returns);
        if let Some(class) = is
            && builder.may_set(old_is.map(|(_, row)| row), new, row)
        {
            builder.tree.node_mut(id).is = Some((class, new));
        }
        if let Some(class) = returns
            && builder.may_set(old_returns.map(|(_, row)| row), new, row)
        {
            builder.tree.node_mut(id).returns = Some((class, new));
        }
    }
}

fn add_class(row: &mut Row, builder: &mut Builder, alternatives: Vec<Alternative>) {
    let bases = row.texts("bases").map(|texts| classes(row, texts, builder));
    let enters = one_class(row, "enters", builder);
    let items = one_class(row, "items", builder);
    let attributes = one_class(row, "attributes", builder);
    let says_nothing =
        bases.is_none() && enters.is_none() && items.is_none() && attributes.is_none();
    if says_nothing && !row.has_failed() {
        row.complain(
            "a class needs `bases`, which may be [], or `enters`, `items` or `attributes`"
                .to_owned(),
        );
    }
    if row.has_failed() {
        return;
    }
    for alternative in alternatives {
        let id = builder.node(alternative.path());
        let new = builder.add_row(row, alternative);
        let mut class = match builder.tree.node_mut(id).class.take() {
            Some(class) => class,
            None => ClassRow::new(new),
        };
        if let Some(bases) = &bases
            && builder.may_set(class.bases_row, new, row)
        {
            class.bases_row = Some(new);
            let added = bases.iter().filter(|base| !class.bases.contains(base));
            let added: Vec<NodeId> = added.copied().collect();
            class.bases.extend(added);
        }
        if enters.is_some() && builder.may_set(class.enters_row, new, row) {
            class.enters = enters;
            class.enters_row = Some(new);
        }
        if items.is_some() && builder.may_set(class.items_row, new, row) {
            class.items = items;
            class.items_row = Some(new);
        }
        if attributes.is_some() && builder.may_set(class.attributes_row, new, row) {
            class.attributes = attributes;
            class.attributes_row = Some(new);
        }
        builder.tree.node_mut(id).class = Some(class);
    }
}

impl ClassRow {
    fn new(row: RowId) -> Self {
        Self {
            row,
            bases: Vec::new(),
            bases_row: None,
            enters: None,
            enters_row: None,
            items: None,
            items_row: None,
            attributes: None,
            attributes_row: None,
        }
    }
}

/// A path says one thing per row, since the row's example shows one thing.
fn check_one_fact(row: &mut Row) {
    let given = ["returns", "is", "same"]
        .into_iter()
        .filter(|key| row.has(key));
    match given.count() {
        1 => (),
        0 => row.complain("a path needs `returns`, `is` or `same`".to_owned()),
        _ => row.complain(
            "`returns`, `is` and `same` do not go together: write a row for each".to_owned(),
        ),
    }
}

fn one_class(row: &mut Row, key: &str, builder: &mut Builder) -> Option<NodeId> {
    let text = row.text(key)?;
    row.path(text).map(|path| builder.node(path))
}

fn classes<'a>(row: &mut Row<'a, '_>, texts: Vec<Text<'a>>, builder: &mut Builder) -> Vec<NodeId> {
    let paths = texts.into_iter().filter_map(|text| row.path(text));
    paths.map(|path| builder.node(path)).collect()
}
