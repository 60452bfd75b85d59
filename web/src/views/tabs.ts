// A list of tabs with the keys that belong to it: arrows, Home, End.
//
//     const tabs = tablist("About", [{ id: "why", title: "Why" }], "panel-id", choose);
//     tabs.select("why");

import { freshId, h } from "../core/dom";

export interface Tabs<Id extends string> {
  element: HTMLElement;
  select(id: Id): void;
  idOf(id: Id): string;
}

export function tablist<Id extends string>(label: string, tabs: { id: Id; title: string }[], panelId: string, choose: (id: Id) => void): Tabs<Id> {
  const stem = freshId("tab");
  const buttons = tabs.map(({ id, title }) =>
    h(
      "button",
      {
        type: "button",
        id: `${stem}-${id}`,
        onclick: () => choose(id),
        attributes: { role: "tab", "aria-controls": panelId, "aria-selected": "false", tabindex: "-1" },
      },
      title,
    ),
  );
  const element = h("div", { class: "tabs", attributes: { role: "tablist", "aria-label": label } }, ...buttons);
  element.onkeydown = (event) => {
    const at = buttons.findIndex((button) => button === document.activeElement);
    const next = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: buttons.length - 1 }[event.key];
    if (next === undefined || at < 0) return;
    event.preventDefault();
    const index = (next + buttons.length) % buttons.length;
    const tab = tabs[index];
    if (tab) choose(tab.id);
    buttons[index]?.focus();
  };
  return {
    element,
    select(id) {
      buttons.forEach((button, index) => {
        const selected = tabs[index]?.id === id;
        button.setAttribute("aria-selected", String(selected));
        button.tabIndex = selected ? 0 : -1;
      });
    },
    idOf: (id) => `${stem}-${id}`,
  };
}
