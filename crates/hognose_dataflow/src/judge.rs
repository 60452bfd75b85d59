//! Whether a value does harm at a sink, and which of its marks do.
//!
//! ```python
//! cur.execute(f"… WHERE a = '{x}'")      # sql: x stands inside quotes, unescaped
//! subprocess.run(["git", "log", x])      # argv: x may begin with a dash
//! open(os.path.join(BASE, x))            # path: x may climb out
//! ```
//! One function a kind of sink; each looks at the literal text around a hole before it judges the
//! labels of what stands in it.

use std::sync::Arc;

use hognose_python::ir::HoleFormat;

use crate::eval::marks_outside_text;
use crate::flow::Weakness;
use crate::models::rows::{Labels, SinkKind};
use crate::programs::{self, Reads};
use crate::value::{Alternative, Atom, Key, Mark, Piece, Site, Text, Value};

/// A mark that does harm.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Danger {
    pub mark: Mark,
    pub weakness: Weakness,
}

/// A constant that is used as a credential.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConstantCredential {
    pub site: Site,
    pub text: Arc<str>,
}

/// The labels that make any text harmless.
const CONSTANT_LIKE: Labels = Labels(Labels::LITERAL.0 | Labels::NUMBER.0);

/// The marks of `value` that do harm at a sink of `kind`.
pub fn dangers(kind: SinkKind, value: &Value) -> Vec<Danger> {
    let mut found = Found::default();
    match kind {
        SinkKind::Sql => sql(value, &mut found),
        SinkKind::Shell => shell(value, &mut found),
        SinkKind::Argv => argv(value, &mut found),
        SinkKind::Program => whole(value, Weakness::Program, program_is_safe, &mut found),
        SinkKind::Path => path(value, &mut found),
        SinkKind::ArchiveExtract => whole(value, Weakness::Archive, archive_is_safe, &mut found),
        SinkKind::Credential
        | SinkKind::Code
        | SinkKind::Template
        | SinkKind::Url
        | SinkKind::Html
        | SinkKind::Redirect
        | SinkKind::Deserialize
        | SinkKind::Xml
        | SinkKind::Xpath
        | SinkKind::Ldap
        | SinkKind::Nosql
        | SinkKind::Log
        | SinkKind::Header
        | SinkKind::Cookie
        | SinkKind::Regex => {}
    }
    found.0
}

/// The constants that arrive at a credential sink.
pub fn constants(value: &Value) -> Vec<ConstantCredential> {
    let mut found = Vec::new();
    for alternative in value.text().alternatives() {
        match alternative {
            Alternative::Constant(Atom::Str(text), Some(site)) => found.push(ConstantCredential {
                site: *site,
                text: Arc::clone(text),
            }),
            Alternative::Constant(Atom::Bytes(bytes), Some(site)) => {
                if let Ok(text) = std::str::from_utf8(bytes) {
                    found.push(ConstantCredential {
                        site: *site,
                        text: Arc::from(text),
                    });
                }
            }
            Alternative::Constant(..) | Alternative::Template(_) => {}
        }
    }
    found
}

/// Whether the value still depends on a caller at such a sink.
pub fn awaits_caller(kind: SinkKind, value: &Value) -> bool {
    match kind {
        SinkKind::Credential => value
            .marks()
            .iter()
            .any(|mark| !mark.origin.is_source() && mark.relation == crate::value::Relation::Same),
        _ => dangers(kind, value)
            .iter()
            .any(|danger| !danger.mark.origin.is_source()),
    }
}

#[derive(Default)]
struct Found(Vec<Danger>);

impl Found {
    fn add(&mut self, mark: Mark, weakness: Weakness) {
        let known = self
            .0
            .iter_mut()
            .find(|known| known.mark.origin == mark.origin && known.weakness == weakness);
        match known {
            Some(known) => known.mark.confidence = known.mark.confidence.min(mark.confidence),
            None => self.0.push(Danger { mark, weakness }),
        }
    }
}

