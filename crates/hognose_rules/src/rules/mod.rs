//! The registered rules, one a file.

mod archive_extraction;
mod argument_injection;
mod client_controlled_authority;
mod code_injection;
mod command_injection;
mod cookie_injection;
mod cross_site_scripting;
mod env_file_in_history;
mod env_file_not_ignored;
mod env_file_tracked;
mod hardcoded_secret;
mod header_injection;
mod ldap_injection;
mod log_injection;
mod mass_assignment;
mod missing_input_validation;
mod nosql_injection;
mod open_redirect;
mod partial_path_check;
mod path_traversal;
mod private_key_in_repository;
mod redos;
mod regex_injection;
mod secret_default_fallback;
mod secret_in_url;
mod server_side_request_forgery;
mod sql_injection;
mod suppressions;
mod template_injection;
mod trust_boundary_violation;
mod unbounded_resource_use;
mod unsafe_deserialization;
mod unsafe_reflection;
mod weak_secret_key;
mod xml_entity_bomb;
mod xml_external_entity;
mod xpath_injection;

use hognose_finding::Rule;

use crate::bugs::{
    CHANGED_WHILE_ITERATING, CONSTANT_CONDITION, DROPPED_RESULT, FORMAT_ARGUMENTS, MISSING_AWAIT,
    NONE_RESULT, POSSIBLY_UNBOUND, RAISED_NON_EXCEPTION, SQL_PARAMETERS, UNCLOSED_FILE,
    UNKNOWN_ATTRIBUTE, WRONG_ARGUMENTS,
};
use crate::misuse::{
    ANY_HOST, AUTOESCAPE_DISABLED, CLEARTEXT_PROTOCOL, COOKIE_WITHOUT_HTTP_ONLY,
    COOKIE_WITHOUT_SAME_SITE, CORS_ANY_ORIGIN, CSRF_DISABLED, DANGEROUS_DEFAULT, DEBUG_MODE,
    FIXED_IV_OR_SALT, GRAPHQL_INTROSPECTION, INSECURE_COOKIE, INSECURE_TEMPORARY_FILE,
    JWT_NOT_VERIFIED, SSH_HOST_KEY_NOT_CHECKED, TIMING_UNSAFE_COMPARISON,
    TLS_VERIFICATION_DISABLED, UNSAFE_FRAMEWORK_SETTING, UNVERIFIED_PACKAGE_INDEX, WEAK_CIPHER,
    WEAK_CIPHER_MODE, WEAK_HASH, WEAK_KEY_SIZE, WEAK_PASSWORD_HASH, WEAK_RANDOM, WEAK_TLS_VERSION,
    WORLD_WRITABLE_PERMISSIONS,
};

pub use archive_extraction::ARCHIVE_EXTRACTION;
pub use argument_injection::ARGUMENT_INJECTION;
pub use client_controlled_authority::CLIENT_CONTROLLED_AUTHORITY;
pub use code_injection::CODE_INJECTION;
pub use command_injection::COMMAND_INJECTION;
pub use cookie_injection::COOKIE_INJECTION;
pub use cross_site_scripting::CROSS_SITE_SCRIPTING;
pub use env_file_in_history::ENV_FILE_IN_HISTORY;
pub use env_file_not_ignored::ENV_FILE_NOT_IGNORED;
pub use env_file_tracked::ENV_FILE_TRACKED;
pub use hardcoded_secret::HARDCODED_SECRET;
pub use header_injection::HEADER_INJECTION;
pub use ldap_injection::LDAP_INJECTION;
pub use log_injection::LOG_INJECTION;
pub use mass_assignment::MASS_ASSIGNMENT;
pub use missing_input_validation::MISSING_INPUT_VALIDATION;
pub use nosql_injection::NOSQL_INJECTION;
pub use open_redirect::OPEN_REDIRECT;
pub use partial_path_check::PARTIAL_PATH_CHECK;
pub use path_traversal::PATH_TRAVERSAL;
pub use private_key_in_repository::PRIVATE_KEY_IN_REPOSITORY;
pub use redos::REDOS;
pub use regex_injection::REGEX_INJECTION;
pub use secret_default_fallback::SECRET_DEFAULT_FALLBACK;
pub use secret_in_url::SECRET_IN_URL;
pub use server_side_request_forgery::SERVER_SIDE_REQUEST_FORGERY;
pub use sql_injection::SQL_INJECTION;
pub use suppressions::{MALFORMED_SUPPRESSION, UNUSED_SUPPRESSION};
pub use template_injection::TEMPLATE_INJECTION;
pub use trust_boundary_violation::TRUST_BOUNDARY_VIOLATION;
pub use unbounded_resource_use::UNBOUNDED_RESOURCE_USE;
pub use unsafe_deserialization::UNSAFE_DESERIALIZATION;
pub use unsafe_reflection::UNSAFE_REFLECTION;
pub use weak_secret_key::WEAK_SECRET_KEY;
pub use xml_entity_bomb::XML_ENTITY_BOMB;
pub use xml_external_entity::XML_EXTERNAL_ENTITY;
pub use xpath_injection::XPATH_INJECTION;

