//! Globs of the command line and the configuration, as users write them.
//!
//! A glob without `/` matches a name at any depth (`vendor`, `*_pb2.py`); one with `/` is a path
//! from the directory of the configuration file, or from the working directory on the command
//! line (`legacy/*.py`). What matches a directory holds for everything in it.

use std::path::{Path, PathBuf};

use globset::{Glob, GlobBuilder, GlobSet, GlobSetBuilder};

use crate::paths::slashed;

/// Globs that count from one directory. The default matches nothing.
#[derive(Debug, Clone, Default)]
pub struct Globs {
    base: PathBuf,
    set: GlobSet,
}

impl Globs {
    /// `base` is canonical. Fails with what is wrong with a glob, and its index.
    pub fn new<'a>(
        base: &Path,
        globs: impl IntoIterator<Item = &'a str>,
    ) -> Result<Self, (usize, String)> {
        let mut builder = GlobSetBuilder::new();
        for (index, glob) in globs.into_iter().enumerate() {
            for pattern in patterns(glob) {
                builder.add(compile(&pattern).map_err(|what| (index, what))?);
            }
        }
        let set = builder.build().map_err(|error| (0, error.to_string()))?;
        Ok(Self {
            base: base.to_owned(),
            set,
        })
    }

    /// Whether one of the globs matches `path`, which is canonical.
    pub fn matches(&self, path: &Path) -> bool {
        !self.set.is_empty()
            && path
                .strip_prefix(&self.base)
                .is_ok_and(|relative| self.set.is_match(slashed(relative)))
    }
}

/// `glob` in the terms of paths relative to its base: the match itself and all it contains.
fn patterns(glob: &str) -> [String; 2] {
    let trimmed = glob
        .strip_prefix("./")
        .unwrap_or(glob)
        .trim_end_matches('/');
    let anchored = match trimmed.strip_prefix('/') {
        Some(rest) => rest.to_owned(),
        None if trimmed.contains('/') => trimmed.to_owned(),
        None => format!("**/{trimmed}"),
    };
    let inside = format!("{anchored}/**");
    [anchored, inside]
}

fn compile(pattern: &str) -> Result<Glob, String> {
    GlobBuilder::new(pattern)
        .literal_separator(true)
        .build()
        .map_err(|error| error.kind().to_string())
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::Globs;

    fn matches(glob: &str, path: &str) -> bool {
        Globs::new(Path::new("/project"), [glob])
            .expect("the glob is right")
            .matches(Path::new(path))
    }

    #[test]
    fn a_name_matches_at_any_depth() {
        assert!(matches("vendor", "/project/vendor"));
        assert!(matches("vendor/", "/project/a/vendor/x.py"));
        assert!(matches("*_pb2.py", "/project/a/b_pb2.py"));
        assert!(!matches("vendor", "/project/vendored/x.py"));
        assert!(!matches("vendor", "/other/vendor"));
    }

    #[test]
    fn a_path_counts_from_the_base() {
        assert!(matches("legacy/*.py", "/project/legacy/x.py"));
        assert!(matches("./legacy/*", "/project/legacy/deep/x.py"));
        assert!(!matches("legacy/*.py", "/project/a/legacy/x.py"));
        assert!(matches("/setup.py", "/project/setup.py"));
        assert!(!matches("/setup.py", "/project/a/setup.py"));
    }

    #[test]
    fn a_broken_glob_is_an_error() {
        assert!(Globs::new(Path::new("/"), ["ok", "a[b"]).is_err());
    }
}
