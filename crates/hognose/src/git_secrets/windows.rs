//! The parts of a changed file that have to be looked at: the lines that are new, with some around
//! them.
//!
//! ```text
//! 7  DEBUG = True
//! 8  DATABASE = {                    around
//! 9      "PASSWORD": "…",            new
//! 10 }                               around
//! ```
//! A credential may stand on the line after its name, and a private key over many lines, all of
//! them new where it is. What the lines around do not decide, the whole file does: whoever finds
//! something in a window looks at all of it.

use std::ops::Range;

/// Lines that are taken before and after what is new.
const LINES_AROUND: usize = 3;
/// Text that is taken at most on one side, where lines are long.
const BYTES_AROUND_MAX: usize = 4096;
/// If this part of a file is new, all of it is looked at: more windows cost more than they save.
const PART_MAX: f64 = 0.5;

/// The windows of `text`, in order and apart from each other; `None` for all of it.
pub fn windows(text: &[u8], fresh: &[Range<usize>]) -> Option<Vec<Range<usize>>> {
    let mut windows: Vec<Range<usize>> = Vec::new();
    let mut total = 0;
    for range in fresh {
        let start = before(text, range.start);
        let end = after(text, range.end);
        match windows.last_mut() {
            Some(last) if start <= last.end => {
                total += end.saturating_sub(last.end);
                last.end = last.end.max(end);
            }
            Some(_) | None => {
                total += end - start;
                windows.push(start..end);
            }
        }
    }
    (total as f64 <= text.len() as f64 * PART_MAX).then_some(windows)
}

/// The lines that `fresh` touches, in order and apart from each other.
pub fn lines(text: &[u8], fresh: &[Range<usize>]) -> Vec<Range<usize>> {
    let mut lines: Vec<Range<usize>> = Vec::new();
    for range in fresh {
        let start = memchr::memrchr(b'\n', &text[..range.start]).map_or(0, |at| at + 1);
        let end = memchr::memchr(b'\n', &text[range.end..]);
        let end = end.map_or(text.len(), |at| range.end + at);
        match lines.last_mut() {
            Some(last) if start <= last.end => last.end = last.end.max(end),
            Some(_) | None => lines.push(start..end),
        }
    }
    lines
}

fn before(text: &[u8], offset: usize) -> usize {
    let least = offset.saturating_sub(BYTES_AROUND_MAX);
    let breaks = memchr::memrchr_iter(b'\n', &text[least..offset]);
    // The break that ends the line before those that are taken.
    let start = breaks.map(|at| least + at + 1).nth(LINES_AROUND);
    character_start(text, start.unwrap_or(least))
}

fn after(text: &[u8], offset: usize) -> usize {
    let most = text.len().min(offset + BYTES_AROUND_MAX);
    let mut breaks = memchr::memchr_iter(b'\n', &text[offset..most]);
    let end = breaks.nth(LINES_AROUND).map(|at| offset + at + 1);
    character_start(text, end.unwrap_or(most))
}

/// The start of the UTF-8 character at `offset`, if there is one.
fn character_start(text: &[u8], offset: usize) -> usize {
    let is_inside = |at: usize| text.get(at).is_some_and(|byte| byte & 0xc0 == 0x80);
    let back = (0..4).find(|back| *back > offset || !is_inside(offset - back));
    offset - back.filter(|back| *back <= offset).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::windows;

    fn lines(count: usize) -> String {
        let lines: Vec<String> = (0..count).map(|line| format!("line {line:03}\n")).collect();
        lines.concat()
    }

    #[test]
    fn a_window_holds_whole_lines_around_what_is_new() {
        let text = lines(100);
        let new = text.find("line 050").expect("there are 100 lines");
        let fresh = new + 5..new + 8;
        let found = windows(text.as_bytes(), &[fresh]).expect("little is new");
        let shown: Vec<&str> = found.iter().map(|it| &text[it.clone()]).collect();
        let lines: Vec<&str> = shown[0].lines().collect();
        assert_eq!(lines.first(), Some(&"line 047"));
        assert_eq!(lines.last(), Some(&"line 053"));
    }

    #[test]
    fn windows_that_touch_are_one() {
        let text = lines(100);
        let found = windows(text.as_bytes(), &[90..90, 108..120, 500..500]).expect("little");
        assert_eq!(found.len(), 2);
        assert!(found[0].end <= found[1].start);
    }

    #[test]
    fn a_file_that_is_new_for_the_most_part_is_one_window() {
        let text = lines(10);
        let fresh = 0..60;
        assert_eq!(windows(text.as_bytes(), &[fresh]), None);
        assert_eq!(windows(text.as_bytes(), &[]), Some(vec![]));
    }

    #[test]
    fn long_lines_are_cut_between_characters() {
        let text = "é".repeat(50_000);
        for offset in [20_001, 20_002] {
            let fresh = offset..offset + 3;
            let found = windows(text.as_bytes(), &[fresh]).expect("little is new");
            assert!(std::str::from_utf8(&text.as_bytes()[found[0].clone()]).is_ok());
        }
    }
}
