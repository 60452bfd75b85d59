//! A directory with files, and runs of the program in it.

#![allow(dead_code, reason = "each test binary uses its own part")]

pub mod git;

use std::fmt;
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use tempfile::TempDir;

/// A command injection on line 9.
pub const VULNERABLE: &str = r#"import os

from flask import Flask, request

app = Flask(__name__)

@app.route("/list")
def listing():
    os.system("ls " + request.args["x"])
    return "done"
"#;

/// A temporary directory.
pub struct Project {
    directory: TempDir,
}

/// What a run left behind.
pub struct Run {
    pub code: i32,
    pub stdout: String,
    pub stderr: String,
}

impl fmt::Display for Run {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            code,
            stdout,
            stderr,
        } = self;
        write!(
            formatter,
            "code {code}\n--- stdout\n{stdout}\n--- stderr\n{stderr}"
        )
    }
}

impl Project {
    pub fn new() -> Self {
        Self {
            directory: TempDir::new().expect("temporary directories can be made"),
        }
    }

    pub fn path(&self) -> &Path {
        self.directory.path()
    }

    pub fn write(&self, name: &str, text: &str) {
        let path = self.path().join(name);
        fs::create_dir_all(path.parent().expect("the name has a directory"))
            .expect("directories can be made");
        fs::write(path, text).expect("files can be written");
    }

    pub fn read(&self, name: &str) -> String {
        fs::read_to_string(self.path().join(name)).expect("the file was written")
    }

    pub fn directory(&self, name: &str) -> PathBuf {
        let path = self.path().join(name);
        fs::create_dir_all(&path).expect("directories can be made");
        path
    }

    pub fn run(&self, arguments: &[&str]) -> Run {
        self.start(self.path(), arguments, &[], "")
    }

    /// Runs in a subdirectory.
    pub fn run_below(&self, directory: &str, arguments: &[&str]) -> Run {
        self.start(&self.path().join(directory), arguments, &[], "")
    }

    /// Runs in a subdirectory.
    pub fn run_below_with_input(&self, directory: &str, arguments: &[&str], input: &str) -> Run {
        self.start(&self.path().join(directory), arguments, &[], input)
    }

    pub fn run_with_input(&self, arguments: &[&str], input: &str) -> Run {
        self.start(self.path(), arguments, &[], input)
    }

    pub fn run_with_environment(&self, arguments: &[&str], environment: &[(&str, &str)]) -> Run {
        self.start(self.path(), arguments, environment, "")
    }

    /// Starts a run whose standard input stays open.
    pub fn start_waiting(&self, arguments: &[&str]) -> Child {
        self.spawn(self.path(), arguments, &[])
    }

    fn spawn(&self, directory: &Path, arguments: &[&str], environment: &[(&str, &str)]) -> Child {
        Command::new(env!("CARGO_BIN_EXE_hognose"))
            .args(arguments)
            .current_dir(directory)
            .env_clear()
            .env("HOME", self.path())
            .envs(environment.iter().copied())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the program can be started")
    }

    fn start(
        &self,
        directory: &Path,
        arguments: &[&str],
        environment: &[(&str, &str)],
        input: &str,
    ) -> Run {
        let mut child = self.spawn(directory, arguments, environment);
        // The program may end without reading its input.
        drop(
            child
                .stdin
                .take()
                .map(|mut pipe| pipe.write_all(input.as_bytes())),
        );
        let output = child.wait_with_output().expect("the program ends");
        Run {
            code: output.status.code().unwrap_or(-1),
            stdout: String::from_utf8_lossy(&output.stdout).into_owned(),
            stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
        }
    }
}
