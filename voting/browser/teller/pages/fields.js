/**
 * The fields of a teller's page: the link, the key, the key file. Groups appear while typing, and what is wrong is said
 * in words at the field where it is wrong.
 */
import { say, show, within } from "../../page.js";
import * as codes from "../../phone/typing.js";
import { fill } from "../../words.js";
import { bare } from "../keyfile.js";
import * as links from "../links.js";

/** @typedef {import("../../page.js").Words} Words */

/**
 * Watch a form with one field.
 * @param {HTMLElement} form
 * @param {object} rules
 * @param {(text: string) => string} rules.inGroups
 * @param {(text: string) => boolean} rules.hasOwnGroups
 * @param {(text: string) => string} rules.accept takes what was typed; gives what is wrong with it, in words, or nothing
 */
function watchField(form, { inGroups, hasOwnGroups, accept }) {
  const field = /** @type {HTMLInputElement} */ (within(form, "input"));
  const error = /** @type {HTMLElement} */ (within(form, ".error"));
  const complain = (/** @type {string} */ text) => {
    say(error, text);
    show(error, text !== "");
    field.toggleAttribute("aria-invalid", text !== "");
    if (text !== "") field.setAttribute("aria-invalid", "true");
  };
  field.addEventListener("input", (event) => {
    complain("");
    if (/** @type {InputEvent} */ (event).inputType?.startsWith("delete")) return;
    // Regrouping under a cursor in the middle would make it jump.
    if (field.selectionEnd === field.value.length && !hasOwnGroups(field.value)) field.value = inGroups(field.value);
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const wrong = accept(field.value);
    complain(wrong);
    if (wrong !== "") return field.focus();
    field.value = "";
  });
}

/**
 * @param {HTMLElement} form
 * @param {Words} words
 * @param {(link: string, uuid: string) => void} accept is given the session of a pasted address too
 */
export function watchLinkForm(form, words, accept) {
  watchField(form, {
    inGroups: links.inGroups,
    hasOwnGroups: () => false,
    accept(text) {
      const finding = links.examine(text);
      if (finding.problem !== "none") return fill(words[`link${finding.problem}`] ?? "", { ...finding });
      accept(finding.link, links.takeApart(text).uuid);
      return "";
    },
  });
}

/**
 * @param {HTMLElement} form
 * @param {Words} words
 * @param {(key: string) => string} accept takes 22 characters; gives what is wrong with them, in words, or nothing
 */
export function watchKeyForm(form, words, accept) {
  watchField(form, {
    inGroups: codes.inGroups,
    hasOwnGroups: codes.hasOwnGroups,
    accept(text) {
      const finding = codes.examine(text);
      if (finding.problem !== "none") return fill(words[`key${finding.problem}`] ?? "", { ...finding });
      return accept(bare(text));
    },
  });
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
