//! What well-known programs do with an argument: read it as an option that does harm, as code, or
//! as the command of a shell.
//!
//! ```python
//! ["sh", "-c", x]              # a shell command
//! ["git", "clone", x, "d"]     # x = "--upload-pack=…" runs a program
//! ["git", "clone", "--", x]    # an operand
//! ["sudo", "-u", "app", x]     # a program
//! ```
//! The table is data of the repository (`models/programs.txt`), which describes its own format.

use std::sync::LazyLock;

use rustc_hash::FxHashMap;

/// What a program does with its next argument.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reads {
    /// As the text of a shell.
    ShellText,
    /// As a further word of such a text, put behind the others with a space.
    ShellWord,
    /// As a program in another language.
    Code,
    /// As `NAME=VALUE`, where the name may be one that makes it run something.
    Setting,
    /// As the name of a program that it runs.
    Program,
    /// As the name of a file with a program in its language.
    Script,
    /// As an option, if it looks like one, and one of its options runs or writes something.
    Options,
    /// As nothing that does harm by its form.
    Operands,
}

/// The word that stands for an argument whose text is not known.
pub const UNKNOWN_WORD: &str = "\0";

/// The line of the table for programs that have none.
pub const ANY_PROGRAM: &str = "*";

/// What a program does with arguments that are no option's value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Operands,
    Options,
    Interpreter,
    Script,
    /// After so many operands the rest is a command.
    Wraps(usize),
    /// After so many operands the rest is the text of a shell.
    Rest(usize),
    Unknown,
}

/// What the value of an option is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Takes {
    Value,
    Code,
    Setting,
    Shell,
    Lines,
    Program,
}

#[derive(Debug, Clone)]
struct Program {
    kind: Kind,
    options: Vec<(&'static str, Takes)>,
    is_dashless: Dashless,
}

impl Program {
    /// What follows the option `word`: by its name, or by the last letter of a bundle.
    fn takes(&self, word: &str) -> Option<Takes> {
        let named = self.options.iter().find(|(name, _)| *name == word);
        let is_bundle = !word.starts_with("--") && word.len() > 1 && !word.contains('=');
        let last = word.chars().last().filter(|_| is_bundle);
        let by_letter = || {
            let last = last?;
            self.options
                .iter()
                .find(|(name, _)| name.len() == 2 && name.starts_with('-') && name.ends_with(last))
        };
        named.or_else(by_letter).map(|(_, takes)| *takes)
    }
}

/// Whether the first operand may be a bundle of options: `tar xzf`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Dashless {
    Yes,
    No,
}

static TABLE: &str = include_str!("../../../models/programs.txt");

static PROGRAMS: LazyLock<FxHashMap<&'static str, Program>> = LazyLock::new(|| {
    let mut programs = FxHashMap::default();
    for line in TABLE.lines().map(str::trim) {
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        if let Some((names, program)) = parse_line(line) {
            for name in names.split(',') {
                programs.insert(name, program.clone());
            }
        }
    }
    programs
});

fn parse_line(line: &'static str) -> Option<(&'static str, Program)> {
    let mut words = line.split_whitespace().peekable();
    let names = words.next()?;
    let kind = words.next()?;
    let operands = words.peek().and_then(|word| word.parse::<usize>().ok());
    if operands.is_some() {
        words.next();
    }
    let kind = match kind {
        "operands" => Kind::Operands,
        "options" => Kind::Options,
        "interpreter" => Kind::Interpreter,
        "script" => Kind::Script,
        "wraps" => Kind::Wraps(operands.unwrap_or(0)),
        "rest" => Kind::Rest(operands.unwrap_or(0)),
        "unknown" => Kind::Unknown,
        _ => return None,
    };
    let mut program = Program {
        kind,
        options: Vec::new(),
        is_dashless: Dashless::No,
    };
    let mut list = Takes::Value;
    for word in words {
        match word {
            "values" => list = Takes::Value,
            "code" => list = Takes::Code,
            "setting" => list = Takes::Setting,
            "shell" => list = Takes::Shell,
            "lines" => list = Takes::Lines,
            "program" => list = Takes::Program,
            "dashless" => program.is_dashless = Dashless::Yes,
            option => program.options.push((option, list)),
        }
    }
    Some((names, program))
}

fn lookup(program: &str) -> Option<&'static Program> {
    let name = program.rsplit(['/', '\\']).next().unwrap_or(program);
    let name = name.strip_suffix(".exe").unwrap_or(name);
    let base =
        name.trim_end_matches(|character: char| character.is_ascii_digit() || character == '.');
    PROGRAMS
        .get(name)
        .or_else(|| PROGRAMS.get(base.trim_end_matches('-')))
}

/// What `program` does with the argument after `before`.
pub fn reads(program: &str, before: &[&str]) -> Reads {
    match program_and_arguments(program, before) {
        Some((known, arguments)) => next_read(known, arguments),
        None => Reads::Operands,
    }
}

