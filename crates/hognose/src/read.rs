//! Reading the files: in parallel, each whole or not at all.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use hognose_check::{Incomplete, Input};
use rayon::prelude::*;

use crate::walk::Found;

/// A larger file is generated data, and its analysis would take more memory than it is worth.
pub const FILE_BYTES_MAX: u64 = 10 * 1024 * 1024;

/// What was read, in the order of `files`, and what could not be.
pub fn read_all(files: &[&Found]) -> (Vec<Input>, Vec<Incomplete>) {
    let results: Vec<Result<Input, Incomplete>> = files
        .par_iter()
        .map(|file| {
            let path = &file.shown;
            match read_file(&file.canonical) {
                Ok(bytes) => Ok(Input {
                    path: path.clone(),
                    bytes,
                }),
                Err(reason) => Err(Incomplete {
                    path: path.clone(),
                    line: None,
                    reason,
                }),
            }
        })
        .collect();
    let mut inputs = Vec::with_capacity(results.len());
    let mut incomplete = Vec::new();
    for result in results {
        match result {
            Ok(input) => inputs.push(input),
            Err(entry) => incomplete.push(entry),
        }
    }
    (inputs, incomplete)
}

fn read_file(path: &Path) -> Result<Vec<u8>, String> {
    let file = File::open(path).map_err(|error| unreadable(&error))?;
    let length = file.metadata().map_or(0, |metadata| metadata.len());
    if length > FILE_BYTES_MAX {
        return Err(too_large(length));
    }
    read_limited(file)
}

/// Standard input, under the same limit as a file.
pub fn read_stdin() -> Result<Vec<u8>, String> {
    read_limited(io::stdin().lock())
}

fn read_limited(reader: impl Read) -> Result<Vec<u8>, String> {
    let mut bytes = Vec::new();
    reader
        .take(FILE_BYTES_MAX + 1)
        .read_to_end(&mut bytes)
        .map_err(|error| unreadable(&error))?;
    let length = bytes.len() as u64;
    if length > FILE_BYTES_MAX {
        return Err(too_large(length));
    }
    Ok(bytes)
}

fn unreadable(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::PermissionDenied => {
            "cannot be read: permission denied; run Hognose as a user who may read it, or exclude it"
                .to_owned()
        }
        io::ErrorKind::NotFound => "cannot be read: it vanished during the run".to_owned(),
        _ => format!("cannot be read: {error}"),
    }
}

fn too_large(length: u64) -> String {
    const MIB: u64 = 1024 * 1024;
    format!(
        "too large: {} MiB, and files above {} MiB are not analysed; exclude it if it is \
         generated",
        length.div_ceil(MIB),
        FILE_BYTES_MAX / MIB
    )
}
