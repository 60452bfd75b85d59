//! `[[misuses]]`: calls, stores and settings that are wrong by their own arguments, whoever's data
//! they handle.
//!
//! ```toml
//! [[misuses]]
//! path = "hashlib.new"                       # a call; or method, attribute, item, member, setting
//! rule = "weak-hash"
//! when = ["0|name~=md5|sha1", "usedforsecurity!=false"]
//! example = "import hashlib\nhashlib.new('md5')"
//! ```
//! All entries of `when` must hold; `a or b` in one entry says that either suffices. Not here: asking
//! them of values (`crate::misuse`), and what a rule says.

use std::sync::Arc;

use hognose_python::ir::Symbol;
use smallvec::SmallVec;

use super::builder::Builder;
use super::fields::{Form, Row, Shape};
use super::place::{Role, is_identifier, parse_place};
use super::rows::{Base, NodeId, Place, RowConfidence, RowId, SourceKind};
use super::tables::method_match;
use super::words::{CONFIDENCES, SOURCE_KINDS};

pub(super) const TABLE: &str = "misuses";

/// A row, by its number among the misuses.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct MisuseId(pub u32);

/// What a row says, apart from where it hangs.
#[derive(Debug, Clone)]
pub struct MisuseRow {
    pub row: RowId,
    /// The id of the rule that reports it.
    pub rule: Arc<str>,
    /// All of them must hold.
    pub when: Arc<[Clause]>,
    /// What the code does, as the message says it: "uses MD5".
    pub what: Option<Arc<str>>,
    /// Instead of the rule's own.
    pub severity: Option<RowSeverity>,
    pub confidence: RowConfidence,
    /// For items: the key.
    pub key: Option<Arc<str>>,
    /// For settings: names, one of which the same module or class binds too.
    pub beside: Arc<[Symbol]>,
}

/// How bad a row is, in words of its own: the engine knows no severities.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum RowSeverity {
    Info,
    Low,
    Medium,
    High,
    Critical,
}

/// Any of the trials must succeed.
pub type Clause = SmallVec<[Trial; 1]>;

/// One question to one argument.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trial {
    /// Alternatives: the first that is given is meant.
    pub places: SmallVec<[Place; 2]>,
    pub question: Question,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Question {
    Given,
    NotGiven,
    Is(Arc<[Wanted]>),
    /// Also where it is not given or not known.
    IsNot(Arc<[Wanted]>),
    /// Texts without regard to case, `-` and `_`; `*` at either end stands for anything.
    Like(Arc<[Arc<str>]>),
    Below(i64),
    Above(i64),
    /// A number with one of these bits.
    Bits(i64),
    /// A list of the program's own texts, none of which is like one of these.
    Lacks(Arc<[Arc<str>]>),
    /// One of the program's own constants.
    Constant,
    /// Anything else.
    Variable,
    /// Nothing in it: `""`, `[]`.
    Empty,
    /// Carries a mark of the kind.
    From(SourceKind),
}

/// What a value may be compared with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Wanted {
    True,
    False,
    None,
    Int(i64),
    Text(Arc<str>),
    /// The thing of a library with that path, or an instance of it: `@ssl.CERT_NONE`.
    Thing(NodeId),
}

#[derive(Debug, Clone, Copy)]
enum Subject {
    Path,
    Method,
    Attribute,
    Item,
    Member,
    Setting,
}

const FORMS: [Form<Subject>; 6] = [
    Form {
        subject: Subject::Path,
        key: "path",
        shape: Shape::Path,
        with: &["rule", "when", "what", "severity", "confidence"],
    },
    Form {
        subject: Subject::Method,
        key: "method",
        shape: Shape::Name,
        with: &["rule", "when", "what", "severity", "confidence", "receiver"],
    },
    Form {
        subject: Subject::Attribute,
        key: "attribute",
        shape: Shape::Path,
        with: &["rule", "when", "what", "severity", "confidence"],
    },
    Form {
        subject: Subject::Item,
        key: "item",
        shape: Shape::Path,
        with: &["key", "rule", "when", "what", "severity", "confidence"],
    },
    Form {
        subject: Subject::Member,
        key: "member",
        shape: Shape::Path,
        with: &["rule", "when", "what", "severity", "confidence"],
    },
    Form {
        subject: Subject::Setting,
        key: "setting",
        shape: Shape::Name,
        with: &["beside", "rule", "when", "what", "severity", "confidence"],
    },
];

const SEVERITIES: &[(&str, RowSeverity)] = &[
    ("info", RowSeverity::Info),
    ("low", RowSeverity::Low),
    ("medium", RowSeverity::Medium),
    ("high", RowSeverity::High),
    ("critical", RowSeverity::Critical),
];

