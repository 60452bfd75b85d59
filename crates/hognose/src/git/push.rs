//! What git tells a hook about a push: on each line of standard input, what goes where.
//!
//! ```text
//! refs/heads/main 67c1… refs/heads/main 9d0e…     pre-push: here, there
//! refs/heads/new  67c1… refs/heads/new  0000…     the branch is new there
//! (delete)        0000… refs/heads/old  9d0e…     the branch goes away
//! 9d0e… 67c1… refs/heads/main                     pre-receive, on a server: old, new
//! ```

use anyhow::{Context as _, Result, bail};
use gix::ObjectId;

/// One line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Push {
    /// What arrives; `None` where something is deleted.
    pub new: Option<ObjectId>,
    /// What was there; `None` where there was nothing.
    pub old: Option<ObjectId>,
}

pub fn parse(text: &str) -> Result<Vec<Push>> {
    let mut pushes = Vec::new();
    for (index, line) in text.lines().enumerate() {
        if line.trim().is_empty() {
            continue;
        }
        let push = parse_line(line);
        pushes.push(push.with_context(|| format!("line {} of standard input", index + 1))?);
    }
    Ok(pushes)
}

fn parse_line(line: &str) -> Result<Push> {
    let fields: Vec<&str> = line.split_whitespace().collect();
    let (old, new) = match fields.as_slice() {
        [_, new, _, old] => (*old, *new),
        [old, new, _] => (*old, *new),
        _ => bail!(
            "`{line}` is not what git says to a pre-push hook (`<local ref> <id> <remote ref> \
             <id>`) or to a pre-receive hook (`<old id> <new id> <ref>`)"
        ),
    };
    Ok(Push {
        new: id(new)?,
        old: id(old)?,
    })
}

/// `None` for the id of nothing.
fn id(text: &str) -> Result<Option<ObjectId>> {
    let id = ObjectId::from_hex(text.as_bytes())
        .ok()
        .with_context(|| format!("`{text}` is no object id"))?;
    Ok((!id.is_null()).then_some(id))
}

#[cfg(test)]
mod tests {
    use super::parse;

    #[test]
    fn both_kinds_of_lines_are_read() {
        let (one, two, none) = ("1".repeat(40), "2".repeat(40), "0".repeat(40));
        let text = format!(
            "refs/heads/a {two} refs/heads/a {one}\n\n{one} {two} refs/heads/a\n\
             (delete) {none} refs/heads/b {one}\n"
        );
        let pushes = parse(&text).expect("the lines are right");
        assert_eq!(pushes.len(), 3);
        assert_eq!(pushes[0], pushes[1]);
        let new = |index: usize| pushes[index].new.map(|id| id.to_string());
        assert_eq!(new(0), Some(two));
        assert_eq!(new(2), None);
    }

    #[test]
    fn other_lines_are_refused_with_their_number() {
        let error = parse("\nrefs/heads/a 12 refs/heads/a 34\n").expect_err("no ids");
        assert_eq!(
            format!("{error:#}"),
            "line 2 of standard input: `12` is no object id"
        );
        assert!(parse("hello\n").is_err());
    }
}
