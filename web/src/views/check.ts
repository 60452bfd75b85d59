// The view in which code is checked: files, code, findings, checklist.

import type { App, Panel } from "../app";
import { freshId, h } from "../core/dom";
import { readDropped, readPicked, type Taken } from "../core/files";
import { checklist } from "./checklist";
import { fileBar } from "./files";
import { filters } from "./filters";
import { findings } from "./findings";
import { stepSheet } from "./sheet";
import { splitter } from "./splitter";
import { messages, statusLine } from "./status";
import { tablist } from "./tabs";

const PANELS: { id: Panel; title: string }[] = [
  { id: "code", title: "Code" },
  { id: "findings", title: "Findings" },
  { id: "checklist", title: "Checklist" },
];

/** The view and the place for the editor. */
export function checkView(app: App): { element: HTMLElement; place: HTMLElement } {
  const place = h("div", { class: "editor" });
  const code = h(
    "section",
    { class: "code-panel", attributes: { "aria-label": "Code", "data-panel": "code" } },
    fileBar(app, () => picker.click()),
    place,
    stepSheet(app),
  );
  const picker = h("input", { type: "file", multiple: true, accept: ".py,.pyi,.pyw,.ipynb", hidden: true, attributes: { "aria-label": "Open files" } });
  picker.onchange = () => {
    void readPicked(picker.files ?? []).then((taken) => take(app, taken));
    picker.value = "";
  };
  const work = h("div", { class: "work" });
  work.append(code, splitter(work), findings(app));
  const element = h("div", { class: "check-view", id: freshId("check") }, h("h1", { class: "visually-hidden" }, "Check Python"), filters(app), messages(app), work, checklist(app), statusLine(app), picker);
  element.prepend(panelTabs(app, element));
  acceptDrops(app, element);
  return { element, place };
}

/** On a narrow screen one panel at a time; the style sheet hides the tabs on a wide one. */
function panelTabs(app: App, element: HTMLElement): HTMLElement {
  const tabs = tablist("Parts of the page", PANELS, element.id, (panel) => app.store.set({ panel }));
  tabs.element.classList.add("panel-tabs");
  app.store.watch(
    (state) => [state.panel],
    ({ panel }) => {
      tabs.select(panel);
      element.dataset["panel"] = panel;
    },
  );
  app.store.watch(
    (state) => [state.entries],
    ({ entries }) => {
      const tab = tabs.element.children[1];
      if (tab) tab.textContent = entries.length > 0 ? `Findings (${entries.length})` : "Findings";
    },
  );
  return tabs.element;
}

/** Anywhere on the page: elsewhere the browser would leave it to show the file. */
function acceptDrops(app: App, element: HTMLElement): void {
  let depth = 0;
  const mark = (by: number): void => {
    depth = by === 0 ? 0 : depth + by;
    element.classList.toggle("dropping", depth > 0);
  };
  const hasFiles = (event: DragEvent): boolean => [...(event.dataTransfer?.types ?? [])].includes("Files");
  const drop = (event: DragEvent): void => {
    if (!hasFiles(event) || !event.dataTransfer) return;
    event.preventDefault();
    event.stopPropagation();
    mark(0);
    location.hash = "#check";
    readDropped(event.dataTransfer).then(
      (taken) => take(app, taken),
      (error: unknown) => app.notify(`The files could not be read: ${String(error)}`, "problem"),
    );
  };
  document.addEventListener("dragenter", (event) => void (hasFiles(event) && mark(1)));
  document.addEventListener("dragleave", (event) => void (hasFiles(event) && mark(-1)));
  // In the capture phase: the editor would put a file's text in at the cursor.
  document.addEventListener("dragover", (event) => void (hasFiles(event) && event.preventDefault()), true);
  document.addEventListener("drop", drop, true);
}

function take(app: App, { files, notes }: Taken): void {
  void app.ready.then(() => {
    if (files.length > 0) app.addFiles(files);
    if (notes.length > 0) app.notify(files.length > 0 ? `${files.length} files opened; some were left out.` : "Nothing was opened.", files.length > 0 ? "info" : "problem", notes);
    else if (files.length === 0) app.notify("There is no Python file in what was dropped.", "problem");
  });
}
