// What was found, in the code: underlines, signs in the gutter, and the words when one points at it.
//
//     ▲ security  wavy        ◆ bug  dashed        ● quality  dotted        ✕ syntax error  double
//
// Group and severity are told by shape and words, never by colour alone. (CodeMirror's lint package
// would do a part of this, with marks told by colour, for a fifth of the page's size.)

import { RangeSet, StateEffect, StateField, type EditorState, type Extension, type Range, type Text } from "@codemirror/state";
import { Decoration, EditorView, GutterMarker, gutter, hoverTooltip, type DecorationSet } from "@codemirror/view";
import { h, inline } from "../core/dom";
import { SIGNS } from "../core/results";
import type { Group } from "../api/types";

export interface Mark {
  from: number;
  to: number;
  kind: Group | "syntax";
  /** Such as "critical: SQL injection". */
  label: string;
  message: string;
  /** The finding it belongs to; a syntax error has none. */
  key: string | null;
}

const ORDER: Mark["kind"][] = ["syntax", "security", "bugs", "quality"];

class Sign extends GutterMarker {
  constructor(
    readonly kind: Mark["kind"],
    readonly label: string,
    readonly key: string | null,
  ) {
    super();
  }

  override eq(other: GutterMarker): boolean {
    return other instanceof Sign && other.kind === this.kind && other.label === this.label && other.key === this.key;
  }

  override toDOM(): Node {
    return h("span", { class: `cm-mark cm-mark-${this.kind}`, title: this.label, attributes: { "aria-hidden": "true" } }, SIGNS[this.kind]);
  }
}

interface Shown {
  underlines: DecorationSet;
  signs: RangeSet<GutterMarker>;
}

const setMarks = StateEffect.define<Mark[]>();

const shown = StateField.define<Shown>({
  create: () => ({ underlines: Decoration.none, signs: RangeSet.empty }),
  update(value, transaction) {
    let next = value;
    if (transaction.docChanged) next = { underlines: value.underlines.map(transaction.changes), signs: value.signs.map(transaction.changes) };
    for (const effect of transaction.effects) {
      if (effect.is(setMarks)) next = { underlines: underlines(effect.value, transaction.newDoc), signs: signs(effect.value, transaction.newDoc) };
    }
    return next;
  },
  provide: (field) => EditorView.decorations.from(field, (value) => value.underlines),
});

/** Shows `marks` and nothing else. */
export function marksEffect(marks: Mark[]): StateEffect<Mark[]> {
  return setMarks.of(marks);
}

function underlines(marks: Mark[], document: Text): DecorationSet {
  const ranges: Range<Decoration>[] = [];
  for (const mark of marks) {
    const from = Math.min(mark.from, document.length);
    const line = document.lineAt(from);
    // What has no width is shown at the character beside it.
    const to = Math.min(Math.max(mark.to, from + 1), document.length);
    const start = to > from ? from : Math.max(line.from, from - 1);
    if (to > start) ranges.push(Decoration.mark({ class: `cm-finding cm-finding-${mark.kind}`, mark }).range(start, to));
  }
  return Decoration.set(ranges, true);
}

/** One sign a line, the most serious; its title names them all. */
function signs(marks: Mark[], document: Text): RangeSet<GutterMarker> {
  const byLine = new Map<number, Mark[]>();
  for (const mark of marks) {
    const { from } = document.lineAt(Math.min(mark.from, document.length));
    byLine.set(from, [...(byLine.get(from) ?? []), mark]);
  }
  const ranges = [...byLine].map(([from, here]) => {
    const [worst] = [...here].sort((left, right) => ORDER.indexOf(left.kind) - ORDER.indexOf(right.kind));
    const label = here.map((mark) => mark.label).join("\n");
    return new Sign(worst?.kind ?? "quality", label, worst?.key ?? null).range(from);
  });
  return RangeSet.of(ranges, true);
}

function marksAt(state: EditorState, position: number): { mark: Mark; from: number; to: number }[] {
  const found: { mark: Mark; from: number; to: number }[] = [];
  state.field(shown).underlines.between(position, position, (from, to, decoration) => {
    found.push({ mark: (decoration.spec as { mark: Mark }).mark, from, to });
  });
  return found;
}

/** Underlines, gutter and tooltip; `open` shows a finding's details. */
export function findingMarks(open: (key: string) => void): Extension {
  const tooltip = hoverTooltip((view, position) => {
    const found = marksAt(view.state, position);
    const [first] = found;
    if (!first) return null;
    return {
      pos: Math.min(...found.map((it) => it.from)),
      end: Math.max(...found.map((it) => it.to)),
      above: true,
      create: () => ({ dom: h("div", { class: "cm-finding-tooltip" }, ...found.map(({ mark }) => words(mark, open))) }),
    };
  });
  const signGutter = gutter({
    class: "cm-mark-gutter",
    markers: (view) => view.state.field(shown).signs,
    initialSpacer: () => new Sign("security", "", null),
    domEventHandlers: {
      click(view, block) {
        let key: string | null = null;
        view.state.field(shown).signs.between(block.from, block.from, (_from, _to, sign) => {
          if (sign instanceof Sign) key = sign.key;
        });
        if (key !== null) open(key);
        return key !== null;
      },
    },
  });
  return [shown, tooltip, signGutter];
}

function words({ kind, label, message, key }: Mark, open: (key: string) => void): HTMLElement {
  return h(
    "div",
    { class: "cm-finding-words" },
    h("strong", {}, `${SIGNS[kind]} ${label}`),
    h("div", {}, inline(message)),
    key !== null && h("button", { type: "button", class: "cm-finding-open", onclick: () => open(key) }, "Show details"),
  );
}
