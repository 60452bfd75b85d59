// The dialog that makes a link: it looks for secrets first, and says what it replaced.

import type { App } from "../app";
import { analyze } from "../api/client";
import { h, plural } from "../core/dom";
import { withFakes } from "../core/fakes";
import { LINK_LENGTH_MAX, encode, type Shared } from "../core/share";
import { notebookOf } from "../core/notebook";
import { copyButton } from "./copy";
import { openDialog } from "./dialog";

export async function shareDialog(app: App): Promise<void> {
  const body = h("div", {}, h("p", {}, "Looking for secrets in the code…"));
  openDialog("Share by a link", body);
  try {
    const shared = await prepare(app);
    const link = location.origin + location.pathname + (await encode(shared));
    body.replaceChildren(...(link.length > LINK_LENGTH_MAX ? tooLong(link.length) : ready(link, shared.fakes)));
  } catch (error) {
    const detail = error instanceof Error ? error.message : String(error);
    body.replaceChildren(h("p", {}, h("strong", {}, "No link was made. "), `The code could not be searched for secrets first. ${detail}`));
  }
}

/** The files as they may leave this computer. */
async function prepare(app: App): Promise<Shared> {
  const files = app.files();
  // All that could be a secret, also what is silenced by a comment or too uncertain to be shown.
  const report = await analyze(files, { mode: app.store.state.mode, select: ["hardcoded-secrets"], min_confidence: "low" });
  const findings = [...report.findings, ...report.suppressed.map((it) => it.finding)].filter((it) => it.class === "hardcoded-secrets");
  const ranges = findings.map(({ location: place }) => ({ path: place.path, ...app.range(place) }));
  const texts = files.map(({ path }) => ({ path, text: app.editor.text(path) }));
  const { texts: clean, count } = withFakes(texts, ranges);
  // A notebook's output and prose are not shared: nobody looked for secrets there.
  return { fakes: count, files: clean.map(({ path, text }) => ({ path, content: app.isNotebook(path) ? notebookOf(text) : text })) };
}

function ready(link: string, fakes: number): Node[] {
  const field = h("input", { type: "text", readOnly: true, value: link, onfocus: () => field.select(), attributes: { "aria-label": "Link" } });
  const replaced =
    fakes > 0
      ? h("p", { class: "replaced" }, h("strong", {}, `${plural(fakes, "secret was", "secrets were")} replaced by ${fakes === 1 ? "a made-up value" : "made-up values"} of the same shape. `), "Your code here is unchanged. If a secret is real, replace it all the same: it stands in a file.")
      : h("p", { class: "replaced" }, "No secrets were found in the code. What the search does not know, it cannot replace: read the code before you send it.");
  return [
    replaced,
    h("div", { class: "row link-row" }, field, copyButton("Copy link", () => link)),
    h("p", { class: "muted" }, "The code is in the part of the address after “#”. Browsers do not send it to any server, and nothing is stored; but it stays in histories and chats, and whoever has the link can read the code."),
    h("p", { class: "muted" }, "It opens where this page is served: the reader runs “hognose serve” too."),
  ];
}

function tooLong(length: number): Node[] {
  return [
    h("p", {}, h("strong", {}, "Too much code for a link. "), `It would have ${length.toLocaleString("en")} characters; many programs cut after ${LINK_LENGTH_MAX.toLocaleString("en")}. Share the smallest piece that shows the point, or download the report.`),
  ];
}
