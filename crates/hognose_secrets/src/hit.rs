//! What the scanner says of one credential.
//!
//! ```text
//! token = ghp_…      Hit { format: "github-classic", provider: "GitHub", masked: "ghp_…t7", … }
//! ```
//! A hit never holds the value itself.

use hognose_finding::{Confidence, Severity};
use ruff_text_size::TextRange;

use crate::identity::Identity;

/// A credential at a place in a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hit {
    /// The id of the rule: `hardcoded-secret` or `private-key-in-repository`.
    pub rule: &'static str,
    /// The id of the known format, such as `github-classic`; empty where a name and its value tell.
    pub format: &'static str,
    /// Who issued it, such as `GitHub`; empty where the format does not say.
    pub provider: &'static str,
    /// Where the value stands in the text, without its quotes.
    pub range: TextRange,
    pub severity: Severity,
    pub confidence: Confidence,
    /// The first four and the last two characters.
    pub masked: String,
    /// Equal for equal values, under the key of the scanner.
    pub identity: Identity,
    /// What is here and why it matters. One or two sentences, without the value.
    pub message: String,
    /// What to do, in this order: revoke, replace, clean the history.
    pub advice: String,
}
