//! Known formats of credentials in Python files: in literals, in what literals are put together to,
//! in comments.
//!
//! ```python
//! client = Client("sk_live_…")     # no name says it, the format does
//! # old token: ghp_…               # a comment keeps it as well as code
//! TOKEN = "ghp_" "…"               # in pieces
//! ```
//! A literal that is reported for its name already is reported once, with what the format adds.

use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock};

use hognose_dataflow::Analysis;
use hognose_dataflow::program::{FuncId, ModuleId};
use hognose_dataflow::value::Site;
use hognose_finding::{Confidence, Finding, Location};
use hognose_python::ir::{Constant, Op, Part, ValueId};
use hognose_secrets::{Hit, Scanner};
use ruff_text_size::{TextRange, TextSize};

use crate::fingerprint::fingerprint;
use crate::place;

/// The longest constant that is put together and looked into, in bytes.
const VALUE_MAX: usize = 64 * 1024;

/// `findings` and what the known formats add to them.
pub fn add(analysis: &Analysis, findings: Vec<Finding>, root: &str) -> Vec<Finding> {
    let mut by_file: BTreeMap<Arc<str>, Vec<Finding>> = BTreeMap::new();
    for finding in findings {
        let file = Arc::clone(&finding.location.file);
        by_file.entry(file).or_default().push(finding);
    }
    for (module, hit) in hits(analysis, root) {
        let path = &analysis.program.module(module).file.source.path;
        let known = by_file.entry(Arc::clone(path)).or_default();
        let same = known.iter_mut().find(|finding: &&mut Finding| {
            let range = finding.location.range;
            range.contains_range(hit.range) || hit.range.contains_range(range)
        });
        match same {
            Some(finding) => strengthen(finding, &hit),
            None => known.push(new(analysis, module, &hit)),
        }
    }
    by_file.into_values().flatten().collect()
}

fn scanner() -> &'static Scanner {
    static SCANNER: OnceLock<Scanner> = OnceLock::new();
    SCANNER.get_or_init(Scanner::new)
}

/// The hits of all files, in the text and in constants whose value is not written in one piece.
fn hits(analysis: &Analysis, root: &str) -> Vec<(ModuleId, Hit)> {
    use rayon::prelude::*;
    let program = &analysis.program;
    let modules: Vec<ModuleId> = (0_u32..)
        .zip(&program.modules)
        .map(|(index, _)| ModuleId(index))
        .collect();
    let mut hits: Vec<(ModuleId, Hit)> = modules
        .par_iter()
        .flat_map_iter(|module| {
            let source = &program.module(*module).file.source;
            let path = source.path.strip_prefix(root).unwrap_or(&source.path);
            let mut hits = scanner().scan(path, &source.text);
            hits.extend(pieces(&program.module(*module).file, path));
            doubt_documentation(&program.module(*module).file, &mut hits);
            let of_module = hits.into_iter().map(|hit| (*module, hit));
            of_module.collect::<Vec<_>>()
        })
        .collect();
    for id in program.function_ids() {
        let module = program.module_of(id);
        let path = &program.module(module).file.source.path;
        let path = path.strip_prefix(root).unwrap_or(path);
        for (site, value) in texts(analysis, id) {
            let range = place::location(analysis, site).range;
            for hit in scanner().scan_piece(path, &value) {
                let range = exact(&program.module(module).file.source, range, &value, &hit);
                hits.push((module, Hit { range, ..hit }));
            }
        }
        for (site, value) in constants(analysis, id) {
            let range = place::location(analysis, site).range;
            for hit in scanner().scan_value(path, &value) {
                hits.push((module, Hit { range, ..hit }));
            }
        }
    }
    hits
}

/// Settings with telling names in comments and docstrings.
fn pieces(file: &hognose_python::File, path: &str) -> Vec<Hit> {
    let mut hits = Vec::new();
    let docstrings = file
        .statements
        .iter()
        .filter(|range| is_bare_string(file.source.slice(**range)));
    for range in file.comments.iter().chain(docstrings) {
        let text = file.source.slice(*range);
        for hit in scanner().scan_piece(path, text) {
            hits.push(Hit {
                range: hit.range + range.start(),
                ..hit
            });
        }
    }
    hits
}

/// Documentation shows examples: without a provider who issued it, what stands there is doubtful.
fn doubt_documentation(file: &hognose_python::File, hits: &mut [Hit]) {
    for hit in hits {
        let is_documented = matches!(hit.provider, "" | "generic")
            && file.statements.iter().any(|range| {
                range.contains_range(hit.range) && is_bare_string(file.source.slice(*range))
            });
        if is_documented {
            hit.confidence = Confidence::Low;
        }
    }
}

/// Whether a statement is nothing but a text.
fn is_bare_string(statement: &str) -> bool {
    let text = statement.trim_start_matches(['r', 'R', 'u', 'U']);
    ["\"\"\"", "'''"]
        .iter()
        .any(|quotes| text.starts_with(quotes) && text.ends_with(quotes))
}

