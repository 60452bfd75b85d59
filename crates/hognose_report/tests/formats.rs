//! The formats for services, documents and programs: goldens, and what their readers insist on.

mod fixture;

use std::collections::HashSet;

use fixture::{SQL, file, report, subject};
use hognose_check::finding::{Confidence, Finding, Location, Severity};
use hognose_check::{Incomplete, Report, Suppressed};
use hognose_report::{Format, Section, TextStyle, render};
use ruff_text_size::TextRange;
use serde_json::Value;

fn text(format: Format, report: &Report) -> String {
    let style = TextStyle {
        quality: Section::Show,
        ..TextStyle::default()
    };
    render(format, &subject(report), &style)
}

fn document(format: Format, report: &Report) -> Value {
    serde_json::from_str(&text(format, report)).expect("the output is JSON")
}

fn list(value: &Value) -> &Vec<Value> {
    value.as_array().expect("it is a list")
}

macro_rules! golden {
    ($name:ident, $format:ident) => {
        #[test]
        fn $name() {
            insta::assert_snapshot!(text(Format::$format, &report()));
        }
    };
}

golden!(grouped_golden, Grouped);
golden!(json_lines_golden, JsonLines);
golden!(github_golden, Github);
golden!(gitlab_golden, Gitlab);
golden!(gitlab_sast_golden, GitlabSast);
golden!(junit_golden, Junit);
golden!(rdjson_golden, Rdjson);
golden!(checkstyle_golden, Checkstyle);
golden!(markdown_golden, Markdown);
golden!(html_golden, Html);
golden!(agent_golden, Agent);

#[test]
fn names_are_unique_and_lead_back() {
    let names: HashSet<&str> = Format::ALL.map(Format::name).into();
    assert_eq!(names.len(), Format::ALL.len());
    for format in Format::ALL {
        assert_eq!(Format::from_name(format.name()), Some(format));
    }
}

#[test]
fn an_empty_report_is_written_in_every_format() {
    for format in Format::ALL {
        let text = text(format, &Report::default());
        assert!(text.is_empty() || text.ends_with('\n'), "{}", format.name());
        assert!(!text.contains("app.py"), "{}", format.name());
    }
}

/// A report in which every text that comes from the code tries to be something else.
fn hostile() -> Report {
    const EVIL: &str = "\"'</pre><script>alert(1)</script>]]>--><img src=x>\n::error::x%0A|`[a](javascript:1)\u{1b}[2J\u{202e}&amp;@all";
    let source = file("a<script>,b:c.py", EVIL);
    let mut finding = report().findings.remove(1);
    let location = |start: u32, end: u32| Location {
        file: source.path.clone(),
        range: TextRange::new(start.into(), end.into()),
    };
    for step in &mut finding.trace {
        step.location = location(0, 20);
        EVIL.clone_into(&mut step.message);
    }
    finding.location = location(5, 60);
    EVIL.clone_into(&mut finding.message);
    EVIL.clone_into(&mut finding.function);
    finding.fix = None;
    let suppressed = Suppressed {
        finding: finding.clone(),
        comment: EVIL.to_owned(),
        reason: Some(EVIL.to_owned()),
    };
    Report {
        findings: vec![finding],
        suppressed: vec![suppressed],
        incomplete: vec![Incomplete {
            path: EVIL.to_owned(),
            line: Some(1),
            reason: EVIL.to_owned(),
        }],
        files: vec![source],
        ..Report::default()
    }
}

/// A line of Markdown without its spans of code: from a run of backticks to the next as long.
fn outside_code(line: &str) -> String {
    let mut outside = String::new();
    let mut rest = line;
    while let Some(at) = rest.find('`') {
        outside.push_str(&rest[..at]);
        let is_escaped = rest[..at].ends_with('\\');
        let after = rest[at..].trim_start_matches('`');
        let length = if is_escaped {
            1
        } else {
            rest.len() - at - after.len()
        };
        rest = &rest[at + length..];
        if is_escaped {
            continue;
        }
        let fence = "`".repeat(length);
        let runs = rest.match_indices(&fence);
        let mut closing = runs
            .filter(|(at, _)| !rest[..*at].ends_with('`') && !rest[at + length..].starts_with('`'));
        if let Some((end, _)) = closing.next() {
            rest = &rest[end + length..];
        }
    }
    outside + rest
}

