//! The abstract value: what a value's text is, what it may be, which marks it carries, and the
//! same for its parts.
//!
//! ```python
//! row = {"id": 7, "name": request.args["n"]}
//! # facts: dict; children: ["id"] = constant 7, ["name"] = marked remote
//! q = f"… '{row['name']}'"
//! # text: template "… '" hole "'"; marks: remote
//! ```
//! Values are immutable and shared. A value without a node is the bottom: nothing has arrived.

use std::sync::{Arc, LazyLock};

use hognose_python::ir::{Constant, HoleFormat};
use smallvec::SmallVec;

use crate::fact::Fact;
use crate::limits::{CHILDREN_MAX, DEPTH_MAX, FACTS_MAX, TEXTS_MAX, WEIGHT_MAX};
use crate::models::rows::{Labels, RowConfidence};

pub use crate::mark::{Key, Mark, Origin, Path, Relation, Site, add_mark, merge_marks};

/// See the module documentation.
#[derive(Debug, Clone, Default)]
pub struct Value(Option<Arc<Content>>);

/// The parts of a value that is not bottom.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub struct Content {
    pub text: Text,
    pub facts: SmallVec<[Fact; 1]>,
    pub marks: SmallVec<[Mark; 1]>,
    /// Sorted by key.
    pub children: Vec<(Key, Value)>,
    /// Nodes of the whole value, with those inside texts and facts. Set by [`Value::new`].
    pub weight: u32,
}

/// What is known of the text (or number) itself.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub enum Text {
    /// Not a text as far as is known; joins as the neutral element.
    #[default]
    Nothing,
    /// One of these.
    Known(SmallVec<[Alternative; 1]>),
    /// One of the program's own constants.
    Literal,
    Unknown,
}

#[derive(Debug, Clone)]
pub enum Alternative {
    /// With the instruction where the literal stands, for texts and bytes.
    Constant(Atom, Option<Site>),
    Template(Arc<[Piece]>),
}

/// A constant that can be compared.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Atom {
    None,
    Bool(bool),
    Int(i64),
    /// A number whose value is not followed.
    Number,
    Str(Arc<str>),
    Bytes(Arc<[u8]>),
}

/// A piece of a string template.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Piece {
    Literal(Arc<str>),
    Hole(Value, HoleFormat),
    /// The elements of a value with a separator between them.
    Join(Value, Arc<str>),
}

impl Alternative {
    pub fn atom(&self) -> Option<&Atom> {
        match self {
            Self::Constant(atom, _) => Some(atom),
            Self::Template(_) => None,
        }
    }
}

impl PartialEq for Alternative {
    /// The place of a literal matters: two equal literals are two alternatives.
    fn eq(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Constant(a, site_a), Self::Constant(b, site_b)) => a == b && site_a == site_b,
            (Self::Template(a), Self::Template(b)) => Arc::ptr_eq(a, b) || a == b,
            (Self::Constant(..), Self::Template(_)) | (Self::Template(_), Self::Constant(..)) => {
                false
            }
        }
    }
}

impl Eq for Alternative {}

impl std::hash::Hash for Alternative {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        match self {
            Self::Constant(atom, _) => atom.hash(state),
            Self::Template(pieces) => pieces.len().hash(state),
        }
    }
}

impl PartialEq for Value {
    fn eq(&self, other: &Self) -> bool {
        match (&self.0, &other.0) {
            (None, None) => true,
            (Some(a), Some(b)) => Arc::ptr_eq(a, b) || a == b,
            (None, Some(_)) | (Some(_), None) => false,
        }
    }
}

impl Eq for Value {}

impl std::hash::Hash for Value {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        if let Some(content) = &self.0 {
            content.marks.hash(state);
            content.children.len().hash(state);
        }
    }
}

impl Atom {
    pub fn of(constant: &Constant) -> Self {
        match constant {
            Constant::None => Self::None,
            Constant::Ellipsis | Constant::BigInt | Constant::Float(_) | Constant::Complex => {
                Self::Number
            }
            Constant::Bool(value) => Self::Bool(*value),
            Constant::Int(value) => Self::Int(*value),
            Constant::Str(text) => Self::Str(Arc::clone(text)),
            Constant::Bytes(bytes) => Self::Bytes(Arc::clone(bytes)),
        }
    }

