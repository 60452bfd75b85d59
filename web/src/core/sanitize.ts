// A guide's HTML as elements, by a list of what may be there.
//
//     sanitized('<p onclick="x()">Hi <script>x()</script></p>')     // <p>Hi </p>
//
// The server escapes raw HTML when it renders a page. This does not rely on it: the text is parsed
// in a document that runs nothing, and what is shown is made anew from names on the list.

import { h } from "./dom";

const TAGS = new Set([
  "a", "blockquote", "br", "code", "dd", "del", "details", "div", "dl", "dt", "em", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "input", "li",
  "ol", "p", "pre", "section", "span", "strong", "summary", "sub", "sup", "table", "tbody", "td", "th", "thead", "tr", "ul",
]);
/** With all they hold. */
const DROPPED = new Set(["script", "style", "template", "iframe", "object", "embed", "svg", "math", "noscript", "title", "head", "textarea", "select", "form"]);

interface Policy {
  createHTML(text: string): string;
}

declare global {
  interface Window {
    trustedTypes?: { createPolicy(name: string, rules: { createHTML(text: string): string }): Policy };
  }
}

// The one place where text is handed to the HTML parser; its document runs nothing.
const policy: Policy = window.trustedTypes?.createPolicy("hognose-guide", { createHTML: (text) => text }) ?? { createHTML: (text) => text };

export function sanitized(html: string): DocumentFragment {
  const parsed = new DOMParser().parseFromString(policy.createHTML(html), "text/html");
  const fragment = document.createDocumentFragment();
  copyChildren(parsed.body, fragment);
  return fragment;
}

function copyChildren(from: Node, to: Node): void {
  for (const child of from.childNodes) {
    if (child.nodeType === Node.TEXT_NODE) to.appendChild(document.createTextNode(child.nodeValue ?? ""));
    else if (child instanceof Element || child.nodeType === Node.ELEMENT_NODE) copyElement(child as Element, to);
  }
}

function copyElement(element: Element, to: Node): void {
  const tag = element.localName;
  if (DROPPED.has(tag)) return;
  if (!TAGS.has(tag)) {
    copyChildren(element, to);
    return;
  }
  const copy = h(tag as "div");
  copyAttributes(element, copy);
  copyChildren(element, copy);
  to.appendChild(copy);
}

function copyAttributes(from: Element, to: HTMLElement): void {
  for (const { name, value } of from.attributes) {
    if (name.startsWith("data-") || ((from.localName === "code" || from.localName === "pre") && name === "class")) to.setAttribute(name, value);
    else if (name === "href" && from.localName === "a") setLink(to as HTMLAnchorElement, value);
    else if ((name === "colspan" || name === "scope") && /^\w{1,8}$/.test(value)) to.setAttribute(name, value);
  }
  if (from.localName === "input") {
    to.setAttribute("type", "checkbox");
    to.setAttribute("aria-label", from.parentElement?.textContent?.trim() ?? "done");
  }
}

/** Pages of the web open apart and learn nothing of where they were called from. */
function setLink(anchor: HTMLAnchorElement, value: string): void {
  if (/^https?:\/\//i.test(value)) {
    anchor.href = value;
    anchor.target = "_blank";
    anchor.rel = "noopener noreferrer";
  } else if (/^#guide\/[a-z0-9:-]+$/.test(value)) {
    anchor.setAttribute("href", value);
  }
}
