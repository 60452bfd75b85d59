//! Constants under telling names: variables, attributes, keys, parameters, comparisons.
//!
//! ```python
//! DB_PASSWORD = "supersecret123"                 # a name
//! {"api_key": "…"}, f(token="…"), x.secret = …   # keys, keywords, attributes
//! os.environ.get("SECRET_KEY", "s3cr3t-k3y")     # a default
//! if password == "letmein1": …                   # a comparison
//! ```
//! One function of the program at a time; what a name says is in [`hognose_secrets::names`].

use hognose_dataflow::Analysis;
use hognose_dataflow::program::FuncId;
use hognose_dataflow::value::Site;
use hognose_finding::Confidence;
use hognose_python::ir::{
    Argument, ArgumentKind, CompareOp, Constant, DictEntry, Element, Function, Op, Part, Symbol,
    ValueId,
};

use crate::credential::Candidate;
use hognose_secrets::names::{Strength, is_password, is_word_of, strength};
use hognose_secrets::texts::credential_inside;
use hognose_secrets::values::{credibility, is_identifier_like, is_wording};

/// Constants under telling names in one function.
pub struct Names<'a> {
    pub analysis: &'a Analysis,
    pub id: FuncId,
    pub function: &'a Function,
    pub found: &'a mut Vec<Candidate>,
}

impl<'a> Names<'a> {
    pub fn collect(&mut self) {
        for (name, value) in &self.function.bindings {
            self.named(self.text(*name), *value);
        }
        for (index, inst) in (0_u32..).zip(&self.function.insts) {
            match &inst.op {
                Op::StoreAttribute { name, value, .. } => {
                    self.named(self.text(*name), *value);
                }
                Op::StoreItem { key, value, .. } => {
                    if let Some(name) = self.string(*key) {
                        self.named(name, *value);
                    }
                }
                Op::Dict(entries) => self.dict(entries),
                Op::Call { callee, arguments } => self.call(*callee, arguments),
                Op::Compare(CompareOp::Eq | CompareOp::NotEq, left, right) => {
                    self.comparison(*left, *right);
                    self.comparison(*right, *left);
                }
                Op::Constant(Constant::Str(text)) => self.inside(ValueId(index), text),
                Op::Template(parts) => self.template_url(parts),
                Op::Display(_, elements) => self.pair(elements),
                Op::Function { function, .. } => self.defaults(*function),
                _ => {}
            }
        }
    }

