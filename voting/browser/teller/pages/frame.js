/**
 * The frame around the screens of a teller.
 */
import { byId, readWords, say } from "../../page.js";
import { makeConnection, makeScreens, watchActs } from "../../screens.js";
import { watchLinkField } from "../../typed.js";
import { links } from "../../typing.js";
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
import { makeIntroPage, makeProvidingPage, makeRetypingPage, makeSavingPage } from "./joining.js";

/** @typedef {import("../visit.js").Model} Model */
/** @typedef {import("../../screens.js").Page<Model>} Page */

/**
 * @param {object} place
 * @param {string} place.uuid
 */
export function makePages({ uuid }) {
  const words = readWords();
  /** @type {ReturnType<typeof makeConnection<import("../visit.js").Visit>>} */
  const { visit, connect: connectTo } = makeConnection();
  const verifying = makeVerifyingPage(words);
  /** @type {Partial<Record<import("../flow.js").Screen, Page>>} */
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
  /** @param {Model} model */
  function above({ title }) {
    if (title) say(byId("session-title"), title);
  }

  /** @type {import("../visit.js").Screens} */
  const view = {
    ...makeScreens(pages, above),
    verifying: verifying.progress,
  };

  /** @param {import("../visit.js").Visit} running */
  function connect(running) {
    connectTo(running);
    watchLinkField(links, (link, other) => {
      if (other && other !== uuid) location.assign(`/t/${other}${location.search}#${link}`);
      else running.open(link);
    });
    watchActs({
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
    });
  }

  return { view, connect };
}
