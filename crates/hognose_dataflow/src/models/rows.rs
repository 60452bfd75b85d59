//! Model rows as the engine reads them: paths are nodes of a tree, names are symbols, braces are
//! expanded.
//!
//! ```toml
//! [[sinks]]
//! path = "subprocess.{run,call}"     # two rows, at the nodes subprocess.run and subprocess.call
//! argument = ["0", "args"]
//! kind = "shell"
//! when = ["shell=true"]
//! ```

use std::sync::Arc;

use hognose_python::ir::Symbol;
use smallvec::SmallVec;

use super::misuse::MisuseId;
use crate::demand::Demand;

/// A dotted path that some row names, or a prefix of one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NodeId(pub u32);

impl NodeId {
    /// The empty path.
    pub const ROOT: Self = Self(0);

    pub fn index(self) -> usize {
        self.0 as usize
    }
}

/// One alternative of one row, for [`super::Models::origin`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RowId(pub u32);

impl RowId {
    pub fn index(self) -> usize {
        self.0 as usize
    }
}

/// Where a row stands, for messages and for the test of its example.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RowOrigin {
    /// As given to the loader.
    pub file: Arc<str>,
    /// Of the table's header, from 1.
    pub line: u32,
    /// `sources`, `sinks`, …
    pub table: &'static str,
    /// The expanded path, decorator, class, method or item.
    pub subject: Arc<str>,
    /// With `$1`, `$2` filled in.
    pub example: Arc<str>,
}

/// What is known of a value; a set of bits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Labels(pub u64);

impl Labels {
    pub const NONE: Self = Self(0);
    pub const LITERAL: Self = Self(1);
    pub const NUMBER: Self = Self(1 << 1);
    pub const WORD: Self = Self(1 << 2);
    pub const SQL_INERT: Self = Self(1 << 3);
    pub const SHELL_INERT: Self = Self(1 << 4);
    pub const NO_SEPARATOR: Self = Self(1 << 5);
    pub const NO_TRAVERSAL: Self = Self(1 << 6);
    pub const NO_LEADING_DASH: Self = Self(1 << 7);
    pub const SHELL_QUOTED: Self = Self(1 << 8);
    pub const SQL_QUOTED: Self = Self(1 << 9);
    pub const SQL_IDENTIFIER: Self = Self(1 << 10);
    pub const PATH_NORMALISED: Self = Self(1 << 11);
    pub const PATH_CONTAINED: Self = Self(1 << 12);
    pub const PATH_SECURED: Self = Self(1 << 13);
    /// Inside a trusted directory by a prefix that lacks the separator. Set by the engine only.
    pub const PATH_PREFIX_ONLY: Self = Self(1 << 14);
    /// Does not begin with a separator.
    pub const NO_LEADING_SEPARATOR: Self = Self(1 << 15);
    /// Certainly a text, not a list or a mapping that came as JSON.
    pub const TEXT: Self = Self(1 << 16);
    /// No `<`, `>`, `&` or quote that is not written as an entity.
    pub const HTML_ESCAPED: Self = Self(1 << 17);
    /// A URL whose host the program has chosen or looked at.
    pub const HOST_FIXED: Self = Self(1 << 18);
    /// A URL of this very server, as the visitor asked for it.
    pub const OWN_HOST: Self = Self(1 << 19);
    /// Percent-encoded: one value of a query or one component of a path.
    pub const URL_ENCODED: Self = Self(1 << 20);
    /// No `\\`, which browsers read as `/`.
    pub const NO_BACKSLASH: Self = Self(1 << 21);
    /// A URL in which a parser finds no host. Set by the engine only.
    pub const NO_HOST: Self = Self(1 << 22);
    /// Begins with `/`. Set by the engine only.
    pub const ROOTED: Self = Self(1 << 23);
    /// Does not begin with `//`. Set by the engine only.
    pub const NO_DOUBLE_SLASH: Self = Self(1 << 24);
    /// The empty text, or another false value. Set by the engine only.
    pub const EMPTY: Self = Self(1 << 25);
    /// Escaped for the inside of an LDAP filter.
    pub const LDAP_FILTER_ESCAPED: Self = Self(1 << 26);
    /// Escaped for one component of an LDAP distinguished name.
    pub const LDAP_NAME_ESCAPED: Self = Self(1 << 27);
    /// Of a value that was given at all: not empty, not none.
    pub const PRESENT: Self = Self(1 << 63);
    /// Of a known type.
    pub const TYPED: Self = Self(1 << 62);
    /// A number that is one: neither NaN nor no number at all.
    pub const NOT_NAN: Self = Self(1 << 61);
    pub const BOUNDED_BELOW: Self = Self(1 << 60);
    pub const BOUNDED_ABOVE: Self = Self(1 << 59);
    pub const BOUNDED_LENGTH: Self = Self(1 << 58);
    /// What a schema let through: it, and all that is in it.
    pub const SCHEMA: Self = Self(1 << 57);
    /// A check that the labels above describe made the mark less sure. Set by the engine only.
    pub const CONSIDERED: Self = Self(1 << 56);
    /// Whether a value may be used as input: labels that no injection asks for.
    pub const VALIDATION: Self = Self(0xff << 56);
    /// Of the labels, those that say nothing of the parts of a value.
    pub const OF_THE_WHOLE: Self = Self(0xfc << 56);
    /// Neither `\n` nor `\r`.
    pub const NO_NEWLINE: Self = Self(1 << 28);
    /// No character with a meaning in a regular expression that is not escaped.
    pub const REGEX_ESCAPED: Self = Self(1 << 29);
    /// At most some hundred characters.
    pub const SHORT: Self = Self(1 << 30);
    /// No `'`.
    pub const NO_APOSTROPHE: Self = Self(1 << 31);
    /// Begins with `'`. Set by the engine only.
    pub const QUOTE_START: Self = Self(1 << 32);
    /// No `'` between the first and the last character. Set by the engine only.
    pub const NO_INNER_QUOTE: Self = Self(1 << 33);
    /// Every label.
    pub const ALL: Self = Self(u64::MAX);

