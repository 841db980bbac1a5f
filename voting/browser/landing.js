/**
 * The landing page: a typed code leads to the phone page in the address's fragment, which browsers do not send.
 */
import { byId, readWords, show } from "./page.js";
import { watchCodeField } from "./typed.js";

const form = document.getElementById("code-form");
if (form instanceof HTMLFormElement) {
  show(form, true);
  watchCodeField(readWords(), (code, uuid) => {
    const chosen = new FormData(form).get("session");
    location.assign(`/v/${uuid || chosen}${location.search}#${code}`);
  });
  addEventListener("pageshow", () => {
    /** @type {HTMLInputElement} */ (byId("code")).value = "";
  });
}
