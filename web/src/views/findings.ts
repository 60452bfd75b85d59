// The list of findings beside the code: security, bugs, quality; one of them open.
//
// Cards are kept by the finding's key, so that the list does not flash and the focus stays while
// one types.

import type { App } from "../app";
import { h, keepFocus, plural, replace } from "../core/dom";
import { GROUPS, type Entry } from "../core/results";
import type { Group } from "../api/types";
import { card, type Card } from "./finding";
import { fixAllBar } from "./fix";

/** Of a group; a file can have thousands of findings of quality, and each card costs time. */
const SHOWN_AT_FIRST = 100;

export function findings(app: App): HTMLElement {
  const list = h("div", { class: "finding-list" });
  const cards = new Map<string, Card>();
  const shown = new Map<Group, number>();
  const show = (): void => {
    const visible = app.visibleEntries();
    const known = new Set(app.store.state.entries.map((entry) => entry.key));
    for (const [key, old] of cards) {
      if (known.has(key)) continue;
      old.end();
      cards.delete(key);
    }
    const sections = GROUPS.map(({ id, title }) => {
      const all = visible.filter(({ finding }) => finding.group === id);
      // The open one is always there.
      const opened = all.findIndex((entry) => entry.key === app.store.state.opened);
      const count = Math.max(shown.get(id) ?? SHOWN_AT_FIRST, opened + 1);
      const more = (): void => {
        shown.set(id, Infinity);
        keepFocus(list, show);
      };
      return section(title, all, count, (entry) => cardOf(app, cards, entry), more);
    });
    replace(list, ...sections, sections.every((it) => it === null) && emptyState(app));
  };
  app.store.watch((state) => [state.entries, state.chosenClass, state.report, state.problem, state.syntax, state.opened], () => keepFocus(list, show));
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
  const made = card(app, entry, text);
  old?.end();
  made.setOpen(app.store.state.opened === entry.key);
  cards.set(entry.key, made);
  return made.element;
}

function section(title: string, entries: Entry[], count: number, show: (entry: Entry) => HTMLElement, more: () => void): HTMLElement | null {
  if (entries.length === 0) return null;
  const total = h("span", { class: "muted" }, plural(entries.length, "finding"));
  const items = entries.slice(0, count).map((entry) => h("li", {}, show(entry)));
  const rest = entries.length - items.length;
  return h(
    "section",
    { class: "group" },
    h("h2", {}, title, " ", total),
    h("ul", {}, ...items),
    rest > 0 && h("p", {}, h("button", { type: "button", onclick: more, attributes: { "data-key": `more ${title}` } }, `Show ${rest.toLocaleString("en")} more`)),
  );
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
