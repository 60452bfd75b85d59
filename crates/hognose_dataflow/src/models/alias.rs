//! Which paths are the same: `same` rows brought into a form in which one step follows them.
//!
//! ```toml
//! path = "six.moves.urllib"              # an alias may lie below another,
//! same = "urllib"                        # lead to another,
//! path = "flask.app.Flask"               # or stand for a module with all that is in it
//! same = "flask.Flask"
//! ```
//! Afterwards no prefix of an alias is an alias, and no prefix of what it leads to.

use indexmap::IndexMap;
use rustc_hash::FxBuildHasher;

/// How many aliases may have to be followed for one path, and how often the aliases may have to be
/// looked at until they stand still: `a` is `b`, `b` is `c`, … More is a circle.
const STEPS_MAX: usize = 64;

/// What an alias leads to, and the alias's place in the caller's list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Target {
    pub path: String,
    pub index: usize,
}

/// Aliases by their path.
pub(super) type Aliases = IndexMap<String, Target, FxBuildHasher>;

/// An alias that cannot be kept.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Problem {
    /// It leads back to itself.
    Circle { index: usize },
    /// Its path is an alias already, by the other entry.
    Twice { index: usize, other: usize },
}

/// Resolves the aliases `(path, what it is the same as)`. Of two for the same path `wins` says
/// whether the second, given last, replaces the first.
pub(super) fn resolve(
    list: &[(&str, &str)],
    wins: impl Fn(usize, usize) -> bool,
) -> (Aliases, Vec<Problem>) {
    let mut problems = Vec::new();
    let mut aliases = Aliases::default();
    for (index, (path, same)) in list.iter().enumerate() {
        let target = Target {
            path: (*same).to_owned(),
            index,
        };
        insert(
            &mut aliases,
            (*path).to_owned(),
            target,
            &wins,
            &mut problems,
        );
    }
    for _ in 0..STEPS_MAX {
        let (moved, changes) = resolve_parents(aliases, &wins, &mut problems);
        aliases = moved;
        if changes == 0 {
            break;
        }
    }
    let resolved: Vec<Option<String>> = aliases
        .values()
        .map(|target| follow(&aliases, &target.path))
        .collect();
    let mut kept = Aliases::default();
    for ((path, target), resolved) in aliases.into_iter().zip(resolved) {
        let index = target.index;
        match resolved {
            Some(resolved) if resolved != path => {
                kept.insert(
                    path,
                    Target {
                        path: resolved,
                        index,
                    },
                );
            }
            Some(_) | None => problems.push(Problem::Circle { index }),
        }
    }
    (kept, problems)
}

/// Replaces the aliases above each alias, and counts how many changed.
fn resolve_parents(
    aliases: Aliases,
    wins: &impl Fn(usize, usize) -> bool,
    problems: &mut Vec<Problem>,
) -> (Aliases, usize) {
    let resolved: Vec<Option<String>> = aliases
        .keys()
        .map(|path| match path.rsplit_once('.') {
            Some((parent, name)) => Some(format!("{}.{name}", follow(&aliases, parent)?)),
            None => Some(path.clone()),
        })
        .collect();
    let mut changes = 0;
    let mut moved = Aliases::default();
    for ((path, target), resolved) in aliases.into_iter().zip(resolved) {
        match resolved {
            Some(resolved) => {
                changes += usize::from(resolved != path);
                insert(&mut moved, resolved, target, wins, problems);
            }
            None => problems.push(Problem::Circle {
                index: target.index,
            }),
        }
    }
    (moved, changes)
}

fn insert(
    aliases: &mut Aliases,
    path: String,
    target: Target,
    wins: &impl Fn(usize, usize) -> bool,
    problems: &mut Vec<Problem>,
) {
    match aliases.get(&path) {
        Some(old) if !wins(old.index, target.index) => problems.push(Problem::Twice {
            index: target.index,
            other: old.index,
        }),
        Some(_) | None => {
            aliases.insert(path, target);
        }
    }
}

/// `path` with every alias in it replaced, the shortest prefix first. `None`: a circle.
fn follow(aliases: &Aliases, path: &str) -> Option<String> {
    let mut path = path.to_owned();
    for _ in 0..STEPS_MAX {
        let dots = path.match_indices('.').map(|(at, _)| at);
        let found = dots
            .chain(std::iter::once(path.len()))
            .find_map(|end| aliases.get(&path[..end]).map(|target| (target, end)));
        let Some((target, end)) = found else {
            return Some(path);
        };
        path = [target.path.as_str(), &path[end..]].concat();
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pairs(list: &[(&str, &str)]) -> Vec<(String, String)> {
        let (aliases, problems) = resolve(list, |_, _| false);
        assert_eq!(problems, []);
        let pairs = aliases.into_iter();
        pairs.map(|(path, target)| (path, target.path)).collect()
    }

    fn pair(path: &str, same: &str) -> (String, String) {
        (path.to_owned(), same.to_owned())
    }

    #[test]
    fn chains_lead_to_their_end() {
        assert_eq!(
            pairs(&[("a.x", "b.x"), ("b.x", "c.x")]),
            [pair("a.x", "c.x"), pair("b.x", "c.x")]
        );
    }

    #[test]
    fn an_alias_below_an_alias_moves_to_the_module() {
        assert_eq!(
            pairs(&[("old.sub.f", "g"), ("old", "new"), ("new.sub", "lib")]),
            [
                pair("lib.f", "g"),
                pair("old", "new"),
                pair("new.sub", "lib")
            ]
        );
    }

    #[test]
    fn targets_go_through_modules() {
        assert_eq!(
            pairs(&[("f", "old.f"), ("old", "new")]),
            [pair("f", "new.f"), pair("old", "new")]
        );
        assert_eq!(pairs(&[("a.b", "a")]), [pair("a.b", "a")]);
    }

    #[test]
    fn circles_are_refused() {
        for list in [
            &[("a", "a")][..],
            &[("a", "b"), ("b", "a")],
            &[("a", "a.b")],
            &[("a.b", "c.d"), ("c", "a.b.c")],
        ] {
            let (_, problems) = resolve(list, |_, _| false);
            assert!(
                matches!(problems.first(), Some(Problem::Circle { .. })),
                "{list:?}: {problems:?}"
            );
        }
    }

    #[test]
    fn of_two_the_first_is_kept_unless_the_second_wins() {
        let list = [("a", "b"), ("a", "c")];
        let (aliases, problems) = resolve(&list, |_, _| false);
        assert_eq!(aliases["a"].path, "b");
        assert_eq!(problems, [Problem::Twice { index: 1, other: 0 }]);
        let (aliases, problems) = resolve(&list, |_, _| true);
        assert_eq!(aliases["a"].path, "c");
        assert_eq!(problems, []);
    }
}
