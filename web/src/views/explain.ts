// Why, how to fix, more: the rule's page in three tabs, the repair for one framework at a time.

import type { App, Tab } from "../app";
import type { Finding } from "../api/types";
import type { Context } from "../core/contexts";
import { freshId, h, replace } from "../core/dom";
import { rulePage, type Guide } from "../core/guides";
import { tablist } from "./tabs";
import { guideContent } from "./guide_content";

const TABS: { id: Tab; title: string }[] = [
  { id: "why", title: "Why" },
  { id: "how", title: "How to fix" },
  { id: "more", title: "More" },
];

export function explanation(app: App, finding: Finding, signal: AbortSignal): HTMLElement {
  const panel = h("div", { class: "tab-panel", attributes: { role: "tabpanel", tabindex: "0" } });
  panel.id = freshId("tab-panel");
  const tabs = tablist("About this rule", TABS, panel.id, (tab) => app.store.set({ tab }));
  let loaded: Guide | null = null;
  const show = (): void => {
    const { tab, context } = app.store.state;
    tabs.select(tab);
    panel.setAttribute("aria-labelledby", tabs.idOf(tab));
    if (!loaded) replace(panel, h("p", { class: "muted" }, "Loading…"));
    else if (tab === "why") replace(panel, ...why(app, loaded));
    else if (tab === "how") replace(panel, ...how(app, loaded, context));
    else replace(panel, ...more(app, loaded, finding));
  };
  app.store.watch((state) => [state.tab, state.context], show, signal);
  rulePage(finding.rule).then(
    (it) => {
      loaded = it;
      show();
    },
    (error: unknown) => replace(panel, h("p", {}, `The page of ${finding.rule} could not be loaded: ${String(error)}`)),
  );
  return h("section", { class: "explanation" }, tabs.element, panel);
}

function why(app: App, it: Guide): Node[] {
  const parts = it.sections.filter(({ role }) => role === "what" || role === "why");
  return parts.length > 0 ? parts.map(({ content }) => guideContent(app, content)) : [h("p", {}, it.title)];
}

function how(app: App, it: Guide, context: Context): Node[] {
  const section = it.sections.find(({ role }) => role === "how");
  if (!section) return [h("p", {}, "The page of this rule has no repair; the message says what is wrong.")];
  const { intro, contexts } = section;
  const names = [...contexts.keys()];
  if (names.length === 0) return [guideContent(app, intro)];
  const chosen = names.includes(context) ? context : names[0];
  const select = h(
    "select",
    { attributes: { "data-key": "context" }, onchange: () => app.setContext(select.value as Context) },
    ...names.map((name) => h("option", { value: name, selected: name === chosen }, name)),
  );
  const body = chosen === undefined ? undefined : contexts.get(chosen);
  return [guideContent(app, intro), h("label", { class: "context" }, "Shown for ", select), ...(body ? [guideContent(app, body)] : [])];
}

function more(app: App, it: Guide, finding: Finding): Node[] {
  const facts = h(
    "dl",
    { class: "facts" },
    h("dt", {}, "Rule"),
    h("dd", {}, h("a", { href: `#guide/${it.id}` }, finding.rule), finding.code ? ` (${finding.code} of Ruff)` : ""),
    h("dt", {}, "Severity"),
    h("dd", {}, finding.severity),
    h("dt", {}, "Confidence"),
    h("dd", {}, finding.confidence),
    ...(finding.cwe.length > 0 ? [h("dt", {}, "CWE"), h("dd", {}, ...finding.cwe.flatMap((number, index) => [index > 0 && ", ", cweLink(number)]))] : []),
    h("dt", {}, "Silence it"),
    h("dd", {}, h("code", {}, `# hognose: ignore[${finding.rule}] reason="…"`)),
  );
  const rest = it.sections.filter(({ role }) => role === "not" || role === "references" || role === "other");
  return [facts, ...rest.map(({ heading, content }) => h("div", {}, h("h4", {}, heading), guideContent(app, content)))];
}

function cweLink(number: number): HTMLElement {
  return h("a", { href: `https://cwe.mitre.org/data/definitions/${number}.html`, target: "_blank", rel: "noopener noreferrer" }, `CWE-${number}`);
}
