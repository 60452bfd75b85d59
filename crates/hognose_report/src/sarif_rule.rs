//! A rule as SARIF describes it: texts, tags and the properties GitHub reads.

use std::borrow::Cow;

use hognose_finding::{Class, Group, Rule, Severity};

use crate::sarif::level;
use crate::sarif_model::{Configuration, Help, Message, ReportingDescriptor, RuleProperties};

/// GitHub's limit for descriptions, in characters.
const DESCRIPTION_MAX: usize = 1024;

pub fn descriptor(rule: &'static Rule) -> ReportingDescriptor<'static> {
    let is_security = is_security(rule);
    // GitHub refuses a rule without help.
    let page = if rule.page.is_empty() {
        rule.title
    } else {
        rule.page
    };
    ReportingDescriptor {
        id: rule.id,
        name: pascal_case(rule.id),
        short_description: Message {
            text: shortened(rule.title),
        },
        full_description: Message {
            text: full_description(rule),
        },
        help: Help {
            text: page,
            markdown: page,
        },
        default_configuration: Configuration {
            level: level(rule.severity),
        },
        properties: RuleProperties {
            tags: tags(rule),
            class: rule.class.id(),
            cwe: rule.cwe,
            precision: rule.confidence.name(),
            security_severity: is_security.then_some(rule.security_severity),
            problem_severity: problem_severity(rule.severity),
        },
    }
}

fn is_security(rule: &Rule) -> bool {
    rule.class.group() == Group::Security && rule.class != Class::Hygiene
}

/// The CWE tag first, and only one: scorers and viewers read the first.
fn tags(rule: &Rule) -> Vec<String> {
    let mut tags = Vec::new();
    if let Some(number) = rule.cwe.first() {
        tags.push(format!("external/cwe/cwe-{number:03}"));
    }
    if is_security(rule) {
        tags.push("security".to_owned());
    }
    if rule.class != Class::Security {
        tags.push(rule.class.id().to_owned());
    }
    tags.extend(
        rule.owasp
            .iter()
            .map(|category| format!("OWASP-{category}")),
    );
    tags
}

/// The first paragraph of the page, or the title where the page has none.
fn full_description(rule: &'static Rule) -> Cow<'static, str> {
    let lines: Vec<&str> = rule
        .page
        .lines()
        .map(str::trim)
        .skip_while(|line| line.is_empty() || line.starts_with('#'))
        .take_while(|line| !line.is_empty() && !line.starts_with(['#', '`']))
        .collect();
    if lines.is_empty() {
        return shortened(rule.title);
    }
    Cow::Owned(shortened(&lines.join(" ")).into_owned())
}

fn shortened(text: &str) -> Cow<'_, str> {
    if text.chars().count() <= DESCRIPTION_MAX {
        return Cow::Borrowed(text);
    }
    let kept: String = text.chars().take(DESCRIPTION_MAX - 1).collect();
    Cow::Owned(kept + "…")
}

/// `sql-injection` becomes `SqlInjection`.
fn pascal_case(id: &str) -> String {
    id.split('-')
        .flat_map(|word| {
            let mut characters = word.chars();
            let first = characters.next().map(|it| it.to_ascii_uppercase());
            first.into_iter().chain(characters)
        })
        .collect()
}

const fn problem_severity(severity: Severity) -> &'static str {
    match severity {
        Severity::Critical | Severity::High => "error",
        Severity::Medium => "warning",
        Severity::Low | Severity::Info => "recommendation",
    }
}

#[cfg(test)]
mod tests {
    use super::{DESCRIPTION_MAX, pascal_case, shortened};

    #[test]
    fn names_are_in_pascal_case() {
        assert_eq!(pascal_case("sql-injection"), "SqlInjection");
        assert_eq!(pascal_case("a--b"), "AB");
    }

    #[test]
    fn long_descriptions_are_cut_to_the_limit() {
        let long = "ä".repeat(DESCRIPTION_MAX + 1);
        assert_eq!(shortened(&long).chars().count(), DESCRIPTION_MAX);
        assert_eq!(shortened("short"), "short");
    }
}
