// Checking code: what is found, where it is shown, and how one gets there.

import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { clean, code, guideBlocks, insert, open, paste, settled, start, stop } from "./support";

beforeAll(start);
afterAll(stop);
afterEach(clean);

const TWO_FUNCTIONS = `import sqlite3
from flask import Flask, request

app = Flask(__name__)


def find(name):
    return "SELECT * FROM users WHERE name = '" + name + "'"


@app.route("/u")
def u():
    q = find(request.args["name"])
    return str(sqlite3.connect("x.db").execute(q).fetchall())
`;

describe("the guides' examples", () => {
  // The fifth has a schema to infer, which a person has to complete.
  const examples = [
    { name: "hardcoded-secrets", classId: "hardcoded-secrets", path: false, fixed: true },
    { name: "command-injection", classId: "command-injection", path: true, fixed: true },
    { name: "sql-injection", classId: "sql-injection", path: true, fixed: true },
    { name: "path-traversal", classId: "path-traversal", path: true, fixed: true },
    { name: "input-validation", classId: "input-validation", path: true, fixed: false },
  ];
  for (const { name, classId, path, fixed } of examples) {
    it(`${name}: found, with its path and its fix; then silent, as the secure form is`, async () => {
      const page = await open();
      await paste(page, guideBlocks(name, "vulnerable")[0] ?? "");
      const row = page.locator(`.checklist li[data-class="${classId}"]`);
      expect(await row.locator(".state").innerText()).toContain("Fail");
      const finding = page.locator(".finding").first();
      await finding.locator(".finding-head").click();
      expect(await finding.locator(".message").innerText()).not.toBe("");
      if (path) {
        expect(await finding.locator(".step .role").allInnerTexts()).toEqual(["SOURCE", "SINK"]);
        expect(await page.locator(".cm-step-badge").count()).toBe(await finding.locator(".step").count());
      }
      if (fixed) {
        expect(await finding.locator(".fix.verified ins").count()).toBeGreaterThan(0);
        await page.getByRole("button", { name: /^Apply (the|all \d+) checked fix/ }).click();
        await page.locator(".notice", { hasText: "applied and checked" }).waitFor();
        await settled(page);
        expect(await row.locator(".state").innerText()).not.toContain("Fail");
        expect(await page.locator(`.finding .finding-facts:has-text("${await row.locator("strong").innerText()}")`).count()).toBe(0);
      }
      await paste(page, guideBlocks(name, "secure")[0] ?? "");
      expect(await page.locator(".group:has(h2:text('Security')) .finding").count()).toBe(0);
      expect(await row.locator(".state").innerText()).not.toContain("Fail");
    });
  }
});

describe("the path", () => {
  it("is a list whose steps move the cursor, and a drawing in the code", async () => {
    const page = await open();
    await paste(page, TWO_FUNCTIONS);
    const finding = page.locator('.finding[data-rule="sql-injection"]');
    await finding.locator(".finding-head").click();
    const steps = finding.locator(".step");
    const count = await steps.count();
    expect(count).toBeGreaterThan(2);
    await steps.first().click();
    expect(await steps.first().getAttribute("aria-current")).toBe("step");
    expect(await page.locator(".cm-activeLine").innerText()).toContain('request.args["name"]');
    await finding.getByRole("button", { name: "Previous" }).waitFor();
    for (let step = 1; step < count; step += 1) await finding.getByRole("button", { name: "Next" }).click();
    expect(await steps.last().getAttribute("aria-current")).toBe("step");
    expect(await page.locator(".cm-activeLine").innerText()).toContain("execute(q)");
    expect(await page.locator(".cm-path-arrows path").count()).toBe(count - 1);
    expect(await page.locator("[role=status][aria-live]").innerText()).toContain(`Step ${count} of ${count}`);
  });

  it("is told apart by shape, not by colour", async () => {
    const page = await open();
    await paste(page, "import os\n\n\ndef f():\n    os.system('ls ' + input())\n    return undefined_name\n");
    const style = (kind: string): Promise<string> => page.locator(`.cm-finding-${kind}`).first().evaluate((element) => getComputedStyle(element).textDecorationStyle);
    expect(await style("security")).toBe("wavy");
    expect(await style("bugs")).toBe("dashed");
    expect(await page.locator(".cm-mark").allInnerTexts()).toEqual(expect.arrayContaining(["▲", "◆"]));
  });
});

