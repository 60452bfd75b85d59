//! Every registered rule has a page in `docs/rules/`, and every page belongs to a rule.

use std::collections::BTreeMap;

use crate::files::RepositoryFile;
use crate::rust_text::{Strings, code, line_of, without_tests};
use crate::tidy::Problem;

const PAGES: &str = "docs/rules/";

pub fn check(files: &[RepositoryFile]) -> Vec<Problem> {
    let mut rules = BTreeMap::new();
    for file in files.iter().filter(|file| file.is_source()) {
        if file.path.starts_with("crates/") {
            let code = without_tests(&code(&file.text, Strings::Keep));
            for (id, line) in registered(&code) {
                rules.insert(id, (file.path.as_str(), line));
            }
        }
    }
    let pages: BTreeMap<&str, &RepositoryFile> = files
        .iter()
        .filter_map(|file| {
            let name = file.path.strip_prefix(PAGES)?;
            Some((name.strip_suffix(".md")?, file))
        })
        .collect();
    let mut problems = Vec::new();
    if rules.is_empty() {
        problems.push(Problem::new("crates", 0, "no rule is registered"));
    }
    for (id, (path, line)) in &rules {
        if !pages.contains_key(id.as_str()) {
            let what = format!("the rule `{id}` has no page {PAGES}{id}.md");
            problems.push(Problem::new(path, *line, what));
        }
    }
    for (id, file) in pages {
        if !rules.contains_key(id) {
            problems.push(Problem::new(
                &file.path,
                0,
                format!("there is no rule `{id}`"),
            ));
        }
        if !file.text.starts_with(&format!("# {id}")) {
            let what = format!("the page must begin with `# {id}`");
            problems.push(Problem::new(&file.path, 1, what));
        }
    }
    problems
}

/// The ids in `Rule { id: "…", … }` and `Rule = misuse("…", …)`, with their lines.
fn registered(code: &str) -> Vec<(String, usize)> {
    let mut found = Vec::new();
    // `misuse("…", …)` makes the rules that are alike in all but their words.
    for (start, before) in [("Rule {", "id: \""), ("Rule = misuse(", "\"")] {
        for (offset, _) in code.match_indices(start) {
            let body = code[offset + start.len()..].trim_start();
            let Some(rest) = body.strip_prefix(before) else {
                continue;
            };
            if let Some((id, _)) = rest.split_once('"') {
                found.push((id.to_owned(), line_of(code, offset)));
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::registered;

    #[test]
    fn ids_stand_first_in_a_rule() {
        let code = "static A: Rule = Rule {\n    id: \"a-b\",\n};\nstruct Rule { x: u8 }\n";
        assert_eq!(registered(code), [("a-b".to_owned(), 1)]);
    }
}
