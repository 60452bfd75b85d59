//! Hardcoded secrets: constants that reach a credential parameter, and constants under names that
//! say what they are.
//!
//! ```python
//! connect(password="hunter2")                    # a parameter of a library
//! DB_PASSWORD = "supersecret123"                 # a name
//! {"api_key": "…"}, f(token="…"), x.secret = …   # keys, keywords, attributes
//! os.environ.get("SECRET_KEY", "s3cr3t-k3y")     # a default
//! if password == "letmein1": …                   # a comparison
//! create_engine("postgresql://app:s3cret@db/x")  # the password of a connection URL
//! ```
//! A literal is reported once, at the literal.

use std::collections::BTreeSet;

use hognose_dataflow::models::rows::RowConfidence;
use hognose_dataflow::program::FuncId;
use hognose_dataflow::value::Site;
use hognose_dataflow::{Analysis, Weakness};
use hognose_finding::{Confidence, Finding, Step, StepKind};
use hognose_python::ir::{
    ArgumentKind, CompareOp, Constant, DictEntry, Function, Op, Symbol, ValueId,
};

use crate::fingerprint::fingerprint;
use crate::place;
use crate::rules::HARDCODED_SECRET;
use crate::secret_names::{Strength, strength};
use crate::secret_values::{credibility, is_used};

/// A literal that is taken for a credential.
struct Candidate {
    site: Site,
    text: String,
    confidence: Confidence,
    /// "the database password", "`DB_PASSWORD`"
    what: String,
    /// The call that uses it, for flows.
    sink: Option<Site>,
}

pub fn findings(analysis: &Analysis) -> Vec<Finding> {
    let mut candidates = used_constants(analysis);
    for function in analysis.program.function_ids() {
        Names {
            analysis,
            id: function,
            function: analysis.program.function(function),
            found: &mut candidates,
        }
        .collect();
    }
    let mut seen = BTreeSet::new();
    candidates.sort_by(|a, b| (a.site, b.confidence).cmp(&(b.site, a.confidence)));
    candidates
        .into_iter()
        .filter(|candidate| seen.insert(candidate.site))
        .map(|candidate| finding(analysis, candidate))
        .collect()
}

/// Constants that reach a credential parameter, attribute or setting of a library.
fn used_constants(analysis: &Analysis) -> Vec<Candidate> {
    analysis
        .flows()
        .into_iter()
        .filter(|flow| flow.weakness == Weakness::Constant)
        .filter_map(|flow| {
            let text = flow.constant.as_deref()?;
            if !is_used(text) {
                return None;
            }
            let confidence = match flow.confidence {
                RowConfidence::High => Confidence::High,
                RowConfidence::Medium => Confidence::Medium,
                RowConfidence::Low => Confidence::Low,
            };
            Some(Candidate {
                site: flow.source,
                text: text.to_owned(),
                confidence,
                what: flow
                    .sink
                    .what
                    .as_deref()
                    .map_or_else(|| "a credential".to_owned(), |what| format!("the {what}")),
                sink: Some(flow.sink.site),
            })
        })
        .collect()
}

/// Constants under telling names in one function.
struct Names<'a> {
    analysis: &'a Analysis,
    id: FuncId,
    function: &'a Function,
    found: &'a mut Vec<Candidate>,
}

