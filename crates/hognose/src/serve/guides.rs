//! `GET /api/v1/guides` and `/api/v1/guides/{id}`: our pages, rendered.
//!
//! ```text
//! docs/guide/sql-injection.md    guide "sql-injection", of kind guide
//! docs/rules/path-traversal.md   guide "path-traversal", of kind rule
//! ```
//! Where a guide and a rule have one name, the rule's page is `rule:` and the name. The pages of the
//! rules taken over from Ruff can be asked for by name; the list leaves them out.

use std::collections::BTreeMap;

use axum::body::Bytes;
use hognose_finding::{Origin, Rule};
use rust_embed::Embed;
use schemars::JsonSchema;
use serde::Serialize;

use super::markdown::{Example, Section, render};

#[derive(Embed)]
#[folder = "../../docs/guide"]
#[allow_missing = true]
struct GuideFiles;

/// One page of the list.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct GuideEntry {
    pub id: String,
    pub title: String,
    /// The first paragraph, as text.
    pub summary: String,
    pub kind: GuideKind,
    /// Of a rule's page.
    pub class: Option<&'static str>,
    pub cwe: Vec<u16>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum GuideKind {
    Guide,
    Rule,
}

/// A page.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Guide {
    #[serde(flatten)]
    pub entry: GuideEntry,
    /// HTML of a few plain elements, without scripts, styles and images. A `pre` with
    /// `data-example` is the example of that number, `data-kind` and `data-framework` say which.
    pub html: String,
    /// The headings below the title.
    pub sections: Vec<Section>,
    /// The code blocks of Python.
    pub examples: Vec<Example>,
}

/// All pages, as they are sent.
pub struct Guides {
    pub list: Bytes,
    pages: BTreeMap<String, Bytes>,
}

impl Guides {
    pub fn new() -> Self {
        let mut pages = BTreeMap::new();
        for name in GuideFiles::iter() {
            let Some(id) = name.strip_suffix(".md").map(str::to_owned) else {
                continue;
            };
            let file = GuideFiles::get(&name).expect("the name comes from the list");
            let text = String::from_utf8_lossy(&file.data).into_owned();
            pages.insert(id.clone(), page(id, &text, None));
        }
        for rule in hognose_check::rules() {
            let is_taken = pages.contains_key(rule.id);
            let prefix = if is_taken { "rule:" } else { "" };
            let id = format!("{prefix}{}", rule.id);
            pages.insert(id.clone(), page(id, rule.page, Some(rule)));
        }
        let listed: Vec<&GuideEntry> = pages
            .values()
            .filter(|(_, is_listed)| *is_listed)
            .map(|(guide, _)| &guide.entry)
            .collect();
        let list = bytes(&listed);
        let pages = pages.into_iter();
        Self {
            list,
            pages: pages.map(|(id, (guide, _))| (id, bytes(&guide))).collect(),
        }
    }

    pub fn get(&self, id: &str) -> Option<Bytes> {
        self.pages.get(id).cloned()
    }
}

fn bytes(value: &impl Serialize) -> Bytes {
    serde_json::to_vec(value)
        .expect("pages hold only strings, numbers and lists")
        .into()
}

/// The page, and whether it is in the list.
fn page(id: String, markdown: &str, rule: Option<&'static Rule>) -> (Guide, bool) {
    let rendered = render(markdown, link);
    let title = match rule {
        Some(rule) => rule.title.to_owned(),
        None => rendered.title,
    };
    let guide = Guide {
        entry: GuideEntry {
            id,
            title,
            summary: rendered.summary,
            kind: rule.map_or(GuideKind::Guide, |_| GuideKind::Rule),
            class: rule.map(|rule| rule.class.id()),
            cwe: rule.map_or(Vec::new(), |rule| rule.cwe.to_vec()),
        },
        html: rendered.html,
        sections: rendered.sections,
        examples: rendered.examples,
    };
    (
        guide,
        rule.is_none_or(|rule| rule.origin == Origin::Hognose),
    )
}

/// `../rules/path-traversal.md#fix` leads to the page of that name.
fn link(target: &str) -> Option<String> {
    if target.contains(':') {
        return None;
    }
    if target.starts_with('#') {
        return Some(target.to_owned());
    }
    let path = target.split('#').next().unwrap_or(target);
    let name = path.rsplit('/').next().unwrap_or(path);
    let id = name.strip_suffix(".md")?;
    let is_rule = path.contains("rules/") && GuideFiles::get(name).is_some();
    let prefix = if is_rule { "rule:" } else { "" };
    Some(format!("#guide/{prefix}{id}"))
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::{Guides, link};

    fn json(bytes: &[u8]) -> Value {
        serde_json::from_slice(bytes).expect("it is JSON")
    }

    #[test]
    fn every_rule_of_ours_has_a_listed_page_with_examples() {
        let guides = Guides::new();
        let list = json(&guides.list);
        let list = list.as_array().expect("it is a list");
        let entry = list
            .iter()
            .find(|it| it["kind"] == "rule" && it["class"] == "sql-injection")
            .expect("a rule of the class is listed");
        let page = guides.get(entry["id"].as_str().expect("ids are texts"));
        let page = json(&page.expect("what is listed is there"));
        let examples = page["examples"].as_array().expect("it is a list");
        for kind in ["vulnerable", "secure"] {
            assert!(examples.iter().any(|it| it["kind"] == kind), "{kind}");
        }
        let frameworks: Vec<_> = examples.iter().map(|it| &it["framework"]).collect();
        assert!(
            frameworks.iter().any(|it| **it == "django"),
            "{frameworks:?}"
        );
        assert!(!page["html"].to_string().contains("# finding:"));
    }

    #[test]
    fn a_page_of_ruff_is_there_but_not_listed() {
        let guides = Guides::new();
        assert!(guides.get("undefined-name").is_some());
        let list = String::from_utf8_lossy(&guides.list).into_owned();
        assert!(!list.contains("\"undefined-name\""));
    }

    #[test]
    fn pages_link_to_each_other() {
        let place = link("../../docs/rules/possibly-unbound.md");
        assert_eq!(place.as_deref(), Some("#guide/possibly-unbound"));
        assert_eq!(link("#fix").as_deref(), Some("#fix"));
        assert_eq!(link("https://example.com/a.md"), None);
        assert_eq!(link("LICENSE"), None);
    }
}
