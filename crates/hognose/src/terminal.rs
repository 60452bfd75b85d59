//! What standard output and standard error can show, and the messages on standard error.

use std::env;
use std::ffi::OsStr;
use std::io::{self, IsTerminal as _, Write as _};

use hognose_report::{Color, Decor, WIDTH_DEFAULT};

/// The values of `--color`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ColorChoice {
    Auto,
    Always,
    Never,
}

impl ColorChoice {
    pub const NAMES: [&str; 3] = ["auto", "always", "never"];

    pub fn from_name(name: &str) -> Option<Self> {
        match name {
            "auto" => Some(Self::Auto),
            "always" => Some(Self::Always),
            "never" => Some(Self::Never),
            _ => None,
        }
    }

    /// `NO_COLOR` wins over `FORCE_COLOR` and `CLICOLOR_FORCE`; without any of them, colour is for
    /// terminals that are not `dumb`.
    pub fn color(self) -> Color {
        let set = |name: &str| env::var_os(name).is_some_and(|value| !value.is_empty());
        let forced = |name: &str| set(name) && env::var_os(name).is_none_or(|value| value != "0");
        let wanted = match self {
            Self::Always => true,
            Self::Never => false,
            Self::Auto if set("NO_COLOR") => false,
            Self::Auto if forced("FORCE_COLOR") || forced("CLICOLOR_FORCE") => true,
            Self::Auto => io::stdout().is_terminal() && !is_dumb(),
        };
        if wanted { Color::Ansi } else { Color::Plain }
    }
}

/// Whether standard error is a terminal that can redraw a line.
pub fn can_animate() -> bool {
    io::stderr().is_terminal() && !is_dumb()
}

fn is_dumb() -> bool {
    env::var_os("TERM").is_some_and(|term| term == "dumb")
}

/// The width of the terminal, or a fixed one for files and pipes.
pub fn width() -> usize {
    if !io::stdout().is_terminal() {
        return WIDTH_DEFAULT;
    }
    terminal_size::terminal_size().map_or(WIDTH_DEFAULT, |(width, _)| usize::from(width.0))
}

/// Line-drawing characters where the locale says UTF-8.
pub fn decor() -> Decor {
    if !io::stdout().is_terminal() {
        return Decor::Ascii;
    }
    let locale = ["LC_ALL", "LC_CTYPE", "LANG"]
        .into_iter()
        .filter_map(env::var_os)
        .find(|value| !value.is_empty());
    match locale {
        Some(locale) if is_utf8(&locale) => Decor::Unicode,
        Some(_) | None => Decor::Ascii,
    }
}

fn is_utf8(locale: &OsStr) -> bool {
    let locale = locale.to_string_lossy().to_ascii_lowercase();
    locale.contains("utf-8") || locale.contains("utf8")
}

/// How much is said on standard error.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Verbosity {
    Quiet,
    Normal,
    Verbose,
}

pub fn error(text: &str) {
    say("error", text);
}

pub fn warning(text: &str) {
    say("warning", text);
}

pub fn note(text: &str) {
    say("note", text);
}

fn say(level: &str, text: &str) {
    // Standard error may be closed; there is nowhere else to complain.
    drop(writeln!(io::stderr().lock(), "{level}: {text}"));
}
