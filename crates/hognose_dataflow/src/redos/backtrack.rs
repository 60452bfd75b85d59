//! A backtracking matcher that counts its steps, as Python's does its work.
//!
//! ```text
//! (a+)+$ on aaaa…!     twice the steps for each further letter
//! a+$ on aaaa…!        four times the steps for twice the letters, searching
//! ```
//! It runs patterns on texts that the analysis made up, never on anything else, and stops after a
//! number of steps.

use super::program::{Inst, Program};
use super::syntax::{Anchor, Look, Wanted};
use super::{Use, set::Set};

/// Looks and atomic groups inside one another.
const DEPTH_MAX: usize = 24;

/// How a run ended, and after how many steps.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Run {
    pub end: End,
    pub steps: u64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum End {
    Matched,
    Failed,
    /// The steps were used up.
    Stopped,
}

/// Runs the program on the text.
pub fn run(program: &Program, text: &[char], usage: Use, steps_max: u64) -> Run {
    let mut machine = Machine {
        program,
        text,
        word: Set::word(),
        steps: 0,
        steps_max,
        slots: vec![None; program.groups * 2 + 2],
        entered: vec![None; program.loops],
    };
    let starts = match usage {
        Use::Search => text.len(),
        Use::Match | Use::FullMatch => 0,
    };
    for start in 0..=starts {
        machine.slots.fill(None);
        match machine.from(0, start, usage, 0) {
            Ok(Some(_)) => return machine.ended(End::Matched),
            Ok(None) => {}
            Err(Stopped) => return machine.ended(End::Stopped),
        }
    }
    machine.ended(End::Failed)
}

/// The steps were used up.
struct Stopped;

/// Where a match ends, if there is one.
type Found = Result<Option<usize>, Stopped>;

struct Machine<'a> {
    program: &'a Program,
    text: &'a [char],
    word: Set,
    steps: u64,
    steps_max: u64,
    slots: Vec<Option<usize>>,
    entered: Vec<Option<usize>>,
}

/// What to return to.
enum Back {
    Try(usize, usize),
    Slot(usize, Option<usize>),
    Entered(usize, Option<usize>),
}

