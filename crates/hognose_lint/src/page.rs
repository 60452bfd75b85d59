//! The page of a rule of Ruff: what we say of it, then Ruff's own description.
//!
//! ```text
//! # undefined-name (F821)
//! A name is used that nothing defines or imports.
//! …
//! ```

use ruff_linter::registry::Rule as RuffRule;

/// Ruff writes "Checks for …" in front of what a title says.
const CHECKS_FOR: [&str; 4] = ["Checks for ", "Checks that ", "Checks whether ", "Checks "];

/// The first sentence of Ruff's description, as a title.
pub fn title(rule: RuffRule) -> String {
    let text = rule.explanation().unwrap_or("");
    let paragraph: Vec<&str> = text
        .lines()
        .skip_while(|line| line.trim().is_empty() || line.starts_with('#'))
        .take_while(|line| !line.trim().is_empty())
        .map(str::trim)
        .collect();
    let paragraph = paragraph.join(" ");
    let sentence = paragraph
        .split_once(". ")
        .map_or(paragraph.as_str(), |(first, _)| first)
        .trim_end_matches(['.', ':']);
    let text = CHECKS_FOR
        .iter()
        .find_map(|start| sentence.strip_prefix(start))
        .unwrap_or(sentence);
    if text.is_empty() {
        return format!("{}.", rule.name().as_str().replace('-', " "));
    }
    let mut characters = text.chars();
    let first = characters.next().into_iter().flat_map(char::to_uppercase);
    first.chain(characters).chain(['.']).collect()
}

/// The Markdown that `hognose explain` prints.
pub fn page(rule: RuffRule, code: &str, title: &str, why: &str, standing: &str) -> String {
    let name = rule.name();
    let name = name.as_str();
    let explanation = rule.explanation().unwrap_or("").trim();
    let why = if why.is_empty() {
        String::new()
    } else {
        format!("{why}\n\n")
    };
    format!(
        "# {name} ({code})\n\n{title}\n\n{why}{standing}\n\nThe rule is Ruff's ({code}); what \
         follows is its description there.\n\n{explanation}\n"
    )
}
