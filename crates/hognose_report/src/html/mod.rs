//! One HTML file that needs nothing else: no script, no network, readable on paper.
//!
//! ```text
//! totals and charts   by class and by severity, as tables with bars
//! checklist           the five classes and what was examined
//! findings            security and bugs with trace, excerpts and fix; quality folded away
//! the rest            suppressed, not analysed, counters and figures
//! ```
//! Everything that comes from the analysed code goes through [`escape::text`]. The policy in the file
//! lets a browser run nothing, should that ever fail.

mod chart;
mod escape;
mod excerpt;
mod finding;
mod parts;

use std::fmt::Write as _;

use data_encoding::BASE64;
use hognose_finding::{Finding, Group};
use sha2::{Digest as _, Sha256};

use self::escape::text;
use crate::texts::Texts;
use crate::{Subject, VERSION};

const NEVER_FAILS: &str = "writing to a String cannot fail";

const STYLE: &str = include_str!("style.css");

/// Findings that are shown with their excerpts; the others get a line.
const DETAILED_MAX: usize = 1000;

pub fn render(subject: &Subject<'_>) -> String {
    let texts = Texts::new(subject.report, subject.secrets);
    let mut output = String::new();
    push_head(&mut output);
    parts::push_header(&mut output, subject);
    output.push_str("<main>\n");
    chart::push(&mut output, subject.report);
    parts::push_checklist(&mut output, subject);
    let mut left = DETAILED_MAX;
    for group in Group::ALL {
        push_group(&mut output, subject, &texts, group, &mut left);
    }
    parts::push_suppressed(&mut output, subject.report, &texts);
    parts::push_incomplete(&mut output, &subject.report.incomplete);
    parts::push_statistics(&mut output, &subject.report.statistics);
    output.push_str("</main>\n");
    writeln!(
        output,
        "<footer><p>Hognose {VERSION}. The code was analysed and never run.</p></footer>\n</body>\n</html>"
    )
    .expect(NEVER_FAILS);
    output
}

fn push_head(output: &mut String) {
    let hash = BASE64.encode(&Sha256::digest(STYLE.as_bytes()));
    writeln!(
        output,
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src \
         'sha256-{hash}'; base-uri 'none'; form-action 'none'\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <meta name=\"color-scheme\" content=\"light dark\">\n\
         <meta name=\"referrer\" content=\"no-referrer\">\n\
         <title>Hognose report</title>\n<style>{STYLE}</style>\n</head>\n<body>"
    )
    .expect(NEVER_FAILS);
}

fn push_group(
    output: &mut String,
    subject: &Subject<'_>,
    texts: &Texts<'_>,
    group: Group,
    left: &mut usize,
) {
    let findings = subject.report.findings.iter();
    let is_own = |finding: &&Finding| finding.rule.class.group() == group;
    let mut findings: Vec<&Finding> = findings.filter(is_own).collect();
    findings.sort_by_key(|finding| std::cmp::Reverse(finding.severity));
    let name = group.name();
    let title = match group {
        Group::Security => "Security",
        Group::Bugs => "Bugs",
        Group::Quality => "Quality",
    };
    let count = findings.len();
    writeln!(
        output,
        "<section id=\"{name}\" aria-labelledby=\"{name}-title\">\n\
         <h2 id=\"{name}-title\">{title} <span class=\"count\">{count}</span></h2>"
    )
    .expect(NEVER_FAILS);
    if findings.is_empty() {
        output.push_str("<p class=\"quiet\">No findings.</p>\n");
    }
    let detailed = match group {
        // One line says enough.
        Group::Quality => 0,
        Group::Security | Group::Bugs => count.min(*left),
    };
    *left -= detailed;
    let (detailed, listed) = findings.split_at(detailed);
    for it in detailed {
        finding::push(output, it, texts);
    }
    if !listed.is_empty() {
        let is_rest = !detailed.is_empty();
        let what = if is_rest {
            "The other findings"
        } else {
            "The findings"
        };
        let open = if group == Group::Quality { "" } else { " open" };
        writeln!(
            output,
            "<details{open}><summary>{what}, a line each</summary>"
        )
        .expect(NEVER_FAILS);
        finding::push_table(output, listed, texts);
        output.push_str("</details>\n");
    }
    output.push_str("</section>\n");
}

/// A definition, for the facts of a finding.
fn push_fact(output: &mut String, name: &str, value: &str) {
    let (name, value) = (text(name), text(value));
    writeln!(output, "<div><dt>{name}</dt><dd>{value}</dd></div>").expect(NEVER_FAILS);
}
