//! Names and their values in files that are no Python: what kind a file is, and its settings.
//!
//! ```text
//! SMTP_PASSWORD=…                 .env, shell, Dockerfile, properties
//! password: …                     YAML
//! {"api_key": "…"}                JSON
//! machine h login u password …    .netrc
//! ```

mod kind;
mod settings;

pub use kind::FileKind;
pub use settings::{Quoting, Setting, Settings};
