// The review list: what to look for by eye, on one page to print; with the program's evidence beside
// it where there is code in the editor.

import type { App } from "../app";
import { freshId, h, replace } from "../core/dom";
import { CLASSES } from "../core/results";

const QUESTIONS: Record<string, string[]> = {
  "hardcoded-secrets": [
    "No key, password, token or connection address with a password stands in the code, in tests, notebooks or configuration that is committed.",
    "Secrets are read at run time, and a missing one stops the program instead of falling back to a default.",
    "Files such as .env are ignored by git, and the history was searched: a secret that was ever committed has been replaced at its provider.",
    "No secret is written to logs, error messages or addresses.",
  ],
  "command-injection": [
    "Programs are started with a list of arguments; no shell reads a line that holds a value from outside.",
    "A value from outside cannot be read as an option: it is checked, or “--” stands before it.",
    "A value from outside that is used as a path is checked as a path as well.",
    "Nothing from outside reaches eval, exec, or a loader that can build any object.",
  ],
  "sql-injection": [
    "Every value in a query is a bound parameter; the text of the statement is constant.",
    "Names of tables and columns that vary come from a list in the code.",
    "Raw queries of the ORM are held to the same rule.",
    "The database account can do no more than the program needs.",
  ],
  "path-traversal": [
    "A path with a part from outside is resolved first, and is then checked to lie in its directory, separator included.",
    "Uploaded files get names that the program makes.",
    "Archives are unpacked with a filter that keeps entries inside.",
    "Links are resolved before the check, not after it.",
  ],
  "input-validation": [
    "Each endpoint names the fields it takes, with their types; further fields are refused or ignored.",
    "Numbers have bounds and are finite; texts and lists have a greatest length.",
    "What a client may decide is kept apart from what the server decides: prices, roles and owners do not come from the request.",
    "Input that does not fit is answered with a clear error, and changes nothing.",
  ],
};

export function reviewView(app: App): HTMLElement {
  const evidence = new Map<string, HTMLElement>();
  const sections = CLASSES.slice(0, 5).map(({ id, title }) => {
    const line = h("p", { class: "evidence" });
    evidence.set(id, line);
    return h("section", { class: "review-class" }, h("h2", {}, h("a", { href: `#guide/${id}` }, title)), line, h("ul", { class: "plain" }, ...(QUESTIONS[id] ?? []).map(question)));
  });
  app.store.watch(
    (state) => [state.report],
    ({ report }) => {
      for (const [id, line] of evidence) {
        const row = report?.summary.find((it) => it.class === id);
        replace(line, row && h("span", {}, h("strong", {}, "The code in the editor: "), row.text));
        line.hidden = !row;
      }
    },
  );
  return h(
    "div",
    { class: "review-view", hidden: true },
    h("div", { class: "row" }, h("h1", {}, "Security review list"), h("button", { type: "button", class: "no-print", onclick: () => window.print() }, "Print")),
    h("p", {}, "What a reviewer asks of each change. The program answers part of it; the rest needs somebody who knows what the code is for."),
    ...sections,
  );
}

function question(text: string): HTMLElement {
  const id = freshId("question");
  return h("li", { class: "question" }, h("input", { type: "checkbox", id }), h("label", { attributes: { for: id } }, text));
}
