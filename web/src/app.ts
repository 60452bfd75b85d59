// What the page knows and what it can do; the views only show the one and call the other.
//
//     const app = new App();
//     app.start(editor);
//     app.open(key);     // shows a finding: its text, its path in the code, its fix

import { Problem, analyze, fix as requestFix } from "./api/client";
import type { ClassId, Finding, Fix, Location, Mode, Report, SourceFile, SyntaxProblem } from "./api/types";
import { contextOf, type Context } from "./core/contexts";
import { isPython } from "./core/files";
import { cellStart, parseNotebook, renderNotebook, type Notebook } from "./core/notebook";
import { offsetOf } from "./core/positions";
import { announcement, entriesOf, filtered, syntaxProblems, type Entry } from "./core/results";
import { Runner } from "./core/runner";
import { remembered, remember } from "./core/settings";
import { Store } from "./core/store";
import type { Command, Editor } from "./editor/editor";
import type { Mark } from "./editor/marks";

export type View = { name: "check" } | { name: "examples" } | { name: "guides"; id: string | null } | { name: "review" };
export type Panel = "code" | "findings" | "checklist";
export type Tab = "why" | "how" | "more";

export interface Notice {
  text: string;
  kind: "info" | "problem";
  details: string[];
}

export interface State {
  view: View;
  /** On a narrow screen, what is shown. */
  panel: Panel;
  paths: string[];
  active: string;
  mode: Mode;
  /** Whether the code has changed since the report, or a run is under way. */
  busy: boolean;
  problem: Problem | null;
  report: Report | null;
  entries: Entry[];
  /** Whether what is shown is of an earlier text, since the text of now does not parse. */
  stale: boolean;
  syntax: SyntaxProblem[];
  elapsedMs: number | null;
  chosenClass: ClassId | null;
  /** The finding that is open, and the step of its path. */
  opened: string | null;
  step: number | null;
  tab: Tab;
  context: Context;
  notice: Notice | null;
  undoable: string | null;
  announcement: string;
}

export const FIRST_PATH = "snippet.py";
const DELAY_MS = 150;
const UNDO_DEPTH_MAX = 50;

interface Undo {
  label: string;
  files: SourceFile[];
}

export class App {
  readonly store: Store<State>;
  /** When the editor is there; what needs it waits for this. */
  readonly ready: Promise<void>;
  #isReady: () => void = () => undefined;
  #editor: Editor | null = null;
  #runner = new Runner(DELAY_MS, (signal) => this.#analyze(signal));
  #notebooks = new Map<string, Notebook>();
  #undo: Undo[] = [];
  /** Set by a person; else the context follows the imports. */
  #contextChosen = remembered("context");
  #modeChosen: Mode | null = null;

  constructor() {
    this.ready = new Promise((resolve) => {
      this.#isReady = resolve;
    });
    this.store = new Store<State>({
      view: { name: "check" },
      panel: "code",
      paths: [FIRST_PATH],
      active: FIRST_PATH,
      mode: "snippet",
      busy: false,
      problem: null,
      report: null,
      entries: [],
      stale: false,
      syntax: [],
      elapsedMs: null,
      chosenClass: null,
      opened: null,
      step: null,
      tab: "why",
      context: "Script",
      notice: null,
      undoable: null,
      announcement: "",
    });
  }

