//! Figures about the code for people: long and complicated functions, text that stands there twice.
//!
//! ```python
//! def load(rows):          # complexity 3: one way in, and two decisions
//!     for row in rows:
//!         if row: yield row
//! ```
//! Complexity is cyclomatic, counted in decisions of the text: conditions, loops, exception handlers.
//! Duplicated are lines of which ten in a row, blank lines and comments left out, stand elsewhere in the
//! program as well.

use std::hash::Hasher as _;
use std::sync::Arc;

use hognose_finding::SourceText;
use hognose_python::File;
use hognose_python::ir::{BlockId, Function, FunctionKind, Op, Terminator, ValueId};
use ruff_text_size::TextRange;
use rustc_hash::{FxHashMap, FxHashSet, FxHasher};

/// Functions that are listed: the most complicated ones.
const FUNCTIONS_MAX: usize = 20;

/// Lines in a row that make a duplicate.
const WINDOW: usize = 10;

/// A function above this complexity is called complicated, as Ruff's C901 does by default.
const COMPLEXITY_MAX: usize = 10;

/// A function of more lines than this is called long.
const LINES_MAX: usize = 60;

/// See the module documentation.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Metrics {
    /// The most complicated first, at most 20.
    pub functions: Vec<FunctionMetrics>,
    pub function_count: usize,
    /// Functions of complexity above 10.
    pub complicated: usize,
    /// Functions of more than 60 lines.
    pub long: usize,
    /// Lines that are neither blank nor comments.
    pub code_lines: usize,
    pub duplicated_lines: usize,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FunctionMetrics {
    pub path: Arc<str>,
    pub line: u32,
    /// Dotted from the module.
    pub name: Arc<str>,
    pub complexity: usize,
    pub lines: usize,
}

impl Metrics {
    pub fn of<'a>(files: impl Iterator<Item = &'a File> + Clone) -> Self {
        let mut metrics = Self::default();
        for file in files.clone() {
            for function in &file.module.functions {
                if function.kind == FunctionKind::Def {
                    metrics.add(file, function);
                }
            }
        }
        metrics.functions.sort_by(|a, b| {
            let key = |it: &FunctionMetrics| (it.complexity, it.lines);
            key(b)
                .cmp(&key(a))
                .then_with(|| (&a.path, a.line).cmp(&(&b.path, b.line)))
        });
        metrics.functions.truncate(FUNCTIONS_MAX);
        metrics.count_duplicates(files.map(|file| &file.source));
        metrics
    }

    fn add(&mut self, file: &File, function: &Function) {
        let source = &file.source;
        let line = source.line_of(function.name_range.start());
        let last = source.line_of(function.range.end());
        let lines = (last + 1).saturating_sub(line) as usize;
        let complexity = complexity(function);
        self.function_count += 1;
        self.complicated += usize::from(complexity > COMPLEXITY_MAX);
        self.long += usize::from(lines > LINES_MAX);
        self.functions.push(FunctionMetrics {
            path: Arc::clone(&source.path),
            line,
            name: Arc::clone(&function.qualified),
            complexity,
            lines,
        });
    }

    fn count_duplicates<'a>(&mut self, sources: impl Iterator<Item = &'a SourceText>) {
        let files: Vec<Vec<u64>> = sources.map(code_lines).collect();
        self.code_lines = files.iter().map(Vec::len).sum();
        let mut seen: FxHashMap<u64, usize> = FxHashMap::default();
        let windows = |lines: &[u64]| -> Vec<u64> { lines.windows(WINDOW).map(hash).collect() };
        for lines in &files {
            for window in windows(lines) {
                *seen.entry(window).or_default() += 1;
            }
        }
        for lines in &files {
            let mut end = 0;
            for (at, window) in windows(lines).into_iter().enumerate() {
                if seen[&window] > 1 {
                    self.duplicated_lines += at + WINDOW - end.max(at);
                    end = at + WINDOW;
                }
            }
        }
    }

    /// One line for a person: `412 functions, 12 complicated, 30 long; 3.1 % of 18,000 lines twice`.
    pub fn health(&self) -> String {
        let share = if self.code_lines == 0 {
            0.0
        } else {
            self.duplicated_lines as f64 * 100.0 / self.code_lines as f64
        };
        format!(
            "{} functions, {} of them complicated (above {COMPLEXITY_MAX}) and {} long (above \
             {LINES_MAX} lines); {share:.1} % of {} lines of code stand there more than once",
            self.function_count, self.complicated, self.long, self.code_lines
        )
    }
}

