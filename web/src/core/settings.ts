// What the page remembers between visits: the theme and the framework, never code.
//
//     remember("theme", "dark");
//     remembered("theme")     // "dark"

const PREFIX = "hognose.";

export type Setting = "theme" | "context" | "split";

export function remembered(setting: Setting): string | null {
  try {
    return localStorage.getItem(PREFIX + setting);
  } catch {
    // Storage can be switched off; then nothing is remembered.
    return null;
  }
}

export function remember(setting: Setting, value: string): void {
  try {
    localStorage.setItem(PREFIX + setting, value);
  } catch {
    return;
  }
}
