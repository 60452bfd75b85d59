//! The inventory of endpoints: method, path, handler, and each field that the handler reads.
//!
//! ```python
//! api = Blueprint("api", __name__, url_prefix="/v1")
//! @api.post("/orders/<int:shop>")          # POST /v1/orders/<int:shop>
//! def create(shop): request.json["amount"] # shop: path, typed; amount: body, raw
//! app.register_blueprint(api)
//! ```
//! What registers a handler is what rows call an entry point; the path is its first text, methods are
//! a list of them or the last word of what was called. Prefixes are in `prefix`.

mod fields;
mod prefix;

use std::collections::BTreeSet;
use std::sync::Arc;

use hognose_dataflow::Analysis;
use hognose_dataflow::fact::Fact;
use hognose_dataflow::models::rows::{EntryRow, NodeId, RowId, SourceKind};
use hognose_dataflow::program::{ClassId, FuncId};
use hognose_dataflow::trace::Replays;
use hognose_dataflow::value::{Site, Value};
use hognose_finding::Location;
use hognose_python::ir::{ArgumentKind, FunctionKind, Op, ValueId};

use self::prefix::Prefixes;

pub use self::fields::{Required, RouteField, Where};

/// One method and path that a client can ask for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Route {
    /// `POST`; several with commas; `ANY` where the registration does not say.
    pub method: String,
    pub path: String,
    /// The dotted name of the function or class.
    pub handler: String,
    pub framework: String,
    /// The handler's name.
    pub location: Location,
    pub fields: Vec<RouteField>,
}

/// The methods of HTTP.
const METHODS: [&str; 8] = [
    "get", "post", "put", "patch", "delete", "head", "options", "trace",
];

/// Last words of what registers a route and does not say which method.
const ROUTES: [&str; 12] = [
    "route", "rule", "url", "path", "register", "resource", "handler", "view", "bind", "mount",
    "node", "endpoint",
];

/// A registration as it stands in the source.
struct Registration {
    at: Site,
    /// What the route is registered at: an application, a router.
    router: Option<ValueId>,
    row: RowId,
    path: String,
    methods: Vec<String>,
    handlers: Vec<Handler>,
}

enum Handler {
    Function(FuncId),
    Class(ClassId),
}

/// All routes, sorted by path, method and handler.
pub fn inventory(analysis: &Analysis) -> Vec<Route> {
    let mut replays = Replays::default();
    let mut found: Vec<Registration> = Vec::new();
    for function in analysis.program.function_ids() {
        if registers(analysis, function) {
            registrations(analysis, function, &mut replays, &mut found);
        }
    }
    let prefixes = Prefixes::of(analysis, &mut replays);
    let mut routes = Vec::new();
    for registration in &found {
        for prefix in prefixes.of_registration(analysis, registration.at, registration.router) {
            for handler in &registration.handlers {
                let path = joined(&prefix, &registration.path);
                routes.extend(routes_of(
                    analysis,
                    registration,
                    handler,
                    &path,
                    &mut replays,
                ));
            }
        }
    }
    unregistered(analysis, &mut routes, &mut replays);
    routes.sort_by(|a, b| (&a.path, &a.method, &a.handler).cmp(&(&b.path, &b.method, &b.handler)));
    routes.dedup();
    routes
}

/// Whether anything in the function may register a route.
fn registers(analysis: &Analysis, function: FuncId) -> bool {
    let ir = analysis.program.function(function);
    let decorates = ir
        .insts
        .iter()
        .any(|inst| matches!(inst.op, Op::Decorate { .. }));
    let is_body = ir.kind == FunctionKind::Module;
    is_body || decorates || analysis.functions[function.index()].registers
}

fn registrations(
    analysis: &Analysis,
    function: FuncId,
    replays: &mut Replays,
    found: &mut Vec<Registration>,
) {
    let replay = replays.of(analysis, function);
    let values = &replay.0;
    let ir = analysis.program.function(function);
    for (index, inst) in (0_u32..).zip(&ir.insts) {
        let at = Site {
            function,
            value: ValueId(index),
        };
        match &inst.op {
            Op::Decorate { value, decorator } => {
                let Op::Call { callee, .. } = ir.op(*decorator) else {
                    continue;
                };
                let rows = rows(analysis, &values[callee.index()], Table::Decorators);
                let handlers = handlers(analysis, function, values, *value);
                add(analysis, at, *decorator, &rows, handlers, values, found);
            }
            Op::Call { callee, arguments } => {
                let rows = rows(analysis, &values[callee.index()], Table::Registrations);
                if rows.is_empty() {
                    continue;
                }
                let handlers = arguments
                    .iter()
                    .flat_map(|argument| handlers(analysis, function, values, argument.value))
                    .collect();
                add(analysis, at, at.value, &rows, handlers, values, found);
            }
            _ => {}
        }
    }
}

#[derive(Clone, Copy)]
enum Table {
    Decorators,
    Registrations,
}

