// The way the data takes, drawn over the code: numbered badges at the ends of lines, and arrows
// from one to the next.
//
//     q = find(request.args["name"])     ① data from the request ╮
//     db.execute(q)                      ② reaches the SQL text ◂╯
//
// It is a drawing: the list of steps beside the code says the same to everybody.

import { StateEffect, StateField, type Range } from "@codemirror/state";
import { Decoration, EditorView, WidgetType, layer, type DecorationSet, type LayerMarker } from "@codemirror/view";
import { h, svg } from "../core/dom";

export interface PathStep {
  from: number;
  to: number;
  /** From 1, over all files. */
  number: number;
  label: string;
}

interface Path {
  steps: PathStep[];
  /** The number of the step the reader is at. */
  current: number | null;
}

export const setPath = StateEffect.define<Path>();

const LABEL_LENGTH_MAX = 30;
const NO_PATH: Path = { steps: [], current: null };

class Badge extends WidgetType {
  constructor(
    readonly number: number,
    readonly label: string,
    readonly current: boolean,
  ) {
    super();
  }

  override eq(other: Badge): boolean {
    return other.number === this.number && other.label === this.label && other.current === this.current;
  }

  override toDOM(): HTMLElement {
    const text = this.label.replaceAll("`", "");
    const short = text.length > LABEL_LENGTH_MAX ? text.slice(0, LABEL_LENGTH_MAX - 1) + "…" : text;
    const classes = this.current ? "cm-step-badge cm-step-badge-current" : "cm-step-badge";
    return h(
      "span",
      { class: classes, title: text, attributes: { "aria-hidden": "true" } },
      h("span", { class: "cm-step-number" }, String(this.number)),
      short,
    );
  }
}

const path = StateField.define<Path>({
  create: () => NO_PATH,
  update(value, transaction) {
    let next = value;
    if (transaction.docChanged && value.steps.length > 0) {
      const { changes } = transaction;
      const steps = value.steps.map((step) => ({ ...step, from: changes.mapPos(step.from, 1), to: changes.mapPos(step.to, -1) }));
      next = { ...value, steps };
    }
    for (const effect of transaction.effects) if (effect.is(setPath)) next = effect.value;
    return next;
  },
  provide: (field) => EditorView.decorations.compute([field], (state) => decorations(state.field(field), state.doc)),
});

function decorations({ steps, current }: Path, document: { lineAt(position: number): { to: number }; length: number }): DecorationSet {
  const ranges: Range<Decoration>[] = [];
  for (const step of steps) {
    const here = step.number === current;
    const from = Math.min(step.from, document.length);
    const to = Math.min(step.to, document.length);
    if (to > from) ranges.push(Decoration.mark({ class: here ? "cm-step cm-step-current" : "cm-step" }).range(from, to));
    const badge = new Badge(step.number, step.label, here);
    ranges.push(Decoration.widget({ widget: badge, side: step.number }).range(document.lineAt(from).to));
  }
  return Decoration.set(ranges, true);
}

/** The middle of a badge's height, and its ends. */
interface Point {
  left: number;
  right: number;
  y: number;
}

/** All arrows in one drawing; it is drawn anew when a point has moved. */
class Arrows implements LayerMarker {
  constructor(readonly points: Point[]) {}

  eq(other: LayerMarker): boolean {
    return other instanceof Arrows && JSON.stringify(other.points) === JSON.stringify(this.points);
  }

  draw(): HTMLElement {
    const lines = this.points.slice(1).flatMap((to, index) => {
      const from = this.points[index];
      return from ? arrow(from, to, index) : [];
    });
    const drawing = svg("svg", { class: "cm-path-arrows", width: "1", height: "1", "aria-hidden": "true" }, ...lines);
    const holder = h("div", {}, drawing);
    holder.style.position = "absolute";
    holder.style.left = "0";
    holder.style.top = "0";
    return holder;
  }
}

/** A bow to the right of both badges, wider for each further arrow so that they do not lie on each
 * other; on one line a straight one. */
function arrow(from: Point, to: Point, index: number): SVGElement[] {
  if (from.y === to.y && to.left > from.right) {
    const head = `${to.left},${to.y} ${to.left - 6},${to.y - 4} ${to.left - 6},${to.y + 4}`;
    return [svg("path", { d: `M ${from.right} ${from.y} H ${to.left - 5}` }), svg("polygon", { points: head })];
  }
  const reach = Math.max(from.right, to.right) + 18 + (index % 4) * 9;
  const curve = `M ${from.right} ${from.y} C ${reach} ${from.y}, ${reach} ${to.y}, ${to.right + 7} ${to.y}`;
  const head = `${to.right + 1},${to.y} ${to.right + 8},${to.y - 4} ${to.right + 8},${to.y + 4}`;
  return [svg("path", { d: curve }), svg("polygon", { points: head })];
}

function arrowMarkers(view: EditorView): LayerMarker[] {
  const { steps } = view.state.field(path);
  if (steps.length < 2) return [];
  const scroller = view.scrollDOM.getBoundingClientRect();
  const left = scroller.left - view.scrollDOM.scrollLeft;
  const top = scroller.top - view.scrollDOM.scrollTop;
  const badges = [...view.contentDOM.querySelectorAll<HTMLElement>(".cm-step-badge")];
  const points = steps.map((step): Point => {
    const badge = badges.find((element) => element.firstElementChild?.textContent === String(step.number));
    if (badge) {
      const box = badge.getBoundingClientRect();
      return { left: Math.round(box.left - left), right: Math.round(box.right - left), y: Math.round(box.top + box.height / 2 - top) };
    }
    // Outside what the editor has drawn: a guess that is right enough beyond the edge.
    const line = view.lineBlockAt(step.from);
    const x = (line.to - line.from) * view.defaultCharacterWidth + 120;
    return { left: Math.round(x), right: Math.round(x), y: Math.round(view.documentTop - top + line.top + line.height / 2) };
  });
  return [new Arrows(points)];
}

export const pathDrawing = [
  path,
  layer({
    above: true,
    class: "cm-path-layer",
    markers: arrowMarkers,
    update: (update) =>
      update.docChanged ||
      update.viewportChanged ||
      update.geometryChanged ||
      update.transactions.some((transaction) => transaction.effects.some((effect) => effect.is(setPath))),
  }),
];