/// Every mark of the value that `safe` does not cover.
fn whole(value: &Value, weakness: Weakness, safe: fn(Labels) -> bool, found: &mut Found) {
    for mark in value.collapse(Labels::ALL) {
        if !safe(mark.labels) {
            found.add(mark, weakness);
        }
    }
}

/// Marks of the node itself that no template explains.
fn unexplained(value: &Value, weakness: Weakness, safe: fn(Labels) -> bool, found: &mut Found) {
    for mark in marks_outside_text(value) {
        if !safe(mark.labels) {
            found.add(mark, weakness);
        }
    }
}

fn templates(value: &Value) -> impl Iterator<Item = &Arc<[Piece]>> {
    value
        .text()
        .alternatives()
        .iter()
        .filter_map(|alternative| match alternative {
            Alternative::Template(pieces) => Some(pieces),
            Alternative::Constant(..) => None,
        })
}

// SQL

/// Where in a statement a hole stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Quote {
    Outside,
    Single,
    Double,
    Backtick,
}

fn sql(value: &Value, found: &mut Found) {
    unexplained(value, Weakness::Injection, sql_outside_is_safe, found);
    for pieces in templates(value) {
        let mut quote = Quote::Outside;
        for piece in pieces.iter() {
            match piece {
                Piece::Literal(text) => quote = sql_quote(quote, text),
                Piece::Hole(_, HoleFormat::Number) => {}
                Piece::Hole(hole, _) | Piece::Join(hole, _) => {
                    let safe = match quote {
                        Quote::Single => sql_single_is_safe,
                        Quote::Double | Quote::Backtick => sql_identifier_is_safe,
                        Quote::Outside => sql_outside_is_safe,
                    };
                    sql_hole(hole, safe, found);
                }
            }
        }
    }
}

fn sql_hole(hole: &Value, safe: fn(Labels) -> bool, found: &mut Found) {
    for mark in hole.collapse(Labels::ALL) {
        if !safe(mark.labels) {
            found.add(mark, Weakness::Injection);
        }
    }
}

/// The quote that is open after `text`. A doubled quote closes and opens again.
fn sql_quote(start: Quote, text: &str) -> Quote {
    let mut quote = start;
    let mut characters = text.chars();
    while let Some(character) = characters.next() {
        quote = match (quote, character) {
            (Quote::Outside, '\'') => Quote::Single,
            (Quote::Outside, '"') => Quote::Double,
            (Quote::Outside, '`') => Quote::Backtick,
            (Quote::Single, '\'') | (Quote::Double, '"') | (Quote::Backtick, '`') => Quote::Outside,
            (Quote::Single | Quote::Double, '\\') => {
                characters.next();
                quote
            }
            _ => quote,
        };
    }
    quote
}

fn sql_outside_is_safe(labels: Labels) -> bool {
    labels.has_any(
        CONSTANT_LIKE
            .with(Labels::SQL_INERT)
            .with(Labels::WORD)
            .with(Labels::SQL_IDENTIFIER),
    )
}

fn sql_single_is_safe(labels: Labels) -> bool {
    labels.has_any(
        CONSTANT_LIKE
            .with(Labels::SQL_INERT)
            .with(Labels::WORD)
            .with(Labels::SQL_QUOTED),
    )
}

fn sql_identifier_is_safe(labels: Labels) -> bool {
    labels.has_any(
        CONSTANT_LIKE
            .with(Labels::SQL_INERT)
            .with(Labels::WORD)
            .with(Labels::SQL_QUOTED)
            .with(Labels::SQL_IDENTIFIER),
    )
}

// Shell

