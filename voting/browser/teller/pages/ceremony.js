/**
 * While the key is made, and after: who is how far, what went wrong, the digits to compare, the wait for the close.
 */
import { byId, copyOf, icon, say, show, within } from "../../page.js";
import { fill } from "../../words.js";
import { alarmWords, boardWords, faultWords, fellows, namesOf, rules, waitingFor } from "../telling.js";
import { page } from "./joining.js";

/**
 * @typedef {import("../../page.js").Words} Words
 * @typedef {import("./frame.js").Page} Page
 */

/**
 * Show the tellers and how far each is. Only what changed is drawn anew.
 * @param {HTMLElement} list
 * @param {ReturnType<typeof fellows>} lines
 */
export function drawFellows(list, lines) {
  while (list.childElementCount > lines.length) list.lastElementChild?.remove();
  while (list.childElementCount < lines.length) list.append(copyOf("fellow-template"));
  for (const [at, { name, words, done }] of lines.entries()) {
    const item = /** @type {HTMLElement} */ (list.children[at]);
    say(within(item, ".fellow-name"), name);
    say(within(item, ".fellow-step"), words);
    if (item.dataset["done"] === String(done)) continue;
    item.dataset["done"] = String(done);
    within(item, ".fellow-mark").replaceChildren(...(done === 2 ? [icon("check")] : []));
  }
}

/**
 * @param {Words} words
 * @returns {Page}
 */
export function makeCeremonyPage(words) {
  return page(({ view, lasting }) => {
    if (view === undefined) return;
    drawFellows(byId("ceremony-fellows"), fellows(words, view, "ceremony"));
    say(byId("ceremony-waiting"), waitingFor(words, view));
    say(byId("ceremony-terms"), rules(words, view).threshold);
    show(byId("ceremony-passing"), !lasting);
    show(byId("ceremony-return"), lasting);
  });
}

/**
 * @param {Words} words
 * @returns {Page}
 */
export function makeStoppedPage(words) {
  return page(({ view }) => {
    if (!view?.fault) return;
    const { reason } = view.fault;
    say(byId("stopped-words"), faultWords(words, view));
    show(byId("stopped-reason"), Boolean(reason));
    say(byId("stopped-reason"), fill(words["reason"] ?? "", { reason }));
  });
}

/**
 * @param {Words} words
 * @returns {Page}
 */
export function makeAlarmPage(words) {
  return page(({ where, view }) => {
    say(byId("alarm-words"), alarmWords(words, where));
    say(byId("alarm-where"), where || "–");
    // Ballots are not out yet, or not all of them are cast: what is told now still helps.
    show(byId("alarm-vote"), view?.state === "ready" || view?.state === "open");
  });
}

/**
 * @param {Words} words
 * @returns {Page}
 */
export function makeAnewPage(words) {
  return page(({ view }) => {
    if (view === undefined) return;
    say(byId("anew-names"), namesOf(words, view));
    say(byId("anew-terms"), rules(words, view).threshold);
  });
}

/**
 * @param {Words} words
 * @returns {Page}
 */
export function makeAgreedPage(words) {
  return page(({ view, fingerprint, compared, lasting }) => {
    if (view === undefined) return;
    say(byId("agreed-fingerprint"), fingerprint);
    say(byId("agreed-names"), namesOf(words, view));
    say(byId("agreed-terms"), rules(words, view).threshold);
    show(byId("agreed-question"), !compared);
    show(byId("agreed-thanks"), compared);
    show(byId("agreed-passing"), !lasting);
  });
}

/**
 * @param {Words} words
 * @returns {Page}
 */
export function makeWaitingPage(words) {
  return page((model) => {
    const { view, fingerprint, hasKey, doubted, compared, board } = model;
    if (view === undefined) return;
    const closed = view.state === "closed";
    say(byId("waiting-words"), words[closed ? "addingup" : view.state === "open" ? "open" : "ready"] ?? "");
    show(byId("waiting-until"), !closed);
    show(byId("waiting-fingerprint"), fingerprint !== "");
    say(within(byId("waiting-fingerprint"), ".fingerprint"), fingerprint);
    say(byId("waiting-board-words"), boardWords(words, model));
    byId("waiting-board").dataset["checked"] = String(board !== undefined);
    show(byId("waiting-question"), fingerprint !== "" && !compared);
    say(byId("waiting-names"), namesOf(words, view));
    say(byId("waiting-terms"), rules(words, { ...view, ...board }).threshold);
    say(byId("waiting-key"), words[hasKey && !doubted ? "keyhere" : "keyaway"] ?? "");
    say(byId("waiting-mode"), rules(words, view).mode);
  });
}