    /// Python's truth; `None` where the value is not followed.
    pub fn truth(&self) -> Option<bool> {
        match self {
            Self::None => Some(false),
            Self::Bool(value) => Some(*value),
            Self::Int(value) => Some(*value != 0),
            Self::Number => None,
            Self::Str(text) => Some(!text.is_empty()),
            Self::Bytes(bytes) => Some(!bytes.is_empty()),
        }
    }

    /// As `str()` shows it.
    pub fn display(&self) -> Option<Arc<str>> {
        match self {
            Self::None => Some(Arc::from("None")),
            Self::Bool(true) => Some(Arc::from("True")),
            Self::Bool(false) => Some(Arc::from("False")),
            Self::Int(value) => Some(Arc::from(value.to_string())),
            Self::Number | Self::Bytes(_) => None,
            Self::Str(text) => Some(Arc::clone(text)),
        }
    }
}

impl Text {
    pub fn constant(atom: Atom, site: Option<Site>) -> Self {
        let mut list = SmallVec::new();
        list.push(Alternative::Constant(atom, site));
        Self::Known(list)
    }

    pub fn template(pieces: Vec<Piece>) -> Self {
        let mut list = SmallVec::new();
        list.push(Alternative::Template(Arc::from(pieces)));
        Self::Known(list)
    }

    pub fn alternatives(&self) -> &[Alternative] {
        match self {
            Self::Known(list) => list,
            Self::Nothing | Self::Literal | Self::Unknown => &[],
        }
    }

    /// Whether the text can only be one of the program's own constants.
    pub fn is_constant(&self) -> bool {
        match self {
            Self::Known(list) => list.iter().all(|alternative| alternative.atom().is_some()),
            Self::Literal => true,
            Self::Nothing | Self::Unknown => false,
        }
    }

    fn join(&self, other: &Self) -> Self {
        match (self, other) {
            (Self::Nothing, text) | (text, Self::Nothing) => text.clone(),
            (Self::Unknown, _) | (_, Self::Unknown) => Self::Unknown,
            (Self::Literal, text) | (text, Self::Literal) => {
                if text.is_constant() {
                    Self::Literal
                } else {
                    Self::Unknown
                }
            }
            (Self::Known(a), Self::Known(b)) => {
                let mut list = a.clone();
                for alternative in b {
                    if !list.contains(alternative) {
                        list.push(alternative.clone());
                    }
                }
                let text = Self::Known(list);
                if text.alternatives().len() <= TEXTS_MAX {
                    text
                } else if text.is_constant() {
                    Self::Literal
                } else {
                    Self::Unknown
                }
            }
        }
    }
}

impl Content {
    fn weigh(&self) -> u32 {
        let children = self.children.iter().map(|(_, child)| child.weight());
        let pieces = self
            .text
            .alternatives()
            .iter()
            .map(|alternative| match alternative {
                Alternative::Constant(..) => 0,
                Alternative::Template(pieces) => pieces
                    .iter()
                    .map(|piece| piece.value().map_or(0, Value::weight))
                    .sum(),
            });
        let facts = self.facts.iter().map(Fact::weight);
        1 + children.chain(pieces).chain(facts).sum::<u32>()
    }

    /// A smaller value that covers this one.
    fn lightened(self) -> Self {
        let text = match &self.text {
            Text::Known(_) if self.text.is_constant() => self.text.clone(),
            Text::Known(_) => Text::Unknown,
            text => text.clone(),
        };
        let mut marks = self.marks;
        let mut children = Vec::with_capacity(self.children.len());
        for (key, child) in self.children {
            let light = child.truncated(0).bare();
            children.push((key, light));
        }
        if children.len() as u32 > WEIGHT_MAX / 2 {
            for (_, child) in children.drain(..) {
                child.less_sure().collapse_into(Labels::ALL, &mut marks);
            }
        }
        let mut content = Self {
            text,
            facts: self.facts.iter().filter_map(Fact::bare).collect(),
            marks,
            children,
            weight: 1,
        };
        content.weight = content.weigh();
        content
    }
}

static EMPTY: Content = Content {
    text: Text::Unknown,
    facts: SmallVec::new_const(),
    marks: SmallVec::new_const(),
    children: Vec::new(),
    weight: 1,
};

impl Value {
    pub const BOTTOM: Self = Self(None);