fn shell(value: &Value, found: &mut Found) {
    if is_vector(value) {
        // A list with a shell: only its first element is the command.
        for (key, child) in value.children() {
            if matches!(key, Key::Index(0) | Key::Any) {
                shell(child, found);
            }
        }
        unexplained(value, Weakness::Injection, shell_unquoted_is_safe, found);
        return;
    }
    unexplained(value, Weakness::Injection, shell_unquoted_is_safe, found);
    for pieces in templates(value) {
        let mut quote = Quote::Outside;
        let mut before = String::new();
        for piece in pieces.iter() {
            match piece {
                Piece::Literal(text) => {
                    quote = shell_quote(quote, text);
                    before.push_str(text);
                }
                Piece::Hole(_, HoleFormat::Number) => before.push('0'),
                Piece::Hole(hole, _) | Piece::Join(hole, _) => {
                    shell_hole(hole, quote, &before, found);
                    before.push('x');
                }
            }
        }
    }
}

fn shell_hole(hole: &Value, quote: Quote, before: &str, found: &mut Found) {
    let safe = match quote {
        Quote::Outside => shell_unquoted_is_safe,
        Quote::Single | Quote::Double | Quote::Backtick => shell_quoted_position_is_safe,
    };
    for mark in hole.collapse(Labels::ALL) {
        if !safe(mark.labels) {
            found.add(mark, Weakness::Injection);
        } else if quote == Quote::Outside && can_be_option(mark.labels) {
            option_in_command(before, mark, found);
        }
    }
}

/// An escaped word that a program of the command line reads as an option.
fn option_in_command(before: &str, mark: Mark, found: &mut Found) {
    let command = before
        .rsplit(['|', ';', '&', '\n', '(', '`'])
        .next()
        .unwrap_or(before);
    if !command.ends_with(char::is_whitespace) {
        return;
    }
    let words: Vec<&str> = command.split_whitespace().collect();
    let Some((program, arguments)) = words.split_first() else {
        return;
    };
    if programs::reads(program, arguments) == Reads::Options {
        found.add(mark, Weakness::Option);
    }
}

fn shell_quote(start: Quote, text: &str) -> Quote {
    let mut quote = start;
    let mut characters = text.chars();
    while let Some(character) = characters.next() {
        quote = match (quote, character) {
            (Quote::Outside | Quote::Double, '\\') => {
                characters.next();
                quote
            }
            (Quote::Outside, '\'') => Quote::Single,
            (Quote::Outside, '"') => Quote::Double,
            (Quote::Single, '\'') | (Quote::Double, '"') => Quote::Outside,
            _ => quote,
        };
    }
    quote
}

fn shell_unquoted_is_safe(labels: Labels) -> bool {
    labels.has_any(
        CONSTANT_LIKE
            .with(Labels::WORD)
            .with(Labels::SHELL_INERT)
            .with(Labels::SHELL_QUOTED),
    )
}

fn shell_quoted_position_is_safe(labels: Labels) -> bool {
    labels.has_any(CONSTANT_LIKE.with(Labels::WORD).with(Labels::SHELL_INERT))
}

fn can_be_option(labels: Labels) -> bool {
    !labels.has_any(
        CONSTANT_LIKE
            .with(Labels::WORD)
            .with(Labels::NO_LEADING_DASH),
    )
}

// Argument vectors

fn is_vector(value: &Value) -> bool {
    *value.text() == Text::Nothing
        && value
            .children()
            .iter()
            .any(|(key, _)| matches!(key, Key::Index(_) | Key::Any))
}

fn argv(value: &Value, found: &mut Found) {
    if !is_vector(value) {
        // One text: the name of the program, and on POSIX nothing else.
        unexplained(value, Weakness::Program, program_is_safe, found);
        for pieces in templates(value) {
            if let Some(Piece::Hole(hole, _) | Piece::Join(hole, _)) = pieces.first() {
                for mark in hole.collapse(Labels::ALL) {
                    if !program_is_safe(mark.labels) {
                        found.add(mark, Weakness::Program);
                    }
                }
            }
        }
        return;
    }
    // A vector that came as a whole.
    for mark in value.marks() {
        if !program_is_safe(mark.labels) && value.child(Key::Index(0)).is_none() {
            found.add(*mark, Weakness::Program);
        }
    }
    let first = value.child(Key::Index(0));
    if let Some(first) = first {
        whole(first, Weakness::Program, program_is_safe, found);
    }
    let Some(program) = first.and_then(Value::string) else {
        return;
    };
    vector_elements(program, value, found);
}

