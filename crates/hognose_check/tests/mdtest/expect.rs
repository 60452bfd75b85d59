//! What a program's comments say shall be found, and what was found.
//!
//! ```python
//! os.system(x)  # finding: [command-injection]
//! os.system(y)  # MISSING: [command-injection]     true, and not found yet
//! os.system(z)  # SPURIOUS: [command-injection]    false, and found still
//! ```
//! A MISSING that is found, or a SPURIOUS that is not, fails too: the comment has to go.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::panic::{AssertUnwindSafe, catch_unwind};

use hognose_check::finding::Class;
use hognose_check::{Input, Report, Selection, Settings, check, fix, rules};

use crate::page::{Block, Fixed, Program, Role};

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Marker {
    Finding,
    Missing,
    Spurious,
}

const MARKERS: [(&str, Marker); 3] = [
    ("# finding:", Marker::Finding),
    ("# MISSING:", Marker::Missing),
    ("# SPURIOUS:", Marker::Spurious),
];

/// Where something is expected or found: index of the file, line in it, rule.
type Place = (usize, u32, String);

/// What is wrong with a program's findings; empty when all is as its comments say.
pub fn mismatches(program: &Program) -> String {
    let expected = expectations(program);
    let mut text = role_mistake(program, &expected);
    let files = program
        .files
        .iter()
        .map(|block| Input {
            path: block.path.clone(),
            bytes: block.text.clone().into_bytes(),
        })
        .collect();
    let settings = Settings {
        min_confidence: program.min_confidence,
        threat: program.threat,
        selection: selection(program),
        ..Settings::default()
    };
    match catch_unwind(AssertUnwindSafe(|| check(files, &settings))) {
        Ok(report) => compare(program, &expected, &report, &mut text),
        Err(_) => text.push_str("    check() panicked\n"),
    }
    if let Some(fixed) = &program.fixed {
        compare_fix(program, fixed, &settings, &mut text);
    }
    if text.is_empty() {
        return text;
    }
    format!(
        "{}:{}: {}\n{text}",
        program.page, program.line, program.heading
    )
}

/// Runs `--fix` on the program without its expectations, twice.
fn compare_fix(program: &Program, fixed: &Fixed, settings: &Settings, text: &mut String) {
    let inputs: Vec<Input> = program
        .files
        .iter()
        .map(|block| Input {
            path: block.path.clone(),
            bytes: without_markers(&block.text).into_bytes(),
        })
        .collect();
    let once = fix(inputs.clone(), settings, fixed.level, &|_| true);
    let first = &inputs[0];
    let changed = once.files.iter().find(|file| file.path == first.path);
    let after = changed.map_or(&first.bytes, |file| &file.after);
    let after = String::from_utf8_lossy(after);
    if after != fixed.block.text {
        let line = fixed.block.line;
        writeln!(text, "    line {line}: --fix writes something else:")
            .expect("writing to a string");
        for line in after.lines() {
            writeln!(text, "        | {line}").expect("writing to a string");
        }
        for rejected in &once.rejected {
            let id = rejected.finding.rule.id;
            writeln!(text, "        {id}: {}", rejected.reason).expect("writing to a string");
        }
    }
    let again: Vec<Input> = inputs
        .into_iter()
        .map(
            |input| match once.files.iter().find(|file| file.path == input.path) {
                Some(file) => Input {
                    path: input.path,
                    bytes: file.after.clone(),
                },
                None => input,
            },
        )
        .collect();
    if !fix(again, settings, fixed.level, &|_| true)
        .files
        .is_empty()
    {
        text.push_str("    --fix changes something the second time\n");
    }
}

fn without_markers(text: &str) -> String {
    let strip = |line: &str| {
        let at = MARKERS.iter().filter_map(|(word, _)| line.find(word)).min();
        at.map_or(line, |at| line[..at].trim_end()).to_owned() + "\n"
    };
    text.lines().map(strip).collect()
}

