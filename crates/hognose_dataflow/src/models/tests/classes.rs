//! Classes: lookup order, members, and facts of which there is one.

use super::*;

/// A file with one `bases` row per `(class, bases)`.
fn classes(list: &[(&str, &[&str])]) -> String {
    list.iter()
        .fold("library = 'x'\n".to_owned(), |text, (class, bases)| {
            format!("{text}[[types]]\nclass = '{class}'\nbases = {bases:?}\nexample = 'x'\n")
        })
}

fn order(models: &Models, class: &str) -> Vec<String> {
    let order = models.linearization(found(models, class));
    order.iter().map(|class| models.path(*class)).collect()
}

#[test]
fn a_diamond_is_looked_up_as_in_python() {
    let text = classes(&[
        ("x.D", &["x.B", "x.C"]),
        ("x.B", &["x.A"]),
        ("x.C", &["x.A"]),
        ("x.A", &["y.Unknown"]),
    ]);
    let models = models(&[&text]);
    assert_eq!(
        order(&models, "x.D"),
        ["x.D", "x.B", "x.C", "x.A", "y.Unknown"]
    );
    assert_eq!(order(&models, "y.Unknown"), ["y.Unknown"]);
}

#[test]
fn bases_that_contradict_each_other_are_depth_first() {
    let text = classes(&[
        ("x.A", &["x.P", "x.Q"]),
        ("x.B", &["x.Q", "x.P"]),
        ("x.C", &["x.A", "x.B"]),
    ]);
    assert_eq!(
        order(&models(&[&text]), "x.C"),
        ["x.C", "x.A", "x.P", "x.Q", "x.B"]
    );
}

#[test]
fn a_class_that_is_its_own_base_is_refused() {
    let text = classes(&[("x.A", &["x.B"]), ("x.B", &["x.C"]), ("x.C", &["x.A"])]);
    assert_eq!(mistakes(&text), "0.toml:2: `x.A` is a base of itself");
}

#[test]
fn members_come_nearest_first() {
    let text = classes(&[("x.B", &["x.A"])])
        + "[[sources]]\npath = 'x.{A,B}.read()'\nkind = 'file'\nexample = 'x.$1'\n";
    let models = models(&[&text]);
    let members = models.member(found(&models, "x.B"), symbol(&models, "read"));
    let paths: Vec<String> = members.map(|member| models.path(member)).collect();
    assert_eq!(paths, ["x.B.read", "x.A.read"]);
}

#[test]
fn bases_and_items_may_stand_in_two_rows() {
    let text = classes(&[("x.Rows", &["x.Base"])])
        + "[[types]]\nclass = 'x.Rows'\nitems = 'x.Row'\nexample = 'x'\n"
        + "[[types]]\nclass = 'x.Rows'\nenters = 'x.Open'\nexample = 'x'\n";
    let models = models(&[&text]);
    let class = models.node(found(&models, "x.Rows")).class.as_ref();
    let class = class.expect("three rows");
    assert_eq!(class.bases, [found(&models, "x.Base")]);
    assert_eq!(class.items, models.find("x.Row"));
    assert_eq!(class.enters, models.find("x.Open"));
    let rows = [class.bases_row, class.items_row, class.enters_row];
    let lines = rows.map(|row| row.map(|row| models.origin(row).line));
    assert_eq!(lines, [Some(2), Some(6), Some(10)]);
}

#[test]
fn a_fact_of_which_there_is_one_is_said_once() {
    let row = |class| {
        format!("library = 'x'\n[[types]]\npath = 'x.f'\nreturns = '{class}'\nexample = 'x'\n")
    };
    let errors = read(&[&row("x.A"), &row("x.B")], Owner::Program).expect_err("two answers");
    assert_eq!(
        listed(&errors),
        "1.toml:2: `x.f` is described already, at 0.toml:2; leave one of the two rows"
    );
    let models = with_user(&row("x.A"), &row("x.B"));
    let returns = models.node(found(&models, "x.f")).returns;
    assert_eq!(returns.map(|(class, _)| class), models.find("x.B"));
}

#[test]
fn a_long_chain_of_bases_does_not_overflow_the_stack() {
    let names: Vec<String> = (0..=2_000).map(|index| format!("x.C{index}")).collect();
    let bases: Vec<[&str; 1]> = names[1..].iter().map(|base| [base.as_str()]).collect();
    let list: Vec<(&str, &[&str])> = names
        .iter()
        .zip(&bases)
        .map(|(c, b)| (c.as_str(), &b[..]))
        .collect();
    let text = classes(&list);
    assert_eq!(order(&models(&[&text]), "x.C0").len(), 2_001);
}