    pub fn new(mut content: Content) -> Self {
        content.weight = content.weigh();
        if content.weight > WEIGHT_MAX {
            content = content.lightened();
        }
        Self(Some(Arc::new(content)))
    }

    pub fn weight(&self) -> u32 {
        self.0.as_ref().map_or(0, |content| content.weight)
    }

    /// The node alone: marks, plain facts, constants.
    #[must_use]
    pub fn bare(&self) -> Self {
        if self.is_bottom() || self.weight() == 1 {
            return self.clone();
        }
        let content = self.content();
        let text = match &content.text {
            Text::Known(_) if content.text.is_constant() => content.text.clone(),
            Text::Known(_) => Text::Unknown,
            text => text.clone(),
        };
        Self::new(Content {
            text,
            facts: content.facts.iter().filter_map(Fact::bare).collect(),
            marks: content.marks.clone(),
            children: Vec::new(),
            weight: 1,
        })
    }

    /// What a text shows of a value: its marks, those of its parts, its constants and one level
    /// of templates.
    #[must_use]
    pub fn shown(&self) -> Self {
        if self.weight() <= 1 {
            return self.clone();
        }
        let content = self.content();
        let mut marks = content.marks.clone();
        for (_, child) in &content.children {
            child.collapse_into(Labels::ALL, &mut marks);
        }
        let text = match &content.text {
            Text::Known(list) => Text::Known(
                list.iter()
                    .map(|alternative| match alternative {
                        Alternative::Constant(..) => alternative.clone(),
                        Alternative::Template(pieces) => Alternative::Template(
                            pieces.iter().map(|piece| piece.map(Self::bare)).collect(),
                        ),
                    })
                    .collect(),
            ),
            text => text.clone(),
        };
        Self::new(Content {
            text,
            facts: content.facts.iter().filter_map(Fact::bare).collect(),
            marks,
            children: Vec::new(),
            weight: 1,
        })
    }

    /// Anything, carrying nothing.
    pub fn unknown() -> Self {
        static UNKNOWN: LazyLock<Value> = LazyLock::new(|| Value::new(EMPTY.clone()));
        UNKNOWN.clone()
    }

    pub fn constant(atom: Atom, site: Option<Site>) -> Self {
        Self::new(Content {
            text: Text::constant(atom, site),
            ..Content::default()
        })
    }

    pub fn fact(fact: Fact) -> Self {
        let mut facts = SmallVec::new();
        facts.push(fact);
        Self::new(Content {
            text: Text::Unknown,
            facts,
            ..Content::default()
        })
    }

    /// A value of which only the marks are known. Where it is what a caller passes, the caller's
    /// text is the only one.
    pub fn of_marks(marks: SmallVec<[Mark; 1]>) -> Self {
        let symbol = |mark: &Mark| mark.relation == Relation::Same && !mark.origin.is_source();
        let text = if !marks.is_empty() && marks.iter().all(symbol) {
            Text::Nothing
        } else {
            Text::Unknown
        };
        Self::new(Content {
            text,
            marks,
            ..Content::default()
        })
    }

    pub fn is_bottom(&self) -> bool {
        self.0.is_none()
    }

    /// The same for two values that share their content, for as long as either lives.
    pub fn identity(&self) -> Option<usize> {
        self.0.as_ref().map(|content| Arc::as_ptr(content).addr())
    }

    /// The content; that of an unknown value without marks for the bottom.
    pub fn content(&self) -> &Content {
        self.0.as_deref().unwrap_or(&EMPTY)
    }

    pub fn text(&self) -> &Text {
        &self.content().text
    }

    pub fn facts(&self) -> &[Fact] {
        &self.content().facts
    }

    pub fn marks(&self) -> &[Mark] {
        &self.content().marks
    }

    pub fn children(&self) -> &[(Key, Self)] {
        &self.content().children
    }

    pub fn child(&self, key: Key) -> Option<&Self> {
        let children = self.children();
        children
            .binary_search_by_key(&key, |(known, _)| *known)
            .ok()
            .map(|index| &children[index].1)
    }

    /// The one constant this is, wherever it stands.
    pub fn atom(&self) -> Option<&Atom> {
        let (first, rest) = self.text().alternatives().split_first()?;
        let atom = first.atom()?;
        rest.iter()
            .all(|alternative| alternative.atom() == Some(atom))
            .then_some(atom)
    }

