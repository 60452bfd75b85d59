//! Rows of every table, as the engine sees them.

use super::super::rows::*;
use super::*;

#[test]
fn braces_are_rows_with_their_own_examples() {
    let models = models(&[r#"
library = "x"
[[sinks]]
path = "{gzip,bz2}.{open,File}"
argument = ["0", "name"]
kind = "path"
access = "read"
example = "import $1\n$1.$2(x)"
"#]);
    assert_eq!(models.row_count(), 4);
    let sink = &models.node(found(&models, "bz2.open")).sinks[0];
    assert_eq!(sink.access, Some(Access::Read));
    assert_eq!(sink.confidence, RowConfidence::High);
    let bases: Vec<Base> = sink.arguments.iter().map(|place| place.base).collect();
    assert_eq!(
        bases,
        [Base::Position(0), Base::Keyword(symbol(&models, "name"))]
    );
    assert_eq!(
        models.origin(sink.row),
        &RowOrigin {
            file: Arc::from("0.toml"),
            line: 3,
            table: "sinks",
            subject: Arc::from("bz2.open"),
            example: Arc::from("import bz2\nbz2.open(x)"),
        }
    );
}

#[test]
fn sources_are_attributes_or_calls() {
    let models = models(&[r#"
library = "x"
[[sources]]
path = "x.Request.{args,read()}"
kind = "remote"
label = ["number", "word"]
example = "import x\n\ndef f(r: x.Request):\n    r.$1"
"#]);
    let args = models.node(found(&models, "x.Request.args"));
    let read = models.node(found(&models, "x.Request.read"));
    assert_eq!(
        (args.attribute_sources.len(), args.call_sources.len()),
        (1, 0)
    );
    assert_eq!(
        (read.attribute_sources.len(), read.call_sources.len()),
        (0, 1)
    );
    let source = &read.call_sources[0];
    assert_eq!(source.kind, SourceKind::Remote);
    assert_eq!(source.labels, Labels::NUMBER.with(Labels::WORD));
    assert_eq!(
        models.origin(source.row).subject.as_ref(),
        "x.Request.read()"
    );
}

#[test]
fn which_nodes_rows_are_about() {
    let models = models(&[r#"
library = "x"
[[sources]]
path = "x.Request.args"
kind = "remote"
example = "import x\n\ndef f(r: x.Request):\n    r.args"
"#]);
    let module = found(&models, "x");
    let request = found(&models, "x.Request");
    let args = found(&models, "x.Request.args");
    assert_eq!(
        [module, request, args].map(|node| models.is_described(node)),
        [false, false, true]
    );
    assert_eq!(
        [module, request, args].map(|node| models.has_member_sources(node)),
        [false, true, false]
    );
}

#[test]
fn sinks_of_every_form() {
    let models = models(&[r#"
library = "x"
[[sinks]]
path = "x.run"
argument = "*"
kind = "shell"
when = ["shell=true", "!executable"]
confidence = "low"
example = "import x\nx.run(a, shell=True)"
[[sinks]]
method = "execute"
argument = "0"
kind = "sql"
receiver = ["Cursor", "*conn"]
text = "sql"
example = "cursor.execute(q)"
[[sinks]]
attribute = "x.api_key"
kind = "credential"
what = "key"
example = "import x\nx.api_key = k"
[[sinks]]
item = "x.Config"
key = "SECRET"
kind = "credential"
example = "import x\nx.Config()['SECRET'] = k"
"#]);
    let run = &models.node(found(&models, "x.run")).sinks[0];
    assert_eq!(run.confidence, RowConfidence::Low);
    assert_eq!(run.arguments[0].base, Base::All);
    let tests: Vec<&Test> = run.when.iter().map(|condition| &condition.test).collect();
    assert_eq!(tests, [&Test::Is(Literal::True), &Test::NotGiven]);

    let (when, execute) = &models.method_sinks(symbol(&models, "execute"))[0];
    assert_eq!(execute.kind, SinkKind::Sql);
    assert_eq!(when.receivers, [Arc::from("cursor"), Arc::from("*conn")]);
    assert!(when.sql_text);
    assert!(models.method_sinks(symbol(&models, "run")).is_empty());

    let attribute = &models.node(found(&models, "x.api_key")).attribute_sinks[0];
    assert_eq!(attribute.what.as_deref(), Some("key"));
    let item = &models.node(found(&models, "x.Config")).item_sinks[0];
    assert_eq!(item.key.as_deref(), Some("SECRET"));
}

#[test]
fn what_calls_do_with_data() {
    let models = models(&[r#"
library = "x"
[[sanitizers]]
path = "x.quote"
argument = "0"
label = "shell-quoted"
example = "import x\nx.quote(a)"
[[guards]]
method = "isalnum"
argument = "self"
label = "word"
holds = "true"
example = "a.isalnum()"
[[propagators]]
path = "x.decode"
from = ["0", "self[*]"]
to = "return[0]"
keep = "none"
exact = true
example = "import x\nx.decode(a)"
[[propagators]]
path = "x.size"
from = "none"
to = "return"
example = "import x\nx.size(a)"
[[propagators]]
path = "x.map"
intrinsic = "map"
example = "import x\nx.map(f, a)"
"#]);
    let sanitizer = &models.node(found(&models, "x.quote")).sanitizers[0];
    assert_eq!(sanitizer.labels, Labels::SHELL_QUOTED);
    let (when, guard) = &models.method_guards(symbol(&models, "isalnum"))[0];
    assert!(when.receivers.is_empty() && !when.sql_text);
    assert_eq!((guard.holds, guard.labels), (Holds::True, Labels::WORD));

    let propagation = |path: &str| {
        let node = models.node(found(&models, path));
        &node.propagators[0].propagation
    };
    let Propagation::Copy {
        from,
        to,
        keep,
        exact,
    } = propagation("x.decode")
    else {
        panic!("a copy");
    };
    assert_eq!(from[1].tail.as_slice(), [Segment::AnyItem]);
    assert_eq!(
        (to.base, to.tail.as_slice()),
        (Base::Return, &[Segment::Index(0)][..])
    );
    assert_eq!((*keep, *exact), (Keep::None, true));
    assert!(matches!(propagation("x.size"), Propagation::Nothing));
    assert!(matches!(
        propagation("x.map"),
        Propagation::Intrinsic(Intrinsic::Map)
    ));
}

#[test]
fn entries_of_every_form() {
    let models = models(&[r#"
library = "x"
[[entries]]
decorator = "x.App.route"
kind = "remote"
parameters = "all"
converters = "angle"
types = { "0" = "x.Request", request = "x.Request" }
example = "import x\napp = x.App()\n\n@app.route('/')\ndef f(r):\n    pass"
[[entries]]
class = "x.View"
methods = ["get", "post"]
kind = "none"
parameters = "none"
example = "import x\n\nclass V(x.View):\n    def get(self):\n        pass"
[[entries]]
path = "x.add_route"
argument = ["1", "handler"]
kind = "remote"
parameters = "typed"
example = "import x\nx.add_route('/', f)"
[[entries]]
first_parameter = "request"
imports = ["x"]
kind = "remote"
parameters = "all"
example = "import x\n\ndef f(request):\n    pass"
"#]);
    let request = found(&models, "x.Request");
    let route = &models.node(found(&models, "x.App.route")).decorator_entries[0];
    assert_eq!(route.converters, Some(Converters::Angle));
    assert_eq!(route.positional_types, [(0, request)]);
    assert_eq!(route.named_types, [(symbol(&models, "request"), request)]);
    let view = &models.node(found(&models, "x.View")).class_entries[0];
    assert_eq!(view.kind, None);
    assert_eq!(
        view.methods,
        [symbol(&models, "get"), symbol(&models, "post")]
    );
    let added = &models.node(found(&models, "x.add_route")).registrations[0];
    assert_eq!(added.parameters, Parameters::Typed);
    assert_eq!(added.arguments[0].base, Base::Position(1));
    let first = &models.first_parameters()[0];
    assert_eq!(first.name, symbol(&models, "request"));
    assert_eq!(first.imports, [Arc::from("x")]);
}

#[test]
fn a_call_that_does_not_return() {
    let models = models(&[r#"
library = "x"
[[types]]
path = "x.abort"
returns = "typing.NoReturn"
example = "import x\nx.abort()"
[[types]]
path = "x.make"
returns = "x.Thing"
example = "import x\nx.make()"
"#]);
    assert!(models.no_return(found(&models, "x.abort")));
    assert!(!models.no_return(found(&models, "x.make")));
}
