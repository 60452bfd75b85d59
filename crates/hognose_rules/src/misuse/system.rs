//! Files, interfaces and checks of the machine itself.
//!
//! ```python
//! path = tempfile.mktemp()
//! os.chmod(path, 0o777)
//! server.bind(("0.0.0.0", 8080))
//! ```

use hognose_finding::Rule;

use super::{ACCESS, DESIGN, MEDIUM, MisuseRule, misuse};

pub static INSECURE_TEMPORARY_FILE: Rule = misuse(
    "insecure-temporary-file",
    "A temporary file has a name that somebody else can take first.",
    &[377, 379],
    ACCESS,
    MEDIUM,
    include_str!("../../../../docs/rules/insecure-temporary-file.md"),
);

pub static WORLD_WRITABLE_PERMISSIONS: Rule = misuse(
    "world-writable-permissions",
    "Every user of the machine may change a file.",
    &[732],
    ACCESS,
    MEDIUM,
    include_str!("../../../../docs/rules/world-writable-permissions.md"),
);

pub static DANGEROUS_DEFAULT: Rule = misuse(
    "dangerous-server-option",
    "A server lets its callers reach more than its functions.",
    &[749, 94],
    DESIGN,
    MEDIUM,
    include_str!("../../../../docs/rules/dangerous-server-option.md"),
);

pub(super) const RULES: &[MisuseRule] = &[
    MisuseRule {
        rule: &INSECURE_TEMPORARY_FILE,
        does: "gives a name that somebody else can take first",
        why: "Another user of the machine can put a link there, and the program writes where it points. \
              Use `tempfile.NamedTemporaryFile` or `tempfile.mkstemp`, which open the file as they name \
              it.",
    },
    MisuseRule {
        rule: &WORLD_WRITABLE_PERMISSIONS,
        does: "lets every user of the machine change the file",
        why: "They can replace what the program reads or runs. Give rights to the owner, `0o600` or \
              `0o700`.",
    },
    MisuseRule {
        rule: &DANGEROUS_DEFAULT,
        does: "lets callers reach more than was meant",
        why: "They can get from one object to modules and functions that were never offered. Register \
              single functions, without this option.",
    },
];
