//! Annotations in the log of a GitHub workflow.
//!
//! ```text
//! ::error title=sql-injection,file=app.py,line=14,col=46,endColumn=51::`name` reaches …
//! ```

use std::fmt::Write as _;

use crate::shown::{self, ThreeLevels};
use crate::texts::Texts;
use crate::{Subject, TextStyle, printable};

const NEVER_FAILS: &str = "writing to a String cannot fail";

pub fn render(subject: &Subject<'_>, style: &TextStyle) -> String {
    let texts = Texts::new(subject.report, subject.secrets);
    let mut output = String::new();
    for it in shown::all(subject.report, &texts, |finding| style.lists(finding)) {
        let level = match it.level() {
            ThreeLevels::Error => "error",
            ThreeLevels::Warning => "warning",
            ThreeLevels::Note => "notice",
        };
        let title = property(it.finding.rule.id);
        let file = property(&it.path);
        write!(output, "::{level} title={title},file={file}").expect(NEVER_FAILS);
        // Lines of a cell are not lines of the file that GitHub shows.
        if it.start.cell.is_none() {
            let (start, end) = (it.start, it.end);
            write!(output, ",line={}", start.line).expect(NEVER_FAILS);
            // GitHub takes columns only within one line.
            if start.line == end.line {
                let (from, to) = (start.column, end.column);
                write!(output, ",col={from},endColumn={to}").expect(NEVER_FAILS);
            } else {
                write!(output, ",endLine={}", end.line).expect(NEVER_FAILS);
            }
        }
        writeln!(output, "::{}", data(&it.message)).expect(NEVER_FAILS);
    }
    for entry in &subject.report.incomplete {
        let file = property(&printable(&entry.path));
        write!(output, "::warning title=not fully analysed,file={file}").expect(NEVER_FAILS);
        if let Some(line) = entry.line {
            write!(output, ",line={line}").expect(NEVER_FAILS);
        }
        writeln!(output, "::{}", data(&printable(&entry.reason))).expect(NEVER_FAILS);
    }
    output
}

/// A message: what would end it or begin another command is encoded.
fn data(text: &str) -> String {
    text.replace('%', "%25")
        .replace('\r', "%0D")
        .replace('\n', "%0A")
}

/// The value of a property, in which `:` and `,` have a meaning too.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::{data, property};

    #[test]
    fn no_text_begins_a_command() {
        assert_eq!(data("a%\n::error::b"), "a%25%0A::error::b");
        assert_eq!(property("a,line=3:b%0A"), "a%2Cline=3%3Ab%250A");
    }
}
