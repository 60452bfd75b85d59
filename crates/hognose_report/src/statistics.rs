//! The counters of an analysis as text, for `--statistics`.

use std::fmt::Write as _;

use hognose_check::{Metrics, Statistics};

use crate::printable;

/// Functions in the text formats; JSON has more.
const FUNCTIONS_LISTED: usize = 10;

const NEVER_FAILS: &str = "writing to a String cannot fail";

pub fn render(statistics: &Statistics) -> String {
    let mut rows: Vec<(String, String)> = vec![
        ("files".to_owned(), statistics.files.to_string()),
        ("lines".to_owned(), statistics.lines.to_string()),
        ("functions".to_owned(), statistics.functions.to_string()),
        ("calls".to_owned(), statistics.calls.to_string()),
        ("resolved calls".to_owned(), resolved(statistics)),
        (
            "largest cycle of functions".to_owned(),
            statistics.largest_component.to_string(),
        ),
    ];
    for (name, count) in &statistics.limits {
        rows.push((format!("limit reached: {name}"), count.to_string()));
    }
    for (marker, count) in &statistics.foreign_suppressions {
        rows.push((format!("honoured: {marker}"), count.to_string()));
    }
    let width = rows.iter().map(|(name, _)| name.len()).max().unwrap_or(0);
    let mut output = String::from("Statistics\n");
    for (name, value) in rows {
        writeln!(output, "  {name:width$}  {value}").expect(NEVER_FAILS);
    }
    if let Some(metrics) = &statistics.metrics {
        push_metrics(&mut output, metrics);
    }
    output
}

fn push_metrics(output: &mut String, metrics: &Metrics) {
    write!(output, "\nHealth\n  {}\n", metrics.health()).expect(NEVER_FAILS);
    let listed = || metrics.functions.iter().take(FUNCTIONS_LISTED);
    if listed().next().is_none() {
        return;
    }
    output.push_str("\nMost complicated functions (complexity, lines)\n");
    for function in listed() {
        writeln!(
            output,
            "  {:>4} {:>5}  {}:{} {}",
            function.complexity,
            function.lines,
            printable(&function.path),
            function.line,
            printable(&function.name),
        )
        .expect(NEVER_FAILS);
    }
}

fn resolved(statistics: &Statistics) -> String {
    if statistics.calls == 0 {
        return "0".to_owned();
    }
    let share = statistics.resolved_calls as f64 * 100.0 / statistics.calls as f64;
    format!("{} ({share:.1} %)", statistics.resolved_calls)
}
