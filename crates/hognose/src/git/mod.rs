//! Reading git repositories: staged files, histories, and the hooks that ask for both.
//!
//! ```text
//! open     directory → repository
//! staged   index → the files that a commit would take
//! push     what git tells a hook → what a push brings
//! tips     references → commits, trees, blobs to begin with
//! commits  tips → all commits, parents first
//! trees    commits → every blob once, with its first commit and path; where it was last
//! packs, delta, blobs    blobs → visits, each with what is new against the version before
//! hooks    the scripts that git runs before a commit and before a push
//! ```
//! Nothing here knows what is looked for. The files of the repository are read directly (no `git`
//! is run), and but for the hooks nothing is changed.

mod blobs;
mod commits;
mod delta;
pub mod hooks;
mod open;
mod packs;
pub mod push;
pub mod staged;
mod tips;
mod trees;

pub use blobs::{Problem, Visited, read};
pub use commits::{Commits, Span};
pub use open::open;
pub use packs::Packs;
pub use tips::{Notes, Tips};
pub use trees::{Blob, Files, all_files, last_commits};
