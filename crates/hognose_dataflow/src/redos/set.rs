//! Sets of characters, as classes and literals of a pattern name them.
//!
//! ```text
//! [a-z_]      two ranges
//! \w          letters, digits, underscore; beyond ASCII by blocks
//! [^\s"]      everything but these
//! ```
//! Beyond ASCII the sets are those of whole blocks: enough to know which sets overlap.

/// The largest code point.
const LAST: u32 = 0x0010_ffff;

/// Sorted ranges, both ends included, that neither touch nor overlap.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub struct Set(Vec<(u32, u32)>);

impl Set {
    pub fn of(ranges: impl IntoIterator<Item = (u32, u32)>) -> Self {
        let mut ranges: Vec<(u32, u32)> = ranges.into_iter().collect();
        ranges.sort_unstable();
        let mut merged: Vec<(u32, u32)> = Vec::with_capacity(ranges.len());
        for (start, end) in ranges {
            match merged.last_mut() {
                Some(last) if start <= last.1.saturating_add(1) => last.1 = last.1.max(end),
                _ => merged.push((start, end)),
            }
        }
        Self(merged)
    }

    pub fn character(character: char) -> Self {
        Self(vec![(character as u32, character as u32)])
    }

    pub fn all() -> Self {
        Self(vec![(0, LAST)])
    }

    /// What a dot matches.
    pub fn not_newline() -> Self {
        Self::character('\n').negated()
    }

    /// `\d`
    pub fn digits() -> Self {
        Self::of([(0x30, 0x39), (0x660, 0x669), (0xff10, 0xff19)])
    }

    /// `\w`
    pub fn word() -> Self {
        Self::of([
            (0x30, 0x39),
            (0x41, 0x5a),
            (0x5f, 0x5f),
            (0x61, 0x7a),
            (0xaa, 0xaa),
            (0xb5, 0xb5),
            (0xc0, 0xd6),
            (0xd8, 0xf6),
            (0xf8, 0x02c1),
            (0x0370, 0x1fff),
            (0x3040, 0xd7ff),
            (0xff10, 0xff19),
            (0x1_0000, 0x1_ffff),
        ])
    }

    /// `\s`
    pub fn space() -> Self {
        Self::of([
            (0x09, 0x0d),
            (0x1c, 0x20),
            (0x85, 0x85),
            (0xa0, 0xa0),
            (0x2000, 0x200a),
            (0x2028, 0x2029),
            (0x202f, 0x202f),
            (0x205f, 0x205f),
            (0x3000, 0x3000),
        ])
    }

    /// The set without what lies beyond ASCII: what `re.ASCII` makes of `\w`.
    #[must_use]
    pub fn ascii(&self) -> Self {
        Self(
            self.0
                .iter()
                .filter(|(start, _)| *start < 0x80)
                .map(|(start, end)| (*start, (*end).min(0x7f)))
                .collect(),
        )
    }

    #[must_use]
    pub fn negated(&self) -> Self {
        let mut ranges = Vec::with_capacity(self.0.len() + 1);
        let mut next = 0;
        for (start, end) in &self.0 {
            if *start > next {
                ranges.push((next, start - 1));
            }
            next = end + 1;
        }
        if next <= LAST {
            ranges.push((next, LAST));
        }
        Self(ranges)
    }

    #[must_use]
    pub fn union(&self, other: &Self) -> Self {
        Self::of(self.0.iter().chain(&other.0).copied())
    }

    /// The set with both cases of its ASCII letters.
    #[must_use]
    pub fn any_case(&self) -> Self {
        let mut ranges = self.0.clone();
        for (first, shift) in [(0x41_u32, 32_i64), (0x61, -32)] {
            for (start, end) in &self.0 {
                let (start, end) = ((*start).max(first), (*end).min(first + 25));
                if start <= end {
                    let moved = |code: u32| u32::try_from(i64::from(code) + shift).unwrap_or(code);
                    ranges.push((moved(start), moved(end)));
                }
            }
        }
        Self::of(ranges)
    }

    pub fn has(&self, code: u32) -> bool {
        let after = self.0.partition_point(|(start, _)| *start <= code);
        after > 0 && self.0[after - 1].1 >= code
    }

    pub fn ranges(&self) -> &[(u32, u32)] {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::Set;

    #[test]
    fn sets_are_sorted_and_merged() {
        let set = Set::of([(5, 9), (1, 3), (4, 4), (20, 30)]);
        assert_eq!(set.ranges(), [(1, 9), (20, 30)]);
        assert!(set.has(1) && set.has(9) && set.has(20));
        assert!(!set.has(0) && !set.has(10) && !set.has(31));
    }

    #[test]
    fn negation_is_its_own_inverse() {
        for set in [
            Set::word(),
            Set::space(),
            Set::digits(),
            Set::all(),
            Set::default(),
        ] {
            assert_eq!(set.negated().negated(), set);
        }
        assert!(!Set::word().negated().has('a' as u32));
    }

    #[test]
    fn cases() {
        let set = Set::of([(0x61, 0x63), (0x30, 0x30)]).any_case();
        assert!(set.has('B' as u32) && set.has('b' as u32) && set.has('0' as u32));
        assert!(!set.has('D' as u32) && !set.has(0x10));
    }
}
