// The gallery's files as texts; see gallery.ts.

export const files: Record<string, string> = import.meta.glob("../../../examples/gallery/**/*.py", { query: "?raw", import: "default", eager: true });