/// Constants that are put together from pieces or hold escapes: their value is not what is written.
fn constants(analysis: &Analysis, id: FuncId) -> Vec<(Site, String)> {
    const LENGTH_MIN: usize = 16;
    let program = &analysis.program;
    let function = program.function(id);
    let mut found = Vec::new();
    for (index, inst) in (0_u32..).zip(&function.insts) {
        let value = ValueId(index);
        let text = match &inst.op {
            Op::Constant(Constant::Str(text)) if text.len() >= LENGTH_MIN => {
                let written = program.snippet(id, value);
                if written.contains(&**text) {
                    continue;
                }
                text.to_string()
            }
            Op::Template(parts) => match joined(analysis, id, value, parts) {
                Some(text) if text.len() >= LENGTH_MIN => text,
                Some(_) | None => continue,
            },
            _ => continue,
        };
        if text.len() <= VALUE_MAX {
            let site = Site {
                function: id,
                value,
            };
            found.push((site, text));
        }
    }
    found
}

/// Constants that are more than a word: docstrings, files that are written, JSON.
fn texts(analysis: &Analysis, id: FuncId) -> Vec<(Site, String)> {
    let function = analysis.program.function(id);
    (0_u32..)
        .zip(&function.insts)
        .filter_map(|(index, inst)| match &inst.op {
            Op::Constant(Constant::Str(text))
                if text.contains(['=', ':', '\'']) && text.len() <= VALUE_MAX =>
            {
                let site = Site {
                    function: id,
                    value: ValueId(index),
                };
                Some((site, text.to_string()))
            }
            _ => None,
        })
        .collect()
}

/// Where in the source the value of `hit` stands, which lies within the literal at `literal` with
/// the value `value`; the whole literal where escapes are in the way.
fn exact(
    source: &hognose_finding::SourceText,
    literal: TextRange,
    value: &str,
    hit: &Hit,
) -> TextRange {
    let written = source.slice(literal);
    let secret = &value[hit.range];
    match written.match_indices(secret).collect::<Vec<_>>().as_slice() {
        [(at, _)] => {
            let start = literal.start() + TextSize::try_from(*at).unwrap_or_default();
            TextRange::at(start, TextSize::of(secret))
        }
        _ => literal,
    }
}

/// The text of a template whose holes are constants that stand in it.
fn joined(analysis: &Analysis, id: FuncId, template: ValueId, parts: &[Part]) -> Option<String> {
    let program = &analysis.program;
    let function = program.function(id);
    let whole = program.range(id, template);
    let mut text = String::new();
    for part in parts {
        match part {
            Part::Literal(literal) => text.push_str(literal),
            Part::Hole(value, _) => match function.op(*value) {
                Op::Constant(Constant::Str(constant))
                    if whole.contains_range(program.range(id, *value)) =>
                {
                    text.push_str(constant);
                }
                _ => return None,
            },
            Part::Join(..) => return None,
        }
    }
    Some(text)
}

/// What a format adds to a literal that is known to be a credential.
fn strengthen(finding: &mut Finding, hit: &Hit) {
    finding.confidence = finding.confidence.max(hit.confidence);
    // Passwords in URLs and headers are known by their place, which the name says better.
    if hit.provider.is_empty() || hit.provider == "generic" {
        return;
    }
    let hardcoded = finding.rule.id == hognose_secrets::rules::HARDCODED_SECRET;
    if let Some(rule) = crate::rule(hit.rule).filter(|_| hardcoded) {
        finding.rule = rule;
    }
    finding.severity = hit.severity;
    finding.message = message(hit);
}

fn new(analysis: &Analysis, module: ModuleId, hit: &Hit) -> Finding {
    let program = &analysis.program;
    let file = &program.module(module).file;
    let rule = crate::rule(hit.rule).expect("the scanner names registered rules");
    let function = enclosing(file, hit.range);
    let length = hit.range.len().to_u32().to_string();
    Finding {
        rule,
        severity: hit.severity,
        confidence: hit.confidence,
        fingerprint: fingerprint(rule, &[&function, hit.format, &length]),
        location: Location {
            file: Arc::clone(&file.source.path),
            range: clamped(hit.range, &file.source.text),
        },
        message: message(hit),
        function,
        trace: Vec::new(),
        fix: None,
    }
}

fn clamped(range: TextRange, text: &str) -> TextRange {
    let end = TextSize::of(text);
    TextRange::new(range.start().min(end), range.end().min(end))
}

/// The innermost function around `range`, or the module's name.
fn enclosing(file: &hognose_python::File, range: TextRange) -> String {
    let functions = &file.module.functions;
    functions
        .iter()
        .filter(|function| function.range.contains_range(range))
        .min_by_key(|function| function.range.len())
        .or(functions.first())
        .map_or_else(String::new, |function| function.qualified.to_string())
}

fn message(hit: &Hit) -> String {
    format!("{} {}", hit.message, hit.advice)
}