impl Machine<'_> {
    fn ended(&self, end: End) -> Run {
        Run {
            end,
            steps: self.steps,
        }
    }

    /// Where the match that begins at `at` ends.
    fn from(&mut self, first: usize, at: usize, usage: Use, depth: usize) -> Found {
        let mut stack = vec![Back::Try(first, at)];
        'tries: while let Some(back) = stack.pop() {
            let (mut pc, mut at) = match back {
                Back::Try(pc, at) => (pc, at),
                Back::Slot(slot, value) => {
                    self.slots[slot] = value;
                    continue;
                }
                Back::Entered(register, value) => {
                    self.entered[register] = value;
                    continue;
                }
            };
            loop {
                self.steps += 1;
                if self.steps > self.steps_max {
                    return Err(Stopped);
                }
                match &self.program.insts[pc] {
                    Inst::Set(set) => {
                        let matches = self
                            .text
                            .get(at)
                            .is_some_and(|it| self.program.sets[*set].has(*it as u32));
                        if !matches {
                            continue 'tries;
                        }
                        at += 1;
                        pc += 1;
                    }
                    Inst::Split(first, second) => {
                        stack.push(Back::Try(*second, at));
                        pc = *first;
                    }
                    Inst::Jump(target) => pc = *target,
                    Inst::Save(slot) => {
                        stack.push(Back::Slot(*slot, self.slots[*slot]));
                        self.slots[*slot] = Some(at);
                        pc += 1;
                    }
                    Inst::Enter(register) => {
                        stack.push(Back::Entered(*register, self.entered[*register]));
                        self.entered[*register] = Some(at);
                        pc += 1;
                    }
                    Inst::Leave(register, exit) => {
                        pc = if self.entered[*register] == Some(at) {
                            *exit
                        } else {
                            pc + 1
                        };
                    }
                    Inst::Anchor(anchor) => {
                        if !self.holds(*anchor, at) {
                            continue 'tries;
                        }
                        pc += 1;
                    }
                    Inst::Again(group) => match self.again(*group, at) {
                        Some(end) => {
                            at = end;
                            pc += 1;
                        }
                        None => continue 'tries,
                    },
                    Inst::Look {
                        look,
                        wanted,
                        width,
                        end,
                    } => {
                        let start = match look {
                            Look::Ahead => Some(at),
                            Look::Behind => at.checked_sub(*width as usize),
                        };
                        let found = match start {
                            Some(start) => self.inner(pc + 1, start, depth)?,
                            None => None,
                        };
                        if found.is_some() != (*wanted == Wanted::Match) {
                            continue 'tries;
                        }
                        pc = *end;
                    }
                    Inst::Atomic { end } => match self.inner(pc + 1, at, depth)? {
                        Some(position) => {
                            at = position;
                            pc = *end;
                        }
                        None => continue 'tries,
                    },
                    Inst::Done | Inst::Seen => return Ok(Some(at)),
                    Inst::Match => {
                        if usage == Use::FullMatch && at != self.text.len() {
                            continue 'tries;
                        }
                        return Ok(Some(at));
                    }
                }
            }
        }
        Ok(None)
    }

    fn inner(&mut self, pc: usize, at: usize, depth: usize) -> Found {
        if depth >= DEPTH_MAX {
            return Err(Stopped);
        }
        self.from(pc, at, Use::Match, depth + 1)
    }

    /// The end of the text that the group matched, where it stands again.
    fn again(&mut self, group: u32, at: usize) -> Option<usize> {
        let slot = group as usize * 2;
        let start = (*self.slots.get(slot)?)?;
        let end = (*self.slots.get(slot + 1)?)?;
        let known = self.text.get(start..end)?;
        let here = self.text.get(at..at + known.len())?;
        self.steps += known.len() as u64;
        (known == here).then_some(at + known.len())
    }

    fn holds(&self, anchor: Anchor, at: usize) -> bool {
        let length = self.text.len();
        let before = at.checked_sub(1).map(|before| self.text[before]);
        let after = self.text.get(at).copied();
        let is_word =
            |character: Option<char>| character.is_some_and(|it| self.word.has(it as u32));
        match anchor {
            Anchor::Start => at == 0,
            Anchor::LineStart => before.is_none_or(|character| character == '\n'),
            Anchor::End => at == length || (at + 1 == length && after == Some('\n')),
            Anchor::LineEnd => after.is_none_or(|character| character == '\n'),
            Anchor::VeryEnd => at == length,
            Anchor::Boundary => is_word(before) != is_word(after),
            Anchor::NoBoundary => is_word(before) == is_word(after),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::Use;
    use super::super::program::compile;
    use super::super::syntax::{Flags, parse};
    use super::{End, run};

    fn ends(pattern: &str, text: &str, usage: Use) -> End {
        let tree = parse(pattern, Flags::NONE).expect("the pattern is one");
        let program = compile(&tree).expect("the pattern is small");
        let text: Vec<char> = text.chars().collect();
        run(&program, &text, usage, 100_000).end
    }

    #[test]
    fn matches_as_python_does() {
        let cases = [
            (r"^a+b$", "aaab", End::Matched),
            (r"^a+b$", "aaab\n", End::Matched),
            (r"^a+b\Z", "aaab\n", End::Failed),
            (r"(a|ab)(c|bcd)(d*)$", "abcd", End::Matched),
            (r"(?P<q>['x]).*(?P=q)$", "'ab'", End::Matched),
            (r"(?P<q>['x]).*(?P=q)$", "'abx", End::Failed),
            (r"^(?>a+)ab", "aaab", End::Failed),
            (r"^a++ab", "aaab", End::Failed),
            (r"^(?=ab)a", "ac", End::Failed),
            (r"^(?!ab)a", "ac", End::Matched),
            (r"(?<=x)b", "axb", End::Matched),
            (r"(?<!x)b", "axb", End::Failed),
            (r"\bfoo\b", "a foo!", End::Matched),
            (r"\bfoo\b", "afoo!", End::Failed),
            (r"^(a*)*$", "aaa", End::Matched),
            (r"^(a?|b)*c", "aabc", End::Matched),
            (r"^a{2,3}$", "aaaa", End::Failed),
            (r"^\d{3}-\d{2}$", "123-45", End::Matched),
            (r"(?i)^ABC$", "abc", End::Matched),
        ];
        for (pattern, text, expected) in cases {
            assert_eq!(
                ends(pattern, text, Use::Search),
                expected,
                "{pattern} on {text}"
            );
        }
        assert_eq!(ends("a|ab", "ab", Use::FullMatch), End::Matched);
        assert_eq!(ends("b", "ab", Use::Match), End::Failed);
    }

    #[test]
    fn stops_after_its_steps() {
        assert_eq!(
            ends("^(a+)+$", &format!("{}!", "a".repeat(40)), Use::Search),
            End::Stopped
        );
    }
}
