// The licences of the packages whose code is in the bundle, as a file beside it.
//
//     crates/hognose/assets/page/licenses.txt
//
// They ask that their notice goes wherever their code goes.

import { existsSync, readFileSync } from "node:fs";
import type { Plugin } from "vite";

export function licenses(): Plugin {
  return {
    name: "licenses",
    generateBundle(_options, bundle) {
      const packages = new Set<string>();
      for (const output of Object.values(bundle)) {
        if (output.type !== "chunk") continue;
        for (const id of Object.keys(output.modules)) {
          const folder = /^.*\/node_modules\/(?:@[^/]+\/)?[^/]+/.exec(id)?.[0];
          if (folder) packages.add(folder);
        }
      }
      const texts = [...packages].sort().map(notice);
      this.emitFile({ type: "asset", fileName: "licenses.txt", source: texts.join("\n\n") });
    },
  };
}

function notice(folder: string): string {
  const { name, version } = JSON.parse(readFileSync(`${folder}/package.json`, "utf8")) as { name: string; version: string };
  const file = ["LICENSE", "LICENSE.md", "LICENSE.txt", "license"].map((it) => `${folder}/${it}`).find(existsSync);
  if (!file) throw new Error(`${name} ${version} has no licence file`);
  return `${name} ${version}\n\n${readFileSync(file, "utf8").replaceAll("\r\n", "\n").trim()}\n`;
}
