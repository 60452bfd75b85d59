//! What does harm in a command: in the text of a shell, and in an argument vector.
//!
//! ```python
//! os.system(f"git log {x}")                      # anything unquoted runs commands
//! os.system(f"git log {shlex.quote(x)}")         # one word, which may still be an option
//! subprocess.run(["ssh", "host", "ls " + x])     # the text of the other machine's shell
//! subprocess.run(["sudo", x])                    # a program
//! ```
//! What a program makes of an argument is in [`crate::programs`].

use hognose_python::ir::HoleFormat;

use super::{CONSTANT_LIKE, Found, Quote, marks_outside_text, templates, unexplained, whole};
use crate::flow::Weakness;
use crate::models::rows::{Labels, RowConfidence};
use crate::programs::{self, ANY_PROGRAM, Reads, UNKNOWN_WORD};
use crate::value::{Alternative, Atom, Key, Mark, Piece, Text, Value};

/// The name of the executable alone.
pub(super) fn program(value: &Value, found: &mut Found) {
    whole(value, Weakness::Program, program_is_safe, found);
}

// The text of a shell

pub(super) fn shell(value: &Value, found: &mut Found) {
    unexplained(value, Weakness::Injection, shell_unquoted_is_safe, found);
    if is_vector(value) {
        // A list with a shell: only its first element is the command.
        for (key, child) in value.children() {
            if matches!(key, Key::Index(0) | Key::Any) {
                shell(child, found);
            }
        }
        return;
    }
    for pieces in templates(value) {
        let mut line = CommandLine::default();
        for piece in pieces.iter() {
            match piece {
                Piece::Literal(text) => line.read(text),
                Piece::Hole(_, HoleFormat::Number) => line.read("0"),
                Piece::Hole(hole, _) => {
                    hole_in_text(hole, &line, found);
                    line.read(UNKNOWN_WORD);
                }
                Piece::Join(words, _) => {
                    let first = words.child(Key::Index(0));
                    if first.is_none_or(Value::is_marked) {
                        hole_in_text(words, &line, found);
                    } else {
                        quoted_or_found(words, &line, found);
                    }
                    line.read(UNKNOWN_WORD);
                }
            }
        }
    }
}

/// A hole whose first word stands where `line` ends.
fn hole_in_text(hole: &Value, line: &CommandLine, found: &mut Found) {
    for mark in hole.collapse(Labels::ALL) {
        if !is_safe_in_text(mark.labels, line.quote) {
            found.add(mark, Weakness::Injection);
        } else if line.quote == Quote::Outside && line.word.is_empty() {
            word_of_command(mark, line, found);
        }
    }
}

/// Words whose first is a constant.
fn quoted_or_found(words: &Value, line: &CommandLine, found: &mut Found) {
    for mark in words.collapse(Labels::ALL) {
        if !is_safe_in_text(mark.labels, line.quote) {
            found.add(mark, Weakness::Injection);
        }
    }
}

fn is_safe_in_text(labels: Labels, quote: Quote) -> bool {
    match quote {
        Quote::Outside => shell_unquoted_is_safe(labels),
        Quote::Single | Quote::Double | Quote::Backtick => {
            labels.has_any(CONSTANT_LIKE.with(Labels::WORD).with(Labels::SHELL_INERT))
        }
    }
}

