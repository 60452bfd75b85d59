//! `JUnit` XML, which most build servers show as tests: a finding is a failure, a file without one
//! a passed test, and what could not be analysed an error.
//!
//! ```xml
//! <testsuite name="app.py" tests="1" failures="1" errors="0" package="org.hognose">
//!   <testcase name="org.hognose.sql-injection" classname="app.py" line="14" column="46">
//! ```

use std::collections::BTreeMap;
use std::fmt::Write as _;

use hognose_check::Incomplete;

use crate::shown::{self, Shown};
use crate::texts::Texts;
use crate::xml::{DECLARATION, attribute, escaped};
use crate::{Subject, TextStyle};

const NEVER_FAILS: &str = "writing to a String cannot fail";

/// What is said of one file.
#[derive(Default)]
struct Suite<'a> {
    failures: Vec<&'a Shown<'a>>,
    errors: Vec<&'a Incomplete>,
}

pub fn render(subject: &Subject<'_>, style: &TextStyle) -> String {
    let report = subject.report;
    let texts = Texts::new(report, subject.secrets);
    let findings = shown::all(report, &texts, |finding| style.lists(finding));
    let mut suites: BTreeMap<String, Suite<'_>> = BTreeMap::new();
    for source in &report.files {
        suites.entry(source.path.to_string()).or_default();
    }
    for it in &findings {
        let path = it.finding.location.file.to_string();
        suites.entry(path).or_default().failures.push(it);
    }
    for entry in &report.incomplete {
        suites
            .entry(entry.path.clone())
            .or_default()
            .errors
            .push(entry);
    }
    let tests: usize = suites.values().map(Suite::tests).sum();
    let (failures, errors) = (findings.len(), report.incomplete.len());
    let mut output = format!(
        "{DECLARATION}<testsuites name=\"hognose\" tests=\"{tests}\" failures=\"{failures}\" \
         errors=\"{errors}\">\n"
    );
    for (path, suite) in &suites {
        suite.write(&mut output, path);
    }
    output.push_str("</testsuites>\n");
    output
}

impl Suite<'_> {
    /// A file without anything to say is one test that passes.
    fn tests(&self) -> usize {
        (self.failures.len() + self.errors.len()).max(1)
    }

    fn write(&self, output: &mut String, path: &str) {
        let (failures, errors) = (self.failures.len(), self.errors.len());
        let tests = self.tests();
        output.push_str("  <testsuite");
        attribute(output, "name", path);
        writeln!(
            output,
            " package=\"org.hognose\" tests=\"{tests}\" failures=\"{failures}\" errors=\"{errors}\">"
        )
        .expect(NEVER_FAILS);
        if failures + errors == 0 {
            output.push_str("    <testcase name=\"org.hognose\"");
            attribute(output, "classname", path);
            output.push_str("/>\n");
        }
        for it in &self.failures {
            let finding = it.finding;
            let name = format!("org.hognose.{}", finding.rule.id);
            start_case(output, &name, path, Some((it.start.line, it.start.column)));
            output.push_str("      <failure");
            attribute(output, "type", finding.severity.name());
            attribute(output, "message", finding.rule.title);
            let place = escaped(&it.place());
            let message = escaped(&it.message);
            writeln!(output, ">{place}: {message}</failure>\n    </testcase>").expect(NEVER_FAILS);
        }
        for entry in &self.errors {
            let line = entry.line.map(|line| (line, 1));
            start_case(output, "org.hognose.incomplete", path, line);
            output.push_str("      <error type=\"incomplete\"");
            attribute(output, "message", &entry.reason);
            output.push_str("/>\n    </testcase>\n");
        }
        output.push_str("  </testsuite>\n");
    }
}

fn start_case(output: &mut String, name: &str, path: &str, place: Option<(u32, u32)>) {
    output.push_str("    <testcase");
    attribute(output, "name", name);
    attribute(output, "classname", path);
    if let Some((line, column)) = place {
        attribute(output, "line", &line.to_string());
        attribute(output, "column", &column.to_string());
    }
    output.push_str(">\n");
}
