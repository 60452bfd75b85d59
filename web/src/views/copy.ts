// Buttons that copy, and say so themselves: a dialog lies over every other place to say it.

import { h } from "../core/dom";

const SHOWN_MS = 2000;

export function copyButton(title: string, text: () => string | Promise<string>): HTMLButtonElement {
  const label = h("span", { attributes: { "aria-live": "polite" } }, title);
  const copy = async (): Promise<void> => {
    try {
      await navigator.clipboard.writeText(await text());
      label.textContent = "✓ Copied";
    } catch {
      label.textContent = "✕ Could not copy";
    }
    setTimeout(() => {
      label.textContent = title;
    }, SHOWN_MS);
  };
  return h("button", { type: "button", onclick: () => void copy() }, label);
}
