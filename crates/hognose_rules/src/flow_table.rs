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
    ARCHIVE_EXTRACTION, ARGUMENT_INJECTION, CODE_INJECTION, COMMAND_INJECTION, COOKIE_INJECTION,
    CROSS_SITE_SCRIPTING, HEADER_INJECTION, LDAP_INJECTION, LOG_INJECTION, NOSQL_INJECTION,
    OPEN_REDIRECT, PARTIAL_PATH_CHECK, PATH_TRAVERSAL, REDOS, REGEX_INJECTION,
    SERVER_SIDE_REQUEST_FORGERY, SQL_INJECTION, TEMPLATE_INJECTION, TRUST_BOUNDARY_VIOLATION,
    UNSAFE_DESERIALIZATION, UNSAFE_REFLECTION, XML_ENTITY_BOMB, XML_EXTERNAL_ENTITY,
    XPATH_INJECTION,
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
    /// The most that a flow with a doubtful step in it can have: a call of unknown code, an attribute.
    pub doubtful: Confidence,
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
        doubtful: Confidence::Medium,
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
    row(Weakness::Injection, &[SinkKind::Code], &CODE_INJECTION),
    row(
        Weakness::Injection,
        &[SinkKind::Template],
        &TEMPLATE_INJECTION,
    ),
    // What another service sends is data of others, however it is asked.
    Row {
        from_response: Confidence::Medium,
        owner: Owner::Deployment,
        ..row(
            Weakness::Injection,
            &[SinkKind::Deserialize],
            &UNSAFE_DESERIALIZATION,
        )
    },
    Row {
        from_message: Confidence::Low,
        owner: Owner::All,
        ..row(
            Weakness::Injection,
            &[SinkKind::Url],
            &SERVER_SIDE_REQUEST_FORGERY,
        )
    },
    // Of a fixed host another page.
    Row {
        severity: Some(Severity::Low),
        confidence: Confidence::Medium,
        from_message: Confidence::Low,
        owner: Owner::All,
        ..row(Weakness::UrlPart, &[], &SERVER_SIDE_REQUEST_FORGERY)
    },
    Row {
        doubtful: Confidence::Low,
        owner: Owner::All,
        ..row(
            Weakness::Injection,
            &[SinkKind::Html],
            &CROSS_SITE_SCRIPTING,
        )
    },
    Row {
        from_message: Confidence::Low,
        owner: Owner::All,
        ..row(Weakness::Injection, &[SinkKind::Redirect], &OPEN_REDIRECT)
    },
    Row {
        owner: Owner::All,
        ..row(Weakness::Injection, &[SinkKind::Xml], &XML_EXTERNAL_ENTITY)
    },
    // The parsers of today have a limit; who runs an older one is not known.
    Row {
        confidence: Confidence::Low,
        from_message: Confidence::Low,
        owner: Owner::All,
        ..row(Weakness::Injection, &[SinkKind::XmlBomb], &XML_ENTITY_BOMB)
    },
    row(Weakness::Injection, &[SinkKind::Xpath], &XPATH_INJECTION),
    row(
        Weakness::Injection,
        &[SinkKind::Ldap, SinkKind::LdapName],
        &LDAP_INJECTION,
    ),
    row(
        Weakness::Injection,
        &[SinkKind::Nosql, SinkKind::NosqlCode],
        &NOSQL_INJECTION,
    ),
    Row {
        confidence: Confidence::Medium,
        owner: Owner::All,
        ..row(
            Weakness::Injection,
            &[SinkKind::Session],
            &TRUST_BOUNDARY_VIOLATION,
        )
    },
    Row {
        owner: Owner::All,
        ..row(
            Weakness::Injection,
            &[SinkKind::Reflection],
            &UNSAFE_REFLECTION,
        )
    },
    Row {
        confidence: Confidence::Medium,
        from_message: Confidence::Low,
        owner: Owner::All,
        ..row(Weakness::Injection, &[SinkKind::Log], &LOG_INJECTION)
    },
    Row {
        owner: Owner::All,
        ..row(Weakness::Injection, &[SinkKind::Header], &HEADER_INJECTION)
    },
    Row {
        confidence: Confidence::Medium,
        owner: Owner::All,
        ..row(Weakness::Injection, &[SinkKind::Cookie], &COOKIE_INJECTION)
    },
    Row {
        owner: Owner::All,
        ..row(Weakness::Injection, &[SinkKind::Regex], &REGEX_INJECTION)
    },
    Row {
        owner: Owner::All,
        ..row(Weakness::Slow, &[SinkKind::Matched], &REDOS)
    },
];

/// The row of a flow.
pub fn row_of(flow: &Flow) -> Option<&'static Row> {
    ROWS.iter().find(|row| {
        row.weakness == flow.weakness
            && (row.kinds.is_empty() || row.kinds.contains(&flow.sink.kind))
    })
}
