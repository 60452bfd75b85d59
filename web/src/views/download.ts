// The report as a file: SARIF, JSON, Markdown, HTML.

import type { App } from "../app";
import { postRaw } from "../api/client";
import { h } from "../core/dom";
import { copy } from "./copy";
import { openDialog } from "./dialog";

const FORMATS = [
  { id: "html", title: "HTML", says: "one page to read and print", name: "hognose.html", type: "text/html" },
  { id: "markdown", title: "Markdown", says: "for an issue or a pull request", name: "hognose.md", type: "text/markdown" },
  { id: "sarif", title: "SARIF", says: "for code scanning and editors", name: "hognose.sarif", type: "application/json" },
  { id: "json", title: "JSON", says: "for scripts", name: "hognose.json", type: "application/json" },
] as const;

export function downloadDialog(app: App): void {
  const say = h("p", { class: "muted", attributes: { role: "status" } });
  const get = async (format: (typeof FORMATS)[number], use: (text: string) => unknown): Promise<void> => {
    try {
      const response = await postRaw("api/v1/report", { files: app.files(), format: format.id, mode: app.store.state.mode });
      await use(await response.text());
      say.textContent = "";
    } catch (error) {
      say.textContent = `No report: ${error instanceof Error ? error.message : String(error)}`;
    }
  };
  const rows = FORMATS.map((format) =>
    h(
      "li",
      { class: "row" },
      h("button", { type: "button", onclick: () => void get(format, (text) => save(text, format.name, format.type)) }, `Download ${format.title}`),
      format.id === "markdown" && h("button", { type: "button", onclick: () => void get(format, (text) => copy(app, text)) }, "Copy Markdown"),
      h("span", { class: "muted" }, format.says),
    ),
  );
  openDialog("Download the report", h("ul", { class: "plain" }, ...rows), say, h("p", { class: "muted" }, "Secrets are masked in every format."));
}

function save(text: string, name: string, type: string): void {
  const url = URL.createObjectURL(new Blob([text], { type }));
  const anchor = h("a", { href: url, download: name });
  document.body.append(anchor);
  anchor.click();
  anchor.remove();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}
