/**
 * The figures of the attendance while they are typed: the same comparisons as in voting/domain/attendance.py, which has the last word.
 */

/** Names of the figures in their order, the largest first. */
const PEOPLE = ["members", "convened", "present"];
const BALLOTS = ["issued", "collected"];

/**
 * One thing that does not hold: the figure at fault, the words for it by their key, and the figure it is compared with.
 * `doubt`: it may be true all the same and is kept.
 * @typedef {{name: string, words: string, figure: number, doubt?: boolean}} Disagreement
 */

/**
 * Read what stands in a field. Nothing, and what is not a number yet, is not compared.
 * @param {string} text
 * @returns {number | null}
 */
export function readFigure(text) {
  return /^\d{1,6}$/.test(text.trim()) ? Number(text) : null;
}

/**
 * List what does not hold among the figures that are known.
 * @param {Record<string, number | null | undefined>} figures members, convened, present, excused, issued, collected
 * @returns {Disagreement[]}
 */
export function disagreements(figures) {
  /** @param {string[]} names */
  const known = (names) => names.flatMap((name) => (typeof figures[name] === "number" ? [{ name, figure: figures[name] }] : []));
  /** @type {Disagreement[]} */
  const found = [];
  const people = known(PEOPLE);
  people.slice(1).forEach((lower, i) => {
    const upper = people[i];
    if (upper === undefined || lower.figure <= upper.figure) return;
    found.push({ name: lower.name, words: `more than ${upper.name}`, figure: upper.figure });
  });
  const excused = figures["excused"];
  if (typeof excused === "number" && !found.some(({ name }) => name === "convened" || name === "present")) {
    const absent = absentOf(figures);
    const room = absent ?? figures["convened"];
    if (typeof room === "number" && excused > room) {
      found.push({ name: "excused", words: `more than ${absent === null ? "convened" : "absent"}`, figure: room });
    }
  }
  // The first of the largest, as in Python.
  const most = known(BALLOTS).sort((one, other) => other.figure - one.figure)[0];
  const fewest = people.at(-1);
  if (most && fewest && fewest.figure < most.figure && !found.some(({ name }) => name === fewest.name)) {
    found.push({ name: fewest.name, words: `fewer than ${most.name}`, figure: most.figure, doubt: true });
  }
  return found;
}

/**
 * How many of those convened did not come; null while that cannot be said.
 * @param {Record<string, number | null | undefined>} figures
 * @returns {number | null}
 */
export function absentOf({ convened, present }) {
  return typeof convened === "number" && typeof present === "number" && convened >= present ? convened - present : null;
}
