// Python with its syntax coloured, outside the editor.
//
//     pre.replaceChildren(highlighted("import os"))
//
// This file brings the grammar with it; code.ts loads it when there is code to show.

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
