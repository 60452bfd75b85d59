//! Writing: standard output, and report files that are never seen half-written.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};

/// Writes `text` to standard output. A reader that has gone away (`hognose check | head`) is no
/// error.
pub fn to_stdout(text: &str) -> Result<()> {
    let mut stdout = io::stdout().lock();
    match stdout
        .write_all(text.as_bytes())
        .and_then(|()| stdout.flush())
    {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
            Err(error).context("cannot write to standard output")
        }
        Ok(()) | Err(_) => Ok(()),
    }
}

/// Writes `text` to `path` as a whole: to a new file beside it, which then takes its name. Devices
/// and pipes are written directly.
pub fn to_file(path: &Path, text: &str) -> Result<()> {
    let describe = || format!("cannot write the report `{}`", path.display());
    let is_special = fs::metadata(path).is_ok_and(|metadata| !metadata.is_file());
    if is_special {
        let file = OpenOptions::new().write(true).open(path);
        return file
            .and_then(|mut file| file.write_all(text.as_bytes()))
            .with_context(describe);
    }
    // A link keeps pointing where it points; the file behind it is replaced.
    let target = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    replace(&target, text.as_bytes(), |_| Ok(())).with_context(describe)
}

/// Writes `text` to `path` as a whole, as a program that everybody may run.
pub fn to_script(path: &Path, text: &str) -> Result<()> {
    replace(path, text.as_bytes(), make_executable)
        .with_context(|| format!("cannot write `{}`", path.display()))
}

/// Puts a new file in the place of `target`, once it is complete.
pub fn replace(
    target: &Path,
    bytes: &[u8],
    finish: impl FnOnce(&Path) -> io::Result<()>,
) -> io::Result<()> {
    let temporary = beside(target);
    let written = write_new(&temporary, bytes)
        .and_then(|()| finish(&temporary))
        .and_then(|()| fs::rename(&temporary, target));
    if written.is_err() {
        // It may never have been created; the first error is the one to show.
        drop(fs::remove_file(&temporary));
    }
    written
}

#[cfg(unix)]
fn make_executable(path: &Path) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt as _;
    fs::set_permissions(path, fs::Permissions::from_mode(0o755))
}

/// Elsewhere git runs every hook.
#[cfg(not(unix))]
#[expect(clippy::unnecessary_wraps, reason = "on Unix it can fail")]
fn make_executable(_path: &Path) -> io::Result<()> {
    Ok(())
}

fn write_new(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut file = File::create(path)?;
    file.write_all(bytes)?;
    file.sync_all()
}

fn beside(path: &Path) -> PathBuf {
    let mut name = std::ffi::OsString::from(".");
    name.push(path.file_name().unwrap_or_default());
    name.push(format!(".{}.tmp", std::process::id()));
    path.with_file_name(name)
}
