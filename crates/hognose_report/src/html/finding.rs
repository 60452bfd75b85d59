//! One finding: what it is, where, the way of the data, the code, the fix.
//!
//! ```html
//! <article class="finding high"> <h3>high: an SQL query is built …</h3> <dl>…</dl> <ol>…</ol> …
//! ```

use std::fmt::Write as _;

use hognose_finding::{Finding, Fix, Level, Rule};

use super::escape::{code, sentence, text};
use super::{NEVER_FAILS, excerpt, push_fact};
use crate::patch;
use crate::shown::{self, Shown};
use crate::texts::Texts;

pub fn push(output: &mut String, finding: &Finding, texts: &Texts<'_>) {
    let it = Shown::new(finding, texts);
    let severity = finding.severity.name();
    writeln!(
        output,
        "<article class=\"finding\">\n<h3><span class=\"severity {severity}\">{severity}</span> \
         {}</h3>\n<p class=\"place\"><code>{}</code></p>\n<p>{}</p>",
        text(finding.rule.title),
        text(&it.place()),
        sentence(&it.message),
    )
    .expect(NEVER_FAILS);
    push_facts(output, finding);
    push_trace(output, finding, texts);
    excerpt::push(output, finding, texts);
    if let Some(fix) = &finding.fix {
        push_fix(output, fix, texts);
    }
    output.push_str("</article>\n");
}

fn push_facts(output: &mut String, finding: &Finding) {
    output.push_str("<dl class=\"facts\">\n");
    push_fact(output, "rule", &name(finding.rule));
    push_fact(output, "confidence", finding.confidence.name());
    if !finding.rule.cwe.is_empty() {
        output.push_str("<div><dt>weakness</dt><dd>");
        for (index, number) in finding.rule.cwe.iter().enumerate() {
            let comma = if index == 0 { "" } else { ", " };
            let place = format!("https://cwe.mitre.org/data/definitions/{number}.html");
            write!(
                output,
                "{comma}<a href=\"{place}\" rel=\"noopener noreferrer\">CWE-{number}</a>"
            )
            .expect(NEVER_FAILS);
        }
        output.push_str("</dd></div>\n");
    }
    if !finding.function.is_empty() {
        push_fact(output, "function", &finding.function);
    }
    push_fact(output, "fingerprint", &finding.fingerprint);
    output.push_str("</dl>\n");
}

fn push_trace(output: &mut String, finding: &Finding, texts: &Texts<'_>) {
    if finding.trace.is_empty() {
        return;
    }
    output.push_str("<ol class=\"trace\" aria-label=\"The way the data takes\">\n");
    for step in &finding.trace {
        let (start, _) = shown::span(&step.location, texts);
        let place = shown::place(&shown::path(&step.location, texts), start);
        writeln!(
            output,
            "<li><span class=\"kind\">{}</span> {} <code>{}</code></li>",
            step.kind.name(),
            sentence(&texts.message(finding, &step.message)),
            text(&place),
        )
        .expect(NEVER_FAILS);
    }
    output.push_str("</ol>\n");
}

fn push_fix(output: &mut String, fix: &Fix, texts: &Texts<'_>) {
    let level = match fix.level {
        Level::Verified => "Verified fix",
        Level::Unsafe => "Fix that may change behaviour",
        Level::Manual => "To do by hand",
    };
    writeln!(
        output,
        "<div class=\"fix\"><p><strong>{level}:</strong> {}</p>",
        sentence(&fix.title)
    )
    .expect(NEVER_FAILS);
    let diff = patch::of_fix(fix, texts);
    if !diff.is_empty() {
        output.push_str("<pre class=\"diff\">");
        for line in diff.lines() {
            let shown = code(line);
            match line.as_bytes().first() {
                Some(_) if line.starts_with("+++ ") || line.starts_with("--- ") => {
                    writeln!(output, "{shown}")
                }
                Some(b'+') => writeln!(output, "<ins>{shown}</ins>"),
                Some(b'-') => writeln!(output, "<del>{shown}</del>"),
                Some(_) | None => writeln!(output, "{shown}"),
            }
            .expect(NEVER_FAILS);
        }
        output.push_str("</pre>\n");
    }
    for append in &fix.appends {
        let lines = append.lines.join(", ");
        writeln!(
            output,
            "<p>Adds <code>{}</code> to <code>{}</code>.</p>",
            text(&lines),
            text(&append.file)
        )
        .expect(NEVER_FAILS);
    }
    output.push_str("</div>\n");
}

/// A line for each.
pub fn push_table(output: &mut String, findings: &[&Finding], texts: &Texts<'_>) {
    output.push_str(
        "<table>\n<thead><tr><th scope=\"col\">severity</th><th scope=\"col\">rule</th>\
         <th scope=\"col\">place</th><th scope=\"col\">what</th></tr></thead>\n<tbody>\n",
    );
    for finding in findings {
        let it = Shown::new(finding, texts);
        let severity = finding.severity.name();
        writeln!(
            output,
            "<tr><td><span class=\"severity {severity}\">{severity}</span></td><td>{}</td>\
             <td><code>{}</code></td><td>{}</td></tr>",
            text(&name(finding.rule)),
            text(&it.place()),
            sentence(&it.message),
        )
        .expect(NEVER_FAILS);
    }
    output.push_str("</tbody>\n</table>\n");
}

/// `undefined-name (F821)`.
fn name(rule: &Rule) -> String {
    match rule.code() {
        Some(code) => format!("{} ({code})", rule.id),
        None => rule.id.to_owned(),
    }
}
