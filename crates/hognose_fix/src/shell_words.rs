//! The words of a shell command that is built from text, as a POSIX shell splits them.
//!
//! ```sh
//! tar -czf '{name}.tar.gz' "{folder}"       # tar, -czf, {name}.tar.gz, {folder}
//! ```
//! A command that uses the shell for more than words (pipes, redirections, variables, patterns) has
//! no words here.

use crate::template::{Hole, Piece};

/// A part of a word.
#[derive(Debug, Clone)]
pub(crate) enum WordPart<'a> {
    Text(String),
    Hole(Hole<'a>),
}

pub(crate) type Word<'a> = Vec<WordPart<'a>>;

#[derive(Clone, Copy, PartialEq, Eq)]
enum Quote {
    None,
    Single,
    Double,
}

/// What a shell does itself.
const BUILTINS: [&str; 24] = [
    "cd", "export", "source", ".", "exit", "set", "unset", "ulimit", "umask", "alias", "type",
    "read", "eval", "exec", "wait", "trap", "pushd", "popd", "dir", "copy", "del", "move", "start",
    "cls",
];

/// The words; the error says what needs a shell.
pub(crate) fn words<'a>(pieces: &[Piece<'a>]) -> Result<Vec<Word<'a>>, crate::Refusal> {
    const SHELL: crate::Refusal =
        "the command needs a shell: it has pipes, redirections, variables or patterns";
    let mut words: Vec<Word<'a>> = Vec::new();
    let mut word: Option<Word<'a>> = None;
    let mut quote = Quote::None;
    let mut pieces = pieces.iter().peekable();
    while let Some(piece) = pieces.next() {
        let character = match piece {
            Piece::Hole(hole) => {
                word.get_or_insert_default()
                    .push(WordPart::Hole(hole.clone()));
                continue;
            }
            Piece::Char(character, _) => character.value,
        };
        match (quote, character) {
            (Quote::None, ' ' | '\t') => words.extend(word.take()),
            (Quote::None, '\'') => {
                quote = Quote::Single;
                word.get_or_insert_default();
            }
            (Quote::None, '"') => {
                quote = Quote::Double;
                word.get_or_insert_default();
            }
            (Quote::Single, '\'') | (Quote::Double, '"') => quote = Quote::None,
            (Quote::None | Quote::Double, '\\') => {
                let next = match pieces.next() {
                    Some(Piece::Char(next, _)) => next.value,
                    Some(Piece::Hole(_)) | None => return Err(SHELL),
                };
                if quote == Quote::Double && !"\"\\$`".contains(next) {
                    push(&mut word, '\\');
                }
                push(&mut word, next);
            }
            (
                Quote::None,
                '|' | '&' | ';' | '<' | '>' | '(' | ')' | '*' | '?' | '[' | ']' | '!' | '\n',
            ) => {
                return Err(SHELL);
            }
            (Quote::None, '~' | '#') if word.is_none() => return Err(SHELL),
            (Quote::None, '{') if !matches!(pieces.peek(), Some(Piece::Char(next, _)) if next.value == '}') =>
            {
                return Err(SHELL);
            }
            (Quote::None | Quote::Double, '$' | '`') => return Err(SHELL),
            (_, '\u{FFFD}') => return Err("the command has an escape that is not followed"),
            (_, other) => push(&mut word, other),
        }
    }
    if quote != Quote::None {
        return Err("a quote of the command does not end");
    }
    words.extend(word);
    match words.first().map(Vec::as_slice) {
        Some([WordPart::Text(program)])
            if program.contains('=') || BUILTINS.contains(&program.as_str()) =>
        {
            Err("the command is one of the shell itself")
        }
        Some([WordPart::Text(_)]) => Ok(words),
        Some(_) => Err("the program itself is chosen by a value; choose it from a list"),
        None => Err("the command is empty"),
    }
}

fn push(word: &mut Option<Word<'_>>, character: char) {
    let parts = word.get_or_insert_default();
    match parts.last_mut() {
        Some(WordPart::Text(text)) => text.push(character),
        Some(WordPart::Hole(_)) | None => parts.push(WordPart::Text(character.to_string())),
    }
}

/// The text of a word without holes.
pub(crate) fn literal(word: &[WordPart<'_>]) -> Option<String> {
    match word {
        [] => Some(String::new()),
        [WordPart::Text(text)] => Some(text.clone()),
        _ => None,
    }
}
