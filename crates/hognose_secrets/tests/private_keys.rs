//! Private keys in documentation, with lines left out, beside whole ones.

use hognose_finding::Confidence;
use hognose_secrets::Scanner;

fn key(kind: &str, lines: &[&str]) -> String {
    let marker = |word: &str| format!("-----{word} {kind}{} KEY-----", "PRIVATE");
    format!(
        "{}\n{}\n{}\n",
        marker("BEGIN"),
        lines.join("\n"),
        marker("END")
    )
}

fn confidence(text: &str) -> Option<Confidence> {
    let hits = Scanner::new().scan("notes.txt", text);
    hits.first().map(|hit| hit.confidence)
}

/// Base64 without a pattern that a placeholder would have.
const LINE: &str = "Q7v2mKx9TzB4nLc8RfW1yHd6JpS3gUa5EoX0iVqZtNbMlGkPrYwCsDhFjAeIuOQ7";

#[test]
fn a_key_with_lines_left_out_is_an_example() {
    let dotted = key("", &[LINE, LINE, ".", ".", LINE]);
    assert_eq!(confidence(&dotted), Some(Confidence::Low));
    let short = key("RSA ", &[LINE, LINE, LINE, LINE]);
    assert_eq!(confidence(&short), Some(Confidence::Low));
}

#[test]
fn a_whole_key_is_not() {
    let whole = key("RSA ", &[LINE; 13]);
    assert_eq!(confidence(&whole), Some(Confidence::High));
    // A key on an elliptic curve is as short as this.
    let curve = key("EC ", &[LINE, LINE, LINE]);
    assert_eq!(confidence(&curve), Some(Confidence::High));
}