/// One whole word of a command line, which no shell takes apart.
fn word_of_command(mark: Mark, line: &CommandLine, found: &mut Found) {
    let reads = match line.words.split_first() {
        Some((name, arguments)) => {
            let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
            programs::reads(name, &arguments)
        }
        None => Reads::Program,
    };
    // What is quoted where a program stands is mostly a whole list of words.
    let may_be_list = mark.labels.has_any(Labels::SHELL_QUOTED);
    match reads {
        // The first shell takes the quotes off, the second reads what is left. What was quoted
        // as a whole text may hold words that were quoted before.
        Reads::ShellWord if mark.labels.has_any(Labels::SHELL_QUOTED) => {
            if !mark.labels.has_any(Labels::WORD.with(Labels::SHELL_INERT)) {
                found.add(mark, Weakness::Injection);
            }
        }
        Reads::Code | Reads::Setting if !constant_like(mark.labels) => {
            found.add(mark, Weakness::Injection);
        }
        Reads::Program | Reads::Script if !may_be_list && !program_is_safe(mark.labels) => {
            found.add(mark, Weakness::Program);
        }
        Reads::Options if can_be_option(mark.labels) => found.add(mark, Weakness::Option),
        Reads::ShellText
        | Reads::ShellWord
        | Reads::Code
        | Reads::Setting
        | Reads::Program
        | Reads::Script
        | Reads::Options
        | Reads::Operands => {}
    }
}

/// The last command of a shell's text, as far as it has been read.
#[derive(Debug)]
struct CommandLine {
    quote: Quote,
    /// The finished words, without quotes and assignments in front.
    words: Vec<String>,
    word: String,
}

impl Default for CommandLine {
    fn default() -> Self {
        Self {
            quote: Quote::Outside,
            words: Vec::new(),
            word: String::new(),
        }
    }
}

impl CommandLine {
    fn read(&mut self, text: &str) {
        let mut characters = text.chars();
        while let Some(character) = characters.next() {
            match (self.quote, character) {
                (Quote::Outside | Quote::Double, '\\') => self.word.extend(characters.next()),
                (Quote::Outside, '\'') => self.quote = Quote::Single,
                (Quote::Outside, '"') => self.quote = Quote::Double,
                (Quote::Single, '\'') | (Quote::Double, '"') => self.quote = Quote::Outside,
                (Quote::Outside, '|' | ';' | '&' | '\n' | '(' | ')' | '`') => {
                    self.words.clear();
                    self.word.clear();
                }
                (Quote::Outside, space) if space.is_whitespace() => self.end_word(),
                (_, other) => self.word.push(other),
            }
        }
    }

    fn end_word(&mut self) {
        let word = std::mem::take(&mut self.word);
        let assigns = self.words.is_empty() && word.contains('=');
        if !word.is_empty() && !assigns {
            self.words.push(word);
        }
    }
}

// Argument vectors

pub(super) fn argv(value: &Value, found: &mut Found) {
    if !is_vector(value) {
        program_text(value, found);
        return;
    }
    let first = value.child(Key::Index(0));
    match first {
        Some(first) => program(first, found),
        None => vector_from_outside(value, found),
    }
    let Some(first) = first else { return };
    let names = program_names(first);
    if names.is_empty() {
        elements(ANY_PROGRAM, value, found);
    }
    for name in names {
        elements(&name, value, found);
    }
}

/// One text: the name of the program, and on POSIX nothing else. Windows and some libraries take
/// it apart into words.
fn program_text(value: &Value, found: &mut Found) {
    unexplained(value, Weakness::Program, program_is_safe, found);
    for pieces in templates(value) {
        if let Some(Piece::Hole(hole, _) | Piece::Join(hole, _)) = pieces.first() {
            program(hole, found);
        }
        let mut line = CommandLine::default();
        for piece in pieces.iter() {
            match piece {
                Piece::Literal(text) => line.read(text),
                Piece::Hole(_, HoleFormat::Number) => line.read("0"),
                Piece::Hole(hole, _) | Piece::Join(hole, _) => {
                    for mark in hole.collapse(Labels::ALL) {
                        word_without_shell(less_sure(mark), &line, found);
                    }
                    line.read(UNKNOWN_WORD);
                }
            }
        }
    }
}

