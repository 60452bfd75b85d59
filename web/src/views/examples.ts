// The examples: a table of classes and contexts; each cell loads its code into the editor.

import type { App } from "../app";
import { CONTEXTS } from "../core/contexts";
import { h, replace } from "../core/dom";
import { gallery, type Example } from "../core/gallery";
import { CLASSES } from "../core/results";
import { tryIt } from "./guide_content";

export function examplesView(app: App): HTMLElement {
  const area = h("div", {}, h("p", { class: "muted" }, "Loading…"));
  const element = h(
    "div",
    { class: "examples-view", hidden: true },
    h("h1", {}, "Examples"),
    h("p", {}, "Each of the five mistakes where it happens: in web applications, scripts and data pipelines. Load one, look at its path and its repair, and compare it with the fixed form."),
    area,
  );
  let loaded = false;
  app.store.watch(
    (state) => [state.view.name],
    ({ view }) => {
      if (view.name !== "examples" || loaded) return;
      loaded = true;
      gallery().then(
        (examples) => replace(area, ...sections(app, examples)),
        (error: unknown) => {
          loaded = false;
          replace(area, h("p", {}, `The examples could not be loaded: ${String(error)}`));
        },
      );
    },
  );
  return element;
}

function sections(app: App, examples: Example[]): HTMLElement[] {
  return CLASSES.slice(0, 5).flatMap(({ id, title }) => {
    const ours = examples.filter(({ classId }) => classId === id);
    if (ours.length === 0) return [];
    const cards = CONTEXTS.map((context) => card(app, title, context, ours.filter((it) => it.context === context)));
    return [h("section", {}, h("h2", {}, title), h("ul", { class: "example-cards" }, ...cards.map((it) => it && h("li", {}, it))))];
  });
}

function card(app: App, title: string, context: string, pair: Example[]): HTMLElement | null {
  if (pair.length === 0) return null;
  const load = (kind: Example["kind"], sign: string): HTMLElement | null => {
    const example = pair.find((it) => it.kind === kind);
    if (!example) return null;
    const name = `${example.context.toLowerCase()}_${kind}.py`;
    return h(
      "button",
      { type: "button", onclick: () => tryIt(app, example.code, name, "project"), attributes: { "aria-label": `${title}, ${context}, ${kind}` } },
      `${sign} ${kind[0]?.toUpperCase()}${kind.slice(1)}`,
    );
  };
  return h("div", { class: "example-card" }, h("h3", {}, context), h("div", { class: "row" }, load("vulnerable", "✕"), load("fixed", "✓")));
}
