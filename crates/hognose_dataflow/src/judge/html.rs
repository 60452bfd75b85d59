//! What does harm in a page.
//!
//! ```python
//! "<p>" + x                      # anything but escaped text
//! f"<a href={x}>"                # escaped text ends an attribute without quotes all the same
//! f"<script>v = '{escape(x)}'"   # in a script, entities are no protection
//! ```
//! The literal text before a hole says where in the page it stands.

use hognose_python::ir::HoleFormat;

use super::{CONSTANT_LIKE, Found, templates, unexplained};
use crate::flow::Weakness;
use crate::models::rows::Labels;
use crate::value::{Piece, Value};

pub(super) fn page(value: &Value, found: &mut Found) {
    unexplained(value, Weakness::Injection, text_is_safe, found);
    for pieces in templates(value) {
        let mut place = HtmlPlace::default();
        for piece in pieces.iter() {
            match piece {
                Piece::Literal(text) => place.read(text),
                Piece::Hole(_, HoleFormat::Number) => place.read("0"),
                Piece::Hole(hole, _) | Piece::Join(hole, _) => {
                    let safe = place.safe();
                    for mark in hole.collapse(Labels::ALL) {
                        if !safe(mark.labels) {
                            found.add(mark, Weakness::Injection);
                        }
                    }
                    place.read("0");
                }
            }
        }
    }
}

/// Where in a page a text ends.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum HtmlPlace {
    #[default]
    Text,
    /// Behind `<`, with the name so far.
    Tag(String),
    /// Inside a tag, with its name and that of the attribute so far.
    Attributes(String, String),
    /// Inside the value of an attribute; the quote is `None` where there is none.
    Attribute {
        tag: String,
        name: String,
        quote: Option<char>,
        /// Whether anything stands in the value already.
        begun: bool,
    },
    /// Inside `<script>` or `<style>`, with the text since the last `<`.
    Raw(String, String),
    Comment(String),
}

impl HtmlPlace {
    /// Reads on.
    pub fn read(&mut self, text: &str) {
        for character in text.chars() {
            let place = std::mem::take(self);
            *self = place.next(character);
        }
    }

    fn next(self, character: char) -> Self {
        match self {
            Self::Text if character == '<' => Self::Tag(String::new()),
            Self::Text => Self::Text,
            Self::Tag(mut name) => match character {
                '>' => opened(&name),
                _ if character.is_whitespace() => {
                    if name.is_empty() {
                        Self::Text
                    } else {
                        Self::Attributes(name, String::new())
                    }
                }
                _ => {
                    name.push(character.to_ascii_lowercase());
                    if name == "!--" {
                        Self::Comment(String::new())
                    } else {
                        Self::Tag(name)
                    }
                }
            },
            Self::Attributes(tag, mut name) => match character {
                '>' => opened(&tag),
                '=' => Self::Attribute {
                    tag,
                    name,
                    quote: None,
                    begun: false,
                },
                '/' => Self::Attributes(tag, String::new()),
                _ if character.is_whitespace() => Self::Attributes(tag, String::new()),
                _ => {
                    name.push(character.to_ascii_lowercase());
                    Self::Attributes(tag, name)
                }
            },
            Self::Attribute {
                tag,
                name,
                quote,
                begun,
            } => attribute(tag, name, quote, begun, character),
            Self::Raw(tag, mut since) => {
                if character == '<' {
                    since.clear();
                }
                since.push(character.to_ascii_lowercase());
                if since.starts_with("</") && since[2..].starts_with(&*tag) && character == '>' {
                    Self::Text
                } else {
                    since.truncate(32);
                    Self::Raw(tag, since)
                }
            }
            Self::Comment(mut since) => {
                since.push(character);
                if since.ends_with("-->") {
                    Self::Text
                } else {
                    Self::Comment(since)
                }
            }
        }
    }

    /// What makes a value safe here.
    fn safe(&self) -> fn(Labels) -> bool {
        if self.takes_escaped() {
            text_is_safe
        } else if self.takes_address() {
            address_is_safe
        } else {
            name_is_safe
        }
    }

