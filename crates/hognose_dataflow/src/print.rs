//! Values, cells and summaries as text, for `hognose debug` and goldens.
//!
//! ```text
//! "SELECT … '" {param 0} "'"; from param 0; is instance of sqlite3.Cursor; ["id"] = 7
//! ```
//! One line a value: what its text is, what it may be, which marks it carries, its parts. Equal
//! values print equally whatever the number of threads.

use std::fmt::Write as _;

use crate::fact::Fact;
use crate::models::Models;
use crate::models::rows::{Labels, RowConfidence};
use crate::program::{FuncId, Program};
use crate::solve::Analysis;
use crate::summary::{Cell, Implied, Returns, Summary};
use crate::value::{
    Alternative, Atom, Key, Mark, Origin, Path, Piece, Relation, Site, Text, Value,
};

/// Characters of a constant that are shown.
const CONSTANT_MAX: usize = 60;

/// Prints what belongs to one program.
#[derive(Clone, Copy)]
pub struct Printer<'a> {
    pub program: &'a Program,
    pub models: &'a Models,
}

impl<'a> Printer<'a> {
    pub fn new(analysis: &'a Analysis) -> Self {
        Self {
            program: &analysis.program,
            models: &analysis.models,
        }
    }

    pub fn value(self, value: &Value) -> String {
        if value.is_bottom() {
            return "nothing".to_owned();
        }
        let mut parts = Vec::new();
        match value.text() {
            Text::Nothing | Text::Unknown => {}
            Text::Literal => parts.push("some constant".to_owned()),
            Text::Known(list) => {
                let list: Vec<String> = list.iter().map(|text| self.alternative(text)).collect();
                parts.push(list.join(" or "));
            }
        }
        parts.extend(
            value
                .facts()
                .iter()
                .map(|fact| format!("is {}", self.fact(fact))),
        );
        parts.extend(value.marks().iter().map(|mark| self.mark(mark)));
        parts.extend(
            value
                .children()
                .iter()
                .map(|(key, child)| format!("{} = ({})", self.key(*key), self.value(child))),
        );
        if parts.is_empty() {
            return "anything".to_owned();
        }
        parts.join("; ")
    }

    fn alternative(self, alternative: &Alternative) -> String {
        match alternative {
            Alternative::Constant(atom, _) => constant(atom),
            Alternative::Template(pieces) => {
                let pieces: Vec<String> = pieces.iter().map(|piece| self.piece(piece)).collect();
                pieces.join(" ")
            }
        }
    }

    fn piece(self, piece: &Piece) -> String {
        match piece {
            Piece::Literal(text) => quoted(text),
            Piece::Hole(value, _) => format!("{{{}}}", self.value(value)),
            Piece::Join(value, separator) => {
                format!("{{{} joined by {}}}", self.value(value), quoted(separator))
            }
        }
    }

    pub fn fact(self, fact: &Fact) -> String {
        match fact {
            Fact::External(node) => self.models.path(*node),
            Fact::ExternalInstance(node) => format!("instance of {}", self.models.path(*node)),
            Fact::Module(module) => format!("module {}", self.program.module(*module).name),
            Fact::Namespace(directory) => format!("namespace {directory}"),
            Fact::Function(function, _) => {
                format!("function {}", self.function(*function))
            }
            Fact::Class(class) => format!("class {}", self.class(*class)),
            Fact::Instance(class) => format!("instance of {}", self.class(*class)),
            Fact::Super(class) => format!("super of {}", self.class(*class)),
            Fact::Bound(bound) => {
                let receiver: Vec<String> = bound
                    .receiver
                    .facts()
                    .iter()
                    .map(|fact| self.fact(fact))
                    .collect();
                let callable = self.fact(&bound.callable);
                if receiver.is_empty() {
                    format!("method {callable}")
                } else {
                    format!("method {callable} of {}", receiver.join(" or "))
                }
            }
            Fact::Partial(partial) => {
                let count = partial.positional.len() + partial.keywords.len();
                format!("({}) with {count} arguments", self.value(&partial.callable))
            }
        }
    }

    pub fn function(self, function: FuncId) -> String {
        self.program.qualified_name(function)
    }

    pub fn class(self, class: crate::program::ClassId) -> String {
        let module = &self.program.module(self.program.class_module(class)).name;
        let qualified = &self.program.class(class).qualified;
        if module.is_empty() {
            qualified.to_string()
        } else {
            format!("{module}.{qualified}")
        }
    }

    /// `remote at app.py:7 (word)`; `from` where the value is only made of what is marked.
    fn mark(self, mark: &Mark) -> String {
        let mut text = match mark.relation {
            Relation::Same => self.origin(mark.origin),
            Relation::Derived => format!("from {}", self.origin(mark.origin)),
        };
        if !mark.labels.is_empty() {
            write!(text, " ({})", labels(mark.labels)).expect("writing to a string");
        }
        if mark.keep != Labels::ALL {
            let kept = match mark.keep {
                Labels::INERT => "those about characters".to_owned(),
                Labels::NONE => "no labels".to_owned(),
                keep => labels(keep),
            };
            write!(text, " keeping {kept}").expect("writing to a string");
        }
        match mark.confidence {
            RowConfidence::High => {}
            RowConfidence::Medium => text.push_str(" perhaps"),
            RowConfidence::Low => text.push_str(" hardly"),
        }
        text
    }

