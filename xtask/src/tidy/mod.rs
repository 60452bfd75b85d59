//! `cargo xtask tidy`: the house rules that a program can check, one file each.
//!
//! Every problem is one line with file and line; the counts of known defects are printed, since
//! they are to be seen, not hidden.

mod direction;
mod lengths;
mod markers;
mod models;
mod names;
mod pages;
mod places;
mod words;

use anyhow::Result;

use crate::Outcome;
use crate::arguments::Arguments;
use crate::files::{self, RepositoryFile};

/// A house rule that is broken somewhere.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Problem {
    pub path: String,
    /// 0 is the file as a whole.
    pub line: usize,
    pub what: String,
}

impl Problem {
    pub fn new(path: &str, line: usize, what: impl Into<String>) -> Self {
        Self {
            path: path.to_owned(),
            line,
            what: what.into(),
        }
    }
}

/// A check over all files of the repository.
type Check = fn(&[RepositoryFile]) -> Vec<Problem>;

const CHECKS: [(&str, Check); 8] = [
    ("crates depend downward only", direction::crates),
    ("input and output stay in the program", direction::inputs),
    ("files and functions are short", lengths::check),
    ("every rule has a page and every page a rule", pages::check),
    ("every model row has an example", models::check),
    ("facts about libraries are model rows", names::check),
    ("no unwrap, no todo, a `//!` in every file", words::check),
    ("no machine and no registry is named", places::check),
];

pub fn run(arguments: Arguments) -> Result<Outcome> {
    arguments.finish()?;
    let files = files::repository_files(&files::root()?)?;
    let mut count = 0;
    for (name, check) in CHECKS {
        let mut problems = check(&files);
        problems.sort();
        let verdict = if problems.is_empty() { "ok" } else { "FAILED" };
        println!("{verdict:<7} {name}");
        for problem in &problems {
            let Problem { path, line, what } = problem;
            println!("          {path}:{line}: {what}");
        }
        count += problems.len();
    }
    markers::print(&files);
    if count == 0 {
        println!("tidy: {} files, no problems", files.len());
        Ok(Outcome::Good)
    } else {
        println!("tidy: {count} problems");
        Ok(Outcome::Bad)
    }
}
