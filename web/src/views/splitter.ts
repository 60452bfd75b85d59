// The bar between code and findings: dragged, or moved with the arrow keys.

import { h } from "../core/dom";
import { remember, remembered } from "../core/settings";

const MIN = 25;
const MAX = 75;
const STEP = 5;
const DEFAULT = 56;

export function splitter(area: HTMLElement): HTMLElement {
  const bar = h("div", {
    class: "splitter",
    tabIndex: 0,
    title: "Drag, or use the arrow keys",
    attributes: { role: "separator", "aria-orientation": "vertical", "aria-label": "Width of the code", "aria-valuemin": String(MIN), "aria-valuemax": String(MAX) },
  });
  let percent = DEFAULT;
  const set = (value: number): void => {
    percent = Math.round(Math.min(MAX, Math.max(MIN, value)));
    area.style.setProperty("--split", `${percent}%`);
    bar.setAttribute("aria-valuenow", String(percent));
  };
  set(Number(remembered("split")) || DEFAULT);
  bar.onkeydown = (event) => {
    const next = { ArrowLeft: percent - STEP, ArrowRight: percent + STEP, Home: MIN, End: MAX, Enter: DEFAULT }[event.key];
    if (next === undefined) return;
    event.preventDefault();
    set(next);
    remember("split", String(percent));
  };
  bar.onpointerdown = (event) => {
    bar.setPointerCapture(event.pointerId);
    bar.onpointermove = (move) => {
      const { left, width } = area.getBoundingClientRect();
      set(((move.clientX - left) / width) * 100);
    };
  };
  bar.onpointerup = () => {
    bar.onpointermove = null;
    remember("split", String(percent));
  };
  return bar;
}
