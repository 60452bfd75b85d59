// Python with its syntax coloured, outside the editor.
//
//     pre.replaceChildren(highlighted("import os"))

import { pythonLanguage } from "@codemirror/lang-python";
import { classHighlighter, highlightCode } from "@lezer/highlight";
import { h } from "./dom";

export function highlighted(code: string): DocumentFragment {
  const fragment = document.createDocumentFragment();
  highlightCode(
    code,
    pythonLanguage.parser.parse(code),
    classHighlighter,
    (text, classes) => fragment.append(classes ? h("span", { class: classes }, text) : text),
    () => fragment.append("\n"),
  );
  return fragment;
}

/** A block of code that can be scrolled with the keyboard. */
export function codeBlock(code: string, label: string): HTMLPreElement {
  return h(
    "pre",
    { class: "code", tabIndex: 0, attributes: { role: "group", "aria-label": label } },
    h("code", {}, highlighted(code.replace(/\n$/, ""))),
  );
}
