/**
 * The field for a code, on the phone page and on the landing page: groups appear while typing, and what is wrong is
 * said in words at the part where it is wrong.
 */
import { byId, say, show } from "./page.js";
import { examine, hasOwnGroups, inGroups, takeApart } from "./phone/typing.js";
import { fill } from "./words.js";

/**
 * @param {import("./page.js").Words} words
 * @param {(code: string, uuid: string) => void} accept is given the code in its groups, and the session of a pasted address
 */
export function watchCodeField(words, accept) {
  const field = /** @type {HTMLInputElement} */ (byId("code"));
  const error = byId("code-error");

  const regroup = () => {
    // Regrouping under a cursor in the middle would make it jump.
    if (field.selectionEnd === field.value.length && !hasOwnGroups(field.value)) field.value = inGroups(field.value);
  };
  const clearError = () => {
    show(error, false);
    field.removeAttribute("aria-invalid");
  };
  let uuid = "";

  field.addEventListener("input", (event) => {
    clearError();
    uuid = takeApart(field.value).uuid || uuid;
    if (/** @type {InputEvent} */ (event).inputType?.startsWith("delete")) return;
    regroup();
  });
  byId("code-form").addEventListener("submit", (event) => {
    event.preventDefault();
    const finding = examine(field.value);
    if (finding.problem === "none") {
      const code = inGroups(field.value);
      field.value = "";
      return accept(code, uuid);
    }
    const { problem, ...values } = finding;
    say(error, fill(words[problem] ?? "", values));
    show(error, true);
    field.setAttribute("aria-invalid", "true");
    field.focus();
  });
}
