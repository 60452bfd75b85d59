//! A configuration file: `hognose.toml`, `.hognose.toml`, or `[tool.hognose]` in `pyproject.toml`.
//!
//! ```toml
//! select = ["sql-injection", "path-traversal"]
//! exclude = ["vendor", "legacy/*.py"]
//! fail-on = "high"
//! per-file-ignores = { "tests/*" = ["hardcoded-secrets"] }
//! models = ["models/billing.toml"]       # relative to this file, like all its paths and globs
//! ```
//!
//! Every mistake is an error with file, line and column that says what to write instead; nothing
//! is ignored silently.

use std::path::{Path, PathBuf};

use hognose_finding::{Confidence, Group};
use hognose_report::Format;
use toml::Spanned;
use toml::de::{DeString, DeTable, DeValue};

use crate::config_value::{
    Place, Placed, ValueError, boolean, choice, count, strings, strings_by_key, table,
};
use crate::exit::FailOn;
use crate::glob::Globs;
use crate::paths::near;

/// All keys, for the error about an unknown one.
const KEYS: [&str; 11] = [
    "exclude",
    "fail-on",
    "ignore",
    "min-confidence",
    "models",
    "output-format",
    "per-file-ignores",
    "respect-gitignore",
    "select",
    "show",
    "threads",
];

/// What a file says; `None` and empty where it says nothing.
#[derive(Debug, Clone, Default)]
pub struct Config {
    pub file: PathBuf,
    pub select: Vec<Placed>,
    pub ignore: Vec<Placed>,
    /// Counted from the file's directory, like the globs of `per_file_ignores`.
    pub exclude: Globs,
    pub per_file_ignores: Vec<(Globs, Vec<Placed>)>,
    pub fail_on: Option<FailOn>,
    pub min_confidence: Option<Confidence>,
    pub output_format: Option<Format>,
    pub show: Option<Vec<Group>>,
    pub models: Vec<Placed>,
    pub threads: Option<usize>,
    pub respect_gitignore: Option<bool>,
}

impl Config {
    /// The base of the file's paths and globs; canonical, because discovery starts from canonical
    /// paths.
    pub fn directory(&self) -> &Path {
        self.file.parent().unwrap_or(&self.file)
    }
}

/// A mistake in a configuration file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConfigError {
    pub file: PathBuf,
    pub place: Option<Place>,
    pub what: String,
}

impl std::fmt::Display for ConfigError {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "{}", near(&self.file).display())?;
        if let Some(place) = self.place {
            write!(formatter, ":{}:{}", place.line, place.column)?;
        }
        write!(formatter, ": {}", self.what)
    }
}

impl std::error::Error for ConfigError {}

/// Reads `text`. `None` for a `pyproject.toml` without `[tool.hognose]`.
pub fn parse(file: &Path, text: &str) -> Result<Option<Config>, ConfigError> {
    let at = |place, what| ConfigError {
        file: file.to_owned(),
        place,
        what,
    };
    let is_pyproject = file
        .file_name()
        .is_some_and(|name| name == "pyproject.toml");
    let document = match DeTable::parse(text) {
        Ok(document) => document.into_inner(),
        // Another program's mistake, as long as nothing here is meant for us.
        Err(_) if is_pyproject && !text.contains("tool.hognose") => return Ok(None),
        Err(error) => {
            let place = error.span().map(|span| Place::of(text, span.start));
            return Err(at(place, format!("not valid TOML: {}", error.message())));
        }
    };
    let own = if is_pyproject {
        match section(&document) {
            Some(own) => own,
            None => return Ok(None),
        }
    } else {
        &document
    };
    let mut config = Config {
        file: file.to_owned(),
        ..Config::default()
    };
    for (key, value) in own {
        read_key(&mut config, key, value, text).map_err(|(place, what)| at(Some(place), what))?;
    }
    Ok(Some(config))
}

fn section<'a, 'text>(document: &'a DeTable<'text>) -> Option<&'a DeTable<'text>> {
    let tool = get(document, "tool")?.get_ref().as_table()?;
    get(tool, "hognose")?.get_ref().as_table()
}

fn get<'a, 'text>(table: &'a DeTable<'text>, name: &str) -> Option<&'a Spanned<DeValue<'text>>> {
    table
        .iter()
        .find(|(key, _)| key.get_ref() == name)
        .map(|(_, value)| value)
}

