// Building the page's elements. Text only ever goes in as text.
//
//     h("button", { class: "primary", onclick: apply }, "Apply")
//     inline("`find` returns it")      // <code>find</code> returns it

export type Child = Node | string | null | undefined | false;

type Properties<Tag extends keyof HTMLElementTagNameMap> = {
  class?: string;
  /** Attributes whose names are no properties: aria-*, data-*, role, for. */
  attributes?: Record<string, string | null | undefined>;
} & Partial<Omit<HTMLElementTagNameMap[Tag], "style" | "innerHTML" | "outerHTML" | "attributes">>;

export function h<Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  properties: Properties<Tag> = {},
  ...children: Child[]
): HTMLElementTagNameMap[Tag] {
  const element = document.createElement(tag);
  const { class: classes, attributes, ...rest } = properties as Properties<Tag> & Record<string, unknown>;
  if (classes) element.className = classes;
  for (const [name, value] of Object.entries(attributes ?? {})) {
    if (value !== null && value !== undefined) element.setAttribute(name, value);
  }
  Object.assign(element, rest);
  element.append(...children.filter((child): child is Node | string => !!child));
  return element;
}

const SVG = "http://www.w3.org/2000/svg";

export function svg(tag: string, attributes: Record<string, string>, ...children: Node[]): SVGElement {
  const element = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...children);
  return element;
}

/** A message of the program, with what stands in backticks as code. */
export function inline(text: string): DocumentFragment {
  const fragment = document.createDocumentFragment();
  const parts = text.split("`");
  // An odd number of backticks has no partner for the last one.
  const paired = parts.length % 2 === 1 ? parts.length : parts.length - 1;
  parts.forEach((part, index) => {
    if (index >= paired) fragment.append("`" + part);
    else if (index % 2 === 1) fragment.append(h("code", {}, part));
    else if (part) fragment.append(part);
  });
  return fragment;
}

/** Puts `children` in place of what `parent` holds. */
export function replace(parent: HTMLElement, ...children: Child[]): void {
  keepFocus(parent, () => parent.replaceChildren(...children.filter((child): child is Node | string => !!child)));
}

/** The focus stays on its element while `change` moves it about, or goes to the one with the same key. */
export function keepFocus(parent: HTMLElement, change: () => void): void {
  const active = document.activeElement;
  const focused = active instanceof HTMLElement && parent.contains(active) ? active : null;
  change();
  if (!focused || document.activeElement === focused) return;
  const key = focused.dataset["key"];
  const next = parent.contains(focused) ? focused : key === undefined ? null : parent.querySelector<HTMLElement>(`[data-key="${CSS.escape(key)}"]`);
  next?.focus({ preventScroll: true });
}

let counter = 0;

/** An id that nothing else on the page has. */
export function freshId(stem: string): string {
  counter += 1;
  return `${stem}-${counter}`;
}

export function plural(count: number, one: string, many = one + "s"): string {
  return `${count.toLocaleString("en")} ${count === 1 ? one : many}`;
}
