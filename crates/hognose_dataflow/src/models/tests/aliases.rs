//! `same`: rows and lookups end at the one true node.

use super::*;

const ROUTE: &str = r#"
library = "x"
[[types]]
path = "x.app.App"
same = "x.App"
example = "import x.app\nx.app.App"
[[propagators]]
path = "x.app.App.route"
from = "none"
to = "return"
example = "import x\nx.app.App().route()"
[[types]]
path = "old"
same = "x"
example = "import old"
"#;

#[test]
fn rows_and_lookups_follow_aliases() {
    let models = models(&[ROUTE]);
    let route = found(&models, "x.App.route");
    assert_eq!(models.node(route).propagators.len(), 1);
    assert_eq!(models.path(route), "x.App.route");
    for path in ["x.app.App.route", "old.App.route", "old.app.App.route"] {
        assert_eq!(models.find(path), Some(route), "{path}");
    }
    let app = models.child(found(&models, "x.app"), symbol(&models, "App"));
    assert_eq!(app, Some(found(&models, "x.App")));
    assert_eq!(models.parent(route), found(&models, "x.App"));
    assert_eq!(models.name(route), symbol(&models, "route"));
    let old = models.root_child(symbol(&models, "old"));
    assert_eq!(old, Some(found(&models, "x")));
}

#[test]
fn an_unknown_path_has_no_node() {
    let models = models(&[ROUTE]);
    assert_eq!(models.find("x.App.other"), None);
    assert_eq!(models.find("x.route"), None);
    assert_eq!(models.find(""), None);
}

#[test]
fn an_alias_has_an_origin() {
    let models = models(&[ROUTE]);
    let module = found(&models, "x.app");
    let raw = models.tree.raw_child(module, symbol(&models, "App"));
    let row = raw.and_then(|alias| models.node(alias).same_row);
    let origin = models.origin(row.expect("the alias's row"));
    assert_eq!((origin.line, origin.subject.as_ref()), (3, "x.app.App"));
}

#[test]
fn a_circle_is_refused_with_its_rows() {
    let text = r#"
library = "x"
[[types]]
path = "x.a"
same = "x.b"
example = "import x\nx.a"
[[types]]
path = "x.b"
same = "x.a"
example = "import x\nx.b"
"#;
    assert_eq!(
        mistakes(text),
        "0.toml:3: `x.a` is the same as `x.b`, which leads back to itself\n\
         0.toml:7: `x.b` is the same as `x.a`, which leads back to itself"
    );
}

#[test]
fn two_answers_are_refused_unless_a_user_corrects_us() {
    let ours = "library = 'x'\n[[types]]\npath = 'x.a'\nsame = 'x.b'\nexample = 'import x'\n";
    let theirs = ours.replace("x.b", "x.c");
    let errors = read(&[ours, &theirs], Owner::User).expect_err("two answers");
    assert_eq!(
        listed(&errors),
        "1.toml:2: `x.a` is the same as something already, at 0.toml:2; leave one of the two rows"
    );
    let models = with_user(ours, &theirs);
    assert_eq!(models.find("x.a"), models.find("x.c"));
}
