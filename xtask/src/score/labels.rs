//! What the OWASP Benchmark for Python says is right: its table of expected results, and the
//! labels in it that are wrong.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail};

/// Cases of version 0.1 that are labelled vulnerable although no input reaches the sink: the value
/// that arrives is a literal in every execution, because the only branch that could change it is
/// never taken and sets another literal.
const WRONG_LABELS: [&str; 13] = [
    "BenchmarkTest00008",
    "BenchmarkTest00089",
    "BenchmarkTest00114",
    "BenchmarkTest00289",
    "BenchmarkTest00340",
    "BenchmarkTest00350",
    "BenchmarkTest00377",
    "BenchmarkTest00436",
    "BenchmarkTest00535",
    "BenchmarkTest00616",
    "BenchmarkTest00845",
    "BenchmarkTest00947",
    "BenchmarkTest01000",
];

/// Whose labels count.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Labels {
    Published,
    Corrected,
}

/// One file of the benchmark.
#[derive(Debug, Clone)]
pub struct Case {
    pub category: String,
    pub cwe: u16,
    is_vulnerable: bool,
    is_mislabelled: bool,
}

impl Case {
    pub fn is_vulnerable(&self, labels: Labels) -> bool {
        match labels {
            Labels::Published => self.is_vulnerable,
            Labels::Corrected => self.is_vulnerable && !self.is_mislabelled,
        }
    }
}

/// The cases by name.
pub fn read(directory: &Path) -> Result<BTreeMap<String, Case>> {
    let entries = fs::read_dir(directory)?.filter_map(Result::ok);
    let is_table = |path: &PathBuf| {
        let stem = path.file_stem().unwrap_or_default().to_string_lossy();
        stem.starts_with("expectedresults") && path.extension().is_some_and(|it| it == "csv")
    };
    let table = entries
        .map(|entry| entry.path())
        .filter(is_table)
        .max()
        .with_context(|| format!("{}: no expectedresults-*.csv", directory.display()))?;
    let text = fs::read_to_string(&table)?;
    let cases: BTreeMap<String, Case> = text.lines().filter_map(case).collect();
    if cases.is_empty() {
        bail!("{}: no cases", table.display());
    }
    Ok(cases)
}

/// `BenchmarkTest00001,pathtraver,true,22`.
fn case(line: &str) -> Option<(String, Case)> {
    let mut cells = line.split(',').map(str::trim);
    let name = cells.next().filter(|name| !name.starts_with('#'))?;
    let category = cells.next()?.to_owned();
    let is_vulnerable = cells.next()? == "true";
    let cwe = cells.next()?.parse().ok()?;
    let case = Case {
        category,
        cwe,
        is_vulnerable,
        is_mislabelled: WRONG_LABELS.contains(&name),
    };
    Some((name.to_owned(), case))
}

#[cfg(test)]
mod tests {
    use super::{Labels, case};

    #[test]
    fn corrected_labels_are_safe() {
        assert!(case("# test name, category, real, cwe").is_none());
        let (name, case) = case("BenchmarkTest00008,pathtraver,true,22").expect("it is a case");
        assert_eq!((name.as_str(), case.cwe), ("BenchmarkTest00008", 22));
        assert!(case.is_vulnerable(Labels::Published));
        assert!(!case.is_vulnerable(Labels::Corrected));
    }
}
