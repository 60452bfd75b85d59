//! Where in the commits of a repository the value of a finding was.
//!
//! ```text
//! settings.py   in 3f9a… (2021-04-02, Ann Lee)   first
//! config.py     in 77c1… (2023-01-19, Bo Lind)   last; no longer in HEAD
//! ```

/// One value, over all commits that were looked at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct History {
    pub first: Appearance,
    pub last: Appearance,
    /// Whether a file of the commit that is checked out holds it.
    pub is_in_head: bool,
    /// All paths that ever held it, sorted.
    pub paths: Vec<String>,
}

/// A value in a file of a commit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Appearance {
    /// The id of the commit; empty for what a reference names without a commit.
    pub commit: String,
    pub author: String,
    /// When the author wrote it: `2021-04-02`.
    pub date: String,
    pub path: String,
}
