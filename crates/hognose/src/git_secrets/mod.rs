//! Secrets in what git holds: what is staged, what a push brings, and the whole history.
//!
//! ```text
//! run       arguments → repository → report → exit code
//! staged    index → report
//! history   references → commits → versions → scan → report
//! scan      versions → those with new lines that could hold a credential → credentials (file)
//! presence  values → all versions that hold them → first and last commit (report)
//! ```

mod env_files;
mod file;
mod gaps;
mod history;
mod known;
mod prefilter;
mod presence;
mod report;
mod run;
mod scan;
mod staged;
mod tracked;
mod windows;

use std::collections::BTreeMap;

use hognose_finding::{Finding, History, SourceText};

pub use run::{Source, run};
pub use tracked::add_tracked_env_files;

/// What is added to a report.
#[derive(Debug, Default)]
struct Additions {
    findings: Vec<Finding>,
    files: Vec<SourceText>,
    /// By fingerprint.
    histories: BTreeMap<String, History>,
}
