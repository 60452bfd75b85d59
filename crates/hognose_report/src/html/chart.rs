//! Two charts, drawn as SVG, each with its numbers beside the bars.
//!
//! ```text
//! SQL injection    ▇▇▇▇▇▇ 3
//! Bugs             ▇▇ 1
//! ```
//! Severities differ by pattern as well as by colour.

use std::fmt::Write as _;

use hognose_check::Report;
use hognose_finding::{Class, Finding, Severity};

use super::NEVER_FAILS;
use crate::checklist::counted;

/// In units of the drawing.
const LABEL_WIDTH: usize = 150;
const BAR_WIDTH: usize = 300;
const ROW_HEIGHT: usize = 24;
const BAR_HEIGHT: usize = 16;
const NUMBER_WIDTH: usize = 60;

/// One bar: its name, and how many of each severity.
struct Bar {
    name: &'static str,
    counts: [usize; Severity::ALL.len()],
}

impl Bar {
    fn of<'a>(name: &'static str, findings: impl Iterator<Item = &'a Finding>) -> Self {
        let mut counts = [0; Severity::ALL.len()];
        for finding in findings {
            counts[finding.severity as usize] += 1;
        }
        Self { name, counts }
    }

    fn total(&self) -> usize {
        self.counts.iter().sum()
    }
}

pub fn push(output: &mut String, report: &Report) {
    let findings = &report.findings;
    if findings.is_empty() {
        return;
    }
    let classes: Vec<Bar> = Class::ALL
        .into_iter()
        .map(|class| {
            let own = findings.iter().filter(|it| it.rule.class == class);
            Bar::of(class.title(), own)
        })
        .filter(|bar| bar.total() > 0)
        .collect();
    let severities: Vec<Bar> = Severity::ALL
        .into_iter()
        .rev()
        .map(|severity| {
            let own = findings.iter().filter(|it| it.severity == severity);
            Bar::of(severity.name(), own)
        })
        .collect();
    output.push_str("<section class=\"charts\" aria-label=\"Charts\">\n");
    push_chart(output, "severity", "Findings by severity", &severities);
    push_chart(output, "class", "Findings by class and severity", &classes);
    output.push_str("</section>\n");
}

fn push_chart(output: &mut String, id: &str, title: &str, bars: &[Bar]) {
    let width = LABEL_WIDTH + BAR_WIDTH + NUMBER_WIDTH;
    let height = bars.len() * ROW_HEIGHT;
    let most = bars.iter().map(Bar::total).max().unwrap_or(0).max(1);
    let words: Vec<String> = bars
        .iter()
        .map(|bar| format!("{}: {}", bar.name, bar.total()))
        .collect();
    write!(
        output,
        "<figure>\n<figcaption>{title}</figcaption>\n\
         <svg viewBox=\"0 0 {width} {height}\" role=\"img\" aria-label=\"{title}. {}.\">\n\
         <defs><pattern id=\"{id}-lines\" width=\"4\" height=\"4\" patternUnits=\"userSpaceOnUse\" \
         patternTransform=\"rotate(45)\"><rect width=\"1.5\" height=\"4\" class=\"line\"/></pattern>\
         <pattern id=\"{id}-dots\" width=\"4\" height=\"4\" patternUnits=\"userSpaceOnUse\">\
         <circle cx=\"2\" cy=\"2\" r=\"1\" class=\"line\"/></pattern></defs>\n",
        words.join(", "),
    )
    .expect(NEVER_FAILS);
    for (row, bar) in bars.iter().enumerate() {
        push_bar(output, id, row, bar, most);
    }
    output.push_str("</svg>\n</figure>\n");
}

fn push_bar(output: &mut String, id: &str, row: usize, bar: &Bar, most: usize) {
    let top = row * ROW_HEIGHT + (ROW_HEIGHT - BAR_HEIGHT) / 2;
    let base = row * ROW_HEIGHT + ROW_HEIGHT / 2 + 4;
    let end = LABEL_WIDTH - 8;
    let name = bar.name;
    writeln!(
        output,
        "<text x=\"{end}\" y=\"{base}\" text-anchor=\"end\">{name}</text>"
    )
    .expect(NEVER_FAILS);
    let mut left = LABEL_WIDTH as f64;
    for severity in Severity::ALL.into_iter().rev() {
        let count = bar.counts[severity as usize];
        if count == 0 {
            continue;
        }
        let width = (count * BAR_WIDTH) as f64 / most as f64;
        let place =
            format!("x=\"{left:.1}\" y=\"{top}\" width=\"{width:.1}\" height=\"{BAR_HEIGHT}\"");
        let what = severity.name();
        let words = counted(count, "finding", "findings");
        write!(
            output,
            "<g><title>{name}, {what}: {words}</title><rect {place} class=\"{what}\"/>"
        )
        .expect(NEVER_FAILS);
        let pattern = match severity {
            Severity::Critical | Severity::High => None,
            Severity::Medium => Some("lines"),
            Severity::Low | Severity::Info => Some("dots"),
        };
        if let Some(pattern) = pattern {
            write!(output, "<rect {place} fill=\"url(#{id}-{pattern})\"/>").expect(NEVER_FAILS);
        }
        output.push_str("</g>\n");
        left += width;
    }
    let (after, total) = (left + 6.0, bar.total());
    writeln!(output, "<text x=\"{after:.1}\" y=\"{base}\">{total}</text>").expect(NEVER_FAILS);
}
