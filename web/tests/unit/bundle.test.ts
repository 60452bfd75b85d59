// The bundle that the program embeds.

import { readFileSync, readdirSync } from "node:fs";
import { brotliCompressSync } from "node:zlib";
import { expect, it } from "vitest";

const FOLDER = new URL("../../../crates/hognose/assets/page/", import.meta.url).pathname;
const BROTLI_BYTES_MAX = 150_000;

const read = (name: string): string => readFileSync(FOLDER + name, "utf8");

it("is small", () => {
  const code = readdirSync(FOLDER).filter((name) => /\.(js|css|html)$/.test(name));
  const size = code.reduce((sum, name) => sum + brotliCompressSync(readFileSync(FOLDER + name)).length, 0);
  expect(size).toBeLessThan(BROTLI_BYTES_MAX);
});

it("has nothing inline that its policy would have to allow", () => {
  const html = read("index.html");
  expect(html).not.toMatch(/<style|\sstyle=|\son\w+=/);
  for (const script of html.match(/<script[^>]*>[\s\S]*?<\/script>/g) ?? []) expect(script).toMatch(/src="[^"]+"><\/script>$/);
});

it("loads nothing from elsewhere", () => {
  for (const name of ["index.html", "page.css"]) expect(read(name), name).not.toMatch(/(?:src|href)=["']?(?:https?:)?\/\/|url\(["']?(?:https?:)?\/\//);
});

it("names the licences of what is in it", () => {
  expect(read("licenses.txt")).toContain("@codemirror/view");
});

it("locks no address of a registry", () => {
  const lock = readFileSync(new URL("../../package-lock.json", import.meta.url), "utf8");
  expect(lock).not.toContain('"resolved"');
});