/// A hole in a text of words: what is not quoted may hold several of them.
fn word_without_shell(mark: Mark, line: &CommandLine, found: &mut Found) {
    let Some((name, arguments)) = line.words.split_first() else {
        return;
    };
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let may_begin_word = line.quote == Quote::Outside
        && (line.word.is_empty() || !mark.labels.has_any(Labels::SHELL_QUOTED));
    let weakness = match programs::reads(name, &arguments) {
        Reads::ShellText | Reads::ShellWord if !shell_unquoted_is_safe(mark.labels) => {
            Weakness::Injection
        }
        Reads::Code | Reads::Setting if !constant_like(mark.labels) => Weakness::Injection,
        Reads::Program | Reads::Script if may_begin_word && !program_is_safe(mark.labels) => {
            Weakness::Program
        }
        Reads::Options if may_begin_word && can_be_option(mark.labels) => Weakness::Option,
        Reads::ShellText
        | Reads::ShellWord
        | Reads::Code
        | Reads::Setting
        | Reads::Program
        | Reads::Script
        | Reads::Options
        | Reads::Operands => return,
    };
    found.add(mark, weakness);
}

/// A vector of which no element is known: `x.split()`, `form.getlist("x")`. Elements may have
/// been put in front of a constant, so it is less sure.
fn vector_from_outside(value: &Value, found: &mut Found) {
    for mark in value.marks() {
        if !program_is_safe(mark.labels) {
            found.add(*mark, Weakness::Program);
        }
    }
    let Some(any) = value.child(Key::Any) else {
        return;
    };
    for mark in any.collapse(Labels::ALL) {
        if !program_is_safe(mark.labels) {
            found.add(less_sure(mark), Weakness::Program);
        }
    }
}

/// The names that a constant program may have: also the last part of a path that is not known.
fn program_names(first: &Value) -> Vec<String> {
    let mut names = Vec::new();
    for alternative in first.text().alternatives() {
        match alternative {
            Alternative::Constant(Atom::Str(name), _) => names.push(name.to_string()),
            Alternative::Constant(..) => {}
            Alternative::Template(pieces) => {
                if let Some(Piece::Literal(end)) = pieces.last()
                    && end.contains(['/', '\\'])
                {
                    names.push(end.to_string());
                }
            }
        }
    }
    names
}

/// The elements after the program.
fn elements(name: &str, vector: &Value, found: &mut Found) {
    let mut before: Vec<String> = Vec::new();
    for element in elements_in_order(vector) {
        let words: Vec<&str> = before.iter().map(String::as_str).collect();
        let mut own = Found::default();
        element_of(name, &words, element, &mut own);
        for danger in own.0 {
            let mark = if name == ANY_PROGRAM {
                less_sure(danger.mark)
            } else {
                danger.mark
            };
            found.add(mark, danger.weakness);
        }
        before.push(
            element
                .string()
                .map_or_else(|| UNKNOWN_WORD.to_owned(), ToString::to_string),
        );
    }
}

/// The elements behind the first; those of a list within the list where they stand.
fn elements_in_order(vector: &Value) -> Vec<&Value> {
    let mut elements = Vec::new();
    let mut index = 1;
    while let Some(element) = vector.child(Key::Index(index)) {
        if is_vector(element) {
            elements.extend(element.children().iter().map(|(_, child)| child));
        } else {
            elements.push(element);
        }
        index += 1;
    }
    elements.extend(vector.child(Key::Any));
    elements
}

fn element_of(name: &str, before: &[&str], element: &Value, found: &mut Found) {
    match programs::reads(name, before) {
        Reads::ShellText | Reads::ShellWord => shell(element, found),
        Reads::Code => whole(element, Weakness::Injection, constant_like, found),
        Reads::Program => program(element, found),
        Reads::Script => leading(element, Weakness::Program, found),
        Reads::Setting => leading(element, Weakness::Injection, found),
        Reads::Options => leading(element, Weakness::Option, found),
        Reads::Operands => {}
    }
    attached(name, before, element, found);
    for mark in element.collapse(Labels::ALL) {
        // It was checked as a path, so it is one.
        let checked = mark.labels.common(CHECKED_PATH) == CHECKED_PATH;
        if checked && !mark.labels.has_any(Labels::PATH_CONTAINED) {
            found.add(mark, Weakness::PrefixOnly);
        }
    }
}

