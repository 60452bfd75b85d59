//! Constants under telling names: variables, attributes, keys, parameters, comparisons.
//!
//! ```python
//! DB_PASSWORD = "supersecret123"                 # a name
//! {"api_key": "…"}, f(token="…"), x.secret = …   # keys, keywords, attributes
//! os.environ.get("SECRET_KEY", "s3cr3t-k3y")     # a default
//! if password == "letmein1": …                   # a comparison
//! ```
//! One function of the program at a time; what a name says is in [`hognose_secrets::names`].

use std::collections::BTreeSet;

use hognose_dataflow::Analysis;
use hognose_dataflow::program::FuncId;
use hognose_dataflow::value::Site;
use hognose_finding::Confidence;
use hognose_python::ir::{
    Argument, ArgumentKind, CompareOp, Constant, DictEntry, Element, Function, Op, Part, Symbol,
    ValueId,
};

use crate::credential::{Candidate, Role};
use hognose_secrets::names::{self, Strength, is_password, is_word_of, strength};
use hognose_secrets::texts::credential_inside;
use hognose_secrets::values::{
    ChosenBy, credibility, credibility_under, is_identifier_like, is_used, is_well_known,
    is_wording,
};

/// Constants under telling names in one function.
pub struct Names<'a> {
    pub analysis: &'a Analysis,
    pub id: FuncId,
    pub function: &'a Function,
    pub found: &'a mut Vec<Candidate>,
}

impl<'a> Names<'a> {
    pub fn collect(&mut self) {
        let first = self.found.len();
        self.roles();
        let shown = self.shown_to_readers();
        for candidate in &mut self.found[first..] {
            let is_default =
                is_well_known(&candidate.text) || shown.contains(&candidate.site.value);
            if is_default {
                candidate.confidence = Confidence::Low;
            }
        }
    }

    fn roles(&mut self) {
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
        let role = if self.has_environment_read(value) {
            Role::Fallback
        } else {
            Role::Named
        };
        self.named_as(name, value, role);
    }

    fn named_as(&mut self, name: &str, value: ValueId, role: Role) {
        if strength(name).is_none() {
            return;
        }
        for (literal, text) in self.literals(value, 0) {
            let confidence = match role {
                Role::Fallback => fallback(name, &text),
                _ if is_word_of(name, &text) || text.eq_ignore_ascii_case(name) => None,
                _ => credibility_under(name, &text),
            };
            let Some(confidence) = confidence else {
                continue;
            };
            // What a product is delivered with, and asks to be changed.
            let is_delivered = names::is_default(name) && is_plain(&text);
            let confidence = if is_delivered {
                Confidence::Low
            } else {
                confidence
            };
            let what = match role {
                Role::Fallback => format!("the value of `{name}` where nothing else is set"),
                _ => format!("the value of `{name}`"),
            };
            let candidate = self.candidate(literal, text, confidence, what);
            self.found.push(Candidate {
                name: Some(name.to_owned()),
                role,
                ..candidate
            });
        }
    }

    /// Whether one of the alternatives of `value` is read from the environment, so that the
    /// others stand in for it.
    fn has_environment_read(&self, value: ValueId) -> bool {
        let Op::Phi(inputs) = self.function.op(value) else {
            return false;
        };
        inputs.iter().any(|(_, input)| {
            let mut input = *input;
            while let Op::Refine { value, .. } = self.function.op(input) {
                input = *value;
            }
            match self.function.op(input) {
                Op::Call { callee, .. } => self.reads_environment(*callee),
                _ => false,
            }
        })
    }

    /// `os.environ.get`, `os.getenv`, `env`, `config`: what reads a setting from outside.
    fn reads_environment(&self, callee: ValueId) -> bool {
        let text = self.analysis.program.snippet(self.id, callee);
        let last = self.last_name(callee).unwrap_or("");
        matches!(last, "getenv" | "env" | "config")
            || matches!(last, "get" | "pop" | "str") && text.contains("env")
    }

