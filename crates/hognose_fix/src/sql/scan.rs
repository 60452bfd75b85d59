//! Where in a statement a hole stands: inside a quoted value, where a value may stand, in the list
//! of `IN`, or where only a name or SQL can.
//!
//! ```sql
//! SELECT … FROM {1} WHERE a = {2} AND b LIKE '%{3}%' AND c IN ({4}) ORDER BY {5}
//! ```
//! 2 is a value, 3 is part of one, 4 is a list; 1 and 5 are names and cannot be bound.

use crate::template::Piece;

/// What a hole is, by its index among the pieces.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Spot {
    /// The pieces from the first to the last, inclusive, are one value: the hole alone, or
    /// a quoted text with its quotes.
    Value {
        first: usize,
        last: usize,
        quoted: bool,
        /// Whether only a number may stand there: `LIMIT`.
        is_count: bool,
    },
    /// The hole is all that stands between the parentheses of `IN`.
    List(usize),
    /// The hole stands for the parentheses as well: `IN {tuple}`.
    WholeList(usize),
    /// A table, a column, a direction, a piece of SQL.
    Name(usize),
    /// A parameter that is bound already.
    Bound,
}

/// How far a statement has been read; a query may be built over several of Python's statements.
#[derive(Debug, Clone, Default)]
pub(crate) struct Scanner {
    tokens: Vec<String>,
    word: String,
    quote: Option<Quoted>,
    comment: Option<Comment>,
}

#[derive(Debug, Clone)]
struct Quoted {
    mark: char,
    /// The piece with the opening quote.
    start: usize,
    holes: Vec<usize>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Comment {
    Line,
    Block,
}

const COMPARISONS: [&str; 26] = [
    "=", "<", ">", "<=", ">=", "<>", "!=", "==", "||", "+", "-", "/", "LIKE", "ILIKE", "REGEXP",
    "RLIKE", "GLOB", "MATCH", "LIMIT", "OFFSET", "BETWEEN", "THEN", "ELSE", "ESCAPE", "SOUNDS",
    "NULLIF",
];

impl Scanner {
    /// Whether the statement may be continued elsewhere: no quote and no comment is open.
    pub fn is_outside(&self) -> bool {
        self.quote.is_none() && self.comment != Some(Comment::Block)
    }

