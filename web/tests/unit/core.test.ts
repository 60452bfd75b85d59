// The parts of the page that need no page.

import { describe, expect, it, vi } from "vitest";
import { BODY_BYTES_MAX, Problem, analyze, wellFormed } from "../../src/api/client";
import type { Finding, Report } from "../../src/api/types";
import { changeBetween } from "../../src/core/change";
import { contextOf, importsOf } from "../../src/core/contexts";
import { decodeFile } from "../../src/core/encoding";
import { cellStart, notebookOf, parseNotebook, renderNotebook } from "../../src/core/notebook";
import { charactersOf, linesOf, offsetOf } from "../../src/core/positions";
import { announcement, countByClass, entriesOf, filtered } from "../../src/core/results";
import { isLocal, promise, tagline } from "../../src/core/place";
import { Runner } from "../../src/core/runner";
import { Store } from "../../src/core/store";

describe("positions", () => {
  it("counts characters, not code units", () => {
    const lines = linesOf("x = 1\né = '🐍x'\n");
    expect(offsetOf(lines, 2, 7)).toBe(6 + 7);
    expect(offsetOf(lines, 2, 6)).toBe(6 + 5);
    expect(charactersOf("é = '🐍x'", 7)).toBe(6);
  });

  it("moves what lies outside to the edge", () => {
    const lines = linesOf("ab\ncd");
    expect(offsetOf(lines, 0, 1)).toBe(0);
    expect(offsetOf(lines, 9, 9)).toBe(5);
    expect(offsetOf(lines, 1, 99)).toBe(2);
  });

  it("takes every kind of line ending as one", () => {
    const lines = linesOf("a\r\nb\rc\nd");
    expect(lines.lines).toBe(4);
    expect(lines.line(4)).toEqual({ from: 6, to: 7, text: "d" });
  });
});

describe("the change between two texts", () => {
  const apply = (text: string, change: ReturnType<typeof changeBetween>): string =>
    change ? text.slice(0, change.from) + change.insert + text.slice(change.to) : text;

  it("is as small as it can be", () => {
    expect(changeBetween("a = 1\nb = 2", "a = 1\nb = 3")).toEqual({ from: 10, to: 11, insert: "3" });
    expect(changeBetween("same", "same")).toBeNull();
    expect(changeBetween("aa", "aaa")).toEqual({ from: 2, to: 2, insert: "a" });
  });

  it("turns one into the other", () => {
    const texts = ["", "a", "aa", "ab", "🐍", "🐉", "x🐍y", "x🐉y", "import os\nos.system(x)\n", "import os\nimport subprocess\nsubprocess.run([x])\n"];
    for (const before of texts) for (const after of texts) expect(apply(before, changeBetween(before, after))).toBe(after);
  });

  it("never cuts a character in two", () => {
    // Both snakes begin with the same half.
    expect(changeBetween("🐍", "🐉")).toEqual({ from: 0, to: 2, insert: "🐉" });
  });
});

describe("the context", () => {
  it("follows the imports", () => {
    expect(contextOf("import os\nfrom django.http import HttpResponse")).toBe("Django");
    expect(contextOf("from flask import Flask")).toBe("Flask");
    expect(contextOf("import os, fastapi as f")).toBe("FastAPI");
    expect(contextOf("import pandas as pd")).toBe("Pipeline");
    expect(contextOf("import os")).toBe("Script");
    expect(contextOf("# from flask import Flask\nx = 'import django'")).toBe("Script");
  });

  it("reads several names on one line", () => {
    expect([...importsOf("import os.path as p, sys\nfrom .views import x")]).toEqual(["os", "sys"]);
  });
});

describe("files", () => {
  const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

  it("are read as Python reads them", () => {
    expect(decodeFile(bytes("\ufeffx = 'é'"))).toEqual({ text: "x = 'é'" });
    expect(decodeFile(new Uint8Array([...bytes("# -*- coding: latin-1 -*-\nx = '"), 0xe9, 0x27]))).toEqual({ text: "# -*- coding: utf-8 -*-\nx = 'é'" });
  });

  it("that are no text are refused with a reason", () => {
    expect(decodeFile(new Uint8Array([0x7f, 0, 1]))).toHaveProperty("problem", expect.stringContaining("null bytes"));
    expect(decodeFile(new Uint8Array([0x78, 0xff]))).toHaveProperty("problem", expect.stringContaining("utf-8"));
    expect(decodeFile(bytes("# coding: nonsense\n"))).toHaveProperty("problem", expect.stringContaining("nonsense"));
  });
});

describe("notebooks", () => {
  const original = JSON.stringify({
    cells: [
      { cell_type: "markdown", source: ["# hi"] },
      { cell_type: "code", source: ["import os\n", "x = 1"], outputs: [] },
      { cell_type: "code", source: "y = 2", outputs: [] },
    ],
    nbformat: 4,
  });

  it("are shown as their code and written back", () => {
    const parsed = parseNotebook(original);
    expect(parsed?.text).toBe("# %% [cell 2]\nimport os\nx = 1\n# %% [cell 3]\ny = 2");
    const edited = parsed?.text.replace("y = 2", "y = 3\nz = 4") ?? "";
    const cells = (JSON.parse(renderNotebook(parsed!.notebook, edited)) as { cells: { source: unknown }[] }).cells;
    expect(cells.map((cell) => cell.source)).toEqual([["# hi"], "import os\nx = 1", "y = 3\nz = 4"]);
    expect(cellStart(edited, 3)).toBe(5);
  });

  it("that are none stay what they are", () => {
    for (const text of ["", "{", "[]", "null", '{"cells": 3}', "x = 1"]) expect(parseNotebook(text)).toBeNull();
    expect(parseNotebook('{"cells": [null, 3, {"cell_type": "code"}]}')?.text).toBe("# %% [cell 3]\n");
  });

  it("can be made anew without prose and output", () => {
    const made = JSON.parse(notebookOf("# %% [cell 2]\na\nb\n# %% [cell 4]\nc")) as { cells: { source: string }[] };
    expect(made.cells.map((cell) => cell.source)).toEqual(["a\nb", "c"]);
  });
});

