//! A table of patterns whose time is known, each looked at by hand and run with `CPython`.

use super::{Attack, Flags, Growth, Use, Verdict, examine};

fn attack(pattern: &str, usage: Use) -> Option<Attack> {
    match examine(pattern, Flags::NONE, usage) {
        Verdict::Attack(attack) => Some(attack),
        Verdict::Linear => None,
        Verdict::TooLarge => panic!("{pattern} is not too large"),
    }
}

const EXPONENTIAL: &[&str] = &[
    // Loops in loops.
    r"^(a+)+$",
    r"^(a*)*$",
    r"^(a+)*$",
    r"^(a*)+$",
    r"(a+)+b",
    r"(a*)*b",
    r"(x+x+)+y",
    r"^(\w+\s?)*$",
    r"^(\w+\s*)+$",
    r"^(\d+)*:$",
    r"^([a-zA-Z]+)*$",
    r"^(([a-z])+.)+[A-Z]([a-z])+$",
    r"^([0-9]+[a-z]*)*$",
    r"^(?:\s*\w+\s*)*;$",
    r"^((ab)*)+$",
    r"(?:[^\n]+)+\n\n",
    r"^(?:(?:a+)+)+$",
    r"^(a|b|ab)*c$",
    r"^(.*)*x$",
    r"(.+)+x\Z",
    r"^(?:a?b?)*$",
    r"^(a{1,4})*$",
    r"^(a+){3,}$",
    r"^(a{2,}b?)*$",
    r"^(?:\d+,?)+$",
    r"^(-?\d+,?)*$",
    // Alternatives that overlap.
    r"^(a|aa)+$",
    r"^(ab|a|b)*$",
    r"^(\w|\d+)*$",
    r"^([^a]|b)*$",
    r"^(?:.|\n)*(?:.|\s)*$x",
    r"(?:.|\s)*z",
    r#"^"(?:\\.|[^"])*"$"#,
    r"^<(?:[^>]|'[^']*')*>$",
    r"^(aa|aab?)*$",
    r"^(?:(a)|(a))*$",
    r"^(?:foo|fo+)*$",
    r"/\*(?:.|[^*])*\*/",
    // What was found in real programs.
    r"^([a-zA-Z0-9])(([\-.]|[_]+)?([a-zA-Z0-9]+))*(@){1}[a-z0-9]+[.]{1}(([a-z]{2,3})|([a-z]{2,3}[.]{1}[a-z]{2,3}))$",
    r"^(([a-z])+.)+[A-Z]+$",
    r"^\s*((\w+\s*)+)\(",
    r"^([A-Za-z0-9_]+\.?)+@",
    r"(?:\w+\.?)+@x",
    r"^(\s*,?\s*\w*)*$",
    r"\A(?:-?\w+)+\Z",
    r"^(?P<k>(\w+-?)*)=",
    r"^(?i:(a+)+)$",
    // References, looks and lazy loops do not help.
    r"^(a+?)+?$",
    r"^(a+)+?b",
    r"^(?=x?)(a+)+$",
    r"^(a+)+(?<!b)!?c$",
    r"(?=(a+)+b)a",
];

const QUADRATIC_OR_WORSE: &[&str] = &[
    r"\s+$",
    r"a*b",
    r".*x",
    r"[a-z]+@",
    r"<!--.*-->",
    r"\d+\.\d+x",
    r"\w+\s*=",
    r"^\s*(\w*)\s*\w*\s*;$",
    r"^a*a*b",
    r"^\d*\d*x",
    r"^.*,.*,.*;$",
    r"^\w+\d+:",
    r"^(\w+).*(\w+)!$",
    r"^a*(b?)a*$",
    r"^[\w.]*\w+@",
    r"^\s*#?\s*$x",
    r"https?://[^\s]+/x\d",
    r"(?:https?://)+x",
    r"^\d+\d+\d+z",
    r"\(.*\)",
    r"x+\Z",
    r"(?m)\s+$",
    r#""(\\"|[^"])*":"#,
];

