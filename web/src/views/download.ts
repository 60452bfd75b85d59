// The report as a file: SARIF, JSON, Markdown, HTML.

import type { App } from "../app";
import { postRaw } from "../api/client";
import { h } from "../core/dom";
import { copyButton } from "./copy";
import { openDialog } from "./dialog";

const FORMATS = [
  { id: "html", title: "HTML", says: "one page to read and print", name: "hognose.html", type: "text/html" },
  { id: "markdown", title: "Markdown", says: "for an issue or a pull request", name: "hognose.md", type: "text/markdown" },
  { id: "sarif", title: "SARIF", says: "for code scanning and editors", name: "hognose.sarif", type: "application/json" },
  { id: "json", title: "JSON", says: "for scripts", name: "hognose.json", type: "application/json" },
] as const;

export function downloadDialog(app: App): void {
  const say = h("p", { class: "muted", attributes: { role: "status" } });
  const rows = FORMATS.map((format) => {
    const get = (): Promise<string> => report(app, format.id);
    const download = (): void => {
      get().then(
        (text) => save(text, format.name, format.type),
        (error: unknown) => {
          say.textContent = `No report: ${error instanceof Error ? error.message : String(error)}`;
        },
      );
    };
    return h(
      "li",
      { class: "row" },
      h("button", { type: "button", onclick: download }, `Download ${format.title}`),
      format.id === "markdown" && copyButton("Copy Markdown", get),
      h("span", { class: "muted" }, format.says),
    );
  });
  openDialog("Download the report", h("ul", { class: "plain" }, ...rows), say, h("p", { class: "muted" }, "Secrets are masked in every format."));
}

/** Made anew from the code as it is now. */
async function report(app: App, format: string): Promise<string> {
  const response = await postRaw("api/v1/report", { files: app.files(), format, mode: app.store.state.mode });
  return response.text();
}

function save(text: string, name: string, type: string): void {
  const url = URL.createObjectURL(new Blob([text], { type }));
  const anchor = h("a", { href: url, download: name });
  document.body.append(anchor);
  anchor.click();
  anchor.remove();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}
