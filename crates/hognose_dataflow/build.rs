//! Lists the files of `models/` for `models/embedded.rs`, sorted by name, so that a new file needs
//! no line of Rust.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs, io};

const MODELS: &str = "../../models";

/// Directories of `models/` that hold something else than rows.
const OTHERS: [&str; 3] = ["fixes", "lint", "secrets"];

fn main() -> io::Result<()> {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-changed={MODELS}");
    let crate_dir = env::var_os("CARGO_MANIFEST_DIR").ok_or(io::ErrorKind::NotFound)?;
    let models = Path::new(&crate_dir).join(MODELS);
    let mut names = Vec::new();
    collect(&models, "", &mut names)?;
    names.sort();

    let mut list = String::from("&[\n");
    for name in names {
        let path = format!("/{MODELS}/{name}");
        writeln!(
            list,
            "    ({:?}, include_str!(concat!(env!(\"CARGO_MANIFEST_DIR\"), {path:?}))),",
            format!("models/{name}"),
        )
        .map_err(io::Error::other)?;
    }
    list.push_str("]\n");
    let out_dir = env::var_os("OUT_DIR").ok_or(io::ErrorKind::NotFound)?;
    fs::write(PathBuf::from(out_dir).join("models.rs"), list)
}

/// Adds the TOML files below `dir` to `names`, as paths from the models directory with `/`.
fn collect(dir: &Path, prefix: &str, names: &mut Vec<String>) -> io::Result<()> {
    for entry in fs::read_dir(dir)? {
        let entry = entry?;
        let file_name = entry.file_name();
        let name = file_name
            .to_str()
            .ok_or_else(|| io::Error::other(format!("{} is no UTF-8", entry.path().display())))?;
        let name = format!("{prefix}{name}");
        if prefix.is_empty() && OTHERS.contains(&name.as_str()) {
            continue;
        }
        if entry.file_type()?.is_dir() {
            collect(&entry.path(), &format!("{name}/"), names)?;
        } else if entry.path().extension() == Some("toml".as_ref()) {
            names.push(name);
        }
    }
    Ok(())
}