#[test]
fn nothing_from_the_code_becomes_markup() {
    let report = hostile();
    for format in [Format::Html, Format::Junit, Format::Checkstyle] {
        let text = text(format, &report);
        for tag in ["<script", "<img", "]]>", "-->"] {
            assert!(!text.contains(tag), "{}: {tag}\n{text}", format.name());
        }
        assert!(text.contains("&lt;script&gt;"), "{text}");
    }
    let markdown = text(Format::Markdown, &report);
    for (number, line) in markdown.lines().enumerate() {
        let outside = outside_code(line).replace("\\]", "");
        for markup in ["<script", "<img", "](javascript", "@all"] {
            assert!(!outside.contains(markup), "{number}: {line}");
        }
    }
    let github = text(Format::Github, &report);
    assert_eq!(github.lines().count(), 2, "{github}");
    let is_own = |line: &str| {
        line.starts_with("::error title=sql-injection,file=")
            || line.starts_with("::warning title=not fully analysed,file=")
    };
    assert!(github.lines().all(is_own), "{github}");
    for format in Format::ALL {
        let text = text(format, &report);
        let is_raw = |it: char| it == '\u{202e}' || (it.is_control() && it != '\n' && it != '\t');
        // JSON has an escape of its own for control characters, and none for the other.
        let is_json = text.starts_with(['{', '[']);
        assert!(is_json || !text.contains(is_raw), "{}", format.name());
    }
}

#[test]
fn html_needs_nothing_else_and_runs_nothing() {
    let html = text(Format::Html, &report());
    for forbidden in [
        "<script",
        "<link",
        "<iframe",
        "<object",
        "<img",
        " style=",
        " onclick",
        "@import",
        "url(http",
        "http-equiv=\"refresh\"",
    ] {
        assert!(!html.contains(forbidden), "{forbidden}");
    }
    assert!(html.contains("default-src 'none'; style-src 'sha256-"));
    // Only names, never loaded: what a reader may follow.
    for (at, _) in html.match_indices("https://") {
        let before = &html[..at];
        assert!(before.ends_with("href=\""), "{}", &html[at..at + 60]);
    }
    // The tags that have to be closed are.
    for tag in [
        "section", "article", "table", "tbody", "pre", "mark", "figure", "details", "ol", "svg",
    ] {
        let opened =
            html.matches(&format!("<{tag}>")).count() + html.matches(&format!("<{tag} ")).count();
        assert_eq!(opened, html.matches(&format!("</{tag}>")).count(), "{tag}");
    }
}

#[test]
fn many_findings_are_listed_in_html_without_their_excerpts() {
    let mut many = report();
    let one = many.findings.remove(1);
    many.findings = vec![one; 1500];
    let html = text(Format::Html, &many);
    assert_eq!(html.matches("<article").count(), 1000);
    assert_eq!(html.matches("<tr><td><span class=\"severity").count(), 500);
    let markdown = text(Format::Markdown, &many);
    assert_eq!(markdown.matches("\n#### ").count(), 100);
    assert!(markdown.contains("1400 more findings"));
}

#[test]
fn gitlab_knows_every_finding_by_a_fingerprint_of_its_own() {
    let mut twice = report();
    let copy = twice.findings[1].clone();
    twice.findings.insert(2, copy);
    let issues = document(Format::Gitlab, &twice);
    let fingerprints: HashSet<&Value> = list(&issues).iter().map(|it| &it["fingerprint"]).collect();
    assert_eq!(fingerprints.len(), twice.findings.len());
    for issue in list(&issues) {
        let severity = issue["severity"].as_str().expect("it is a text");
        assert!(["info", "minor", "major", "critical", "blocker"].contains(&severity));
        let path = issue["location"]["path"].as_str().expect("it is a text");
        assert!(!path.starts_with("./") && !path.starts_with('/'), "{path}");
        assert!(issue["location"]["lines"]["begin"].as_u64() >= Some(1));
    }
}

