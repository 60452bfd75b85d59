//! `cargo xtask bench --path DIR`: what an analysis costs on real projects.
//!
//! Every directory directly below DIR is one project. For each: the whole analysis (`check`),
//! parsing and lowering alone, and, where it is installed, Ruff's security rules on the same
//! files; time is the best of the runs, memory the highest. Memory is measured by GNU `time`
//! (`/usr/bin/time -v`), the one tool outside the project that is needed.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail};

use crate::arguments::Arguments;
use crate::{Outcome, binary, table};

const GNU_TIME: &str = "/usr/bin/time";
const PEAK_LABEL: &str = "Maximum resident set size (kbytes): ";
const RUNS_DEFAULT: usize = 3;

/// What one command cost.
#[derive(Debug, Clone, Copy)]
struct Cost {
    time: Duration,
    /// Peak resident memory in KiB.
    memory: u64,
}

/// The costs of one project.
struct Row {
    name: String,
    lines: usize,
    whole: Cost,
    parse: Cost,
    ruff: Option<Cost>,
}

pub fn run(mut arguments: Arguments) -> Result<Outcome> {
    let path = arguments.path()?;
    let named = arguments.value::<PathBuf>("--binary")?;
    let runs = arguments.value("--runs")?.unwrap_or(RUNS_DEFAULT).max(1);
    arguments.finish()?;
    if !Path::new(GNU_TIME).exists() {
        bail!("{GNU_TIME} (GNU time) is needed to measure memory");
    }
    let program = binary::release(named)?;
    let ruff = Command::new("ruff").arg("--version").output();
    let ruff = ruff
        .ok()
        .map(|it| String::from_utf8_lossy(&it.stdout).trim().to_owned());
    println!(
        "best of {runs} runs; {} threads; compared with {}\n",
        std::thread::available_parallelism()?,
        ruff.as_deref()
            .unwrap_or("nothing: ruff is not on the PATH")
    );
    let mut rows = Vec::new();
    for project in projects(&path)? {
        let row = measure(&program, &project, runs, ruff.is_some())?;
        eprintln!("{}: {:.2} s", row.name, row.whole.time.as_secs_f64());
        rows.push(row);
    }
    rows.sort_by_key(|row| row.lines);
    print(&rows);
    Ok(Outcome::Good)
}

fn projects(path: &Path) -> Result<Vec<PathBuf>> {
    let entries = fs::read_dir(path)?.filter_map(Result::ok);
    let mut projects: Vec<PathBuf> = entries
        .map(|entry| entry.path())
        .filter(|path| path.is_dir())
        .collect();
    projects.sort();
    if projects.is_empty() {
        bail!("{}: no projects below it", path.display());
    }
    Ok(projects)
}

fn measure(program: &Path, project: &Path, runs: usize, has_ruff: bool) -> Result<Row> {
    let check = ["check", ".", "--isolated", "--no-gitignore", "--exit-zero"];
    let check = [&check[..], &["--output-format", "json", "--no-progress"]].concat();
    let parse = ["debug", "ir", ".", "--no-output"];
    let ruff = ["check", ".", "--select", "S", "--isolated", "--no-cache"];
    let ruff = [
        &ruff[..],
        &["--exit-zero", "--no-respect-gitignore", "--quiet"],
    ]
    .concat();
    let lines = binary::output(program, &parse, project)?;
    let lines = lines
        .split_whitespace()
        .next()
        .and_then(|it| it.parse().ok());
    let name = project.file_name().unwrap_or_default();
    Ok(Row {
        name: name.to_string_lossy().into_owned(),
        lines: lines.context("`debug ir --no-output` prints the number of lines")?,
        whole: best(program, &check, project, runs)?,
        parse: best(program, &parse, project, runs)?,
        ruff: if has_ruff {
            Some(best(Path::new("ruff"), &ruff, project, runs)?)
        } else {
            None
        },
    })
}

fn best(program: &Path, arguments: &[&str], directory: &Path, runs: usize) -> Result<Cost> {
    let mut best = cost(program, arguments, directory)?;
    for _ in 1..runs {
        let next = cost(program, arguments, directory)?;
        best.time = best.time.min(next.time);
        best.memory = best.memory.max(next.memory);
    }
    Ok(best)
}

