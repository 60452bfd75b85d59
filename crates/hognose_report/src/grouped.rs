//! The findings file by file, one line each.
//!
//! ```text
//! app.py
//!   14:46  high    sql-injection  `name` reaches `execute` as SQL. …
//! ```

use std::fmt::Write as _;

use crate::shown::{self, Shown};
use crate::texts::Texts;
use crate::{Section, Subject, TextStyle, summary};

const NEVER_FAILS: &str = "writing to a String cannot fail";

pub fn render(subject: &Subject<'_>, style: &TextStyle) -> String {
    let texts = Texts::new(subject.report, subject.secrets);
    let findings = shown::all(subject.report, &texts, |finding| style.lists(finding));
    let mut output = String::new();
    for file in findings.chunk_by(|left, right| left.path == right.path) {
        writeln!(output, "{}", file[0].path).expect(NEVER_FAILS);
        let places: Vec<String> = file.iter().map(place).collect();
        let width = |length: &dyn Fn(&Shown<'_>) -> usize| file.iter().map(length).max();
        let severities = width(&|it| it.finding.severity.name().len()).unwrap_or(0);
        let rules = width(&|it| it.finding.rule.id.len()).unwrap_or(0);
        let longest = places.iter().map(String::len).max().unwrap_or(0);
        for (it, place) in file.iter().zip(&places) {
            let severity = it.finding.severity.name();
            let rule = it.finding.rule.id;
            writeln!(
                output,
                "  {place:>longest$}  {severity:severities$}  {rule:rules$}  {}",
                it.message
            )
            .expect(NEVER_FAILS);
        }
        output.push('\n');
    }
    if style.summary == Section::Show {
        output.push_str(&summary::render(subject, style));
    }
    output
}

/// `14:46`, in a notebook `cell 3:2:1`.
fn place(it: &Shown<'_>) -> String {
    let whole = it.place();
    whole[it.path.len() + 1..].to_owned()
}
