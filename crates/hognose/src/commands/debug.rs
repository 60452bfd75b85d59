//! `hognose debug`: what a stage of the pipeline holds, for people who work on models and rules.

use anyhow::Result;
use hognose_check::{DebugRecord, Input, Settings};
use hognose_finding::Confidence;
use rayon::prelude::*;
use serde::Serialize;

use crate::arguments::{DebugArguments, ListFormat};
use crate::exit::Exit;
use crate::gather::{Roots, roots};
use crate::options::{FileFilter, models, threat};
use crate::paths::WorkingDirectory;
use crate::walk::{Found, Wanted, walk};
use crate::{output, read, terminal, threads};

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Record<'a> {
    path: &'a str,
    line: u32,
    column: u32,
    end_line: u32,
    role: &'static str,
    kind: &'a str,
    argument: Option<&'a str>,
    symbol: &'a str,
    detail: &'a str,
}

pub fn run(arguments: &DebugArguments) -> Result<Exit> {
    let directory = WorkingDirectory::current()?;
    threads::start(None)?;
    let filter = FileFilter::plain();
    let mut files: Vec<Found> = Vec::new();
    let Roots {
        existing,
        mut incomplete,
    } = roots(&arguments.paths, &directory)?;
    for root in existing {
        let mut found = walk(&root, &filter, &directory, Wanted::Python);
        files.append(&mut found.files);
        incomplete.append(&mut found.incomplete);
    }
    files.sort();
    files.dedup_by(|left, right| left.canonical == right.canonical);
    let (inputs, unread) = read::read_all(&files.iter().collect::<Vec<_>>());
    incomplete.extend(unread);
    for entry in &incomplete {
        terminal::warning(&format!("{}: {}", entry.path, entry.reason));
    }
    if arguments.no_output {
        output::to_stdout(&format!("{} lines\n", lower_only(&inputs)))?;
        return Ok(Exit::Clean);
    }
    let settings = Settings {
        min_confidence: Confidence::Low,
        models: models(&arguments.models, &[])?,
        threat: threat(arguments.snippet),
        ..Settings::default()
    };
    let result = hognose_check::debug(arguments.stage, inputs, &settings);
    let text = match arguments.output_format {
        ListFormat::Text => result.text,
        ListFormat::Json => {
            let records: Vec<Record<'_>> = result.records.iter().map(record).collect();
            serde_json::to_string_pretty(&records)? + "\n"
        }
    };
    output::to_stdout(&text)?;
    Ok(if incomplete.is_empty() {
        Exit::Clean
    } else {
        Exit::Incomplete
    })
}

/// The part of the work that knows one file, done and dropped: what a whole analysis is measured
/// against. The sum of the lines.
fn lower_only(inputs: &[Input]) -> usize {
    inputs
        .par_iter()
        .map(|input| {
            let file = hognose_python::lower_file(&input.path, &input.bytes);
            file.source.line_count() as usize
        })
        .sum()
}

fn record(record: &DebugRecord) -> Record<'_> {
    Record {
        path: &record.path,
        line: record.line,
        column: record.column,
        end_line: record.end_line,
        role: record.role,
        kind: &record.kind,
        argument: record.argument.as_deref(),
        symbol: &record.symbol,
        detail: &record.detail,
    }
}
