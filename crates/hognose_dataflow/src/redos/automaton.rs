//! The automaton of a pattern: which character may follow which, and on how many ways.
//!
//! ```text
//! (a*)*b      a is followed by a on two ways: in the inner loop, and by a new turn of the outer
//! \s+$        a state before the first character stands for where a search may begin
//! ```
//! A state is a place in the pattern where a character is consumed, with the symbol sets it admits.
//! Symbols are classes of characters that no set of the pattern tells apart.

use super::Use;
use super::program::{Inst, Program};
use super::syntax::Anchor;

/// Symbols of one pattern: one bit each.
pub const SYMBOLS_MAX: usize = 128;

/// Ways through an instruction that are followed from one state: more than two say nothing new.
const VISITS_MAX: u8 = 3;

/// A set of symbols.
pub type Symbols = u128;

/// How many ways lead from one state to another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ways {
    One,
    Several,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Edge {
    pub to: usize,
    pub ways: Ways,
}

/// Whether the pattern may end behind a state.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Accepts {
    No,
    /// Where the text ends as well.
    AtEnd,
    /// Whatever follows.
    Anywhere,
}

#[derive(Debug, Clone)]
pub struct State {
    pub symbols: Symbols,
    pub edges: Vec<Edge>,
    pub accepts: Accepts,
}

/// See the module documentation. State 0 is the beginning of the text, state 1 any later place
/// where a search may begin.
#[derive(Debug, Clone)]
pub struct Automaton {
    pub states: Vec<State>,
    /// A character for each symbol.
    pub characters: Vec<char>,
}

/// The beginning of the text.
pub const START: usize = 0;
/// What a search has skipped.
pub const SKIPPED: usize = 1;

/// The automaton of a program; `None`: it is too large.
pub fn automaton(program: &Program, usage: Use) -> Option<Automaton> {
    let (characters, masks) = symbols(program)?;
    let consuming: Vec<(usize, usize)> = program
        .insts
        .iter()
        .enumerate()
        .filter_map(|(pc, inst)| match inst {
            Inst::Set(set) => Some((pc, *set)),
            _ => None,
        })
        .collect();
    let mut state_of = vec![None; program.insts.len()];
    for (index, (pc, _)) in consuming.iter().enumerate() {
        state_of[*pc] = Some(index + 2);
    }
    let mut walk = Walk {
        program,
        state_of,
        usage,
        on_path: vec![0; program.insts.len()],
        visits: vec![0; program.insts.len()],
    };
    let mut states = Vec::with_capacity(consuming.len() + 2);
    states.push(walk.from(0, 0, Place::Start));
    states.push(match usage {
        Use::Search => skipped(walk.from(0, all_of(&characters), Place::Later)),
        Use::Match | Use::FullMatch => State {
            symbols: 0,
            edges: Vec::new(),
            accepts: Accepts::No,
        },
    });
    if usage == Use::Search {
        states[START].edges.push(Edge {
            to: SKIPPED,
            ways: Ways::One,
        });
    }
    for (pc, set) in &consuming {
        states.push(walk.from(pc + 1, masks[*set], Place::Later));
    }
    Some(Automaton { states, characters })
}

/// A search may go on skipping.
fn skipped(mut state: State) -> State {
    state.edges.push(Edge {
        to: SKIPPED,
        ways: Ways::One,
    });
    state.accepts = Accepts::No;
    state
}

fn all_of(characters: &[char]) -> Symbols {
    if characters.len() >= SYMBOLS_MAX {
        Symbols::MAX
    } else {
        (1 << characters.len()) - 1
    }
}

