//! Cryptography: algorithms, modes, sizes, and what must not be foretold.
//!
//! ```python
//! DES.new(key, DES.MODE_ECB)
//! rsa.generate_private_key(65537, 1024)
//! hashlib.pbkdf2_hmac("sha256", password, b"salt", 1000)
//! ```

use hognose_finding::Rule;

use super::{CRYPTO, HIGH, LOW, MEDIUM, MisuseRule, misuse};

pub static WEAK_HASH: Rule = misuse(
    "weak-hash",
    "A broken hash function is used.",
    &[328, 327],
    CRYPTO,
    MEDIUM,
    include_str!("../../../../docs/rules/weak-hash.md"),
);

pub static WEAK_PASSWORD_HASH: Rule = misuse(
    "weak-password-hash",
    "Passwords are hashed in a way that is fast to try out.",
    &[916],
    CRYPTO,
    HIGH,
    include_str!("../../../../docs/rules/weak-password-hash.md"),
);

pub static WEAK_CIPHER: Rule = misuse(
    "weak-cipher",
    "A broken cipher is used.",
    &[327],
    CRYPTO,
    HIGH,
    include_str!("../../../../docs/rules/weak-cipher.md"),
);

pub static WEAK_CIPHER_MODE: Rule = misuse(
    "weak-cipher-mode",
    "A cipher is used in a mode that shows patterns.",
    &[327],
    CRYPTO,
    MEDIUM,
    include_str!("../../../../docs/rules/weak-cipher-mode.md"),
);

pub static WEAK_KEY_SIZE: Rule = misuse(
    "weak-key-size",
    "A key is too short.",
    &[326],
    CRYPTO,
    HIGH,
    include_str!("../../../../docs/rules/weak-key-size.md"),
);

pub static FIXED_IV_OR_SALT: Rule = misuse(
    "fixed-iv-or-salt",
    "An initialisation vector or a salt is always the same.",
    &[329, 760],
    CRYPTO,
    MEDIUM,
    include_str!("../../../../docs/rules/fixed-iv-or-salt.md"),
);

pub static WEAK_RANDOM: Rule = misuse(
    "weak-random",
    "A secret is made of numbers that can be foretold.",
    &[330, 338],
    CRYPTO,
    HIGH,
    include_str!("../../../../docs/rules/weak-random.md"),
);

pub static TIMING_UNSAFE_COMPARISON: Rule = misuse(
    "timing-unsafe-comparison",
    "A signature is compared in a time that tells how much of it is right.",
    &[208],
    CRYPTO,
    LOW,
    include_str!("../../../../docs/rules/timing-unsafe-comparison.md"),
);

pub(super) const RULES: &[MisuseRule] = &[
    MisuseRule {
        rule: &WEAK_HASH,
        does: "uses a broken hash function",
        why: "Two inputs with the same hash can be made at will. Use SHA-256, or say \
              `usedforsecurity=False` where nothing depends on it.",
    },
    MisuseRule {
        rule: &WEAK_PASSWORD_HASH,
        does: "hashes a password in a way that is fast to compute",
        why: "Whoever gets hold of the hashes tries billions of passwords a second. Use argon2, scrypt \
              or bcrypt with their present defaults.",
    },
    MisuseRule {
        rule: &WEAK_CIPHER,
        does: "uses a broken cipher",
        why: "What it encrypts can be read without the key. Use AES in GCM mode, or \
              `cryptography.fernet`.",
    },
    MisuseRule {
        rule: &WEAK_CIPHER_MODE,
        does: "encrypts every block on its own",
        why: "Equal blocks stay equal, and can be swapped unnoticed. Use GCM.",
    },
    MisuseRule {
        rule: &WEAK_KEY_SIZE,
        does: "makes a key that is too short",
        why: "It can be broken with means that can be rented. Use at least 2048 bits for RSA and DSA, \
              and a curve of 256 bits.",
    },
    MisuseRule {
        rule: &FIXED_IV_OR_SALT,
        does: "uses the same value every time",
        why: "Equal inputs then give equal outputs, and one table of guesses serves for all. Make a \
              new one with `os.urandom` each time and store it beside the result.",
    },
    MisuseRule {
        rule: &WEAK_RANDOM,
        does: "makes a secret of numbers that can be foretold",
        why: "Whoever sees some of them computes the next ones. Use `secrets` instead.",
    },
    MisuseRule {
        rule: &TIMING_UNSAFE_COMPARISON,
        does: "stops at the first byte that differs",
        why: "By the time it takes, a right signature can be found byte by byte. Use \
              `hmac.compare_digest`.",
    },
];
