//! Every model row has an example, and every file names its library.

use crate::files::RepositoryFile;
use crate::tidy::Problem;

const TABLES: [&str; 9] = [
    "entries",
    "guards",
    "misuses",
    "propagators",
    "demands",
    "sanitizers",
    "sinks",
    "sources",
    "types",
];

pub fn check(files: &[RepositoryFile]) -> Vec<Problem> {
    model_files(files).flat_map(rows).collect()
}

/// The files of `models/` that hold rows.
pub fn model_files(files: &[RepositoryFile]) -> impl Iterator<Item = &RepositoryFile> {
    let is_model = |file: &&RepositoryFile| {
        file.path.starts_with("models/")
            && file.has_extension("toml")
            && !file.path.starts_with("models/secrets/")
            && !file.path.starts_with("models/lint/")
            && !file.path.starts_with("models/fixes/")
    };
    files.iter().filter(is_model)
}

fn rows(file: &RepositoryFile) -> Vec<Problem> {
    let table = match file.text.parse::<toml::Table>() {
        Ok(table) => table,
        Err(error) => return vec![Problem::new(&file.path, 0, error.to_string())],
    };
    let mut problems = Vec::new();
    for (name, value) in &table {
        match (name.as_str(), value) {
            ("library", toml::Value::String(_)) => {}
            (name, toml::Value::Array(rows)) if TABLES.contains(&name) => {
                for (index, row) in rows.iter().enumerate() {
                    if !has_example(row) {
                        let line = line_of_row(&file.text, name, index);
                        let what = format!("row {} of `{name}` has no example", index + 1);
                        problems.push(Problem::new(&file.path, line, what));
                    }
                }
            }
            (name, _) => {
                let what = format!("`{name}` is no table of a model file");
                problems.push(Problem::new(&file.path, 0, what));
            }
        }
    }
    if !table.contains_key("library") {
        problems.push(Problem::new(&file.path, 0, "`library` is missing"));
    }
    problems
}

fn has_example(row: &toml::Value) -> bool {
    let example = row.get("example").and_then(toml::Value::as_str);
    example.is_some_and(|example| !example.trim().is_empty())
}

/// The line of the header of a row; 0 where rows are written otherwise.
fn line_of_row(text: &str, table: &str, index: usize) -> usize {
    let header = format!("[[{table}]]");
    let mut lines = text.lines().enumerate();
    let found = lines
        .by_ref()
        .filter(|(_, line)| line.trim_start().starts_with(&header));
    found.map(|(line, _)| line + 1).nth(index).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::rows;
    use crate::files::RepositoryFile;

    #[test]
    fn a_row_without_an_example_is_found() {
        let text =
            "library = 'x'\n[[sinks]]\npath = 'x.a'\nexample = 'a'\n[[sinks]]\npath = 'x.b'\n";
        let file = RepositoryFile {
            path: "models/x.toml".to_owned(),
            text: text.to_owned(),
        };
        let problems = rows(&file);
        assert_eq!(problems.len(), 1);
        assert_eq!(problems[0].line, 5);
    }
}