    /// The labels that survive being put into a larger text: those about characters, and that a
    /// path is inside a trusted directory, which what the program adds does not undo.
    /// What is known of an input is known of all that is made of it.
    pub const INERT: Self = Self(
        0x80ff
            | Self::PATH_CONTAINED.0
            | Self::PATH_SECURED.0
            | Self::TEXT.0
            | Self::HTML_ESCAPED.0
            | Self::OWN_HOST.0
            | Self::URL_ENCODED.0
            | Self::NO_BACKSLASH.0
            | Self::NO_APOSTROPHE.0
            | Self::LDAP_FILTER_ESCAPED.0
            | Self::LDAP_NAME_ESCAPED.0
            | Self::NO_NEWLINE.0
            | Self::SHORT.0
            | Self::VALIDATION.0,
    );

    pub const NAMED: [(&'static str, Self); 34] = [
        ("literal", Self::LITERAL),
        ("number", Self::NUMBER),
        ("word", Self::WORD),
        ("sql-inert", Self::SQL_INERT),
        ("shell-inert", Self::SHELL_INERT),
        ("no-separator", Self::NO_SEPARATOR),
        ("no-traversal", Self::NO_TRAVERSAL),
        ("no-leading-dash", Self::NO_LEADING_DASH),
        ("no-leading-separator", Self::NO_LEADING_SEPARATOR),
        ("shell-quoted", Self::SHELL_QUOTED),
        ("sql-quoted", Self::SQL_QUOTED),
        ("sql-identifier", Self::SQL_IDENTIFIER),
        ("path-normalised", Self::PATH_NORMALISED),
        ("path-contained", Self::PATH_CONTAINED),
        ("path-secured", Self::PATH_SECURED),
        ("text", Self::TEXT),
        ("html-escaped", Self::HTML_ESCAPED),
        ("host-fixed", Self::HOST_FIXED),
        ("own-host", Self::OWN_HOST),
        ("url-encoded", Self::URL_ENCODED),
        ("no-backslash", Self::NO_BACKSLASH),
        ("no-apostrophe", Self::NO_APOSTROPHE),
        ("ldap-filter-escaped", Self::LDAP_FILTER_ESCAPED),
        ("ldap-name-escaped", Self::LDAP_NAME_ESCAPED),
        ("present", Self::PRESENT),
        ("typed", Self::TYPED),
        ("not-nan", Self::NOT_NAN),
        ("bounded-below", Self::BOUNDED_BELOW),
        ("bounded-above", Self::BOUNDED_ABOVE),
        ("bounded-length", Self::BOUNDED_LENGTH),
        ("schema", Self::SCHEMA),
        ("no-newline", Self::NO_NEWLINE),
        ("regex-escaped", Self::REGEX_ESCAPED),
        ("short", Self::SHORT),
    ];

    pub fn from_name(name: &str) -> Option<Self> {
        Self::NAMED
            .into_iter()
            .find(|(known, _)| *known == name)
            .map(|(_, label)| label)
    }

    #[must_use]
    pub fn with(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    #[must_use]
    pub fn common(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }

    #[must_use]
    pub fn without(self, other: Self) -> Self {
        Self(self.0 & !other.0)
    }

    /// Whether any bit of `other` is set here.
    pub fn has_any(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }

    pub fn is_empty(self) -> bool {
        self.0 == 0
    }
}

/// Where attacker-controlled data comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SourceKind {
    Remote,
    Argv,
    Stdin,
    Environment,
    File,
    Database,
    Message,
    /// What another service answers.
    Response,
    /// What a generator gives whose next values can be foretold. Not an attacker's, but no secret.
    WeakRandom,
    /// A message authentication code, which nobody else may learn byte by byte.
    Mac,
    /// A parameter or free name of code without a caller. Set by the engine only.
    Possible,
}

impl SourceKind {
    pub const NAMED: [(&'static str, Self); 10] = [
        ("remote", Self::Remote),
        ("argv", Self::Argv),
        ("stdin", Self::Stdin),
        ("environment", Self::Environment),
        ("file", Self::File),
        ("database", Self::Database),
        ("message", Self::Message),
        ("response", Self::Response),
        ("weak-random", Self::WeakRandom),
        ("mac", Self::Mac),
    ];

    /// Whether somebody else may decide the data. The other kinds say what it is good for.
    pub fn is_untrusted(self) -> bool {
        !matches!(self, Self::WeakRandom | Self::Mac)
    }

    pub fn name(self) -> &'static str {
        match self {
            Self::Remote => "remote",
            Self::Argv => "argv",
            Self::Stdin => "stdin",
            Self::Environment => "environment",
            Self::File => "file",
            Self::Database => "database",
            Self::Message => "message",
            Self::Response => "response",
            Self::WeakRandom => "weak-random",
            Self::Mac => "mac",
            Self::Possible => "possible",
        }
    }
}

/// What an argument of a call is used as.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SinkKind {
    Sql,
    Shell,
    Argv,
    Program,
    Path,
    ArchiveExtract,
    Credential,
    Code,
    Template,
    Url,
    Html,
    Redirect,
    Deserialize,
    Xml,
    XmlBomb,
    Xpath,
    Ldap,
    LdapName,
    Nosql,
    NosqlCode,
    Session,
    Reflection,
    Log,
    Header,
    Cookie,
    Regex,
    /// A text that a regular expression is applied to.
    Matched,
}

