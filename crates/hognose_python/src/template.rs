//! Format strings taken apart: `str.format` and the `%` operator.
//!
//! ```python
//! "SELECT {cols} FROM t WHERE id = {0:d}".format(key, cols=names)
//! "%s/%(name)s: %5.2f%%"
//! ```
//! Both parsers accept exactly what Python accepts as syntax and give up (`None`) on the rest, so
//! that a caller falls back to an opaque call. They know nothing of the arguments; bytes formats
//! and decimal digits outside ASCII are not handled.

mod brace;
mod percent;

use crate::ir::HoleFormat;

pub use brace::{parse_brace_format, specification_format};
pub use percent::parse_percent_format;

/// A piece of a format string, in the order of the text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FormatPiece {
    /// Text as it appears in the result: `{{` and `%%` are undone. Never empty, never two in a row.
    Literal(String),
    Field(FormatField),
}

/// A value that is formatted into the text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FormatField {
    pub which: FieldWhich,
    /// What is looked up in the argument: `{0.name[key]}`. Always empty for `%`.
    pub tail: Vec<FieldAccess>,
    pub format: HoleFormat,
    /// Fields of the format specification, `{:{width}}`, and the `*` of `%*d`: their values set
    /// width, fill and precision.
    pub nested: Vec<FormatField>,
}

/// The argument of a field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FieldWhich {
    /// A positional argument from 0. Fields without a number (`{}`, `%s`, `*`) are counted here
    /// already, in the order in which Python takes their arguments.
    Index(u32),
    /// A keyword argument of `format`, a key of the mapping right of `%`.
    Name(String),
}

/// One step of a field's tail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FieldAccess {
    /// `.name`
    Attribute(String),
    /// `[3]`
    Index(u32),
    /// `[key]`
    Key(String),
}

/// Pieces under construction; adjacent literals become one.
#[derive(Default)]
struct Pieces(Vec<FormatPiece>);

