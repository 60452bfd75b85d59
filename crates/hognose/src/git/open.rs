//! Finding and opening a repository, the way git does: from a directory upward, and by the
//! variables that git sets for its hooks (`GIT_DIR`, `GIT_INDEX_FILE`, …).
//!
//! ```text
//! shop/app/ → shop/.git           a work tree
//! shop.git/ → shop.git            a bare repository
//! shop-fix/.git (a file) → shop/.git/worktrees/fix
//! ```

use std::path::Path;

use anyhow::{Result, anyhow};
use gix::odb::pack::cache::lru::MemoryCappedHashmap;

/// For decoded commits and trees, which are deltas of each other.
const CACHE_BYTES: usize = 48 * 1024 * 1024;

/// The repository that `directory` belongs to.
pub fn open(directory: &Path) -> Result<gix::Repository> {
    let opened = gix::ThreadSafeRepository::discover_with_environment_overrides(directory);
    let mut repository = opened
        .map_err(|error| explained(directory, &error))?
        .to_thread_local();
    repository
        .objects
        .set_pack_cache(|| Box::new(MemoryCappedHashmap::new(CACHE_BYTES)));
    Ok(repository)
}

fn explained(directory: &Path, error: &gix::Error) -> anyhow::Error {
    let directory = directory.display();
    let is_in_repository = Path::new(".git").exists() || std::env::var_os("GIT_DIR").is_some();
    if is_in_repository {
        anyhow!("the git repository of `{directory}` cannot be opened: {error}")
    } else {
        anyhow!(
            "`{directory}` is in no git repository; run Hognose inside one, or name its \
             directories and files instead"
        )
    }
}
