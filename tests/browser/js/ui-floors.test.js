import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";

const browser = fileURLToPath(new URL("../../../voting/browser/", import.meta.url));
const css = fileURLToPath(new URL("../../../voting/web/static/css/", import.meta.url));
const ofPhone = readdirSync(`${browser}phone`, { withFileTypes: true }).filter((entry) => entry.isFile()).map(({ name }) => `phone/${name}`);

/** @param {string} path */
const codeOf = (path) => readFileSync(browser + path, "utf8").replace(/\/\*[\s\S]*?\*\/|\/\/.*|"[^"\n]*"|`[^`]*`/g, "");

test("logic modules never touch the page, its storage, the clock or the network", () => {
  for (const path of [...ofPhone, "api.js", "words.js"]) {
    assert.doesNotMatch(codeOf(path), /\b(document|window|navigator|location|localStorage|sessionStorage|fetch|Math\.random|Date)\b/, path);
  }
});

test("no page writes markup from a text", () => {
  for (const path of [...ofPhone, ...readdirSync(`${browser}phone/pages`).map((name) => `phone/pages/${name}`), "page.js", "result.js", "typed.js", "screen.js", "board.js", "chair.js", "landing.js", "phone.js"]) {
    assert.doesNotMatch(codeOf(path), /innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\b|new Function/, path);
  }
});

test("all that the phone loads stays below 45 KB compressed", async () => {
  const entryPoints = ["phone.js", "worker.js"].map((name) => browser + name);
  const { outputFiles } = await build({ entryPoints, bundle: true, minify: true, format: "iife", target: "es2020", charset: "utf8", write: false, outdir: "out" });
  const styles = ["site.css", "phone.css"].map((name) => readFileSync(css + name));
  const sizes = [...outputFiles.map(({ contents }) => contents), ...styles].map((bytes) => gzipSync(bytes).length);
  const total = sizes.reduce((sum, size) => sum + size, 0);
  assert.ok(total < 45_000, `${total} bytes`);
});