/// One, and one for each decision of the text. A decision in a `finally` body may count once for each
/// way out of its `try`.
fn complexity(function: &Function) -> usize {
    // A variable that is tested has the range of where it got its value, so the code that runs
    // where it holds tells two tests of it apart.
    let mut decisions: FxHashSet<(TextRange, Option<TextRange>)> = FxHashSet::default();
    let first = |block: BlockId| {
        let insts = &function.blocks[block.index()].insts;
        let is_text = |value: &&ValueId| {
            let op = function.op(**value);
            !matches!(op, Op::Phi(_) | Op::Refine { .. } | Op::Undefined)
        };
        let first = insts.iter().find(is_text);
        first.map(|value| function.range_of(*value))
    };
    for block in &function.blocks {
        if let Terminator::Branch {
            condition, holds, ..
        } = block.terminator
        {
            let side = Some(first(holds).unwrap_or_default());
            decisions.insert((function.range_of(condition), side));
        }
        for value in &block.insts {
            if matches!(function.op(*value), Op::Next(_) | Op::Exception(_)) {
                decisions.insert((function.range_of(*value), None));
            }
        }
    }
    1 + decisions.len()
}

/// A hash of each line that is neither blank nor a comment, without the white space around it.
fn code_lines(source: &SourceText) -> Vec<u64> {
    let lines = source.text.lines().map(str::trim);
    lines
        .filter(|line| !line.is_empty() && !line.starts_with('#'))
        .map(|line| {
            let mut hasher = FxHasher::default();
            hasher.write(line.as_bytes());
            hasher.finish()
        })
        .collect()
}

fn hash(lines: &[u64]) -> u64 {
    let mut hasher = FxHasher::default();
    for line in lines {
        hasher.write_u64(*line);
    }
    hasher.finish()
}

#[cfg(test)]
mod tests {
    use std::fmt::Write as _;

    use hognose_python::lower_file;

    use super::Metrics;

    fn metrics(texts: &[&str]) -> Metrics {
        let files: Vec<_> = texts
            .iter()
            .enumerate()
            .map(|(at, text)| lower_file(&format!("f{at}.py"), text.as_bytes()))
            .collect();
        Metrics::of(files.iter())
    }

    #[test]
    fn complexity_counts_decisions() {
        let text = "def f(rows):\n    try:\n        for row in rows:\n            if row and rows:\n\
                    \x20               return row\n    except KeyError:\n        pass\n    finally:\n\
                    \x20       if rows:\n            close()\n\n\ndef g():\n    return 1\n";
        let metrics = metrics(&[text]);
        let found: Vec<(&str, usize)> = metrics
            .functions
            .iter()
            .map(|function| (&*function.name, function.complexity))
            .collect();
        // The condition in `finally` counts once for each of two ways out.
        assert_eq!(found, [("f", 7), ("g", 1)]);
        assert_eq!(metrics.functions[0].lines, 10);
    }

    #[test]
    fn ten_equal_lines_are_a_duplicate() {
        let lines = |from: usize, to: usize| {
            (from..to).fold(String::new(), |mut text, n| {
                writeln!(text, "x{n} = {n}").expect("writing to a String cannot fail");
                text
            })
        };
        assert_eq!(metrics(&[&lines(0, 50)]).duplicated_lines, 0);
        let two = metrics(&[&lines(0, 50), &lines(30, 45)]);
        assert_eq!((two.code_lines, two.duplicated_lines), (65, 30));
        assert_eq!(metrics(&[&lines(0, 9), &lines(0, 9)]).duplicated_lines, 0);
    }
}
