// For everybody: without a mouse, without colour, on a narrow screen, on paper.

import type { Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { accessible, clean, insert, open, overflow, paste, settled, start, stop } from "./support";

beforeAll(start);
afterAll(stop);
afterEach(clean);

const CODE = "import os\n\nfrom flask import request\n\nDB_PASSWORD = 'supersecret123'\nos.system('ls ' + request.args['x'])\nprint(undefined_name)\n";

async function opened(page: Page): Promise<void> {
  await paste(page, CODE);
  await page.locator('.finding[data-rule="command-injection"] .finding-head').click();
}

describe("axe-core finds nothing", () => {
  for (const colorScheme of ["light", "dark"] as const) {
    for (const width of [1400, 320]) {
      it(`in the check view, ${colorScheme}, ${width} px`, async () => {
        const page = await open("", { colorScheme, viewport: { width, height: 900 } });
        await accessible(page);
        await paste(page, CODE);
        if (width < 800) {
          await accessible(page);
          await page.getByRole("tab", { name: /Findings/ }).click();
        }
        await page.locator('.finding[data-rule="command-injection"] .finding-head').click();
        for (const tab of ["How to fix", "More", "Why"]) {
          await page.getByRole("tab", { name: tab }).first().click();
          await accessible(page);
        }
        if (width < 800) await page.getByRole("tab", { name: "Checklist" }).click();
        await page.locator(".checklist summary").first().click();
        await accessible(page);
        if (width < 800) await page.getByRole("tab", { name: "Code" }).click();
        await paste(page, CODE + "def broken(:\n");
        await accessible(page);
        if (width < 800) await page.getByRole("tab", { name: /Findings/ }).click();
        await accessible(page);
        await page.route("**/api/v1/analyze", (route) => route.abort());
        if (width < 800) await page.getByRole("tab", { name: "Code" }).click();
        await insert(page, CODE);
        await page.locator(".message-box.problem", { hasText: "hognose serve" }).waitFor();
        await accessible(page);
      });
    }
    for (const view of ["#guides", "#guide/sql-injection", "#examples", "#review"]) {
      it(`in ${view}, ${colorScheme}`, async () => {
        const page = await open(view, { colorScheme });
        await page.locator("main h1:visible").first().waitFor();
        await accessible(page);
      });
    }
    it(`in the dialogs, ${colorScheme}`, async () => {
      const page = await open("", { colorScheme });
      await paste(page, CODE);
      for (const name of ["Share", "Download", "CI", "Help and keys"]) {
        await page.getByRole("button", { name, exact: true }).click();
        await page.locator("dialog[open]").waitFor();
        if (name === "Share") await page.getByRole("textbox", { name: "Link" }).waitFor();
        await accessible(page);
        await page.keyboard.press("Escape");
        await page.locator("dialog").waitFor({ state: "detached" });
      }
    });
  }
});

describe("without a mouse", () => {
  it("code is written, findings are visited, a step is taken", async () => {
    const page = await open();
    await page.keyboard.press("Tab");
    expect(await page.evaluate(() => document.activeElement?.textContent)).toBe("Skip to the code");
    await page.keyboard.press("Enter");
    await page.keyboard.insertText(CODE);
    await page.locator('.finding[data-rule="command-injection"]').waitFor();
    await settled(page);
    await page.keyboard.press("F8");
    await page.locator(".finding[data-open]").waitFor();
    const first = await page.locator(".finding[data-open]").getAttribute("data-fingerprint");
    await page.keyboard.press("F8");
    const second = await page.locator(".finding[data-open]").getAttribute("data-fingerprint");
    expect(second).not.toBe(first);
    await page.keyboard.press("Shift+F8");
    expect(await page.locator(".finding[data-open]").getAttribute("data-fingerprint")).toBe(first);
    // Tab is not kept by the editor.
    await page.keyboard.press("Tab");
    expect(await page.evaluate(() => document.activeElement?.shadowRoot === null)).toBe(true);
    const step = page.locator(".finding[data-open] .step").first();
    await step.focus();
    await page.keyboard.press("Enter");
    expect(await step.getAttribute("aria-current")).toBe("step");
    expect(await step.evaluate((element) => element === document.activeElement)).toBe(true);
  });

  it("tabs and the splitter follow the arrow keys", async () => {
    const page = await open();
    await opened(page);
    const why = page.getByRole("tab", { name: "Why" }).first();
    await why.focus();
    await page.keyboard.press("ArrowRight");
    expect(await page.getByRole("tab", { name: "How to fix" }).first().getAttribute("aria-selected")).toBe("true");
    await page.keyboard.press("End");
    expect(await page.getByRole("tab", { name: "More" }).first().getAttribute("aria-selected")).toBe("true");
    const splitter = page.getByRole("separator");
    const before = Number(await splitter.getAttribute("aria-valuenow"));
    await splitter.focus();
    await page.keyboard.press("ArrowLeft");
    expect(Number(await splitter.getAttribute("aria-valuenow"))).toBe(before - 5);
  });

  it("the focus stays where it was while results change", async () => {
    const page = await open();
    await paste(page, CODE);
    const finding = page.locator('.finding[data-rule="command-injection"]');
    const focused = (selector: string): Promise<boolean> => finding.locator(selector).first().evaluate((element) => element === document.activeElement);
    await finding.locator(".finding-head").focus();
    await page.keyboard.press("Enter");
    expect(await focused(".finding-head")).toBe(true);
    // Results come again; the card is put back, or made anew where something in it is another.
    for (const mode of ["project", "snippet"]) {
      const answered = page.waitForResponse((response) => response.url().endsWith("/analyze"));
      await page.locator("#mode").evaluate((select: HTMLSelectElement, value) => {
        select.value = value;
        select.dispatchEvent(new Event("change"));
      }, mode);
      await answered;
      await settled(page);
      expect(await focused(".finding-head")).toBe(true);
    }
  });
});

describe("a narrow screen", () => {
  for (const view of ["", "#guides", "#guide/command-injection", "#examples", "#review"]) {
    it(`of 320 px needs no scrolling sideways: ${view || "#check"}`, async () => {
      const page = await open(view, { viewport: { width: 320, height: 640 } });
      if (view === "") {
        await paste(page, CODE);
        for (const panel of ["Findings", "Checklist", "Code"]) {
          await page.getByRole("tab", { name: new RegExp(panel) }).click();
          if (panel === "Findings") await page.locator('.finding[data-rule="command-injection"] .finding-head').click();
          expect(await overflow(page), panel).toBe(0);
        }
      } else {
        await page.locator("main h1:visible").first().waitFor();
        expect(await overflow(page)).toBe(0);
      }
    });
  }

  it("shows the steps below the code, with the way back", async () => {
    const page = await open("", { viewport: { width: 320, height: 640 } });
    await paste(page, CODE);
    await page.getByRole("tab", { name: /Findings/ }).click();
    const finding = page.locator('.finding[data-rule="command-injection"]');
    await finding.locator(".finding-head").click();
    await finding.locator(".step").first().click();
    const sheet = page.locator(".step-sheet");
    expect(await sheet.innerText()).toContain("1 of ");
    expect(await page.locator(".editor").isVisible()).toBe(true);
    expect(await sheet.evaluate((element) => element.contains(document.activeElement))).toBe(true);
    await sheet.getByRole("button", { name: "Next" }).click();
    expect(await sheet.innerText()).toContain("2 of ");
    await accessible(page);
    expect(await overflow(page)).toBe(0);
    await sheet.getByRole("button", { name: "Back" }).click();
    expect(await finding.isVisible()).toBe(true);
  });

  it("has targets of 24 px and more", async () => {
    const page = await open("", { viewport: { width: 320, height: 640 } });
    await paste(page, CODE);
    await page.getByRole("tab", { name: /Findings/ }).click();
    await page.locator('.finding[data-rule="command-injection"] .finding-head').click();
    const small = await page.locator("button:visible, select:visible, [role=tab]:visible").evaluateAll((all) =>
      all.map((element) => ({ text: element.textContent, box: element.getBoundingClientRect() })).filter(({ box }) => box.width < 24 || box.height < 24).map(({ text }) => text),
    );
    expect(small).toEqual([]);
  });
});

describe("themes", () => {
  it("follow the system until one is chosen, and the choice stays", async () => {
    const page = await open("", { colorScheme: "dark" });
    const background = (): Promise<string> => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
    const dark = await background();
    const button = page.getByRole("button", { name: /^Theme/ });
    await button.click();
    expect(await button.getAttribute("aria-label")).toBe("Theme: light");
    const light = await background();
    expect(light).not.toBe(dark);
    await page.reload();
    await page.locator("main").waitFor();
    expect(await background()).toBe(light);
    await page.getByRole("button", { name: /^Theme/ }).click();
    expect(await background()).toBe(dark);
  });

  it("on paper the findings are there and the buttons are not", async () => {
    const page = await open();
    await opened(page);
    await page.emulateMedia({ media: "print" });
    expect(await page.locator(".finding .message").first().isVisible()).toBe(true);
    expect(await page.locator(".tools").isVisible()).toBe(false);
    expect(await page.locator(".checklist").isVisible()).toBe(true);
    // One after the other, not one over the other.
    const [findings, list] = await Promise.all([page.locator(".findings").boundingBox(), page.locator(".checklist").boundingBox()]);
    expect(list?.y).toBeGreaterThanOrEqual((findings?.y ?? 0) + (findings?.height ?? 0) - 1);
  });

  it("nothing moves where motion is not wanted", async () => {
    const page = await open("", { reducedMotion: "reduce" });
    await opened(page);
    expect(await page.locator(".finding-list").evaluate((element) => getComputedStyle(element).transitionDuration)).toBe("0s");
  });
});
