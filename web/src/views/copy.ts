// Buttons that copy, and say that they did.

import type { App } from "../app";
import { h } from "../core/dom";

export function copyButton(app: App, title: string, text: () => string): HTMLButtonElement {
  return h("button", { type: "button", onclick: () => void copy(app, text()) }, title);
}

export async function copy(app: App, text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    app.notify("Copied.", "info");
    return true;
  } catch {
    app.notify("The browser did not allow copying; select the text and copy it.", "problem");
    return false;
  }
}
