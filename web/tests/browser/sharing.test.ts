// What comes in and goes out: files, folders, notebooks, links, reports; guides and examples.

import { mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { clean, code, expectComplaints, open, paste, settled, start, stop } from "./support";

beforeAll(start);
afterAll(stop);
afterEach(clean);

// Built here, so that no scanner takes this file for a leak.
const KEY = ["sk", "live", "51H8xQ2eZvKYlo2C9sT4uVwXyZ0aBcDe"].join("_");

/** Drops files and folders of the disk, as a file manager does. */
async function drop(page: Page, files: string[]): Promise<void> {
  const session = await page.context().newCDPSession(page);
  const at = { x: 200, y: 300 };
  const data = { items: [], files, dragOperationsMask: 1 };
  for (const type of ["dragEnter", "dragOver", "drop"] as const) await session.send("Input.dispatchDragEvent", { type, ...at, data });
}

describe("files", () => {
  it("of a dropped folder are read as one program", async () => {
    const folder = join(mkdtempSync(join(tmpdir(), "hognose-")), "shop");
    mkdirSync(join(folder, "app"), { recursive: true });
    mkdirSync(join(folder, "node_modules"));
    writeFileSync(join(folder, "app", "__init__.py"), "");
    writeFileSync(join(folder, "app", "db.py"), "import sqlite3\n\n\ndef rows(name):\n    return sqlite3.connect('x').execute(f\"SELECT '{name}'\").fetchall()\n");
    writeFileSync(join(folder, "app", "views.py"), "from flask import Flask, request\n\nfrom app.db import rows\n\napp = Flask(__name__)\n\n\n@app.get('/')\ndef index():\n    return str(rows(request.args['q']))\n");
    writeFileSync(join(folder, "node_modules", "skipped.py"), "");
    writeFileSync(join(folder, "README.md"), "# shop");
    // On any view.
    const page = await open("#examples");
    await drop(page, [folder]);
    await page.locator(".file").nth(2).waitFor();
    await settled(page);
    expect(await page.locator(".file-name").evaluateAll((all) => all.map((it) => it.getAttribute("title")))).toEqual(["shop/app/__init__.py", "shop/app/db.py", "shop/app/views.py"]);
    expect(await page.locator("#mode").inputValue()).toBe("project");
    expect(await page.locator(".notice").innerText()).toContain("not Python");
    const finding = page.locator('.finding[data-rule="sql-injection"]');
    await finding.locator(".finding-head").click();
    expect(await page.locator(".file.active").innerText()).toContain("db.py");
    await finding.locator(".step").first().click();
    expect(await page.locator(".file.active").innerText()).toContain("views.py");
    expect(await page.locator(".cm-activeLine").innerText()).toContain("request.args");
  });

  it("can be added, shown and closed", async () => {
    const page = await open();
    await paste(page, "x = 1\n");
    await page.getByRole("button", { name: "New file" }).click();
    await paste(page, "import os\nos.system(input())\n");
    expect(await page.locator(".file").count()).toBe(2);
    await page.locator(".file-name").first().click();
    expect(await code(page)).toBe("x = 1\n");
    await page.getByRole("button", { name: "Close file1.py" }).click();
    await settled(page);
    expect(await page.locator(".finding").count()).toBe(0);
  });

  it("that are notebooks show their code, and where in it", async () => {
    const cells = [
      { cell_type: "markdown", metadata: {}, source: ["# Title"] },
      { cell_type: "code", metadata: {}, outputs: [], execution_count: null, source: ["import os\n", "x = input()"] },
      { cell_type: "code", metadata: {}, outputs: [], execution_count: null, source: ["# more\n", "os.system('ls ' + x)"] },
    ];
    const notebook = JSON.stringify({ cells, metadata: { language_info: { name: "python" } }, nbformat: 4, nbformat_minor: 5 });
    const page = await open();
    await page.locator("input[type=file]").setInputFiles({ name: "book.ipynb", mimeType: "application/json", buffer: Buffer.from(notebook) });
    const finding = page.locator('.finding[data-rule="command-injection"]');
    await finding.waitFor();
    expect(await code(page)).toBe("# %% [cell 2]\nimport os\nx = input()\n# %% [cell 3]\n# more\nos.system('ls ' + x)");
    await finding.locator(".finding-head").click();
    expect(await page.locator(".cm-activeLine").innerText()).toContain("os.system");
    await finding.locator(".step").first().click();
    expect(await page.locator(".cm-activeLine").innerText()).toContain("input()");
  });
});

describe("a link", () => {
  it("carries the code, with made-up secrets in place of the real ones", async () => {
    const page = await open();
    const text = `import os\n\nSTRIPE_KEY = "${KEY}"\nDB_PASSWORD = "supersecret123"\n# é 🐍\nos.system("ls " + input())\n`;
    await paste(page, text);
    await page.getByRole("button", { name: "Share" }).click();
    const field = page.getByRole("textbox", { name: "Link" });
    await field.waitFor();
    expect(await page.locator("dialog .replaced").innerText()).toContain("2 secrets were replaced");
    const link = await field.inputValue();
    expect(link).toContain("#v1.");
    await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
    await page.getByRole("button", { name: "Copy link" }).click();
    await page.getByRole("button", { name: "Copied" }).waitFor();
    expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(link);

    const other = await open(link.slice(link.indexOf("#")));
    await other.locator('.finding[data-rule="command-injection"]').waitFor();
    await settled(other);
    const received = await code(other);
    expect(received).not.toContain(KEY);
    expect(received).not.toContain("supersecret123");
    expect(received).toMatch(/STRIPE_KEY = "sk_live_\w{32}"/);
    expect(received.split("\n").length).toBe(text.split("\n").length);
    expect(received).toContain("# é 🐍");
    expect(await other.locator(".notice").innerText()).toContain("made up");
    // Still found, so that the link shows what it is to show.
    expect(await other.locator(".finding").count()).toBe(await page.locator(".finding").count());
    expect(new URL(other.url()).hash).toBe("#check");
  });

  it("that is damaged is told so", async () => {
    const page = await open("#v1.AAAA");
    await page.locator(".message-box.problem", { hasText: "damaged" }).waitFor();
  });
});

describe("reports", () => {
  it("can be downloaded", async () => {
    const page = await open();
    await paste(page, "import os\nos.system('ls ' + input())\n");
    await page.getByRole("button", { name: "Download", exact: true }).click();
    for (const [name, file, part] of [["HTML", "hognose.html", "<!doctype html>"], ["Markdown", "hognose.md", "## Hognose: 1 finding"], ["SARIF", "hognose.sarif", '"runs"'], ["JSON", "hognose.json", '"findings"']] as const) {
      const waiting = page.waitForEvent("download");
      await page.getByRole("button", { name: `Download ${name}` }).click();
      const download = await waiting;
      expect(download.suggestedFilename()).toBe(file);
      const chunks: Buffer[] = [];
      for await (const chunk of await download.createReadStream()) chunks.push(chunk as Buffer);
      const text = Buffer.concat(chunks).toString();
      expect(text).toContain(part);
      expect(text).toContain("command-injection");
    }
  });
});

describe("guides and examples", () => {
  it("are searched, read and tried", async () => {
    const page = await open("#guides");
    await page.getByRole("searchbox").fill("sql injection");
    await page.locator('.guide-list a[href="#guide/sql-injection"]').click();
    await page.locator(".guide-page .example.vulnerable").first().waitFor();
    expect(await page.locator(".guide-page h1").innerText()).toBe("SQL injection");
    await page.locator(".guide-page .example.vulnerable").first().getByRole("button", { name: "Try it" }).click();
    await page.locator('.finding[data-rule="sql-injection"]').waitFor();
    expect(await page.locator(".check-view").isVisible()).toBe(true);
  });

  it("are made anew from a list of elements, whatever the server sends", async () => {
    const page = await open();
    const html = `<h1>x</h1><script>window.hacked=1</script><p onclick="window.hacked=1" style="color:red">text<img src="https://evil.example/x.png" onerror="window.hacked=1"></p>
      <a href="javascript:window.hacked=1">bad</a><a href="https://cwe.mitre.org/">good</a><a href="#guide/sql-injection">ours</a><iframe src="https://evil.example/"></iframe>
      <svg><a href="javascript:window.hacked=1">x</a></svg><form action="https://evil.example/"><input type="text" name="x"></form><style>body{display:none}</style><marquee>plain</marquee>`;
    const entry = { id: "hostile", title: "<img src=x onerror=window.hacked=1>", summary: "", kind: "rule", class: "sql-injection", cwe: [], html };
    await page.route("**/api/v1/guides/hostile", (route) => route.fulfill({ json: entry }));
    await page.evaluate(() => {
      location.hash = "#guide/hostile";
    });
    const shown = page.locator(".guide-page .guide-content");
    await shown.waitFor();
    expect(await shown.locator("script, img, iframe, svg, form, style, marquee, [onclick], [style]").count()).toBe(0);
    expect(await shown.locator("a").evaluateAll((all) => all.map((it) => it.getAttribute("href")))).toEqual([null, "https://cwe.mitre.org/", "#guide/sql-injection"]);
    expect(await shown.innerText()).toContain("plain");
    expect(await page.locator(".guide-page h1").innerText()).toContain("<img");
    expectComplaints(/inline style/);
    expect(await page.evaluate(() => (window as unknown as { hacked?: number }).hacked)).toBeUndefined();
  });

  it("that do not exist say so", async () => {
    const page = await open("#guide/no-such-guide");
    await page.locator("h1", { hasText: "No such guide" }).waitFor();
  });

  it("of the gallery are found and fixed", async () => {
    const page = await open("#examples");
    await page.getByRole("button", { name: "Command injection, FastAPI, vulnerable" }).click();
    await page.locator('.finding[data-rule="command-injection"]').waitFor();
    await settled(page);
    await page.getByRole("link", { name: "Examples" }).click();
    await page.getByRole("button", { name: "Command injection, FastAPI, fixed" }).click();
    await page.locator(".finding").first().waitFor({ state: "detached" });
    await settled(page);
    expect(await page.locator('.checklist li[data-class="command-injection"] .state').innerText()).toContain("Pass");
  });

  it("of the gallery are all there", async () => {
    const page = await open("#examples");
    await page.getByRole("button", { name: /, vulnerable$/ }).first().waitFor();
    expect(await page.getByRole("button", { name: /, vulnerable$/ }).count()).toBe(25);
    expect(await page.getByRole("button", { name: /, fixed$/ }).count()).toBe(25);
  });

  it("are beside what was found, on the review list", async () => {
    const page = await open();
    await paste(page, "import os\nos.system('ls ' + input())\n");
    await page.getByRole("link", { name: "Review" }).click();
    expect(await page.locator(".review-class", { hasText: "Command injection" }).locator(".evidence").innerText()).toContain("1 of 1 command unsafe");
    const box = page.locator(".question input").first();
    await box.check();
    expect(await box.isChecked()).toBe(true);
  });
});
