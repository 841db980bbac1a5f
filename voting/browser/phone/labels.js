/**
 * The words of a line on this phone. A standard scale speaks the phone's language; all else is shown as the election,
 * which the ballot commits to, says it.
 */
import { fill, nameAndPosition } from "../words.js";

/**
 * @typedef {import("../protocol/election.js").Question} Question
 * @typedef {Record<string, string> & {levels?: Record<string, string[]>}} Words the words of the page; `levels` by scale
 */

/**
 * Give the words of the answers of a line, in the order of the election.
 * @param {Question} question
 * @param {string | undefined} scale
 * @param {Words} words
 * @returns {readonly string[]}
 */
export function answerLabels({ answers, max }, scale, words) {
  const standard = words.levels?.[scale ?? ""];
  // Never other words than as many as there are answers: a level could stand in the place of another.
  return max === 1 && standard?.length === answers.length ? standard : answers;
}

/**
 * Give the name and the position that head a line.
 * @param {Question} question
 * @param {string | undefined} scale
 * @param {Words} words
 * @returns {{name: string, position: string}}
 */
export function lineTitle({ text, max }, scale, words) {
  if (scale === "choose") return { name: fill(words["hintchoose"] ?? text, { max }), position: "" };
  return nameAndPosition(text);
}
