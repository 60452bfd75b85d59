//! The inventory of endpoints, as `hognose routes` prints it.
//!
//! ```text
//! files → analysis → routes, and the texts of the files they are in
//! ```

use hognose_finding::SourceText;
use hognose_rules::routes::{Route, inventory};

use crate::lint::LintStage;
use crate::{Incomplete, Input, Settings, pipeline};
use hognose_dataflow::Detail;

/// Every endpoint of a program.
#[derive(Debug, Default)]
pub struct Routes {
    /// Sorted by path, method and handler.
    pub routes: Vec<Route>,
    pub files: Vec<SourceText>,
    pub incomplete: Vec<Incomplete>,
}

/// Reads and solves the files, and lists their endpoints.
pub fn routes(inputs: Vec<Input>, settings: &Settings) -> Routes {
    let models = match pipeline::models(settings) {
        Ok(models) => models,
        Err(errors) => {
            return Routes {
                incomplete: errors
                    .iter()
                    .map(|error| Incomplete {
                        path: error.file.to_string(),
                        line: Some(error.line),
                        reason: format!("model row: {}", error.message),
                    })
                    .collect(),
                ..Routes::default()
            };
        }
    };
    let (files, _, incomplete) = pipeline::read(inputs, &LintStage::idle());
    let analysis = pipeline::analyse(files, models, settings, Detail::Findings);
    Routes {
        routes: inventory(&analysis),
        files: analysis
            .program
            .modules
            .into_iter()
            .map(|module| module.file.source)
            .collect(),
        incomplete,
    }
}