function finding(fingerprint: string, severity: Finding["severity"], classId: Finding["class"] = "sql-injection"): Finding {
  const location = { path: "a.py", cell: null, line: 1, column: 1, endLine: 1, endColumn: 2 };
  return { rule: "r", code: null, title: "T.", class: classId, group: "security", cwe: [], severity, confidence: "high", message: "m", location, function: "f", trace: [], fingerprint };
}

function report(...findings: Finding[]): Report {
  return { version: 1, tool: { name: "hognose", version: "0" }, findings, suppressed: [], checks: [], incomplete: [], summary: [], statistics: { files: 1, lines: 1, functions: 0, limits: [] } };
}

describe("results", () => {
  it("come worst first, with a key each", () => {
    const entries = entriesOf(report(finding("a", "low"), finding("b", "critical"), finding("a", "low")));
    expect(entries.map((entry) => entry.key)).toEqual(["b", "a", "a.1"]);
  });

  it("are filtered and counted by class", () => {
    const entries = entriesOf(report(finding("a", "low", "bugs"), finding("b", "high")));
    expect(filtered(entries, "bugs").map((entry) => entry.key)).toEqual(["a"]);
    expect(filtered(entries, null)).toHaveLength(2);
    expect(countByClass(entries).get("sql-injection")).toBe(1);
  });

  it("are announced by what changed", () => {
    const before = entriesOf(report(finding("a", "low"), finding("b", "low")));
    const after = entriesOf(report(finding("b", "low"), finding("c", "low")));
    expect(announcement(null, before)).toBe("2 findings");
    expect(announcement(before, after)).toBe("2 findings, 1 new, 1 gone");
    expect(announcement(after, after)).toBe("2 findings");
  });
});

describe("the runner", () => {
  it("waits for the last key and ends what is out of date", async () => {
    vi.useFakeTimers();
    const signals: AbortSignal[] = [];
    const runner = new Runner(150, (signal) => {
      signals.push(signal);
      return new Promise(() => undefined);
    });
    runner.touch();
    await vi.advanceTimersByTimeAsync(149);
    expect(signals).toHaveLength(0);
    runner.touch();
    await vi.advanceTimersByTimeAsync(149);
    expect(signals).toHaveLength(0);
    await vi.advanceTimersByTimeAsync(1);
    expect(signals.map((signal) => signal.aborted)).toEqual([false]);
    runner.touch();
    expect(signals.map((signal) => signal.aborted)).toEqual([true]);
    vi.useRealTimers();
  });
});

describe("the promise", () => {
  it("is only made where it is true", () => {
    for (const host of ["localhost", "127.0.0.1", "127.9.9.9", "[::1]"]) expect(isLocal(host), host).toBe(true);
    for (const host of ["box.internal", "127.0.0.1.evil.example", "192.0.2.1", "localhost.evil.example", ""]) expect(isLocal(host), host).toBe(false);
    expect(promise("box.internal")).toContain("box.internal");
    expect(tagline("127.0.0.1")).toContain("stays on your computer");
  });
});

describe("the store", () => {
  it("calls a watcher once for several changes, and only for what it watches", async () => {
    const store = new Store({ a: 1, b: 1 });
    const seen: number[] = [];
    const ended = new AbortController();
    store.watch((state) => [state.a], (state) => seen.push(state.a), ended.signal);
    store.set({ a: 2 });
    store.set({ a: 3, b: 2 });
    await Promise.resolve();
    store.set({ b: 3 });
    await Promise.resolve();
    expect(seen).toEqual([1, 3]);
    ended.abort();
    store.set({ a: 4 });
    await Promise.resolve();
    expect(seen).toEqual([1, 3]);
  });
});

describe("calls to the server", () => {
  it("replace lone halves of characters", () => {
    expect(wellFormed("a\ud800b\udc00c🐍")).toBe("a\ufffdb\ufffdc🐍");
  });

  it("are not made with more than the server takes", async () => {
    const fetched = vi.spyOn(globalThis, "fetch");
    const files = [{ path: "a.py", content: "x".repeat(BODY_BYTES_MAX) }];
    await expect(analyze(files, { mode: "snippet" })).rejects.toThrow(/1,024 KiB/);
    expect(fetched).not.toHaveBeenCalled();
    fetched.mockRestore();
  });

  it("turn refusals into problems with the server's words", async () => {
    const body = JSON.stringify({ title: "Too Many Requests", detail: "slow down" });
    const fetched = vi.spyOn(globalThis, "fetch").mockResolvedValue(new Response(body, { status: 429, headers: { "retry-after": "3" } }));
    const problem = await analyze([], { mode: "snippet" }).catch((error: unknown) => error);
    expect(problem).toBeInstanceOf(Problem);
    expect(problem).toMatchObject({ title: "Too Many Requests", detail: "slow down", status: 429, retrySeconds: 3 });
    fetched.mockRejectedValue(new TypeError("failed"));
    await expect(analyze([], { mode: "snippet" })).rejects.toThrow(/hognose serve/);
    fetched.mockRestore();
  });
});