  get editor(): Editor {
    if (!this.#editor) throw new Error("the editor is made before anything can be done");
    return this.#editor;
  }

  start(editor: Editor): void {
    this.#editor = editor;
    editor.load([{ path: FIRST_PATH, text: "" }]);
    this.#isReady();
  }

  // ---- files

  /** The files as they are sent: notebooks as notebooks, and only what is Python. */
  files(): SourceFile[] {
    return this.editor.paths.filter(isPython).map((path) => ({ path, content: this.#content(path) }));
  }

  #content(path: string): string {
    const notebook = this.#notebooks.get(path);
    const text = this.editor.text(path);
    return notebook ? renderNotebook(notebook, text) : text;
  }

  isNotebook(path: string): boolean {
    return this.#notebooks.has(path);
  }

  /** Puts `files` in place of all there is. */
  replaceFiles(files: SourceFile[], mode: Mode | null = null): void {
    this.#notebooks.clear();
    this.#modeChosen = mode;
    const texts = files.map(({ path, content }) => ({ path, text: this.#take(path, content) }));
    this.editor.load(texts.length > 0 ? texts : [{ path: FIRST_PATH, text: "" }]);
    this.store.set({ report: null, entries: [], opened: null, step: null, stale: false, syntax: [], chosenClass: null, notice: null });
    this.#filesChanged();
  }

  addFiles(files: SourceFile[]): void {
    const onlyEmpty = this.editor.paths.every((path) => this.editor.text(path).trim() === "");
    if (onlyEmpty) {
      this.replaceFiles(files);
      return;
    }
    for (const { path, content } of files) this.editor.add(path, this.#take(path, content));
    const [first] = files;
    if (first) this.editor.show(first.path);
    this.#filesChanged();
  }

  /** The text for the editor; a notebook is remembered and shown as its code. */
  #take(path: string, content: string): string {
    this.#notebooks.delete(path);
    if (!path.endsWith(".ipynb")) return content;
    const parsed = parseNotebook(content);
    if (!parsed) return content;
    this.#notebooks.set(path, parsed.notebook);
    return parsed.text;
  }

  newFile(): void {
    let number = 1;
    while (this.editor.has(`file${number}.py`)) number += 1;
    this.editor.add(`file${number}.py`, "");
    this.editor.show(`file${number}.py`);
    this.#filesChanged();
    this.editor.focus();
  }

  closeFile(path: string): void {
    this.#notebooks.delete(path);
    if (this.editor.paths.length === 1) this.replaceFiles([]);
    else this.editor.remove(path);
    this.#filesChanged();
  }

  showFile(path: string): void {
    this.editor.show(path);
    this.store.set({ active: path });
  }

  setMode(mode: Mode): void {
    this.#modeChosen = mode;
    this.store.set({ mode });
    this.#runner.touch(0);
  }

  #filesChanged(): void {
    const { paths, active } = this.editor;
    const mode = this.#modeChosen ?? (paths.length > 1 ? "project" : "snippet");
    this.store.set({ paths, active, mode, busy: true });
    this.#runner.touch(0);
  }

  // ---- analysis

  edited(): void {
    this.store.set({ busy: true });
    this.#runner.touch();
  }

  again(): void {
    this.store.set({ busy: true });
    this.#runner.touch(0);
  }

  async #analyze(signal: AbortSignal): Promise<void> {
    const files = this.files();
    this.#followImports(files);
    if (files.every(({ content }) => content.trim() === "")) {
      this.store.set({ busy: false, problem: null, report: null, entries: [], opened: null, step: null, stale: false, syntax: [], elapsedMs: null, announcement: "" });
      this.#showMarks();
      return;
    }
    const started = performance.now();
    try {
      const report = await analyze(files, { mode: this.store.state.mode }, signal);
      if (!signal.aborted) this.#takeReport(report, performance.now() - started);
    } catch (error) {
      if (signal.aborted) return;
      const problem = error instanceof Problem ? error : new Problem("The page failed", String(error), 0, null);
      this.store.set({ busy: false, problem, stale: this.store.state.report !== null, announcement: problem.message });
      this.#editor?.setStale(this.store.state.stale);
      if (problem.retrySeconds !== null) this.#runner.touch(problem.retrySeconds * 1000);
    }
  }

  #takeReport(report: Report, elapsedMs: number): void {
    const { state } = this.store;
    const syntax = syntaxProblems(report);
    // Half-typed code: what was found in the last whole text stays, dimmed.
    const keep = syntax.length > 0 && state.report !== null && syntaxProblems(state.report).length === 0;
    if (keep) {
      this.store.set({ busy: false, problem: null, stale: true, syntax, elapsedMs, announcement: "The code does not parse; the last results are kept" });
      this.#showMarks();
      return;
    }
    this.adopt(report, elapsedMs, syntax);
  }

  /** Shows a report of the text as it is now. */
  adopt(report: Report, elapsedMs: number | null, syntax: SyntaxProblem[] = syntaxProblems(report)): void {
    const { state } = this.store;
    const entries = entriesOf(report);
    const opened = entries.some((entry) => entry.key === state.opened) ? state.opened : null;
    const chosenClass = state.chosenClass !== null && filtered(entries, state.chosenClass).length === 0 ? null : state.chosenClass;
    this.store.set({
      busy: false,
      problem: null,
      stale: false,
      report,
      entries,
      syntax,
      elapsedMs,
      opened,
      chosenClass,
      step: opened === null ? null : state.step,
      announcement: announcement(state.report === null ? null : state.entries, entries),
    });
    this.#showMarks();
  }

  /** Shows results even where the code does not parse. */
  showBroken(): void {
    this.store.set({ report: null, entries: [], stale: false });
    this.again();
  }

  // ---- what is shown of it

  chooseClass(chosenClass: ClassId | null): void {
    this.store.set({ chosenClass });
    this.#showMarks();
  }

  /** Opens a finding, at the place where it is reported. */
  open(key: string | null): void {
    const entry = this.entry(key);
    this.store.set({ opened: entry?.key ?? null, step: null, panel: entry ? "findings" : this.store.state.panel });
    if (entry) this.goTo(entry.finding.location);
    this.#showPath();
  }

  entry(key: string | null): Entry | undefined {
    return this.store.state.entries.find((entry) => entry.key === key);
  }

  visibleEntries(): Entry[] {
    const { entries, chosenClass } = this.store.state;
    return filtered(entries, chosenClass);
  }

  /** Moves the cursor to a step of the open finding's path. */
  goToStep(index: number): void {
    const trace = this.entry(this.store.state.opened)?.finding.trace ?? [];
    const step = trace[index];
    if (!step) return;
    this.goTo(step.location);
    this.store.set({ step: index, panel: "code", announcement: `Step ${index + 1} of ${trace.length}: ${step.message.replaceAll("`", "")}` });
    this.#showPath();
  }

  goTo(location: Location): void {
    if (!this.editor.has(location.path)) return;
    const { from, to } = this.range(location);
    this.editor.goTo(location.path, from, to);
    this.store.set({ active: location.path });
  }

  range(location: Location): { from: number; to: number } {
    const document = this.editor.document(location.path);
    if (!document) return { from: 0, to: 0 };
    const shift = location.cell === null ? 0 : cellStart(document.toString(), location.cell) - 1;
    return {
      from: offsetOf(document, location.line + shift, location.column),
      to: offsetOf(document, location.endLine + shift, location.endColumn),
    };
  }

  /** The line of the editor at which a location begins. */
  lineOf(location: Location): number {
    const document = this.editor.document(location.path);
    return document ? document.lineAt(Math.min(this.range(location).from, document.length)).number : location.line;
  }

  #showMarks(): void {
    const { state } = this.store;
    for (const path of this.editor.paths) {
      if (!state.stale) this.editor.showMarks(path, [...this.#findingMarks(path), ...this.#syntaxMarks(path)]);
    }
    this.editor.setStale(state.stale);
    if (!state.stale) this.#showPath();
  }

  #findingMarks(path: string): Mark[] {
    return this.visibleEntries()
      .filter(({ finding }) => finding.location.path === path)
      .map(({ key, finding }) => ({
        ...this.range(finding.location),
        kind: finding.group,
        label: `${finding.severity}: ${finding.title.replace(/\.$/, "")}`,
        message: finding.message,
        key,
      }));
  }

  #syntaxMarks(path: string): Mark[] {
    const document = this.editor.document(path);
    if (!document) return [];
    return this.store.state.syntax
      .filter((problem) => problem.path === path && problem.line !== null)
      .map((problem) => {
        const shift = problem.cell ? cellStart(document.toString(), problem.cell) - 1 : 0;
        const line = Math.min((problem.line ?? 1) + shift, document.lines);
        const { from, to } = document.line(line);
        const start = problem.column ? offsetOf(document, line, problem.column) : from;
        return { from: start, to, kind: "syntax", label: "syntax error", message: problem.message, key: null };
      });
  }

  #showPath(): void {
    const { opened, step } = this.store.state;
    const trace = this.entry(opened)?.finding.trace ?? [];
    const current = step === null ? null : step + 1;
    for (const path of this.editor.paths) {
      const steps = trace
        .map((it, index) => ({ it, number: index + 1 }))
        .filter(({ it }) => it.location.path === path)
        .map(({ it, number }) => ({ ...this.range(it.location), number, label: it.message }));
      this.editor.showPath(path, steps, current);
    }
  }

  // ---- fixes

  canApply(fix: Fix | null | undefined): fix is Fix {
    const { busy, stale } = this.store.state;
    return !!fix && fix.level !== "manual" && !busy && !stale && fix.edits.length > 0 && !fix.edits.some(({ path }) => this.isNotebook(path));
  }

  /** Writes one fix into the editor; the analysis of what is then there follows. */
  async applyFix(key: string): Promise<void> {
    const finding = this.entry(key)?.finding;
    if (!finding || !this.canApply(finding.fix)) return;
    const { fix } = finding;
    this.#remember(fix.title);
    for (const path of new Set(fix.edits.map((edit) => edit.path))) {
      if (!this.editor.has(path)) this.editor.add(path, "");
      this.editor.applyEdits(path, fix.edits.filter((edit) => edit.path === path));
    }
    for (const { path, lines } of fix.appends) this.#append(path, lines);
    await this.#afterFix(finding);
  }

  async #afterFix(finding: Finding): Promise<void> {
    const before = new Set(this.store.state.entries.map((entry) => entry.key));
    const { paths, active } = this.editor;
    this.store.set({ paths, active, busy: true });
    await this.#runner.now();
    const { entries, problem, syntax } = this.store.state;
    if (problem || syntax.length > 0) return;
    const gone = !entries.some((entry) => entry.finding.fingerprint === finding.fingerprint);
    const fresh = entries.filter((entry) => !before.has(entry.key)).length;
    const verdict = gone ? "the finding is gone" : "the finding is still there";
    this.notify(`Applied and checked again: ${verdict}, ${fresh === 0 ? "no new one" : `${fresh} new`}.`, gone && fresh === 0 ? "info" : "problem");
  }

  /** Lets the program apply every fix that it has verified. */
  async applyAll(): Promise<void> {
    const { mode, entries } = this.store.state;
    try {
      const outcome = await requestFix(this.files(), "all", mode);
      this.#remember(`${outcome.applied.length} fixes`);
      for (const { path, content } of outcome.files) this.#write(path, content);
      for (const { path, lines } of outcome.appends) this.#append(path, lines);
      const { paths, active } = this.editor;
      this.store.set({ paths, active });
      // Of findings that were offered no fix, nobody expects one.
      const titles = new Map(entries.filter(({ finding }) => finding.fix).map(({ finding }) => [finding.fingerprint, finding.title]));
      const refused = outcome.refused.filter((it) => titles.has(it.fingerprint)).map((it) => `${titles.get(it.fingerprint)} ${it.reason}`);
      this.notify(`${outcome.applied.length} applied and checked; ${refused.length} left as they are.`, "info", refused);
      await this.#runner.now();
    } catch (error) {
      this.notify(error instanceof Error ? error.message : String(error), "problem");
    }
  }

  /** Adds the lines that a file does not have yet. */
  #append(path: string, lines: string[]): void {
    const text = this.editor.text(path);
    const has = new Set(text.split("\n"));
    const missing = lines.filter((line) => !has.has(line));
    const start = text === "" || text.endsWith("\n") ? text : text + "\n";
    if (missing.length > 0) this.#write(path, start + missing.join("\n") + "\n");
  }

  #write(path: string, content: string): void {
    const text = this.#take(path, content);
    if (this.editor.has(path)) this.editor.setText(path, text);
    else this.editor.add(path, text);
  }

