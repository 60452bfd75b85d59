//! What repairs know of libraries: the files of `models/fixes`, part of the program.
//!
//! ```toml
//! [[drivers]]
//! paths = ["sqlite3"]
//! style = "qmark"
//! ```
//! The format is described in `models/fixes/README.md`.

use std::sync::OnceLock;

use serde::Deserialize;

macro_rules! file {
    ($name:literal) => {
        (
            concat!("models/fixes/", $name),
            include_str!(concat!("../../../models/fixes/", $name)),
        )
    };
}

const FILES: [(&str, &str); 5] = [
    file!("calls.toml"),
    file!("commands.toml"),
    file!("paths.toml"),
    file!("secrets.toml"),
    file!("sql.toml"),
];

/// All rows.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Rows {
    pub(crate) drivers: Vec<Driver>,
    pub(crate) commands: Vec<Command>,
    pub(crate) terminators: Vec<String>,
    pub(crate) refusals: Vec<RefusalRow>,
    pub(crate) joins: Vec<String>,
    pub(crate) calls: Vec<CallRow>,
    pub(crate) settings: Vec<SettingsRow>,
    /// Packages whose functions are imported by name: `from flask import abort`.
    pub(crate) imported_by_name: Vec<String>,
    /// Attributes that the import of a package brings: `os.path`.
    pub(crate) parts: Vec<String>,
    pub(crate) names: Vec<(String, String)>,
}

/// How a driver marks and takes parameters.
#[derive(Debug, Clone, Deserialize, PartialEq, Eq)]
#[serde(deny_unknown_fields)]
pub(crate) struct Driver {
    /// Paths of sinks, or beginnings of them.
    pub paths: Vec<String>,
    pub style: Style,
    pub pass: Pass,
    /// The keyword, for `pass = "keyword"`.
    #[serde(default)]
    pub keyword: String,
    /// The function, for `pass = "wrap"`.
    #[serde(default)]
    pub wrap: String,
    #[serde(default)]
    pub container: Container,
    #[serde(default)]
    pub percent: Percent,
    /// Packages whose import says that this driver is in use, where a call does not.
    #[serde(default)]
    pub packages: Vec<String>,
}

#[derive(Debug, Clone, Copy, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Style {
    /// `?`
    Qmark,
    /// `%s`
    Format,
    /// `:name`
    Named,
    /// `$1`
    Dollar,
}

#[derive(Debug, Clone, Copy, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Pass {
    /// One argument behind the query.
    Second,
    /// Each an argument of its own.
    Star,
    /// An argument with a name.
    Keyword,
    /// A method of the statement, `.bindparams(name=value)`, or the second argument of the call
    /// around it.
    Bind,
    /// One argument behind the query, which `wrap` makes a statement of.
    Wrap,
}

#[derive(Debug, Clone, Copy, Default, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Container {
    #[default]
    Tuple,
    List,
    Dict,
}

/// What a percent sign beside parameters is written as, where marks begin with one.
#[derive(Debug, Clone, Copy, Default, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Percent {
    #[default]
    Doubled,
    Plain,
}

/// A call that runs a shell, and what runs the program without one.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Command {
    pub paths: Vec<String>,
    /// The call in its place, with `{list}` for the argument list. Left out where only the
    /// argument and a keyword change.
    pub becomes: Option<String>,
    /// A keyword that goes.
    pub without: Option<String>,
    /// The function in the place of the called one, whose arguments are the elements of the list.
    pub function: Option<String>,
    /// Whether the result may be used in other ways than before.
    #[serde(default)]
    pub result: ResultUse,
}

#[derive(Debug, Clone, Copy, Default, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
pub(crate) enum ResultUse {
    #[default]
    Same,
    /// Zero stays zero; other numbers may be others.
    Status,
}

/// How a request is refused where a package is in use.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RefusalRow {
    /// `None`: where no package says otherwise.
    pub package: Option<String>,
    /// The statement for what is not there.
    pub missing: String,
    /// The statement for what is wrong in the request.
    pub invalid: String,
}

