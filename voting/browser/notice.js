/**
 * The page that a personal link to a result leads to: takes the secret out of the address before anything else, and sends
 * it on in the body of a form, so that it stands in no address, log or history. What comes back is the result sheet,
 * where the same is done with another link that is scanned meanwhile.
 */
import { eraseFragment, leaveFragment, readFragment } from "./fragment.js";
import { byId, show, within } from "./page.js";
import { usableStore } from "./stores.js";
import { watchLinkField } from "./typed.js";
import { notices } from "./typing.js";

/** Where the secret is while the page loads again without it; it is taken out at once. */
const PASSING = "voting:notice";

/**
 * Give what was scanned, right or wrong: a page that stayed silent would go on showing the result of whoever came before.
 * @returns {string} empty when nothing stands behind the #, or the name of a place on this page
 */
function scannedNow() {
  const fragment = readFragment();
  return document.getElementById(fragment) ? "" : fragment;
}

/** @param {string} secret */
function open(secret) {
  const form = /** @type {HTMLFormElement} */ (byId("open"));
  /** @type {HTMLInputElement} */ (within(form, "input")).value = secret;
  form.submit();
}

function start() {
  const shelf = usableStore(() => sessionStorage);
  const now = scannedNow();
  if (now && shelf) {
    shelf.setItem(PASSING, now);
    return leaveFragment();
  }
  eraseFragment();
  const scanned = now || (shelf?.getItem(PASSING) ?? "");
  shelf?.removeItem(PASSING);

  // What is scanned while the page is open changes the address alone.
  addEventListener("hashchange", () => {
    const another = scannedNow();
    eraseFragment();
    if (another) open(another);
  });
  const asking = document.getElementById("asking");
  if (asking === null) return;
  watchLinkField(notices, open);
  addEventListener("pageshow", (event) => {
    if (!event.persisted) return;
    show(asking, true);
    show(byId("arriving"), false);
  });
  if (scanned === "") return;
  show(asking, false);
  show(byId("arriving"), true);
  open(scanned);
}

start();
