// Files and folders that were dropped or picked, as texts to analyse.
//
//     const { files, notes } = await readDropped(event.dataTransfer);
//
// Only Python and notebooks are taken. What is left out is named, with the reason.

import { BODY_BYTES_MAX, FILES_MAX } from "../api/client";
import type { SourceFile } from "../api/types";
import { decodeFile } from "./encoding";

export interface Taken {
  files: SourceFile[];
  notes: string[];
}

const PYTHON = /\.(py|pyi|pyw|ipynb)$/i;
const SKIPPED_FOLDERS = new Set(["node_modules", "__pycache__", "venv", ".venv", "site-packages", "build", "dist"]);
const ENTRIES_MAX = 20_000;

interface Named {
  path: string;
  file: File;
}

export function isPython(path: string): boolean {
  return PYTHON.test(path) || !(path.split("/").at(-1) ?? "").includes(".");
}

export async function readDropped(transfer: DataTransfer): Promise<Taken> {
  // The entries have to be taken before the first wait; afterwards the transfer is empty.
  const items = [...transfer.items].filter((item) => item.kind === "file").map((item) => ({ entry: item.webkitGetAsEntry(), file: item.getAsFile() }));
  const found: Named[] = [];
  for (const { entry, file } of items) {
    if (entry) await walk(entry, found);
    else if (file) found.push({ path: file.name, file });
  }
  return readAll(found, items.every(({ entry }) => !entry?.isDirectory));
}

export function readPicked(list: Iterable<File>): Promise<Taken> {
  return readAll([...list].map((file) => ({ path: file.webkitRelativePath || file.name, file })), true);
}

async function walk(entry: FileSystemEntry, found: Named[]): Promise<void> {
  if (found.length >= ENTRIES_MAX) return;
  if (entry.isFile) {
    const file = await new Promise<File>((resolve, reject) => (entry as FileSystemFileEntry).file(resolve, reject));
    found.push({ path: entry.fullPath.replace(/^\/+/, ""), file });
  } else if (entry.isDirectory && !SKIPPED_FOLDERS.has(entry.name) && !(entry.name.startsWith(".") && entry.name !== ".")) {
    const reader = (entry as FileSystemDirectoryEntry).createReader();
    for (;;) {
      // A reader gives a hundred entries at a time.
      const batch = await new Promise<FileSystemEntry[]>((resolve, reject) => reader.readEntries(resolve, reject));
      if (batch.length === 0) break;
      for (const child of batch) await walk(child, found);
    }
  }
}

/** `named` says that each file was chosen by hand, so that its being left out is worth a word. */
async function readAll(found: Named[], named: boolean): Promise<Taken> {
  const notes: string[] = [];
  const wanted = found.filter(({ path }) => PYTHON.test(path)).sort((left, right) => left.path.localeCompare(right.path));
  const others = found.length - wanted.length;
  if (named) for (const { path } of found.filter((it) => !PYTHON.test(it.path)).slice(0, 5)) notes.push(`${path} is no Python file (.py, .pyi, .pyw, .ipynb).`);
  else if (others > 0) notes.push(`${others} files that are not Python were left out.`);
  const files: SourceFile[] = [];
  let bytes = 0;
  for (const { path, file } of wanted) {
    if (files.length >= FILES_MAX) {
      notes.push(`The page takes ${FILES_MAX} files; ${wanted.length - FILES_MAX} were left out. Run “hognose check” on the folder for all of them.`);
      break;
    }
    if (bytes + file.size > BODY_BYTES_MAX) {
      notes.push(`${path} was left out: with it, the files are larger than the page takes (1 MiB).`);
      continue;
    }
    const decoded = decodeFile(new Uint8Array(await file.arrayBuffer()));
    if ("problem" in decoded) {
      notes.push(`${path} ${decoded.problem}.`);
      continue;
    }
    bytes += file.size;
    files.push({ path: cleanPath(path), content: decoded.text });
  }
  return { files: withoutDoubles(files), notes };
}

/** A name the server takes: relative, plain, without signs that mean something elsewhere. */
function cleanPath(path: string): string {
  const parts = path.replaceAll("\\", "/").split("/").filter((part) => part !== "" && part !== "." && part !== "..");
  return parts.map((part) => part.replace(/[\u0000-\u001f\u007f:]/g, "_")).join("/").slice(-400);
}

function withoutDoubles(files: SourceFile[]): SourceFile[] {
  const seen = new Set<string>();
  return files.map((file) => {
    let { path } = file;
    for (let number = 2; seen.has(path); number += 1) path = file.path.replace(/(\.\w+)$/, `-${number}$1`);
    seen.add(path);
    return { ...file, path };
  });
}
