//! Telling values apart without keeping them.
//!
//! ```text
//! "correct-horse-41"  →  masked "corr…41", identity 9f2c… (HMAC-SHA-256 under the scanner's key)
//! ```
//! The identity of a weak password can be guessed by whoever has the key: keep the key where the
//! reports are not.

use std::fmt;

use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;

const BYTES: usize = 16;

/// The key of identities.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
pub struct Key(pub [u8; 32]);

impl fmt::Debug for Key {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Key(…)")
    }
}

/// A keyed hash of a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Identity([u8; BYTES]);

impl Identity {
    pub fn of(value: &str, key: &Key) -> Self {
        let mut mac =
            Hmac::<Sha256>::new_from_slice(&key.0).expect("HMAC takes keys of any length");
        mac.update(value.as_bytes());
        let digest = mac.finalize().into_bytes();
        let mut identity = [0; BYTES];
        identity.copy_from_slice(&digest[..BYTES]);
        Self(identity)
    }
}

impl fmt::Display for Identity {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0
            .iter()
            .try_for_each(|byte| write!(formatter, "{byte:02x}"))
    }
}

/// The first four and the last two characters; of a short value only its length's order.
pub fn masked(value: &str) -> String {
    const FIRST: usize = 4;
    const LAST: usize = 2;
    // Of a value this short, six characters would be most of it.
    const LENGTH_MIN: usize = 12;
    let characters: Vec<char> = value
        .chars()
        .map(|character| {
            if character.is_control() {
                ' '
            } else {
                character
            }
        })
        .collect();
    let length = characters.len();
    if length < LENGTH_MIN {
        let first: String = characters.iter().take(1).collect();
        return format!("{first}…");
    }
    let first: String = characters[..FIRST].iter().collect();
    let last: String = characters[length - LAST..].iter().collect();
    format!("{first}…{last}")
}

#[cfg(test)]
mod tests {
    use super::{Identity, Key, masked};

    #[test]
    fn a_mask_shows_little() {
        assert_eq!(masked("correct-horse-41"), "corr…41");
        assert_eq!(masked("hunter2"), "h…");
        assert_eq!(masked(""), "…");
        assert_eq!(masked("äöüßäöüßäöüß"), "äöüß…üß");
    }

    #[test]
    fn identities_depend_on_value_and_key() {
        let key = Key([7; 32]);
        assert_eq!(Identity::of("a", &key), Identity::of("a", &key));
        assert_ne!(Identity::of("a", &key), Identity::of("b", &key));
        assert_ne!(Identity::of("a", &key), Identity::of("a", &Key::default()));
    }
}
