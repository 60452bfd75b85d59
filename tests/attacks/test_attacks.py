"""Attacks on small applications: they work before `hognose check --fix` and fail after it.

Each heading of a page in this directory is an application (a block `python app`) with a block
`python attack`, which defines

    attack(app, box)    true if the exploit worked; an exception means that it did not
    use(app, box)       asserts that honest use works
    setup(box)          optional: files, environment

An application without an attack of its own is attacked as the one above it.

`app` is the application's module and `box` an empty directory, which is the working directory.
`python app unsafe` is repaired with `--unsafe-fixes`. Nothing is mocked: the applications run on the
real libraries.
"""

import importlib.util
import itertools
import os
import pathlib
import re
import subprocess
import sys

import pytest

HERE = pathlib.Path(__file__).parent
HOGNOSE = os.environ.get("HOGNOSE", str(HERE.parents[1] / "target/debug/hognose"))
BLOCK = re.compile(r"^```python (app|attack)( unsafe)?\n(.*?)^```$", re.MULTILINE | re.DOTALL)
NUMBER = itertools.count()


def applications():
    for page in sorted(HERE.glob("*.md")):
        tests = None
        for section in re.split(r"^## ", page.read_text(), flags=re.MULTILINE)[1:]:
            title = section.splitlines()[0]
            blocks = {kind: (code, unsafe) for kind, unsafe, code in BLOCK.findall(section)}
            assert "app" in blocks, f"{page.name}: {title}"
            code, unsafe = blocks["app"]
            tests = blocks.get("attack", (tests,))[0]
            yield pytest.param(code, tests, bool(unsafe), id=f"{page.stem}: {title}")


def load(path):
    name = f"application_{next(NUMBER)}"
    spec = importlib.util.spec_from_file_location(name, path)
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


def works(attack, path, box):
    try:
        return bool(attack(load(path), box))
    except Exception:
        return False


@pytest.mark.parametrize(("code", "tests", "unsafe"), applications())
def test_the_attack_fails_and_the_use_does_not(code, tests, unsafe, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "app.py"
    path.write_text(code)
    names = {"BOX": tmp_path, "monkeypatch": monkeypatch}
    exec(compile(tests, "<attack>", "exec"), names)
    attack, use = names["attack"], names["use"]
    names.get("setup", lambda box: None)(tmp_path)
    assert attack(load(path), tmp_path), "the attack does not work on the application as it is"
    use(load(path), tmp_path)
    arguments = ["check", "--fix", "--verbose", "--isolated"] + ["--unsafe-fixes"] * unsafe
    run = subprocess.run([HOGNOSE, *arguments, "app.py"], capture_output=True, text=True)
    assert run.returncode in (0, 1), run.stderr
    fixed = path.read_text()
    assert fixed != code, f"nothing was repaired\n{run.stdout}{run.stderr}"
    assert not works(attack, path, tmp_path), f"the attack still works\n{fixed}"
    use(load(path), tmp_path)