impl SinkKind {
    pub const NAMED: [(&'static str, Self); 27] = [
        ("sql", Self::Sql),
        ("shell", Self::Shell),
        ("argv", Self::Argv),
        ("program", Self::Program),
        ("path", Self::Path),
        ("archive-extract", Self::ArchiveExtract),
        ("credential", Self::Credential),
        ("code", Self::Code),
        ("template", Self::Template),
        ("url", Self::Url),
        ("html", Self::Html),
        ("redirect", Self::Redirect),
        ("deserialize", Self::Deserialize),
        ("xml", Self::Xml),
        ("xml-bomb", Self::XmlBomb),
        ("xpath", Self::Xpath),
        ("ldap", Self::Ldap),
        ("ldap-name", Self::LdapName),
        ("nosql", Self::Nosql),
        ("nosql-code", Self::NosqlCode),
        ("session", Self::Session),
        ("reflection", Self::Reflection),
        ("log", Self::Log),
        ("header", Self::Header),
        ("cookie", Self::Cookie),
        ("regex", Self::Regex),
        ("matched", Self::Matched),
    ];

    pub fn name(self) -> &'static str {
        Self::NAMED
            .iter()
            .find(|(_, kind)| *kind == self)
            .map_or("", |(name, _)| name)
    }
}

/// What a path sink does with the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Access {
    Read,
    Write,
    Delete,
    List,
    Probe,
    Serve,
}

/// How sure a row is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum RowConfidence {
    High,
    Medium,
    Low,
}

/// Where a value stands at a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Base {
    Position(u16),
    Keyword(Symbol),
    Receiver,
    /// Every argument.
    All,
    /// What is spread into keyword arguments: `**mapping`.
    Spread,
    Return,
}

