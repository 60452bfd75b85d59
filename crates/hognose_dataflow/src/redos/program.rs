//! A pattern as instructions: what the automaton is read from, and what is run.
//!
//! ```text
//! (a|b)*c     0 split 1 6 · 1 split 2 4 · 2 a · 3 jump 5 · 4 b · 5 jump 0 · 6 c · 7 match
//! a{2,3}      a, a, and a third that may be left out
//! (?>a+)b     atomic … end, then b
//! ```
//! Counted repetitions are written out, large ones only in part.

use std::collections::BTreeMap;

use super::set::Set;
use super::syntax::{Anchor, Greed, Look, Tree, Wanted};

/// Instructions of one pattern: `(\d{1,3}\.){3}` has some forty.
pub const INSTRUCTIONS_MAX: usize = 1500;

/// How often a counted repetition is written out, from the exact to the least that is tried.
const COPIES: [u32; 4] = [256, 24, 6, 2];

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Inst {
    /// One character of the set with that number.
    Set(usize),
    /// The first is tried first.
    Split(usize, usize),
    Jump(usize),
    /// The group begins or ends here: twice its number, and one more at its end.
    Save(usize),
    /// An iteration of a loop whose body may match nothing begins.
    Enter(usize),
    /// It ends; without progress the loop is left to the given instruction.
    Leave(usize, usize),
    Anchor(Anchor),
    Again(u32),
    /// The instructions up to the end match here, which takes no characters.
    Look {
        look: Look,
        wanted: Wanted,
        width: u32,
        end: usize,
    },
    /// The first match of the instructions up to the end is final.
    Atomic {
        end: usize,
    },
    /// The end of an atomic group.
    Done,
    /// The end of a look.
    Seen,
    Match,
}

#[derive(Debug, Clone)]
pub struct Program {
    pub insts: Vec<Inst>,
    /// The sets that instructions name.
    pub sets: Vec<Set>,
    /// Loops whose body may match nothing.
    pub loops: usize,
    pub groups: usize,
}

/// The instructions of a tree; `None`: there would be too many of them.
pub fn compile(tree: &Tree) -> Option<Program> {
    COPIES
        .into_iter()
        .find_map(|copies| compile_with(tree, copies))
}

fn compile_with(tree: &Tree, copies_max: u32) -> Option<Program> {
    let mut writer = Writer {
        insts: Vec::new(),
        sets: BTreeMap::new(),
        loops: 0,
        groups: 0,
        copies_max,
    };
    writer.tree(tree)?;
    writer.push(Inst::Match)?;
    let mut sets = vec![Set::default(); writer.sets.len()];
    for (set, index) in writer.sets {
        sets[index] = set;
    }
    Some(Program {
        insts: writer.insts,
        sets,
        loops: writer.loops,
        groups: writer.groups,
    })
}

struct Writer {
    insts: Vec<Inst>,
    sets: BTreeMap<Set, usize>,
    loops: usize,
    groups: usize,
    copies_max: u32,
}

impl Writer {
    /// The number of the new instruction; `None` when there are too many.
    fn push(&mut self, inst: Inst) -> Option<usize> {
        if self.insts.len() >= INSTRUCTIONS_MAX {
            return None;
        }
        self.insts.push(inst);
        Some(self.insts.len() - 1)
    }

    fn next(&self) -> usize {
        self.insts.len()
    }

    fn tree(&mut self, tree: &Tree) -> Option<()> {
        match tree {
            Tree::Set(set) | Tree::Rest(set) => {
                let count = self.sets.len();
                let index = *self.sets.entry(set.clone()).or_insert(count);
                self.push(Inst::Set(index))?;
            }
            Tree::Concat(parts) => {
                for part in parts {
                    self.tree(part)?;
                }
            }
            Tree::Either(parts) => self.either(parts)?,
            Tree::Repeat {
                body,
                min,
                max,
                greed,
            } => self.repeat(body, *min, *max, *greed)?,
            Tree::Group(number, body) => {
                let slot = *number as usize * 2;
                self.groups = self.groups.max(*number as usize);
                self.push(Inst::Save(slot))?;
                self.tree(body)?;
                self.push(Inst::Save(slot + 1))?;
            }
            Tree::Atomic(body) => self.atomic(|writer| writer.tree(body))?,
            Tree::Look(look, wanted, body) => {
                let start = self.push(Inst::Done)?;
                self.tree(body)?;
                self.push(Inst::Seen)?;
                self.insts[start] = Inst::Look {
                    look: *look,
                    wanted: *wanted,
                    width: body.width_min(),
                    end: self.next(),
                };
            }
            Tree::Anchor(anchor) => {
                self.push(Inst::Anchor(*anchor))?;
            }
            Tree::Again(group) => {
                self.push(Inst::Again(*group))?;
            }
        }
        Some(())
    }

