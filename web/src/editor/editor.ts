// The code editor: CodeMirror in a shadow root, one state for each file.
//
//     const editor = new Editor(place, { changed, open, command });
//     editor.load([{ path: "app.py", text }]);
//     editor.goTo("app.py", from, to);
//
// In a shadow root CodeMirror adopts style sheets instead of writing style elements, so the page's
// policy needs no exception for it.

import { defaultKeymap, history, historyKeymap, redo, undo } from "@codemirror/commands";
import { pythonLanguage } from "@codemirror/lang-python";
import { bracketMatching, codeFolding, foldGutter, foldKeymap, indentOnInput, indentUnit, syntaxHighlighting } from "@codemirror/language";
import { highlightSelectionMatches, searchKeymap } from "@codemirror/search";
import { Compartment, EditorState, Prec, type Extension, type Text, type TransactionSpec } from "@codemirror/state";
import {
  EditorView,
  drawSelection,
  highlightActiveLine,
  highlightActiveLineGutter,
  highlightSpecialChars,
  keymap,
  lineNumbers,
  placeholder,
} from "@codemirror/view";
import { classHighlighter } from "@lezer/highlight";
import { changeBetween } from "../core/change";
import { offsetOf } from "../core/positions";
import type { Edit } from "../api/types";
import { findingMarks, marksEffect, type Mark } from "./marks";
import { pathDrawing, setPath, type PathStep } from "./path";
import { theme } from "./theme";

export type Command = "next-finding" | "previous-finding" | "focus-fix" | "apply-fix";

export interface EditorCallbacks {
  /** The text of the shown file is another one. */
  changed(path: string): void;
  /** The reader wants to see a finding. */
  open(key: string): void;
  command(command: Command): void;
}

const PLACEHOLDER =
  "Paste Python here, or drop files and folders.\n\nA piece is enough: names that it does not define are taken for a stranger's.";

export class Editor {
  readonly view: EditorView;
  #states = new Map<string, EditorState>();
  #active = "";
  #wrap = new Compartment();
  #narrow = window.matchMedia("(max-width: 799px)");

