//! Whether what is known of an input is enough for a use of it.
//!
//! ```python
//! balance -= data["amount"]              # nothing is known: high
//! balance -= float(data["amount"])       # a number, of either sign, or NaN: medium
//! if 0 < amount <= 1000: balance -= …    # enough
//! ```

use hognose_dataflow::demand::{Demand, Usage};
use hognose_dataflow::models::rows::{Labels, RowConfidence, SourceKind};
use hognose_finding::{Confidence, Rule, Severity};

use crate::rules::{
    CLIENT_CONTROLLED_AUTHORITY, MASS_ASSIGNMENT, MISSING_INPUT_VALIDATION, UNBOUNDED_RESOURCE_USE,
};

/// What is missing for a use.
pub struct Lack {
    pub rule: &'static Rule,
    pub severity: Severity,
    pub confidence: Confidence,
    /// What was checked and what passes all the same: "presence only; …".
    pub passes: &'static str,
}

/// What a name says of the input or of the place where it is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Named {
    Amount,
    Other,
}

/// The values that are among the program's own, or that a schema let through.
const KNOWN: Labels = Labels(Labels::LITERAL.0 | Labels::SCHEMA.0);

/// `None` where the use asks for no more than is known.
pub fn judge(usage: &Usage, named: Named) -> Option<Lack> {
    let labels = usage.labels;
    let mut lack = match usage.at.demand {
        Demand::Amount => amount(labels, Confidence::High),
        Demand::Increment => match named {
            Named::Amount => amount(labels, Confidence::High),
            // What is added to may be a text as well.
            Named::Other if labels.has_any(Labels::TYPED) => amount(labels, Confidence::Low),
            Named::Other => None,
        },
        Demand::Fields => fields(labels),
        Demand::Size => size(labels),
        Demand::Choice => choice(labels),
        Demand::Authority => Some(Lack {
            rule: &CLIENT_CONTROLLED_AUTHORITY,
            severity: Severity::High,
            confidence: Confidence::Medium,
            passes: "whoever sends the request writes what it says",
        }),
        Demand::Conversion | Demand::Schema | Demand::Read => None,
    }?;
    let most = match usage.confidence {
        RowConfidence::High => Confidence::High,
        RowConfidence::Medium => Confidence::Medium,
        RowConfidence::Low => Confidence::Low,
    };
    lack.confidence = lack.confidence.min(most);
    // What an unknown call has made of the input may hold names of its own choice.
    if usage.at.demand == Demand::Fields && usage.confidence > usage.at.confidence {
        lack.confidence = Confidence::Low;
    }
    if usage.source_kind == SourceKind::Possible {
        lack.confidence = Confidence::Low;
    }
    Some(lack)
}

/// A number that counts, and is not negative.
fn amount(labels: Labels, confidence: Confidence) -> Option<Lack> {
    let has = |label: Labels| labels.has_any(label);
    let (severity, most, passes) = match (
        has(KNOWN) || has(Labels::BOUNDED_BELOW) && has(Labels::NOT_NAN),
        has(Labels::BOUNDED_BELOW),
        has(Labels::TYPED),
        has(Labels::NOT_NAN),
        has(Labels::PRESENT),
    ) {
        (true, ..) => return None,
        (_, true, ..) => (
            Severity::Medium,
            Confidence::Medium,
            "compared on one side only; NaN compares false with everything and passes",
        ),
        (_, _, true, true, _) => (
            Severity::Medium,
            Confidence::Medium,
            "converted to a number; negative amounts pass",
        ),
        (_, _, true, false, _) => (
            Severity::Medium,
            Confidence::Medium,
            "converted to a number; negative and NaN amounts pass",
        ),
        (_, _, false, _, true) => (
            Severity::High,
            Confidence::High,
            "presence only; text, negative and NaN amounts pass",
        ),
        (_, _, false, _, false) => (
            Severity::High,
            Confidence::High,
            "nothing; missing, negative and NaN amounts and other types pass",
        ),
    };
    Some(Lack {
        rule: &MISSING_INPUT_VALIDATION,
        severity,
        confidence: confidence.min(most),
        passes,
    })
}

fn fields(labels: Labels) -> Option<Lack> {
    let known = KNOWN.with(Labels::NUMBER);
    (!labels.has_any(known)).then_some(Lack {
        rule: &MASS_ASSIGNMENT,
        severity: Severity::High,
        confidence: Confidence::High,
        passes: "no list of names; fields that no form shows pass",
    })
}

fn size(labels: Labels) -> Option<Lack> {
    let bounded = KNOWN
        .with(Labels::BOUNDED_ABOVE)
        .with(Labels::BOUNDED_LENGTH);
    (!labels.has_any(bounded)).then_some(Lack {
        rule: &UNBOUNDED_RESOURCE_USE,
        severity: Severity::Medium,
        confidence: Confidence::High,
        passes: if labels.has_any(Labels::BOUNDED_BELOW) {
            "a lower bound only; numbers of any size pass"
        } else if labels.has_any(Labels::TYPED) {
            "converted to a number; numbers of any size pass"
        } else {
            "no bound; numbers of any size pass"
        },
    })
}

fn choice(labels: Labels) -> Option<Lack> {
    (!labels.has_any(KNOWN.with(Labels::NUMBER))).then_some(Lack {
        rule: &MISSING_INPUT_VALIDATION,
        severity: Severity::High,
        confidence: Confidence::Medium,
        passes: "no list of names; every attribute passes",
    })
}

/// What holds of a field where it is used best, in a word or two.
pub fn state(labels: Labels) -> &'static str {
    let has = |label: Labels| labels.has_any(label);
    if has(Labels::LITERAL) {
        "one of known values"
    } else if has(Labels::SCHEMA) {
        "checked by a schema"
    } else if has(Labels::BOUNDED_BELOW) && has(Labels::BOUNDED_ABOVE) {
        "bounded on both sides"
    } else if has(Labels::BOUNDED_BELOW) {
        "bounded below"
    } else if has(Labels::BOUNDED_ABOVE) {
        "bounded above"
    } else if has(Labels::BOUNDED_LENGTH) {
        "of bounded length"
    } else if has(Labels::TYPED.with(Labels::NUMBER)) {
        "typed"
    } else if has(Labels::WORD) {
        "of known characters"
    } else if has(Labels::PRESENT) {
        "present"
    } else {
        "raw"
    }
}

/// How much is known, for finding the field of which the least is.
pub fn rank(labels: Labels) -> u32 {
    let validation = Labels::VALIDATION.without(Labels::CONSIDERED);
    if labels.has_any(KNOWN) {
        u32::MAX
    } else {
        labels.common(validation).0.count_ones()
    }
}

/// Whether more is known of the field than that it is there.
pub fn is_validated(labels: Labels) -> bool {
    let some = Labels::BOUNDED_BELOW
        .with(Labels::BOUNDED_ABOVE)
        .with(Labels::BOUNDED_LENGTH)
        .with(Labels::TYPED)
        .with(Labels::NUMBER)
        .with(Labels::WORD);
    labels.has_any(KNOWN.with(some))
}