const LINEAR_MATCHED: &[&str] = &[
    r"",
    r"abc",
    r"a+",
    r"^a+$",
    r"^[\w.+-]+@[\w-]+\.[a-z]{2,}$",
    r"^(a|b)*$",
    r"^(?:ab|cd)*$",
    r"^(a|b|c)+x",
    r"^(\w+\s)*$",
    r"^(\d{1,3}\.){3}\d{1,3}$",
    r"^[a-z]+(-[a-z]+)*$",
    r"^(?:[a-z]+\.)+[a-z]+$",
    r"(a+)+",
    r"(a*)*",
    r"(.*)*",
    r"(?:.|\n)*",
    r"^(?>a+)+$",
    r"^(a++)+$",
    r"^(?:a++)*b",
    r"^(?>(a|aa)+)$",
    r"^(a|[^a])*$",
    r#"^"(?:\\.|[^"\\])*"$"#,
    r"^'[^']*'$",
    r"^\d{4}-\d{2}-\d{2}$",
    r"^(a?){3}$",
    r"^a{1,50}$",
    r"^(?:(?:25[0-5]|2[0-4]\d|1?\d?\d)(?:\.|$)){4}$",
    r"^\s*\d+\s*$",
    r"^[^@]+@[^@]+$",
    r"^(?:\w|-)+$",
    r"^(foo|bar)+$",
    r"^([a-z]|[0-9])*$",
    r"^(?:a|b(?=c))*$",
    r"^x*y*z*$",
    r"^\w+:\d+$",
    r"^[A-Z]\w*( [A-Z]\w*)*$",
    r"^(a,)*a$",
    r"^#(?:[0-9a-f]{3}){1,2}$",
    r"(?P<year>\d{4})-(?P<month>\d\d)",
    r"^\$\{[^}]*\}$",
    r"^(?:[a-z0-9]|[a-f])*!$",
    r"^([\w-]|\w)*@",
    r"^([^,]*,)*[^,]*,x$",
];

const LINEAR_SEARCHED: &[&str] = &[
    r"^\s+",
    r"^\s*\d+$",
    r"\d{1,3}x",
    r"a+",
    r"\bfoo\b",
    r"[^\w.-]",
    r"<[^<>]*>",
    r"\r\n|\r|\n",
    r"\$\w+",
    r"(?<!a)a+$",
];

#[test]
fn exponential_patterns() {
    let wrong: Vec<_> = EXPONENTIAL
        .iter()
        .map(|pattern| (pattern, attack(pattern, Use::Search)))
        .filter(|(_, attack)| {
            attack.as_ref().map(|attack| attack.growth) != Some(Growth::Exponential)
        })
        .collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn polynomial_patterns() {
    let wrong: Vec<_> = QUADRATIC_OR_WORSE
        .iter()
        .map(|pattern| (pattern, attack(pattern, Use::Search)))
        .filter(|(_, attack)| {
            !matches!(
                attack,
                Some(Attack {
                    growth: Growth::Polynomial(2..=4),
                    ..
                })
            )
        })
        .collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn linear_patterns() {
    let matched = LINEAR_MATCHED.iter().map(|pattern| (pattern, Use::Match));
    let searched = LINEAR_SEARCHED.iter().map(|pattern| (pattern, Use::Search));
    let wrong: Vec<_> = matched
        .chain(searched)
        .map(|(pattern, usage)| (pattern, attack(pattern, usage)))
        .filter(|(_, attack)| attack.is_some())
        .collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn how_a_pattern_is_applied_matters() {
    assert!(attack(r"\s+$", Use::Search).is_some());
    assert!(attack(r"\s+$", Use::Match).is_none());
    assert!(attack(r"(a+)+", Use::Match).is_none());
    let whole = attack(r"(a+)+", Use::FullMatch).expect("a full match can fail");
    assert_eq!(whole.growth, Growth::Exponential);
    assert_eq!((&*whole.word, whole.ending.is_empty()), ("a", false));
}

#[test]
fn flags_matter() {
    let dots = |flags| examine(r"^(.|\n)*x", flags, Use::Match);
    assert_eq!(dots(Flags::NONE), Verdict::Linear);
    assert!(matches!(dots(Flags::DOT_ALL), Verdict::Attack(_)));
    let cases = |flags| examine(r"^([a-z]|A[a-z]*)*$", flags, Use::Match);
    assert!(matches!(cases(Flags::IGNORE_CASE), Verdict::Attack(_)));
    let blanks = |flags| examine("^( a+ )* $", flags, Use::Match);
    assert_eq!(blanks(Flags::NONE), Verdict::Linear);
    assert!(matches!(blanks(Flags::VERBOSE), Verdict::Attack(_)));
}

#[test]
fn large_patterns_are_given_up() {
    let large = "(a|b)*".repeat(1_000);
    assert_eq!(examine(&large, Flags::NONE, Use::Search), Verdict::TooLarge);
    let wide = format!("^({})*$", vec![r"\w+"; 300].join("|"));
    assert!(matches!(
        examine(&wide, Flags::NONE, Use::Search),
        Verdict::Attack(_) | Verdict::TooLarge
    ));
}
