//! Braces: one row for many paths, each with its own example.
//!
//! ```toml
//! path = "{gzip,bz2}.{open,compress}"        # four rows
//! example = "import $1\n$1.$2(x)"            # "import bz2\nbz2.open(x)" for the third
//! ```
//! Pairs do not nest.

use super::error::quoted;

/// How many rows one row may stand for: `{a,b}.{c,d}` is four.
const ROWS_MAX: usize = 10_000;

/// How many pairs of braces a path may hold: examples name them `$1` to `$9`.
const PAIRS_MAX: usize = 9;

/// One alternative of a pattern.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Expansion<'a> {
    pub text: String,
    /// What was chosen from each pair of braces.
    pub chosen: Vec<&'a str>,
}

/// Every alternative of `pattern`, the first pair of braces varying slowest.
pub(super) fn expand(pattern: &str) -> Result<Vec<Expansion<'_>>, String> {
    let (pairs, tail) = split(pattern)?;
    let rows = pairs
        .iter()
        .try_fold(1_usize, |rows, pair| rows.checked_mul(pair.choices.len()));
    if rows.is_none_or(|rows| rows > ROWS_MAX) {
        return Err(format!(
            "`{pattern}` stands for more than {ROWS_MAX} rows; write several rows"
        ));
    }
    let mut expansions = vec![Expansion {
        text: String::new(),
        chosen: Vec::new(),
    }];
    for pair in &pairs {
        expansions = expansions
            .iter()
            .flat_map(|expansion| {
                pair.choices
                    .iter()
                    .map(move |choice| expansion.with(pair.before, choice))
            })
            .collect();
    }
    for expansion in &mut expansions {
        expansion.text.push_str(tail);
    }
    Ok(expansions)
}

/// `example` with `$1`, `$2`, … replaced by what was chosen.
pub(super) fn fill(example: &str, chosen: &[&str]) -> Result<String, String> {
    let mut filled = String::with_capacity(example.len());
    let mut rest = example;
    while let Some(at) = rest.find('$') {
        let (before, dollar) = rest.split_at(at);
        filled.push_str(before);
        let number = dollar[1..].chars().next().and_then(|c| c.to_digit(10));
        if let Some(number @ 1..) = number {
            let choice = chosen.get(number as usize - 1).ok_or_else(|| {
                format!("the example has `${number}`, but the row has no such pair of braces")
            })?;
            filled.push_str(choice);
            rest = &dollar[2..];
        } else {
            filled.push('$');
            rest = &dollar[1..];
        }
    }
    filled.push_str(rest);
    Ok(filled)
}

/// A pair of braces and the text between it and the one before.
struct Pair<'a> {
    before: &'a str,
    choices: Vec<&'a str>,
}

impl<'a> Expansion<'a> {
    fn with(&self, before: &str, choice: &'a str) -> Self {
        let mut chosen = self.chosen.clone();
        chosen.push(choice);
        Self {
            text: [self.text.as_str(), before, choice].concat(),
            chosen,
        }
    }
}

/// The pairs of braces of `pattern` and the text after the last.
fn split(pattern: &str) -> Result<(Vec<Pair<'_>>, &str), String> {
    let mut pairs = Vec::new();
    let mut rest = pattern;
    while let Some((before, after)) = rest.split_once('{') {
        let Some((inside, tail)) = after.split_once('}') else {
            return Err(format!("`{pattern}` has a `{{` that no `}}` closes"));
        };
        if inside.contains('{') {
            return Err(format!("`{pattern}` has braces within braces"));
        }
        if before.contains('}') {
            return Err(format!("`{pattern}` has a `}}` that no `{{` opens"));
        }
        pairs.push(Pair {
            before,
            choices: choices(pattern, inside)?,
        });
        rest = tail;
    }
    if rest.contains('}') {
        return Err(format!("`{pattern}` has a `}}` that no `{{` opens"));
    }
    if pairs.len() > PAIRS_MAX {
        return Err(format!(
            "`{pattern}` has more than {PAIRS_MAX} pairs of braces"
        ));
    }
    Ok((pairs, rest))
}

fn choices<'a>(pattern: &str, inside: &'a str) -> Result<Vec<&'a str>, String> {
    let mut choices: Vec<&str> = Vec::new();
    for choice in inside.split(',').map(str::trim) {
        if choice.is_empty() {
            return Err(format!("`{pattern}` has an empty alternative in braces"));
        }
        if choices.contains(&choice) {
            let choice = quoted([choice].into_iter());
            return Err(format!("`{pattern}` has the alternative {choice} twice"));
        }
        choices.push(choice);
    }
    Ok(choices)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(pattern: &str) -> Vec<String> {
        let expansions = expand(pattern).expect("a good pattern");
        expansions.into_iter().map(|one| one.text).collect()
    }

    #[test]
    fn without_braces_there_is_one_row() {
        assert_eq!(texts("os.system"), ["os.system"]);
    }

    #[test]
    fn every_combination_is_a_row() {
        assert_eq!(
            texts("a.{b,c.d}.e{f,g}h"),
            ["a.b.efh", "a.b.egh", "a.c.d.efh", "a.c.d.egh"]
        );
        let last = expand("a.{b,c.d}.e{f,g}h").expect("a good pattern").pop();
        assert_eq!(last.expect("four rows").chosen, ["c.d", "g"]);
    }

    #[test]
    fn examples_are_filled_in() {
        assert_eq!(
            fill("$1.$2($1) # $0 $", &["a", "b"]).as_deref(),
            Ok("a.b(a) # $0 $")
        );
        assert!(fill("run($2)", &["a"]).is_err());
        assert!(fill("run($1)", &[]).is_err());
    }

    #[test]
    fn bad_braces_are_named() {
        for (pattern, complaint) in [
            ("a.{b", "no `}` closes"),
            ("a.b}", "no `{` opens"),
            ("a}.{b}", "no `{` opens"),
            ("a.{b,{c}}", "braces within braces"),
            ("a.{b,}", "empty alternative"),
            ("a.{b,c,b}", "`b` twice"),
        ] {
            let message = expand(pattern).expect_err("a bad pattern");
            assert!(message.contains(complaint), "{pattern}: {message}");
        }
    }

    #[test]
    fn a_product_that_is_too_large_is_refused() {
        let ten = "{a,b,c,d,e,f,g,h,i,j}";
        assert!(expand(&ten.repeat(4)).is_ok());
        assert!(expand(&ten.repeat(5)).is_err());
        assert!(expand(&"{a}".repeat(10)).is_err());
    }
}
