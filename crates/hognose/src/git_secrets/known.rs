//! Values that were there before: a commit or a push is not to blame for them.
//!
//! ```text
//! HEAD:settings.py     KEY = "…"
//! index:settings.py    KEY = "…", DEBUG = True      staged, but the key is not new
//! ```

use gix::ObjectId;

/// Whether the file at `path` of one of `trees` holds `value`.
pub fn holds(repository: &gix::Repository, trees: &[ObjectId], path: &str, value: &str) -> bool {
    trees.iter().any(|tree| {
        file(repository, *tree, path)
            .is_some_and(|data| memchr::memmem::find(&data, value.as_bytes()).is_some())
    })
}

/// Its content. What cannot be read holds nothing.
fn file(repository: &gix::Repository, tree: ObjectId, path: &str) -> Option<Vec<u8>> {
    let tree = repository.find_tree(tree).ok()?;
    let entry = tree.lookup_entry_by_path(path).ok()??;
    let blob = repository.find_blob(entry.object_id()).ok()?;
    Some(blob.data.clone())
}
