// A fix as a diff, with what was checked of it; and the bar that applies all of them.

import type { App } from "../app";
import type { Fix, SuggestedSchema } from "../api/types";
import { h, plural, replace } from "../core/dom";
import { codeBlock } from "../core/code";
import { copyButton } from "./copy";

const LEVELS: Record<Fix["level"], { name: string; says: string }> = {
  verified: { name: "Checked fix", says: "Applied to a copy and analysed again: it parses, the finding is gone, no new one appears." },
  unsafe: { name: "Fix that may change behaviour", says: "It parses and the finding is gone, but what the code does for honest input may differ. Read it first." },
  manual: { name: "Suggestion", says: "Somebody who knows the code has to decide; it is not applied for you." },
};

export function fixBox(app: App, key: string, fix: Fix, signal: AbortSignal): HTMLElement {
  const { name, says } = LEVELS[fix.level];
  const apply = h("button", { type: "button", class: "primary", onclick: () => void app.applyFix(key), attributes: { "data-key": `apply ${key}` } }, "Apply");
  app.store.watch(
    (state) => [state.busy, state.stale],
    () => {
      apply.disabled = !app.canApply(fix);
    },
    signal,
  );
  return h(
    "section",
    { class: `fix ${fix.level}` },
    h("h3", {}, h("span", { class: "badge" }, fix.level === "verified" ? "✓ " : "", name), " ", fix.title),
    h("p", { class: "muted" }, says),
    diff(fix.diff),
    h("div", { class: "row" }, fix.level !== "manual" && apply, copyButton("Copy diff", () => fix.diff)),
  );
}

/** A unified diff; what is added and removed is told by its sign, and said to a screen reader. */
export function diff(text: string): HTMLElement {
  const lines = text.replace(/\n$/, "").split("\n").map((line) => {
    if (line.startsWith("+++") || line.startsWith("---")) return h("span", { class: "diff-file" }, line);
    if (line.startsWith("@@")) return h("span", { class: "diff-hunk" }, line);
    if (line.startsWith("+")) return h("ins", {}, line);
    if (line.startsWith("-")) return h("del", {}, line);
    return h("span", {}, line || " ");
  });
  return h("pre", { class: "diff", tabIndex: 0, attributes: { role: "group", "aria-label": "What the fix changes" } }, h("code", {}, ...lines));
}

export function schemaBox(schema: SuggestedSchema): HTMLElement {
  return h(
    "section",
    { class: "fix schema" },
    h("h3", {}, "A schema for this input, inferred from its use"),
    h("p", { class: "muted" }, `Written as the project does it (${schema.idiom}). The bounds are guesses: set them to what the business allows.`),
    codeBlock(schema.code, "Inferred schema"),
    h("div", { class: "row" }, copyButton("Copy schema", () => schema.code)),
  );
}

/** Above the list: how many checked fixes there are, all of them at once, and the way back. */
export function fixAllBar(app: App): HTMLElement {
  const bar = h("div", { class: "fix-all" });
  app.store.watch(
    (state) => [state.entries, state.undoable, state.busy, state.stale],
    (state) => {
      const count = state.entries.filter(({ finding }) => finding.fix?.level === "verified").length;
      const apply = h(
        "button",
        { type: "button", class: "primary", disabled: state.busy || state.stale, onclick: () => void app.applyAll(), attributes: { "data-key": "apply all" } },
        count === 1 ? "Apply the checked fix" : `Apply all ${count} checked fixes`,
      );
      const undo = h(
        "button",
        { type: "button", title: state.undoable ?? "", onclick: () => app.undoFix(), attributes: { "data-key": "undo fix" } },
        "Undo fix",
      );
      replace(bar, count > 0 && apply, state.undoable !== null && undo);
      bar.hidden = count === 0 && state.undoable === null;
      bar.setAttribute("aria-label", plural(count, "checked fix", "checked fixes"));
    },
  );
  bar.setAttribute("role", "group");
  return bar;
}
