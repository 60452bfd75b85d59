//! Linking: which module of the project an import statement names.
//!
//! ```python
//! import shop.db              # shop/db.py beside, above, or below some src/
//! from . import views         # the same package
//! from ..models import User   # the package above
//! ```
//! Nothing is read from an environment: a module is found by its path among the analysed files.
//! Absolute names are looked up from the importing file's own directory upwards (directories that
//! are packages are skipped, as Python does), then in every directory that holds a top-level
//! module of that name.

use std::sync::Arc;

use rustc_hash::{FxHashMap, FxHashSet};

use crate::program::ModuleId;

/// The files of a program as directories and packages.
#[derive(Debug, Default)]
pub struct Layout {
    /// `shop/views` → module; a package stands under its directory, `shop`.
    modules: FxHashMap<Arc<str>, ModuleId>,
    /// Directories with an `__init__` file.
    packages: FxHashSet<Arc<str>>,
    /// All directories that hold a module somewhere below them.
    directories: FxHashSet<Arc<str>>,
    /// First segment of a top-level module → directories that hold it, shortest first.
    tops: FxHashMap<Arc<str>, Vec<Arc<str>>>,
    /// Directory of each module: for a package its own.
    homes: Vec<Arc<str>>,
    /// First segments that name a library as well. A directory of that name somewhere in the
    /// project is none of it: `tests/flask/` beside `import flask`.
    libraries: FxHashSet<Arc<str>>,
}

impl Layout {
    /// `is_library` tells the names of top-level packages that the models know.
    pub fn new<'a>(
        paths: impl Iterator<Item = &'a str>,
        is_library: impl Fn(&str) -> bool,
    ) -> Self {
        let mut layout = Self::default();
        for (number, path) in (0..).zip(paths) {
            layout.add(ModuleId(number), path);
        }
        layout.find_tops();
        layout.libraries = layout
            .tops
            .keys()
            .filter(|name| is_library(name))
            .cloned()
            .collect();
        layout
    }

    fn add(&mut self, module: ModuleId, path: &str) {
        let stem = stem(path);
        let (directory, name) = split(stem);
        let key = if name == "__init__" {
            self.packages.insert(Arc::from(directory));
            directory
        } else {
            stem
        };
        // A stub beside its module, or a notebook of the same name: the first file stands.
        let ending = std::path::Path::new(path).extension();
        let is_source = ending.is_some_and(|ending| ending == "py");
        if is_source || !self.modules.contains_key(key) {
            self.modules.insert(Arc::from(key), module);
        }
        self.homes.push(Arc::from(directory));
        let mut above = directory;
        while self.directories.insert(Arc::from(above)) && !above.is_empty() {
            above = split(above).0;
        }
    }

    fn find_tops(&mut self) {
        let mut tops: FxHashMap<Arc<str>, Vec<Arc<str>>> = FxHashMap::default();
        let places = self.modules.keys().chain(&self.packages);
        for place in places.chain(&self.directories) {
            let (directory, name) = split(place);
            if !name.is_empty() && !self.packages.contains(directory) {
                tops.entry(Arc::from(name))
                    .or_default()
                    .push(Arc::from(directory));
            }
        }
        for list in tops.values_mut() {
            list.sort_by(|a, b| (a.matches('/').count(), a).cmp(&(b.matches('/').count(), b)));
            list.dedup();
        }
        self.tops = tops;
    }

    /// The module that `level` dots and `dotted` name in `from`.
    pub fn resolve(&self, from: ModuleId, level: u32, dotted: &str) -> Option<Place> {
        let path = dotted.replace('.', "/");
        if level > 0 {
            let mut base: &str = &self.homes[from.index()];
            for _ in 1..level {
                base = split(base).0;
            }
            return self.place(&join(base, &path));
        }
        self.absolute(from, &path)
    }

    fn absolute(&self, from: ModuleId, path: &str) -> Option<Place> {
        let first = path.split('/').next().unwrap_or(path);
        let is_library = self.libraries.contains(first);
        let mut directory: &str = &self.homes[from.index()];
        loop {
            let is_package = self.packages.contains(directory);
            match self.place(&join(directory, path)) {
                Some(Place::Namespace(_)) if is_library => {}
                // `paramiko.py` that imports paramiko means the library.
                Some(Place::Module(module)) if is_library && module == from => {}
                Some(place) if !is_package => return Some(place),
                Some(_) | None => {}
            }
            if directory.is_empty() {
                break;
            }
            directory = split(directory).0;
        }
        if is_library {
            return None;
        }
        self.tops
            .get(first)?
            .iter()
            .find_map(|directory| self.place(&join(directory, path)))
    }

    fn place(&self, path: &str) -> Option<Place> {
        if let Some(module) = self.modules.get(path) {
            return Some(Place::Module(*module));
        }
        self.directories
            .get(path)
            .map(|directory| Place::Namespace(Arc::clone(directory)))
    }

    /// The module `name` inside the package or namespace that `place` is.
    pub fn submodule(&self, place: &Place, name: &str) -> Option<Place> {
        let directory: &str = match place {
            Place::Module(module) => {
                let home = &self.homes[module.index()];
                if !self.packages.contains(home) || self.modules.get(home) != Some(module) {
                    return None;
                }
                home
            }
            Place::Namespace(directory) => directory,
        };
        self.place(&join(directory, name))
    }

    /// The dotted name of the module at `path`, from the nearest directory that is no package.
    pub fn module_name(&self, path: &str) -> Arc<str> {
        let stem = stem(path);
        let (mut directory, name) = split(stem);
        let mut segments: Vec<&str> = Vec::new();
        if name != "__init__" {
            segments.push(name);
        }
        while !directory.is_empty() && self.packages.contains(directory) {
            let (above, name) = split(directory);
            segments.push(name);
            directory = above;
        }
        segments.reverse();
        Arc::from(segments.join("."))
    }
}