    fn origin(self, origin: Origin) -> String {
        match origin {
            Origin::Source(kind, site) => format!("{} at {}", kind.name(), self.site(site)),
            Origin::Param(index, path) => format!("param {index}{}", self.path(path)),
            Origin::Captured(index, path) => format!("captured {index}{}", self.path(path)),
            Origin::Deferred(index, path) => {
                format!("result of deferred {index}{}", self.path(path))
            }
        }
    }

    fn path(self, path: Path) -> String {
        path.keys().map(|key| self.key(key)).collect()
    }

    fn key(self, key: Key) -> String {
        match key {
            Key::Attribute(name) => format!(".{}", self.program.names.text(name)),
            Key::Text(name) => format!("[{}]", quoted(self.program.names.text(name))),
            Key::Index(index) => format!("[{index}]"),
            Key::Any => "[*]".to_owned(),
        }
    }

    /// `shop/views.py:7`
    pub fn site(self, site: Site) -> String {
        let file = &self
            .program
            .module(self.program.module_of(site.function))
            .file;
        let range = self.program.range(site.function, site.value);
        format!(
            "{}:{}",
            file.source.path,
            file.source.line_of(range.start())
        )
    }

    pub fn cell(self, cell: Cell) -> String {
        let name = |symbol| self.program.names.text(symbol);
        match cell {
            Cell::Global(module, symbol) => {
                format!(
                    "global {}.{}",
                    self.program.module(module).name,
                    name(symbol)
                )
            }
            Cell::Attribute(class, symbol) => {
                format!("attribute {}.{}", self.class(class), name(symbol))
            }
            Cell::Library(node, symbol) => {
                format!("attribute {}.{}", self.models.path(node), name(symbol))
            }
            Cell::Default(function, index) => {
                format!("default {index} of {}", self.function(function))
            }
            Cell::Annotation(function, index) => {
                format!("annotation {index} of {}", self.function(function))
            }
            Cell::Returns(function) => format!("returns of {}", self.function(function)),
            Cell::Captured(function, index) => {
                format!("captured {index} of {}", self.function(function))
            }
            Cell::Declared(class, symbol) => {
                format!("declared {}.{}", self.class(class), name(symbol))
            }
            Cell::DeclaredParameter(function, number) => {
                format!("declared parameter {} {number}", self.function(function))
            }
            Cell::Field(class, symbol) => format!("field {}.{}", self.class(class), name(symbol)),
            Cell::Base(class, index) => format!("base {index} of {}", self.class(class)),
        }
    }

    /// The lines of a summary; none where it says nothing.
    pub fn summary(self, summary: &Summary) -> Vec<String> {
        let mut lines = Vec::new();
        let result = self.value(&summary.result);
        if !matches!(result.as_str(), "anything" | "nothing" | "None") {
            lines.push(format!("result    {result}"));
        }
        for (index, value) in &summary.params_after {
            lines.push(format!("after     param {index}: {}", self.value(value)));
        }
        for hit in &summary.hits {
            let via = hit.via.map_or_else(String::new, |(_, function)| {
                format!(" via {}", self.function(function))
            });
            lines.push(format!(
                "hit       {} at {}{via}: {}",
                hit.sink.kind.name(),
                self.site(hit.sink.site),
                self.value(&hit.value)
            ));
        }
        for call in &summary.deferred {
            let arguments: Vec<String> = call
                .arguments
                .iter()
                .map(|argument| self.value(&argument.value))
                .collect();
            lines.push(format!(
                "deferred  ({}) called with ({})",
                self.value(&call.callee),
                arguments.join("), (")
            ));
        }
        for effect in &summary.effects {
            lines.push(format!(
                "effect    {} = {}",
                self.cell(effect.cell),
                self.value(&effect.value)
            ));
        }
        for (param, path) in &summary.checked {
            lines.push(format!("checks    param {param}{}", self.path(*path)));
        }
        self.implied("true", &summary.implied_true, &mut lines);
        self.implied("false", &summary.implied_false, &mut lines);
        match summary.returns {
            Returns::Sometimes => {}
            Returns::Never => lines.push("returns   never".to_owned()),
        }
        lines
    }

    fn implied(self, result: &str, implied: &[Implied], lines: &mut Vec<String>) {
        for fact in implied {
            lines.push(format!(
                "if {result:<6} param {}{} is {}",
                fact.param,
                self.path(fact.path),
                labels(fact.labels)
            ));
        }
    }
}

/// The names of the labels, with commas.
pub fn labels(labels: Labels) -> String {
    let known = Labels::NAMED
        .into_iter()
        .filter(|(_, label)| labels.has_any(*label));
    let mut names: Vec<&str> = known.map(|(name, _)| name).collect();
    if labels.has_any(Labels::PATH_PREFIX_ONLY) {
        names.push("path-prefix-only");
    }
    names.join(", ")
}

fn constant(atom: &Atom) -> String {
    match atom {
        Atom::None => "None".to_owned(),
        Atom::Bool(true) => "True".to_owned(),
        Atom::Bool(false) => "False".to_owned(),
        Atom::Int(value) => value.to_string(),
        Atom::Number => "a number".to_owned(),
        Atom::Str(text) => quoted(text),
        Atom::Bytes(bytes) => format!("b{}", quoted(&String::from_utf8_lossy(bytes))),
    }
}

fn quoted(text: &str) -> String {
    if text.chars().count() <= CONSTANT_MAX {
        return format!("{text:?}");
    }
    let start: String = text.chars().take(CONSTANT_MAX).collect();
    format!("{start:?}…")
}
