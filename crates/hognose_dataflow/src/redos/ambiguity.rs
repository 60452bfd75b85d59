//! Texts that a pattern can match in many ways, found in its automaton.
//!
//! ```text
//! (a|aa)*b     from one state back to itself on "aa" in two ways: exponential
//! a*a*b        from a loop into another on "a", both of which "a" goes around: polynomial
//! (a|b)*c      nothing
//! ```
//! The criteria are those of Weber and Seidl ("On the degree of ambiguity of finite automata",
//! 1991): a state with two ways back to itself on one word; two states p and q with ways p to p,
//! p to q and q to q on one word. Both are searched for in products of the automaton with itself.

use std::collections::{BTreeMap, VecDeque};

use rustc_hash::FxHashMap;

use super::automaton::{Accepts, Automaton, Components, SKIPPED, START, Symbols, Ways};

/// Steps between pairs or triples of states, for one pattern.
const STEPS_MAX: usize = 400_000;
/// Of these for one pair of loops.
const PAIR_STEPS_MAX: usize = 20_000;
/// Words of each kind that are tried.
const WORDS_MAX: usize = 6;
/// Endings that are tried for each word.
const ENDINGS_MAX: usize = 4;

/// A text that could be an attack: the prefix, the word over and over, one of the endings.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pump {
    pub prefix: String,
    pub word: String,
    pub endings: Vec<String>,
}

/// What one search found.
#[derive(Debug, Default)]
pub struct Pumps {
    pub exponential: Vec<Pump>,
    pub polynomial: Vec<Pump>,
    /// Whether a search was given up.
    pub is_partial: bool,
}

/// Candidates for attacks on the pattern.
pub fn pumps(automaton: &Automaton) -> Pumps {
    let components = automaton.components();
    let mut search = Search {
        automaton,
        components: &components,
        steps: 0,
        found: Pumps::default(),
    };
    search.exponential();
    search.polynomial();
    search.found
}

struct Search<'a> {
    automaton: &'a Automaton,
    components: &'a Components,
    steps: usize,
    found: Pumps,
}