    pub fn string(&self) -> Option<&Arc<str>> {
        match self.atom() {
            Some(Atom::Str(text)) => Some(text),
            _ => None,
        }
    }

    /// Python's truth where all alternatives agree.
    pub fn truth(&self) -> Option<bool> {
        if !self.marks().is_empty() {
            return None;
        }
        let alternatives = self.text().alternatives();
        let mut truths = alternatives.iter().map(|alternative| match alternative {
            Alternative::Constant(atom, _) => atom.truth(),
            Alternative::Template(_) => None,
        });
        let first = truths.next()??;
        truths.all(|truth| truth == Some(first)).then_some(first)
    }

    /// Whether any mark stands here or further in.
    pub fn is_marked(&self) -> bool {
        let content = self.content();
        !content.marks.is_empty() || content.children.iter().any(|(_, child)| child.is_marked())
    }

    /// Whether any mark here or further in awaits a caller.
    pub fn is_symbolic(&self) -> bool {
        let content = self.content();
        content.marks.iter().any(|mark| !mark.origin.is_source())
            || content
                .children
                .iter()
                .any(|(_, child)| child.is_symbolic())
    }

    /// Whether anything at all is known of the value.
    pub fn says_something(&self) -> bool {
        let content = self.content();
        !content.marks.is_empty()
            || !content.facts.is_empty()
            || content.text.is_constant()
            || content
                .children
                .iter()
                .any(|(_, child)| child.says_something())
    }

    /// All marks here and further in, as marks of something made of the value.
    pub fn collapse(&self, mask: Labels) -> SmallVec<[Mark; 1]> {
        let mut marks = SmallVec::new();
        self.collapse_into(mask, &mut marks);
        marks
    }

    fn collapse_into(&self, mask: Labels, marks: &mut SmallVec<[Mark; 1]>) {
        let content = self.content();
        for mark in &content.marks {
            add_mark(marks, mark.derived(mask));
        }
        for (_, child) in &content.children {
            child.collapse_into(mask, marks);
        }
    }

    /// The same value with `labels` on every mark of the node (and of its template's holes).
    #[must_use]
    pub fn labelled(&self, labels: Labels) -> Self {
        if self.is_bottom() || labels.is_empty() {
            return self.clone();
        }
        let mut content = self.content().clone();
        for mark in &mut content.marks {
            *mark = mark.with_labels(labels);
        }
        let of_parts = labels.without(Labels::OF_THE_WHOLE);
        for (_, child) in &mut content.children {
            *child = child.labelled(of_parts);
        }
        if let Text::Known(list) = &mut content.text {
            for alternative in list.iter_mut() {
                if let Alternative::Template(pieces) = alternative {
                    *pieces = pieces
                        .iter()
                        .map(|piece| piece.map(|value| value.labelled(labels)))
                        .collect();
                }
            }
        }
        Self::new(content)
    }

    /// The same value with further marks on the node.
    #[must_use]
    pub fn marked(&self, marks: impl IntoIterator<Item = Mark>) -> Self {
        let mut marks = marks.into_iter().peekable();
        if marks.peek().is_none() {
            return self.clone();
        }
        let mut content = self.content().clone();
        for mark in marks {
            add_mark(&mut content.marks, mark);
        }
        Self::new(content)
    }

    /// The same value with a further fact.
    #[must_use]
    pub fn with_fact(&self, fact: Fact) -> Self {
        if self.facts().contains(&fact) {
            return self.clone();
        }
        let mut content = self.content().clone();
        add_fact(&mut content.facts, fact);
        Self::new(content)
    }

    #[must_use]
    pub fn with_text(&self, text: Text) -> Self {
        let mut content = self.content().clone();
        content.text = text;
        Self::new(content)
    }

    /// The same value with the child at `key` replaced.
    #[must_use]
    pub fn with_child(&self, key: Key, child: Self) -> Self {
        if self.child(key) == Some(&child) {
            return self.clone();
        }
        let mut content = self.content().clone();
        set_child(&mut content.children, key, child);
        Self::new(content).truncated(DEPTH_MAX)
    }

