/**
 * The frame around the screens of a teller: one is shown at a time, its heading takes the focus, and a screen reader
 * hears what changed.
 */
import { byId, readWords, say, show, within } from "../../page.js";
import { makeAgreedPage, makeAlarmPage, makeAnewPage, makeCeremonyPage, makeStoppedPage, makeWaitingPage } from "./ceremony.js";
import {
  makeBrokenPage,
  makeCancelledPage,
  makeClosedPage,
  makeComparingPage,
  makeCountedPage,
  makeTalliedPage,
  makeVerifyingPage,
} from "./count.js";
import { watchLinkForm } from "./fields.js";
import { makeIntroPage, makeProvidingPage, makeRetypingPage, makeSavingPage } from "./joining.js";

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
  /** @type {import("../visit.js").Visit | undefined} */
  let connected;
  const visit = () => {
    if (connected === undefined) throw new Error("the pages are not connected to a visit");
    return connected;
  };
  const verifying = makeVerifyingPage(words);
  /** @type {Partial<Record<Screen, Page>>} */
  const pages = {
    intro: makeIntroPage(words),
    saving: makeSavingPage(),
    retyping: makeRetypingPage(words, visit),
    providing: makeProvidingPage(words, visit),
    ceremony: makeCeremonyPage(words),
    anew: makeAnewPage(words),
    stopped: makeStoppedPage(words),
    alarm: makeAlarmPage(words),
    agreed: makeAgreedPage(words),
    waiting: makeWaitingPage(words),
    closed: makeClosedPage(),
    verifying,
    broken: makeBrokenPage(),
    comparing: makeComparingPage(words, visit),
    tallied: makeTalliedPage(words),
    counted: makeCountedPage(),
    cancelled: makeCancelledPage(),
  };
  /** @type {Screen | undefined} */
  let shown;

  /** @param {Model} model */
  function above({ title }) {
    if (title) say(byId("session-title"), title);
  }

  /** @type {import("../visit.js").Screens} */
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
      const heading = /** @type {HTMLElement} */ (within(document, `[data-screen="${screen}"] h1`));
      // On load the browser reads the page from its top by itself.
      if (first) return;
      scrollTo(0, 0);
      getSelection()?.removeAllRanges();
      heading.focus({ preventScroll: true });
      say(byId("announcer"), heading.textContent ?? "");
    },
    update(screen, model) {
      above(model);
      if (screen === shown) pages[screen]?.update(model);
    },
    connection(online) {
      show(byId("offline"), !online);
    },
    verifying: verifying.progress,
  };

  /** @param {import("../visit.js").Visit} running */
  function connect(running) {
    connected = running;
    watchLinkForm(byId("link-form"), words, (link, other) => {
      if (other && other !== uuid) location.assign(`/t/${other}${location.search}#${link}`);
      else running.open(link);
    });
    /** @type {Record<string, () => unknown>} */
    const acts = {
      relink: () => running.relink(),
      reload: () => location.reload(),
      make: () => running.make(),
      have: () => running.turn("have"),
      back: () => running.turn("back"),
      "write-down": () => running.turn("write-down"),
      saved: () => running.confirmSaved(),
      later: () => running.later(),
      renew: () => running.renew(),
      same: () => running.confirmSame(),
      differ: () => running.tellDifferent(),
      verify: () => running.verify(),
      decrypt: () => running.decrypt(),
      forget: () => running.forgetKey(),
    };
    document.addEventListener("click", ({ target }) => {
      const button = target instanceof Element ? target.closest("[data-act]") : null;
      void acts[button?.getAttribute("data-act") ?? ""]?.();
    });
  }

  return { view, connect };
}
