//! The lines of code around a finding and the steps of its trace, with marks and numbers.
//!
//! ```text
//! app.py
//! 12     name = request.args["name"]¹
//!  …
//! 14     db.execute(query)⁴
//! ```

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::sync::Arc;

use hognose_finding::{Finding, Location};
use ruff_text_size::{TextRange, TextSize};

use super::NEVER_FAILS;
use super::escape::{code, text};
use crate::texts::{ShownFile, Texts};

/// Lines that are shown before and after a mark.
const CONTEXT: u32 = 2;

/// Of a finding that spans many lines, as many are shown.
const LINES_MAX: u32 = 20;

/// Of one line; minified code has lines of any length.
const LINE_CHARACTERS_MAX: usize = 400;

struct Mark<'a> {
    location: &'a Location,
    /// Steps count from 1.
    number: Option<usize>,
    is_finding: bool,
}

/// One block for each file, the finding's own first.
pub fn push(output: &mut String, finding: &Finding, texts: &Texts<'_>) {
    let own = std::iter::once(Mark {
        location: &finding.location,
        number: None,
        is_finding: true,
    });
    let steps = (1..).zip(&finding.trace).map(|(number, step)| Mark {
        location: &step.location,
        number: Some(number),
        is_finding: step.location == finding.location,
    });
    let marks: Vec<Mark<'_>> = own.chain(steps).collect();
    let mut files: Vec<&Arc<str>> = Vec::new();
    for mark in &marks {
        if !files.contains(&&mark.location.file) {
            files.push(&mark.location.file);
        }
    }
    for path in files {
        if let Some(file) = texts.get(path) {
            let own = marks.iter().filter(|mark| mark.location.file == *path);
            push_file(output, file, &own.collect::<Vec<_>>());
        }
    }
}

fn push_file(output: &mut String, file: &ShownFile<'_>, marks: &[&Mark<'_>]) {
    let source = file.source;
    let path = text(&source.path);
    writeln!(
        output,
        "<figure class=\"excerpt\"><figcaption>{path}</figcaption><pre>"
    )
    .expect(NEVER_FAILS);
    let mut last = None;
    for line in lines(file, marks) {
        if last.is_some_and(|last| last + 1 < line) {
            output.push_str("<span class=\"gap\">⋯</span>\n");
        }
        last = Some(line);
        push_line(output, file, line, marks);
    }
    output.push_str("</pre></figure>\n");
}

fn lines(file: &ShownFile<'_>, marks: &[&Mark<'_>]) -> BTreeSet<u32> {
    let source = file.source;
    let mut lines = BTreeSet::new();
    for mark in marks {
        let range = mark.location.range;
        let first = source.line_of(range.start());
        let last = source.line_of(range.end()).min(first + LINES_MAX);
        let from = first.saturating_sub(CONTEXT).max(1);
        let to = (last + CONTEXT).min(source.line_count());
        let cell = source.position(range.start()).cell;
        lines.extend((from..=to).filter(|line| {
            let start = source.line_range(*line).start();
            // The empty line after the last end of line is none.
            let is_there = *line == first || !source.line_range(*line).is_empty();
            is_there && source.position(start).cell == cell
        }));
    }
    lines
}

fn push_line(output: &mut String, file: &ShownFile<'_>, line: u32, marks: &[&Mark<'_>]) {
    let source = file.source;
    let start = source.line_range(line).start();
    let whole = TextRange::at(start, TextSize::of(source.line_text(line)));
    let position = source.position(start);
    let number = match position.cell {
        Some(cell) => format!("{cell}:{}", position.line),
        None => position.line.to_string(),
    };
    write!(output, "<span class=\"number\">{number:>5}</span> ").expect(NEVER_FAILS);
    let shown = cut(file, whole);
    let mut borders: BTreeSet<TextSize> = [shown.start(), shown.end()].into();
    for mark in marks {
        if let Some(part) = mark.location.range.intersect(shown) {
            borders.extend([part.start(), part.end()]);
        }
    }
    let borders: Vec<TextSize> = borders.into_iter().collect();
    for pair in borders.windows(2) {
        push_part(output, file, shown, TextRange::new(pair[0], pair[1]), marks);
    }
    // Where nothing has a length there is no part to mark.
    for mark in marks.iter().filter(|mark| mark.location.range.is_empty()) {
        if shown.contains_inclusive(mark.location.range.start()) {
            push_numbers(output, std::iter::once(*mark));
        }
    }
    if shown.end() < whole.end() {
        output.push('…');
    }
    output.push('\n');
}

/// A part of `line` between two borders: all of it is marked alike.
fn push_part(
    output: &mut String,
    file: &ShownFile<'_>,
    line: TextRange,
    part: TextRange,
    marks: &[&Mark<'_>],
) {
    let covering = marks
        .iter()
        .filter(|mark| mark.location.range.contains_range(part));
    let covering: Vec<&Mark<'_>> = covering.copied().collect();
    let shown = code(file.slice(part));
    if covering.is_empty() {
        output.push_str(&shown);
        return;
    }
    let kind = if covering.iter().any(|mark| mark.is_finding) {
        "finding"
    } else {
        "step"
    };
    write!(output, "<mark class=\"{kind}\">{shown}</mark>").expect(NEVER_FAILS);
    // What spans several lines is numbered at the end of its first.
    let ending = covering.into_iter().filter(|mark| {
        let range = mark.location.range;
        let is_first = range.start() >= line.start();
        is_first && part.end() == range.end().min(line.end())
    });
    push_numbers(output, ending);
}

fn push_numbers<'m>(output: &mut String, marks: impl Iterator<Item = &'m Mark<'m>>) {
    for number in marks.filter_map(|mark| mark.number) {
        write!(output, "<span class=\"badge\">{number}</span>").expect(NEVER_FAILS);
    }
}

fn cut(file: &ShownFile<'_>, line: TextRange) -> TextRange {
    let shown = file.slice(line);
    match shown.char_indices().nth(LINE_CHARACTERS_MAX) {
        Some((end, _)) => TextRange::at(line.start(), TextSize::of(&shown[..end])),
        None => line,
    }
}
