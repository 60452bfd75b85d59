//! Checkstyle's XML, which many editors and review bots read.
//!
//! ```xml
//! <file name="app.py"><error line="14" column="46" severity="error" message="…" source="hognose.sql-injection"/></file>
//! ```

use std::collections::BTreeMap;

use hognose_check::Incomplete;

use crate::shown::{self, Shown, ThreeLevels};
use crate::texts::Texts;
use crate::xml::{DECLARATION, attribute};
use crate::{Subject, TextStyle};

pub fn render(subject: &Subject<'_>, style: &TextStyle) -> String {
    let texts = Texts::new(subject.report, subject.secrets);
    let findings = shown::all(subject.report, &texts, |finding| style.lists(finding));
    let mut files: BTreeMap<&str, (Vec<&Shown<'_>>, Vec<&Incomplete>)> = BTreeMap::new();
    for it in &findings {
        files.entry(&it.path).or_default().0.push(it);
    }
    for entry in &subject.report.incomplete {
        files.entry(&entry.path).or_default().1.push(entry);
    }
    let mut output = format!("{DECLARATION}<checkstyle version=\"4.3\">\n");
    for (path, (findings, incomplete)) in files {
        output.push_str("  <file");
        attribute(&mut output, "name", path);
        output.push_str(">\n");
        for it in findings {
            let severity = match it.level() {
                ThreeLevels::Error => "error",
                ThreeLevels::Warning => "warning",
                ThreeLevels::Note => "info",
            };
            let source = format!("hognose.{}", it.finding.rule.id);
            let place = (it.start.line, Some(it.start.column));
            error(&mut output, place, severity, &it.message, &source);
        }
        for entry in incomplete {
            let place = (entry.line.unwrap_or(1), None);
            error(
                &mut output,
                place,
                "warning",
                &entry.reason,
                "hognose.incomplete",
            );
        }
        output.push_str("  </file>\n");
    }
    output.push_str("</checkstyle>\n");
    output
}

fn error(
    output: &mut String,
    (line, column): (u32, Option<u32>),
    severity: &str,
    message: &str,
    source: &str,
) {
    output.push_str("    <error");
    attribute(output, "line", &line.to_string());
    if let Some(column) = column {
        attribute(output, "column", &column.to_string());
    }
    attribute(output, "severity", severity);
    attribute(output, "message", message);
    attribute(output, "source", source);
    output.push_str("/>\n");
}
