//! The registered rules, one a file.

mod archive_extraction;
mod argument_injection;
mod command_injection;
mod env_file_not_ignored;
mod hardcoded_secret;
mod partial_path_check;
mod path_traversal;
mod private_key_in_repository;
mod secret_default_fallback;
mod secret_in_url;
mod sql_injection;
mod suppressions;
mod weak_secret_key;

use hognose_finding::Rule;

pub use archive_extraction::ARCHIVE_EXTRACTION;
pub use argument_injection::ARGUMENT_INJECTION;
pub use command_injection::COMMAND_INJECTION;
pub use env_file_not_ignored::ENV_FILE_NOT_IGNORED;
pub use hardcoded_secret::HARDCODED_SECRET;
pub use partial_path_check::PARTIAL_PATH_CHECK;
pub use path_traversal::PATH_TRAVERSAL;
pub use private_key_in_repository::PRIVATE_KEY_IN_REPOSITORY;
pub use secret_default_fallback::SECRET_DEFAULT_FALLBACK;
pub use secret_in_url::SECRET_IN_URL;
pub use sql_injection::SQL_INJECTION;
pub use suppressions::{MALFORMED_SUPPRESSION, UNUSED_SUPPRESSION};
pub use weak_secret_key::WEAK_SECRET_KEY;

/// Every rule, sorted by id.
pub static RULES: &[&Rule] = &[
    &ARCHIVE_EXTRACTION,
    &ARGUMENT_INJECTION,
    &COMMAND_INJECTION,
    &ENV_FILE_NOT_IGNORED,
    &HARDCODED_SECRET,
    &MALFORMED_SUPPRESSION,
    &PARTIAL_PATH_CHECK,
    &PATH_TRAVERSAL,
    &PRIVATE_KEY_IN_REPOSITORY,
    &SECRET_DEFAULT_FALLBACK,
    &SECRET_IN_URL,
    &SQL_INJECTION,
    &UNUSED_SUPPRESSION,
    &WEAK_SECRET_KEY,
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
