//! The fields that a handler reads: where from, whether they must be there, and what is known of
//! them where they are used best.
//!
//! ```python
//! request.args.get("page", 1)       # page: query, optional
//! request.json["amount"]            # amount: body, required
//! def show(order_id: int): …        # order_id: path, required, typed
//! ```

use hognose_dataflow::Analysis;
use hognose_dataflow::models::rows::{Labels, SourceKind};
use hognose_dataflow::program::FuncId;
use hognose_dataflow::trace::Replays;
use hognose_dataflow::value::{Origin, Site};
use hognose_python::ir::{Op, ParamKind};

use crate::validation::{Need, handler_fields, state};

/// One field of the input.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RouteField {
    pub name: String,
    pub from: Where,
    pub required: Required,
    /// "raw", "typed", "checked by a schema", …
    pub state: &'static str,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Required {
    Yes,
    No,
}

/// The part of a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Where {
    Path,
    Query,
    Body,
    Form,
    Header,
    Cookie,
    File,
    /// A parameter of the handler that is none of the path.
    Parameter,
    Request,
}

impl Where {
    pub const fn name(self) -> &'static str {
        match self {
            Self::Path => "path",
            Self::Query => "query",
            Self::Body => "body",
            Self::Form => "form",
            Self::Header => "header",
            Self::Cookie => "cookie",
            Self::File => "file",
            Self::Parameter => "parameter",
            Self::Request => "request",
        }
    }

    /// By the last word of what is read: `request.args`, `request.get_json()`.
    fn of_source(analysis: &Analysis, source: Site) -> Self {
        const WORDS: [(&str, Where); 18] = [
            ("match_info", Where::Path),
            ("view_args", Where::Path),
            ("cookie", Where::Cookie),
            ("header", Where::Header),
            ("file", Where::File),
            ("json", Where::Body),
            ("body", Where::Body),
            ("data", Where::Body),
            ("media", Where::Body),
            ("payload", Where::Body),
            ("form", Where::Form),
            ("post", Where::Form),
            ("args", Where::Query),
            ("query", Where::Query),
            ("params", Where::Query),
            ("get", Where::Query),
            ("values", Where::Request),
            ("argument", Where::Query),
        ];
        let function = analysis.program.function(source.function);
        let value = match function.op(source.value) {
            Op::Param(_) => return Self::Parameter,
            Op::Call { callee, .. } => *callee,
            _ => source.value,
        };
        let text = analysis.program.snippet(source.function, value);
        let name = text.rsplit('.').next().unwrap_or(text).to_ascii_lowercase();
        WORDS
            .iter()
            .find(|(word, _)| name.contains(word))
            .map_or(Self::Request, |(_, place)| *place)
    }
}

pub(super) fn of(
    analysis: &Analysis,
    function: FuncId,
    path: &str,
    replays: &mut Replays,
) -> Vec<RouteField> {
    let mut fields = parameters(analysis, function, path, replays);
    for field in handler_fields(analysis, function, replays) {
        let name = analysis.program.names.text(field.name).to_owned();
        let from = Where::of_source(analysis, field.source);
        if fields
            .iter()
            .any(|known| known.name == name && known.from == from)
        {
            continue;
        }
        fields.push(RouteField {
            name,
            from,
            required: match field.need {
                Need::Required => Required::Yes,
                Need::Optional => Required::No,
            },
            state: state(field.labels),
        });
    }
    fields
}

/// Parameters that are made of the request.
fn parameters(
    analysis: &Analysis,
    function: FuncId,
    path: &str,
    replays: &mut Replays,
) -> Vec<RouteField> {
    let replay = replays.of(analysis, function);
    let ir = analysis.program.function(function);
    let mut fields = Vec::new();
    for (index, inst) in ir.insts.iter().enumerate() {
        let Op::Param(number) = inst.op else {
            continue;
        };
        let Some(param) = ir.params.get(number as usize) else {
            continue;
        };
        if matches!(param.kind, ParamKind::Keywords | ParamKind::Variadic) {
            continue;
        }
        let mut labels: Option<Labels> = None;
        for value in &replay.0 {
            for mark in value.marks() {
                if let Origin::Source(SourceKind::Remote, site) = mark.origin
                    && site.function == function
                    && site.value.index() == index
                    && mark.field.is_none()
                {
                    labels = Some(labels.unwrap_or_default().with(mark.labels));
                }
            }
        }
        let Some(labels) = labels else {
            continue;
        };
        let name = analysis.program.names.text(param.name).to_owned();
        let in_path = path
            .split(['<', '>', '{', '}', ':', '(', ')', '/'])
            .any(|part| part == name);
        fields.push(RouteField {
            from: if in_path {
                Where::Path
            } else {
                Where::Parameter
            },
            required: if param.default.is_some() {
                Required::No
            } else {
                Required::Yes
            },
            state: state(labels),
            name,
        });
    }
    fields
}