impl Search<'_> {
    fn symbols(&self, state: usize) -> Symbols {
        self.automaton.states[state].symbols
    }

    /// States with two ways back to themselves.
    fn exponential(&mut self) {
        let mut members: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
        for state in START..self.automaton.states.len() {
            if state != SKIPPED && self.components.in_loop(state) {
                members
                    .entry(self.components.of[state])
                    .or_default()
                    .push(state);
            }
        }
        for members in members.values() {
            self.several_ways(members);
            self.pairs(members);
        }
        self.found.exponential.sort_by_key(|pump| pump.word.len());
        self.found.exponential.dedup();
        self.found.exponential.truncate(WORDS_MAX);
    }

    /// One edge that stands for two ways: `(a*)*`.
    fn several_ways(&mut self, members: &[usize]) {
        let mut left = 2;
        for state in members {
            for edge in &self.automaton.states[*state].edges {
                let inside = self.components.of[edge.to] == self.components.of[*state];
                if edge.ways != Ways::Several || !inside || left == 0 {
                    continue;
                }
                let mut word = Vec::from_iter(self.automaton.character(self.symbols(edge.to)));
                let Some(rest) = self.path(edge.to, *state) else {
                    continue;
                };
                word.extend(rest);
                left -= 1;
                if let Some(pump) = self.pump(*state, word) {
                    self.found.exponential.push(pump);
                }
            }
        }
    }

    /// Two ways through different states.
    fn pairs(&mut self, members: &[usize]) {
        let mut pairs: Vec<(usize, usize)> = members.iter().map(|state| (*state, *state)).collect();
        let mut number: FxHashMap<(usize, usize), usize> = pairs
            .iter()
            .enumerate()
            .map(|(index, pair)| (*pair, index))
            .collect();
        let mut successors: Vec<Vec<usize>> = Vec::new();
        let mut next = 0;
        while let Some((a, b)) = pairs.get(next).copied() {
            next += 1;
            let mut targets = Vec::new();
            for to_a in self.inside(a) {
                for to_b in self.inside(b) {
                    self.steps += 1;
                    if self.symbols(to_a) & self.symbols(to_b) == 0 {
                        continue;
                    }
                    let pair = (to_a.min(to_b), to_a.max(to_b));
                    let index = *number.entry(pair).or_insert_with(|| {
                        pairs.push(pair);
                        pairs.len() - 1
                    });
                    if !targets.contains(&index) {
                        targets.push(index);
                    }
                }
            }
            successors.push(targets);
            if self.steps > STEPS_MAX {
                self.found.is_partial = true;
                return;
            }
        }
        let components = Components::of(&successors);
        let mut tried = Vec::new();
        for (index, (a, b)) in pairs.iter().enumerate() {
            let component = components.of[index];
            if a == b || tried.contains(&component) || tried.len() >= WORDS_MAX {
                continue;
            }
            let diagonal =
                (0..members.len()).find(|diagonal| components.of[*diagonal] == component);
            let Some(diagonal) = diagonal else {
                continue;
            };
            tried.push(component);
            let out = path_in(&successors, diagonal, index);
            let back = path_in(&successors, index, diagonal);
            let (Some(out), Some(back)) = (out, back) else {
                continue;
            };
            let word = out.iter().chain(&back).filter_map(|pair| {
                let (a, b) = pairs[*pair];
                self.automaton.character(self.symbols(a) & self.symbols(b))
            });
            let word: Vec<char> = word.collect();
            if let Some(pump) = self.pump(pairs[diagonal].0, word) {
                self.found.exponential.push(pump);
            }
        }
    }

    /// Successors in the same component.
    fn inside(&self, state: usize) -> Vec<usize> {
        let component = self.components.of[state];
        let edges = &self.automaton.states[state].edges;
        edges
            .iter()
            .map(|edge| edge.to)
            .filter(|to| self.components.of[*to] == component)
            .collect()
    }

    /// Two loops, one behind the other, that go around on the same word.
    fn polynomial(&mut self) {
        let loops: Vec<usize> = (SKIPPED..self.automaton.states.len())
            .filter(|state| self.components.in_loop(*state))
            .collect();
        let reach = self.reach();
        let mut known = Vec::new();
        for first in &loops {
            for second in &loops {
                let pair = (self.components.of[*first], self.components.of[*second]);
                let meet = pair.0 != pair.1 && reach[*first][*second] && !known.contains(&pair);
                if !meet || self.found.polynomial.len() >= WORDS_MAX {
                    continue;
                }
                if self.steps > STEPS_MAX {
                    self.found.is_partial = true;
                    return;
                }
                if let Some(word) = self.shared_word(*first, *second, &reach)
                    && let Some(pump) = self.pump_from(*first, *second, word)
                {
                    known.push(pair);
                    self.found.polynomial.push(pump);
                }
            }
        }
    }

    /// Which state is reachable from which.
    fn reach(&self) -> Vec<Vec<bool>> {
        let count = self.automaton.states.len();
        (0..count)
            .map(|start| {
                let mut seen = vec![false; count];
                let mut stack = vec![start];
                while let Some(state) = stack.pop() {
                    for edge in &self.automaton.states[state].edges {
                        if !seen[edge.to] {
                            seen[edge.to] = true;
                            stack.push(edge.to);
                        }
                    }
                }
                seen
            })
            .collect()
    }

    /// A word that leads from `first` to itself, from `first` to `second`, and from `second` to
    /// itself.
    fn shared_word(
        &mut self,
        first: usize,
        second: usize,
        reach: &[Vec<bool>],
    ) -> Option<Vec<char>> {
        type Triple = (usize, usize, usize);
        let (begin, goal): (Triple, Triple) = ((first, first, second), (first, second, second));
        let mut before: FxHashMap<Triple, (Triple, Symbols)> = FxHashMap::default();
        let mut queue = VecDeque::from([begin]);
        let mut steps = 0;
        while let Some(triple) = queue.pop_front() {
            for to_a in self.inside(triple.0) {
                for to_c in self.inside(triple.2) {
                    let both = self.symbols(to_a) & self.symbols(to_c);
                    if both == 0 {
                        continue;
                    }
                    for edge in &self.automaton.states[triple.1].edges {
                        steps += 1;
                        let symbols = both & self.symbols(edge.to);
                        let next = (to_a, edge.to, to_c);
                        let useful = edge.to == second || reach[edge.to][second];
                        if symbols == 0 || !useful || before.contains_key(&next) {
                            continue;
                        }
                        before.insert(next, (triple, symbols));
                        if next == goal {
                            self.steps += steps;
                            return self.spelled(&before, begin, goal);
                        }
                        queue.push_back(next);
                    }
                }
            }
            if steps > PAIR_STEPS_MAX {
                self.found.is_partial = true;
                break;
            }
        }
        self.steps += steps;
        None
    }

    fn spelled<T: Copy + Eq + std::hash::Hash>(
        &self,
        before: &FxHashMap<T, (T, Symbols)>,
        begin: T,
        goal: T,
    ) -> Option<Vec<char>> {
        let mut word = Vec::new();
        let mut at = goal;
        loop {
            let (previous, symbols) = before.get(&at)?;
            word.push(self.automaton.character(*symbols)?);
            at = *previous;
            if at == begin {
                break;
            }
        }
        word.reverse();
        Some(word)
    }

    /// The shortest text from one state to another; empty from a state to itself.
    fn path(&self, from: usize, to: usize) -> Option<Vec<char>> {
        if from == to {
            return Some(Vec::new());
        }
        let mut before: FxHashMap<usize, (usize, Symbols)> = FxHashMap::default();
        let mut queue = VecDeque::from([from]);
        while let Some(state) = queue.pop_front() {
            for edge in &self.automaton.states[state].edges {
                if edge.to == from || before.contains_key(&edge.to) {
                    continue;
                }
                before.insert(edge.to, (state, self.symbols(edge.to)));
                if edge.to == to {
                    return self.spelled(&before, from, to);
                }
                queue.push_back(edge.to);
            }
        }
        None
    }

    fn pump(&self, state: usize, word: Vec<char>) -> Option<Pump> {
        self.pump_from(state, state, word)
    }

    /// The attack that repeats `word` in `first`, with endings at which `last` fails.
    fn pump_from(&self, first: usize, last: usize, word: Vec<char>) -> Option<Pump> {
        let prefix = if first == SKIPPED {
            Vec::new()
        } else {
            self.path(START, first)?
        };
        let endings = self.endings(last, &word);
        (!word.is_empty() && !endings.is_empty()).then(|| Pump {
            prefix: prefix.into_iter().collect(),
            word: word.into_iter().collect(),
            endings,
        })
    }

    /// Endings after which no way that goes around on `word` from `state` has matched.
    fn endings(&self, state: usize, word: &[char]) -> Vec<String> {
        let mut states = vec![state];
        for _ in 0..2 {
            for character in word {
                states = self.after(&states, *character);
            }
        }
        if self.accepts(&states) == Accepts::Anywhere {
            return Vec::new();
        }
        let mut endings = Vec::new();
        if self.accepts(&states) == Accepts::No {
            endings.push(String::new());
        }
        let mut ranked: Vec<(usize, bool, char)> = self
            .automaton
            .characters
            .iter()
            .map(|character| {
                let next = self.after(&states, *character);
                (next.len(), *character == '\n', *character)
            })
            .collect();
        ranked.sort_unstable();
        for (_, _, character) in ranked {
            let next = self.after(&states, character);
            match self.accepts(&next) {
                Accepts::No => endings.push(character.to_string()),
                Accepts::AtEnd => {
                    let twice = self.after(&next, character);
                    if self.accepts(&twice) == Accepts::No {
                        endings.push(String::from_iter([character, character]));
                    }
                }
                Accepts::Anywhere => {}
            }
        }
        // A newline before the end may be passed over by `$`.
        for ending in &mut endings {
            if ending == "\n" {
                ending.push('\n');
            }
        }
        endings.truncate(ENDINGS_MAX);
        endings
    }

    fn after(&self, states: &[usize], character: char) -> Vec<usize> {
        let index = self
            .automaton
            .characters
            .iter()
            .position(|it| *it == character);
        let bit = index.map_or(0, |index| 1 << index);
        let mut next: Vec<usize> = states
            .iter()
            .flat_map(|state| &self.automaton.states[*state].edges)
            .map(|edge| edge.to)
            .filter(|to| self.symbols(*to) & bit != 0)
            .collect();
        next.sort_unstable();
        next.dedup();
        next
    }

    fn accepts(&self, states: &[usize]) -> Accepts {
        states.iter().fold(Accepts::No, |accepts, state| {
            accepts.or(self.automaton.states[*state].accepts)
        })
    }
}

/// The pairs on the shortest way between two pairs, the first left out.
fn path_in(successors: &[Vec<usize>], from: usize, to: usize) -> Option<Vec<usize>> {
    let mut before = vec![usize::MAX; successors.len()];
    let mut queue = VecDeque::from([from]);
    while let Some(pair) = queue.pop_front() {
        for next in &successors[pair] {
            if before[*next] != usize::MAX {
                continue;
            }
            before[*next] = pair;
            if *next == to {
                let mut path = vec![to];
                let mut at = pair;
                while at != from {
                    path.push(at);
                    at = before[at];
                }
                path.reverse();
                return Some(path);
            }
            queue.push_back(*next);
        }
    }
    None
}