impl Pieces {
    fn literal(&mut self, text: &str) {
        if text.is_empty() {
            return;
        }
        match self.0.last_mut() {
            Some(FormatPiece::Literal(last)) => last.push_str(text),
            Some(FormatPiece::Field(_)) | None => {
                self.0.push(FormatPiece::Literal(text.to_owned()));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn literal(text: &str) -> FormatPiece {
        FormatPiece::Literal(text.to_owned())
    }

    fn field(which: FieldWhich, format: HoleFormat) -> FormatPiece {
        FormatPiece::Field(FormatField {
            which,
            tail: Vec::new(),
            format,
            nested: Vec::new(),
        })
    }

    fn index(index: u32) -> FieldWhich {
        FieldWhich::Index(index)
    }

    fn name(name: &str) -> FieldWhich {
        FieldWhich::Name(name.to_owned())
    }

    #[test]
    fn braces_split_text_and_fields() {
        let expected = vec![
            literal("SELECT {x} "),
            field(index(0), HoleFormat::Plain),
            literal("-"),
            field(index(1), HoleFormat::Plain),
            literal("}"),
        ];
        assert_eq!(parse_brace_format("SELECT {{x}} {}-{}}}"), Some(expected));
        assert_eq!(parse_brace_format(""), Some(Vec::new()));
    }

    #[test]
    fn brace_fields_name_arguments_and_what_is_looked_up_in_them() {
        let expected = vec![
            field(index(1), HoleFormat::Plain),
            FormatPiece::Field(FormatField {
                which: name("user"),
                tail: vec![
                    FieldAccess::Attribute("name".to_owned()),
                    FieldAccess::Index(0),
                    FieldAccess::Key("a:b!}".to_owned()),
                ],
                format: HoleFormat::Plain,
                nested: Vec::new(),
            }),
            field(index(0), HoleFormat::Plain),
        ];
        assert_eq!(
            parse_brace_format("{1}{user.name[0][a:b!}]}{0!s}"),
            Some(expected)
        );
    }

    #[test]
    fn fields_of_a_specification_take_their_arguments_after_the_field() {
        let pieces = parse_brace_format("{:{}.{p}f}{}").expect("valid format");
        let FormatPiece::Field(first) = &pieces[0] else {
            panic!("the first piece is a field");
        };
        assert_eq!(first.which, index(0));
        assert_eq!(first.format, HoleFormat::Number);
        let nested: Vec<&FieldWhich> = first.nested.iter().map(|field| &field.which).collect();
        assert_eq!(nested, [&index(1), &name("p")]);
        assert_eq!(pieces[1], field(index(2), HoleFormat::Plain));
    }

    #[test]
    fn brace_formats_that_python_refuses_are_none() {
        for text in [
            "{",
            "}",
            "{0",
            "{0!",
            "{0!r",
            "{0!rr}",
            "{0!x}",
            "{a{b}}",
            "{0}{}",
            "{}{0}",
            "{a.}",
            "{a[}",
            "{a[]}",
            "{a[0]b}",
            "{:{:{}}}",
            "{:{",
            "a}b",
            "{99999999999999999999}",
        ] {
            assert_eq!(parse_brace_format(text), None, "{text}");
        }
    }

    #[test]
    fn only_a_number_fits_some_specifications() {
        for (specification, format) in [
            ("", HoleFormat::Plain),
            ("s", HoleFormat::Plain),
            (">10", HoleFormat::Plain),
            ("010", HoleFormat::Plain),
            (".3", HoleFormat::Plain),
            ("c", HoleFormat::Plain),
            ("%Y-%m-%d", HoleFormat::Plain),
            ("d", HoleFormat::Number),
            ("05d", HoleFormat::Number),
            ("é>+#8_x", HoleFormat::Number),
            (".2f", HoleFormat::Number),
            ("{", HoleFormat::Plain),
            ("%", HoleFormat::Number),
            (",", HoleFormat::Number),
            ("=8", HoleFormat::Number),
            ("+", HoleFormat::Number),
        ] {
            assert_eq!(
                specification_format(specification),
                format,
                "{specification}"
            );
        }
        let pieces = parse_brace_format("{!r:>5}{!a}{!s:d}").expect("valid format");
        let formats = pieces.into_iter().map(|piece| match piece {
            FormatPiece::Field(field) => field.format,
            FormatPiece::Literal(text) => panic!("no literal is in the format: {text}"),
        });
        let expected = [HoleFormat::Repr, HoleFormat::Repr, HoleFormat::Number];
        assert_eq!(formats.collect::<Vec<_>>(), expected);
    }

    #[test]
    fn percent_splits_text_and_fields() {
        let expected = vec![
            literal("a "),
            field(index(0), HoleFormat::Plain),
            literal(" 100% "),
            field(index(1), HoleFormat::Number),
            field(index(2), HoleFormat::Repr),
            field(index(3), HoleFormat::Number),
        ];
        assert_eq!(
            parse_percent_format("a %s 100%% %-5.2f%r%ld"),
            Some(expected)
        );
    }

    #[test]
    fn percent_takes_keys_with_parentheses() {
        let expected = vec![
            field(name("a"), HoleFormat::Plain),
            field(name("b(c)"), HoleFormat::Number),
            field(name(""), HoleFormat::Repr),
        ];
        assert_eq!(parse_percent_format("%(a)s%(b(c))05d%()a"), Some(expected));
    }

    #[test]
    fn stars_take_arguments_before_the_value() {
        let pieces = parse_percent_format("%*.*f%s").expect("valid format");
        let FormatPiece::Field(first) = &pieces[0] else {
            panic!("the first piece is a field");
        };
        assert_eq!(first.which, index(2));
        let nested: Vec<&FieldWhich> = first.nested.iter().map(|field| &field.which).collect();
        assert_eq!(nested, [&index(0), &index(1)]);
        assert_eq!(pieces[1], field(index(3), HoleFormat::Plain));
    }

    #[test]
    fn percent_formats_that_python_refuses_are_none() {
        for text in [
            "%", "%5", "%(a", "%(a(b)", "%y", "%5%", "%(a)%", "%l", "%(a)*d", "%.", "%é", "%s%(a)s",
        ] {
            assert_eq!(parse_percent_format(text), None, "{text}");
        }
    }

    proptest! {
        #[test]
        fn parsing_never_panics(text in r"[{}%()\[\].:!*0-9a-zé]{0,40}") {
            for pieces in [parse_brace_format(&text), parse_percent_format(&text)].into_iter().flatten() {
                let adjacent = pieces.windows(2).any(|pair| {
                    matches!(pair, [FormatPiece::Literal(_), FormatPiece::Literal(_)])
                });
                prop_assert!(!adjacent, "two literals in a row: {pieces:?}");
                prop_assert!(!pieces.contains(&literal("")));
            }
        }

        #[test]
        fn escaped_text_comes_back(text in any::<String>()) {
            let expected = if text.is_empty() { Vec::new() } else { vec![literal(&text)] };
            let braces = text.replace('{', "{{").replace('}', "}}");
            prop_assert_eq!(parse_brace_format(&braces), Some(expected.clone()));
            prop_assert_eq!(parse_percent_format(&text.replace('%', "%%")), Some(expected));
        }
    }
}
