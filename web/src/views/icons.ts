// The few drawings the page uses; each stands beside words or has a name of its own.

import { svg } from "../core/dom";

const PATHS = {
  theme: "M12 3a9 9 0 1 0 0 18a9 9 0 0 0 0-18z M12 4v16 M15 5.5v13 M18 7.5v9",
  close: "M6 6l12 12M18 6L6 18",
  plus: "M12 5v14M5 12h14",
};

export function icon(name: keyof typeof PATHS): SVGElement {
  return svg(
    "svg",
    { viewBox: "0 0 24 24", width: "16", height: "16", "aria-hidden": "true", class: "icon" },
    svg("path", { d: PATHS[name], fill: "none", stroke: "currentColor", "stroke-width": "2", "stroke-linecap": "round" }),
  );
}