/// The rows of what is called that make functions entry points for requests.
fn rows<'a>(analysis: &'a Analysis, callee: &Value, table: Table) -> Vec<(NodeId, &'a EntryRow)> {
    let mut found = Vec::new();
    for fact in callee.facts() {
        let node = match fact {
            Fact::External(node) => *node,
            Fact::Bound(bound) => match bound.callable {
                Fact::External(node) => node,
                _ => continue,
            },
            _ => continue,
        };
        let rows = analysis.models.node(node);
        let rows = match table {
            Table::Decorators => &rows.decorator_entries,
            Table::Registrations => &rows.registrations,
        };
        let remote = rows
            .iter()
            .filter(|row| row.kind == Some(SourceKind::Remote));
        found.extend(remote.map(|row| (node, row)));
    }
    found
}

fn add(
    analysis: &Analysis,
    at: Site,
    call: ValueId,
    rows: &[(NodeId, &EntryRow)],
    handlers: Vec<Handler>,
    values: &[Value],
    found: &mut Vec<Registration>,
) {
    let ir = analysis.program.function(at.function);
    let (Some((node, row)), Op::Call { callee, arguments }) = (rows.first(), ir.op(call)) else {
        return;
    };
    let name = analysis.models.names.text(analysis.models.name(*node));
    let name = name.to_ascii_lowercase();
    let last = name.rsplit('_').next().unwrap_or(&name);
    let of_verb = METHODS.contains(&last);
    let text = |value: &Value| value.string().map(ToString::to_string);
    let first = arguments
        .iter()
        .filter(|argument| argument.kind == ArgumentKind::Positional)
        .find_map(|argument| text(&values[argument.value.index()]));
    let named = arguments
        .iter()
        .filter(|argument| matches!(argument.kind, ArgumentKind::Keyword(_)))
        .filter_map(|argument| text(&values[argument.value.index()]))
        .find(|text| text.starts_with('/'));
    let Some(path) = first.or(named) else {
        return;
    };
    let says_path = path.starts_with(['/', '^']) || row.converters.is_some();
    if handlers.is_empty() || !(says_path && (of_verb || is_route(&name))) {
        return;
    }
    let mut methods: Vec<String> = arguments
        .iter()
        .flat_map(|argument| methods_in(&values[argument.value.index()]))
        .collect();
    if of_verb {
        methods = vec![last.to_uppercase()];
    }
    let router = match ir.op(*callee) {
        Op::Attribute { object, .. } => Some(*object),
        _ => None,
    };
    found.push(Registration {
        at: Site {
            function: at.function,
            value: call,
        },
        router,
        row: row.row,
        path,
        methods,
        handlers,
    });
}

fn is_route(name: &str) -> bool {
    name.split('_').any(|word| ROUTES.contains(&word))
}

/// The methods in a list of nothing else.
fn methods_in(value: &Value) -> Vec<String> {
    let texts: Vec<&Arc<str>> = value
        .children()
        .iter()
        .filter_map(|(_, child)| child.string())
        .collect();
    let all = texts
        .iter()
        .all(|text| METHODS.contains(&text.to_ascii_lowercase().as_str()));
    if all {
        texts.iter().map(|text| text.to_uppercase()).collect()
    } else {
        Vec::new()
    }
}

/// What a value may be that is registered: functions, classes, `View.as_view()`.
fn handlers(
    analysis: &Analysis,
    function: FuncId,
    values: &[Value],
    value: ValueId,
) -> Vec<Handler> {
    let mut found = Vec::new();
    for fact in values[value.index()].facts() {
        match fact {
            Fact::Function(function, captures) => {
                // A wrapper that a decorator returns holds the function that was decorated.
                let inner = captures.iter().flat_map(|captures| captures.iter());
                let inner = inner.flat_map(Value::facts).find_map(|fact| match fact {
                    Fact::Function(inner, _) => Some(*inner),
                    _ => None,
                });
                found.push(Handler::Function(inner.unwrap_or(*function)));
            }
            Fact::Bound(bound) => {
                if let Fact::Function(function, _) = bound.callable {
                    found.push(Handler::Function(function));
                }
            }
            Fact::Class(class) => found.push(Handler::Class(*class)),
            _ => {}
        }
    }
    if !found.is_empty() {
        return found;
    }
    let ir = analysis.program.function(function);
    if let Op::Call { callee, .. } = ir.op(value)
        && let Op::Attribute { object, .. } = ir.op(*callee)
    {
        for fact in values[object.index()].facts() {
            if let Fact::Class(class) = fact {
                found.push(Handler::Class(*class));
            }
        }
    }
    found
}

fn routes_of(
    analysis: &Analysis,
    registration: &Registration,
    handler: &Handler,
    path: &str,
    replays: &mut Replays,
) -> Vec<Route> {
    let framework = framework(analysis, registration.row);
    let stated = (!registration.methods.is_empty()).then(|| registration.methods.join(", "));
    match handler {
        Handler::Function(function) => {
            let method = stated.unwrap_or_else(|| default_method(analysis, registration.row));
            vec![route(
                analysis, *function, method, path, &framework, replays,
            )]
        }
        Handler::Class(class) => {
            let methods = methods_of_class(analysis, *class);
            methods
                .into_iter()
                .map(|(method, function)| {
                    let method = stated.clone().unwrap_or(method);
                    route(analysis, function, method, path, &framework, replays)
                })
                .collect()
        }
    }
}

