//! What well-known programs do with an argument: read it as an option that does harm, as code, or
//! as the command of a shell.
//!
//! ```python
//! ["sh", "-c", x]              # a shell command
//! ["git", "clone", x, "d"]     # x = "--upload-pack=…" runs a program
//! ["git", "clone", "--", x]    # an operand
//! ```
//! The table is data of the repository (`models/programs.txt`), one program a line.

use std::sync::LazyLock;

use rustc_hash::FxHashMap;

/// What a program does with its next argument.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reads {
    /// As the text of a shell.
    ShellCode,
    /// As a program in another language.
    Code,
    /// As an option, if it looks like one, and one of its options runs or writes something.
    Options,
    /// As nothing that does harm by its form.
    Operands,
}

#[derive(Debug, Default)]
struct Program {
    /// Options after which a shell command or code follows.
    code_after: Vec<&'static str>,
    is_shell: bool,
    has_harmful_options: bool,
    /// Runs the command that its operands spell: `sudo`, `env`, `nice`.
    wraps: bool,
}

static TABLE: &str = include_str!("../../../models/programs.txt");

static PROGRAMS: LazyLock<FxHashMap<&'static str, Program>> = LazyLock::new(|| {
    let mut programs = FxHashMap::default();
    for line in TABLE.lines() {
        let line = line.trim();
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        let mut words = line.split_whitespace();
        let (Some(name), Some(kind)) = (words.next(), words.next()) else {
            continue;
        };
        let mut program = Program::default();
        match kind {
            "shell" => program.is_shell = true,
            "options" => program.has_harmful_options = true,
            "wraps" => program.wraps = true,
            _ => {}
        }
        program.code_after = words.collect();
        programs.insert(name, program);
    }
    programs
});

/// What `program` does with the argument after `before`.
pub fn reads(program: &str, before: &[&str]) -> Reads {
    let name = program.rsplit(['/', '\\']).next().unwrap_or(program);
    let name = name.strip_suffix(".exe").unwrap_or(name);
    let base =
        name.trim_end_matches(|character: char| character.is_ascii_digit() || character == '.');
    let Some(known) = PROGRAMS.get(name).or_else(|| PROGRAMS.get(base)) else {
        return Reads::Operands;
    };
    if known.wraps {
        let mut rest = before
            .iter()
            .skip_while(|word| word.starts_with('-') || word.contains('='));
        return match rest.next() {
            Some(inner) => {
                let after: Vec<&str> = rest.copied().collect();
                reads(inner, &after)
            }
            None => Reads::Options,
        };
    }
    let code_option = |word: &&str| {
        known.code_after.iter().any(|option| {
            word == option
                || (option.len() == 2
                    && word.starts_with('-')
                    && !word.starts_with("--")
                    && word.ends_with(&option[1..]))
        })
    };
    if known.is_shell {
        return if before.last().is_some_and(code_option) {
            Reads::ShellCode
        } else {
            Reads::Operands
        };
    }
    if before.last().is_some_and(code_option) {
        return Reads::Code;
    }
    if known.has_harmful_options && !before.contains(&"--") {
        return Reads::Options;
    }
    Reads::Operands
}

#[cfg(test)]
mod tests {
    use super::{Reads, reads};

    #[test]
    fn shells_read_code_after_c() {
        assert_eq!(reads("/bin/sh", &["-c"]), Reads::ShellCode);
        assert_eq!(reads("bash", &["-lc"]), Reads::ShellCode);
        assert_eq!(reads("bash", &["script.sh"]), Reads::Operands);
        assert_eq!(reads("python3.11", &["-c"]), Reads::Code);
    }

    #[test]
    fn two_dashes_end_the_options() {
        assert_eq!(reads("git", &["clone"]), Reads::Options);
        assert_eq!(reads("git", &["clone", "--"]), Reads::Operands);
        assert_eq!(reads("echo", &[]), Reads::Operands);
    }

    #[test]
    fn wrappers_run_what_follows() {
        assert_eq!(reads("sudo", &["-n", "git", "fetch"]), Reads::Options);
        assert_eq!(reads("env", &["A=b", "sh", "-c"]), Reads::ShellCode);
        assert_eq!(reads("sudo", &["echo"]), Reads::Operands);
    }
}
