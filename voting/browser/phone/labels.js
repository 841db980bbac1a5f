/**
 * The words of a line on this phone. A standard scale speaks the phone's language; all else is shown as the election,
 * which the ballot commits to, says it.
 *
 * The headings of the sheets that are voted on in one go are not in the election by themselves: they are shown only
 * where the people they come with are those of the election, line for line.
 */
import { fill, nameAndPosition } from "../words.js";

/**
 * @typedef {import("../protocol/election.js").Question} Question
 * @typedef {Record<string, string> & {levels?: Record<string, string[]>, result: import("../result.js").ResultWords}} Words
 *   the words of the page; `levels` by scale
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
 * @param {string} [heading] of the sheet that the line is, where each line is one
 * @returns {{name: string, position: string}}
 */
export function lineTitle({ text, max }, scale, words, heading = "") {
  if (scale !== "choose") return nameAndPosition(text);
  const hint = fill(words["hintchoose"] ?? text, { max });
  return heading ? { name: heading, position: hint } : { name: hint, position: "" };
}

/**
 * Give the heading of the sheet that each line stands on; empty where the session has one sheet.
 * @param {readonly Question[]} questions
 * @param {import("../api.js").Session | undefined} session
 * @returns {string[]}
 */
export function lineHeadings(questions, session) {
  const people = session?.people ?? [];
  if (session?.scale === "choose") {
    const headings = [...new Set(people.map(({ group }) => group ?? ""))];
    const fit = headings.length === questions.length;
    return questions.map(({ text }, index) => (fit && text.startsWith(`${headings[index]}: `) ? (headings[index] ?? "") : ""));
  }
  const fit = people.length === questions.length && people.every((person, index) => titleOf(person) === questions[index]?.text);
  return questions.map((_, index) => (fit ? (people[index]?.group ?? "") : ""));
}

/**
 * Give the lines by the sheets they stand on, in order.
 * @param {readonly string[]} headings of the lines
 * @returns {{heading: string, lines: number[]}[]}
 */
export function bySheet(headings) {
  /** @type {{heading: string, lines: number[]}[]} */
  const sheets = [];
  for (const [index, heading] of headings.entries()) {
    const last = sheets.at(-1);
    if (last?.heading === heading) last.lines.push(index);
    else sheets.push({ heading, lines: [index] });
  }
  return sheets;
}

/** @param {import("../api.js").Person} person */
function titleOf({ name, position }) {
  return position ? `${name} — ${position}` : name;
}
