//! A fix as SARIF's `fixes` of a result.
//!
//! ```json
//! {"description": {"text": "…"}, "artifactChanges": [{"artifactLocation": {"uri": "app.py"},
//!  "replacements": [{"deletedRegion": {…}, "insertedContent": {"text": "…"}}]}]}
//! ```
//! Only what may be applied is one: viewers apply a fix at a click. Lines that a fix appends to
//! files that were not analysed have no region and are left out.

use hognose_finding::{Edit, Fix, Level};
use ruff_text_size::TextRange;
use serde::Serialize;

use crate::sarif_model::{ArtifactLocation, Region};

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct SarifFix {
    description: Text,
    artifact_changes: Vec<ArtifactChange>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ArtifactChange {
    artifact_location: ArtifactLocation,
    replacements: Vec<Replacement>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Replacement {
    deleted_region: Region,
    inserted_content: Text,
}

#[derive(Serialize)]
struct Text {
    text: String,
}

/// The fix as the writer's `artifact` and `region` describe its places.
pub fn fix(
    fix: &Fix,
    artifact: impl Fn(&str) -> ArtifactLocation,
    region: impl Fn(&str, TextRange) -> Option<Region>,
) -> Option<SarifFix> {
    if fix.level == Level::Manual {
        return None;
    }
    let same_file = |a: &Edit, b: &Edit| a.file == b.file;
    let mut artifact_changes = Vec::new();
    for edits in fix.edits.chunk_by(same_file) {
        let path = &edits[0].file;
        let replacements: Option<Vec<Replacement>> = edits
            .iter()
            .map(|edit| {
                let mut deleted_region = region(path, edit.range())?;
                // It would show what a credential was.
                deleted_region.snippet = None;
                Some(Replacement {
                    deleted_region,
                    inserted_content: Text {
                        text: edit.replacement.clone(),
                    },
                })
            })
            .collect();
        artifact_changes.push(ArtifactChange {
            artifact_location: artifact(path),
            replacements: replacements?,
        });
    }
    (!artifact_changes.is_empty()).then(|| SarifFix {
        description: Text {
            text: fix.title.clone(),
        },
        artifact_changes,
    })
}
