//! The words that rows use for the variants of our enums.

use crate::demand::Demand;

use super::rows::{
    Access, Converters, Holds, Intrinsic, Keep, Labels, Parameters, RowConfidence, SinkKind,
    SourceKind,
};

/// A word of the format and what it stands for.
pub(super) type Words<T> = [(&'static str, T)];

pub(super) const SINK_KINDS: &Words<SinkKind> = &SinkKind::NAMED;

pub(super) const DEMANDS: &Words<Demand> = &Demand::NAMED;

pub(super) const SOURCE_KINDS: &Words<SourceKind> = &SourceKind::NAMED;

pub(super) const LABELS: &Words<Labels> = &Labels::NAMED;

/// Entries: `none` where only the types matter.
pub(super) const ENTRY_KINDS: &Words<Option<SourceKind>> = &[
    ("remote", Some(SourceKind::Remote)),
    ("argv", Some(SourceKind::Argv)),
    ("stdin", Some(SourceKind::Stdin)),
    ("environment", Some(SourceKind::Environment)),
    ("file", Some(SourceKind::File)),
    ("database", Some(SourceKind::Database)),
    ("message", Some(SourceKind::Message)),
    ("response", Some(SourceKind::Response)),
    ("none", None),
];

pub(super) const ACCESSES: &Words<Access> = &[
    ("read", Access::Read),
    ("write", Access::Write),
    ("delete", Access::Delete),
    ("list", Access::List),
    ("probe", Access::Probe),
    ("serve", Access::Serve),
];

pub(super) const CONFIDENCES: &Words<RowConfidence> = &[
    ("high", RowConfidence::High),
    ("medium", RowConfidence::Medium),
    ("low", RowConfidence::Low),
];

pub(super) const HOLDS: &Words<Holds> = &[
    ("true", Holds::True),
    ("false", Holds::False),
    ("return", Holds::Return),
];

pub(super) const KEEPS: &Words<Keep> = &[
    ("all", Keep::All),
    ("inert", Keep::Inert),
    ("none", Keep::None),
];

pub(super) const PARAMETERS: &Words<Parameters> = &[
    ("all", Parameters::All),
    ("typed", Parameters::Typed),
    ("none", Parameters::None),
];

pub(super) const CONVERTERS: &Words<Converters> =
    &[("angle", Converters::Angle), ("brace", Converters::Brace)];

pub(super) const TEXTS: &Words<SqlText> = &[("sql", SqlText)];

/// `text = "sql"` of a row that names a method.
#[derive(Debug, Clone, Copy)]
pub(super) struct SqlText;

pub(super) const INTRINSICS: &Words<Intrinsic> = &[
    ("dict-clear", Intrinsic::DictClear),
    ("dict-copy", Intrinsic::DictCopy),
    ("dict-get", Intrinsic::DictGet),
    ("dict-items", Intrinsic::DictItems),
    ("dict-keys", Intrinsic::DictKeys),
    ("dict-new", Intrinsic::DictNew),
    ("dict-pop", Intrinsic::DictPop),
    ("dict-setdefault", Intrinsic::DictSetdefault),
    ("dict-update", Intrinsic::DictUpdate),
    ("dict-values", Intrinsic::DictValues),
    ("enumerate", Intrinsic::Enumerate),
    ("filter", Intrinsic::Filter),
    ("getattr", Intrinsic::Getattr),
    ("isinstance", Intrinsic::Isinstance),
    ("iter", Intrinsic::Iter),
    ("list-append", Intrinsic::ListAppend),
    ("list-clear", Intrinsic::ListClear),
    ("list-copy", Intrinsic::ListCopy),
    ("list-extend", Intrinsic::ListExtend),
    ("list-insert", Intrinsic::ListInsert),
    ("list-pop", Intrinsic::ListPop),
    ("map", Intrinsic::Map),
    ("min-max", Intrinsic::MinMax),
    ("next", Intrinsic::Next),
    ("partial", Intrinsic::Partial),
    ("print", Intrinsic::Print),
    ("set-add", Intrinsic::SetAdd),
    ("setattr", Intrinsic::Setattr),
    ("str-format", Intrinsic::StrFormat),
    ("str-join", Intrinsic::StrJoin),
    ("str-split", Intrinsic::StrSplit),
    ("sum", Intrinsic::Sum),
    ("super", Intrinsic::Super),
    ("type", Intrinsic::Type),
    ("zip", Intrinsic::Zip),
];
