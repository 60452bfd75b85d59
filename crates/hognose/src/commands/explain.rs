//! `hognose explain`: the page of a rule, or the list of rules for a class or a CWE.

use anyhow::Result;
use hognose_check::Selection;
use hognose_finding::Rule;

use super::rules::table;
use crate::arguments::ExplainArguments;
use crate::exit::Exit;
use crate::output;

pub fn run(arguments: &ExplainArguments) -> Result<Exit> {
    let name = arguments.rule.trim();
    let rules = hognose_check::rules();
    let is_it = |rule: &&&Rule| {
        let code = rule.code();
        rule.id.eq_ignore_ascii_case(name) || code.is_some_and(|it| it.eq_ignore_ascii_case(name))
    };
    if let Some(rule) = rules.iter().find(is_it) {
        output::to_stdout(&page(rule))?;
        return Ok(Exit::Clean);
    }
    let cwe = cwe_number(name);
    let matching: Vec<&'static Rule> = rules
        .iter()
        .copied()
        .filter(|rule| {
            (rule.class.id().eq_ignore_ascii_case(name) && rule.is_default())
                || rule.is_named_itself(name)
                || cwe.is_some_and(|number| rule.cwe.contains(&number))
        })
        .collect();
    match matching.as_slice() {
        [] => {
            // Says which name is closest.
            let selection = Selection {
                select: vec![name.to_owned()],
                ..Selection::default()
            };
            selection.verify()?;
            anyhow::bail!("no rule belongs to `{name}`");
        }
        [rule] => output::to_stdout(&page(rule))?,
        several => output::to_stdout(&table(several))?,
    }
    Ok(Exit::Clean)
}

fn page(rule: &Rule) -> String {
    let page = rule.page.trim_end();
    if page.is_empty() {
        format!("# {}\n\n{}\n", rule.id, rule.title)
    } else {
        format!("{page}\n")
    }
}

/// `CWE-89`, `cwe89` and `CWE-089` are 89.
fn cwe_number(name: &str) -> Option<u16> {
    let lower = name.to_ascii_lowercase();
    let digits = lower.strip_prefix("cwe")?;
    digits.trim_start_matches(['-', '_', ' ']).parse().ok()
}

#[cfg(test)]
mod tests {
    use super::cwe_number;

    #[test]
    fn cwe_numbers_are_read_in_all_spellings() {
        assert_eq!(cwe_number("CWE-89"), Some(89));
        assert_eq!(cwe_number("cwe089"), Some(89));
        assert_eq!(cwe_number("89"), None);
        assert_eq!(cwe_number("cwe-x"), None);
    }
}
