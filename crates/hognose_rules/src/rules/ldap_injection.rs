//! `ldap-injection`: untrusted data becomes part of an LDAP query.
//!
//! ```python
//! conn.search(base, f"(uid={name})")           # name = "*"
//! ```

use hognose_finding::{Class, Confidence, Origin, Rule, Severity};

pub static LDAP_INJECTION: Rule = Rule {
    id: "ldap-injection",
    title: "Untrusted data becomes part of an LDAP filter or name.",
    class: Class::Security,
    cwe: &[90],
    owasp: &["A03:2021"],
    severity: Severity::High,
    confidence: Confidence::High,
    security_severity: "8.1",
    page: include_str!("../../../../docs/rules/ldap-injection.md"),
    origin: Origin::Hognose,
};
