//! From paths as the user and the file system name them to paths as the report shows them.

use std::path::{Component, Path, PathBuf};

/// The working directory: as it is shown, and as the file system resolves it.
#[derive(Debug, Clone)]
pub struct WorkingDirectory {
    pub named: PathBuf,
    pub canonical: PathBuf,
}

impl WorkingDirectory {
    pub fn current() -> std::io::Result<Self> {
        let named = std::env::current_dir()?;
        let canonical = named.canonicalize()?;
        Ok(Self { named, canonical })
    }

    /// `path` for the report: relative to the working directory where it lies inside it, else as
    /// it was named; with `/`.
    pub fn shown(&self, path: &Path) -> String {
        let has_parent = path
            .components()
            .any(|component| component == Component::ParentDir);
        let resolved = if has_parent {
            path.canonicalize().ok()
        } else {
            None
        };
        let candidates = [Some(path), resolved.as_deref()];
        let inside = candidates.into_iter().flatten().find_map(|path| {
            [&self.named, &self.canonical]
                .into_iter()
                .find_map(|base| path.strip_prefix(base).ok())
        });
        slashed(inside.unwrap_or(path))
    }
}

/// `path` for a message: from the working directory where it lies inside it.
pub fn near(path: &Path) -> PathBuf {
    let directory = std::env::current_dir().and_then(|directory| directory.canonicalize());
    let inside = directory
        .ok()
        .and_then(|it| path.strip_prefix(it).ok().map(Path::to_owned));
    inside.unwrap_or_else(|| path.to_owned())
}

/// `path` with `/` between its components and without `.`.
pub fn slashed(path: &Path) -> String {
    let clean: PathBuf = path
        .components()
        .filter(|component| *component != Component::CurDir)
        .collect();
    let text = clean.to_string_lossy();
    if std::path::MAIN_SEPARATOR == '/' {
        text.into_owned()
    } else {
        text.replace(std::path::MAIN_SEPARATOR, "/")
    }
}

#[cfg(test)]
mod tests {
    use std::path::{Path, PathBuf};

    use super::WorkingDirectory;

    #[test]
    fn shown_paths_are_relative_where_possible() {
        let directory = WorkingDirectory {
            named: PathBuf::from("/home/me/project"),
            canonical: PathBuf::from("/data/project"),
        };
        let shown = |path: &str| directory.shown(Path::new(path));
        assert_eq!(shown("./app/views.py"), "app/views.py");
        assert_eq!(shown("/home/me/project/app.py"), "app.py");
        assert_eq!(shown("/data/project/app.py"), "app.py");
        assert_eq!(shown("/etc/x.py"), "/etc/x.py");
        assert_eq!(shown("../gone/x.py"), "../gone/x.py");
    }
}