/// What `program` does with the value that follows `start` in one argument after `before`:
/// `--exec=`, `-o`, a lone dash.
pub fn reads_attached(program: &str, before: &[&str], start: &str) -> Reads {
    let Some((known, arguments)) = program_and_arguments(program, before) else {
        return Reads::Operands;
    };
    let read = next_read(known, arguments);
    if read != Reads::Options {
        return Reads::Operands;
    }
    if start.chars().all(|character| character == '-') {
        return Reads::Options;
    }
    let option = start.strip_suffix('=').unwrap_or(start);
    let takes = known
        .options
        .iter()
        .find(|(name, _)| *name == option)
        .map(|(_, takes)| *takes);
    match takes {
        Some(Takes::Code | Takes::Program) => Reads::Code,
        Some(Takes::Setting) => Reads::Setting,
        Some(Takes::Shell | Takes::Lines) => Reads::ShellText,
        Some(Takes::Value) | None => Reads::Operands,
    }
}

/// The entry of a program, or of its subcommand with the arguments that are left.
fn program_and_arguments<'a, 'b>(
    program: &str,
    before: &'a [&'b str],
) -> Option<(&'static Program, &'a [&'b str])> {
    let name = program.rsplit(['/', '\\']).next().unwrap_or(program);
    let known = lookup(program);
    if let Some(index) = first_operand(known, before) {
        let subcommand = format!("{name}/{}", before[index]);
        if let Some(known) = PROGRAMS.get(subcommand.as_str()) {
            return Some((known, &before[index + 1..]));
        }
    }
    known.map(|known| (known, before))
}

fn first_operand(known: Option<&Program>, before: &[&str]) -> Option<usize> {
    let mut takes = None;
    for (index, word) in before.iter().enumerate() {
        if takes.take().is_some() {
            continue;
        }
        if !word.starts_with('-') {
            return Some(index);
        }
        takes = known.and_then(|known| known.takes(word));
    }
    None
}

/// How far the arguments of a program have been read.
struct Reader<'a> {
    known: &'static Program,
    operands: usize,
    /// What the value of the option that was just read is.
    pending: Option<Takes>,
    /// No option can follow: `--` was read.
    ended: bool,
    /// Code was given as the value of an option, or as the name of a file with code.
    code_given: bool,
    rest: &'a [&'a str],
}

fn next_read(known: &'static Program, arguments: &[&str]) -> Reads {
    let mut reader = Reader {
        known,
        operands: 0,
        pending: None,
        ended: false,
        code_given: false,
        rest: arguments,
    };
    while let Some((word, rest)) = reader.rest.split_first() {
        if let Some(read) = reader.word(word, rest) {
            return read;
        }
        reader.rest = rest;
    }
    reader.next()
}

