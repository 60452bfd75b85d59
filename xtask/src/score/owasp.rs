//! The OWASP Benchmark for Python, counted as its own scorecard counts: a finding is a hit when it
//! lies in the file of a case and the first CWE of its rule is that of the case.
//!
//! The score of a category is its true positive rate minus its false positive rate; the overall
//! score is the mean over the categories. The cases import modules from beside their folder, so
//! the program is run on the folder and on the whole checkout, and the lower score is shown.
//! `--renamed` scores a copy in which files, functions and variables have other names: a
//! difference would mean that names are what was recognised.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};

use crate::arguments::Arguments;
use crate::score::labels::{Case, Labels, read};
use crate::score::rename::{self, RenamedCopy};
use crate::{Outcome, binary, sarif, table};

/// What the program is run on, from the benchmark's directory.
const SCOPES: [&str; 2] = ["testcode", "."];

/// The categories of the five classes.
const MAIN_CATEGORIES: [&str; 3] = ["cmdi", "pathtraver", "sqli"];

/// True and false positives and negatives.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Counts {
    tp: usize,
    fn_: usize,
    fp: usize,
    tn: usize,
}

/// The names of the cases in which the case's own weakness was reported.
type Reported = BTreeSet<String>;

pub fn run(mut arguments: Arguments) -> Result<Outcome> {
    let path = arguments.path()?;
    let is_renamed = arguments.flag("--renamed");
    let named = arguments.value::<PathBuf>("--binary")?;
    let min_score: Option<f64> = arguments.value("--min-score")?;
    let wrong: Option<String> = arguments.value("--wrong")?;
    arguments.finish()?;
    let program = binary::release(named)?;
    let cases = read(&path)?;
    let copy = if is_renamed {
        Some(rename::copy(&path)?)
    } else {
        None
    };
    let mut runs = Vec::new();
    for scope in SCOPES {
        let reported = reported(&program, &path, copy.as_ref(), scope, &cases)?;
        let score = score(&by_category(&cases, &reported, Labels::Corrected));
        println!("on {scope}: {score:.2}");
        runs.push((score, reported));
    }
    let (_, reported) = runs
        .into_iter()
        .min_by(|left, right| left.0.total_cmp(&right.0))
        .context("there are two runs")?;
    for (labels, title) in [
        (Labels::Published, "labels as published"),
        (Labels::Corrected, "labels corrected"),
    ] {
        print(title, &by_category(&cases, &reported, labels));
    }
    if let Some(category) = wrong {
        print_wrong(&cases, &reported, &category);
    }
    let score = score(&by_category(&cases, &reported, Labels::Corrected));
    Ok(match min_score {
        Some(least) if score < least => Outcome::Bad,
        Some(_) | None => Outcome::Good,
    })
}

fn reported(
    program: &Path,
    path: &Path,
    copy: Option<&RenamedCopy>,
    scope: &str,
    cases: &BTreeMap<String, Case>,
) -> Result<Reported> {
    let directory = copy.map_or(path, RenamedCopy::directory);
    let arguments = ["check", scope, "--output-format", "sarif", "--isolated"];
    let output = binary::output(program, &arguments, directory)?;
    let findings = sarif::findings(&output)?;
    let hits = findings.iter().filter_map(|finding| {
        let file = finding.file.rsplit('/').next()?;
        let stem = file.strip_suffix(".py")?;
        let name = copy.map_or(Some(stem), |copy| copy.original(stem))?;
        let case = cases.get(name)?;
        (finding.cwe == Some(case.cwe)).then(|| name.to_owned())
    });
    Ok(hits.collect())
}

fn by_category(
    cases: &BTreeMap<String, Case>,
    reported: &Reported,
    labels: Labels,
) -> BTreeMap<String, Counts> {
    let mut categories: BTreeMap<String, Counts> = BTreeMap::new();
    for (name, case) in cases {
        let counts = categories.entry(case.category.clone()).or_default();
        match (case.is_vulnerable(labels), reported.contains(name)) {
            (true, true) => counts.tp += 1,
            (true, false) => counts.fn_ += 1,
            (false, true) => counts.fp += 1,
            (false, false) => counts.tn += 1,
        }
    }
    categories
}

impl Counts {
    fn tpr(self) -> f64 {
        rate(self.tp, self.tp + self.fn_)
    }

    fn fpr(self) -> f64 {
        rate(self.fp, self.fp + self.tn)
    }

    /// Youden's index, in percent.
    fn youden(self) -> f64 {
        self.tpr() - self.fpr()
    }
}

/// In percent; nothing of nothing is 0.
fn rate(part: usize, whole: usize) -> f64 {
    if whole == 0 {
        return 0.0;
    }
    part as f64 * 100.0 / whole as f64
}

/// The mean over the categories, in percent.
fn score(categories: &BTreeMap<String, Counts>) -> f64 {
    mean(categories.values())
}

fn mean<'a>(counts: impl Iterator<Item = &'a Counts>) -> f64 {
    let values: Vec<f64> = counts.map(|counts| counts.youden()).collect();
    values.iter().sum::<f64>() / values.len().max(1) as f64
}

fn print(title: &str, categories: &BTreeMap<String, Counts>) {
    println!("\n{title}\n");
    let row = |name: &str, counts: Counts| {
        let Counts { tp, fn_, fp, tn } = counts;
        let percent = |value: f64| format!("{value:.1}");
        vec![
            name.to_owned(),
            tp.to_string(),
            fn_.to_string(),
            fp.to_string(),
            tn.to_string(),
            percent(counts.tpr()),
            percent(counts.fpr()),
            percent(counts.youden()),
        ]
    };
    let rows: Vec<Vec<String>> = categories
        .iter()
        .map(|(name, counts)| row(name, *counts))
        .collect();
    table::print(
        &[
            "category", "TP", "FN", "FP", "TN", "TPR %", "FPR %", "score",
        ],
        &rows,
    );
    let main = MAIN_CATEGORIES
        .iter()
        .filter_map(|name| categories.get(*name));
    println!("\nSQL, command and path: {:.2}", mean(main));
    println!(
        "all {} categories: {:.2}",
        categories.len(),
        score(categories)
    );
}

/// The cases of `category` (or of `all`) that are wrong by the corrected labels.
fn print_wrong(cases: &BTreeMap<String, Case>, reported: &Reported, category: &str) {
    println!("\nwrong in {category}");
    for (name, case) in cases {
        if category != "all" && case.category != category {
            continue;
        }
        match (
            case.is_vulnerable(Labels::Corrected),
            reported.contains(name),
        ) {
            (true, false) => println!("{name} {} missed", case.category),
            (false, true) => println!("{name} {} wrongly reported", case.category),
            (true, true) | (false, false) => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Counts;

    #[test]
    fn the_score_is_the_difference_of_the_rates() {
        let counts = Counts {
            tp: 3,
            fn_: 1,
            fp: 1,
            tn: 3,
        };
        assert!((counts.youden() - 50.0).abs() < 1e-9);
        assert!(Counts::default().youden().abs() < 1e-9);
    }
}
