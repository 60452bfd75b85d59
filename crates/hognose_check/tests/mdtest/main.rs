//! Runs every Markdown page with Python blocks: the behaviour tests of `tests/mdtest`, the rules'
//! pages of `docs/rules` and the classes' guides of `docs/guide`.
//!
//! `HOGNOSE_MDTEST=sql/templates` runs only the programs whose page or heading holds that text.

mod expect;
mod page;

use hognose_check::rules;
use rayon::iter::{IntoParallelIterator as _, ParallelIterator as _};

use page::{Page, PageKind, Program, Role, pages};

const BEHAVIOUR: &str = "tests/mdtest";
const RULES: &str = "docs/rules";
const GUIDES: &str = "docs/guide";

/// The headings of a rule's page, in this order, with `###` headings in between.
const HEADINGS: [&str; 5] = [
    "## What it is",
    "## Why it matters",
    "## How to fix it",
    "## Not a problem when",
    "## References",
];

/// The contexts that a repair can be shown for, in this order.
const CONTEXTS: [&str; 5] = [
    "### Django",
    "### Flask",
    "### FastAPI",
    "### Script",
    "### Pipeline",
];

/// Rules about what git keeps, which no program can show; `crates/hognose/tests` runs them on
/// repositories that it makes.
const ABOUT_REPOSITORIES: [&str; 3] = [
    "env-file-in-history",
    "env-file-not-ignored",
    "env-file-tracked",
];

#[test]
fn behaviour() {
    run(pages(BEHAVIOUR, PageKind::Behaviour));
}

#[test]
fn rule_pages() {
    run(pages(RULES, PageKind::Rule));
}

#[test]
fn guides() {
    run(pages(GUIDES, PageKind::Rule));
}

#[test]
fn every_rule_has_a_page_and_every_page_a_rule() {
    let ours = rules().iter().filter(|rule| rule.code().is_none());
    let mut ids: Vec<&str> = ours.map(|rule| rule.id).collect();
    ids.sort_unstable();
    let mut pages = pages(RULES, PageKind::Rule);
    // `weak-cipher-mode.md` comes before `weak-cipher.md`.
    pages.sort_by(|a, b| stem(a).cmp(stem(b)));
    let stems: Vec<&str> = pages.iter().map(stem).collect();
    assert_eq!(ids, stems);
    for (id, page) in ids.iter().zip(&pages) {
        let rule = rules()
            .iter()
            .find(|rule| rule.id == *id)
            .expect("the id is of this list");
        let path = page::repository().join(&page.path);
        let text = std::fs::read_to_string(path).expect("the page was read before");
        assert_eq!(rule.page, text, "the page of {id} is another file");
    }
}

#[test]
fn rule_pages_have_the_agreed_form() {
    let mut mistakes = Vec::new();
    for page in pages(RULES, PageKind::Rule) {
        let mut mistake = |text: &str| mistakes.push(format!("{}: {text}", page.path));
        let stem = stem(&page);
        if page.headings.first().map(String::as_str) != Some(&format!("# {stem}")) {
            mistake("the first heading is not the rule's id");
        }
        if !page.title.ends_with('.') {
            mistake("the title below the first heading is no sentence");
        }
        let sections: Vec<&str> = headings(&page, "## ");
        if sections != HEADINGS {
            mistake(&format!("sections {sections:?}"));
        }
        let known: Vec<&str> = headings(&page, "### ")
            .into_iter()
            .filter(|heading| CONTEXTS.contains(heading))
            .collect();
        let mut sorted = known.clone();
        sorted.sort_by_key(|heading| CONTEXTS.iter().position(|context| context == heading));
        if known != sorted {
            mistake(&format!("contexts out of order: {known:?}"));
        }
        if ABOUT_REPOSITORIES.contains(&stem) {
            continue;
        }
        for role in [Role::Vulnerable, Role::Secure] {
            if !page.programs.iter().any(|program| program.role == role) {
                mistake(&format!("no {role:?} example"));
            }
        }
    }
    assert!(mistakes.is_empty(), "\n{}", mistakes.join("\n"));
}

fn stem(page: &Page) -> &str {
    let name = page.path.rsplit('/').next().unwrap_or(&page.path);
    name.trim_end_matches(".md")
}

fn headings<'a>(page: &'a Page, level: &str) -> Vec<&'a str> {
    let headings = page.headings.iter().map(String::as_str);
    headings
        .filter(|heading| heading.starts_with(level))
        .collect()
}

/// Runs all programs of `pages` and lists every mismatch at once.
fn run(pages: Vec<Page>) {
    let filter = std::env::var("HOGNOSE_MDTEST").unwrap_or_default();
    let programs: Vec<Program> = pages
        .into_iter()
        .flat_map(|page| page.programs)
        .filter(|program| program.page.contains(&filter) || program.heading.contains(&filter))
        .collect();
    assert!(
        !programs.is_empty() || !filter.is_empty(),
        "no program at all"
    );
    let count = programs.len();
    let failures: Vec<String> = programs
        .into_par_iter()
        .map(|program| expect::mismatches(&program))
        .filter(|text| !text.is_empty())
        .collect();
    assert!(
        failures.is_empty(),
        "{} of {count} programs\n\n{}",
        failures.len(),
        failures.join("\n")
    );
}

#[test]
fn programs_of_a_page() {
    let text = "# Title\n\nText.\n\n## One\n```python file=a.py\nx = 1\n```\n```python file=b.py\n```\n\
                ## Two\n```python snippet\ny = 2\n```\n```python\nz = 3\n```\n```toml\n# no heading\n```\n";
    let page = page::parse("p.md", text, PageKind::Behaviour);
    let shape: Vec<(&str, usize, Vec<&str>)> = page
        .programs
        .iter()
        .map(|program| {
            let files = program.files.iter().map(|block| block.path.as_str());
            (program.heading.as_str(), program.line, files.collect())
        })
        .collect();
    assert_eq!(
        shape,
        [
            ("## One", 6, vec!["a.py", "b.py"]),
            ("## Two", 12, vec!["example.py"]),
            ("## Two", 15, vec!["example.py"]),
        ]
    );
    assert_eq!(page.programs[1].threat, hognose_check::Threat::Snippet);
    assert_eq!(page.headings, ["# Title", "## One", "## Two"]);
    assert_eq!(page.title, "Text.");
}
