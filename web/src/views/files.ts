// The files that are open, as tabs above the code, and how the code is read.

import type { App } from "../app";
import { h, replace } from "../core/dom";
import { icon } from "./icons";

export function fileBar(app: App, pick: () => void): HTMLElement {
  const list = h("div", { class: "files", attributes: { role: "group", "aria-label": "Files" } });
  app.store.watch(
    (state) => [state.paths, state.active, state.entries],
    (state) => {
      const tabs = state.paths.map((path) => fileTab(app, path, path === state.active));
      const add = h("button", { type: "button", class: "round", title: "New file", attributes: { "aria-label": "New file", "data-key": "new" }, onclick: () => app.newFile() }, icon("plus"));
      const open = h("button", { type: "button", attributes: { "data-key": "open" }, onclick: pick }, "Open files…");
      replace(list, ...tabs, add, open);
    },
  );
  return h("div", { class: "file-bar" }, list, modeSelect(app));
}

function fileTab(app: App, path: string, active: boolean): HTMLElement {
  const count = app.store.state.entries.filter(({ finding }) => finding.location.path === path).length;
  const show = h(
    "button",
    {
      type: "button",
      class: "file-name",
      title: path,
      onclick: () => {
        app.showFile(path);
        app.editor.focus();
      },
      attributes: { "data-key": `show ${path}`, "aria-current": active ? "true" : null },
    },
    h("span", {}, path.split("/").at(-1) ?? path),
    count > 0 && h("span", { class: "count", attributes: { "aria-label": count === 1 ? "1 finding" : `${count} findings` } }, String(count)),
  );
  const close = h(
    "button",
    { type: "button", class: "file-close", title: `Close ${path}`, attributes: { "aria-label": `Close ${path}`, "data-key": `close ${path}` }, onclick: () => app.closeFile(path) },
    icon("close"),
  );
  return h("span", { class: active ? "file active" : "file" }, show, close);
}

function modeSelect(app: App): HTMLElement {
  const select = h(
    "select",
    { id: "mode", title: "In a piece, names that it does not define and parameters of its functions count as untrusted", onchange: () => app.setMode(select.value === "project" ? "project" : "snippet") },
    h("option", { value: "snippet" }, "a piece of code"),
    h("option", { value: "project" }, "a whole project"),
  );
  app.store.watch(
    (state) => [state.mode],
    (state) => {
      select.value = state.mode;
    },
  );
  return h("label", { class: "mode" }, "Read as ", select);
}