/// A step from a value into it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Segment {
    /// `[*]`
    AnyItem,
    /// `[0]`
    Index(i64),
    /// `[name]`: the item with that constant key.
    Key(Symbol),
    /// `.name`
    Attribute(Symbol),
    /// `[$0]`: the item whose key is the constant given as that argument.
    KeyOfArgument(u16),
    /// `.call`: the result of calling the value (from).
    Call,
    /// `.call.1`: its parameter (to).
    CallParameter(u16),
}

/// `"0[*]"`, `"self[$0]"`, `"return"`, …
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Place {
    pub base: Base,
    pub tail: SmallVec<[Segment; 2]>,
}

/// A constant that a condition compares with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Literal {
    True,
    False,
    None,
    Text(Arc<str>),
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Test {
    Is(Literal),
    IsNot(Literal),
    /// A constant text that contains this one, letters' case aside.
    Contains(Arc<str>),
    /// A constant text that does not contain this one, letters' case aside.
    Lacks(Arc<str>),
    Given,
    NotGiven,
}

/// One entry of `when`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Condition {
    /// An argument, or something in the receiver or in an argument.
    pub argument: Place,
    pub test: Test,
}

#[derive(Debug, Clone)]
pub struct ClassRow {
    /// The first of the rows that describe the class.
    pub row: RowId,
    pub bases: Vec<NodeId>,
    pub bases_row: Option<RowId>,
    /// What `with` gives; `None`: the object itself.
    pub enters: Option<NodeId>,
    pub enters_row: Option<RowId>,
    /// What iterating or indexing gives.
    pub items: Option<NodeId>,
    pub items_row: Option<RowId>,
    /// What an attribute gives that no row names.
    pub attributes: Option<NodeId>,
    pub attributes_row: Option<RowId>,
}

#[derive(Debug, Clone)]
pub struct SourceRow {
    pub row: RowId,
    pub kind: SourceKind,
    pub labels: Labels,
    /// In a function that the framework calls for one route without variables, the value is that
    /// route.
    pub is_route: bool,
}

#[derive(Debug, Clone)]
pub struct SinkRow {
    pub row: RowId,
    pub kind: SinkKind,
    /// Alternatives: the first that is given at a call is meant ([`Base::All`] means all).
    pub arguments: Vec<Place>,
    pub when: Vec<Condition>,
    pub access: Option<Access>,
    pub confidence: RowConfidence,
    /// For credentials: "database password".
    pub what: Option<Arc<str>>,
    /// For kind matched: where the regular expression is.
    pub pattern: Vec<Place>,
    /// For item sinks: the key.
    pub key: Option<Arc<str>>,
}

/// What a use of a value asks of the input it is made of.
#[derive(Debug, Clone)]
pub struct DemandRow {
    pub row: RowId,
    pub demand: Demand,
    /// Alternatives as in [`SinkRow::arguments`].
    pub arguments: Vec<Place>,
    pub when: Vec<Condition>,
    pub confidence: RowConfidence,
}

