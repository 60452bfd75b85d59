//! The inventory of endpoints: as text, as JSON, as a table in Markdown.
//!
//! ```text
//! POST  /transfer  shop.views.transfer  flask  shop/views.py:12
//!     amount  body, required: raw
//! ```

use std::collections::HashMap;
use std::fmt::Write as _;

use hognose_check::{Required, Route, RouteField, Routes};
use hognose_finding::SourceText;
use serde::Serialize;

use crate::printable;

#[derive(Serialize)]
struct JsonRoute<'a> {
    method: &'a str,
    path: &'a str,
    handler: &'a str,
    framework: &'a str,
    file: &'a str,
    line: u32,
    fields: Vec<JsonField<'a>>,
}

#[derive(Serialize)]
struct JsonField<'a> {
    name: &'a str,
    from: &'static str,
    required: bool,
    validation: &'static str,
}

/// A list of routes, a field a line below each.
pub fn text(routes: &Routes) -> String {
    let lines = Lines::of(routes);
    let width = |of: fn(&Route) -> &str| {
        let widths = routes.routes.iter().map(|route| of(route).chars().count());
        widths.max().unwrap_or(0)
    };
    let (method, path) = (width(|route| &route.method), width(|route| &route.path));
    let mut out = String::new();
    for route in &routes.routes {
        let place = format!("{}:{}", route.location.file, lines.line(route));
        writeln!(
            out,
            "{:method$}  {:path$}  {}  {}  {}",
            route.method,
            printable(&route.path),
            route.handler,
            route.framework,
            printable(&place),
        )
        .expect("writing to a string");
        for field in &route.fields {
            writeln!(
                out,
                "    {}  {}, {}: {}",
                printable(&field.name),
                field.from.name(),
                need(field),
                field.state
            )
            .expect("writing to a string");
        }
    }
    let count = routes.routes.len();
    let noun = if count == 1 { "route" } else { "routes" };
    writeln!(out, "{count} {noun}").expect("writing to a string");
    out
}

/// A table.
pub fn markdown(routes: &Routes) -> String {
    let lines = Lines::of(routes);
    let mut out = String::from(
        "| method | path | handler | framework | at | fields |\n|---|---|---|---|---|---|\n",
    );
    let cell = |text: &str| printable(text).replace('|', "\\|");
    for route in &routes.routes {
        let fields: Vec<String> = route
            .fields
            .iter()
            .map(|field| {
                let name = cell(&field.name);
                format!(
                    "`{name}` ({}, {}: {})",
                    field.from.name(),
                    need(field),
                    field.state
                )
            })
            .collect();
        writeln!(
            out,
            "| {} | `{}` | `{}` | {} | {}:{} | {} |",
            route.method,
            cell(&route.path),
            route.handler,
            route.framework,
            cell(&route.location.file),
            lines.line(route),
            fields.join("; ")
        )
        .expect("writing to a string");
    }
    out
}

/// A list of objects.
pub fn json(routes: &Routes) -> String {
    let lines = Lines::of(routes);
    let list: Vec<JsonRoute<'_>> = routes
        .routes
        .iter()
        .map(|route| JsonRoute {
            method: &route.method,
            path: &route.path,
            handler: &route.handler,
            framework: &route.framework,
            file: &route.location.file,
            line: lines.line(route),
            fields: route
                .fields
                .iter()
                .map(|field| JsonField {
                    name: &field.name,
                    from: field.from.name(),
                    required: field.required == Required::Yes,
                    validation: field.state,
                })
                .collect(),
        })
        .collect();
    let text = serde_json::to_string_pretty(&list).expect("texts and numbers make JSON");
    text + "\n"
}

fn need(field: &RouteField) -> &'static str {
    match field.required {
        Required::Yes => "required",
        Required::No => "optional",
    }
}

/// The files by their paths.
struct Lines<'a>(HashMap<&'a str, &'a SourceText>);

impl<'a> Lines<'a> {
    fn of(routes: &'a Routes) -> Self {
        let files = routes.files.iter();
        Self(files.map(|file| (&*file.path, file)).collect())
    }

    fn line(&self, route: &Route) -> u32 {
        self.0
            .get(&*route.location.file)
            .map_or(1, |file| file.line_of(route.location.range.start()))
    }
}
