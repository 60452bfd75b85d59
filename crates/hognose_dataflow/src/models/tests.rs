//! Loading whole files: what lands where, and what is refused with which message.

use super::*;

mod aliases;
mod classes;
mod mistakes;
mod rows;

/// Models of these files alone.
fn models(texts: &[&str]) -> Models {
    match read(texts, Owner::Program) {
        Ok(models) => models,
        Err(errors) => panic!("{}", listed(&errors)),
    }
}

/// What is wrong with one file, a line each.
fn mistakes(text: &str) -> String {
    match read(&[text], Owner::Program) {
        Ok(models) => panic!("{} rows and no mistake", models.row_count()),
        Err(errors) => listed(&errors),
    }
}

/// The first file is ours, the second a user's.
fn with_user(ours: &str, theirs: &str) -> Models {
    let files = [
        ModelFile::new(Arc::from("ours.toml"), ours, Owner::Program),
        ModelFile::new(Arc::from("theirs.toml"), theirs, Owner::User),
    ];
    match Models::read(&files) {
        Ok(models) => models,
        Err(errors) => panic!("{}", listed(&errors)),
    }
}

/// The files are called `0.toml`, `1.toml`, …
fn read(texts: &[&str], owner: Owner) -> Result<Models, Vec<ModelError>> {
    let files: Vec<ModelFile> = texts
        .iter()
        .enumerate()
        .map(|(index, text)| ModelFile::new(Arc::from(format!("{index}.toml")), text, owner))
        .collect();
    Models::read(&files)
}

fn listed(errors: &[ModelError]) -> String {
    let lines: Vec<String> = errors.iter().map(ToString::to_string).collect();
    lines.join("\n")
}

fn found(models: &Models, path: &str) -> NodeId {
    let node = models.find(path);
    node.unwrap_or_else(|| panic!("no node {path}"))
}

fn symbol(models: &Models, name: &str) -> Symbol {
    let symbol = models.names.get(name);
    symbol.unwrap_or_else(|| panic!("no name {name}"))
}

#[test]
fn our_own_files_are_right() {
    match Models::embedded() {
        Ok(models) => assert!(models.row_count() > embedded::FILES.len()),
        Err(errors) => panic!("{}", listed(&errors)),
    }
}

#[test]
fn models_are_shared_between_threads() {
    fn shared<T: Send + Sync>(_: &T) {}
    shared(&models(&["library = \"x\""]));
}

#[test]
fn a_users_file_adds_to_ours() {
    let text = r#"
        library = "mine"
        sinks = [{ path = "mine.run", argument = "0", kind = "shell", example = "import mine\nmine.run(x)" }]
    "#;
    let embedded = Models::embedded().expect("our own files are right");
    let models = Models::load(&[(Arc::from("mine.toml"), Arc::from(text))]).expect("a good file");
    assert_eq!(models.row_count(), embedded.row_count() + 1);
    let sink = &models.node(found(&models, "mine.run")).sinks[0];
    let origin = models.origin(sink.row);
    assert_eq!((origin.file.as_ref(), origin.line), ("mine.toml", 3));
}

#[test]
fn a_users_mistake_is_found_in_the_users_file() {
    let files = [(Arc::from("mine.toml"), Arc::from("library = 1"))];
    let errors = Models::load(&files).expect_err("a wrong type");
    assert_eq!(
        listed(&errors),
        "mine.toml:1: `library` must be a string, not an integer"
    );
}
