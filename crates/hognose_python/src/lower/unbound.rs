//! Which readings of a function's names may fail because a way to them binds nothing.
//!
//! ```python
//! if verbose:
//!     out = sys.stdout
//! out.write(text)         # unbound where `verbose` is false
//! ```
//! A way that ends with a call is left out unless the call is known to come back: `sys.exit()`,
//! `parser.error("…")` and `self.fail()` do not, and what a function of the project does is not known
//! here.

use ruff_text_size::TextRange;

use crate::build::{Missed, Reading};
use crate::ir::{UnboundReading, UnboundWay};

use super::State;

/// Beginnings of calls that come back.
const RETURNING: [&str; 2] = ["print(", "warnings.warn("];

impl State<'_> {
    /// The first such reading of each value.
    pub fn unbound_readings(&self, text: &str) -> Vec<UnboundReading> {
        if self.readings.is_empty() {
            return Vec::new();
        }
        let is_reached = self.builder.reached_blocks();
        let mut found: Vec<UnboundReading> = Vec::new();
        for reading in &self.readings {
            if found.iter().any(|known| known.name == reading.name) {
                continue;
            }
            if let Some(way) = self.way(reading, &is_reached, text) {
                found.push(UnboundReading {
                    name: reading.name,
                    range: reading.range,
                    way,
                });
            }
        }
        found
    }

    fn way(&self, reading: &Reading, is_reached: &[bool], text: &str) -> Option<UnboundWay> {
        let missed = self.builder.missed(reading, is_reached);
        let goes_on = |missed: &&Missed| {
            let call = missed.last_call;
            call.is_none_or(|range| comes_back(text, range))
        };
        missed.iter().filter(goes_on).map(|missed| missed.way).max()
    }
}

/// Whether the call at `range` surely comes back.
fn comes_back(text: &str, range: TextRange) -> bool {
    let call = &text[range];
    let callee = call.split('(').next().unwrap_or(call);
    let receiver = callee.rsplit_once('.').map_or("", |(receiver, _)| receiver);
    let receiver = receiver.rsplit('.').next().unwrap_or(receiver);
    RETURNING.iter().any(|start| call.starts_with(start))
        || receiver.to_ascii_lowercase().contains("log")
}
