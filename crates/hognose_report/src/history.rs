//! Where a finding's value was in the commits of a repository, as JSON and SARIF say it.
//!
//! ```text
//! "history": { "first": { "commit": "3f9a…", "author": "Ann Lee", "date": "2021-04-02", "path": "settings.py" },
//!              "last": { … }, "inHead": false, "paths": ["config.py", "settings.py"] }
//! ```

use hognose_finding::{Appearance, History};
use serde::Serialize;

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct JsonHistory<'a> {
    first: JsonAppearance<'a>,
    last: JsonAppearance<'a>,
    in_head: bool,
    paths: &'a [String],
}

#[derive(Serialize)]
struct JsonAppearance<'a> {
    commit: &'a str,
    author: &'a str,
    date: &'a str,
    path: &'a str,
}

pub fn history(history: &History) -> JsonHistory<'_> {
    JsonHistory {
        first: appearance(&history.first),
        last: appearance(&history.last),
        in_head: history.is_in_head,
        paths: &history.paths,
    }
}

fn appearance(appearance: &Appearance) -> JsonAppearance<'_> {
    JsonAppearance {
        commit: &appearance.commit,
        author: &appearance.author,
        date: &appearance.date,
        path: &appearance.path,
    }
}