#[test]
fn gitlab_sast_has_what_its_schema_asks_for() {
    let sast = document(Format::GitlabSast, &report());
    let scan = &sast["scan"];
    for tool in [&scan["analyzer"], &scan["scanner"]] {
        for key in ["id", "name", "version"] {
            assert!(tool[key].is_string(), "{key}");
        }
        assert!(tool["vendor"]["name"].is_string());
    }
    assert_eq!(scan["start_time"], "2026-03-10T12:04:05");
    assert_eq!(scan["end_time"], "2026-03-10T12:04:07");
    assert_eq!(
        (&scan["type"], &scan["status"]),
        (&"sast".into(), &"success".into())
    );
    let mut ids = HashSet::new();
    for it in list(&sast["vulnerabilities"]) {
        assert!(ids.insert(it["id"].clone()));
        let identifiers = list(&it["identifiers"]);
        assert_eq!(identifiers[0]["type"], "hognose_rule_id");
        for identifier in identifiers {
            for key in ["type", "name", "value"] {
                assert!(!identifier[key].as_str().unwrap_or("").is_empty());
            }
        }
        assert!(it["location"]["end_line"].as_u64() >= it["location"]["start_line"].as_u64());
        let severity = it["severity"].as_str().expect("it is a text");
        assert!(["Info", "Low", "Medium", "High", "Critical"].contains(&severity));
        assert!(
            it["name"]
                .as_str()
                .is_some_and(|name| name.chars().count() <= 255)
        );
    }
    let flow = &sast["vulnerabilities"][1]["details"]["code_flows"]["items"][0];
    let kinds: Vec<&Value> = list(flow).iter().map(|it| &it["node_type"]).collect();
    assert_eq!(kinds.first(), Some(&&Value::from("source")));
    assert_eq!(kinds.last(), Some(&&Value::from("sink")));
    assert_eq!(list(&scan["messages"]).len(), 2);
}

#[test]
fn rdjson_counts_columns_in_bytes() {
    let rdjson = document(Format::Rdjson, &report());
    let json = document(Format::Json, &report());
    let own = &rdjson["diagnostics"][1]["location"]["range"]["start"];
    let theirs = &json["findings"][1]["location"];
    assert_eq!(own["line"], theirs["line"]);
    // An emoji of four bytes stands before the sink.
    let column = |value: &Value| value.as_u64().expect("it is a number");
    assert_eq!(column(&own["column"]), column(&theirs["column"]) + 3);
}

#[test]
fn every_line_of_json_lines_is_an_object_with_a_type() {
    let report = report();
    let text = text(Format::JsonLines, &report);
    let types: Vec<String> = text
        .lines()
        .map(|line| {
            let value: Value = serde_json::from_str(line).expect("each line is JSON");
            value["type"].as_str().expect("it has a type").to_owned()
        })
        .collect();
    let count = |wanted: &str| types.iter().filter(|it| *it == wanted).count();
    assert_eq!(count("finding"), report.findings.len());
    assert_eq!(count("suppressed"), report.suppressed.len());
    assert_eq!(count("incomplete"), report.incomplete.len());
    assert_eq!(types.last().map(String::as_str), Some("summary"));
}

#[test]
fn junit_counts_what_it_lists() {
    let xml = text(Format::Junit, &report());
    let count = |what: &str| xml.matches(what).count();
    let total = format!(
        "<testsuites name=\"hognose\" tests=\"{}\" failures=\"{}\" errors=\"{}\">",
        count("<testcase"),
        count("<failure"),
        count("<error"),
    );
    assert!(xml.contains(&total), "{total}\n{xml}");
    // A file without findings is a test that passes.
    assert!(xml.contains("<testcase name=\"org.hognose\" classname=\"lib/queries.py\"/>"));
}

#[test]
fn annotations_follow_what_is_listed() {
    let mut report = report();
    report.findings.truncate(2);
    let style = TextStyle::default();
    let hidden = render(Format::Github, &subject(&report), &style);
    assert_eq!(hidden.matches("::error ").count(), 2, "{hidden}");
    let finding = Finding {
        rule: &SQL,
        severity: Severity::Low,
        confidence: Confidence::High,
        ..report.findings[0].clone()
    };
    report.findings.push(finding);
    let more = render(Format::Github, &subject(&report), &style);
    assert_eq!(more.matches("::notice ").count(), 1, "{more}");
}