/// The elements after a constant program name.
fn vector_elements(program: &str, vector: &Value, found: &mut Found) {
    let mut before: Vec<String> = Vec::new();
    let mut elements: Vec<&Value> = Vec::new();
    let mut index = 1;
    while let Some(element) = vector.child(Key::Index(index)) {
        elements.push(element);
        index += 1;
    }
    if let Some(any) = vector.child(Key::Any) {
        elements.push(any);
    }
    for element in elements {
        let words: Vec<&str> = before.iter().map(String::as_str).collect();
        match programs::reads(program, &words) {
            Reads::ShellCode => shell(element, found),
            Reads::Code => whole(element, Weakness::Injection, constant_like, found),
            Reads::Options => {
                for mark in leading_marks(element) {
                    if can_be_option(mark.labels) {
                        found.add(mark, Weakness::Option);
                    }
                }
            }
            Reads::Operands => {}
        }
        before.push(
            element
                .string()
                .map_or_else(|| "\u{0}".to_owned(), ToString::to_string),
        );
    }
}

/// The marks that stand at the beginning of a text.
fn leading_marks(value: &Value) -> Vec<Mark> {
    let mut marks = marks_outside_text(value);
    for pieces in templates(value) {
        if let Some(Piece::Hole(hole, format)) = pieces.first()
            && *format != HoleFormat::Number
        {
            marks.extend(hole.collapse(Labels::ALL));
        }
    }
    marks
}

fn constant_like(labels: Labels) -> bool {
    labels.has_any(CONSTANT_LIKE)
}

fn program_is_safe(labels: Labels) -> bool {
    labels.has_any(Labels::LITERAL.with(Labels::NUMBER))
}

fn archive_is_safe(labels: Labels) -> bool {
    labels.has_any(
        CONSTANT_LIKE
            .with(Labels::PATH_SECURED)
            .with(Labels::PATH_CONTAINED),
    )
}

// Paths

fn path(value: &Value, found: &mut Found) {
    for mark in value.collapse(Labels::ALL) {
        if path_is_safe(mark.labels) {
            continue;
        }
        if mark.labels.has_any(Labels::PATH_PREFIX_ONLY) {
            found.add(mark, Weakness::PrefixOnly);
        } else {
            found.add(mark, Weakness::Injection);
        }
    }
}

fn path_is_safe(labels: Labels) -> bool {
    let contained = labels.has_any(Labels::PATH_CONTAINED);
    let inert = CONSTANT_LIKE
        .with(Labels::WORD)
        .with(Labels::NO_SEPARATOR)
        .with(Labels::PATH_SECURED);
    contained || labels.has_any(inert)
}

#[cfg(test)]
mod tests {
    use super::{Quote, shell_quote, sql_quote};

    #[test]
    fn quotes_of_statements() {
        assert_eq!(sql_quote(Quote::Outside, "a = '"), Quote::Single);
        assert_eq!(
            sql_quote(Quote::Outside, "a = 'it''s' AND b = "),
            Quote::Outside
        );
        assert_eq!(sql_quote(Quote::Single, "' AND c = \""), Quote::Double);
    }

    #[test]
    fn quotes_of_commands() {
        assert_eq!(shell_quote(Quote::Outside, "echo \"it's "), Quote::Double);
        assert_eq!(shell_quote(Quote::Outside, "echo \\' "), Quote::Outside);
        assert_eq!(shell_quote(Quote::Outside, "echo '\\"), Quote::Single);
    }
}
