/**
 * The lines of a sheet as they are being filled in. A line holds the indexes of the answers that were picked, in order;
 * nothing picked = unanswered, which is a blank where the sheet allows blanks.
 *
 * @typedef {import("../protocol/election.js").Question} Question
 * @typedef {readonly number[]} Line
 * @typedef {readonly Line[]} Lines
 */

/**
 * Give an empty sheet.
 * @param {readonly Question[]} questions
 * @returns {Lines}
 */
export function emptyLines(questions) {
  return questions.map(() => []);
}

/**
 * Give kept lines back if they fit this sheet, an empty sheet otherwise.
 * @param {readonly Question[]} questions
 * @param {unknown} kept
 * @returns {Lines}
 */
export function restoreLines(questions, kept) {
  const fits =
    Array.isArray(kept) &&
    kept.length === questions.length &&
    questions.every(({ answers, max }, index) => {
      const line = kept[index];
      return (
        Array.isArray(line) &&
        line.length <= max &&
        new Set(line).size === line.length &&
        line.every((picked) => Number.isInteger(picked) && picked >= 0 && picked < answers.length)
      );
    });
  return fits ? kept : emptyLines(questions);
}

/**
 * Set one answer of one line. Where one answer is asked for, the new one replaces the old one; where several may be
 * chosen, one more than `max` is not taken.
 * @param {readonly Question[]} questions
 * @param {Lines} lines
 * @param {number} index of the line
 * @param {number} answer
 * @param {boolean} on
 * @returns {Lines}
 */
export function pick(questions, lines, index, answer, on) {
  const line = lines[index] ?? [];
  const { max } = questionAt(questions, index);
  const others = line.filter((picked) => picked !== answer);
  let changed = others;
  if (on) changed = max === 1 ? [answer] : others.length < max ? [...others, answer].sort((a, b) => a - b) : others;
  return lines.map((old, at) => (at === index ? changed : old));
}

/**
 * Empty one line again.
 * @param {Lines} lines
 * @param {number} index
 * @returns {Lines}
 */
export function clear(lines, index) {
  return lines.map((old, at) => (at === index ? [] : old));
}

/**
 * @param {readonly Question[]} questions
 * @param {Lines} lines
 * @param {number} index
 * @returns {boolean} whether the line holds as many answers as it needs
 */
export function isAnswered(questions, lines, index) {
  const count = lines[index]?.length ?? 0;
  const { min, max } = questionAt(questions, index);
  return count >= Math.max(min, 1) && count <= max;
}

/**
 * Give the indexes of the lines that have no answer yet.
 * @param {readonly Question[]} questions
 * @param {Lines} lines
 * @returns {number[]}
 */
export function unanswered(questions, lines) {
  return [...questions.keys()].filter((index) => !isAnswered(questions, lines, index));
}

/**
 * Give the index of the next line without an answer after `from`, beginning again at the top; -1 when there is none.
 * @param {readonly Question[]} questions
 * @param {Lines} lines
 * @param {number} from
 * @returns {number}
 */
export function nextUnanswered(questions, lines, from) {
  const open = unanswered(questions, lines);
  return open.find((index) => index > from) ?? open[0] ?? -1;
}

/**
 * Give the indexes of the lines that stand in the way of casting: without an answer, though a blank is not allowed, or
 * with fewer answers than the line needs.
 * @param {readonly Question[]} questions
 * @param {Lines} lines
 * @returns {number[]}
 */
export function missing(questions, lines) {
  return unanswered(questions, lines).filter(
    (index) => !questionAt(questions, index).blank || (lines[index]?.length ?? 0) > 0,
  );
}

/**
 * Turn filled lines into the choices that are encrypted: one list of 0 and 1 per line, the blank choice first where the
 * line may be left blank. The caller has seen to it that nothing is `missing`.
 * @param {readonly Question[]} questions
 * @param {Lines} lines
 * @returns {number[][]}
 */
export function toChoices(questions, lines) {
  return questions.map(({ answers, blank }, index) => {
    const line = lines[index] ?? [];
    const levels = answers.map((_, answer) => (line.includes(answer) ? 1 : 0));
    return blank ? [line.length === 0 ? 1 : 0, ...levels] : levels;
  });
}

/**
 * @param {readonly Question[]} questions
 * @param {number} index
 * @returns {Question}
 */
function questionAt(questions, index) {
  const question = questions[index];
  if (question === undefined) throw new RangeError("no such line");
  return question;
}
