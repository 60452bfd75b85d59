//! The program that is measured: built from this tree, or named.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result, bail};

use crate::files;

/// `named`, or the release binary of this tree, built now.
pub fn release(named: Option<PathBuf>) -> Result<PathBuf> {
    match named {
        Some(path) => existing(&path),
        None => build(&files::root()?),
    }
}

pub fn existing(path: &Path) -> Result<PathBuf> {
    path.canonicalize()
        .with_context(|| format!("no binary at {}", path.display()))
}

/// Builds the release binary of the repository at `root`.
pub fn build(root: &Path) -> Result<PathBuf> {
    let output = Command::new(cargo())
        .args(["build", "--release", "--locked", "--package", "hognose"])
        .args(["--message-format", "json-render-diagnostics"])
        .current_dir(root)
        .stderr(std::process::Stdio::inherit())
        .output()
        .context("cannot run cargo")?;
    if !output.status.success() {
        bail!("the release binary of {} cannot be built", root.display());
    }
    // The last artifact with an executable is the program; cargo knows where it lies.
    String::from_utf8_lossy(&output.stdout)
        .lines()
        .filter_map(|line| serde_json::from_str::<serde_json::Value>(line).ok())
        .filter_map(|message| message["executable"].as_str().map(PathBuf::from))
        .next_back()
        .context("cargo names no executable")
}

fn cargo() -> String {
    std::env::var("CARGO").unwrap_or_else(|_| "cargo".to_owned())
}

/// Runs `binary` on `arguments` in `directory` and returns standard output. Exit codes that speak
/// of findings are no error.
pub fn output(binary: &Path, arguments: &[&str], directory: &Path) -> Result<String> {
    let output = Command::new(binary)
        .args(arguments)
        .current_dir(directory)
        .output()
        .with_context(|| format!("cannot run {}", binary.display()))?;
    match output.status.code() {
        Some(0 | 1 | 3) => Ok(String::from_utf8(output.stdout)?),
        Some(_) | None => bail!(
            "{} {} ended with {}:\n{}",
            binary.display(),
            arguments.join(" "),
            output.status,
            String::from_utf8_lossy(&output.stderr)
        ),
    }
}
