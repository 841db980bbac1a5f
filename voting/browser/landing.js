/**
 * The landing page: a typed code leads to the phone page in the address's fragment, which browsers do not send.
 */
import { sweepUnlisted } from "./claim/kept.js";
import { byId, show } from "./page.js";
import { usableStore } from "./stores.js";
import { watchCodeField } from "./typed.js";

const form = document.getElementById("code-form");
if (form instanceof HTMLFormElement) {
  show(form, true);
  watchCodeField((code, uuid) => {
    const chosen = new FormData(form).get("session");
    location.assign(`/v/${uuid || chosen}${location.search}#${code}`);
  });
  addEventListener("pageshow", () => {
    /** @type {HTMLInputElement} */ (byId("code")).value = "";
  });
}

// The page came with the list of all votes that run, so nothing is asked, and nobody learns where this phone took part.
const running = document.querySelector("[data-running]");
if (running instanceof HTMLElement) {
  const uuids = (running.dataset["running"] ?? "").split(" ");
  for (const open of [() => localStorage, () => sessionStorage]) {
    const shelf = usableStore(open);
    if (shelf) sweepUnlisted(shelf, uuids, Date.now() - performance.timeOrigin);
  }
}
