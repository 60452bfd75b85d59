//! Edits of several fixes at once: whether they can be made together, and what they make of files
//! and of places in them.
//!
//! ```text
//! 3..5 → "xy…"     a place at 10 is moved, a place at 4 is where the new text begins
//! ```

use std::collections::BTreeMap;

use hognose_finding::{Edit, Location, apply_edits};
use ruff_text_size::{TextRange, TextSize};

use crate::Input;

/// The mark that UTF-8 files may begin with; it is no part of the text.
const MARK: &[u8] = b"\xef\xbb\xbf";

/// Whether two fixes change the same text in different ways.
pub fn collide(a: &[Edit], b: &[Edit]) -> bool {
    a.iter().any(|one| {
        b.iter()
            .any(|other| one != other && one.overlaps(other) && !both_import(one, other))
    })
}

/// New import statements at one place can stand below each other.
fn both_import(a: &Edit, b: &Edit) -> bool {
    let imports = |edit: &Edit| {
        let text = edit.replacement.trim_start();
        edit.start == edit.end && (text.starts_with("import ") || text.starts_with("from "))
    };
    imports(a) && imports(b)
}

/// Sorted, each once, imports at one place put together.
pub fn joined(mut edits: Vec<Edit>) -> Vec<Edit> {
    edits.sort();
    edits.dedup();
    let mut result: Vec<Edit> = Vec::with_capacity(edits.len());
    for edit in edits {
        match result.last_mut() {
            Some(last)
                if last.file == edit.file
                    && last.start == edit.start
                    && both_import(last, &edit) =>
            {
                let known = lines_of(&last.replacement);
                let mut end = last.replacement.trim_end_matches('\n').len();
                for line in lines_of(&edit.replacement) {
                    if !known.contains(&line) {
                        last.replacement.insert(end, '\n');
                        last.replacement.insert_str(end + 1, &line);
                        end += 1 + line.len();
                    }
                }
            }
            Some(_) | None => result.push(edit),
        }
    }
    result
}

fn lines_of(text: &str) -> Vec<String> {
    let lines = text.lines().filter(|line| !line.is_empty());
    lines.map(str::to_owned).collect()
}

/// The files after the edits, which are sorted and do not overlap.
pub fn edited(inputs: &[Input], edits: &[Edit]) -> Vec<Input> {
    let by_file = by_file(edits);
    inputs
        .iter()
        .map(|input| {
            let Some(edits) = by_file.get(input.path.as_str()) else {
                return input.clone();
            };
            let (mark, bytes) = match input.bytes.strip_prefix(MARK) {
                Some(bytes) => (MARK, bytes),
                None => (&MARK[..0], input.bytes.as_slice()),
            };
            // Only files whose bytes are their text get edits.
            let text = String::from_utf8_lossy(bytes);
            let mut bytes = mark.to_vec();
            bytes.extend(apply_edits(&text, edits.iter().copied()).into_bytes());
            Input {
                path: input.path.clone(),
                bytes,
            }
        })
        .collect()
}

fn by_file(edits: &[Edit]) -> BTreeMap<&str, Vec<&Edit>> {
    let mut files: BTreeMap<&str, Vec<&Edit>> = BTreeMap::new();
    for edit in edits {
        files.entry(&edit.file).or_default().push(edit);
    }
    files
}

/// Where a place is after the edits.
pub fn moved(location: &Location, edits: &[Edit]) -> TextRange {
    let of_file: Vec<&Edit> = edits
        .iter()
        .filter(|edit| edit.file == location.file)
        .collect();
    let start = moved_offset(location.range.start(), &of_file, Side::Start);
    let end = moved_offset(location.range.end(), &of_file, Side::End);
    TextRange::new(start, end.max(start))
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Side {
    Start,
    End,
}

fn moved_offset(offset: TextSize, edits: &[&Edit], side: Side) -> TextSize {
    let mut delta = 0_i64;
    for edit in edits {
        let new = i64::try_from(edit.replacement.len()).unwrap_or(0);
        let old = i64::from((edit.end - edit.start).to_u32());
        let is_before = match side {
            // What is put in at the end of a place belongs to it, and before its start does not.
            Side::Start => edit.end <= offset,
            Side::End => edit.end <= offset,
        };
        if is_before {
            delta += new - old;
        } else if edit.start < offset {
            let inside = i64::from(edit.start.to_u32()) + delta;
            let at = match side {
                Side::Start => inside,
                Side::End => inside + new,
            };
            return size(at);
        }
    }
    size(i64::from(offset.to_u32()) + delta)
}

fn size(offset: i64) -> TextSize {
    TextSize::new(u32::try_from(offset.max(0)).unwrap_or(u32::MAX))
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;

    fn edit(start: u32, end: u32, replacement: &str) -> Edit {
        let range = TextRange::new(start.into(), end.into());
        Edit::new(&Arc::from("a.py"), range, replacement)
    }

    fn moved_range(start: u32, end: u32, edits: &[Edit]) -> (u32, u32) {
        let location = Location {
            file: Arc::from("a.py"),
            range: TextRange::new(start.into(), end.into()),
        };
        let range = moved(&location, edits);
        (range.start().to_u32(), range.end().to_u32())
    }

    #[test]
    fn places_move_with_the_text_around_them() {
        assert_eq!(moved_range(10, 12, &[edit(0, 0, "abc")]), (13, 15));
        assert_eq!(moved_range(10, 12, &[edit(20, 25, "")]), (10, 12));
        assert_eq!(moved_range(10, 20, &[edit(12, 14, "abcde")]), (10, 23));
        assert_eq!(moved_range(10, 20, &[edit(8, 22, "abc")]), (8, 11));
    }

    #[test]
    fn imports_at_one_place_are_put_together() {
        let edits = joined(vec![
            edit(0, 0, "import b\n\n\n"),
            edit(0, 0, "import a\n\n\n"),
        ]);
        assert_eq!(edits, [edit(0, 0, "import a\nimport b\n\n\n")]);
        let same = joined(vec![edit(0, 0, "import a\n"), edit(0, 0, "import a\n")]);
        assert_eq!(same, [edit(0, 0, "import a\n")]);
        assert!(!collide(
            &[edit(0, 0, "import a\n")],
            &[edit(0, 0, "import b\n")]
        ));
        assert!(collide(&[edit(0, 0, "x\n")], &[edit(0, 0, "y\n")]));
    }
}
