//! Every known format: fakes are found, near misses are not.
//!
//! ```text
//! npm_<30><checksum>     found
//! npm_<29>, npm_<31>, xnpm_…, npm_<30><wrong>     not
//! ```

mod generate;

use generate::{Random, fake};
use hognose_secrets::proof::Proof;
use hognose_secrets::{Boundary, Format, Formats, Kind, Scanner};

const FAKES: u64 = 20;

/// The fake in a line that speaks of it, as it is met in files.
fn line(format: &Format, value: &str) -> String {
    let quote = if value.contains('"') { "'" } else { "\"" };
    match format.kind {
        Kind::Context => {
            let name = context_name(&format.id);
            format!("first = 1\n{name} = {quote}{value}{quote}\nlast = 2\n")
        }
        Kind::Token | Kind::Identifier | Kind::Block | Kind::Hash | Kind::Test => {
            format!("first = 1\nvalue = {quote}{value}{quote}\nlast = 2\n")
        }
    }
}

/// A name that the context of the format agrees with.
fn context_name(id: &str) -> &'static str {
    match id {
        "aws-secret-access-key" => "aws_secret_access_key",
        "aws-session-token" => "aws_session_token",
        "azure-storage-key" => "account_key",
        "azure-devops-pat" => "ADO_PAT = azure_devops",
        "linode" => "LINODE",
        "hetzner" => "HCLOUD",
        "cloudflare-api-token" => "CF_API",
        "snowflake-pat" => "SNOWFLAKE",
        "crates-io" => "CARGO_REGISTRY = crates",
        "mailgun" => "MAILGUN",
        "postmark" => "POSTMARK",
        "deepseek" => "DEEPSEEK",
        "mistral" => "MISTRAL",
        "cohere" => "COHERE",
        "fireworks" => "FIREWORKS",
        "elevenlabs" => "ELEVENLABS",
        "wandb-legacy" => "WANDB",
        "notion-legacy" => "NOTION",
        "datadog" => "DATADOG",
        "okta" => "OKTA",
        "snyk" => "SNYK",
        "k8s-bootstrap" => "KUBEADM",
        "fernet-key" => "FERNET",
        "launchdarkly-sdk" => "LAUNCHDARKLY",
        "lob" => "LOB",
        "vault-legacy" => "VAULT",
        "jenkins" => "JENKINS",
        "asana" => "ASANA",
        "airtable-legacy" => "AIRTABLE",
        "heroku-legacy" => "HEROKU_KEY",
        other => panic!("name a context for `{other}`"),
    }
}

/// Whether the scanner says that the text holds a value of that format.
fn hits(scanner: &Scanner, format: &Format, text: &str) -> bool {
    scanner
        .scan("app/settings.txt", text)
        .iter()
        .any(|hit| hit.format == format.id)
}

#[test]
fn every_format_is_found() {
    let scanner = Scanner::new();
    let mut missed = Vec::new();
    let mut made = 0;
    for (index, format) in (0_u64..).zip(&Formats::embedded().formats) {
        for seed in 0..FAKES {
            let mut random = Random::new(1 + index * 1000 + seed);
            let value = fake(&format.template, &mut random);
            made += 1;
            let text = line(format, &value);
            let found = scanner.scan("app/settings.txt", &text);
            // Two formats may have the same shape; then the provider is right at least.
            let is_found = found
                .iter()
                .any(|hit| hit.format == format.id || hit.provider == format.provider);
            if !is_found {
                let others: Vec<&str> = found.iter().map(|hit| hit.format).collect();
                missed.push(format!("{}: {value} {others:?}", format.id));
            }
        }
    }
    assert!(
        missed.is_empty(),
        "{} of {made}:\n{}",
        missed.len(),
        missed.join("\n")
    );
}