/// What a dotted name is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Place {
    Module(ModuleId),
    /// A directory without `__init__` that holds modules.
    Namespace(Arc<str>),
}

fn stem(path: &str) -> &str {
    for ending in [".pyi", ".py", ".pyw", ".ipynb"] {
        if let Some(stem) = path.strip_suffix(ending) {
            return stem;
        }
    }
    path
}

fn split(path: &str) -> (&str, &str) {
    path.rsplit_once('/').unwrap_or(("", path))
}

fn join(directory: &str, name: &str) -> String {
    match (directory.is_empty(), name.is_empty()) {
        (true, _) => name.to_owned(),
        (false, true) => directory.to_owned(),
        (false, false) => format!("{directory}/{name}"),
    }
}

#[cfg(test)]
mod tests {
    use super::{Layout, Place};
    use crate::program::ModuleId;

    fn resolve(paths: &[&str], from: usize, level: u32, dotted: &str) -> Option<usize> {
        let layout = Layout::new(paths.iter().copied(), |name| name == "flask");
        let from = ModuleId(u32::try_from(from).expect("few modules"));
        match layout.resolve(from, level, dotted)? {
            Place::Module(module) => Some(module.index()),
            Place::Namespace(_) => None,
        }
    }

    #[test]
    fn absolute_from_a_sibling_script() {
        assert_eq!(
            resolve(&["tools/run.py", "tools/lib.py"], 0, 0, "lib"),
            Some(1)
        );
    }

    #[test]
    fn a_package_does_not_see_its_siblings_by_absolute_names() {
        let paths = ["p/__init__.py", "p/json.py", "p/use.py"];
        assert_eq!(resolve(&paths, 2, 0, "json"), None);
        assert_eq!(resolve(&paths, 2, 1, "json"), Some(1));
    }

    #[test]
    fn src_layouts_and_tests_beside_them() {
        let paths = ["src/shop/__init__.py", "src/shop/db.py", "tests/test_db.py"];
        assert_eq!(resolve(&paths, 2, 0, "shop.db"), Some(1));
    }

    #[test]
    fn two_dots_are_the_package_above() {
        let paths = [
            "p/__init__.py",
            "p/a/__init__.py",
            "p/a/x.py",
            "p/models.py",
        ];
        assert_eq!(resolve(&paths, 2, 2, "models"), Some(3));
    }

    #[test]
    fn namespace_packages_have_no_init() {
        let paths = ["ns/one/mod.py", "main.py"];
        assert_eq!(resolve(&paths, 1, 0, "ns.one.mod"), Some(0));
    }

    #[test]
    fn names_begin_at_the_topmost_package() {
        let layout = Layout::new(
            ["src/shop/__init__.py", "src/shop/db.py"].into_iter(),
            |_| false,
        );
        assert_eq!(&*layout.module_name("src/shop/db.py"), "shop.db");
        assert_eq!(&*layout.module_name("src/shop/__init__.py"), "shop");
    }

    #[test]
    fn a_directory_named_like_a_library_is_not_the_library() {
        let paths = [
            "tests/flask/app.py",
            "tests/other/use.py",
            "app/flask.py",
            "app/main.py",
        ];
        assert_eq!(resolve(&paths, 1, 0, "flask"), None);
        assert_eq!(resolve(&paths, 3, 0, "flask"), Some(2));
    }
}