#[derive(Debug, Clone)]
pub struct SanitizerRow {
    pub row: RowId,
    pub arguments: Vec<Place>,
    pub labels: Labels,
    pub when: Vec<Condition>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Holds {
    True,
    False,
    Return,
}

#[derive(Debug, Clone)]
pub struct GuardRow {
    pub row: RowId,
    pub arguments: Vec<Place>,
    pub labels: Labels,
    pub holds: Holds,
    pub when: Vec<Condition>,
}

/// `if urlparse(x).hostname in HOSTS`: the label of x.
#[derive(Debug, Clone)]
pub struct AttributeGuardRow {
    pub row: RowId,
    pub labels: Labels,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Keep {
    All,
    Inert,
    None,
}

/// Semantics that rows cannot say; `intrinsic = "dict-get"`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Intrinsic {
    DictClear,
    DictCopy,
    DictGet,
    DictItems,
    DictKeys,
    DictNew,
    DictPop,
    DictSetdefault,
    DictUpdate,
    DictValues,
    Enumerate,
    Filter,
    Getattr,
    Isinstance,
    Iter,
    ListAppend,
    ListClear,
    ListCopy,
    ListExtend,
    ListInsert,
    ListPop,
    Map,
    MinMax,
    Next,
    Partial,
    Print,
    SetAdd,
    Setattr,
    StrFormat,
    StrJoin,
    StrSplit,
    Sum,
    Super,
    Type,
    Zip,
}

#[derive(Debug, Clone)]
pub enum Propagation {
    /// The result carries nothing.
    Nothing,
    Copy {
        /// All of them.
        from: Vec<Place>,
        to: Place,
        keep: Keep,
        /// The very object is handed on.
        exact: bool,
    },
    Intrinsic(Intrinsic),
}

#[derive(Debug, Clone)]
pub struct PropagatorRow {
    pub row: RowId,
    pub propagation: Propagation,
    pub when: Vec<Condition>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Parameters {
    All,
    /// Annotations decide.
    Typed,
    None,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Converters {
    /// `<int:id>`
    Angle,
    /// `{id:int}`
    Brace,
}

impl Converters {
    /// What a variable part of a route begins with.
    pub fn opening(self) -> char {
        match self {
            Self::Angle => '<',
            Self::Brace => '{',
        }
    }
}

#[derive(Debug, Clone)]
pub struct EntryRow {
    pub row: RowId,
    /// `None`: only the types matter.
    pub kind: Option<SourceKind>,
    pub parameters: Parameters,
    pub converters: Option<Converters>,
    /// What is known of its parameters all the same.
    pub labels: Labels,
    /// Parameters by position (self not counted) that are instances.
    pub positional_types: Vec<(u16, NodeId)>,
    pub named_types: Vec<(Symbol, NodeId)>,
    /// For path rows: which arguments are called. Alternatives as in [`SinkRow::arguments`].
    pub arguments: Vec<Place>,
    /// For class rows.
    pub methods: Vec<Symbol>,
    /// What the framework makes of the value that is returned.
    pub returns: Option<SinkKind>,
    /// Conditions on the arguments of the decorator.
    pub when: Vec<Condition>,
}

/// `method = "route", receiver = ["app"], imports = ["flask"]`: a decorator by the name of the
/// method, on an application that came as a parameter.
#[derive(Debug, Clone)]
pub struct MethodEntryRow {
    /// Top-level packages, one of which the module imports.
    pub imports: Vec<Arc<str>>,
    pub entry: EntryRow,
}

/// `first_parameter = "request", imports = ["django"]`
#[derive(Debug, Clone)]
pub struct FirstParameterRow {
    pub name: Symbol,
    /// Top-level packages, one of which the module imports; empty: any.
    pub imports: Vec<Arc<str>>,
    pub entry: EntryRow,
}

/// The fallback for a receiver of unknown type: `method = "execute"`.
#[derive(Debug, Clone)]
pub struct MethodMatch {
    /// Patterns on the last name of the receiver expression, lower case, `*` at either end.
    pub receivers: Vec<Arc<str>>,
    /// `text = "sql"`: the argument's literal text begins like a statement.
    pub sql_text: bool,
}

/// What the rows say about one path.
#[derive(Debug, Default)]
pub struct Node {
    /// What the path is another name for. Lookups follow it: only alias nodes themselves have it.
    pub same: Option<NodeId>,
    pub same_row: Option<RowId>,
    pub class: Option<ClassRow>,
    /// The path is an instance of that class.
    pub is: Option<(NodeId, RowId)>,
    /// Calling the path gives an instance of that class.
    pub returns: Option<(NodeId, RowId)>,
    /// Reading the attribute.
    pub attribute_sources: Vec<SourceRow>,
    /// Calling it.
    pub call_sources: Vec<SourceRow>,
    pub sinks: Vec<SinkRow>,
    pub demands: Vec<DemandRow>,
    /// Assigning to it.
    pub attribute_sinks: Vec<SinkRow>,
    /// On a class: assigning to an item of an instance.
    pub item_sinks: Vec<SinkRow>,
    pub sanitizers: Vec<SanitizerRow>,
    pub guards: Vec<GuardRow>,
    /// What comparing the attribute with constants says of what the object was made of.
    pub attribute_guards: Vec<AttributeGuardRow>,
    pub propagators: Vec<PropagatorRow>,
    /// `path` rows: calling it registers an argument.
    pub registrations: Vec<EntryRow>,
    /// Decorating with it (or with a call of it).
    pub decorator_entries: Vec<EntryRow>,
    /// On a class: methods of subclasses.
    pub class_entries: Vec<EntryRow>,
    /// Calling it, or decorating with it.
    pub misuses: Vec<MisuseId>,
    /// Assigning to an attribute of that name. They hang here, for a node of its own would say that
    /// there is something to be read.
    pub attribute_misuses: Vec<(Symbol, MisuseId)>,
    /// On a class: assigning to an item of an instance.
    pub item_misuses: Vec<MisuseId>,
    /// On a class: binding that name in the body of a subclass.
    pub member_misuses: Vec<(Symbol, MisuseId)>,
}
