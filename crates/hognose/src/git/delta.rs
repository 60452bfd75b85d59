//! A delta of a pack: how a blob is made of another one, and which parts of it are new.
//!
//! ```text
//! base    PORT = 80\nDEBUG = True\n
//! delta   copy 0..10, insert "TOKEN = …\n", copy 10..23
//! result  PORT = 80\nTOKEN = …\nDEBUG = True\n       new: 10..20
//! ```
//! git stores most versions of a file this way. What was copied has been looked at in the base, so
//! a scan of a history only has to look at what is new: a few percent of all bytes.

use std::ops::Range;

/// Why a delta cannot be applied; the pack is damaged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DeltaError {
    /// It ends within an instruction, or holds one that does not exist.
    Instruction,
    /// It was made for a base of another length.
    Base,
    /// It promises another length than it makes, or more than is allowed.
    Result,
}

/// A copy without a length copies this much.
const COPY_BYTES_DEFAULT: usize = 0x1_0000;

/// The length of the result that `delta` promises.
pub fn result_length(delta: &[u8]) -> Result<u64, DeltaError> {
    let (_, rest) = length(delta)?;
    Ok(length(rest)?.0)
}

/// Applies `delta` to `base`. `result` is overwritten; `fresh` gets the ranges of it that were
/// inserted, and an empty range wherever two copied parts meet that were apart before.
pub fn apply(
    base: &[u8],
    delta: &[u8],
    result: &mut Vec<u8>,
    fresh: &mut Vec<Range<usize>>,
) -> Result<(), DeltaError> {
    let (base_length, rest) = length(delta)?;
    let (result_length, mut rest) = length(rest)?;
    if base_length != base.len() as u64 {
        return Err(DeltaError::Base);
    }
    let result_length = usize::try_from(result_length).map_err(|_| DeltaError::Result)?;
    result.clear();
    result.reserve_exact(result_length);
    fresh.clear();
    // Where in the base the next copied byte would stand if nothing had changed.
    let mut expected = 0;
    while let Some((&instruction, after)) = rest.split_first() {
        let added: &[u8] = if instruction & 0x80 != 0 {
            let (copied, after) = copied(instruction, after)?;
            rest = after;
            if copied.start != expected {
                push_fresh(fresh, result.len()..result.len());
            }
            expected = copied.end;
            base.get(copied).ok_or(DeltaError::Base)?
        } else {
            // 0 is reserved.
            let count = usize::from(instruction);
            if count == 0 || after.len() < count {
                return Err(DeltaError::Instruction);
            }
            push_fresh(fresh, result.len()..result.len() + count);
            rest = &after[count..];
            &after[..count]
        };
        if result.len() + added.len() > result_length {
            return Err(DeltaError::Result);
        }
        result.extend_from_slice(added);
    }
    if expected != base.len() {
        push_fresh(fresh, result.len()..result.len());
    }
    if result.len() == result_length {
        Ok(())
    } else {
        Err(DeltaError::Result)
    }
}

fn push_fresh(fresh: &mut Vec<Range<usize>>, range: Range<usize>) {
    match fresh.last_mut() {
        Some(last) if last.end == range.start => last.end = range.end,
        Some(_) | None => fresh.push(range),
    }
}

/// The part of the base that a copy instruction names; the rest of the delta.
fn copied(instruction: u8, mut rest: &[u8]) -> Result<(Range<usize>, &[u8]), DeltaError> {
    let mut number = |bits: Range<u8>| {
        let mut number = 0;
        for (place, bit) in bits.enumerate() {
            if instruction & (1 << bit) != 0 {
                let (&byte, after) = rest.split_first().ok_or(DeltaError::Instruction)?;
                number |= usize::from(byte) << (8 * place);
                rest = after;
            }
        }
        Ok(number)
    };
    let start = number(0..4)?;
    let count = match number(4..7)? {
        0 => COPY_BYTES_DEFAULT,
        count => count,
    };
    Ok((start..start + count, rest))
}

/// A length: seven bits a byte, the lowest first.
fn length(bytes: &[u8]) -> Result<(u64, &[u8]), DeltaError> {
    let mut length = 0;
    for (index, &byte) in bytes.iter().enumerate().take(9) {
        length |= u64::from(byte & 0x7f) << (7 * index);
        if byte & 0x80 == 0 {
            return Ok((length, &bytes[index + 1..]));
        }
    }
    Err(DeltaError::Instruction)
}

#[cfg(test)]
mod tests {
    use std::ops::Range;

    use super::{DeltaError, apply, result_length};

    const BASE: &[u8] = b"PORT = 80\nDEBUG = True\n";

    type Places = Vec<(usize, usize)>;

    /// The result, and where its new parts begin and end.
    fn applied(delta: &[u8]) -> Result<(Vec<u8>, Places), DeltaError> {
        let mut result = Vec::new();
        let mut fresh: Vec<Range<usize>> = Vec::new();
        apply(BASE, delta, &mut result, &mut fresh)?;
        let places = fresh.into_iter().map(|range| (range.start, range.end));
        Ok((result, places.collect()))
    }

    fn delta(result_length: u8, instructions: &[&[u8]]) -> Vec<u8> {
        [
            &[BASE.len() as u8, result_length][..],
            &instructions.concat(),
        ]
        .concat()
    }

    #[test]
    fn what_is_inserted_is_new_and_what_is_copied_is_not() {
        let delta = delta(28, &[&[0x90, 10], &[5], b"X = 1", &[0x91, 10, 13]]);
        let (result, fresh) = applied(&delta).expect("the delta is whole");
        assert_eq!(result, b"PORT = 80\nX = 1DEBUG = True\n");
        assert_eq!(fresh, [(10, 15)]);
        assert_eq!(result_length(&delta), Ok(28));
    }

    #[test]
    fn the_place_of_something_removed_is_new() {
        let middle = delta(19, &[&[0x90, 8], &[0x91, 12, 11]]);
        assert_eq!(applied(&middle).expect("whole").1, [(8, 8)]);
        let start = delta(13, &[&[0x91, 10, 13]]);
        assert_eq!(applied(&start).expect("whole").1, [(0, 0)]);
        let end = delta(10, &[&[0x90, 10]]);
        assert_eq!(applied(&end).expect("whole").1, [(10, 10)]);
        let nothing = delta(23, &[&[0x90, 10], &[0x91, 10, 13]]);
        assert!(applied(&nothing).expect("whole").1.is_empty());
    }

    #[test]
    fn damaged_deltas_are_refused() {
        for (delta, error) in [
            (vec![], DeltaError::Instruction),
            (vec![0xff; 12], DeltaError::Instruction),
            (vec![22, 1, 1, b'x'], DeltaError::Base),
            (delta(2, &[&[5], b"x"]), DeltaError::Instruction),
            (delta(2, &[&[0]]), DeltaError::Instruction),
            (delta(2, &[&[0x91]]), DeltaError::Instruction),
            (delta(9, &[&[0x91, 20, 9]]), DeltaError::Base),
            (delta(2, &[&[3], b"abc"]), DeltaError::Result),
            (delta(4, &[&[3], b"abc"]), DeltaError::Result),
        ] {
            assert_eq!(applied(&delta), Err(error), "{delta:?}");
        }
    }

    #[test]
    fn a_promise_of_a_huge_result_takes_no_memory() {
        let lie = [&[23][..], &[0xff; 7], &[1]].concat();
        assert!(result_length(&lie).is_ok_and(|length| length > 1 << 40));
    }
}
