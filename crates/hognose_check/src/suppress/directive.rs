//! Reading one `# hognose:` comment.
//!
//! ```python
//! run(x)  # hognose: ignore[command-injection, path-traversal] reason="x is a constant"
//! # hognose: disable[hardcoded-secrets]
//! # hognose: enable[hardcoded-secrets]
//! ```
//! The names in the brackets are rules or classes; what is wrong is told in words that say what to
//! write instead. Not here: what a comment covers.

use crate::settings::{is_known, nearest};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verb {
    Ignore,
    Disable,
    Enable,
}

/// A comment that can be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Directive {
    pub verb: Verb,
    /// Rule or class ids, at least one.
    pub names: Vec<String>,
    pub reason: Option<String>,
}

const FORM: &str = "write `# hognose: ignore[rule] reason=\"…\"`";

/// The text of the directive within a comment, from its `#` on and without what another `#` adds;
/// `None` where the comment is none of ours.
pub fn find(comment: &str) -> Option<(usize, &str)> {
    // In files that are no Python other characters begin a comment: `//`, `;`, `--`, `<!--`.
    let (start, _) = comment.match_indices(MARKS).find(|(at, _)| {
        let text = comment[at + 1..].trim_start();
        text.get(..NAME.len())
            .is_some_and(|word| word.eq_ignore_ascii_case(NAME))
            && text[NAME.len()..].trim_start().starts_with(':')
    })?;
    let text = &comment[start..];
    Some((start, text[..end_of(text)].trim_end()))
}

const NAME: &str = "hognose";
/// The last characters of what begins a comment.
const MARKS: [char; 5] = ['#', '/', ';', '-', '*'];

/// Where the next comment within the comment begins; a `#` in a reason is none.
fn end_of(text: &str) -> usize {
    let mut quote = None;
    for (at, character) in text.char_indices().skip(1) {
        match (quote, character) {
            (None, '"' | '\'') => quote = Some(character),
            (None, '#') => return at,
            (Some(open), _) if open == character => quote = None,
            (None | Some(_), _) => {}
        }
    }
    // A quote that is never closed holds nothing.
    match quote {
        None => text.len(),
        Some(_) => text[1..].find('#').map_or(text.len(), |at| at + 1),
    }
}

/// Reads the text that [`find`] found.
pub fn parse(text: &str) -> Result<Directive, String> {
    let (_, rest) = text.split_once(':').expect("`find` saw the colon");
    let rest = rest.trim_start();
    let word_length = rest
        .find(|character: char| !character.is_ascii_alphabetic() && character != '-')
        .unwrap_or(rest.len());
    let (word, rest) = rest.split_at(word_length);
    let verb = match word {
        "ignore" => Verb::Ignore,
        "disable" => Verb::Disable,
        "enable" => Verb::Enable,
        "" => return Err(format!("no word follows the colon: {FORM}")),
        _ => {
            return Err(format!(
                "`{word}` is none of `ignore`, `disable` and `enable`: {FORM}"
            ));
        }
    };
    let Some(rest) = rest.trim_start().strip_prefix('[') else {
        return Err(format!(
            "there is no form that silences every rule: name them, `{word}[rule]`"
        ));
    };
    let Some((inside, rest)) = rest.split_once(']') else {
        return Err("the bracket is not closed".to_owned());
    };
    let names = inside
        .split(',')
        .map(|name| rule_name(name.trim(), word))
        .collect::<Result<Vec<String>, String>>()?;
    Ok(Directive {
        verb,
        names,
        reason: reason(rest.trim())?,
    })
}

fn rule_name(name: &str, word: &str) -> Result<String, String> {
    if name.is_empty() {
        return Err(format!(
            "a rule's name is missing between the brackets: write `{word}[rule]`"
        ));
    }
    if is_known(name) {
        return Ok(name.to_owned());
    }
    Err(match nearest(name) {
        Some(nearest) => format!("there is no rule `{name}`; did you mean `{nearest}`?"),
        None => format!("there is no rule `{name}`; `hognose rules` lists all rules"),
    })
}

/// `reason="…"` or `reason='…'`, or nothing.
fn reason(text: &str) -> Result<Option<String>, String> {
    if text.is_empty() {
        return Ok(None);
    }
    let quoted = text
        .strip_prefix("reason")
        .and_then(|text| text.trim_start().strip_prefix('='))
        .map(str::trim_start);
    let inside = quoted.and_then(|quoted| {
        let quote = quoted
            .chars()
            .next()
            .filter(|quote| matches!(quote, '"' | '\''))?;
        quoted[1..].strip_suffix(quote)
    });
    match inside {
        Some(inside) if !inside.trim().is_empty() => Ok(Some(inside.trim().to_owned())),
        Some(_) => Err("the reason is empty".to_owned()),
        None => Err(format!(
            "`{text}` cannot be read: an explanation is written `reason=\"…\"`"
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::{Directive, Verb, find, parse};

    fn read(comment: &str) -> Result<Directive, String> {
        let (_, text) = find(comment).expect("a comment of ours");
        parse(text)
    }

    fn mistake(comment: &str) -> String {
        read(comment).expect_err("a malformed comment")
    }

    #[test]
    fn the_three_forms() {
        assert_eq!(
            read("# hognose: ignore[sql-injection, path-traversal] reason=\"#1: a number\"  # x"),
            Ok(Directive {
                verb: Verb::Ignore,
                names: vec!["sql-injection".to_owned(), "path-traversal".to_owned()],
                reason: Some("#1: a number".to_owned()),
            })
        );
        let verb = |comment: &str| read(comment).map(|directive| directive.verb);
        assert_eq!(
            verb("#hognose:disable[hardcoded-secrets]"),
            Ok(Verb::Disable)
        );
        assert_eq!(
            verb("# noqa # Hognose : enable [sql-injection]"),
            Ok(Verb::Enable)
        );
    }

    #[test]
    fn other_comments_are_none_of_ours() {
        for comment in [
            "# checked with hognose",
            "# hognose",
            "# nosec",
            "# see hognose: x",
            "#",
        ] {
            assert_eq!(find(comment), None, "{comment}");
        }
    }

    #[test]
    fn what_is_wrong_is_told() {
        for (comment, part) in [
            ("# hognose: ignore", "silences every rule"),
            ("# hognose: ignore[]", "missing"),
            ("# hognose: ignore[sql-injection,]", "missing"),
            (
                "# hognose: ignore[sql-injections]",
                "did you mean `sql-injection`?",
            ),
            ("# hognose: ignore[sql-injection", "not closed"),
            ("# hognose: skip[sql-injection]", "`skip` is none of"),
            (
                "# hognose: ignore[sql-injection] a constant",
                "reason=\"…\"",
            ),
            ("# hognose: ignore[sql-injection] reason=\"\"", "empty"),
            (
                "# hognose: ignore[sql-injection] reason=\"open",
                "cannot be read",
            ),
            ("# hognose:", "no word"),
        ] {
            let text = mistake(comment);
            assert!(text.contains(part), "{comment}: {text}");
        }
    }
}
