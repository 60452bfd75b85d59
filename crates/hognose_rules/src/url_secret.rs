//! Credentials that the program puts into the query of a URL.
//!
//! ```python
//! requests.get(f"https://api.example.org/v1/items?api_key={key}")     # in every log on the way
//! requests.get(url, headers={"X-Api-Key": key})                       # not in the URL
//! ```
//! Tokens in links that are mailed to people are meant to stand there and are left alone, and so is
//! what is no address of the web: the password of a database's URL goes to the driver only.

use hognose_dataflow::Analysis;
use hognose_dataflow::program::FuncId;
use hognose_dataflow::value::Site;
use hognose_finding::{Confidence, Finding};
use hognose_python::ir::{HoleFormat, Op, Part, ValueId};
use hognose_secrets::names::{Strength, strength};

use crate::fingerprint::fingerprint;
use crate::place;
use crate::rules::SECRET_IN_URL;

pub fn findings(analysis: &Analysis) -> Vec<Finding> {
    let program = &analysis.program;
    let root = place::common_directory(analysis);
    let root = root.as_str();
    let mut findings = Vec::new();
    for id in program.function_ids() {
        // The servers of tests keep no logs.
        let path = &*program.module(program.module_of(id)).file.source.path;
        if place::is_test_path(path.strip_prefix(root).unwrap_or(path)) {
            continue;
        }
        for (index, inst) in (0_u32..).zip(&program.function(id).insts) {
            if let Op::Template(parts) = &inst.op
                && let Some(url) = credential_in_query(parts)
            {
                findings.push(finding(analysis, id, ValueId(index), &url));
            }
        }
    }
    findings
}

/// A URL that is given a credential.
struct Url {
    /// The name of the query's setting.
    name: String,
    confidence: Confidence,
}

fn credential_in_query(parts: &[Part]) -> Option<Url> {
    let first = parts.iter().find_map(|part| match part {
        Part::Literal(text) => Some(text),
        Part::Hole(..) | Part::Join(..) => None,
    })?;
    let is_web = first.starts_with("https://") || first.starts_with("http://");
    let begins_with_hole = matches!(parts.first(), Some(Part::Hole(..)));
    if !is_web && !begins_with_hole {
        return None;
    }
    parts.windows(2).find_map(|pair| {
        let [Part::Literal(before), Part::Hole(_, HoleFormat::Plain)] = pair else {
            return None;
        };
        let query = before
            .rsplit(['?', '&'])
            .next()
            .filter(|it| it.len() < before.len())?;
        let name = query.strip_suffix('=')?;
        let is_name = name
            .chars()
            .all(|character| character.is_ascii_alphanumeric() || "_-".contains(character));
        (is_name && strength(name) == Some(Strength::Strong)).then(|| Url {
            name: name.to_owned(),
            confidence: if is_web {
                Confidence::Medium
            } else {
                Confidence::Low
            },
        })
    })
}

fn finding(analysis: &Analysis, id: FuncId, value: ValueId, url: &Url) -> Finding {
    let location = place::location(
        analysis,
        Site {
            function: id,
            value,
        },
    );
    let function = analysis.program.qualified_name(id);
    Finding {
        rule: &SECRET_IN_URL,
        severity: SECRET_IN_URL.severity,
        confidence: url.confidence,
        fingerprint: fingerprint(&SECRET_IN_URL, &[&function, &url.name]),
        message: format!(
            "`{}` is sent in the query of a URL. Servers, proxies and browsers write URLs into their \
             logs, and errors show them. Send it in a header, or in the body of the request.",
            url.name
        ),
        location,
        function,
        trace: Vec::new(),
        fix: None,
    }
}