    /// The least value that covers both.
    #[must_use]
    pub fn join(&self, other: &Self) -> Self {
        let (Some(a), Some(b)) = (&self.0, &other.0) else {
            return if self.is_bottom() { other } else { self }.clone();
        };
        if Arc::ptr_eq(a, b) || a == b {
            return self.clone();
        }
        let mut facts = a.facts.clone();
        for fact in &b.facts {
            add_fact(&mut facts, fact.clone());
        }
        let children = join_children(self, other);
        Self::new(Content {
            text: a.text.join(&b.text),
            facts,
            marks: merge_marks(&a.marks, &b.marks),
            children,
            weight: 1,
        })
    }

    /// What reading `key` gives, types aside.
    #[must_use]
    pub fn step(&self, key: Key) -> Self {
        let is_item = !matches!(key, Key::Attribute(_));
        if let Some(child) = self.child(key)
            && key != Key::Any
        {
            return match self.child(Key::Any) {
                Some(any) if is_item => child.join(&from_any(any, key)),
                _ => child.clone(),
            };
        }
        let mut result = Self::of_marks(self.step_marks(key));
        if is_item {
            for (known, child) in self.children() {
                let meets = match known {
                    Key::Any => true,
                    Key::Text(_) => key == Key::Any,
                    // From the end: any position, unless something is known of the end.
                    Key::Index(_) => {
                        key == Key::Any || matches!(key, Key::Index(index) if index < 0)
                    }
                    Key::Attribute(_) => false,
                };
                if meets {
                    let child = &if *known == Key::Any {
                        from_any(child, key)
                    } else {
                        child.clone()
                    };
                    result = if result.marks().is_empty() && result.facts().is_empty() {
                        child.clone()
                    } else {
                        result.join(child)
                    };
                }
            }
        }
        result
    }

    /// The marks of the node, as they arrive at a part of it.
    fn step_marks(&self, key: Key) -> SmallVec<[Mark; 1]> {
        let mut marks = SmallVec::new();
        for mark in self.marks() {
            let part = mark.part(key);
            let same = mark.relation == Relation::Same;
            let origin = match mark.origin {
                Origin::Param(index, path) if same => {
                    path.step(key).map(|path| Origin::Param(index, path))
                }
                Origin::Captured(index, path) if same => {
                    path.step(key).map(|path| Origin::Captured(index, path))
                }
                Origin::Deferred(index, path) if same => {
                    path.step(key).map(|path| Origin::Deferred(index, path))
                }
                Origin::Source(..)
                | Origin::Param(..)
                | Origin::Captured(..)
                | Origin::Deferred(..) => None,
            };
            add_mark(
                &mut marks,
                match origin {
                    Some(origin) => Mark {
                        origin,
                        relation: Relation::Same,
                        ..part
                    },
                    None => part,
                },
            );
        }
        marks
    }

    /// Levels of children below this node.
    fn depth_exceeds(&self, depth: usize) -> bool {
        let children = self.children();
        if depth == 0 {
            return !children.is_empty();
        }
        children
            .iter()
            .any(|(_, child)| child.depth_exceeds(depth - 1))
    }

    /// Children deeper than `depth` fall into their ancestor's marks.
    #[must_use]
    pub fn truncated(self, depth: usize) -> Self {
        if !self.depth_exceeds(depth) {
            return self;
        }
        let mut content = self.content().clone();
        if depth == 0 {
            content.marks = self.collapse(Labels::ALL);
            for mark in self.marks() {
                add_mark(&mut content.marks, *mark);
            }
            content.children.clear();
        } else {
            for (_, child) in &mut content.children {
                *child = std::mem::take(child).truncated(depth - 1);
            }
        }
        Self::new(content)
    }

    /// That of the surest mark here or further in.
    pub fn confidence(&self) -> RowConfidence {
        let content = self.content();
        let own = content.marks.iter().map(|mark| mark.confidence).min();
        let parts = content
            .children
            .iter()
            .filter(|(_, child)| child.is_marked())
            .map(|(_, child)| child.confidence());
        own.into_iter()
            .chain(parts)
            .min()
            .unwrap_or(RowConfidence::Low)
    }

