import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const protocol = fileURLToPath(new URL("../../../voting/browser/protocol/", import.meta.url));
const worker = fileURLToPath(new URL("../../../voting/browser/worker.js", import.meta.url));
const sources = readdirSync(protocol).map((name) => ({ name, text: readFileSync(`${protocol}${name}`, "utf8") }));

test("logic modules never touch the page, its storage or the network", () => {
  for (const { name, text } of sources) {
    const code = text.replace(/\/\*[\s\S]*?\*\/|\/\/.*|"[^"\n]*"|`[^`]*`/g, "");
    assert.doesNotMatch(code, /\b(document|window|navigator|localStorage|sessionStorage|indexedDB|fetch|XMLHttpRequest|console)\b/, name);
  }
});

test("logic modules import each other and the curve library, and nothing else", () => {
  for (const { name, text } of sources) {
    for (const [, from] of text.matchAll(/(?:from|import)\s*\(?"([^"]+)"/g)) assert.match(String(from), /^(\.\/[a-z]+\.js|@noble\/(ciphers|curves|hashes)\/.*)$/, name);
  }
});

test("the multiplication that leaks its exponent is not used where ballots are made", () => {
  for (const { name, text } of sources) {
    if (name !== "group.js") assert.doesNotMatch(text, /multiply|BASE\b/, name);
  }
  const proofs = sources.find(({ name }) => name === "proofs.js");
  assert.ok(proofs);
  for (const [, name, body] of proofs.text.matchAll(/function (\w+)\(([\s\S]*?)\n}\n/g)) {
    if (String(name).startsWith("check")) continue;
    assert.doesNotMatch(String(body), /[^.\w]power\(/, name);
  }
});

test("what depends on a teller's key is computed without powers that leak their exponent", () => {
  for (const { name, text } of sources.filter(({ name }) => ["ceremony.js", "participation.js", "envelopes.js", "seeds.js", "codes.js"].includes(name))) {
    assert.doesNotMatch(text, /[^.\w](power|publicPower|publicPowerOfGenerator)\b|powers\.js/, name);
  }
  const tally = sources.find(({ name }) => name === "tally.js");
  assert.doesNotMatch(String(tally?.text.match(/function decryptTally[\s\S]*?\n}\n/)?.[0]), /[^.\w](power|publicPower)\(/);
});

test("the worker's bundle runs under script-src 'self': no eval, no blob, no wasm", async () => {
  const { outputFiles } = await build({ entryPoints: [worker], bundle: true, minify: true, format: "iife", target: "es2020", write: false });
  const text = outputFiles.map((file) => file.text).join("");
  assert.ok(text.length > 10_000);
  assert.doesNotMatch(text, /\beval\(|new Function|\bBlob\b|WebAssembly|importScripts|createObjectURL/);
});
