// One finding: its head, and when it is open its message, path, fix and explanation.

import type { App } from "../app";
import { freshId, h, inline } from "../core/dom";
import { SIGNS, classTitle, type Entry } from "../core/results";
import { explanation } from "./explain";
import { fixBox, schemaBox } from "./fix";
import { steps } from "./steps";

export interface Card {
  element: HTMLElement;
  /** What it was made from. */
  text: string;
  setOpen(open: boolean): void;
  /** It will not be shown again. */
  end(): void;
}

export function card(app: App, entry: Entry, text: string): Card {
  const { finding, key } = entry;
  const bodyId = freshId("finding");
  const body = h("div", { class: "finding-body", id: bodyId, hidden: true });
  const line = app.lineOf(finding.location);
  const several = app.store.state.paths.length > 1;
  const head = h(
    "button",
    {
      type: "button",
      class: "finding-head",
      onclick: () => app.open(app.store.state.opened === key ? null : key),
      attributes: { "aria-expanded": "false", "aria-controls": bodyId, "data-key": `finding ${key}` },
    },
    h("span", { class: `sign ${finding.group}`, attributes: { "aria-hidden": "true" } }, SIGNS[finding.group]),
    h("span", { class: "finding-title" }, inline(finding.title.replace(/\.$/, ""))),
    h("span", { class: "finding-place" }, several ? `${finding.location.path.split("/").at(-1)}:${line}` : `line ${line}`),
    h(
      "span",
      { class: "finding-facts" },
      h("span", { class: `severity ${finding.severity}` }, finding.severity),
      h("span", {}, classTitle(finding.class)),
      finding.trace.length > 1 && h("span", {}, `path of ${finding.trace.length} steps`),
      finding.fix?.level === "verified" && h("span", { class: "has-fix" }, "checked fix"),
    ),
  );
  const element = h("article", { class: "finding", attributes: { "data-rule": finding.rule, "data-fingerprint": finding.fingerprint } }, head, body);
  let filled = false;
  const ended = new AbortController();
  const made: Card = {
    element,
    text,
    setOpen(open) {
      if (open && !filled) {
        filled = true;
        body.append(...content(app, entry, ended.signal));
      }
      body.hidden = !open;
      element.toggleAttribute("data-open", open);
      head.setAttribute("aria-expanded", String(open));
    },
    end: () => ended.abort(),
  };
  return made;
}

function content(app: App, { finding, key }: Entry, signal: AbortSignal): HTMLElement[] {
  const parts: HTMLElement[] = [h("p", { class: "message" }, inline(finding.message))];
  if (finding.trace.length > 0) parts.push(steps(app, key, finding, signal));
  if (finding.fix) parts.push(fixBox(app, key, finding.fix, signal));
  if (finding.suggested_schema) parts.push(schemaBox(finding.suggested_schema));
  parts.push(explanation(app, finding, signal));
  return parts;
}
