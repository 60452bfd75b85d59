//! `sql-injection`: untrusted data in the text of a query.
//!
//! ```python
//! cur.execute(f"SELECT * FROM users WHERE name = '{name}'")
//! ```

use hognose_finding::{Class, Confidence, Origin, Rule, Severity};

pub static SQL_INJECTION: Rule = Rule {
    id: "sql-injection",
    title: "Untrusted data becomes part of the text of an SQL statement.",
    class: Class::SqlInjection,
    cwe: &[89],
    owasp: &["A03:2021"],
    severity: Severity::Critical,
    confidence: Confidence::High,
    security_severity: "9.8",
    page: include_str!("../../../../docs/rules/sql-injection.md"),
    origin: Origin::Hognose,
};