  #remember(label: string): void {
    const files = this.editor.paths.map((path) => ({ path, content: this.#content(path) }));
    this.#undo.push({ label, files });
    if (this.#undo.length > UNDO_DEPTH_MAX) this.#undo.shift();
    this.store.set({ undoable: label });
  }

  /** Takes the last applied fix back. */
  undoFix(): void {
    const last = this.#undo.pop();
    if (!last) return;
    const wanted = new Set(last.files.map(({ path }) => path));
    for (const path of this.editor.paths) if (!wanted.has(path)) this.editor.remove(path);
    for (const { path, content } of last.files) this.#write(path, content);
    this.store.set({ undoable: this.#undo.at(-1)?.label ?? null, notice: null });
    this.#filesChanged();
  }

  // ---- the rest

  command(command: Command): void {
    if (command === "next-finding") this.#move(1);
    else if (command === "previous-finding") this.#move(-1);
    else if (command === "apply-fix") void this.#applyOpened();
    else this.#focusFix();
  }

  /** In the order of the list, round its end. */
  #move(by: 1 | -1): void {
    const entries = this.visibleEntries();
    if (entries.length === 0) return;
    const at = entries.findIndex((entry) => entry.key === this.store.state.opened);
    const next = at < 0 ? (by === 1 ? 0 : entries.length - 1) : (at + by + entries.length) % entries.length;
    const entry = entries[next];
    if (!entry) return;
    this.open(entry.key);
    this.store.set({ announcement: `${next + 1} of ${entries.length}: ${entry.finding.title} Line ${this.lineOf(entry.finding.location)}.` });
  }

  async #applyOpened(): Promise<void> {
    const { opened } = this.store.state;
    if (opened !== null) await this.applyFix(opened);
  }

  #focusFix(): void {
    document.querySelector<HTMLElement>(".finding[data-open] .fix button")?.focus();
  }

  setContext(context: Context): void {
    this.#contextChosen = context;
    remember("context", context);
    this.store.set({ context });
  }

  /** The imports decide, until a person has chosen; an import of another framework wins again. */
  #followImports(files: SourceFile[]): void {
    const found = contextOf(files.map(({ content }) => content).join("\n"));
    const chosen = this.#contextChosen as Context | null;
    this.store.set({ context: found === "Script" && chosen ? chosen : found });
  }

  notify(text: string, kind: Notice["kind"], details: string[] = []): void {
    this.store.set({ notice: { text, kind, details }, announcement: text });
  }
}
