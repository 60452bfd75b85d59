// What the page does, and its keys.

import { h } from "../core/dom";
import { openDialog } from "./dialog";

const KEYS: [string, string][] = [
  ["F8 / Shift+F8", "next or previous finding"],
  ["Ctrl+. (Mac: ⌘.)", "from the code to the fix of the open finding"],
  ["Ctrl+Enter (⌘Enter)", "apply the fix of the open finding"],
  ["Ctrl+F (⌘F)", "search in the code"],
  ["Ctrl+[ / Ctrl+]", "less or more indentation"],
  ["Tab", "leaves the editor, as everywhere on the page"],
];

export function helpDialog(): void {
  openDialog(
    "Help",
    h("p", {}, "The code is analysed by the program that serves this page, 150 milliseconds after the last key. It is never run, never imported, never stored; this page asks nobody else."),
    h("p", {}, "Each finding says what is wrong, shows the way of the data through the code, and where the program could check one, a fix. “Checked” means: applied to a copy, which parses, in which the finding is gone and no new one appears."),
    h("p", {}, "Read as a piece of code, parameters of functions and names that are not defined count as untrusted. Read as a whole project, only what really comes from outside does."),
    h("h3", {}, "Keys"),
    h("table", { class: "keys" }, h("tbody", {}, ...KEYS.map(([key, what]) => h("tr", {}, h("th", { attributes: { scope: "row" } }, key), h("td", {}, what))))),
    h("h3", {}, "Signs"),
    h("ul", { class: "plain" }, h("li", {}, "▲ and a wavy line: security"), h("li", {}, "◆ and a dashed line: a bug"), h("li", {}, "● and a dotted line: quality"), h("li", {}, "✕ and a double line: the code does not parse")),
    h("p", { class: "muted" }, "The editor is CodeMirror; ", h("a", { href: "licenses.txt" }, "licences of what is in the page"), "."),
  );
}