/// A character for each symbol, and the symbols of each set.
fn symbols(program: &Program) -> Option<(Vec<char>, Vec<Symbols>)> {
    let mut bounds: Vec<u32> = vec![0];
    for set in &program.sets {
        for (start, end) in set.ranges() {
            bounds.push(*start);
            bounds.push(end + 1);
        }
    }
    bounds.sort_unstable();
    bounds.dedup();
    // Which sets have a piece: pieces of the same sets are one symbol.
    let mut known: Vec<(Vec<bool>, char)> = Vec::new();
    for (index, start) in bounds.iter().enumerate() {
        let end = bounds.get(index + 1).map_or(0x10_ffff, |next| next - 1);
        let Some(character) = shown_character(*start, end) else {
            continue;
        };
        let inside: Vec<bool> = program.sets.iter().map(|set| set.has(*start)).collect();
        match known.iter_mut().find(|(sets, _)| *sets == inside) {
            Some((_, best)) => {
                if rank(character) < rank(*best) {
                    *best = character;
                }
            }
            None => known.push((inside, character)),
        }
        if known.len() > SYMBOLS_MAX {
            return None;
        }
    }
    let masks = (0..program.sets.len())
        .map(|set| {
            let symbols = known.iter().enumerate();
            symbols.fold(0, |mask: Symbols, (index, (sets, _))| {
                mask | (Symbols::from(sets[set]) << index)
            })
        })
        .collect();
    Some((known.into_iter().map(|(_, it)| it).collect(), masks))
}

/// The character of a range that reads best.
fn shown_character(start: u32, end: u32) -> Option<char> {
    let candidates = "a0A!_ -";
    candidates
        .chars()
        .find(|candidate| (start..=end).contains(&(*candidate as u32)))
        .or_else(|| (start..=end.min(start + 0x900)).find_map(char::from_u32))
}

fn rank(character: char) -> u8 {
    match character {
        'a'..='z' => 0,
        '0'..='9' => 1,
        'A'..='Z' => 2,
        '!'..='~' => 3,
        ' ' => 4,
        '\t' | '\n' | '\r' => 5,
        _ => 6,
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    /// Nothing was consumed yet.
    Start,
    Later,
}

struct Walk<'a> {
    program: &'a Program,
    state_of: Vec<Option<usize>>,
    usage: Use,
    /// How often an instruction is on the way that is being followed.
    on_path: Vec<u8>,
    visits: Vec<u8>,
}

impl Walk<'_> {
    fn from(&mut self, pc: usize, symbols: Symbols, place: Place) -> State {
        let mut state = State {
            symbols,
            edges: Vec::new(),
            accepts: Accepts::No,
        };
        self.visits.fill(0);
        self.follow(pc, place, End::Open, &mut state);
        state
    }

    /// Follows all ways from `pc` up to the next characters.
    fn follow(&mut self, pc: usize, place: Place, end: End, state: &mut State) {
        if self.visits[pc] >= VISITS_MAX {
            return;
        }
        self.visits[pc] += 1;
        self.on_path[pc] += 1;
        self.step(pc, place, end, state);
        self.on_path[pc] -= 1;
    }

    fn step(&mut self, pc: usize, place: Place, end: End, state: &mut State) {
        match &self.program.insts[pc] {
            Inst::Set(_) => {
                if let (Some(to), true) = (self.state_of[pc], end.goes_on()) {
                    add_edge(&mut state.edges, to);
                }
            }
            Inst::Split(first, second) => {
                self.follow(*first, place, end, state);
                self.follow(*second, place, end, state);
            }
            Inst::Jump(target) => self.follow(*target, place, end, state),
            Inst::Leave(register, exit) => {
                let target = if self.is_empty_turn(*register) {
                    *exit
                } else {
                    pc + 1
                };
                self.follow(target, place, end, state);
            }
            Inst::Anchor(Anchor::Start) if place == Place::Later => {}
            Inst::Anchor(Anchor::End | Anchor::VeryEnd) => {
                self.follow(pc + 1, place, End::Reached, state);
            }
            Inst::Anchor(Anchor::LineEnd) => {
                let end = match end {
                    End::Open | End::Line => End::Line,
                    End::Reached => End::Reached,
                };
                self.follow(pc + 1, place, end, state);
            }
            // What a look wants of what follows is not kept: the attack is tried on the whole pattern.
            Inst::Look { end: past, .. } => {
                self.follow(pc + 1, place, end, state);
                self.follow(*past, place, end, state);
            }
            Inst::Seen => {}
            Inst::Enter(_)
            | Inst::Save(_)
            | Inst::Anchor(_)
            | Inst::Again(_)
            | Inst::Atomic { .. }
            | Inst::Done => self.follow(pc + 1, place, end, state),
            Inst::Match => {
                let accepts = match (end, self.usage) {
                    (End::Open, Use::Search | Use::Match) => Accepts::Anywhere,
                    (End::Open, Use::FullMatch) | (End::Reached | End::Line, _) => Accepts::AtEnd,
                };
                state.accepts = state.accepts.or(accepts);
            }
        }
    }

    /// Whether the turn of the loop began on this way, without a character since.
    fn is_empty_turn(&self, register: usize) -> bool {
        let enters = self
            .program
            .insts
            .iter()
            .position(|inst| *inst == Inst::Enter(register));
        enters.is_some_and(|enters| self.on_path[enters] > 0)
    }
}

