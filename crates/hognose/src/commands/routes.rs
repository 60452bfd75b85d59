//! `hognose routes`: every endpoint of a project, and what is known of the input it reads.

use anyhow::Result;
use hognose_check::Settings;
use hognose_finding::Confidence;

use crate::arguments::{RoutesArguments, RoutesFormat};
use crate::exit::Exit;
use crate::gather::{Roots, roots};
use crate::options::{FileFilter, models, threat};
use crate::paths::WorkingDirectory;
use crate::walk::{Found, Wanted, walk};
use crate::{output, read, terminal, threads};

pub fn run(arguments: &RoutesArguments) -> Result<Exit> {
    let directory = WorkingDirectory::current()?;
    threads::start(None)?;
    let filter = FileFilter::plain();
    let mut files: Vec<Found> = Vec::new();
    let here = [std::path::PathBuf::from(".")];
    let paths = if arguments.paths.is_empty() {
        &here[..]
    } else {
        &arguments.paths
    };
    let Roots {
        existing,
        mut incomplete,
    } = roots(paths, &directory)?;
    for root in existing {
        let mut found = walk(&root, &filter, &directory, Wanted::Python);
        files.append(&mut found.files);
        incomplete.append(&mut found.incomplete);
    }
    files.sort();
    files.dedup_by(|left, right| left.canonical == right.canonical);
    let (inputs, unread) = read::read_all(&files.iter().collect::<Vec<_>>());
    incomplete.extend(unread);
    let settings = Settings {
        min_confidence: Confidence::Low,
        models: models(&arguments.models, &[])?,
        threat: threat(false),
        ..Settings::default()
    };
    let routes = hognose_check::routes(inputs, &settings);
    incomplete.extend(routes.incomplete.iter().cloned());
    for entry in &incomplete {
        terminal::warning(&format!("{}: {}", entry.path, entry.reason));
    }
    let text = match arguments.output_format {
        RoutesFormat::Text => hognose_report::routes::text(&routes),
        RoutesFormat::Json => hognose_report::routes::json(&routes),
        RoutesFormat::Markdown => hognose_report::routes::markdown(&routes),
    };
    output::to_stdout(&text)?;
    Ok(if incomplete.is_empty() {
        Exit::Clean
    } else {
        Exit::Incomplete
    })
}
