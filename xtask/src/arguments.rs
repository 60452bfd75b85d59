//! The command line of a chore: positional words, `--option VALUE`, `--flag`.

use std::path::PathBuf;
use std::str::FromStr;

use anyhow::{Context as _, Result, bail};

/// What has not been taken yet.
#[derive(Debug)]
pub struct Arguments {
    left: Vec<String>,
}

impl Arguments {
    pub fn from_environment() -> Self {
        Self {
            left: std::env::args().skip(1).collect(),
        }
    }

    /// Takes the first word.
    pub fn command(&mut self) -> Option<String> {
        (!self.left.is_empty()).then(|| self.left.remove(0))
    }

    /// Takes the first word that is no option; `what` names it in the error.
    pub fn positional(&mut self, what: &str) -> Result<String> {
        match self.left.first() {
            Some(word) if !word.starts_with("--") => Ok(self.left.remove(0)),
            Some(_) | None => bail!("{what} is missing"),
        }
    }

    pub fn flag(&mut self, name: &str) -> bool {
        let before = self.left.len();
        self.left.retain(|word| word != name);
        self.left.len() < before
    }

    pub fn value<T: FromStr>(&mut self, name: &str) -> Result<Option<T>>
    where
        T::Err: std::error::Error + Send + Sync + 'static,
    {
        let Some(index) = self.left.iter().position(|word| word == name) else {
            return Ok(None);
        };
        self.left.remove(index);
        if index >= self.left.len() {
            bail!("the value of {name} is missing");
        }
        let text = self.left.remove(index);
        let value = text.parse();
        Ok(Some(value.with_context(|| format!("{name} {text}"))?))
    }

    /// `--path DIR`, which must exist.
    pub fn path(&mut self) -> Result<PathBuf> {
        let path: PathBuf = self.value("--path")?.context("--path DIR is missing")?;
        path.canonicalize()
            .with_context(|| format!("--path {}", path.display()))
    }

    /// Fails if anything is left.
    pub fn finish(self) -> Result<()> {
        match self.left.first() {
            None => Ok(()),
            Some(word) => bail!("unexpected argument `{word}`"),
        }
    }
}
