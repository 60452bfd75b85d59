//! The findings of a SARIF report, as far as the chores look at them.

use std::collections::BTreeMap;

use anyhow::{Context as _, Result};
use serde_json::Value;

/// A result that no comment suppresses.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct SarifFinding {
    /// The URI of the primary location.
    pub file: String,
    pub line: u64,
    pub rule: String,
    /// The first CWE tag of the rule.
    pub cwe: Option<u16>,
    pub fingerprint: String,
    pub message: String,
}

/// The findings of a report of one run, in its order.
pub fn findings(text: &str) -> Result<Vec<SarifFinding>> {
    let document: Value = serde_json::from_str(text).context("the report is no JSON")?;
    let run = &document["runs"][0];
    let rules = run["tool"]["driver"]["rules"].as_array();
    let cwe_by_rule: BTreeMap<&str, u16> = rules
        .into_iter()
        .flatten()
        .filter_map(|rule| Some((rule["id"].as_str()?, first_cwe(rule)?)))
        .collect();
    let results = run["results"]
        .as_array()
        .context("the report has no results")?;
    let is_reported = |result: &&Value| result["suppressions"].as_array().is_none_or(Vec::is_empty);
    results
        .iter()
        .filter(is_reported)
        .map(|result| finding(result, &cwe_by_rule))
        .collect()
}

fn finding(result: &Value, cwe_by_rule: &BTreeMap<&str, u16>) -> Result<SarifFinding> {
    let rule = result["ruleId"].as_str().context("a result has no rule")?;
    let place = &result["locations"][0]["physicalLocation"];
    let file = place["artifactLocation"]["uri"].as_str();
    let fingerprints = result["fingerprints"].as_object();
    let fingerprint = fingerprints.and_then(|it| it.values().next()?.as_str());
    Ok(SarifFinding {
        file: file.context("a result has no place")?.to_owned(),
        line: place["region"]["startLine"].as_u64().unwrap_or(0),
        rule: rule.to_owned(),
        cwe: cwe_by_rule.get(rule).copied(),
        fingerprint: fingerprint.unwrap_or_default().to_owned(),
        message: result["message"]["text"]
            .as_str()
            .unwrap_or_default()
            .to_owned(),
    })
}

/// `external/cwe/cwe-089` is 89.
fn first_cwe(rule: &Value) -> Option<u16> {
    let tags = rule["properties"]["tags"].as_array()?;
    tags.iter().find_map(|tag| {
        let tag = tag.as_str()?.to_ascii_lowercase();
        tag.rsplit_once("cwe-")?.1.parse().ok()
    })
}

#[cfg(test)]
mod tests {
    use super::findings;

    #[test]
    fn the_first_cwe_counts_and_suppressed_results_do_not() {
        let report = r#"{"runs": [{
            "tool": {"driver": {"rules": [
                {"id": "r", "properties": {"tags": ["external/cwe/cwe-089", "cwe-1"]}}
            ]}},
            "results": [
                {"ruleId": "r", "message": {"text": "m"}, "locations": [{"physicalLocation":
                    {"artifactLocation": {"uri": "a.py"}, "region": {"startLine": 3}}}]},
                {"ruleId": "r", "suppressions": [{"kind": "inSource"}], "locations": []}
            ]}]}"#;
        let findings = findings(report).expect("the report is right");
        assert_eq!(findings.len(), 1);
        assert_eq!((findings[0].cwe, findings[0].line), (Some(89), 3));
    }
}