    fn text(&self, name: Symbol) -> &'a str {
        self.analysis.program.names.text(name)
    }

    fn string(&self, value: ValueId) -> Option<&'a str> {
        let function: &'a Function = self.function;
        match function.op(value) {
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

    fn named(&mut self, name: &str, value: ValueId) {
        let Some(strength) = strength(name) else {
            return;
        };
        for (literal, text) in self.literals(value, 0) {
            if is_word_of(name, &text) || text.eq_ignore_ascii_case(name) {
                continue;
            }
            if let Some(confidence) = credibility(&text, strength) {
                let what = format!("the value of `{name}`");
                let candidate = self.candidate(literal, text, confidence, what);
                self.found.push(Candidate {
                    name: Some(name.to_owned()),
                    ..candidate
                });
            }
        }
    }

    fn add(&mut self, literal: ValueId, text: String, confidence: Confidence, what: String) {
        let candidate = self.candidate(literal, text, confidence, what);
        self.found.push(candidate);
    }

    fn candidate(
        &self,
        literal: ValueId,
        text: String,
        confidence: Confidence,
        what: String,
    ) -> Candidate {
        Candidate {
            site: Site {
                function: self.id,
                value: literal,
            },
            text,
            confidence,
            what,
            name: None,
            sink: None,
        }
    }

    /// Labels and translations stand under the same names as what they are labels of; several
    /// of them, all words, are no credentials.
    fn dict(&mut self, entries: &[DictEntry]) {
        let named: Vec<(&str, ValueId)> = entries
            .iter()
            .filter_map(|entry| match entry {
                DictEntry::Pair(key, value) => Some((self.string(*key)?, *value)),
                DictEntry::Spread(_) => None,
            })
            .filter(|(name, _)| strength(name).is_some())
            .collect();
        let wordings = named
            .iter()
            .filter(|(_, value)| self.string(*value).is_some_and(is_wording))
            .count();
        if wordings > 1 && wordings == named.len() {
            return;
        }
        for (name, value) in named {
            self.named(name, value);
        }
    }

    /// `("password", "…")`, where the second cannot be the label of the first.
    fn pair(&mut self, elements: &[Element]) {
        let [Element::Item(name), Element::Item(value)] = elements else {
            return;
        };
        let (Some(name), Some(text)) = (self.string(*name), self.string(*value)) else {
            return;
        };
        if strength(name) == Some(Strength::Strong)
            && !is_identifier_like(text)
            && credibility(text, Strength::Strong) == Some(Confidence::High)
        {
            let what = format!("the value of `{name}`");
            self.add(*value, text.to_owned(), Confidence::Medium, what);
        }
    }

    fn call(&mut self, callee: ValueId, arguments: &[Argument]) {
        for argument in arguments {
            if let ArgumentKind::Keyword(name) = argument.kind {
                self.named(self.text(name), argument.value);
            }
        }
        let positional: Vec<ValueId> = arguments
            .iter()
            .filter(|argument| argument.kind == ArgumentKind::Positional)
            .map(|argument| argument.value)
            .collect();
        let Some(name) = positional.first().and_then(|key| self.string(*key)) else {
            return;
        };
        // `environ.get("KEY", "default")`, `getenv("KEY", "default")`, `setdefault("KEY", "…")`
        let reads = self.last_name(callee).is_some_and(|name| {
            matches!(
                name,
                "get" | "getenv" | "setenv" | "setdefault" | "config" | "env" | "pop" | "str"
            )
        });
        let is_option = name.starts_with("--");
        if let ([_, default], true) = (positional.as_slice(), reads) {
            self.named(name, *default);
        }
        if reads || is_option {
            let default = arguments.iter().find(|argument| {
                matches!(argument.kind, ArgumentKind::Keyword(name) if self.text(name) == "default")
            });
            if let Some(default) = default {
                self.named(name, default.value);
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
        let Some(name) = self.name_of(tested) else {
            return;
        };
        if strength(&name) != Some(Strength::Strong) || is_word_of(&name, &text) {
            return;
        }
        // Under wider names a word is a state, a kind or an empty field.
        let enough = match credibility(&text, Strength::Strong) {
            Some(Confidence::High) => true,
            Some(Confidence::Medium | Confidence::Low) => is_password(&name),
            None => false,
        };
        if enough {
            let what = format!("compared with `{name}`");
            self.add(constant, text, Confidence::Medium, what);
        }
    }

    /// The name of a variable, an attribute, a key.
    fn name_of(&self, value: ValueId) -> Option<String> {
        let mut current = value;
        loop {
            current = match self.function.op(current) {
                Op::Refine { value, .. } | Op::After { object: value, .. } => *value,
                _ => break,
            };
        }
        match self.function.op(current) {
            Op::Attribute { name, .. } | Op::Global(name) => Some(self.text(*name).to_owned()),
            Op::Param(index) => {
                let param = self.function.params.get(*index as usize)?;
                Some(self.text(param.name).to_owned())
            }
            Op::Item { key, .. } => self.string(*key).map(ToOwned::to_owned),
            _ => {
                let bound = self
                    .function
                    .bindings
                    .iter()
                    .find(|(_, value)| *value == current)
                    .map(|(name, _)| self.text(*name).to_owned());
                bound.or_else(|| {
                    let source = self.analysis.program.snippet(self.id, current);
                    let is_name = |character: char| character.is_alphanumeric() || character == '_';
                    source.chars().all(is_name).then(|| source.to_owned())
                })
            }
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
        for param in params {
            if let Some(default) = param.default {
                self.named(self.text(param.name), default);
            }
        }
    }

    fn inside(&mut self, value: ValueId, text: &str) {
        if let Some(inside) = credential_inside(text) {
            let what = inside.what.to_owned();
            self.add(value, inside.text.to_owned(), inside.confidence, what);
        }
    }

    /// `f"postgresql://{user}:{word}@db/shop"` where `word` is a constant of this function.
    fn template_url(&mut self, parts: &[Part]) {
        let begins_like_url =
            matches!(parts.first(), Some(Part::Literal(text)) if text.contains("://"));
        if !begins_like_url {
            return;
        }
        for window in parts.windows(3) {
            let [
                Part::Literal(before),
                Part::Hole(word, _),
                Part::Literal(after),
            ] = window
            else {
                continue;
            };
            if !before.ends_with(':') || !after.starts_with('@') {
                continue;
            }
            for (literal, text) in self.literals(*word, 0) {
                if let Some(confidence) = credibility(&text, Strength::Strong) {
                    let what = "the password of a connection URL".to_owned();
                    self.add(literal, text, confidence, what);
                }
            }
        }
    }
}
