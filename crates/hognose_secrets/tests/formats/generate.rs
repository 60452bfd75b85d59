//! Fakes of every format, built from its template at run time: no literal here looks like a key.
//!
//! ```text
//! "npm_{an:30}{ghcrc}"  →  npm_ and 30 characters and their checksum
//! ```

use data_encoding::{BASE64, BASE64_NOPAD, BASE64URL, BASE64URL_NOPAD};
use hognose_secrets::proof::{base62, bech32_checksum, crc32};

/// A small generator of numbers (xorshift), so that every run builds the same fakes.
pub struct Random(u64);

impl Random {
    pub fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1)
    }

    pub fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 >> 11).unwrap_or(0) % limit
    }

    pub fn pick(&mut self, alphabet: &str) -> char {
        let characters: Vec<char> = alphabet.chars().collect();
        characters[self.below(characters.len())]
    }

    fn text(&mut self, alphabet: &str, length: usize) -> String {
        (0..length).map(|_| self.pick(alphabet)).collect()
    }

    fn bytes(&mut self, length: usize) -> Vec<u8> {
        (0..length)
            .map(|_| u8::try_from(self.below(256)).expect("it is below 256"))
            .collect()
    }
}

const UPPER: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
const LOWER: &str = "abcdefghijklmnopqrstuvwxyz";
const DIGITS: &str = "0123456789";

fn alphabet(set: &str) -> String {
    match set {
        "an" => format!("{UPPER}{LOWER}{DIGITS}"),
        "AN" => format!("{UPPER}{DIGITS}"),
        "ln" => format!("{LOWER}{DIGITS}"),
        "hx" => "0123456789abcdef".to_owned(),
        "d" => DIGITS.to_owned(),
        "b32" => format!("{UPPER}234567"),
        "lb32" => format!("{LOWER}234567"),
        "b64" => format!("{UPPER}{LOWER}{DIGITS}+/"),
        "u" => format!("{UPPER}{LOWER}{DIGITS}_-"),
        "dj" => format!("{LOWER}{DIGITS}!@#$%^&*(-_=+)"),
        other => panic!("unknown set `{other}`"),
    }
}

/// One fake of the template.
pub fn fake(template: &str, random: &mut Random) -> String {
    let mut made = String::new();
    let mut rest = template;
    while let Some(open) = rest.find('{') {
        made.push_str(&rest[..open]);
        // A brace that opens no part of the template is text.
        let Some(close) = rest[open..].find('}').map(|index| open + index) else {
            break;
        };
        let part = &rest[open + 1..close];
        rest = &rest[close + 1..];
        made = with_part(made, part, random);
    }
    made.push_str(rest);
    made
}

fn with_part(mut made: String, part: &str, random: &mut Random) -> String {
    let text = match part {
        "uuid" => uuid(random),
        "jwt" => jwt(random),
        "fernet" => BASE64URL.encode(&random.bytes(32)),
        "basic" => BASE64.encode(format!("ann:{}", random.text(&alphabet("an"), 14)).as_bytes()),
        "discid" => {
            let number = format!("{}{}", 1 + random.below(9), random.text(DIGITS, 17));
            BASE64URL_NOPAD.encode(number.as_bytes())
        }
        "pem" => pem(random, "\n"),
        "pemline" => pem(random, "\\n"),
        "ppk" => format!(
            "ssh-rsa\nEncryption: none\nComment: a\nPublic-Lines: 1\n{}\nPrivate-Lines: 2\n{}\n{}\n",
            BASE64.encode(&random.bytes(47)),
            BASE64.encode(&random.bytes(47)),
            BASE64.encode(&random.bytes(47)),
        ),
        "ghcrc" => {
            let body = made.split_once('_').map_or("", |(_, body)| body);
            base62(crc32(body.as_bytes()))
        }
        "hexcrc" => format!("{:08X}", crc32(made.as_bytes())),
        "glsacrc" => {
            let body = made.trim_end_matches('_');
            format!("{:08x}", crc32(body.as_bytes()).swap_bytes())
        }
        _ => set(part, &made, random),
    };
    made.push_str(&text);
    made
}

/// `{an:30}`, `{d:10-13}`, `{an:24:alpha}`, `{bech:58}`
fn set(part: &str, made: &str, random: &mut Random) -> String {
    let mut pieces = part.split(':');
    let name = pieces.next().unwrap_or("");
    let length = pieces.next().expect("a set has a length");
    let length: usize = match length.split_once('-') {
        Some((from, to)) => {
            let (from, to): (usize, usize) = (number(from), number(to));
            from + random.below(to - from + 1)
        }
        None => number(length),
    };
    if name == "bech" {
        let data = random.text("QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L", length - 6);
        let prefix = made.rsplit_once('1').map_or("", |(prefix, _)| prefix);
        let sum = bech32_checksum(prefix, &data).expect("the alphabet is Bech32's");
        return format!("{data}{}", sum.to_uppercase());
    }
    if name == "bytes" {
        return BASE64.encode(&random.bytes(length));
    }
    let mut alphabet = alphabet(name);
    if pieces.next() == Some("alpha") {
        alphabet.retain(char::is_alphabetic);
    }
    random.text(&alphabet, length)
}

fn number(text: &str) -> usize {
    text.parse().expect("lengths are numbers")
}

fn uuid(random: &mut Random) -> String {
    let hex = alphabet("hx");
    format!(
        "{}-{}-4{}-{}{}-{}",
        random.text(&hex, 8),
        random.text(&hex, 4),
        random.text(&hex, 3),
        random.pick("89ab"),
        random.text(&hex, 3),
        random.text(&hex, 12),
    )
}

fn jwt(random: &mut Random) -> String {
    let part = |text: String| BASE64URL_NOPAD.encode(text.as_bytes());
    let payload = format!("{{\"sub\":\"{}\"}}", random.text(DIGITS, 12));
    format!(
        "{}.{}.{}",
        part("{\"alg\":\"HS256\",\"typ\":\"JWT\"}".to_owned()),
        part(payload),
        random.text(&alphabet("u"), 43)
    )
}

fn pem(random: &mut Random, end_of_line: &str) -> String {
    let marker = |word: &str| format!("-----{word} {} KEY-----", "PRIVATE");
    let body = BASE64_NOPAD.encode(&random.bytes(96));
    format!(
        "{}{end_of_line}{}{end_of_line}{}{end_of_line}{}",
        marker("BEGIN"),
        &body[..64],
        &body[64..],
        marker("END"),
    )
}
