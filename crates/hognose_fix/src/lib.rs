//! Repairs: for a finding, the edits that take it away.
//!
//! ```python
//! cur.execute(f"SELECT * FROM t WHERE a = '{a}'")      # before
//! cur.execute("SELECT * FROM t WHERE a = ?", (a,))     # proposed; `?` because it is this driver
//! ```
//! What is proposed here is not yet offered: the facade applies it to the text, analyses the
//! program again, and keeps what took its finding away and brought none. So a proposal may be
//! bold, but not wrong in a way an analysis cannot see: it keeps what honest input gets.
//!
//! Edits are made on the syntax tree of the one file, and touch no more text than they must.
//! Which function stands in for which, how a framework refuses a request, how a driver marks
//! parameters are rows in `models/fixes`.

mod calls;
mod command;
mod facts;
mod imports;
mod literal;
mod module;
mod path;
mod plan;
mod refusal;
mod rows;
mod secret;
mod shell_words;
mod sql;
mod template;
mod text_type;

use hognose_finding::{Finding, Fix, SourceText};
use hognose_python::Syntax;

pub use facts::{Facts, Project};
pub use rows::{Rows, RowsError};

use imports::Imports;
use module::Module;

/// What a repair may look at.
pub(crate) struct Look<'a> {
    pub module: Module<'a>,
    pub imports: Imports<'a>,
    pub facts: &'a Facts,
    pub rows: &'a Rows,
    pub project: &'a Project,
}

/// A finding for which nothing can be proposed, and why: one clause.
pub type Refusal = &'static str;

/// The fixes to try for each of `findings`, the best first; all lie in the file of `syntax`. In
/// their order.
pub fn propose(
    syntax: Syntax<'_>,
    findings: &[&Finding],
    facts: &Facts,
    project: &Project,
) -> Vec<Result<Vec<Fix>, Refusal>> {
    let look = Look {
        module: Module::new(syntax),
        imports: Imports::new(syntax),
        facts,
        rows: Rows::embedded(),
        project,
    };
    let mut fixes: Vec<_> = findings
        .iter()
        .map(|finding| repair(&look, finding))
        .collect();
    secret::keep_apart(&look, findings, &mut fixes);
    fixes
}

/// The repairs for the finding's rule.
fn repair(look: &Look<'_>, finding: &Finding) -> Result<Vec<Fix>, Refusal> {
    if let Some(fixes) = calls::repair(look, finding) {
        return fixes;
    }
    match finding.rule.id {
        "sql-injection" => sql::repair(look, finding).map(|fix| vec![fix]),
        "command-injection" | "argument-injection" => command::repair(look, finding),
        "path-traversal" => path::repair(look, finding),
        "partial-path-check" => path::complete_check(look, finding),
        "hardcoded-secret" | "secret-default-fallback" | "weak-secret-key" => {
            secret::repair(look, finding)
        }
        _ => Err("no repair is known for this rule"),
    }
}

/// Whether the text of a file can be given back as bytes without a change beside the edits.
pub fn is_faithful(source: &SourceText, bytes: &[u8]) -> bool {
    const MARK: &[u8] = b"\xef\xbb\xbf";
    let bytes = bytes.strip_prefix(MARK).unwrap_or(bytes);
    source.cells().is_empty() && bytes == source.text.as_bytes()
}