/// A normalised path with a prefix check that lacks the separator.
const CHECKED_PATH: Labels = Labels(Labels::PATH_PREFIX_ONLY.0 | Labels::PATH_NORMALISED.0);

/// The marks that stand at the beginning of a text.
fn leading(value: &Value, weakness: Weakness, found: &mut Found) {
    let mut marks = marks_outside_text(value);
    for pieces in templates(value) {
        if let Some(Piece::Hole(hole, format)) = pieces.first()
            && *format != HoleFormat::Number
        {
            marks.extend(hole.collapse(Labels::ALL));
        }
    }
    for mark in marks {
        if can_be_option(mark.labels) {
            found.add(mark, weakness);
        }
    }
}

/// `"-" + x`, `f"--exec={x}"`: the value goes on with an option that a constant began.
fn attached(name: &str, before: &[&str], element: &Value, found: &mut Found) {
    for pieces in templates(element) {
        let [Piece::Literal(start), rest, ..] = &**pieces else {
            continue;
        };
        let Some(hole) = rest.value().filter(|_| start.starts_with('-')) else {
            continue;
        };
        match programs::reads_attached(name, before, start) {
            Reads::Options => whole(hole, Weakness::Option, constant_like, found),
            Reads::Code | Reads::Setting | Reads::Program | Reads::Script => {
                whole(hole, Weakness::Injection, constant_like, found);
            }
            Reads::ShellText | Reads::ShellWord => shell(hole, found),
            Reads::Operands => {}
        }
    }
}

fn is_vector(value: &Value) -> bool {
    *value.text() == Text::Nothing
        && value
            .children()
            .iter()
            .any(|(key, _)| matches!(key, Key::Index(_) | Key::Any))
}

fn less_sure(mark: Mark) -> Mark {
    Mark {
        confidence: mark.confidence.max(RowConfidence::Medium),
        ..mark
    }
}

fn shell_unquoted_is_safe(labels: Labels) -> bool {
    labels.has_any(
        CONSTANT_LIKE
            .with(Labels::WORD)
            .with(Labels::SHELL_INERT)
            .with(Labels::SHELL_QUOTED),
    )
}

/// A path that was resolved begins with a separator, a quoted word with anything.
fn can_be_option(labels: Labels) -> bool {
    !labels.has_any(
        CONSTANT_LIKE
            .with(Labels::WORD)
            .with(Labels::NO_LEADING_DASH)
            .with(Labels::PATH_NORMALISED)
            .with(Labels::PATH_CONTAINED),
    )
}

fn constant_like(labels: Labels) -> bool {
    labels.has_any(CONSTANT_LIKE)
}

fn program_is_safe(labels: Labels) -> bool {
    labels.has_any(CONSTANT_LIKE)
}

#[cfg(test)]
mod tests {
    use super::{CommandLine, Quote};

    fn after(text: &str) -> CommandLine {
        let mut line = CommandLine::default();
        line.read(text);
        line
    }

    #[test]
    fn quotes_of_commands() {
        assert_eq!(after("echo \"it's ").quote, Quote::Double);
        assert_eq!(after("echo \\' ").quote, Quote::Outside);
        assert_eq!(after("echo '\\").quote, Quote::Single);
    }

    #[test]
    fn the_last_command_counts() {
        assert_eq!(after("cd 'a b' && git log -n ").words, ["git", "log", "-n"]);
        assert_eq!(after("LANG=C git log").words, ["git"]);
        assert_eq!(after("LANG=C git log").word, "log");
        assert!(after("ls; ").words.is_empty());
        assert_eq!(after("echo 'a;b' ").words, ["echo", "a;b"]);
    }
}
