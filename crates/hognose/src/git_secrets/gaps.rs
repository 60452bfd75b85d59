//! What could not be looked at, in words, and not a thousand times the same.
//!
//! ```text
//! data/dump.sql     too large: 2048 MiB, and versions above 10 MiB are not looked at
//! app.py            1,204 versions of files are not in this clone …
//! ```

use hognose_check::Incomplete;

use super::scan::Version;
use crate::git::Problem;
use crate::read::FILE_BYTES_MAX;

const MIB: u64 = 1024 * 1024;
/// More than this of a kind are counted.
const LISTED_MAX: usize = 20;

/// Of versions that could not be read.
pub fn versions(problems: &[(usize, Problem)], versions: &[Version]) -> Vec<Incomplete> {
    let mut missing = Vec::new();
    let mut others = Vec::new();
    for (index, problem) in problems {
        let version = &versions[*index];
        let limit = FILE_BYTES_MAX / MIB;
        let reason = match problem {
            Problem::Missing => {
                missing.push(version);
                continue;
            }
            Problem::Damaged(reason) => format!(
                "the object {} is damaged: {reason}; `git fsck` names all of them, and another \
                 clone may have it whole",
                version.id
            ),
            Problem::TooLarge(size) => format!(
                "too large: {} MiB, and versions above {limit} MiB are not looked at (object {})",
                size.div_ceil(MIB),
                version.id
            ),
            Problem::BaseTooLarge => format!(
                "the object {} is stored as a change of one that is too large to be read",
                version.id
            ),
        };
        others.push(entry(&version.path, reason));
    }
    let mut incomplete = listed(others, "versions of files");
    if let [first, ..] = missing.as_slice() {
        let count = missing.len();
        let what = if count == 1 {
            format!("the object {} is", first.id)
        } else {
            format!("the object {} and {} others are", first.id, count - 1)
        };
        incomplete.push(entry(
            &first.path,
            format!(
                "{what} not in this clone; a partial clone leaves objects on the server, and a \
                 full one has them"
            ),
        ));
    }
    incomplete
}

/// Cuts a long list.
pub fn listed(mut entries: Vec<Incomplete>, what: &str) -> Vec<Incomplete> {
    if entries.len() > LISTED_MAX {
        let more = entries.len() - LISTED_MAX;
        entries.truncate(LISTED_MAX);
        entries.push(entry(
            ".git",
            format!("{more} more {what} could not be read either"),
        ));
    }
    entries
}

pub fn entry(path: &str, reason: String) -> Incomplete {
    Incomplete {
        path: path.to_owned(),
        line: None,
        reason,
    }
}

#[cfg(test)]
mod tests {
    use super::{Problem, Version, versions};

    #[test]
    fn what_is_missing_is_one_entry_and_what_is_large_is_named() {
        let id = gix::ObjectId::null(gix::hash::Kind::Sha1);
        let all: Vec<Version> = (0..50)
            .map(|index| Version {
                id,
                path: format!("{index}.bin"),
            })
            .collect();
        let mut problems: Vec<(usize, Problem)> =
            (0..25).map(|index| (index, Problem::Missing)).collect();
        problems.push((30, Problem::TooLarge(2 << 30)));
        let entries = versions(&problems, &all);
        assert_eq!(entries.len(), 2, "{entries:?}");
        assert_eq!(entries[0].path, "30.bin");
        assert!(entries[0].reason.contains("2048 MiB"), "{entries:?}");
        assert!(entries[1].reason.contains("24 others"), "{entries:?}");
        let damaged = |index| (index, Problem::Damaged("no zlib stream".to_owned()));
        let many: Vec<_> = (0..50).map(damaged).collect();
        let entries = versions(&many, &all);
        assert_eq!(entries.len(), 21);
        assert!(entries[20].reason.starts_with("30 more"), "{entries:?}");
    }
}
