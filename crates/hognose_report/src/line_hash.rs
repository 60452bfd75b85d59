//! The line hash by which GitHub code scanning recognises a result in another commit.
//!
//! `upload-sarif` computes the same value itself and warns about every result that carries a
//! different one, so this must agree with it to the digit. The definition:
//!
//! - the text is a sequence of UTF-16 code units; CR LF and CR count as one LF; spaces and tabs
//!   are dropped; one unit 65535 follows at the end;
//! - a line is hashed over the 100 units from its first kept unit, padded with 0:
//!   `h = h * 37 + unit` in wrapping 64-bit arithmetic;
//! - it is written in lower-case hexadecimal without padding, a colon, and how many times this
//!   value has occurred in the file so far.

use std::collections::HashMap;

/// How many units after the start of a line take part in its hash.
const WINDOW: usize = 100;
const FACTOR: u64 = 37;
const END_OF_FILE: u16 = 65535;

/// The hash of every line of `text`; element 0 belongs to line 1.
pub fn line_hashes(text: &str) -> Vec<String> {
    let (units, starts) = kept_units(text);
    let mut occurrences: HashMap<u64, u32> = HashMap::new();
    starts
        .into_iter()
        .map(|start| {
            let hash = (start..start + WINDOW).fold(0_u64, |hash, index| {
                let unit = units.get(index).copied().unwrap_or(0);
                hash.wrapping_mul(FACTOR).wrapping_add(u64::from(unit))
            });
            let count = occurrences.entry(hash).or_insert(0);
            *count += 1;
            format!("{hash:x}:{count}")
        })
        .collect()
}

/// The units that take part, and the index of the first one of each line.
fn kept_units(text: &str) -> (Vec<u16>, Vec<usize>) {
    let mut units = Vec::with_capacity(text.len() + 1);
    let mut starts = vec![0];
    let mut after_return = false;
    for unit in text.encode_utf16() {
        let is_return = unit == u16::from(b'\r');
        let is_feed = unit == u16::from(b'\n');
        if is_feed && after_return {
            after_return = false;
            continue;
        }
        after_return = is_return;
        if unit == u16::from(b' ') || unit == u16::from(b'\t') {
            continue;
        }
        if is_return || is_feed {
            units.push(u16::from(b'\n'));
            starts.push(units.len());
        } else {
            units.push(unit);
        }
    }
    units.push(END_OF_FILE);
    (units, starts)
}

#[cfg(test)]
mod tests {
    use super::line_hashes;

    /// Computed with the action's own code (reference/user-interfaces.md, 1.4.3).
    #[test]
    fn agrees_with_the_action() {
        let text = "x = 1\r\n\tif x:\r\n    y = \"é🐍\"\n\n\nx = 1\n";
        assert_eq!(
            line_hashes(text),
            [
                "ec182e8fa2c084b5:1",
                "17289dc3fd72ce39:1",
                "ff71a69ffe5b0692:1",
                "f11cc171b261e7f3:1",
                "e107cf68c905f3b5:1",
                "8e00d41f0ebba6bf:1",
                "c129715d7a2bc9a3:1",
            ]
        );
    }

    #[test]
    fn equal_lines_in_equal_surroundings_are_counted() {
        let text = "a\n".repeat(300);
        let hashes = line_hashes(&text);
        assert!(hashes[0].ends_with(":1"));
        assert!(hashes[1].ends_with(":2"));
        assert_eq!(
            hashes[0].split(':').next(),
            hashes[1].split(':').next(),
            "the window does not reach the end of the file from either line"
        );
    }
}
