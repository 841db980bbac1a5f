/**
 * The screens of a visit: one is shown at a time, its heading takes the focus, and a screen reader hears what changed.
 */
import { byId, say, show, within } from "./page.js";

/**
 * @template Model
 * @typedef {object} Page of a screen that shows more than its own words
 * @property {(model: Model) => void} enter the screen begins to be shown
 * @property {(model: Model) => void} update
 * @property {() => void} [leave]
 */

/**
 * @template {string} Screen
 * @template Model
 * @param {Partial<Record<Screen, Page<Model>>>} pages
 * @param {(model: Model) => void} above writes what stands above every screen
 */
export function makeScreens(pages, above) {
  /** @type {Screen | undefined} */
  let shown;
  return {
    /**
     * @param {Screen} screen
     * @param {Model} model
     */
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
      /** @type {HTMLElement} */ (heading).focus({ preventScroll: true });
      say(byId("announcer"), heading.textContent ?? "");
      // What a page has to announce besides comes after its heading.
      pages[screen]?.update(model);
    },
    /**
     * @param {Screen} screen
     * @param {Model} model
     */
    update(screen, model) {
      above(model);
      if (screen === shown) pages[screen]?.update(model);
    },
    /** @param {boolean} online */
    connection(online) {
      show(byId("offline"), !online);
    },
  };
}

/**
 * Give what a page calls before it is connected: pages are made first, then the visit that drives them.
 * @template Visit
 */
export function makeConnection() {
  /** @type {Visit | undefined} */
  let connected;
  return {
    /** @returns {Visit} */
    visit() {
      if (connected === undefined) throw new Error("the pages are not connected to a visit");
      return connected;
    },
    /** @param {Visit} running */
    connect(running) {
      connected = running;
    },
  };
}

/**
 * Do what the buttons marked with `data-act` say.
 * @param {Record<string, () => unknown>} acts
 */
export function watchActs(acts) {
  document.addEventListener("click", ({ target }) => {
    const button = target instanceof Element ? target.closest("[data-act]") : null;
    void acts[button?.getAttribute("data-act") ?? ""]?.();
  });
}

/**
 * Keep a visit going: at once when the connection or the reader comes back, and anew when the browser takes the page
 * out of its cache, where it would show what was wiped in between.
 * @param {{hurry: () => void, screen: string}} visit
 * @param {readonly string[]} unfinished screens that are not left without a question
 */
export function watchReturns(visit, unfinished) {
  addEventListener("online", () => visit.hurry());
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "visible") visit.hurry();
  });
  addEventListener("pageshow", (event) => {
    if (event.persisted) location.reload();
  });
  addEventListener("beforeunload", (event) => {
    if (unfinished.includes(visit.screen)) event.preventDefault();
  });
}
