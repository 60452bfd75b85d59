// How the page is built: a script, a style sheet, and what is loaded after them (the editor, the
// gallery), with fixed names, into the program crate that embeds them; and how its tests run.
//
//     npm run build      # writes ../crates/hognose/assets/page
//
// No source maps and no hashes in names: the bundle is committed, and a rebuild must give the same
// bytes. Nothing is inlined, since the page's policy allows neither inline scripts nor styles.
import { defineConfig } from "vitest/config";
import { licenses } from "./licenses.ts";

export default defineConfig({
  base: "./",
  plugins: [licenses()],
  build: {
    outDir: "../crates/hognose/assets/page",
    emptyOutDir: true,
    target: "es2022",
    sourcemap: false,
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 600,
    modulePreload: { polyfill: false },
    rolldownOptions: {
      output: {
        codeSplitting: { groups: [{ name: "codemirror", test: /node_modules/ }] },
        entryFileNames: "page.js",
        chunkFileNames: "[name].js",
        assetFileNames: "page[extname]",
      },
    },
  },
  server: {
    fs: { allow: [".."] },
    proxy: { "/api": process.env["HOGNOSE_SERVER"] ?? "http://127.0.0.1:8787" },
  },
  test: { testTimeout: 30_000, hookTimeout: 60_000 },
});
