// On a narrow screen, below the code: the step one is at, and the way to the others and back.
//
//     2 of 3  comes back from `find`        [Previous] [Next] [Back to the finding]

import type { App } from "../app";
import { h, inline, replace } from "../core/dom";

export function stepSheet(app: App): HTMLElement {
  const sheet = h("div", { class: "step-sheet", hidden: true, attributes: { role: "group", "aria-label": "Step of the path" } });
  app.store.watch(
    (state) => [state.opened, state.step, state.entries],
    ({ opened, step }) => {
      const trace = app.entry(opened)?.finding.trace ?? [];
      const current = step === null ? undefined : trace[step];
      sheet.hidden = current === undefined;
      if (step === null || !current) return;
      const button = (title: string, to: number): HTMLElement =>
        h("button", { type: "button", disabled: to < 0 || to >= trace.length, onclick: () => app.goToStep(to), attributes: { "data-key": title } }, title);
      const back = h("button", { type: "button", onclick: () => app.store.set({ panel: "findings" }), attributes: { "data-key": "back" } }, "Back to the finding");
      replace(sheet, h("p", {}, h("strong", {}, `${step + 1} of ${trace.length}`), " ", inline(current.message)), h("div", { class: "row" }, button("Previous", step - 1), button("Next", step + 1), back));
      // After a layout: the button that was pressed may be hidden then, with its panel.
      requestAnimationFrame(() => {
        const focused = document.activeElement;
        if (sheet.checkVisibility() && (focused === null || focused === document.body || !focused.checkVisibility())) back.focus();
      });
    },
  );
  return sheet;
}
