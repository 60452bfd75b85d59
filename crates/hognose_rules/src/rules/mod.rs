//! The registered rules, one a file.

mod archive_extraction;
mod argument_injection;
mod command_injection;
mod env_file_in_history;
mod env_file_not_ignored;
mod env_file_tracked;
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

use crate::bugs::{
    CHANGED_WHILE_ITERATING, CONSTANT_CONDITION, DROPPED_RESULT, FORMAT_ARGUMENTS, MISSING_AWAIT,
    NONE_RESULT, POSSIBLY_UNBOUND, RAISED_NON_EXCEPTION, SQL_PARAMETERS, UNCLOSED_FILE,
    UNKNOWN_ATTRIBUTE, WRONG_ARGUMENTS,
};

pub use archive_extraction::ARCHIVE_EXTRACTION;
pub use argument_injection::ARGUMENT_INJECTION;
pub use command_injection::COMMAND_INJECTION;
pub use env_file_in_history::ENV_FILE_IN_HISTORY;
pub use env_file_not_ignored::ENV_FILE_NOT_IGNORED;
pub use env_file_tracked::ENV_FILE_TRACKED;
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
    &CHANGED_WHILE_ITERATING,
    &COMMAND_INJECTION,
    &CONSTANT_CONDITION,
    &MISSING_AWAIT,
    &DROPPED_RESULT,
    &ENV_FILE_IN_HISTORY,
    &ENV_FILE_NOT_IGNORED,
    &ENV_FILE_TRACKED,
    &FORMAT_ARGUMENTS,
    &HARDCODED_SECRET,
    &MALFORMED_SUPPRESSION,
    &NONE_RESULT,
    &PARTIAL_PATH_CHECK,
    &PATH_TRAVERSAL,
    &POSSIBLY_UNBOUND,
    &PRIVATE_KEY_IN_REPOSITORY,
    &RAISED_NON_EXCEPTION,
    &SECRET_DEFAULT_FALLBACK,
    &SECRET_IN_URL,
    &SQL_INJECTION,
    &SQL_PARAMETERS,
    &UNCLOSED_FILE,
    &UNKNOWN_ATTRIBUTE,
    &UNUSED_SUPPRESSION,
    &WEAK_SECRET_KEY,
    &WRONG_ARGUMENTS,
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
