//! URLs: what is asked for, and where a visitor is sent.
//!
//! ```python
//! requests.get(x)                               # anywhere
//! requests.get(f"https://api.example.com/{x}")  # one host, another page
//! redirect("/" + x)                             # x = "/evil.example"
//! ```
//! The text before a hole decides: whether it ends inside the host, behind it, or nowhere yet.

use hognose_python::ir::HoleFormat;

use super::{CONSTANT_LIKE, Found, templates, unexplained};
use crate::flow::Weakness;
use crate::models::rows::{Labels, RowConfidence};
use crate::value::{Alternative, Atom, Key, Mark, Piece, Text, Value};

/// How much of a URL a text says that the URL begins with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Prefix {
    /// The host is still open: nothing yet, `https://`, `https://api.`, `//`.
    Open,
    /// `/`, behind which a second slash makes a host of what follows.
    Root,
    /// The host is fixed, and what follows is in the path.
    Path,
    /// What follows is in the query or the fragment.
    Query,
}

/// What `text` fixes of a URL that begins with it.
pub fn prefix(text: &str) -> Prefix {
    let text = text.trim_start();
    let behind_scheme = text.find("://").map(|at| at + 3);
    let authority = match behind_scheme {
        Some(at) => Some(&text[at..]),
        None => text.strip_prefix("//"),
    };
    if let Some(authority) = authority {
        return match authority.find(['/', '?', '#']) {
            None | Some(0) => Prefix::Open,
            Some(at) => behind_host(&authority[at..]),
        };
    }
    if text == "/" {
        return Prefix::Root;
    }
    if text.starts_with(['/', '\\']) {
        return if text[1..].starts_with(['/', '\\']) {
            Prefix::Open
        } else {
            behind_host(text)
        };
    }
    match text.find(['/', '?', '#', ':']) {
        // A relative path, or a scheme without a host.
        Some(at) if !is_scheme_start(text) || !text[at..].starts_with(':') => behind_host(text),
        Some(_) => Prefix::Open,
        None if text.is_empty() || is_scheme_start(text) => Prefix::Open,
        None => Prefix::Path,
    }
}

fn behind_host(rest: &str) -> Prefix {
    if rest.contains(['?', '#']) {
        Prefix::Query
    } else {
        Prefix::Path
    }
}

/// `h`, `http`, `https:/`: the beginning of an address elsewhere.
fn is_scheme_start(text: &str) -> bool {
    let text = text.to_ascii_lowercase();
    ["http://", "https://", "ftp://", "javascript:", "data:"]
        .iter()
        .any(|scheme| scheme.starts_with(&*text))
}

/// Whether every text that begins with this value, which is no template of ours, has a fixed host.
pub fn fixes_host(value: &Value) -> bool {
    if *value.text() == Text::Nothing && !value.children().is_empty() {
        let mut elements = value.children().iter();
        return elements.all(|(key, child)| !matches!(key, Key::Any) && fixes_host(child));
    }
    let alternatives = value.text().alternatives();
    !alternatives.is_empty()
        && alternatives.iter().all(|alternative| match alternative {
            Alternative::Constant(Atom::Str(text), _) => prefix(text) >= Prefix::Path,
            Alternative::Constant(..) => false,
            Alternative::Template(pieces) => {
                let last = pieces.last();
                matches!(last, Some(Piece::Literal(text)) if text.ends_with('/'))
            }
        })
}

/// Where a request is sent.
pub(super) fn request(value: &Value, found: &mut Found) {
    unexplained(value, Weakness::Injection, any_host_is_safe, found);
    for pieces in templates(value) {
        let mut before = Before::default();
        for piece in pieces.iter() {
            match piece {
                Piece::Literal(text) => before.text(text),
                Piece::Hole(_, HoleFormat::Number) => before.text("0"),
                Piece::Hole(hole, _) | Piece::Join(hole, _) => {
                    for mark in hole.collapse(Labels::ALL) {
                        request_hole(mark, before.prefix(), found);
                    }
                    before.hole(hole);
                }
            }
        }
    }
}

fn request_hole(mark: Mark, prefix: Prefix, found: &mut Found) {
    let part = CONSTANT_LIKE
        .with(Labels::WORD)
        .with(Labels::URL_ENCODED)
        .with(Labels::SQL_INERT);
    let fixed = prefix >= Prefix::Root;
    if !fixed {
        if !any_host_is_safe(mark.labels) {
            found.add(mark, Weakness::Injection);
        }
        return;
    }
    let stays = part.with(Labels::HOST_FIXED).with(Labels::NO_SEPARATOR);
    if mark.labels.has_any(stays) {
        return;
    }
    let confidence = if prefix == Prefix::Query {
        RowConfidence::Low
    } else {
        mark.confidence
    };
    let mark = Mark {
        confidence: mark.confidence.max(confidence),
        ..mark
    };
    found.add(mark, Weakness::UrlPart);
}

