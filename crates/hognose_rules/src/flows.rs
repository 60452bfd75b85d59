//! Findings of flows: the rule by the weakness, the severity by the source.
//!
//! ```python
//! os.system("ls " + request.args["d"])      # remote: critical, high confidence
//! os.system("ls " + sys.argv[1])            # the user's own shell: medium
//! open(sys.argv[1])                         # what a command line is for: nothing
//! ```
//! One finding a sink and rule: of several sources the worst is shown.

use hognose_dataflow::models::rows::{Access, Labels, RowConfidence, SinkKind, SourceKind};
use hognose_dataflow::redos::Growth;
use hognose_dataflow::trace::{Replays, TraceStep, TraceStepKind, is_connected, trace};
use hognose_dataflow::{Analysis, Flow};
use hognose_finding::{Confidence, Finding, Rule, Severity};

use crate::fingerprint::fingerprint;
use crate::flow_table::{self, Owner, Row};
use crate::{place, words};

/// The rule, how bad, how sure.
struct Judgement {
    rule: &'static Rule,
    severity: Severity,
    confidence: Confidence,
}

/// Flows of one sink whose way is looked for before the best of them is reported.
const WAYS_MAX: usize = 6;

/// All findings of flows, one for each sink and rule.
pub fn findings(analysis: &Analysis) -> Vec<Finding> {
    let directory = place::common_directory(analysis);
    let mut groups: Vec<Vec<(&Flow, Judgement)>> = Vec::new();
    for flow in analysis.flows() {
        let Some(mut judgement) = judge(flow) else {
            continue;
        };
        if is_of_tests(analysis, &directory, flow) {
            judgement.confidence = Confidence::Low;
        }
        // Flows are in the order of their sinks.
        let known = groups.iter_mut().rev().take(16).find(|group| {
            group[0].0.sink.site == flow.sink.site && group[0].1.rule == judgement.rule
        });
        match known {
            Some(group) => group.push((flow, judgement)),
            None => groups.push(vec![(flow, judgement)]),
        }
    }
    let mut replays = Replays::default();
    groups
        .into_iter()
        .filter_map(|group| best(analysis, group, &mut replays))
        .collect()
}

/// The surest and worst of the flows into one sink. One whose way can be shown comes before one
/// whose way cannot.
fn best(
    analysis: &Analysis,
    mut group: Vec<(&Flow, Judgement)>,
    replays: &mut Replays,
) -> Option<Finding> {
    let rank = |judgement: &Judgement| (judgement.confidence, judgement.severity);
    group.sort_by_key(|(_, judgement)| std::cmp::Reverse(rank(judgement)));
    let mut best: Option<Finding> = None;
    for (flow, judgement) in group.iter().take(WAYS_MAX) {
        let reached = best
            .as_ref()
            .is_some_and(|best| (best.confidence, best.severity) >= rank(judgement));
        if reached {
            break;
        }
        let found = finding(analysis, flow, judgement, replays);
        let better = best.as_ref().is_none_or(|best| {
            (found.confidence, found.severity) > (best.confidence, best.severity)
        });
        if better {
            best = Some(found);
        }
    }
    best
}

fn judge(flow: &Flow) -> Option<Judgement> {
    let source = flow.source_kind?;
    let row = flow_table::row_of(flow)?;
    let (severity, mut confidence) = by_source(flow, row, source)?;
    confidence = confidence.min(match flow.confidence {
        RowConfidence::High => Confidence::High,
        RowConfidence::Medium => row.doubtful,
        RowConfidence::Low => Confidence::Low,
    });
    Some(Judgement {
        rule: row.rule,
        severity,
        confidence,
    })
}

/// Whether the flow is in tests, or test code feeds a sink of the program itself. That the program
/// lies in a directory of tests as a whole says nothing, nor does the name of a single file.
fn is_of_tests(analysis: &Analysis, directory: &str, flow: &Flow) -> bool {
    let is_test = |function| {
        let module = analysis.program.module_of(function);
        let path = &analysis.program.module(module).file.source.path;
        let inside = path.strip_prefix(directory).unwrap_or(path);
        inside
            .rsplit_once('/')
            .is_some_and(|(directories, _)| place::is_test_path(&format!("{directories}/")))
    };
    [flow.sink.site.function, flow.source.function, flow.apex]
        .into_iter()
        .any(is_test)
}