  constructor(
    place: HTMLElement,
    readonly callbacks: EditorCallbacks,
  ) {
    const root = place.attachShadow({ mode: "open" });
    this.view = new EditorView({ parent: root, root, state: this.#newState("") });
    this.#narrow.addEventListener("change", () => this.#wrapLines());
  }

  get paths(): string[] {
    return [...this.#states.keys()];
  }

  get active(): string {
    return this.#active;
  }

  has(path: string): boolean {
    return this.#states.has(path);
  }

  document(path: string): Text | null {
    return this.#state(path)?.doc ?? null;
  }

  text(path: string): string {
    return this.document(path)?.toString() ?? "";
  }

  /** Puts `files` in place of all that were there, and shows the first. */
  load(files: { path: string; text: string }[]): void {
    this.#states = new Map(files.map(({ path, text }) => [path, this.#newState(text)]));
    this.#active = files[0]?.path ?? "";
    this.view.setState(this.#states.get(this.#active) ?? this.#newState(""));
    this.#wrapLines();
  }

  add(path: string, text: string): void {
    this.#states.set(path, this.#newState(text));
  }

  remove(path: string): void {
    this.#states.delete(path);
    if (this.#active === path) this.show(this.paths[0] ?? "");
  }

  rename(from: string, to: string): void {
    this.#keep();
    const entries = [...this.#states].map(([path, state]): [string, EditorState] => [path === from ? to : path, state]);
    this.#states = new Map(entries);
    if (this.#active === from) this.#active = to;
  }

  show(path: string): void {
    if (path === this.#active) return;
    this.#keep();
    const state = this.#states.get(path);
    if (!state) return;
    this.#active = path;
    this.view.setState(state);
    this.#wrapLines();
  }

  /** Moves the cursor there and brings it into view; the caller decides about the focus. */
  goTo(path: string, from: number, to: number): void {
    this.show(path);
    const length = this.view.state.doc.length;
    const anchor = Math.min(from, length);
    this.view.dispatch({
      selection: { anchor, head: Math.min(to, length) },
      effects: EditorView.scrollIntoView(anchor, { y: "nearest", yMargin: 80 }),
    });
  }

  /** Replaces what differs, as one step to undo. */
  setText(path: string, text: string): void {
    const change = changeBetween(this.text(path), text);
    if (change) this.#dispatch(path, { changes: change, userEvent: "input.fix" });
  }

  /** Applies edits whose positions are those of the text as it is now. */
  applyEdits(path: string, edits: Edit[]): void {
    const document = this.document(path);
    if (!document) return;
    const changes = edits.map((edit) => ({
      from: offsetOf(document, edit.start.line, edit.start.column),
      to: offsetOf(document, edit.end.line, edit.end.column),
      insert: edit.content,
    }));
    this.#dispatch(path, { changes, userEvent: "input.fix" });
  }

  showMarks(path: string, marks: Mark[]): void {
    this.#dispatch(path, { effects: marksEffect(marks) });
  }

  showPath(path: string, steps: PathStep[], current: number | null): void {
    this.#dispatch(path, { effects: setPath.of({ steps, current }) });
  }

  setStale(stale: boolean): void {
    this.view.dom.classList.toggle("cm-stale", stale);
  }

  undo(): boolean {
    return undo(this.view);
  }

  redo(): boolean {
    return redo(this.view);
  }

  focus(): void {
    this.view.focus();
  }

  #state(path: string): EditorState | undefined {
    return path === this.#active ? this.view.state : this.#states.get(path);
  }

  /** The shown file's state lives in the view; this writes it back before another one is shown. */
  #keep(): void {
    if (this.#states.has(this.#active)) this.#states.set(this.#active, this.view.state);
  }

  #dispatch(path: string, transaction: TransactionSpec): void {
    if (path === this.#active) {
      this.view.dispatch(transaction);
      return;
    }
    const state = this.#states.get(path);
    if (state) this.#states.set(path, state.update(transaction).state);
  }

  #wrapLines(): void {
    this.view.dispatch({ effects: this.#wrap.reconfigure(this.#narrow.matches ? EditorView.lineWrapping : []) });
  }

  #newState(text: string): EditorState {
    return EditorState.create({ doc: text, extensions: this.#extensions() });
  }

  #extensions(): Extension {
    const run = (command: Command) => () => {
      this.callbacks.command(command);
      return true;
    };
    return [
      Prec.highest(
        keymap.of([
          { key: "F8", run: run("next-finding"), shift: run("previous-finding") },
          { key: "Mod-.", run: run("focus-fix") },
          { key: "Mod-Enter", run: run("apply-fix") },
        ]),
      ),
      lineNumbers(),
      findingMarks(this.callbacks.open),
      foldGutter({ openText: "▾", closedText: "▸" }),
      codeFolding(),
      history(),
      drawSelection(),
      highlightSpecialChars(),
      highlightActiveLine(),
      highlightActiveLineGutter(),
      highlightSelectionMatches(),
      bracketMatching(),
      indentOnInput(),
      indentUnit.of("    "),
      pythonLanguage,
      syntaxHighlighting(classHighlighter),
      placeholder(PLACEHOLDER),
      pathDrawing,
      theme,
      keymap.of([...defaultKeymap, ...historyKeymap, ...searchKeymap, ...foldKeymap]),
      this.#wrap.of([]),
      EditorState.allowMultipleSelections.of(true),
      EditorView.contentAttributes.of({
        "aria-label": "Python code; F8 goes to the next finding, Tab leaves",
        tabindex: "0",
        spellcheck: "false",
        autocorrect: "off",
        autocapitalize: "off",
        translate: "no",
      }),
      EditorView.updateListener.of((update) => {
        if (update.docChanged) this.callbacks.changed(this.#active);
      }),
    ];
  }
}
