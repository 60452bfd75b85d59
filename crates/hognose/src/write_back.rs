//! Analysed files with new content: written whole, only if they are still what was read, with
//! their permissions, and through links.
//!
//! ```text
//! app.py → .app.py.4711.tmp (same permissions) → renamed to app.py
//! ```

use std::fs;
use std::path::Path;

use anyhow::{Context as _, Result, bail};
use hognose_finding::{Append, line_end};

use crate::output;

/// Puts `after` in the place of `before` in the file at `path`.
pub fn write_back(path: &Path, before: &[u8], after: &[u8]) -> Result<()> {
    let now = fs::read(path).with_context(|| format!("cannot read `{}`", path.display()))?;
    if now != before {
        bail!(
            "`{}` was changed while it was analysed; nothing was written to it. Run the command \
             again",
            path.display()
        );
    }
    replace(path, after)
}

fn replace(path: &Path, bytes: &[u8]) -> Result<()> {
    let target = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    let permissions = fs::metadata(&target).ok().map(|it| it.permissions());
    let finish = |temporary: &Path| match permissions {
        Some(permissions) => fs::set_permissions(temporary, permissions),
        None => Ok(()),
    };
    output::replace(&target, bytes, finish)
        .with_context(|| format!("cannot write `{}`", path.display()))
}

/// The text of the file to append to, and what it becomes; the former is empty where there is no
/// file.
pub fn existing(append: &Append) -> Result<(String, String)> {
    let path = Path::new(&append.file);
    let before = match fs::read_to_string(path) {
        Ok(text) => text,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => String::new(),
        Err(error) => {
            return Err(error).with_context(|| format!("cannot read `{}`", path.display()));
        }
    };
    let line_end = line_end(&before);
    let mut after = before.clone();
    for line in &append.lines {
        let is_known = before.lines().any(|known| is_same(known, line));
        if is_known {
            continue;
        }
        if !after.is_empty() && !after.ends_with('\n') {
            after.push_str(line_end);
        }
        after.push_str(line);
        after.push_str(line_end);
    }
    Ok((before, after))
}

/// Whether a line of the file says what `line` says: `NAME=` is said by any value of it.
fn is_same(known: &str, line: &str) -> bool {
    let known = known.trim();
    known == line || line.ends_with('=') && known.starts_with(line)
}

pub fn append_lines(append: &Append) -> Result<()> {
    let (before, after) = existing(append)?;
    if before == after {
        return Ok(());
    }
    replace(Path::new(&append.file), after.as_bytes())
}
