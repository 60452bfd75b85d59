// A guide's content made usable: its code coloured, and with a button that loads it in the editor.

import type { App } from "../app";
import type { Mode } from "../api/types";
import { h } from "../core/dom";
import { codeBlock } from "../core/code";

const KINDS: Record<string, string> = { vulnerable: "✕ Vulnerable", secure: "✓ Secure" };

/** A copy of `content` to put into the page. */
export function guideContent(app: App, content: DocumentFragment): HTMLElement {
  const copy = h("div", { class: "guide-content" });
  copy.append(content.cloneNode(true));
  for (const pre of copy.querySelectorAll("pre")) pre.replaceWith(block(app, pre));
  return copy;
}

function block(app: App, pre: HTMLPreElement): HTMLElement {
  const code = pre.textContent ?? "";
  const { kind, language } = describe(pre);
  if (language !== "python") return h("pre", { class: "code", tabIndex: 0, attributes: { role: "group", "aria-label": "Example" } }, h("code", {}, code));
  const name = KINDS[kind ?? ""];
  const attempt = h("button", { type: "button", onclick: () => tryIt(app, code, "snippet.py", kind === "snippet" ? "snippet" : "project") }, "Try it");
  return h(
    "figure",
    { class: `example ${kind ?? ""}` },
    h("figcaption", {}, h("span", { class: "kind" }, name ?? "Example"), attempt),
    codeBlock(code, name ?? "Example"),
  );
}

/** As the server says them. */
function describe(pre: HTMLPreElement): { kind: string | undefined; language: string } {
  const language = pre.querySelector("code")?.className.match(/language-([\w-]+)/)?.[1] ?? "";
  return { kind: pre.dataset["kind"], language };
}

/** Loads one piece of code in place of all that is in the editor. */
export function tryIt(app: App, code: string, path: string, mode: Mode): void {
  location.hash = "#check";
  app.store.set({ panel: "code" });
  void app.ready.then(() => app.replaceFiles([{ path, content: code }], mode));
}