impl Names<'_> {
    fn collect(&mut self) {
        for (name, value) in &self.function.bindings {
            self.named(self.text(*name).to_owned(), *value);
        }
        for (index, inst) in (0_u32..).zip(&self.function.insts) {
            match &inst.op {
                Op::StoreAttribute { name, value, .. } => {
                    self.named(self.text(*name).to_owned(), *value);
                }
                Op::StoreItem { key, value, .. } => {
                    if let Some(name) = self.string(*key) {
                        self.named(name.to_owned(), *value);
                    }
                }
                Op::Dict(entries) => self.dict(entries),
                Op::Call { callee, arguments } => self.call(*callee, arguments),
                Op::Compare(CompareOp::Eq | CompareOp::NotEq, left, right) => {
                    self.comparison(*left, *right);
                    self.comparison(*right, *left);
                }
                Op::Constant(Constant::Str(text)) => self.connection_url(ValueId(index), text),
                Op::Function { function, .. } => self.defaults(*function),
                _ => {}
            }
        }
    }

    fn text(&self, name: Symbol) -> &str {
        self.analysis.program.names.text(name)
    }

    fn string(&self, value: ValueId) -> Option<&str> {
        match self.function.op(value) {
            Op::Constant(Constant::Str(text)) => Some(text),
            _ => None,
        }
    }

    /// The literals that a value is: itself, or one of the alternatives of `or` and conditions.
    fn literals(&self, value: ValueId, depth: usize) -> Vec<(ValueId, String)> {
        const DEPTH_MAX: usize = 4;
        if depth > DEPTH_MAX {
            return Vec::new();
        }
        match self.function.op(value) {
            Op::Constant(Constant::Str(text)) => vec![(value, text.to_string())],
            Op::Constant(Constant::Bytes(bytes)) => match std::str::from_utf8(bytes) {
                Ok(text) => vec![(value, text.to_owned())],
                Err(_) => Vec::new(),
            },
            Op::Phi(inputs) => inputs
                .iter()
                .flat_map(|(_, input)| self.literals(*input, depth + 1))
                .collect(),
            Op::Refine { value, .. }
            | Op::Annotated {
                value: Some(value), ..
            } => self.literals(*value, depth + 1),
            // `"…".encode()`, `SecretStr("…")`
            Op::Call { callee, arguments } => match (self.function.op(*callee), &**arguments) {
                (Op::Attribute { object, name }, _) if self.text(*name) == "encode" => {
                    self.literals(*object, depth + 1)
                }
                (_, [only])
                    if only.kind == ArgumentKind::Positional
                        && self
                            .last_name(*callee)
                            .is_some_and(|name| name.starts_with("Secret")) =>
                {
                    self.literals(only.value, depth + 1)
                }
                _ => Vec::new(),
            },
            _ => Vec::new(),
        }
    }

    fn named(&mut self, name: String, value: ValueId) {
        let Some(strength) = strength(&name) else {
            return;
        };
        for (literal, text) in self.literals(value, 0) {
            if text.eq_ignore_ascii_case(&name) {
                continue;
            }
            if let Some(confidence) = credibility(&text, strength) {
                self.add(literal, text, confidence, format!("the value of `{name}`"));
            }
        }
    }

    fn add(&mut self, literal: ValueId, text: String, confidence: Confidence, what: String) {
        self.found.push(Candidate {
            site: Site {
                function: self.id,
                value: literal,
            },
            text,
            confidence,
            what,
            sink: None,
        });
    }

    fn dict(&mut self, entries: &[DictEntry]) {
        for entry in entries {
            if let DictEntry::Pair(key, value) = entry
                && let Some(name) = self.string(*key)
            {
                self.named(name.to_owned(), *value);
            }
        }
    }

    fn call(&mut self, callee: ValueId, arguments: &[hognose_python::ir::Argument]) {
        for argument in arguments {
            if let ArgumentKind::Keyword(name) = argument.kind {
                self.named(self.text(name).to_owned(), argument.value);
            }
        }
        // `environ.get("KEY", "default")`, `getenv("KEY", "default")`, `setdefault("KEY", "…")`
        let reads = self.last_name(callee).is_some_and(|name| {
            matches!(
                name,
                "get" | "getenv" | "setdefault" | "config" | "env" | "pop"
            )
        });
        let positional: Vec<ValueId> = arguments
            .iter()
            .filter(|argument| argument.kind == ArgumentKind::Positional)
            .map(|argument| argument.value)
            .collect();
        if let ([key, default], true) = (positional.as_slice(), reads)
            && let Some(name) = self.string(*key)
        {
            self.named(name.to_owned(), *default);
        }
        if let ([key], true) = (positional.as_slice(), reads) {
            let default = arguments.iter().find(|argument| {
                matches!(argument.kind, ArgumentKind::Keyword(name) if self.text(name) == "default")
            });
            if let (Some(name), Some(default)) = (self.string(*key), default) {
                self.named(name.to_owned(), default.value);
            }
        }
    }

    fn last_name(&self, value: ValueId) -> Option<&str> {
        match self.function.op(value) {
            Op::Attribute { name, .. } | Op::Global(name) | Op::ImportFrom { name, .. } => {
                Some(self.text(*name))
            }
            _ => None,
        }
    }

    /// `password == "letmein1"`
    fn comparison(&mut self, tested: ValueId, constant: ValueId) {
        let Some(text) = self.string(constant).map(ToOwned::to_owned) else {
            return;
        };
        let mut current = tested;
        loop {
            current = match self.function.op(current) {
                Op::Refine { value, .. } | Op::After { object: value, .. } => *value,
                _ => break,
            };
        }
        let name = match self.function.op(current) {
            Op::Attribute { name, .. } | Op::Global(name) => self.text(*name).to_owned(),
            Op::Param(index) => match self.function.params.get(*index as usize) {
                Some(param) => self.text(param.name).to_owned(),
                None => return,
            },
            Op::Item { key, .. } => match self.string(*key) {
                Some(name) => name.to_owned(),
                None => return,
            },
            _ => {
                let source = self.analysis.program.snippet(self.id, current);
                let bound = self
                    .function
                    .bindings
                    .iter()
                    .find(|(_, value)| *value == current)
                    .map(|(name, _)| self.text(*name).to_owned());
                match bound {
                    Some(name) => name,
                    None if source
                        .chars()
                        .all(|character| character.is_alphanumeric() || character == '_') =>
                    {
                        source.to_owned()
                    }
                    None => return,
                }
            }
        };
        if strength(&name) != Some(Strength::Strong) {
            return;
        }
        // Only a value that nobody types by accident: others are states, kinds and empty fields.
        if credibility(&text, Strength::Strong) == Some(Confidence::High) {
            let what = format!("compared with `{name}`");
            self.add(constant, text, Confidence::Medium, what);
        }
    }

    fn defaults(&mut self, index: hognose_python::ir::FunctionIndex) {
        let module = self.analysis.program.module_of(self.id);
        let params = &self
            .analysis
            .program
            .module(module)
            .file
            .module
            .function(index)
            .params;
        let named: Vec<(String, ValueId)> = params
            .iter()
            .filter_map(|param| Some((self.text(param.name).to_owned(), param.default?)))
            .collect();
        for (name, default) in named {
            self.named(name, default);
        }
    }

    /// `scheme://user:password@host`
    fn connection_url(&mut self, value: ValueId, text: &str) {
        let Some(password) = url_password(text) else {
            return;
        };
        if let Some(confidence) = credibility(password, Strength::Strong) {
            let host = text.split('@').next_back().unwrap_or("");
            let local = ["localhost", "127.0.0.1", "example"]
                .iter()
                .any(|name| host.starts_with(name));
            let confidence = if local {
                confidence.min(Confidence::Medium)
            } else {
                confidence
            };
            self.add(
                value,
                password.to_owned(),
                confidence,
                "the password of a connection URL".to_owned(),
            );
        }
    }
}

