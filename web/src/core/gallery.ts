// The gallery: five classes in five contexts, each vulnerable and fixed.
//
//     const examples = await gallery();     // of examples/gallery/<class>/<context>/<kind>.py
//
// The files are part of the bundle, in a script of their own that is loaded when it is needed; the
// program's tests run the same files.

import type { Context } from "./contexts";

export interface Example {
  classId: string;
  context: Context;
  kind: "vulnerable" | "fixed";
  code: string;
}

const NAMES: Record<string, Context> = { django: "Django", flask: "Flask", fastapi: "FastAPI", script: "Script", pipeline: "Pipeline" };

export async function gallery(): Promise<Example[]> {
  const { files } = await import("./gallery_files");
  return Object.entries(files).flatMap(([path, code]) => {
    const [, classId, folder, kind] = /\/gallery\/([\w-]+)\/(\w+)\/(vulnerable|fixed)\.py$/.exec(path) ?? [];
    const context = NAMES[folder ?? ""];
    if (!classId || !context || !kind) return [];
    return [{ classId, context, kind: kind as Example["kind"], code }];
  });
}