fn cost(program: &Path, arguments: &[&str], directory: &Path) -> Result<Cost> {
    let started = Instant::now();
    let output = Command::new(GNU_TIME)
        .arg("-v")
        .arg(program)
        .args(arguments)
        .current_dir(directory)
        .env("LC_ALL", "C")
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .output()
        .context("cannot run GNU time")?;
    let time = started.elapsed();
    let messages = String::from_utf8_lossy(&output.stderr);
    if !matches!(output.status.code(), Some(0 | 3)) {
        bail!("{} {}:\n{messages}", program.display(), arguments.join(" "));
    }
    let peak = messages
        .lines()
        .find_map(|line| line.trim().strip_prefix(PEAK_LABEL));
    let memory = peak.and_then(|it| it.parse().ok());
    Ok(Cost {
        time,
        memory: memory.context("GNU time prints the peak memory")?,
    })
}

fn print(rows: &[Row]) {
    let cells = |row: &Row| {
        let seconds = row.whole.time.as_secs_f64();
        let thousands = (row.lines as f64 / 1000.0).max(0.001);
        let ratio = |other: Duration| format!("{:.1}", seconds / other.as_secs_f64().max(1e-6));
        let mebibytes = row.whole.memory as f64 / 1024.0;
        vec![
            row.name.clone(),
            row.lines.to_string(),
            format!("{seconds:.2}"),
            format!("{:.0}", row.lines as f64 / seconds),
            format!("{:.2}", seconds * 1000.0 / thousands),
            format!("{mebibytes:.0}"),
            format!("{:.2}", mebibytes / thousands),
            ratio(row.parse.time),
            row.ruff
                .map_or_else(|| "-".to_owned(), |cost| ratio(cost.time)),
        ]
    };
    let mut table: Vec<Vec<String>> = rows.iter().map(cells).collect();
    if let Some(sum) = sum(rows) {
        table.push(cells(&sum));
    }
    let header = [
        "project",
        "lines",
        "s",
        "lines/s",
        "ms/kline",
        "MiB",
        "MiB/kline",
        "x parse",
        "x ruff S",
    ];
    table::print(&header, &table);
    if let Some(exponent) = growth(rows) {
        println!("\ntime grows with lines to the power of {exponent:.2} (1 is linear)");
    }
}

/// All projects as one row: times added, the highest memory.
fn sum(rows: &[Row]) -> Option<Row> {
    let add = |cost: fn(&Row) -> Option<Cost>| {
        let costs: Option<Vec<Cost>> = rows.iter().map(cost).collect();
        costs.map(|costs| Cost {
            time: costs.iter().map(|cost| cost.time).sum(),
            memory: costs.iter().map(|cost| cost.memory).max().unwrap_or(0),
        })
    };
    Some(Row {
        name: "all".to_owned(),
        lines: rows.iter().map(|row| row.lines).sum(),
        whole: add(|row| Some(row.whole))?,
        parse: add(|row| Some(row.parse))?,
        ruff: add(|row| row.ruff),
    })
}

/// Projects below this many lines are mostly the start of the program.
const GROWTH_LINES_MIN: usize = 20_000;

/// The slope of the least-squares line through log(lines), log(time).
fn growth(rows: &[Row]) -> Option<f64> {
    let points: Vec<(f64, f64)> = rows
        .iter()
        .filter(|row| row.lines >= GROWTH_LINES_MIN)
        .map(|row| ((row.lines as f64).ln(), row.whole.time.as_secs_f64().ln()))
        .collect();
    if points.len() < 3 {
        return None;
    }
    let count = points.len() as f64;
    let mean_x = points.iter().map(|point| point.0).sum::<f64>() / count;
    let mean_y = points.iter().map(|point| point.1).sum::<f64>() / count;
    let above: f64 = points
        .iter()
        .map(|it| (it.0 - mean_x) * (it.1 - mean_y))
        .sum();
    let below: f64 = points.iter().map(|it| (it.0 - mean_x).powi(2)).sum();
    Some(above / below)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::{Cost, Row, growth};

    #[test]
    fn linear_growth_has_the_power_one() {
        let row = |lines: u32| {
            let cost = Cost {
                time: Duration::from_millis(u64::from(lines)),
                memory: 1,
            };
            Row {
                name: String::new(),
                lines: lines as usize,
                whole: cost,
                parse: cost,
                ruff: None,
            }
        };
        let rows = [30_000, 60_000, 240_000].map(row);
        let exponent = growth(&rows).expect("there are enough projects");
        assert!((exponent - 1.0).abs() < 1e-9, "{exponent}");
        assert!(growth(&rows[..2]).is_none());
    }
}
