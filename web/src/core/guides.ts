// The guides: pages about the classes and the rules, fetched once and cut into sections.
//
//     const it = await guide("sql-injection");
//     it.sections.find(({ role }) => role === "how")?.contexts.get("Flask")

import { getJson } from "../api/client";
import { CONTEXTS, type Context } from "./contexts";
import { sanitized } from "./sanitize";

export interface GuideEntry {
  id: string;
  title: string;
  summary: string;
  kind: "guide" | "rule";
  /** Of a rule's page. */
  class: string | null;
}

export interface Section {
  heading: string;
  role: "what" | "why" | "how" | "not" | "references" | "other";
  /** All of it. */
  content: DocumentFragment;
  /** What stands before the first context. */
  intro: DocumentFragment;
  contexts: Map<Context, DocumentFragment>;
}

export interface Guide {
  id: string;
  title: string;
  /** The whole page. */
  content: DocumentFragment;
  sections: Section[];
}

const ROLES: [Section["role"], RegExp][] = [
  ["what", /^what (it is|it does)$/i],
  ["why", /^why (it matters|is this bad\??)$/i],
  ["how", /^(how to fix it|examples?)$/i],
  ["not", /^not a problem when$/i],
  ["references", /^references$/i],
];

let entries: Promise<GuideEntry[]> | null = null;
const pages = new Map<string, Promise<Guide>>();

export function guideEntries(): Promise<GuideEntry[]> {
  entries ??= getJson<GuideEntry[]>("api/v1/guides");
  // A failure is not kept: the next visit asks again.
  entries.catch(() => {
    entries = null;
  });
  return entries;
}

export function guide(id: string): Promise<Guide> {
  let page = pages.get(id);
  if (!page) {
    page = getJson<{ id: string; title: string; html: string }>(`api/v1/guides/${encodeURIComponent(id)}`).then(({ title, html }) => cut(id, title, sanitized(html)));
    page.catch(() => pages.delete(id));
    pages.set(id, page);
  }
  return page;
}

/** The page of a rule; where a class's guide has the same name, the rule's has a prefix. */
export async function rulePage(rule: string): Promise<Guide> {
  const list = await guideEntries();
  return guide(rulePageId(list, rule));
}

export function rulePageId(list: GuideEntry[], rule: string): string {
  const prefixed = `rule:${rule}`;
  return list.some(({ id }) => id === prefixed) ? prefixed : rule;
}

/** Cuts a page at its headings of the second level, and its repairs at the contexts. */
export function cut(id: string, title: string, content: DocumentFragment): Guide {
  const sections: Section[] = [];
  for (const [heading, nodes] of parts(content, "H2")) {
    if (heading === null) continue;
    const role = ROLES.find(([, pattern]) => pattern.test(heading.trim()))?.[0] ?? "other";
    const whole = fragmentOf(nodes);
    const contexts = new Map<Context, DocumentFragment>();
    let intro = fragmentOf([]);
    for (const [name, inner] of parts(whole, "H3")) {
      const context = CONTEXTS.find((it) => it === name?.trim());
      if (context) contexts.set(context, fragmentOf(inner));
      else if (name === null) intro = fragmentOf(inner);
    }
    sections.push({ heading, role, content: whole, intro, contexts });
  }
  return { id, title, content, sections };
}

/** The nodes below each heading of one level; those before the first are under null. */
function parts(content: DocumentFragment, level: "H2" | "H3"): [string | null, Node[]][] {
  const found: [string | null, Node[]][] = [[null, []]];
  for (const node of content.childNodes) {
    if (node.nodeName === level) found.push([node.textContent ?? "", []]);
    else found.at(-1)?.[1].push(node);
  }
  return found;
}

function fragmentOf(nodes: Node[]): DocumentFragment {
  const fragment = document.createDocumentFragment();
  fragment.append(...nodes.map((node) => node.cloneNode(true)));
  return fragment;
}
