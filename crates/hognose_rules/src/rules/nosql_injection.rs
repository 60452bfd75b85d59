//! `nosql-injection`: untrusted data becomes a document of a query.
//!
//! ```python
//! users.find_one({"name": request.json["name"]})   # {"$ne": null}
//! ```

use hognose_finding::{Class, Confidence, Origin, Rule, Severity};

pub static NOSQL_INJECTION: Rule = Rule {
    id: "nosql-injection",
    title: "Untrusted data can become an operator of a database query.",
    class: Class::Security,
    cwe: &[943],
    owasp: &["A03:2021"],
    severity: Severity::High,
    confidence: Confidence::High,
    security_severity: "8.1",
    page: include_str!("../../../../docs/rules/nosql-injection.md"),
    origin: Origin::Hognose,
};
