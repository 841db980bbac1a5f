/**
 * The fields of a teller's page that no other has: the key, the key file. Groups appear while typing, and what is wrong is said
 * in words at the field where it is wrong.
 */
import { say, show, within } from "../../page.js";
import { watchField } from "../../typed.js";
import { codes } from "../../typing.js";
import { fill } from "../../words.js";
import { bare } from "../keyfile.js";

/** @typedef {import("../../page.js").Words} Words */

/**
 * @param {HTMLElement} form
 * @param {Words} words
 * @param {(key: string) => string} accept takes 22 characters; gives what is wrong with them, in words, or nothing
 */
export function watchKeyForm(form, words, accept) {
  const complaint = (/** @type {{problem: string}} */ finding) => fill(words[`key${finding.problem}`] ?? "", { ...finding });
  watchField(form, codes, complaint, (text) => accept(bare(text)));
}

/**
 * @param {HTMLInputElement} field
 * @param {(text: string, name: string) => string} accept takes text and name of the file; gives what is wrong with it, in words, or nothing
 */
export function watchFileField(field, accept) {
  const error = /** @type {HTMLElement} */ (within(/** @type {HTMLElement} */ (field.closest(".file-choice")), ".error"));
  field.addEventListener("change", async () => {
    const file = field.files?.[0];
    if (file === undefined) return;
    // A key file has some hundred bytes; anything large is none.
    const wrong = accept(file.size < 10_000 ? await file.text().catch(() => "") : "", file.name);
    // The same file can be chosen again.
    field.value = "";
    say(error, wrong);
    show(error, wrong !== "");
  });
}
