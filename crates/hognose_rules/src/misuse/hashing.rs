//! What a hash is for, by the names around it.
//!
//! ```python
//! cache_key = hashlib.md5(url).hexdigest()          # nobody gains by a collision: nothing
//! user.password = hashlib.md5(password).hexdigest() # sure, and worse
//! digest = hashlib.md5(data).hexdigest()            # could be anything: low
//! ```
//! Looked at: what is hashed, the names that the hash gets on its way through the function, what it
//! is handed to, and the names of the function, its class and its module.

use hognose_dataflow::Analysis;
use hognose_dataflow::misuse::Misuse;
use hognose_dataflow::models::misuse::MisuseRow;
use hognose_dataflow::value::Site;
use hognose_finding::{Confidence, Severity};
use hognose_python::ir::{ArgumentKind, Constant, Function, Op, Terminator, ValueId};
use rustc_hash::FxHashSet;

use super::Judgement;

/// Words that say that an attacker would gain by another input with the same hash.
const SECRET: [&str; 30] = [
    "auth",
    "authenticate",
    "authentication",
    "authorization",
    "cert",
    "certificate",
    "cookie",
    "credential",
    "credentials",
    "csrf",
    "hmac",
    "license",
    "mac",
    "nonce",
    "otp",
    "passphrase",
    "passwd",
    "password",
    "passwords",
    "pwd",
    "salt",
    "secret",
    "secrets",
    "sign",
    "signature",
    "signed",
    "signing",
    "token",
    "tokens",
    "verify",
];

/// Words that say that nobody gains.
const HARMLESS: [&str; 76] = [
    "anonymize",
    "artifact",
    "avatar",
    "bucket",
    "build",
    "cache",
    "cached",
    "caches",
    "caching",
    "checksum",
    "checksums",
    "chunk",
    "chunks",
    "cluster",
    "color",
    "colour",
    "column",
    "compare",
    "config",
    "content",
    "contents",
    "crc",
    "dedup",
    "dedupe",
    "deduplicate",
    "diff",
    "dir",
    "directory",
    "document",
    "duplicate",
    "ejson",
    "embed",
    "entity",
    "entry",
    "etag",
    "etags",
    "event",
    "feature",
    "file",
    "filename",
    "files",
    "fingerprint",
    "folder",
    "gravatar",
    "group",
    "guid",
    "hashring",
    "id",
    "identifier",
    "ident",
    "ids",
    "image",
    "index",
    "job",
    "key",
    "label",
    "lock",
    "manifest",
    "md5sum",
    "memo",
    "memoize",
    "name",
    "names",
    "node",
    "open",
    "partition",
    "path",
    "query",
    "revision",
    "schema",
    "seed",
    "shard",
    "slug",
    "task",
    "uid",
    "uuid",
];

/// The words of a name: `cacheKey`, `CACHE_KEY` are `cache`, `key`.
pub(super) fn words(name: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut word = String::new();
    let mut was_lower = false;
    for character in name.chars() {
        let begins = character.is_uppercase() && was_lower;
        if (begins || !character.is_alphanumeric()) && !word.is_empty() {
            words.push(std::mem::take(&mut word));
        }
        if character.is_alphanumeric() {
            word.extend(character.to_lowercase());
        }
        was_lower = character.is_lowercase() || character.is_ascii_digit();
    }
    if !word.is_empty() {
        words.push(word);
    }
    words
}

/// The words around a call.
struct Around {
    /// Of what is hashed.
    inputs: Vec<String>,
    /// Of what the result is called and handed to.
    results: Vec<String>,
    /// Of the function, its class and its module.
    outside: Vec<String>,
}

pub(super) fn of_hash(
    analysis: &Analysis,
    misuse: &Misuse,
    judgement: Judgement,
) -> Option<Judgement> {
    let around = around(analysis, misuse.site);
    let has =
        |words: &[String], list: &[&str]| words.iter().any(|word| list.contains(&word.as_str()));
    let inside = [around.inputs.as_slice(), around.results.as_slice()];
    if inside.iter().any(|words| has(words, &SECRET)) {
        return Some(Judgement {
            severity: Severity::High,
            ..judgement
        });
    }
    if inside.iter().any(|words| has(words, &HARMLESS)) {
        return None;
    }
    let function_says_secret = has(&around.outside, &SECRET);
    if !function_says_secret && has(&around.outside, &HARMLESS) {
        return None;
    }
    let severity = if function_says_secret {
        judgement.severity
    } else {
        judgement.severity.min(Severity::Low)
    };
    Some(Judgement {
        severity,
        confidence: judgement.confidence.min(Confidence::Medium),
    })
}