fn read_key(
    config: &mut Config,
    key: &Spanned<DeString<'_>>,
    value: &Spanned<DeValue<'_>>,
    text: &str,
) -> Result<(), (Place, String)> {
    let name: &str = key.get_ref();
    let placed = |(offset, what): ValueError| (Place::of(text, offset), what);
    let list = |value| strings(name, value, text).map_err(placed);
    match name {
        "select" => config.select = list(value)?,
        "ignore" => config.ignore = list(value)?,
        "exclude" => config.exclude = globs(config.directory(), &list(value)?)?,
        "models" => config.models = list(value)?,
        "per-file-ignores" => {
            let table = table(name, value).map_err(placed)?;
            for (glob, names) in strings_by_key(name, table, text).map_err(placed)? {
                let globs = globs(config.directory(), &[glob])?;
                config.per_file_ignores.push((globs, names));
            }
        }
        "fail-on" => {
            let chosen = choice(name, value, &FailOn::NAMES, FailOn::from_name);
            config.fail_on = Some(chosen.map_err(placed)?);
        }
        "min-confidence" => {
            let names = Confidence::ALL.map(Confidence::name);
            let chosen = choice(name, value, &names, Confidence::from_name);
            config.min_confidence = Some(chosen.map_err(placed)?);
        }
        "output-format" => {
            let names = Format::ALL.map(Format::name);
            let chosen = choice(name, value, &names, Format::from_name);
            config.output_format = Some(chosen.map_err(placed)?);
        }
        "show" => {
            let list = value.get_ref().as_array();
            let groups = match list {
                None => return Err(placed(not_groups(value))),
                Some(list) => list.iter().map(|it| {
                    let names = Group::ALL.map(Group::name);
                    choice(name, it, &names, Group::from_name).map_err(placed)
                }),
            };
            config.show = Some(groups.collect::<Result<_, _>>()?);
        }
        "threads" => config.threads = Some(count(name, value).map_err(placed)?),
        "respect-gitignore" => {
            config.respect_gitignore = Some(boolean(name, value).map_err(placed)?);
        }
        _ => return Err(placed((key.span().start, unknown_key(name)))),
    }
    Ok(())
}

fn not_groups(value: &Spanned<DeValue<'_>>) -> ValueError {
    let what = "`show` must be a list of groups, such as [\"security\", \"bugs\"]";
    (value.span().start, what.to_owned())
}

fn globs(base: &Path, globs: &[Placed]) -> Result<Globs, (Place, String)> {
    let texts = globs.iter().map(|glob| glob.text.as_str());
    Globs::new(base, texts).map_err(|(index, what)| {
        let glob = &globs[index];
        (glob.place, format!("`{}` is no glob: {what}", glob.text))
    })
}

fn unknown_key(name: &str) -> String {
    let nearest = KEYS
        .into_iter()
        .map(|key| (strsim::damerau_levenshtein(name, key), key))
        .filter(|(distance, key)| *distance <= key.len() / 2)
        .min();
    match nearest {
        Some((_, key)) => format!("unknown key `{name}`; did you mean `{key}`?"),
        None => format!("unknown key `{name}`; the keys are {}", KEYS.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use hognose_finding::{Confidence, Group, Severity};

    use super::{Config, parse};
    use crate::exit::FailOn;

    fn config(text: &str) -> Config {
        parse(Path::new("hognose.toml"), text)
            .expect("the file is right")
            .expect("the file is ours")
    }

    fn error(text: &str) -> String {
        parse(Path::new("hognose.toml"), text)
            .expect_err("the file is wrong")
            .to_string()
    }

    #[test]
    fn every_key_is_read() {
        let config = config(
            "select = ['sql-injection']\nignore = ['security']\nexclude = ['vendor']\n\
             fail-on = 'high'\nmin-confidence = 'low'\noutput-format = 'json'\n\
             models = ['m.toml']\nshow = ['bugs']\nthreads = 2\nrespect-gitignore = false\n\
             [per-file-ignores]\n'tests/*' = ['hardcoded-secrets']\n",
        );
        assert_eq!(config.select[0].text, "sql-injection");
        assert_eq!(config.fail_on, Some(FailOn::AtLeast(Severity::High)));
        assert_eq!(config.min_confidence, Some(Confidence::Low));
        assert_eq!(config.threads, Some(2));
        assert_eq!(config.show, Some(vec![Group::Bugs]));
        assert_eq!(config.respect_gitignore, Some(false));
        assert!(config.exclude.matches(Path::new("a/vendor/x.py")));
        let (globs, names) = &config.per_file_ignores[0];
        assert!(globs.matches(Path::new("tests/x.py")));
        assert_eq!(names[0].text, "hardcoded-secrets");
    }

    #[test]
    fn mistakes_are_placed_and_say_what_to_write() {
        assert_eq!(
            error("\nfail_on = 'high'\n"),
            "hognose.toml:2:1: unknown key `fail_on`; did you mean `fail-on`?"
        );
        assert_eq!(
            error("fail-on = 'hihg'\n"),
            "hognose.toml:1:11: `fail-on` must be one of \"info\", \"low\", \"medium\", \"high\", \
             \"critical\", \"never\", not \"hihg\"; did you mean \"high\"?"
        );
        assert_eq!(
            error("select = 'sql-injection'\n"),
            "hognose.toml:1:10: `select` must be a list of strings, such as [\"…\"], not a string"
        );
        assert_eq!(
            error("threads = 0\n"),
            "hognose.toml:1:11: `threads` must be a whole number from 1, not 0"
        );
        assert!(error("select = [\n").starts_with("hognose.toml:1:"));
        assert!(error("exclude = [1]\n").starts_with("hognose.toml:1:12: "));
        assert!(error("exclude = ['a[b']\n").starts_with("hognose.toml:1:12: `a[b` is no glob"));
    }

    #[test]
    fn pyproject_without_our_section_is_not_ours() {
        let parse = |text| parse(Path::new("pyproject.toml"), text);
        assert!(matches!(parse("[tool.ruff]\nselect = 1\n"), Ok(None)));
        assert!(matches!(parse("broken ="), Ok(None)));
        assert!(matches!(parse("[tool.hognose]\n"), Ok(Some(_))));
        assert!(parse("[tool.hognose]\nx = 1\n").is_err());
        assert!(parse("[tool.hognose]\nx =").is_err());
    }
}
