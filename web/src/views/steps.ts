// The way of the data as a list of steps; each moves the cursor to its place in the code.

import type { App } from "../app";
import type { Finding } from "../api/types";
import { h, inline } from "../core/dom";

const ROLES: Record<string, string> = { source: "Source", sink: "Sink" };

export function steps(app: App, key: string, finding: Finding, signal: AbortSignal): HTMLElement {
  const { trace } = finding;
  const several = new Set(trace.map((step) => step.location.path)).size > 1;
  const buttons = trace.map((step, index) =>
    h(
      "button",
      {
        type: "button",
        class: "step",
        onclick: () => app.goToStep(index),
        attributes: { "data-key": `step ${key} ${index}` },
      },
      h("span", { class: "step-number", attributes: { "aria-hidden": "true" } }, String(index + 1)),
      h(
        "span",
        { class: "step-text" },
        ROLES[step.kind] && h("span", { class: `role ${step.kind}` }, ROLES[step.kind]),
        " ",
        inline(step.message),
      ),
      h("span", { class: "step-place" }, several ? `${step.location.path}:${app.lineOf(step.location)}` : `line ${app.lineOf(step.location)}`),
    ),
  );
  const move = (by: 1 | -1): void => {
    const { step } = app.store.state;
    const next = step === null ? (by === 1 ? 0 : trace.length - 1) : step + by;
    if (next >= 0 && next < trace.length) app.goToStep(next);
  };
  app.store.watch(
    (state) => [state.step, state.opened],
    (state) => {
      buttons.forEach((button, index) => {
        if (state.opened === key && state.step === index) button.setAttribute("aria-current", "step");
        else button.removeAttribute("aria-current");
      });
    },
    signal,
  );
  return h(
    "div",
    { class: "path" },
    h(
      "div",
      { class: "path-head" },
      h("h3", {}, trace.length > 1 ? "How the data gets there" : "Where it is"),
      trace.length > 1 &&
        h(
          "span",
          { class: "path-keys" },
          h("button", { type: "button", onclick: () => move(-1), attributes: { "data-key": `previous ${key}` } }, "Previous"),
          h("button", { type: "button", onclick: () => move(1), attributes: { "data-key": `next ${key}` } }, "Next"),
        ),
    ),
    h("ol", { class: "steps" }, ...buttons.map((button) => h("li", {}, button))),
  );
}
