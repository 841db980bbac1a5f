/**
 * After the close: the board is checked, compared and its sum decrypted; then the key is not needed any more.
 */
import { byId, language, say, show, within } from "../../page.js";
import { figure, fill, shortHash } from "../../words.js";
import { countWords, fellows } from "../telling.js";
import { drawFellows } from "./ceremony.js";
import { forget, page, watchKeys } from "./joining.js";

/**
 * @typedef {import("../../page.js").Words} Words
 * @typedef {import("./frame.js").Page} Page
 */

/** @returns {Page} */
export function makeClosedPage() {
  return page(({ problem }) => show(byId("closed-problem"), problem === "interrupted"));
}

/**
 * @param {Words} words
 * @returns {Page & {progress: import("../visit.js").Screens["verifying"]}}
 */
export function makeVerifyingPage(words) {
  const meter = /** @type {HTMLProgressElement} */ (/** @type {unknown} */ (byId("verifying-meter")));
  return {
    enter() {
      meter.removeAttribute("value");
      say(byId("verifying-words"), words["starting"] ?? "");
    },
    update() {},
    progress(phase, done, total) {
      if (phase === "download") return say(byId("verifying-words"), fill(words["downloading"] ?? "", { megabytes: inMegabytes(done) }));
      if (total === 0) return;
      meter.max = total;
      meter.value = done;
      say(byId("verifying-words"), fill(words["checking"] ?? "", { done: figure(done, language()), total: figure(total, language()) }));
    },
  };
}

/** @returns {Page} */
export function makeBrokenPage() {
  return page(({ where }) => say(byId("broken-where"), where || "–"));
}

/**
 * @param {Words} words
 * @param {() => import("../visit.js").Visit} visit
 * @returns {Page}
 */
export function makeComparingPage(words, visit) {
  const tellOwner = watchKeys("count", words, visit);
  const other = byId("comparing-other");
  const told = /** @type {Record<string, string>} */ ({ "wrong-key": "wrongkey", refused: "refused", interrupted: "interrupted" });
  const offer = (/** @type {boolean} */ kept) => {
    show(byId("comparing-kept"), kept);
    show(byId("comparing-given"), !kept);
    show(other, kept);
  };
  other.addEventListener("click", () => {
    offer(false);
    byId("count-key").focus();
  });
  return {
    enter(model) {
      const { summary, hasKey, doubted, problem } = model;
      tellOwner(model);
      if (summary === undefined) return;
      say(byId("comparing-ballots"), figure(summary.ballots, language()));
      say(byId("comparing-head"), shortHash(summary.head));
      say(byId("comparing-fingerprint"), summary.fingerprint);
      const wrong = words[told[problem] ?? ""] ?? "";
      show(byId("comparing-problem"), wrong !== "");
      say(within(byId("comparing-problem"), "span"), wrong);
      offer(hasKey && !doubted && problem !== "wrong-key");
    },
    update: tellOwner,
    leave: () => forget(byId("count-form")),
  };
}

/**
 * @param {Words} words
 * @returns {Page}
 */
export function makeTalliedPage(words) {
  return page(({ view, count }) => {
    if (view === undefined) return;
    say(byId("tallied-words"), countWords(words, view, count));
    drawFellows(byId("tallied-fellows"), fellows(words, view, "count"));
  });
}

/** @returns {Page} */
export function makeCountedPage() {
  return page(({ hasKey, file }) => {
    show(byId("counted-file"), file !== "");
    say(within(byId("counted-file"), ".file-name"), file);
    show(byId("counted-kept"), hasKey);
    show(byId("counted-gone"), !hasKey);
  });
}

/** @returns {Page} */
export function makeCancelledPage() {
  return page(({ hasKey }) => show(byId("cancelled-forget"), hasKey));
}

/** @param {number} bytes */
function inMegabytes(bytes) {
  return (bytes / 1e6).toLocaleString(language(), { minimumFractionDigits: 1, maximumFractionDigits: 1 });
}
