// The guides: a list with a search, and one page at a time.

import type { App } from "../app";
import { h, inline, replace } from "../core/dom";
import { guide, guideEntries, type GuideEntry } from "../core/guides";
import { CLASSES, classTitle } from "../core/results";
import { guideContent } from "./guide_content";

const ORDER = CLASSES.map(({ id }) => id as string);

export function guidesView(app: App): HTMLElement {
  const list = h("div", { class: "guide-list" });
  const page = h("article", { class: "guide-page" });
  const search = h("input", { type: "search", placeholder: "Search the guides", autocomplete: "off", attributes: { "aria-label": "Search the guides" } });
  const element = h("div", { class: "guides-view", hidden: true }, h("aside", { attributes: { "aria-label": "Guides" } }, search, list), page);
  let entries: GuideEntry[] = [];
  const showList = (): void => replace(list, ...listed(app, matching(entries, search.value)));
  search.oninput = showList;
  const loadList = (): void => {
    guideEntries().then(
      (all) => {
        entries = all;
        showList();
        if (app.store.state.view.name === "guides" && app.store.state.view.id === null) replace(page, ...overview(all));
      },
      (error: unknown) => replace(list, h("p", {}, `The guides could not be loaded: ${String(error)}`)),
    );
  };
  app.store.watch(
    (state) => [state.view],
    ({ view }) => {
      if (view.name !== "guides") return;
      loadList();
      element.classList.toggle("one", view.id !== null);
      if (view.id !== null) void showPage(app, page, view.id);
    },
  );
  return element;
}

async function showPage(app: App, page: HTMLElement, id: string): Promise<void> {
  const isWanted = (): boolean => {
    const { view } = app.store.state;
    return view.name === "guides" && view.id === id;
  };
  try {
    const it = await guide(id);
    if (!isWanted()) return;
    const content = guideContent(app, it.content);
    // The name of a rule's page is its id; its title says what it means.
    const heading = content.querySelector("h1") ?? content.insertBefore(h("h1"), content.firstChild);
    heading.replaceChildren(inline(it.title.replace(/\.$/, "")));
    heading.tabIndex = -1;
    replace(page, h("p", { class: "crumbs" }, h("a", { href: "#guides" }, "All guides"), " / ", id.replace(/^rule:/, "")), content);
    heading.focus({ preventScroll: true });
  } catch (error) {
    if (isWanted()) replace(page, h("h1", {}, "No such guide"), h("p", {}, error instanceof Error ? error.message : String(error)));
  }
}

/** All words of the query stand in the title, the summary, the name or the class. */
export function matching(entries: GuideEntry[], query: string): GuideEntry[] {
  const words = query.toLowerCase().split(/\s+/).filter(Boolean);
  return entries.filter((entry) => {
    const text = `${entry.id} ${entry.title} ${entry.summary} ${classTitle(entry.class ?? "")}`.toLowerCase();
    return words.every((word) => text.includes(word));
  });
}

function listed(app: App, entries: GuideEntry[]): HTMLElement[] {
  if (entries.length === 0) return [h("p", { class: "muted" }, "No guide has these words.")];
  const { view } = app.store.state;
  const current = view.name === "guides" ? view.id : null;
  const section = (title: string, some: GuideEntry[]): HTMLElement | null =>
    some.length === 0
      ? null
      : h(
          "section",
          {},
          h("h2", {}, title),
          h("ul", { class: "plain" }, ...some.map((entry) => h("li", {}, h("a", { href: `#guide/${entry.id}`, attributes: { "aria-current": entry.id === current ? "page" : null } }, label(entry))))),
        );
  const classes = [...new Set(entries.map((entry) => entry.class ?? ""))].filter(Boolean).sort((left, right) => ORDER.indexOf(left) - ORDER.indexOf(right));
  return [
    section("The five mistakes", inOrder(entries.filter((entry) => entry.kind === "guide"))),
    ...classes.map((id) => section(`Rules: ${classTitle(id)}`, entries.filter((entry) => entry.kind === "rule" && entry.class === id))),
  ].filter((it) => it !== null);
}

function inOrder(entries: GuideEntry[]): GuideEntry[] {
  return [...entries].sort((left, right) => ORDER.indexOf(left.id) - ORDER.indexOf(right.id));
}

function label(entry: GuideEntry): string {
  return entry.kind === "guide" ? entry.title : entry.id.replace(/^rule:/, "");
}

function overview(entries: GuideEntry[]): HTMLElement[] {
  const guides = inOrder(entries.filter((entry) => entry.kind === "guide"));
  return [
    h("h1", {}, "Guides"),
    h("p", {}, "Five mistakes cost Python programs most. Each guide shows the mistake and its repair in code that you can load into the editor; the pages of the rules say more about each case."),
    h("ul", { class: "cards" }, ...guides.map((entry) => h("li", {}, h("a", { href: `#guide/${entry.id}` }, h("strong", {}, entry.title), h("span", {}, inline(entry.summary)))))),
    h("p", {}, h("a", { href: "#review" }, "The review list"), " has all of it on one page to print."),
  ];
}
