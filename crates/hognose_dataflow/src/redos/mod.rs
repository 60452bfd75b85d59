//! Whether a regular expression takes exponential or polynomial time on some text.
//!
//! ```python
//! re.match(r"^(\w+\s?)*$", x)        # exponential: "a" over and over, then "!"
//! re.search(r"\s+$", x)              # polynomial: " " over and over, then "!"
//! re.match(r"^[\w.]+$", x)           # linear
//! ```
//! The pattern is read (`syntax`), made into instructions (`program`) and into an automaton
//! (`automaton`). Words that it matches in many ways (`ambiguity`) are only candidates: looks,
//! references and atomic groups are not in the automaton. So each candidate is tried on the
//! pattern itself by a matcher that counts its steps (`backtrack`), and only one whose steps grow as
//! they should is an attack. All limits count steps.

mod ambiguity;
mod automaton;
mod backtrack;
mod program;
mod set;
mod syntax;
#[cfg(test)]
mod tests;

use ambiguity::Pump;
use backtrack::{End, run};
use program::Program;

pub use syntax::Flags;

/// Characters of a pattern beyond which it is not examined.
const LENGTH_MAX: usize = 4_000;
/// Steps of one trial run for exponential growth, and for polynomial growth.
const EXPONENTIAL_STEPS: u64 = 200_000;
/// Characters of a text on which no polynomial of degree three takes that many.
const SHORT: usize = 50;
const POLYNOMIAL_STEPS: u64 = 3_000_000;
/// Steps of all trial runs of one pattern.
const TRIAL_STEPS_MAX: u64 = 12_000_000;

/// How a pattern is applied.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Use {
    /// From any place: `search`, `sub`, `findall`, `split`.
    Search,
    /// From the beginning.
    Match,
    /// From the beginning to the end.
    FullMatch,
}

impl Use {
    /// By the name of the function that applies the pattern.
    pub fn of_function(path: &str) -> Self {
        match path.rsplit('.').next() {
            Some("fullmatch") => Self::FullMatch,
            Some("match") => Self::Match,
            _ => Self::Search,
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Growth {
    Exponential,
    /// With the exponent.
    Polynomial(u32),
}

/// A text on which the pattern takes long: the prefix, the word over and over, the ending.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Attack {
    pub growth: Growth,
    pub prefix: String,
    pub word: String,
    pub ending: String,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    Attack(Attack),
    /// No text was found, or the pattern is none.
    Linear,
    /// The pattern is too large to be examined as a whole.
    TooLarge,
}

/// Examines a pattern.
pub fn examine(pattern: &str, flags: Flags, usage: Use) -> Verdict {
    if pattern.len() > LENGTH_MAX {
        return Verdict::TooLarge;
    }
    // Where nothing is repeated there is nothing to come back to.
    if !pattern.contains(['*', '+', '{']) {
        return Verdict::Linear;
    }
    let Some(tree) = syntax::parse(pattern, flags) else {
        return Verdict::Linear;
    };
    let Some(program) = program::compile(&tree) else {
        return Verdict::TooLarge;
    };
    let Some(automaton) = automaton::automaton(&program, usage) else {
        return Verdict::TooLarge;
    };
    let pumps = ambiguity::pumps(&automaton);
    let mut trial = Trial {
        program: &program,
        usage,
        left: TRIAL_STEPS_MAX,
    };
    let mut exponential = pumps.exponential.iter();
    if let Some(attack) = exponential.find_map(|pump| trial.exponential(pump)) {
        return Verdict::Attack(attack);
    }
    let polynomial = pumps.polynomial.iter().chain(&pumps.exponential);
    let worst = polynomial
        .filter_map(|pump| trial.polynomial(pump))
        .max_by_key(|attack| match attack.growth {
            Growth::Exponential => u32::MAX,
            Growth::Polynomial(degree) => degree,
        });
    match worst {
        Some(attack) => Verdict::Attack(attack),
        None if pumps.is_partial => Verdict::TooLarge,
        None => Verdict::Linear,
    }
}

/// Trial runs of candidates.
struct Trial<'a> {
    program: &'a Program,
    usage: Use,
    left: u64,
}

impl Trial<'_> {
    /// Steps on the attack with the word that many times; `None`: it matched.
    fn steps(&mut self, pump: &Pump, ending: &str, times: usize, steps_max: u64) -> Option<u64> {
        let text: Vec<char> = pump
            .prefix
            .chars()
            .chain(
                pump.word
                    .chars()
                    .cycle()
                    .take(pump.word.chars().count() * times),
            )
            .chain(ending.chars())
            .collect();
        let run = run(self.program, &text, self.usage, steps_max.min(self.left));
        self.left -= run.steps.min(self.left);
        match run.end {
            End::Matched if run.steps < steps_max / 8 => None,
            End::Matched | End::Failed | End::Stopped => Some(run.steps),
        }
    }

    fn exponential(&mut self, pump: &Pump) -> Option<Attack> {
        let ending = pump
            .endings
            .iter()
            .find(|ending| self.grows_exponentially(pump, ending))?;
        Some(attack(Growth::Exponential, pump, ending))
    }

    /// Whether four further turns multiply the steps by more than a polynomial would.
    fn grows_exponentially(&mut self, pump: &Pump, ending: &str) -> bool {
        const TURNS: usize = 4;
        const TURNS_MAX: usize = 48;
        /// The exponent that no honest polynomial reaches.
        const DEGREE: i32 = 5;
        let mut before: Option<u64> = None;
        for times in (TURNS..=TURNS_MAX).step_by(TURNS) {
            let Some(steps) = self.steps(pump, ending, times, EXPONENTIAL_STEPS) else {
                return false;
            };
            let length = pump.word.chars().count() * times + pump.prefix.chars().count();
            if steps >= EXPONENTIAL_STEPS && length <= SHORT {
                return true;
            }
            if let Some(before) = before.filter(|before| *before > 0) {
                let ratio = times as f64 / (times - TURNS) as f64;
                let grows = steps as f64 / before as f64 > ratio.powi(DEGREE);
                if grows && times >= TURNS * 3 && steps > 1_000 {
                    return true;
                }
            }
            if steps >= EXPONENTIAL_STEPS {
                return false;
            }
            before = Some(steps);
        }
        false
    }

    fn polynomial(&mut self, pump: &Pump) -> Option<Attack> {
        const TURNS: usize = 40;
        for ending in &pump.endings {
            let few = self.steps(pump, ending, TURNS, POLYNOMIAL_STEPS);
            let many = self.steps(pump, ending, TURNS * 2, POLYNOMIAL_STEPS);
            let (Some(few), Some(many)) = (few, many) else {
                continue;
            };
            let ratio = many as f64 / few.max(1) as f64;
            // Twice the text: twice the steps are linear, four times quadratic.
            let degree = (1..=6)
                .rev()
                .find(|degree| ratio >= 0.8 * 2_f64.powi(*degree));
            if let Some(degree) = degree.filter(|degree| *degree >= 2) {
                return Some(attack(
                    Growth::Polynomial(degree.unsigned_abs()),
                    pump,
                    ending,
                ));
            }
        }
        None
    }
}

fn attack(growth: Growth, pump: &Pump, ending: &str) -> Attack {
    Attack {
        growth,
        prefix: pump.prefix.clone(),
        word: pump.word.clone(),
        ending: ending.to_owned(),
    }
}