/// A page is about one group of rules. Pages about security would otherwise have to import every
/// name they use, and pages about a bug of ours would have to please the whole of Ruff.
fn selection(program: &Program) -> Selection {
    let names = |rules: &mut dyn Iterator<Item = &str>| rules.map(str::to_owned).collect();
    let of_bugs = || rules().iter().filter(|rule| rule.class == Class::Bugs);
    let stem = program.page.rsplit('/').next().unwrap_or("");
    let stem = stem.trim_end_matches(".md");
    if program.page.starts_with("tests/mdtest/lint/") {
        return Selection {
            select: names(&mut ["bugs", "quality"].into_iter()),
            ..Selection::default()
        };
    }
    let is_of_bugs =
        program.page.starts_with("tests/mdtest/bugs/") || of_bugs().any(|rule| rule.id == stem);
    if is_of_bugs {
        let ours = &mut of_bugs()
            .filter(|rule| rule.code().is_none())
            .map(|rule| rule.id);
        return Selection {
            select: names(ours),
            ..Selection::default()
        };
    }
    // Ruff's `S` rules are about security, too, and go by the shape of the code.
    // A comment on the class `security` is judged only where all rules of the class run.
    let is_of_comments = program.page.starts_with("tests/mdtest/suppression/");
    let others = ["bugs", "quality", "S"];
    let count = if is_of_comments { 2 } else { 3 };
    Selection {
        ignore: names(&mut others.into_iter().take(count)),
        ..Selection::default()
    }
}

/// A vulnerable block states a finding, a secure one none.
fn role_mistake(program: &Program, expected: &BTreeMap<Place, Marker>) -> String {
    match (program.role, expected.is_empty()) {
        (Role::Vulnerable, true) => "    a vulnerable block without `# finding:`\n".to_owned(),
        (Role::Secure, false) => "    a secure block with an expectation\n".to_owned(),
        (Role::Plain, _) | (Role::Vulnerable, false) | (Role::Secure, true) => String::new(),
    }
}

fn compare(
    program: &Program,
    expected: &BTreeMap<Place, Marker>,
    report: &Report,
    text: &mut String,
) {
    let mut found: BTreeMap<Place, usize> = BTreeMap::new();
    let mut ranges = Vec::new();
    for finding in &report.findings {
        let file = program
            .files
            .iter()
            .position(|block| *block.path == *finding.location.file)
            .expect("a finding is in one of the files");
        let source = report
            .files
            .iter()
            .find(|source| source.path == finding.location.file)
            .expect("the report holds the text of every analysed file");
        let line = source.line_of(finding.location.range.start());
        *found
            .entry((file, line, finding.rule.id.to_owned()))
            .or_default() += 1;
        let range = (file, line, finding.rule.id, finding.location.range);
        if ranges.contains(&range) {
            add(
                text,
                program,
                file,
                line,
                &format!("{} is reported twice", finding.rule.id),
            );
        }
        ranges.push(range);
    }
    let places: std::collections::BTreeSet<&Place> = expected.keys().chain(found.keys()).collect();
    for place in places {
        let what = match (expected.get(place), found.contains_key(place)) {
            (Some(Marker::Finding | Marker::Spurious), true) | (Some(Marker::Missing), false) => {
                continue;
            }
            (None, false) => continue,
            (Some(Marker::Finding), false) => "expected and not found",
            (Some(Marker::Missing), true) => "found: MISSING becomes finding",
            (Some(Marker::Spurious), false) => "silent: SPURIOUS can go",
            (None, true) => "found and not expected",
        };
        add(
            text,
            program,
            place.0,
            place.1,
            &format!("{}: {what}", place.2),
        );
    }
}

/// One line about a place: the page's line, and the file where the program has several.
fn add(text: &mut String, program: &Program, file: usize, line: u32, what: &str) {
    let block = &program.files[file];
    let page_line = block.line + line as usize;
    let code = block
        .text
        .lines()
        .nth((line as usize).saturating_sub(1))
        .unwrap_or("");
    writeln!(
        text,
        "    line {page_line}: {what}\n        | {}",
        code.trim()
    )
    .expect("writing to a string");
}

fn expectations(program: &Program) -> BTreeMap<Place, Marker> {
    let mut expected = BTreeMap::new();
    for (file, block) in program.files.iter().enumerate() {
        for (line, text) in (1..).zip(block.text.lines()) {
            for (marker, rules) in markers(text, program, block, line) {
                for rule in rules.split(',') {
                    expected.insert((file, line, rule.trim().to_owned()), marker);
                }
            }
        }
    }
    expected
}

/// The markers of a line with what stands in their brackets.
fn markers<'a>(
    line: &'a str,
    program: &Program,
    block: &Block,
    number: u32,
) -> Vec<(Marker, &'a str)> {
    let mut found = Vec::new();
    for (word, marker) in MARKERS {
        for (at, _) in line.match_indices(word) {
            let rest = line[at + word.len()..].trim_start();
            let rules = rest
                .strip_prefix('[')
                .and_then(|rest| rest.split_once(']'))
                .map(|(rules, _)| rules)
                .filter(|rules| !rules.trim().is_empty());
            let page_line = block.line + number as usize;
            let rules = rules.unwrap_or_else(|| panic!("{}:{page_line}: no [rule]", program.page));
            found.push((marker, rules));
        }
    }
    found
}
