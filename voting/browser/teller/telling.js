/**
 * What a teller is told about the session, as sentences: which words, with which names in them. The words come from the
 * page.
 */
import { fill } from "../words.js";

/**
 * @typedef {import("./api.js").View} View
 * @typedef {Record<string, string>} Words
 */

const STEPS = ["certificate", "commitment", "reveal", "key"];
/** What an alarm can be about, beside what was passed on in the ceremony. */
const ALARMS = ["index", "certificate", "fingerprint", "differ", "terms", "round", "board", "own"];

/**
 * Say how many count, what a lost key means, and what secrecy rests on.
 * @param {Words} words
 * @param {Pick<View, "size" | "threshold">} view
 */
export function rules(words, { size, threshold }) {
  const values = { size, threshold };
  return {
    threshold: fill(words[threshold === size ? "thresholdall" : "threshold"] ?? "", values),
    loss: fill(words["loss"] ?? "", values),
    mode: fill(words["mode"] ?? "", values),
  };
}

/**
 * Give the name of a teller as this one reads it.
 * @param {Words} words
 * @param {View} view
 * @param {number} index from 1
 */
export function nameOf(words, view, index) {
  const name = view.tellers[index - 1]?.name ?? String(index);
  return index === view.index ? fill(words["you"] ?? "", { name }) : name;
}

/**
 * Say how many tellers there are, and who.
 * @param {Words} words
 * @param {View} view
 */
export function namesOf(words, view) {
  const names = view.tellers.map((_, at) => nameOf(words, view, at + 1)).join(", ");
  return fill(words["names"] ?? "", { size: view.size, names });
}

/**
 * Say what this device found on the board before the vote.
 * @param {Words} words
 * @param {Pick<import("./visit.js").Model, "board" | "agreed" | "compared">} known
 */
export function boardWords(words, { board, agreed, compared }) {
  if (board === undefined) return words["boardunread"] ?? "";
  return words[compared ? "boardcompared" : agreed ? "boardshown" : "boardnew"] ?? "";
}

/**
 * Say how far each teller is: in the ceremony, or in the count.
 * @param {Words} words
 * @param {View} view
 * @param {"ceremony" | "count"} part
 * @returns {{name: string, words: string, done: number}[]} done: 0 nothing, 1 something, 2 all of it
 */
export function fellows(words, view, part) {
  return view.tellers.map(({ joined, steps, decrypted }, at) => {
    const name = nameOf(words, view, at + 1);
    if (part === "count") return { name, words: words[decrypted ? "decrypted" : "undecrypted"] ?? "", done: decrypted ? 2 : 0 };
    const done = steps >= STEPS.length ? 2 : steps > 0 ? 1 : 0;
    return { name, words: words[steps > 0 || joined ? `step${steps}` : "unlinked"] ?? "", done };
  });
}

/**
 * Say whose message the ceremony waits for.
 * @param {Words} words
 * @param {View} view
 * @returns {string} empty when it waits for nobody
 */
export function waitingFor(words, view) {
  const at = STEPS.indexOf(view.step);
  const late = view.tellers.flatMap(({ steps }, i) => (at >= 0 && steps <= at && i !== view.index - 1 ? [nameOf(words, view, i + 1)] : []));
  if (late.length > 0) return fill(words["waitingfor"] ?? "", { names: late.join(", ") });
  return view.step === "done" ? "" : (words["waitingone"] ?? "");
}

/**
 * Say who is blamed for the end of a round, and by whom.
 * @param {Words} words
 * @param {View} view
 * @returns {string}
 */
export function faultWords(words, view) {
  const { fault } = view;
  if (fault === null) return "";
  const values = {
    against: nameOf(words, view, fault.against),
    by: nameOf(words, view, fault.by),
    step: words[fault.step] ?? fault.step,
  };
  const own = fault.against === view.index && fault.by === 0;
  return fill(words[own ? "faultown" : fault.by === 0 ? "faultservice" : "faultteller"] ?? "", values);
}

/**
 * Say what an alarm is about.
 * @param {Words} words
 * @param {string} where
 * @returns {string}
 */
export function alarmWords(words, where) {
  // Of the board, the check that failed follows after a slash.
  const [about = ""] = where.split("/");
  return words[ALARMS.includes(about) ? `alarm${about}` : "alarmpassed"] ?? "";
}

/**
 * Say how many have decrypted.
 * @param {Words} words
 * @param {View} view
 * @param {import("./api.js").Count | undefined} count that the service answered with: newer than the view may be
 * @returns {string}
 */
export function countWords(words, view, count) {
  const present = Math.max(view.tellers.filter(({ decrypted }) => decrypted).length, count?.present ?? 0);
  const needed = view.threshold;
  return fill(words[present >= needed ? "talliedall" : "tallied"] ?? "", { present, needed });
}
