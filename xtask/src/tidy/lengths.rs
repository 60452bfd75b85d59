//! Files of at most 1,000 lines and functions of at most 100.
//!
//! A table (a bracketed list over several lines) and a `match` count as nothing in the function
//! around them; a long arm of a `match` counts on its own, as if it were a function.

use crate::files::RepositoryFile;
use crate::rust_text::{Strings, code};
use crate::tidy::Problem;

const FILE_LINES_MAX: usize = 1000;
const FUNCTION_LINES_MAX: usize = 100;

pub fn check(files: &[RepositoryFile]) -> Vec<Problem> {
    let mut problems = Vec::new();
    for file in files.iter().filter(|file| file.is_rust()) {
        let count = file.text.lines().count();
        if count > FILE_LINES_MAX {
            let what = format!("{count} lines; a file has at most {FILE_LINES_MAX}");
            problems.push(Problem::new(&file.path, 0, what));
        }
        for unit in units(&code(&file.text, Strings::Blank)) {
            if unit.count > FUNCTION_LINES_MAX {
                let Unit { name, line, count } = unit;
                let what = format!("{name} has {count} lines; at most {FUNCTION_LINES_MAX}");
                problems.push(Problem::new(&file.path, line, what));
            }
        }
    }
    problems
}

/// A function, or an arm of a `match`.
#[derive(Debug, PartialEq, Eq)]
struct Unit {
    name: String,
    line: usize,
    /// Lines that hold code of its own.
    count: usize,
}

/// What an open bracket belongs to.
enum Open {
    /// The index of the unit, and whether the bracket closes it.
    Unit(usize),
    /// The body of a `match`, or a table: its lines count for nobody.
    Uncounted,
    /// Anything else counts for what is around it.
    Other,
}

fn units(code: &str) -> Vec<Unit> {
    let mut units: Vec<Unit> = Vec::new();
    let mut open: Vec<Open> = Vec::new();
    // What the next brace opens, and how many brackets were open when it was announced.
    let mut announced: Option<(Announced, usize)> = None;
    for (index, line) in code.lines().enumerate() {
        let owner = owner(&open);
        if let Some(unit) = owner
            && !line.trim().is_empty()
        {
            units[unit].count += 1;
        }
        let mut word = String::new();
        let mut characters = line.chars().peekable();
        let mut is_name = false;
        while let Some(character) = characters.next() {
            if character.is_alphanumeric() || character == '_' {
                word.push(character);
                continue;
            }
            match std::mem::take(&mut word).as_str() {
                "" => {}
                "fn" => is_name = true,
                "match" => announced = Some((Announced::Match, open.len())),
                name if is_name => {
                    announced = Some((Announced::Function(name.to_owned()), open.len()));
                    is_name = false;
                }
                _ => {}
            }
            match character {
                '=' if characters.peek() == Some(&'>') => {
                    announced = Some((Announced::Arm, open.len()));
                }
                ';' | ',' if announced.as_ref().is_some_and(|it| it.1 == open.len()) => {
                    announced = None;
                }
                '{' | '(' | '[' => {
                    let is_announced = announced.as_ref().is_some_and(|it| it.1 == open.len());
                    let taken = if character == '{' && is_announced {
                        announced.take().map(|it| it.0)
                    } else {
                        None
                    };
                    open.push(opened(taken, character, index + 1, &mut units));
                }
                '}' | ')' | ']' => {
                    open.pop();
                }
                _ => {}
            }
        }
    }
    units
}

enum Announced {
    Function(String),
    Match,
    Arm,
}

fn opened(announced: Option<Announced>, bracket: char, line: usize, units: &mut Vec<Unit>) -> Open {
    let name = match announced {
        Some(Announced::Function(name)) => format!("`{name}`"),
        Some(Announced::Arm) => "this arm".to_owned(),
        Some(Announced::Match) => return Open::Uncounted,
        None if bracket == '[' => return Open::Uncounted,
        None => return Open::Other,
    };
    units.push(Unit {
        name,
        line,
        count: 1,
    });
    Open::Unit(units.len() - 1)
}

/// The unit that a line belongs to, if it counts.
fn owner(open: &[Open]) -> Option<usize> {
    open.iter()
        .rev()
        .find_map(|bracket| match bracket {
            Open::Unit(unit) => Some(Some(*unit)),
            Open::Uncounted => Some(None),
            Open::Other => None,
        })
        .flatten()
}

#[cfg(test)]
mod tests {
    use super::units;

    fn counts(code: &str) -> Vec<(String, usize)> {
        let units = units(code).into_iter();
        units.map(|unit| (unit.name, unit.count)).collect()
    }

    #[test]
    fn lines_of_functions_are_counted() {
        let code = "fn a(x: [u8; 2]) -> u8 {\n    if x {\n\n        b();\n    }\n}\nfn c() {}\n";
        assert_eq!(counts(code), [("`a`".to_owned(), 5), ("`c`".to_owned(), 1)]);
    }

    #[test]
    fn tables_and_matches_do_not_count_but_long_arms_do() {
        let table = "fn a() {\n    let t = [\n        1,\n        2,\n    ];\n}\n";
        assert_eq!(counts(table), [("`a`".to_owned(), 3)]);
        let code = "fn a() {\n    match f(|x| { x }) {\n        1 => 2,\n        2 => {\n            b();\n            c();\n        }\n    }\n}\n";
        let expected = [("`a`".to_owned(), 3), ("this arm".to_owned(), 4)];
        assert_eq!(counts(code), expected);
    }

    #[test]
    fn a_declaration_without_a_body_announces_nothing() {
        assert_eq!(
            counts("trait T {\n    fn a(&self);\n}\nstruct S {\n    x: u8,\n}\n"),
            []
        );
    }
}