pub(super) fn add(row: &mut Row, builder: &mut Builder) {
    let Some((subject, alternatives)) = row.subject(&FORMS) else {
        return;
    };
    let receiver = method_match(row);
    let Some(template) = read(row, builder) else {
        return;
    };
    if let Subject::Item = subject {
        row.require("key");
    }
    if let Subject::Setting = subject {
        row.require("beside");
    }
    if row.has_failed() {
        return;
    }
    for alternative in alternatives {
        let subject_text = Arc::clone(&alternative.subject);
        let misuse = MisuseRow {
            row: builder.add_row(row, alternative),
            ..template.clone()
        };
        let count = builder.misuses.len();
        let id = MisuseId(u32::try_from(count).expect("fewer than 2^32 rows"));
        builder.misuses.push(misuse);
        match subject {
            Subject::Method => {
                let name = builder.names.intern_shared(&subject_text);
                builder.methods.misuses.add(name, receiver.clone(), id);
            }
            Subject::Setting => {
                let name = builder.names.intern_shared(&subject_text);
                builder.settings.entry(name).or_default().push(id);
            }
            Subject::Attribute | Subject::Member => {
                let (owner, name) = subject_text.rsplit_once('.').unwrap_or(("", &subject_text));
                let name = builder.names.intern(name);
                let node = builder.node(owner);
                let node = builder.tree.node_mut(node);
                match subject {
                    Subject::Member => node.member_misuses.push((name, id)),
                    Subject::Attribute
                    | Subject::Path
                    | Subject::Method
                    | Subject::Item
                    | Subject::Setting => node.attribute_misuses.push((name, id)),
                }
            }
            Subject::Path => {
                let node = builder.node(&subject_text);
                builder.tree.node_mut(node).misuses.push(id);
            }
            Subject::Item => {
                let node = builder.node(&subject_text);
                builder.tree.node_mut(node).item_misuses.push(id);
            }
        }
    }
}

/// Everything but the row's number. `None`: something is wrong.
fn read(row: &mut Row, builder: &mut Builder) -> Option<MisuseRow> {
    let rule = row.required_text("rule").map(|text| Arc::from(text.text));
    let mut when = Vec::new();
    for text in row.texts("when").unwrap_or_default() {
        match clause(text.text, builder) {
            Ok(clause) => when.push(clause),
            Err(message) => row.complain_at(text.offset, message),
        }
    }
    let what = row.text("what").map(|text| Arc::from(text.text));
    let severity = row.word("severity", SEVERITIES);
    let confidence = row.word("confidence", CONFIDENCES);
    let key = row.text("key").map(|text| Arc::from(text.text));
    let mut beside = Vec::new();
    for text in row.texts("beside").unwrap_or_default() {
        if let Some(name) = row.name(text) {
            beside.push(builder.names.intern(name));
        }
    }
    if row.has_failed() {
        return None;
    }
    Some(MisuseRow {
        row: RowId(0),
        rule: rule?,
        when: Arc::from(when),
        what,
        severity,
        confidence: confidence.unwrap_or(RowConfidence::High),
        key,
        beside: Arc::from(beside),
    })
}

fn clause(text: &str, builder: &mut Builder) -> Result<Clause, String> {
    text.split(" or ")
        .map(|trial| self::trial(trial.trim(), builder))
        .collect()
}

/// The operators, the longer ones first.
const OPERATORS: [&str; 5] = ["!=", "~=", "=", "<", ">"];

