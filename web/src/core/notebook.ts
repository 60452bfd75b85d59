// A notebook as one text to edit, and back.
//
//     # %% [cell 2]
//     rows = load()
//     # %% [cell 4]
//     rows.head()
//
// Only code cells are shown. The number is the cell's place in the notebook, from 1, as in the
// program's report.

interface Cell {
  cell_type?: unknown;
  source?: unknown;
}

export interface Notebook {
  /** The file as it was read; its code cells are replaced when it is written. */
  original: { cells: Cell[] };
}

const SEPARATOR = /^# %% \[cell (\d+)\]$/;

/** The notebook and the text for the editor; null when `content` is no notebook. */
export function parseNotebook(content: string): { notebook: Notebook; text: string } | null {
  let original: unknown;
  try {
    original = JSON.parse(content);
  } catch {
    return null;
  }
  if (typeof original !== "object" || original === null) return null;
  const cells = (original as { cells?: unknown }).cells;
  if (!Array.isArray(cells)) return null;
  const parts: string[] = [];
  (cells as Cell[]).forEach((cell, index) => {
    if (cell?.cell_type !== "code") return;
    parts.push(`# %% [cell ${index + 1}]`, sourceOf(cell));
  });
  return { notebook: { original: original as { cells: Cell[] } }, text: parts.join("\n") };
}

function sourceOf(cell: Cell): string {
  const { source } = cell;
  if (typeof source === "string") return source;
  return Array.isArray(source) ? source.filter((line) => typeof line === "string").join("") : "";
}

/** The file to send: the original with the code cells as they are in `text` now. */
export function renderNotebook(notebook: Notebook, text: string): string {
  const sources = new Map<number, string[]>();
  let lines: string[] = [];
  for (const line of text.split("\n")) {
    const match = SEPARATOR.exec(line);
    if (match) {
      lines = [];
      sources.set(Number(match[1]), lines);
    } else {
      lines.push(line);
    }
  }
  const cells = notebook.original.cells.map((cell, index) => {
    if (cell?.cell_type !== "code") return cell;
    return { ...cell, source: (sources.get(index + 1) ?? []).join("\n") };
  });
  return JSON.stringify({ ...notebook.original, cells });
}

/** The line of the editor's text at which line 1 of a cell stands. */
export function cellStart(text: string, cell: number): number {
  const index = text.split("\n").findIndex((line) => SEPARATOR.exec(line)?.[1] === String(cell));
  return index < 0 ? 1 : index + 2;
}

/** A new notebook with the code cells of `text` and nothing else. */
export function notebookOf(text: string): string {
  const sources: string[][] = [];
  for (const line of text.split("\n")) {
    if (SEPARATOR.test(line) || sources.length === 0) sources.push(SEPARATOR.test(line) ? [] : [line]);
    else sources.at(-1)?.push(line);
  }
  const cells = sources.map((lines) => ({ cell_type: "code", metadata: {}, outputs: [], execution_count: null, source: lines.join("\n") }));
  return JSON.stringify({ cells, metadata: { language_info: { name: "python" } }, nbformat: 4, nbformat_minor: 5 });
}
