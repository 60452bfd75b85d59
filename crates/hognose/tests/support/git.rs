//! Repositories made with the real git, each in a directory of its own.

use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::{env, fs, io::Write as _};

use super::{Project, Run};

/// A repository in the folder `shop` of a temporary directory.
pub struct Repository {
    pub project: Project,
}

/// A value that is taken for a credential under the name of one. Made here, so that no program
/// that searches this repository finds it.
pub fn password(number: usize) -> String {
    let words = ["orchard", "lantern", "meadow", "harbour", "copper"];
    format!(
        "b{}mq-{}-7vh{number}",
        number + 2,
        words[number % words.len()]
    )
}

/// A line of a settings file.
pub fn setting(number: usize) -> String {
    format!("SMTP_PASSWORD={}\n", password(number))
}

/// Python with a credential.
pub fn python(number: usize) -> String {
    format!("import smtplib\n\nDB_PASSWORD = \"{}\"\n", password(number))
}

impl Repository {
    pub fn new() -> Self {
        Self::with(&["init", "-q", "-b", "main", "shop"])
    }

    /// Made by this command of git.
    pub fn with(arguments: &[&str]) -> Self {
        let project = Project::new();
        let repository = Self { project };
        git_in(
            repository.project.path(),
            repository.project.path(),
            arguments,
        );
        repository
    }

    pub fn path(&self) -> PathBuf {
        self.project.path().join("shop")
    }

    pub fn write(&self, name: &str, text: &str) {
        self.project.write(&format!("shop/{name}"), text);
    }

    pub fn git(&self, arguments: &[&str]) -> String {
        git_in(self.project.path(), &self.path(), arguments)
    }

    /// Whatever git says to it.
    pub fn try_git(&self, arguments: &[&str], input: &str) -> Output {
        try_git_in(self.project.path(), &self.path(), arguments, input)
    }

    pub fn commit(&self, message: &str) -> String {
        self.git(&["add", "-A"]);
        self.git(&["commit", "-q", "--no-verify", "-m", message]);
        self.git(&["rev-parse", "HEAD"])
    }

    /// Runs Hognose in it.
    pub fn run(&self, arguments: &[&str]) -> Run {
        self.project.run_below("shop", arguments)
    }

    pub fn secrets(&self, arguments: &[&str]) -> Run {
        let format = ["secrets", "--output-format", "concise"];
        self.run(&[&format, arguments].concat())
    }

    /// The file of an object that is not packed.
    pub fn loose(&self, id: &str) -> PathBuf {
        let objects = self.path().join(".git/objects");
        objects.join(&id[..2]).join(&id[2..])
    }
}

pub fn git_in(home: &Path, directory: &Path, arguments: &[&str]) -> String {
    let output = try_git_in(home, directory, arguments, "");
    let error = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "git {arguments:?}\n{error}");
    String::from_utf8_lossy(&output.stdout).trim().to_owned()
}

pub fn try_git_in(home: &Path, directory: &Path, arguments: &[&str], input: &str) -> Output {
    let mut child = Command::new("git")
        .args(arguments)
        .current_dir(directory)
        .env_clear()
        .env("PATH", env::var_os("PATH").unwrap_or_default())
        .env("HOME", home)
        .env("GIT_CONFIG_NOSYSTEM", "1")
        .env("GIT_ALLOW_PROTOCOL", "file")
        .env("GIT_AUTHOR_NAME", "Ann Lee")
        .env("GIT_AUTHOR_EMAIL", "ann@example.com")
        .env("GIT_AUTHOR_DATE", "2021-04-02T10:00:00Z")
        .env("GIT_COMMITTER_NAME", "Ann Lee")
        .env("GIT_COMMITTER_EMAIL", "ann@example.com")
        .env("GIT_COMMITTER_DATE", "2021-04-02T10:00:00Z")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("git is installed");
    let mut pipe = child.stdin.take().expect("standard input is a pipe");
    // git may end without reading it.
    drop(pipe.write_all(input.as_bytes()));
    drop(pipe);
    child.wait_with_output().expect("git ends")
}

/// Overwrites part of a file that git has made read-only.
pub fn damage(path: &Path) {
    let mut bytes = fs::read(path).expect("the file is there");
    let middle = bytes.len() / 2;
    for byte in &mut bytes[middle..] {
        *byte ^= 0x5a;
    }
    fs::remove_file(path).expect("the directory can be written");
    fs::write(path, bytes).expect("the directory can be written");
}