    /// The spots of the holes of `pieces`, and of the parameters that are bound, in order. `None`
    /// where a quote does not end.
    pub fn read(
        &mut self,
        pieces: &[Piece<'_>],
        is_mark: impl Fn(&str) -> bool,
    ) -> Option<Vec<Spot>> {
        let mut spots = Vec::new();
        let mut index = 0;
        while index < pieces.len() {
            match &pieces[index] {
                Piece::Char(character, _) => {
                    let next = character_at(pieces, index + 1);
                    let skip = self.character(character.value, next, index, &mut spots)?;
                    if self.is_outside() && self.quote.is_none() && self.comment.is_none() {
                        self.placeholder(pieces, index, &is_mark, &mut spots);
                    }
                    index += skip;
                }
                Piece::Hole(_) => {
                    self.hole(pieces, index, &mut spots);
                    index += 1;
                }
            }
        }
        // A quote that is open here began in a text that this one does not see.
        (self.is_outside()).then_some(spots)
    }

    /// Reads one character; how many pieces it takes.
    fn character(
        &mut self,
        character: char,
        next: Option<char>,
        index: usize,
        spots: &mut Vec<Spot>,
    ) -> Option<usize> {
        match self.comment {
            Some(Comment::Line) => {
                if character == '\n' {
                    self.comment = None;
                }
                return Some(1);
            }
            Some(Comment::Block) => {
                if character == '*' && next == Some('/') {
                    self.comment = None;
                    return Some(2);
                }
                return Some(1);
            }
            None => {}
        }
        if let Some(quoted) = &mut self.quote {
            if character != quoted.mark {
                return Some(1);
            }
            if next == Some(character) {
                return Some(2);
            }
            let quoted = self.quote.take()?;
            self.close(&quoted, index, spots);
            return Some(1);
        }
        match character {
            '\'' | '"' | '`' => {
                self.end_word();
                self.quote = Some(Quoted {
                    mark: character,
                    start: index,
                    holes: Vec::new(),
                });
            }
            '-' if next == Some('-') => {
                self.end_word();
                self.comment = Some(Comment::Line);
            }
            '/' if next == Some('*') => {
                self.end_word();
                self.comment = Some(Comment::Block);
            }
            it if it.is_alphanumeric() || it == '_' => self.word.push(it),
            it if it.is_whitespace() => self.end_word(),
            it => {
                self.end_word();
                let joins = matches!(
                    (self.tokens.last().map(String::as_str), it),
                    (Some("<" | ">" | "!" | "="), '=') | (Some("<"), '>') | (Some("|"), '|')
                );
                match self.tokens.last_mut() {
                    Some(last) if joins => last.push(it),
                    Some(_) | None => self.tokens.push(it.to_string()),
                }
            }
        }
        Some(1)
    }

    fn end_word(&mut self) {
        if !self.word.is_empty() {
            let word = std::mem::take(&mut self.word);
            self.tokens.push(word.to_ascii_uppercase());
        }
    }

    fn close(&mut self, quoted: &Quoted, last: usize, spots: &mut Vec<Spot>) {
        let is_value = quoted.mark == '\'' || (quoted.mark == '"' && self.takes_value());
        if !quoted.holes.is_empty() {
            let value = Spot::Value {
                first: quoted.start,
                last,
                quoted: true,
                is_count: false,
            };
            if is_value {
                spots.push(value);
            } else {
                spots.extend(quoted.holes.iter().map(|hole| Spot::Name(*hole)));
            }
        }
        self.tokens.push("\u{0}TEXT".to_owned());
    }

    fn hole(&mut self, pieces: &[Piece<'_>], index: usize, spots: &mut Vec<Spot>) {
        if let Some(quoted) = &mut self.quote {
            quoted.holes.push(index);
            return;
        }
        if self.comment.is_some() {
            spots.push(Spot::Name(index));
            return;
        }
        let is_glued = !self.word.is_empty();
        self.end_word();
        let next = pieces.get(index + 1).map(|piece| match piece {
            Piece::Char(character, _) => Some(character.value),
            Piece::Hole(_) => None,
        });
        let is_bounded = match next {
            None => true,
            Some(None) => false,
            Some(Some(next)) => next.is_whitespace() || "),;=<>+-*/|".contains(next),
        };
        let last = self.tokens.last().map(String::as_str);
        let opens_list = last == Some("(") && self.word_before_open() == Some("IN");
        let closes = following(pieces, index + 1) == Some(')');
        let spot = if is_glued || !is_bounded {
            Spot::Name(index)
        } else if opens_list && closes {
            Spot::List(index)
        } else if last == Some("IN") {
            Spot::WholeList(index)
        } else if self.takes_value() {
            Spot::Value {
                first: index,
                last: index,
                quoted: false,
                is_count: self.takes_count(),
            }
        } else {
            Spot::Name(index)
        };
        spots.push(spot);
        self.tokens.push("\u{0}HOLE".to_owned());
    }

    /// A parameter of the driver's style that begins at `index`.
    fn placeholder(
        &self,
        pieces: &[Piece<'_>],
        index: usize,
        is_mark: &impl Fn(&str) -> bool,
        spots: &mut Vec<Spot>,
    ) {
        let mut text = String::new();
        for piece in pieces[index..].iter().take(2) {
            match piece {
                Piece::Char(character, _) => text.push(character.value),
                Piece::Hole(_) => break,
            }
        }
        if is_mark(&text) {
            spots.push(Spot::Bound);
        }
    }

    /// Whether a value may stand behind what was read.
    fn takes_value(&self) -> bool {
        let tokens = &self.tokens;
        let Some(last) = tokens.last().map(String::as_str) else {
            return false;
        };
        if COMPARISONS.contains(&last) {
            return true;
        }
        match last {
            "AND" => {
                let mut before = tokens.iter().rev().skip(1);
                let stop =
                    before.find(|it| matches!(it.as_str(), "BETWEEN" | "AND" | "OR" | "WHERE"));
                stop.is_some_and(|it| it == "BETWEEN")
            }
            "(" | "," => {
                const CLAUSES: [&str; 6] = ["LIMIT", "SELECT", "BY", "SET", "FROM", "VALUES"];
                if let Some(open) = self.open_paren() {
                    return self.is_value_list(open);
                }
                let mut before = tokens.iter().rev();
                let clause = before.find(|it| CLAUSES.contains(&it.as_str()));
                last == "," && clause.is_some_and(|it| it == "LIMIT")
            }
            _ => false,
        }
    }

    /// Whether the value is the number of rows, or of those that are passed over.
    fn takes_count(&self) -> bool {
        let last = self.tokens.last().map(String::as_str);
        matches!(last, Some("LIMIT" | "OFFSET")) || last == Some(",") && self.open_paren().is_none()
    }

    /// The last parenthesis that is open.
    fn open_paren(&self) -> Option<usize> {
        let mut depth = 0_u32;
        for (index, token) in self.tokens.iter().enumerate().rev() {
            match token.as_str() {
                ")" => depth += 1,
                "(" if depth == 0 => return Some(index),
                "(" => depth -= 1,
                _ => {}
            }
        }
        None
    }

    fn word_before_open(&self) -> Option<&str> {
        let open = self.open_paren()?;
        let before = open.checked_sub(1)?;
        self.tokens.get(before).map(String::as_str)
    }

    /// Whether what the parenthesis opens is a list of values: `VALUES (`, `IN (`, `= lower(`.
    fn is_value_list(&self, open: usize) -> bool {
        let before = &self.tokens[..open];
        match before.last().map(String::as_str) {
            Some("VALUES" | "IN" | "ROW") => true,
            // The second row of `VALUES (1), (`.
            Some(",") => before.iter().any(|token| token == "VALUES"),
            // A function on the right of a comparison, or among the values of a row.
            Some(word) if word.chars().all(|it| it.is_alphanumeric() || it == '_') => {
                let of_function = &before[..before.len() - 1];
                match of_function.last().map(String::as_str) {
                    Some(token) if COMPARISONS.contains(&token) => true,
                    Some("(" | ",") => {
                        let outer = Self {
                            tokens: of_function.to_vec(),
                            ..Self::default()
                        };
                        outer.takes_value()
                    }
                    Some(_) | None => false,
                }
            }
            Some(token) => COMPARISONS.contains(&token),
            None => false,
        }
    }
}

fn character_at(pieces: &[Piece<'_>], index: usize) -> Option<char> {
    match pieces.get(index)? {
        Piece::Char(character, _) => Some(character.value),
        Piece::Hole(_) => None,
    }
}

/// The first character from `index` on that is no space.
fn following(pieces: &[Piece<'_>], index: usize) -> Option<char> {
    let rest = pieces.get(index..)?;
    rest.iter()
        .map(|piece| match piece {
            Piece::Char(character, _) => Some(character.value),
            Piece::Hole(_) => None,
        })
        .find(|it| it.is_none_or(|it| !it.is_whitespace()))?
}