/// Values that only look like those of the format.
fn near_misses(format: &Format, value: &str, random: &mut Random) -> Vec<(&'static str, String)> {
    let mut misses = vec![
        ("glued before", format!("x{value}")),
        ("glued after", format!("{value}x")),
    ];
    let cut = value.len() - 1 - random.below(3);
    if value.is_char_boundary(cut) {
        misses.push(("short", value[..cut].to_owned()));
    }
    let middle = value.len() / 2;
    if value.is_char_boundary(middle) && value.is_char_boundary(middle + 1) {
        let broken = format!("{}\u{b7}{}", &value[..middle], &value[middle + 1..]);
        misses.push(("foreign character", broken));
    }
    if let Some(start) = format_start(format, value) {
        let mut prefix: Vec<char> = start.chars().collect();
        let at = random.below(prefix.len());
        prefix[at] = if prefix[at] == '#' { '%' } else { '#' };
        let prefix: String = prefix.into_iter().collect();
        misses.push(("other prefix", format!("{prefix}{}", &value[start.len()..])));
    }
    if format.proof.is_some_and(Proof::is_checksum) {
        let mut characters: Vec<char> = value.chars().collect();
        let last = characters.len() - 1;
        characters[last] = if characters[last] == '0' { '1' } else { '0' };
        misses.push(("wrong checksum", characters.into_iter().collect()));
    }
    misses
}

fn format_start<'a>(format: &Format, value: &'a str) -> Option<&'a str> {
    let literal = format.template.split('{').next().unwrap_or("");
    (literal.len() >= 2 && value.starts_with(literal)).then(|| &value[..literal.len()])
}

#[test]
fn no_near_miss_is_found() {
    let scanner = Scanner::new();
    let mut wrong = Vec::new();
    let mut made = 0;
    let mut others = 0;
    for (index, format) in (0_u64..).zip(&Formats::embedded().formats) {
        for seed in 0..FAKES {
            let mut random = Random::new(7 + index * 1000 + seed);
            let value = fake(&format.template, &mut random);
            for (how, miss) in near_misses(format, &value, &mut random) {
                made += 1;
                if still_one(format, &miss) {
                    others += 1;
                    continue;
                }
                if hits(&scanner, format, &line(format, &miss)) {
                    wrong.push(format!("{} ({how}): {miss}", format.id));
                }
            }
        }
    }
    assert!(
        wrong.is_empty(),
        "{} of {made}:\n{}",
        wrong.len(),
        wrong.join("\n")
    );
    assert!(others * 4 < made, "{others} of {made} near misses are none");
}

/// Lengths vary in some formats, and blocks, URLs and headers end where the text goes on; what is
/// left may be another value of the format.
fn still_one(format: &Format, miss: &str) -> bool {
    let pattern = format.pattern();
    let matches = |pattern: String, text: &str| {
        regex::bytes::RegexBuilder::new(&pattern)
            .unicode(false)
            .build()
            .is_ok_and(|pattern| pattern.is_match(text.as_bytes()))
    };
    if format.boundary() == Boundary::None {
        return matches(pattern.to_owned(), miss);
    }
    let has_checksum = format.proof.is_some_and(Proof::is_checksum);
    let whole = |piece: &str| matches(format!("^(?:{pattern})$"), piece);
    !has_checksum && miss.split('\u{b7}').any(whole)
}

#[test]
fn placeholders_are_none_and_checksums_override() {
    let scanner = Scanner::new();
    let formats = Formats::embedded();
    for (index, format) in (0_u64..).zip(&formats.formats) {
        let mut random = Random::new(3 + index);
        let value = fake(&format.template, &mut random);
        let Some(start) = format_start(format, &value) else {
            continue;
        };
        let masked = format!("{start}{}", "x".repeat(value.len() - start.len()));
        assert!(
            !hits(&scanner, format, &line(format, &masked)),
            "{}: {masked}",
            format.id
        );
    }
}

#[test]
fn hits_hold_no_value() {
    let scanner = Scanner::new();
    for (index, format) in (0_u64..).zip(&Formats::embedded().formats) {
        let mut random = Random::new(9 + index);
        let value = fake(&format.template, &mut random);
        for hit in scanner.scan("a.txt", &line(format, &value)) {
            let printed = format!("{hit:?}");
            assert!(!printed.contains(&value), "{}", format.id);
            assert!(hit.advice.contains("Revoke"), "{}", format.id);
        }
    }
}