fn trial(text: &str, builder: &mut Builder) -> Result<Trial, String> {
    if let Some((places, word)) = text.split_once(" is ") {
        let question = match word.trim() {
            "constant" => Question::Constant,
            "variable" => Question::Variable,
            "empty" => Question::Empty,
            other => {
                return Err(format!(
                    "`{text}`: a value is constant, variable or empty, not `{other}`"
                ));
            }
        };
        return with_places(text, places, question, builder);
    }
    if let Some((places, bits)) = text.split_once(" has ") {
        let bits = bits
            .trim()
            .strip_prefix("0o")
            .map(|bits| i64::from_str_radix(bits, 8));
        let Some(Ok(bits)) = bits else {
            return Err(format!("`{text}`: write the bits as 0o22"));
        };
        return with_places(text, places, Question::Bits(bits), builder);
    }
    if let Some((places, values)) = text.split_once(" lacks ") {
        let patterns = values.split('|').map(loose).map(Arc::from).collect();
        return with_places(text, places, Question::Lacks(patterns), builder);
    }
    if let Some((places, kind)) = text.split_once(" from ") {
        let known = SOURCE_KINDS.iter().find(|(word, _)| *word == kind.trim());
        let (_, kind) = known.ok_or_else(|| format!("`{text}`: unknown kind of source"))?;
        return with_places(text, places, Question::From(*kind), builder);
    }
    let found = OPERATORS
        .iter()
        .filter_map(|operator| Some((text.find(operator)?, *operator)))
        .min_by_key(|(at, operator)| (*at, std::cmp::Reverse(operator.len())));
    let Some((at, operator)) = found else {
        return match text.strip_prefix('!') {
            Some(places) => with_places(text, places, Question::NotGiven, builder),
            None => with_places(text, text, Question::Given, builder),
        };
    };
    let (places, values) = (&text[..at], &text[at + operator.len()..]);
    let question = match operator {
        "=" => Question::Is(wanted(values, builder)?),
        "!=" => Question::IsNot(wanted(values, builder)?),
        "~=" => Question::Like(values.split('|').map(loose).map(Arc::from).collect()),
        _ => {
            let number = values
                .parse()
                .map_err(|_| format!("`{text}`: `{values}` is no number to compare with"))?;
            if operator == "<" {
                Question::Below(number)
            } else {
                Question::Above(number)
            }
        }
    };
    with_places(text, places, question, builder)
}

fn with_places(
    text: &str,
    places: &str,
    question: Question,
    builder: &mut Builder,
) -> Result<Trial, String> {
    let places: SmallVec<[Place; 2]> = places
        .split('|')
        .map(|place| parse_place(place.trim(), Role::From, &mut builder.names))
        .collect::<Result<_, _>>()
        .map_err(|message| format!("`{text}`: {message}"))?;
    if places
        .iter()
        .any(|place| matches!(place.base, Base::All | Base::Spread))
    {
        return Err(format!("`{text}`: name the argument that is meant"));
    }
    if places.iter().any(|place| place.tail != places[0].tail) {
        return Err(format!(
            "`{text}`: write the same after each place, `0[*]|name[*]`"
        ));
    }
    Ok(Trial { places, question })
}

fn wanted(values: &str, builder: &mut Builder) -> Result<Arc<[Wanted]>, String> {
    values
        .split('|')
        .map(|value| {
            Ok(match value {
                "true" => Wanted::True,
                "false" => Wanted::False,
                "none" => Wanted::None,
                _ => match value.strip_prefix('@') {
                    Some(path) if path.split('.').all(is_identifier) => {
                        Wanted::Thing(builder.node(path))
                    }
                    Some(path) => return Err(format!("`{path}` is no path")),
                    None => match value.parse() {
                        Ok(number) => Wanted::Int(number),
                        Err(_) => Wanted::Text(Arc::from(value)),
                    },
                },
            })
        })
        .collect()
}

/// A text as [`Question::Like`] compares it.
pub(crate) fn loose(text: &str) -> String {
    text.chars()
        .filter(|character| !matches!(character, '-' | '_'))
        .flat_map(char::to_lowercase)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Question, String> {
        trial(text, &mut Builder::new()).map(|trial| trial.question)
    }

    #[test]
    fn questions() {
        let text = |text: &str| Wanted::Text(Arc::from(text));
        for (written, question) in [
            ("0", Question::Given),
            ("!timeout", Question::NotGiven),
            (
                "0|name=md5|sha1",
                Question::Is([text("md5"), text("sha1")].into()),
            ),
            (
                "verify=false|0",
                Question::Is([Wanted::False, Wanted::Int(0)].into()),
            ),
            ("x!=none", Question::IsNot([Wanted::None].into())),
            (
                "x~=MD-5|http:*",
                Question::Like(["md5".into(), "http:*".into()].into()),
            ),
            ("bits<2048", Question::Below(2048)),
            ("mode>7", Question::Above(7)),
            ("1|mode has 0o22", Question::Bits(0o22)),
            (
                "value lacks *csrf*",
                Question::Lacks(["*csrf*".into()].into()),
            ),
            ("iv is constant", Question::Constant),
            ("x is empty", Question::Empty),
            ("1 from remote", Question::From(SourceKind::Remote)),
        ] {
            assert_eq!(read(written), Ok(question), "{written}");
        }
        let trial = trial("0[*]|name[*]=a", &mut Builder::new()).expect("two places");
        assert_eq!(trial.places.len(), 2);
    }

    #[test]
    fn what_is_no_question() {
        for written in [
            "",
            "!",
            "0 is green",
            "0 from nowhere",
            "0<many",
            "0 has 2",
            "*=a",
            "0|a[*]=b",
            "0=@a..b",
            "a b",
        ] {
            assert!(read(written).is_err(), "{written:?}");
        }
    }
}
