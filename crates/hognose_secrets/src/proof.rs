//! What can be verified of a value without asking anybody: checksums and inner structure.
//!
//! ```text
//! ghp_<30 characters><6 characters>     the 6 are the CRC-32 of the 30, in base 62
//! eyJ….eyJ….…                           the first part is JSON with "alg"
//! ```
//! A checksum that fits is a coincidence once in four billion, so it overrides every rule about
//! placeholders; one that does not fit makes the value useless to anybody.

use data_encoding::{BASE64, BASE64_NOPAD, BASE64URL, BASE64URL_NOPAD, Encoding};
use serde::Deserialize;

/// How a value is verified.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Proof {
    /// After `_`: 30 characters and their CRC-32 in base 62, six digits.
    Base62Crc32,
    /// The last 8 characters are the CRC-32 of all before, in upper-case hexadecimal digits.
    HexCrc32,
    /// After the last `_`: the CRC-32 of all before it, bytes reversed, in hexadecimal digits.
    LittleEndianCrc32,
    /// The last 6 characters are Bech32's checksum.
    Bech32,
    /// The first part is Base64 of a JSON object with `alg`.
    Jwt,
    /// The last word is Base64 of `user:password`.
    Basic,
    /// URL-safe Base64 of 32 bytes.
    Base64Of32,
    /// Base64 of 64 bytes.
    Base64Of64,
    /// The first part is Base64 of a number.
    NumberInBase64,
}

impl Proof {
    /// Whether the value proves itself to be issued.
    pub fn is_checksum(self) -> bool {
        match self {
            Self::Base62Crc32 | Self::HexCrc32 | Self::LittleEndianCrc32 | Self::Bech32 => true,
            Self::Jwt
            | Self::Basic
            | Self::Base64Of32
            | Self::Base64Of64
            | Self::NumberInBase64 => false,
        }
    }

    pub fn holds(self, value: &str) -> bool {
        self.verify(value).unwrap_or(false)
    }

    fn verify(self, value: &str) -> Option<bool> {
        match self {
            Self::Base62Crc32 => {
                let (_, body) = value.split_once('_')?;
                let (body, tail) = body.split_at_checked(30)?;
                Some(base62(crc32(body.as_bytes())) == tail)
            }
            Self::HexCrc32 => {
                let (body, tail) = value.split_at_checked(value.len().checked_sub(8)?)?;
                Some(format!("{:08X}", crc32(body.as_bytes())) == tail)
            }
            Self::LittleEndianCrc32 => {
                let (body, tail) = value.rsplit_once('_')?;
                let sum = crc32(body.as_bytes()).swap_bytes();
                Some(format!("{sum:08x}") == tail.to_ascii_lowercase())
            }
            Self::Bech32 => bech32(value),
            Self::Jwt => {
                let header = decoded(value.split('.').next()?)?;
                let header = String::from_utf8(header).ok()?;
                Some(header.trim_start().starts_with('{') && header.contains("\"alg\""))
            }
            Self::Basic => {
                let pair = decoded(value.rsplit([' ', '\t']).next()?)?;
                let pair = String::from_utf8(pair).ok()?;
                let (user, password) = pair.split_once(':')?;
                Some(!user.is_empty() && !password.is_empty() && !pair.contains('\u{fffd}'))
            }
            Self::Base64Of32 => Some(decoded(value)?.len() == 32),
            Self::Base64Of64 => Some(decoded(value)?.len() == 64),
            Self::NumberInBase64 => {
                let number = decoded(value.split('.').next()?)?;
                Some(!number.is_empty() && number.iter().all(u8::is_ascii_digit))
            }
        }
    }
}

/// Base64 in either alphabet, with or without padding.
pub fn decoded(text: &str) -> Option<Vec<u8>> {
    let bytes = text.as_bytes();
    let try_with = |encoding: &Encoding| encoding.decode(bytes).ok();
    let url_safe = bytes.iter().any(|byte| b"-_".contains(byte));
    let padded = text.ends_with('=');
    match (url_safe, padded) {
        (true, true) => try_with(&BASE64URL),
        (true, false) => try_with(&BASE64URL_NOPAD),
        (false, true) => try_with(&BASE64),
        (false, false) => try_with(&BASE64_NOPAD),
    }
}

