//! One value of a configuration file: taken with its place, or refused with what to write instead.

use std::fmt::Write as _;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// A place in a configuration file; both from 1, the column in characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Place {
    pub line: usize,
    pub column: usize,
}

impl Place {
    /// The place of byte `offset` of `text`.
    pub fn of(text: &str, offset: usize) -> Self {
        let before = text.get(..offset).unwrap_or(text);
        let line_start = before.rfind('\n').map_or(0, |index| index + 1);
        Self {
            line: before.matches('\n').count() + 1,
            column: before[line_start..].chars().count() + 1,
        }
    }
}

/// A string and where it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Placed {
    pub text: String,
    pub place: Place,
}

/// A mistake: the byte where it is, and a sentence.
pub type ValueError = (usize, String);

type Value<'text> = Spanned<DeValue<'text>>;

pub fn strings(key: &str, value: &Value<'_>, text: &str) -> Result<Vec<Placed>, ValueError> {
    let wrong = |value: &Value<'_>| {
        let what = named(value);
        let error = format!("`{key}` must be a list of strings, such as [\"…\"], not {what}");
        (value.span().start, error)
    };
    let list = value.get_ref().as_array().ok_or_else(|| wrong(value))?;
    list.iter()
        .map(|element| {
            let string = element.get_ref().as_str().ok_or_else(|| wrong(element))?;
            Ok(Placed {
                text: string.to_owned(),
                place: Place::of(text, element.span().start),
            })
        })
        .collect()
}

pub fn table<'a, 'text>(
    key: &str,
    value: &'a Value<'text>,
) -> Result<&'a DeTable<'text>, ValueError> {
    value.get_ref().as_table().ok_or_else(|| {
        let what = named(value);
        let error =
            format!("`{key}` must be a table, such as {{ \"tests/*\" = [\"…\"] }}, not {what}");
        (value.span().start, error)
    })
}

pub fn strings_by_key(
    key: &str,
    table: &DeTable<'_>,
    text: &str,
) -> Result<Vec<(Placed, Vec<Placed>)>, ValueError> {
    table
        .iter()
        .map(|(name, value)| {
            let placed = Placed {
                text: name.get_ref().to_string(),
                place: Place::of(text, name.span().start),
            };
            let inner = format!("{key}.\"{}\"", placed.text);
            Ok((placed, strings(&inner, value, text)?))
        })
        .collect()
}

pub fn choice<T>(
    key: &str,
    value: &Value<'_>,
    names: &[&str],
    from_name: impl Fn(&str) -> Option<T>,
) -> Result<T, ValueError> {
    let string = value.get_ref().as_str();
    if let Some(chosen) = string.and_then(from_name) {
        return Ok(chosen);
    }
    let list: Vec<String> = names.iter().map(|name| format!("\"{name}\"")).collect();
    let what = string.map_or_else(|| named(value), |string| format!("\"{string}\""));
    let mut error = format!("`{key}` must be one of {}, not {what}", list.join(", "));
    let nearest = string.and_then(|string| {
        names
            .iter()
            .map(|name| (strsim::damerau_levenshtein(string, name), name))
            .filter(|(distance, name)| *distance <= name.len() / 2)
            .min()
    });
    if let Some((_, name)) = nearest {
        write!(error, "; did you mean \"{name}\"?").expect("writing to a String cannot fail");
    }
    Err((value.span().start, error))
}

pub fn count(key: &str, value: &Value<'_>) -> Result<usize, ValueError> {
    let integer = value.get_ref().as_integer();
    let number = integer.and_then(|it| usize::from_str_radix(it.as_str(), it.radix()).ok());
    match number {
        Some(number) if number > 0 => Ok(number),
        Some(_) | None => {
            let what = integer.map_or_else(|| named(value), |it| it.as_str().to_owned());
            let error = format!("`{key}` must be a whole number from 1, not {what}");
            Err((value.span().start, error))
        }
    }
}

pub fn boolean(key: &str, value: &Value<'_>) -> Result<bool, ValueError> {
    value.get_ref().as_bool().ok_or_else(|| {
        let error = format!("`{key}` must be true or false, not {}", named(value));
        (value.span().start, error)
    })
}

/// The type of `value` with its article.
fn named(value: &Value<'_>) -> String {
    match value.get_ref() {
        DeValue::String(_) => "a string",
        DeValue::Integer(_) => "a number",
        DeValue::Float(_) => "a number with a fraction",
        DeValue::Boolean(_) => "true or false",
        DeValue::Datetime(_) => "a date",
        DeValue::Array(_) => "a list",
        DeValue::Table(_) => "a table",
    }
    .to_owned()
}