    /// Literals that are there for a reader to see: under names such as `placeholders`,
    /// `connection_examples`, `description`, however deep.
    fn shown_to_readers(&self) -> BTreeSet<ValueId> {
        let mut shown = BTreeSet::new();
        for (name, value) in &self.function.bindings {
            if names::is_for_readers(self.text(*name)) {
                self.add_below(*value, &mut shown, 0);
            }
        }
        for inst in &self.function.insts {
            match &inst.op {
                Op::Dict(entries) => {
                    for entry in entries {
                        if let DictEntry::Pair(key, value) = entry
                            && self.string(*key).is_some_and(names::is_for_readers)
                        {
                            self.add_below(*value, &mut shown, 0);
                        }
                    }
                }
                Op::Call { arguments, .. } => {
                    for argument in arguments {
                        if let ArgumentKind::Keyword(name) = argument.kind
                            && names::is_for_readers(self.text(name))
                        {
                            self.add_below(argument.value, &mut shown, 0);
                        }
                    }
                }
                _ => {}
            }
        }
        shown
    }

    fn add_below(&self, value: ValueId, shown: &mut BTreeSet<ValueId>, depth: usize) {
        const DEPTH_MAX: usize = 8;
        if depth > DEPTH_MAX || !shown.insert(value) {
            return;
        }
        match self.function.op(value) {
            Op::Dict(entries) => {
                for entry in entries {
                    match entry {
                        DictEntry::Pair(_, value) => self.add_below(*value, shown, depth + 1),
                        DictEntry::Spread(value) => self.add_below(*value, shown, depth + 1),
                    }
                }
            }
            Op::Display(_, elements) => {
                for element in elements {
                    match element {
                        Element::Item(value) | Element::Spread(value) => {
                            self.add_below(*value, shown, depth + 1);
                        }
                    }
                }
            }
            Op::Annotated {
                value: Some(value), ..
            }
            | Op::Refine { value, .. } => self.add_below(*value, shown, depth + 1),
            _ => {}
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
            role: Role::Named,
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
        let others: Vec<ValueId> = entries
            .iter()
            .filter_map(|entry| match entry {
                DictEntry::Pair(_, value) => Some(*value),
                DictEntry::Spread(_) => None,
            })
            .collect();
        for (name, value) in named {
            let first = self.found.len();
            self.named(name, value);
            self.doubt_twins(first, &others);
        }
    }

    /// A password that is the user's name, or that of the service, is the one that everybody tries.
    fn doubt_twins(&mut self, first: usize, others: &[ValueId]) {
        for index in first..self.found.len() {
            let candidate = &self.found[index];
            let twins = others
                .iter()
                .filter_map(|other| self.string(*other))
                .filter(|other| other.eq_ignore_ascii_case(&candidate.text))
                .count();
            if twins > 1 {
                self.found[index].confidence = Confidence::Low;
            }
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
                let first = self.found.len();
                self.named(self.text(name), argument.value);
                let others: Vec<ValueId> =
                    arguments.iter().map(|argument| argument.value).collect();
                self.doubt_twins(first, &others);
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
        let role = if self.reads_environment(callee) {
            Role::Fallback
        } else {
            Role::Named
        };
        if let ([_, default], true) = (positional.as_slice(), reads) {
            self.named_as(name, *default, role);
        }
        if reads || is_option {
            let default = arguments.iter().find(|argument| {
                matches!(argument.kind, ArgumentKind::Keyword(name) if self.text(name) == "default")
            });
            if let Some(default) = default {
                self.named_as(name, default.value, role);
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
        if is_word_of(&name, &text) {
            return;
        }
        // Under wider names a word is a state, a kind or an empty field.
        let enough = match credibility_under(&name, &text) {
            Some(Confidence::Medium) if strength(&name) == Some(Strength::Weak) => true,
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

/// How sure it is that the program runs with a fallback: a key of its own works, whatever it is.
fn fallback(name: &str, text: &str) -> Option<Confidence> {
    let own_key = names::is_own_key(name) && is_used(text, ChosenBy::Program);
    credibility_under(name, text).or_else(|| own_key.then_some(Confidence::Medium))
}

/// A word, or a few digits.
fn is_plain(text: &str) -> bool {
    const LENGTH_MAX: usize = 12;
    text.len() <= LENGTH_MAX
        && (text.chars().all(|character| character.is_ascii_lowercase())
            || text.chars().all(|character| character.is_ascii_digit()))
}