/// CRC-32 as in zip files (IEEE 802.3).
pub fn crc32(bytes: &[u8]) -> u32 {
    const POLYNOMIAL: u32 = 0xEDB8_8320;
    let mut crc = u32::MAX;
    for byte in bytes {
        crc ^= u32::from(*byte);
        for _ in 0..8 {
            let carry = crc & 1 != 0;
            crc >>= 1;
            if carry {
                crc ^= POLYNOMIAL;
            }
        }
    }
    !crc
}

/// Six digits of base 62, most significant first.
pub fn base62(mut number: u32) -> String {
    const DIGITS: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    let mut digits = [b'0'; 6];
    for digit in digits.iter_mut().rev() {
        *digit = DIGITS[(number % 62) as usize];
        number /= 62;
    }
    digits.iter().map(|digit| char::from(*digit)).collect()
}

const BECH32: &[u8; 32] = b"qpzry9x8gf2tvdw0s3jn54khce6mua7l";

fn bech32(value: &str) -> Option<bool> {
    let lower = value.to_ascii_lowercase();
    let (prefix, data) = lower.rsplit_once('1')?;
    let mut values = expanded(prefix);
    for byte in data.bytes() {
        let position = BECH32.iter().position(|digit| *digit == byte)?;
        values.push(u8::try_from(position).ok()?);
    }
    Some(polymod(&values) == 1)
}

fn expanded(prefix: &str) -> Vec<u8> {
    let high = prefix.bytes().map(|byte| byte >> 5);
    let low = prefix.bytes().map(|byte| byte & 31);
    high.chain([0]).chain(low).collect()
}

/// The checksum polynomial of BIP 173.
fn polymod(values: &[u8]) -> u32 {
    const GENERATOR: [u32; 5] = [
        0x3b6a_57b2,
        0x2650_8e6d,
        0x1ea1_19fa,
        0x3d42_33dd,
        0x2a14_62b3,
    ];
    let mut checksum = 1_u32;
    for value in values {
        let top = checksum >> 25;
        checksum = ((checksum & 0x01ff_ffff) << 5) ^ u32::from(*value);
        for (bit, generator) in GENERATOR.iter().enumerate() {
            if (top >> bit) & 1 == 1 {
                checksum ^= generator;
            }
        }
    }
    checksum
}

/// `data` (in Bech32's alphabet) with its checksum, for fakes in tests.
pub fn bech32_checksum(prefix: &str, data: &str) -> Option<String> {
    let mut values = expanded(&prefix.to_ascii_lowercase());
    for byte in data.to_ascii_lowercase().bytes() {
        let position = BECH32.iter().position(|digit| *digit == byte)?;
        values.push(u8::try_from(position).ok()?);
    }
    values.extend([0; 6]);
    let checksum = polymod(&values) ^ 1;
    let digits = (0..6).map(|index| {
        let digit = (checksum >> (5 * (5 - index))) & 31;
        char::from(BECH32[digit as usize])
    });
    Some(digits.collect())
}

#[cfg(test)]
mod tests {
    use super::{Proof, base62, bech32_checksum, crc32, decoded};

    #[test]
    fn the_checksum_is_the_one_of_zip_files() {
        assert_eq!(crc32(b"123456789"), 0xCBF4_3926);
        assert_eq!(base62(0), "000000");
        assert_eq!(base62(61), "00000z");
        assert_eq!(base62(62), "000010");
    }

    #[test]
    fn bech32_follows_its_specification() {
        // A test vector of BIP 173.
        assert!(Proof::Bech32.holds("A12UEL5L"));
        assert!(!Proof::Bech32.holds("A12UEL5Q"));
        let sum = bech32_checksum("a", "").expect("the alphabet is right");
        assert_eq!(sum, "2uel5l");
    }

    #[test]
    fn structures_are_looked_into() {
        assert!(Proof::Basic.holds("Basic YW5uOnMzY3JldA=="));
        assert!(!Proof::Basic.holds("Basic bm9jb2xvbg=="));
        assert!(!Proof::Jwt.holds("eyJub3BlIjoxfQ.eyJhIjoxfQ.AAAA"));
        assert_eq!(decoded("YQ"), Some(b"a".to_vec()));
        assert_eq!(decoded("!"), None);
    }
}
