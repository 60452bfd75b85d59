// The page: builds the views, reads the address, starts the editor.

import "./style.css";
import { App, type View } from "./app";
import { h, plural } from "./core/dom";
import { LinkError, PREFIX, decode } from "./core/share";
import { checkView } from "./views/check";
import { ciDialog } from "./views/ci";
import { downloadDialog } from "./views/download";
import { examplesView } from "./views/examples";
import { guidesView } from "./views/guides";
import { header } from "./views/header";
import { helpDialog } from "./views/help";
import { reviewView } from "./views/review";
import { shareDialog } from "./views/share";
import { liveRegion } from "./views/status";

const TITLES: Record<View["name"], string> = { check: "Check Python", guides: "Guides", examples: "Examples", review: "Review list" };

function viewOf(hash: string): View | null {
  const id = /^#guide\/([a-z0-9:-]+)$/.exec(hash)?.[1];
  if (id !== undefined) return { name: "guides", id };
  if (hash === "" || hash === "#" || hash === "#check") return { name: "check" };
  if (hash === "#guides") return { name: "guides", id: null };
  if (hash === "#examples") return { name: "examples" };
  if (hash === "#review") return { name: "review" };
  return null;
}

async function openLink(app: App): Promise<void> {
  const fragment = location.hash;
  // The code leaves the address bar, so that it is not copied on by accident.
  history.replaceState(null, "", location.pathname + location.search + "#check");
  try {
    const { files, fakes } = await decode(fragment);
    app.replaceFiles(files);
    const note = fakes > 0 ? ` ${plural(fakes, "secret")} in it ${fakes === 1 ? "is" : "are"} made up; the real ones did not travel.` : "";
    app.notify(`Opened from a link: ${plural(files.length, "file")}.${note}`, "info");
  } catch (error) {
    app.notify(error instanceof LinkError ? error.message : String(error), "problem");
  }
}

function start(): void {
  const app = new App();
  const main = h("main", { id: "main", tabIndex: -1 });
  const check = checkView(app);
  const later = (action: () => unknown) => (): void => void app.ready.then(action);
  const skip = h("button", { type: "button", class: "skip", onclick: later(() => app.editor.focus()) }, "Skip to the code");
  // The editor is most of the page's size; all else is shown while it loads.
  void startEditor(app, check);
  document.body.append(
    skip,
    header(app, { share: later(() => shareDialog(app)), download: later(() => downloadDialog(app)), ci: ciDialog, help: helpDialog }),
    main,
    liveRegion(app),
  );
  const views: Record<View["name"], HTMLElement> = { check: check.element, guides: guidesView(app), examples: examplesView(app), review: reviewView(app) };
  main.append(...Object.values(views));
  app.store.watch(
    (state) => [state.view.name],
    ({ view }) => {
      for (const [name, element] of Object.entries(views)) element.hidden = name !== view.name;
      document.title = `${TITLES[view.name]} · Hognose`;
    },
  );
  const follow = (): void => {
    if (location.hash.startsWith(PREFIX)) void app.ready.then(() => openLink(app));
    const view = viewOf(location.hash);
    if (!view) return;
    app.store.set({ view });
    window.scrollTo(0, 0);
  };
  window.addEventListener("hashchange", follow);
  document.addEventListener("keydown", (event) => {
    // Inside the editor its own keys have been handled already.
    if (event.key !== "F8" || event.defaultPrevented) return;
    event.preventDefault();
    app.command(event.shiftKey ? "previous-finding" : "next-finding");
  });
  follow();
}

async function startEditor(app: App, { element, place }: { element: HTMLElement; place: HTMLElement }): Promise<void> {
  element.inert = true;
  try {
    const { Editor } = await import("./editor/editor");
    app.start(new Editor(place, { changed: () => app.edited(), open: (key) => app.open(key), command: (command) => app.command(command) }));
    element.inert = false;
  } catch (error) {
    element.inert = false;
    place.replaceChildren(h("p", { class: "empty" }, `The editor could not be loaded: ${String(error)}. Load the page again.`));
  }
}

start();
