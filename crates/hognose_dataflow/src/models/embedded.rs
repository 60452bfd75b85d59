//! The model files of the program itself: name from the root of the repository, and text.

/// Sorted by name; written by the crate's build script.
pub(super) const FILES: &[(&str, &str)] = include!(concat!(env!("OUT_DIR"), "/models.rs"));
