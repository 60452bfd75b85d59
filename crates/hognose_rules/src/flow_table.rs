//! Which rule a flow is a finding of, and what that rule makes of its source: one row for each way
//! in which data does harm at a kind of sink.
//!
//! ```python
//! cur.execute("… " + x)              # (injection, sql): sql-injection
//! subprocess.run([x, "-l"])          # (program, any kind): command-injection
//! open(sys.argv[1])                  # (injection, path): its owner may do that, no finding
//! ```
//! A new kind of sink is a new row here. The first row that fits is taken.

use hognose_dataflow::models::rows::SinkKind;
use hognose_dataflow::{Flow, Weakness};
use hognose_finding::{Confidence, Rule, Severity};

use crate::rules::{
    ARCHIVE_EXTRACTION, ARGUMENT_INJECTION, COMMAND_INJECTION, PARTIAL_PATH_CHECK, PATH_TRAVERSAL,
    SQL_INJECTION,
};

/// See the module documentation.
pub struct Row {
    pub weakness: Weakness,
    /// Empty: all kinds.
    pub kinds: &'static [SinkKind],
    pub rule: &'static Rule,
    /// Where the rule's own is too much for this way.
    pub severity: Option<Severity>,
    /// The most that a flow from a request can have.
    pub confidence: Confidence,
    /// The most that a flow from a message queue can have.
    pub from_message: Confidence,
    /// The most that a flow from the answer of another service can have.
    pub from_response: Confidence,
    pub owner: Owner,
}

/// What the person who starts the program may do to it without that being a weakness.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Owner {
    /// Nothing: what is typed must not become code all the same.
    Nothing,
    /// What stands in the environment is the deployment's own choice.
    Deployment,
    /// Everything: whose command line it is may name files, programs and options.
    All,
}

/// The usual row.
const fn row(weakness: Weakness, kinds: &'static [SinkKind], rule: &'static Rule) -> Row {
    Row {
        weakness,
        kinds,
        rule,
        severity: None,
        confidence: Confidence::High,
        from_message: Confidence::Medium,
        from_response: Confidence::Low,
        owner: Owner::Nothing,
    }
}

static ROWS: &[Row] = &[
    row(Weakness::Injection, &[SinkKind::Sql], &SQL_INJECTION),
    row(
        Weakness::Injection,
        &[SinkKind::Shell, SinkKind::Argv],
        &COMMAND_INJECTION,
    ),
    Row {
        owner: Owner::All,
        ..row(Weakness::Program, &[], &COMMAND_INJECTION)
    },
    Row {
        confidence: Confidence::Medium,
        owner: Owner::All,
        ..row(Weakness::Option, &[], &ARGUMENT_INJECTION)
    },
    Row {
        from_message: Confidence::Low,
        owner: Owner::All,
        ..row(Weakness::PrefixOnly, &[], &PARTIAL_PATH_CHECK)
    },
    // An archive is code of others, whoever sends it.
    Row {
        from_response: Confidence::Medium,
        owner: Owner::Deployment,
        ..row(Weakness::Archive, &[], &ARCHIVE_EXTRACTION)
    },
    Row {
        from_message: Confidence::Low,
        owner: Owner::All,
        ..row(Weakness::Injection, &[SinkKind::Path], &PATH_TRAVERSAL)
    },
];

/// The row of a flow.
pub fn row_of(flow: &Flow) -> Option<&'static Row> {
    ROWS.iter().find(|row| {
        row.weakness == flow.weakness
            && (row.kinds.is_empty() || row.kinds.contains(&flow.sink.kind))
    })
}