describe("typing", () => {
  it("analyses what is there 150 ms after the last key, and ends older runs", async () => {
    const page = await open();
    let asked = 0;
    page.on("request", (request) => {
      if (request.url().endsWith("/analyze")) asked += 1;
    });
    await page.locator(".cm-content").click();
    await page.keyboard.type("import os\nos.system(input())\n", { delay: 20 });
    await page.locator('.finding[data-rule="command-injection"]').waitFor();
    await settled(page);
    expect(asked).toBeLessThanOrEqual(2);
  });

  it("does not let an older answer win", async () => {
    const page = await open();
    let held = true;
    await page.route("**/api/v1/analyze", async (route) => {
      if (held) {
        held = false;
        await new Promise((resolve) => setTimeout(resolve, 1500));
      }
      await route.continue().catch(() => undefined);
    });
    await insert(page, "import os\nos.system(input())\n");
    await page.waitForTimeout(400);
    await insert(page, "x = 1\n");
    await settled(page);
    await page.waitForTimeout(1800);
    expect(await page.locator(".finding").count()).toBe(0);
    expect(await code(page)).toBe("x = 1\n");
  });

  it("keeps the last results, dimmed, while the code does not parse", async () => {
    const page = await open();
    await paste(page, TWO_FUNCTIONS);
    const before = await page.locator(".finding").count();
    await paste(page, TWO_FUNCTIONS + "\ndef broken(:\n");
    expect(await page.locator(".message-box.syntax").innerText()).toContain("line 16");
    expect(await page.locator(".findings.stale .finding").count()).toBe(before);
    await page.getByRole("button", { name: "Analyse it as it is" }).click();
    await settled(page);
    expect(await page.locator(".findings.stale").count()).toBe(0);
    expect(await page.locator(".cm-finding-syntax").count()).toBeGreaterThan(0);
    expect(await page.locator('.finding[data-rule="sql-injection"]').count()).toBe(1);
    await paste(page, TWO_FUNCTIONS);
    expect(await page.locator(".message-box.syntax").count()).toBe(0);
  });

  it("keeps an open finding open while lines move", async () => {
    const page = await open();
    await paste(page, TWO_FUNCTIONS);
    await page.locator('.finding[data-rule="sql-injection"] .finding-head').click();
    await paste(page, "# a comment\n\n" + TWO_FUNCTIONS);
    const open_ = page.locator('.finding[data-rule="sql-injection"][data-open]');
    expect(await open_.locator(".finding-place").innerText()).toBe("line 16");
    expect(await open_.locator(".step-place").first().innerText()).toBe("line 15");
  });

  it("shows a hundred of a group first, and the others on demand", async () => {
    const page = await open();
    await paste(page, Array.from({ length: 150 }, (_, index) => `print(undefined${index})`).join("\n") + "\n");
    expect(await page.locator(".finding").count()).toBe(100);
    await page.getByRole("button", { name: "Show 50 more" }).click();
    expect(await page.locator(".finding").count()).toBe(150);
  });

  it("holds 2,000 lines", async () => {
    const page = await open();
    const functions = Array.from({ length: 400 }, (_, index) => `def f${index}(x):\n    y = x + ${index}\n    return y\n\n`).join("\n");
    await paste(page, functions + "import os\nos.system(input())\n");
    expect(await page.locator(".status").innerText()).toMatch(/2,00\d lines/);
    await page.locator('.finding[data-rule="command-injection"] .finding-head').click();
    expect(await page.locator(".cm-activeLine").innerText()).toContain("os.system");
  });
});

describe("filters and tabs", () => {
  it("show one class", async () => {
    const page = await open();
    await paste(page, "import os\nDB_PASSWORD = 'supersecret123'\nos.system('ls ' + input())\n");
    const all = await page.locator(".finding").count();
    await page.getByRole("button", { name: /^Command 1/ }).click();
    expect(await page.locator(".finding").evaluateAll((found) => found.map((it) => (it as HTMLElement).dataset["rule"]))).toEqual(["command-injection"]);
    expect(await page.getByRole("button", { name: /^Command 1/ }).getAttribute("aria-pressed")).toBe("true");
    await page.getByRole("button", { name: /^All/ }).click();
    expect(await page.locator(".finding").count()).toBe(all);
  });

  it("explain for the framework that is imported, and for any other", async () => {
    const page = await open();
    const body = (imports: string): string => `${imports}\nimport sqlite3\n\n\ndef find(name):\n    return sqlite3.connect("x").execute(f"SELECT '{name}'")\n`;
    for (const [imports, context] of [["from django.http import HttpResponse", "Django"], ["from fastapi import FastAPI", "FastAPI"], ["from flask import Flask", "Flask"]] as const) {
      await paste(page, body(imports));
      const finding = page.locator('.finding[data-rule="sql-injection"]');
      if (!(await finding.locator(".finding-body").isVisible())) await finding.locator(".finding-head").click();
      await finding.getByRole("tab", { name: "How to fix" }).click();
      const select = finding.getByLabel("Shown for");
      expect(await select.inputValue()).toBe(context);
      expect(await finding.locator(".example.secure").first().innerText()).toMatch(new RegExp(context, "i"));
    }
    const finding = page.locator('.finding[data-rule="sql-injection"]');
    await finding.getByLabel("Shown for").selectOption("Django");
    expect(await finding.locator(".tab-panel").innerText()).toContain("django");
    await finding.getByRole("tab", { name: "More" }).click();
    expect(await finding.locator(".tab-panel").innerText()).toContain("CWE-89");
  });
});

