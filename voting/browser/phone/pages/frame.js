/**
 * The frame around the screens of the phone. Each screen that shows more than its own words has a module beside this one.
 */
import { followEnd } from "../../ending.js";
import { byId, readWords, say, show } from "../../page.js";
import { makeConnection, makeScreens, watchActs } from "../../screens.js";
import { watchCodeField } from "../../typed.js";
import { makeLentPage } from "./lent.js";
import { makeReviewPage } from "./review.js";
import { makeSendingPage } from "./sending.js";
import { makeSheetPage } from "./sheet.js";
import { makeVotedPage } from "./voted.js";

/** @typedef {import("../visit.js").Model} Model */
/** @typedef {import("../../screens.js").Page<Model>} Page */

/**
 * @param {object} place
 * @param {string} place.uuid
 * @param {boolean} place.lent whether several people use this device one after another
 */
export function makePages({ uuid, lent }) {
  const words = readWords();
  const ending = followEnd(readWords("end-words"));
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
  function above({ session, deferred, receipt }) {
    ending.hear(receipt ? undefined : session);
    if (session) say(byId("session-title"), session.title);
    show(byId("deferred"), deferred);
  }

  const screens = makeScreens(pages, above);
  const keeper = lent ? makeLentPage(words, () => visit().forget()) : undefined;

  /** @type {import("../visit.js").View} */
  const view = {
    ...screens,
    show(screen, model) {
      screens.show(screen, model);
      keeper?.follow(screen, model);
    },
    update(screen, model) {
      screens.update(screen, model);
      keeper?.follow(screen, model);
    },
    encrypting: sending.encrypting,
    retrying: sending.retrying,
  };

  /** @param {import("../visit.js").Visit} running */
  function connect(running) {
    connectTo(running);
    watchCodeField((code, other) => {
      // A lent device stays where it is: elsewhere it would keep the code, and its list of pages would show it.
      if (other && other !== uuid && !lent) location.assign(`/v/${other}${location.search}#${code}`);
      else running.enter(code);
    });
    watchActs({
      forget: () => (keeper ? keeper.clearAll() : running.forget()),
      retry: () => location.reload(),
      hurry: () => running.hurry(),
    });
  }

  return { view, connect };
}
