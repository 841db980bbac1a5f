/**
 * The frame around the screens of the phone: one is shown at a time, its heading takes the focus, and a screen reader
 * hears what changed. Each screen that shows more than its own words has a module beside this one.
 */
import { byId, readWords, say, show, within } from "../../page.js";
import { watchCodeField } from "../../typed.js";
import { makeReviewPage } from "./review.js";
import { makeSendingPage } from "./sending.js";
import { makeSheetPage } from "./sheet.js";
import { makeVotedPage } from "./voted.js";

/**
 * @typedef {import("../flow.js").Screen} Screen
 * @typedef {import("../visit.js").Model} Model
 * @typedef {object} Page
 * @property {(model: Model) => void} enter the screen begins to be shown
 * @property {(model: Model) => void} update
 * @property {() => void} [leave]
 */

/**
 * @param {object} place
 * @param {string} place.uuid
 */
export function makePages({ uuid }) {
  const words = readWords();
  const announcer = byId("announcer");
  /** @type {import("../visit.js").Visit | undefined} */
  let connected;
  const visit = () => {
    if (connected === undefined) throw new Error("the pages are not connected to a visit");
    return connected;
  };
  /** @type {(text: string) => void} */
  const announce = (text) => say(announcer, text);

  const sheet = makeSheetPage(words, visit, announce);
  const review = makeReviewPage(words, visit, (line) => sheet.goTo(line));
  const sending = makeSendingPage(words);
  const voted = makeVotedPage(words);
  /** @type {Partial<Record<Screen, Page>>} */
  const pages = { voting: sheet, reviewing: review, sending, voted };

  /** @type {Screen | undefined} */
  let shown;

  /** @param {Model} model */
  function above({ session, deferred }) {
    if (session) say(byId("session-title"), session.title);
    show(byId("deferred"), deferred);
  }

  /** @type {import("../visit.js").View} */
  const view = {
    show(screen, model) {
      const first = shown === undefined;
      if (shown !== undefined && shown !== screen) pages[shown]?.leave?.();
      shown = screen;
      for (const section of document.querySelectorAll("[data-screen]")) {
        show(/** @type {HTMLElement} */ (section), section.getAttribute("data-screen") === screen);
      }
      above(model);
      pages[screen]?.enter(model);
      const heading = within(document, `[data-screen="${screen}"] h1`);
      // On load the browser reads the page from its top by itself.
      if (first) return;
      scrollTo(0, 0);
      // A double tap selects the word under it; on a new screen that would be half the page.
      getSelection()?.removeAllRanges();
      heading.focus({ preventScroll: true });
      announce(heading.textContent ?? "");
      pages[screen]?.update(model);
    },
    update(screen, model) {
      above(model);
      if (screen === shown) pages[screen]?.update(model);
    },
    connection(online) {
      show(byId("offline"), !online);
    },
    encrypting: sending.encrypting,
    retrying: sending.retrying,
  };

  /** @param {import("../visit.js").Visit} running */
  function connect(running) {
    connected = running;
    watchCodeField(words, (code, other) => {
      if (other && other !== uuid) location.assign(`/v/${other}${location.search}#${code}`);
      else running.enter(code);
    });
    /** @type {Record<string, () => void>} */
    const acts = {
      forget: () => running.forget(),
      retry: () => location.reload(),
      hurry: () => running.hurry(),
    };
    document.addEventListener("click", ({ target }) => {
      const button = target instanceof Element ? target.closest("[data-act]") : null;
      acts[button?.getAttribute("data-act") ?? ""]?.();
    });
  }

  return { view, connect };
}
