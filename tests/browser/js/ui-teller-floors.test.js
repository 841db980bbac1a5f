import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import { test } from "node:test";
import { fileURLToPath } from "node:url";

const browser = fileURLToPath(new URL("../../../voting/browser/", import.meta.url));
const ofTeller = readdirSync(`${browser}teller`, { withFileTypes: true }).filter((entry) => entry.isFile()).map(({ name }) => `teller/${name}`);
const pages = readdirSync(`${browser}teller/pages`).map((name) => `teller/pages/${name}`);

/** @param {string} path */
const codeOf = (path) => readFileSync(browser + path, "utf8").replace(/\/\*[\s\S]*?\*\/|\/\/.*|"[^"\n]*"|`[^`]*`/g, "");

test("the logic of a teller never touches the page, its storage, the clock or the network", () => {
  assert.ok(ofTeller.length > 10);
  for (const path of ofTeller) {
    assert.doesNotMatch(codeOf(path), /\b(document|window|navigator|location|localStorage|sessionStorage|fetch|Math\.random|Date)\b(?!:)/, path);
  }
});

test("no page of a teller writes markup from a text, and nothing writes to the console", () => {
  for (const path of [...ofTeller, ...pages, "teller.js", "teller-worker.js"]) {
    assert.doesNotMatch(codeOf(path), /innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\b|new Function|\bconsole\b/, path);
  }
});

test("the page itself does no cryptography: a key is computed with in the worker alone", () => {
  for (const path of [...pages, "teller.js", ...ofTeller.filter((name) => !/\/(service|verifier|examiners)\.js$/.test(name))]) {
    assert.doesNotMatch(readFileSync(browser + path, "utf8"), /^import .*\/protocol\//m, path);
  }
});