    fn atomic(&mut self, body: impl FnOnce(&mut Self) -> Option<()>) -> Option<()> {
        let start = self.push(Inst::Done)?;
        body(self)?;
        self.push(Inst::Done)?;
        self.insts[start] = Inst::Atomic { end: self.next() };
        Some(())
    }

    fn either(&mut self, parts: &[Tree]) -> Option<()> {
        let mut jumps = Vec::new();
        for (index, part) in parts.iter().enumerate() {
            if index + 1 == parts.len() {
                self.tree(part)?;
                break;
            }
            let split = self.push(Inst::Done)?;
            self.tree(part)?;
            jumps.push(self.push(Inst::Done)?);
            self.insts[split] = Inst::Split(split + 1, self.next());
        }
        let end = self.next();
        for jump in jumps {
            self.insts[jump] = Inst::Jump(end);
        }
        Some(())
    }

    fn repeat(&mut self, body: &Tree, min: u32, max: Option<u32>, greed: Greed) -> Option<()> {
        if greed == Greed::Possessive {
            return self.atomic(|writer| writer.repeat(body, min, max, Greed::Greedy));
        }
        let min = min.min(self.copies_max);
        match max {
            None => {
                for _ in 1..min {
                    self.tree(body)?;
                }
                if min == 0 {
                    self.star(body, greed)
                } else {
                    self.plus(body, greed)
                }
            }
            Some(max) => {
                for _ in 0..min {
                    self.tree(body)?;
                }
                let optional = max.saturating_sub(min).min(self.copies_max);
                let mut splits = Vec::new();
                for _ in 0..optional {
                    splits.push(self.push(Inst::Done)?);
                    self.tree(body)?;
                }
                let end = self.next();
                for split in splits {
                    self.insts[split] = fork(split + 1, end, greed);
                }
                Some(())
            }
        }
    }

    fn star(&mut self, body: &Tree, greed: Greed) -> Option<()> {
        let start = self.push(Inst::Done)?;
        let turn = self.iteration(body)?;
        self.push(Inst::Jump(start))?;
        let end = self.next();
        self.insts[start] = fork(start + 1, end, greed);
        self.close(turn, end);
        Some(())
    }

    fn plus(&mut self, body: &Tree, greed: Greed) -> Option<()> {
        let start = self.next();
        let turn = self.iteration(body)?;
        let split = self.push(Inst::Done)?;
        let end = self.next();
        self.insts[split] = fork(start, end, greed);
        self.close(turn, end);
        Some(())
    }

    /// The body of a loop. Python leaves a loop whose body matched nothing.
    fn iteration(&mut self, body: &Tree) -> Option<Turn> {
        if body.width_min() > 0 {
            self.tree(body)?;
            return Some(Turn::Moves);
        }
        let register = self.loops;
        self.loops += 1;
        self.push(Inst::Enter(register))?;
        self.tree(body)?;
        Some(Turn::MayStand(self.push(Inst::Leave(register, 0))?))
    }

    fn close(&mut self, turn: Turn, end: usize) {
        if let Turn::MayStand(leave) = turn
            && let Inst::Leave(_, exit) = &mut self.insts[leave]
        {
            *exit = end;
        }
    }
}

/// One turn of a loop.
#[derive(Debug, Clone, Copy)]
enum Turn {
    /// It matches something.
    Moves,
    /// It may match nothing: the instruction that leaves the loop then.
    MayStand(usize),
}

fn fork(into: usize, past: usize, greed: Greed) -> Inst {
    match greed {
        Greed::Greedy | Greed::Possessive => Inst::Split(into, past),
        Greed::Lazy => Inst::Split(past, into),
    }
}
