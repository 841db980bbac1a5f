/**
 * The field for something that stands on paper: groups appear while typing, and what is wrong is said in words at the
 * field.
 */
import { byId, readWords, say, show, within } from "./page.js";
import { codes } from "./typing.js";
import { fill } from "./words.js";

/**
 * Watch a form with one field.
 * @param {HTMLElement} form
 * @param {import("./typing.js").Typing} typing
 * @param {(finding: Exclude<import("./typing.js").Finding, {problem: "none"}>) => string} complaint in words
 * @param {(text: string, uuid: string) => string | void} accept is given what was typed, without fault, in its groups, and
 *   the session of an address that was pasted; may give what is wrong with it all the same, in words
 */
export function watchField(form, typing, complaint, accept) {
  const field = /** @type {HTMLInputElement} */ (within(form, ".code-input"));
  const error = /** @type {HTMLElement} */ (within(form, ".error"));
  const complain = (/** @type {string} */ text) => {
    say(error, text);
    show(error, text !== "");
    if (text === "") field.removeAttribute("aria-invalid");
    else field.setAttribute("aria-invalid", "true");
  };
  let uuid = "";

  field.addEventListener("input", (event) => {
    // What cannot be right whatever follows is said at once, while the eye is still on that group of the paper.
    const finding = typing.examine(field.value);
    complain(finding.problem === "character" ? complaint(finding) : "");
    // Read now: writing the groups takes the address away.
    uuid = typing.takeApart(field.value).uuid || uuid;
    if (/** @type {InputEvent} */ (event).inputType?.startsWith("delete")) return;
    // Regrouping under a cursor in the middle would make it jump.
    const atEnd = field.selectionEnd === field.value.length;
    if (atEnd && !typing.hasOwnGroups(field.value)) field.value = typing.inGroups(field.value);
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const finding = typing.examine(field.value);
    const wrong = finding.problem === "none" ? accept(typing.inGroups(field.value), uuid) : complaint(finding);
    complain(wrong ?? "");
    if (wrong) return field.focus();
    field.value = "";
  });
}

/**
 * Watch the field for a code, on the phone page and on the landing page.
 * @param {(code: string, uuid: string) => void} accept
 */
export function watchCodeField(accept) {
  watchField(byId("code-form"), codes, complaintIn(readWords("code-words")), accept);
}

/**
 * Watch the field for a link, on the page that links of this kind lead to.
 * @param {import("./typing.js").Typing} typing
 * @param {(link: string, uuid: string) => string | void} accept
 */
export function watchLinkField(typing, accept) {
  watchField(byId("link-form"), typing, complaintIn(readWords("link-words")), accept);
}

/**
 * @param {import("./page.js").Words} words
 * @returns {(finding: {problem: string}) => string}
 */
function complaintIn(words) {
  return ({ problem, ...values }) => fill(words[problem] ?? "", values);
}
