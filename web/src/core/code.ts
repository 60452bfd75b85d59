// A block of Python to read: there at once, coloured as soon as the grammar is loaded.
//
//     codeBlock("import os", "Example")

import { h } from "./dom";

/** It can be scrolled with the keyboard. */
export function codeBlock(code: string, label: string): HTMLPreElement {
  const text = code.replace(/\n$/, "");
  const inner = h("code", {}, text);
  import("./highlight").then(
    ({ highlighted }) => inner.replaceChildren(highlighted(text)),
    // Without colours it says the same.
    () => undefined,
  );
  return h("pre", { class: "code", tabIndex: 0, attributes: { role: "group", "aria-label": label } }, inner);
}