/// The password in `scheme://user:password@host`, if there is one.
fn url_password(text: &str) -> Option<&str> {
    let (scheme, rest) = text.split_once("://")?;
    let simple = |character: char| character.is_ascii_alphanumeric() || "+-.".contains(character);
    if scheme.is_empty() || scheme.len() > 40 || !scheme.chars().all(simple) {
        return None;
    }
    let authority = rest.split(['/', '?', '#', ' ', '\n']).next()?;
    let (user_info, host) = authority.rsplit_once('@')?;
    let (user, password) = user_info.split_once(':')?;
    if host.is_empty() || password.is_empty() || user.contains('{') {
        return None;
    }
    (password != user).then_some(password)
}

fn finding(analysis: &Analysis, candidate: Candidate) -> Finding {
    let location = place::location(analysis, candidate.site);
    let mut confidence = candidate.confidence;
    if place::is_test_path(&location.file) {
        confidence = confidence.min(Confidence::Low);
    }
    let function = analysis.program.qualified_name(candidate.site.function);
    let mut trace = Vec::new();
    if let Some(sink) = candidate.sink.filter(|sink| *sink != candidate.site) {
        trace.push(Step {
            kind: StepKind::Source,
            location: location.clone(),
            message: "the constant".to_owned(),
        });
        trace.push(Step {
            kind: StepKind::Sink,
            location: place::location(analysis, sink),
            message: format!("is used as {}", candidate.what),
        });
    }
    let message = format!(
        "{} is written in the source. Everybody who can read the code or its history has it. \
         Replace it with a new one that is read at run time, from the environment or a secret store.",
        capitalised(&candidate.what)
    );
    // The text itself must not be guessable from the fingerprint of a report.
    let shape = candidate.text.chars().count().to_string();
    Finding {
        rule: &HARDCODED_SECRET,
        severity: HARDCODED_SECRET.severity,
        confidence,
        location,
        message,
        fingerprint: fingerprint(&HARDCODED_SECRET, &[&function, &candidate.what, &shape]),
        trace,
        function,
    }
}

fn capitalised(text: &str) -> String {
    let mut characters = text.chars();
    characters
        .next()
        .map(|first| first.to_uppercase().collect::<String>() + characters.as_str())
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::url_password;

    #[test]
    fn passwords_in_urls() {
        assert_eq!(
            url_password("postgresql://app:s3cret@db/shop"),
            Some("s3cret")
        );
        assert_eq!(url_password("https://example.com/a:b@c"), None);
        assert_eq!(url_password("redis://:pw123@cache:6379/0"), Some("pw123"));
        assert_eq!(url_password("postgresql://db/shop"), None);
    }
}
