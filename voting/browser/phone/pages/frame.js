/**
 * The frame around the screens of the phone. Each screen that shows more than its own words has a module beside this one.
 */
import { byId, readWords, say, show } from "../../page.js";
import { makeConnection, makeScreens, watchActs } from "../../screens.js";
import { watchCodeField } from "../../typed.js";
import { makeReviewPage } from "./review.js";
import { makeSendingPage } from "./sending.js";
import { makeSheetPage } from "./sheet.js";
import { makeVotedPage } from "./voted.js";

/** @typedef {import("../visit.js").Model} Model */
/** @typedef {import("../../screens.js").Page<Model>} Page */

/**
 * @param {object} place
 * @param {string} place.uuid
 */
export function makePages({ uuid }) {
  const words = readWords();
  const announcer = byId("announcer");
  /** @type {ReturnType<typeof makeConnection<import("../visit.js").Visit>>} */
  const { visit, connect: connectTo } = makeConnection();
  /** @type {(text: string) => void} */
  const announce = (text) => say(announcer, text);

  const sheet = makeSheetPage(words, visit, announce);
  const review = makeReviewPage(words, visit, (line) => sheet.goTo(line));
  const sending = makeSendingPage(words);
  const voted = makeVotedPage(words);
  /** @type {Partial<Record<import("../flow.js").Screen, Page>>} */
  const pages = { voting: sheet, reviewing: review, sending, voted };

  /** @param {Model} model */
  function above({ session, deferred }) {
    if (session) say(byId("session-title"), session.title);
    show(byId("deferred"), deferred);
  }

  /** @type {import("../visit.js").View} */
  const view = {
    ...makeScreens(pages, above),
    encrypting: sending.encrypting,
    retrying: sending.retrying,
  };

  /** @param {import("../visit.js").Visit} running */
  function connect(running) {
    connectTo(running);
    watchCodeField(words, (code, other) => {
      if (other && other !== uuid) location.assign(`/v/${other}${location.search}#${code}`);
      else running.enter(code);
    });
    watchActs({
      forget: () => running.forget(),
      retry: () => location.reload(),
      hurry: () => running.hurry(),
    });
  }

  return { view, connect };
}
