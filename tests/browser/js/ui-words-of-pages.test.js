import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import { test } from "node:test";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../../../", import.meta.url));

/** The catalogue as pairs of message and translation; the header is left out. */
function catalogue() {
  const text = readFileSync(`${root}voting/web/translations/vi/LC_MESSAGES/meeting.po`, "utf8");
  /** @param {string} lines */
  const join = (lines) => [...lines.matchAll(/"((?:[^"\\]|\\.)*)"/g)].map(([, part]) => JSON.parse(`"${part}"`)).join("");
  return new Map(
    text
      .split("\n\n")
      .map((entry) => /^msgid ((?:"(?:[^"\\]|\\.)*"\n?)+)msgstr ((?:"(?:[^"\\]|\\.)*"\n?)+)/m.exec(entry))
      .flatMap((found) => (found && join(String(found[1])) ? [[join(String(found[1])), join(String(found[2]))]] : [])),
  );
}

/** Every message that the templates of attendees and room hold. */
function messages() {
  const ofFolders = ["phone", "landing", "board", "screen"].flatMap((folder) => readdirSync(`${root}templates/${folder}`).map((name) => `${folder}/${name}`));
  return [...ofFolders, "typed.html", "visit.html"].flatMap((path) => {
    const text = readFileSync(`${root}templates/${path}`, "utf8");
    const called = [...text.matchAll(/_\((["'])((?:(?!\1)[^\\]|\\.)*)\1\)/g)].map(([, , message]) => String(message));
    const blocks = [...text.matchAll(/{% trans [^%]*%}([^]*?){% endtrans %}/g)].map(([, message]) =>
      String(message).replace(/{{ (\w+) }}/g, "%($1)s"),
    );
    return [...called, ...blocks];
  });
}

test("every word that attendees and the room read is there in Vietnamese", () => {
  const words = catalogue();
  const missing = messages().filter((message) => !words.get(message));
  assert.ok(messages().length > 140);
  assert.deepEqual(missing, []);
});

test("what is secret is said of this service, with whom it rests on, and never without a limit", () => {
  const claims = messages().filter((message) => /\b(totals|sum)\b/.test(message));
  assert.equal(claims.length, 3);
  for (const claim of claims) {
    assert.match(claim, /This service opens only [^.]*after the close/);
    assert.match(claim, /for secrecy, whoever runs it must be trusted\./);
    assert.doesNotMatch(claim, /\b(ever|never|nobody)\b/);
    assert.match(catalogue().get(claim) ?? "", /Hệ thống chỉ mở tổng số phiếu.*về tính bí mật, cần tin cậy đơn vị vận hành hệ thống\./);
  }
});

test("no translation loses or invents a place for a value", () => {
  for (const [message, translation] of catalogue()) {
    /** @param {string} text */
    const places = (text) => [...new Set(text.match(/\{[a-z]+\}|%\([a-z]+\)s/g) ?? [])].sort();
    assert.deepEqual(places(translation), places(message), message);
  }
});