/// Severity and the highest confidence by where the data comes from; `None`: no finding.
fn by_source(flow: &Flow, row: &Row, source: SourceKind) -> Option<(Severity, Confidence)> {
    let probes = flow.sink.kind == SinkKind::Path && flow.sink.access == Some(Access::Probe);
    let is_polynomial = flow
        .sink
        .attack
        .as_ref()
        .is_some_and(|attack| attack.growth != Growth::Exponential);
    if is_polynomial && flow.labels.has_any(Labels::SHORT) {
        return None;
    }
    let (severity, confidence) = if probes {
        (Severity::Low, Confidence::Medium)
    } else if is_polynomial {
        (Severity::Medium, row.confidence)
    } else {
        (row.severity.unwrap_or(row.rule.severity), row.confidence)
    };
    let limited = |severity_max: Severity, confidence_max: Confidence| {
        Some((severity.min(severity_max), confidence.min(confidence_max)))
    };
    match source {
        SourceKind::Remote => Some((severity, confidence)),
        SourceKind::WeakRandom | SourceKind::Mac => None,
        // Who may write to a queue is mostly known.
        SourceKind::Message => limited(Severity::Critical, row.from_message),
        SourceKind::Possible => limited(Severity::Critical, Confidence::Low),
        SourceKind::Argv | SourceKind::Stdin => match row.owner {
            Owner::Nothing | Owner::Deployment => limited(Severity::Medium, Confidence::Medium),
            Owner::All => None,
        },
        SourceKind::Environment => match row.owner {
            Owner::Nothing => limited(Severity::Low, Confidence::Low),
            Owner::Deployment | Owner::All => None,
        },
        // A program chooses whom it asks.
        SourceKind::Response => limited(Severity::Medium, row.from_response),
        SourceKind::File | SourceKind::Database => limited(Severity::Medium, Confidence::Low),
    }
}

/// How far a reader can follow the way of the data. Attributes and globals join all writers: what
/// one module stores and another uses may never meet. A way that leaps from one function to another
/// shows nothing.
fn shown(analysis: &Analysis, flow: &Flow, steps: &[TraceStep]) -> Confidence {
    let module = |function| analysis.program.module_of(function);
    let joined = steps.iter().any(|step| step.kind == TraceStepKind::Cell)
        && module(flow.source.function) != module(flow.sink.site.function);
    if joined || !is_connected(steps) {
        Confidence::Low
    } else {
        Confidence::High
    }
}

fn finding(
    analysis: &Analysis,
    flow: &Flow,
    judgement: &Judgement,
    replays: &mut Replays,
) -> Finding {
    let kind = flow.source_kind;
    let steps = trace(analysis, flow, replays);
    let at = words::sink(analysis, &flow.sink);
    let source_text = steps
        .first()
        .map(|step| place::snippet(analysis, step.site.function, step.site.value))
        .unwrap_or_default();
    let source = kind.map_or("", words::source);
    let mut message = format!("`{source_text}`, {source}, reaches {at}. ");
    match &flow.sink.attack {
        Some(attack) => message.push_str(&words::attack(attack)),
        None => message.push_str(words::consequence(flow.weakness, flow.sink.kind)),
    }
    let function = analysis.program.qualified_name(flow.sink.site.function);
    let sink_text = analysis
        .program
        .snippet(flow.sink.site.function, flow.sink.site.value);
    let parts = [function.as_str(), sink_text, source, source_text.as_str()];
    Finding {
        rule: judgement.rule,
        severity: judgement.severity,
        confidence: judgement.confidence.min(shown(analysis, flow, &steps)),
        location: place::location(analysis, flow.sink.site),
        message,
        fingerprint: fingerprint(judgement.rule, &parts),
        trace: words::steps(analysis, &steps, kind, &at),
        function,
        fix: None,
    }
}
