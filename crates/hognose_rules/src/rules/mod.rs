//! The registered rules, one a file.

mod archive_extraction;
mod argument_injection;
mod command_injection;
mod hardcoded_secret;
mod partial_path_check;
mod path_traversal;
mod sql_injection;
mod suppressions;

use hognose_finding::Rule;

pub use archive_extraction::ARCHIVE_EXTRACTION;
pub use argument_injection::ARGUMENT_INJECTION;
pub use command_injection::COMMAND_INJECTION;
pub use hardcoded_secret::HARDCODED_SECRET;
pub use partial_path_check::PARTIAL_PATH_CHECK;
pub use path_traversal::PATH_TRAVERSAL;
pub use sql_injection::SQL_INJECTION;
pub use suppressions::{MALFORMED_SUPPRESSION, UNUSED_SUPPRESSION};

/// Every rule, sorted by id.
pub static RULES: &[&Rule] = &[
    &ARCHIVE_EXTRACTION,
    &ARGUMENT_INJECTION,
    &COMMAND_INJECTION,
    &HARDCODED_SECRET,
    &MALFORMED_SUPPRESSION,
    &PARTIAL_PATH_CHECK,
    &PATH_TRAVERSAL,
    &SQL_INJECTION,
    &UNUSED_SUPPRESSION,
];

#[cfg(test)]
mod tests {
    use super::RULES;

    #[test]
    fn rules_are_sorted_and_complete() {
        assert!(RULES.windows(2).all(|pair| pair[0].id < pair[1].id));
        for rule in RULES {
            assert!(
                rule.page.starts_with(&format!("# {}", rule.id)),
                "{}",
                rule.id
            );
            assert!(rule.title.ends_with('.'), "{}", rule.id);
        }
    }
}
