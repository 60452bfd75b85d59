//! Measures lowering against parsing: `cargo run --release --example lower -- DIR…`.
//!
//! Reads every `*.py` below the directories, then parses all of them, then parses and lowers all
//! of them, and prints files, lines and seconds. With `--print` it prints the intermediate
//! representation of the files instead.

use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::time::Instant;

use hognose_python::{lower_file, print_module};
use ruff_python_ast::PySourceType;

/// Deep trees need deep stacks.
const STACK_BYTES: usize = 64 << 20;

struct Source {
    path: String,
    bytes: Vec<u8>,
}

fn main() -> io::Result<()> {
    let worker = std::thread::Builder::new()
        .stack_size(STACK_BYTES)
        .spawn(run)?;
    worker.join().expect("lowering does not panic")
}

fn run() -> io::Result<()> {
    let mut out = io::stdout().lock();
    let (flags, paths): (Vec<String>, Vec<String>) = std::env::args()
        .skip(1)
        .partition(|argument| argument.starts_with("--"));
    let mut sources = Vec::new();
    for path in &paths {
        collect(Path::new(path), &mut sources)?;
    }
    if flags.iter().any(|flag| flag == "--print") {
        for source in &sources {
            let file = lower_file(&source.path, &source.bytes);
            write!(out, "{}", print_module(&file.module, &file.source))?;
        }
        return Ok(());
    }
    let texts: Vec<String> = sources
        .iter()
        .map(|source| String::from_utf8_lossy(&source.bytes).into_owned())
        .collect();
    let lines: usize = texts.iter().map(|text| text.lines().count()).sum();

    let start = Instant::now();
    let mut errors = 0;
    for text in &texts {
        let parsed = ruff_python_parser::parse_unchecked_source(text, PySourceType::Python);
        errors += parsed.errors().len();
    }
    let parsing = start.elapsed().as_secs_f64();

    let start = Instant::now();
    let (mut functions, mut instructions, mut blocks) = (0, 0, 0);
    let mut slowest = (0.0, "");
    for source in &sources {
        let start = Instant::now();
        let file = lower_file(&source.path, &source.bytes);
        functions += file.module.functions.len();
        for function in &file.module.functions {
            instructions += function.insts.len();
            blocks += function.blocks.len();
        }
        let seconds = start.elapsed().as_secs_f64();
        if seconds > slowest.0 {
            slowest = (seconds, &source.path);
        }
    }
    let lowering = start.elapsed().as_secs_f64();
    writeln!(
        out,
        "{} files, {lines} lines, {errors} syntax errors\n\
         {functions} functions, {blocks} blocks, {instructions} instructions\n\
         parse {parsing:.2} s, read, parse and lower {lowering:.2} s, ratio {:.2}\n\
         slowest {:.3} s {}",
        sources.len(),
        lowering / parsing,
        slowest.0,
        slowest.1,
    )
}

/// Reads the Python files below `path` in a stable order.
fn collect(path: &Path, sources: &mut Vec<Source>) -> io::Result<()> {
    if path.is_dir() {
        let mut entries: Vec<PathBuf> = std::fs::read_dir(path)?
            .map(|entry| entry.map(|entry| entry.path()))
            .collect::<io::Result<_>>()?;
        entries.sort();
        for entry in entries {
            if entry.is_dir() || entry.extension().is_some_and(|extension| extension == "py") {
                collect(&entry, sources)?;
            }
        }
        return Ok(());
    }
    sources.push(Source {
        path: path.to_string_lossy().into_owned(),
        bytes: std::fs::read(path)?,
    });
    Ok(())
}