    /// Whether escaping is enough here.
    pub fn takes_escaped(&self) -> bool {
        match self {
            Self::Text | Self::Comment(_) => true,
            Self::Attribute {
                name, quote, begun, ..
            } => {
                let runs = name.starts_with("on") || name == "style" || name == "srcdoc";
                quote.is_some() && !runs && (*begun || !is_address(name))
            }
            Self::Tag(_) | Self::Attributes(..) | Self::Raw(..) => false,
        }
    }

    /// Whether a hole here is a whole address, such as `javascript:…`.
    pub fn takes_address(&self) -> bool {
        matches!(self, Self::Attribute { name, quote: Some(_), begun: false, .. } if is_address(name))
    }
}

fn is_address(attribute: &str) -> bool {
    matches!(
        attribute,
        "href" | "src" | "action" | "formaction" | "data" | "xlink:href"
    )
}

/// Behind the `>` of a tag.
fn opened(tag: &str) -> HtmlPlace {
    match tag.trim_end_matches('/') {
        "script" | "style" => HtmlPlace::Raw(tag.to_owned(), String::new()),
        _ => HtmlPlace::Text,
    }
}

fn attribute(
    tag: String,
    name: String,
    quote: Option<char>,
    begun: bool,
    character: char,
) -> HtmlPlace {
    match (quote, character) {
        (None, '\'' | '"') if !begun => HtmlPlace::Attribute {
            tag,
            name,
            quote: Some(character),
            begun,
        },
        (None, '>') => opened(&tag),
        (None, _) if character.is_whitespace() => {
            if begun {
                HtmlPlace::Attributes(tag, String::new())
            } else {
                HtmlPlace::Attribute {
                    tag,
                    name,
                    quote,
                    begun,
                }
            }
        }
        (Some(open), _) if character == open => HtmlPlace::Attributes(tag, String::new()),
        _ => HtmlPlace::Attribute {
            tag,
            name,
            quote,
            begun: true,
        },
    }
}

fn text_is_safe(labels: Labels) -> bool {
    labels.has_any(
        CONSTANT_LIKE
            .with(Labels::WORD)
            .with(Labels::HTML_ESCAPED)
            .with(Labels::URL_ENCODED)
            .with(Labels::SQL_INERT),
    )
}

fn address_is_safe(labels: Labels) -> bool {
    let fixed = CONSTANT_LIKE
        .with(Labels::WORD)
        .with(Labels::URL_ENCODED)
        .with(Labels::SQL_INERT);
    let checked = Labels::HOST_FIXED
        .with(Labels::OWN_HOST)
        .with(Labels::ROOTED);
    labels.has_any(fixed) || (labels.has_any(Labels::HTML_ESCAPED) && labels.has_any(checked))
}

/// In a script, in a tag, in an attribute without quotes.
fn name_is_safe(labels: Labels) -> bool {
    labels.has_any(
        CONSTANT_LIKE
            .with(Labels::WORD)
            .with(Labels::URL_ENCODED)
            .with(Labels::SQL_INERT),
    )
}

#[cfg(test)]
mod tests {
    use super::HtmlPlace;

    fn place(text: &str) -> HtmlPlace {
        let mut place = HtmlPlace::default();
        place.read(text);
        place
    }

    #[test]
    fn where_escaping_is_enough() {
        for text in [
            "",
            "<p>",
            "<a href=\"/x?",
            "<input value='",
            "<b>1 < 2 ",
            "<script>var a;</script> ",
            "<!-- ",
            "<br/>",
        ] {
            assert!(place(text).takes_escaped(), "{text}");
        }
    }

    #[test]
    fn where_it_is_not() {
        for text in [
            "<script>var a = '",
            "<style>",
            "<a href=",
            "<a href=\"",
            "<a onclick=\"",
            "<p ",
            "<",
            "<input value=a",
        ] {
            assert!(!place(text).takes_escaped(), "{text}");
        }
    }
}
