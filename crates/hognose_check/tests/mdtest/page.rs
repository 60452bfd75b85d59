//! The programs of a Markdown page.
//!
//! ````text
//! ## A heading
//! ```python file=shop/db.py
//! db.execute(text)  # finding: [sql-injection]
//! ```
//! ````
//! A block without `file=` is a program of its own. In a behaviour test the blocks with `file=`
//! under one heading are one program; on a rule's page a block with the word `with` belongs to the
//! program of the block before. A block `python fix` is what `--fix` makes of the program before it
//! (with `unsafe`, `--unsafe-fixes`). Other blocks (shell, TOML, …) are passed over.

use std::path::{Path, PathBuf};

use hognose_check::finding::{Confidence, Level};

/// What a page's blocks mean.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PageKind {
    /// `tests/mdtest/**`
    Behaviour,
    /// `docs/rules/<id>.md`
    Rule,
}

/// What the word after `python` says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    Plain,
    Vulnerable,
    Secure,
}

/// Files that are analysed together.
#[derive(Debug)]
pub struct Program {
    /// Of the page, below the repository.
    pub page: String,
    pub heading: String,
    /// Of the first block's fence, from 1.
    pub line: usize,
    pub role: Role,
    pub threat: hognose_check::Threat,
    /// Findings of less are as if they were not there: low, or what is shown by default.
    pub min_confidence: Confidence,
    pub files: Vec<Block>,
    /// What `--fix` makes of the first file.
    pub fixed: Option<Fixed>,
}

/// A block of the kind `python fix`, or `python fix unsafe`.
#[derive(Debug)]
pub struct Fixed {
    pub block: Block,
    pub level: Level,
}

#[derive(Debug)]
pub struct Block {
    pub path: String,
    pub text: String,
    /// The page's line of the fence: line `n` of the text is line `line + n` of the page.
    pub line: usize,
}

/// A page, with its headings in order.
#[derive(Debug)]
pub struct Page {
    pub path: String,
    /// With their number signs.
    pub headings: Vec<String>,
    /// The first line of text below the first heading.
    pub title: String,
    pub programs: Vec<Program>,
}

/// The name of a file that a block does not name.
const PATH_DEFAULT: &str = "example.py";

pub fn repository() -> PathBuf {
    let crates = Path::new(env!("CARGO_MANIFEST_DIR"));
    let root = crates
        .ancestors()
        .nth(2)
        .expect("the crate is two folders below the root");
    root.to_path_buf()
}

/// Every page below `folder`, sorted by path.
pub fn pages(folder: &str, kind: PageKind) -> Vec<Page> {
    let root = repository();
    let mut paths = Vec::new();
    markdown_files(&root.join(folder), &mut paths);
    paths.sort();
    paths.iter().map(|path| read(&root, path, kind)).collect()
}

fn markdown_files(folder: &Path, paths: &mut Vec<PathBuf>) {
    let entries = std::fs::read_dir(folder)
        .unwrap_or_else(|error| panic!("cannot list {}: {error}", folder.display()));
    for entry in entries {
        let path = entry.expect("a readable folder").path();
        if path.is_dir() {
            markdown_files(&path, paths);
        } else if path.extension().is_some_and(|ending| ending == "md") {
            paths.push(path);
        }
    }
}

fn read(root: &Path, path: &Path, kind: PageKind) -> Page {
    let text = std::fs::read_to_string(path)
        .unwrap_or_else(|error| panic!("cannot read {}: {error}", path.display()));
    let shown = path.strip_prefix(root).unwrap_or(path);
    parse(&shown.to_string_lossy(), &text, kind)
}

/// Reads a page. A fence that is not closed or a word that is not known panics: the page is wrong.
pub fn parse(path: &str, text: &str, kind: PageKind) -> Page {
    let mut page = Page {
        path: path.to_owned(),
        headings: Vec::new(),
        title: String::new(),
        programs: Vec::new(),
    };
    let mut lines = (1..).zip(text.lines());
    while let Some((number, line)) = lines.next() {
        if let Some(info) = line.strip_prefix("```") {
            let body: Vec<&str> = lines
                .by_ref()
                .map(|(_, line)| line)
                .take_while(|line| *line != "```")
                .collect();
            assert!(
                number + body.len() < text.lines().count(),
                "{path}:{number}: the block is not closed"
            );
            if info == "python" || info.starts_with("python ") {
                page.add(kind, number, info, &body);
            }
        } else if line.starts_with('#') {
            page.headings.push(line.to_owned());
        } else if page.title.is_empty() && !line.is_empty() {
            line.clone_into(&mut page.title);
        }
    }
    page
}

impl Page {
    fn add(&mut self, kind: PageKind, line: usize, info: &str, body: &[&str]) {
        let heading = self.headings.last().cloned().unwrap_or_default();
        let mut role = Role::Plain;
        let mut threat = hognose_check::Threat::Project;
        let mut min_confidence = Confidence::Low;
        let mut file = None;
        let mut continues = false;
        let mut level = None;
        for word in info.split_whitespace().skip(1) {
            match word.strip_prefix("file=").unwrap_or(word) {
                "vulnerable" => role = Role::Vulnerable,
                "secure" => role = Role::Secure,
                "snippet" => threat = hognose_check::Threat::Snippet,
                "shown" => min_confidence = Confidence::Medium,
                "with" => continues = true,
                "fix" => level = Some(Level::Verified),
                "unsafe" => level = Some(Level::Unsafe),
                name if word.starts_with("file=") => file = Some(name.to_owned()),
                _ => panic!("{}:{line}: unknown word `{word}`", self.path),
            }
        }
        if let Some(level) = level {
            let block = Block {
                path: PATH_DEFAULT.to_owned(),
                text: body.iter().flat_map(|line| [*line, "\n"]).collect(),
                line,
            };
            let program = self.programs.last_mut();
            let program =
                program.unwrap_or_else(|| panic!("{}:{line}: a fix of nothing", self.path));
            program.fixed = Some(Fixed { block, level });
            return;
        }
        assert_eq!(
            kind == PageKind::Rule,
            role != Role::Plain || continues,
            "{}:{line}: `vulnerable` or `secure` on every block of a rule's page, and only there",
            self.path
        );
        let same = match kind {
            PageKind::Rule => continues,
            PageKind::Behaviour => {
                file.is_some()
                    && self.programs.last().is_some_and(|program| {
                        program.heading == heading && program.files[0].path != PATH_DEFAULT
                    })
            }
        };
        let block = Block {
            path: file.unwrap_or_else(|| PATH_DEFAULT.to_owned()),
            text: body.iter().flat_map(|line| [*line, "\n"]).collect(),
            line,
        };
        match self.programs.last_mut().filter(|_| same) {
            Some(program) => program.files.push(block),
            None => self.programs.push(Program {
                page: self.path.clone(),
                heading,
                line,
                role,
                threat,
                min_confidence,
                files: vec![block],
                fixed: None,
            }),
        }
    }
}
