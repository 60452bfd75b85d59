//! What a person reads: the full and the concise format, as goldens.

mod fixture;

use fixture::{SECRET, SQL, file, report, subject};
use hognose_check::Report;
use hognose_check::finding::{Confidence, Finding, Location, Severity, SourceText, Step, StepKind};
use hognose_report::{Color, Decor, Format, Section, TextStyle, render};
use ruff_text_size::TextRange;

#[test]
fn full_shows_excerpts_then_the_summary() {
    let report = report();
    let text = render(Format::Full, &subject(&report), &TextStyle::default());
    insta::assert_snapshot!(text);
}

#[test]
fn full_with_unicode_lines_and_statistics() {
    let report = report();
    let style = TextStyle {
        decor: Decor::Unicode,
        statistics: Section::Show,
        ..TextStyle::default()
    };
    insta::assert_snapshot!(render(Format::Full, &subject(&report), &style));
}

#[test]
fn full_of_an_empty_report_is_the_checklist() {
    let report = Report::default();
    let text = render(Format::Full, &subject(&report), &TextStyle::default());
    insta::assert_snapshot!(text);
}

#[test]
fn colour_changes_nothing_but_the_colour() {
    let report = report();
    let style = TextStyle {
        color: Color::Ansi,
        ..TextStyle::default()
    };
    let colored = render(Format::Full, &subject(&report), &style);
    let plain = render(Format::Full, &subject(&report), &TextStyle::default());
    assert_ne!(colored, plain);
    assert_eq!(without_escapes(&colored), plain);
}

/// `text` without `ESC [ … m`.
fn without_escapes(text: &str) -> String {
    let mut parts = text.split('\u{1b}');
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |mut plain, part| {
        plain.push_str(part.split_once('m').map_or("", |(_, rest)| rest));
        plain
    })
}

#[test]
fn concise_is_one_line_per_finding() {
    let report = report();
    let text = render(Format::Concise, &subject(&report), &TextStyle::default());
    insta::assert_snapshot!(text);
}

#[test]
fn quiet_is_findings_alone() {
    let report = report();
    let style = TextStyle {
        summary: Section::Hide,
        ..TextStyle::default()
    };
    let text = render(Format::Concise, &subject(&report), &style);
    assert_eq!(text.lines().count(), report.findings.len());
}

#[test]
fn no_format_shows_a_credential() {
    let report = report();
    for format in Format::ALL {
        let text = render(format, &subject(&report), &TextStyle::default());
        assert!(!text.contains("horse"), "{}", format.name());
    }
}

#[test]
fn a_credential_is_masked_where_its_trace_begins() {
    let source = file(
        "db.py",
        "KEY = 'correct-horse'\nconnect(KEY, 'db.internal')\n",
    );
    let mut finding = finding_at(&source, 22, 49);
    finding.rule = &SECRET;
    finding.trace[0].location.range = TextRange::new(6.into(), 21.into());
    let report = Report {
        findings: vec![finding],
        files: vec![source],
        ..Report::default()
    };
    for format in Format::ALL {
        let text = render(format, &subject(&report), &TextStyle::default());
        assert!(!text.contains("horse"), "{}\n{text}", format.name());
    }
    let text = render(Format::Full, &subject(&report), &TextStyle::default());
    assert!(
        text.contains("connect(KEY, 'db.internal')"),
        "code stays readable\n{text}"
    );
    assert!(text.contains("'corr*******se'"), "{text}");
}

#[test]
fn a_finding_in_an_unknown_file_or_past_its_end_is_still_shown() {
    let mut report = report();
    for (path, start) in [("gone.py", 5), ("app.py", 100_000)] {
        report.findings.push(Finding {
            rule: &SQL,
            severity: Severity::Critical,
            confidence: Confidence::High,
            location: Location {
                file: path.into(),
                range: TextRange::at(start.into(), 3.into()),
            },
            message: "a\u{1b}[2Jb".to_owned(),
            function: String::new(),
            trace: Vec::new(),
            fingerprint: "4123456789abcdef".to_owned(),
            fix: None,
        });
    }
    for format in Format::ALL {
        let text = render(format, &subject(&report), &TextStyle::default());
        assert!(text.contains("gone.py"), "{}", format.name());
        assert!(!text.contains('\u{1b}'), "{}", format.name());
    }
}

/// A finding at `start..end` with one step at `end..`.
fn finding_at(source: &SourceText, start: usize, end: usize) -> Finding {
    let place = |start: usize, end: usize| Location {
        file: source.path.clone(),
        range: TextRange::new(
            u32::try_from(start).expect("the text is short").into(),
            u32::try_from(end).expect("the text is short").into(),
        ),
    };
    Finding {
        rule: &SQL,
        severity: Severity::High,
        confidence: Confidence::High,
        location: place(start, end),
        message: "message".to_owned(),
        function: String::new(),
        trace: vec![Step {
            kind: StepKind::Source,
            location: place(end, source.text.len()),
            message: "step".to_owned(),
        }],
        fingerprint: "5123456789abcdef".to_owned(),
        fix: None,
    }
}

#[test]
fn every_range_of_a_nasty_text_can_be_shown() {
    let text = "a\tb\r\n\u{feff}é🐍\rc\u{9b}\u{202e}d\n\n\u{0}'e\n  f";
    let source = file("nasty.py", text);
    let boundaries: Vec<usize> = (0..=text.len())
        .filter(|at| text.is_char_boundary(*at))
        .collect();
    let mut findings = Vec::new();
    for (index, start) in boundaries.iter().enumerate() {
        for end in &boundaries[index..] {
            findings.push(finding_at(&source, *start, *end));
        }
    }
    let report = Report {
        findings,
        files: vec![source],
        ..Report::default()
    };
    for format in Format::ALL {
        let text = render(format, &subject(&report), &TextStyle::default());
        assert!(text.contains("nasty.py"), "{}", format.name());
        assert!(!text.contains('\u{9b}') || format == Format::Json || format == Format::Sarif);
    }
}