/// A call whose arguments or name change.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct CallRow {
    pub rules: Vec<String>,
    pub paths: Vec<String>,
    pub title: String,
    /// The function in its place.
    pub function: Option<String>,
    /// Keywords that are set: name and template of the value.
    #[serde(default)]
    pub set: Vec<(String, String)>,
    /// Keywords that go.
    #[serde(default)]
    pub drop: Vec<String>,
    /// Positions that go with them.
    #[serde(default)]
    pub drop_positions: Vec<usize>,
    #[serde(default)]
    pub level: RowLevel,
    /// The lowest minor version of Python 3 for it.
    pub python: Option<u8>,
}

#[derive(Debug, Clone, Copy, Default, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
pub(crate) enum RowLevel {
    #[default]
    Verified,
    Unsafe,
    Manual,
}

/// How a project reads its settings.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct SettingsRow {
    /// A thing that the file imports: `decouple.config`; `None`: where nothing else is.
    pub imports: Option<String>,
    /// With `{name}` for the quoted name.
    pub read: String,
}

/// A mistake in the rows of the program.
pub type RowsError = toml::de::Error;

impl Rows {
    /// The rows that come with the program.
    pub fn embedded() -> &'static Self {
        static ROWS: OnceLock<Rows> = OnceLock::new();
        ROWS.get_or_init(|| Self::read().expect("a test reads the rows"))
    }

    fn read() -> Result<Self, RowsError> {
        let mut all = Self::default();
        for (_, text) in FILES {
            let rows: Self = toml::from_str(text)?;
            all.drivers.extend(rows.drivers);
            all.commands.extend(rows.commands);
            all.terminators.extend(rows.terminators);
            all.refusals.extend(rows.refusals);
            all.joins.extend(rows.joins);
            all.calls.extend(rows.calls);
            all.settings.extend(rows.settings);
            all.imported_by_name.extend(rows.imported_by_name);
            all.parts.extend(rows.parts);
            all.names.extend(rows.names);
        }
        Ok(all)
    }

    /// The standing name of something that more than one repair needs: `path` is "pathlib.Path".
    pub(crate) fn name(&self, role: &str) -> &str {
        let found = self.names.iter().find(|(known, _)| known == role);
        found.map_or("", |(_, dotted)| dotted)
    }

    /// Whether the module is there once its package is imported.
    pub(crate) fn comes_with_package(&self, module: &str) -> bool {
        self.parts.iter().any(|known| {
            known == module
                || module.starts_with(known) && module.as_bytes().get(known.len()) == Some(&b'.')
        })
    }

    /// Whether code imports the classes of the module by name.
    pub(crate) fn imports_classes(&self, dotted: &str) -> bool {
        let module = dotted.rsplit_once('.').map_or(dotted, |(module, _)| module);
        module
            == self
                .name("path")
                .rsplit_once('.')
                .map_or("", |(module, _)| module)
            || !self.is_named_through_module(dotted)
    }

    /// Whether code writes `module.function` for it rather than importing the function.
    pub(crate) fn is_named_through_module(&self, dotted: &str) -> bool {
        let package = dotted.split('.').next().unwrap_or(dotted);
        !self.imported_by_name.iter().any(|known| known == package)
    }
}

/// Whether `path` is `beginning` or lies below it.
pub(crate) fn is_below(path: &str, beginning: &str) -> bool {
    path.strip_prefix(beginning)
        .is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_rows_can_be_read() {
        let rows = Rows::read().expect("the rows are well formed");
        assert!(!rows.drivers.is_empty() && !rows.commands.is_empty());
        assert!(rows.refusals.iter().any(|row| row.package.is_none()));
    }

    #[test]
    fn a_path_is_below_its_package_and_not_below_a_name_that_begins_alike() {
        assert!(is_below("sqlite3.Cursor.execute", "sqlite3"));
        assert!(!is_below("sqlite3x.execute", "sqlite3"));
    }
}