describe("rules of Ruff", () => {
  it("are explained as well, with their example as the repair", async () => {
    const page = await open();
    await paste(page, "import os\n\n\ndef f(x=[]):\n    if x == None:\n        return undefined_name\n");
    const finding = page.locator('.finding[data-rule="undefined-name"]');
    await finding.locator(".finding-head").click();
    await finding.locator(".tab-panel", { hasText: "undefined" }).waitFor();
    await finding.getByRole("tab", { name: "How to fix" }).click();
    expect(await finding.locator(".tab-panel .example").count()).toBeGreaterThan(0);
    await finding.getByRole("tab", { name: "More" }).click();
    expect(await finding.locator(".tab-panel").innerText()).toContain("F821");
  });
});

describe("the checklist", () => {
  it("passes only with evidence, and shows the sites", async () => {
    const page = await open();
    await paste(page, 'import sqlite3\n\n\ndef f(name):\n    return sqlite3.connect("x.db").execute("SELECT ?", (name,)).fetchall()\n');
    const sql = page.locator('.checklist li[data-class="sql-injection"]');
    expect(await sql.locator(".state").innerText()).toContain("Pass");
    expect(await sql.locator(".evidence").innerText()).toMatch(/1 query/);
    await sql.locator("summary").click();
    await sql.locator(".site").first().click();
    expect(await page.locator(".cm-activeLine").innerText()).toContain("execute");
    const command = page.locator('.checklist li[data-class="command-injection"]');
    expect(await command.locator(".state").innerText()).toContain("Nothing to check");
  });
});

describe("hostile input", () => {
  it("is text, whatever it looks like", async () => {
    const page = await open();
    const hostile = `import os\n# <img src=x onerror="window.hacked=1"><script>window.hacked=1</script>\nos.system("<b>" + input("<img src=x onerror='window.hacked=1'>"))\n`;
    await paste(page, hostile);
    await page.locator('.finding[data-rule="command-injection"] .finding-head').click();
    expect(await page.evaluate(() => (window as unknown as { hacked?: number }).hacked)).toBeUndefined();
    expect(await page.locator("main img[src], main script").count()).toBe(0);
    expect(await page.locator('.finding[data-rule="command-injection"]').innerText()).toContain("<img");
  });

  it("of too large a size is refused with words", async () => {
    const page = await open();
    await insert(page, "x = 1\n");
    await settled(page);
    // Through a file: typing a megabyte would take longer than the test.
    await page.locator("input[type=file]").setInputFiles({ name: "big.py", mimeType: "text/x-python", buffer: Buffer.from("x = 1\n".repeat(200_000)) });
    await page.locator(".message-box.problem").waitFor();
    expect(await page.locator(".message-box.problem").innerText()).toContain("1 MiB");
    await page.locator("input[type=file]").setInputFiles({ name: "program.py", mimeType: "text/x-python", buffer: Buffer.from([0x7f, 0x45, 0, 1]) });
    await page.locator(".message-box.problem", { hasText: "null bytes" }).waitFor();
  });

  it("with halves of characters and nesting is answered", async () => {
    const page = await open();
    await paste(page, `x = "\ud800"\n`);
    expect(await page.locator(".message-box.problem").count()).toBe(0);
    await paste(page, "x = " + "(".repeat(5000) + ")".repeat(5000) + "\n");
    await settled(page);
    expect(await page.locator(".status").innerText()).toContain("line");
  });

  it("does not end the page when the server is gone", async () => {
    const page = await open();
    await paste(page, "import os\nos.system(input())\n");
    await page.route("**/api/v1/analyze", (route) => route.abort());
    await insert(page, "import os\nos.system(input() + '')\n");
    await page.locator(".message-box.problem", { hasText: "hognose serve" }).waitFor();
    expect(await page.locator(".findings.stale .finding").count()).toBeGreaterThan(0);
    await page.unroute("**/api/v1/analyze");
    await page.getByRole("button", { name: "Try again" }).click();
    await settled(page);
    expect(await page.locator(".message-box.problem").count()).toBe(0);
  });
});