/// Whether the way passed the end of the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum End {
    Open,
    /// The end of a line.
    Line,
    Reached,
}

impl End {
    /// Whether a character may follow.
    fn goes_on(self) -> bool {
        self != Self::Reached
    }
}

impl Accepts {
    pub fn or(self, other: Self) -> Self {
        match (self, other) {
            (Self::Anywhere, _) | (_, Self::Anywhere) => Self::Anywhere,
            (Self::AtEnd, _) | (_, Self::AtEnd) => Self::AtEnd,
            (Self::No, Self::No) => Self::No,
        }
    }
}

fn add_edge(edges: &mut Vec<Edge>, to: usize) {
    match edges.iter_mut().find(|edge| edge.to == to) {
        Some(edge) => edge.ways = Ways::Several,
        None => edges.push(Edge {
            to,
            ways: Ways::One,
        }),
    }
}

impl Automaton {
    /// The strongly connected component of each state, and which of them are loops.
    pub fn components(&self) -> Components {
        let successors: Vec<Vec<usize>> = self
            .states
            .iter()
            .map(|state| state.edges.iter().map(|edge| edge.to).collect())
            .collect();
        Components::of(&successors)
    }

    /// A character of the set.
    pub fn character(&self, symbols: Symbols) -> Option<char> {
        let indexes = 0..self.characters.len();
        indexes
            .filter(|index| symbols & (1 << index) != 0)
            .map(|index| self.characters[index])
            .min_by_key(|character| rank(*character))
    }
}

/// Strongly connected components of a graph.
#[derive(Debug)]
pub struct Components {
    pub of: Vec<usize>,
    /// Whether a way leads from the component's states to themselves.
    pub is_loop: Vec<bool>,
}

impl Components {
    /// Tarjan's algorithm without recursion.
    pub fn of(successors: &[Vec<usize>]) -> Self {
        const NONE: usize = usize::MAX;
        let count = successors.len();
        let (mut index, mut low) = (vec![NONE; count], vec![0; count]);
        let mut on_stack = vec![false; count];
        let mut stack = Vec::new();
        let mut of = vec![NONE; count];
        let mut is_loop = Vec::new();
        let mut next = 0;
        for root in 0..count {
            if index[root] != NONE {
                continue;
            }
            let mut work = vec![(root, 0)];
            while let Some((state, edge)) = work.pop() {
                if edge == 0 {
                    index[state] = next;
                    low[state] = next;
                    next += 1;
                    stack.push(state);
                    on_stack[state] = true;
                }
                if let Some(successor) = successors[state].get(edge) {
                    work.push((state, edge + 1));
                    if index[*successor] == NONE {
                        work.push((*successor, 0));
                    } else if on_stack[*successor] {
                        low[state] = low[state].min(index[*successor]);
                    }
                    continue;
                }
                if low[state] == index[state] {
                    let component = is_loop.len();
                    let mut size = 0;
                    while let Some(member) = stack.pop() {
                        on_stack[member] = false;
                        of[member] = component;
                        size += 1;
                        if member == state {
                            break;
                        }
                    }
                    is_loop.push(size > 1 || successors[state].contains(&state));
                }
                if let Some((parent, _)) = work.last() {
                    low[*parent] = low[*parent].min(low[state]);
                }
            }
        }
        Self { of, is_loop }
    }

    pub fn in_loop(&self, state: usize) -> bool {
        self.is_loop[self.of[state]]
    }
}
