//! How much a cookie without a flag matters.
//!
//! ```python
//! response.set_cookie("session_id", sid)                # signs somebody in: sure
//! response.set_cookie("theme", "dark")                  # says nothing: doubtful
//! response.set_cookie("theme", "dark", secure=False)    # somebody decided so: sure
//! ```

use hognose_dataflow::Analysis;
use hognose_dataflow::misuse::Misuse;
use hognose_finding::{Confidence, Severity};
use hognose_python::ir::{ArgumentKind, Constant, Op, ValueId};

use super::Judgement;

/// Words in the name of a cookie that signs somebody in, or in what is stored there.
const SENSITIVE: [&str; 16] = [
    "access", "auth", "cred", "csrf", "identity", "jwt", "login", "password", "refresh",
    "remember", "sess", "sid", "signed", "sso", "token", "user",
];

/// A flag that is left out matters where the cookie signs somebody in.
pub(super) fn of_cookie(analysis: &Analysis, misuse: &Misuse, judgement: Judgement) -> Judgement {
    let row = analysis.models.misuse(misuse.misuse);
    let is_left_out = row
        .what
        .as_deref()
        .is_some_and(|what| what.contains("leaves"));
    if !is_left_out {
        return judgement;
    }
    let text = texts(analysis, misuse).to_ascii_lowercase();
    let is_sensitive = SENSITIVE.iter().any(|word| text.contains(word));
    if is_sensitive {
        Judgement {
            confidence: judgement.confidence.min(Confidence::Medium),
            ..judgement
        }
    } else {
        Judgement {
            severity: Severity::Low,
            confidence: Confidence::Low,
        }
    }
}

/// The name of the cookie and the expression of its value.
fn texts(analysis: &Analysis, misuse: &Misuse) -> String {
    let function = misuse.site.function;
    let ir = analysis.program.function(function);
    let Op::Call { arguments, .. } = ir.op(misuse.site.value) else {
        return String::new();
    };
    let names = &analysis.program.names;
    let mut position = 0;
    let mut text = String::new();
    for argument in arguments {
        let is_meant = match argument.kind {
            ArgumentKind::Positional => {
                position += 1;
                position <= 2
            }
            ArgumentKind::Keyword(name) => {
                matches!(names.text(name), "key" | "name" | "value")
            }
            ArgumentKind::Star | ArgumentKind::DoubleStar => false,
        };
        if is_meant {
            text.push_str(&shown(analysis, misuse, argument.value));
            text.push(' ');
        }
    }
    text
}

fn shown(analysis: &Analysis, misuse: &Misuse, value: ValueId) -> String {
    let ir = analysis.program.function(misuse.site.function);
    match ir.op(value) {
        Op::Constant(Constant::Str(text)) => text.to_string(),
        _ => analysis
            .program
            .snippet(misuse.site.function, value)
            .to_owned(),
    }
}
