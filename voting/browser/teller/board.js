/**
 * A teller's look at the board before the vote: does the election stand there with the key that the tellers made? A
 * service that set up tellers of its own is found out before a ballot is cast with their key.
 */
import { WorkerRefusal } from "../asking.js";
import { Answered, Unreachable } from "../api.js";
import { otherTerms } from "./standing.js";

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
 * @property {Pick<import("./calculator.js").Calculator, "inspect">} calculator
 * @property {import("./memory.js").Memory} memory
 *
 * @typedef {{kind: "checked" | "interrupted" | "old-key"} | {kind: "alarm", where: string}} Inspected `old-key`: the key
 *   that is kept here is of an earlier round, and the board has another one in its place
 */

/** So many looks at the session are the longest pause between two tries. */
const LONGEST_PAUSE = 12;
/** So often something else than an archive is taken for a network that answers in the service's place, as at a sign-in. */
const PATIENCE = 3;

/**
 * Make the function that is called at each look at the session. When the board cannot be read, it tries again later,
 * and ever more seldom.
 * @param {Ports} ports
 * @returns {(view: Pick<import("./api.js").View, "uuid" | "round">) => Promise<Inspected>}
 */
export function makeBoardLook(ports) {
  let failures = 0;
  let pause = 0;
  let strange = 0;
  return async (view) => {
    if (pause > 0) {
      pause -= 1;
      return { kind: "interrupted" };
    }
    const found = await inspect(ports, view);
    if (found.kind === "no-archive") strange += 1;
    else if (found.kind !== "interrupted") strange = 0;
    const outcome = found.kind === "no-archive" ? notAnArchive(strange) : found;
    failures = outcome.kind === "interrupted" ? failures + 1 : 0;
    pause = failures === 0 ? 0 : Math.min(2 ** failures - 1, LONGEST_PAUSE);
    return outcome;
  };
}

/**
 * @param {number} times that something else came
 * @returns {Inspected}
 */
function notAnArchive(times) {
  return times > PATIENCE ? { kind: "alarm", where: "board/archive-readable" } : { kind: "interrupted" };
}

/**
 * Check the beginning of the board, once for each round and what this device has to compare it with.
 * @param {Ports} ports
 * @param {Pick<import("./api.js").View, "uuid" | "round">} view
 * @returns {Promise<Inspected | {kind: "no-archive"}>}
 */
async function inspect({ api, calculator, memory }, { uuid, round }) {
  // A typed key that the ceremony refused proves nothing against the board.
  const key = memory.doubted() ? undefined : memory.key();
  const before = memory.board();
  if (before !== undefined && before.round === round && contradiction(before, memory) === "" && (before.own !== null || key === undefined)) {
    return { kind: "checked" };
  }
  let found;
  try {
    const beginning = await api.beginning();
    if (beginning === null) return { kind: "no-archive" };
    found = await calculator.inspect(beginning, uuid, key ?? null);
  } catch (error) {
    if (error instanceof WorkerRefusal && error.code !== "internal") return { kind: "alarm", where: `board/${error.where}` };
    if (error instanceof WorkerRefusal || error instanceof Unreachable || error instanceof Answered) return { kind: "interrupted" };
    throw error;
  }
  const board = { ...found, round };
  const where = contradiction(board, memory);
  // Another tab was given another key meanwhile: that one has not been looked for.
  if (where === "own" && memory.key() !== key) return { kind: "interrupted" };
  if (where === "own" && (memory.owner()?.round ?? 0) < round) return { kind: "old-key" };
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
function contradiction(board, memory) {
  const agreed = memory.agreed();
  if (agreed !== undefined && agreed.fingerprint !== board.fingerprint) return "fingerprint";
  if (otherTerms(memory.terms(), board)) return "terms";
  return board.own === false ? "own" : "";
}
