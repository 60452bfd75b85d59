// A server and a browser for the tests of the page.
//
//     const page = await open();          // at the check view, empty
//     await paste(page, "import os\n…");  // resolves when the results are shown
//
// The server is the program itself, `target/debug/hognose serve` (or HOGNOSE_BINARY); with HOGNOSE_URL
// one that runs already. The browser is the system's Chromium (or HOGNOSE_CHROMIUM).

import { spawn, type ChildProcess } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { createServer } from "node:net";
import { chromium, type Browser, type BrowserContextOptions, type Page } from "playwright-core";
import { expect } from "vitest";

const ROOT = new URL("../../../", import.meta.url).pathname;
const BINARY = process.env["HOGNOSE_BINARY"] ?? `${ROOT}target/debug/hognose`;
const CHROMIUM = process.env["HOGNOSE_CHROMIUM"] ?? "/usr/bin/chromium";
const AXE = createRequire(import.meta.url).resolve("axe-core/axe.min.js");

let server: ChildProcess | undefined;
let browser: Browser | undefined;
let url = process.env["HOGNOSE_URL"] ?? "";
/** What pages asked of others, and what they complained about; both stay empty. */
let foreign: string[] = [];
let complaints: string[] = [];

export async function start(): Promise<void> {
  if (!existsSync(CHROMIUM)) throw new Error(`no browser at ${CHROMIUM}: install chromium, or set HOGNOSE_CHROMIUM`);
  if (!url) {
    if (!existsSync(BINARY)) throw new Error(`no program at ${BINARY}: cargo build -p hognose, or set HOGNOSE_BINARY`);
    const port = await freePort();
    url = `http://127.0.0.1:${port}/`;
    server = spawn(BINARY, ["serve", "--port", String(port)], { stdio: "ignore" });
    await answering();
  }
  browser = await chromium.launch({ executablePath: CHROMIUM, args: ["--no-sandbox"] });
}

export async function stop(): Promise<void> {
  await browser?.close();
  server?.kill();
}

async function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const probe = createServer().listen(0, "127.0.0.1", () => {
      const address = probe.address();
      const port = typeof address === "object" && address ? address.port : 0;
      probe.close(() => resolve(port));
    });
  });
}

async function answering(): Promise<void> {
  for (let attempt = 0; attempt < 100; attempt += 1) {
    const isUp = await fetch(`${url}healthz`).then((response) => response.ok, () => false);
    if (isUp) return;
    if (server?.exitCode != null) break;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(`${BINARY} serve does not answer at ${url}`);
}

export async function open(fragment = "", options: BrowserContextOptions = {}): Promise<Page> {
  if (!browser) throw new Error("start() comes first");
  const context = await browser.newContext({ viewport: { width: 1400, height: 900 }, ...options });
  const page = await context.newPage();
  page.on("request", (request) => {
    const target = request.url();
    if (!target.startsWith(url) && !target.startsWith("blob:") && !target.startsWith("data:")) foreign.push(target);
  });
  page.on("console", (message) => {
    // A refused request is part of some tests; what the page itself does wrong is of none.
    if (message.type() === "error" && !message.text().startsWith("Failed to load resource")) complaints.push(message.text());
  });
  page.on("pageerror", (error) => complaints.push(String(error)));
  await page.goto(url + fragment);
  await page.locator("main").waitFor();
  return page;
}

/** For a test whose point is that the policy stops something. */
export function expectComplaints(pattern: RegExp): void {
  expect(complaints.filter((text) => pattern.test(text))).not.toEqual([]);
  complaints = complaints.filter((text) => !pattern.test(text));
}

/** After each test: no request to anybody else, no error, no breach of the policy. */
export async function clean(): Promise<void> {
  await Promise.all((browser?.contexts() ?? []).map((context) => context.close()));
  const seen = { foreign, complaints };
  foreign = [];
  complaints = [];
  expect(seen).toEqual({ foreign: [], complaints: [] });
}

/** Puts `text` in place of all that is in the editor, and waits for what comes of it. */
export async function paste(page: Page, text: string): Promise<void> {
  const answered = page.waitForResponse((response) => response.url().endsWith("/api/v1/analyze"));
  await insert(page, text);
  await answered;
  await settled(page);
}

/** As a person pastes: over all that is selected. */
export async function insert(page: Page, text: string): Promise<void> {
  const content = page.locator(".cm-content");
  await content.focus();
  await page.keyboard.press("ControlOrMeta+a");
  await content.evaluate((element, pasted) => {
    const clipboardData = new DataTransfer();
    clipboardData.setData("text/plain", pasted);
    element.dispatchEvent(new ClipboardEvent("paste", { clipboardData, bubbles: true, cancelable: true }));
  }, text);
}

export async function settled(page: Page): Promise<void> {
  await page.locator('.status[data-busy="false"]').waitFor();
  // The views follow in a microtask, the editor in a frame.
  await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))));
}

export async function code(page: Page): Promise<string> {
  const lines = await page.locator(".cm-line").evaluateAll((all) => all.map((line) => [...line.childNodes].filter((node) => !(node as Element).classList?.contains("cm-step-badge")).map((node) => node.textContent).join("")));
  return lines.join("\n");
}

interface AxeResult {
  violations: { id: string; nodes: { target: unknown }[] }[];
}

/** Fails on anything that axe-core finds, with the rule and the elements. */
export async function accessible(page: Page): Promise<void> {
  // Not as a script element: the page's policy allows none but its own.
  await page.evaluate(readFileSync(AXE, "utf8"));
  const result = await page.evaluate(async () => {
    const { axe } = window as unknown as { axe: { run(context: Document, options: object): Promise<AxeResult> } };
    return axe.run(document, { resultTypes: ["violations"] });
  });
  expect(result.violations.map(({ id, nodes }) => ({ id, at: nodes.map((node) => node.target) }))).toEqual([]);
}

/** Whether the page has to be scrolled sideways. */
export async function overflow(page: Page): Promise<number> {
  return page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
}

/** The Python blocks of a kind on one of our guides, as their author wrote them. */
export function guideBlocks(name: string, kind: string): string[] {
  const text = readFileSync(`${ROOT}docs/guide/${name}.md`, "utf8");
  return [...text.matchAll(/^```python (\w+)\n([\s\S]*?)^```/gm)].filter((match) => match[1] === kind).map((match) => match[2] ?? "");
}
