// What goes on: messages above the code, the line at the bottom, and what a screen reader says.

import type { App } from "../app";
import { h, inline, plural, replace } from "../core/dom";
import { promise } from "../core/place";

export function messages(app: App): HTMLElement {
  const area = h("div", { class: "messages" });
  app.store.watch(
    (state) => [state.problem, state.syntax, state.stale, state.notice, state.report],
    () => replace(area, problemBox(app), syntaxBox(app), incompleteBox(app), noticeBox(app)),
  );
  return area;
}

function problemBox(app: App): HTMLElement | null {
  const { problem } = app.store.state;
  if (!problem) return null;
  const wait = problem.retrySeconds === null ? "" : ` It is asked again in ${plural(problem.retrySeconds, "second")}.`;
  return h(
    "div",
    { class: "message-box problem" },
    h("p", {}, h("strong", {}, `✕ ${problem.title}. `), problem.detail, wait),
    h("button", { type: "button", onclick: () => app.again(), attributes: { "data-key": "again" } }, "Try again"),
  );
}

function syntaxBox(app: App): HTMLElement | null {
  const { syntax, stale } = app.store.state;
  const [first] = syntax;
  if (!first) return null;
  const place = first.line === null ? first.path : `${app.store.state.paths.length > 1 ? first.path + ", " : ""}line ${first.line}`;
  const more = syntax.length > 1 ? ` (and ${syntax.length - 1} more)` : "";
  return h(
    "div",
    { class: "message-box problem syntax" },
    h("p", {}, h("strong", {}, `✕ This does not parse: ${place}. `), inline(first.message), more, stale ? " The results below are those of the last text that did." : " What could be read was analysed."),
    stale && h("button", { type: "button", onclick: () => app.showBroken(), attributes: { "data-key": "broken" } }, "Analyse it as it is"),
  );
}

/** What else was not analysed, such as a file that is too large. */
function incompleteBox(app: App): HTMLElement | null {
  const { report, syntax } = app.store.state;
  const broken = new Set(syntax.map((problem) => problem.path));
  const rest = report?.incomplete.filter((it) => !broken.has(it.path)) ?? [];
  if (rest.length === 0) return null;
  return h(
    "div",
    { class: "message-box" },
    h("p", {}, h("strong", {}, "Not all of it was analysed. ")),
    h("ul", {}, ...rest.slice(0, 10).map((it) => h("li", {}, `${it.path}${it.line === null ? "" : `:${it.line}`}: `, inline(it.reason)))),
  );
}

function noticeBox(app: App): HTMLElement | null {
  const { notice } = app.store.state;
  if (!notice) return null;
  return h(
    "div",
    { class: `message-box notice ${notice.kind}` },
    h("div", {}, h("p", {}, notice.text), notice.details.length > 0 && h("ul", {}, ...notice.details.map((line) => h("li", {}, inline(line))))),
    h("button", { type: "button", onclick: () => app.store.set({ notice: null }), attributes: { "data-key": "dismiss" } }, "Dismiss"),
  );
}

export function statusLine(app: App): HTMLElement {
  const line = h("p", { class: "status" });
  app.store.watch(
    (state) => [state.busy, state.report, state.elapsedMs, state.problem],
    ({ busy, report, elapsedMs, problem }) => {
      const parts = report
        ? [plural(report.statistics.lines, "line"), plural(report.statistics.functions, "function"), elapsedMs === null ? "" : `${Math.round(elapsedMs)} ms`, `${report.tool.name} ${report.tool.version}`]
        : [];
      const state = problem ? "not analysed" : busy ? "analysing…" : "";
      line.textContent = [...parts, state, promise()].filter(Boolean).join(" · ");
      line.dataset["busy"] = String(busy);
    },
  );
  return line;
}

/** Read out, politely, after each run. */
export function liveRegion(app: App): HTMLElement {
  const region = h("div", { class: "visually-hidden", attributes: { role: "status", "aria-live": "polite" } });
  app.store.watch(
    (state) => [state.announcement],
    (state) => {
      region.textContent = state.announcement;
    },
  );
  return region;
}
