// The top of the page: name, views, and what can be done with the whole.

import type { App, View } from "../app";
import { h } from "../core/dom";
import { tagline } from "../core/place";
import { remember, remembered } from "../core/settings";
import { icon } from "./icons";

const VIEWS: { name: View["name"]; title: string; href: string }[] = [
  { name: "check", title: "Check", href: "#check" },
  { name: "guides", title: "Guides", href: "#guides" },
  { name: "examples", title: "Examples", href: "#examples" },
  { name: "review", title: "Review", href: "#review" },
];

export interface HeaderActions {
  share(): void;
  download(): void;
  ci(): void;
  help(): void;
}

export function header(app: App, actions: HeaderActions): HTMLElement {
  const links = VIEWS.map(({ name, title, href }) => h("a", { href, attributes: { "data-view": name } }, title));
  app.store.watch(
    (state) => [state.view.name],
    (state) => {
      for (const link of links) {
        if (link.dataset["view"] === state.view.name) link.setAttribute("aria-current", "page");
        else link.removeAttribute("aria-current");
      }
    },
  );
  return h(
    "header",
    { class: "top" },
    h("div", { class: "brand" }, h("strong", {}, "hognose"), h("span", { class: "tagline" }, tagline())),
    h("nav", { attributes: { "aria-label": "Views" } }, ...links),
    h(
      "div",
      { class: "tools" },
      h("button", { type: "button", onclick: actions.share }, "Share"),
      h("button", { type: "button", onclick: actions.download }, "Download"),
      h("button", { type: "button", onclick: actions.ci, title: "Run this in CI" }, "CI"),
      themeButton(),
      h("button", { type: "button", class: "round", onclick: actions.help, attributes: { "aria-label": "Help and keys" } }, "?"),
    ),
  );
}

const THEMES = ["auto", "light", "dark"] as const;
type Theme = (typeof THEMES)[number];

function themeButton(): HTMLButtonElement {
  const stored = remembered("theme");
  let theme: Theme = THEMES.find((it) => it === stored) ?? "auto";
  const button = h("button", { type: "button", class: "round" }, icon("theme"));
  const show = (): void => {
    if (theme === "auto") delete document.documentElement.dataset["theme"];
    else document.documentElement.dataset["theme"] = theme;
    button.setAttribute("aria-label", `Theme: ${theme}`);
    button.title = `Theme: ${theme}`;
  };
  button.onclick = () => {
    theme = THEMES[(THEMES.indexOf(theme) + 1) % THEMES.length] ?? "auto";
    remember("theme", theme);
    show();
  };
  show();
  return button;
}
