//! A fix in JSON: its edits by line and column, and the same as a patch.
//!
//! ```json
//! {"title": "…", "level": "verified", "edits": [{"path": "a.py", "start": {"line": 3, "column": 5},
//!  "end": {"line": 3, "column": 9}, "content": "…"}], "appends": [], "diff": "--- a/a.py\n…"}
//! ```

use hognose_finding::{Append, Edit, Fix, Position};
use serde::Serialize;

use crate::patch;
use crate::texts::Texts;

#[derive(Serialize)]
pub struct JsonFix<'a> {
    title: &'a str,
    level: &'static str,
    edits: Vec<JsonEdit<'a>>,
    appends: Vec<JsonAppend<'a>>,
    diff: String,
}

#[derive(Serialize)]
struct JsonEdit<'a> {
    path: &'a str,
    start: JsonPosition,
    /// Exclusive.
    end: JsonPosition,
    content: &'a str,
}

#[derive(Serialize)]
struct JsonPosition {
    line: u32,
    column: u32,
}

#[derive(Serialize)]
struct JsonAppend<'a> {
    path: &'a str,
    lines: &'a [String],
}

pub fn fix<'a>(fix: &'a Fix, texts: &Texts<'a>) -> JsonFix<'a> {
    JsonFix {
        title: &fix.title,
        level: fix.level.name(),
        edits: fix.edits.iter().map(|it| edit(it, texts)).collect(),
        appends: fix.appends.iter().map(append).collect(),
        diff: patch::of_fix(fix, texts),
    }
}

fn edit<'a>(edit: &'a Edit, texts: &Texts<'a>) -> JsonEdit<'a> {
    let position = |offset| {
        let file = texts.get(&edit.file);
        file.map_or(JsonPosition { line: 1, column: 1 }, |file| {
            let Position { line, column, .. } = file.source.position(offset);
            JsonPosition { line, column }
        })
    };
    JsonEdit {
        path: &edit.file,
        start: position(edit.start),
        end: position(edit.end),
        content: &edit.replacement,
    }
}

fn append(append: &Append) -> JsonAppend<'_> {
    JsonAppend {
        path: &append.file,
        lines: &append.lines,
    }
}
