//! The Ruff configuration of the analysed projects, so that nobody configures twice.
//!
//! ```toml
//! [tool.ruff.lint]
//! ignore = ["F841"]
//! per-file-ignores = { "__init__.py" = ["F401"] }
//! ```
//! As Ruff does, the nearest `.ruff.toml`, `ruff.toml` or `pyproject.toml` with `[tool.ruff]` upward
//! from a file counts, with what it extends. Only what decides which rules run is read; whether the
//! rest is right is Ruff's business. A file that cannot be read or parsed is told about and left out.

use std::collections::{BTreeMap, HashMap};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use hognose_check::{RuffConfiguration, RuffConfigurations};
use toml::{Table, Value};

use crate::glob::Globs;
use crate::paths::near;

/// In the order in which Ruff looks for them.
const FILE_NAMES: [&str; 3] = [".ruff.toml", "ruff.toml", "pyproject.toml"];

/// Files that extend each other; Ruff's own limit is that it refuses circles.
const EXTENDS_MAX: usize = 8;

/// The oldest and the newest Python that Ruff knows as a target, as minor versions.
const PYTHON_MINOR: std::ops::RangeInclusive<u8> = 7..=15;

/// One configuration file, with what it extends.
#[derive(Debug, Default)]
struct Project {
    configuration: RuffConfiguration,
    per_file_ignores: Vec<(Globs, Vec<String>)>,
}

/// Finds and remembers the configurations of directories.
#[derive(Debug, Default)]
pub struct Projects {
    by_directory: BTreeMap<PathBuf, Option<Arc<Project>>>,
    /// What could not be read, for the user.
    pub warnings: Vec<String>,
}

impl Projects {
    /// The configuration of every file: its path in the report, and its canonical path.
    pub fn configurations<'a>(
        &mut self,
        files: impl Iterator<Item = (&'a str, &'a Path)>,
    ) -> RuffConfigurations {
        let mut result = RuffConfigurations::default();
        // The file of a configuration and which of its ignores match: equal ones share one.
        let mut known: HashMap<(*const Project, Vec<usize>), usize> = HashMap::new();
        for (shown, canonical) in files {
            let directory = canonical.parent().unwrap_or(Path::new("/"));
            let Some(project) = self.of_directory(directory) else {
                continue;
            };
            let matching: Vec<usize> = (0..)
                .zip(&project.per_file_ignores)
                .filter(|(_, (globs, _))| globs.matches(canonical))
                .map(|(index, _)| index)
                .collect();
            let key = (Arc::as_ptr(&project), matching);
            let configuration = with_ignores(&project, &key.1);
            let index = *known.entry(key).or_insert_with(|| {
                result.configurations.push(configuration);
                result.configurations.len() - 1
            });
            result.by_path.insert(shown.to_owned(), index);
        }
        result
    }

    fn of_directory(&mut self, directory: &Path) -> Option<Arc<Project>> {
        if let Some(known) = self.by_directory.get(directory) {
            return known.clone();
        }
        let found = self.in_directory(directory);
        let found = found.or_else(|| self.of_directory(directory.parent()?));
        self.by_directory
            .insert(directory.to_owned(), found.clone());
        found
    }

    fn in_directory(&mut self, directory: &Path) -> Option<Arc<Project>> {
        for name in FILE_NAMES {
            let file = directory.join(name);
            if !file.is_file() {
                continue;
            }
            let mut project = Project::default();
            match read(&file, &mut project, EXTENDS_MAX) {
                Ok(true) => return Some(Arc::new(project)),
                Ok(false) => {}
                Err(what) => {
                    let file = near(&file);
                    let what = format!("{}: {what}; Ruff's settings are not used", file.display());
                    self.warnings.push(what);
                    return None;
                }
            }
        }
        None
    }
}

fn with_ignores(project: &Project, matching: &[usize]) -> RuffConfiguration {
    let mut configuration = project.configuration.clone();
    for index in matching {
        let (_, names) = &project.per_file_ignores[*index];
        configuration.ignore.extend(names.iter().cloned());
    }
    configuration
}

