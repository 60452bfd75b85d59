//! Fingerprints: the same finding in the next version of the code.
//!
//! Made of the rule, the dotted name of the function, the sink's text without white space, and
//! the source's kind and text; never of a line or of the path. Equal findings of one function are
//! told apart by their order.

use std::collections::HashMap;

use hognose_finding::{Finding, Rule};

/// 64 bits of FNV-1a over the parts, as 16 hexadecimal digits.
pub fn fingerprint(rule: &Rule, parts: &[&str]) -> String {
    const OFFSET: u64 = 0xcbf2_9ce4_8422_2325;
    const PRIME: u64 = 0x0100_0000_01b3;
    let mut hash = OFFSET;
    let mut add = |byte: u8| hash = (hash ^ u64::from(byte)).wrapping_mul(PRIME);
    rule.id.bytes().for_each(&mut add);
    for part in parts {
        add(0);
        part.bytes()
            .filter(|byte| !byte.is_ascii_whitespace())
            .for_each(&mut add);
    }
    format!("{hash:016x}")
}

/// Gives the second and further findings of equal fingerprints a fingerprint of their own.
pub fn number_equals(findings: &mut [Finding]) {
    let mut seen: HashMap<String, usize> = HashMap::new();
    for finding in findings {
        let count = seen.entry(finding.fingerprint.clone()).or_insert(0);
        if *count > 0 {
            let ordinal = count.to_string();
            finding.fingerprint = fingerprint(finding.rule, &[&finding.fingerprint, &ordinal]);
        }
        *count += 1;
    }
}