    /// The same value with every mark one step less sure.
    #[must_use]
    pub fn less_sure(&self) -> Self {
        if !self.is_marked() {
            return self.clone();
        }
        let mut content = self.content().clone();
        for mark in &mut content.marks {
            mark.confidence = match mark.confidence {
                RowConfidence::High => RowConfidence::Medium,
                RowConfidence::Medium | RowConfidence::Low => RowConfidence::Low,
            };
        }
        for (_, child) in &mut content.children {
            *child = child.less_sure();
        }
        if let Text::Known(list) = &mut content.text {
            for alternative in list.iter_mut() {
                if let Alternative::Template(pieces) = alternative {
                    *pieces = pieces
                        .iter()
                        .map(|piece| piece.map(Self::less_sure))
                        .collect();
                }
            }
        }
        Self::new(content)
    }

    /// Only what holds without a caller: no symbolic marks.
    #[must_use]
    pub fn concrete(&self) -> Self {
        if self.is_bottom() {
            return self.clone();
        }
        let mut content = self.content().clone();
        let symbolic = content.marks.iter().any(|mark| !mark.origin.is_source());
        content.marks.retain(|mark| mark.origin.is_source());
        for (_, child) in &mut content.children {
            *child = child.concrete();
        }
        let template_open = content.text.alternatives().iter().any(|alternative| {
            matches!(alternative, Alternative::Template(pieces)
                if pieces.iter().any(|piece| piece.value().is_some_and(Self::is_symbolic)))
        });
        if template_open || (symbolic && content.text == Text::Nothing) {
            content.text = Text::Unknown;
        }
        Self::new(content)
    }
}

impl Piece {
    pub fn value(&self) -> Option<&Value> {
        match self {
            Self::Literal(_) => None,
            Self::Hole(value, _) | Self::Join(value, _) => Some(value),
        }
    }

    #[must_use]
    pub fn map(&self, change: impl Fn(&Value) -> Value) -> Self {
        match self {
            Self::Literal(text) => Self::Literal(Arc::clone(text)),
            Self::Hole(value, format) => Self::Hole(change(value), *format),
            Self::Join(value, separator) => Self::Join(change(value), Arc::clone(separator)),
        }
    }
}

pub fn add_fact(facts: &mut SmallVec<[Fact; 1]>, fact: Fact) {
    if let Fact::Function(id, captures) = &fact
        && let Some(Fact::Function(_, known)) = facts
            .iter_mut()
            .find(|known| matches!(known, Fact::Function(other, _) if other == id))
    {
        if known.is_none() {
            known.clone_from(captures);
        }
        return;
    }
    if facts.len() < FACTS_MAX && !facts.contains(&fact) {
        facts.push(fact);
    }
}

/// What a write under an unknown key says of a known one: less, where keys are names.
fn from_any(any: &Value, key: Key) -> Value {
    match key {
        Key::Text(_) => any.less_sure(),
        Key::Attribute(_) | Key::Index(_) | Key::Any => any.clone(),
    }
}

pub fn set_child(children: &mut Vec<(Key, Value)>, key: Key, child: Value) {
    match children.binary_search_by_key(&key, |(known, _)| *known) {
        Ok(index) => children[index].1 = child,
        Err(index) if children.len() < CHILDREN_MAX => children.insert(index, (key, child)),
        Err(_) => join_child(children, Key::Any, &child.less_sure()),
    }
}

/// The children of a join: where one side has no child of its own, what reading it there gives.
fn join_children(a: &Value, b: &Value) -> Vec<(Key, Value)> {
    if a.children().is_empty() && b.children().is_empty() {
        return Vec::new();
    }
    let reads_through = |value: &Value, key: Key| {
        let bare = value.marks().is_empty() && value.child(Key::Any).is_none();
        (!bare && value.child(key).is_none()).then(|| value.step(key))
    };
    let mut children = a.children().to_vec();
    for (key, child) in &mut children {
        if let Some(other) = reads_through(b, *key) {
            *child = child.join(&other);
        }
    }
    for (key, child) in b.children() {
        match reads_through(a, *key) {
            Some(other) => join_child(&mut children, *key, &child.join(&other)),
            None => join_child(&mut children, *key, child),
        }
    }
    children
}

pub fn join_child(children: &mut Vec<(Key, Value)>, key: Key, child: &Value) {
    match children.binary_search_by_key(&key, |(known, _)| *known) {
        Ok(index) => children[index].1 = children[index].1.join(child),
        Err(index) if children.len() < CHILDREN_MAX || key == Key::Any => {
            children.insert(index, (key, child.clone()));
        }
        Err(_) => join_child(children, Key::Any, &child.less_sure()),
    }
}
