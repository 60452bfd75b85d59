//! Credentials in any text: source, configuration, documents, history.
//!
//! ```text
//! ghp_…, AKIA…, -----BEGIN PRIVATE KEY-----     known formats (models/secrets/*.toml)
//! postgres://app:…@db/shop, Authorization: …    passwords in URLs and headers
//! SMTP_PASSWORD=…                               a name that says so, a value that can be one
//! ```
//! [`Scanner`] is built once and asked for any number of texts. It knows nothing of Python: what
//! the syntax tree and the data flow add is in `hognose_rules`, which judges names and values with
//! the same functions ([`names`], [`values`], [`texts`]).

mod allow;
mod boundary;
mod decode;
mod embedded;
mod files;
mod format;
mod hit;
mod identity;
mod judge;
mod letters;
mod matching;
mod named;
pub mod names;
pub mod place;
pub mod proof;
mod scanner;
pub mod texts;
pub mod values;

pub use allow::{Allow, AllowError};
pub use boundary::Boundary;
pub use files::FileKind;
pub use format::{Format, FormatError, Formats, Kind, Provider};
pub use hit::Hit;
pub use identity::{Identity, Key, masked};
pub use scanner::{Scanner, rules};
