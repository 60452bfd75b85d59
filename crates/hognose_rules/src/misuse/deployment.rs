//! Settings that belong on a developer's machine.
//!
//! ```python
//! app.run(debug=True)
//! ALLOWED_HOSTS = ["*"]
//! SECURE_CONTENT_TYPE_NOSNIFF = False
//! ```

use hognose_dataflow::Analysis;
use hognose_dataflow::misuse::Misuse;
use hognose_finding::{Confidence, Rule};

use super::{CONFIGURATION, HIGH, Judgement, LOW, MEDIUM, MisuseRule, misuse};
use crate::place;

pub static DEBUG_MODE: Rule = misuse(
    "debug-mode",
    "An application runs in debug mode.",
    &[489, 215],
    CONFIGURATION,
    HIGH,
    include_str!("../../../../docs/rules/debug-mode.md"),
);

pub static ANY_HOST: Rule = misuse(
    "any-host",
    "Requests for any host name are answered.",
    &[644, 20],
    CONFIGURATION,
    LOW,
    include_str!("../../../../docs/rules/any-host.md"),
);

pub static UNSAFE_FRAMEWORK_SETTING: Rule = misuse(
    "unsafe-framework-setting",
    "A setting of the framework switches a protection off.",
    &[16, 693],
    CONFIGURATION,
    MEDIUM,
    include_str!("../../../../docs/rules/unsafe-framework-setting.md"),
);

pub static GRAPHQL_INTROSPECTION: Rule = misuse(
    "graphql-introspection",
    "A GraphQL endpoint shows its whole schema to anybody.",
    &[200],
    CONFIGURATION,
    LOW,
    include_str!("../../../../docs/rules/graphql-introspection.md"),
);

pub(super) const RULES: &[MisuseRule] = &[
    MisuseRule {
        rule: &DEBUG_MODE,
        does: "runs the application in debug mode",
        why: "Visitors see the source and the variables of every error, and its debugger \
              runs code for them. Read it from the environment, off by default.",
    },
    MisuseRule {
        rule: &ANY_HOST,
        does: "answers requests for any host name",
        why: "Links that the application builds, such as those that reset passwords, can be made to \
              point elsewhere. List the names it is reached by.",
    },
    MisuseRule {
        rule: &UNSAFE_FRAMEWORK_SETTING,
        does: "switches a protection off",
        why: "Leave the default, or set it for development only.",
    },
    MisuseRule {
        rule: &GRAPHQL_INTROSPECTION,
        does: "shows the whole schema to anybody",
        why: "It tells an attacker every type and field there is. Switch it off outside development.",
    },
];

/// Words in the path of a file that is meant for development.
const DEVELOPMENT: [&str; 14] = [
    "ci",
    "debug",
    "demo",
    "dev",
    "devel",
    "develop",
    "development",
    "example",
    "examples",
    "local",
    "sample",
    "samples",
    "sandbox",
    "tests",
];

/// A file or a class for development may have the settings of one.
pub(super) fn of_setting(analysis: &Analysis, misuse: &Misuse, judgement: Judgement) -> Judgement {
    let location = place::location(analysis, misuse.site);
    let root = place::common_directory(analysis);
    let path = location.file.strip_prefix(&root).unwrap_or(&location.file);
    let class = class_around(analysis, misuse);
    let mut words = path
        .split(|character: char| !character.is_ascii_alphanumeric())
        .chain(class.iter().flat_map(|name| split_words(name)))
        .map(str::to_ascii_lowercase);
    if words.any(|word| DEVELOPMENT.contains(&word.as_str())) {
        return Judgement {
            confidence: Confidence::Low,
            ..judgement
        };
    }
    judgement
}

/// The class in whose body the setting stands.
fn class_around<'a>(analysis: &'a Analysis, misuse: &Misuse) -> Option<&'a str> {
    let program = &analysis.program;
    let module = program.module_of(misuse.site.function);
    let range = program.range(misuse.site.function, misuse.site.value);
    let classes = &program.module(module).file.module.classes;
    let around = classes
        .iter()
        .filter(|class| class.range.contains_range(range));
    let inner = around.min_by_key(|class| class.range.len())?;
    Some(program.names.text(inner.name))
}

/// `DevelopmentConfig` as `Development`, `Config`.
fn split_words(name: &str) -> Vec<&str> {
    let mut words = Vec::new();
    let mut start = 0;
    for (at, character) in name.char_indices().skip(1) {
        if character.is_uppercase() || character == '_' {
            words.push(name[start..at].trim_matches('_'));
            start = at;
        }
    }
    words.push(name[start..].trim_matches('_'));
    words
}

#[cfg(test)]
mod tests {
    use super::split_words;

    #[test]
    fn class_names_are_words() {
        assert_eq!(split_words("DevelopmentConfig"), ["Development", "Config"]);
        assert_eq!(split_words("dev_settings"), ["dev", "settings"]);
    }
}
