//! Lowering any bytes gives a valid module, and twice the same one.

mod support;

use proptest::prelude::*;
use support::{lower, lower_bytes, print};

/// Python of every kind; the tests cut and mix it.
const SNIPPETS: &[&str] = &[
    "import os.path, sys as s\nfrom . import a\nfrom ..b import c as d, e\nfrom f import *\n",
    "def f(a, /, b: int = 1, *args: str, c, d=2, **kw) -> 'Dict[str, X]':\n    global G\n    G = a\n    return b if a else (c or d) and args\n",
    "class C[T: (int, str)](Base, metaclass=M):\n    x: int = 1\n    y = [x for _ in z]\n    def m(self):\n        super().m(self.x)\n        self.items[0].append(__class__)\n        return lambda q=self: q.x\n",
    "async def g(xs):\n    async with a as b, c:\n        async for i in xs:\n            yield await i\n    return\n",
    "try:\n    x = f()\n    raise E from x\nexcept* (A, B) as e:\n    del x\nelse:\n    y = x\nfinally:\n    close(x)\n",
    "while True:\n    if (n := read()) is None or n < 3 <= m:\n        break\n    elif not n:\n        continue\nelse:\n    n = 1\nfor i, (j, *k) in it:\n    pass\nelse:\n    i = 2\n",
    "match cmd, x:\n    case ['a', *rest] if rest:\n        f(rest)\n    case {'k': v, **more}:\n        g(v, more)\n    case P(1, y=str(z)) | Q(z):\n        h(z)\n    case (1, None) as w:\n        pass\n    case _:\n        x.y = 1\n",
    "s = f'a{x!r:>{w}}{y=}' 'b' + \"%s %(k)d\" % t + '{0.a[b]} {}'.format(*p, **q) + ','.join([a, 'b'])\ns += f'{s}' % (1, x)\nt'{a}{b:d}'\nz = b'1' % 2\n",
    "a = b = c, *d = [1, *e, {2: 3, **f}, {4}]\na.b[c:d:e], g[1, :] = h\na.b += 1\na[i] -= 2\ndel a.b, a[i], a\nx: 'int'\nassert x, f(x)\nwith p() as q, r:\n    nonlocal_ = 1\n",
    "def outer():\n    n = 0\n    def inner():\n        nonlocal n\n        n += 1\n        return n\n    try:\n        while n:\n            try:\n                return inner()\n            finally:\n                if n: continue\n                break\n    finally:\n        n.x()\n    print(n)\n",
    "def h(x, c):\n    while c:\n        if x.ok(c):\n            pass\n        for y in x:\n            if not y and c: continue\n            x = y or x\n    return x\n",
    "type A[T] = list[T]\nx = {k: v for k, v in y if k if v for z in v}\ng = (i async for i in j)\nh = lambda *a, **k: (yield)\ni = x if y else z\nj = ~-+a @ b ** c // d\nk = a < b == c in d\n",
];

fn check(bytes: &[u8]) -> Result<(), TestCaseError> {
    let first = lower_bytes(bytes);
    let second = lower_bytes(bytes);
    prop_assert_eq!(print(&first), print(&second));
    Ok(())
}

/// Snippets put together, some of them inside blocks.
fn program() -> impl Strategy<Value = String> {
    let part = (0..SNIPPETS.len(), 0..3_usize).prop_map(|(at, depth)| {
        let heads = ["", "if c:\n", "def w(x):\n    for y in x:\n"];
        let indent = "    ".repeat(depth);
        let mut part = String::from(heads[depth]);
        for line in SNIPPETS[at].lines() {
            part.push_str(&indent);
            part.push_str(line);
            part.push('\n');
        }
        part
    });
    proptest::collection::vec(part, 1..5).prop_map(|parts| parts.concat())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn any_bytes(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
        check(&bytes)?;
    }

    #[test]
    fn any_text(text in "[a-c =:()\\[\\]{},.\\n'\"f%+*@:;0-9\\\\!-]{0,120}") {
        check(text.as_bytes())?;
    }

    #[test]
    fn valid_programs(text in program()) {
        check(text.as_bytes())?;
    }

    #[test]
    fn cut_programs(text in program(), start in 0..400_usize, length in 0..900_usize) {
        let bytes = text.as_bytes();
        let start = start.min(bytes.len());
        let end = (start + length).min(bytes.len());
        check(&bytes[start..end])?;
    }

    #[test]
    fn damaged_programs(
        text in program(),
        damage in proptest::collection::vec((any::<prop::sample::Index>(), "[ \\n():=,.*a\\[{'\"]{0,3}"), 1..6),
    ) {
        let mut bytes = text.into_bytes();
        for (at, put) in damage {
            let at = at.index(bytes.len());
            bytes.splice(at..=at, put.bytes());
            if bytes.is_empty() {
                break;
            }
        }
        check(&bytes)?;
    }
}

#[test]
fn every_snippet_is_python() {
    for snippet in SNIPPETS {
        let file = lower(snippet);
        assert_eq!(file.problems, Vec::new(), "{snippet}");
    }
}
