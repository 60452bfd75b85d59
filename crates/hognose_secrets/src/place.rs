//! What the path of a file says of its content.
//!
//! ```text
//! tests/conftest.py, docs/setup.md       made up, most of the time
//! app/settings.py                        meant
//! ```

/// Whether the file is test code, an example or documentation, by the names of its directories
/// and its own.
pub fn is_test_path(path: &str) -> bool {
    let lower = path.to_ascii_lowercase();
    let mut segments = lower.rsplit('/');
    let file = segments.next().unwrap_or("");
    let stem = file.split('.').next().unwrap_or(file);
    stem.starts_with("test_")
        || stem.ends_with("_test")
        || stem.ends_with("_tests")
        || stem == "conftest"
        || stem == "tests"
        || segments.any(|segment| {
            segment.contains("pytest")
                || segment.ends_with("_test")
                || matches!(
                    segment,
                    "test"
                        | "selftest"
                        | "tests"
                        | "testing"
                        | "unit_tests"
                        | "integration_tests"
                        | "testdata"
                        | "testutils"
                        | "pytest"
                        | "fixtures"
                        | "examples"
                        | "example"
                        | "sample"
                        | "samples"
                        | "demos"
                        | "docs"
                        | "apidocs"
                        | "doc"
                        | "demo"
                )
        })
}
