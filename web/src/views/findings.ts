// The list of findings beside the code: security, bugs, quality; one of them open.
//
// Cards are kept by the finding's key, so that the list does not flash and the focus stays while
// one types.

import type { App } from "../app";
import { h, plural, replace } from "../core/dom";
import { GROUPS, type Entry } from "../core/results";
import { card, type Card } from "./finding";
import { fixAllBar } from "./fix";

export function findings(app: App): HTMLElement {
  const list = h("div", { class: "finding-list" });
  const cards = new Map<string, Card>();
  app.store.watch(
    (state) => [state.entries, state.chosenClass, state.report, state.problem, state.syntax],
    () => {
      const visible = app.visibleEntries();
      const known = new Set(app.store.state.entries.map((entry) => entry.key));
      for (const [key, old] of cards) {
        if (known.has(key)) continue;
        old.end();
        cards.delete(key);
      }
      const sections = GROUPS.map(({ id, title }) => section(title, visible.filter(({ finding }) => finding.group === id), (entry) => cardOf(app, cards, entry)));
      replace(list, ...sections, sections.every((it) => it === null) && emptyState(app));
    },
  );
  app.store.watch(
    (state) => [state.opened, state.entries],
    (state) => {
      for (const [key, it] of cards) it.setOpen(key === state.opened);
    },
  );
  const panel = h("section", { class: "findings", attributes: { "aria-label": "Findings", "data-panel": "findings" } }, fixAllBar(app), list);
  app.store.watch(
    (state) => [state.stale],
    (state) => panel.classList.toggle("stale", state.stale),
  );
  return panel;
}

function cardOf(app: App, cards: Map<string, Card>, entry: Entry): HTMLElement {
  const old = cards.get(entry.key);
  const text = JSON.stringify(entry.finding);
  if (old?.text === text) return old.element;
  const made = card(app, entry, text, old);
  old?.end();
  made.setOpen(app.store.state.opened === entry.key);
  cards.set(entry.key, made);
  return made.element;
}

function section(title: string, entries: Entry[], show: (entry: Entry) => HTMLElement): HTMLElement | null {
  if (entries.length === 0) return null;
  const count = h("span", { class: "muted" }, plural(entries.length, "finding"));
  return h("section", { class: "group" }, h("h2", {}, title, " ", count), h("ul", {}, ...entries.map((entry) => h("li", {}, show(entry)))));
}

function emptyState(app: App): HTMLElement {
  const { report, problem } = app.store.state;
  if (problem) return h("p", { class: "empty" }, "No results: the message above says why.");
  if (!report) {
    return h(
      "div",
      { class: "empty" },
      h("p", {}, "Findings appear here as you type."),
      h("p", {}, "Nothing to paste? ", h("a", { href: "#examples" }, "Try an example"), "."),
    );
  }
  return h("p", { class: "empty" }, "Nothing found. The checklist below says what was examined, and why it is safe.");
}
