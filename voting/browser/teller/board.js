/**
 * A teller's look at the board before the vote: does the election stand there with the key that the tellers made? A
 * service that set up tellers of its own is found out before a ballot is cast with their key.
 */
import { Answered, Unreachable } from "../api.js";
import { DeskRefusal } from "./desk.js";

/**
 * @typedef {object} Board what the beginning of a board says, once it was verified
 * @property {string} setup hash of the first event
 * @property {string} fingerprint of the tellers
 * @property {number} size
 * @property {number} threshold
 * @property {boolean | null} own whether this teller's key is among theirs; null when there was no key to look for
 *
 * @typedef {object} Ports
 * @property {Pick<import("./api.js").Api, "beginning">} api
 * @property {Pick<import("./desk.js").Desk, "inspect">} desk
 * @property {import("./memory.js").Memory} memory
 *
 * @typedef {{kind: "checked" | "interrupted"} | {kind: "alarm", where: string}} Inspected
 */

/** So many looks at the session are the longest pause between two tries. */
const LONGEST_PAUSE = 12;

/**
 * Make the function that is called at each look at the session. When the board cannot be read, it tries again later,
 * and ever more seldom.
 * @param {Ports} ports
 * @returns {(view: Pick<import("./api.js").View, "uuid" | "round">) => Promise<Inspected>}
 */
export function makeBoardLook(ports) {
  let failures = 0;
  let pause = 0;
  return async (view) => {
    if (pause > 0) {
      pause -= 1;
      return { kind: "interrupted" };
    }
    const outcome = await inspect(ports, view);
    failures = outcome.kind === "interrupted" ? failures + 1 : 0;
    pause = failures === 0 ? 0 : Math.min(2 ** failures - 1, LONGEST_PAUSE);
    return outcome;
  };
}

/**
 * Check the beginning of the board, once for each round and what this device has to compare it with.
 * @param {Ports} ports
 * @param {Pick<import("./api.js").View, "uuid" | "round">} view
 * @returns {Promise<Inspected>}
 */
async function inspect({ api, desk, memory }, { uuid, round }) {
  // A typed key that the ceremony refused proves nothing against the board.
  const key = memory.doubted() ? undefined : memory.key();
  const before = memory.board();
  if (before !== undefined && before.round === round && contradiction(before, memory) === "" && (before.own !== null || key === undefined)) {
    return { kind: "checked" };
  }
  let found;
  try {
    const beginning = await api.beginning();
    if (beginning === null) return { kind: "alarm", where: "board/archive-readable" };
    found = await desk.inspect(beginning, uuid, key ?? null);
  } catch (error) {
    if (error instanceof DeskRefusal && error.code !== "internal") return { kind: "alarm", where: `board/${error.where}` };
    if (error instanceof DeskRefusal || error instanceof Unreachable || error instanceof Answered) return { kind: "interrupted" };
    throw error;
  }
  const board = { ...found, round };
  const where = contradiction(board, memory);
  if (where !== "") return { kind: "alarm", where };
  memory.keepBoard(board);
  return { kind: "checked" };
}

/**
 * Say in what a board contradicts what this device knows.
 * @param {import("./memory.js").Seen} board
 * @param {import("./memory.js").Memory} memory
 * @returns {string} what the alarm is about, empty when nothing does
 */
function contradiction({ round, fingerprint, size, threshold, own }, memory) {
  const [agreed, terms] = [memory.agreed(), memory.terms()];
  if (agreed !== undefined && agreed.fingerprint !== fingerprint) return "fingerprint";
  if (own === false) return "own";
  const other = terms !== undefined && terms.round === round && (terms.size !== size || terms.threshold !== threshold);
  return other ? "terms" : "";
}
