//! What each construct of Python becomes, by topic. The snapshots are read when they change.

mod support;

use support::{lower, print};

/// Lowers a snippet and prints the code before the intermediate representation.
fn golden(text: &str) -> String {
    let file = lower(text);
    assert_eq!(file.problems, Vec::new(), "{text}");
    format!("{text}\n{}", print(&file))
}

macro_rules! goldens {
    ($($name:ident: $text:expr;)*) => {
        $(
            #[test]
            fn $name() {
                insta::with_settings!({ omit_expression => true }, {
                    insta::assert_snapshot!(golden($text));
                });
            }
        )*
    };
}

goldens! {
    names_scopes: r"
limit = 10
def f(x):
    y = limit
    def g():
        return x, y, unknown
    y = 2
    return g
class C:
    size = 3
    double = [size for _ in range(size)]
    def m(self):
        return size, __class__
";
    names_global_and_nonlocal: r"
count = 0
def bump():
    global count
    count = count + 1
    count.seen = True
def outer():
    n = 0
    def inner():
        nonlocal n
        n += 1
    inner()
    return n
bump()
print(count)
";
    names_comprehensions_and_walrus: r"
def f(rows):
    a = [x for x in rows if (last := x)]
    b = {k: v for k, vs in rows for v in vs}
    c = [lambda: i for i in rows]
    return last, x
";
    names_bound_in_several_ways: r"
try:
    import fast as impl
except ImportError:
    import slow as impl
if DEBUG:
    del impl
def f():
    impl.run()
    for impl2 in ():
        pass
    return impl2
";
    classes: r"
@register
@final
class View(Base, Generic[T], metaclass=Meta):
    path: str
    limit: int = 10
    @property
    def name(self):
        return self.path
    @name.setter
    def name(self, value):
        self.path = value
    class Inner:
        pass
";
    functions: r#"
@app.route("/x")
@login
async def view(a, /, b: int, *rest: str, c=[], d: "Dict[str, User]" = None, **kw) -> Literal["a"]:
    def helper(x=b): return x
    await helper(a)
    yield rest
    return
f = lambda x, *y, z=1: x or y
"#;
    type_parameters: r#"
type Pair[T] = tuple[T, T]
def first[T: Base](x: T, y: "T") -> T:
    z: T = x
    return z
class Box[T = int](list[T]):
    def get(self) -> T:
        return T
"#;
    versions_of_aliases: r"
def f(a, b):
    c = a
    a.append(b)
    use(c)
    a = b
    a.append(1)
    return c
";
    versions_of_places: r#"
def f(self, key):
    self.items.append(key)
    self.cache["k"].rows[key].add(1)
    self.count += 1
    self.data[key] = self.count
    del self.data[key], self.tmp
    g(*self.items, key=key, **self.options)
    super().f(key)
"#;
    versions_that_are_not: r#"
import os
CONFIG = {}
def f(x):
    s = "a" + x
    s.strip()
    os.path.join(s)
    CONFIG["x"] = x
    n = x > 1
    g(s, n, 1, CONFIG)
    return s
app = make()
app.config["KEY"] = "x"
app.run()
"#;
    parameters_that_are_rebound: r"
def f(x, y):
    x.clear()
    x = x.copy()
    x.append(1)
    if not y.ok():
        raise ValueError(y)
";
    conditions: r"
def f(a, b, c):
    if a.ok(b) and not c or b in NAMES:
        one(a, b, c)
    elif 0 < a < b:
        two(a, b)
    else:
        three(a, b)
    four(a)
";
    conditions_in_values: r"
def f(a, b):
    x = a and b or DEFAULT
    y = a if b else None
    z = 0 <= a <= b
    w = not a and b
    return x, y, z, w
";
    conditions_that_return: r"
def f(a, b):
    return a.isdigit() and not b and a in b
def g(a):
    return None if a is None else clean(a)
";
    conditions_without_effect_are_joined: r"
def f(a):
    if a.x:
        pass
    if a.y and a.z:
        print(1)
    return a
";
    conditions_on_paths: r#"
def f(name):
    p = root / name
    if not p.resolve().is_relative_to(root):
        abort(404)
    while (line := p.readline()) != "":
        assert line.ok(), line
    return p.read()
"#;
    loops: r"
def f(items):
    total = []
    for i, (a, *b) in items:
        if a:
            continue
        total.append(b)
        if i:
            break
    else:
        return None
    while total:
        total = total[1:]
    while True:
        total.step()
    unreachable()
async def g(xs):
    async for x in xs:
        await x
    return [y async for y in xs]
";
    with_statements: r#"
def f(path):
    with open(path) as f, lock, g() as (a, b):
        return f.read()
async def g(db):
    async with db.begin() as conn:
        await conn.execute("x")
"#;
    try_except: r"
def f(x):
    data = None
    try:
        data = load(x)
        check(data)
    except (A, B) as e:
        log(e, data)
    except C:
        raise Other from x
    else:
        data.done = True
    return data
";
    try_finally: r"
def f(x):
    c = open(x)
    try:
        for i in c:
            try:
                if i:
                    return i
                break
            finally:
                i.end()
    finally:
        c.close()
    return c
";
    match_statements: r#"
def f(cmd, mode):
    match cmd:
        case "a" | "b":
            r = cmd
        case ["run", str(name), *rest] if rest:
            r = name
        case {"k": v, **more}:
            r = v, more
        case Point(x, y=0) as p:
            r = p, x
        case None:
            r = cmd
        case other:
            r = other
    match cmd, mode:
        case "x", int():
            return cmd, mode
    return r
"#;
    templates: r#"
def f(a, b, t):
    f"x{a}y{b!r}{a:>{b}}{b:05d}{a=}" "z"
    one = "a" + a + ("b" + b) + f"{'c' + t}"
    two = "%s and %d, %%" % (a, b)
    three = "%(k)s %(l)r" % t
    four = "%s" % t
    five = "%s-%s" % t
    six = "{} {0!r}" "{}".format(a)
    seven = "{0.name[key]} {x:d} {y}".format(a, x=b, **t)
    eight = "/".join(["p", a, f"{b}"])
    nine = ", ".join(x for x in t) + "!"
    ten = "%(k)s" % {"k": a}
    eleven = "const" "ant" + " text"
    one += " where " + a
    return t"{a} {b}", a + b, b"x" % a, "{}".format_map(t), one
"#;
    constants_and_displays: r#"
x = [1, -2, 3.5, 99999999999999999999, 1j, True, None, ..., b"b", "s" "t", *y]
z = {1: [2], **x, (3,): {4, 5}}
w = x[0], x[1:2], x[:], x[::2], x[a, 1:2]
"#;
    assignments: r#"
a = b = c()
a, b = b, a
[d, *e, g] = c()
(h, (i, j)), k.l = c()
m: int = 1
n: "List[str]"
o.p: int
q[0]: str = "x"
r[1:2] = s
u += v
u["x"] -= 1
del u, v
"#;
    imports: r#"
import a.b.c, d.e as f
from . import g
from ..h.i import j as k, l
from m import *
__all__ = ["k", "l"]
__all__ += ["g"]
__all__.extend(["f"])
"#;
    generators_and_await: r"
def gen(x):
    y = yield x
    z = yield from other(y)
    return (i for i in z)
async def co(x):
    return await x.get()
";
    code_after_return: r"
def f(x):
    return x
    def g():
        return x
    y = g()
    if y:
        x()
for i in x:
    continue
    i()
";
}

#[test]
fn broken_code_is_lowered_around_the_error() {
    let texts = [
        "def f(x:\n    return x\ny = f(1)\n",
        "x = (1,\nrun(x)\n",
        "class C\n    def m(self): return self.\n",
        "import\nfrom . import\nfor in x: pass\nf(x for)\n",
        "try:\n    x = 1\ny = x\nbreak\nreturn y\n",
        "a b = 3\nwith: pass\nmatch x:\n    case : pass\nlambda x, x: x\n",
        "def f(a, a, *, **k, b): nonlocal a; global b; yield\n",
    ];
    let mut all = String::new();
    for text in texts {
        let file = lower(text);
        assert!(!file.problems.is_empty(), "{text}");
        all.push_str(text);
        all.push('\n');
        all.push_str(&print(&file));
        all.push('\n');
    }
    insta::with_settings!({ omit_expression => true }, {
        insta::assert_snapshot!(all);
    });
}
