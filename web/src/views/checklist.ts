// The checklist of the five classes: what was examined, and what it came to.
//
//     ✕ Fail  SQL injection  1 of 3 queries unsafe; 2 bound parameters      [3 sites]
//
// A class passes only where sites were examined; each of them can be looked at.

import type { App } from "../app";
import type { Check, ChecklistRow, ChecklistState, Report } from "../api/types";
import { h, plural, replace } from "../core/dom";
import { CLASSES, classTitle } from "../core/results";

const STATES: Record<ChecklistState, { sign: string; word: string }> = {
  clean: { sign: "✓", word: "Pass" },
  unsafe: { sign: "✕", word: "Fail" },
  undecided: { sign: "?", word: "Undecided" },
  "nothing-to-check": { sign: "–", word: "Nothing to check" },
  "not-checked": { sign: "○", word: "Not checked" },
};
const VERDICTS: Record<Check["verdict"], string> = { safe: "✓ safe", unsafe: "✕ unsafe", unknown: "? undecided" };
const SITES_SHOWN_MAX = 200;

export function checklist(app: App): HTMLElement {
  const rows = h("ul", { class: "checklist-rows" });
  const opened = new Set<string>();
  app.store.watch(
    (state) => [state.report],
    ({ report }) => {
      const list = report?.summary ?? CLASSES.slice(0, 5).map(({ id }) => emptyRow(id));
      replace(rows, ...list.map((row) => rowOf(app, row, report, opened)));
    },
  );
  const panel = h(
    "section",
    { class: "checklist", attributes: { "aria-label": "Checklist of the five classes", "data-panel": "checklist" } },
    h("h2", {}, "Checklist"),
    rows,
  );
  app.store.watch(
    (state) => [state.stale],
    (state) => panel.classList.toggle("stale", state.stale),
  );
  return panel;
}

function emptyRow(id: ChecklistRow["class"]): ChecklistRow {
  return { class: id, state: "not-checked", sites: 0, unsafe: 0, undecided: 0, findings: 0, suppressed: 0, reasons: [], text: "no code yet" };
}

function rowOf(app: App, row: ChecklistRow, report: Report | null, opened: Set<string>): HTMLElement {
  const { sign, word } = STATES[row.state];
  const head: (Node | string)[] = [
    h("span", { class: "state", attributes: { "data-state": row.state } }, h("span", { attributes: { "aria-hidden": "true" } }, sign), " ", word),
    h("strong", {}, classTitle(row.class)),
    h("span", { class: "evidence" }, row.text),
  ];
  const checks = report?.checks.filter((check) => check.class === row.class) ?? [];
  const attributes = { "data-class": row.class };
  if (checks.length === 0) return h("li", { class: `row-${row.state}`, attributes }, h("div", { class: "checklist-head" }, ...head));
  const details = h(
    "details",
    { open: opened.has(row.class), ontoggle: () => void (details.open ? opened.add(row.class) : opened.delete(row.class)) },
    h("summary", { class: "checklist-head", attributes: { "data-key": `row ${row.class}` } }, ...head, h("span", { class: "sites" }, plural(checks.length, "site"))),
    h("ul", { class: "sites-list" }, ...checks.slice(0, SITES_SHOWN_MAX).map((check) => h("li", {}, site(app, check)))),
    checks.length > SITES_SHOWN_MAX && h("p", { class: "muted" }, `and ${checks.length - SITES_SHOWN_MAX} more: download the report to see them`),
  );
  return h("li", { class: `row-${row.state}`, attributes }, details);
}

function site(app: App, check: Check): HTMLElement {
  const several = app.store.state.paths.length > 1;
  const line = app.lineOf(check.location);
  const show = (): void => {
    app.goTo(check.location);
    app.store.set({ panel: "code" });
    app.editor.focus();
  };
  return h(
    "button",
    { type: "button", class: "site", onclick: show },
    h("span", { class: `verdict ${check.verdict}` }, VERDICTS[check.verdict]),
    h("span", {}, check.reason),
    h("span", { class: "step-place" }, several ? `${check.location.path}:${line}` : `line ${line}`),
  );
}
