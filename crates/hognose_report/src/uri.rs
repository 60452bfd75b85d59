//! A reported path as the URI of a SARIF artifact.

use std::fmt::Write as _;

/// Where a reported path is anchored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Uri {
    /// Relative to the directory in which Hognose was run.
    Relative(String),
    /// A complete `file:` URI.
    Absolute(String),
}

impl Uri {
    /// `path` uses `/`; `/x` and `C:/x` are absolute.
    pub fn from_path(path: &str) -> Self {
        let is_drive =
            matches!(path.as_bytes(), [letter, b':', b'/', ..] if letter.is_ascii_alphabetic());
        if is_drive {
            let (drive, rest) = path.split_at(2);
            Self::Absolute(format!("file:///{drive}{}", encode(rest)))
        } else if path.starts_with('/') {
            Self::Absolute(format!("file://{}", encode(path)))
        } else {
            Self::Relative(encode(path))
        }
    }
}

/// Percent-encodes everything but `/` and the characters RFC 3986 calls unreserved. A colon is
/// encoded too, because it would make the first segment look like a scheme.
fn encode(path: &str) -> String {
    let mut encoded = String::with_capacity(path.len());
    for byte in path.bytes() {
        if byte.is_ascii_alphanumeric() || b"/-._~".contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            write!(encoded, "%{byte:02X}").expect("writing to a String cannot fail");
        }
    }
    encoded
}

#[cfg(test)]
mod tests {
    use super::Uri;

    #[test]
    fn relative_paths_are_encoded() {
        let uri = Uri::from_path("my app/größe#1%.py");
        assert_eq!(
            uri,
            Uri::Relative("my%20app/gr%C3%B6%C3%9Fe%231%25.py".to_owned())
        );
        assert_eq!(
            Uri::from_path("a:b.py"),
            Uri::Relative("a%3Ab.py".to_owned())
        );
    }

    #[test]
    fn absolute_paths_become_file_uris() {
        assert_eq!(
            Uri::from_path("/srv/app.py"),
            Uri::Absolute("file:///srv/app.py".to_owned())
        );
        assert_eq!(
            Uri::from_path("C:/app.py"),
            Uri::Absolute("file:///C:/app.py".to_owned())
        );
    }
}
