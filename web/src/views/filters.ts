// The row of classes with their counts; one of them can be chosen.

import type { App } from "../app";
import type { ClassId } from "../api/types";
import { h, replace } from "../core/dom";
import { CLASSES, countByClass } from "../core/results";

const ALWAYS_SHOWN = 5;

export function filters(app: App): HTMLElement {
  const bar = h("div", { class: "filters", attributes: { role: "group", "aria-label": "Show one class" } });
  app.store.watch(
    (state) => [state.entries, state.chosenClass],
    (state) => {
      const counts = countByClass(state.entries);
      const shown = CLASSES.filter(({ id }, index) => index < ALWAYS_SHOWN || (counts.get(id) ?? 0) > 0);
      const chip = (id: ClassId | null, title: string, full: string, count: number): HTMLElement =>
        h(
          "button",
          {
            type: "button",
            class: "chip",
            title: full,
            onclick: () => app.chooseClass(state.chosenClass === id ? null : id),
            attributes: { "data-key": `class ${id}`, "data-class": id, "aria-pressed": String(state.chosenClass === id) },
          },
          title,
          " ",
          h("span", { class: count > 0 ? "count some" : "count" }, String(count)),
          h("span", { class: "visually-hidden" }, count === 1 ? " finding" : " findings"),
        );
      replace(
        bar,
        chip(null, "All", "All classes", state.entries.length),
        ...shown.map(({ id, title, short }) => chip(id, short, title, counts.get(id) ?? 0)),
      );
    },
  );
  return bar;
}