/// Adds what `file` says to `project`, after what it extends. False for a `pyproject.toml` without
/// a section of Ruff's.
fn read(file: &Path, project: &mut Project, extends_left: usize) -> Result<bool, String> {
    let text = std::fs::read_to_string(file).map_err(|error| error.to_string())?;
    let is_pyproject = file.file_name().is_some_and(|it| it == "pyproject.toml");
    let document: Table = match text.parse() {
        Ok(document) => document,
        // The packager tells its user about it.
        Err(_) if is_pyproject && !text.contains("tool.ruff") => return Ok(false),
        Err(error) => return Err(error.message().to_owned()),
    };
    let section = if is_pyproject {
        let tool = document.get("tool").and_then(Value::as_table);
        match tool
            .and_then(|tool| tool.get("ruff"))
            .and_then(Value::as_table)
        {
            Some(section) => section,
            None => return Ok(false),
        }
    } else {
        &document
    };
    let directory = file.parent().unwrap_or(Path::new("/"));
    if let Some(base) = section.get("extend").and_then(Value::as_str)
        && extends_left > 0
    {
        let base = directory.join(base);
        read(&base, project, extends_left - 1)
            .map_err(|what| format!("extends {}: {what}", near(&base).display()))?;
    }
    apply(section, directory, project);
    if project.configuration.python_minor.is_none() {
        project.configuration.python_minor = required_python(&document);
    }
    Ok(true)
}

fn apply(section: &Table, directory: &Path, project: &mut Project) {
    let configuration = &mut project.configuration;
    let empty = Table::new();
    let lint = section.get("lint").and_then(Value::as_table);
    let lint = lint.unwrap_or(&empty);
    // Before Ruff 0.2 the keys of `lint` stood at the top.
    let of = |name: &str| lint.get(name).or_else(|| section.get(name));
    if let Some(select) = of("select") {
        configuration.select = Some(strings(select));
        configuration.extend_select.clear();
        configuration.ignore.clear();
    }
    let list = |name: &str| of(name).map(strings).unwrap_or_default();
    configuration.extend_select.extend(list("extend-select"));
    configuration.ignore.extend(list("ignore"));
    configuration.ignore.extend(list("extend-ignore"));
    if let Some(preview) = of("preview").and_then(Value::as_bool) {
        configuration.preview = preview;
    }
    let builtins = section.get("builtins").map(strings);
    configuration.builtins.extend(builtins.unwrap_or_default());
    let number = |value: Option<&Value>| value.and_then(Value::as_integer);
    if let Some(length) = number(section.get("line-length")) {
        configuration.line_length = u16::try_from(length).ok();
    }
    if let Some(minor) = section
        .get("target-version")
        .and_then(Value::as_str)
        .and_then(|text| text.strip_prefix("py3")?.parse().ok())
        .filter(|minor| PYTHON_MINOR.contains(minor))
    {
        configuration.python_minor = Some(minor);
    }
    let nested = |table: &str, key: &str| {
        let value = number(of(table).and_then(Value::as_table)?.get(key));
        value.and_then(|value| usize::try_from(value).ok())
    };
    let limits = [
        (
            &mut configuration.max_complexity,
            "mccabe",
            "max-complexity",
        ),
        (&mut configuration.max_arguments, "pylint", "max-args"),
        (&mut configuration.max_branches, "pylint", "max-branches"),
        (&mut configuration.max_returns, "pylint", "max-returns"),
        (
            &mut configuration.max_statements,
            "pylint",
            "max-statements",
        ),
    ];
    for (limit, table, key) in limits {
        *limit = nested(table, key).or(*limit);
    }
    for name in ["per-file-ignores", "extend-per-file-ignores"] {
        let table = of(name).and_then(Value::as_table);
        for (glob, names) in table.into_iter().flatten() {
            // A negated glob ignores everywhere else, which is not followed.
            if let Ok(globs) = Globs::new(directory, [glob.as_str()]) {
                project.per_file_ignores.push((globs, strings(names)));
            }
        }
    }
}

