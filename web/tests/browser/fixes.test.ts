// Fixes in the page: shown as a diff, applied, checked again, taken back.
//
// The offer comes from the test, so that these tests are about the page and not about which fixes the
// program knows; that the finding is gone afterwards is the program's own answer.

import type { Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import type { Fix, Report } from "../../src/api/types";
import { accessible, clean, code, open, paste, settled, start, stop } from "./support";

beforeAll(start);
afterAll(stop);
afterEach(clean);

const BEFORE = 'import sqlite3\n\nfrom flask import request\n\nname = request.args["né"]  # 🐍\nsqlite3.connect("x.db").execute(f"SELECT \'{name}\'")\n';
const AFTER = 'import sqlite3\n\nfrom flask import request\n\nname = request.args["né"]  # 🐍\nsqlite3.connect("x.db").execute("SELECT ?", (name,))\n';
const DIFF = "--- a/snippet.py\n+++ b/snippet.py\n@@ -5,2 +5,2 @@\n name = …\n-execute(f\"SELECT '{name}'\")\n+execute(\"SELECT ?\", (name,))\n";

function offer(level: Fix["level"], extra: Partial<Fix> = {}): Fix {
  const column = BEFORE.split("\n")[5]!.indexOf("f\"SELECT") + 1;
  const edits = [{ path: "snippet.py", start: { line: 6, column }, end: { line: 6, column: column + `f"SELECT '{name}'"`.length }, content: '"SELECT ?", (name,)' }];
  return { title: "Pass the value as a bound parameter", level, edits, appends: [], diff: DIFF, ...extra };
}

/** The program's answers, with `fix` offered for each SQL injection. */
async function offering(page: Page, fix: Fix): Promise<void> {
  await page.route("**/api/v1/analyze", async (route) => {
    const response = await route.fetch();
    const report = (await response.json()) as Report;
    for (const finding of report.findings) if (finding.rule === "sql-injection") finding.fix = fix;
    await route.fulfill({ response, json: report });
  });
}

async function opened(fix: Fix): Promise<Page> {
  const page = await open();
  await offering(page, fix);
  await paste(page, BEFORE);
  await page.locator('.finding[data-rule="sql-injection"] .finding-head').click();
  return page;
}

describe("a checked fix", () => {
  it("is shown, applied, checked again and taken back", async () => {
    const page = await opened(offer("verified"));
    const box = page.locator(".fix.verified");
    expect(await box.locator("ins").innerText()).toContain("SELECT ?");
    expect(await box.locator("del").innerText()).toContain("{name}");
    await accessible(page);
    await box.getByRole("button", { name: "Apply" }).click();
    await page.locator(".notice", { hasText: "the finding is gone, no new one" }).waitFor();
    expect(await code(page)).toBe(AFTER);
    expect(await page.locator('.finding[data-rule="sql-injection"]').count()).toBe(0);
    expect(await page.locator('.checklist li[data-class="sql-injection"] .state').innerText()).toContain("Pass");
    await page.getByRole("button", { name: "Undo fix" }).click();
    await settled(page);
    await page.locator('.finding[data-rule="sql-injection"]').waitFor();
    expect(await code(page)).toBe(BEFORE);
    expect(await page.getByRole("button", { name: "Undo fix" }).count()).toBe(0);
  });

  it("is one step for the editor's own undo", async () => {
    const page = await opened(offer("verified"));
    await page.locator(".cm-content").focus();
    await page.keyboard.press("Control+Enter");
    await page.locator(".notice").waitFor();
    expect(await code(page)).toBe(AFTER);
    await page.locator(".cm-content").focus();
    await page.keyboard.press("Control+z");
    expect(await code(page)).toBe(BEFORE);
  });

  it("is reached from the code by a key", async () => {
    const page = await opened(offer("verified"));
    await page.locator(".cm-content").focus();
    await page.keyboard.press("Control+.");
    expect(await page.evaluate(() => document.activeElement?.textContent)).toBe("Apply");
  });

  it("adds lines to other files, which are not sent", async () => {
    const page = await opened(offer("verified", { appends: [{ path: ".env.example", lines: ["DB_NAME="] }] }));
    const sent: string[] = [];
    page.on("request", (request) => {
      if (request.url().endsWith("/analyze")) sent.push(...(JSON.parse(request.postData() ?? "{}") as { files: { path: string }[] }).files.map((file) => file.path));
    });
    await page.getByRole("button", { name: "Apply", exact: true }).click();
    await page.locator(".notice").waitFor();
    await page.locator(".file-name", { hasText: ".env.example" }).click();
    expect(await code(page)).toBe("DB_NAME=\n");
    expect([...new Set(sent)]).toEqual(["snippet.py"]);
  });

  it("that helps nothing is told so", async () => {
    const fix = offer("verified");
    fix.edits[0]!.content = `f"SELECT '{name}' "`;
    const page = await opened(fix);
    await page.getByRole("button", { name: "Apply", exact: true }).click();
    await page.locator(".notice.problem", { hasText: "still there" }).waitFor();
  });

  it("cannot be applied to code that has changed since", async () => {
    const page = await opened(offer("verified"));
    await page.route("**/api/v1/analyze", () => new Promise(() => undefined));
    await page.locator(".cm-content").focus();
    await page.keyboard.press("Control+Home");
    await page.keyboard.type("# moved\n");
    expect(await page.getByRole("button", { name: "Apply", exact: true }).isDisabled()).toBe(true);
  });
});

describe("other fixes", () => {
  it("say what they are", async () => {
    let page = await opened(offer("unsafe"));
    expect(await page.locator(".fix.unsafe").innerText()).toContain("may change behaviour");
    expect(await page.getByRole("button", { name: /checked fix/ }).count()).toBe(0);
    page = await opened(offer("manual"));
    expect(await page.locator(".fix.manual").innerText()).toContain("has to decide");
    expect(await page.getByRole("button", { name: "Apply", exact: true }).count()).toBe(0);
  });

  it("are applied all at once, and what is refused is named", async () => {
    const page = await opened(offer("verified"));
    const fingerprint = await page.locator('.finding[data-rule="sql-injection"]').getAttribute("data-fingerprint");
    await page.route("**/api/v1/fix", async (route) => {
      const asked = route.request().postDataJSON() as { fingerprints: unknown; unsafe: unknown };
      expect(asked).toMatchObject({ fingerprints: "all", unsafe: false });
      await route.fulfill({ json: { files: [{ path: "snippet.py", content: AFTER }], appends: [], applied: ["x"], refused: [{ fingerprint, reason: "it does not parse" }, { fingerprint: "y", reason: "no repair" }], report: {} } });
    });
    await page.getByRole("button", { name: "Apply the checked fix" }).click();
    await page.locator(".notice", { hasText: "1 applied and checked; 1 left as they are" }).waitFor();
    expect(await page.locator(".notice").innerText()).toContain("does not parse");
    expect(await page.locator(".notice").innerText()).not.toContain("no repair");
    await settled(page);
    expect(await code(page)).toBe(AFTER);
    await page.getByRole("button", { name: "Undo fix" }).click();
    await settled(page);
    expect(await code(page)).toBe(BEFORE);
  });
});

describe("an inferred schema", () => {
  it("is shown with its idiom, and can be copied", async () => {
    const page = await open();
    await page.route("**/api/v1/analyze", async (route) => {
      const response = await route.fetch();
      const report = (await response.json()) as Report;
      for (const finding of report.findings) finding.suggested_schema = { idiom: "pydantic 2", code: "class Transfer(BaseModel):\n    amount: float = Field(gt=0)\n" };
      await route.fulfill({ response, json: report });
    });
    await paste(page, BEFORE);
    await page.locator('.finding[data-rule="sql-injection"] .finding-head').click();
    expect(await page.locator(".schema").innerText()).toContain("pydantic 2");
    await page.locator(".schema .tok-keyword", { hasText: "class" }).waitFor();
    await accessible(page);
  });
});
