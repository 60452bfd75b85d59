//! Python's regular expressions as a tree.
//!
//! ```text
//! ^(\w+\s?)*$         concat of start, star of group, end
//! (?P<n>a)(?=b)(?>c)  groups, a look, an atomic group
//! a{2,5}+             a possessive repetition
//! ```
//! The syntax of `re` (3.11 and later) and what the `regex` package adds to it. What is no pattern
//! gives `None`: Python refuses it as well.

use super::set::Set;

/// Parentheses inside one another beyond which a pattern is not read: `((((…))))`.
const NESTING_MAX: usize = 64;

/// What `re.compile` is told beside the pattern.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Flags(u8);

impl Flags {
    pub const NONE: Self = Self(0);
    pub const VERBOSE: Self = Self(1);
    pub const DOT_ALL: Self = Self(1 << 1);
    pub const IGNORE_CASE: Self = Self(1 << 2);
    pub const MULTILINE: Self = Self(1 << 3);
    pub const ASCII: Self = Self(1 << 4);

    #[must_use]
    pub fn with(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    #[must_use]
    pub fn without(self, other: Self) -> Self {
        Self(self.0 & !other.0)
    }

    pub fn has(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }
}

/// A place between two characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Anchor {
    /// `^`, `\A`
    Start,
    /// `^` with `re.MULTILINE`
    LineStart,
    /// `$`: the end, or before the newline there
    End,
    /// `$` with `re.MULTILINE`
    LineEnd,
    /// `\Z`, `\z`
    VeryEnd,
    /// `\b`
    Boundary,
    /// `\B`
    NoBoundary,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Greed {
    Greedy,
    Lazy,
    /// What was matched is not given back.
    Possessive,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Look {
    Ahead,
    Behind,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wanted {
    Match,
    NoMatch,
}

/// See the module documentation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Tree {
    Set(Set),
    /// A set that was written as what it lacks: `.`, `[^"]`.
    Rest(Set),
    Concat(Vec<Tree>),
    Either(Vec<Tree>),
    Repeat {
        body: Box<Tree>,
        min: u32,
        max: Option<u32>,
        greed: Greed,
    },
    /// A group with its number.
    Group(u32, Box<Tree>),
    Atomic(Box<Tree>),
    Look(Look, Wanted, Box<Tree>),
    Anchor(Anchor),
    /// What the group with that number matched.
    Again(u32),
}

impl Tree {
    pub const EMPTY: Self = Self::Concat(Vec::new());

    /// The fewest characters that match.
    pub fn width_min(&self) -> u32 {
        match self {
            Self::Set(_) | Self::Rest(_) => 1,
            Self::Concat(parts) => parts
                .iter()
                .fold(0, |sum: u32, part| sum.saturating_add(part.width_min())),
            Self::Either(parts) => parts.iter().map(Self::width_min).min().unwrap_or(0),
            Self::Repeat { body, min, .. } => body.width_min().saturating_mul(*min),
            Self::Group(_, body) | Self::Atomic(body) => body.width_min(),
            Self::Look(..) | Self::Anchor(_) | Self::Again(_) => 0,
        }
    }
}

/// The tree of a pattern.
pub fn parse(pattern: &str, flags: Flags) -> Option<Tree> {
    let mut reader = Reader {
        characters: pattern.chars().collect(),
        at: 0,
        flags,
        groups: 0,
        names: Vec::new(),
        nesting: 0,
    };
    let tree = reader.either().ok()?;
    (reader.at == reader.characters.len()).then_some(tree)
}

/// What Python refuses to compile.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Refused;

type Read<T> = Result<T, Refused>;

/// How often: at least, and at most.
type Counts = (u32, Option<u32>);

struct Reader {
    characters: Vec<char>,
    at: usize,
    flags: Flags,
    groups: u32,
    names: Vec<(String, u32)>,
    nesting: usize,
}

impl Reader {
    fn peek(&self) -> Option<char> {
        self.characters.get(self.at).copied()
    }

    fn take(&mut self) -> Read<char> {
        let character = self.peek().ok_or(Refused)?;
        self.at += 1;
        Ok(character)
    }

    fn eat(&mut self, text: &str) -> bool {
        let matches = text
            .chars()
            .enumerate()
            .all(|(index, character)| self.characters.get(self.at + index) == Some(&character));
        if matches {
            self.at += text.chars().count();
        }
        matches
    }

    /// The text up to `end`, which is eaten as well.
    fn until(&mut self, end: char) -> Read<String> {
        let length = self.characters[self.at..]
            .iter()
            .position(|it| *it == end)
            .ok_or(Refused)?;
        let text = self.characters[self.at..self.at + length].iter().collect();
        self.at += length + 1;
        Ok(text)
    }

    fn either(&mut self) -> Read<Tree> {
        let mut alternatives = vec![self.concat()?];
        while self.eat("|") {
            alternatives.push(self.concat()?);
        }
        Ok(match alternatives.len() {
            1 => alternatives.swap_remove(0),
            _ => factored(alternatives),
        })
    }

    fn concat(&mut self) -> Read<Tree> {
        let mut parts = Vec::new();
        loop {
            self.skip_ignored();
            match self.peek() {
                None | Some('|' | ')') => break,
                Some(_) => {}
            }
            if let Some(part) = self.item()? {
                let part = self.repeated(part)?;
                parts.push(part);
            }
        }
        Ok(match parts.len() {
            1 => parts.swap_remove(0),
            _ => Tree::Concat(parts),
        })
    }

    /// Blanks and comments of a verbose pattern.
    fn skip_ignored(&mut self) {
        if !self.flags.has(Flags::VERBOSE) {
            return;
        }
        while let Some(character) = self.peek() {
            if character == '#' {
                while self.peek().is_some_and(|character| character != '\n') {
                    self.at += 1;
                }
            } else if character.is_ascii_whitespace() || character == '\x0b' {
                self.at += 1;
            } else {
                break;
            }
        }
    }

    /// One item without its repetition; `Some(None)` for a comment or flags.
    fn item(&mut self) -> Read<Option<Tree>> {
        let tree = match self.take()? {
            '.' if self.flags.has(Flags::DOT_ALL) => Tree::Rest(Set::all()),
            '.' => Tree::Rest(Set::not_newline()),
            '^' if self.flags.has(Flags::MULTILINE) => Tree::Anchor(Anchor::LineStart),
            '^' => Tree::Anchor(Anchor::Start),
            '$' if self.flags.has(Flags::MULTILINE) => Tree::Anchor(Anchor::LineEnd),
            '$' => Tree::Anchor(Anchor::End),
            '[' => self.class()?,
            '(' => {
                self.nesting += 1;
                if self.nesting > NESTING_MAX {
                    return Err(Refused);
                }
                let group = self.group();
                self.nesting -= 1;
                return group;
            }
            '\\' => self.escape()?,
            '*' | '+' | '?' => return Err(Refused),
            character => self.literal(character),
        };
        Ok(Some(tree))
    }

    fn literal(&self, character: char) -> Tree {
        self.set(Set::character(character))
    }

    fn set(&self, set: Set) -> Tree {
        if self.flags.has(Flags::IGNORE_CASE) {
            Tree::Set(set.any_case())
        } else {
            Tree::Set(set)
        }
    }

    fn repeated(&mut self, body: Tree) -> Read<Tree> {
        let mut body = body;
        loop {
            self.skip_ignored();
            let Some((min, max)) = self.counts()? else {
                return Ok(body);
            };
            let greed = if self.eat("?") {
                Greed::Lazy
            } else if self.eat("+") {
                Greed::Possessive
            } else {
                Greed::Greedy
            };
            body = Tree::Repeat {
                body: Box::new(body),
                min,
                max,
                greed,
            };
        }
    }

    /// `*`, `+`, `?`, `{2,5}`; braces without numbers are characters.
    fn counts(&mut self) -> Read<Option<Counts>> {
        let counts = match self.peek() {
            Some('*') => (0, None),
            Some('+') => (1, None),
            Some('?') => (0, Some(1)),
            Some('{') => return self.braces(),
            _ => return Ok(None),
        };
        self.at += 1;
        Ok(Some(counts))
    }

    fn braces(&mut self) -> Read<Option<Counts>> {
        let start = self.at;
        self.at += 1;
        let min = self.number();
        let max = if self.eat(",") { self.number() } else { min };
        let has_comma = self.characters[start..self.at].contains(&',');
        if !self.eat("}") || (min.is_none() && !has_comma) {
            self.at = start;
            return Ok(None);
        }
        let min = min.unwrap_or(0);
        match max {
            Some(max) if max < min => Err(Refused),
            max => Ok(Some((min, max))),
        }
    }

    fn number(&mut self) -> Option<u32> {
        let start = self.at;
        while self.peek().is_some_and(|it| it.is_ascii_digit()) {
            self.at += 1;
        }
        let digits: String = self.characters[start..self.at].iter().collect();
        if digits.is_empty() {
            return None;
        }
        Some(digits.parse().unwrap_or(u32::MAX))
    }

    /// Behind `(`.
    fn group(&mut self) -> Read<Option<Tree>> {
        if !self.eat("?") {
            return self.numbered(None).map(Some);
        }
        if self.eat("#") {
            self.until(')')?;
            return Ok(None);
        }
        let tree = if self.eat("P<") {
            let name = self.until('>')?;
            return self.numbered(Some(name)).map(Some);
        } else if self.eat("P=") {
            let name = self.until(')')?;
            return Ok(Some(Tree::Again(self.group_named(&name)?)));
        } else if self.eat("=") {
            Tree::Look(Look::Ahead, Wanted::Match, Box::new(self.closed()?))
        } else if self.eat("!") {
            Tree::Look(Look::Ahead, Wanted::NoMatch, Box::new(self.closed()?))
        } else if self.eat("<=") {
            Tree::Look(Look::Behind, Wanted::Match, Box::new(self.closed()?))
        } else if self.eat("<!") {
            Tree::Look(Look::Behind, Wanted::NoMatch, Box::new(self.closed()?))
        } else if self.eat("<") {
            let name = self.until('>')?;
            return self.numbered(Some(name)).map(Some);
        } else if self.eat(">") {
            Tree::Atomic(Box::new(self.closed()?))
        } else if self.eat("(") {
            // Whether the group matched decides; both ways are possible.
            self.until(')')?;
            self.closed()?
        } else {
            return self.flagged();
        };
        Ok(Some(tree))
    }

    fn numbered(&mut self, name: Option<String>) -> Read<Tree> {
        self.groups += 1;
        let number = self.groups;
        if let Some(name) = name {
            self.names.push((name, number));
        }
        Ok(Tree::Group(number, Box::new(self.closed()?)))
    }

    fn group_named(&self, name: &str) -> Read<u32> {
        let known = self.names.iter().find(|(known, _)| known == name);
        known
            .map(|(_, number)| *number)
            .or_else(|| name.parse().ok())
            .ok_or(Refused)
    }

    fn closed(&mut self) -> Read<Tree> {
        let flags = self.flags;
        let tree = self.either()?;
        self.flags = flags;
        self.eat(")").then_some(tree).ok_or(Refused)
    }

    /// `(?:…)`, `(?i)`, `(?i-s:…)`
    fn flagged(&mut self) -> Read<Option<Tree>> {
        let before = self.flags;
        let mut adds = true;
        loop {
            let flag = match self.take()? {
                ':' => {
                    let tree = self.either()?;
                    self.flags = before;
                    return self.eat(")").then_some(Some(tree)).ok_or(Refused);
                }
                ')' => return Ok(None),
                '-' => {
                    adds = false;
                    continue;
                }
                'x' => Flags::VERBOSE,
                's' => Flags::DOT_ALL,
                'i' => Flags::IGNORE_CASE,
                'm' => Flags::MULTILINE,
                'a' => Flags::ASCII,
                'L' | 'u' | 'b' | 'e' | 'f' | 'p' | 'r' | 'w' | 'V' | '0' | '1' => Flags::NONE,
                _ => return Err(Refused),
            };
            self.flags = if adds {
                self.flags.with(flag)
            } else {
                self.flags.without(flag)
            };
        }
    }

    /// Behind a backslash, outside of brackets.
    fn escape(&mut self) -> Read<Tree> {
        let character = self.take()?;
        let tree = match character {
            'A' => Tree::Anchor(Anchor::Start),
            'Z' | 'z' => Tree::Anchor(Anchor::VeryEnd),
            'b' => Tree::Anchor(Anchor::Boundary),
            'B' => Tree::Anchor(Anchor::NoBoundary),
            '1'..='9' => {
                self.at -= 1;
                return self.reference();
            }
            character => {
                let set = self.escaped(character)?;
                self.set(set)
            }
        };
        Ok(tree)
    }

    /// `\3`, or a character by its octal number.
    fn reference(&mut self) -> Read<Tree> {
        let digits: Vec<u32> = self.characters[self.at..]
            .iter()
            .take(3)
            .map_while(|character| character.to_digit(10))
            .collect();
        if digits.len() == 3 && digits.iter().all(|digit| *digit < 8) && digits[0] < 4 {
            self.at += 3;
            let code = digits.iter().fold(0, |code, digit| code * 8 + digit);
            return Ok(self.set(Set::of([(code, code)])));
        }
        let used = digits.len().min(2);
        self.at += used;
        let number = digits[..used].iter().fold(0, |sum, digit| sum * 10 + digit);
        (number <= self.groups)
            .then_some(Tree::Again(number))
            .ok_or(Refused)
    }

    /// The set that an escape stands for, in brackets and outside; the letter was taken.
    fn escaped(&mut self, character: char) -> Read<Set> {
        let named = |set: Set, ascii: bool| if ascii { set.ascii() } else { set };
        let ascii = self.flags.has(Flags::ASCII);
        Ok(match character {
            'd' => named(Set::digits(), ascii),
            'D' => named(Set::digits(), ascii).negated(),
            'w' => named(Set::word(), ascii),
            'W' => named(Set::word(), ascii).negated(),
            's' => named(Set::space(), ascii),
            'S' => named(Set::space(), ascii).negated(),
            'n' => Set::character('\n'),
            't' => Set::character('\t'),
            'r' => Set::character('\r'),
            'f' => Set::character('\x0c'),
            'v' => Set::character('\x0b'),
            'a' => Set::character('\x07'),
            'x' => self.hexadecimal(2)?,
            'u' => self.hexadecimal(4)?,
            'U' => self.hexadecimal(8)?,
            '0' => self.octal(),
            'N' => {
                self.eat("{").then_some(()).ok_or(Refused)?;
                self.until('}')?;
                Set::character('\u{fffd}')
            }
            // Properties, which only the `regex` package knows: letters are the usual ones.
            'p' | 'P' => {
                if self.eat("{") {
                    self.until('}')?;
                } else {
                    self.take()?;
                }
                if character == 'p' {
                    Set::word()
                } else {
                    Set::word().negated()
                }
            }
            character if character.is_ascii_alphabetic() => return Err(Refused),
            character => Set::character(character),
        })
    }

    fn hexadecimal(&mut self, length: usize) -> Read<Set> {
        let digits: String = self
            .characters
            .get(self.at..self.at + length)
            .ok_or(Refused)?
            .iter()
            .collect();
        let code = u32::from_str_radix(&digits, 16).map_err(|_| Refused)?;
        self.at += length;
        Ok(Set::of([(code, code)]))
    }

    fn octal(&mut self) -> Set {
        let mut code = 0;
        for _ in 0..2 {
            match self.peek().and_then(|character| character.to_digit(8)) {
                Some(digit) => {
                    code = code * 8 + digit;
                    self.at += 1;
                }
                None => break,
            }
        }
        Set::of([(code, code)])
    }

    /// Behind `[`.
    fn class(&mut self) -> Read<Tree> {
        let negated = self.eat("^");
        let mut set = Set::default();
        let start = self.at;
        loop {
            let character = self.take()?;
            if character == ']' && self.at > start + 1 {
                break;
            }
            let (first, is_single) = self.member(character)?;
            let is_range = self.peek() == Some('-')
                && self
                    .characters
                    .get(self.at + 1)
                    .is_some_and(|it| *it != ']');
            if is_range && is_single {
                self.at += 1;
                let end = self.take()?;
                let (last, _) = self.member(end)?;
                let low = first.ranges().first().ok_or(Refused)?.0;
                let high = last.ranges().first().ok_or(Refused)?.0;
                if high < low {
                    return Err(Refused);
                }
                set = set.union(&Set::of([(low, high)]));
            } else {
                set = set.union(&first);
            }
        }
        if self.flags.has(Flags::IGNORE_CASE) {
            set = set.any_case();
        }
        Ok(if negated {
            Tree::Rest(set.negated())
        } else {
            Tree::Set(set)
        })
    }

    /// One member of a class, and whether it is a single character.
    fn member(&mut self, character: char) -> Read<(Set, bool)> {
        if character != '\\' {
            return Ok((Set::character(character), true));
        }
        let escaped = self.take()?;
        match escaped {
            'b' => Ok((Set::character('\x08'), true)),
            '1'..='7' => {
                self.at -= 1;
                let mut code = 0;
                while let Some(digit) = self.peek().and_then(|it| it.to_digit(8)) {
                    code = (code * 8 + digit) & 0x1ff;
                    self.at += 1;
                }
                Ok((Set::of([(code, code)]), true))
            }
            escaped => {
                let set = self.escaped(escaped)?;
                let is_single = matches!(set.ranges(), [(start, end)] if start == end);
                Ok((set, is_single))
            }
        }
    }
}

/// Alternatives as Python compiles them: what all begin with comes before them, and if what is left
/// of each is one set, they are one set. So `(a|b)*` has no choice to come back to.
fn factored(mut alternatives: Vec<Tree>) -> Tree {
    let mut prefix = Vec::new();
    while let Some(first) = alternatives.first().and_then(first_part) {
        let shared = alternatives
            .iter()
            .all(|alternative| first_part(alternative) == Some(first));
        if !shared {
            break;
        }
        prefix.push(first.clone());
        for alternative in &mut alternatives {
            *alternative = match std::mem::replace(alternative, Tree::EMPTY) {
                Tree::Concat(parts) => Tree::Concat(parts.into_iter().skip(1).collect()),
                _ => Tree::EMPTY,
            };
        }
    }
    let sets: Option<Vec<&Set>> = alternatives
        .iter()
        .map(|alternative| match alternative {
            Tree::Set(set) => Some(set),
            Tree::Concat(parts) => match parts.as_slice() {
                [Tree::Set(set)] => Some(set),
                _ => None,
            },
            _ => None,
        })
        .collect();
    let rest = match sets {
        Some(sets) => Tree::Set(
            sets.into_iter()
                .fold(Set::default(), |union, set| union.union(set)),
        ),
        None => Tree::Either(alternatives),
    };
    if prefix.is_empty() {
        return rest;
    }
    prefix.push(rest);
    Tree::Concat(prefix)
}

/// What a tree begins with.
fn first_part(tree: &Tree) -> Option<&Tree> {
    match tree {
        Tree::Concat(parts) => parts.first(),
        tree => Some(tree),
    }
}

#[cfg(test)]
mod tests {
    use super::{Flags, Tree, parse};

    fn reads(pattern: &str) -> Option<Tree> {
        parse(pattern, Flags::NONE)
    }

    #[test]
    fn what_python_accepts_is_read() {
        for pattern in [
            "",
            "a|b|",
            r"[]a-z\]-]+",
            r"[^]]",
            r"(?P<n>\w+)=(?P=n)",
            r"(a)\1",
            r"a{2}b{,3}c{4,}",
            "a{,}",
            "{",
            "a{x}",
            "a{2",
            r"\x41\u00e9\0\012",
            r"(?i:ab)(?s-i:.)",
            "(?#note)a",
            "(?i)a",
            r"(?<=a)b(?<!c)d(?=e)(?!f)",
            "(?>a+)b",
            "a++b*+c?+d{2}+",
            "(?(1)a|b)",
            r"\N{DIGIT ONE}",
            r"\p{L}+",
            r"[\w.-]+",
            r"[\d-x]",
            r"[+\-*/]",
            "a**",
        ] {
            let accepted = reads(pattern).is_some();
            assert!(accepted, "{pattern}");
        }
    }

    #[test]
    fn what_python_refuses_is_not() {
        for pattern in [
            "(", ")", "[a", "*a", "a{3,2}", r"\", r"[z-a]", r"(?P=x)", r"\2(a)", "(?z)a",
        ] {
            assert_eq!(reads(pattern), None, "{pattern}");
        }
    }

    #[test]
    fn alternatives_of_one_character_are_one_set() {
        assert_eq!(reads("a|b"), reads("[ab]"));
        assert_eq!(reads("xa|xb"), reads("x[ab]"));
        assert!(matches!(reads("[^a]|b"), Some(Tree::Either(_))));
    }

    #[test]
    fn verbose_patterns_have_comments() {
        let verbose = parse("a +  # letters\n b", Flags::VERBOSE);
        assert_eq!(verbose, reads("a+b"));
        assert_eq!(parse("(?x) a b", Flags::NONE), reads("ab"));
        assert_ne!(parse("a[ ]b", Flags::VERBOSE), reads("ab"));
    }

    #[test]
    fn deep_patterns_are_refused_before_the_stack_ends() {
        let deep = format!("{}a{}", "(".repeat(5000), ")".repeat(5000));
        assert_eq!(reads(&deep), None);
    }
}