/// Decorators and calls that name no method: what a framework does then is not the same everywhere.
fn default_method(analysis: &Analysis, row: RowId) -> String {
    let origin = analysis.models.origin(row);
    let name = origin.subject.rsplit('.').next().unwrap_or("");
    if name == "route" || name.ends_with("_rule") || name.ends_with("_route") {
        "GET".to_owned()
    } else {
        "ANY".to_owned()
    }
}

fn framework(analysis: &Analysis, row: RowId) -> String {
    let origin = analysis.models.origin(row);
    let first = origin.subject.split('.').next().unwrap_or("");
    first.to_owned()
}

/// The methods of a view class that a framework calls: those with the name of a method of HTTP, and
/// those that rows of its bases name.
fn methods_of_class(analysis: &Analysis, class: ClassId) -> Vec<(String, FuncId)> {
    let mut methods = Vec::new();
    for entry in analysis.state.entries() {
        if entry.kind != Some(SourceKind::Remote) {
            continue;
        }
        let Some(owner) = analysis.program.class_of(entry.function) else {
            continue;
        };
        let is_own = analysis.hierarchy.ancestors(class).iter().any(|ancestor| {
            matches!(ancestor, hognose_dataflow::hierarchy::Ancestor::Project(of) if *of == owner)
        });
        if is_own {
            let name = analysis.program.function(entry.function).name;
            let name = analysis.program.names.text(name);
            let method = if METHODS.contains(&name) {
                name.to_uppercase()
            } else {
                "ANY".to_owned()
            };
            methods.push((method, entry.function));
        }
    }
    methods.sort();
    methods
}

fn route(
    analysis: &Analysis,
    function: FuncId,
    method: String,
    path: &str,
    framework: &str,
    replays: &mut Replays,
) -> Route {
    let program = &analysis.program;
    let module = program.module(program.module_of(function));
    Route {
        method,
        path: path.to_owned(),
        handler: program.qualified_name(function),
        framework: framework.to_owned(),
        location: Location {
            file: Arc::clone(&module.file.source.path),
            range: program.function(function).name_range,
        },
        fields: fields::of(analysis, function, path, replays),
    }
}

/// View classes and handlers of which no registration was seen: the path is not known.
fn unregistered(analysis: &Analysis, routes: &mut Vec<Route>, replays: &mut Replays) {
    let mut known: BTreeSet<String> = BTreeSet::new();
    for route in routes.iter() {
        known.insert(route.handler.clone());
    }
    let mut rest = Vec::new();
    for entry in analysis.state.entries() {
        let name = analysis.program.function(entry.function).name;
        let name = analysis.program.names.text(name);
        let qualified = analysis.program.qualified_name(entry.function);
        let of_class = analysis.program.class_of(entry.function).is_some();
        let is_verb = of_class && METHODS.contains(&name);
        let is_remote = entry.kind == Some(SourceKind::Remote);
        if is_remote && is_verb && !known.contains(&qualified) {
            rest.push((entry.function, entry.row, name.to_uppercase()));
        }
    }
    rest.sort();
    for (function, row, method) in rest {
        let framework = framework(analysis, row);
        routes.push(route(analysis, function, method, "?", &framework, replays));
    }
}

/// Two texts of a path with one slash between them.
fn joined_prefix(prefix: &str, path: &str) -> String {
    let path = path.trim_start_matches('^').trim_end_matches('$');
    let prefix = prefix.trim_start_matches('^').trim_end_matches('$');
    match (prefix.ends_with('/'), path.starts_with('/')) {
        (true, true) => format!("{prefix}{}", &path[1..]),
        (false, false) if !prefix.is_empty() && !path.is_empty() => format!("{prefix}/{path}"),
        (true, false) | (false, true | false) => format!("{prefix}{path}"),
    }
}

/// A prefix and the rest of a path, from the root.
fn joined(prefix: &str, path: &str) -> String {
    let whole = joined_prefix(prefix, path);
    if whole.starts_with('/') {
        whole
    } else {
        format!("/{whole}")
    }
}

#[cfg(test)]
mod tests {
    use super::joined;

    #[test]
    fn prefixes_and_paths_meet_in_one_slash() {
        for (prefix, path, whole) in [
            ("", "/a", "/a"),
            ("", "", "/"),
            ("/v1", "/a", "/v1/a"),
            ("/v1/", "/a", "/v1/a"),
            ("api/", "a/", "/api/a/"),
            ("/v1", "", "/v1"),
            ("^api/", "^a/$", "/api/a/"),
        ] {
            assert_eq!(joined(prefix, path), whole);
        }
    }
}
