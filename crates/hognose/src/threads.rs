//! The worker threads of the whole program.

use anyhow::{Context as _, Result};

/// For the main work and for each worker thread: deeply nested Python makes deep recursion. Only
/// the touched part becomes memory.
pub const STACK_BYTES: usize = 64 * 1024 * 1024;

/// Starts `count` workers, or one for each processor.
pub fn start(count: Option<usize>) -> Result<()> {
    rayon::ThreadPoolBuilder::new()
        // 0 lets rayon choose.
        .num_threads(count.unwrap_or(0))
        .stack_size(STACK_BYTES)
        .thread_name(|index| format!("hognose-{index}"))
        .build_global()
        .context("cannot start the worker threads")
}