fn strings(value: &Value) -> Vec<String> {
    let list = value.as_array().map_or(&[][..], Vec::as_slice);
    list.iter()
        .filter_map(|element| element.as_str().map(str::to_owned))
        .collect()
}

/// The lower bound of `requires-python = ">=3.9"`.
fn required_python(document: &Table) -> Option<u8> {
    let project = document.get("project")?.as_table()?;
    let text = project.get("requires-python")?.as_str()?;
    let bounds = text.split(',').map(str::trim);
    bounds
        .filter_map(|bound| {
            bound
                .strip_prefix(">=")
                .or_else(|| bound.strip_prefix("~="))
        })
        .filter_map(|bound| {
            bound
                .trim()
                .strip_prefix("3.")?
                .split('.')
                .next()?
                .parse()
                .ok()
        })
        .find(|minor| PYTHON_MINOR.contains(minor))
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::PathBuf;

    use hognose_check::RuffConfiguration;

    use super::Projects;

    /// What counts for `app/x.py` and for `app/__init__.py` beside `files`.
    fn configurations(files: &[(&str, &str)]) -> (Vec<Option<RuffConfiguration>>, Vec<String>) {
        let directory = tempfile::tempdir().expect("a temporary directory");
        let root = directory.path().canonicalize().expect("it exists");
        fs::create_dir(root.join("app")).expect("it is writable");
        for (name, text) in files {
            fs::write(root.join(name), text).expect("it is writable");
        }
        let names = ["app/x.py", "app/__init__.py"];
        let paths: Vec<_> = names.iter().map(|name| root.join(name)).collect();
        let mut projects = Projects::default();
        let files = names.into_iter().zip(paths.iter().map(PathBuf::as_path));
        let found = projects.configurations(files);
        let of = |name: &&str| {
            let index = found.by_path.get(*name)?;
            Some(found.configurations[*index].clone())
        };
        (names.iter().map(of).collect(), projects.warnings)
    }

    #[test]
    fn the_nearest_file_counts() {
        let pyproject = "[project]\nrequires-python = '>=3.9,<4'\n[tool.ruff]\nline-length = 99\n\
                         [tool.ruff.lint]\nselect = ['E', 'F']\nignore = ['F841']\n\
                         per-file-ignores = { '__init__.py' = ['F401'] }\n\
                         [tool.ruff.lint.mccabe]\nmax-complexity = 7\n";
        let (found, warnings) = configurations(&[("pyproject.toml", pyproject)]);
        assert_eq!(warnings, Vec::<String>::new());
        let module = found[0].as_ref().expect("a configuration");
        assert_eq!(
            module.select.as_deref(),
            Some(&["E".to_owned(), "F".to_owned()][..])
        );
        assert_eq!(module.ignore, ["F841"]);
        assert_eq!(module.line_length, Some(99));
        assert_eq!(module.python_minor, Some(9));
        assert_eq!(module.max_complexity, Some(7));
        let package = found[1].as_ref().expect("a configuration");
        assert_eq!(package.ignore, ["F841", "F401"]);
    }

    #[test]
    fn a_file_without_a_section_is_passed_over() {
        let files = [
            ("app/pyproject.toml", "[project]\nname = 'x'\n"),
            (
                "ruff.toml",
                "extend = 'base.toml'\n[lint]\nextend-select = ['B']\n",
            ),
            ("base.toml", "[lint]\nignore = ['D']\n"),
        ];
        let (found, _) = configurations(&files);
        let module = found[0].as_ref().expect("a configuration");
        assert_eq!(module.extend_select, ["B"]);
        assert_eq!(module.ignore, ["D"]);
        assert!(configurations(&[]).0[0].is_none());
    }

    #[test]
    fn a_broken_file_is_told_about() {
        let (found, warnings) = configurations(&[("ruff.toml", "select = [\n")]);
        assert!(found[0].is_none());
        assert!(warnings[0].contains("ruff.toml: "), "{warnings:?}");
    }
}