impl Reader<'_> {
    /// Reads one argument; an answer where the rest is another's.
    fn word(&mut self, word: &str, rest: &[&str]) -> Option<Reads> {
        if let Some(takes) = self.pending.take() {
            return match takes {
                Takes::Value | Takes::Setting => None,
                Takes::Code | Takes::Shell => {
                    self.code_given = true;
                    None
                }
                Takes::Lines => Some(Reads::ShellWord),
                Takes::Program => Some(reads(word, rest)),
            };
        }
        let assigns = matches!(self.known.kind, Kind::Wraps(_)) && word.contains('=');
        let is_bundle = self.known.is_dashless == Dashless::Yes
            && self.operands == 0
            && !self.ended
            && word.len() <= 6
            && word
                .chars()
                .all(|character| character.is_ascii_alphabetic());
        let is_option = word.starts_with(['-', '+'])
            || self.known.options.iter().any(|(name, _)| *name == word);
        if !self.ended && word == "--" {
            self.ended = true;
        } else if !self.ended && (is_option || is_bundle) {
            self.pending = self.known.takes(word);
            self.operands += usize::from(is_bundle);
        } else if !assigns {
            return self.operand(word, rest);
        }
        None
    }

    fn operand(&mut self, word: &str, rest: &[&str]) -> Option<Reads> {
        self.operands += 1;
        match self.known.kind {
            Kind::Operands | Kind::Options => None,
            Kind::Interpreter | Kind::Unknown => Some(Reads::Operands),
            Kind::Script => {
                self.code_given = true;
                None
            }
            Kind::Wraps(first) if self.operands > first => Some(reads(word, rest)),
            Kind::Rest(first) if self.operands > first => Some(Reads::ShellWord),
            Kind::Wraps(_) | Kind::Rest(_) => None,
        }
    }

    /// What becomes of the argument after all that was read.
    fn next(&self) -> Reads {
        match self.pending {
            Some(Takes::Value) => return Reads::Operands,
            Some(Takes::Code) => return Reads::Code,
            Some(Takes::Setting) => return Reads::Setting,
            Some(Takes::Shell | Takes::Lines) => return Reads::ShellText,
            Some(Takes::Program) => return Reads::Program,
            None => {}
        }
        match self.known.kind {
            Kind::Operands | Kind::Unknown => Reads::Operands,
            Kind::Options if self.ended => Reads::Operands,
            Kind::Options => Reads::Options,
            // Behind its code an interpreter reads what the code asks for.
            Kind::Interpreter if self.code_given => Reads::Operands,
            Kind::Interpreter => Reads::Script,
            Kind::Script if self.code_given => Reads::Operands,
            Kind::Script => Reads::Code,
            Kind::Wraps(first) if self.operands >= first => Reads::Program,
            Kind::Rest(first) if self.operands >= first => Reads::ShellText,
            Kind::Rest(_) if !self.ended => Reads::Options,
            Kind::Wraps(_) | Kind::Rest(_) => Reads::Operands,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{PROGRAMS, Reads, TABLE, reads, reads_attached};

    #[test]
    fn every_line_is_read() {
        let lines = TABLE
            .lines()
            .filter(|line| !line.trim().is_empty() && !line.starts_with('#'));
        for line in lines {
            let names = line.split_whitespace().next().unwrap_or("");
            for name in names.split(',') {
                assert!(PROGRAMS.contains_key(name), "{line}");
            }
        }
    }

    #[test]
    fn shells_read_code_after_c() {
        assert_eq!(reads("/bin/sh", &["-c"]), Reads::ShellText);
        assert_eq!(reads("bash", &["-lc"]), Reads::ShellText);
        assert_eq!(reads("bash", &["script.sh"]), Reads::Operands);
        assert_eq!(reads("bash", &[]), Reads::Script);
        assert_eq!(reads("sh", &["-c", "echo \"$1\"", "sh"]), Reads::Operands);
        assert_eq!(reads("python3.11", &["-c"]), Reads::Code);
        assert_eq!(reads("cmd", &["/c", "dir"]), Reads::ShellWord);
    }

    #[test]
    fn two_dashes_end_the_options() {
        assert_eq!(reads("git", &["clone"]), Reads::Options);
        assert_eq!(reads("git", &["clone", "--"]), Reads::Operands);
        assert_eq!(reads("echo", &[]), Reads::Operands);
    }

    #[test]
    fn options_take_values() {
        assert_eq!(reads("git", &["commit", "-m"]), Reads::Operands);
        assert_eq!(reads("git", &["commit", "-am"]), Reads::Operands);
        assert_eq!(reads("git", &["commit", "-m", "text"]), Reads::Options);
        assert_eq!(reads("git", &["-c"]), Reads::Setting);
        assert_eq!(reads("git", &["fetch", "--upload-pack"]), Reads::Code);
        assert_eq!(reads("git", &["log", "-n"]), Reads::Operands);
        assert_eq!(reads("git", &["-C", "/srv", "grep", "-n"]), Reads::Options);
        assert_eq!(reads("find", &["/srv", "-name"]), Reads::Operands);
        assert_eq!(reads("find", &["/srv", "-exec"]), Reads::Program);
        assert_eq!(reads("tar", &["xzf"]), Reads::Operands);
        assert_eq!(reads("tar", &["cf", "a.tar"]), Reads::Options);
    }

    #[test]
    fn values_attached_to_an_option() {
        assert_eq!(reads_attached("tar", &[], "-"), Reads::Options);
        assert_eq!(
            reads_attached("git", &["log"], "--author="),
            Reads::Operands
        );
        assert_eq!(
            reads_attached("tar", &["xf", "a.tar"], "--to-command="),
            Reads::Code
        );
        assert_eq!(reads_attached("git", &["log", "--"], "-"), Reads::Operands);
    }

    #[test]
    fn wrappers_run_what_follows() {
        assert_eq!(reads("sudo", &["-n", "git", "fetch"]), Reads::Options);
        assert_eq!(reads("sudo", &["-u"]), Reads::Operands);
        assert_eq!(reads("sudo", &["-u", "app"]), Reads::Program);
        assert_eq!(reads("env", &["A=b", "sh", "-c"]), Reads::ShellText);
        assert_eq!(reads("timeout", &[]), Reads::Operands);
        assert_eq!(reads("timeout", &["5"]), Reads::Program);
        assert_eq!(reads("sudo", &["echo"]), Reads::Operands);
        assert_eq!(
            reads("docker", &["exec", "-it", "web", "sh", "-c"]),
            Reads::ShellText
        );
        assert_eq!(reads("python3", &["-m", "pip", "install"]), Reads::Options);
    }

    #[test]
    fn a_remote_shell_reads_all_that_follows_the_host() {
        assert_eq!(reads("ssh", &[]), Reads::Options);
        assert_eq!(reads("ssh", &["-p", "22", "host"]), Reads::ShellText);
        assert_eq!(reads("ssh", &["host", "ls"]), Reads::ShellWord);
    }

    #[test]
    fn programs_in_other_languages() {
        assert_eq!(reads("awk", &["-F", ":"]), Reads::Code);
        assert_eq!(reads("awk", &["{print}"]), Reads::Operands);
        assert_eq!(reads("sed", &["-e", "s/a/b/"]), Reads::Operands);
    }
}
