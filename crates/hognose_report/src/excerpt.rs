//! Which lines of source are shown for a finding, and what is marked in them.
//!
//! ```text
//! app.py            one excerpt per file (in a notebook: per cell), the sink's first;
//!   11 | def find(name):              the steps are numbered in the order the data takes,
//!        |          ---- 2. passed to find()       across all excerpts
//! ```
//!
//! Places of one file that are far apart become excerpts of their own, so that the cost does not
//! grow with the file.

use std::ops::Range;

use hognose_finding::{Finding, Location, StepKind};
use ruff_text_size::{TextRange, TextSize};

use crate::clean::needs_escape;
use crate::texts::{ShownFile, Texts};

/// Marks further apart than this many lines are shown in separate excerpts.
const GAP_MAX: u32 = 200;

/// A longer mark is cut: an underline that is wider than the terminal wraps into the code.
const MARK_CHARACTERS_MAX: usize = 60;

/// Some lines of one file with marks in them.
#[derive(Debug)]
pub struct Excerpt {
    /// The path, in a notebook with the cell.
    pub place: String,
    /// The number of the first line: in the file, or in the cell.
    pub line_start: usize,
    pub source: String,
    pub marks: Vec<Mark>,
}

/// A marked range of an excerpt.
#[derive(Debug)]
pub struct Mark {
    pub role: Role,
    /// Bytes of [`Excerpt::source`].
    pub range: Range<usize>,
    /// Empty if nothing is to be said about it.
    pub label: String,
}

/// What a mark is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// The finding itself.
    Finding,
    /// Another step of the trace.
    Step,
}

/// A mark before it is assigned to an excerpt.
struct Pending<'a> {
    location: &'a Location,
    role: Role,
    label: String,
    /// The line in the whole (concatenated) text.
    line: u32,
    cell: Option<u32>,
}

/// The excerpts of `finding`; the first one holds the finding itself.
pub fn excerpts(finding: &Finding, texts: &Texts<'_>) -> Vec<Excerpt> {
    let mut groups: Vec<Vec<Pending<'_>>> = Vec::new();
    for mark in pending_marks(finding, texts) {
        let group = groups.iter_mut().find(|group| belongs(&mark, group));
        match group {
            Some(group) => group.push(mark),
            None => groups.push(vec![mark]),
        }
    }
    groups
        .into_iter()
        .filter_map(|group| {
            let file = texts.get(&group[0].location.file)?;
            Some(excerpt(file, group))
        })
        .collect()
}

fn belongs(mark: &Pending<'_>, group: &[Pending<'_>]) -> bool {
    group[0].location.file == mark.location.file
        && group[0].cell == mark.cell
        && group
            .iter()
            .any(|other| other.line.abs_diff(mark.line) <= GAP_MAX)
}

/// The finding, then the steps of its trace; a step at the finding's own place lends it its label.
fn pending_marks<'a>(finding: &'a Finding, texts: &Texts<'_>) -> Vec<Pending<'a>> {
    let pending = |location: &'a Location, role, label| {
        let source = texts.get(&location.file)?.source;
        let start = location.range.start();
        Some(Pending {
            location,
            role,
            label,
            line: source.line_of(start),
            cell: source.position(start).cell,
        })
    };
    let mut own_label = String::new();
    let mut steps = Vec::new();
    for (index, step) in finding.trace.iter().enumerate() {
        let number = index + 1;
        let message = texts.message(finding, &step.message);
        let label = match step.kind {
            StepKind::Source | StepKind::Guard | StepKind::Sink => {
                format!("{number}. {}: {message}", step.kind.name())
            }
            StepKind::Propagate | StepKind::Call | StepKind::Return => {
                format!("{number}. {message}")
            }
        };
        if own_label.is_empty() && step.location == finding.location {
            own_label = label;
        } else {
            steps.extend(pending(&step.location, Role::Step, label));
        }
    }
    pending(&finding.location, Role::Finding, own_label)
        .into_iter()
        .chain(steps)
        .collect()
}

fn excerpt(file: &ShownFile<'_>, group: Vec<Pending<'_>>) -> Excerpt {
    let source = file.source;
    let ranges: Vec<TextRange> = group.iter().map(|mark| marked_range(file, mark)).collect();
    let first = group.iter().map(|mark| mark.line).min().unwrap_or(1);
    let last = ranges
        .iter()
        .map(|range| source.line_of(range.end()))
        .max()
        .unwrap_or(first);
    let window = source.line_range(first).cover(source.line_range(last));
    let place = match group[0].cell {
        Some(cell) => format!("{}:cell {cell}", source.path),
        None => source.path.to_string(),
    };
    let marks = group
        .into_iter()
        .zip(ranges)
        .map(|(mark, range)| Mark {
            role: mark.role,
            range: (range - window.start()).into(),
            label: mark.label,
        })
        .collect();
    Excerpt {
        place,
        line_start: source.position(window.start()).line as usize,
        source: displayable(file.slice(window)),
        marks,
    }
}

/// The finding is marked as a whole if it spans several lines, a step only up to the end of its
/// first line; nothing much longer than what a terminal shows.
fn marked_range(file: &ShownFile<'_>, mark: &Pending<'_>) -> TextRange {
    let source = file.source;
    let end_of_text = TextSize::of(&*source.text);
    let start = mark.location.range.start().min(end_of_text);
    let end = mark.location.range.end().min(end_of_text);
    let line = source.line_range(mark.line);
    let line_end = line.start() + TextSize::of(source.line_text(mark.line));
    let first = TextRange::new(start, end.min(line_end).max(start));
    match mark.role {
        Role::Finding if end > first.end() => TextRange::new(start, end),
        Role::Finding | Role::Step => {
            let kept = source.slice(first).chars().take(MARK_CHARACTERS_MAX);
            TextRange::at(start, kept.map(TextSize::of).sum())
        }
    }
}

/// Replaces what the renderer would pass on to the terminal, byte for byte, so that offsets hold:
/// it shows ASCII control characters itself but not the others.
fn displayable(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    let mut characters = text.chars().peekable();
    while let Some(character) = characters.next() {
        match character {
            '\r' if characters.peek() != Some(&'\n') => shown.push('\n'),
            other if other.is_ascii() || !needs_escape(other) => shown.push(other),
            other => shown.extend(std::iter::repeat_n('?', other.len_utf8())),
        }
    }
    shown
}