/// Every rule, sorted by id.
pub static RULES: &[&Rule] = &[
    &ANY_HOST,
    &ARCHIVE_EXTRACTION,
    &ARGUMENT_INJECTION,
    &AUTOESCAPE_DISABLED,
    &CHANGED_WHILE_ITERATING,
    &CLEARTEXT_PROTOCOL,
    &CLIENT_CONTROLLED_AUTHORITY,
    &CODE_INJECTION,
    &COMMAND_INJECTION,
    &CONSTANT_CONDITION,
    &COOKIE_INJECTION,
    &COOKIE_WITHOUT_HTTP_ONLY,
    &COOKIE_WITHOUT_SAME_SITE,
    &MISSING_AWAIT,
    &CORS_ANY_ORIGIN,
    &CROSS_SITE_SCRIPTING,
    &CSRF_DISABLED,
    &DANGEROUS_DEFAULT,
    &DEBUG_MODE,
    &DROPPED_RESULT,
    &ENV_FILE_IN_HISTORY,
    &ENV_FILE_NOT_IGNORED,
    &ENV_FILE_TRACKED,
    &FIXED_IV_OR_SALT,
    &FORMAT_ARGUMENTS,
    &GRAPHQL_INTROSPECTION,
    &HARDCODED_SECRET,
    &HEADER_INJECTION,
    &INSECURE_COOKIE,
    &INSECURE_TEMPORARY_FILE,
    &JWT_NOT_VERIFIED,
    &LDAP_INJECTION,
    &LOG_INJECTION,
    &MALFORMED_SUPPRESSION,
    &MASS_ASSIGNMENT,
    &MISSING_INPUT_VALIDATION,
    &NONE_RESULT,
    &NOSQL_INJECTION,
    &OPEN_REDIRECT,
    &PARTIAL_PATH_CHECK,
    &PATH_TRAVERSAL,
    &POSSIBLY_UNBOUND,
    &PRIVATE_KEY_IN_REPOSITORY,
    &RAISED_NON_EXCEPTION,
    &REDOS,
    &REGEX_INJECTION,
    &SECRET_DEFAULT_FALLBACK,
    &SECRET_IN_URL,
    &SERVER_SIDE_REQUEST_FORGERY,
    &SQL_INJECTION,
    &SQL_PARAMETERS,
    &SSH_HOST_KEY_NOT_CHECKED,
    &TEMPLATE_INJECTION,
    &TIMING_UNSAFE_COMPARISON,
    &TLS_VERIFICATION_DISABLED,
    &TRUST_BOUNDARY_VIOLATION,
    &UNBOUNDED_RESOURCE_USE,
    &UNCLOSED_FILE,
    &UNKNOWN_ATTRIBUTE,
    &UNSAFE_DESERIALIZATION,
    &UNSAFE_FRAMEWORK_SETTING,
    &UNSAFE_REFLECTION,
    &UNUSED_SUPPRESSION,
    &UNVERIFIED_PACKAGE_INDEX,
    &WEAK_CIPHER,
    &WEAK_CIPHER_MODE,
    &WEAK_HASH,
    &WEAK_KEY_SIZE,
    &WEAK_PASSWORD_HASH,
    &WEAK_RANDOM,
    &WEAK_SECRET_KEY,
    &WEAK_TLS_VERSION,
    &WORLD_WRITABLE_PERMISSIONS,
    &WRONG_ARGUMENTS,
    &XML_ENTITY_BOMB,
    &XML_EXTERNAL_ENTITY,
    &XPATH_INJECTION,
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