/// A fast hash matters where it is a password that is hashed.
pub(super) fn of_password_hash(
    analysis: &Analysis,
    row: &MisuseRow,
    misuse: &Misuse,
    judgement: Judgement,
) -> Option<Judgement> {
    let is_general = row
        .what
        .as_deref()
        .is_some_and(|what| what.contains("fast"));
    if !is_general {
        return Some(judgement);
    }
    let around = around(analysis, misuse.site);
    let passwords = ["password", "passwd", "pwd", "passphrase", "passwords"];
    let is_password =
        |words: &[String]| words.iter().any(|word| passwords.contains(&word.as_str()));
    // A hash of a hash, or of a request that holds one, is no store of passwords.
    is_password(&around.inputs).then_some(Judgement {
        confidence: judgement.confidence.min(Confidence::Medium),
        ..judgement
    })
}

fn around(analysis: &Analysis, site: Site) -> Around {
    let program = &analysis.program;
    let ir = program.function(site.function);
    let name = |symbol| program.names.text(symbol);
    let mut inputs = Vec::new();
    if let Op::Call { arguments, .. } = ir.op(site.value) {
        for argument in arguments {
            inputs.extend(words(program.snippet(site.function, argument.value)));
        }
    }
    let reached = reached(ir, site.value);
    let mut results = Vec::new();
    for (bound, value) in &ir.bindings {
        if reached.contains(value) {
            results.extend(words(name(*bound)));
        }
    }
    for inst in &ir.insts {
        match &inst.op {
            Op::StoreAttribute {
                name: to, value, ..
            } if reached.contains(value) => {
                results.extend(words(name(*to)));
            }
            Op::StoreItem { object, key, value } if reached.contains(value) => {
                results.extend(words(program.snippet(site.function, *object)));
                if let Op::Constant(Constant::Str(text)) = ir.op(*key) {
                    results.extend(words(text));
                }
            }
            Op::Call { callee, arguments } => {
                let is_receiver = matches!(ir.op(*callee), Op::Attribute { object, .. } if reached.contains(object));
                for argument in arguments {
                    if is_receiver {
                        // `digest.update(data)` hashes more.
                        inputs.extend(words(program.snippet(site.function, argument.value)));
                    } else if reached.contains(&argument.value) {
                        results.extend(words(program.snippet(site.function, *callee)));
                        if let ArgumentKind::Keyword(to) = argument.kind {
                            results.extend(words(name(to)));
                        }
                    }
                }
            }
            _ => {}
        }
    }
    let is_returned = ir.blocks.iter().any(|block| {
        matches!(&block.terminator, Terminator::Return { value, .. } if reached.contains(value))
    });
    if is_returned && let Some(own) = ir.qualified.rsplit('.').next() {
        results.extend(words(own));
    }
    Around {
        inputs,
        results,
        outside: words(&program.qualified_name(site.function)),
    }
}

/// Everything in the function that is made of `start`.
fn reached(ir: &Function, start: ValueId) -> FxHashSet<ValueId> {
    const ROUNDS_MAX: usize = 4;
    let mut reached = FxHashSet::default();
    reached.insert(start);
    for _ in 0..ROUNDS_MAX {
        let before = reached.len();
        for (index, inst) in (0_u32..).zip(&ir.insts) {
            let id = ValueId(index);
            if reached.contains(&id) || !carries(&inst.op) {
                continue;
            }
            let mut is_made_of = false;
            let mut op = inst.op.clone();
            op.operands_mut(&mut |value| is_made_of |= reached.contains(value));
            if is_made_of {
                reached.insert(id);
            }
        }
        if reached.len() == before {
            break;
        }
    }
    reached
}

/// Whether the result is made of the operands. A new version of another object is not.
fn carries(op: &Op) -> bool {
    match op {
        Op::After { role, .. } => *role == hognose_python::ir::Role::Receiver,
        Op::StoreAttribute { .. }
        | Op::StoreItem { .. }
        | Op::StoreGlobal { .. }
        | Op::StoreCaptured { .. }
        | Op::Function { .. }
        | Op::Compare(..)
        | Op::Unary(..) => false,
        _ => true,
    }
}

#[cfg(test)]
mod tests {
    use super::words;

    #[test]
    fn names_are_words() {
        assert_eq!(words("cacheKey"), ["cache", "key"]);
        assert_eq!(words("CACHE_KEY2"), ["cache", "key2"]);
        assert_eq!(
            words("request.form['password']"),
            ["request", "form", "password"]
        );
    }
}
