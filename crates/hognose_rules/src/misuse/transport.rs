//! What goes over the network: certificates, protocol versions, host keys, clear text.
//!
//! ```python
//! requests.get(url, verify=False)
//! ssl.SSLContext(ssl.PROTOCOL_SSLv3)
//! client.set_missing_host_key_policy(paramiko.AutoAddPolicy())
//! ```

use hognose_finding::Rule;

use super::{CRYPTO, HIGH, INTEGRITY, MEDIUM, MisuseRule, misuse};

pub static TLS_VERIFICATION_DISABLED: Rule = misuse(
    "tls-verification-disabled",
    "The certificate of the other side is not verified.",
    &[295],
    CRYPTO,
    HIGH,
    include_str!("../../../../docs/rules/tls-verification-disabled.md"),
);

pub static WEAK_TLS_VERSION: Rule = misuse(
    "weak-tls-version",
    "A version of TLS with known attacks is allowed.",
    &[327],
    CRYPTO,
    MEDIUM,
    include_str!("../../../../docs/rules/weak-tls-version.md"),
);

pub static SSH_HOST_KEY_NOT_CHECKED: Rule = misuse(
    "ssh-host-key-not-checked",
    "The key of an SSH host is accepted unseen.",
    &[295, 322],
    CRYPTO,
    MEDIUM,
    include_str!("../../../../docs/rules/ssh-host-key-not-checked.md"),
);

pub static CLEARTEXT_PROTOCOL: Rule = misuse(
    "cleartext-protocol",
    "Data and passwords go over the network unencrypted.",
    &[319],
    CRYPTO,
    MEDIUM,
    include_str!("../../../../docs/rules/cleartext-protocol.md"),
);

pub static UNVERIFIED_PACKAGE_INDEX: Rule = misuse(
    "unverified-package-index",
    "Packages are installed from a place that is not verified.",
    &[494, 829],
    INTEGRITY,
    HIGH,
    include_str!("../../../../docs/rules/unverified-package-index.md"),
);

pub(super) const RULES: &[MisuseRule] = &[
    MisuseRule {
        rule: &TLS_VERIFICATION_DISABLED,
        does: "does not verify the certificate of the other side",
        why: "Whoever is on the way can answer in its place, read and change everything. Leave \
              verification on, and name the certificate of a private authority with `verify=PATH` or \
              `cafile=PATH`.",
    },
    MisuseRule {
        rule: &WEAK_TLS_VERSION,
        does: "allows a version of TLS with known attacks",
        why: "Whoever is on the way can make both sides agree on it. Use `ssl.create_default_context()`, \
              or set `minimum_version` to `ssl.TLSVersion.TLSv1_2`.",
    },
    MisuseRule {
        rule: &SSH_HOST_KEY_NOT_CHECKED,
        does: "accepts any host key",
        why: "Whoever is on the way can pose as the host, and gets the password and every command. \
              Load the known keys and reject others.",
    },
    MisuseRule {
        rule: &CLEARTEXT_PROTOCOL,
        does: "sends everything unencrypted",
        why: "Whoever is on the way reads and changes it, passwords too. Use the encrypted protocol: \
              HTTPS, SSH, SFTP, FTPS.",
    },
    MisuseRule {
        rule: &UNVERIFIED_PACKAGE_INDEX,
        does: "installs packages from a place that is not verified",
        why: "Whoever is on the way decides which code is installed. Use HTTPS with a certificate that \
              is verified.",
    },
];