fn any_host_is_safe(labels: Labels) -> bool {
    labels.has_any(
        CONSTANT_LIKE
            .with(Labels::WORD)
            .with(Labels::HOST_FIXED)
            .with(Labels::URL_ENCODED),
    )
}

/// Where a visitor is sent.
pub(super) fn redirect(value: &Value, found: &mut Found) {
    for mark in crate::eval::marks_outside_text(value) {
        redirect_hole(mark, Prefix::Open, found);
    }
    for pieces in templates(value) {
        let mut before = Before::default();
        for piece in pieces.iter() {
            match piece {
                Piece::Literal(text) => before.text(text),
                Piece::Hole(_, HoleFormat::Number) => before.text("0"),
                Piece::Hole(hole, _) | Piece::Join(hole, _) => {
                    for mark in hole.collapse(Labels::ALL) {
                        redirect_hole(mark, before.prefix(), found);
                    }
                    before.hole(hole);
                }
            }
        }
    }
}

fn redirect_hole(mark: Mark, prefix: Prefix, found: &mut Found) {
    let labels = mark.labels;
    let anywhere = CONSTANT_LIKE
        .with(Labels::WORD)
        .with(Labels::HOST_FIXED)
        .with(Labels::OWN_HOST)
        .with(Labels::URL_ENCODED);
    if labels.has_any(anywhere) {
        return;
    }
    let one_slash = labels.has_any(Labels::NO_DOUBLE_SLASH)
        && (labels.has_any(Labels::ROOTED) || prefix == Prefix::Root);
    match prefix {
        Prefix::Path | Prefix::Query => {}
        Prefix::Root
            if labels.has_any(Labels::NO_SEPARATOR)
                || labels.has_any(Labels::NO_LEADING_SEPARATOR) => {}
        // `/\evil.example` is what is left.
        Prefix::Root | Prefix::Open if one_slash => {
            if !labels.has_any(Labels::NO_BACKSLASH) {
                found.add(less_sure(mark, RowConfidence::Low), Weakness::Injection);
            }
        }
        Prefix::Root | Prefix::Open if labels.has_any(Labels::NO_HOST) => {
            if !labels.has_any(Labels::NO_BACKSLASH) {
                found.add(less_sure(mark, RowConfidence::Medium), Weakness::Injection);
            }
        }
        Prefix::Root | Prefix::Open => found.add(mark, Weakness::Injection),
    }
}

fn less_sure(mark: Mark, confidence: RowConfidence) -> Mark {
    Mark {
        confidence: mark.confidence.max(confidence),
        ..mark
    }
}

/// The text before a hole.
#[derive(Default)]
struct Before {
    text: String,
}

impl Before {
    fn text(&mut self, text: &str) {
        self.text.push_str(text);
    }

    /// What stands in a hole that is not the attacker's is a whole part: an address, a name.
    fn hole(&mut self, hole: &Value) {
        if self.text.is_empty() {
            // `BASE + path`: the program's own address.
            self.text.push_str("https://host");
            if hole.is_marked() {
                self.text.clear();
                self.text.push_str("https://host/");
            }
        } else {
            self.text.push('0');
        }
    }

    fn prefix(&self) -> Prefix {
        prefix(&self.text)
    }
}

#[cfg(test)]
mod tests {
    use super::{Prefix, prefix};

    #[test]
    fn what_a_prefix_fixes() {
        for (text, expected) in [
            ("", Prefix::Open),
            ("h", Prefix::Open),
            ("https:", Prefix::Open),
            ("https://", Prefix::Open),
            ("https://example.com", Prefix::Open),
            ("//", Prefix::Open),
            ("//cdn.example.com/", Prefix::Path),
            ("https://example.com/", Prefix::Path),
            ("https://example.com/a?b=", Prefix::Query),
            ("/", Prefix::Root),
            ("/\\", Prefix::Open),
            ("/a", Prefix::Path),
            ("?next=", Prefix::Query),
            ("page/", Prefix::Path),
            ("mailto:", Prefix::Path),
        ] {
            assert_eq!(prefix(text), expected, "{text}");
        }
    }
}
