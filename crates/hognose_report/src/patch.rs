//! A fix as a patch: what `patch -p1` reads, and what a person does.
//!
//! ```text
//! --- a/app.py
//! +++ b/app.py
//! @@ -1,2 +1,2 @@
//! -cur.execute(f"… '{a}'")
//! +cur.execute("… ?", (a,))
//! ```
//! Credentials are masked in it as everywhere in a report. What a fix appends to files that were
//! not analysed is not in it: their text is not known here.

use hognose_finding::{Edit, Fix, apply_edits};
use similar::TextDiff;

use crate::texts::Texts;

const CONTEXT_LINES: usize = 3;

/// `before` and `after` of the file `path` as a patch; empty where nothing changes.
pub fn patch(path: &str, before: &str, after: &str) -> String {
    if before == after {
        return String::new();
    }
    let old = if before.is_empty() {
        "/dev/null".to_owned()
    } else {
        format!("a/{path}")
    };
    let diff = TextDiff::from_lines(before, after);
    diff.unified_diff()
        .context_radius(CONTEXT_LINES)
        .header(&old, &format!("b/{path}"))
        .to_string()
}

/// The edits of `fix`, file by file.
pub(crate) fn of_fix(fix: &Fix, texts: &Texts<'_>) -> String {
    let same_file = |a: &Edit, b: &Edit| a.file == b.file;
    let files = fix.edits.chunk_by(same_file);
    files
        .filter_map(|edits| {
            let path = &edits.first()?.file;
            let before = texts.get(path)?.text();
            Some(patch(path, before, &apply_edits(before, edits)))
        })
        .collect()
}
