//! What arrives at a sink: a flow here, a hit for the callers, or nothing.

use std::sync::Arc;

use hognose_python::ir::ValueId;

use super::Frame;
use crate::flow::{Flow, Weakness};
use crate::judge;
use crate::limits::{HITS_MAX, Limit};
use crate::models::rows::{SinkKind, SinkRow};
use crate::redos::Attack;
use crate::summary::{Binds, Examined, Hit, Sink};
use crate::value::{Origin, Value};

/// What else is known of a sink at a call.
pub(super) struct Beside {
    pub binds: Binds,
    pub attack: Option<Arc<Attack>>,
}

impl Beside {
    pub(super) const NOTHING: Self = Self {
        binds: Binds::Nothing,
        attack: None,
    };
}

impl Frame<'_> {
    /// `value` arrives at the sink that `row` describes.
    pub(super) fn sink(
        &mut self,
        row: &SinkRow,
        id: ValueId,
        argument: ValueId,
        value: &Value,
        beside: Beside,
    ) {
        if !self.is_recording() || !is_judged(row.kind) || self.world.is_modelled(self.id) {
            return;
        }
        if row.kind == SinkKind::Nosql {
            self.code_in_document(row, id, argument, value, beside.binds);
        }
        let compared;
        let value = if row.kind == SinkKind::Nosql {
            compared = self.without_equality(value);
            &compared
        } else {
            value
        };
        let sink = Sink {
            site: self.site(id),
            argument,
            kind: row.kind,
            row: row.row,
            confidence: row.confidence.max(self.confidence),
            access: row.access,
            what: row.what.clone(),
            attack: beside.attack,
            binds: beside.binds,
        };
        let examined = Examined {
            sink: sink.clone(),
            value: value.clone(),
        };
        self.out.examined.push(examined);
        self.judge_hit(Hit {
            sink,
            value: value.clone(),
            via: None,
            depth: 0,
        });
    }

    /// Whether the value is an open file or stream where a path could stand as well.
    fn is_file_object(&self, value: &Value) -> bool {
        let models = self.world.models;
        let texts = [self.builtin("str"), self.builtin("bytes")];
        let fspath = models.names.get("__fspath__");
        !value.facts().is_empty()
            && value.facts().iter().all(|fact| match fact {
                crate::fact::Fact::ExternalInstance(class) => {
                    let is_text = models
                        .linearization(*class)
                        .iter()
                        .any(|node| texts.contains(&Some(*node)));
                    let is_path =
                        fspath.is_some_and(|name| models.member(*class, name).next().is_some());
                    !is_text && !is_path
                }
                _ => false,
            })
    }

    /// Flows for what is known here; the hit itself for what only a caller knows.
    pub(super) fn judge_hit(&mut self, hit: Hit) {
        if hit.sink.kind == SinkKind::Path && self.is_file_object(&hit.value) {
            return;
        }
        if hit.sink.kind == SinkKind::Html
            && hit.via.is_none()
            && self.is_retyped(hit.sink.site.value)
        {
            return;
        }
        if hit.sink.kind == SinkKind::Credential {
            for constant in judge::constants(&hit.value) {
                let flow = Flow {
                    sink: hit.sink.clone(),
                    source_kind: None,
                    source: constant.site,
                    weakness: Weakness::Constant,
                    labels: crate::models::rows::Labels::NONE,
                    confidence: hit.sink.confidence.max(self.confidence),
                    apex: self.id,
                    via: hit.via,
                    constant: Some(constant.text),
                };
                self.add_flow(flow);
            }
        } else {
            for danger in judge::dangers(hit.sink.kind, &hit.value) {
                let Origin::Source(kind, source) = danger.mark.origin else {
                    continue;
                };
                if !kind.is_untrusted() {
                    continue;
                }
                let confidence = hit
                    .sink
                    .confidence
                    .max(danger.mark.confidence)
                    .max(self.confidence);
                let flow = Flow {
                    sink: hit.sink.clone(),
                    source_kind: Some(kind),
                    source,
                    weakness: danger.weakness,
                    labels: danger.mark.labels,
                    confidence,
                    apex: self.id,
                    via: hit.via,
                    constant: None,
                };
                self.add_flow(flow);
            }
        }
        if judge::awaits_caller(hit.sink.kind, &hit.value) {
            let hits = &mut self.out.summary.hits;
            let known = hits
                .iter()
                .any(|known| known.sink == hit.sink && known.value == hit.value);
            if known {
                return;
            }
            if hits.len() < hits_max(hit.sink.kind) {
                hits.push(hit);
            } else {
                self.world.limits.hit(Limit::Hits);
            }
        }
    }

    fn add_flow(&mut self, flow: Flow) {
        let known = self.out.flows.iter().any(|known| {
            known.sink.site == flow.sink.site
                && known.sink.argument == flow.sink.argument
                && known.source == flow.source
                && known.weakness == flow.weakness
                && known.sink.kind == flow.sink.kind
        });
        if !known {
            self.out.flows.push(flow);
        }
    }
}

/// How many hits there may be when one of a kind is added: those of the many sinks of little harm
/// leave room for the others.
fn hits_max(kind: SinkKind) -> usize {
    match kind {
        SinkKind::Log | SinkKind::Header | SinkKind::Cookie | SinkKind::Matched => HITS_MAX / 4,
        _ => HITS_MAX,
    }
}

/// The kinds of sinks for which the engine knows what does harm.
fn is_judged(kind: SinkKind) -> bool {
    match kind {
        SinkKind::Sql
        | SinkKind::Shell
        | SinkKind::Argv
        | SinkKind::Program
        | SinkKind::Path
        | SinkKind::ArchiveExtract
        | SinkKind::Credential
        | SinkKind::Code
        | SinkKind::Log
        | SinkKind::Header
        | SinkKind::Cookie
        | SinkKind::Regex
        | SinkKind::Matched
        | SinkKind::Template
        | SinkKind::Url
        | SinkKind::Html
        | SinkKind::Redirect
        | SinkKind::Deserialize
        | SinkKind::Xml
        | SinkKind::XmlBomb
        | SinkKind::Xpath
        | SinkKind::Ldap
        | SinkKind::LdapName
        | SinkKind::Nosql
        | SinkKind::NosqlCode
        | SinkKind::Session
        | SinkKind::Reflection => true,
    }
}
